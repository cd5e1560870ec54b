#!/usr/bin/env python3
"""Measures whole processes of skillmeat and git, side by side, and prints a Markdown table.

Usage: python3 benches/side-by-side.py [--program PATH] [--sizes 500,5000,50000] [--runs 15] [--rows WORD,WORD]

Every row is measured in interleaved runs (ours, git's, ours, …) on copies of one collection, warm; what is told is
the median. Needs Python's standard library, git, and a release build.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from generate import generate, generate_history, generate_home, manifest_of, name_of  # noqa: E402


# A commit's name, for a hook's arguments.
ZEROS = "0" * 40


class Machine:
    """A home of its own, with two copies of one collection: ours and the one that git works on."""

    def __init__(self, folder, count, program):
        self.count = count
        self.program = program
        self.ours = os.path.join(folder, "ours")
        self.theirs = os.path.join(folder, "theirs")
        home = os.path.join(folder, "home")
        os.makedirs(home)
        config = os.path.join(home, "gitconfig")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[user]\n\tname = Mia\n\temail = mia@example.com\n[init]\n\tdefaultBranch = main\n")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "GIT_CONFIG_GLOBAL": config,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "TZ": "UTC",
        }
        os.environ.update(self.environment)
        generate(self.ours, count)
        shutil.copytree(self.ours, self.theirs)
        self.git(self.theirs, "status")
        self.git(self.ours, "status")

    def spawn(self, folder, arguments):
        """Runs one process to its end; milliseconds and the largest resident set in KiB."""
        os.chdir(folder)
        quiet = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]
        start = time.perf_counter()
        child = os.posix_spawnp(arguments[0], arguments, self.environment, file_actions=quiet)
        _, status, usage = os.wait4(child, 0)
        elapsed = (time.perf_counter() - start) * 1000
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{arguments} failed in {folder}")
        return elapsed, usage.ru_maxrss

    def git(self, folder, *arguments):
        """Runs git; milliseconds."""
        return self.spawn(folder, ["git", *arguments])[0]

    def run(self, *arguments):
        """Runs skillmeat; milliseconds."""
        return self.spawn(self.ours, [self.program, *arguments])[0]

    def memory(self, *arguments):
        """Runs skillmeat; MiB."""
        return self.spawn(self.ours, [self.program, *arguments])[1] / 1024


def edit(folder, old, new):
    """Replaces a text of the manifest once, or appends when `old` is empty."""
    path = os.path.join(folder, "collection.toml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = text.replace(old, new, 1) if old else text + new
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def commit(machine, folder):
    """What git does for one edit that is made: two processes."""
    added = machine.git(folder, "add", "collection.toml")
    return added + machine.git(folder, "commit", "-q", "-m", "Add a group")


def touch_skill(folder, number, run):
    """Changes one artifact's file."""
    path = os.path.join(folder, "skills", name_of(number), "SKILL.md")
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"Seen {run}.\n")


def group_change(machine, run, prefix="New"):
    name = f"{prefix} {run}"
    ours = machine.run("group", "create", name, "--description", "x", name_of(run))
    edit(machine.theirs, "", f'\n[[groups]]\nname = "{name}"\ndescription = "x"\nmembers = [\n    "skill:{name_of(run)}",\n]\n')
    return ours, commit(machine, machine.theirs)


def group_change_after_other(machine, run):
    # Somebody else gave another group another colour.
    for folder in (machine.ours, machine.theirs):
        edit(folder, 'color = "#10B981"', 'color = "#22C55E"')
        commit(machine, folder)
    return group_change(machine, run, "Later")


def members_change(machine, run):
    ours = machine.run("group", "add", "Group 00001", name_of(100 + run))
    edit(machine.theirs, f'"skill:{name_of(10)}",\n', f'"skill:{name_of(10)}",\n    "skill:{name_of(100 + run)}",\n')
    return ours, commit(machine, machine.theirs)


def reading(*arguments):
    def row(machine, _):
        return machine.run(*arguments), machine.git(machine.theirs, "status")
    return row


def version(machine, _):
    return machine.run("--version"), machine.git(machine.theirs, "--version")


def one_changed(machine, run):
    touch_skill(machine.ours, run, run)
    return machine.run("cache", "refresh", "-q"), None


def hook_alone(machine, _):
    """What the script calls, without the shell."""
    return machine.run("hook", "post-checkout", ZEROS, ZEROS, "1"), None


