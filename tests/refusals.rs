//! What is refused: the exit code, the state that stays, and the hint, which is followed to the letter.

use std::fs;
use std::path::Path;

use crate::common::test_environment::{Said, TestEnvironment, said};

/// Everything that a refused change must leave alone.
fn state(environment: &TestEnvironment) -> Vec<String> {
    let mut state: Vec<String> = [
        &["rev-parse", "HEAD"][..],
        &["status", "--porcelain=v2"],
        &["ls-files", "-s", "-v"],
        &["diff"],
        &["for-each-ref"],
    ]
    .into_iter()
    .map(|arguments| environment.git(arguments))
    .collect();
    state.push(fs::read_to_string(environment.team().join("collection.toml")).unwrap_or_default());
    state
}

/// A command that must be refused with 5 and change nothing.
fn refused(environment: &TestEnvironment, arguments: &[&str]) -> Said {
    let before = state(environment);
    let told = environment.run(arguments);
    assert_eq!(told.code, Some(5), "{arguments:?} {told:?}");
    assert_eq!(told.stdout, "");
    assert!(told.stderr.starts_with("error: "), "{told:?}");
    assert_eq!(state(environment), before, "{arguments:?}");
    told
}

/// The commands that the hint shows between back quotes.
fn commands(told: &Said) -> Vec<String> {
    let hint = told.stderr.split("hint: ").nth(1).expect("a hint");
    hint.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Runs a command line as a user would, in a folder, with our program on the path.
fn types(environment: &TestEnvironment, folder: &Path, line: &str) {
    let program = Path::new(env!("CARGO_BIN_EXE_skillmeat"))
        .parent()
        .expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = environment.command("sh", folder);
    command
        .args(["-c", line])
        .env("PATH", format!("{}:{path}", program.display()))
        .env("GIT_EDITOR", "f() { echo resolved >>\"$1\"; }; f");
    let done = said(command);
    assert_eq!(done.code, Some(0), "{line}: {done:?}");
}

/// A collection with two branches that clash in `notes`.
fn clashing() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    let notes = environment.team().join("notes");
    for (branch, text) in [
        ("main", "base\n"),
        ("theirs", "theirs\n"),
        ("main", "ours\n"),
    ] {
        if branch == "theirs" {
            environment.git(["switch", "--quiet", "-c", branch]);
        } else {
            environment.git(["switch", "--quiet", branch]);
        }
        environment.write(&notes, text);
        environment.git(["add", "notes"]);
        environment.git(["commit", "--quiet", "-m", text.trim()]);
    }
    environment
}

#[test]
fn an_operation_of_git_that_is_under_way_is_finished_first() {
    let operations: [(&str, &[&str]); 5] = [
        ("merge", &["merge", "theirs"]),
        ("rebase", &["rebase", "theirs"]),
        ("cherry-pick", &["cherry-pick", "theirs"]),
        ("revert", &["revert", "HEAD~1", "--no-edit"]),
        ("am", &["am", "--3way", "patch"]),
    ];
    for (word, start) in operations {
        let environment = clashing();
        let patch = environment.git(["format-patch", "--stdout", "main..theirs"]);
        environment.write(&environment.team().join("patch"), patch);
        environment.write(&environment.team().join(".git/info/exclude"), "patch\n");
        let started = environment.git_said(&environment.team(), start);
        assert_ne!(started.code, Some(0), "{started:?}");
        let told = refused(&environment, &["group", "create", "Later"]);
        assert!(
            told.stderr
                .contains(&format!("a git {word} is in progress")),
            "{told:?}"
        );
        let lines = commands(&told);
        assert_eq!(lines[0], format!("git {word} --continue"));
        environment.write(&environment.team().join("notes"), "both\n");
        environment.git(["add", "notes"]);
        refused(&environment, &["group", "create", "Later"]);
        types(&environment, &environment.team(), &lines[0]);
        environment.ok(["group", "create", "Later"]);
        // Reading never was refused.
        assert_eq!(environment.git(["status", "--porcelain"]), "");
    }
}

