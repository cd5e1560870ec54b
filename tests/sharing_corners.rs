//! Sharing in places and by people that are out of the ordinary.

use std::fs;

use serde_json::json;

use crate::common::team::{At, Team};
use crate::common::test_environment::said;

#[test]
fn a_checkout_of_continuous_integration_is_checked_as_it_is() {
    let team = Team::new();
    team.ok("mia", "group create Payments");
    team.ok("mia", "sync");
    let folder = team.folder("ci");
    fs::create_dir_all(folder.parent().expect("a folder")).expect("made");
    let remote = team.remote().display().to_string();
    team.git(
        "mia",
        &format!(
            "clone --quiet --depth 1 file://{remote} {}",
            folder.display()
        ),
    );
    team.git("ci", "checkout --quiet --detach");
    team.ok("ci", "-c ./ check");
    team.by_hand("ci", "name = \"Docs\"", "name = \"Data\"");
    let told = team.ends(1, "ci", "-c ./ check");
    assert!(told.stdout.contains("two groups are named"), "{told:?}");
}

#[test]
fn a_linked_work_tree_is_shared_like_any_other() {
    let team = Team::new();
    let side = team.environment.root().join("side/team");
    fs::create_dir_all(side.parent().expect("a folder")).expect("made");
    team.git(
        "jo",
        &format!(
            "worktree add --quiet -b side {} origin/main",
            side.display()
        ),
    );
    team.git("jo", "branch --quiet --set-upstream-to origin/main side");
    team.ok("mia", "group rename Auth Sign-in");
    team.ok("mia", "sync");
    team.ok("side", "group add Auth cache");
    team.ok("side", "sync");
    team.ok("mia", "sync");
    team.ok("jo", "sync");
    team.agree(&["mia", "side", "jo"]);
    assert_eq!(
        team.group("jo", "Sign-in")["members"],
        json!(["skill:jwt-auth", "agent:reviewer", "skill:cache"])
    );
}

#[test]
fn somebody_without_a_name_can_share_and_resolve() {
    let team = Team::new();
    team.diverge(
        &["group edit Auth --color #111111"],
        &["group edit Auth --color #222222"],
    );
    for (line, code) in [
        ("sync", 3),
        ("resolve --all --ours --commit", 0),
        ("sync", 0),
    ] {
        let mut command = team.skillmeat("jo", line);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env_remove(format!("GIT_{role}_NAME"));
            command.env_remove(format!("GIT_{role}_EMAIL"));
        }
        command.env_remove("EMAIL");
        team.git("jo", "config user.useConfigOnly true");
        let told = said(command);
        assert_eq!(told.code, Some(code), "{line}: {told:?}");
    }
}

#[test]
fn conflicts_in_a_collection_below_a_repository() {
    let team = Team::of_mia(At::Below);
    let remote = team.remote().display().to_string();
    team.ok("mia", &format!("share {remote}"));
    team.git(
        "mia",
        &format!("clone --quiet {remote} {}", team.top("jo").display()),
    );
    for (person, letter) in [("mia", "b"), ("jo", "c")] {
        team.by_hand(person, "v1.0.0", &format!("v{letter}"));
        let file = team.folder(person).join("skills/jwt-auth/SKILL.md");
        team.environment
            .write(&file, format!("---\nname: jwt-auth\n---\n{letter}\n"));
        team.ok(person, "commit -m version");
    }
    team.diverge(
        &["group edit Auth --color #111111", "group create Payments"],
        &["group edit Auth --color #222222"],
    );
    let told = team.ends(3, "jo", "sync");
    assert!(
        told.stdout
            .contains("lib/skills/skills/jwt-auth/SKILL.md is in conflict"),
        "{told:?}"
    );
    team.ok("jo", "resolve artifact:skill:jwt-auth --theirs");
    team.ok("jo", "resolve --all --ours --commit");
    let file = team.folder("jo").join("skills/jwt-auth/SKILL.md");
    assert!(fs::read_to_string(file).expect("read").ends_with("b\n"));
    assert_eq!(team.group("jo", "Auth")["color"], "#222222");
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
    // Where one side deleted it, the hint works from here.
    team.git("mia", "rm --quiet collection.toml");
    team.git("mia", "commit --quiet -m gone");
    team.git("mia", "push --quiet");
    team.ok("jo", "group create Search");
    team.ends(3, "jo", "sync");
    let told = team.ends(5, "jo", "resolve --commit");
    let hint = told.stderr.split("hint: ").nth(1).expect("a hint");
    let add = hint.split('`').nth(1).expect("a command");
    team.types("jo", &format!("{add} && git commit --quiet --no-edit"));
    team.ok("jo", "sync");
}

