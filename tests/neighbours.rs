//! Beside the hook managers themselves, in every order. `.ci/neighbours` installs them; where they are not, the tests
//! say that they were skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::common::test_environment::{Said, TestEnvironment, said};
use crate::hooks::{EVENTS, assert_fresh, bytes, hooks_of};

/// Where `.ci/neighbours` installs.
fn installed() -> PathBuf {
    std::env::var_os("SKILLMEAT_NEIGHBOURS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/neighbours"),
        PathBuf::from,
    )
}

/// The search path with these folders first.
fn path_with(folders: &[PathBuf]) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().cloned();
    std::env::join_paths(folders.chain(std::env::split_paths(&path))).expect("a path")
}

/// A hook manager.
struct Manager {
    name: &'static str,
    install: &'static [&'static str],
    /// How it is made to take the place of hooks that are there.
    force: &'static [&'static str],
    uninstall: &'static [&'static str],
}

/// A collection, and a manager that is there.
struct Beside {
    environment: TestEnvironment,
    manager: Manager,
}

impl Beside {
    /// A collection without hooks; nothing, aloud, where the manager is not there.
    fn new(manager: Manager) -> Option<Self> {
        let environment = TestEnvironment::with_team();
        environment.run(["hooks", "uninstall"]);
        let this = Self {
            environment,
            manager,
        };
        let path = path_with(&[installed().join("bin")]);
        let is_there =
            std::env::split_paths(&path).any(|folder| folder.join(this.manager.name).is_file());
        if !is_there {
            eprintln!("skipped: {} is not installed", this.manager.name);
            return None;
        }
        let seen = this.seen();
        this.environment.write(
            &this.environment.team().join("lefthook.yml"),
            format!(
                "post-checkout:\n  commands:\n    one:\n      run: touch '{}'\n",
                seen.display()
            ),
        );
        this.environment.write(
            &this.environment.team().join(".pre-commit-config.yaml"),
            format!(
                "repos:\n- repo: local\n  hooks:\n  - id: one\n    name: one\n    entry: touch {}\n    language: system\n    \
                 always_run: true\n    stages: [post-checkout]\n",
                seen.display()
            ),
        );
        Some(this)
    }

    fn seen(&self) -> PathBuf {
        self.environment.root().join("seen")
    }

    fn hooks(&self) -> std::collections::BTreeMap<PathBuf, (u32, Vec<u8>)> {
        bytes(&hooks_of(&self.environment.team()))
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.environment.command(program, &self.environment.team());
        command
            .args(arguments)
            .env("PATH", path_with(&[installed().join("bin")]))
            .env("GIT_TRACE", "1");
        command
    }

    /// Runs the manager.
    fn theirs(&self, arguments: &[&str]) -> Said {
        let program = installed().join("bin").join(self.manager.name);
        let program = if program.exists() {
            program
        } else {
            PathBuf::from(self.manager.name)
        };
        let told = said(self.command(&program.display().to_string(), arguments));
        assert!(matches!(told.code, Some(0 | 2)), "{arguments:?} {told:?}");
        told
    }

    /// The states of our hooks.
    fn states(&self) -> Vec<String> {
        let told = self.environment.json(["hooks", "status"]);
        let hooks = told["hooks"].as_array().expect("hooks");
        hooks
            .iter()
            .map(|hook| hook["state"].as_str().expect("a state").to_owned())
            .collect()
    }

    /// Goes to another branch; theirs runs, ours runs, and git is content.
    fn both_run(&self, about: &str) {
        let database = self.environment.ok(["cache", "path"]);
        let database = Path::new(database.trim());
        let _ = fs::remove_file(database);
        let _ = fs::remove_file(self.seen());
        let told = said(self.command("git", &["switch", "-q", "-C", "elsewhere"]));
        assert_eq!(told.code, Some(0), "{about}: {told:?}");
        let is_seen = self.seen().exists() || told.stderr.contains("git-lfs post-checkout");
        assert!(is_seen, "{about}: theirs ran: {told:?}");
        assert!(database.exists(), "{about}: ours ran: {told:?}");
        let told = said(self.command("git", &["switch", "-q", "main"]));
        assert_eq!(told.code, Some(0), "{about}: {told:?}");
        assert_fresh(&self.environment, &self.environment.team());
    }

