//! Composites, from the manifest and from files, and ratings by several people.

use serde_json::{Value, json};

use crate::common::test_environment::TestEnvironment;

const PLUGIN: &str = r#"{
  "name": "kit",
  "description": "All that a release needs.",
  "author": { "name": "Mia" },
  "keywords": ["release"],
  "skills": ["./skills/notes", "./more/tagging", "./skills/gone"],
  "agents": "./agents/",
  "commands": ["./commands/ship.md", "../outside.md"]
}
"#;

/// A collection with a plugin and a composite of the manifest.
fn team() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    for (path, text) in [
        ("composites/kit/.claude-plugin/plugin.json", PLUGIN),
        (
            "composites/kit/skills/notes/SKILL.md",
            "---\nname: notes\n---\n",
        ),
        (
            "composites/kit/skills/silent/SKILL.md",
            "---\nname: silent\n---\n",
        ),
        (
            "composites/kit/more/tagging/SKILL.md",
            "---\nname: tagging\n---\n",
        ),
        ("composites/kit/agents/porter.md", "# Porter\n"),
        ("composites/kit/commands/ship.md", "# Ship\n"),
        (
            "composites/suite/COMPOSITE.md",
            "---\nname: suite\ndescription: A suite.\n---\n",
        ),
    ] {
        environment.write(&team.join(path), text);
    }
    let rows = "[[composites]]\nname = \"suite\"\nmembers = [\n    \"skill:jwt-auth\",\n    \"agent:gone\", # soon\n]\n\n\
                [[composites]]\nname = \"only-row\"\nmembers = [\"auth-reviewer\"]\n";
    let manifest = format!("{}\n{rows}", environment.manifest());
    environment.write(&team.join("collection.toml"), manifest);
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "composites"]);
    environment
}

fn shown(environment: &TestEnvironment, id: &str) -> Value {
    environment.json(["show", id])["artifact"].clone()
}

#[test]
fn a_plugin_is_a_composite_of_what_it_names_and_holds() {
    let environment = team();
    let kit = shown(&environment, "composite:kit");
    let mut members: Vec<&str> = kit["members"]
        .as_array()
        .expect("members")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "agent:porter",
            "command:outside",
            "command:ship",
            "skill:gone",
            "skill:notes",
            "skill:silent",
            "skill:tagging"
        ]
    );
    assert_eq!(kit["missing"], json!(["skill:gone", "command:outside"]));
    assert_eq!(
        [
            &kit["path"],
            &kit["description"],
            &kit["author"],
            &kit["tags"][0]
        ],
        [
            "composites/kit",
            "All that a release needs.",
            "Mia",
            "release"
        ]
    );
    let text = environment.ok(["show", "composite:kit"]);
    assert!(text.contains("skill:gone  missing"), "{text}");
    let findings = environment.json(["check"])["findings"].clone();
    let gone = findings
        .as_array()
        .expect("findings")
        .iter()
        .find(|finding| {
            finding["message"]
                .as_str()
                .is_some_and(|text| text.contains("skill:gone"))
        })
        .expect("told");
    assert_eq!(
        [&gone["code"], &gone["path"], &gone["line"]],
        [
            &json!("missing-member"),
            &json!("composites/kit/.claude-plugin/plugin.json"),
            &json!(6)
        ]
    );
    environment.write(
        &environment.team().join("skills/gone/SKILL.md"),
        "---\nname: gone\n---\n",
    );
    assert_eq!(
        shown(&environment, "kit")["missing"],
        json!(["command:outside"])
    );
    let at = environment.json(["show", "composite:kit", "--at", "HEAD"]);
    assert_eq!(at["artifact"]["description"], "All that a release needs.");
}

#[test]
fn a_composite_of_the_manifest_is_shown_with_its_parts() {
    let environment = team();
    let suite = shown(&environment, "composite:suite");
    assert_eq!(
        [&suite["members"], &suite["missing"]],
        [
            &json!(["skill:jwt-auth", "agent:gone"]),
            &json!(["agent:gone"])
        ]
    );
    assert_eq!(shown(&environment, "jwt-auth")["part_of"], json!(["suite"]));
    let only = shown(&environment, "composite:only-row");
    assert_eq!(
        [&only["members"], &only["path"]],
        [&json!(["agent:auth-reviewer"]), &json!("")]
    );
    assert!(
        environment
            .ok(["show", "only-row"])
            .contains("agent:auth-reviewer")
    );
    assert_eq!(
        shown(&environment, "auth-reviewer")["part_of"],
        json!(["only-row"])
    );
}

