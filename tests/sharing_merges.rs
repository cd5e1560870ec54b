//! Edits of two people, merged by git with the driver.

use crate::common::team::{At, Team};
use serde_json::json;

#[test]
fn both_add_groups() {
    let team = Team::new();
    team.diverge(
        &["group create Payments jwt-auth", "group add Data notes"],
        &["group create Search cache", "group add Data jwt-auth"],
    );
    team.merges();
    assert_eq!(
        team.groups("jo"),
        ["Auth", "Data", "Docs", "Payments", "Search"]
    );
    assert_eq!(
        team.group("jo", "Data")["members"],
        json!(["skill:cache", "skill:jwt-auth", "skill:notes"])
    );
    assert!(
        team.manifest("jo")
            .contains("# Who may come in.\n[[groups]]\nname = \"Auth\"")
    );
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_group_renamed_here_and_given_a_member_there() {
    for (mia, jo) in [
        ("group rename Auth Sign-in", "group add Auth cache"),
        ("group add Auth cache", "group rename Auth Sign-in"),
    ] {
        let team = Team::new();
        team.diverge(&[mia], &[jo]);
        team.merges();
        assert_eq!(
            team.group("jo", "Sign-in")["members"],
            json!(["skill:jwt-auth", "agent:reviewer", "skill:cache"])
        );
        assert!(team.group("jo", "Auth").is_null());
    }
}

#[test]
fn a_group_deleted_here_and_edited_there() {
    for (mia, jo) in [
        ("group delete Auth", "group edit Auth --color #112233"),
        ("group edit Auth --color #112233", "group delete Auth"),
    ] {
        let team = Team::new();
        team.diverge(&[mia, "group create Beside"], &[jo]);
        assert_eq!(team.conflicts(), ["group:Auth  delete-edit"]);
        assert!(!team.group("jo", "Docs").is_null());
        assert!(
            team.manifest("jo").contains("#112233"),
            "the edit is in the file"
        );
        assert!(
            team.manifest("jo").contains("\"Beside\""),
            "beside it all is merged"
        );
    }
}

#[test]
fn both_delete() {
    let team = Team::new();
    team.diverge(
        &["group delete Auth", "tag delete security"],
        &["group delete Auth Docs", "tag delete security"],
    );
    team.merges();
    assert_eq!(team.groups("jo"), ["Data"]);
    assert!(!team.manifest("jo").contains("security"));
}

#[test]
fn a_member_that_was_removed_stays_removed() {
    let team = Team::new();
    team.join("ada");
    team.diverge(
        &["group remove Auth reviewer"],
        &["group edit Auth --icon key"],
    );
    team.ok("ada", "group add Auth notes");
    for _ in 0..5 {
        for person in ["jo", "ada", "mia"] {
            team.ok(person, "sync");
        }
        team.ok("ada", "group edit Auth --description Later");
        team.ok("ada", "group edit Auth --description Sooner");
    }
    for _ in 0..2 {
        for person in ["ada", "jo", "mia"] {
            team.ok(person, "sync");
        }
    }
    team.agree(&["mia", "jo", "ada"]);
    assert_eq!(
        team.group("mia", "Auth")["members"],
        json!(["skill:jwt-auth", "skill:notes"])
    );
}

#[test]
fn a_tag_renamed_here_and_given_to_a_new_artifact_there() {
    for (mia, jo) in [
        ("tag rename backend Server", "tag add backend notes"),
        ("tag add backend notes", "tag rename backend Server"),
    ] {
        let team = Team::new();
        team.diverge(&[mia], &[jo]);
        team.merges();
        for id in ["skill:notes", "skill:cache", "skill:jwt-auth"] {
            assert_eq!(team.artifact("jo", id)["tags"], json!(["server"]), "{id}");
        }
        assert!(
            !team.manifest("jo").contains("backend"),
            "{}",
            team.manifest("jo")
        );
    }
}

#[test]
fn a_tag_renamed_here_and_borne_by_an_artifact_that_is_new_there() {
    let team = Team::new();
    let file = team.environment.work().join("skills/fresh/SKILL.md");
    team.environment.write(&file, "---\nname: fresh\n---\n");
    let add = format!("add {}", file.parent().expect("a folder").display());
    team.diverge(
        &["tag rename backend Server"],
        &[&add, "tag add backend fresh"],
    );
    team.merges();
    assert_eq!(
        team.artifact("jo", "skill:fresh")["tags"],
        json!(["server"])
    );
}

#[test]
fn an_artifact_renamed_here_and_grouped_there() {
    for (mia, jo) in [
        ("rename jwt-auth tokens", "group add Docs jwt-auth"),
        ("group add Docs jwt-auth", "rename jwt-auth tokens"),
    ] {
        let team = Team::new();
        team.diverge(&[mia], &[jo]);
        team.merges();
        assert_eq!(
            team.group("jo", "Docs")["members"],
            json!(["skill:notes", "skill:tokens"])
        );
        assert_eq!(
            team.group("jo", "Auth")["members"],
            json!(["skill:tokens", "agent:reviewer"])
        );
        assert_eq!(team.group("jo", "Auth")["missing"], json!([]));
    }
}

#[test]
fn both_move_groups() {
    let team = Team::new();
    team.diverge(
        &["group move Docs --to 0"],
        &["group move Data --before Auth"],
    );
    let merged = team.git_run("jo", "merge --no-edit origin/main");
    assert_eq!(merged.code, Some(0), "{merged:?}");
    assert_eq!(team.groups("jo"), ["Docs", "Data", "Auth"]);
}

#[test]
fn both_move_groups_so_that_no_order_satisfies_both() {
    let team = Team::of_mia(At::Top);
    team.ok("mia", "group move Docs --to 1");
    team.ok("mia", &format!("share {}", team.remote().display()));
    team.join("jo");
    // Base: Auth Docs Data. Mia brings Docs to the front; Jo puts Data before Docs: all three pairs in a circle.
    team.diverge(&["group move Auth --to 1"], &["group move Data --to 1"]);
    assert_eq!(team.conflicts(), ["groups order order"]);
}

#[test]
fn the_fields_of_a_version_stay_together() {
    let team = Team::new();
    team.by_hand_committed(
        "mia",
        "resolved_sha = \"aaaaaaaa",
        "resolved_sha = \"bbbbbbbb",
    );
    team.by_hand_committed(
        "jo",
        "resolved_version = \"v1.0.0\"",
        "resolved_version = \"v1.1.0\"",
    );
    team.diverge(&[], &[]);
    let open = team.conflicts();
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].starts_with("artifact:skill:jwt-auth "), "{open:?}");
    assert!(
        open[0].contains("resolved_sha") && open[0].contains("resolved_version"),
        "{open:?}"
    );
}

