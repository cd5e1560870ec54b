//! What others organised, brought in as one commit: marketplaces, other collections, folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::test_environment::{TestEnvironment, fixtures, shared_data};

/// A machine with an empty collection, `team`.
fn with_empty() -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.ok(["init", "team"]);
    environment
}

fn commits(environment: &TestEnvironment) -> usize {
    environment.git(["rev-list", "HEAD"]).lines().count()
}

/// Everything that a failed import must leave alone.
fn state(environment: &TestEnvironment) -> (String, String, String) {
    let head = environment.git(["rev-parse", "HEAD"]);
    let status = environment.git(["status", "--porcelain"]);
    (head, status, environment.manifest())
}

fn skill(environment: &TestEnvironment, folder: &Path, text: &str) {
    let header = format!("---\nname: x\ndescription: {text}\n---\n{text}\n");
    environment.write(&folder.join("SKILL.md"), header);
}

fn group<'v>(list: &'v Value, name: &str) -> &'v Value {
    let groups = list["groups"].as_array().expect("groups");
    let found = groups.iter().find(|group| group["name"] == name);
    found.expect("the group")
}

fn texts(value: &Value) -> Vec<&str> {
    let items = value.as_array().expect("a list").iter();
    items.map(|item| item.as_str().expect("a text")).collect()
}

