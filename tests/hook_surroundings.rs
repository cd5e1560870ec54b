//! The rest of what git does: what fires no hook of ours, where there is no work tree, and hooks in the middle of git's
//! own variables.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::team::{Team, words};
use crate::common::test_environment::{Said, TestEnvironment, said};
use crate::hooks::{assert_fresh, calls, counted, fires, hooks_of};

const PROGRAM: &str = env!("CARGO_BIN_EXE_skillmeat");

/// Two branches that gave one group another icon, and that each gave it one twice.
fn clashing() -> TestEnvironment {
    let environment = counted();
    environment.git(["switch", "-qc", "clash"]);
    environment.ok(["group", "edit", "Shared", "--icon", "one"]);
    environment.git(["switch", "-q", "main"]);
    environment.ok(["group", "edit", "Shared", "--icon", "two"]);
    environment.ok(["group", "edit", "Shared", "--icon", "three"]);
    environment.ok(["list"]);
    calls(&environment);
    environment
}

/// Runs git, which stops at a conflict; these hooks were called.
fn stops(environment: &TestEnvironment, line: &str, expected: &[&str]) {
    let told = environment.git_said(&environment.team(), words(line));
    assert!(told.code.is_some_and(|code| code != 0), "{line}: {told:?}");
    assert_eq!(calls(environment), expected, "{line}");
    let listed = environment.run(["group", "list"]);
    assert_eq!(listed.code, Some(0), "{line}: {listed:?}");
}

#[test]
fn what_is_broken_off_fires_nothing_and_is_seen() {
    let environment = clashing();
    let patch = environment.git(["format-patch", "-1", "--stdout", "clash"]);
    let patch_path = environment.root().join("patch");
    environment.write(&patch_path, patch);
    let before = environment.manifest();
    for (stop, at_stop, abort) in [
        ("merge clash", &[][..], "merge --abort"),
        ("cherry-pick clash", &[], "cherry-pick --abort"),
        ("revert --no-edit HEAD~1", &[], "revert --abort"),
        ("rebase clash", &["post-checkout 1"], "rebase --abort"),
        (
            &format!("am -3 '{}'", patch_path.display()),
            &[],
            "am --abort",
        ),
        (&format!("am '{}'", patch_path.display()), &[], "am --abort"),
    ] {
        stops(&environment, stop, at_stop);
        let abort = words(abort);
        let abort: Vec<&str> = abort.iter().map(String::as_str).collect();
        fires(&environment, &abort, &[]);
        assert_eq!(environment.manifest(), before, "{stop}");
    }
}

#[test]
fn what_goes_on_after_a_conflict_is_followed() {
    let environment = clashing();
    let go_on = |line: &str, expected: &[&str]| {
        environment.ok(["resolve", "--all", "--theirs"]);
        calls(&environment);
        let line = words(line);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        fires(&environment, &line, expected);
    };
    stops(&environment, "merge clash", &[]);
    go_on("-c core.editor=true merge --continue", &["post-commit"]);
    fires(&environment, &["reset", "-q", "--hard", "HEAD~1"], &[]);
    stops(&environment, "cherry-pick clash", &[]);
    go_on(
        "-c core.editor=true cherry-pick --continue",
        &["post-commit"],
    );
    fires(&environment, &["reset", "-q", "--hard", "HEAD~1"], &[]);
    fires(
        &environment,
        &["switch", "-q", "clash"],
        &["post-checkout 1"],
    );
    stops(&environment, "rebase main", &["post-checkout 1"]);
    let expected = ["post-commit", "post-rewrite rebase"];
    go_on("-c core.editor=true rebase --continue", &expected);
    // A patch that fits runs hooks of its own kind only.
    fires(
        &environment,
        &["switch", "-q", "main"],
        &["post-checkout 1"],
    );
    let fitting = environment.git(["format-patch", "-1", "--stdout", "side"]);
    let path = environment.root().join("patch").display().to_string();
    fs::write(&path, fitting).expect("written");
    fires(&environment, &["am", "-q", "-3", &path], &[]);
}