def hook_after_files(machine, _):
    """Files were brought back, others than ours: that is known only by a look at all of them."""
    return machine.run("hook", "post-checkout", ZEROS, ZEROS, "0"), None


def hook_as_git_runs_it(machine, _):
    """The whole script, as git starts it; nothing changed since the last one."""
    script = os.path.join(machine.ours, ".git", "hooks", "post-checkout")
    if not os.path.exists(script):
        machine.run("hooks", "install")
    return machine.spawn(machine.ours, [script, ZEROS, ZEROS, "1"])[0], machine.spawn(machine.ours, ["/bin/sh", "-c", ":"])[0]


def hook_after_other_commits(machine, run):
    """A commit of something else came: HEAD is another, the collection the same."""
    with open(os.path.join(machine.ours, "notes"), "a", encoding="utf-8") as file:
        file.write(f"Seen {run}.\n")
    machine.git(machine.ours, "add", "notes")
    machine.git(machine.ours, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Notes")
    return machine.run("hook", "post-commit"), None


def ten_checked_out(machine, run):
    """A checkout changed ten artifacts: the refresh alone, against git's checkout of them."""
    def git(*arguments):
        return machine.git(machine.ours, "-c", "core.hooksPath=/dev/null", *arguments)

    here, there = f"here-{run}", f"there-{run}"
    git("branch", here)
    git("switch", "-q", "-c", there)
    for number in range(10):
        touch_skill(machine.ours, run * 10 + number, run)
    git("commit", "-q", "-a", "-m", "Ten")
    machine.run("cache", "refresh", "-q")
    elapsed = git("switch", "-q", here)
    return machine.run("hook", "post-checkout", ZEROS, ZEROS, "1"), elapsed


def alone(*arguments):
    def row(machine, _):
        return machine.run(*arguments), None
    return row


def memory(*arguments):
    def row(machine, _):
        return machine.memory(*arguments), None
    return row


def merge_versions(machine):
    """Three versions of the manifest, a few edits on each side; made once."""
    folder = os.path.join(os.path.dirname(machine.ours), "merge")
    paths = [os.path.join(folder, name) for name in ("ours.toml", "base.toml", "theirs.toml")]
    if not os.path.isdir(folder):
        os.makedirs(folder)
        base = manifest_of(machine.count)
        new_group = '[[groups]]\nname = "{}"\nmembers = [\n    "skill:{}",\n]\n\n'
        ours = base.replace('color = "#10B981"', 'color = "#22C55E"', 1)
        ours = ours.replace(f'"skill:{name_of(25)}",\n', f'"skill:{name_of(25)}",\n    "skill:{name_of(77)}",\n', 1)
        ours += new_group.format("Ours", name_of(3))
        theirs = base.replace('"v1.5.0"', '"v1.6.0"', 1).replace("position = 40\n", 'position = 40\nowner = "mia"\n', 1)
        before = '[[groups]]\nname = "Group 00007"'
        theirs = theirs.replace(before, new_group.format("Theirs", name_of(5)) + before, 1)
        for path, text in zip(paths, (ours, base, theirs)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    return paths


def importing(machine, run):
    """A whole collection comes into an empty one, against git's commit of the same files in an empty repository."""
    top = os.path.dirname(machine.ours)
    into, beside = (os.path.join(top, f"{name}-{run}") for name in ("import", "commit"))
    machine.run("init", f"import-{run}", "--path", into)
    elapsed = machine.run("-c", into, "import", machine.theirs)
    shutil.copytree(machine.theirs, beside, ignore=shutil.ignore_patterns(".git"))
    machine.git(beside, "init", "-q")
    peer = machine.git(beside, "add", "-A") + machine.git(beside, "commit", "-q", "-m", "Import")
    for folder in (into, beside):
        shutil.rmtree(folder)
    return elapsed, peer


def grouping(machine, run):
    """The artifacts of a folder come into an empty collection, in groups by their folders."""
    into = os.path.join(os.path.dirname(machine.ours), f"grouped-{run}")
    machine.run("init", f"grouped-{run}", "--path", into)
    elapsed = machine.run("-c", into, "import", machine.theirs, "--group-by", "folder")
    shutil.rmtree(into)
    return elapsed, None


def merging(machine, _):
    ours, base, theirs = merge_versions(machine)
    return machine.run("merge-file", "-p", ours, base, theirs), machine.git(machine.theirs, "merge-file", "-p", ours, base, theirs)


def merging_beside_mergiraf(machine, _):
    ours, base, theirs = merge_versions(machine)
    elapsed = machine.spawn(machine.theirs, ["mergiraf", "merge", base, ours, theirs])[0]
    return machine.run("merge-file", "-p", ours, base, theirs), elapsed


def home_of(machine):
    """A fresh copy of a home as SkillMeat leaves it; the first one is made once."""
    folder = os.path.dirname(machine.ours)
    home, copy = os.path.join(folder, "old-home"), os.path.join(folder, "home-copy")
    if not os.path.isdir(home):
        generate_home(home, machine.count)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    return copy


def adopting(machine, _):
    home = home_of(machine)
    ours = machine.spawn(home, [machine.program, "adopt", "-q", home])[0]
    collection = os.path.join(home_of(machine), "collections", "default")
    theirs = sum(machine.git(collection, *words) for words in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "Start"]))
    return ours, theirs


