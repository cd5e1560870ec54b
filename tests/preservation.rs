//! What a change leaves alone: whatever the user staged, edited, made or removed beside it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::common::test_environment::TestEnvironment;

/// A collection whose owner is in the middle of many things.
fn in_the_middle() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    for name in [
        "staged",
        "edited",
        "gone",
        "gone staged",
        "old name",
        "tool.sh",
        "both",
    ] {
        environment.write(&team.join("notes").join(name), format!("{name}\n1\n2\n3\n"));
    }
    environment.git(["add", "notes"]);
    environment.git(["commit", "--quiet", "-m", "notes"]);
    environment.write(&team.join("notes/both"), "stash\n");
    environment.git(["stash"]);
    environment.write(&team.join("notes/staged"), "staged\n");
    environment.write(&team.join("notes/new"), "new\n");
    environment.write(&team.join("notes/both"), "staged half\n");
    environment.git(["add", "notes"]);
    environment.write(&team.join("notes/both"), "edited half\n");
    environment.write(&team.join("notes/edited"), "edited\n");
    environment.write(&team.join("notes/untracked"), "untracked\n");
    environment.write(&team.join("notes/intent"), "intent\n");
    environment.git(["add", "--intent-to-add", "notes/intent"]);
    fs::remove_file(team.join("notes/gone")).expect("removed");
    environment.git(["rm", "--quiet", "notes/gone staged"]);
    environment.git(["mv", "notes/old name", "notes/new name"]);
    fs::set_permissions(
        team.join("notes/tool.sh"),
        fs::Permissions::from_mode(0o755),
    )
    .expect("executable");
    environment
}

/// All that git says of the user's own work.
fn work(environment: &TestEnvironment, folder: &Path) -> Vec<String> {
    [
        &["status", "--porcelain=v2", "--", "notes"][..],
        &["diff", "--", "notes"],
        &["diff", "--cached", "--", "notes"],
        &["ls-files", "-s", "--debug", "--", "notes"],
        &["ls-files", "-v", "--", "notes"],
        &["stash", "list", "-p"],
    ]
    .into_iter()
    .map(|arguments| environment.git_in(folder, arguments))
    .collect()
}

