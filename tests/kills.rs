//! A change that is killed anywhere leaves the old or the new state, and the next command ends it.
//!
//! `strace` kills the program on entry to one system call after the other. `SKILLMEAT_ALL_KILLS=1` tries each of
//! them; without it a change of one kind is killed at most points, and those of the other kinds at some.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use crate::common::test_environment::{Said, TestEnvironment, fixtures, said};

/// Calls that change what is on the disk.
pub(crate) const CALLS: &str = "write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,fdatasync,mkdir,openat,\
     ftruncate,chmod,fchmod,symlink,symlinkat,rmdir";

/// A kind of change.
struct Kind {
    arguments: Vec<String>,
    prepare: fn(&TestEnvironment),
    /// A text that the manifest holds when the change is made, and only then; or `!` and one that it no longer holds.
    marker: &'static str,
}

/// Everything that people see of a collection, except the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    committed: String,
    staged: String,
    status: String,
    files: BTreeMap<String, u64>,
}

/// What a user did beside us.
struct Everything {
    commit: String,
    branch: String,
    stash: String,
    notes: Option<String>,
    manifest: String,
}

/// Whether calls that print are points, too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Talk {
    With,
    Without,
}

/// A collection in which a change is made, again and again from the same start.
pub(crate) struct Trial {
    pub(crate) environment: TestEnvironment,
    kind: Kind,
    old: State,
    new: State,
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// Whether processes can be traced here; says so when they can't.
pub(crate) fn can_trace() -> bool {
    let works = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: strace is missing, or may not trace");
    }
    works
}

pub(crate) fn all_kills() -> bool {
    std::env::var_os("SKILLMEAT_ALL_KILLS").is_some()
}

/// The collection, with artifacts and with work of the user's that no change may touch.
fn with_work() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    fs::create_dir_all(team.join("skills/plain")).expect("made");
    fs::write(
        team.join("skills/plain/SKILL.md"),
        "---\nname: plain\n---\n",
    )
    .expect("written");
    fs::write(team.join("notes.md"), "first\n").expect("written");
    environment.git(["add", "skills/plain", "notes.md"]);
    environment.git(["commit", "--quiet", "-m", "notes"]);
    environment.ok(["group", "create", "Old", "agent:auth-reviewer"]);
    fs::write(team.join("notes.md"), "first\nsecond\n").expect("written");
    fs::write(team.join("staged.md"), "staged\n").expect("written");
    environment.git(["add", "staged.md"]);
    fs::write(team.join("staged.md"), "staged\nmore\n").expect("written");
    fs::write(team.join("loose.txt"), "loose\n").expect("written");
    environment
}

pub(crate) fn nothing(_: &TestEnvironment) {}

impl Trial {
    pub(crate) fn new(
        arguments: &str,
        prepare: fn(&TestEnvironment),
        marker: &'static str,
    ) -> Self {
        let library = fixtures().join("team-library").display().to_string();
        let arguments = words(arguments)
            .into_iter()
            .map(|word| word.replace("LIBRARY", &library))
            .collect();
        let kind = Kind {
            arguments,
            prepare,
            marker,
        };
        let environment = with_work();
        (kind.prepare)(&environment);
        environment.ok(["list"]);
        let home = environment.root().join("home");
        copy(&home, &environment.root().join("template"));
        let old = state(&environment);
        let made = environment.run(&kind.arguments);
        assert_eq!(made.code, Some(0), "{made:?}");
        let new = state(&environment);
        let trial = Self {
            environment,
            kind,
            old,
            new,
        };
        assert!(trial.is_made(), "the marker tells a change that is made");
        trial
    }

    /// Puts everything back to the start.
    pub(crate) fn reset(&self) {
        let root = self.environment.root();
        fs::remove_dir_all(root.join("home")).expect("removed");
        copy(&root.join("template"), &root.join("home"));
    }

    /// Puts the start into an empty folder that stands in the place of the home.
    pub(crate) fn fill(&self, home: &Path) {
        copy(&self.environment.root().join("template/."), home);
    }

    pub(crate) fn is_made(&self) -> bool {
        let manifest = self.environment.manifest();
        match self.kind.marker.strip_prefix('!') {
            Some(gone) => !manifest.contains(gone),
            None => manifest.contains(self.kind.marker),
        }
    }