fn codes(document: &Value) -> Vec<&str> {
    let findings = document["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect()
}

/// The folder of real marketplaces, or nothing where it is not there.
fn marketplaces() -> Option<Vec<PathBuf>> {
    let Some(data) = shared_data() else {
        println!("skipped: there is no folder of real data beside the checkout");
        return None;
    };
    let files = fs::read_dir(data.join("marketplaces")).expect("a folder");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    Some(files)
}

/// The slugs that a plugin's category and keywords make, each once.
fn slugs(plugin: &Value) -> Vec<String> {
    let keywords = plugin["keywords"].as_array().into_iter().flatten();
    let texts = std::iter::once(&plugin["category"]).chain(keywords);
    let mut slugs: Vec<String> = Vec::new();
    for text in texts.filter_map(Value::as_str) {
        let slug = text.to_lowercase().replace([' ', '.', '/', '&'], "-");
        if !slugs.contains(&slug) {
            slugs.push(slug);
        }
    }
    slugs
}

#[test]
fn real_marketplaces_come_in_as_a_group_a_plugin() {
    let Some(files) = marketplaces() else { return };
    let environment = with_empty();
    for file in files {
        let path = file.display().to_string();
        let real: Value = serde_json::from_slice(&fs::read(&file).expect("read")).expect("JSON");
        let plugins = real["plugins"].as_array().expect("plugins");
        let (before, count) = (environment.manifest(), commits(&environment));
        let groups_before = environment.json(["group", "list"]);
        let start = Instant::now();
        let done = environment.json(["import", &path]);
        assert!(start.elapsed() < Duration::from_secs(1), "{path}");
        assert_eq!(commits(&environment), count + 1);
        let groups = environment.json(["group", "list"]);
        let there = groups_before["groups"].as_array().expect("groups").len();
        let now = groups["groups"].as_array().expect("groups");
        assert_eq!(now.len(), there + plugins.len());
        for (plugin, shown) in plugins.iter().zip(&now[there..]) {
            assert_eq!(shown["name"], plugin["name"]);
            assert_eq!(shown["description"], plugin["description"]);
            assert_eq!(texts(&shown["tags"]), slugs(plugin));
            assert_eq!(texts(&shown["missing"]), [""; 0]);
            let id = format!("composite:{}", plugin["name"].as_str().expect("a name"));
            assert_eq!(texts(&shown["members"]), [id.as_str()]);
            let artifact = environment.json(["show", &id])["artifact"].clone();
            let source = artifact["source"].as_str().expect("a source").to_owned();
            match &plugin["source"] {
                Value::String(folder) => assert_eq!(source, *folder),
                remote => {
                    let place = remote["repo"].as_str().or(remote["url"].as_str());
                    assert!(source.starts_with(place.expect("a place")), "{source}");
                    let path = remote["path"].as_str().unwrap_or_default();
                    assert!(source.ends_with(path), "{source}");
                }
            }
        }
        let told = codes(&done);
        assert!(told.iter().all(|code| *code == "untaken-key"), "{told:?}");
        // Once more, nothing is new.
        assert_eq!(environment.json(["import", &path])["commit"], Value::Null);
        let after = environment.manifest();
        environment.ok(["undo"]);
        assert_eq!(environment.manifest(), before);
        environment.ok(["redo"]);
        assert_eq!(environment.manifest(), after);
        let count = ["show", "--patience", "--numstat", "--format=", "HEAD~2"];
        let count = environment.git(count);
        assert_eq!(count.split_whitespace().nth(1), Some("0"), "only added to");
    }
}

#[test]
fn plugins_beside_their_marketplace_bring_their_files() {
    let environment = with_empty();
    let tools = environment.work().join("tools");
    let plugin = tools.join("plugins/review");
    skill(&environment, &plugin.join("skills/diff"), "diff");
    environment.write(&plugin.join("skills/diff/scripts/run.sh"), "echo\n");
    environment.write(&plugin.join("agents/reviewer.md"), "Reviews.\n");
    environment.write(&plugin.join("commands/git/tidy.md"), "Tidies.\n");
    environment.write(&plugin.join("hooks/hooks.json"), "{}\n");
    environment.write(&plugin.join(".mcp.json"), "{}\n");
    environment.write(
        &plugin.join(".claude-plugin/plugin.json"),
        r#"{"name": "review", "description": "Reviews code.", "keywords": ["Code Review"]}"#,
    );
    skill(&environment, &tools.join("skills/xlsx"), "sheets");
    skill(&environment, &tools.join("skills/docx"), "texts");
    let marketplace = json!({
        "name": "tools", "owner": {"name": "Mia"},
        "metadata": {"pluginRoot": "./plugins"},
        "plugins": [
            {"name": "review", "source": "./review", "category": "quality"},
            {"name": "far", "source": {"source": "github", "repo": "mia/far", "ref": "v2", "sha": "abc"}},
        ],
    });
    let file = tools.join(".claude-plugin/marketplace.json");
    environment.write(&file, marketplace.to_string());
    let done = environment.json(["import", "tools"]);
    assert_eq!(done["kind"], "marketplace");
    assert_eq!(codes(&done), [""; 0]);
    let groups = environment.json(["group", "list"]);
    let review = group(&groups, "review");
    assert_eq!(review["description"], "Reviews code.");
    assert_eq!(texts(&review["tags"]), ["quality", "code-review"]);
    let members = texts(&review["members"]);
    let expected = [
        "agent:reviewer",
        "command:git:tidy",
        "hook:review",
        "mcp:review",
        "skill:diff",
    ];
    let mut sorted = members.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    let diff = environment.json(["show", "skill:diff"])["artifact"].clone();
    assert_eq!(diff["source"], "./review/skills/diff");
    assert_eq!(texts(&diff["tags"]), ["code-review", "quality"]);
    for path in [
        "skills/diff/scripts/run.sh",
        "agents/reviewer.md",
        "commands/git/tidy.md",
        "hooks/review.json",
        "mcp/review.json",
    ] {
        assert!(environment.team().join(path).is_file(), "{path}");
    }
    let far = environment.json(["show", "composite:far"])["artifact"].clone();
    assert_eq!(far["source"], "mia/far");
    assert!(environment.manifest().contains("version_spec = \"v2\""));
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    environment.ok(["undo"]);
    assert!(!environment.team().join("skills/diff").exists());

    // The parts may be named one by one; then nothing else is taken.
    let marketplace = json!({
        "name": "tools", "owner": {"name": "Mia"},
        "plugins": [{"name": "office", "source": "./", "strict": false, "skills": ["./skills/xlsx", "./skills/none"]}],
    });
    environment.write(&file, marketplace.to_string());
    let done = environment.json(["import", &file.display().to_string()]);
    assert_eq!(codes(&done), ["plugin-part"]);
    let groups = environment.json(["group", "list"]);
    assert_eq!(texts(&group(&groups, "office")["members"]), ["skill:xlsx"]);
    assert!(!environment.team().join("skills/docx").exists());
}

#[test]
fn what_is_odd_in_a_marketplace_is_told_and_left_out() {
    let environment = with_empty();
    let tools = environment.work().join("tools");
    let secret = environment.work().join("secret");
    skill(&environment, &secret.join("skills/secret"), "secret");
    fs::create_dir_all(tools.join("in")).expect("a folder");
    std::os::unix::fs::symlink(&secret, tools.join("link")).expect("a link");
    skill(&environment, &tools.join("linked/skills/fine"), "fine");
    std::os::unix::fs::symlink("/etc/passwd", tools.join("linked/skills/fine/passwd"))
        .expect("a link");
    std::os::unix::fs::symlink(
        secret.join("skills/secret"),
        tools.join("linked/skills/other"),
    )
    .expect("a link");
    let secret_path = secret.display().to_string();
    let marketplace = json!({
        "name": "x", "owner": {"name": "x"}, "wild": 1,
        "plugins": [
            {"name": "up", "source": "../secret"},
            {"name": "absolute", "source": secret_path},
            {"name": "through", "source": "link"},
            {"name": "part", "source": "./in", "skills": ["../../secret/skills/secret", secret_path]},
            {"name": "linked", "source": "linked", "keywords": ["C", "C++", "+++", "A\u{1b}[0mB"]},
            {"name": "../up", "source": "in"},
            {"name": "a\u{1b}[31m", "source": "in"},
            {"name": "-rf", "source": "in"},
            {"name": "linked", "source": "in"},
        ],
    });
    environment.write(&tools.join("marketplace.json"), marketplace.to_string());
    let done = environment.json(["import", "tools"]);
    let mut told = codes(&done);
    told.sort_unstable();
    let expected = [
        "plugin-name",
        "plugin-name",
        "plugin-name",
        "plugin-part",
        "plugin-part",
        "plugin-part",
        "plugin-source",
        "plugin-source",
        "plugin-source",
        "plugin-twice",
        "tag-left-out",
        "tag-left-out",
        "tag-left-out",
    ];
    assert_eq!(told, expected, "{done:#}");
    let ids = environment.json(["list"]);
    let ids: Vec<&str> = ids["artifacts"]
        .as_array()
        .expect("artifacts")
        .iter()
        .map(|artifact| artifact["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids, ["composite:part", "skill:fine"]);
    assert!(!environment.team().join("skills/fine/passwd").exists());
    let said = environment.run(["import", "tools"]);
    assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
}

#[test]
fn files_that_are_no_marketplace_are_refused_with_their_place() {
    let environment = with_empty();
    let before = state(&environment);
    let file = environment.work().join("m.json");
    let cases: [(&str, i32, &str); 8] = [
        ("{\n  \"plugins\": [\n", 1, "m.json:3:0: EOF"),
        (
            "{\"name\": \"x\",\n \"plugins\": 5}",
            1,
            "m.json:2:13: invalid type",
        ),
        (
            "{\"name\": \"x\", \"plugins\": [{\"name\": 1, \"source\": \"y\"}]}",
            1,
            "m.json:1:36: invalid type",
        ),
        (
            "{\"name\": \"x\", \"plugins\": [{\"name\": \"y\"}]}",
            1,
            "missing field `source`",
        ),
        (
            "{\"name\": \"x\", \"name\": \"y\", \"plugins\": []}",
            1,
            "duplicate field `name`",
        ),
        ("{}", 1, "neither a marketplace"),
        ("[1, 2]", 1, "neither a marketplace"),
        ("", 1, "m.json:1:0: EOF"),
    ];
    for (text, code, told) in cases {
        environment.write(&file, text);
        let said = environment.fails(code, ["import", "m.json"]);
        assert!(said.contains(told), "{text}: {said}");
    }
    environment.write(&file, format!("{{\"plugins\": {}", "[".repeat(100_000)));
    let said = environment.fails(1, ["import", "m.json"]);
    assert!(said.contains("recursion limit"), "{said}");
    let error: Value =
        serde_json::from_str(&environment.fails(1, ["import", "m.json", "--json"])).expect("JSON");
    assert_eq!(error["error"]["kind"], "invalid-file");
    assert_eq!(error["error"]["line"], 1);
    let large = fs::File::create(&file).expect("a file");
    large.set_len(50 << 20).expect("large");
    let said = environment.fails(1, ["import", "m.json"]);
    assert!(said.contains("52428800 bytes"), "{said}");
    let said = environment.fails(1, ["import", "nowhere"]);
    assert!(said.contains("nowhere"), "{said}");
    let said = environment.fails(1, ["import", "m.json", "--group-by", "folder"]);
    assert!(said.contains("takes a folder"), "{said}");
    assert_eq!(state(&environment), before);
}

/// Two collections that differ in a group's colour, and in the files of one skill.
fn two_collections() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "init",
        "other",
        "--path",
        "other",
        "--import",
        &fixtures().join("team-library").display().to_string(),
    ]);
    let other = ["-c", "./other"];
    let there = |words: &[&str]| environment.ok(other.iter().chain(words));
    there(&["group", "create", "Auth", "jwt-auth", "--color", "#111111"]);
    there(&["group", "create", "Theirs", "threat-model"]);
    there(&["rate", "jwt-auth", "4"]);
    there(&["tag", "create", "Backend", "--color", "#222222"]);
    there(&["tag", "add", "Backend", "jwt-auth"]);
    let path = environment.work().join("other/collection.toml");
    let mut text = fs::read_to_string(&path).expect("a manifest");
    text.push_str("\n# kept\n[notes]\nx = 1\n");
    fs::write(&path, text).expect("written");
    skill(
        &environment,
        &environment.work().join("other/skills/new"),
        "new",
    );
    for name in ["Auth", "Ours"] {
        environment.ok(["-c", "team", "group", "create", name, "--color", "#333333"]);
    }
    let header = environment.team().join("skills/jwt-auth/SKILL.md");
    let text = fs::read_to_string(&header).expect("a file") + "More.\n";
    fs::write(&header, text).expect("written");
    environment.ok(["-c", "team", "commit"]);
    environment
}

