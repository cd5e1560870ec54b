//! A merge driver or a `sync` that is killed anywhere, a disk that is full, inputs that can't be read or are huge:
//! never is a loss taken for a success.
//!
//! `SKILLMEAT_ALL_KILLS=1` tries every point; without it some are tried.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::team::{MANIFEST, Team};
use crate::common::test_environment::{Said, TestEnvironment, said};
use crate::kills::{CALLS, Talk, all_kills, can_trace, copy, points};

const PROGRAM: &str = env!("CARGO_BIN_EXE_skillmeat");

/// Three versions of a manifest, as files for the driver.
struct Inputs {
    environment: TestEnvironment,
    folder: PathBuf,
}

impl Inputs {
    fn new(versions: [&[u8]; 3]) -> Self {
        let environment = TestEnvironment::new();
        let folder = environment.work();
        let inputs = Self {
            environment,
            folder,
        };
        for (name, bytes) in ["O", "A", "B"].into_iter().zip(versions) {
            fs::write(inputs.path(name), bytes).expect("written");
        }
        inputs
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What lies in the folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).expect("the folder");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry.expect("an entry")))
            .collect();
        names.sort();
        names
    }

    fn ours(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path("A")).expect("read")).into_owned()
    }

    /// Runs the driver, with something before it.
    fn driver(&self, before: &[&str]) -> Said {
        let words = [
            PROGRAM,
            "merge-driver",
            "O",
            "A",
            "B",
            "7",
            "collection.toml",
            "base",
            "ours",
            "theirs",
        ];
        let words: Vec<&str> = before.iter().chain(&words).copied().collect();
        let mut command = self.environment.command(words[0], &self.folder);
        command.args(&words[1..]);
        said(command)
    }
}

fn edited(from: &str, to: &str) -> String {
    assert!(MANIFEST.contains(from));
    MANIFEST.replace(from, to)
}

/// Edits that can both hold, and what they become; and edits that can't.
fn pairs() -> [(String, String); 2] {
    let ours = edited("name = \"Docs\"", "name = \"Docs\"\nicon = \"book\"");
    [
        (
            ours.clone(),
            edited("\"skill:cache\",", "\"skill:cache\",\n    \"skill:notes\","),
        ),
        (
            ours,
            edited("name = \"Docs\"", "name = \"Docs\"\nicon = \"pen\""),
        ),
    ]
}

#[test]
fn a_driver_that_is_killed_has_merged_or_left_ours() {
    if !can_trace() {
        return;
    }
    for (ours, theirs) in pairs() {
        let inputs = Inputs::new([MANIFEST.as_bytes(), ours.as_bytes(), theirs.as_bytes()]);
        // As at the top of a work tree, in which nothing may stay.
        fs::create_dir(inputs.path(".git")).expect("a folder");
        let log = inputs.environment.root().join("log");
        let trace = format!("trace={CALLS}");
        let whole = inputs.driver(&["strace", "-o", &log.display().to_string(), "-e", &trace]);
        assert!(matches!(whole.code, Some(0 | 1)), "{whole:?}");
        let merged = inputs.ours();
        assert_ne!(merged, ours);
        let points = points(&fs::read_to_string(&log).expect("a log"), Talk::With);
        assert!(points.len() > 2, "{points:?}");
        for (call, count) in points {
            fs::write(inputs.path("A"), &ours).expect("written");
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:signal=SIGKILL:when={count}");
            let killed = inputs.driver(&["strace", "-o", "/dev/null", "-e", &trace, "-e", &inject]);
            assert_eq!(killed.code, None, "{call} {count}: {killed:?}");
            let left = inputs.ours();
            assert!(left == ours || left == merged, "{call} {count}: {left}");
            assert_eq!(inputs.names(), [".git", "A", "B", "O"], "{call} {count}");
        }
    }
}