    fn git_commits(&self) -> bool {
        let mut command = self.environment.command("git", &self.environment.team());
        command.args(["config", "--get", "skillmeat.runCommitHooks"]);
        said(command).stdout == "true\n"
    }

    fn traced(&self, options: &[&str]) -> Said {
        let mut command = self.environment.command("strace", &self.environment.work());
        // Threads are followed; so would be a `git` that makes the commit, whose own lock nobody may take from it.
        command
            .args((!self.git_commits()).then_some("-f"))
            .args(options)
            .arg(env!("CARGO_BIN_EXE_skillmeat"))
            .args(&self.kind.arguments);
        said(command)
    }

    /// Each call of the change that alters the disk: its name, and the how manieth of that name it is.
    fn points(&self, talk: Talk) -> Vec<(String, usize)> {
        self.reset();
        let log = self.environment.root().join("log");
        let trace = format!("trace={CALLS}");
        let said = self.traced(&["-o", &log.display().to_string(), "-e", &trace]);
        assert_eq!(said.code, Some(0), "{said:?}");
        points(&fs::read_to_string(log).expect("a log"), talk)
    }

    /// Kills the change at a point. Returns whether it came to it.
    fn kill(&self, call: &str, count: usize) -> bool {
        self.kill_with(&[], call, count)
    }

    fn kill_with(&self, options: &[&str], call: &str, count: usize) -> bool {
        self.reset();
        let trace = format!("trace={call}");
        let inject = format!("inject={call}:signal=SIGKILL:when={count}");
        let kill = ["-o", "/dev/null", "-e", &trace, "-e", &inject];
        self.traced(&[&kill, options].concat()).code.is_none()
    }

    /// What must hold after a command that followed a kill.
    pub(crate) fn check(&self, context: &str) {
        let found = state(&self.environment);
        if self.is_made() {
            same(
                &self.new,
                &found,
                &format!("{context}: new, but not wholly"),
            );
        } else {
            same(
                &self.old,
                &found,
                &format!("{context}: old, but not wholly"),
            );
        }
        self.is_tidy(context);
    }

