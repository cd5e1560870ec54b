//! An artifact of which nothing but its name is known, renamed on one side: its files tell that it is the same one,
//! in whichever way git merges.

use std::fs;

use serde_json::json;

use crate::common::team::{At, Team};

/// A rename, and another's new membership of what is renamed.
const RENAME: &str = "rename notes memo";
const GROUP: &str = "group add Auth notes";

/// Jo's tables after both, and nothing is left open.
fn holds_both(team: &Team, name: &str) {
    let member = format!("skill:{name}");
    assert_eq!(team.group("jo", "Docs")["members"], json!([member]));
    assert_eq!(
        team.group("jo", "Auth")["members"],
        json!(["skill:jwt-auth", "agent:reviewer", member])
    );
    assert_eq!(team.group("jo", "Auth")["missing"], json!([]));
    assert_eq!(team.git("jo", "status --porcelain"), "");
    team.ok("jo", "check");
}

/// Mia did one, Jo the other; Jo runs this line of git.
fn both_ways(lines: &[&str]) {
    for (mia, jo) in [(RENAME, GROUP), (GROUP, RENAME)] {
        let team = Team::new();
        team.diverge(&[mia], &[jo]);
        for line in lines {
            team.git("jo", line);
        }
        holds_both(&team, "memo");
    }
}

#[test]
fn by_a_merge() {
    both_ways(&["merge --no-edit origin/main"]);
    both_ways(&["merge --quiet --no-ff -m mine FETCH_HEAD"]);
    both_ways(&["pull --quiet --no-rebase --no-edit"]);
}

#[test]
fn by_a_rebase() {
    both_ways(&["rebase --quiet origin/main"]);
    both_ways(&["pull --quiet --rebase"]);
}

#[test]
fn by_a_cherry_pick() {
    both_ways(&["cherry-pick origin/main"]);
}

#[test]
fn by_a_sync() {
    for (mia, jo) in [(RENAME, GROUP), (GROUP, RENAME)] {
        let team = Team::new();
        team.ok("mia", mia);
        team.ok("mia", "sync");
        team.ok("jo", jo);
        team.ok("jo", "sync");
        holds_both(&team, "memo");
        team.ok("mia", "sync");
        team.agree(&["mia", "jo"]);
    }
}

#[test]
fn by_a_revert_of_the_rename() {
    let team = Team::new();
    team.ok("jo", RENAME);
    team.ok("jo", "group add Auth memo");
    team.git("jo", "revert --no-edit HEAD~1");
    holds_both(&team, "notes");
}

#[test]
fn by_a_stash_that_comes_back() {
    let team = Team::new();
    team.by_hand(
        "jo",
        "    \"agent:reviewer\",\n",
        "    \"agent:reviewer\",\n    \"skill:notes\",\n",
    );
    team.git("jo", "stash --quiet");
    team.ok("jo", RENAME);
    team.git("jo", "stash pop --quiet");
    team.git("jo", "commit --quiet -am together");
    holds_both(&team, "memo");
}

#[test]
fn by_a_stash_that_holds_the_rename() {
    let team = Team::new();
    team.git("jo", "mv skills/notes skills/memo");
    team.by_hand("jo", "\"skill:notes\"", "\"skill:memo\"");
    team.by_hand("jo", "name = \"notes\"", "name = \"memo\"");
    team.git("jo", "stash --quiet");
    team.ok("jo", GROUP);
    // A younger stash lies above the one that is meant.
    team.by_hand("jo", "name = \"team\"", "name = \"crew\"");
    team.git("jo", "stash --quiet");
    team.git("jo", "stash pop --quiet stash@{1}");
    team.git("jo", "commit --quiet -am together");
    holds_both(&team, "memo");
}

#[test]
fn in_a_collection_below_the_top() {
    let team = Team::of_mia(At::Below);
    team.ok("mia", &format!("share {}", team.remote().display()));
    let remote = team.remote().display().to_string();
    let folder = team.top("jo").display().to_string();
    team.git("mia", &format!("clone --quiet {remote} {folder}"));
    team.ok("jo", "sync");
    team.diverge(&[RENAME], &[GROUP]);
    team.git("jo", "merge --no-edit origin/main");
    holds_both(&team, "memo");
}

#[test]
fn a_conflict_beside_it_is_the_only_one_and_resolving_keeps_the_rename() {
    for line in ["merge --no-edit origin/main", "rebase origin/main"] {
        let team = Team::new();
        team.diverge(
            &[RENAME, "group edit Data --color #111111"],
            &[GROUP, "group edit Data --color #222222"],
        );
        team.git_fails("jo", line);
        assert_eq!(team.open("jo"), ["group:Data color field"], "{line}");
        team.ok("jo", "resolve --all --theirs --commit");
        holds_both(&team, "memo");
    }
}

#[test]
fn the_rename_is_taken_back_below_what_came_later() {
    let team = Team::new();
    team.ok("jo", RENAME);
    let rename = team.git("jo", "rev-parse HEAD");
    team.ok("jo", "group add Auth memo");
    team.ok("jo", &format!("undo {}", rename.trim()));
    holds_both(&team, "notes");
}

#[test]
fn a_group_comes_back_with_its_member_under_the_new_name() {
    let team = Team::new();
    team.ok("jo", "group delete Docs");
    team.ok("jo", RENAME);
    team.ok("jo", "restore group Docs");
    assert_eq!(team.group("jo", "Docs")["members"], json!(["skill:memo"]));
    assert_eq!(team.group("jo", "Docs")["missing"], json!([]));
}

