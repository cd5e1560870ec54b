//! `conflicts` and `resolve`: deciding what a merge could not.

use std::fs;

use serde_json::json;

use crate::common::team::Team;
use crate::common::test_environment::said;

/// Conflicts in two fields of a group and one of another, and something beside them.
fn three() -> Team {
    let team = Team::new();
    team.diverge(
        &[
            "group edit Auth --color #111111",
            "group edit Auth --icon lock",
            "group edit Data --description Mia",
            "group create Payments",
        ],
        &[
            "group edit Auth --color #222222",
            "group edit Auth --icon key",
            "group edit Data --description Jo",
        ],
    );
    team.conflicts();
    team
}

#[test]
fn field_by_field() {
    let team = three();
    assert_eq!(
        team.open("jo"),
        [
            "group:Auth color field",
            "group:Auth icon field",
            "group:Data description field"
        ]
    );
    let told = team.ends(0, "jo", "resolve group:Auth --field color --theirs");
    assert!(
        told.stdout.starts_with("Resolved group:Auth color.\n"),
        "{told:?}"
    );
    assert_eq!(
        team.open("jo"),
        ["group:Auth icon field", "group:Data description field"]
    );
    let report = team.json("jo", "resolve group:Data --base");
    assert_eq!(report["state"], "open");
    assert_eq!(report["resolved"][0]["key"], "group:Data");
    assert_eq!(report["conflicts"][0]["field"], "icon");
    team.ends(3, "jo", "resolve --commit");
    let report = team.json("jo", "resolve group:Auth --field icon --value shield");
    assert_eq!(report["state"], "staged");
    assert_eq!(report["conflicts"], json!([]));
    assert_eq!(team.git("jo", "diff --name-only"), "");
    let report = team.json("jo", "resolve --commit");
    assert_eq!(
        report,
        json!({"schema": 1, "resolved": [], "conflicts": [], "state": "ended"})
    );
    let group = team.group("jo", "Auth");
    assert_eq!(
        (&group["color"], &group["icon"]),
        (&json!("#111111"), &json!("shield"))
    );
    assert_eq!(team.group("jo", "Data")["description"], "");
    assert!(!team.group("jo", "Payments").is_null());
    assert_eq!(
        team.git("jo", "log -1 --format=%P")
            .split_whitespace()
            .count(),
        2
    );
    assert!(!team.git("jo", "log -1 --format=%B").contains("Conflicts:"));
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn all_at_once() {
    for (side, color) in [
        ("ours", "#222222"),
        ("theirs", "#111111"),
        ("base", "#10B981"),
    ] {
        let team = three();
        let told = team.ends(0, "jo", &format!("resolve --all --{side}"));
        assert!(
            told.stdout.ends_with("The manifest is clean and staged.\n"),
            "{told:?}"
        );
        team.types("jo", "git commit --quiet --no-edit");
        assert_eq!(team.group("jo", "Auth")["color"], color);
        assert!(
            !team.group("jo", "Payments").is_null(),
            "what was not in conflict stays merged"
        );
        team.ok("jo", "check");
    }
}

#[test]
fn what_is_decided_is_no_conflict_any_more() {
    let team = three();
    team.ok("jo", "resolve group:Auth --ours");
    let told = team.run("jo", "resolve group:Auth --theirs");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.stderr.contains("there is no conflict \"group:Auth\""),
        "{told:?}"
    );
    assert!(told.stderr.contains("hint: "), "{told:?}");
}

