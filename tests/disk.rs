//! A disk that is full or can't be written: changes say so and change nothing, and reads answer all the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::test_environment::{Said, TestEnvironment, said};
use crate::kills::{Trial, nothing};

/// Runs a program for its effect; whether it succeeded.
fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// A mount that ends with the test.
struct Mount(PathBuf);

impl Mount {
    /// Mounts a small file system in memory; nothing where this is not allowed.
    fn memory(path: &Path, kibibytes: u32) -> Option<Self> {
        let size = format!("size={kibibytes}k");
        let shown = path.display().to_string();
        let is_mounted = works("mount", &["-t", "tmpfs", "-o", &size, "none", &shown]);
        Self::made(is_mounted, path)
    }

    /// Makes a folder read-only, for root as well; nothing where this is not allowed.
    fn read_only(path: &Path) -> Option<Self> {
        let shown = path.display().to_string();
        let mount = Self::made(works("mount", &["--bind", &shown, &shown]), path)?;
        let is_read_only = works("mount", &["-o", "remount,bind,ro", &shown]);
        Self::made(is_read_only, path).map(|again| {
            std::mem::forget(again);
            mount
        })
    }

    fn made(is_mounted: bool, path: &Path) -> Option<Self> {
        if is_mounted {
            return Some(Self(path.to_owned()));
        }
        eprintln!("skipped: mounting is not allowed here");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        works("umount", &["-l", &self.0.display().to_string()]);
    }
}

/// What must hold after a change that a disk may have refused, while the disk is still as it is.
fn made_or_refused(trial: &Trial, made: &Said, context: &str) {
    let wanted = if trial.is_made() { Some(0) } else { Some(1) };
    assert_eq!(made.code, wanted, "{context}: {made:?}");
    if made.code == Some(1) {
        assert!(made.stderr.starts_with("error: "), "{context}: {made:?}");
    }
    trial.check(context);
}

#[test]
fn files_that_may_not_grow_are_an_error_like_any_other() {
    let trial = Trial::new("group create New jwt-auth", nothing, "\"New\"");
    let mut refused = 0;
    for blocks in [0, 1, 2, 3, 4, 6, 8, 12, 16, 64, 1024] {
        let context = format!("files of at most {blocks} KiB");
        trial.reset();
        let environment = &trial.environment;
        let mut command = environment.command("bash", &environment.work());
        command
            .arg("-c")
            .arg(format!(
                "ulimit -f {blocks}; exec \"$0\" group create New jwt-auth"
            ))
            .arg(env!("CARGO_BIN_EXE_skillmeat"));
        let made = said(command);
        made_or_refused(&trial, &made, &context);
        refused += usize::from(made.code == Some(1));
        environment.ok(["group", "create", "After"]);
        trial.check(&context);
    }
    assert!((1..11).contains(&refused), "{refused} were refused");
}

#[test]
fn on_a_full_disk_a_change_is_made_or_nothing_is() {
    let trial = Trial::new("group create New jwt-auth", nothing, "\"New\"");
    let home = trial.environment.root().join("home");
    let (mut refused, mut tried) = (0, 0);
    for room in [
        0, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 128, 256,
    ] {
        let context = format!("{room} KiB left");
        let Some(_mount) = Mount::memory(&home, 8192) else {
            return;
        };
        trial.fill(&home);
        let filler = home.join("filler");
        let free = free(&home) - room;
        fs::write(&filler, vec![0; free * 1024]).expect("written");
        let environment = &trial.environment;
        let list = environment.run(["list"]);
        assert_eq!(list.code, Some(0), "{context}: {list:?}");
        let made = environment.run(["group", "create", "New", "jwt-auth"]);
        let is_made = trial.is_made();
        assert_eq!(made.code, Some(i32::from(!is_made)), "{context}: {made:?}");
        (tried, refused) = (tried + 1, refused + usize::from(made.code == Some(1)));
        if made.code == Some(1) {
            assert!(made.stderr.contains("No space left"), "{context}: {made:?}");
            assert!(made.stderr.contains("hint: "), "{context}: {made:?}");
        }
        if !is_made {
            assert_eq!(environment.ok(["list"]), list.stdout, "{context}");
        }
        fs::remove_file(&filler).expect("removed");
        trial.check(&context);
        environment.ok(["group", "create", "After"]);
        trial.check(&context);
    }
    assert!(
        (1..tried).contains(&refused),
        "{refused} of {tried} were refused"
    );
}

/// The room that is left on a file system, in KiB.
fn free(path: &Path) -> usize {
    let output = Command::new("df")
        .args(["--output=avail", "-k"])
        .arg(path)
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = text.lines().last().expect("a line").trim();
    number.parse().expect("a number")
}

