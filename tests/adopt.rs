//! `adopt`: homes that the real SkillMeat made, and homes of every odd kind.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::test_environment::{Said, TestEnvironment, said, shared_data};
use crate::json_documents::{example, shape_of};

/// The tables of SkillMeat's database, as far as they matter, with a group, a tag, a rating and a composite.
const DATABASE: &str = r#"
    CREATE TABLE collections (id VARCHAR PRIMARY KEY, name VARCHAR, slug VARCHAR);
    INSERT INTO collections VALUES ('default', 'Default Collection', NULL);
    CREATE TABLE artifacts (id VARCHAR PRIMARY KEY, uuid VARCHAR, name VARCHAR, type VARCHAR);
    INSERT INTO artifacts VALUES ('skill:audit', 'u-audit', 'audit', 'skill'), ('skill:review', 'u-review', 'review', 'skill'),
        ('command:review', 'u-command', 'review', 'command'), ('composite:composite:kit', 'u-kit', 'kit', 'composite');
    CREATE TABLE groups (id VARCHAR PRIMARY KEY, collection_id VARCHAR, name VARCHAR, description TEXT, tags_json TEXT,
        color VARCHAR, icon VARCHAR, position INTEGER);
    INSERT INTO groups VALUES ('g1', 'default', 'Reading', 'What is read', '["calm"]', '#10b981', 'book', 1),
        ('g0', 'default', 'First', NULL, '[]', 'slate', 'layers', 0);
    CREATE TABLE group_artifacts (group_id VARCHAR, artifact_uuid VARCHAR, position INTEGER);
    INSERT INTO group_artifacts VALUES ('g1', 'u-command', 0), ('g1', 'u-audit', 1);
    CREATE TABLE tags (id VARCHAR PRIMARY KEY, name VARCHAR, slug VARCHAR, color VARCHAR);
    INSERT INTO tags VALUES ('t1', 'Back End', 'back-end', '#3B82F6'), ('t2', 'quality', 'quality', NULL);
    CREATE TABLE artifact_tags (artifact_uuid VARCHAR, tag_id VARCHAR);
    INSERT INTO artifact_tags VALUES ('u-review', 't2'), ('u-audit', 't2');
    CREATE TABLE user_ratings (id INTEGER PRIMARY KEY, artifact_id VARCHAR, rating INTEGER, feedback TEXT, rated_at DATETIME);
    INSERT INTO user_ratings VALUES (1, 'skill:audit', 4, 'good', '2026-01-01');
    CREATE TABLE composite_artifacts (id VARCHAR PRIMARY KEY, artifact_uuid VARCHAR);
    INSERT INTO composite_artifacts VALUES ('composite:kit', 'u-kit');
    CREATE TABLE composite_memberships (collection_id VARCHAR, composite_id VARCHAR, child_artifact_uuid VARCHAR, position INTEGER);
    INSERT INTO composite_memberships VALUES ('default', 'composite:kit', 'u-review', 0);
    CREATE TABLE custom_colors (hex VARCHAR);
"#;

/// A manifest as SkillMeat writes it.
fn manifest(name: &str, artifacts: &[(&str, &str)]) -> String {
    let mut text = format!(
        "[collection]\nname = \"{name}\"\nversion = \"1.0.0\"\ncreated = \"2026-01-01T00:00:00.000001\"\nupdated = \"2026-01-01T00:00:00.000001\"\n"
    );
    for (kind, artifact) in artifacts {
        let path = match *kind {
            "skill" => format!("skills/{artifact}"),
            _ => format!("{kind}s/{artifact}.md"),
        };
        let row = format!(
            "\n[[artifacts]]\nname = \"{artifact}\"\ntype = \"{kind}\"\npath = \"{path}\"\norigin = \"local\"\nadded = \"2026-01-01T00:00:00.000001\"\n"
        );
        text.push_str(&row);
    }
    text
}

/// A home of SkillMeat's.
struct Home {
    environment: TestEnvironment,
}

impl Home {
    /// With one collection, `default`, and nothing but the database knowing of its organisation.
    fn new() -> Self {
        let home = Self {
            environment: TestEnvironment::new(),
        };
        let artifacts = [
            ("skill", "audit"),
            ("skill", "review"),
            ("command", "review"),
        ];
        home.collection("default", &artifacts);
        home.environment.write(
            &home.folder().join("config.toml"),
            "[settings]\ndefault-collection = \"default\"\n",
        );
        fs::create_dir(home.folder().join("cache")).expect("a folder");
        home.sql(DATABASE);
        home
    }

    /// A copy of what the real tool made; nothing where that is not there.
    fn real(name: &str) -> Option<Self> {
        let Some(data) = shared_data().map(|folder| folder.join("skillmeat-0.74").join(name))
        else {
            println!("skipped: the data of the real tool is not there");
            return None;
        };
        let home = Self {
            environment: TestEnvironment::new(),
        };
        let copied = Command::new("cp")
            .arg("-r")
            .arg(&data)
            .arg(home.folder())
            .status();
        assert!(copied.expect("cp").success());
        let writable = Command::new("chmod")
            .args(["-R", "u+w"])
            .arg(home.folder())
            .status();
        assert!(writable.expect("chmod").success());
        Some(home)
    }

