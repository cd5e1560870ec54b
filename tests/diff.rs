//! `diff`: two moments in terms of the tables, and the texts of artifacts' files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::common::test_environment::TestEnvironment;

/// What a change says: `add group:Auth members`.
fn told(document: &Value) -> Vec<String> {
    let changes = document["changes"].as_array().expect("changes");
    let text = |change: &Value, key: &str| change[key].as_str().expect("a text").to_owned();
    changes
        .iter()
        .map(|change| {
            let words = ["action", "key", "field"].map(|key| text(change, key));
            words.join(" ").trim().to_owned()
        })
        .collect()
}

/// What happened to each file: `write skills/x/SKILL.md +1 −0`.
fn files(document: &Value) -> Vec<String> {
    let files = document["files"].as_array().expect("files");
    let line = |file: &Value| {
        let text = |key: &str| file[key].as_str().expect("a text").to_owned();
        let counts = match file["binary"].as_bool() {
            Some(true) => "binary".to_owned(),
            _ => format!("+{} −{}", file["added"], file["removed"]),
        };
        format!("{} {} {counts}", text("action"), text("path"))
    };
    files.iter().map(line).collect()
}

fn edited(environment: &TestEnvironment, from: &str, to: &str) {
    let text = environment.manifest();
    assert!(text.contains(from), "{from:?} in {text}");
    environment.write(
        &environment.team().join("collection.toml"),
        text.replacen(from, to, 1),
    );
}

fn with_group() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    let description = ["--description", "Who may come in, and how"];
    environment.ok(["group", "create", "Auth", "jwt-auth", "oauth-flows"]
        .iter()
        .chain(&description));
    environment
}

#[test]
fn edits_by_hand_are_told_by_row_and_by_line() {
    let environment = with_group();
    assert_eq!(environment.ok(["diff"]), "");
    edited(&environment, "in, and how", "in, when, and how");
    edited(&environment, "skill:oauth-flows", "agent:auth-reviewer");
    let team = environment.team();
    let skill = team.join("skills/jwt-auth/SKILL.md");
    let text = fs::read_to_string(&skill).expect("a skill");
    environment.write(&skill, format!("{text}One more line\u{1b}[2J\n"));
    environment.write(&team.join("skills/jwt-auth/logo.png"), b"a\0b");
    fs::remove_file(team.join("agents/auth-reviewer.md")).expect("removed");
    let other = team.join("skills/api-design/SKILL.md");
    fs::set_permissions(&other, fs::Permissions::from_mode(0o755)).expect("set");
    // What belongs to no artifact is none of ours.
    environment.write(&team.join("notes.txt"), "x");

    let document = environment.json(["diff"]);
    assert_eq!(document["to"], Value::Null);
    assert_eq!(
        document["from"],
        environment.git(["rev-parse", "HEAD"]).trim()
    );
    assert_eq!(
        told(&document),
        [
            "edit group:Auth description",
            "remove group:Auth members",
            "add group:Auth members"
        ]
    );
    assert_eq!(
        files(&document),
        [
            "remove agents/auth-reviewer.md +0 −35",
            "write skills/api-design/SKILL.md +0 −0",
            "write skills/jwt-auth/SKILL.md +1 −0",
            "create skills/jwt-auth/logo.png binary",
        ]
    );
    let printed = environment.ok(["diff"]);
    for line in [
        "group Auth  + auth-reviewer  − oauth-flows",
        "  -Who may come in, and how",
        "  +Who may come in, when, and how",
        "file agents/auth-reviewer.md  deleted",
        "file skills/api-design/SKILL.md  changed, in its mode or line ends only",
        "file skills/jwt-auth/SKILL.md  changed",
        "  +One more line\\u{1b}[2J",
        "file skills/jwt-auth/logo.png  new, binary",
    ] {
        assert!(
            printed.lines().any(|shown| shown == line),
            "{line}: {printed}"
        );
    }
    let coloured = environment.ok(["diff", "--color", "always"]);
    // The word that came is inverted, and only that.
    assert!(
        coloured.contains("\u{1b}[7m\u{1b}[32mwhen, \u{1b}[0m"),
        "{coloured:?}"
    );
    let statistics = environment.ok(["diff", "--stat"]);
    assert!(statistics.contains("+1 −1 1 edit"), "{statistics}");
    assert!(
        statistics.ends_with("1 row, 4 files, +1 −35 lines\n"),
        "{statistics}"
    );
    environment.ok(["commit"]);
    assert_eq!(environment.ok(["diff"]), "");
    let committed = environment.json(["diff", "HEAD~1", "HEAD"]);
    assert_eq!(committed["changes"], document["changes"]);
    assert_eq!(committed["files"], document["files"]);
    assert_eq!(environment.json(["diff", "HEAD~1..HEAD"]), committed);
}