const READS: [&[&str]; 6] = [
    &["list"],
    &["list", "--json"],
    &["group", "list"],
    &["tag", "list"],
    &["search", "auth"],
    &["show", "jwt-auth"],
];

fn answers(run: &dyn Fn(&[&str]) -> Said) -> Vec<String> {
    let answer = |read: &&[&str]| {
        let said = run(read);
        assert_eq!(said.code, Some(0), "{read:?}: {said:?}");
        said.stdout
    };
    READS.iter().map(answer).collect()
}

/// Changes are refused; `name` is new, so that no object of the change is there from another try.
fn refuses(run: &dyn Fn(&[&str]) -> Said, name: &str) {
    for change in [
        &["group", "create", name] as &[&str],
        &["group", "edit", "Old", "--description", name],
    ] {
        let said = run(change);
        assert_eq!(said.code, Some(1), "{change:?}: {said:?}");
        assert!(said.stderr.starts_with("error: "), "{said:?}");
        assert!(said.stderr.contains("hint: "), "{said:?}");
    }
}

#[test]
fn a_read_only_disk_is_read_as_any_other() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Old", "jwt-auth"]);
    let run = |arguments: &[&str]| environment.run(arguments);
    let before = answers(&run);
    let manifest = environment.manifest();
    let git_dir = environment.team().join(".git");
    let home = environment.root().join("home");
    for read_only in [&home, &git_dir] {
        for database in ["there", "stale", "gone"] {
            if database == "stale" {
                let skill = environment.team().join("skills/jwt-auth/SKILL.md");
                let bytes = fs::read(&skill).expect("read");
                fs::write(&skill, bytes).expect("written");
            }
            if database == "gone" {
                environment.ok(["cache", "clear"]);
            }
            let Some(_mount) = Mount::read_only(read_only) else {
                return;
            };
            assert_eq!(answers(&run), before, "{database}");
            refuses(&run, database);
            assert_eq!(environment.manifest(), manifest);
        }
        environment.ok(["cache", "rebuild"]);
    }
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

/// A process without the rights of root, if there are any to give up; nothing where that is not possible.
fn as_nobody(environment: &TestEnvironment) -> Option<impl Fn(&[&str]) -> Said + '_> {
    const NOBODY: [&str; 3] = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let is_root = works("sh", &["-c", "test \"$(id -u)\" = 0"]);
    let program = env!("CARGO_BIN_EXE_skillmeat");
    if is_root {
        let root = environment.root().display().to_string();
        let is_given = works("chown", &["-R", "65534:65534", &root]);
        let version = [&NOBODY[..], &[program, "--version"]].concat();
        if !is_given || !works("setpriv", &version) {
            eprintln!("skipped: the program can't be run as another user here");
            return None;
        }
    }
    Some(move |arguments: &[&str]| {
        let folder = environment.work();
        let mut command = if is_root {
            let mut command = environment.command("setpriv", &folder);
            command.args(NOBODY).arg(program);
            command
        } else {
            environment.command(program, &folder)
        };
        command.args(arguments);
        said(command)
    })
}

#[test]
fn without_permission_to_write_nothing_is_changed() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Old", "jwt-auth"]);
    let team = environment.team();
    let Some(run) = as_nobody(&environment) else {
        return;
    };
    let before = answers(&run);
    let manifest = environment.manifest();
    for (folder, arguments) in [(".git", "-R"), (".", "--"), (".git/objects", "-R")] {
        let path = team.join(folder).display().to_string();
        assert!(works("chmod", &[arguments, "a-w", &path]));
        assert_eq!(answers(&run), before, "{folder}");
        refuses(&run, folder);
        assert_eq!(environment.manifest(), manifest, "{folder}");
        assert!(works("chmod", &[arguments, "u+w", &path]));
        let index = team.join(".git/index.lock");
        assert!(!index.exists(), "{folder}");
    }
    let made = run(&["group", "create", "New"]);
    assert_eq!(made.code, Some(0), "{made:?}");
}

#[test]
fn a_journal_that_power_cut_off_was_never_in_force() {
    let environment = TestEnvironment::with_team();
    let journal = environment.team().join(".git/skillmeat/journal");
    for left in ["", "{\"operation\":\"group-cre"] {
        environment.write(&journal, left);
        environment.ok(["list"]);
        environment.ok(["group", "create", &format!("After {}", left.len())]);
        assert_eq!(fs::read(&journal).expect("a journal"), b"");
    }
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}
