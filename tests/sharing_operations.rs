//! Every other way in which git merges: rebase, cherry-pick, revert, stash, and those that run no driver.

use serde_json::json;

use crate::common::team::Team;

/// A clash in a colour, and something beside it on both sides.
fn clash() -> Team {
    let team = Team::new();
    team.diverge(
        &["group create Payments", "group edit Auth --color #111111"],
        &[
            "group add Docs cache",
            "group edit Auth --color #222222",
            "group edit Data --icon db",
        ],
    );
    team
}

#[test]
fn a_rebase_that_is_clean() {
    let team = Team::new();
    team.diverge(
        &["group create Payments", "group rename Auth Sign-in"],
        &["group add Auth cache", "group create Search"],
    );
    team.git("jo", "rebase --quiet origin/main");
    assert_eq!(
        team.groups("jo"),
        ["Sign-in", "Data", "Docs", "Payments", "Search"]
    );
    assert_eq!(
        team.group("jo", "Sign-in")["members"],
        json!(["skill:jwt-auth", "agent:reviewer", "skill:cache"])
    );
    team.ok("jo", "check");
}

#[test]
fn a_rebase_that_goes_on_with_ones_own_commit() {
    for ending in ["git rebase --continue", "skillmeat resolve --commit"] {
        let team = clash();
        team.git_fails("jo", "rebase origin/main");
        assert_eq!(team.open("jo"), ["group:Auth color field"]);
        let told = team.ends(0, "jo", "conflicts");
        let lines: Vec<&str> = told.stderr.lines().collect();
        assert!(
            lines[0].starts_with("Ours is the branch that you rebase onto;"),
            "{told:?}"
        );
        assert!(lines[0].contains("theirs is your commit"), "{told:?}");
        assert!(lines[0].contains("by Jo"), "{told:?}");
        let conflict = &team.json("jo", "conflicts")["conflicts"][0];
        assert_eq!(conflict["ours"], "#111111");
        assert_eq!(conflict["theirs"], "#222222");
        // What one's own commit says is theirs, as git has it.
        team.ok("jo", "resolve group:Auth --theirs");
        team.types("jo", ending);
        assert_eq!(team.git("jo", "status --porcelain"), "");
        assert_eq!(
            team.git("jo", "log --format=%s origin/main..")
                .lines()
                .count(),
            3
        );
        assert_eq!(team.group("jo", "Auth")["color"], "#222222");
        assert_eq!(team.group("jo", "Data")["icon"], "db");
        assert_eq!(team.groups("jo"), ["Auth", "Data", "Docs", "Payments"]);
        team.ok("jo", "sync");
        team.ok("mia", "sync");
        team.agree(&["mia", "jo"]);
    }
}

#[test]
fn a_rebase_that_skips_ones_own_commit() {
    let team = clash();
    team.git_fails("jo", "rebase origin/main");
    team.git("jo", "rebase --skip");
    assert_eq!(team.open("jo"), Vec::<String>::new());
    assert_eq!(team.group("jo", "Auth")["color"], "#111111");
    assert_eq!(team.group("jo", "Data")["icon"], "db");
    assert_eq!(
        team.group("jo", "Docs")["members"],
        json!(["skill:notes", "skill:cache"])
    );
}

#[test]
fn a_rebase_that_is_given_up() {
    let team = clash();
    let before = (team.tables("jo"), team.manifest("jo"));
    team.git_fails("jo", "rebase origin/main");
    team.ok("jo", "resolve group:Auth --theirs");
    team.git("jo", "rebase --abort");
    assert_eq!((team.tables("jo"), team.manifest("jo")), before);
    // What was resolved then is not taken for resolved now.
    team.git_fails("jo", "rebase origin/main");
    assert_eq!(team.open("jo"), ["group:Auth color field"]);
}

#[test]
fn a_rebase_that_stops_twice() {
    let team = Team::new();
    team.diverge(
        &[
            "group edit Auth --color #111111",
            "group edit Data --color #111111",
        ],
        &[
            "group edit Auth --color #222222",
            "group edit Data --color #222222",
        ],
    );
    team.git_fails("jo", "rebase origin/main");
    assert_eq!(team.open("jo"), ["group:Auth color field"]);
    let told = team.ends(3, "jo", "resolve --all --theirs --commit");
    assert!(told.stdout.contains("group:Data"), "{told:?}");
    assert_eq!(team.open("jo"), ["group:Data color field"]);
    let ended = team.json("jo", "resolve --all --ours --commit");
    assert_eq!(ended["state"], "ended");
    assert_eq!(team.group("jo", "Auth")["color"], "#222222");
    assert_eq!(team.group("jo", "Data")["color"], "#111111");
    assert_eq!(team.git("jo", "status --porcelain"), "");
    team.ok("jo", "group create After");
}

