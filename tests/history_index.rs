//! The index of the history in the database: answers with it are the answers without it, whatever git does.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::choices::Choices;
use crate::common::test_environment::{Said, TestEnvironment, said};

/// What is asked: all, each kind of row, and every way to choose.
const QUESTIONS: [&[&str]; 12] = [
    &["history", "--json"],
    &["history"],
    &["history", "-n", "3", "--json"],
    &["history", "--deleted", "--json"],
    &["history", "group", "One", "--json"],
    &["history", "group", "Two", "--json"],
    &["history", "group", "Three", "--deleted", "--json"],
    &["history", "tag", "back", "--json"],
    &["history", "artifact", "skill:jwt-auth", "--json"],
    &[
        "history",
        "rating",
        "skill:jwt-auth:jo@example.com",
        "--json",
    ],
    &["history", "--author", "jo", "-n", "4", "--json"],
    &["history", "--since", "2026-01-20", "--json"],
];

/// A collection in a folder, with a clock that goes on by itself.
struct Story<'a> {
    environment: &'a TestEnvironment,
    folder: PathBuf,
    now: u64,
}

impl<'a> Story<'a> {
    fn of(environment: &'a TestEnvironment, folder: PathBuf) -> Self {
        Self {
            environment,
            folder,
            now: 0,
        }
    }

    fn runs(&mut self, program: &str, words: &[&str]) -> Said {
        self.now += 1;
        let (name, email) = [("Mia", "mia@example.com"), ("Jo", "jo@example.com")]
            [usize::from(self.now.is_multiple_of(3))];
        // Now and then several commits in one second, and a clock that runs behind.
        let seconds = 1_767_225_600 + self.now / 2 * 40_000 - self.now % 7 * 50_000;
        let mut command = self.environment.command(program, &self.folder);
        command.args(words);
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_DATE"), format!("{seconds} +0100"))
                .env(format!("GIT_{role}_NAME"), name)
                .env(format!("GIT_{role}_EMAIL"), email);
        }
        said(command)
    }

    fn git(&mut self, words: &[&str]) -> Said {
        self.runs("git", words)
    }

    fn skillmeat(&mut self, words: &[&str]) -> Said {
        self.runs(env!("CARGO_BIN_EXE_skillmeat"), words)
    }

    /// Where the database is.
    fn database(&mut self) -> PathBuf {
        PathBuf::from(self.skillmeat(&["cache", "path"]).stdout.trim())
    }

    fn commits_in_index(&mut self) -> i64 {
        let path = self.database();
        let database = rusqlite::Connection::open(path).expect("a database");
        database
            .query_row("SELECT count(*) FROM history_commits", [], |row| row.get(0))
            .expect("a number")
    }

    /// The answer to a question with the index as it is, and without one.
    fn agrees_on(&mut self, question: &[&str]) {
        let with = self.skillmeat(question);
        let folder = self.database().parent().expect("a folder").to_owned();
        let aside = folder.with_extension("aside");
        let was_there = folder.exists();
        if was_there {
            fs::rename(&folder, &aside).expect("moved");
        }
        let without = self.skillmeat(question);
        if was_there {
            let _ = fs::remove_dir_all(&folder);
            fs::rename(&aside, &folder).expect("moved back");
        }
        assert_eq!(with.code, Some(0), "{with:?}");
        assert_eq!(with.stdout, without.stdout, "{question:?}");
        assert_eq!(with.stderr, without.stderr, "{question:?}");
    }

    fn agrees(&mut self) {
        for question in QUESTIONS {
            self.agrees_on(question);
        }
    }
}

/// One thing that somebody does; it may fail, as things do.
fn something(story: &mut Story<'_>, choices: &mut Choices) {
    let names = ["One", "Two", "Three"];
    let (name, other) = (names[choices.below(3)], names[choices.below(3)]);
    let artifact = ["jwt-auth", "oauth-flows", "api-design"][choices.below(3)];
    let branch = ["main", "side", "other"][choices.below(3)];
    match choices.below(28) {
        0..=2 => story.skillmeat(&["group", "create", name, artifact]),
        3 => story.skillmeat(&["group", "delete", name]),
        4 | 5 => story.skillmeat(&["group", "rename", name, other]),
        6 | 7 => story.skillmeat(&["group", "add", name, artifact]),
        8 => story.skillmeat(&["group", "edit", name, "--icon", artifact]),
        9 => story.skillmeat(&["tag", "add", "back", artifact]),
        10 => story.skillmeat(&["tag", "delete", "back"]),
        11 => story.skillmeat(&["rate", "jwt-auth", "3"]),
        12 => story.skillmeat(&["undo"]),
        13 => story.git(&["commit", "--quiet", "--allow-empty", "-m", "nothing"]),
        14 => story.git(&["commit", "--quiet", "--amend", "-m", "another message"]),
        15 => story.git(&["reset", "--quiet", "--hard", "HEAD~2"]),
        16 => story.git(&["revert", "--no-edit", "HEAD"]),
        17 => {
            let path = story.folder.join("collection.toml");
            let text = fs::read_to_string(&path).unwrap_or_default();
            let row = format!(
                "\n[[groups]]\nname = \"By hand {}\"\nx_own = 1\n",
                story.now
            );
            fs::write(&path, text.replace("x_own = 1", "x_own = 2") + &row).expect("written");
            story.git(&["commit", "--quiet", "--all", "-m", "by hand"])
        }
        18..=22 => {
            story.git(&["branch", branch]);
            story.git(&["switch", "--quiet", branch])
        }
        _ => {
            let merged = story.git(&["merge", "--no-edit", "--no-ff", branch]);
            if merged.code != Some(0) {
                story.git(&["merge", "--abort"]);
            }
            merged
        }
    };
}

