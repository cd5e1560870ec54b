//! What happened, and how it comes back: `history` and `restore`, over renames, merges, clones that were cut off and
//! commits by hand.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::test_environment::{Said, TestEnvironment, said};

/// Runs the program at a moment, as a person.
fn at(environment: &TestEnvironment, date: &str, name: &str, arguments: &[&str]) -> Value {
    let mut command = environment.skillmeat_in(&environment.work(), arguments);
    command.arg("--json");
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_DATE"), format!("{date}T12:00:00 +0000"))
            .env(format!("GIT_{role}_NAME"), name)
            .env(format!("GIT_{role}_EMAIL"), format!("{name}@example.com"));
    }
    let said = said(command);
    assert_eq!(said.code, Some(0), "{arguments:?} {said:?}");
    serde_json::from_str(&said.stdout).expect("JSON")
}

/// The entries of a history.
fn entries(environment: &TestEnvironment, arguments: &[&str]) -> Vec<Value> {
    let words = ["history"].iter().chain(arguments);
    let told = environment.json(words);
    told["entries"].as_array().expect("entries").clone()
}

/// What each entry of a history did: `create Auth`.
fn actions(entries: &[Value]) -> Vec<String> {
    let changes = entries
        .iter()
        .flat_map(|entry| entry["changes"].as_array().expect("changes"));
    changes
        .map(|change| {
            let text = |key: &str| change[key].as_str().unwrap_or_default();
            let (table, key) = text("key").split_once(':').expect("a table and a name");
            let key = if table == "artifact" {
                text("key")
            } else {
                key
            };
            format!("{} {key} {}", text("action"), text("field"))
                .trim()
                .to_owned()
        })
        .collect()
}

/// A group, as `group list` tells it, without its place.
fn group(environment: &TestEnvironment, folder: &Path, name: &str) -> Value {
    let printed = environment.ok_in(folder, ["group", "list", "--json"]);
    let listed: Value = serde_json::from_str(&printed).expect("JSON");
    let groups = listed["groups"].as_array().expect("groups");
    let found = groups.iter().find(|group| group["name"] == name);
    let mut group = found.cloned().unwrap_or(Value::Null);
    if let Some(fields) = group.as_object_mut() {
        fields.remove("position");
    }
    group
}

fn commits(environment: &TestEnvironment) -> usize {
    let count = environment.git(["rev-list", "--count", "HEAD"]);
    count.trim().parse().expect("a number")
}

/// Runs a command line as a user would, with the program on the path.
fn types(environment: &TestEnvironment, folder: &Path, line: &str) -> Said {
    let program = Path::new(env!("CARGO_BIN_EXE_skillmeat"));
    let programs = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = environment.command("sh", folder);
    command
        .args(["-c", line])
        .env("PATH", format!("{programs}:{path}"));
    let done = said(command);
    assert_eq!(done.code, Some(0), "{line}: {done:?}");
    done
}

/// The commands that a history prints.
fn printed(environment: &TestEnvironment, folder: &Path, arguments: &[&str]) -> Vec<String> {
    let told = environment.ok_in(folder, ["history"].iter().chain(arguments));
    told.lines()
        .filter_map(|line| line.split_once("restore: "))
        .map(|(_, command)| command.to_owned())
        .collect()
}