    /// No lock, journal or temporary file is left.
    fn is_tidy(&self, context: &str) {
        let team = self.environment.team();
        let mut left = Vec::new();
        walk(&team, &mut |path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_ours = name.contains(".skillmeat-") && !path.starts_with(team.join(".git"));
            let is_journal =
                name == "journal" && fs::metadata(path).is_ok_and(|file| file.len() > 0);
            if is_ours || name.ends_with(".lock") || is_journal {
                left.push(path.to_owned());
            }
        });
        assert!(left.is_empty(), "{context}: left: {left:?}");
    }

    fn fsck(&self, context: &str) {
        let mut command = self.environment.command("git", &self.environment.team());
        command.args(["fsck", "--no-dangling", "--no-progress"]);
        let said = said(command);
        let text = format!("{}{}", said.stdout, said.stderr);
        assert!(
            said.code == Some(0) && !text.contains("error") && !text.contains("bad "),
            "{context}: {said:?}"
        );
    }

    fn journal(&self) -> bool {
        let journal = self.environment.team().join(".git/skillmeat/journal");
        fs::metadata(journal).is_ok_and(|journal| journal.len() > 0)
    }

    /// Kills the change at every point, or at each `step`th.
    fn run(&self, step: usize) {
        let points = self.points(Talk::With);
        let step = if all_kills() { 1 } else { step };
        let mut killed = 0;
        for (place, (call, count)) in points.iter().enumerate().step_by(step) {
            let context = format!("{:?} killed at {call} {count}", self.kind.arguments);
            killed += usize::from(self.kill(call, *count));
            self.fsck(&context);
            let interrupted = self.journal();
            let reads = (place / step) % 2 == 0;
            let next = if reads {
                self.environment.run(["list"])
            } else {
                self.environment.run(["group", "create", "After"])
            };
            assert_eq!(next.code, Some(0), "{context}: {next:?}");
            assert!(
                !interrupted || next.stderr.contains("interrupted change"),
                "{context}: it says what it did: {next:?}"
            );
            self.check(&context);
            let groups = self.environment.ok(["group", "list"]);
            assert_eq!(groups.contains("After"), !reads, "{context}");
            if !reads {
                let manifest = self.environment.manifest();
                let committed = self.environment.git(["show", "HEAD:collection.toml"]);
                assert_eq!(manifest, committed, "{context}");
                self.is_swept(&context);
            }
        }
        eprintln!(
            "{:?}: {killed} of {} points",
            self.kind.arguments,
            points.len()
        );
    }

    /// Kills the change, lets the user do something, and looks what the next command makes of it.
    fn race(&self, user: &[&str], step: usize) {
        let step = if all_kills() { step.div_ceil(4) } else { step };
        for (call, count) in self.points(Talk::With).iter().step_by(step) {
            let context = format!("{call} {count}, then git {user:?}");
            self.kill(call, *count);
            let team = self.environment.team();
            // git says how: "remove the file manually to continue".
            let _ = fs::remove_file(team.join(".git/index.lock"));
            let mut command = self.environment.command("git", &team);
            command.args(user);
            let done = said(command);
            let before = self.everything();
            let next = self.environment.run(["list"]);
            assert_eq!(next.code, Some(0), "{context}: {done:?} {next:?}");
            self.is_tidy(&context);
            self.fsck(&context);
            let after = self.everything();
            assert_eq!(before.commit, after.commit, "{context}: commits stay");
            assert_eq!(before.branch, after.branch, "{context}");
            assert_eq!(before.stash, after.stash, "{context}");
            assert_eq!(before.notes, after.notes, "{context}: {done:?}");
            if done.code == Some(0) && user[0] != "switch" {
                // What the user took over, by staging, committing or stashing it, is not taken back.
                assert_eq!(before.manifest, after.manifest, "{context}: {next:?}");
            }
            if user[0] == "stash" && done.code == Some(0) {
                self.environment.git(["stash", "pop"]);
                let text = fs::read_to_string(team.join("notes.md")).expect("read");
                assert_eq!(text, "first\nsecond\n", "{context}");
            }
            self.environment.ok(["group", "create", "After"]);
        }
    }

    /// Lets a call fail at every point, or at each `step`th: the change is made, or it is not and says why.
    fn fail(&self, failures: &[(&str, &str)], step: usize) {
        let step = if all_kills() { 1 } else { step };
        let points = self.points(Talk::Without);
        let points = points.iter().filter_map(|(call, count)| {
            let failure = failures.iter().find(|(failing, _)| failing == call)?;
            Some((call, count, failure.1))
        });
        let mut failed = (0, 0);
        for (call, count, error) in points.step_by(step) {
            let context = format!("{:?}: {error} at {call} {count}", self.kind.arguments);
            self.reset();
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:error={error}:when={count}");
            let said = self.traced(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
            let wanted = if self.is_made() { Some(0) } else { Some(1) };
            assert_eq!(said.code, wanted, "{context}: {said:?}");
            if said.code == Some(1) {
                assert!(said.stderr.starts_with("error: "), "{context}: {said:?}");
            }
            failed.0 += 1;
            failed.1 += usize::from(said.code == Some(1));
            if self.journal() {
                let next = self.environment.run(["list"]);
                assert!(
                    next.stderr.contains("interrupted change"),
                    "{context}: {next:?}"
                );
            }
            self.check(&context);
            self.fsck(&context);
            self.environment.ok(["group", "create", "After"]);
            self.check(&context);
            self.is_swept(&context);
        }
        eprintln!(
            "{:?}: {} failures, {} of them end the change",
            self.kind.arguments, failed.0, failed.1
        );
    }

    fn everything(&self) -> Everything {
        let lines = |arguments: &[&str]| {
            let mut command = self.environment.command("git", &self.environment.team());
            command.args(arguments);
            said(command).stdout
        };
        Everything {
            commit: lines(&["rev-parse", "HEAD"]),
            branch: lines(&["symbolic-ref", "HEAD"]),
            stash: lines(&["stash", "list"]),
            notes: fs::read_to_string(self.environment.team().join("notes.md")).ok(),
            manifest: self.environment.manifest(),
        }
    }

    /// After a change, nothing of ours is left in the git folder either.
    fn is_swept(&self, context: &str) {
        let folder = self.environment.team().join(".git/skillmeat");
        for name in ["index.new", "branch.new"] {
            assert!(!folder.join(name).exists(), "{context}: {name} is left");
        }
    }
}

