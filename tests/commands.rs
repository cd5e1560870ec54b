//! Commands as people use them, one behaviour a test.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::common::test_environment::{TestEnvironment, fixtures, said};

fn ids(list: &Value) -> Vec<String> {
    let artifacts = list["artifacts"].as_array().expect("a list");
    artifacts
        .iter()
        .map(|artifact| artifact["id"].as_str().expect("an id").to_owned())
        .collect()
}

fn group(environment: &TestEnvironment, name: &str) -> Value {
    environment.json(["group", "show", name])["group"].clone()
}

fn nothing_done(answer: &Value) -> bool {
    *answer == json!({"schema": 1, "changes": [], "commit": null, "undo": null})
}

#[test]
fn deleting_the_database_changes_no_answer() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Authentication",
        "jwt-auth",
        "agent:auth-reviewer",
    ]);
    environment.ok(["tag", "add", "Favourite", "jwt-auth"]);
    let before = environment.ok(["list"]);
    let database = environment.ok(["cache", "path"]);
    let folder = Path::new(database.trim())
        .parent()
        .expect("a folder")
        .to_owned();
    fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(environment.ok(["list"]), before);
    assert!(folder.join("cache.db").is_file());
}

#[test]
fn init_imports_a_library_as_one_commit() {
    let environment = TestEnvironment::with_team();
    assert_eq!(ids(&environment.json(["list"])).len(), 30);
    assert_eq!(environment.git(["rev-list", "--count", "HEAD"]), "1\n");
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    assert!(
        environment
            .team()
            .join("commands/review/security.md")
            .is_file()
    );
    let script = environment.git(["ls-files", "-s", "skills/sql-migrations"]);
    assert!(script.contains("SKILL.md"), "{script}");
}

#[test]
fn a_named_collection_is_a_repository_of_its_own() {
    let environment = TestEnvironment::new();
    let home = environment.root().join("home");
    environment.git_in(&home, ["init", "-q"]);
    environment.ok(["init", "team"]);
    assert_eq!(
        environment.git(["rev-parse", "--show-toplevel"]).trim(),
        environment.team().display().to_string()
    );
    assert_eq!(environment.git(["rev-list", "--count", "HEAD"]), "1\n");
}

#[test]
fn a_manifest_that_is_there_is_registered_and_not_touched() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("ours");
    fs::create_dir(&folder).expect("a folder");
    let manifest = fs::read_to_string(fixtures().join("manifests/odd.toml")).expect("a fixture");
    fs::write(folder.join("collection.toml"), &manifest).expect("written");
    environment.git_in(&folder, ["init", "-q"]);
    let said = environment.ok(["init", "ours", "--path", "ours"]);
    assert!(said.starts_with("Registered the collection ours"), "{said}");
    assert_eq!(
        fs::read_to_string(folder.join("collection.toml")).expect("there"),
        manifest
    );
    let again = environment.ok(["init", "ours", "--path", "ours"]);
    assert!(again.starts_with("Registered"), "{again}");
    assert_eq!(
        environment.json(["collection", "list"])["collections"][0]["active"],
        json!(true)
    );
}

#[test]
fn groups_are_made_edited_renamed_and_deleted() {
    let environment = TestEnvironment::with_team();
    let answer = environment.json([
        "group",
        "create",
        "Authentication",
        "--color",
        "#10B981",
        "jwt-auth",
        "oauth-*",
    ]);
    assert_eq!(answer["changes"][0]["key"], "group:Authentication");
    assert_eq!(
        environment.git(["log", "-1", "--format=%s%n%(trailers)"]),
        "group: create \"Authentication\"\nSkillmeat-Operation: group-create\n\n"
    );
    environment.ok([
        "group",
        "edit",
        "Authentication",
        "-d",
        "Who may do what",
        "--tag",
        "security",
        "--icon",
        "shield",
    ]);
    let shown = group(&environment, "Authentication");
    assert_eq!(shown["description"], "Who may do what");
    assert_eq!(shown["tags"], json!(["security"]));
    assert_eq!(
        shown["members"],
        json!(["skill:jwt-auth", "skill:oauth-flows"])
    );
    environment.ok(["group", "edit", "Authentication", "--icon", ""]);
    assert_eq!(group(&environment, "Authentication")["icon"], "");
    environment.ok(["group", "rename", "Authentication", "Sign-in"]);
    assert!(
        environment
            .fails(1, ["group", "show", "Authentication"])
            .contains("there is no group")
    );
    environment.ok(["group", "delete", "Sign-in"]);
    assert_eq!(environment.json(["group", "list"])["groups"], json!([]));
    assert_eq!(
        ids(&environment.json(["list"])).len(),
        30,
        "the members stay"
    );
}