#[test]
fn the_history_of_each_row_is_told() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    environment.ok(["group", "add", "Auth", "oauth-flows"]);
    environment.ok(["group", "rename", "Auth", "Access"]);
    environment.ok(["tag", "create", "Backend", "--color", "rose"]);
    environment.ok(["tag", "edit", "backend", "--color", "blue"]);
    environment.ok(["tag", "rename", "backend", "Server"]);
    environment.ok(["group", "edit", "Access", "--icon", "key"]);
    environment.ok(["rename", "sql-migrations", "migrations"]);
    environment.ok(["group", "delete", "Access"]);
    assert_eq!(
        actions(&entries(&environment, &["group", "Access"])),
        [
            "delete Access",
            "edit Access icon",
            "rename Access name",
            "add Auth members",
            "create Auth",
        ]
    );
    assert_eq!(
        actions(&entries(&environment, &["tag", "server"])),
        ["rename server name", "edit backend color", "create backend"]
    );
    let told = actions(&entries(&environment, &["artifact", "skill:migrations"]));
    assert!(
        told[0].starts_with("rename artifact:skill:migrations"),
        "{told:?}"
    );
    assert_eq!(
        told.last().expect("one"),
        "create artifact:skill:sql-migrations"
    );
    assert_eq!(
        actions(&entries(&environment, &["--deleted"])),
        ["delete Access"]
    );
    assert_eq!(entries(&environment, &["-n", "3"]).len(), 3);
    assert_eq!(entries(&environment, &["-n", "0"]).len(), 0);
    assert_eq!(entries(&environment, &[]).len(), 10);
    assert_eq!(
        environment.ok(["log", "-n", "1"]),
        environment.ok(["history", "-n", "1"])
    );
    let told = environment.ok(["history"]);
    assert!(told.contains("+ oauth-flows"), "{told}");
    environment.fails(2, ["history", "flock", "x"]);
}

#[test]
fn a_row_is_followed_through_a_merge_that_renamed_it() {
    let environment = TestEnvironment::with_team();
    let day = |date: &str, words: &[&str]| at(&environment, date, "Mia", words);
    day("2026-01-01", &["group", "create", "Auth", "jwt-auth"]);
    environment.git(["switch", "--quiet", "-c", "side"]);
    day("2026-01-02", &["group", "rename", "Auth", "Access"]);
    day("2026-01-05", &["group", "edit", "Access", "--icon", "key"]);
    environment.git(["switch", "--quiet", "main"]);
    // Later than the rename, and under the name that the row had on this side.
    day("2026-01-03", &["group", "edit", "Auth", "--color", "rose"]);
    day("2026-01-04", &["group", "add", "Auth", "oauth-flows"]);
    environment.git(["merge", "--quiet", "--no-edit", "side"]);
    let group = group(&environment, &environment.work(), "Access");
    assert_eq!(group["color"], "rose", "{group}");
    let mut told = actions(&entries(&environment, &["group", "Access"]));
    told.sort();
    assert_eq!(
        told,
        [
            "add Auth members",
            "create Auth",
            "edit Access icon",
            "edit Auth color",
            "rename Access name",
        ]
    );
}

#[test]
fn authors_and_dates_choose_commits() {
    let environment = TestEnvironment::with_team();
    at(
        &environment,
        "2026-02-01",
        "Mia",
        &["group", "create", "One"],
    );
    at(
        &environment,
        "2026-02-10",
        "Noor",
        &["group", "create", "Two"],
    );
    at(
        &environment,
        "2026-02-20",
        "Mia",
        &["group", "create", "Three"],
    );
    assert_eq!(
        actions(&entries(&environment, &["--author", "noor"])),
        ["create Two"]
    );
    assert_eq!(
        actions(&entries(&environment, &["--author", "noor@EXAMPLE"])),
        ["create Two"]
    );
    assert_eq!(
        actions(&entries(&environment, &["--since", "2026-02-05"])),
        ["create Three", "create Two"]
    );
    let since = ["--since", "2026-02-05", "--author", "Mia", "-n", "5"];
    assert_eq!(actions(&entries(&environment, &since)), ["create Three"]);
    let told = environment.fails(2, ["history", "--since", "whenever"]);
    assert!(told.contains("whenever"), "{told}");
    let entry = &entries(&environment, &["-n", "1"])[0];
    assert_eq!(entry["author"]["email"], "Mia@example.com");
    assert_eq!(entry["time"], "2026-02-20T12:00:00+00:00");
}