def adopting_again(machine, run):
    home = os.path.join(os.path.dirname(machine.ours), "home-copy")
    if run == 0:
        machine.spawn(home_of(machine), [machine.program, "adopt", "-q", home])
    return machine.spawn(home, [machine.program, "adopt", "-q", home])[0], None


def adopting_in_memory(machine, _):
    home = home_of(machine)
    return machine.spawn(home, [machine.program, "adopt", "-q", home])[1] / 1024, None


COMMITS = 10_000


def history_of(machine, index):
    """A repository of many commits of a manifest of 140 KB, made once; with the index, or with a database that has none."""
    folder = os.path.join(os.path.dirname(machine.ours), "history")
    if not os.path.isdir(folder):
        generate_history(folder, 400, COMMITS)
    if not index:
        shutil.rmtree(os.path.join(folder, ".git", "skillmeat"), ignore_errors=True)
        machine.spawn(folder, [machine.program, "cache", "refresh", "-q"])
    return folder


def history(*arguments, index=True, log=False):
    def row(machine, _):
        folder = history_of(machine, index)
        theirs = machine.git(folder, "log", "-p", "--", "collection.toml") if log else None
        return machine.spawn(folder, [machine.program, "history", *arguments])[0], theirs
    return row


def group_ratio(count):
    return ("ratio", 0.8 if count <= 500 else 0.6)


def at_5000(limit):
    def target(count):
        return ("ms", limit) if count <= 5000 else None
    return target


def from_5000(ratio):
    def target(count):
        return ("ratio", ratio) if count >= 5000 else None
    return target