    fn folder(&self) -> PathBuf {
        self.environment.root().join("home/.skillmeat")
    }

    fn of(&self, collection: &str) -> PathBuf {
        self.folder().join("collections").join(collection)
    }

    fn collection(&self, name: &str, artifacts: &[(&str, &str)]) {
        let folder = self.of(name);
        self.environment
            .write(&folder.join("collection.toml"), manifest(name, artifacts));
        self.environment
            .write(&folder.join("collection.lock"), "[lock]\nversion = \"1\"\n");
        for (kind, artifact) in artifacts {
            let path = match *kind {
                "skill" => format!("skills/{artifact}/SKILL.md"),
                _ => format!("{kind}s/{artifact}.md"),
            };
            let text = format!("---\nname: {artifact}\ndescription: A {kind}\n---\n\nText.\n");
            self.environment.write(&folder.join(path), text);
        }
    }

    fn database(&self) -> PathBuf {
        self.folder().join("cache/cache.db")
    }

    fn sql(&self, sql: &str) {
        let connection = Connection::open(self.database()).expect("opened");
        connection.execute_batch(sql).expect("done");
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.environment.run([&["adopt"], arguments].concat())
    }

    /// Adopts, which must succeed; the answer for programs, and what was said beside it.
    fn adopt(&self, arguments: &[&str]) -> (Value, String) {
        let said = self.run(&[&["--json"], arguments].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        (
            serde_json::from_str(&said.stdout).expect("JSON"),
            said.stderr,
        )
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.environment
            .json([&["-c", "default"], arguments].concat())
    }

    fn artifact(&self, id: &str) -> Value {
        self.json(&["show", id])["artifact"].take()
    }

    fn manifest(&self) -> String {
        fs::read_to_string(self.of("default").join("collection.toml")).expect("a manifest")
    }

    fn subjects(&self, collection: &str) -> Vec<String> {
        let log = self
            .environment
            .git_in(&self.of(collection), ["log", "--format=%s"]);
        log.lines().map(str::to_owned).collect()
    }

    fn is_clean(&self, collection: &str) {
        let folder = self.of(collection);
        assert_eq!(
            self.environment.git_in(&folder, ["status", "--porcelain"]),
            ""
        );
        self.environment
            .git_in(&folder, ["fsck", "--strict", "--no-dangling"]);
    }

    /// Every file and link of the machine, but for what git and we keep in `.git`.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        files_below(&self.environment.root(), &mut found);
        found
    }
}

fn files_below(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is = fs::symlink_metadata(&path).expect("there");
        if is.is_symlink() {
            let target = fs::read_link(&path).expect("a link");
            found.insert(path, target.to_string_lossy().into_owned().into_bytes());
        } else if is.is_dir() {
            found.insert(path.clone(), Vec::new());
            files_below(&path, found);
        } else if is.is_file() {
            let bytes = fs::read(&path).expect("read");
            found.insert(path, bytes);
        }
    }
}

fn codes(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().expect("a list").iter();
    findings
        .map(|one| one["code"].as_str().expect("a text"))
        .collect()
}

fn messages(findings: &Value) -> String {
    let findings = findings.as_array().expect("a list").iter();
    let texts = findings.map(|one| one["message"].as_str().expect("a text"));
    texts.collect::<Vec<_>>().join("\n")
}

/// The real tool, where its executable is named.
fn real_tool() -> Option<std::ffi::OsString> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test that needs another program is asked for by name"
    )]
    let tool = std::env::var_os("SKILLMEAT_PYPI");
    if tool.is_none() {
        println!("skipped: SKILLMEAT_PYPI is not set");
    }
    tool
}

fn with_tool(home: &Home, tool: &std::ffi::OsStr, arguments: &[&str]) -> Said {
    let mut command = home.environment.command(tool, &home.environment.work());
    command
        .args(arguments)
        .env("COLUMNS", "300")
        .env("NO_COLOR", "1");
    said(command)
}

/// What the database of `database-only` holds, as programs read it from our files.
fn holds_what_only_the_database_held(home: &Home) {
    let groups = home.json(&["group", "list"])["groups"].take();
    let shown: Vec<Value> = (groups.as_array().expect("a list").iter())
        .map(|group| {
            let keys = [
                "name",
                "description",
                "color",
                "icon",
                "tags",
                "members",
                "missing",
            ];
            json!(keys.map(|key| group[key].clone()))
        })
        .collect();
    let members = ["skill:jwt-auth", "skill:oauth-handler"];
    assert_eq!(
        json!(shown),
        json!([
            [
                "Authentication",
                "Auth-related skills",
                "#10b981",
                "shield",
                ["critical"],
                members,
                []
            ],
            ["Data Layer", "", "blue", "database", [], [], []],
            ["CLI group", "made by cli", "slate", "layers", [], [], []],
        ])
    );
    let tags = home.json(&["tag", "list"])["tags"].take();
    let color = |slug: &str| {
        let tags = tags.as_array().expect("a list");
        let tag = tags
            .iter()
            .find(|tag| tag["slug"] == slug)
            .expect("the tag");
        (tag["name"].clone(), tag["color"].clone())
    };
    assert_eq!(color("backend"), (json!("backend"), json!("#F59E0B")));
    assert_eq!(color("back-end"), (json!("Back End"), json!("#3B82F6")));
    let rated = home.artifact("skill:jwt-auth");
    assert_eq!(
        rated["ratings"],
        json!([{"artifact": "skill:jwt-auth", "rating": 5, "by": "mia@example.com", "note": ""}])
    );
}