#[test]
fn parts_follow_renames_and_removals() {
    let environment = team();
    environment.ok(["rename", "jwt-auth", "tokens"]);
    assert_eq!(
        shown(&environment, "suite")["members"],
        json!(["skill:tokens", "agent:gone"])
    );
    environment.ok(["rename", "composite:suite", "bundle"]);
    let bundle = shown(&environment, "composite:bundle");
    assert_eq!(
        [&bundle["members"], &bundle["path"]],
        [
            &json!(["skill:tokens", "agent:gone"]),
            &json!("composites/bundle")
        ]
    );
    assert!(environment.manifest().contains("# soon"));
    environment.fails(1, ["rename", "composite:bundle", "only-row"]);
    environment.ok(["rename", "composite:kit", "release"]);
    let release = shown(&environment, "composite:release");
    assert_eq!(release["members"].as_array().map(Vec::len), Some(7));
    environment.ok(["remove", "tokens"]);
    assert_eq!(
        shown(&environment, "bundle")["members"],
        json!(["agent:gone"])
    );
    environment.ok(["remove", "composite:bundle"]);
    assert!(!environment.manifest().contains("bundle"));
    environment.ok(["undo"]);
    assert_eq!(
        shown(&environment, "bundle")["members"],
        json!(["agent:gone"])
    );
    environment.ok(["remove", "composite:release"]);
    assert!(!environment.team().join("composites/release").exists());
}

#[test]
fn the_database_keeps_the_parts_of_the_manifest() {
    let environment = team();
    environment.ok(["list"]);
    let path = environment.ok(["cache", "path"]);
    let database = rusqlite::Connection::open(path.trim()).expect("a database");
    let mut select = database
        .prepare(
            "SELECT c.name || ' ' || m.member || ' ' || (m.artifact_id IS NULL) FROM composite_memberships AS m \
             JOIN composites AS c ON c.id = m.composite_id ORDER BY c.id, m.place",
        )
        .expect("a query");
    let rows: Vec<String> = select
        .query_map([], |row| row.get(0))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("texts");
    assert_eq!(
        rows,
        [
            "suite skill:jwt-auth 0",
            "suite agent:gone 1",
            "only-row auth-reviewer 0"
        ]
    );
}

/// Links, loops and rubbish in a plugin are not followed, and nothing breaks.
#[test]
fn a_hostile_plugin_is_harmless() {
    let environment = team();
    let kit = environment.team().join("composites/kit");
    let secret = environment.root().join("secret");
    environment.write(&secret.join("SKILL.md"), "---\nname: secret\n---\n");
    environment.write(&secret.join("plugin.json"), PLUGIN);
    std::os::unix::fs::symlink(&secret, kit.join("skills/linked")).expect("a link");
    std::os::unix::fs::symlink(&secret, kit.join("more/linked")).expect("a link");
    for plugin in [
        "{",
        "[]",
        "null",
        r#"{"skills": {"a": 1}, "agents": [1, null, ["x"]], "commands": ""}"#,
        r#"{"skills": ["./more/linked", "/etc", "~/x", "a\u0000b", "..", "\u001b[31mred", "./more/linked/SKILL.md"]}"#,
    ] {
        environment.write(&kit.join(".claude-plugin/plugin.json"), plugin);
        let text = environment.ok(["show", "composite:kit"]);
        assert!(
            !text.contains("secret") && !text.contains('\u{1b}'),
            "{text}"
        );
        let shown = shown(&environment, "composite:kit");
        let linked = json!("skill:linked");
        let is_member = shown["members"]
            .as_array()
            .expect("a list")
            .contains(&linked);
        let is_missing = shown["missing"]
            .as_array()
            .expect("a list")
            .contains(&linked);
        assert_eq!(is_member, is_missing, "{shown}");
        assert_eq!(environment.run(["check"]).code, Some(0));
    }
    std::fs::remove_dir_all(kit.join(".claude-plugin")).expect("gone");
    std::os::unix::fs::symlink(&secret, kit.join(".claude-plugin")).expect("a link");
    environment.fails(1, ["show", "composite:kit"]);
}

