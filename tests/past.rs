//! The collection as it was: `show … --at`.

use std::fs;

use serde_json::Value;

use crate::common::test_environment::TestEnvironment;

/// What is shown, at other times too: as people and as scripts see it.
fn shown(environment: &TestEnvironment, words: &[&str], at: Option<&str>) -> [String; 2] {
    let moment = at.map_or(Vec::new(), |at| vec!["--at", at]);
    [&[][..], &["--json"]].map(|format| environment.ok(words.iter().chain(&moment).chain(format)))
}

const QUESTIONS: [&[&str]; 6] = [
    &["show", "skill:jwt-auth"],
    &["show", "group", "Auth"],
    &["show", "tag", "backend"],
    &["group", "show", "Auth"],
    &["tag", "show", "Backend"],
    &["show", "artifact", "auth-reviewer"],
];

#[test]
fn what_is_shown_of_the_past_is_what_was_shown_then() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Auth",
        "jwt-auth",
        "sql-migrations",
        "--icon",
        "key",
    ]);
    environment.ok(["group", "create", "Other", "jwt-auth"]);
    environment.ok(["tag", "create", "Backend", "--color", "rose"]);
    environment.ok(["tag", "add", "backend", "jwt-auth"]);
    environment.ok(["rate", "jwt-auth", "4", "--note", "Fine"]);
    environment.git(["tag", "then"]);
    let known = QUESTIONS.map(|words| shown(&environment, words, None));
    let skill = environment.team().join("skills/jwt-auth/SKILL.md");
    let text = fs::read_to_string(&skill).expect("a skill");
    environment.write(&skill, text.replace("description: ", "description: Not "));
    environment.ok(["commit"]);
    environment.ok(["rate", "jwt-auth", "1"]);
    environment.ok(["remove", "sql-migrations"]);
    environment.ok(["group", "rename", "Auth", "Access"]);
    environment.ok(["tag", "delete", "backend"]);
    environment.ok(["rename", "jwt-auth", "tokens"]);
    for (words, known) in QUESTIONS.iter().zip(&known) {
        assert_eq!(
            &shown(&environment, words, Some("then")),
            known,
            "{words:?}"
        );
    }
    environment.fails(1, ["show", "group", "Auth"]);
    for (words, said) in [
        (
            &["show", "group", "Access"][..],
            "error: there was no group \"Access\" at then: it was called \"Auth\" then\nhint: See it with `skillmeat show group Auth --at then`.\n",
        ),
        (
            &["show", "skill:tokens"],
            "error: there was no artifact \"skill:tokens\" at then: it was called \"skill:jwt-auth\" then\nhint: See it with `skillmeat show artifact skill:jwt-auth --at then`.\n",
        ),
        (
            &["show", "tokens"],
            "error: there was no artifact \"tokens\" at then: it was called \"skill:jwt-auth\" then\nhint: See it with `skillmeat show artifact skill:jwt-auth --at then`.\n",
        ),
    ] {
        let told = environment.fails(1, words.iter().chain(&["--at", "then"]));
        assert_eq!(told, said);
    }
    // What was never there is as unknown as it was.
    let told = environment.fails(1, ["show", "group", "Nothing", "--at", "then"]);
    assert!(
        told.starts_with("error: there is no group \"Nothing\""),
        "{told}"
    );
    // The database has no part in it, and is not made for it.
    let database = environment.ok(["cache", "path"]);
    fs::remove_file(database.trim()).expect("a database");
    assert_eq!(shown(&environment, QUESTIONS[0], Some("then")), known[0]);
    assert!(fs::metadata(database.trim()).is_err());
}

#[test]
fn moments_without_a_collection_or_a_sound_one_are_told() {
    let environment = TestEnvironment::with_team();
    let said = environment.fails(1, ["show", "jwt-auth", "--at", "2001-02-03"]);
    assert!(said.contains("2001-02-03"), "{said}");
    environment.fails(2, ["show", "jwt-auth", "--at", "no-such-thing"]);
    environment.fails(2, ["show", "flock", "x"]);
    let text = environment.manifest();
    let manifest = environment.team().join("collection.toml");
    environment.write(&manifest, format!("{text}\n[[groups\n"));
    environment.git(["commit", "--quiet", "--all", "-m", "broken"]);
    environment.write(&manifest, &text);
    environment.git(["commit", "--quiet", "--all", "-m", "mended"]);
    let said = environment.run(["show", "jwt-auth", "--at", "HEAD~1", "--json"]);
    let error: Value = serde_json::from_str(&said.stderr).expect("JSON");
    assert_eq!(error["error"]["kind"], "invalid-manifest");
    let broken = environment.git(["rev-parse", "--short=10", "HEAD~1"]);
    let message = error["error"]["message"].as_str().expect("a text");
    assert!(message.contains(broken.trim()), "{message}");
}

