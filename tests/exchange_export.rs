//! A collection for others: its organisation and back, a marketplace and back, and a plain tree.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use skillmeat::manifest::{Document, composed};
use skillmeat::model::artifact::Artifact;
use skillmeat::model::collection::{Collection, Dialect};
use skillmeat::model::group::Group;
use skillmeat::model::name::{ArtifactId, ArtifactType, Member, Name};
use skillmeat::model::rating::{Composite, Rating};
use skillmeat::model::row::{Row, RowKey};
use skillmeat::model::slug::Slug;
use skillmeat::model::tag::TagDefinition;

use crate::common::choices::Choices;
use crate::common::test_environment::TestEnvironment;

const TEXTS: [&str; 8] = [
    "",
    "plain",
    "it's \"quoted\"",
    "two\nlines",
    "back\\slash",
    "é ü 🛟",
    "# no comment",
    "a\u{1b}[0m\u{9b}b",
];
const NAMES: [&str; 8] = [
    "Auth",
    "auth",
    "Data Layer",
    "Caf\u{e9}",
    "a\"b",
    "line\nbreak",
    "[[groups]]",
    "../up",
];
const KINDS: [&str; 5] = ["skill", "agent", "command", "hook", "gadget"];
const PEOPLE: [&str; 3] = ["mia@example.com", "jo@example.com", "o'neil"];

/// Random rows, each key once, in no order of tables.
struct Rows {
    choices: Choices,
    keys: HashSet<RowKey>,
}

impl Rows {
    fn text(&mut self) -> String {
        (*self.choices.pick(&TEXTS).expect("a text")).to_owned()
    }

    fn name(&mut self) -> Name {
        Name::stored(*self.choices.pick(&NAMES).expect("a name"))
    }

    fn id(&mut self) -> ArtifactId {
        let kind = ArtifactType::stored(self.choices.pick(&KINDS).expect("a kind"));
        ArtifactId::new(kind, self.name())
    }

    fn member(&mut self) -> Member {
        if self.choices.one_in(5) {
            Member::Bare(Name::stored("bare"))
        } else {
            self.id().into()
        }
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.choices.below(3)).map(|_| self.text()).collect()
    }

    fn members(&mut self) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for _ in 0..self.choices.below(5) {
            let member = self.member();
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    fn position(&mut self) -> Option<i64> {
        let place = i64::try_from(self.choices.below(9)).expect("small") - 2;
        (!self.choices.one_in(3)).then_some(place)
    }

    fn row(&mut self) -> Row {
        match self.choices.below(5) {
            0 => Row::Tag(TagDefinition {
                name: self.text(),
                slug: Slug::stored(
                    *self
                        .choices
                        .pick(&["backend", "c", "Odd Slug", "x-1"])
                        .expect("a slug"),
                ),
                color: self.text(),
                description: self.text(),
            }),
            1 => Row::Group(Group {
                name: self.name(),
                description: self.text(),
                color: self.text(),
                icon: self.text(),
                position: self.position(),
                tags: self.texts(),
                members: self.members(),
            }),
            2 => Row::Artifact(Artifact {
                source: self.text(),
                version_spec: self.text(),
                resolved_sha: self.text(),
                resolved_version: self.text(),
                scope: self.text(),
                upstream: self.text(),
                uuid: self.text(),
                description: self.text(),
                aliases: self.texts(),
                tags: self.texts(),
                target_platforms: self.texts(),
                position: self.position(),
                ..Artifact::of(self.id())
            }),
            3 => Row::Rating(Rating {
                artifact: self.member(),
                by: (*self.choices.pick(&PEOPLE).expect("a person")).to_owned(),
                rating: 1 + i64::try_from(self.choices.below(5)).expect("small"),
                note: self.text(),
            }),
            _ => Row::Composite(Composite {
                name: self.name(),
                members: self.members(),
            }),
        }
    }

    fn some(seed: u64) -> Vec<Row> {
        let mut rows = Self {
            choices: Choices::new(seed),
            keys: HashSet::new(),
        };
        let count = rows.choices.below(24);
        let made: Vec<Row> = (0..count).map(|_| rows.row()).collect();
        made.into_iter()
            .filter(|row| rows.keys.insert(row.key()))
            .collect()
    }
}

fn tables(folder: &Path) -> Collection {
    let bytes = fs::read(folder.join("collection.toml")).expect("a manifest");
    let document = Document::scan(bytes).expect("scanned");
    document.read().expect("valid")
}