/// Each call of a log that alters the disk: its name, and the how manieth of that name it is in its thread. The tracer
/// counts so, too: where several threads come that far, the first of them is meant.
pub(crate) fn points(log: &str, talk: Talk) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut points = Vec::new();
    for line in log.lines() {
        let Some((call, rest)) = line.split_once('(') else {
            continue;
        };
        let (thread, call) = call.rsplit_once(' ').unwrap_or(("", call));
        let count = counts.entry((thread, call)).or_default();
        *count += 1;
        let creates = call != "openat" || rest.contains("O_CREAT") || rest.contains("O_TRUNC");
        let talks = call == "write" && (rest.starts_with("1,") || rest.starts_with("2,"));
        let point = (call.to_owned(), *count);
        if creates && !(talks && talk == Talk::Without) && !points.contains(&point) {
            points.push(point);
        }
    }
    points
}

pub(crate) fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status()
        .expect("it runs");
    assert!(status.success());
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            walk(&path, visit);
        } else {
            visit(&path);
        }
    }
}

/// What git and the disk say, without the lines about the manifest.
fn state(environment: &TestEnvironment) -> State {
    let team = environment.team();
    let lines = |arguments: &[&str]| {
        let mut command = environment.command("git", &team);
        command.args(arguments);
        let text = said(command).stdout;
        let kept: Vec<_> = text
            .lines()
            .filter(|line| !line.ends_with("collection.toml"))
            .collect();
        kept.join("\n")
    };
    let mut files = BTreeMap::new();
    walk(&team, &mut |path| {
        let name = path
            .strip_prefix(&team)
            .expect("below")
            .display()
            .to_string();
        if !name.starts_with(".git/") && name != "collection.toml" {
            let bytes = fs::read(path).expect("read");
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            files.insert(name, hasher.finish());
        }
    });
    State {
        committed: lines(&["ls-tree", "-r", "HEAD"]),
        staged: lines(&["ls-files", "--stage"]),
        status: lines(&["status", "--porcelain"]),
        files,
    }
}

/// Fails where two states differ, and tells only the lines that do.
fn same(wanted: &State, found: &State, context: &str) {
    let lines = |state: &State| {
        let mut lines = Vec::new();
        for (what, text) in [
            ("HEAD", &state.committed),
            ("index", &state.staged),
            ("status", &state.status),
        ] {
            lines.extend(text.lines().map(|line| format!("{what}: {line}")));
        }
        lines.extend(
            state
                .files
                .iter()
                .map(|(name, hash)| format!("file: {name} {hash}")),
        );
        lines
    };
    let (wanted, found) = (lines(wanted), lines(found));
    let missing: Vec<_> = wanted.iter().filter(|line| !found.contains(line)).collect();
    let surplus: Vec<_> = found.iter().filter(|line| !wanted.contains(line)).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{context}: missing {missing:#?}, surplus {surplus:#?}"
    );
}

fn trial(arguments: &str, prepare: fn(&TestEnvironment), marker: &'static str, step: usize) {
    if can_trace() {
        Trial::new(arguments, prepare, marker).run(step);
    }
}

fn edit_by_hand(environment: &TestEnvironment) {
    let text = environment.manifest() + "# by hand\n";
    fs::write(environment.team().join("collection.toml"), text).expect("written");
}

fn unborn(environment: &TestEnvironment) {
    environment.git(["update-ref", "-d", "HEAD"]);
}

fn with_hooks(environment: &TestEnvironment) {
    environment.git(["config", "skillmeat.runCommitHooks", "true"]);
}

/// What a disk answers that is broken, or full.
const FAILURES: [(&str, &str); 12] = [
    ("fsync", "EIO"),
    ("fdatasync", "EIO"),
    ("write", "ENOSPC"),
    ("pwrite64", "ENOSPC"),
    ("rename", "EIO"),
    ("renameat", "EIO"),
    ("linkat", "EPERM"),
    ("unlink", "EIO"),
    ("mkdir", "ENOSPC"),
    ("openat", "ENOSPC"),
    ("ftruncate", "EIO"),
    ("fchmod", "EPERM"),
];

fn fail(arguments: &str, prepare: fn(&TestEnvironment), marker: &'static str, step: usize) {
    if can_trace() {
        Trial::new(arguments, prepare, marker).fail(&FAILURES, step);
    }
}

#[test]
fn a_disk_that_fails_while_a_group_is_created() {
    fail("group create New jwt-auth", nothing, "\"New\"", 3);
}