#[test]
fn what_is_not_in_conflict_is_not_resolved() {
    let team = three();
    let text = team.manifest("jo");
    for (line, words) in [
        ("resolve group:Autj --ours", "Did you mean \"group:Auth\"?"),
        (
            "resolve group:Auth --field name --ours",
            "there is no conflict \"group:Auth name\"",
        ),
        ("resolve nonsense --ours", "nonsense"),
        ("resolve group: --ours", "there is no conflict"),
    ] {
        let told = team.ends(1, "jo", line);
        assert!(told.stderr.contains(words), "{line}: {told:?}");
        assert_eq!(team.manifest("jo"), text, "{line}");
    }
    for line in [
        "resolve",
        "resolve --all",
        "resolve group:Auth",
        "resolve --ours",
        "resolve --all --ours --theirs",
    ] {
        assert_eq!(said(team.skillmeat("jo", line)).code, Some(2), "{line}");
    }
    team.git("jo", "merge --abort");
    let told = team.ends(1, "jo", "resolve --all --ours");
    assert!(told.stderr.contains("error: "), "{told:?}");
    let told = team.ends(0, "jo", "conflicts");
    assert_eq!(told.stdout, "No conflicts in the manifest.\n");
}

#[test]
fn one_value_for_several_fields_is_refused() {
    let team = three();
    let text = team.manifest("jo");
    let told = team.ends(2, "jo", "resolve group:Auth --value x");
    let expected = "one value is given for 2 conflicts: group:Auth color, group:Auth icon; say which one it is for, with its key and `--field`";
    assert!(told.stderr.contains(expected), "{told:?}");
    team.ends(2, "jo", "resolve --all --value x");
    assert_eq!(team.manifest("jo"), text);
    assert_eq!(
        team.open("jo"),
        [
            "group:Auth color field",
            "group:Auth icon field",
            "group:Data description field"
        ]
    );
    // Of a row with one conflict no field need be named.
    team.ends(0, "jo", "resolve group:Data --value x");
    assert_eq!(team.open("jo").len(), 2);
}

#[test]
fn edits_elsewhere_in_the_file_are_kept() {
    let team = three();
    team.by_hand(
        "jo",
        "name = \"Docs\"",
        "icon = \"book\" # mine\nname = \"Docs\"",
    );
    team.ok("jo", "resolve group:Auth --ours");
    assert!(
        team.manifest("jo").contains("icon = \"book\" # mine"),
        "{}",
        team.manifest("jo")
    );
    team.ok("jo", "resolve --all --theirs --commit");
    assert_eq!(team.group("jo", "Docs")["icon"], "book");
    assert_eq!(team.group("jo", "Auth")["color"], "#222222");
    assert_eq!(team.group("jo", "Data")["description"], "Mia");
    assert!(
        team.git("jo", "show HEAD:collection.toml")
            .contains("icon = \"book\" # mine")
    );
}

#[test]
fn a_conflict_that_was_edited_by_hand_is_left_to_the_hand() {
    let team = three();
    let text = team.manifest("jo");
    let line = text
        .lines()
        .find(|line| line.contains("#222222"))
        .expect("ours");
    team.by_hand("jo", line, &line.replace("#222222", "#333333"));
    let edited = team.manifest("jo");
    let told = team.ends(5, "jo", "resolve group:Auth --theirs");
    assert!(
        told.stderr
            .contains("was edited by hand where this conflict stands"),
        "{told:?}"
    );
    assert_eq!(team.manifest("jo"), edited);
    // Another conflict can be decided all the same.
    team.ok("jo", "resolve group:Data --theirs");
    assert!(team.manifest("jo").contains("#333333"));
    // The hint's second way begins anew.
    let command = told
        .stderr
        .rsplit('`')
        .nth(1)
        .expect("a command")
        .to_owned();
    assert!(command.starts_with("git checkout --merge"), "{command}");
    team.types("jo", &command);
    team.ok("jo", "resolve --all --theirs --commit");
    assert_eq!(team.group("jo", "Auth")["color"], "#111111");
}

/// The manifest without its markers, with ours in each place.
fn without_markers(text: &str) -> String {
    let mut kept = String::new();
    let mut theirs = false;
    for line in text.lines() {
        match line.get(..7) {
            Some("<<<<<<<") => {}
            Some("=======") => theirs = true,
            Some(">>>>>>>") => theirs = false,
            _ if theirs => {}
            _ => kept.extend([line, "\n"]),
        }
    }
    kept
}

