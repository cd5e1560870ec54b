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
    environment.fails(1, ["show", "group", "Access", "--at", "then"]);
    environment.fails(1, ["show", "skill:tokens", "--at", "then"]);
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