#[test]
fn a_disk_that_fails_while_a_skill_is_added() {
    let prepare = |environment: &TestEnvironment| {
        environment.ok(["remove", "oauth-flows"]);
    };
    let add = "add --type skill LIBRARY/.claude/skills/oauth-flows";
    fail(add, prepare, "oauth-flows", 9);
}

#[test]
fn a_disk_that_fails_while_an_artifact_is_removed() {
    fail("remove jwt-auth", nothing, "!jwt-auth", 9);
}

/// Where there are no hard links, only a kill between the two calls that take a lock leaves one that is not known for
/// ours: git and we then say so.
#[test]
fn without_hard_links() {
    if !can_trace() {
        return;
    }
    let trial = Trial::new("group create New jwt-auth", nothing, "\"New\"");
    let index = trial.environment.team().join(".git/index.lock");
    let branch = trial.environment.team().join(".git/refs/heads/main.lock");
    let links = [
        "-e",
        "trace=linkat,rename,fsync,unlink,fchmod",
        "-e",
        "inject=linkat:error=EPERM",
    ];
    let (mut killed, mut unknown) = (0, 0);
    for (call, counts) in [("rename", 7), ("fsync", 14), ("unlink", 6), ("fchmod", 2)] {
        for count in 1..=counts {
            let context = format!("{call} {count} without hard links");
            if !trial.kill_with(&links, call, count) {
                continue;
            }
            killed += 1;
            trial.environment.ok(["list"]);
            for lock in [&index, &branch] {
                // git says that it may be removed.
                unknown += usize::from(fs::remove_file(lock).is_ok());
            }
            trial.environment.ok(["list"]);
            trial.check(&context);
            trial.environment.ok(["group", "create", "After"]);
            trial.check(&context);
            trial.is_swept(&context);
        }
    }
    eprintln!("{killed} killed without hard links, {unknown} left an unknown lock");
    assert!(killed > 15 && unknown == 2, "{killed} {unknown}");
}

/// A killed change whose recovery is killed, too.
#[test]
fn recovery_that_is_killed_is_done_by_the_next_command() {
    if !can_trace() {
        return;
    }
    let trial = Trial::new("group create New jwt-auth", nothing, "\"New\"");
    let mut tried = 0;
    // Before and after the branch moves: at the sync of the index, and at the rename that publishes it.
    for (call, first) in [("fchmod", 2), ("rename", 3)] {
        for (second, counts) in [
            ("unlink", 8),
            ("fsync", 6),
            ("linkat", 1),
            ("rename", 3),
            ("write", 4),
        ] {
            for count in 1..=counts {
                let context = format!("{call} {first}, then {second} {count}");
                trial.kill(call, first);
                assert!(trial.journal(), "{context}");
                let trace = format!("trace={second}");
                let inject = format!("inject={second}:signal=SIGKILL:when={count}");
                let environment = &trial.environment;
                let mut command = environment.command("strace", &environment.work());
                command
                    .args(["-o", "/dev/null", "-e", &trace, "-e", &inject])
                    .args([env!("CARGO_BIN_EXE_skillmeat"), "list"]);
                if said(command).code.is_some() {
                    break;
                }
                tried += 1;
                environment.ok(["list"]);
                trial.check(&context);
                environment.ok(["group", "create", "After"]);
                trial.check(&context);
                trial.is_swept(&context);
            }
        }
    }
    eprintln!("{tried} recoveries killed");
    assert!(tried > 10);
}

/// A power cut can keep the move of the branch and lose that of the file before it.
#[test]
fn a_file_that_stayed_behind_its_branch_is_brought_along() {
    if !can_trace() {
        return;
    }
    let trial = Trial::new("group create New jwt-auth", nothing, "\"New\"");
    trial.kill("rename", 3);
    let environment = &trial.environment;
    let old = environment.git(["show", "HEAD~1:collection.toml"]);
    let new = environment.git(["show", "HEAD:collection.toml"]);
    environment.write(&environment.team().join("collection.toml"), &old);
    environment.ok(["list"]);
    assert_eq!(environment.manifest(), new);
    assert_eq!(
        environment.git(["status", "--porcelain", "collection.toml"]),
        ""
    );
    trial.check("the file stayed behind");
}

fn race(user: &[&str], step: usize) {
    if can_trace() {
        Trial::new("group create New jwt-auth", nothing, "\"New\"").race(user, step);
    }
}

