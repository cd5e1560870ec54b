//! Collections of a machine: making, registering, naming and forgetting them.

use std::fs;

use crate::common::test_environment::{TestEnvironment, fixtures, said};

const MANIFEST: &str =
    "[tool.skillmeat]\nname = \"theirs\"\n\n[[groups]]\nname = \"There\"\nmembers = []\n";

fn active(environment: &TestEnvironment) -> Option<String> {
    environment.json(["collection", "list"])["collections"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|collection| collection["active"] == true)
        .map(|collection| collection["name"].as_str().expect("text").to_owned())
}

#[test]
fn init_registers_what_is_there_and_leaves_it_alone() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("theirs");
    environment.repository(&folder, MANIFEST);
    environment.write(
        &folder.join("collection.toml"),
        format!("{MANIFEST}# by hand\n"),
    );
    environment.write(&folder.join("staged"), "staged\n");
    environment.git_in(&folder, ["add", "staged"]);
    let before = environment.git_in(&folder, ["status", "--porcelain=v2"]);
    let head = environment.git_in(&folder, ["rev-parse", "HEAD"]);
    for _ in 0..2 {
        environment.ok(["init", "--path", "theirs"]);
        assert_eq!(
            environment.git_in(&folder, ["status", "--porcelain=v2"]),
            before
        );
        assert_eq!(environment.git_in(&folder, ["rev-parse", "HEAD"]), head);
        assert_eq!(active(&environment).as_deref(), Some("theirs"));
    }
    assert!(environment.ok(["group", "list"]).contains("There"));
    // In a state in which nothing could be changed it is registered all the same.
    environment.git_in(&folder, ["checkout", "--quiet", "--detach"]);
    environment.write(&folder.join("collection.toml"), "[[broken");
    environment.ok(["init", "other", "--path", "theirs"]);
}

#[test]
fn init_in_a_folder_without_a_repository_keeps_the_manifest_to_the_byte() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("plain");
    environment.write(&folder.join("collection.toml"), MANIFEST);
    environment.write(&folder.join("skills/a/SKILL.md"), "---\nname: a\n---\n");
    environment.write(&folder.join("secret.env"), "secret\n");
    environment.ok_in(&folder, ["init"]);
    assert_eq!(
        environment.git_in(&folder, ["show", "HEAD:collection.toml"]),
        MANIFEST
    );
    assert!(!environment.git_in(&folder, ["ls-files"]).contains("secret"));
    assert!(environment.ok_in(&folder, ["list"]).contains("skill"));
}

#[test]
fn init_twice_and_with_imports() {
    let environment = TestEnvironment::new();
    let library = fixtures().join("team-library").display().to_string();
    environment.ok(["init", "team", "--import", &library]);
    let head = environment.git(["rev-parse", "HEAD"]);
    assert_eq!(environment.git(["rev-list", "--count", "HEAD"]), "1\n");
    environment.ok(["init", "team"]);
    let again = environment.json(["init", "team", "--import", &library]);
    assert_eq!(again["commit"], serde_json::Value::Null);
    assert_eq!(again["imported"], 0);
    assert_eq!(environment.git(["rev-parse", "HEAD"]), head);
    // An import into one that is there brings what is new, as one commit.
    let more = environment.work().join("more/.claude/skills/extra");
    environment.write(
        &more.join("SKILL.md"),
        "---\nname: extra\ndescription: More\n---\n",
    );
    let more = environment.json(["init", "team", "--import", "more", "--import", &library]);
    assert_eq!(more["imported"], 1);
    assert_eq!(environment.git(["rev-parse", "HEAD~1"]), head);
    assert!(environment.ok(["list"]).contains("extra"));
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    environment.fails(1, ["init", "fresh", "--import", "no such folder"]);
    assert!(
        !environment
            .root()
            .join("home/.skillmeat/collections/fresh")
            .exists()
    );
}