#[test]
fn files_that_were_written_anew_with_the_rename_tell_nothing() {
    let team = Team::new();
    team.ok("mia", RENAME);
    let file = team.folder("mia").join("skills/memo/SKILL.md");
    team.environment.write(&file, "Another text altogether.\n");
    team.git("mia", "commit --quiet --amend --no-edit -a");
    team.diverge(&[], &[GROUP]);
    assert_eq!(team.conflicts(), ["artifact:skill:notes  violation"]);
    team.ok("jo", "resolve artifact:skill:notes --theirs --commit");
    team.ok("jo", "group add Auth memo");
    assert_eq!(team.group("jo", "Docs")["members"], json!(["skill:memo"]));
    assert_eq!(team.group("jo", "Auth")["missing"], json!([]));
}

#[test]
fn empty_files_tell_nothing() {
    let team = Team::new();
    let file = team.environment.work().join("agents/one.md");
    team.environment.write(&file, "");
    team.ok("mia", &format!("add {}", file.display()));
    team.ok("mia", "sync");
    team.ok("jo", "sync");
    team.diverge(&["rename agent:one three"], &["group add Auth agent:one"]);
    assert_eq!(team.conflicts(), ["artifact:agent:one  violation"]);
}

#[test]
fn a_criss_cross_and_three_plain_files_are_merged_by_their_rows() {
    let team = Team::new();
    team.diverge(&["group create One"], &["group create Two"]);
    team.git("jo", "push --quiet origin main:other");
    team.git("mia", "fetch --quiet");
    team.git("mia", "merge --quiet --no-edit origin/other");
    team.git("jo", "merge --quiet --no-edit origin/main");
    team.git("mia", "push --quiet origin main");
    team.ok("mia", RENAME);
    team.git("mia", "push --quiet origin main");
    team.ok("jo", GROUP);
    team.git("jo", "fetch --quiet");
    let bases = team.git("jo", "merge-base --all HEAD origin/main");
    assert_eq!(bases.lines().count(), 2);
    assert_eq!(team.conflicts(), ["artifact:skill:notes  violation"]);

    let team = Team::new();
    team.diverge(&[RENAME], &[GROUP]);
    team.types(
        "jo",
        "git show HEAD~1:collection.toml >../base.toml && git show origin/main:collection.toml >../theirs.toml",
    );
    let told = team.ends(
        1,
        "jo",
        "merge-file -p collection.toml ../base.toml ../theirs.toml",
    );
    assert!(told.stderr.contains("artifact:skill:notes"), "{told:?}");
}

/// Mia renames the skill `notes` and edits it, in one commit; with other skills of these texts beside it.
fn renamed_and_edited(team: &Team, text: &str, others: &[(&str, &str)]) {
    team.git("mia", "mv skills/notes skills/memo");
    let folder = team.folder("mia").join("skills");
    team.environment.write(&folder.join("memo/SKILL.md"), text);
    let mut rows = String::from("name = \"memo\"");
    for (name, text) in others {
        team.environment
            .write(&folder.join(name).join("SKILL.md"), text);
        rows = format!("{rows}\ntype = \"skill\"\n\n[[artifacts]]\nname = \"{name}\"");
    }
    team.by_hand("mia", "\"skill:notes\"", "\"skill:memo\"");
    team.by_hand("mia", "name = \"notes\"", &rows);
    team.git("mia", "add --all");
    team.git("mia", "commit --quiet -m other");
}

/// The text of a skill, with so many lines of ten of its own.
fn text_of(own: usize) -> String {
    let line = |number: usize| {
        let whose = if number < own { "own" } else { "the" };
        format!("{whose} line {number}\n")
    };
    (0..10).map(line).collect()
}

/// Jo has the skill `notes` with a text of ten lines, and puts it into a group; Mia's commit meets that.
fn met(own: usize, others: &[(&str, &str)]) -> (Team, Option<i32>) {
    let team = Team::new();
    let path = team.folder("mia").join("skills/notes/SKILL.md");
    team.environment.write(&path, text_of(0));
    team.git("mia", "commit --quiet --all -m lines");
    team.git("mia", "push --quiet");
    team.git("jo", "pull --quiet --no-rebase");
    renamed_and_edited(&team, &text_of(own), others);
    team.git("mia", "push --quiet");
    team.ok("jo", GROUP);
    let code = team.run("jo", "sync").code;
    (team, code)
}

#[test]
fn one_that_was_edited_in_the_same_commit() {
    let (team, code) = met(4, &[]);
    assert_eq!(code, Some(0));
    holds_both(&team, "memo");
    let text = team.folder("jo").join("skills/memo/SKILL.md");
    assert_eq!(fs::read_to_string(text).expect("there"), text_of(4));
}

#[test]
fn one_of_which_too_little_is_left_clashes() {
    let (team, code) = met(7, &[]);
    assert_eq!(code, Some(3));
    let open = team.json("jo", "conflicts")["conflicts"].clone();
    assert_eq!(open[0]["key"], "artifact:skill:notes", "{open}");
    assert_eq!(open[0]["class"], "violation", "{open}");
}

#[test]
fn of_two_that_are_alike_none_is_taken_by_chance() {
    let (_, code) = met(3, &[("draft", &text_of(3))]);
    assert_eq!(code, Some(3));
    // One that is clearly more alike is taken.
    let (team, code) = met(1, &[("draft", &text_of(4))]);
    assert_eq!(code, Some(0));
    holds_both(&team, "memo");
}