#[test]
fn what_the_user_stages_after_a_kill_stays() {
    race(&["add", "collection.toml"], 9);
}

#[test]
fn what_the_user_commits_after_a_kill_stays() {
    race(&["commit", "--quiet", "-a", "-m", "by mia"], 9);
}

#[test]
fn where_the_user_switches_to_after_a_kill_the_work_follows() {
    race(&["switch", "--quiet", "-c", "other"], 9);
}

#[test]
fn what_the_user_stashes_after_a_kill_comes_back() {
    race(&["stash"], 9);
}

/// `init` that is killed can be run again.
#[test]
fn making_a_collection() {
    if !can_trace() {
        return;
    }
    let environment = TestEnvironment::new();
    let library = environment.root().join("library/skills/jwt-auth");
    fs::create_dir_all(&library).expect("made");
    fs::write(library.join("SKILL.md"), "---\nname: jwt-auth\n---\n").expect("written");
    let arguments = ["init", "team", "--import", "../library"];
    let strace = |options: &[&str]| {
        let _ = fs::remove_dir_all(environment.root().join("home"));
        fs::create_dir(environment.root().join("home")).expect("made");
        let mut command = environment.command("strace", &environment.work());
        command
            .arg("-f")
            .args(options)
            .arg(env!("CARGO_BIN_EXE_skillmeat"))
            .args(arguments);
        said(command)
    };
    let log = environment.root().join("log");
    let trace = format!("trace={CALLS}");
    strace(&["-o", &log.display().to_string(), "-e", &trace]);
    let tree = environment.git(["ls-tree", "-r", "HEAD"]);
    let points = points(&fs::read_to_string(&log).expect("a log"), Talk::With);
    let step = if all_kills() { 1 } else { 9 };
    for (call, count) in points.iter().step_by(step) {
        let context = format!("init killed at {call} {count}");
        let trace = format!("trace={call}");
        let inject = format!("inject={call}:signal=SIGKILL:when={count}");
        strace(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
        let again = environment.run(arguments);
        assert_eq!(again.code, Some(0), "{context}: {again:?}");
        assert_eq!(
            environment.git(["ls-tree", "-r", "HEAD"]),
            tree,
            "{context}"
        );
        assert_eq!(environment.git(["status", "--porcelain"]), "", "{context}");
        assert!(environment.ok(["list"]).contains("jwt-auth"), "{context}");
        environment.ok(["group", "create", "After"]);
    }
    eprintln!("init: {} points", points.len().div_ceil(step));
}

#[test]
fn creating_a_group() {
    trial("group create New jwt-auth", nothing, "\"New\"", 3);
}

#[test]
fn tagging_an_artifact_without_a_row() {
    trial("tag add Favourite plain", nothing, "Favourite", 9);
}

#[test]
fn adding_a_skill_with_several_files() {
    let prepare = |environment: &TestEnvironment| {
        environment.ok(["remove", "oauth-flows"]);
    };
    let add = "add --type skill LIBRARY/.claude/skills/oauth-flows";
    trial(add, prepare, "oauth-flows", 11);
}

#[test]
fn renaming_an_artifact() {
    trial("rename jwt-auth token-auth", nothing, "token-auth", 11);
}

#[test]
fn removing_an_artifact() {
    trial("remove jwt-auth", nothing, "!jwt-auth", 11);
}

#[test]
fn a_change_after_edits_by_hand() {
    trial("group create New", edit_by_hand, "\"New\"", 9);
}

#[test]
fn the_first_commit_of_a_branch() {
    trial("group create New", unborn, "\"New\"", 9);
}

#[test]
fn a_change_that_git_commits() {
    trial("group create New jwt-auth", with_hooks, "\"New\"", 7);
}

#[test]
fn a_change_after_edits_by_hand_that_git_commits() {
    let prepare = |environment: &TestEnvironment| {
        edit_by_hand(environment);
        with_hooks(environment);
    };
    trial("group create New jwt-auth", prepare, "\"New\"", 7);
}

#[test]
fn adding_a_skill_that_git_commits() {
    let prepare = |environment: &TestEnvironment| {
        environment.ok(["remove", "oauth-flows"]);
        with_hooks(environment);
    };
    let add = "add --type skill LIBRARY/.claude/skills/oauth-flows";
    trial(add, prepare, "oauth-flows", 11);
}