#[test]
fn members_are_added_removed_and_ordered() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Mixed"]);
    environment.ok([
        "group", "add", "Mixed", "jwt-auth", "db:*", "--tag", "testing",
    ]);
    let members = group(&environment, "Mixed")["members"].clone();
    assert_eq!(
        members,
        json!([
            "skill:jwt-auth",
            "command:db:explain",
            "command:db:rollback-plan",
            "agent:test-writer",
            "skill:property-testing"
        ])
    );
    assert!(nothing_done(
        &environment.json(["group", "add", "Mixed", "jwt-auth"])
    ));
    environment.ok(["group", "order", "Mixed", "property-testing", "test-writer"]);
    environment.ok(["group", "remove", "Mixed", "db:*"]);
    let members = group(&environment, "Mixed")["members"].clone();
    assert_eq!(
        members,
        json!([
            "skill:property-testing",
            "agent:test-writer",
            "skill:jwt-auth"
        ])
    );
    let refused = environment.fails(1, ["group", "add", "Mixed", "jwt-auth", "nobody"]);
    assert!(
        refused.contains("there is no artifact \"nobody\""),
        "{refused}"
    );
}

#[test]
fn a_missing_member_is_kept_and_can_be_taken_out_by_its_text() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Mixed", "jwt-auth"]);
    let manifest = environment.manifest().replace(
        "\"skill:jwt-auth\",",
        "\"skill:jwt-auth\",\n    \"skill:gone\",",
    );
    fs::write(environment.team().join("collection.toml"), manifest).expect("written");
    let said = environment.run(["group", "add", "Mixed", "oauth-flows"]);
    assert!(
        said.stderr
            .contains("Edits made by hand were recorded first"),
        "{said:?}"
    );
    assert_eq!(
        group(&environment, "Mixed")["missing"],
        json!(["skill:gone"])
    );
    assert!(
        environment
            .run(["check"])
            .stdout
            .contains("skill:gone, which is not here")
    );
    environment.ok(["group", "remove", "Mixed", "skill:gone"]);
    assert_eq!(group(&environment, "Mixed")["missing"], json!([]));
}

#[test]
fn groups_move_with_few_numbers_written() {
    let environment = TestEnvironment::with_team();
    for name in ["One", "Two", "Three"] {
        environment.ok(["group", "create", name]);
    }
    let names = |environment: &TestEnvironment| {
        let groups = environment.json(["group", "list"])["groups"].clone();
        groups
            .as_array()
            .expect("a list")
            .iter()
            .map(|group| group["name"].clone())
            .collect::<Vec<_>>()
    };
    let answer = environment.json(["group", "move", "Three", "--to", "0"]);
    let keys: Vec<_> = (answer["changes"].as_array().expect("a list").iter())
        .map(|change| change["key"].clone())
        .collect();
    assert_eq!(keys, ["group:Three", "group:One"]);
    assert_eq!(names(&environment), ["Three", "One", "Two"]);
    environment.ok(["group", "move", "Three", "--after", "One"]);
    assert_eq!(names(&environment), ["One", "Three", "Two"]);
    environment.ok(["group", "create", "First", "--position", "0"]);
    assert_eq!(names(&environment), ["First", "One", "Three", "Two"]);
    environment.ok(["group", "move", "First", "--to", "99"]);
    assert_eq!(names(&environment), ["One", "Three", "Two", "First"]);
}