#[test]
fn a_criss_cross() {
    let team = Team::new();
    team.diverge(
        &["group edit Auth --color #111111"],
        &["group edit Auth --icon key"],
    );
    team.git("jo", "branch before");
    team.git("jo", "merge --quiet --no-edit origin/main");
    team.git("mia", "fetch --quiet");
    // Mia merges Jo's commit as it was before, so that there are two merge bases.
    let before = team.git("jo", "rev-parse before");
    team.git(
        "mia",
        &format!(
            "fetch --quiet {} before",
            team.folder("jo").join(".git").display()
        ),
    );
    team.git("mia", &format!("merge --quiet --no-edit {}", before.trim()));
    team.ok("mia", "group edit Auth --description Mia");
    team.ok("jo", "group add Auth cache");
    team.git("mia", "push --quiet origin main");
    team.git("jo", "fetch --quiet");
    let bases = team.git("jo", "merge-base --all HEAD origin/main");
    assert_eq!(bases.lines().count(), 2);
    team.merges();
    let group = team.group("jo", "Auth");
    assert_eq!(group["color"], "#111111");
    assert_eq!(group["icon"], "key");
    assert_eq!(group["description"], "Mia");
    assert_eq!(
        group["members"],
        json!(["skill:jwt-auth", "agent:reviewer", "skill:cache"])
    );
}

#[test]
fn a_criss_cross_with_a_conflict_that_was_resolved_both_ways() {
    let team = Team::new();
    team.diverge(
        &["group edit Auth --color #111111"],
        &["group edit Auth --color #222222"],
    );
    team.git("jo", "branch before");
    team.git_fails("jo", "merge --no-edit origin/main");
    team.ok("jo", "resolve --all --ours --commit");
    team.git(
        "mia",
        &format!(
            "fetch --quiet {} before",
            team.folder("jo").join(".git").display()
        ),
    );
    team.git_fails("mia", "merge --no-edit FETCH_HEAD");
    team.ok("mia", "resolve --all --ours --commit");
    team.ok("mia", "group create Mine");
    team.git("mia", "push --quiet origin main");
    team.git("jo", "fetch --quiet");
    // No guess: the colour is in conflict again, and the rest is merged.
    let open = team.conflicts();
    assert_eq!(open, ["group:Auth color field"]);
    assert!(team.manifest("jo").contains("\"Mine\""));
    let text = team.manifest("jo");
    assert!(
        text.contains("#111111") && text.contains("#222222"),
        "{text}"
    );
}