#[test]
fn reading_goes_on_in_the_middle_of_a_merge() {
    let environment = clashing();
    let before = environment.ok(["list"]);
    environment.git_said(&environment.team(), ["merge", "theirs"]);
    assert_eq!(environment.ok(["list"]), before);
    environment.ok(["status"]);
}

#[test]
fn a_merge_that_waits_for_its_commit_and_a_bisection() {
    let environment = clashing();
    environment.git(["switch", "--quiet", "-c", "other", "main~1"]);
    environment.write(&environment.team().join("more"), "more\n");
    environment.git(["add", "more"]);
    environment.git(["commit", "--quiet", "-m", "more"]);
    environment.git(["switch", "--quiet", "main"]);
    environment.git(["merge", "--quiet", "--no-commit", "--no-ff", "other"]);
    let told = refused(&environment, &["group", "create", "Later"]);
    types(&environment, &environment.team(), &commands(&told)[0]);
    environment.ok(["group", "create", "Later"]);

    environment.git(["bisect", "start"]);
    let told = refused(&environment, &["group", "create", "Too"]);
    assert!(told.stderr.contains("bisect"), "{told:?}");
    types(&environment, &environment.team(), &commands(&told)[0]);
    environment.ok(["group", "create", "Too"]);

    environment.git(["bisect", "start", "HEAD", "HEAD~3"]);
    let told = refused(&environment, &["group", "create", "Three"]);
    types(&environment, &environment.team(), &commands(&told)[0]);
    environment.ok(["group", "create", "Three"]);
}

#[test]
fn a_detached_head() {
    let environment = TestEnvironment::with_team();
    environment.git(["checkout", "--quiet", "--detach"]);
    let told = refused(&environment, &["tag", "add", "X", "jwt-auth"]);
    let lines = commands(&told);
    types(
        &environment,
        &environment.team(),
        &lines[1].replace("BRANCH", "kept"),
    );
    environment.ok(["tag", "add", "X", "jwt-auth"]);
    environment.git(["checkout", "--quiet", "--detach"]);
    refused(&environment, &["tag", "add", "Y", "jwt-auth"]);
    types(
        &environment,
        &environment.team(),
        &lines[0].replace("BRANCH", "main"),
    );
    environment.ok(["tag", "add", "Y", "jwt-auth"]);
}

#[test]
fn a_conflict_that_a_stash_left_in_the_index() {
    let environment = TestEnvironment::with_team();
    let notes = environment.team().join("my notes");
    environment.write(&notes, "base\n");
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "notes"]);
    environment.write(&notes, "stashed\n");
    environment.git(["stash", "--quiet"]);
    environment.write(&notes, "committed\n");
    environment.git(["commit", "--quiet", "-am", "notes"]);
    environment.git_said(&environment.team(), ["stash", "pop"]);
    let told = refused(&environment, &["group", "create", "Later"]);
    assert!(told.stderr.contains("my notes"), "{told:?}");
    environment.write(&notes, "both\n");
    for line in commands(&told) {
        types(&environment, &environment.team(), &line);
    }
    environment.ok(["group", "create", "Later"]);
}

#[test]
fn a_manifest_that_is_a_link() {
    let environment = TestEnvironment::with_team();
    let path = environment.team().join("collection.toml");
    fs::rename(&path, environment.team().join("real.toml")).expect("moved");
    std::os::unix::fs::symlink("real.toml", &path).expect("a link");
    let told = refused(&environment, &["group", "create", "Later"]);
    assert!(told.stderr.contains("symbolic link"), "{told:?}");
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "link"]);
    refused(&environment, &["group", "create", "Later"]);
    fs::remove_file(&path).expect("removed");
    fs::rename(environment.team().join("real.toml"), &path).expect("moved");
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "file"]);
    environment.ok(["group", "create", "Later"]);
}