/// Ratings of several people in one manifest.
fn rated(rows: &[(&str, i64, &str)]) -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    let mut manifest = environment.manifest();
    for (artifact, rating, by) in rows {
        let lines = [
            "\n[[ratings]]".to_owned(),
            format!("artifact = \"{artifact}\""),
            format!("rating = {rating}"),
            format!("by = \"{by}@example.com\"\n"),
        ];
        manifest.push_str(&lines.join("\n"));
    }
    environment.write(&environment.team().join("collection.toml"), manifest);
    environment
}

#[test]
fn ratings_of_several_people_are_averaged() {
    let environment = rated(&[
        ("skill:jwt-auth", 5, "mia"),
        ("skill:jwt-auth", 2, "jo"),
        ("jwt-auth", 4, "kim"),
        ("threat-model", 4, "mia"),
        ("skill:oauth-flows", 4, "jo"),
        ("skill:oauth-flows", 5, "mia"),
    ]);
    let jwt = shown(&environment, "jwt-auth");
    let mean = jwt["rating"].as_f64().expect("a number");
    assert!((mean - 11.0 / 3.0).abs() < 1e-9, "{mean}");
    assert_eq!(jwt["ratings"].as_array().map(Vec::len), Some(3));
    let text = environment.ok(["show", "jwt-auth"]);
    for line in [
        "★3.7",
        "★★★★★  mia@example.com",
        "★★☆☆☆  jo@example.com",
        "★★★★☆  kim@example.com",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let list = environment.json(["list", "--sort", "rating"]);
    let first: Vec<_> = list["artifacts"].as_array().expect("a list")[..4]
        .iter()
        .map(|artifact| {
            (
                artifact["id"].as_str().expect("an id"),
                artifact["rating"].as_f64(),
            )
        })
        .collect();
    assert_eq!(first[0], ("skill:oauth-flows", Some(4.5)));
    assert_eq!(first[1], ("skill:threat-model", Some(4.0)));
    assert_eq!(first[2].0, "skill:jwt-auth");
    assert_eq!(first[3].1, None);
    environment.ok(["rate", "jwt-auth", "1"]);
    assert_eq!(
        shown(&environment, "jwt-auth")["ratings"]
            .as_array()
            .map(Vec::len),
        Some(3),
        "one's own rating is replaced"
    );
    environment.ok(["rename", "jwt-auth", "tokens"]);
    assert_eq!(
        shown(&environment, "tokens")["ratings"]
            .as_array()
            .map(Vec::len),
        Some(3),
        "a bare name follows too"
    );
}

#[test]
fn a_rating_outside_the_stars_is_told_and_does_not_count() {
    let environment = rated(&[
        ("skill:jwt-auth", 4, "mia"),
        ("skill:jwt-auth", 9, "jo"),
        ("skill:jwt-auth", -3, "kim"),
        ("skill:oauth-flows", 0, "mia"),
    ]);
    let jwt = shown(&environment, "jwt-auth");
    assert_eq!(
        [&jwt["rating"], &jwt["ratings"][1]["rating"]],
        [&json!(4.0), &json!(9)]
    );
    assert_eq!(shown(&environment, "oauth-flows")["rating"], Value::Null);
    let findings = environment.json(["check"])["findings"].clone();
    let odd: Vec<&Value> = findings
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| {
            finding["code"]
                .as_str()
                .is_some_and(|code| code.contains("rating"))
        })
        .collect();
    assert_eq!(odd.len(), 3, "{findings}");
    assert!(
        odd.iter()
            .all(|finding| finding["line"].as_u64().is_some_and(|line| line > 1))
    );
}

#[test]
fn a_rating_by_a_bare_name_of_two_artifacts_is_nobodys() {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    environment.write(
        &team.join("agents/jwt-auth.md"),
        "---\nname: jwt-auth\ndescription: Too.\n---\n",
    );
    let row = "[[ratings]]\nartifact = \"jwt-auth\"\nrating = 5\nby = \"jo@example.com\"\n";
    let manifest = format!("{}\n{row}", environment.manifest());
    environment.write(&team.join("collection.toml"), manifest);
    assert_eq!(shown(&environment, "skill:jwt-auth")["rating"], Value::Null);
    let said = environment.run(["check"]);
    assert!(said.stdout.contains("[ambiguous-member]"), "{said:?}");
    let list = environment.json(["list", "--sort", "rating"]);
    let rated = list["artifacts"].as_array().expect("a list");
    assert!(rated.iter().all(|artifact| artifact["rating"].is_null()));
}