#[test]
fn what_only_the_real_database_holds_comes_into_files() {
    let Some(home) = Home::real("database-only") else {
        return;
    };
    let before = home.manifest();
    let database = fs::read(home.database()).expect("read");
    let (report, _) = home.adopt(&[]);
    let default = &report["collections"][0];
    assert_eq!(default["collection"], "default");
    assert_eq!(codes(&default["findings"]), ["rating-superseded"]);
    assert!(messages(&default["findings"]).contains("the earlier was 4 (\"nice\")"));
    assert_eq!(report["collections"][1]["collection"], "work");
    assert_eq!(report["collections"][1]["changes"], json!([]));
    holds_what_only_the_database_held(&home);
    for collection in ["default", "work"] {
        home.is_clean(collection);
    }
    assert!(fs::read(home.database()).expect("read") == database);
    assert_eq!(
        home.environment.json(["collection", "list"])["collections"][0]["active"],
        true
    );
    // Nothing is in a database only any more, neither in theirs nor in ours.
    fs::remove_dir_all(home.folder().join("cache")).expect("removed");
    home.environment.ok(["-c", "default", "cache", "clear"]);
    holds_what_only_the_database_held(&home);
    home.environment.ok(["-c", "default", "check"]);
    // One undo takes the rescue back, and leaves what was there.
    home.environment.ok(["-c", "default", "undo"]);
    assert_eq!(home.manifest(), before);
    home.environment.ok(["-c", "default", "redo"]);
    holds_what_only_the_database_held(&home);
}

#[test]
fn what_was_written_through_is_not_doubled() {
    let Some(home) = Home::real("written-through") else {
        return;
    };
    let before = home.manifest();
    let (report, _) = home.adopt(&[]);
    let default = &report["collections"][0];
    assert_eq!(default["disagreements"], json!([]));
    assert_eq!(
        default["changes"],
        json!([{"table": "groups", "key": "group:Authentication", "action": "add", "field": "tags",
            "before": "", "after": "critical"}])
    );
    let after = home.manifest();
    let new: Vec<&str> = after
        .lines()
        .filter(|line| !before.contains(line))
        .collect();
    assert_eq!(new, ["tags = [\"critical\"]"]);
    let (again, _) = home.adopt(&[]);
    for collection in again["collections"].as_array().expect("a list") {
        assert_eq!(collection["changes"], json!([]));
        assert_eq!(collection["commit"], Value::Null);
        assert_eq!(collection["recorded"], json!({"files": [], "commit": null}));
    }
    assert_eq!(home.manifest(), after);
    assert_eq!(home.subjects("default").len(), 2);
    home.is_clean("default");
}

#[test]
fn the_real_skillmeat_works_on_what_was_adopted() {
    let Some(tool) = real_tool() else { return };
    for name in ["database-only", "written-through"] {
        let Some(home) = Home::real(name) else { return };
        home.adopt(&[]);
        let list = with_tool(&home, &tool, &["list", "--no-cache", "--format", "json"]);
        assert_eq!(list.code, Some(0), "{list:?}");
        for artifact in ["jwt-auth", "oauth-handler", "db-migration", "review-agent"] {
            assert!(list.stdout.contains(artifact), "{list:?}");
        }
        let skill = home.environment.work().join("skills/extra");
        home.environment.write(
            &skill.join("SKILL.md"),
            "---\nname: extra\ndescription: x\n---\nText\n",
        );
        let path = skill.display().to_string();
        let added = with_tool(
            &home,
            &tool,
            &["add", "skill", &path, "--dangerously-skip-permissions"],
        );
        assert_eq!(added.code, Some(0), "{added:?}");
        let told = home
            .environment
            .run(["-c", "default", "group", "create", "Later"]);
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(
            told.stderr.contains("tags of group:Authentication"),
            "{told:?}"
        );
        let list = home.json(&["list"]).to_string();
        assert!(list.contains("skill:extra"), "{list}");
        let record = home
            .environment
            .git_in(&home.of("default"), ["rev-parse", "HEAD~1"]);
        home.environment
            .ok(["-c", "default", "undo", record.trim()]);
        let groups = home.json(&["group", "list"])["groups"].take();
        assert_eq!(groups[0]["tags"], json!(["critical"]), "{name}");
    }
}

/// What SkillMeat's writer leaves of the manifest: fields that it knows, in its order, and no comments.
fn rewritten_by_skillmeat(home: &Home) {
    let text = home.manifest();
    let group = text.find("[[groups]]").expect("groups");
    let artifacts = text.find("[[artifacts]]").expect("artifacts");
    let ratings = text.find("[[ratings]]").expect("ratings");
    let groups: Vec<&str> = text[group..artifacts].lines().collect();
    let keeps = |line: &&&str| {
        !line.starts_with("tags =") && !line.starts_with('#') && !line.starts_with("owner")
    };
    let groups: Vec<&str> = groups.iter().filter(keeps).copied().collect();
    let header = text.find("[collection]").expect("a header");
    let created = text.find("updated = ").expect("a date");
    let rewritten = format!(
        "tag_definitions = [\n    {{ name = \"Back End\", slug = \"back-end\", color = \"#3B82F6\", description = \"\" }},\n]\n\n\
         {}updated = \"2026-02-02T00:00:00.000002\"\n\n{}{}\n",
        &text[header..created],
        &text[artifacts..ratings],
        groups.join("\n"),
    );
    home.environment
        .write(&home.of("default").join("collection.toml"), rewritten);
}