ROWS = [
    # Word, what is told, row, target by number of artifacts.
    ("version", "`--version` against `git --version`", version, lambda _: ("ratio", 1.5)),
    ("fresh", "`cache refresh -q`, nothing changed, against `git status`", reading("cache", "refresh", "-q"), at_5000(15)),
    ("show", "`group show`, against `git status`", reading("group", "show", "Group 00003"), at_5000(25)),
    ("list", "`list`", alone("list"), at_5000(25)),
    ("json", "`list --json`", alone("list", "--json"), at_5000(25)),
    ("groups", "`group list`", alone("group", "list"), at_5000(25)),
    ("search", "`search graph`", alone("search", "graph"), at_5000(25)),
    ("create", "`group create` against `git add` + `git commit`", group_change, group_ratio),
    ("add", "`group add` against `git add` + `git commit`", members_change, group_ratio),
    ("other", "`group create` after another's commit, likewise", group_change_after_other, lambda _: ("ratio", 1.0)),
    ("rebuild", "`cache rebuild`", alone("cache", "rebuild"), at_5000(300)),
    ("one", "`cache refresh` after one changed artifact", one_changed, at_5000(25)),
    ("hook", "a hook's program, nothing changed", hook_alone, lambda _: ("ms", 8)),
    ("script", "a hook's script as git runs it, nothing changed, against `sh -c :`", hook_as_git_runs_it, lambda _: ("ms", 8)),
    ("hook-files", "a hook's program after `checkout -- file`, nothing of ours changed", hook_after_files, at_5000(15)),
    ("hook-other", "a hook's program after a commit of something else", hook_after_other_commits, lambda _: ("ms", 8)),
    ("ten", "a hook after a checkout of ten changed artifacts, against that checkout", ten_checked_out, at_5000(25)),
    ("import", "`import` of all into an empty collection, against `git add` + `git commit`", importing, lambda _: None),
    ("grouped", "`import --group-by folder` of all into an empty collection", grouping, lambda _: None),
    ("memory-import", "memory of `import --dry-run` of what is here already, MiB", lambda m, _: (m.memory("import", m.theirs, "--prefer", "ours", "--dry-run"), None), lambda _: None),
    ("merge", "`merge-file` against `git merge-file`", merging, from_5000(1.0)),
    ("mergiraf", "`merge-file` against `mergiraf merge`, where it is installed", merging_beside_mergiraf, lambda _: ("ratio", 1.0)),
    ("adopt", "`adopt` of a home of SkillMeat's against `git init`, `git add --all`, `git commit`", adopting, lambda _: None),
    ("adopt-again", "`adopt` once more, nothing to change", adopting_again, lambda _: None),
    ("memory-adopt", "memory of `adopt`, MiB", adopting_in_memory, lambda _: None),
    ("history-20", f"`history -n 20` of {COMMITS:,} commits, without an index", history("-n", "20", index=False), lambda _: ("ms", 30)),
    ("history-index", "`history` that makes its index, against `git log -p -- collection.toml`", history(index=False, log=True), lambda _: ("ratio", 0.3)),
    ("history-group", "`history group`, with the index", history("group", "Group 00003"), lambda _: ("ms", 30)),
    ("history-deleted", "`history --deleted`, with the index", history("--deleted"), lambda _: ("ms", 30)),
    ("history-since", "`history --since -n`, with the index", history("--since", "2023-12-01", "-n", "500"), lambda _: ("ms", 30)),
    ("history-author", "`history --author`, a third of all, with the index", history("--author", "jo"), lambda _: ("ms", 30)),
    ("history-all", "`history`, all of it, with the index", history(), lambda _: ("ms", 30)),
    ("memory-list", "memory of `list`, MiB", memory("list"), at_5000(60)),
    ("memory-rebuild", "memory of `cache rebuild`, MiB", memory("cache", "rebuild"), at_5000(60)),
    ("memory-change", "memory of `tag add`, MiB", lambda m, run: (m.memory("tag", "add", f"t{run}", name_of(run)), None), at_5000(60)),
]


def measure(machine, row, runs):
    """Medians of ours and the reference."""
    row(machine, 0)
    pairs = [row(machine, run + 1) for run in range(runs)]
    ours = statistics.median(pair[0] for pair in pairs)
    theirs = None if pairs[0][1] is None else statistics.median(pair[1] for pair in pairs)
    return ours, theirs


def line_of(label, count, ours, theirs, target):
    """One line of the table."""
    ratio = "" if theirs is None else f"{ours / theirs:.2f}"
    reference = "" if theirs is None else f"{theirs:.1f}"
    wanted, holds = "", ""
    if target:
        kind, limit = target
        value = ours if kind == "ms" else ours / theirs
        wanted = f"≤ {limit}" + (" ×" if kind == "ratio" else "")
        holds = "yes" if value <= limit else "**no**"
    return f"| {label} | {count:,} | {ours:.1f} | {reference} | {ratio} | {wanted} | {holds} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/skillmeat")
    parser.add_argument("--sizes", default="500,5000,50000")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--rows", default="")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    words = [word for word in options.rows.split(",") if word]
    print("| work | artifacts | ours (ms) | git (ms) | ratio | target | holds |")
    print("|---|---|---|---|---|---|---|")
    sizes = [int(size) for size in options.sizes.split(",")]
    for count in sizes:
        with tempfile.TemporaryDirectory(prefix="skillmeat-bench-") as folder:
            machine = Machine(folder, count, program)
            machine.run("cache", "refresh", "-q")
            time.sleep(0.1)
            machine.run("cache", "refresh", "-q")
            for word, label, row, target in ROWS:
                # The history is the same one for each size.
                if word.startswith("history") and count != sizes[0]:
                    continue
                if (words and word not in words) or (word == "mergiraf" and not shutil.which("mergiraf")):
                    continue
                ours, theirs = measure(machine, row, options.runs)
                shown = 400 if word.startswith("history") else count
                print(line_of(label, shown, ours, theirs, target(count)), flush=True)
            os.chdir("/")


if __name__ == "__main__":
    main()
