//! `share` and `clone`: how a collection comes to be a team's.

use std::fs;

use serde_json::{Value, json};

use crate::common::team::{At, Team};
use crate::common::test_environment::{Said, said};

/// Jo clones from the shared repository, or from elsewhere, with these words after the address.
fn clone(team: &Team, address: &str, rest: &[&str]) -> Said {
    let mut command = team.command(env!("CARGO_BIN_EXE_skillmeat"), "jo");
    command.arg("clone").arg(address).args(rest);
    said(command)
}

#[test]
fn a_collection_is_shared_and_cloned() {
    let team = Team::of_mia(At::Top);
    let remote = team.remote().display().to_string();
    let told = team.ends(0, "mia", &format!("share {remote}"));
    assert_eq!(told.stdout, format!("Shared main at {remote}.\n"));
    assert!(
        told.stderr.contains(&format!("`skillmeat clone {remote}`")),
        "{told:?}"
    );
    assert_eq!(
        fs::read_to_string(team.folder("mia").join(".gitattributes")).expect("read"),
        "collection.toml merge=skillmeat diff=skillmeat\n"
    );
    assert_eq!(
        team.git("mia", "rev-parse main@{upstream}"),
        team.git("mia", "rev-parse HEAD")
    );
    assert_eq!(team.git("mia", "status --porcelain"), "");
    let told = clone(&team, &remote, &["team"]);
    let folder = team
        .environment
        .root()
        .join("jo/.skillmeat/collections/team");
    assert_eq!(
        (told.code, told.stdout),
        (
            Some(0),
            format!(
                "Cloned team (4 artifacts in 3 groups) to {}.\n",
                folder.display()
            )
        )
    );
    // It is the active one, and the driver is there.
    let mut command = team.command(env!("CARGO_BIN_EXE_skillmeat"), "jo");
    command.args(["status", "--json"]);
    let status: Value = serde_json::from_str(&said(command).stdout).expect("JSON");
    assert_eq!(status["collection"], "team");
    assert_eq!(status["driver"], "installed");
    assert_eq!(status["ahead"], 0);
}

#[test]
fn what_is_printed_for_scripts() {
    let team = Team::of_mia(At::Top);
    let remote = team.remote().display().to_string();
    let shared = team.json("mia", &format!("share {remote}"));
    assert_eq!(
        shared,
        json!({"schema": 1, "branch": "main", "remote": remote, "pushed": 2})
    );
    let told = clone(&team, &remote, &["team", "--json"]);
    let cloned: Value = serde_json::from_str(&told.stdout).expect("JSON");
    let folder = team
        .environment
        .root()
        .join("jo/.skillmeat/collections/team");
    assert_eq!(
        cloned,
        json!({"schema": 1, "collection": "team", "path": folder.display().to_string(), "artifacts": 4, "groups": 3})
    );
}

#[test]
fn sharing_twice_is_sharing_once() {
    let team = Team::of_mia(At::Top);
    let share = format!("share {}", team.remote().display());
    team.ok("mia", &share);
    let head = team.git("mia", "rev-parse HEAD");
    team.ok("mia", &share);
    assert_eq!(team.git("mia", "rev-parse HEAD"), head);
    assert_eq!(team.json("mia", &share)["pushed"], 0);
    team.ok("mia", "group create Payments");
    assert_eq!(team.json("mia", &share)["pushed"], 1);
}

#[test]
fn sharing_elsewhere_is_refused() {
    let team = Team::new();
    let other = team.environment.root().join("other.git");
    team.git("mia", &format!("init --quiet --bare {}", other.display()));
    let told = team.ends(5, "mia", &format!("share {}", other.display()));
    assert!(
        told.stderr.contains(&team.remote().display().to_string()),
        "{told:?}"
    );
    assert!(told.stderr.contains("`skillmeat sync`"), "{told:?}");
    assert!(
        told.stderr.contains("`git remote set-url origin URL`"),
        "{told:?}"
    );
    team.git("mia", &format!("remote set-url origin {}", other.display()));
    team.ok("mia", &format!("share {}", other.display()));
}

#[test]
fn an_address_that_does_not_answer_can_be_put_right() {
    let team = Team::of_mia(At::Top);
    let told = team.ends(4, "mia", "share /nowhere/team.git");
    assert!(told.stderr.contains("/nowhere/team.git"), "{told:?}");
    assert_eq!(team.git("mia", "remote"), "");
    team.ok("mia", &format!("share {}", team.remote().display()));
}

#[test]
fn sharing_into_a_repository_that_holds_something() {
    let team = Team::of_mia(At::Top);
    let other = team.environment.work().join("other");
    fs::create_dir(&other).expect("made");
    team.environment.git_in(&other, ["init", "--quiet"]);
    team.environment.git_in(
        &other,
        ["commit", "--quiet", "--allow-empty", "-m", "README"],
    );
    let remote = team.remote().display().to_string();
    team.environment
        .git_in(&other, ["push", "--quiet", &remote, "main"]);
    let theirs = team.git("mia", &format!("ls-remote {remote}"));
    let told = team.ends(4, "mia", &format!("share {remote}"));
    assert!(told.stderr.contains("has commits"), "{told:?}");
    assert!(told.stderr.contains("empty"), "{told:?}");
    assert_eq!(team.git("mia", &format!("ls-remote {remote}")), theirs);
    // Another address can be taken at once.
    let empty = team.environment.root().join("empty.git");
    team.git("mia", &format!("init --quiet --bare {}", empty.display()));
    team.ok("mia", &format!("share {}", empty.display()));
}

