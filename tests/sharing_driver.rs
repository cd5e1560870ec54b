//! The merge driver as git finds it: another program of its name, none at all, an older one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::team::Team;
use crate::common::test_environment::said;

/// A copy of the program, and Jo's driver that names it.
fn copied(team: &Team, name: &str) -> PathBuf {
    let copy = team.environment.root().join(name);
    fs::create_dir_all(copy.parent().expect("a folder")).expect("made");
    if fs::hard_link(env!("CARGO_BIN_EXE_skillmeat"), &copy).is_err() {
        fs::copy(env!("CARGO_BIN_EXE_skillmeat"), &copy).expect("copied");
    }
    // The copy registers itself.
    team.git("jo", "config --unset merge.skillmeat.driver");
    let mut command = team.command(&copy.display().to_string(), "jo");
    command.args(["sync"]);
    let told = said(command);
    assert_eq!(told.code, Some(0), "{told:?}");
    let driver = team.git("jo", "config merge.skillmeat.driver");
    let written = copy
        .display()
        .to_string()
        .replace('\'', r"'\''")
        .replace('%', "%%");
    assert!(driver.contains(&written), "{driver}");
    copy
}

fn clash(team: &Team) {
    team.diverge(
        &["group edit Auth --color #111111", "group create Payments"],
        &["group edit Auth --color #222222", "group create Search"],
    );
}

/// Both sides stand in the file, with markers, and are there after a commit of everything.
fn nothing_is_lost(team: &Team) {
    let text = team.manifest("jo");
    assert!(
        text.contains("<<<<<<< ") && text.contains("=======\n") && text.contains(">>>>>>> "),
        "{text}"
    );
    for part in ["#111111", "#222222", "\"Payments\"", "\"Search\""] {
        assert!(text.contains(part), "{part}: {text}");
    }
    team.git("jo", "commit --quiet -am all");
    let committed = team.git("jo", "show HEAD:collection.toml");
    assert_eq!(committed, text);
    team.ends(1, "jo", "check");
}

#[test]
fn a_driver_whose_program_is_gone_merges_by_lines_with_markers() {
    let team = Team::new();
    let copy = copied(&team, "a place/it's 100% mine/skillmeat");
    clash(&team);
    fs::remove_file(&copy).expect("removed");
    // The registration is renewed by any command of ours, so that nothing but git may run here.
    let told = team.git_fails("jo", "merge --no-edit origin/main");
    assert_eq!(told.code, Some(1), "{told:?}");
    nothing_is_lost(&team);
}

#[test]
fn a_driver_with_an_odd_path_runs() {
    let team = Team::new();
    copied(&team, "a place/it's 100% mine/skill$meat");
    team.diverge(&["group rename Auth Sign-in"], &["group add Auth cache"]);
    team.merges();
    assert_eq!(
        team.group("jo", "Sign-in")["members"]
            .as_array()
            .expect("a list")
            .len(),
        3
    );
}

#[test]
fn a_path_that_is_stale_is_renewed_by_the_next_command() {
    let team = Team::new();
    let copy = copied(&team, "old/skillmeat");
    fs::remove_file(&copy).expect("removed");
    team.ok("jo", "list");
    let driver = team.git("jo", "config merge.skillmeat.driver");
    assert!(driver.contains(env!("CARGO_BIN_EXE_skillmeat")), "{driver}");
    // A command that somebody wrote is left alone.
    team.git("jo", "config merge.skillmeat.driver 'mine %O %A %B'");
    team.ok("jo", "list");
    assert_eq!(
        team.git("jo", "config merge.skillmeat.driver"),
        "mine %O %A %B\n"
    );
}