#[test]
fn tags_are_made_edited_renamed_merged_and_deleted() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "tag", "create", "C++", "--slug", "cpp", "--color", "#3B82F6",
    ]);
    assert!(
        environment
            .fails(1, ["tag", "create", "+++"])
            .contains("--slug")
    );
    environment.ok(["tag", "add", "C++", "jwt-auth", "sql-migrations"]);
    assert_eq!(ids(&environment.json(["list", "--tag", "cpp"])).len(), 2);
    environment.ok(["tag", "rename", "cpp", "Native Code"]);
    let tag = environment.json(["tag", "show", "native-code"])["tag"].clone();
    assert_eq!(
        (&tag["name"], &tag["color"]),
        (&json!("Native Code"), &json!("#3B82F6"))
    );
    assert_eq!(tag["artifacts"].as_array().expect("a list").len(), 2);
    environment.ok(["tag", "create", "Low Level"]);
    environment.ok(["tag", "merge", "native-code", "low-level"]);
    assert_eq!(
        ids(&environment.json(["list", "--tag", "low-level"])).len(),
        2
    );
    environment.ok(["tag", "delete", "low-level"]);
    assert!(
        environment
            .fails(1, ["tag", "show", "low-level"])
            .contains("there is no tag")
    );
    assert!(!environment.manifest().contains("low-level"));
}

#[test]
fn a_tag_of_a_file_is_taken_out_only_when_asked() {
    let environment = TestEnvironment::with_team();
    let refused = environment.fails(1, ["tag", "remove", "backend", "jwt-auth"]);
    assert!(refused.contains("skills/jwt-auth/SKILL.md:6"), "{refused}");
    assert!(refused.contains("--edit-artifact"), "{refused}");
    environment.ok(["tag", "remove", "backend", "jwt-auth", "--edit-artifact"]);
    let changed = environment.git(["diff", "HEAD~1", "--numstat"]);
    assert_eq!(changed, "1\t1\tskills/jwt-auth/SKILL.md\n");
    assert!(nothing_done(
        &environment.json(["tag", "remove", "backend", "jwt-auth"])
    ));
}

#[test]
fn artifacts_are_added_from_paths() {
    let environment = TestEnvironment::with_team();
    let skill = environment.work().join("drafts/pdf-tables");
    fs::create_dir_all(skill.join("scripts")).expect("a folder");
    fs::write(
        skill.join("SKILL.md"),
        "---\nname: pdf-tables\ndescription: Reads tables.\ncategory: Data Work\n---\n",
    )
    .expect("written");
    fs::write(skill.join("scripts/read.py"), "print()\n").expect("written");
    environment.ok(["add", "drafts/pdf-tables"]);
    assert!(
        environment
            .team()
            .join("skills/pdf-tables/scripts/read.py")
            .is_file()
    );
    let shown = environment.json(["show", "pdf-tables"])["artifact"].clone();
    assert_eq!(shown["description"], "Reads tables.");
    assert_eq!(
        shown["tags"],
        json!(["data-work"]),
        "the category counts at import"
    );
    assert!(
        environment
            .fails(1, ["add", "drafts/pdf-tables"])
            .contains("exists already")
    );
    fs::write(environment.work().join("helper.md"), "# Helper\n").expect("written");
    assert!(
        environment
            .fails(1, ["add", "helper.md"])
            .contains("--type")
    );
    environment.ok(["add", "helper.md", "--type", "agent", "--name", "assistant"]);
    assert!(environment.team().join("agents/assistant.md").is_file());
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn a_renamed_artifact_keeps_its_place_in_groups_its_tags_and_ratings() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Authentication",
        "oauth-flows",
        "jwt-auth",
    ]);
    environment.ok(["tag", "add", "Favourite", "jwt-auth"]);
    environment.ok(["rate", "jwt-auth", "4", "--note", "Good"]);
    environment.ok(["rename", "jwt-auth", "token-auth"]);
    assert!(!environment.team().join("skills/jwt-auth").exists());
    let shown = environment.json(["show", "token-auth"])["artifact"].clone();
    assert_eq!(shown["path"], "skills/token-auth");
    assert_eq!(shown["rating"], 4.0);
    assert!(
        shown["tags"]
            .as_array()
            .expect("a list")
            .contains(&json!("favourite"))
    );
    assert_eq!(
        group(&environment, "Authentication")["members"],
        json!(["skill:oauth-flows", "skill:token-auth"])
    );
    assert!(
        environment
            .fails(1, ["rename", "token-auth", "oauth-flows"])
            .contains("exists already")
    );
    environment.ok(["rename", "review:security", "audit:threats"]);
    assert!(
        environment
            .team()
            .join("commands/audit/threats.md")
            .is_file()
    );
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn a_removed_artifact_takes_its_memberships_and_ratings_along() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Authentication",
        "jwt-auth",
        "oauth-flows",
    ]);
    environment.ok(["rate", "jwt-auth", "4"]);
    environment.ok(["remove", "jwt-auth"]);
    assert!(!environment.team().join("skills/jwt-auth").exists());
    assert_eq!(
        group(&environment, "Authentication")["members"],
        json!(["skill:oauth-flows"])
    );
    assert!(!environment.manifest().contains("jwt-auth"));
    let commit = environment.git(["rev-parse", "HEAD"]);
    environment.git(["revert", "--no-edit", commit.trim()]);
    assert_eq!(
        environment.json(["show", "jwt-auth"])["artifact"]["rating"],
        4.0
    );
}