#[test]
fn clones_of_every_kind_are_followed() {
    let environment = counted();
    let work = environment.work();
    let from = environment.team().display().to_string();
    let template = environment.root().join("template");
    for entry in fs::read_dir(hooks_of(&environment.team())).expect("a folder") {
        let entry = entry.expect("an entry");
        let hooks = template.join("hooks");
        fs::create_dir_all(&hooks).expect("made");
        fs::copy(entry.path(), hooks.join(entry.file_name())).expect("copied");
    }
    let template = format!("--template={}", template.display());
    let clone = |options: &[&str], name: &str, expected: &[&str]| {
        let words = ["clone", "-q", &template].into_iter();
        let words = words
            .chain(options.iter().copied())
            .chain([from.as_str(), name]);
        environment.git_in(&work, words);
        assert_eq!(calls(&environment), expected, "{options:?}");
        work.join(name)
    };
    let copy = clone(&[], "plain", &["post-checkout 1"]);
    assert!(copy.join(".git/skillmeat/top/cache.db").exists());
    assert_fresh(&environment, &copy);

    // Nothing is checked out: the commit's manifest answers, and not another collection's.
    environment.ok(["init", "elsewhere"]);
    environment.ok(["collection", "use", "elsewhere"]);
    let copy = clone(&["--no-checkout"], "unchecked", &[]);
    let told = environment.run_in(&copy, ["group", "list", "--json"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stdout.contains("Shared"), "{told:?}");
    environment.git_in(&copy, ["checkout", "-q"]);
    assert_eq!(calls(&environment), ["post-checkout 1"]);
    assert_fresh(&environment, &copy);

    // A bare one is no collection; a work tree of it is.
    let bare = clone(&["--bare"], "bare.git", &[]);
    let told = environment.run_in(&bare, ["-c", "./", "list"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("hint: "), "{told:?}");
    environment.git_in(&bare, ["fetch", "-q", &from, "main"]);
    assert!(calls(&environment).is_empty());
    let linked = work.join("linked");
    environment.git_in(&bare, ["worktree", "add", "-q", "../linked", "main"]);
    assert_eq!(calls(&environment), ["post-checkout 1"]);
    assert!(
        bare.join("worktrees/linked/skillmeat/top/cache.db")
            .exists()
    );
    assert_fresh(&environment, &linked);
    let told = environment.ok_in(&linked, ["hooks", "status"]);
    assert!(
        told.contains(&bare.join("hooks/post-merge").display().to_string()),
        "{told}"
    );
}

/// A collection, `team`, whose hooks also change another one; with a linked work tree and a submodule.
struct Surroundings {
    environment: TestEnvironment,
    second: PathBuf,
}

impl Surroundings {
    fn new() -> Self {
        let environment = counted();
        environment.ok(["init", "second"]);
        let second = environment
            .root()
            .join("home/.skillmeat/collections/second");
        let this = Self {
            environment,
            second,
        };
        this.change_second_in(&hooks_of(&this.environment.team()));
        this
    }

    /// Lets the hooks before and after a commit change the other collection.
    fn change_second_in(&self, hooks: &Path) {
        let log = self.environment.root().join("said").display().to_string();
        let change = |name: &str| {
            format!(
                "'{PROGRAM}' -c second group create \"{name} $(date +%N) $$\" >/dev/null 2>>'{log}'; echo $? >>'{log}'\nexit 0\n"
            )
        };
        self.environment
            .script(&hooks.join("pre-commit"), &change("Before"));
        let hook = hooks.join("post-commit");
        let text = fs::read_to_string(&hook).expect("a hook");
        fs::write(hook, text + &change("After")).expect("written");
    }

    fn second_commits(&self) -> usize {
        let count = self
            .environment
            .git_in(&self.second, ["rev-list", "--count", "HEAD"]);
        count.trim().parse().expect("a number")
    }

    /// Edits the manifest and the notes of a work tree, and lets `git` commit, in a way of its own; this commit holds
    /// these files, and the other collection's commits hold its own and nothing else.
    fn commits(&self, folder: &Path, about: &str, files: &[&str], git: impl FnOnce() -> Said) {
        let environment = &self.environment;
        let manifest = folder.join("collection.toml");
        let text = fs::read_to_string(&manifest).expect("there");
        let name = about.replace(['\'', '"'], "");
        fs::write(
            &manifest,
            format!("{text}\n[[groups]]\nname = \"{name}\"\n"),
        )
        .expect("written");
        environment.write(&folder.join("notes"), about);
        environment.git_in(folder, ["add", "notes"]);
        let before = self.second_commits();
        let told = git();
        assert_eq!(told.code, Some(0), "{about}: {told:?}");
        let log = fs::read_to_string(environment.root().join("said")).unwrap_or_default();
        assert_eq!(self.second_commits(), before + 2, "{about}: {log}");
        let listed = |folder: &Path, words: &[&str]| -> Vec<String> {
            let told = environment.git_in(folder, words);
            told.lines().map(str::to_owned).collect()
        };
        let of_commit = ["show", "--name-only", "--format=", "HEAD"];
        assert_eq!(listed(folder, &of_commit), files, "{about}");
        assert_eq!(
            listed(&self.second, &of_commit),
            ["collection.toml"],
            "{about}"
        );
        assert_eq!(
            listed(&self.second, &["ls-files"]),
            [".gitattributes", "collection.toml"]
        );
        for folder in [folder, &self.second] {
            environment.git_in(folder, ["fsck", "--no-dangling"]);
        }
        assert!(
            environment
                .git_in(&self.second, ["status", "--porcelain"])
                .is_empty(),
            "{about}"
        );
        let left = environment.git_in(folder, ["status", "--porcelain"]);
        let staged = if files.len() == 2 { "" } else { "M  notes\n" };
        let is_as_before = left == staged || (files.len() == 1 && left == "A  notes\n");
        assert!(is_as_before, "{about}: {left}");
        assert_fresh(environment, folder);
        environment.git_in(
            folder,
            [
                "-c",
                "core.hooksPath=/dev/null",
                "commit",
                "-qm",
                "notes",
                "--allow-empty",
            ],
        );
    }

    /// Commits in every way in which git sets its variables.
    fn every_way(&self, folder: &Path) {
        let environment = &self.environment;
        let run = |at: &Path, line: &str, variables: &[(&str, &Path)]| {
            let mut command = environment.command("git", at);
            command.args(words(line)).envs(variables.iter().copied());
            said(command)
        };
        let git_dir = environment.git_in(folder, ["rev-parse", "--absolute-git-dir"]);
        let git_dir = Path::new(git_dir.trim());
        let both = ["collection.toml", "notes"];
        let elsewhere = environment.work();
        let here = folder.display();
        self.commits(folder, "all", &both, || run(folder, "commit -qam all", &[]));
        self.commits(folder, "only", &both[..1], || {
            run(folder, "commit -q -m only --only -- collection.toml", &[])
        });
        self.commits(folder, "patch", &both, || {
            let script = "yes | git commit -q -p -m patch >/dev/null";
            let mut command = environment.command("sh", folder);
            command.args(["-c", script]);
            said(command)
        });
        self.commits(folder, "from elsewhere", &both, || {
            run(
                &elsewhere,
                &format!("-C '{here}' commit -qam elsewhere"),
                &[],
            )
        });
        self.commits(folder, "git-dir", &both, || {
            let line = format!(
                "--git-dir '{}' --work-tree '{here}' commit -qam named",
                git_dir.display()
            );
            run(&elsewhere, &line, &[])
        });
        let variables = [("GIT_DIR", git_dir), ("GIT_WORK_TREE", folder)];
        self.commits(folder, "variables", &both, || {
            run(&elsewhere, "commit -qam variables", &variables)
        });
        let index = git_dir.join("index");
        self.commits(folder, "index", &both, || {
            run(folder, "commit -qam index", &[("GIT_INDEX_FILE", &index)])
        });
    }
}

#[test]
fn a_hook_that_changes_another_collection_touches_neither_index_nor_commit() {
    let surroundings = Surroundings::new();
    let environment = &surroundings.environment;
    surroundings.every_way(&environment.team());
    let linked = environment.work().join("linked");
    environment.git([
        "worktree",
        "add",
        "-q",
        &linked.display().to_string(),
        "side",
    ]);
    surroundings.every_way(&linked);

    // A rebase commits one by one; each time the other collection gets its change.
    environment.git(["switch", "-qc", "more"]);
    let create = |name: &str| environment.ok_in(&environment.team(), ["group", "create", name]);
    create("First");
    create("Second");
    environment.git(["switch", "-qc", "upstream", "HEAD~2"]);
    create("Upstream");
    environment.git(["switch", "-q", "more"]);
    let before = surroundings.second_commits();
    environment.git(["rebase", "-q", "upstream"]);
    let after = surroundings.second_commits();
    let log = fs::read_to_string(environment.root().join("said")).expect("there");
    assert_eq!(after, before + 2, "{log}");
    let between = environment.git(["log", "--format=", "--name-only", "upstream..more"]);
    let names: Vec<&str> = between.split_whitespace().collect();
    assert_eq!(names, ["collection.toml"; 2]);
    assert_fresh(environment, &environment.team());
}

#[test]
fn a_submodule_keeps_to_itself() {
    let surroundings = Surroundings::new();
    let environment = &surroundings.environment;
    let parent = environment.work().join("parent");
    environment.git_in(&environment.work(), ["init", "-q", "parent"]);
    let line = format!(
        "-c protocol.file.allow=always submodule --quiet add '{}' sub",
        environment.team().display()
    );
    environment.git_in(&parent, words(&line));
    environment.git_in(&parent, ["commit", "-qm", "sub"]);
    let sub = parent.join("sub");
    environment.ok_in(&sub, ["hooks", "install"]);
    surroundings.change_second_in(&parent.join(".git/modules/sub/hooks"));
    surroundings.every_way(&sub);
    let left = environment.git_in(&parent, ["status", "--porcelain"]);
    assert_eq!(left, " M sub\n");
    assert_eq!(
        environment.git_in(&parent, ["ls-files"]),
        ".gitmodules\nsub\n"
    );
    assert!(!parent.join(".git/skillmeat").exists());
}

/// What sixteen at once do, each several times.
const AT_ONCE: [&str; 8] = [
    "group create 'Group {}'",
    "sync",
    "undo",
    "tag add tag-{} jwt-auth",
    "cache rebuild",
    "list",
    "redo",
    "git -- commit -q --allow-empty -m 'From git {}'",
];

#[test]
fn sixteen_at_once_with_hooks_that_make_changes_come_to_an_end() {
    let team = Team::new();
    let folder = team.folder("mia");
    let hooks = hooks_of(&team.top("mia"));
    team.ok("mia", "hooks install");
    // git makes the commits, so every change runs hooks, and every hook makes a change, which is refused inside one.
    team.git("mia", "config skillmeat.runCommitHooks true");
    team.environment.script(&hooks.join("pre-commit"), "exit 0");
    for event in ["post-commit", "post-merge"] {
        let hook = hooks.join(event);
        let text = fs::read_to_string(&hook).expect("a hook");
        let call = format!("'{PROGRAM}' -q tag add hooked jwt-auth >/dev/null 2>&1\nexit 0\n");
        fs::write(&hook, text + &call).expect("written");
    }
    let start = Instant::now();
    thread::scope(|scope| {
        for number in 0..16_usize {
            let team = &team;
            scope.spawn(move || {
                for round in 0..2 {
                    let line = AT_ONCE[(number + round * 3) % AT_ONCE.len()];
                    let line = line.replace("{}", &format!("{number}-{round}"));
                    let told = team.run("mia", &line);
                    // Nothing to undo, a race that others won, or git's own lock: told, and nothing done.
                    let is_told = told.code == Some(0) || !told.stderr.is_empty();
                    let is_known = matches!(told.code, Some(0 | 1 | 3 | 4 | 5 | 128));
                    assert!(is_told && is_known, "{line}: {told:?}");
                }
            });
        }
    });
    assert!(
        start.elapsed() < Duration::from_mins(2),
        "{:?}",
        start.elapsed()
    );
    assert_fresh(&team.environment, &folder);
    assert_eq!(team.git("mia", "status --porcelain"), "");
    team.git("mia", "fsck --no-dangling");
    for lock in [".git/index.lock", ".git/HEAD.lock"] {
        assert!(!team.top("mia").join(lock).exists(), "{lock}");
    }
    let journal = fs::read(team.top("mia").join(".git/skillmeat/journal"));
    assert_eq!(journal.expect("a journal"), b"");
    team.ok("mia", "sync");
}