#[test]
fn another_collection_is_merged_and_conflicts_are_told_field_by_field() {
    let environment = two_collections();
    let team = ["-c", "team", "import", "other"];
    let before = state(&environment);
    let said = environment.run(team);
    assert_eq!(said.code, Some(3));
    assert_eq!(
        said.stdout,
        "group:Auth color: ours \"#333333\", theirs \"#111111\"\nfile skills/jwt-auth/SKILL.md: other here than there\n"
    );
    assert!(said.stderr.contains("--prefer ours"), "{}", said.stderr);
    let said = environment.run(team.iter().chain(&["--json"]));
    assert_eq!(said.code, Some(3));
    let told: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(told["conflicts"][0]["key"], "group:Auth");
    assert_eq!(told["conflicts"][0]["field"], "color");
    assert_eq!(told["clashes"], json!(["skills/jwt-auth/SKILL.md"]));
    assert_eq!(told["commit"], Value::Null);
    assert_eq!(state(&environment), before, "nothing is changed");

    environment.ok(team.iter().chain(&["--prefer", "ours", "--dry-run"]));
    assert_eq!(state(&environment), before, "nothing is changed");
    environment.ok(team.iter().chain(&["--prefer", "ours"]));
    let groups = environment.json(["-c", "team", "group", "list"]);
    let names: Vec<&Value> = groups["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| &group["name"])
        .collect();
    assert_eq!(names, ["Auth", "Ours", "Theirs"]);
    assert_eq!(group(&groups, "Auth")["color"], "#333333");
    assert_eq!(
        texts(&group(&groups, "Auth")["members"]),
        ["skill:jwt-auth"]
    );
    let manifest = environment.manifest();
    assert!(manifest.contains("# kept\n[notes]\nx = 1"), "{manifest}");
    assert!(manifest.contains("name = \"team\""), "the header stays");
    assert!(!manifest.contains("name = \"other\""));
    assert!(environment.team().join("skills/new/SKILL.md").is_file());
    let own =
        fs::read_to_string(environment.team().join("skills/jwt-auth/SKILL.md")).expect("a file");
    assert!(own.ends_with("More.\n"));
    let again = environment.json(team.iter().chain(&["--prefer", "ours"]));
    assert_eq!(again["commit"], Value::Null);
    environment.ok(["-c", "team", "undo"]);
    assert_eq!(environment.manifest(), before.2);
    assert!(!environment.team().join("skills/new").exists());

    environment.ok(team.iter().chain(&["--prefer", "theirs"]));
    let groups = environment.json(["-c", "team", "group", "list"]);
    assert_eq!(group(&groups, "Auth")["color"], "#111111");
    let own =
        fs::read_to_string(environment.team().join("skills/jwt-auth/SKILL.md")).expect("a file");
    assert!(!own.ends_with("More.\n"));
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn another_collections_manifest_may_be_unusable() {
    let environment = with_empty();
    let other = environment.work().join("other");
    let before = state(&environment);
    environment.write(
        &other.join("collection.toml"),
        "[tool.skillmeat]\nname = \"x\"\n[[groups]]\nname = \"a\"\n[[groups]]\nname = \"a\"\n",
    );
    let said = environment.fails(1, ["import", "other"]);
    assert!(
        said.contains("the manifest of other can't be read") && said.contains(":5:"),
        "{said}"
    );
    fs::remove_file(other.join("collection.toml")).expect("removed");
    std::os::unix::fs::symlink("/etc/passwd", other.join("collection.toml")).expect("a link");
    let said = environment.fails(1, ["import", "other"]);
    assert!(said.contains("symbolic link"), "{said}");
    fs::remove_file(other.join("collection.toml")).expect("removed");
    let large = fs::File::create(other.join("collection.toml")).expect("a file");
    large.set_len(50 << 20).expect("large");
    let said = environment.fails(1, ["import", "other"]);
    assert!(said.contains("52428800 bytes"), "{said}");
    assert_eq!(state(&environment), before);
}

#[test]
fn the_dialects_meet() {
    let Some(data) = shared_data() else {
        println!("skipped: there is no folder of real data beside the checkout");
        return;
    };
    let folders = fs::read_dir(data.join("skillmeat-0.74/written-through/collections"));
    let folders = folders
        .expect("collections")
        .map(|folder| folder.expect("a folder").path());
    let has_groups = |folder: &PathBuf| {
        let text = fs::read_to_string(folder.join("collection.toml"));
        text.is_ok_and(|text| text.contains("[[groups]]"))
    };
    let theirs = folders.into_iter().find(has_groups).expect("a collection");
    let environment = with_empty();
    environment.ok(["import", &theirs.display().to_string()]);
    let manifest = environment.manifest();
    assert!(!manifest.contains("[collection]"), "{manifest}");
    let groups = environment.json(["group", "list"]);
    assert_eq!(groups["groups"].as_array().expect("groups").len(), 3);
    environment.ok(["check"]);

    // And the other way round: every row is complete for the other tool.
    let other = environment.work().join("old");
    environment.repository(&other, "[collection]\nname = \"old\"\nversion = \"1\"\ncreated = \"2026-01-01T00:00:00\"\nupdated = \"2026-01-01T00:00:00\"\n");
    environment.ok([
        "-c",
        "./old",
        "import",
        &environment.team().display().to_string(),
    ]);
    let text = fs::read_to_string(other.join("collection.toml")).expect("a manifest");
    assert!(!text.contains("tool.skillmeat"), "{text}");
    let count = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    let artifacts = text.matches("[[artifacts]]").count();
    assert!(artifacts > 0);
    for word in ["added = ", "origin = ", "path = "] {
        assert_eq!(count(word), artifacts, "{word}\n{text}");
    }
    environment.ok(["-c", "./old", "check"]);
}

#[test]
fn a_folder_is_grouped_by_its_folders() {
    let environment = with_empty();
    let library = environment.work().join("library");
    skill(&environment, &library.join("backend/jwt"), "jwt");
    skill(&environment, &library.join("backend/auth/oauth"), "oauth");
    skill(&environment, &library.join("skills/data/etl"), "etl");
    skill(&environment, &library.join(".claude/skills/alone"), "alone");
    skill(&environment, &library.join("node_modules/x"), "not ours");
    skill(&environment, &library.join(".hidden/y"), "not ours");
    environment.write(&library.join("frontend/agents/ui.md"), "UI\n");
    environment.write(&library.join("frontend/agents/README.md"), "about\n");
    environment.write(&library.join("commands/git/tidy.md"), "Tidy\n");
    environment.write(&library.join("frontend/notes.md"), "no artifact\n");
    environment.write(&library.join("frontend/agents/-rf.md"), "odd\n");
    skill(&environment, &library.join("more/jwt"), "another jwt");
    std::os::unix::fs::symlink("/etc", library.join("etc")).expect("a link");
    let before = state(&environment);
    environment.ok(["import", "library", "--group-by", "folder", "--dry-run"]);
    assert_eq!(state(&environment), before);
    let done = environment.json(["import", "library", "--group-by", "folder"]);
    assert_eq!(done["kind"], "folder");
    let mut told = codes(&done);
    told.sort_unstable();
    assert_eq!(told, ["import-twice", "no-folder", "odd-file", "odd-file"]);
    let groups = environment.json(["group", "list"]);
    let shown: Vec<(&str, Vec<&str>)> = groups["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| {
            (
                group["name"].as_str().expect("a name"),
                texts(&group["members"]),
            )
        })
        .collect();
    let expected = [
        ("backend/auth", vec!["skill:oauth"]),
        ("backend", vec!["skill:jwt"]),
        ("git", vec!["command:git:tidy"]),
        ("frontend", vec!["agent:ui"]),
        ("data", vec!["skill:etl"]),
    ];
    assert_eq!(shown, expected);
    assert_eq!(commits(&environment), 2);

    // What is here stays; a folder's own files come in only when they are to.
    environment.write(&library.join("backend/jwt/SKILL.md"), "another\n");
    let said = environment.run(["import", "library", "--group-by", "folder"]);
    assert!(said.stderr.contains("left alone: skill:jwt"), "{said:?}");
    assert_eq!(commits(&environment), 2);
    environment.ok([
        "import",
        "library",
        "--group-by",
        "folder",
        "--prefer",
        "theirs",
    ]);
    let text = fs::read_to_string(environment.team().join("skills/jwt/SKILL.md")).expect("a file");
    assert_eq!(text, "another\n");

    // Without groups it is what `init --import` takes.
    let twin = TestEnvironment::with_team();
    let other = with_empty();
    other.ok([
        "import",
        &fixtures().join("team-library").display().to_string(),
    ]);
    assert_eq!(other.json(["list"]), twin.json(["list"]));
}

#[test]
fn an_import_waits_for_nothing_that_is_not_committed() {
    let environment = with_empty();
    let library = environment.work().join("library");
    skill(&environment, &library.join("skills/a"), "a");
    environment.ok(["import", "library"]);
    skill(&environment, &library.join("skills/a"), "b");
    let own = environment.team().join("skills/a/SKILL.md");
    fs::write(&own, "work\n").expect("written");
    let said = environment.fails(5, ["import", "library", "--prefer", "theirs"]);
    assert!(said.contains("skills/a/SKILL.md"), "{said}");
    assert_eq!(fs::read_to_string(&own).expect("there"), "work\n");
}