#[test]
fn rows_are_edited_moved_and_rated() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "edit",
        "jwt-auth",
        "--description",
        "Ours",
        "--alias",
        "jwt",
        "--platform",
        "claude",
    ]);
    let shown = environment.json(["show", "jwt"])["artifact"].clone();
    assert_eq!(
        (&shown["description"], &shown["target_platforms"]),
        (&json!("Ours"), &json!(["claude"]))
    );
    environment.ok(["edit", "jwt", "--description", ""]);
    assert!(
        environment.json(["show", "jwt"])["artifact"]["description"]
            .as_str()
            .expect("text")
            .starts_with("Issues")
    );
    environment.ok(["move", "jwt-auth", "--to", "0"]);
    assert_eq!(ids(&environment.json(["list"]))[0], "skill:jwt-auth");
    environment.ok(["move", "jwt-auth", "--after", "agent:docs-editor"]);
    let order = ids(&environment.json(["list"]));
    let place = |id: &str| order.iter().position(|other| other == id).expect("there");
    assert_eq!(place("skill:jwt-auth"), place("agent:docs-editor") + 1);
    environment.ok(["rate", "jwt-auth", "5"]);
    environment.ok(["rate", "jwt-auth", "3"]);
    assert_eq!(
        environment.json(["show", "jwt-auth"])["artifact"]["ratings"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    environment.ok(["rate", "jwt-auth", "--withdraw"]);
    assert_eq!(
        environment.json(["show", "jwt-auth"])["artifact"]["rating"],
        Value::Null
    );
    environment.fails(2, ["rate", "jwt-auth", "6"]);
}

#[test]
fn lists_are_filtered_sorted_and_searched() {
    let environment = TestEnvironment::with_team();
    environment.ok([
        "group",
        "create",
        "Authentication",
        "jwt-auth",
        "agent:auth-reviewer",
    ]);
    assert_eq!(
        ids(&environment.json(["list", "--group", "Authentication", "--type", "agent"])),
        ["agent:auth-reviewer"]
    );
    assert_eq!(ids(&environment.json(["ls", "--ungrouped"])).len(), 28);
    let by_name = ids(&environment.json(["list", "--sort", "name"]));
    assert_eq!(by_name[0], "skill:accessibility-audit");
    environment.ok(["rate", "threat-model", "5"]);
    assert_eq!(
        ids(&environment.json(["list", "--sort", "rating"]))[0],
        "skill:threat-model"
    );
    let listed = environment.ok(["list"]);
    let (grouped, ungrouped) = listed.split_once("Ungrouped").expect("ungrouped come last");
    assert!(
        grouped.contains("jwt-auth") && !ungrouped.contains("jwt-auth"),
        "{listed}"
    );
    let found = environment.json(["search", "refresh", "tok"]);
    assert_eq!(ids(&found)[0], "skill:jwt-auth");
    assert!(
        found["artifacts"][0]["snippet"]
            .as_str()
            .expect("text")
            .contains("refresh")
    );
    assert_eq!(
        ids(&environment.json(["search", "\"zzqx (* -"])),
        Vec::<String>::new()
    );
}

#[test]
fn edits_made_by_hand_are_committed_alone() {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    fs::write(team.join("agents/docs-editor.md"), "# Changed\n").expect("written");
    fs::write(team.join("agents/new-one.md"), "# New\n").expect("written");
    fs::write(team.join("elsewhere.txt"), "mine\n").expect("written");
    assert_eq!(
        environment.json(["status"])["uncommitted"],
        json!(["agents/docs-editor.md", "agents/new-one.md"])
    );
    environment.ok(["commit", "agent:new-one", "-m", "Add a draft"]);
    assert_eq!(
        environment.git(["log", "-1", "--format=%s"]),
        "Add a draft\n"
    );
    assert_eq!(
        environment.git(["status", "--porcelain"]),
        " M agents/docs-editor.md\n?? elsewhere.txt\n"
    );
    environment.ok(["commit"]);
    assert_eq!(
        environment.git(["status", "--porcelain"]),
        "?? elsewhere.txt\n"
    );
    assert!(nothing_done(&environment.json(["commit"])));
}

#[test]
fn several_operations_are_one_commit_or_none() {
    let environment = TestEnvironment::with_team();
    let lines = environment.work().join("changes.jsonl");
    fs::write(
        &lines,
        concat!(
            "{\"operation\": \"group-create\", \"name\": \"Auth\", \"artifacts\": [\"jwt-auth\"]}\n\n",
            "{\"operation\": \"group-add\", \"group\": \"Auth\", \"artifacts\": [\"oauth-*\"]}\n",
            "{\"operation\": \"tag-create\", \"name\": \"On call\", \"color\": \"rose\"}\n",
            "{\"operation\": \"tag-add\", \"tag\": \"on-call\", \"artifacts\": [\"log-search\"]}\n",
            "{\"operation\": \"group-rename\", \"group\": \"Auth\", \"name\": \"Authentication\"}\n",
            "{\"operation\": \"rate\", \"artifact\": \"log-search\", \"stars\": 4}\n",
        ),
    )
    .expect("written");
    let answer = environment.json(["apply", "changes.jsonl"]);
    assert!(
        answer["changes"].as_array().expect("a list").len() >= 6,
        "{answer}"
    );
    assert_eq!(environment.git(["rev-list", "--count", "HEAD"]), "2\n");
    assert_eq!(
        group(&environment, "Authentication")["members"],
        json!(["skill:jwt-auth", "skill:oauth-flows"])
    );
    fs::write(&lines, "{\"operation\": \"group-create\", \"name\": \"X\"}\n{\"operation\": \"group-delete\", \"group\": \"Y\"}\n").expect("written");
    let refused = environment.fails(1, ["apply", "changes.jsonl"]);
    assert!(
        refused.contains("line 2 of the operations: there is no group \"Y\""),
        "{refused}"
    );
    assert_eq!(environment.git(["rev-list", "--count", "HEAD"]), "2\n");
    fs::write(&lines, "{\"operation\": \"group-crate\"}\n").expect("written");
    assert!(
        environment
            .fails(1, ["apply", "changes.jsonl"])
            .contains("line 1")
    );
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let environment = TestEnvironment::with_team();
    let before = environment.git(["rev-parse", "HEAD"]);
    let said = environment.run(["group", "create", "Authentication", "--dry-run", "jwt-auth"]);
    assert!(
        said.stdout.contains("group \"Authentication\": create"),
        "{said:?}"
    );
    assert!(said.stderr.contains("Nothing was changed"), "{said:?}");
    assert_eq!(environment.git(["rev-parse", "HEAD"]), before);
    assert_eq!(environment.json(["group", "list"])["groups"], json!([]));
    let said = environment.run(["--dry-run", "remove", "jwt-auth"]);
    assert_eq!(said.code, Some(0));
    assert!(environment.team().join("skills/jwt-auth").is_dir());
}

#[test]
fn identical_rows_that_stand_twice_are_merged_by_check() {
    let environment = TestEnvironment::with_team();
    let twice = format!(
        "{}\n[[artifacts]]\nname = \"jwt-auth\"\ntype = \"skill\"\n",
        environment.manifest()
    );
    fs::write(environment.team().join("collection.toml"), twice).expect("written");
    let said = environment.run(["check"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.contains("duplicate-artifact"), "{said:?}");
    assert_eq!(environment.run(["group", "create", "X"]).code, Some(1));
    environment.ok(["check", "--fix"]);
    assert_eq!(
        environment
            .manifest()
            .matches("name = \"jwt-auth\"")
            .count(),
        1
    );
    environment.ok(["group", "create", "X"]);
}

#[test]
fn the_database_is_looked_after() {
    let environment = TestEnvironment::with_team();
    let path = environment.ok(["cache", "path"]);
    let file = Path::new(path.trim());
    environment.ok(["cache", "clear"]);
    assert!(!file.exists());
    assert_eq!(
        environment.ok(["cache", "path"]),
        path,
        "printed also when it is absent"
    );
    assert_eq!(environment.json(["cache", "rebuild"])["files_read"], 30);
    assert!(file.is_file());
    fs::write(
        environment.team().join("agents/docs-editor.md"),
        "# Other\n",
    )
    .expect("written");
    assert_eq!(environment.json(["cache", "refresh"])["files_read"], 1);
}

#[test]
fn git_runs_in_the_collection_and_its_exit_code_is_ours() {
    let environment = TestEnvironment::with_team();
    let top = environment.ok(["git", "--", "rev-parse", "--show-toplevel"]);
    assert_eq!(Path::new(top.trim()), environment.team());
    assert_eq!(
        environment
            .run(["git", "--", "rev-parse", "--verify", "-q", "nowhere"])
            .code,
        Some(1)
    );
}

#[test]
fn completions_know_live_names() {
    let environment = TestEnvironment::with_team();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            environment.ok(["completions", shell]).contains("skillmeat"),
            "{shell}"
        );
    }
    let mut command =
        environment.skillmeat_in(&environment.work(), ["--", "skillmeat", "show", "jwt"]);
    command.env("COMPLETE", "fish").stdin(Stdio::null());
    let listed = said(command);
    assert!(
        listed.stdout.is_empty() || listed.stdout.contains("jwt"),
        "{listed:?}"
    );
    let mut command = environment.skillmeat_in(
        &environment.work(),
        ["--", "skillmeat", "show", "skill:jwt"],
    );
    command.env("COMPLETE", "fish");
    let listed = said(command);
    assert!(listed.stdout.contains("skill:jwt-auth"), "{listed:?}");
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let environment = TestEnvironment::new();
    assert!(environment.ok(["man"]).contains(".TH skillmeat"));
    environment.ok(["man", "--dir", "pages"]);
    let pages = environment.work().join("pages");
    for page in [
        "skillmeat.1",
        "skillmeat-list.1",
        "skillmeat-group-create.1",
        "skillmeat-tag-remove.1",
    ] {
        assert!(pages.join(page).is_file(), "{page}");
    }
}

#[test]
fn help_has_two_examples_for_every_command() {
    let environment = TestEnvironment::new();
    let help = environment.ok(["--help"]);
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .expect("commands")
        .split("\n\n")
        .next()
        .expect("a list");
    let names: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() >= 22, "{names:?}");
    for name in names {
        let help = environment.ok([name, "--help"]);
        let examples = help
            .lines()
            .filter(|line| line.trim_start().contains("skillmeat ") && line.starts_with("  "))
            .count();
        assert!(examples >= 2, "{name}: {help}");
    }
}

#[test]
fn doctor_sees_what_is_wrong() {
    let environment = TestEnvironment::with_team();
    assert_eq!(environment.run(["doctor"]).code, Some(0));
    environment.git(["checkout", "-q", "--detach"]);
    let said = environment.run(["doctor"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stdout.contains("HEAD is detached"), "{said:?}");
}