#[test]
fn a_stash_that_comes_back() {
    let team = Team::new();
    team.by_hand("jo", "color = \"#10B981\"", "color = \"#222222\"");
    team.git("jo", "stash --quiet");
    team.ok("jo", "group create Payments");
    team.git("jo", "stash pop --quiet");
    assert!(team.manifest("jo").contains("#222222") && team.manifest("jo").contains("Payments"));
    team.git("jo", "stash --quiet");
    team.ok("jo", "group edit Auth --color #333333");
    team.git_fails("jo", "stash pop");
    assert_eq!(team.open("jo"), ["group:Auth color field"]);
    let ended = team.json("jo", "resolve --all --theirs --commit");
    assert_eq!(ended["state"], "ended");
    assert_eq!(team.open("jo"), Vec::<String>::new());
    team.git("jo", "commit --quiet -m stashed");
    assert_eq!(team.group("jo", "Auth")["color"], "#222222");
    assert!(!team.group("jo", "Payments").is_null());
}

#[test]
fn a_cherry_pick() {
    let team = Team::new();
    team.diverge(
        &[
            "group rename Auth Sign-in",
            "group add Sign-in notes",
            "group edit Data --color #111111",
        ],
        &["group edit Data --color #222222"],
    );
    team.git("jo", "cherry-pick origin/main~2 origin/main~1");
    assert_eq!(
        team.group("jo", "Sign-in")["members"],
        json!(["skill:jwt-auth", "agent:reviewer", "skill:notes"])
    );
    team.git_fails("jo", "cherry-pick origin/main");
    let told = team.ends(0, "jo", "conflicts");
    assert!(told.stderr.contains("by Mia"), "{told:?}");
    assert_eq!(team.json("jo", "conflicts")["operation"], "cherry-pick");
    team.ok("jo", "resolve group:Data --theirs --commit");
    assert_eq!(team.git("jo", "log -1 --format=%an").trim(), "Mia");
    assert_eq!(team.group("jo", "Data")["color"], "#111111");
    assert_eq!(team.git("jo", "status --porcelain"), "");
}

#[test]
fn a_revert() {
    let team = Team::new();
    team.ok("jo", "group add Auth cache");
    team.ok("jo", "group edit Auth --color #222222");
    team.ok("jo", "group add Auth notes");
    team.git("jo", "revert --no-edit HEAD~2");
    assert_eq!(
        team.group("jo", "Auth")["members"],
        json!(["skill:jwt-auth", "agent:reviewer", "skill:notes"])
    );
    team.ok("jo", "group edit Auth --color #333333");
    team.git_fails("jo", "revert --no-edit HEAD~3");
    let told = team.ends(0, "jo", "conflicts");
    assert!(told.stderr.contains("theirs is without "), "{told:?}");
    team.ok("jo", "resolve group:Auth --field color --theirs --commit");
    assert_eq!(team.group("jo", "Auth")["color"], "#10B981");
    assert_eq!(team.git("jo", "status --porcelain"), "");
}

#[test]
fn patches_by_mail() {
    let team = Team::new();
    team.diverge(
        &[
            "group rename Auth Sign-in",
            "group edit Data --color #111111",
        ],
        &["group add Auth notes", "group edit Data --color #222222"],
    );
    let mail = team.git("jo", "format-patch --stdout origin/main~2..origin/main");
    let path = team.environment.work().join("mail");
    team.environment.write(&path, mail);
    team.git_fails("jo", &format!("am --3way {}", path.display()));
    assert_eq!(team.open("jo"), ["group:Data color field"]);
    team.ok("jo", "resolve group:Data --theirs --commit");
    assert_eq!(team.group("jo", "Data")["color"], "#111111");
    assert_eq!(
        team.group("jo", "Sign-in")["members"],
        json!(["skill:jwt-auth", "agent:reviewer", "skill:notes"])
    );
}

#[test]
fn work_that_is_taken_along_to_another_branch() {
    let team = Team::new();
    team.git("jo", "switch --quiet -c other");
    team.ok("jo", "group edit Data --color #111111");
    team.git("jo", "switch --quiet main");
    team.by_hand("jo", "color = \"#10B981\"", "color = \"#222222\"");
    team.git("jo", "checkout --quiet -m other");
    let text = team.manifest("jo");
    assert!(
        text.contains("#111111") && text.contains("#222222") && !text.contains("<<<<"),
        "{text}"
    );
}