#[test]
fn what_was_resolved_by_hand_is_only_committed() {
    for added in [false, true] {
        let team = three();
        let path = team.folder("jo").join("collection.toml");
        let text = without_markers(&team.manifest("jo")).replace("#222222", "#333333");
        team.environment.write(&path, &text);
        assert_eq!(team.open("jo"), Vec::<String>::new());
        if added {
            // As the hint for a conflict that was edited by hand says.
            team.types("jo", "git add collection.toml");
        }
        let report = team.json("jo", "resolve --commit");
        assert_eq!(report["state"], "ended");
        assert_eq!(team.git("jo", "show HEAD:collection.toml"), text);
        assert_eq!(team.group("jo", "Auth")["color"], "#333333");
        assert_eq!(team.git("jo", "status --porcelain"), "");
    }
}

#[test]
fn markers_that_are_left_are_not_committed() {
    let team = three();
    team.git("jo", "add collection.toml");
    let told = team.ends(1, "jo", "resolve --commit");
    assert!(
        told.stderr.contains("a merge has left a conflict here"),
        "{told:?}"
    );
    assert!(team.folder("jo").join(".git/MERGE_HEAD").exists());
    // A part taken out by hand, the rest decided.
    let team = three();
    let text = team.manifest("jo");
    let (start, rest) = text.split_once("<<<<<<<").expect("a marker");
    let (block, end) = rest.split_once(">>>>>>> origin/main\n").expect("its end");
    let kept = without_markers(&format!("<<<<<<<{block}>>>>>>> origin/main\n"));
    team.environment.write(
        &team.folder("jo").join("collection.toml"),
        format!("{start}{kept}{end}"),
    );
    team.ok("jo", "resolve group:Data --ours");
    team.ends(5, "jo", "resolve group:Auth --field icon --ours");
    let kept = without_markers(&team.manifest("jo"));
    team.environment
        .write(&team.folder("jo").join("collection.toml"), kept);
    let report = team.json("jo", "resolve --commit");
    assert_eq!(report["state"], "ended", "{}", team.manifest("jo"));
    assert_eq!(team.group("jo", "Auth")["color"], "#222222");
    team.ok("jo", "check");
}

/// Both brought another version of an artifact, with its files; and a colour is in conflict, too.
fn versions() -> Team {
    let team = Team::new();
    for (person, letter) in [("mia", "b"), ("jo", "c")] {
        team.by_hand(person, "aaaaaaaa", &letter.repeat(8));
        team.by_hand(person, "v1.0.0", &format!("v{letter}"));
        team.environment.write(
            &team.folder(person).join("skills/jwt-auth/SKILL.md"),
            format!("---\nname: jwt-auth\n---\nVersion {letter}.\n"),
        );
        team.environment.write(
            &team
                .folder(person)
                .join(format!("skills/jwt-auth/{letter}.md")),
            letter,
        );
        team.git(person, "add .");
        team.git(person, "commit --quiet -m version");
    }
    team.diverge(
        &["group edit Auth --color #111111"],
        &["group edit Auth --color #222222"],
    );
    team.git_fails("jo", "merge --no-edit origin/main");
    team
}

