//! `merge-file` and `merge-driver` as git and people call them.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

const BASE: &str = "[[groups]]\nname = \"Auth\"\ncolor = \"#111111\"\n";
const OURS: &str = "[[groups]]\nname = \"Auth\"\ncolor = \"#222222\"\n";
const THEIRS: &str = "[[groups]]\nname = \"Auth\"\ncolor = \"#333333\"\n";
const BESIDE: &str = "[[groups]]\nname = \"Auth\"\ncolor = \"#111111\"\nicon = \"key\"\n";

/// Three files in a folder of their own.
struct Versions(tempfile::TempDir);

impl Versions {
    fn new(base: &str, ours: &str, theirs: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program with nothing in its environment.
    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_skillmeat"))
            .current_dir(self.0.path())
            .env_clear()
            .args(arguments)
            .output()
            .expect("run")
    }

    fn ours(&self) -> String {
        fs::read_to_string(self.path("ours")).expect("ours")
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

#[test]
fn a_clean_merge_is_written_and_exits_0() {
    let versions = Versions::new(BASE, OURS, BESIDE);
    let output = versions.run(&["merge-file", "ours", "base", "theirs"]);
    assert_eq!(
        (code(&output), output.stdout.len(), output.stderr.len()),
        (0, 0, 0)
    );
    assert_eq!(versions.ours(), format!("{OURS}icon = \"key\"\n"));
    let names: Vec<_> = fs::read_dir(versions.0.path()).expect("listed").collect();
    assert_eq!(names.len(), 3, "no other file is left");
}

#[test]
fn conflicts_are_counted_told_and_marked_as_asked() {
    let versions = Versions::new(BASE, OURS, THEIRS);
    let arguments = [
        "merge-file",
        "-p",
        "-L",
        "mine",
        "-L",
        "old",
        "-L",
        "yours",
        "--marker-size",
        "9",
        "--diff3",
        "ours",
        "base",
        "theirs",
    ];
    let output = versions.run(&arguments);
    assert_eq!(code(&output), 1);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "[[groups]]\nname = \"Auth\"\n<<<<<<<<< mine\ncolor = \"#222222\"\n||||||||| old\ncolor = \"#111111\"\n=========\ncolor = \"#333333\"\n>>>>>>>>> yours\n"
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "conflict: group:Auth color: ours \"#222222\", theirs \"#333333\"\n"
    );
    assert_eq!(versions.ours(), OURS, "printed, and not written");
    let quiet = versions.run(&["merge-file", "-q", "ours", "base", "theirs"]);
    assert_eq!((code(&quiet), quiet.stderr.len()), (1, 0));
    assert!(versions.ours().contains("<<<<<<< ours\n"));
}

#[test]
fn many_conflicts_exit_with_127_at_most() {
    let group = |number: usize, color: &str| {
        format!("[[groups]]\nname = \"G{number}\"\ncolor = \"{color}\"\n")
    };
    let all = |color: &str| {
        (0..200)
            .map(|number| group(number, color))
            .collect::<String>()
    };
    let versions = Versions::new(&all("#1"), &all("#2"), &all("#3"));
    assert_eq!(
        code(&versions.run(&["merge-file", "-q", "ours", "base", "theirs"])),
        127
    );
}

#[test]
fn failures_exit_as_git_expects_and_write_nothing() {
    let versions = Versions::new(BASE, OURS, THEIRS);
    for arguments in [
        &["merge-file", "ours"] as &[&str],
        &["merge-file", "--no-such-option", "ours", "base", "theirs"],
        &["merge-file", "ours", "base", "missing"],
        &["merge-file", "--marker-size", "0", "ours", "base", "theirs"],
        &["-q", "merge-file", "ours", "base", "."],
    ] {
        assert_eq!(code(&versions.run(arguments)), 255, "{arguments:?}");
    }
    for arguments in [
        &["merge-driver"] as &[&str],
        &[
            "merge-driver",
            "base",
            "ours",
            "theirs",
            "many",
            "collection.toml",
        ],
        &[
            "merge-driver",
            "missing",
            "ours",
            "theirs",
            "7",
            "collection.toml",
        ],
        &[
            "merge-driver",
            "base",
            "missing",
            "theirs",
            "7",
            "collection.toml",
        ],
    ] {
        assert!(code(&versions.run(arguments)) >= 129, "{arguments:?}");
    }
    assert_eq!(versions.ours(), OURS);
}

#[test]
fn the_driver_writes_ours_and_exits_0_or_1() {
    let versions = Versions::new(BASE, OURS, THEIRS);
    let arguments = [
        "merge-driver",
        "base",
        "ours",
        "theirs",
        "7",
        "collection.toml",
        "b",
        "HEAD",
        "topic",
    ];
    let output = versions.run(&arguments);
    assert_eq!(code(&output), 1);
    assert_eq!(
        versions.ours(),
        "[[groups]]\nname = \"Auth\"\n<<<<<<< HEAD\ncolor = \"#222222\"\n=======\ncolor = \"#333333\"\n>>>>>>> topic\n"
    );
    let versions = Versions::new(BASE, OURS, BESIDE);
    assert_eq!(
        code(&versions.run(&[
            "merge-driver",
            "base",
            "ours",
            "theirs",
            "7",
            "collection.toml"
        ])),
        0
    );
}

#[test]
fn what_cannot_be_read_is_merged_by_lines_and_never_clean() {
    let broken = format!("{BASE}\n[[groups]]\nname = \"Auth\"\n");
    let versions = Versions::new(BASE, &broken, BESIDE);
    let output = versions.run(&["merge-file", "ours", "base", "theirs"]);
    assert!(code(&output) > 0);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("conflict: lines: ours, line 5: two groups are named"),
        "{said}"
    );
    assert!(versions.ours().contains("<<<<<<< ours\n"));
    let versions = Versions::new("", OURS, THEIRS);
    assert_eq!(
        code(&versions.run(&["merge-file", "ours", "/dev/null", "theirs"])),
        1
    );
}