/// Everything that the tables say of the organisation; artifacts without their files' fields.
fn organisation(environment: &TestEnvironment) -> Value {
    let artifacts = environment.json(["list"])["artifacts"].clone();
    let artifacts = artifacts
        .as_array()
        .expect("artifacts")
        .iter()
        .map(|row| serde_json::json!([row["id"], row["tags"], row["groups"], row["rating"]]));
    serde_json::json!({
        "groups": environment.json(["group", "list"])["groups"],
        "tags": environment.json(["tag", "list"])["tags"],
        "artifacts": artifacts.collect::<Vec<_>>(),
    })
}

/// A collection that was organised, and then otherwise; the commit of the first moment has the tag `then`.
fn organised_twice() -> (TestEnvironment, Value) {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Auth",
        "jwt-auth",
        "sql-migrations",
        "--icon",
        "key",
    ]);
    environment.ok([
        "group",
        "create",
        "Data",
        "sql-migrations",
        "--color",
        "rose",
    ]);
    environment.ok(["group", "create", "Docs", "api-design"]);
    environment.ok(["tag", "create", "Backend", "--color", "rose"]);
    environment.ok(["tag", "add", "backend", "jwt-auth", "oauth-flows"]);
    environment.ok(["rate", "jwt-auth", "4", "--note", "Fine"]);
    let text = environment.manifest();
    let place = text.find("[[groups]]\nname = \"Data\"").expect("a group");
    let commented = format!("{}# Ask Mia first.\n{}", &text[..place], &text[place..]);
    let commented = commented.replacen("icon = \"key\"", "icon = \"key\"\nx_owner = \"mia\"", 1);
    environment.write(&environment.team().join("collection.toml"), commented);
    environment.ok(["commit", "-m", "by hand"]);
    environment.git(["tag", "then"]);
    let known = organisation(&environment);
    environment.ok(["group", "delete", "Data"]);
    environment.ok(["group", "rename", "Docs", "Papers"]);
    environment.ok(["group", "edit", "Auth", "--icon", "lock"]);
    environment.ok(["group", "create", "Later", "--position", "0", "oauth-flows"]);
    let text = environment
        .manifest()
        .replacen("x_owner = \"mia\"", "x_owner = \"jo\"", 1);
    environment.write(&environment.team().join("collection.toml"), text);
    environment.ok(["commit", "-m", "by hand"]);
    environment.ok(["tag", "rename", "backend", "Server"]);
    environment.ok(["tag", "add", "later", "api-design"]);
    environment.ok(["rate", "jwt-auth", "1"]);
    environment.ok(["rate", "api-design", "2"]);
    environment.ok(["edit", "jwt-auth", "--description", "Mine"]);
    (environment, known)
}