    fn install_ours(&self, about: &str) {
        self.environment.ok(["hooks", "install"]);
        assert_eq!(self.states(), ["installed"; 4], "{about}");
        let once = self.hooks();
        self.environment.ok(["hooks", "install"]);
        assert_eq!(self.hooks(), once, "{about}: twice gives the same bytes");
    }

    /// Theirs, ours, theirs once more, ours once more; out again, in both orders.
    fn theirs_first(&self) {
        let clean = self.hooks();
        self.theirs(self.manager.install);
        let before = self.hooks();
        self.install_ours("theirs first");
        self.both_run("theirs first");
        self.environment.ok(["hooks", "uninstall"]);
        assert_eq!(self.hooks(), before, "ours go without a trace");
        self.install_ours("again");
        // They write their hook anew: that is told, and mended.
        self.theirs(self.manager.force);
        assert!(
            self.states().contains(&"absent".to_owned()),
            "{:?}",
            self.states()
        );
        let told = self.environment.run(["hooks", "status"]);
        assert!(told.stderr.contains("does not call skillmeat"), "{told:?}");
        self.install_ours("over theirs");
        self.both_run("over theirs");
        // Whoever goes first, nothing of either stays; git-lfs would leave a script that holds a line more.
        if self.manager.name != "git-lfs" {
            self.theirs(self.manager.uninstall);
        }
        self.environment.ok(["hooks", "uninstall"]);
        self.theirs(self.manager.uninstall);
        assert_eq!(self.hooks(), clean);
    }

    /// Ours, theirs over them, ours once more; out again.
    fn ours_first(&self) {
        let clean = self.hooks();
        self.install_ours("ours first");
        self.theirs(self.manager.install);
        self.theirs(self.manager.force);
        self.install_ours("ours, theirs, ours");
        self.both_run("ours, theirs, ours");
        self.environment.ok(["hooks", "uninstall"]);
        self.theirs(self.manager.uninstall);
        // What they had put aside, as they found it, is back.
        self.environment.ok(["hooks", "uninstall"]);
        assert_eq!(self.hooks(), clean);
    }
}

const PRE_COMMIT: [&str; 2] = ["-t", "post-checkout"];

#[test]
fn pre_commit_and_we_both_work() {
    let manager = || Manager {
        name: "pre-commit",
        install: &["install", PRE_COMMIT[0], PRE_COMMIT[1]],
        force: &["install", PRE_COMMIT[0], PRE_COMMIT[1]],
        uninstall: &["uninstall", PRE_COMMIT[0], PRE_COMMIT[1]],
    };
    for walk in [Beside::theirs_first, Beside::ours_first] {
        let Some(beside) = Beside::new(manager()) else {
            return;
        };
        walk(&beside);
    }
}

#[test]
fn lefthook_and_we_both_work() {
    let manager = || Manager {
        name: "lefthook",
        install: &["install"],
        force: &["install", "--force"],
        uninstall: &["uninstall"],
    };
    for walk in [Beside::theirs_first, Beside::ours_first] {
        let Some(beside) = Beside::new(manager()) else {
            return;
        };
        walk(&beside);
    }
}

#[test]
fn git_lfs_and_we_both_work() {
    let manager = || Manager {
        name: "git-lfs",
        install: &["install", "--local"],
        force: &["install", "--local", "--force"],
        uninstall: &["uninstall", "--local"],
    };
    for walk in [Beside::theirs_first, Beside::ours_first] {
        let Some(beside) = Beside::new(manager()) else {
            return;
        };
        walk(&beside);
    }
}