#[test]
fn what_is_no_list_of_tables_is_named_with_its_place() {
    let forms = [
        (
            "# one\n[groups]\nname = \"Auth\"\n",
            2,
            "`groups` is not a list of tables",
        ),
        ("groups = 3\n", 1, "`groups` is not a list of tables"),
        (
            "groups.name = \"Auth\"\n",
            1,
            "`groups` is not a list of tables",
        ),
        (
            "groups = [\n    { name = \"Auth\" },\n    1,\n]\n",
            3,
            "an entry of `groups` is not a table",
        ),
    ];
    for (odd, line, fault) in forms {
        let sides = [
            ("theirs", [BASE, OURS, odd]),
            ("ours", [BASE, odd, THEIRS]),
            ("base", [odd, OURS, THEIRS]),
        ];
        for (side, [base, ours, theirs]) in sides {
            let versions = Versions::new(base, ours, theirs);
            let output = versions.run(&["merge-file", "ours", "base", "theirs"]);
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let expected = format!(
                "conflict: lines: {side}, line {line}: {fault}; write each row as a table under its own [[groups]], and merge again\n"
            );
            assert_eq!(told, expected);
            assert!((1..128).contains(&code(&output)), "{output:?}");
            let text = versions.ours();
            assert!(text.contains("<<<<<<< ours\n"), "{text}");
        }
    }
}

#[test]
fn what_is_no_list_in_all_versions_hinders_no_other_merge() {
    let odd = "[groups]\nname = \"Auth\"\n\n[[tag_definitions]]\nname = \"A\"\nslug = \"a\"\n";
    let ours = format!("{odd}color = \"#111111\"\n");
    let theirs = format!("{odd}description = \"x\"\n");
    let versions = Versions::new(odd, &ours, &theirs);
    let output = versions.run(&["merge-file", "ours", "base", "theirs"]);
    assert_eq!((code(&output), output.stderr.len()), (0, 0), "{output:?}");
    let merged = versions.ours();
    assert!(merged.contains("[groups]\nname = \"Auth\"\n"), "{merged}");
    assert!(
        merged.contains("color = \"#111111\"\ndescription = \"x\"\n"),
        "{merged}"
    );
}