#[test]
fn names_that_would_paint_the_terminal_are_shown_harmlessly() {
    let team = Team::new();
    let row = "[[groups]]\nname = \"\\u001b[31mred\\u0007\"\ncolor = \"#111111\"\n\n";
    let first = "# Who may come in.\n";
    team.by_hand("mia", first, &format!("{row}{first}"));
    let mut command = team.command("git", "mia");
    command
        .args(["commit", "--quiet", "-am", "bell \u{7} and \u{1b}[2J"])
        .env("GIT_AUTHOR_NAME", "Ev\u{1b}[31mil");
    assert_eq!(said(command).code, Some(0));
    team.git("mia", "push --quiet");
    let other = row.replace("#111111", "#222222");
    team.by_hand_committed("jo", first, &format!("{other}{first}"));
    let told = [team.ends(3, "jo", "sync"), team.ends(0, "jo", "conflicts")];
    for told in told {
        let text = format!("{}{}", told.stdout, told.stderr);
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
    let told = team.ok("jo", "resolve --all --ours --commit");
    assert!(!told.contains(['\u{1b}', '\u{7}']), "{told:?}");
}

#[test]
fn an_address_is_noted_as_git_would() {
    let team = Team::of_mia(At::Top);
    team.ok("mia", "share ../../remote.git");
    assert_eq!(
        team.git("mia", "remote get-url origin").trim(),
        team.remote().display().to_string()
    );
}

#[test]
fn commits_are_counted_as_git_counts_them() {
    let team = Team::new();
    // One moment for all of them, and sides of different length.
    for number in 0..7 {
        team.ok("mia", &format!("group create M{number}"));
    }
    team.ok("mia", "sync");
    team.ok("jo", "group create J");
    let count = |line: &str| {
        let status = team.json("jo", "status");
        let counts = team.git("jo", "rev-list --left-right --count HEAD...origin/main");
        let ours = format!("{}\t{}\n", status["ahead"], status["behind"]);
        assert_eq!(ours, counts, "{line}");
    };
    team.git("jo", "fetch --quiet");
    count("before");
    team.ok("jo", "pull");
    count("after a pull");
    assert!(team.ok("jo", "push").contains("Sent 2 commits"));
    count("after a push");
}

#[test]
fn who_goes_to_another_branch_meanwhile_gets_nothing_merged_there() {
    let team = Team::new();
    team.diverge(&["group create Payments"], &["group create Search"]);
    let script = team.environment.root().join("upload-pack");
    team.environment.script(
        &script,
        &format!(
            "unset $(git rev-parse --local-env-vars); git -C '{}' switch --quiet -c elsewhere; \
             exec git-upload-pack \"$@\"",
            team.folder("jo").display()
        ),
    );
    team.git(
        "jo",
        &format!("config remote.origin.uploadpack {}", script.display()),
    );
    let main = team.git("jo", "rev-parse main");
    let told = team.ends(5, "jo", "sync");
    assert!(
        told.stderr.contains("HEAD left the branch main meanwhile"),
        "{told:?}"
    );
    assert_eq!(team.git("jo", "rev-parse elsewhere"), main);
    assert_eq!(team.git("jo", "rev-parse main"), main);
    team.git("jo", "config --unset remote.origin.uploadpack");
    team.git("jo", "switch --quiet main");
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}