#[test]
fn commits_by_hand_count() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    let manifest = environment.team().join("collection.toml");
    let text = environment.manifest();
    let added = format!("{text}\n[[groups]]\nname = \"It's mine\"\ncolor = \"#112233\"\n");
    for (text, message) in [(&added, "by hand"), (&text, "gone")] {
        fs::write(&manifest, text).expect("written");
        environment.git(["commit", "--quiet", "--all", "-m", message]);
    }
    let told = entries(&environment, &["group", "It's mine"]);
    assert_eq!(actions(&told), ["delete It's mine", "create It's mine"]);
    assert_eq!(told[0]["summary"], "gone");
    // A name with a quote survives the shell.
    let lines = printed(&environment, &environment.work(), &["--deleted"]);
    types(&environment, &environment.work(), &lines[0]);
    let back = group(&environment, &environment.work(), "It's mine");
    assert_eq!(back["color"], "#112233");
}

#[test]
fn the_commands_that_history_prints_work() {
    let environment = TestEnvironment::with_team();
    let work = environment.work();
    environment.ok(["group", "create", "--color", "rose", "Auth", "jwt-auth"]);
    environment.ok(["group", "create", "--", "-dash", "jwt-auth"]);
    environment.ok(["tag", "create", "Backend", "--color", "rose"]);
    environment.ok(["rate", "jwt-auth", "3"]);
    let lists = || {
        [&["group", "list"][..], &["tag", "list"], &["list"]]
            .map(|arguments| environment.json(arguments))
    };
    let steps: [&[&str]; 7] = [
        &["group", "edit", "Auth", "--color", "blue"],
        &["group", "add", "Auth", "oauth-flows"],
        &["tag", "edit", "backend", "--color", "blue"],
        &["rate", "jwt-auth", "5"],
        &["edit", "jwt-auth", "--description", "Other"],
        &["group", "delete", "-dash"],
        &["tag", "delete", "backend"],
    ];
    for step in steps {
        let mut step = step.to_vec();
        if step.contains(&"-dash") {
            step.insert(2, "--");
        }
        let before = lists();
        environment.ok(&step);
        let lines = printed(&environment, &work, &["-n", "1"]);
        assert_eq!(lines.len(), 1, "{step:?} {lines:?}");
        types(&environment, &work, &lines[0]);
        assert_eq!(lists(), before, "{step:?} {lines:?}");
        environment.ok(["undo"]);
    }
    let tree = || environment.git(["rev-parse", "HEAD^{tree}"]);
    let before = tree();
    environment.ok(["remove", "sql-migrations"]);
    let lines = printed(&environment, &work, &["-n", "1"]);
    let line = lines.iter().find(|line| line.contains("artifact"));
    types(&environment, &work, line.expect("a command"));
    assert_eq!(tree(), before);
}

/// A collection whose group was renamed, then deleted, twenty commits and a merge ago.
fn long_ago() -> (TestEnvironment, Value, String) {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "First", "api-design"]);
    let words = [
        "group", "create", "Login", "--color", "#112233", "--icon", "key",
    ];
    environment.ok(words
        .iter()
        .chain(&["oauth-flows", "jwt-auth", "auth-reviewer"]));
    let manifest = environment.team().join("collection.toml");
    let text = environment.manifest();
    let place = text.rfind("[[groups]]").expect("a group");
    let commented = format!(
        "{}# Ask Mia before changing this.\n{}",
        &text[..place],
        &text[place..]
    );
    fs::write(&manifest, commented).expect("written");
    environment.ok(["commit", "-m", "a comment"]);
    environment.ok(["group", "rename", "Login", "Authentication"]);
    let known = group(&environment, &environment.work(), "Authentication");
    let deleted = environment.json(["group", "delete", "Authentication"]);
    environment.git(["switch", "--quiet", "-c", "side"]);
    environment.ok(["group", "create", "Side"]);
    environment.git(["switch", "--quiet", "main"]);
    for number in 0..10 {
        environment.ok(["group", "create", &format!("Group {number}")]);
        environment.ok(["group", "edit", "First", "--icon", &number.to_string()]);
    }
    environment.git(["merge", "--quiet", "--no-edit", "side"]);
    let commit = deleted["commit"].as_str().expect("a commit").to_owned();
    (environment, known, commit)
}

