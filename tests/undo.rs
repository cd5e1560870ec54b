//! Operations taken back and done again, one by one and in any order, and what is refused.

use std::fs;

use serde_json::{Value, json};

use crate::common::choices::Choices;
use crate::common::test_environment::{Said, TestEnvironment, said};

/// How many random walks are taken, and how many changes each has.
const WALKS: u64 = 3;
const CHANGES: usize = 10;

/// The tables as programs read them, a line for each row.
fn tables(environment: &TestEnvironment) -> Vec<String> {
    let lists: [(&[&str], &str); 3] = [
        (&["group", "list"], "groups"),
        (&["tag", "list"], "tags"),
        (&["list"], "artifacts"),
    ];
    let rows = lists.map(|(arguments, rows)| environment.json(arguments)[rows].take());
    rows.iter()
        .flat_map(|rows| rows.as_array().expect("rows"))
        .map(Value::to_string)
        .collect()
}

/// The tables are those that were known; only rows that differ are shown.
fn assert_tables(environment: &TestEnvironment, known: &[String], about: &str) {
    let now = tables(environment);
    let beyond = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter()
            .filter(|row| !other.contains(row))
            .cloned()
            .collect()
    };
    assert_eq!(beyond(&now, known), beyond(known, &now), "{about}");
    assert!(now == known, "{about}: the order differs");
}

fn head(environment: &TestEnvironment) -> String {
    environment.git(["rev-parse", "HEAD"]).trim().to_owned()
}

/// What a refused command must leave alone.
fn state(environment: &TestEnvironment) -> (String, String, String) {
    (
        head(environment),
        environment.git(["status", "--porcelain=v2"]),
        environment.manifest(),
    )
}

/// Runs a command that must end with `code` and change nothing; returns what it said.
fn refused(environment: &TestEnvironment, code: i32, arguments: &[&str]) -> Said {
    let before = state(environment);
    let said = environment.run(arguments);
    assert_eq!(said.code, Some(code), "{arguments:?} {said:?}");
    assert_eq!(state(environment), before, "{arguments:?}");
    said
}

/// Runs the program as another person.
fn as_noor(environment: &TestEnvironment, arguments: &[&str]) -> Said {
    let mut command = environment.skillmeat_in(&environment.work(), arguments);
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Noor")
            .env(format!("GIT_{role}_EMAIL"), "noor@example.com");
    }
    let said = said(command);
    assert_eq!(said.code, Some(0), "{arguments:?} {said:?}");
    said
}

#[test]
fn undo_walks_back_and_redo_forward() {
    let environment = TestEnvironment::with_team();
    let steps: [&[&str]; 8] = [
        &["group", "create", "Auth", "--color", "blue", "jwt-auth"],
        &["group", "add", "Auth", "oauth-flows", "api-design"],
        &["group", "rename", "Auth", "Access"],
        &["tag", "create", "Backend", "--color", "#3B82F6"],
        &["tag", "add", "backend", "log-search", "k8s-debug"],
        &["rate", "jwt-auth", "5", "--note", "Good"],
        &["move", "jwt-auth", "--to", "3"],
        &["group", "delete", "Access"],
    ];
    let mut seen = vec![tables(&environment)];
    for step in steps {
        environment.ok(step);
        seen.push(tables(&environment));
    }
    for known in seen.iter().rev().skip(1) {
        environment.ok(["undo"]);
        assert_tables(&environment, known, "");
    }
    for known in seen.iter().skip(1) {
        environment.ok(["redo"]);
        assert_tables(&environment, known, "");
    }
    let told = refused(&environment, 1, &["redo"]);
    assert!(told.stderr.contains("nothing to redo"), "{told:?}");
    // Back and forth in the middle.
    for (words, place) in [
        ("undo", 7),
        ("undo", 6),
        ("redo", 7),
        ("undo", 6),
        ("undo", 5),
        ("redo", 6),
        ("redo", 7),
        ("redo", 8),
    ] {
        environment.ok([words]);
        assert_tables(&environment, &seen[place], words);
    }
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn a_change_empties_the_redo_list() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "One"]);
    environment.ok(["group", "create", "Two"]);
    environment.ok(["undo"]);
    environment.ok(["undo"]);
    environment.ok(["redo"]);
    environment.ok(["group", "create", "Three"]);
    let told = refused(&environment, 1, &["redo"]);
    assert!(told.stderr.contains("hint: "), "{told:?}");
    let before = environment.json(["group", "list"]);
    environment.ok(["undo"]);
    environment.ok(["redo"]);
    assert_eq!(environment.json(["group", "list"]), before);
    environment.ok(["undo"]);
    environment.ok(["undo"]);
    assert_eq!(environment.json(["group", "list"])["groups"], json!([]));
}