#[test]
fn a_manifest_that_was_deleted_by_hand_is_not_made_anew() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth"]);
    fs::remove_file(environment.team().join("collection.toml")).expect("removed");
    environment.run(["init", "team"]);
    assert_eq!(
        environment.git(["status", "--porcelain"]),
        " D collection.toml\n"
    );
    assert!(environment.ok(["group", "list"]).contains("Auth"));
    let told = environment.fails(5, ["group", "create", "Later"]);
    let line = told.split('`').nth(1).expect("a command");
    let mut command = environment.command("sh", &environment.work());
    command.args(["-c", line]);
    assert_eq!(said(command).code, Some(0), "{told}");
    environment.ok(["group", "create", "Later"]);
}

#[test]
fn the_collection_is_the_one_that_is_named_else_around_else_active() {
    let environment = TestEnvironment::with_team();
    for name in ["named", "around"] {
        let folder = environment.work().join(name);
        environment.repository(&folder, MANIFEST.replace("There", &format!("Of {name}")));
    }
    environment.ok(["init", "named", "--path", "named"]);
    environment.ok(["collection", "use", "team"]);
    environment.ok(["group", "create", "Of team"]);
    let around = environment.work().join("around/deep/er");
    fs::create_dir_all(&around).expect("folders");
    let groups = |arguments: &[&str], variable: Option<&str>, deep: bool| {
        let folder = if deep {
            around.clone()
        } else {
            environment.work()
        };
        let mut command =
            environment.skillmeat_in(&folder, [&["group", "list"], arguments].concat());
        command.envs(variable.map(|value| ("SKILLMEAT_COLLECTION", value)));
        let told = said(command);
        assert_eq!(told.code, Some(0), "{told:?}");
        told.stdout
    };
    assert!(groups(&[], None, false).contains("Of team"));
    assert!(groups(&[], None, true).contains("Of around"));
    assert!(groups(&[], Some("named"), true).contains("Of named"));
    assert!(groups(&["-c", "team"], Some("named"), true).contains("Of team"));
    assert!(groups(&["-c", "../../../named"], None, true).contains("Of named"));
    assert!(groups(&["-c", "./around"], None, false).contains("Of around"));
    assert!(groups(&["-c", "around/"], None, false).contains("Of around"));
    assert!(groups(&["-c", "around/deep/er/../.."], None, false).contains("Of around"));
    assert!(groups(&[], Some("./named"), false).contains("Of named"));
    let path = environment.ok(["collection", "path", "named"]);
    assert_eq!(
        path.trim(),
        environment.work().join("named").display().to_string()
    );
    let here = environment.ok_in(&around, ["collection", "path"]);
    assert_eq!(
        here.trim(),
        environment.work().join("around").display().to_string()
    );
    environment.fails(1, ["-c", "nowhere", "list"]);
    environment.fails(1, ["-c", "./nowhere", "list"]);
}

#[test]
fn forgetting_leaves_the_folder_and_other_settings_alone() {
    let environment = TestEnvironment::new();
    let config = environment.root().join("home/.skillmeat/config.toml");
    environment.write(
        &config,
        "# mine\n[settings]\ngithub-token = \"x\" # kept\n\n[analytics]\nenabled = false\n",
    );
    let folder = environment.work().join("theirs");
    environment.repository(&folder, MANIFEST);
    environment.ok(["init", "--path", "theirs"]);
    environment.ok(["collection", "forget", "theirs"]);
    assert_eq!(active(&environment), None);
    assert!(folder.join("collection.toml").exists());
    let text = fs::read_to_string(&config).expect("a configuration");
    assert!(
        text.contains("# mine")
            && text.contains("github-token = \"x\" # kept")
            && text.contains("enabled = false")
    );
    environment.fails(1, ["collection", "use", "theirs"]);
    environment.fails(1, ["collection", "forget", "theirs"]);
    let told = environment.run(["list"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("skillmeat init"), "{told:?}");
    // Registered, and then gone from the disk.
    environment.ok(["init", "--path", "theirs"]);
    fs::remove_dir_all(&folder).expect("removed");
    let told = environment.run(["list"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    environment.ok(["collection", "forget", "theirs"]);
    assert!(
        !fs::read_to_string(&config)
            .expect("a configuration")
            .contains("theirs")
    );
}