/// The paths in which HEAD differs from its parent.
fn committed(environment: &TestEnvironment) -> BTreeSet<String> {
    environment
        .git(["diff", "--name-only", "HEAD~1", "HEAD"])
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn whatever_the_user_is_at_stays_exactly_as_it_is() {
    let environment = in_the_middle();
    let team = environment.team();
    let before = work(&environment, &team);
    assert!(before[0].lines().count() >= 9, "{}", before[0]);
    let outside = environment.root().join("work/skills/caching");
    environment.write(
        &outside.join("SKILL.md"),
        "---\nname: caching\ndescription: Keeps things at hand\n---\n\nText.\n",
    );
    environment.write(&outside.join("run.sh"), "true\n");
    fs::set_permissions(outside.join("run.sh"), fs::Permissions::from_mode(0o755))
        .expect("executable");
    let outside = outside.display().to_string();
    let changes: [(&[&str], &[&str]); 6] = [
        (
            &["group", "create", "Auth", "jwt-auth"],
            &["collection.toml"],
        ),
        (
            &["tag", "add", "Favourite", "jwt-auth"],
            &["collection.toml"],
        ),
        (
            &["add", &outside],
            &[
                "collection.toml",
                "skills/caching/SKILL.md",
                "skills/caching/run.sh",
            ],
        ),
        (
            &["rename", "skill:caching", "cache"],
            &[
                "collection.toml",
                "skills/cache/SKILL.md",
                "skills/cache/run.sh",
                "skills/caching/SKILL.md",
                "skills/caching/run.sh",
            ],
        ),
        (
            &["remove", "skill:cache"],
            &[
                "collection.toml",
                "skills/cache/SKILL.md",
                "skills/cache/run.sh",
            ],
        ),
        (&["group", "delete", "Auth"], &["collection.toml"]),
    ];
    for (arguments, paths) in changes {
        environment.ok(arguments);
        assert_eq!(work(&environment, &team), before, "{arguments:?}");
        let expected: BTreeSet<String> = paths.iter().map(|&path| path.to_owned()).collect();
        assert_eq!(
            environment
                .git(["diff", "--no-renames", "--name-only", "HEAD~1", "HEAD"])
                .lines()
                .map(str::to_owned)
                .collect::<BTreeSet<_>>(),
            expected
        );
        let status = environment.git(["status", "--porcelain"]);
        assert!(
            status.lines().all(|line| line.contains("notes/")),
            "{status}"
        );
    }
    environment.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_file_edited_in_the_tick_of_its_staging_is_still_seen_as_edited() {
    let environment = TestEnvironment::with_team();
    let note = environment.team().join("note");
    environment.write(&note, "0000\n");
    environment.git(["add", "note"]);
    environment.git(["commit", "--quiet", "-m", "note"]);
    for round in 1..=5 {
        environment.write(&note, format!("{round}aaa\n"));
        let time = fs::metadata(&note)
            .expect("there")
            .modified()
            .expect("a time");
        environment.git(["add", "note"]);
        environment.git(["commit", "--quiet", "-m", "note"]);
        // Same size, same inode, and a time not before the index's own: what only the content can tell.
        let index = environment.team().join(".git/index");
        let file = fs::OpenOptions::new()
            .write(true)
            .open(&index)
            .expect("the index");
        file.set_modified(time).expect("a time");
        environment.write(&note, format!("{round}bbb\n"));
        let file = fs::OpenOptions::new()
            .write(true)
            .open(&note)
            .expect("the note");
        file.set_modified(time).expect("a time");
        assert!(
            environment
                .git(["status", "--porcelain"])
                .contains(" M note")
        );
        environment.ok(["group", "create", &format!("G{round}")]);
        assert!(
            environment
                .git(["status", "--porcelain"])
                .contains(" M note"),
            "round {round}"
        );
    }
}

#[test]
fn edits_by_hand_become_a_commit_of_their_own() {
    let environment = TestEnvironment::with_team();
    let path = environment.team().join("collection.toml");
    let edited = format!(
        "{}\n# by hand\n[[groups]]\nname = \"Hand\"\n",
        environment.manifest()
    );
    environment.write(&path, &edited);
    let head = environment.git(["rev-parse", "HEAD"]);
    // Neither a request that fails nor one that changes nothing records them.
    environment.fails(1, ["group", "add", "Nowhere", "jwt-auth"]);
    environment.fails(1, ["group", "create", "Hand"]);
    environment.fails(1, ["group", "create", "Sound", "no-such-artifact"]);
    environment.ok(["group", "edit", "Hand", "--description", ""]);
    environment.ok(["group", "create", "Dry", "--dry-run"]);
    assert_eq!(environment.git(["rev-parse", "HEAD"]), head);
    assert_eq!(environment.manifest(), edited);

    let said = environment.run(["group", "create", "Asked"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let hand = environment.git(["rev-parse", "--short=7", "HEAD~1"]);
    assert!(said.stderr.contains(hand.trim()), "{said:?}");
    assert_eq!(environment.git(["rev-parse", "HEAD~2"]), head);
    assert_eq!(environment.git(["show", "HEAD~1:collection.toml"]), edited);
    let change = environment.git(["diff", "-U0", "HEAD~1", "HEAD"]);
    assert!(
        change.contains("+name = \"Asked\"") && !change.contains("by hand"),
        "{change}"
    );
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    assert_eq!(environment.git(["reflog", "main"]).lines().count(), 2);
}

#[test]
fn staged_edits_by_hand_are_recorded_too_when_they_are_the_work_trees() {
    let environment = TestEnvironment::with_team();
    let path = environment.team().join("collection.toml");
    environment.write(&path, format!("{}\n# by hand\n", environment.manifest()));
    environment.git(["add", "collection.toml"]);
    environment.ok(["group", "create", "Asked"]);
    assert!(environment.git(["show", "HEAD~1"]).contains("+# by hand"));
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn commit_records_the_manifest_and_the_artifacts_that_are_meant() {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    for skill in ["jwt-auth", "oauth-flows"] {
        let file = team.join("skills").join(skill).join("SKILL.md");
        let text = fs::read_to_string(&file).expect("a skill");
        environment.write(&file, format!("{text}\nMore.\n"));
    }
    environment.write(&team.join("skills/jwt-auth/new.md"), "new\n");
    environment.write(&team.join("README"), "not an artifact\n");
    environment.ok(["commit", "jwt-auth", "-m", "tokens: more"]);
    assert_eq!(
        committed(&environment),
        BTreeSet::from(["skills/jwt-auth/SKILL.md", "skills/jwt-auth/new.md"].map(str::to_owned))
    );
    assert_eq!(
        environment.git(["log", "-1", "--format=%s"]),
        "tokens: more\n"
    );
    environment.write(
        &team.join("collection.toml"),
        format!("{}# hand\n", environment.manifest()),
    );
    fs::remove_file(team.join("skills/jwt-auth/new.md")).expect("removed");
    environment.ok(["commit"]);
    assert_eq!(
        committed(&environment),
        BTreeSet::from(
            [
                "collection.toml",
                "skills/jwt-auth/new.md",
                "skills/oauth-flows/SKILL.md"
            ]
            .map(str::to_owned)
        )
    );
    assert_eq!(environment.git(["status", "--porcelain"]), "?? README\n");
    let again = environment.json(["commit"]);
    assert_eq!(again["commit"], serde_json::Value::Null);
}

#[test]
fn ignored_files_in_an_artifacts_folder_are_neither_committed_nor_lost_unseen() {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    environment.write(&team.join(".gitignore"), "*.log\n__pycache__/\n");
    environment.git(["add", ".gitignore"]);
    environment.git(["commit", "--quiet", "-m", "ignore"]);
    let folder = team.join("skills/jwt-auth");
    environment.write(&folder.join("run.log"), "log\n");
    environment.write(&folder.join("__pycache__/x.pyc"), "cache\n");
    environment.write(&folder.join("kept.md"), "kept\n");
    environment.ok(["commit", "jwt-auth"]);
    assert_eq!(
        committed(&environment),
        BTreeSet::from(["skills/jwt-auth/kept.md".to_owned()])
    );
    let said = environment.run(["rename", "jwt-auth", "tokens"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    assert!(!environment.git(["ls-files"]).contains("run.log"));
    let moved = team.join("skills/tokens/run.log").exists();
    assert!(
        moved || folder.join("run.log").exists(),
        "an ignored file went: {said:?}"
    );
    let said = environment.run(["remove", "tokens"]);
    let stays = team.join("skills/tokens/run.log").exists() || folder.join("run.log").exists();
    assert!(
        stays || said.code == Some(5),
        "an ignored file went: {said:?}"
    );
}

#[test]
fn an_edit_in_the_second_of_the_index_is_seen_when_a_change_comes_in_the_next() {
    let environment = TestEnvironment::with_team();
    let notes = environment.team().join("notes");
    wait_for_the_second(100..300);
    environment.write(&notes, "2\n");
    std::thread::sleep(std::time::Duration::from_millis(50));
    environment.git(["add", "notes"]);
    environment.write(&notes, "3\n");
    wait_for_the_second(0..100);
    environment.ok(["group", "create", "Next"]);
    assert_eq!(environment.git(["status", "--porcelain"]), "AM notes\n");
}

/// Waits until the clock stands at these milliseconds of a second.
fn wait_for_the_second(milliseconds: std::ops::Range<u32>) {
    let now = || {
        let since = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .expect("after 1970");
        since.subsec_millis()
    };
    while !milliseconds.contains(&now()) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