#[test]
fn an_older_change_is_taken_back_where_git_can_not() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    let made = environment.json(["group", "edit", "Auth", "--color", "rose"]);
    environment.ok(["group", "edit", "Auth", "--icon", "shield"]);
    environment.ok(["group", "edit", "Auth", "--description", "Who may"]);
    let commit = made["commit"].as_str().expect("a commit");

    let reverted = environment.git_said(&environment.team(), ["revert", "--no-edit", commit]);
    let driverless = environment.git_said(
        &environment.team(),
        ["-c", "merge.skillmeat.driver=", "status"],
    );
    assert_eq!(driverless.code, Some(0), "{driverless:?}");
    if reverted.code == Some(0) {
        // The merge driver helped; without it git gives up.
        environment.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    } else {
        environment.git(["revert", "--abort"]);
    }
    environment.git([
        "config",
        "merge.skillmeat.driver",
        "git merge-file --marker-size=%L %A %O %B",
    ]);
    let alone = environment.git_said(&environment.team(), ["revert", "--no-edit", commit]);
    assert_eq!(alone.code, Some(1), "{alone:?}");
    assert!(alone.stdout.contains("CONFLICT"), "{alone:?}");
    environment.git(["revert", "--abort"]);

    let undone = environment.json(["undo", commit]);
    let group = &environment.json(["group", "list"])["groups"][0];
    assert_eq!(group["color"], "");
    assert_eq!(group["icon"], "shield");
    assert_eq!(group["description"], "Who may");
    assert_eq!(undone["changes"].as_array().expect("changes").len(), 1);
}

#[test]
fn a_clash_names_the_fields_and_changes_nothing() {
    let environment = TestEnvironment::with_team();
    let made = environment.json(["group", "create", "Auth", "--color", "rose", "jwt-auth"]);
    let edited = environment.json(["group", "edit", "Auth", "--color", "blue", "--icon", "key"]);
    environment.ok(["group", "edit", "Auth", "--color", "green"]);
    let commit = |made: &Value| made["commit"].as_str().expect("a commit").to_owned();
    let told = refused(&environment, 3, &["undo", &commit(&edited)]);
    assert!(told.stderr.contains("Auth"), "{told:?}");
    assert!(told.stderr.contains("color"), "{told:?}");
    assert!(!told.stderr.contains("icon"), "{told:?}");
    let told = refused(&environment, 3, &["undo", &commit(&made)]);
    assert!(told.stderr.contains("Auth"), "{told:?}");
    let told = refused(&environment, 3, &["undo", &commit(&edited), "--json"]);
    let error: Value = serde_json::from_str(&told.stderr).expect("JSON");
    assert_eq!(error["error"]["kind"], "conflict");
    // A file that was edited again clashes too.
    let notes = environment
        .team()
        .join("skills/jwt-auth/references/claims.md");
    fs::write(&notes, "One\n").expect("written");
    let first = environment.json(["commit", "jwt-auth"]);
    fs::write(&notes, "Two\n").expect("written");
    environment.ok(["commit", "jwt-auth"]);
    let told = refused(&environment, 3, &["undo", &commit(&first)]);
    assert!(told.stderr.contains("claims.md"), "{told:?}");
}

#[test]
fn merges_and_the_commits_of_others_need_their_id() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Mine"]);
    environment.git(["switch", "--quiet", "-c", "side"]);
    environment.ok(["group", "create", "Side"]);
    environment.git(["switch", "--quiet", "main"]);
    environment.ok(["group", "create", "Main"]);
    environment.git(["merge", "--quiet", "--no-edit", "side"]);
    let merge = head(&environment);
    as_noor(&environment, &["group", "create", "Theirs"]);
    let theirs = head(&environment);
    let names = || -> Vec<String> {
        let listed = environment.json(["group", "list"]);
        let groups = listed["groups"].as_array().expect("groups");
        let mut names: Vec<_> = groups
            .iter()
            .map(|group| group["name"].as_str().expect("a name").to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["Main", "Mine", "Side", "Theirs"]);
    environment.ok(["undo"]);
    environment.ok(["undo"]);
    environment.ok(["undo"]);
    assert_eq!(names(), ["Theirs"]);
    for _ in 0..3 {
        environment.ok(["redo"]);
    }
    assert_eq!(names(), ["Main", "Mine", "Side", "Theirs"]);
    environment.ok(["undo", &theirs]);
    assert_eq!(names(), ["Main", "Mine", "Side"]);
    environment.ok(["undo", &merge[..10]]);
    assert_eq!(names(), ["Main", "Mine"]);
    let told = refused(&environment, 1, &["undo", "0123456789"]);
    assert!(told.stderr.contains("0123456789"), "{told:?}");
}

