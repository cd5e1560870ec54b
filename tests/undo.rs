//! Operations taken back and done again, one by one and in any order, and what is refused.

use std::fs;

use serde_json::{Value, json};

use crate::common::choices::Choices;
use crate::common::team::Team;
use crate::common::test_environment::{Said, TestEnvironment, said};

/// How many random walks are taken, and how many changes each has.
const WALKS: u64 = 3;
const CHANGES: usize = 14;

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

/// Where our driver is set up, git's own revert merges by row and field as well. A plain clone has no driver, as on a
/// hosting site: there git merges lines, and gives up on lines that lie side by side.
#[test]
fn an_older_change_is_taken_back_where_git_without_a_driver_can_not() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    let made = environment.json(["group", "edit", "Auth", "--color", "rose"]);
    environment.ok(["group", "edit", "Auth", "--icon", "shield"]);
    environment.ok(["group", "edit", "Auth", "--description", "Who may"]);
    let commit = made["commit"].as_str().expect("a commit");
    let plain = environment.work().join("plain");
    let from = environment.team().display().to_string();
    environment.git_in(&environment.work(), ["clone", "-q", &from, "plain"]);

    let alone = environment.git_said(&plain, ["revert", "--no-edit", commit]);
    assert_eq!(alone.code, Some(1), "{alone:?}");
    assert!(alone.stdout.contains("CONFLICT"), "{alone:?}");
    environment.git_in(&plain, ["revert", "--abort"]);
    let assert_undone = |groups: &str| {
        let told: Value = serde_json::from_str(groups).expect("JSON");
        let group = &told["groups"][0];
        assert_eq!(group["color"], "");
        assert_eq!(group["icon"], "shield");
        assert_eq!(group["description"], "Who may");
    };
    let undone = environment.ok_in(&plain, ["undo", commit, "--json"]);
    let undone: Value = serde_json::from_str(&undone).expect("JSON");
    assert_eq!(undone["changes"].as_array().expect("changes").len(), 1);
    assert_undone(&environment.ok_in(&plain, ["group", "list", "--json"]));

    // With the driver both do, and come to the same; beside edits that are not committed, only ours does.
    let manifest = environment.team().join("collection.toml");
    let before = environment.manifest();
    fs::write(&manifest, before.clone() + "\n# By hand.\n").expect("written");
    let hindered = environment.git_said(&environment.team(), ["revert", "--no-edit", commit]);
    assert_ne!(hindered.code, Some(0), "{hindered:?}");
    environment.ok(["undo", commit]);
    assert!(environment.manifest().ends_with("# By hand.\n"));
    assert_undone(&environment.ok(["group", "list", "--json"]));
    environment.git(["reset", "--quiet", "--hard", "HEAD~2"]);
    environment.git(["revert", "--no-edit", commit]);
    assert_undone(&environment.ok(["group", "list", "--json"]));
}