#[test]
fn a_limit_on_the_size_of_files_stops_the_driver_and_ours_stays() {
    for (ours, theirs) in pairs() {
        let inputs = Inputs::new([MANIFEST.as_bytes(), ours.as_bytes(), theirs.as_bytes()]);
        fs::create_dir(inputs.path(".git")).expect("a folder");
        // As git does it: a shell runs the driver, and tells of its signal by the exit code.
        let limited = "ulimit -c 0; ulimit -f 1; \"$@\"; exit $?";
        let told = inputs.driver(&["sh", "-c", limited, "sh"]);
        assert!(told.code.is_some_and(|code| code >= 129), "{told:?}");
        assert_eq!(inputs.ours(), ours);
        assert_eq!(inputs.names(), [".git", "A", "B", "O"]);
    }
}

#[test]
fn a_merge_whose_driver_is_killed_changes_nothing_and_can_be_made_again() {
    if !can_trace() {
        return;
    }
    let team = Team::new();
    team.diverge(&["group rename Auth Sign-in"], &["group add Auth cache"]);
    let driver = team
        .git("jo", "config merge.skillmeat.driver")
        .trim()
        .to_owned();
    let strace = |options: &str| {
        let quoted = format!("'{PROGRAM}' merge-driver");
        assert!(driver.contains(&quoted), "{driver}");
        let mut command = team.command("git", "jo");
        let traced = format!("strace -o /dev/null {options} {quoted}");
        command.args([
            "config",
            "merge.skillmeat.driver",
            &driver.replace(&quoted, &traced),
        ]);
        assert_eq!(said(command).code, Some(0));
    };
    let before = (team.manifest("jo"), team.git("jo", "ls-files --stage"));
    for (call, count) in [
        ("openat", 1),
        ("fsync", 1),
        ("write", 1),
        ("rename", 1),
        ("renameat", 1),
        ("fchmod", 1),
    ] {
        strace(&format!(
            "-e trace={call} -e inject={call}:signal=SIGKILL:when={count}"
        ));
        let told = team.git_run("jo", "merge --no-edit origin/main");
        if told.code == Some(0) {
            // The driver makes no such call.
            team.git("jo", "reset --quiet --hard ORIG_HEAD");
            continue;
        }
        assert_eq!(
            (team.manifest("jo"), team.git("jo", "ls-files --stage")),
            before,
            "{call}: {told:?}"
        );
        // At most the file is left that was to replace git's own.
        let status = team.git("jo", "status --porcelain");
        let is_left = |line: &str| line.starts_with("?? ..merge_file_");
        assert!(status.lines().all(is_left), "{call}: {status}");
    }
    let mut command = team.command("git", "jo");
    command.args(["config", "merge.skillmeat.driver", &driver]);
    assert_eq!(said(command).code, Some(0));
    team.merges();
    assert_eq!(
        team.group("jo", "Sign-in")["members"]
            .as_array()
            .expect("a list")
            .len(),
        3
    );
}

/// Jo's `sync`, again and again from the same start.
struct Sharing {
    team: Team,
    expected: std::collections::BTreeMap<&'static str, serde_json::Value>,
}

impl Sharing {
    fn new() -> Self {
        let team = Team::new();
        team.diverge(
            &["group rename Auth Sign-in", "group create Payments"],
            &["group add Auth cache", "tag add Fast notes"],
        );
        team.by_hand("jo", "name = \"Data\"", "icon = \"mine\"\nname = \"Data\"");
        let root = team.environment.root();
        fs::create_dir(root.join("template")).expect("made");
        for part in ["mia", "jo", "remote.git"] {
            copy(&root.join(part), &root.join("template"));
        }
        team.ok("jo", "sync");
        let expected = team.tables("jo");
        Self { team, expected }
    }

    fn reset(&self) {
        let root = self.team.environment.root();
        for part in ["mia", "jo", "remote.git"] {
            fs::remove_dir_all(root.join(part)).expect("removed");
            copy(&root.join("template").join(part), &root);
        }
    }