#[test]
fn the_version_of_a_side_brings_that_sides_files() {
    for (side, letter, last) in [
        ("ours", "c", false),
        ("theirs", "b", false),
        ("theirs", "b", true),
    ] {
        let team = versions();
        if last {
            team.ok("jo", "resolve group:Auth --ours");
            team.ok("jo", &format!("resolve artifact:skill:jwt-auth --{side}"));
        } else {
            team.ok("jo", &format!("resolve artifact:skill:jwt-auth --{side}"));
            team.ok("jo", "resolve group:Auth --ours");
        }
        team.ok("jo", "resolve --commit");
        let file = team.folder("jo").join("skills/jwt-auth/SKILL.md");
        let text = fs::read_to_string(file).expect("read");
        assert!(text.ends_with(&format!("Version {letter}.\n")), "{text}");
        assert!(
            team.folder("jo")
                .join(format!("skills/jwt-auth/{letter}.md"))
                .exists()
        );
        let other = if letter == "b" { "c" } else { "b" };
        assert!(
            !team
                .folder("jo")
                .join(format!("skills/jwt-auth/{other}.md"))
                .exists(),
            "{side}"
        );
        assert!(
            team.manifest("jo")
                .contains(&format!("resolved_version = \"v{letter}\""))
        );
        assert_eq!(team.git("jo", "status --porcelain"), "");
        team.ok("jo", "sync");
        team.ok("mia", "sync");
        team.agree(&["mia", "jo"]);
    }
}

#[test]
fn the_version_before_brings_the_files_of_then() {
    let team = versions();
    team.ok("jo", "resolve --all --base --commit");
    let file = team.folder("jo").join("skills/jwt-auth/SKILL.md");
    assert!(
        fs::read_to_string(file)
            .expect("read")
            .ends_with("Version 1.\n")
    );
    assert!(team.manifest("jo").contains("v1.0.0"));
    assert_eq!(team.git("jo", "status --porcelain"), "");
}

#[test]
fn work_in_an_artifacts_files_is_not_overwritten_by_a_decision() {
    let team = Team::new();
    team.by_hand_committed("mia", "v1.0.0", "v2");
    team.by_hand_committed("jo", "v1.0.0", "v3");
    team.environment.write(
        &team.folder("mia").join("skills/jwt-auth/more.md"),
        "more\n",
    );
    team.git("mia", "add .");
    team.git("mia", "commit --quiet -m more");
    team.diverge(&[], &[]);
    let file = team.folder("jo").join("skills/jwt-auth/SKILL.md");
    team.environment
        .write(&file, "---\nname: jwt-auth\n---\nNot committed.\n");
    team.git_fails("jo", "merge --no-edit origin/main");
    let told = team.ends(0, "jo", "resolve --all --theirs");
    assert!(
        fs::read_to_string(&file)
            .expect("read")
            .ends_with("Not committed.\n")
    );
    assert!(
        told.stderr.contains("skills/jwt-auth was edited"),
        "{told:?}"
    );
}

#[test]
fn a_row_deleted_here_and_edited_there_both_ways() {
    for (mia, jo) in [
        ("group delete Auth", "group edit Auth --color #112233"),
        ("group edit Auth --color #112233", "group delete Auth"),
    ] {
        for side in ["ours", "theirs"] {
            let team = Team::new();
            team.diverge(&[mia], &[jo]);
            team.git_fails("jo", "merge --no-edit origin/main");
            let texts = team.ok("jo", "conflicts");
            assert!(
                texts.contains("(deleted)") && texts.contains("(changed)"),
                "{texts}"
            );
            team.ok("jo", &format!("resolve group:Auth --{side} --commit"));
            let deletes = if side == "ours" { jo } else { mia }.contains("delete");
            assert_eq!(team.group("jo", "Auth").is_null(), deletes, "{mia} {side}");
            if !deletes {
                assert_eq!(team.group("jo", "Auth")["color"], "#112233");
            }
            team.ok("jo", "check");
            team.ok("jo", "sync");
            team.ok("mia", "sync");
            team.agree(&["mia", "jo"]);
        }
    }
}

