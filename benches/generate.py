"""Makes a collection of N artifacts in a folder, committed with git.

Usage: python3 benches/generate.py FOLDER N [COMMITS]

With COMMITS: so many commits of its manifest alone, each with one change of one group, made with `git fast-import` and
packed as `git gc` packs what was committed one by one.

N skills with believable headers, N / 10 groups of 10 members, 3 tags for each skill; about 350 bytes a row.
"""

import os
import re
import subprocess
import sys

TOPICS = ["auth", "cache", "deploy", "docs", "graph", "http", "index", "jobs", "logs", "mail", "parse", "query"]
VERBS = ["audit", "build", "check", "draft", "explain", "find", "guard", "harden", "inspect", "join", "keep", "lint"]


def name_of(number):
    """A name that is believable and its own: `audit-auth-00042`."""
    return f"{VERBS[number % 12]}-{TOPICS[number // 12 % 12]}-{number:05}"


def header_of(number):
    """A skill's file."""
    name = name_of(number)
    topic = TOPICS[number // 12 % 12]
    return (
        f"---\nname: {name}\n"
        f"description: {VERBS[number % 12].capitalize()}s what touches {topic}. Use it when a change in {topic} needs a second look.\n"
        f"version: 1.{number % 10}.0\nlicense: MIT\nallowed-tools: Read, Grep, Bash\ntags: [{topic}]\n---\n\n"
        f"# {name}\n\n" + "Look at the change, name what it touches, and say what is missing.\n" * 12
    )


def row_of(number):
    """An artifact's row."""
    name = name_of(number)
    sha = f"{number * 2654435761 % 2**64:016x}" * 2 + f"{number:08x}"
    return (
        f'[[artifacts]]\nname = "{name}"\ntype = "skill"\nsource = "myorg/library-of-skills/skills/{name}"\n'
        f'version_spec = "latest"\nresolved_sha = "{sha}"\nresolved_version = "v1.{number % 10}.0"\nscope = "user"\n'
        f'aliases = ["{name[:4]}{number}"]\n'
        f'tags = ["{TOPICS[number % 12]}", "{VERBS[number % 7]}", "area-{number % 20}"]\n\n'
    )


def manifest_of(count):
    """The manifest of the whole collection."""
    parts = ['[tool.skillmeat]\nname = "bench"\nversion = "1.0.0"\n\n']
    slugs = TOPICS + VERBS[:7] + [f"area-{number}" for number in range(20)]
    for slug in slugs:
        parts.append(f'[[tag_definitions]]\nname = "{slug}"\nslug = "{slug}"\ncolor = "#3B82F6"\n\n')
    for group in range(count // 10):
        members = "".join(f'    "skill:{name_of(group * 10 + number)}",\n' for number in range(10))
        parts.append(
            f'[[groups]]\nname = "Group {group:05}"\ndescription = "Ten skills that belong together"\n'
            f'color = "#10B981"\nicon = "shield"\nposition = {group}\nmembers = [\n{members}]\n\n'
        )
    parts.extend(row_of(number) for number in range(count))
    return "".join(parts)


def generate(folder, count, git=("git",)):
    """Writes the collection and commits it."""
    os.makedirs(folder)
    for number in range(count):
        skill = os.path.join(folder, "skills", name_of(number))
        os.makedirs(skill)
        with open(os.path.join(skill, "SKILL.md"), "w", encoding="utf-8") as file:
            file.write(header_of(number))
    with open(os.path.join(folder, "collection.toml"), "w", encoding="utf-8") as file:
        file.write(manifest_of(count))
    for arguments in (["init", "-q"], ["add", "--all"], ["-c", "maintenance.auto=false", "commit", "-q", "-m", "Start"], ["gc", "-q"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def changed(groups, number):
    """Changes one group: a member comes, a member goes, a colour, a description, a rename. Returns the subject."""
    place = number // 5 * 7 % len(groups)
    group = groups[place]
    name = group.split('name = "', 1)[1].split('"', 1)[0]
    kind = number % 5
    if kind == 0:
        group = group.replace("members = [\n", f'members = [\n    "skill:{name_of(number % 400)}-{number}",\n', 1)
    elif kind == 1:
        head, members = group.split("members = [\n", 1)
        first, rest = members.split("\n", 1)
        group = head + "members = [\n" + (rest if rest.startswith("    ") else members)
    elif kind == 2:
        group = re.sub(r'color = "#.{6}"', f'color = "#{number % 2**24:06X}"', group, count=1)
    elif kind == 3:
        group = re.sub(r'description = ".*"', f'description = "Skills that belong together since {number}"', group, count=1)
    else:
        group = group.replace(f'name = "{name}"', f'name = "{name.split(",")[0]}, {number}"', 1)
    groups[place] = group
    return f"Change {name}"


def generate_history(folder, count, commits, git=("git",)):
    """Makes a repository of commits of a manifest of so many artifacts."""
    os.makedirs(folder)
    subprocess.run([*git, "init", "-q"], cwd=folder, check=True)
    text = manifest_of(count)
    first = text.index("[[groups]]")
    last = text.index("[[artifacts]]")
    groups = ["[[groups]]" + group for group in text[first:last].split("[[groups]]")[1:]]
    people = ["Mia <mia@example.com>", "Jo <jo@example.com>", "Noor <noor@example.com>"]
    importer = subprocess.Popen([*git, "fast-import", "--quiet", "--depth=0"], cwd=folder, stdin=subprocess.PIPE)
    for number in range(commits):
        subject = changed(groups, number) if number else "Start"
        manifest = (text[:first] + "".join(groups) + text[last:]).encode()
        moment = f"{1700000000 + number * 600} +0000"
        person = people[number % 3]
        header = f"commit refs/heads/main\nauthor {person} {moment}\ncommitter {person} {moment}\ndata {len(subject)}\n{subject}\n"
        importer.stdin.write(header.encode())
        importer.stdin.write(f"M 100644 inline collection.toml\ndata {len(manifest)}\n".encode())
        importer.stdin.write(manifest + b"\n")
    importer.stdin.close()
    if importer.wait() != 0:
        raise SystemExit("git fast-import failed")
    for arguments in (["symbolic-ref", "HEAD", "refs/heads/main"], ["repack", "-q", "-a", "-d", "-f", "--window=4"], ["reset", "-q", "--hard"]):
        subprocess.run([*git, *arguments], cwd=folder, check=True)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        generate_history(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        generate(sys.argv[1], int(sys.argv[2]))