#[test]
fn another_program_of_the_name_is_not_run() {
    let team = Team::new();
    let other = team.environment.root().join("bin");
    let ran = team.environment.root().join("ran");
    team.environment.script(
        &other.join("skillmeat"),
        &format!("touch '{}'; exit 0", ran.display()),
    );
    clash(&team);
    let path = format!(
        "{}:{}",
        other.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut command = team.command("git", "jo");
    command
        .args(["merge", "--no-edit", "origin/main"])
        .env("PATH", path);
    let told = said(command);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(!ran.exists());
    assert_eq!(team.open("jo"), ["group:Auth color field"]);
    nothing_is_lost(&team);
}

#[test]
fn a_driver_that_fails_stops_the_merge_and_changes_nothing() {
    let team = Team::new();
    clash(&team);
    let copy = team.environment.root().join("broken/skillmeat");
    team.environment.script(&copy, "exit 134");
    let driver = team.git("jo", "config merge.skillmeat.driver");
    let driver = driver
        .trim()
        .replace(env!("CARGO_BIN_EXE_skillmeat"), &copy.display().to_string());
    let mut command = team.command("git", "jo");
    command.args(["config", "merge.skillmeat.driver", &driver]);
    assert_eq!(said(command).code, Some(0));
    let text = team.manifest("jo");
    team.git_fails("jo", "merge --no-edit origin/main");
    assert_eq!(team.manifest("jo"), text);
    assert_eq!(team.git("jo", "status --porcelain"), "");
}

#[test]
fn git_says_which_row_a_hunk_is_in() {
    let team = Team::new();
    team.ok("jo", "group add Auth cache notes");
    team.ok("jo", "group remove Auth notes");
    let shown = team.git("jo", "log -1 -p -- collection.toml");
    assert!(
        shown
            .lines()
            .any(|line| line.starts_with("@@ ") && line.ends_with("name = \"Auth\"")),
        "{shown}"
    );
}

#[test]
fn a_plain_clone_is_set_up_by_its_first_sync() {
    let team = Team::new();
    let folder = team.folder("ada");
    fs::create_dir_all(folder.parent().expect("a folder")).expect("made");
    team.git(
        "jo",
        &format!(
            "clone --quiet {} {}",
            team.remote().display(),
            folder.display()
        ),
    );
    team.ok("ada", "list");
    assert_eq!(
        team.git_run("ada", "config merge.skillmeat.driver").code,
        Some(1),
        "reading sets up nothing"
    );
    team.ok("ada", "group add Auth cache");
    team.ok("mia", "group rename Auth Sign-in");
    team.ok("mia", "sync");
    team.ok("ada", "sync");
    assert_eq!(
        team.group("ada", "Sign-in")["members"]
            .as_array()
            .expect("a list")
            .len(),
        3
    );
}

#[test]
fn a_collection_below_a_repository_is_merged_by_its_tables() {
    let environment = crate::common::test_environment::TestEnvironment::new();
    let top = environment.work().join("a repo");
    environment.repository(&top, crate::common::team::MANIFEST);
    let below = top.join("li b/skills");
    fs::create_dir_all(&below).expect("made");
    environment.git_in(
        &top,
        ["mv", "collection.toml", "li b/skills/collection.toml"],
    );
    environment.git_in(&top, ["commit", "--quiet", "-m", "below"]);
    let remote = environment.root().join("remote.git");
    environment.git_in(
        &top,
        ["init", "--quiet", "--bare", &remote.display().to_string()],
    );
    // `collection.toml` at the top was another's: sharing is refused for it, and git is asked to.
    environment.git_in(
        &top,
        ["remote", "add", "origin", &remote.display().to_string()],
    );
    environment.git_in(
        &top,
        ["push", "--quiet", "--set-upstream", "origin", "main"],
    );
    environment.ok_in(&below, ["sync"]);
    environment.git_in(&top, ["switch", "--quiet", "-c", "other"]);
    environment.ok_in(&below, ["group", "rename", "Auth", "Sign-in"]);
    environment.git_in(&top, ["switch", "--quiet", "main"]);
    environment.ok_in(&below, ["group", "edit", "Auth", "--color", "#222222"]);
    environment.git_in(&top, ["merge", "--quiet", "--no-edit", "other"]);
    let text = fs::read_to_string(below.join("collection.toml")).expect("read");
    assert!(
        text.contains("\"Sign-in\"") && text.contains("#222222"),
        "{text}"
    );
    assert!(Path::new(&below).is_dir());
}