#[test]
fn an_artifact_removed_here_and_grouped_there_both_ways() {
    for (mia, jo) in [
        ("remove cache", "group add Docs cache"),
        ("group add Docs cache", "remove cache"),
    ] {
        for side in ["ours", "theirs"] {
            let team = Team::new();
            team.diverge(&[mia], &[jo]);
            team.git_fails("jo", "merge --no-edit origin/main");
            assert_eq!(team.open("jo"), ["artifact:skill:cache  violation"]);
            team.ok(
                "jo",
                &format!("resolve artifact:skill:cache --{side} --commit"),
            );
            let removes = if side == "ours" { jo } else { mia }.starts_with("remove");
            let members = team.group("jo", "Docs")["members"].clone();
            if removes {
                assert_eq!(members, json!(["skill:notes"]), "{mia} {side}");
                assert!(!team.manifest("jo").contains("skill:cache"));
            } else {
                assert_eq!(
                    members,
                    json!(["skill:notes", "skill:cache"]),
                    "{mia} {side}"
                );
            }
            let told = team.ok("jo", "check");
            if !removes {
                // The files went on one side, and git merged that.
                eprintln!("{told}");
            }
            team.ok("jo", "sync");
            team.ok("mia", "sync");
            team.agree(&["mia", "jo"]);
        }
    }
}

#[test]
fn a_tag_deleted_here_and_given_there_both_ways() {
    for side in ["ours", "theirs"] {
        let team = Team::new();
        team.diverge(&["tag delete security"], &["tag add security notes"]);
        team.git_fails("jo", "merge --no-edit origin/main");
        assert_eq!(team.open("jo"), ["tag:security  violation"]);
        team.ok("jo", &format!("resolve tag:security --{side} --commit"));
        let tags = team.artifact("jo", "skill:notes")["tags"].clone();
        let wanted = if side == "ours" {
            json!(["security"])
        } else {
            json!([])
        };
        assert_eq!(tags, wanted, "{side}");
        team.ok("jo", "check");
    }
}

#[test]
fn a_manifest_that_one_side_deleted() {
    let team = Team::new();
    team.git("mia", "rm --quiet collection.toml");
    team.git("mia", "commit --quiet -m gone");
    team.git("mia", "push --quiet");
    team.ok("jo", "group create Search");
    let told = team.ends(3, "jo", "sync");
    assert!(
        told.stdout.contains("collection.toml is in conflict"),
        "{told:?}"
    );
    let text = team.manifest("jo");
    for line in ["resolve --all --theirs", "resolve --commit"] {
        let told = team.ends(5, "jo", line);
        assert!(
            told.stderr.contains("`git add :/collection.toml`"),
            "{told:?}"
        );
    }
    assert_eq!(team.manifest("jo"), text);
    team.types(
        "jo",
        "git add :/collection.toml && git commit --quiet --no-edit",
    );
    team.ok("jo", "sync");
}

#[test]
fn what_can_only_be_merged_by_lines() {
    let team = Team::new();
    let first = "# Who may come in.\n";
    team.by_hand_committed(
        "mia",
        first,
        &format!("[[groups]]\nname = \"Data\"\nicon = \"x\"\n\n{first}"),
    );
    team.git("mia", "push --quiet");
    team.ok("jo", "group edit Data --color #222222");
    team.git("jo", "fetch --quiet");
    team.git_fails("jo", "merge --no-edit origin/main");
    let told = team.ends(0, "jo", "conflicts");
    assert!(
        told.stderr.contains("could only be merged by lines"),
        "{told:?}"
    );
    let told = team.ends(0, "jo", "resolve --all --ours");
    assert!(told.stdout.contains("clean and staged"), "{told:?}");
    team.ok("jo", "resolve --commit");
    assert_eq!(team.group("jo", "Data")["color"], "#222222");
    team.ok("jo", "check");
}

#[test]
fn a_hook_that_declines_the_commit() {
    let team = three();
    team.environment.script(
        &team.folder("jo").join(".git/hooks/pre-commit"),
        "echo 'no ticket' >&2; exit 1",
    );
    let told = team.ends(5, "jo", "resolve --all --ours --commit");
    assert!(told.stderr.contains("no ticket"), "{told:?}");
    assert!(told.stderr.contains("`git commit`"), "{told:?}");
    fs::remove_file(team.folder("jo").join(".git/hooks/pre-commit")).expect("removed");
    team.types("jo", "git commit");
    assert_eq!(team.git("jo", "status --porcelain"), "");
}