#[test]
fn the_files_of_artifacts_come_back() {
    let environment = TestEnvironment::with_team();
    let skill = environment.team().join("skills/sql-migrations");
    let script = skill.join("scripts/check-migration.sh");
    let tree = || environment.git(["rev-parse", "HEAD^{tree}"]);
    let first = tree();
    let header = fs::read(skill.join("SKILL.md")).expect("there");
    environment.ok(["remove", "sql-migrations"]);
    assert!(!skill.exists());
    environment.ok(["undo"]);
    assert_eq!(fs::read(skill.join("SKILL.md")).expect("there"), header);
    assert!(script.exists());
    assert_eq!(tree(), first);
    environment.ok(["redo"]);
    assert!(!skill.exists());
    environment.ok(["undo"]);

    environment.ok(["rename", "sql-migrations", "migrations"]);
    let renamed = tree();
    assert!(!skill.exists());
    environment.ok(["undo"]);
    assert_eq!(tree(), first);
    environment.ok(["redo"]);
    assert_eq!(tree(), renamed);
    environment.ok(["undo"]);

    let listed = environment.json(["list"]);
    let artifacts = listed["artifacts"].as_array().expect("artifacts");
    let found = artifacts.iter().find_map(|artifact| {
        let tag = artifact["tags"].as_array()?.first()?.as_str()?;
        Some((artifact["id"].as_str()?.to_owned(), tag.to_owned()))
    });
    let (artifact, tag) = found.expect("an artifact with a tag in its file");
    environment.ok(["tag", "remove", &tag, &artifact, "--edit-artifact"]);
    assert_ne!(tree(), first);
    environment.ok(["undo"]);
    assert_eq!(tree(), first);
    assert_eq!(environment.json(["list"]), listed);
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn edits_by_hand_are_recorded_first() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    environment.ok(["group", "create", "Data"]);
    let manifest = environment.team().join("collection.toml");
    let edited = environment.manifest().replace("\"Auth\"", "\"Access\"") + "\n# By hand.\n";
    fs::write(&manifest, edited).expect("written");
    let before = environment.git(["rev-list", "--count", "HEAD"]);
    environment.ok(["undo"]);
    let count = |text: String| text.trim().parse::<usize>().expect("a number");
    assert_eq!(
        count(environment.git(["rev-list", "--count", "HEAD"])),
        count(before) + 2
    );
    let by_hand = environment.git(["show", "HEAD~1:collection.toml"]);
    assert!(by_hand.contains("# By hand.") && by_hand.contains("Data"));
    let now = environment.manifest();
    assert!(now.contains("# By hand.") && now.contains("Access") && !now.contains("Data"));
    environment.ok(["redo"]);
    assert!(environment.manifest().contains("Data"));
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn a_dry_run_shows_and_changes_nothing() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    let told = refused(&environment, 0, &["undo", "--dry-run"]);
    assert!(told.stdout.contains("Auth"), "{told:?}");
    environment.ok(["undo"]);
    let told = refused(&environment, 0, &["redo", "--dry-run"]);
    assert!(told.stdout.contains("Auth"), "{told:?}");
    let told = refused(&environment, 0, &["redo", "--dry-run", "--json"]);
    let told: Value = serde_json::from_str(&told.stdout).expect("JSON");
    assert_eq!(told["commit"], Value::Null);
    assert_eq!(told["undo"], Value::Null);
}

/// Runs a command line as a user would, with the program on the path.
fn types(environment: &TestEnvironment, line: &str) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_skillmeat"));
    let folder = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = environment.command("sh", &environment.work());
    command
        .args(["-c", line])
        .env("PATH", format!("{folder}:{path}"));
    let done = said(command);
    assert_eq!(done.code, Some(0), "{line}: {done:?}");
}

