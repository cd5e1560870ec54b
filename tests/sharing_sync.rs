//! `sync`, `pull` and `push`: with others at the same time, and with remotes that are not as one would like.

use std::fs;
use std::thread;

use serde_json::json;

use crate::common::team::{At, Team, words};
use crate::common::test_environment::said;

#[test]
fn what_came_in_is_told_by_person_and_row() {
    let team = Team::new();
    team.diverge(
        &[
            "group create 'Data Layer'",
            "group add 'Data Layer' cache notes",
            "group remove Auth reviewer",
            "tag create Fast",
            "group edit Auth --color #111111",
        ],
        &["tag add Quick cache"],
    );
    let told = team.ok("jo", "sync");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[..4],
        [
            "Mia: group Data Layer  new",
            "Mia: group Data Layer  + cache, notes",
            "Mia: group Auth  − reviewer",
            "Mia: tag fast  new",
        ],
        "{told}"
    );
    assert!(
        told.contains("Mia: group Auth  color \"#10B981\" → \"#111111\""),
        "{told}"
    );
    assert!(
        told.contains("Brought in 5 commits from origin/main."),
        "{told}"
    );
    assert!(told.contains("Sent 2 commits to origin/main."), "{told}");
    assert_eq!(team.ok("jo", "sync"), "Everything is as in origin/main.\n");
    let came = team.json("mia", "sync");
    assert_eq!(came["pushed"], 0);
    assert_eq!(came["conflicts"], json!([]));
    let entry = &came["incoming"][0];
    assert_eq!(entry["author"]["name"], "Jo");
    let change = &entry["changes"][0];
    assert_eq!(change["table"], "tag_definitions");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_fast_forward_makes_no_commit() {
    let team = Team::new();
    team.diverge(&["group create Payments"], &[]);
    team.ok("jo", "pull");
    assert_eq!(
        team.git("jo", "rev-parse HEAD"),
        team.git("mia", "rev-parse HEAD")
    );
    assert_eq!(team.ok("jo", "push"), "Nothing to send to origin/main.\n");
    team.ok("jo", "group create Search");
    let told = team.ok("jo", "push");
    assert_eq!(told, "Sent 1 commit to origin/main.\n");
    team.ok("mia", "pull");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_push_that_would_overwrite_is_not_made() {
    let team = Team::new();
    team.diverge(&["group create Payments"], &["group create Search"]);
    let head = team.git("jo", "rev-parse HEAD");
    let told = team.ends(4, "jo", "push");
    assert!(
        told.stderr
            .contains("origin/main has commits that are not here yet"),
        "{told:?}"
    );
    assert!(told.stderr.contains("`skillmeat sync`"), "{told:?}");
    assert_eq!(team.git("jo", "rev-parse HEAD"), head);
    let told = team.ok("jo", "pull");
    assert!(told.contains("Payments"), "{told}");
    team.ok("jo", "push");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_conflict_is_left_to_be_resolved() {
    let team = Team::new();
    team.diverge(
        &["group edit Auth --color #111111", "group create Payments"],
        &["group edit Auth --color #222222"],
    );
    let told = team.ends(3, "jo", "sync");
    assert!(told.stdout.contains("Mia: group Auth  color"), "{told:?}");
    assert!(told.stdout.contains("group:Auth"), "{told:?}");
    assert!(told.stderr.contains("skillmeat resolve"), "{told:?}");
    let open = team.json("jo", "conflicts")["conflicts"].clone();
    assert_eq!(
        open,
        json!([{
            "table": "groups", "key": "group:Auth", "field": "color", "class": "field",
            "base": "#10B981", "ours": "#222222", "theirs": "#111111",
        }])
    );
    team.git("jo", "merge --abort");
    let report = team.json("jo", "sync");
    assert_eq!(report["conflicts"], open);
    assert_eq!(report["pushed"], 0);
    assert!(
        team.manifest("jo").contains("<<<<<<< HEAD\n"),
        "{}",
        team.manifest("jo")
    );
    assert!(
        team.manifest("jo").contains(">>>>>>> origin/main\n"),
        "{}",
        team.manifest("jo")
    );
    team.ok("jo", "resolve --all --theirs --commit");
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
    assert_eq!(team.group("mia", "Auth")["color"], "#111111");
}

#[test]
fn edits_by_hand_are_recorded_first() {
    let team = Team::new();
    team.diverge(&["group edit Auth --color #111111"], &[]);
    team.by_hand("jo", "name = \"Data\"", "icon = \"mine\"\nname = \"Data\"");
    team.environment
        .write(&team.folder("jo").join("draft.md"), "a draft\n");
    let told = team.ends(0, "jo", "sync");
    let hint = told
        .stderr
        .lines()
        .find(|line| line.contains("recorded first"))
        .expect("told");
    assert_eq!(told.stderr.matches("recorded first").count(), 1, "{told:?}");
    let commit = hint
        .split("as ")
        .nth(1)
        .expect("a commit")
        .trim_end_matches('.');
    assert!(
        team.git("jo", &format!("show {commit}"))
            .contains("+icon = \"mine\"")
    );
    team.ok("mia", "sync");
    assert_eq!(team.group("mia", "Data")["icon"], "mine");
    assert_eq!(team.git("jo", "status --porcelain"), "?? draft.md\n");
}

#[test]
fn work_that_is_in_the_way_of_a_merge_is_kept_and_named() {
    let team = Team::new();
    team.environment.write(
        &team.folder("mia").join("skills/notes/SKILL.md"),
        "---\nname: notes\n---\nMia.\n",
    );
    team.ok("mia", "commit notes");
    team.ok("mia", "sync");
    let file = team.folder("jo").join("skills/notes/SKILL.md");
    team.environment
        .write(&file, "---\nname: notes\n---\nJo.\n");
    let told = team.ends(5, "jo", "sync");
    assert!(told.stderr.contains("skills/notes/SKILL.md"), "{told:?}");
    assert!(told.stderr.contains("`skillmeat commit`"), "{told:?}");
    assert!(fs::read_to_string(&file).expect("read").ends_with("Jo.\n"));
    team.ok("jo", "commit");
    // Both changed the same line of a file that is no manifest.
    let told = team.ends(3, "jo", "sync");
    assert!(
        told.stdout.contains("skills/notes/SKILL.md is in conflict"),
        "{told:?}"
    );
    assert_eq!(
        team.json("jo", "conflicts")["others"],
        json!(["skills/notes/SKILL.md"])
    );
    let told = team.ends(5, "jo", "resolve --commit");
    assert!(told.stderr.contains("skills/notes/SKILL.md"), "{told:?}");
    team.environment
        .write(&file, "---\nname: notes\n---\nBoth.\n");
    team.git("jo", "add skills/notes/SKILL.md");
    team.ok("jo", "resolve --commit");
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_push_that_loses_a_race_is_made_again() {
    let team = Team::new();
    team.ok("mia", "group create Payments");
    team.ok("jo", "group create Search");
    // While Jo's push is under way for the first time, Mia's goes through.
    let (once, mia) = (team.environment.root().join("once"), team.folder("mia"));
    team.environment.script(
        &team.folder("jo").join(".git/hooks/pre-push"),
        &format!(
            "if test ! -e '{once}'; then touch '{once}'; unset $(git rev-parse --local-env-vars); \
             git -C '{mia}' push --quiet origin main; fi",
            once = once.display(),
            mia = mia.display()
        ),
    );
    let told = team.ends(0, "jo", "sync");
    assert!(once.exists());
    assert!(told.stdout.contains("Mia: group Payments  new"), "{told:?}");
    assert!(told.stdout.contains("Sent 2 commits"), "{told:?}");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
    assert_eq!(
        team.groups("mia"),
        ["Auth", "Data", "Docs", "Payments", "Search"]
    );
}

#[test]
fn a_push_that_loses_every_race_ends_and_says_so() {
    let team = Team::new();
    team.ok("jo", "group create Search");
    let mia = team.folder("mia");
    team.environment.script(
        &team.folder("jo").join(".git/hooks/pre-push"),
        &format!(
            "unset $(git rev-parse --local-env-vars); cd '{mia}'; git commit --quiet --allow-empty -m more; \
             git push --quiet origin main",
            mia = mia.display()
        ),
    );
    let told = team.ends(4, "jo", "sync");
    assert!(told.stderr.contains("origin/main"), "{told:?}");
    assert!(told.stderr.contains("kept here"), "{told:?}");
    fs::remove_file(team.folder("jo").join(".git/hooks/pre-push")).expect("removed");
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_remote_that_is_down() {
    let team = Team::new();
    let away = team.environment.root().join("away.git");
    fs::rename(team.remote(), &away).expect("moved");
    team.ok("jo", "group create Search");
    let head = team.git("jo", "rev-parse HEAD");
    for line in ["sync", "pull", "push"] {
        let told = team.ends(4, "jo", line);
        assert!(told.stderr.contains("remote.git"), "{line}: {told:?}");
        assert!(told.stderr.contains("hint: "), "{line}: {told:?}");
    }
    let told = team.ends(4, "jo", "sync");
    assert!(
        told.stderr.contains("1 commit of this side is kept here"),
        "{told:?}"
    );
    assert_eq!(team.git("jo", "rev-parse HEAD"), head);
    let report = team.json("jo", "sync");
    assert_eq!(report["incoming"], json!([]));
    assert_eq!(report["pushed"], 0);
    fs::rename(&away, team.remote()).expect("moved");
    assert!(
        team.ok("jo", "sync")
            .contains("Sent 1 commit to origin/main.")
    );
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn without_an_upstream() {
    let team = Team::of_mia(At::Top);
    team.by_hand("mia", "name = \"Data\"", "icon = \"mine\"\nname = \"Data\"");
    let head = team.git("mia", "rev-parse HEAD");
    for line in ["sync", "pull", "push"] {
        let told = team.ends(5, "mia", line);
        assert!(told.stderr.contains("follows no other"), "{line}: {told:?}");
        assert!(
            told.stderr.contains("`skillmeat share URL`"),
            "{line}: {told:?}"
        );
        // Nothing was done, and that goes for edits by hand as well.
        assert_eq!(team.git("mia", "rev-parse HEAD"), head, "{line}");
    }
}

#[test]
fn histories_that_have_nothing_in_common() {
    let team = Team::new();
    let head = team.git("jo", "rev-parse HEAD");
    team.git("mia", "switch --quiet --orphan other");
    team.git("mia", "commit --quiet --allow-empty -m other");
    team.git("mia", "push --quiet --force origin other:main");
    let told = team.ends(5, "jo", "sync");
    assert!(told.stderr.contains("no commit in common"), "{told:?}");
    assert!(told.stderr.contains("`git remote -v`"), "{told:?}");
    assert_eq!(team.git("jo", "rev-parse HEAD"), head);
    assert_eq!(team.git("jo", "status --porcelain"), "");
}

#[test]
fn histories_of_which_one_was_rewritten_are_merged_and_nothing_is_forced() {
    let team = Team::new();
    team.ok("mia", "group create Payments");
    team.ok("mia", "sync");
    team.ok("jo", "sync");
    team.git("mia", "commit --quiet --amend -m 'another message'");
    team.git("mia", "push --quiet --force origin main");
    team.ok("jo", "group create Search");
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
    assert_eq!(
        team.groups("mia"),
        ["Auth", "Data", "Docs", "Payments", "Search"]
    );
}

#[test]
fn a_shallow_clone() {
    let team = Team::new();
    team.ok("mia", "group create Payments");
    team.ok("mia", "sync");
    let folder = team.folder("ada");
    fs::create_dir_all(folder.parent().expect("a folder")).expect("made");
    let clone = format!(
        "clone --quiet --depth 1 file://{} {}",
        team.remote().display(),
        folder.display()
    );
    team.git("mia", &clone);
    assert_eq!(team.groups("ada"), ["Auth", "Data", "Docs", "Payments"]);
    team.ok("mia", "group create Search");
    team.ok("mia", "sync");
    team.ok("ada", "group edit Auth --color #333333");
    let told = team.ok("ada", "sync");
    assert!(told.contains("Mia: group Search  new"), "{told}");
    assert!(told.contains("Sent 2 commits"), "{told}");
    team.ok("mia", "sync");
    team.agree(&["mia", "ada"]);
    // Where the two sides meet is not here.
    team.ok("jo", "group create Far");
    team.git("jo", "push --quiet origin main:far");
    team.git(
        "ada",
        &format!(
            "fetch --quiet --depth 1 file://{} far:refs/remotes/origin/far",
            team.remote().display()
        ),
    );
    team.git("ada", "branch --quiet --set-upstream-to origin/main");
    team.git(
        "ada",
        "config --replace-all remote.origin.fetch +refs/heads/far:refs/remotes/origin/main",
    );
    team.git("ada", "config branch.main.merge refs/heads/far");
    team.git(
        "ada",
        "config remote.origin.fetch +refs/heads/far:refs/remotes/origin/far",
    );
    let told = team.ends(5, "ada", "sync");
    assert!(told.stderr.contains("too shallow"), "{told:?}");
    assert!(told.stderr.contains("`git fetch --unshallow`"), "{told:?}");
    team.types("ada", "git fetch --quiet --unshallow");
    let told = team.ok("ada", "sync");
    assert!(told.contains("Jo: group Far  new"), "{told}");
    assert_eq!(
        team.groups("ada"),
        ["Auth", "Data", "Docs", "Far", "Payments", "Search"]
    );
}

#[test]
fn a_branch_that_is_protected() {
    let team = Team::new();
    let hook = team.remote().join("hooks/pre-receive");
    team.environment.script(
        &hook,
        "echo 'main is protected: open a merge request' >&2; exit 1",
    );
    team.ok("jo", "group create Search");
    for line in ["sync", "push"] {
        let told = team.ends(4, "jo", line);
        assert!(
            told.stderr
                .contains("main is protected: open a merge request"),
            "{told:?}"
        );
        assert!(
            told.stderr.contains("1 commit of this side is kept here"),
            "{told:?}"
        );
    }
    // The hint works.
    fs::remove_file(&hook).expect("removed");
    team.types("jo", "skillmeat git -- push --quiet origin HEAD:search");
    assert_eq!(team.git("jo", "status --porcelain"), "");
}

#[test]
fn a_collection_below_a_repository_sends_nothing_but_itself() {
    let team = Team::of_mia(At::Below);
    team.environment
        .write(&team.top("mia").join("src/main.py"), "one\n");
    team.git_top("mia", "add .");
    team.git_top("mia", "commit --quiet -m code");
    let remote = team.remote().display().to_string();
    let told = team.ends(5, "mia", &format!("share {remote}"));
    assert!(told.stderr.contains("src/main.py"), "{told:?}");
    follow(&team, "mia", &told.stderr);
    team.ok("mia", "group create Payments");
    assert!(team.ok("mia", "sync").contains("Sent "));
    team.git(
        "mia",
        &format!("clone --quiet {remote} {}", team.top("jo").display()),
    );
    team.ok("jo", "list");
    team.environment
        .write(&team.top("mia").join("src/main.py"), "two\n");
    team.git_top("mia", "commit --quiet -am 'not yet'");
    team.ok("mia", "group create Search");
    team.ok("jo", "group create Other");
    team.ok("jo", "sync");
    let told = team.ends(5, "mia", "sync");
    assert!(told.stderr.contains("src/main.py"), "{told:?}");
    assert!(told.stderr.contains("lib/skills"), "{told:?}");
    assert!(
        told.stderr.contains("`git push origin HEAD:main`"),
        "{told:?}"
    );
    team.ends(5, "mia", "push");
    // What came in is here all the same.
    assert!(team.groups("mia").contains(&"Other".to_owned()));
    follow(&team, "mia", &told.stderr);
    team.ok("jo", "sync");
    team.agree(&["mia", "jo"]);
}

/// Runs the command that a hint shows.
fn follow(team: &Team, person: &str, told: &str) {
    let hint = told.split("hint: ").nth(1).expect("a hint");
    for line in hint.split('`').skip(1).step_by(2) {
        team.types(person, line);
    }
}

#[test]
fn two_at_once() {
    let team = Team::new();
    team.join("ada");
    let people = ["mia", "jo", "ada"];
    for round in 0..3 {
        thread::scope(|scope| {
            for person in people {
                let team = &team;
                scope.spawn(move || {
                    team.ok(person, &format!("group create {person}-{round}"));
                    team.ok(person, "sync");
                });
            }
        });
    }
    // Twice in one clone, too.
    team.ok("mia", "group create last");
    let both: Vec<_> = (0..2)
        .map(|_| team.skillmeat("mia", "sync").spawn().expect("it runs"))
        .collect();
    for mut process in both {
        assert!(process.wait().expect("it ends").success());
    }
    for person in people {
        team.ok(person, "sync");
    }
    team.agree(&people);
    assert_eq!(team.groups("mia").len(), 3 + 9 + 1);
}

#[test]
fn a_hook_that_declines_the_merge_leaves_it_to_be_finished() {
    let team = Team::new();
    team.diverge(&["group create Payments"], &["group create Search"]);
    team.environment.script(
        &team.folder("jo").join(".git/hooks/pre-merge-commit"),
        "echo 'no ticket' >&2; exit 1",
    );
    let told = team.ends(5, "jo", "sync");
    assert!(told.stderr.contains("no ticket"), "{told:?}");
    assert!(!told.stderr.contains("Nothing was changed"), "{told:?}");
    fs::remove_file(team.folder("jo").join(".git/hooks/pre-merge-commit")).expect("removed");
    follow(&team, "jo", &told.stderr);
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
}

#[test]
fn a_local_branch_or_tag_of_the_same_name_is_not_merged_in_its_place() {
    let team = Team::new();
    team.diverge(&["group create Payments"], &["group create Search"]);
    team.git("jo", "tag origin/main HEAD~1");
    team.git("jo", "branch origin/main HEAD~1");
    team.ok("jo", "sync");
    assert_eq!(
        team.groups("jo"),
        ["Auth", "Data", "Docs", "Payments", "Search"]
    );
}

#[test]
fn settings_of_the_user_do_not_change_what_sync_is() {
    let team = Team::new();
    for setting in [
        "merge.ff only",
        "pull.rebase true",
        "merge.conflictStyle zdiff3",
        "branch.main.mergeOptions '--squash --no-commit'",
        "push.default nothing",
        "push.followTags true",
        "fetch.prune true",
        "merge.autoStash true",
        "rerere.enabled true",
    ] {
        team.git("jo", &format!("config {setting}"));
    }
    team.diverge(&["group create Payments"], &["group create Search"]);
    team.ok("jo", "sync");
    team.ok("mia", "sync");
    team.agree(&["mia", "jo"]);
    assert_eq!(
        team.groups("mia"),
        ["Auth", "Data", "Docs", "Payments", "Search"]
    );
}

#[test]
fn an_upstream_of_another_name() {
    let team = Team::new();
    team.git("mia", "push --quiet origin main:trunk");
    team.git("jo", "fetch --quiet");
    team.git("jo", "switch --quiet -c work --track origin/trunk");
    team.ok("jo", "group create Search");
    assert!(
        team.ok("jo", "sync")
            .contains("Sent 1 commit to origin/trunk.")
    );
    assert_eq!(
        team.git("jo", "rev-parse origin/trunk"),
        team.git("jo", "rev-parse work")
    );
    // A branch that follows none is sent under its own name, and follows that one.
    team.git("jo", "switch --quiet -c fresh");
    team.ok("jo", "group create More");
    assert!(team.ok("jo", "sync").contains("Sent "));
    assert_eq!(
        team.git("jo", "rev-parse fresh@{upstream}"),
        team.git("jo", "rev-parse fresh")
    );
    // One that follows a branch of this very repository has nobody to share with.
    team.git("jo", "switch --quiet -c local --track work");
    let before = team.git("jo", "rev-parse work");
    team.ok("jo", "group create Local");
    let told = team.ends(5, "jo", "sync");
    assert!(told.stderr.contains("hint: "), "{told:?}");
    assert_eq!(team.git("jo", "rev-parse work"), before);
}

#[test]
fn what_cannot_be_pretended_is_refused() {
    let team = Team::new();
    for line in [
        "sync --dry-run",
        "share x --dry-run",
        "clone x --dry-run",
        "resolve --all --ours --dry-run",
    ] {
        let told = said(team.skillmeat("jo", line));
        assert_eq!(told.code, Some(2), "{line}: {told:?}");
    }
    assert_eq!(words("a 'b c'"), ["a", "b c"]);
}