#[test]
fn a_group_that_was_deleted_long_ago_comes_back() {
    let (environment, known, commit) = long_ago();
    let work = environment.work();
    for is_database_there in [true, false] {
        if !is_database_there {
            environment.ok(["undo"]);
            let database = environment.ok(["cache", "path"]);
            fs::remove_file(database.trim()).expect("a database");
        }
        let deleted = entries(&environment, &["--deleted"]);
        let told = actions(&deleted);
        // The undo is a deletion, too.
        assert_eq!(told.len(), if is_database_there { 1 } else { 2 });
        assert!(told.iter().all(|told| told == "delete Authentication"));
        let first = deleted.last().expect("an entry");
        assert_eq!(first["commit"], commit.as_str());
        let lines = printed(&environment, &work, &["--deleted"]);
        let before = commits(&environment);
        types(&environment, &work, &lines[0]);
        assert_eq!(commits(&environment), before + 1);
        assert_eq!(group(&environment, &work, "Authentication"), known);
        let manifest = environment.manifest();
        let comment = manifest.find("# Ask Mia").expect("the comment");
        let row = manifest.find("\"Authentication\"").expect("the row");
        assert!(comment < row && row - comment < 80, "{manifest}");
    }
    environment.ok(["undo"]);
    environment.ok(["restore", "group", "Authentication"]);
    assert_eq!(group(&environment, &work, "Authentication"), known);
    // The older name is found too.
    environment.ok(["restore", "group", "Login", "--as", "Older"]);
    assert_eq!(
        group(&environment, &work, "Older")["members"],
        known["members"]
    );
}