#[test]
fn the_undo_that_is_told_works() {
    let environment = TestEnvironment::with_team();
    let first = tables(&environment);
    let made = environment.json(["group", "create", "Auth", "jwt-auth"]);
    let after = tables(&environment);
    types(&environment, made["undo"].as_str().expect("a command"));
    assert_tables(&environment, &first, "");
    let redone = environment.json(["redo"]);
    assert_tables(&environment, &after, "");
    types(&environment, redone["undo"].as_str().expect("a command"));
    assert_tables(&environment, &first, "");
    let undone = environment.json(["redo"]);
    types(&environment, undone["undo"].as_str().expect("a command"));
    assert_tables(&environment, &first, "");
    let told = environment.ok(["group", "create", "Data"]);
    let line = told.split("Undo: ").nth(1).expect("an undo line");
    types(&environment, line.trim());
    assert_tables(&environment, &first, "");
}

/// A random change; it may turn out to be refused, or to change nothing.
fn random_change(environment: &TestEnvironment, choices: &mut Choices) -> Vec<String> {
    let names = |value: &Value, list: &str, key: &str| -> Vec<String> {
        let rows = value[list].as_array().expect("rows");
        rows.iter()
            .map(|row| row[key].as_str().expect("text").to_owned())
            .collect()
    };
    let groups = names(&environment.json(["group", "list"]), "groups", "name");
    let tags = names(&environment.json(["tag", "list"]), "tags", "slug");
    let artifacts = names(&environment.json(["list"]), "artifacts", "id");
    let number = choices.below(100).to_string();
    let place = choices.below(6).to_string();
    let artifact = choices.pick(&artifacts).expect("one").clone();
    let other = choices.pick(&artifacts).expect("one").clone();
    let group = choices.pick(&groups).cloned().unwrap_or("G".to_owned());
    let tag = choices.pick(&tags).cloned().unwrap_or("t".to_owned());
    let color = *choices.pick(&["rose", "#123456", "blue"]).expect("one");
    let fresh = format!("Group {number}");
    let fresh_tag = format!("Tag {number}");
    let renamed = format!("renamed-{number}");
    let kinds: [&[&str]; 18] = [
        &["group", "create", &fresh, &artifact, &other],
        &["group", "create", &fresh, "--position", &place],
        &["group", "edit", &group, "--color", color, "--icon", &number],
        &["group", "edit", &group, "--description", &number],
        &["group", "rename", &group, &fresh],
        &["group", "delete", &group],
        &["group", "add", &group, &artifact, &other],
        &["group", "remove", &group, &artifact],
        &["group", "move", &group, "--to", &place],
        &["group", "order", &group, &artifact],
        &["tag", "add", &fresh_tag, &artifact],
        &["tag", "create", &fresh_tag, "--color", color],
        &["tag", "rename", &tag, &fresh_tag],
        &["tag", "delete", &tag],
        &["rate", &artifact, "4", "--note", &number],
        &["move", &artifact, "--to", &place],
        &["rename", &artifact, &renamed],
        &["remove", &artifact],
    ];
    let kind = kinds[choices.below(kinds.len())];
    kind.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn random_changes_are_undone_and_redone_to_the_last() {
    for seed in 0..WALKS {
        let environment = TestEnvironment::with_team();
        let mut choices = Choices::new(seed);
        let mut made = Vec::new();
        let mut seen = vec![tables(&environment)];
        while made.len() < CHANGES {
            let change = random_change(&environment, &mut choices);
            let before = head(&environment);
            let said = environment.run(&change);
            assert!(matches!(said.code, Some(0 | 1)), "{change:?} {said:?}");
            if head(&environment) != before {
                made.push(change);
                seen.push(tables(&environment));
            }
        }
        for (place, known) in seen.iter().enumerate().rev().skip(1) {
            let said = environment.run(["undo"]);
            assert_eq!(said.code, Some(0), "seed {seed} {made:#?} {place} {said:?}");
            let about = format!("seed {seed}: undo of {:?}", made[place]);
            assert_tables(&environment, known, &about);
        }
        for (place, known) in seen.iter().enumerate().skip(1) {
            let said = environment.run(["redo"]);
            assert_eq!(said.code, Some(0), "seed {seed} {made:#?} {place} {said:?}");
            let about = format!("seed {seed}: redo of {:?}", made[place - 1]);
            assert_tables(&environment, known, &about);
        }
        assert_eq!(environment.git(["status", "--porcelain"]), "");
    }
}
