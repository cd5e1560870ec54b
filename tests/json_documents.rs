//! `docs/json.md` shows what the program prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::team::{At, Team};
use crate::common::test_environment::{TestEnvironment, said};

/// The example under a heading such as "### `list`".
pub(crate) fn example(heading: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    let text = fs::read_to_string(path).expect("the page");
    let section = text
        .split(&format!("### `{heading}`\n"))
        .nth(1)
        .expect("the heading");
    let code = section.split("```json\n").nth(1).expect("an example");
    serde_json::from_str(code.split("```").next().expect("its end")).expect("JSON")
}

/// All keys with their paths and the kind of what they hold; a list counts by its first entry.
fn shape(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                shape(value, &format!("{path}.{key}"), found);
            }
        }
        Value::Array(items) => {
            found.insert(format!("{path}[]"));
            if let Some(first) = items.first().filter(|first| first.is_object()) {
                shape(first, &format!("{path}[]"), found);
            }
        }
        Value::Bool(_) => drop(found.insert(format!("{path}: boolean"))),
        Value::String(_) => drop(found.insert(format!("{path}: text"))),
        Value::Null | Value::Number(_) => drop(found.insert(format!("{path}: number"))),
    }
}

pub(crate) fn shape_of(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    shape(value, "", &mut found);
    // `undo` and `commit` are texts or null.
    found
        .into_iter()
        .filter(|line| !line.starts_with(".undo") && !line.starts_with(".commit"))
        .collect()
}

#[test]
fn the_page_shows_what_is_printed() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Authentication", "jwt-auth"]);
    environment.ok(["rate", "jwt-auth", "5"]);
    environment.ok(["group", "edit", "Authentication", "--color", "#10B981"]);
    let draft = environment.work().join("agents/drafter.md");
    fs::create_dir(environment.work().join("agents")).expect("a folder");
    fs::write(&draft, "---\nname: drafter\n---\n").expect("written");
    let team = environment.team();
    fs::write(team.join("skills/jwt-auth/notes.md"), "Not committed.\n").expect("written");
    let commands: [(&str, &[&str]); 12] = [
        ("list", &["list"]),
        ("search", &["search", "token"]),
        ("show", &["show", "jwt-auth"]),
        ("group list", &["group", "list"]),
        ("group show", &["group", "show", "Authentication"]),
        ("tag list", &["tag", "list"]),
        ("tag show", &["tag", "show", "backend"]),
        ("status", &["status"]),
        ("collection list", &["collection", "list"]),
        ("cache status", &["cache", "status"]),
        ("doctor", &["doctor"]),
        (
            "group edit",
            &["group", "edit", "Authentication", "--color", "blue"],
        ),
    ];
    for (heading, arguments) in commands {
        assert_eq!(
            shape_of(&environment.json(arguments)),
            shape_of(&example(heading)),
            "{heading}"
        );
    }
    let added = environment.json(["add", "agents/drafter.md"]);
    assert_eq!(shape_of(&added), shape_of(&example("add")));
    let checked = environment.json(["check"]);
    assert_eq!(shape_of(&checked), shape_of(&example("check")));
    let library = crate::common::test_environment::fixtures().join("team-library");
    let made = environment.json(["init", "other", "--import", &library.display().to_string()]);
    assert_eq!(shape_of(&made), shape_of(&example("init")));
    let tools = environment.work().join("tools");
    environment.write(
        &tools.join("skills/diff/SKILL.md"),
        "---\nname: diff\n---\n",
    );
    let plugin = r#"{"name": "review-tools", "source": "./", "license": "MIT"}"#;
    let marketplace = format!("{{\"name\": \"tools\", \"plugins\": [{plugin}]}}");
    environment.write(&tools.join("marketplace.json"), marketplace);
    let imported = environment.json(["import", "tools"]);
    assert_eq!(shape_of(&imported), shape_of(&example("import")));
    let exported = environment.json(["export", "organisation.json"]);
    assert_eq!(shape_of(&exported), shape_of(&example("export")));
    let copied = environment.json(["export", "--to", "tree"]);
    assert_eq!(shape_of(&copied), shape_of(&example("export --to")));
}

#[test]
fn the_page_shows_what_is_printed_of_sharing() {
    let team = Team::of_mia(At::Top);
    let remote = team.remote().display().to_string();
    let shared = team.json("mia", &format!("share {remote}"));
    assert_eq!(shape_of(&shared), shape_of(&example("share")));
    let mut clone = team.command(env!("CARGO_BIN_EXE_skillmeat"), "jo");
    let path = team.folder("jo").display().to_string();
    clone.args(["clone", &remote, "--path", &path, "--json"]);
    let cloned = serde_json::from_str(&said(clone).stdout).expect("JSON");
    assert_eq!(shape_of(&cloned), shape_of(&example("clone")));
    team.ok("mia", "group add Data 'skill:notes'");
    team.environment.write(
        &team.folder("mia").join("skills/notes/SKILL.md"),
        "---\nname: notes\nversion: 1\n---\n",
    );
    team.ok("mia", "commit");
    let differing = team.json("mia", "diff HEAD~2 HEAD");
    assert_eq!(shape_of(&differing), shape_of(&example("diff")));
    team.diverge(
        &["group edit Auth --color #111111"],
        &["group edit Auth --color #222222"],
    );
    let synced = team.json("jo", "sync");
    assert_eq!(shape_of(&synced), shape_of(&example("sync")));
    let conflicts = team.json("jo", "conflicts");
    assert_eq!(shape_of(&conflicts), shape_of(&example("conflicts")));
    let resolved = team.json("jo", "resolve --all --ours");
    assert_eq!(shape_of(&resolved), shape_of(&example("resolve")));
}

#[test]
fn the_page_shows_what_is_printed_of_sources() {
    let library = crate::sources::Library::new();
    let environment = &library.environment;
    environment.ok(["add", &library.source("skills/other")]);
    let outdated = environment.json(["outdated"]);
    assert_eq!(shape_of(&outdated), shape_of(&example("outdated")));
}

#[test]
fn the_page_shows_what_is_printed_of_deployments() {
    let environment = TestEnvironment::with_team();
    let deployed = environment.json(["deploy", "jwt-auth"]);
    assert_eq!(shape_of(&deployed), shape_of(&example("deploy")));
    let listed = environment.json(["deployments"]);
    assert_eq!(shape_of(&listed), shape_of(&example("deployments")));
}