#[test]
fn a_shallow_clone_says_where_its_knowledge_ends() {
    let (environment, known, _) = long_ago();
    let work = environment.work();
    let from = format!("file://{}", environment.team().display());
    for (depth, name) in [("60", "deep"), ("3", "flat")] {
        environment.git_in(&work, ["clone", "--quiet", "--depth", depth, &from, name]);
    }
    let (deep, flat) = (work.join("deep"), work.join("flat"));
    environment.git_in(&deep, ["commit", "--quiet", "--allow-empty", "-m", "own"]);
    environment.ok_in(&deep, ["restore", "group", "Authentication"]);
    assert_eq!(group(&environment, &deep, "Authentication"), known);
    let told = environment.run_in(&flat, ["history"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.stderr.contains("shallow"), "{told:?}");
    assert!(!told.stdout.contains("Authentication"), "{told:?}");
    let told = environment.run_in(&flat, ["restore", "group", "Authentication"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("shallow"), "{told:?}");
    let told = environment.run_in(&flat, ["history", "-n", "1"]);
    assert_eq!(told.stderr, "");
    environment.git_in(&flat, ["fetch", "--quiet", "--unshallow"]);
    environment.ok_in(&flat, ["restore", "group", "Authentication"]);
    assert_eq!(group(&environment, &flat, "Authentication"), known);
}

#[test]
fn a_living_row_goes_back_one_version_in_its_place() {
    let environment = TestEnvironment::with_team();
    let work = environment.work();
    for name in ["One", "Two", "Three"] {
        environment.ok(["group", "create", name, "jwt-auth"]);
    }
    environment.ok(["group", "edit", "Two", "--color", "rose"]);
    let before = environment.json(["group", "list"]);
    environment.ok(["group", "add", "Two", "oauth-flows", "api-design"]);
    environment.ok(["group", "edit", "One", "--icon", "key"]);
    environment.ok(["undo"]);
    let count = commits(&environment);
    let told = environment.json(["restore", "group", "Two"]);
    assert_eq!(environment.json(["group", "list"]), before);
    assert_eq!(commits(&environment), count + 1);
    types(
        &environment,
        &work,
        told["undo"].as_str().expect("a command"),
    );
    assert_eq!(
        group(&environment, &work, "Two")["members"],
        json!(["skill:jwt-auth", "skill:oauth-flows", "skill:api-design"])
    );
    // A dry run changes nothing.
    environment.ok(["restore", "group", "Two", "--dry-run"]);
    assert_eq!(commits(&environment), count + 2);
}

#[test]
fn a_moment_is_a_commit_or_a_date() {
    let environment = TestEnvironment::with_team();
    let work = environment.work();
    let day = |date: &str, words: &[&str]| at(&environment, date, "Mia", words);
    let first = day("2026-03-01", &["group", "create", "Auth", "--icon", "one"]);
    day("2026-03-10", &["group", "edit", "Auth", "--icon", "two"]);
    day("2026-03-20", &["group", "edit", "Auth", "--icon", "three"]);
    let icon = |name: &str| group(&environment, &work, name)["icon"].clone();
    day(
        "2026-03-21",
        &["restore", "group", "Auth", "--at", "2026-03-15"],
    );
    assert_eq!(icon("Auth"), "two");
    let commit = &first["commit"].as_str().expect("a commit")[..10];
    day("2026-03-22", &["restore", "group", "Auth", "--at", commit]);
    assert_eq!(icon("Auth"), "one");
    day(
        "2026-03-22",
        &["restore", "group", "Auth", "--at", "HEAD~2"],
    );
    assert_eq!(icon("Auth"), "three");
    environment.fails(1, ["restore", "group", "Auth", "--at", "2020-01-01"]);
    environment.fails(2, ["restore", "group", "Auth", "--at", "no-such-thing"]);
    // Under another name it stands beside the living one.
    let words = ["restore", "group", "Auth", "--at", commit, "--as", "Old"];
    day("2026-03-23", &words);
    assert_eq!(icon("Old"), "one");
    assert_eq!(icon("Auth"), "three");
    let before = environment.manifest();
    environment.fails(1, words);
    assert_eq!(environment.manifest(), before);
}

#[test]
fn members_that_are_gone_are_named_or_brought_along() {
    let environment = TestEnvironment::with_team();
    let work = environment.work();
    let words = [
        "group",
        "create",
        "Auth",
        "jwt-auth",
        "sql-migrations",
        "auth-reviewer",
    ];
    environment.ok(words);
    let known = group(&environment, &work, "Auth");
    let skill = environment.team().join("skills/sql-migrations");
    environment.ok(["group", "delete", "Auth"]);
    environment.ok(["remove", "sql-migrations"]);
    let told = environment.run(["restore", "group", "Auth"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let said = format!("{}{}", told.stdout, told.stderr);
    assert!(said.contains("skill:sql-migrations"), "{said}");
    assert!(said.contains("--with-artifacts"), "{said}");
    let back = group(&environment, &work, "Auth");
    assert_eq!(back["members"], known["members"]);
    assert_eq!(back["missing"], json!(["skill:sql-migrations"]));
    environment.ok(["undo"]);
    let count = commits(&environment);
    environment.ok(["restore", "group", "Auth", "--with-artifacts"]);
    assert_eq!(commits(&environment), count + 1);
    assert_eq!(group(&environment, &work, "Auth"), known);
    assert!(skill.join("scripts/check-migration.sh").exists());
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    environment.ok(["undo"]);
    assert!(!skill.exists());
    assert_eq!(group(&environment, &work, "Auth"), Value::Null);
}

#[test]
fn tags_artifacts_and_ratings_come_back() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "tag",
        "create",
        "Backend",
        "--color",
        "rose",
        "--description",
        "Servers",
    ]);
    environment.ok(["rate", "jwt-auth", "4", "--note", "Fine"]);
    environment.ok(["edit", "jwt-auth", "--description", "Mine"]);
    let known = [&["tag", "list"][..], &["list"]].map(|words| environment.json(words));
    let tree = environment.git(["rev-parse", "HEAD^{tree}"]);
    environment.ok(["tag", "delete", "backend"]);
    environment.ok(["restore", "tag", "backend"]);
    environment.ok(["rate", "jwt-auth", "1"]);
    environment.ok(["restore", "rating", "skill:jwt-auth:mia@example.com"]);
    environment.ok(["edit", "jwt-auth", "--description", "Other"]);
    environment.ok(["restore", "artifact", "skill:jwt-auth"]);
    environment.ok(["remove", "api-design"]);
    environment.ok([
        "restore",
        "artifact",
        "skill:api-design",
        "--with-artifacts",
    ]);
    assert_eq!(
        [&["tag", "list"][..], &["list"]].map(|words| environment.json(words)),
        known
    );
    assert_eq!(environment.git(["rev-parse", "HEAD^{tree}"]), tree);
    for (kind, name) in [
        ("group", "Nobody"),
        ("tag", "no-body"),
        ("artifact", "skill:no-body"),
        ("rating", "skill:jwt-auth:no@example.com"),
    ] {
        let before = environment.manifest();
        let told = environment.fails(1, ["restore", kind, name]);
        assert!(told.contains(name), "{told}");
        assert_eq!(environment.manifest(), before);
    }
    let told = environment.fails(2, ["restore", "flock", "x"]);
    assert!(told.contains("flock"), "{told}");
}

#[test]
fn every_field_of_an_artifact_comes_back() {
    let environment = TestEnvironment::with_team();
    let manifest = environment.team().join("collection.toml");
    let row = |version: &str| {
        format!(
            "\n[[artifacts]]\nname = \"far\"\ntype = \"skill\"\nsource = \"org/far\"\nversion_spec = \"{version}\"\n\
             resolved_sha = \"{version}\"\nscope = \"user\"\nx_own = \"{version}\"\n"
        )
    };
    let text = environment.manifest();
    for version in ["v1", "v2"] {
        fs::write(&manifest, format!("{text}{}", row(version))).expect("written");
        environment.git(["commit", "--quiet", "--all", "-m", version]);
    }
    environment.ok(["restore", "artifact", "skill:far"]);
    assert_eq!(environment.manifest(), format!("{text}{}", row("v1")));
}

#[test]
fn a_row_that_was_renamed_since_goes_back_under_the_name_that_it_has() {
    let environment = TestEnvironment::with_team();
    let work = environment.work();
    environment.ok(["group", "create", "Login", "jwt-auth", "--icon", "one"]);
    let first = environment.git(["rev-parse", "HEAD"]);
    environment.ok(["group", "edit", "Login", "--icon", "two"]);
    environment.ok(["group", "rename", "Login", "Access"]);
    environment.ok(["group", "edit", "Access", "--icon", "three"]);
    environment.ok(["group", "create", "Other"]);
    let names = || {
        let listed = environment.json(["group", "list"]);
        let groups = listed["groups"].as_array().expect("groups").clone();
        groups
            .iter()
            .map(|group| format!("{} {}", group["name"], group["icon"]).replace('"', ""))
            .collect::<Vec<_>>()
    };
    // Its last version is the one before it got its icon; that it was renamed is none.
    environment.ok(["restore", "group", "Access"]);
    assert_eq!(names(), ["Access two", "Other "]);
    environment.ok(["undo"]);
    // By the new name and by the old one, and as the history prints it.
    let edited = printed(&environment, &work, &["group", "Access"]);
    let oldest = edited.last().expect("a command").clone();
    assert!(oldest.contains("'Login'"), "{edited:?}");
    for name in ["Access", "Login"] {
        let said = environment.run(["restore", "group", name, "--at", first.trim()]);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.stderr.contains("keeps that name"), "{said:?}");
        assert_eq!(names(), ["Access one", "Other "]);
        environment.ok(["undo"]);
    }
    types(&environment, &work, &oldest);
    assert_eq!(names(), ["Access one", "Other "]);
    environment.ok(["undo"]);
    environment.ok([
        "restore",
        "group",
        "Login",
        "--at",
        first.trim(),
        "--as",
        "Login",
    ]);
    assert_eq!(names(), ["Access three", "Other ", "Login one"]);
    // Gone under both names: it comes back under the one that is asked for.
    environment.ok(["group", "delete", "Access", "Login"]);
    environment.ok(["restore", "group", "Login", "--at", first.trim()]);
    assert_eq!(names(), ["Login one", "Other "]);
}