#[test]
fn git_tells_the_same_lines() {
    let environment = with_group();
    let skill = environment.team().join("skills/jwt-auth/SKILL.md");
    let text = fs::read_to_string(&skill).expect("a skill");
    let lines: Vec<&str> = text.lines().collect();
    let mut other = lines.clone();
    other[2] = "description: Another one";
    other.insert(20, "A line in the middle");
    other.truncate(other.len() - 1);
    environment.write(&skill, other.join("\n"));
    let ours = environment.json(["diff"])["files"][0]["diff"]
        .as_str()
        .expect("a text")
        .to_owned();
    let theirs = environment.git(["diff", "--no-ext-diff", "--", "skills"]);
    let changed = |text: &str| -> Vec<String> {
        let lines = text.lines().skip_while(|line| !line.starts_with("@@"));
        lines
            .filter(|line| line.starts_with(['+', '-', '@']))
            .map(|line| match line.strip_prefix("@@") {
                Some(heading) => heading.split("@@").next().expect("a range").to_owned(),
                None => line.to_owned(),
            })
            .collect()
    };
    assert_eq!(changed(&ours), changed(&theirs));
    assert_eq!(changed(&ours).len(), 8, "{ours}");
}

#[test]
fn two_moments_are_commits_or_dates() {
    let environment = with_group();
    let first = environment.git(["rev-list", "--max-parents=0", "HEAD"]);
    environment.git(["tag", "v1"]);
    environment.ok(["group", "rename", "Auth", "Access"]);
    environment.ok(["remove", "sql-migrations"]);
    assert_eq!(
        told(&environment.json(["diff", "v1", "main"])),
        [
            "rename group:Access name",
            "delete artifact:skill:sql-migrations"
        ]
    );
    // The other way round.
    assert_eq!(
        told(&environment.json(["diff", "main", "v1"])),
        [
            "rename group:Auth name",
            "create artifact:skill:sql-migrations"
        ]
    );
    let all = environment.json(["diff", first.trim()]);
    assert!(told(&all).contains(&"create group:Access".to_owned()));
    let skill = "remove skills/sql-migrations/SKILL.md +0";
    assert!(files(&all).iter().any(|file| file.starts_with(skill)));
    assert_eq!(
        environment.json(["diff", "2026-01-02"])["changes"],
        json!([])
    );
    let said = environment.fails(1, ["diff", "2020-01-01"]);
    assert!(said.contains("2020-01-01"), "{said}");
    environment.fails(2, ["diff", "no-such-thing"]);
    environment.fails(2, ["diff", "v1...main"]);
    environment.fails(2, ["diff", "a", "b", "c"]);
}

#[test]
fn what_git_converts_is_no_difference() {
    let environment = with_group();
    environment.git(["config", "core.autocrlf", "true"]);
    for name in ["collection.toml", "skills/jwt-auth/SKILL.md"] {
        let path = environment.team().join(name);
        let text = fs::read_to_string(&path).expect("a text");
        environment.write(&path, text.replace('\n', "\r\n"));
    }
    assert_eq!(environment.ok(["diff"]), "");
}

#[test]
fn an_unborn_branch_and_an_old_commit_without_a_manifest_have_nothing() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("new");
    fs::create_dir(&folder).expect("a folder");
    environment.git_in(&folder, ["init", "--quiet"]);
    environment.write(
        &folder.join("collection.toml"),
        "[[groups]]\nname = \"Auth\"\n",
    );
    let document: Value =
        serde_json::from_str(&environment.ok_in(&folder, ["diff", "--json"])).expect("JSON");
    assert_eq!(told(&document), ["create group:Auth"]);
    assert_eq!(document["from"], Value::Null);
    environment.git_in(
        &folder,
        ["commit", "--quiet", "--allow-empty", "-m", "empty"],
    );
    environment.git_in(&folder, ["add", "."]);
    environment.git_in(&folder, ["commit", "--quiet", "-m", "full"]);
    let printed = environment.ok_in(&folder, ["diff", "HEAD", "HEAD~1"]);
    assert_eq!(printed, "group Auth  deleted\n");
}

#[test]
fn a_manifest_that_cannot_be_read_is_an_error_that_names_it() {
    let environment = with_group();
    environment.git(["tag", "sound"]);
    let text = environment.manifest();
    let manifest = environment.team().join("collection.toml");
    environment.write(&manifest, format!("{text}\n[[groups\n"));
    let said = environment.fails(1, ["diff"]);
    assert!(said.contains("collection.toml:"), "{said}");
    environment.git(["commit", "--quiet", "--all", "-m", "broken"]);
    environment.write(&manifest, text);
    let broken = environment.git(["rev-parse", "HEAD"]);
    let said = environment.fails(1, ["diff"]);
    assert!(said.contains(&broken[..10]), "{said}");
    assert_eq!(environment.ok(["diff", "sound"]), "");
}