#[test]
fn husky_runs_what_was_told_to_be_added() {
    let manager = Manager {
        name: "husky",
        install: &[],
        force: &[],
        uninstall: &[],
    };
    let Some(beside) = Beside::new(manager) else {
        return;
    };
    let environment = &beside.environment;
    let team = environment.team();
    let clean = beside.hooks();
    environment.ok(["hooks", "install"]);
    beside.theirs(&[]);
    assert_eq!(
        environment.git(["config", "core.hooksPath"]).trim(),
        ".husky/_"
    );
    let theirs = bytes(&team.join(".husky/_"));
    // git no longer looks at ours: that is told, with what to add to which file.
    assert_eq!(beside.states(), ["absent"; 4]);
    let told = environment.run(["hooks", "install"]);
    assert_eq!(told.code, Some(5), "{told:?}");
    assert_eq!(told.stderr.matches("husky's").count(), 1, "{told:?}");
    for event in EVENTS {
        let file = team.join(".husky").join(event);
        assert!(
            told.stderr.contains(&format!("In {}:\n", file.display())),
            "{told:?}"
        );
    }
    let told = environment.run(["hooks", "install", "--json"]);
    let told: Value = serde_json::from_str(&told.stdout).expect("JSON");
    let seen = format!("touch '{}'\n", beside.seen().display());
    for hook in told["hooks"].as_array().expect("hooks") {
        let lines = hook["lines"].as_str().expect("lines");
        let path = Path::new(hook["path"].as_str().expect("a path"));
        environment.write(path, format!("{seen}{lines}"));
    }
    beside.both_run("husky");
    assert_eq!(beside.states(), ["installed"; 4]);
    environment.ok(["hooks", "install"]);
    // Out again: the lines that were added, and the scripts where git looked before.
    environment.ok(["hooks", "uninstall"]);
    let left = fs::read_to_string(team.join(".husky/post-checkout")).expect("there");
    assert_eq!(left, seen);
    assert_eq!(bytes(&team.join(".husky/_")), theirs);
    assert_eq!(beside.hooks(), clean);
}

#[test]
fn the_newest_git_runs_hooks_from_its_configuration() {
    let folder = installed().join("git/bin");
    if !folder.join("git").is_file() {
        eprintln!("skipped: a git that takes hooks from its configuration is not installed");
        return;
    }
    let environment = TestEnvironment::with_team();
    environment.run(["hooks", "uninstall"]);
    let configuration = environment.root().join("gitconfig");
    let before = fs::read(&configuration).expect("there");
    let work = environment.work();
    let run = |program: &str, folder_of_it: &Path, arguments: &[&str]| {
        let mut command = environment.command(program, folder_of_it);
        command
            .args(arguments)
            .env("PATH", path_with(std::slice::from_ref(&folder)));
        let told = said(command);
        assert_eq!(
            (told.code, told.stderr.as_str()),
            (Some(0), ""),
            "{arguments:?} {told:?}"
        );
        told.stdout
    };
    let ours = env!("CARGO_BIN_EXE_skillmeat");
    run(ours, &work, &["hooks", "install", "--global"]);
    let once = fs::read_to_string(&configuration).expect("there");
    assert!(
        once.contains("[hook \"skillmeat-post-checkout\"]"),
        "{once}"
    );
    run(ours, &work, &["hooks", "install", "--global"]);
    assert_eq!(fs::read_to_string(&configuration).expect("there"), once);
    let told = run(ours, &work, &["hooks", "status", "--global"]);
    assert_eq!(told.matches("installed").count(), 4, "{told}");
    let from = environment.team().display().to_string();
    run("git", &work, &["clone", "-q", &from, "copy"]);
    let copy = work.join("copy");
    let database = copy.join(".git/skillmeat/top/cache.db");
    assert!(database.exists(), "a plain clone has its database at once");
    for words in [
        &["switch", "-q", "-c", "side"][..],
        &["commit", "-q", "--allow-empty", "-m", "one"],
        &["checkout", "-q", "HEAD", "--", "collection.toml"],
        &["commit", "-q", "--allow-empty", "--amend", "-m", "two"],
        &["switch", "-q", "main"],
        &["merge", "-q", "side"],
    ] {
        fs::remove_file(&database).expect("removed");
        run("git", &copy, words);
        assert!(database.exists(), "{words:?}");
        assert_fresh(&environment, &copy);
    }
    // An older git takes none of it, and says nothing.
    let told = environment.git_said(&copy, ["switch", "-q", "side"]);
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""), "{told:?}");
    // The program is gone: git goes on, silently, and the status says so.
    let lost = once.replace(ours, "/nowhere/skillmeat");
    fs::write(&configuration, lost).expect("written");
    run("git", &copy, &["switch", "-q", "main"]);
    let mut command = environment.skillmeat_in(&work, ["hooks", "status", "--global"]);
    command.env("PATH", path_with(std::slice::from_ref(&folder)));
    assert!(said(command).stdout.contains("stale"));
    // Any git takes them out again.
    environment.ok(["hooks", "uninstall", "--global"]);
    assert_eq!(fs::read(&configuration).expect("there"), before);
}