/// What is exported and brought into an empty collection makes the same tables; `SKILLMEAT_EXCHANGE=200` tries that
/// many random organisations.
#[test]
fn exported_and_imported_the_tables_are_the_same() {
    let count = std::env::var("SKILLMEAT_EXCHANGE")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(12);
    let environment = TestEnvironment::new();
    let from = environment.work().join("from");
    environment.repository(&from, "[tool.skillmeat]\nname = \"from\"\n");
    for seed in 0..count {
        let rows = Rows::some(seed);
        let mut text = b"[tool.skillmeat]\nname = \"from\"\nversion = \"3\"\n\n".to_vec();
        text.extend(composed(&rows, Dialect::Native));
        fs::write(from.join("collection.toml"), &text).expect("written");
        environment.ok(["-c", "./from", "export", "organisation.json"]);
        let name = format!("into-{seed}");
        environment.ok(["init", &name, "--path", &name]);
        let into = format!("./{name}");
        environment.ok(["-c", &into, "import", "organisation.json"]);
        let (there, mut here) = (tables(&from), tables(&environment.work().join(&name)));
        here.header = there.header.clone();
        assert_eq!(
            here,
            there,
            "seed {seed}\n{}",
            String::from_utf8_lossy(&text)
        );
        let again = environment.json(["-c", &into, "import", "organisation.json"]);
        assert_eq!(again["commit"], Value::Null, "seed {seed}");
    }
}

#[test]
fn the_organisation_goes_to_stdout_and_is_stable() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Auth",
        "jwt-auth",
        "--description",
        "A\u{9b}31m",
    ]);
    environment.ok(["rate", "jwt-auth", "5"]);
    let text = environment.ok(["export"]);
    assert!(
        text.starts_with("{\n  \"schema\": 1,\n  \"kind\": \"organisation\""),
        "{text}"
    );
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    assert_eq!(environment.ok(["export", "--json"]), text);
    environment.ok(["export", "--dry-run", "file.json"]);
    assert!(!environment.work().join("file.json").exists());
    environment.ok(["export", "file.json"]);
    let written = fs::read_to_string(environment.work().join("file.json")).expect("there");
    assert_eq!(written, text);
    let before = environment.manifest();
    assert_eq!(
        environment.json(["import", "file.json"])["commit"],
        Value::Null
    );
    assert_eq!(environment.manifest(), before);
}

#[test]
fn an_organisation_that_is_odd_is_refused_or_told() {
    let environment = TestEnvironment::with_team();
    let before = environment.manifest();
    let file = environment.work().join("o.json");
    let cases = [
        (
            r#"{"schema": 2, "kind": "organisation"}"#,
            "its `schema` is 2",
        ),
        (r#"{"kind": "organisation"}"#, "it has no `schema`"),
        (
            r#"{"schema": 1, "kind": "organisation", "groups": [{"name": "a"}, {"name": "a"}]}"#,
            "groups[1] is group:a again, as groups[0] is",
        ),
        (
            "{\"schema\": 1, \"kind\": \"organisation\",\n\"groups\": [{\"name\": 1}]}",
            "o.json:2:21: invalid type",
        ),
        (
            r#"{"schema": 1, "kind": "organisation", "groups": [{"color": "x"}]}"#,
            "missing field `name`",
        ),
    ];
    for (text, told) in cases {
        environment.write(&file, text);
        let said = environment.fails(1, ["import", "o.json"]);
        assert!(said.contains(told), "{text}: {said}");
        assert_eq!(environment.manifest(), before);
    }
    let odd = r#"{"schema": 1, "kind": "organisation", "more": 1, "groups": [{"name": "a\nb", "owner": "mia"}],
        "artifacts": [{"type": "skill", "name": "../../up", "path": "../../../etc"}]}"#;
    environment.write(&file, odd);
    let done = environment.json(["import", "o.json"]);
    let mut codes: Vec<&str> = done["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        ["odd-name", "odd-name", "unknown-key", "unknown-key"]
    );
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    environment.ok(["export", "--to", "tree"]);
    assert!(!environment.root().join("up").exists());
}