#[test]
fn tags_and_artifacts_that_were_renamed_go_back_too() {
    let environment = TestEnvironment::with_team();
    environment.ok(["tag", "create", "Backend", "--color", "rose"]);
    environment.ok(["edit", "jwt-auth", "--description", "First"]);
    let first = environment.git(["rev-parse", "HEAD"]);
    environment.ok(["tag", "rename", "backend", "Server"]);
    environment.ok(["tag", "edit", "server", "--color", "blue"]);
    environment.ok(["rename", "jwt-auth", "tokens"]);
    environment.ok(["edit", "tokens", "--description", "Second"]);
    environment.ok(["restore", "tag", "server", "--at", first.trim()]);
    environment.ok([
        "restore",
        "artifact",
        "skill:jwt-auth",
        "--at",
        first.trim(),
    ]);
    let tags = environment.json(["tag", "list"]);
    let tags = tags["tags"].as_array().expect("tags");
    let defined: Vec<String> = tags
        .iter()
        .filter(|tag| tag["color"] == "rose")
        .map(|tag| format!("{} {}", tag["slug"], tag["name"]))
        .collect();
    assert_eq!(defined, ["\"server\" \"Server\""]);
    assert!(
        !tags
            .iter()
            .any(|tag| tag["slug"] == "backend" && tag["defined"] == true)
    );
    let shown = environment.json(["show", "skill:tokens"]);
    assert_eq!(shown["artifact"]["description"], "First");
    assert_eq!(shown["artifact"]["path"], "skills/tokens");
    environment.fails(1, ["show", "skill:jwt-auth"]);
    environment.ok(["check"]);
}