#[test]
fn the_whole_organisation_comes_back_in_one_commit() {
    let (environment, known) = organised_twice();
    let before = organisation(&environment);
    let text = environment.manifest();
    let count = || environment.git(["rev-list", "--count", "HEAD"]);
    let commits = count();
    let said = environment.run(["restore", "--all", "--at", "then", "--dry-run"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains("group \"Data\": create"), "{said:?}");
    assert_eq!(
        (organisation(&environment), count()),
        (before.clone(), commits)
    );
    let told = environment.json(["restore", "--all", "--at", "then"]);
    assert_eq!(organisation(&environment), known);
    let manifest = environment.manifest();
    for kept in [
        "# Ask Mia first.\n[[groups]]\nname = \"Data\"",
        "x_owner = \"mia\"",
        "description = \"Mine\"",
    ] {
        assert!(manifest.contains(kept), "{kept}: {manifest}");
    }
    assert_eq!(environment.git(["rev-parse", "HEAD~1"]).trim().len(), 40);
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    environment.ok(["check"]);
    // Once more there is nothing to do.
    let again = environment.json(["restore", "--all", "--at", "then"]);
    assert_eq!(again["commit"], Value::Null, "{again}");
    let undo = told["undo"].as_str().expect("a command").split(' ').skip(1);
    environment.ok(undo);
    assert_eq!(environment.manifest(), text);
    assert_eq!(organisation(&environment), before);
    environment.fails(2, ["restore", "--all"]);
    environment.fails(2, ["restore", "--all", "group", "Auth", "--at", "then"]);
    environment.fails(2, ["restore"]);
    environment.fails(2, ["restore", "group"]);
}

#[test]
fn artifacts_that_are_gone_are_named_or_brought_along() {
    let (environment, known) = organised_twice();
    let tree = environment.git(["rev-parse", "then:skills/sql-migrations"]);
    environment.ok(["remove", "sql-migrations"]);
    environment.ok(["add", "--type", "skill", &late_skill(&environment)]);
    let said = environment.run(["restore", "--all", "--at", "then"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stderr.contains("skill:sql-migrations"), "{said:?}");
    let groups = environment.json(["group", "list"]);
    assert_eq!(
        groups["groups"][0]["missing"],
        serde_json::json!(["skill:sql-migrations"])
    );
    assert!(!environment.team().join("skills/sql-migrations").exists());
    environment.ok(["undo"]);
    let said = environment.run(["restore", "--all", "--at", "then", "--with-artifacts"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.stderr.contains("Missing"), "{said:?}");
    assert_eq!(
        environment.git(["rev-parse", "HEAD:skills/sql-migrations"]),
        tree
    );
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    let back = organisation(&environment);
    assert_eq!(back["groups"], known["groups"]);
    assert_eq!(back["tags"], known["tags"]);
    // What came since stays.
    assert!(environment.ok(["show", "late"]).contains("skill:late"));
}

/// A skill outside of the collection, to be added.
fn late_skill(environment: &TestEnvironment) -> String {
    let folder = environment.work().join("late");
    environment.write(&folder.join("SKILL.md"), "---\nname: late\n---\n");
    folder.display().to_string()
}

#[test]
fn an_artifact_of_the_past_may_be_named_without_its_type() {
    let environment = TestEnvironment::with_team();
    let manifest = environment.manifest();
    environment.ok(["edit", "jwt-auth", "--description", "Mine"]);
    environment.ok(["restore", "artifact", "jwt-auth"]);
    assert_eq!(environment.manifest(), manifest);
    environment.ok(["remove", "sql-migrations"]);
    let told = environment.json(["restore", "artifact", "sql-migrations", "--with-artifacts"]);
    assert_eq!(told["changes"][0]["key"], "artifact:skill:sql-migrations");
    assert!(
        environment
            .team()
            .join("skills/sql-migrations/SKILL.md")
            .exists()
    );
    // By a name that it has no more, and with a moment.
    environment.ok(["rename", "sql-migrations", "migrations"]);
    let entries = environment.json(["history", "artifact", "sql-migrations"]);
    assert_ne!(entries["entries"], serde_json::json!([]));
    environment.ok(["remove", "migrations"]);
    environment.ok([
        "restore",
        "artifact",
        "sql-migrations",
        "--at",
        "HEAD~2",
        "--with-artifacts",
    ]);
    assert!(environment.ok(["list"]).contains("sql-migrations"));
    // Two had the name, and none has it.
    let agent = environment.work().join("double.md");
    environment.write(&agent, "---\nname: double\n---\n");
    let skill = environment.work().join("double");
    environment.write(&skill.join("SKILL.md"), "---\nname: double\n---\n");
    environment.ok(["add", "--type", "agent", &agent.display().to_string()]);
    environment.ok(["add", "--type", "skill", &skill.display().to_string()]);
    environment.ok(["remove", "agent:double", "skill:double"]);
    let said = environment.fails(1, ["restore", "artifact", "double"]);
    assert!(said.contains("skill:double, agent:double"), "{said}");
    environment.ok(["restore", "artifact", "agent:double", "--with-artifacts"]);
    // One that is a file and no row is known, and has no past of its own.
    let file = environment.team().join("agents/bare.md");
    environment.write(&file, "---\nname: bare\n---\n");
    environment.git(["add", "--all"]);
    environment.git(["commit", "--quiet", "-m", "bare"]);
    let entries = environment.json(["history", "artifact", "bare"]);
    assert_eq!(entries["entries"], serde_json::json!([]));
    let said = environment.fails(1, ["restore", "artifact", "nobody"]);
    assert!(said.contains("there is no artifact \"nobody\""), "{said}");
}