#[test]
fn a_marketplace_is_read_back() {
    let environment = TestEnvironment::with_team();
    environment.ok(["tag", "create", "Server Side"]);
    environment.ok([
        "group",
        "create",
        "Data Layer",
        "threat-model",
        "auth-reviewer",
        "--description",
        "All of it.",
    ]);
    environment.ok(["group", "edit", "Data Layer", "--tag", "server-side"]);
    environment.ok([
        "group",
        "create",
        "Second",
        "jwt-auth",
        "command:db:explain",
    ]);
    environment.ok(["group", "create", "Empty"]);
    let far = environment.work().join("far.json");
    environment.write(
        &far,
        r#"{"name": "far", "plugins": [{"name": "far", "version": "1.2", "source": {"source": "github", "repo": "mia/far", "path": "a/b", "ref": "v2"}}]}"#,
    );
    environment.ok(["import", "far.json"]);
    let place = ".claude-plugin/marketplace.json";
    let team = environment.team();
    let file = team.join(place).display().to_string();
    let told = environment.json(["export", "--marketplace", &file]);
    let left_out = told["left_out"].as_array().expect("a list");
    assert_eq!(left_out.len(), 2, "{left_out:?}");
    let text = fs::read_to_string(team.join(place)).expect("a file");
    let marketplace: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(marketplace["name"], "team");
    assert_eq!(marketplace["owner"]["name"], "Mia");
    let plugins = marketplace["plugins"].as_array().expect("plugins");
    let names: Vec<&str> = plugins
        .iter()
        .map(|plugin| plugin["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["data-layer", "second", "far"]);
    assert_eq!(plugins[0]["keywords"], serde_json::json!(["Server Side"]));
    assert_eq!(plugins[0]["strict"], false);
    assert_eq!(
        plugins[2]["source"],
        serde_json::json!({"source": "github", "repo": "mia/far", "path": "a/b", "ref": "v2"})
    );
    for plugin in &plugins[..2] {
        for list in ["skills", "agents", "commands"] {
            for path in plugin[list].as_array().into_iter().flatten() {
                let path = path.as_str().expect("a path");
                assert!(path.starts_with("./") && team.join(path).exists(), "{path}");
            }
        }
    }

    environment.ok(["init", "other", "--path", "other"]);
    environment.ok(["-c", "./other", "import", &file]);
    let groups = environment.json(["-c", "./other", "group", "list"]);
    let shown: Vec<(&str, Vec<&Value>)> = groups["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| {
            (
                group["name"].as_str().expect("a name"),
                group["members"]
                    .as_array()
                    .expect("members")
                    .iter()
                    .collect(),
            )
        })
        .collect();
    let members = |names: &[&str]| {
        names
            .iter()
            .map(|name| Value::from(*name))
            .collect::<Vec<_>>()
    };
    let (data, second, far) = (
        members(&["skill:threat-model", "agent:auth-reviewer"]),
        members(&["skill:jwt-auth", "command:db:explain"]),
        members(&["composite:far"]),
    );
    let expected = [
        ("data-layer", data.iter().collect::<Vec<_>>()),
        ("second", second.iter().collect()),
        ("far", far.iter().collect()),
    ];
    assert_eq!(shown, expected);
    assert_eq!(groups["groups"][0]["description"], "All of it.");
    assert_eq!(
        groups["groups"][0]["tags"],
        serde_json::json!(["server-side"])
    );
    let far = environment.json(["-c", "./other", "show", "composite:far"])["artifact"].clone();
    assert_eq!(far["source"], "mia/far/a/b");
    let same = |path: &str| {
        fs::read(environment.work().join("other").join(path)).expect("there")
            == fs::read(team.join(path)).expect("there")
    };
    assert!(same("commands/db/explain.md") && same("skills/jwt-auth/SKILL.md"));
}

#[test]
fn a_tree_is_there_as_a_whole_or_not_at_all() {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    std::os::unix::fs::symlink("/etc/passwd", team.join("skills/jwt-auth/passwd")).expect("a link");
    let work = environment.work();
    let tree = work.join("app/.claude");
    environment.ok(["export", "--to", "app/.claude", "--dry-run"]);
    assert!(!work.join("app").exists());
    let told = environment.json(["export", "--to", "app/.claude"]);
    let listed = environment.json(["list"]);
    let count = listed["artifacts"].as_array().expect("artifacts").len();
    assert_eq!(told["artifacts"].as_array().expect("ids").len(), count);
    assert_eq!(told["left_out"].as_array().expect("a list").len(), 1);
    assert!(tree.join("skills/jwt-auth/SKILL.md").is_file());
    assert!(tree.join("commands/db/explain.md").is_file());
    assert!(
        tree.join("skills/jwt-auth/passwd")
            .symlink_metadata()
            .is_err()
    );
    assert_eq!(
        fs::read_dir(work.join("app")).expect("there").count(),
        1,
        "nothing is left beside"
    );
    let own = fs::read(team.join("commands/db/explain.md")).expect("there");
    assert_eq!(
        fs::read(tree.join("commands/db/explain.md")).expect("there"),
        own
    );

    // What holds something is refused, and stays.
    let said = environment.fails(1, ["export", "--to", "app/.claude"]);
    assert!(said.contains("holds something already"), "{said}");
    environment.write(&work.join("file"), "mine\n");
    environment.fails(1, ["export", "--to", "file"]);
    assert_eq!(
        fs::read_to_string(work.join("file")).expect("there"),
        "mine\n"
    );
    fs::create_dir(work.join("empty")).expect("a folder");
    environment.ok(["export", "--to", "empty"]);
    assert!(work.join("empty/skills").is_dir());

    // Another collection takes it as it is.
    environment.ok(["init", "other", "--import", "app"]);
    let ids = |value: &Value| -> Vec<String> {
        let all = value["artifacts"].as_array().expect("artifacts").iter();
        all.map(|artifact| artifact["id"].to_string()).collect()
    };
    let other = environment.json(["-c", "other", "list"]);
    assert_eq!(ids(&other), ids(&listed));

    environment.fails(2, ["export", "x.json", "--to", "y"]);
}