#[test]
fn both_add_the_manifest() {
    let team = Team::of_mia(At::Top);
    let remote = team.remote().display().to_string();
    team.ok("mia", "group create Mine");
    // Two branches that begin without a manifest.
    team.git("mia", "switch --quiet --orphan empty");
    team.git("mia", "commit --quiet --allow-empty -m root");
    for (branch, line) in [("one", "group create One"), ("two", "group create Two")] {
        team.git("mia", &format!("switch --quiet -c {branch} empty"));
        team.git("mia", "checkout --quiet main -- .");
        team.git("mia", "commit --quiet -m 'add all'");
        team.ok("mia", line);
    }
    team.git("mia", "branch --quiet -D main");
    team.git("mia", "branch --quiet -m main");
    team.ok("mia", &format!("share {remote}"));
    let merged = team.git_run("mia", "merge --no-edit one");
    assert_eq!(merged.code, Some(0), "{merged:?}");
    assert_eq!(
        team.groups("mia"),
        ["Auth", "Data", "Docs", "Mine", "One", "Two"]
    );
    team.ok("mia", "check");
}

#[test]
fn beside_a_conflict_everything_else_is_merged() {
    let team = Team::new();
    team.diverge(
        &[
            "group edit Auth --color #111111",
            "group create Payments jwt-auth",
            "tag rename security Safety",
        ],
        &[
            "group edit Auth --color #222222",
            "group add Docs cache",
            "tag create Fast",
        ],
    );
    let open = team.conflicts();
    assert_eq!(open, ["group:Auth color field"]);
    let text = team.manifest("jo");
    assert_eq!(text.matches("<<<<<<< ").count(), 1, "{text}");
    for part in [
        "#111111",
        "#222222",
        "\"Payments\"",
        "\"safety\"",
        "\"Fast\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("\"security\""), "{text}");
    team.ok("jo", "resolve group:Auth --ours --commit");
    assert_eq!(team.groups("jo"), ["Auth", "Data", "Docs", "Payments"]);
    assert_eq!(
        team.group("jo", "Docs")["members"],
        json!(["skill:notes", "skill:cache"])
    );
    assert_eq!(team.group("jo", "Auth")["color"], "#222222");
    assert_eq!(
        team.artifact("jo", "agent:reviewer")["tags"],
        json!(["safety"])
    );
}

#[test]
fn while_a_conflict_is_open_reads_answer_from_head_and_changes_are_refused() {
    let team = Team::new();
    team.diverge(
        &["group edit Auth --color #111111", "group create Payments"],
        &["group edit Auth --color #222222"],
    );
    let before = team.tables("jo");
    team.conflicts();
    for line in [
        "list",
        "group list",
        "tag list",
        "search jwt",
        "status",
        "show jwt-auth",
    ] {
        let told = team.ends(0, "jo", line);
        assert!(
            told.stderr.contains("what your last commit says"),
            "{line}: {told:?}"
        );
        assert!(
            told.stderr.contains("skillmeat conflicts"),
            "{line}: {told:?}"
        );
    }
    assert_eq!(team.tables("jo"), before);
    let state = (
        team.manifest("jo"),
        team.git("jo", "status --porcelain=v2"),
        team.git("jo", "rev-parse HEAD"),
    );
    for line in [
        "group create Later",
        "tag add Fast cache",
        "remove cache",
        "rename cache caches",
        "commit",
        "sync",
        "pull",
        "push",
        "check --fix",
        "group delete Docs",
    ] {
        let told = team.ends(5, "jo", line);
        assert!(
            told.stderr.contains("skillmeat resolve --commit"),
            "{line}: {told:?}"
        );
        let now = (
            team.manifest("jo"),
            team.git("jo", "status --porcelain=v2"),
            team.git("jo", "rev-parse HEAD"),
        );
        assert_eq!(now, state, "{line}");
    }
    assert_eq!(team.json("jo", "status")["merging"], true);
}