#[test]
fn what_cannot_be_cloned_leaves_nothing_behind() {
    let team = Team::of_mia(At::Top);
    let home = team.environment.root().join("jo");
    let collections = home.join(".skillmeat/collections");
    let told = clone(&team, "/nowhere/team.git", &[]);
    assert_eq!(told.code, Some(4), "{told:?}");
    assert!(told.stderr.contains("/nowhere/team.git"), "{told:?}");
    // An empty repository, and one without a manifest.
    let empty = team.remote().display().to_string();
    let told = clone(&team, &empty, &[]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("no collection.toml"), "{told:?}");
    let other = team.environment.work().join("other");
    team.environment.repository(&other, "");
    team.environment
        .git_in(&other, ["rm", "--quiet", "collection.toml"]);
    team.environment
        .git_in(&other, ["commit", "--quiet", "-m", "none"]);
    let told = clone(&team, &other.display().to_string(), &[]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.stderr.contains("no collection.toml at its top"),
        "{told:?}"
    );
    assert!(told.stderr.contains("hint: "), "{told:?}");
    let left = fs::read_dir(&collections).map_or(0, Iterator::count);
    assert_eq!(left, 0);
    assert!(!home.join(".skillmeat/config.toml").exists());
}

#[test]
fn a_name_that_is_taken_and_a_name_of_ones_own() {
    let team = Team::new();
    let remote = team.remote().display().to_string();
    assert_eq!(clone(&team, &remote, &[]).code, Some(0));
    let folder = team
        .environment
        .root()
        .join("jo/.skillmeat/collections/remote");
    assert!(folder.join("collection.toml").exists());
    let told = clone(&team, &remote, &[]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.stderr.contains("\"remote\" exists already"),
        "{told:?}"
    );
    assert!(
        told.stderr.contains("`skillmeat collection use remote`"),
        "{told:?}"
    );
    assert_eq!(clone(&team, &remote, &["mine"]).code, Some(0));
    for name in ["../up", "a/b", "-x", ""] {
        let told = clone(&team, &remote, &["--", name]);
        assert!(matches!(told.code, Some(1 | 2)), "{name:?}: {told:?}");
    }
    // A folder that holds something else is not touched.
    let full = team.environment.work().join("full");
    team.environment.write(&full.join("thesis.txt"), "mine\n");
    let told = clone(
        &team,
        &remote,
        &["full", "--path", &full.display().to_string()],
    );
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.stderr.contains(&full.display().to_string()),
        "{told:?}"
    );
    assert_eq!(fs::read_dir(&full).expect("there").count(), 1);
}

#[test]
fn an_address_may_be_relative_or_begin_with_a_dash() {
    let team = Team::new();
    let mut command = team.command(env!("CARGO_BIN_EXE_skillmeat"), "jo");
    command
        .current_dir(team.environment.root())
        .args(["clone", "remote.git", "one"]);
    let told = said(command);
    assert_eq!(told.code, Some(0), "{told:?}");
    let one = team
        .environment
        .root()
        .join("jo/.skillmeat/collections/one");
    assert_eq!(team.environment.run_in(&one, ["sync"]).code, Some(0));
    let told = clone(&team, "--upload-pack=touch owned", &["x"]);
    assert_eq!(told.code, Some(2), "{told:?}");
    let mut command = team.command(env!("CARGO_BIN_EXE_skillmeat"), "jo");
    command.args(["clone", "--", "--upload-pack=touch owned", "x"]);
    let told = said(command);
    assert_eq!(told.code, Some(4), "{told:?}");
    let told = clone(&team, "ext::sh -c touch% owned", &["y"]);
    assert_eq!(told.code, Some(4), "{told:?}");
    assert!(!team.folder("jo").join("owned").exists());
}

#[test]
fn nothing_that_comes_with_a_clone_is_run_or_followed() {
    let team = Team::new();
    let secret = team.environment.root().join("secret");
    team.environment.write(
        &secret,
        "[tool.skillmeat]\nname = \"secret\"\n[[groups]]\nname = \"Leaked\"\n",
    );
    let folder = team.folder("mia");
    team.environment
        .script(&folder.join("hooks/post-checkout"), "touch \"$HOME/owned\"");
    fs::remove_file(folder.join("collection.toml")).expect("removed");
    std::os::unix::fs::symlink(&secret, folder.join("collection.toml")).expect("a link");
    team.git("mia", "add --all");
    team.git("mia", "commit --quiet -m link");
    team.git("mia", "push --quiet");
    let told = clone(&team, &team.remote().display().to_string(), &["linked"]);
    assert!(!team.environment.root().join("jo/owned").exists());
    assert!(!told.stdout.contains("in 1 group"), "{told:?}");
    assert!(matches!(told.code, Some(1 | 5)), "{told:?}");
}

#[test]
fn attributes_that_are_there_are_kept() {
    let team = Team::of_mia(At::Top);
    let path = team.folder("mia").join(".gitattributes");
    team.environment.write(&path, "*.png binary");
    team.git("mia", "add .gitattributes");
    team.git("mia", "commit --quiet -m attributes");
    team.ok("mia", &format!("share {}", team.remote().display()));
    assert_eq!(
        fs::read_to_string(&path).expect("read"),
        "*.png binary\ncollection.toml merge=skillmeat diff=skillmeat\n"
    );
}

#[test]
fn before_there_is_a_commit_or_a_branch() {
    let team = Team::of_mia(At::Top);
    let remote = team.remote().display().to_string();
    team.git("mia", "update-ref -d HEAD");
    team.ok("mia", &format!("share {remote}"));
    team.join("jo");
    assert_eq!(team.groups("jo"), ["Auth", "Data", "Docs"]);
    team.git("jo", "checkout --quiet --detach");
    for line in ["sync", "push", "pull"] {
        let told = team.ends(5, "jo", line);
        assert!(told.stderr.contains("HEAD is detached"), "{line}: {told:?}");
    }
}