#[test]
fn keys_that_are_not_ours_make_a_version_too() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth"]);
    let manifest = environment.team().join("collection.toml");
    let text = environment.manifest();
    let with = |owner: &str| {
        let row = format!("name = \"Auth\"\nx_owner = \"{owner}\"");
        text.replacen("name = \"Auth\"", &row, 1)
    };
    for owner in ["mia", "jo"] {
        fs::write(&manifest, with(owner)).expect("written");
        environment.git(["commit", "--quiet", "--all", "-m", owner]);
    }
    assert_eq!(
        actions(&entries(&environment, &["group", "Auth"])),
        ["edit Auth", "edit Auth", "create Auth"]
    );
    environment.ok(["group", "create", "Other"]);
    let now = environment.manifest();
    let owned = |owner: &str| {
        let line = |owner: &str| format!("x_owner = \"{owner}\"\n");
        let new = if owner.is_empty() {
            String::new()
        } else {
            line(owner)
        };
        now.replace(&line("jo"), &new)
    };
    environment.ok(["restore", "group", "Auth"]);
    assert_eq!(environment.manifest(), owned("mia"));
    environment.ok(["restore", "group", "Auth", "--at", "HEAD~4"]);
    assert_eq!(environment.manifest(), owned(""));
    // By hand, and not committed.
    fs::write(&manifest, owned("noor")).expect("written");
    environment.ok(["restore", "group", "Auth"]);
    assert_eq!(environment.manifest(), owned(""));
}