/// Both add the same group, far from each other, and each another one.
fn twins() -> Team {
    let team = Team::new();
    let row = "[[groups]]\nname = \"Twin\"\nmembers = [\"skill:cache\"]\n\n";
    let first = "# Who may come in.\n";
    let last = "[[artifacts]]\nname = \"jwt-auth\"";
    team.by_hand_committed("mia", first, &format!("{row}{first}"));
    team.by_hand_committed("jo", last, &format!("{row}{last}"));
    team.diverge(&[], &[]);
    team
}

#[test]
fn where_no_driver_runs_check_finds_what_is_wrong_and_mends_it() {
    for octopus in [false, true] {
        let team = twins();
        if octopus {
            team.git("jo", "branch third HEAD~1");
            team.git("jo", "switch --quiet third");
            team.environment
                .write(&team.folder("jo").join("notes.md"), "third\n");
            team.git("jo", "add notes.md");
            team.git("jo", "commit --quiet -m third");
            team.git("jo", "switch --quiet main");
            team.git("jo", "merge --quiet --no-edit origin/main third");
        } else {
            team.git("jo", "merge --quiet --no-edit -s resolve origin/main");
        }
        assert_eq!(
            team.manifest("jo").matches("\"Twin\"").count(),
            2,
            "git merged by lines"
        );
        let told = team.ends(1, "jo", "check");
        assert!(told.stdout.contains("Twin"), "{told:?}");
        let findings = team.json("jo", "check");
        assert_eq!(findings["findings"][0]["severity"], "error");
        assert!(findings["findings"][0]["line"].as_u64().is_some());
        // Reads answer all the same.
        team.ok("mia", "list");
        team.ok("jo", "check --fix");
        team.ok("jo", "check");
        assert_eq!(team.manifest("jo").matches("\"Twin\"").count(), 1);
        assert_eq!(team.group("jo", "Twin")["members"], json!(["skill:cache"]));
        team.ok("jo", "sync");
        team.ok("mia", "sync");
        team.agree(&["mia", "jo"]);
    }
}

#[test]
fn rows_that_differ_are_not_mended_by_a_guess() {
    let team = Team::new();
    let row = |icon: &str| format!("[[groups]]\nname = \"Twin\"\nicon = \"{icon}\"\n\n");
    let first = "# Who may come in.\n";
    let last = "[[artifacts]]\nname = \"jwt-auth\"";
    team.by_hand_committed("mia", first, &format!("{}{first}", row("one")));
    team.by_hand_committed("jo", last, &format!("{}{last}", row("two")));
    team.diverge(&[], &[]);
    team.git("jo", "merge --quiet --no-edit -s resolve origin/main");
    let text = team.manifest("jo");
    team.ends(1, "jo", "check --fix");
    assert_eq!(team.manifest("jo"), text);
    let told = team.ends(1, "jo", "check");
    assert!(told.stdout.contains("Twin"), "{told:?}");
}

#[test]
fn a_member_whose_artifact_went_in_a_merge_by_lines_is_found() {
    let team = Team::new();
    team.diverge(&["remove cache"], &[]);
    team.git("jo", "reset --quiet --hard origin/main");
    team.by_hand_committed(
        "jo",
        "\"skill:notes\",",
        "\"skill:notes\",\n    \"skill:cache\",",
    );
    let told = team.ok("jo", "check");
    assert!(told.contains("skill:cache"), "{told}");
}

#[test]
fn a_dirty_manifest_is_intact_after_a_merge_that_git_refuses() {
    let team = Team::new();
    team.diverge(
        &["group edit Auth --color #111111"],
        &["group edit Auth --color #222222"],
    );
    team.by_hand("jo", "name = \"Data\"", "icon = \"mine\"\nname = \"Data\"");
    let text = team.manifest("jo");
    team.git_fails("jo", "merge --no-edit origin/main");
    assert_eq!(team.manifest("jo"), text);
    assert_eq!(
        team.git("jo", "rev-list --count HEAD..origin/main").trim(),
        "1"
    );
    assert!(!team.folder("jo").join(".git/MERGE_HEAD").exists());
    // A merge that would only take theirs does not run over it either.
    let team = Team::new();
    team.diverge(&["group edit Auth --color #111111"], &["group create Mine"]);
    team.by_hand("jo", "name = \"Data\"", "icon = \"mine\"\nname = \"Data\"");
    let text = team.manifest("jo");
    team.git_fails("jo", "merge --no-edit origin/main");
    assert_eq!(team.manifest("jo"), text);
    // Ours records it, and goes on.
    let told = team.ends(0, "jo", "sync");
    assert!(
        told.stderr
            .contains("Edits made by hand were recorded first, as "),
        "{told:?}"
    );
    assert_eq!(team.group("jo", "Data")["icon"], "mine");
    assert_eq!(team.group("jo", "Auth")["color"], "#111111");
}