    fn traced(&self, options: &[&str]) -> Said {
        let mut command = self.team.command("strace", "jo");
        command.args(options).arg(PROGRAM).arg("sync");
        said(command)
    }

    /// Whatever happened: the next `sync` ends with everything of everybody.
    fn ends_well(&self, context: &str) {
        let fsck = self.team.git_run("jo", "fsck --no-dangling --no-progress");
        assert_eq!(fsck.code, Some(0), "{context}: {fsck:?}");
        let told = self.team.run("jo", "sync");
        assert_eq!(told.code, Some(0), "{context}: {told:?}");
        assert_eq!(self.team.tables("jo"), self.expected, "{context}");
        self.team.ok("mia", "sync");
        self.team.agree(&["mia", "jo"]);
    }
}

#[test]
fn a_sync_that_is_killed_is_made_again() {
    if !can_trace() {
        return;
    }
    let sharing = Sharing::new();
    sharing.reset();
    let log = sharing.team.environment.root().join("log");
    let trace = format!("trace={CALLS}");
    let whole = sharing.traced(&["-o", &log.display().to_string(), "-e", &trace]);
    assert_eq!(whole.code, Some(0), "{whole:?}");
    let points = points(&fs::read_to_string(&log).expect("a log"), Talk::With);
    let step = if all_kills() { 1 } else { 23 };
    let (mut tried, mut killed) = (0, 0);
    for (call, count) in points.iter().step_by(step) {
        sharing.reset();
        tried += 1;
        let trace = format!("trace={call}");
        let inject = format!("inject={call}:signal=SIGKILL:when={count}");
        let told = sharing.traced(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
        killed += usize::from(told.code.is_none());
        sharing.ends_well(&format!("killed at {call} {count}"));
    }
    eprintln!("sync: killed at {killed} of {tried} points that were tried");
    assert!(killed > 0 && killed * 2 >= tried);
}

#[test]
fn a_disk_that_is_full_is_a_failure_of_the_driver_and_of_sync() {
    for (ours, theirs) in pairs() {
        let padding = format!("{}\n", "# padding ".repeat(8)).repeat(64);
        let versions = [MANIFEST, &ours, &theirs].map(|text| format!("{text}\n{padding}"));
        let inputs = Inputs::new([
            versions[0].as_bytes(),
            versions[1].as_bytes(),
            versions[2].as_bytes(),
        ]);
        let mut failed = 0;
        for blocks in [0, 1, 2, 4, 64] {
            fs::write(inputs.path("A"), &versions[1]).expect("written");
            let limit = format!("ulimit -f {blocks}; exec \"$0\" \"$@\"");
            let told = inputs.driver(&["bash", "-c", &limit]);
            match told.code {
                Some(0 | 1) => assert_ne!(inputs.ours(), versions[1]),
                // From 129 on, and for a signal, git stops the merge and changes nothing.
                code => {
                    assert!(code.is_none_or(|code| code >= 129), "{told:?}");
                    assert_eq!(inputs.ours(), versions[1]);
                    failed += 1;
                }
            }
        }
        assert!((1..5).contains(&failed), "{failed}");
    }
    let sharing = Sharing::new();
    for blocks in [0, 1, 8] {
        sharing.reset();
        let mut command = sharing.team.command("bash", "jo");
        command
            .arg("-c")
            .arg(format!("ulimit -f {blocks}; exec \"$0\" sync"))
            .arg(PROGRAM);
        let told = said(command);
        let is_told = told.stderr.contains("error: ");
        assert!(told.code == Some(0) || is_told, "{blocks}: {told:?}");
        // git says of its own lock that it may be removed.
        let _ = fs::remove_file(sharing.team.folder("jo").join(".git/index.lock"));
        sharing.ends_well(&format!("files of at most {blocks} KiB, {told:?}"));
    }
}

#[test]
fn inputs_that_cannot_be_read_are_never_a_clean_merge() {
    let mine = edited("name = \"Docs\"", "name = \"Mine\"").into_bytes();
    let odd: [&[u8]; 8] = [
        b"",
        b"\0\0\0",
        b"\xff\xfe\x00[",
        b"name = ",
        b"[[groups]]\nname = \"Twice\"\n[[groups]]\nname = \"Twice\"\n",
        b"<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n",
        b"[[groups]]\nname = 3\n",
        b"groups = [[[[[[[[[[[[[[[[[[[[",
    ];
    for bytes in odd {
        for place in 0..3 {
            let mut versions: [&[u8]; 3] = [MANIFEST.as_bytes(), &mine, MANIFEST.as_bytes()];
            let theirs = edited("name = \"Data\"", "name = \"Theirs\"").into_bytes();
            versions[2] = &theirs;
            versions[place] = bytes;
            let inputs = Inputs::new(versions);
            let told = inputs.driver(&[]);
            let left = fs::read(inputs.path("A")).expect("read");
            let context = format!("{bytes:?} in place {place}: {told:?}");
            match told.code {
                // An empty base is what git gives where both sides added the file, and empty rows are rows.
                Some(0) => {
                    let text = String::from_utf8(left).expect("text");
                    assert!(
                        bytes.is_empty() || bytes.starts_with(b"[[groups]]\nname = 3"),
                        "{context}"
                    );
                    assert!(!text.contains("<<<<<<<"), "{context}");
                }
                Some(1) => {
                    assert_ne!(left, versions[1], "{context}");
                    let text = String::from_utf8_lossy(&left);
                    assert!(
                        text.contains("<<<<<<<") && text.contains(">>>>>>>"),
                        "{context}"
                    );
                    if place != 1 {
                        assert!(text.contains("Mine"), "{context}: {text}");
                    }
                    if place != 2 {
                        assert!(text.contains("Theirs"), "{context}: {text}");
                    }
                }
                Some(code) => {
                    assert!(code >= 129, "{context}");
                    assert_eq!(left, versions[1], "{context}");
                }
                None => panic!("{context}"),
            }
        }
    }
}

#[test]
fn inputs_that_are_not_files() {
    for name in ["O", "A", "B"] {
        for kind in ["gone", "folder"] {
            let (ours, theirs) = pairs()[0].clone();
            let inputs = Inputs::new([MANIFEST.as_bytes(), ours.as_bytes(), theirs.as_bytes()]);
            let path = inputs.path(name);
            fs::remove_file(&path).expect("removed");
            if kind == "folder" {
                fs::create_dir(&path).expect("made");
            }
            let told = inputs.driver(&[]);
            assert!(told.code >= Some(129), "{name} {kind}: {told:?}");
            assert!(
                told.stderr.starts_with("error: "),
                "{name} {kind}: {told:?}"
            );
            if name != "A" {
                assert_eq!(inputs.ours(), ours);
            }
        }
    }
}

#[test]
fn inputs_of_fifty_megabytes() {
    let padding = format!("# {}\n", "x".repeat(998)).repeat(50_000);
    let huge = |text: &str| format!("{text}\n{padding}");
    for (number, (ours, theirs)) in pairs().into_iter().enumerate() {
        let versions = [MANIFEST, &ours, &theirs].map(huge);
        let inputs = Inputs::new([
            versions[0].as_bytes(),
            versions[1].as_bytes(),
            versions[2].as_bytes(),
        ]);
        let told = inputs.driver(&[]);
        let left = inputs.ours();
        let (one, two) = (
            "icon = \"book\"",
            ["\"skill:notes\",", "icon = \"pen\""][number],
        );
        assert!(left.contains(one) && left.contains(two), "{told:?}");
        match told.code {
            Some(0) => assert!(number == 0 && !left.contains("<<<<<<<")),
            Some(1) => assert!(left.contains("<<<<<<<")),
            _ => panic!("{told:?}"),
        }
    }
    assert!(Path::new(PROGRAM).exists());
}