#[test]
fn random_histories_are_told_alike_with_the_index_and_without() {
    let mut merged = 0;
    for seed in [1, 2, 3] {
        let environment = TestEnvironment::with_team();
        let mut story = Story::of(&environment, environment.team());
        let mut choices = Choices::new(seed);
        for _ in 0..45 {
            something(&mut story, &mut choices);
            // So the index grows by parts.
            let question = QUESTIONS[choices.below(QUESTIONS.len())];
            if choices.below(3) == 0 {
                story.agrees_on(question);
            }
        }
        let count = story.git(&["rev-list", "--count", "--merges", "--all", "--reflog"]);
        merged += count.stdout.trim().parse::<u32>().expect("a number");
        story.agrees();
        // After all was asked, all is known.
        let commits = story.git(&["rev-list", "--count", "HEAD"]).stdout;
        let commits: i64 = commits.trim().parse().expect("a number");
        assert!(story.commits_in_index() >= commits && commits > 5, "{seed}");
    }
    assert!(merged > 5, "{merged}");
}

/// A collection with some history, all of it in the index.
fn indexed(environment: &TestEnvironment) -> Story<'_> {
    let mut story = Story::of(environment, environment.team());
    for words in [
        &["group", "create", "One", "jwt-auth"][..],
        &["group", "create", "Two", "oauth-flows"],
        &["group", "rename", "Two", "Three"],
        &["group", "add", "Three", "jwt-auth"],
        &["group", "delete", "One"],
        &["tag", "add", "back", "jwt-auth"],
    ] {
        assert_eq!(story.skillmeat(words).code, Some(0), "{words:?}");
    }
    assert_eq!(story.commits_in_index(), 0);
    story.agrees();
    assert_eq!(story.commits_in_index(), 7);
    story
}

#[test]
fn only_what_was_asked_for_is_worked_out_and_nothing_twice() {
    let environment = TestEnvironment::with_team();
    let mut story = indexed(&environment);
    story.skillmeat(&["group", "create", "New"]);
    assert_eq!(story.commits_in_index(), 7);
    story.skillmeat(&["history", "-n", "1"]);
    assert_eq!(story.commits_in_index(), 8);
    // What the index says is what is told: it was taken from there.
    let path = story.database();
    let database = rusqlite::Connection::open(path).expect("a database");
    let update = "UPDATE history_commits SET summary = 'From the index' WHERE id = 3";
    assert_eq!(database.execute(update, []).expect("updated"), 1);
    drop(database);
    let told = story.skillmeat(&["history", "--json"]).stdout;
    assert!(told.contains("From the index"), "{told}");
}

#[test]
fn a_database_that_is_damaged_gone_or_only_to_be_read_does_not_matter() {
    let environment = TestEnvironment::with_team();
    let mut story = indexed(&environment);
    let told = |story: &mut Story<'_>| story.skillmeat(&["history", "group", "Three"]).stdout;
    let known = told(&mut story);
    assert!(known.contains("renamed from \"Two\""), "{known}");
    let path = story.database();
    let database = rusqlite::Connection::open(&path).expect("a database");
    database
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); DROP TABLE history_changes;")
        .expect("dropped");
    drop(database);
    assert_eq!(told(&mut story), known);
    fs::write(&path, b"garbage").expect("written");
    assert_eq!(told(&mut story), known);
    fs::remove_file(&path).expect("removed");
    assert_eq!(told(&mut story), known);
    // A short history is no reason to make one.
    assert!(!path.exists());
    story.skillmeat(&["list"]);
    let folder = path.parent().expect("a folder");
    let mode = |mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("set");
    };
    mode(0o555);
    let read_only = told(&mut story);
    mode(0o755);
    assert_eq!(read_only, known);
}