#[test]
fn a_manifest_that_git_is_told_not_to_look_at() {
    for flag in ["--skip-worktree", "--assume-unchanged"] {
        for folder in ["", "deep er"] {
            let environment = TestEnvironment::new();
            let top = environment.work().join("repo");
            environment.repository(&top, "[tool.skillmeat]\nname = \"x\"\n");
            let folder = top.join(folder);
            environment.write(
                &folder.join("collection.toml"),
                "[tool.skillmeat]\nname = \"x\"\n",
            );
            environment.git_in(&top, ["add", "."]);
            environment.git_said(&top, ["commit", "--quiet", "-m", "deep"]);
            environment.git_in(&folder, ["update-index", flag, "collection.toml"]);
            let told = environment.run_in(&folder, ["group", "create", "Later"]);
            assert_eq!(told.code, Some(5), "{told:?}");
            assert!(told.stderr.contains(&flag[2..]), "{told:?}");
            types(&environment, &folder, &commands(&told)[0]);
            environment.ok_in(&folder, ["group", "create", "Later"]);
            assert_eq!(environment.git_in(&top, ["status", "--porcelain"]), "");
        }
    }
}

#[test]
fn a_manifest_that_is_staged_differently() {
    let environment = TestEnvironment::with_team();
    let path = environment.team().join("collection.toml");
    let text = environment.manifest();
    environment.write(&path, format!("{text}\n# staged\n"));
    environment.git(["add", "collection.toml"]);
    environment.write(&path, format!("{text}\n# staged\n# edited\n"));
    let told = refused(&environment, &["group", "create", "Later"]);
    let line = &commands(&told)[0];
    types(
        &environment,
        &environment.team(),
        &format!("{line} -m staged"),
    );
    environment.ok(["group", "create", "Later"]);
    assert_eq!(
        environment.git(["log", "--format=%s", "-3"]).lines().nth(2),
        Some("staged")
    );
}