#[test]
fn what_the_old_tool_drops_is_told_and_comes_back() {
    let home = Home::new();
    home.adopt(&[]);
    let edited = home.manifest().replace(
        "[[groups]]\nname = \"Reading\"",
        "# for the evening\n[[groups]]\nname = \"Reading\"\nowner = \"mia\"",
    );
    home.environment
        .write(&home.of("default").join("collection.toml"), &edited);
    home.environment.ok(["-c", "default", "commit"]);
    rewritten_by_skillmeat(&home);
    let told = home
        .environment
        .run(["-c", "default", "group", "create", "Later"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let hand = home
        .environment
        .git_in(&home.of("default"), ["rev-parse", "HEAD~1"]);
    for part in [
        "Edits made by hand were recorded first",
        "rating:skill:audit:mia@example.com",
        "tags of group:Reading",
        "owner of group:Reading",
        "1 line of comments",
        &format!("skillmeat undo {}", &hand[..10]),
    ] {
        assert!(told.stderr.contains(part), "{part}: {told:?}");
    }
    home.environment.ok(["-c", "default", "undo", hand.trim()]);
    let text = home.manifest();
    for part in [
        "# for the evening\n",
        "owner = \"mia\"",
        "tags = [\"calm\"]",
        "[[ratings]]",
        "name = \"Later\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    home.is_clean("default");
}

#[test]
fn a_dry_run_shows_the_plan_and_touches_nothing() {
    let home = Home::new();
    let before = home.files();
    for arguments in [&["-n"][..], &["--dry-run"], &["-n", "--json"]] {
        let told = home.run(arguments);
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(before == home.files(), "{arguments:?}");
    }
    let told = home.run(&["-n"]);
    for line in [
        "file collection.lock: record",
        "file skills/audit/SKILL.md: record",
        "Would record 6 files as they are in a repository of its own.",
        "tag \"back-end\": create (\"Back End\"; #3B82F6)",
        "group \"Reading\": create (2 members; \"What is read\"; #10b981; book; tags calm; command:review, skill:audit)",
        "rating \"skill:audit:mia@example.com\": create (4 stars; \"good\")",
        "composite \"kit\": create (skill:review)",
        "artifact \"skill:audit\": add tags quality",
    ] {
        assert!(
            told.stdout.lines().any(|one| one == line),
            "{line}: {}",
            told.stdout
        );
    }
    assert!(
        told.stderr
            .ends_with("Nothing was changed: this was a dry run.\n"),
        "{told:?}"
    );
    // What was planned is what is done.
    let (planned, _) = home.adopt(&["-n"]);
    let (done, _) = home.adopt(&[]);
    for key in ["changes", "findings", "disagreements"] {
        assert_eq!(
            planned["collections"][0][key], done["collections"][0][key],
            "{key}"
        );
    }
    let files = |report: &Value| report["collections"][0]["recorded"]["files"].clone();
    assert_eq!(files(&planned), files(&done));
    assert_eq!(
        home.subjects("default"),
        [
            "collection: rescue what only SkillMeat's database holds",
            "collection: adopt \"default\" as it was",
        ]
    );
}

#[test]
fn tags_ratings_and_composites_are_rows_afterwards() {
    let home = Home::new();
    home.adopt(&[]);
    let text = home.manifest();
    assert!(
        text.contains("[[composites]]\nname = \"kit\"\nmembers = [\n    \"skill:review\",\n]"),
        "{text}"
    );
    assert!(
        !text.contains("slug = \"quality\""),
        "a definition that says nothing: {text}"
    );
    let audit = home.artifact("skill:audit");
    assert_eq!(audit["tags"], json!(["quality"]));
    assert_eq!(audit["ratings"][0]["note"], "good");
    let groups = home.json(&["group", "list"])["groups"].take();
    assert_eq!(
        (&groups[0]["name"], &groups[1]["name"]),
        (&json!("First"), &json!("Reading"))
    );
    assert_eq!(
        groups[1]["members"],
        json!(["command:review", "skill:audit"])
    );
    home.is_clean("default");
}

#[test]
fn both_are_shown_where_manifest_and_database_do_not_agree() {
    let group = "\n[[groups]]\nname = \"Reading\"\ndescription = \"\"\ncolor = \"#10B981\"\nicon = \"star\"\nposition = 1\nmembers = [\n    \"skill:audit\",\n]\n";
    for (prefer, icon, members) in [
        (&[][..], "star", json!(["skill:audit"])),
        (
            &["--prefer", "database"],
            "book",
            json!(["command:review", "skill:audit"]),
        ),
    ] {
        let home = Home::new();
        let text = home.manifest() + group;
        home.environment
            .write(&home.of("default").join("collection.toml"), text);
        let (report, _) = home.adopt(prefer);
        let default = &report["collections"][0];
        assert_eq!(
            default["disagreements"],
            json!([
                {"key": "group:Reading", "field": "icon", "manifest": "star", "database": "book"},
                {"key": "group:Reading", "field": "members", "manifest": ["skill:audit"],
                    "database": ["command:review", "skill:audit"]},
            ])
        );
        let groups = home.json(&["group", "list"])["groups"].take();
        let reading = groups
            .as_array()
            .expect("a list")
            .iter()
            .find(|one| one["name"] == "Reading");
        let reading = reading.expect("the group");
        assert_eq!(reading["icon"], icon);
        assert_eq!(reading["members"], members);
        assert_eq!(
            reading["description"], "What is read",
            "what the manifest does not say is taken"
        );
        let told = home.run(prefer);
        let shown = told
            .stderr
            .contains("collection.toml says \"star\", the database \"book\"; the first stays");
        assert_eq!(shown, prefer.is_empty(), "{told:?}");
    }
}

#[test]
fn ratings_that_mean_no_one_artifact_are_named() {
    let home = Home::new();
    home.sql(
        "INSERT INTO user_ratings VALUES (2, 'review', 3, NULL, '2026-01-02'), (3, 'lost', 2, 'why', '2026-01-02'),
            (4, 'audit', 5, NULL, '2026-01-03'), (5, 'skill:audit', 1, NULL, '2025-12-31')",
    );
    let (report, _) = home.adopt(&[]);
    let findings = &report["collections"][0]["findings"];
    let told = messages(findings);
    for part in [
        "the rating 3 of \"review\": that may be skill:review or command:review",
        "the rating 2 (\"why\") of \"lost\": there is no such artifact",
        "the later counts, 4 (\"good\"); the earlier was 1",
        "the later counts, 5; the earlier was 4 (\"good\")",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(home.artifact("skill:audit")["ratings"][0]["rating"], 5);
}

#[test]
fn members_that_are_gone_are_named_and_strangers_are_kept_as_missing() {
    let home = Home::new();
    home.sql(
        "INSERT INTO group_artifacts VALUES ('g1', 'u-nobody', 2), ('g1', 'u-away', 3), ('g1', 'u-group', 4), ('g1', 'u-known', 5);
         INSERT INTO artifacts VALUES ('agent:away', 'u-away', 'away', 'agent'), ('group:g0', 'u-group', 'First', 'group');",
    );
    let text = home.manifest().replacen(
        "origin = \"local\"\n",
        "origin = \"local\"\nuuid = \"u-known\"\n",
        1,
    );
    home.environment
        .write(&home.of("default").join("collection.toml"), text);
    let (report, _) = home.adopt(&[]);
    let findings = &report["collections"][0]["findings"];
    assert_eq!(
        codes(findings),
        ["member-gone", "member-missing", "member-group"]
    );
    assert!(messages(findings).contains("u-nobody"));
    let group = home.json(&["group", "show", "Reading"])["group"].take();
    assert_eq!(group["missing"], json!(["agent:away"]));
}

#[test]
fn groups_go_where_their_collection_is_and_others_are_named() {
    let home = Home::new();
    home.collection("work", &[("skill", "lint")]);
    home.collection("notes", &[("skill", "jot")]);
    home.sql(
        "INSERT INTO collections VALUES ('c-9', 'Team Things', 'work'), ('c-8', 'Old Stuff', NULL);
         INSERT INTO artifacts VALUES ('skill:lint', 'u-lint', 'lint', 'skill');
         INSERT INTO groups (id, collection_id, name) VALUES ('g7', 'c-9', 'Tools'), ('g8', 'c-8', 'Relics'), ('g9', 'nowhere', 'Lost');
         INSERT INTO group_artifacts VALUES ('g7', 'u-lint', 0);
         INSERT INTO tags VALUES ('t7', 'lintish', 'lintish', '#111111');
         INSERT INTO artifact_tags VALUES ('u-lint', 't7');
         INSERT INTO user_ratings VALUES (7, 'lint', 2, NULL, '2026-01-05');",
    );
    let (report, _) = home.adopt(&[]);
    let names: Vec<&str> = (report["collections"].as_array().expect("a list").iter())
        .map(|one| one["collection"].as_str().expect("a text"))
        .collect();
    assert_eq!(names, ["default", "notes", "work"]);
    assert_eq!(
        codes(&report["findings"]),
        ["database-elsewhere", "database-elsewhere"]
    );
    let told = messages(&report["findings"]);
    assert!(
        told.contains("\"Relics\"") && told.contains("adopt DIR --from \"c-8\""),
        "{told}"
    );
    assert!(told.contains("\"Lost\""), "{told}");
    for finding in [
        &report["collections"][0]["findings"],
        &report["collections"][2]["findings"],
    ] {
        assert_eq!(finding, &json!([]));
    }
    let work = home.environment.json(["-c", "work", "group", "list"])["groups"].take();
    assert_eq!(work[0]["members"], json!(["skill:lint"]));
    let text = fs::read_to_string(home.of("work").join("collection.toml")).expect("read");
    assert!(
        text.contains("lintish") && text.contains("rating = 2") && !text.contains("Back End"),
        "{text}"
    );
    assert!(!home.manifest().contains("lintish"));
    // What no folder is called can be asked for.
    let notes = home.of("notes").display().to_string();
    let (report, _) = home.adopt(&[&notes, "--from", "Old Stuff"]);
    assert_eq!(
        report["collections"][0]["changes"][0]["key"],
        "group:Relics"
    );
    let refused = home.run(&["--from", "Old Stuff"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let unknown = home.run(&[&notes, "--from", "Old Stufff"]);
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
}

#[test]
fn every_file_is_recorded_and_what_git_can_not_keep_is_named() {
    let home = Home::new();
    let folder = home.of("default");
    home.environment
        .write(&folder.join("notes/of mine.txt"), "mine\n");
    home.environment.write(&folder.join("scratch.tmp"), "x");
    home.environment.write(
        &folder.join("skills/audit/.git/HEAD"),
        "ref: refs/heads/main\n",
    );
    home.environment.write(&folder.join("od\u{1b}d"), "x");
    symlink("/etc/hostname", folder.join("link")).expect("linked");
    rustix_fifo(&folder.join("pipe"));
    let ignore = home.environment.root().join("ignore");
    home.environment.write(&ignore, "*.tmp\n");
    let config = home.environment.root().join("gitconfig");
    let text = fs::read_to_string(&config).expect("read");
    home.environment.write(
        &config,
        format!("{text}[core]\n\texcludesFile = {}\n", ignore.display()),
    );
    let (report, _) = home.adopt(&[]);
    let tree = home
        .environment
        .git_in(&folder, ["ls-tree", "-r", "--name-only", "HEAD"]);
    let paths: Vec<&str> = tree.lines().collect();
    assert_eq!(
        paths,
        [
            ".gitattributes",
            "collection.lock",
            "collection.toml",
            "commands/review.md",
            "link",
            "notes/of mine.txt",
            "skills/audit/SKILL.md",
            "skills/review/SKILL.md"
        ]
    );
    let mut found = codes(&report["collections"][0]["findings"]);
    found.sort_unstable();
    assert_eq!(
        found,
        ["inner-repository", "left-out", "left-out", "left-out"]
    );
    let told = home.run(&["-n", &folder.display().to_string()]);
    assert!(!told.stderr.contains('\u{1b}'), "{told:?}");
    assert!(folder.join("pipe").exists() && folder.join("scratch.tmp").exists());
}

fn rustix_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("mkfifo");
    assert!(made.success());
}

#[test]
fn a_home_inside_a_repository_and_a_collection_that_is_tracked() {
    // Dotfiles that know nothing of the collection: it gets a repository of its own.
    let home = Home::new();
    let outer = home.environment.root().join("home");
    home.environment.git_in(&outer, ["init", "--quiet"]);
    let (report, _) = home.adopt(&["-n"]);
    assert_eq!(report["collections"][0]["repository"], "made");
    let told = home.run(&[]);
    assert!(
        told.stdout.contains("which the one around it in"),
        "{told:?}"
    );
    assert!(home.of("default").join(".git").is_dir());
    // Dotfiles that have it: they go on having it.
    let home = Home::new();
    let outer = home.environment.root().join("home");
    home.environment.git_in(&outer, ["init", "--quiet"]);
    home.environment
        .git_in(&outer, ["add", ".skillmeat/collections"]);
    home.environment
        .git_in(&outer, ["commit", "--quiet", "-m", "dotfiles"]);
    home.environment.write(&outer.join(".bashrc"), "# mine\n");
    home.environment.git_in(&outer, ["add", ".bashrc"]);
    let (report, _) = home.adopt(&[]);
    assert_eq!(report["collections"][0]["repository"], "around");
    assert!(!home.of("default").join(".git").exists());
    let status = home
        .environment
        .git_in(&outer, ["status", "--porcelain", "--untracked-files=no"]);
    assert_eq!(status, "A  .bashrc\n", "what is staged stays staged");
    assert_eq!(home.subjects("default").len(), 2);
    // A lone folder in a repository is committed there, as `init --path` does it; one that is ignored is not.
    for (ignored, standing) in [(false, "around"), (true, "made")] {
        let environment = Home::new();
        let work = environment.environment.work();
        environment.environment.git_in(&work, ["init", "--quiet"]);
        if ignored {
            environment
                .environment
                .write(&work.join(".gitignore"), "team/\n");
        }
        environment
            .environment
            .write(&work.join("team/collection.toml"), manifest("team", &[]));
        let (report, _) = environment.adopt(&["team"]);
        assert_eq!(report["collections"][0]["repository"], standing);
        assert_eq!(report["database"], "");
    }
}

#[test]
fn what_is_committed_already_is_left_to_its_owner() {
    let home = Home::new();
    let folder = home.of("default");
    home.environment.git_in(&folder, ["init", "--quiet"]);
    home.environment
        .git_in(&folder, ["add", "collection.toml", "skills"]);
    home.environment
        .git_in(&folder, ["commit", "--quiet", "-m", "mine"]);
    home.environment.write(
        &folder.join("skills/audit/SKILL.md"),
        "---\nname: audit\n---\nEdited.\n",
    );
    let (report, _) = home.adopt(&[]);
    assert_eq!(report["collections"][0]["repository"], "own");
    assert_eq!(report["collections"][0]["recorded"]["commit"], Value::Null);
    let status = home.environment.git_in(&folder, ["status", "--porcelain"]);
    assert!(
        status.contains(" M skills/audit/SKILL.md\n") && status.contains("?? collection.lock\n"),
        "{status}"
    );
    assert_eq!(home.subjects("default")[1], "mine");
}

/// Something that is done to a database.
type Spoil = fn(&Path);

#[test]
fn a_database_that_can_not_be_read_does_not_keep_the_files_from_git() {
    let spoils: [(&str, Spoil); 5] = [
        ("no SQLite database", |path| {
            fs::write(path, "rubbish").expect("written");
        }),
        ("it is empty", |path| fs::write(path, "").expect("written")),
        ("not a regular file", |path| {
            fs::remove_file(path).expect("removed");
            rustix_fifo(path);
        }),
        ("leads", |path| {
            fs::remove_file(path).expect("removed");
            symlink("nowhere", path).expect("linked");
        }),
        ("no SQLite database", |path| {
            fs::remove_file(path).expect("removed");
            fs::File::create(path)
                .and_then(|file| file.set_len(2 << 30))
                .expect("a large one");
        }),
    ];
    for (reason, spoil) in spoils {
        let home = Home::new();
        spoil(&home.database());
        let (report, _) = home.adopt(&[]);
        assert_eq!(
            codes(&report["findings"]),
            ["database-unreadable"],
            "{reason}"
        );
        let told = messages(&report["findings"]);
        assert!(told.contains(reason) || reason == "leads", "{told}");
        assert_eq!(home.subjects("default").len(), 1);
        home.is_clean("default");
    }
}

#[test]
fn a_database_in_use_is_read_and_left_as_it_is() {
    let home = Home::new();
    let writer = Connection::open(home.database()).expect("opened");
    writer
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; INSERT INTO groups (id, collection_id, name) VALUES ('g5', 'default', 'Newest'); BEGIN IMMEDIATE;")
        .expect("in use");
    let cache = || {
        let list = fs::read_dir(home.folder().join("cache")).expect("a folder");
        let mut files: Vec<(PathBuf, Vec<u8>)> = list
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.clone(), fs::read(&path).expect("read")))
            .collect();
        files.sort();
        files
    };
    let before = cache();
    assert_eq!(before.len(), 3);
    home.adopt(&[]);
    assert!(before == cache());
    assert!(home.manifest().contains("Newest"));
    writer
        .execute_batch("COMMIT; DELETE FROM groups")
        .expect("still in use");
}

#[test]
fn one_invalid_manifest_does_not_keep_the_others_from_it() {
    let home = Home::new();
    let broken =
        manifest("broken", &[]) + "\n[[groups]]\nname = \"A\"\n\n[[groups]]\nname = \"A\"\n";
    let path = home.of("broken").join("collection.toml");
    home.environment.write(&path, &broken);
    for arguments in [&["-n", "--json"][..], &["--json"]] {
        let told = home.run(arguments);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(
            told.stderr.contains("broken: collection.toml is invalid"),
            "{told:?}"
        );
        let report: Value = serde_json::from_str(&told.stdout).expect("JSON");
        assert_eq!(
            report["collections"][0]["error"]["kind"],
            "invalid-manifest"
        );
        assert_eq!(report["collections"][1]["error"], Value::Null);
        assert!(!home.of("broken").join(".git").exists());
        assert_eq!(fs::read_to_string(&path).expect("read"), broken);
    }
    home.is_clean("default");
    fs::remove_file(&path).expect("removed");
    symlink("../default/collection.toml", &path).expect("linked");
    let told = home.run(&[]);
    assert_eq!(told.code, Some(5), "{told:?}");
}

#[test]
fn hostile_names_are_shown_harmlessly_and_kept() {
    let home = Home::new();
    home.sql(
        "UPDATE groups SET name = char(27) || '[2J' || char(10) || 'evil', color = char(27) || ']0;x', icon = '../../etc' WHERE id = 'g1';
         INSERT INTO groups (id, collection_id, name) VALUES ('g2', '../../etc', 'Out'), ('g3', 'default', 'First'), ('g4', 'default', '--force');
         INSERT INTO artifacts VALUES ('x', 'u-x', '../../../etc/passwd', 'skill');
         INSERT INTO group_artifacts VALUES ('g4', 'u-x', 0);
         INSERT INTO tags VALUES ('t9', 'up', '../up', '#12'), ('t8', 'twice', 'back-end', NULL);",
    );
    let outside = home.files();
    for arguments in [&["-n"][..], &[]] {
        let told = home.run(arguments);
        assert_eq!(told.code, Some(0), "{told:?}");
        for text in [&told.stdout, &told.stderr] {
            assert!(!text.contains('\u{1b}'), "{told:?}");
        }
        assert!(
            told.stdout.contains("\\u{1b}[2J\\nevil") || told.stdout.contains("\\n"),
            "{told:?}"
        );
        assert!(told.stderr.contains("more than once"), "{told:?}");
    }
    let folder = home.of("default");
    let after = home.files();
    let changed: Vec<&PathBuf> = after
        .iter()
        .filter(|(path, bytes)| outside.get(*path) != Some(bytes))
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with(&folder))
        .collect();
    assert_eq!(
        changed,
        Vec::<&PathBuf>::new(),
        "nothing outside of the collection"
    );
    let groups = home.json(&["group", "list"])["groups"].take();
    assert!(groups.to_string().contains("\\u001b[2J\\nevil"), "{groups}");
    home.is_clean("default");
    let checked = home.environment.run(["-c", "default", "check"]);
    assert!(checked.stdout.contains("control"), "{checked:?}");
}

#[test]
fn homes_and_collections_that_are_links() {
    let home = Home::new();
    let real = home.environment.root().join("real");
    fs::rename(home.folder(), &real).expect("moved");
    symlink(&real, home.folder()).expect("linked");
    symlink(
        real.join("collections/default"),
        real.join("collections/again"),
    )
    .expect("linked");
    symlink("/nowhere", real.join("collections/dangling")).expect("linked");
    home.environment
        .write(&real.join("collections/empty/readme.txt"), "x");
    let (report, _) = home.adopt(&[]);
    assert_eq!(report["collections"].as_array().map(Vec::len), Some(1));
    assert_eq!(codes(&report["findings"]), ["not-a-collection"; 3]);
    assert!(real.join("collections/default/.git").is_dir());
}

#[test]
fn another_home_is_registered_under_names_that_are_free() {
    let home = Home::new();
    home.environment.ok(["init", "work"]);
    let backup = home.environment.work().join("backup");
    fs::rename(home.folder(), &backup).expect("moved");
    home.environment.ok(["init", "default"]);
    let told = home.run(&["backup"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(
        told.stderr.contains("The name \"default\" is that of"),
        "{told:?}"
    );
    let list = home.environment.json(["collection", "list"])["collections"].take();
    assert_eq!(list[0]["name"], "default");
    assert_eq!(list[0]["active"], true);
    assert_eq!(list[1]["name"], "work");
    let undo = told
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("Undo: skillmeat "));
    let words: Vec<&str> = undo.expect("a command").split(' ').collect();
    home.environment.ok(words);
    let left =
        fs::read_to_string(backup.join("collections/default/collection.toml")).expect("read");
    assert!(!left.contains("[[groups]]"), "{left}");
}

#[test]
fn what_is_no_home_is_refused() {
    let environment = TestEnvironment::new();
    let told = environment.fails(1, ["adopt"]);
    assert!(told.contains(".skillmeat"), "{told}");
    let told = environment.fails(2, ["adopt", "."]);
    assert!(
        told.contains("holds neither collection.toml nor a folder `collections`"),
        "{told}"
    );
    let told = environment.fails(2, ["-c", "team", "adopt"]);
    assert!(told.contains("name the one that is meant as DIR"), "{told}");
    fs::create_dir_all(environment.root().join("home/.skillmeat/collections")).expect("a folder");
    environment.fails(1, ["adopt"]);
    let home = Home::new();
    let told = home.run(&["--database", "no.db"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(!home.of("default").join(".git").exists());
}

#[test]
fn a_killed_adopt_is_finished_by_the_next() {
    for milliseconds in [1, 5, 10, 15, 20, 30, 45, 60] {
        let home = Home::new();
        let mut command = home
            .environment
            .skillmeat_in(&home.environment.work(), ["adopt"]);
        let mut child = command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let _ = child.kill();
        child.wait().expect("it ends");
        home.adopt(&[]);
        home.is_clean("default");
        assert_eq!(home.subjects("default").len(), 2, "{milliseconds}");
        assert!(home.manifest().contains("[[composites]]"), "{milliseconds}");
    }
}

#[test]
fn the_page_of_json_shows_what_is_printed() {
    let home = Home::new();
    home.sql("INSERT INTO user_ratings VALUES (2, 'audit', 5, NULL, '2026-01-03')");
    let group = "\n[[groups]]\nname = \"Reading\"\nicon = \"star\"\n";
    let text = home.manifest() + group;
    home.environment
        .write(&home.of("default").join("collection.toml"), text);
    let (report, _) = home.adopt(&[]);
    assert_eq!(shape_of(&report), shape_of(&example("adopt")));
}

#[test]
fn an_interruption_leaves_what_was_not_reached() {
    let home = Home::new();
    let many: Vec<String> = (0..400)
        .map(|number| format!("skill-{number:03}"))
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| ("skill", name.as_str())).collect();
    home.collection("many", &many);
    let before = fs::read(home.of("many").join("collection.toml")).expect("read");
    for milliseconds in [5, 40, 120] {
        let mut command = home
            .environment
            .skillmeat_in(&home.environment.work(), ["adopt", "--json"]);
        let child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("it runs");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let process = child.id().to_string();
        Command::new("kill")
            .args(["-INT", &process])
            .status()
            .expect("kill");
        let ended = child.wait_with_output().expect("it ends");
        // It was killed before it listened, was stopped, or was done already.
        assert!(
            matches!(ended.status.code(), None | Some(130 | 0)),
            "{ended:?}"
        );
        if !home.of("many").join(".git").exists() {
            assert!(fs::read(home.of("many").join("collection.toml")).expect("read") == before);
        }
    }
    home.adopt(&[]);
    for collection in ["default", "many"] {
        home.is_clean(collection);
    }
}

#[test]
fn progress_is_shown_on_a_terminal_alone() {
    let home = Home::new();
    let told = home.run(&[]);
    assert!(!told.stderr.contains("Recording"), "{told:?}");
}