#[test]
fn shallow_clones_keep_nothing_that_becomes_wrong() {
    let environment = TestEnvironment::with_team();
    indexed(&environment);
    let work = environment.work();
    let from = format!("file://{}", environment.team().display());
    environment.git_in(&work, ["clone", "--quiet", "--depth", "3", &from, "flat"]);
    let mut flat = Story::of(&environment, work.join("flat"));
    flat.skillmeat(&["list"]);
    flat.agrees();
    let said = flat.skillmeat(&["history"]);
    assert!(said.stderr.contains("shallow"), "{said:?}");
    // The commit at the cut is not in it.
    assert_eq!(flat.commits_in_index(), 2);
    for fetch in [
        &["fetch", "--quiet", "--depth", "5"][..],
        &["fetch", "--quiet", "--unshallow"],
    ] {
        assert_eq!(flat.git(fetch).code, Some(0));
        flat.agrees();
    }
    let whole: Value =
        serde_json::from_str(&flat.skillmeat(&["history", "--json"]).stdout).expect("JSON");
    let team = environment.json(["history"]);
    assert_eq!(whole["entries"], team["entries"]);
    assert_eq!(flat.commits_in_index(), 7);
    // Cut off once more, with everything in the index.
    assert_eq!(
        flat.git(&["fetch", "--quiet", "--depth", "2"]).code,
        Some(0)
    );
    flat.agrees();
    let said = flat.skillmeat(&["history", "--json"]);
    let told: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(told["entries"].as_array().expect("entries").len(), 1);
}

#[test]
fn commits_that_stand_in_for_others_are_told_and_not_kept() {
    let environment = TestEnvironment::with_team();
    let mut story = indexed(&environment);
    let tree = story.git(&["rev-parse", "HEAD~3^{tree}"]).stdout;
    let words = ["commit-tree", tree.trim(), "-p", "HEAD~3", "-m", "another"];
    let other = story.git(&words).stdout;
    story.git(&["replace", "HEAD~2", other.trim()]);
    story.git(&["commit", "--quiet", "--allow-empty", "-m", "above"]);
    story.agrees();
    assert_eq!(story.commits_in_index(), 7);
    story.git(&["replace", "-d", "HEAD~3"]);
    story.agrees();
    assert_eq!(story.commits_in_index(), 8);
}

#[test]
fn work_trees_have_indexes_of_their_own() {
    let environment = TestEnvironment::with_team();
    let mut story = indexed(&environment);
    let linked = environment.work().join("linked");
    let path = linked.display().to_string();
    let words = [
        "worktree", "add", "--quiet", "-b", "linked", &path, "HEAD~2",
    ];
    assert_eq!(story.git(&words).code, Some(0));
    let mut linked = Story::of(&environment, linked);
    linked.skillmeat(&["group", "create", "Here"]);
    linked.agrees();
    assert_eq!(linked.commits_in_index(), 6);
    story.agrees();
    assert_eq!(story.commits_in_index(), 7);
}

#[test]
fn commits_that_are_gone_fall_out_once_they_are_many() {
    let environment = TestEnvironment::with_team();
    let mut story = Story::of(&environment, environment.team());
    let commits = |story: &mut Story<'_>, count: usize| {
        for number in 0..count {
            let words = [
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                &number.to_string(),
            ];
            assert_eq!(story.git(&words).code, Some(0));
        }
    };
    commits(&mut story, 200);
    story.skillmeat(&["history"]);
    assert_eq!(story.commits_in_index(), 201);
    story.git(&["reset", "--quiet", "--hard", "HEAD~190"]);
    story.agrees();
    assert_eq!(story.commits_in_index(), 201);
    commits(&mut story, 80);
    story.agrees();
    assert_eq!(story.commits_in_index(), 91);
    story.agrees();
}

/// The folder of a database is named after that of the collection, so that each has its own.
#[test]
fn collections_in_one_repository_do_not_share_an_index() {
    let environment = TestEnvironment::new();
    let top = environment.work().join("top");
    environment.repository(&top, "[[groups]]\nname = \"Top\"\n");
    environment.write(
        &top.join("below/collection.toml"),
        "[[groups]]\nname = \"Below\"\n",
    );
    environment.git_in(&top, ["add", "."]);
    environment.git_in(&top, ["commit", "--quiet", "-m", "below"]);
    let told = |folder: &Path| {
        let printed = environment.ok_in(folder, ["history", "--json"]);
        let told: Value = serde_json::from_str(&printed).expect("JSON");
        told["entries"][0]["changes"][0]["key"].clone()
    };
    for _ in 0..2 {
        environment.ok_in(&top, ["list"]);
        environment.ok_in(&top.join("below"), ["list"]);
        assert_eq!(told(&top), "group:Top");
        assert_eq!(told(&top.join("below")), "group:Below");
    }
}