#[test]
fn a_commit_of_another_branch_is_named_with_its_place() {
    let environment = TestEnvironment::with_team();
    environment.git(["switch", "--quiet", "-c", "side"]);
    let made = environment.json(["group", "create", "Side"]);
    environment.git(["switch", "--quiet", "main"]);
    let commit = made["commit"].as_str().expect("a commit");
    let told = refused(&environment, 1, &["undo", commit]);
    for word in [&commit[..10], "Side", "it is in side", "git switch"] {
        assert!(told.stderr.contains(word), "{word}: {told:?}");
    }
    environment.git(["branch", "--quiet", "-D", "side"]);
    let told = refused(&environment, 1, &["undo", commit]);
    assert!(told.stderr.contains("no branch has it"), "{told:?}");
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
fn what_undo_and_redo_record_of_edits_by_hand_keeps_the_redo_list() {
    let environment = TestEnvironment::with_team();
    for name in ["One", "Two", "Three"] {
        environment.ok(["group", "create", name]);
    }
    let by_hand = |line: &str| {
        let text = environment.manifest() + line;
        fs::write(environment.team().join("collection.toml"), text).expect("written");
    };
    environment.ok(["undo"]);
    by_hand("\n# By hand.\n");
    environment.ok(["undo", "HEAD~2"]);
    by_hand("\n# Again.\n");
    environment.ok(["redo"]);
    environment.ok(["redo"]);
    let text = environment.manifest();
    for word in ["One", "Two", "Three", "# By hand.", "# Again."] {
        assert!(text.contains(word), "{word}: {text}");
    }
    refused(&environment, 1, &["redo"]);
    // Edits that were recorded on their own are a change like any other.
    environment.ok(["undo"]);
    by_hand("\n# Recorded.\n");
    environment.ok(["commit"]);
    refused(&environment, 1, &["redo"]);
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

/// Everything that a change may change: the tables, and the tree of the commit with the manifest's bytes.
fn everything(environment: &TestEnvironment) -> (Vec<String>, String) {
    let tree = environment.git(["rev-parse", "HEAD^{tree}"]);
    (tables(environment), tree)
}

/// What there is to choose from.
struct Names {
    groups: Vec<String>,
    /// Each group with each of its members.
    members: Vec<(String, String)>,
    /// Those that the manifest defines, if there are any.
    tags: Vec<String>,
    /// Each such tag with each artifact that has it.
    tagged: Vec<(String, String)>,
    /// A few, so that they are met more than once.
    artifacts: Vec<String>,
}

impl Names {
    fn of(environment: &TestEnvironment) -> Self {
        let rows = |arguments: &[&str], list: &str| -> Vec<Value> {
            let mut listed = environment.json(arguments);
            let rows = listed[list].take();
            rows.as_array().expect("rows").clone()
        };
        let groups = rows(&["group", "list"], "groups");
        let tags = rows(&["tag", "list"], "tags");
        let own = tags
            .iter()
            .filter(|tag| text(&tag["slug"]).starts_with("tag-"));
        let own: Vec<Value> = own.cloned().collect();
        let names = |rows: &[Value], key: &str| rows.iter().map(|row| text(&row[key])).collect();
        Self {
            groups: names(&groups, "name"),
            members: pairs(&groups, "name", "members"),
            tagged: pairs(&own, "slug", "artifacts"),
            tags: names(if own.is_empty() { &tags } else { &own }, "slug"),
            artifacts: names(&rows(&["list"], "artifacts")[..6], "id"),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Each row's name with each entry of a list of the row.
fn pairs(rows: &[Value], name: &str, list: &str) -> Vec<(String, String)> {
    let entries = |row: &Value| row[list].as_array().expect("a list").clone();
    rows.iter()
        .flat_map(|row| {
            entries(row)
                .into_iter()
                .map(|entry| (text(&row[name]), text(&entry)))
        })
        .collect()
}

/// Every kind of change, each about something random; some may turn out to be refused, or to change nothing.
fn random_changes(environment: &TestEnvironment, choices: &mut Choices) -> Vec<Vec<String>> {
    let names = Names::of(environment);
    let number = choices.below(1000).to_string();
    let place = choices.below(6).to_string();
    let pick = |choices: &mut Choices, from: &[String]| {
        choices.pick(from).cloned().unwrap_or("none".to_owned())
    };
    let artifact = pick(choices, &names.artifacts);
    let other = pick(choices, &names.artifacts);
    let group = pick(choices, &names.groups);
    let tag = pick(choices, &names.tags);
    let other_tag = pick(choices, &names.tags);
    let nobody = || ("none".to_owned(), "none".to_owned());
    let (holder, member) = choices.pick(&names.members).cloned().unwrap_or_else(nobody);
    let (borne, bearer) = choices.pick(&names.tagged).cloned().unwrap_or_else(nobody);
    let color = *choices.pick(&["rose", "#123456", "blue"]).expect("one");
    let fresh = format!("Group {number}");
    let fresh_tag = format!("Tag {number}");
    let renamed = format!("renamed-{number}");
    let skill = environment.work().join(format!("skill-{number}"));
    environment.write(
        &skill.join("SKILL.md"),
        format!("---\nname: skill-{number}\ndescription: New\n---\n"),
    );
    let skill = skill.display().to_string();
    let kinds: &[&[&str]] = &[
        &["group", "create", &fresh, &artifact, &other],
        &["group", "create", &fresh, "--position", &place],
        &["group", "edit", &group, "--color", color, "--icon", &number],
        &[
            "group",
            "edit",
            &group,
            "--description",
            &number,
            "--tag",
            &tag,
        ],
        &["group", "rename", &group, &fresh],
        &["group", "delete", &group],
        &["group", "add", &group, &artifact, &other],
        &["group", "remove", &holder, &member],
        &["group", "move", &group, "--to", &place],
        &["group", "order", &holder, &member],
        &["tag", "create", &fresh_tag, "--color", color],
        &[
            "tag",
            "edit",
            &tag,
            "--color",
            color,
            "--description",
            &number,
        ],
        &["tag", "rename", &tag, &fresh_tag],
        &["tag", "merge", &tag, &other_tag],
        &["tag", "delete", &tag],
        &["tag", "add", &fresh_tag, &artifact],
        &["tag", "add", &tag, &artifact, &other],
        &["tag", "remove", &borne, &bearer],
        &["add", "--type", "skill", &skill],
        &["remove", &artifact],
        &["rename", &artifact, &renamed],
        &["edit", &artifact, "--description", &number],
        &["edit", &artifact, "--alias", &renamed],
        &["move", &artifact, "--to", &place],
        &["rate", &artifact, "4", "--note", &number],
        &["restore", "group", &group],
        &["restore", "tag", &tag],
        &["restore", "artifact", &artifact],
    ];
    let owned = |kind: &&[&str]| kind.iter().map(|word| (*word).to_owned()).collect();
    kinds.iter().map(owned).collect()
}

/// Makes a change if it is admitted; whether there is a commit more.
fn makes(environment: &TestEnvironment, change: &[String]) -> bool {
    let before = head(environment);
    let said = environment.run(change);
    assert!(matches!(said.code, Some(0..=2)), "{change:?} {said:?}");
    head(environment) != before
}

/// Takes back as many operations as were made, and does them again; each time everything is as it was.
fn walk_back_and_forth(
    environment: &TestEnvironment,
    made: &[Vec<String>],
    seen: &[(Vec<String>, String)],
) {
    let assert_same = |known: &(Vec<String>, String), about: &str| {
        let now = everything(environment);
        assert_tables(environment, &known.0, about);
        assert_eq!(now.1, known.1, "{about}: the files differ");
    };
    for (place, known) in seen.iter().enumerate().rev().skip(1) {
        let said = environment.run(["undo"]);
        assert_eq!(said.code, Some(0), "{made:#?} {place} {said:?}");
        assert_same(known, &format!("undo of {:?}", made[place]));
    }
    for (place, known) in seen.iter().enumerate().skip(1) {
        let said = environment.run(["redo"]);
        assert_eq!(said.code, Some(0), "{made:#?} {place} {said:?}");
        assert_same(known, &format!("redo of {:?}", made[place - 1]));
    }
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn random_changes_are_undone_and_redone_to_the_last() {
    for seed in 0..WALKS {
        let environment = TestEnvironment::with_team();
        let mut choices = Choices::new(seed);
        let (mut made, mut seen) = (Vec::new(), vec![everything(&environment)]);
        while made.len() < CHANGES {
            let changes = random_changes(&environment, &mut choices);
            let change = choices.pick(&changes).expect("one");
            if makes(&environment, change) {
                made.push(change.clone());
                seen.push(everything(&environment));
            }
        }
        walk_back_and_forth(&environment, &made, &seen);
    }
}

/// The kinds of change that give the others something to choose from: a group with members, a tag of an artifact, rows
/// with an earlier version.
const FILLERS: [usize; 4] = [0, 15, 11, 21];

#[test]
fn every_kind_of_change_is_undone_and_redone() {
    let environment = TestEnvironment::with_team();
    let mut choices = Choices::new(7);
    let (mut made, mut seen) = (Vec::new(), vec![everything(&environment)]);
    let kinds = random_changes(&environment, &mut choices).len();
    for kind in 0..kinds {
        // What is refused, or changes nothing, is tried again about something else, with a row more to choose from.
        for tries in 0.. {
            assert!(tries < 60, "no change of the kind {kind}: {made:#?}");
            let changes = random_changes(&environment, &mut choices);
            let change = changes[kind].clone();
            let filler = changes[FILLERS[tries % FILLERS.len()]].clone();
            let is_done = makes(&environment, &change);
            if is_done {
                made.push(change);
                seen.push(everything(&environment));
                break;
            }
            if makes(&environment, &filler) {
                made.push(filler);
                seen.push(everything(&environment));
            }
        }
    }
    walk_back_and_forth(&environment, &made, &seen);
}

#[test]
fn undo_walks_past_merges_and_the_work_of_others() {
    let team = Team::new();
    for round in 0..3 {
        team.ok("mia", &format!("group create 'Mia {round}'"));
        team.ok("jo", &format!("group create 'Jo {round}'"));
        team.ok("jo", "group add Auth skill:cache");
        team.ok("jo", "group remove Auth skill:cache");
        team.ok("mia", "sync");
        team.ok("jo", "sync");
        team.ok("mia", "sync");
    }
    let merges = team.git("mia", "rev-list --merges --count HEAD");
    assert_ne!(merges.trim(), "0");
    let last = team.tables("mia");
    for round in (0..3).rev() {
        team.ok("mia", "undo");
        let groups = team.groups("mia");
        for other in 0..3 {
            let (mia, jo) = (format!("Mia {other}"), format!("Jo {other}"));
            assert_eq!(groups.contains(&mia), other < round, "{round} {groups:?}");
            assert!(groups.contains(&jo), "{round} {groups:?}");
        }
    }
    for _ in 0..3 {
        team.ok("mia", "redo");
    }
    assert_eq!(team.tables("mia"), last);
    team.ok("mia", "sync");
    team.ok("jo", "sync");
    team.agree(&["mia", "jo"]);
}