/// Replaces the manifest; a change must fail with 1 and say these words.
fn invalid(environment: &TestEnvironment, text: &str, words: &[&str]) {
    let path = environment.team().join("collection.toml");
    let kept = environment.manifest();
    environment.write(&path, text);
    let before = state(environment);
    let told = environment.run(["group", "create", "Later"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    for word in words {
        assert!(told.stderr.contains(word), "{word}: {told:?}");
    }
    assert!(told.stderr.contains("hint: "), "{told:?}");
    assert_eq!(state(environment), before);
    let told = environment.run(["check"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    environment.write(&path, kept);
}

#[test]
fn an_invalid_manifest() {
    let environment = TestEnvironment::with_team();
    let text = "[tool.skillmeat]\nname = \"team\"\n\n[[groups]]\nname = \"Twice\"\n\n[[groups]]\nname = \"Twice\"\nicon = \"x\"\n";
    invalid(&environment, text, &["Twice", "4", "7"]);
    let text = "[tool.skillmeat]\nname = \"team\"\n\n[[artifacts]]\nname = \"a\"\ntype = \"skill\"\n\n[[artifacts]]\ntype = \"skill\"\nname = \"a\"\nx = 1\n";
    invalid(&environment, text, &["\"a\"", "4", "8"]);
    let text =
        "[tool.skillmeat]\nname = \"team\"\n<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n";
    invalid(&environment, text, &["conflict", "3"]);
    let text = "[tool.skillmeat]\nname = \"team\"\nversion = = 2\n";
    invalid(&environment, text, &["collection.toml:3:11"]);
}

#[test]
fn identical_rows_are_mended_as_the_hint_says() {
    let environment = TestEnvironment::with_team();
    let path = environment.team().join("collection.toml");
    let row = "\n[[groups]]\nname = \"Twice\"\nmembers = [\"skill:jwt-auth\"]\n";
    environment.write(&path, format!("{}{row}{row}", environment.manifest()));
    let told = environment.run(["group", "create", "Later"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let line = commands(&told)
        .into_iter()
        .find(|line| line.contains("--fix"))
        .expect("a fix");
    types(&environment, &environment.team(), &line);
    environment.ok(["group", "create", "Later"]);
    assert_eq!(environment.manifest().matches("\"Twice\"").count(), 1);
}

#[test]
fn uncommitted_work_in_an_artifact() {
    for arguments in [
        &["remove", "jwt-auth"][..],
        &["rename", "jwt-auth", "tokens"],
        &["tag", "remove", "auth", "jwt-auth", "--edit-artifact"],
    ] {
        for new in [false, true] {
            let environment = TestEnvironment::with_team();
            let folder = environment.team().join("skills/jwt-auth");
            let file = if new {
                folder.join("draft.md")
            } else {
                folder.join("SKILL.md")
            };
            let text = fs::read_to_string(&file).unwrap_or_default();
            environment.write(&file, format!("{text}\nUncommitted.\n"));
            if new && arguments[0] == "tag" {
                continue;
            }
            let told = refused(&environment, arguments);
            assert!(told.stderr.contains("skills/jwt-auth/"), "{told:?}");
            types(&environment, &environment.team(), &commands(&told)[0]);
            environment.ok(arguments);
            assert_eq!(environment.git(["status", "--porcelain"]), "");
            assert!(
                environment
                    .git(["log", "-p", "-3"])
                    .contains("+Uncommitted.")
            );
        }
    }
}

#[test]
fn names_that_are_unknown_ambiguous_or_taken() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Authentication"]);
    environment.ok(["tag", "create", "Backend"]);
    let head = environment.git(["rev-parse", "HEAD"]);
    let cases: [(&[&str], &str); 14] = [
        (
            &["group", "add", "Authentification", "jwt-auth"],
            "Did you mean \"Authentication\"?",
        ),
        (
            &["group", "add", "Authentication", "jwt-aut"],
            "Did you mean \"jwt-auth\"?",
        ),
        (
            &["group", "add", "Authentication", "no-*"],
            "no artifact matches",
        ),
        (&["show", "release-notes"], "for example"),
        (
            &["group", "add", "Authentication", "release-notes"],
            "release-notes",
        ),
        (&["group", "create", "Authentication"], "exists already"),
        (&["tag", "create", "Backend"], "exists already"),
        (&["rename", "jwt-auth", "oauth-flows"], "exists already"),
        (&["group", "create", ""], "error: "),
        (&["group", "create", "a\nb"], "error: "),
        (&["rename", "jwt-auth", "../x"], "error: "),
        (&["tag", "create", "!!!"], "--slug"),
        (&["collection", "use", "taem"], "Did you mean \"team\"?"),
        (&["-c", "taem", "list"], "Did you mean \"team\"?"),
    ];
    for (arguments, words) in cases {
        let told = environment.run(arguments);
        assert!(matches!(told.code, Some(1 | 2)), "{arguments:?} {told:?}");
        assert!(told.stderr.contains(words), "{arguments:?} {told:?}");
        assert_eq!(told.stdout, "");
    }
    assert_eq!(environment.git(["rev-parse", "HEAD"]), head);
    assert_eq!(environment.git(["status", "--porcelain"]), "");
}

#[test]
fn slugs_that_are_taken() {
    let environment = TestEnvironment::with_team();
    environment.ok(["tag", "create", "C"]);
    let told = environment.run(["tag", "create", "C++"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(commands(&told)[0].starts_with("--slug"), "{told:?}");
    environment.ok(["tag", "create", "C++", "--slug", "cpp"]);
    // C# is neither of them, whatever its slug would be.
    for arguments in [
        &["tag", "add", "C#", "jwt-auth"][..],
        &["tag", "delete", "C#"],
        &["tag", "edit", "C#", "--description", "Sharp"],
        &["tag", "show", "C#"],
    ] {
        let told = environment.run(arguments);
        assert_eq!(told.code, Some(1), "{arguments:?} {told:?}");
    }
    environment.ok(["tag", "add", "C++", "jwt-auth"]);
    let tags = environment.json(["tag", "show", "cpp"]);
    assert_eq!(tags["tag"]["artifacts"][0], "skill:jwt-auth");
}

#[test]
fn names_that_unicode_writes_in_two_ways_are_one() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Caf\u{e9}"]);
    environment.fails(1, ["group", "create", "Cafe\u{301}"]);
    environment.ok(["group", "add", "Cafe\u{301}", "jwt-auth"]);
    let groups = environment.json(["group", "list"]);
    assert_eq!(groups["groups"].as_array().map(Vec::len), Some(1));
    assert_eq!(groups["groups"][0]["members"][0], "skill:jwt-auth");
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    let environment = TestEnvironment::with_team();
    for arguments in [
        &["nonsense"][..],
        &["group"],
        &["group", "create"],
        &["list", "--nonsense"],
        &["group", "move", "X"],
        &["group", "move", "X", "--to", "first"],
        &["--color", "sometimes", "list"],
    ] {
        let told = environment.run(arguments);
        assert_eq!(told.code, Some(2), "{arguments:?} {told:?}");
        assert_eq!(told.stdout, "");
    }
}

#[test]
fn what_is_so_already_is_no_change() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth", "--color", "#112233"]);
    environment.ok(["tag", "add", "Fresh", "jwt-auth"]);
    environment.ok(["rate", "jwt-auth", "4"]);
    environment.ok(["check", "--fix"]);
    let head = environment.git(["rev-parse", "HEAD"]);
    for arguments in [
        &["group", "add", "Auth", "jwt-auth"][..],
        &["group", "remove", "Auth", "oauth-flows"],
        &["group", "edit", "Auth", "--color", "#112233"],
        &["group", "rename", "Auth", "Auth"],
        &["group", "move", "Auth", "--to", "0"],
        &["group", "order", "Auth", "jwt-auth"],
        &["tag", "add", "Fresh", "jwt-auth"],
        &["tag", "remove", "Fresh", "oauth-flows"],
        &["tag", "edit", "Fresh", "--description", ""],
        &["rate", "jwt-auth", "4"],
        &["rename", "jwt-auth", "jwt-auth"],
        &["commit"],
        &["check", "--fix"],
    ] {
        let answer = environment.json(arguments);
        assert_eq!(answer["changes"], serde_json::json!([]), "{arguments:?}");
        assert_eq!(answer["commit"], serde_json::Value::Null, "{arguments:?}");
        assert_eq!(answer["undo"], serde_json::Value::Null, "{arguments:?}");
    }
    assert_eq!(environment.git(["rev-parse", "HEAD"]), head);
}

#[test]
fn of_several_all_are_done_or_none() {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth"]);
    let before = state(&environment);
    for arguments in [
        &["group", "add", "Auth", "jwt-auth", "nowhere"][..],
        &["tag", "add", "New", "jwt-auth", "nowhere"],
        &["remove", "jwt-auth", "nowhere"],
        &["group", "create", "Other", "jwt-auth", "nowhere"],
        &["group", "delete", "Auth", "Nowhere"],
        &["add", "../home", "/no/such/path"],
    ] {
        let told = environment.run(arguments);
        assert_eq!(told.code, Some(1), "{arguments:?} {told:?}");
        assert_eq!(state(&environment), before, "{arguments:?}");
    }
    let file = environment.team().join("skills/oauth-flows/SKILL.md");
    let text = fs::read_to_string(&file).expect("a skill");
    environment.write(&file, format!("{text}\nMore.\n"));
    refused(&environment, &["remove", "jwt-auth", "oauth-flows"]);
    assert!(environment.team().join("skills/jwt-auth/SKILL.md").exists());
}

#[test]
fn errors_as_json_are_one_document_on_stderr() {
    let environment = TestEnvironment::with_team();
    environment.git(["checkout", "--quiet", "--detach"]);
    let told = environment.run(["group", "create", "Later", "--json"]);
    assert_eq!(told.code, Some(5), "{told:?}");
    assert_eq!(told.stdout, "");
    let answer: serde_json::Value = serde_json::from_str(&told.stderr).expect("one document");
    let mut keys: Vec<&str> = answer["error"]
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, ["hint", "kind", "line", "message", "path"]);
    assert_eq!(answer["error"]["kind"], "refused");
}
