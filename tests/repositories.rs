//! Changes in every kind of repository that git makes: the answer of git is the measure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::test_environment::{Said, TestEnvironment, said};

/// A manifest with two groups, and what a change of it is compared with.
const MANIFEST: &str =
    "[tool.skillmeat]\nname = \"small\"\n\n[[groups]]\nname = \"One\"\nmembers = []\n";

/// An empty machine and a repository on it with a small collection at its top.
fn small() -> (TestEnvironment, PathBuf) {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("repo");
    environment.repository(&folder, MANIFEST);
    (environment, folder)
}

/// Creates a group, and asks git whether all is in order afterwards.
fn creates_a_group(environment: &TestEnvironment, folder: &Path, name: &str) {
    let said = environment.run_in(folder, ["group", "create", name]);
    assert_eq!(said.code, Some(0), "{said:?}");
    is_sound(environment, folder);
    let patch = environment.git_in(folder, ["show", "--format=", "-U0", "HEAD"]);
    assert!(patch.contains(&format!("+name = \"{name}\"")), "{patch}");
    assert!(
        !patch.lines().any(|line| line.starts_with("-name")),
        "{patch}"
    );
    let listed = environment.ok_in(folder, ["group", "list"]);
    assert!(listed.contains(name), "{listed}");
}

fn is_sound(environment: &TestEnvironment, folder: &Path) {
    assert_eq!(environment.git_in(folder, ["status", "--porcelain"]), "");
    environment.git_in(folder, ["fsck", "--strict", "--no-dangling"]);
}

/// Everything that a change might touch.
fn state(environment: &TestEnvironment, folder: &Path) -> Vec<String> {
    vec![
        environment.git_said(folder, ["rev-parse", "HEAD"]).stdout,
        environment.git_in(folder, ["status", "--porcelain=v2"]),
        environment.git_in(folder, ["ls-files", "-s"]),
        environment.git_in(folder, ["diff"]),
        environment.git_in(folder, ["diff", "--cached"]),
        fs::read_to_string(folder.join("collection.toml")).expect("a manifest"),
    ]
}

fn configure(environment: &TestEnvironment, folder: &Path, key: &str, value: &str) {
    environment.git_in(folder, ["config", key, value]);
}

fn hook(environment: &TestEnvironment, folder: &Path, name: &str, body: &str) {
    environment.script(&folder.join(".git/hooks").join(name), body);
}

#[test]
fn a_collection_in_a_folder_of_a_larger_repository() {
    let environment = TestEnvironment::new();
    let top = environment.work().join("mono");
    environment.repository(&top, "not = \"ours\"\n");
    let folder = top.join("tools/a b/skills repo");
    environment.write(&folder.join("collection.toml"), MANIFEST);
    environment.write(
        &folder.join("skills/one/SKILL.md"),
        "---\nname: one\ndescription: One\n---\n",
    );
    environment.git_in(&top, ["add", "."]);
    environment.git_in(&top, ["commit", "--quiet", "-m", "tools"]);
    creates_a_group(&environment, &folder, "Two");
    environment.ok_in(
        &folder.join("skills/one"),
        ["group", "add", "Two", "skill:one"],
    );
    environment.ok_in(&folder, ["rename", "one", "eins"]);
    is_sound(&environment, &top);
    assert_eq!(
        environment.git_in(&top, ["diff", "--name-only", "HEAD~3"]),
        "tools/a b/skills repo/collection.toml\ntools/a b/skills repo/skills/eins/SKILL.md\n"
    );
    let path = environment.ok_in(&folder, ["cache", "path"]);
    assert!(
        path.starts_with(top.join(".git").to_str().expect("text")),
        "{path}"
    );
}

#[test]
fn linked_work_trees_have_databases_of_their_own() {
    let (environment, folder) = small();
    let other = environment.work().join("other tree");
    environment.git_in(
        &folder,
        [
            "worktree",
            "add",
            "--quiet",
            "-b",
            "side/branch",
            "../other tree",
        ],
    );
    creates_a_group(&environment, &other, "Side");
    creates_a_group(&environment, &folder, "Main");
    assert!(
        !environment
            .ok_in(&folder, ["group", "list"])
            .contains("Side")
    );
    assert!(
        !environment
            .ok_in(&other, ["group", "list"])
            .contains("Main")
    );
    assert_ne!(
        environment.ok_in(&folder, ["cache", "path"]),
        environment.ok_in(&other, ["cache", "path"])
    );
    assert!(
        environment
            .git_in(&other, ["log", "--oneline"])
            .contains("Side")
    );
}

#[test]
fn work_trees_with_relative_paths() {
    let (environment, folder) = small();
    let said = environment.git_said(
        &folder,
        [
            "-c",
            "worktree.useRelativePaths=true",
            "worktree",
            "add",
            "--quiet",
            "../near",
        ],
    );
    if said.code != Some(0) {
        println!("skipped: this git makes no relative work trees");
        return;
    }
    creates_a_group(&environment, &environment.work().join("near"), "Near");
}

#[test]
fn a_repository_of_sha256() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("repo");
    fs::create_dir(&folder).expect("a folder");
    if environment
        .git_said(&folder, ["init", "--object-format=sha256"])
        .code
        != Some(0)
    {
        println!("skipped: this git knows no SHA-256");
        return;
    }
    environment.repository(&folder, MANIFEST);
    creates_a_group(&environment, &folder, "Two");
    let answer = environment.ok_in(&folder, ["group", "create", "Three", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["commit"].as_str().map(str::len), Some(64));
    is_sound(&environment, &folder);
}

#[test]
fn a_branch_without_a_commit() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("repo");
    fs::create_dir(&folder).expect("a folder");
    environment.git_in(&folder, ["init", "--quiet"]);
    environment.write(&folder.join("collection.toml"), MANIFEST);
    environment.write(&folder.join("staged"), "staged\n");
    environment.git_in(&folder, ["add", "staged"]);
    environment.ok_in(&folder, ["group", "create", "Two"]);
    assert_eq!(
        environment.git_in(&folder, ["status", "--porcelain"]),
        "A  staged\n"
    );
    environment.git_in(&folder, ["fsck", "--strict"]);
    assert_eq!(
        environment.git_in(&folder, ["ls-tree", "--name-only", "HEAD"]),
        "collection.toml\n"
    );
    assert_eq!(
        environment.git_in(&folder, ["show", "HEAD~1:collection.toml"]),
        MANIFEST
    );
}

#[test]
fn line_ends_are_the_work_trees_there_and_gits_in_git() {
    for attributes in [None, Some("*.toml text eol=crlf\n")] {
        let (environment, folder) = small();
        match attributes {
            None => configure(&environment, &folder, "core.autocrlf", "true"),
            Some(text) => {
                environment.write(&folder.join(".gitattributes"), text);
                environment.git_in(&folder, ["add", "."]);
                environment.git_in(&folder, ["commit", "--quiet", "-m", "attributes"]);
            }
        }
        fs::remove_file(folder.join("collection.toml")).expect("removed");
        environment.git_in(&folder, ["checkout", "--", "collection.toml"]);
        let text = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
        assert_eq!(text, MANIFEST.replace('\n', "\r\n"));
        creates_a_group(&environment, &folder, "Two");
        let text = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        let blob = environment.git_in(&folder, ["cat-file", "blob", "HEAD:collection.toml"]);
        assert_eq!(blob, text.replace("\r\n", "\n"));
        // The same through `git commit`.
        environment.git_in(&folder, ["update-index", "--split-index"]);
        creates_a_group(&environment, &folder, "Three");
        let blob = environment.git_in(&folder, ["cat-file", "blob", "HEAD:collection.toml"]);
        assert!(!blob.contains('\r'));
    }
}

#[test]
fn indexes_of_every_form() {
    let forms: [&[&str]; 6] = [
        &["update-index", "--split-index"],
        &["update-index", "--index-version", "4"],
        &["config", "feature.manyFiles", "true"],
        &["config", "index.skipHash", "true"],
        &["config", "core.untrackedCache", "true"],
        &["pack-refs", "--all"],
    ];
    for form in forms {
        let (environment, folder) = small();
        environment.write(&folder.join("notes"), "1\n");
        environment.git_in(&folder, ["add", "notes"]);
        environment.git_in(&folder, ["commit", "--quiet", "-m", "notes"]);
        environment.git_in(&folder, form);
        environment.git_in(&folder, ["update-index", "--refresh"]);
        environment.git_in(&folder, ["status"]);
        creates_a_group(&environment, &folder, "Two");
        environment.write(&folder.join("notes"), "2\n");
        environment.git_in(&folder, ["add", "notes"]);
        // In a split index git itself may lose sight of an edit that keeps the size, within one tick of the clock.
        let is_split = form.contains(&"--split-index");
        environment.write(&folder.join("notes"), if is_split { "33\n" } else { "3\n" });
        environment.ok_in(&folder, ["group", "create", "Three"]);
        assert_eq!(
            environment.git_in(&folder, ["status", "--porcelain"]),
            "MM notes\n",
            "{form:?}"
        );
        environment.git_in(&folder, ["fsck", "--strict", "--no-dangling"]);
    }
}

#[test]
fn a_sparse_index() {
    let (environment, folder) = small();
    for name in ["docs/a/one", "docs/b/two", "skills/one/SKILL.md"] {
        environment.write(&folder.join(name), "---\nname: one\n---\n");
    }
    environment.git_in(&folder, ["add", "."]);
    environment.git_in(&folder, ["commit", "--quiet", "-m", "docs"]);
    environment.git_in(
        &folder,
        [
            "sparse-checkout",
            "set",
            "--cone",
            "--sparse-index",
            "skills",
        ],
    );
    assert!(
        environment
            .git_in(&folder, ["ls-files", "--sparse"])
            .contains("docs/\n")
    );
    creates_a_group(&environment, &folder, "Two");
    environment.ok_in(&folder, ["rename", "one", "eins"]);
    is_sound(&environment, &folder);
    assert!(
        environment
            .git_in(&folder, ["ls-files", "--sparse"])
            .contains("docs/\n")
    );
    assert!(
        environment
            .git_in(&folder, ["ls-tree", "-r", "HEAD"])
            .contains("docs/a/one")
    );
}

#[test]
fn branches_with_a_slash_and_git_folders_elsewhere() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("repo");
    fs::create_dir(&folder).expect("a folder");
    let elsewhere = environment.work().join("git files");
    environment.git_in(
        &folder,
        [
            "init",
            "--quiet",
            "--separate-git-dir",
            elsewhere.to_str().expect("text"),
        ],
    );
    environment.write(&folder.join("collection.toml"), MANIFEST);
    environment.git_in(&folder, ["add", "."]);
    environment.git_in(&folder, ["commit", "--quiet", "-m", "collection"]);
    environment.git_in(&folder, ["switch", "--quiet", "-c", "mia/topic/one"]);
    creates_a_group(&environment, &folder, "Two");
    assert_eq!(
        environment.git_in(&folder, ["branch", "--show-current"]),
        "mia/topic/one\n"
    );
    assert!(
        environment
            .ok_in(&folder, ["cache", "path"])
            .starts_with(elsewhere.to_str().expect("text"))
    );
}

/// A signing program that answers as gpg does, or fails.
fn signs(environment: &TestEnvironment, folder: &Path, works: &str) {
    let program = environment.root().join("gpg");
    environment.script(
        &program,
        &format!(
            "cat >/dev/null\n{works}\necho '[GNUPG:] SIG_CREATED D 1 8 00 0 X' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\n\\nfake\\n-----END PGP SIGNATURE-----\\n'"
        ),
    );
    configure(environment, folder, "commit.gpgSign", "true");
    configure(
        environment,
        folder,
        "gpg.program",
        program.to_str().expect("text"),
    );
}

#[test]
fn signed_commits() {
    let (environment, folder) = small();
    signs(&environment, &folder, "true");
    creates_a_group(&environment, &folder, "Two");
    assert!(
        environment
            .git_in(&folder, ["cat-file", "commit", "HEAD"])
            .contains("gpgsig")
    );
    // Edits by hand are signed, too.
    let text = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
    environment.write(&folder.join("collection.toml"), format!("{text}# hand\n"));
    creates_a_group(&environment, &folder, "Three");
    for commit in ["HEAD", "HEAD~1"] {
        assert!(
            environment
                .git_in(&folder, ["cat-file", "commit", commit])
                .contains("gpgsig")
        );
    }
}

#[test]
fn a_signature_that_fails_changes_nothing() {
    let (environment, folder) = small();
    environment.write(&folder.join("skills/new/SKILL.md"), "---\nname: new\n---\n");
    environment.write(&folder.join("notes"), "staged\n");
    environment.git_in(&folder, ["add", "notes"]);
    signs(&environment, &folder, "echo no secret key >&2; exit 2");
    let outside = environment.work().join("skills/extra");
    environment.write(&outside.join("SKILL.md"), "---\nname: extra\n---\n");
    for by_hand in [false, true] {
        if by_hand {
            environment.write(
                &folder.join("collection.toml"),
                format!("{MANIFEST}# hand\n"),
            );
        }
        let before = state(&environment, &folder);
        for arguments in [
            vec!["group", "create", "Two"],
            vec!["add", outside.to_str().expect("text")],
            vec!["commit", "skill:new"],
        ] {
            let said = environment.run_in(&folder, &arguments);
            assert_eq!(said.code, Some(1), "{arguments:?} {said:?}");
            assert!(said.stderr.contains("failed to sign"), "{said:?}");
            assert_eq!(state(&environment, &folder), before, "{arguments:?}");
        }
    }
    // Staged by hand, and a signature that fails only for the second commit.
    environment.git_in(&folder, ["add", "collection.toml"]);
    let mark = environment.root().join("mark");
    signs(
        &environment,
        &folder,
        &format!(
            "if [ -e '{0}' ]; then exit 2; fi; touch '{0}'",
            mark.display()
        ),
    );
    let before = state(&environment, &folder);
    let said = environment.run_in(&folder, ["group", "create", "Two"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(state(&environment, &folder), before);
}

#[test]
fn a_second_commit_that_fails_on_a_new_branch_leaves_it_without_a_commit() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("repo");
    fs::create_dir(&folder).expect("a folder");
    environment.git_in(&folder, ["init", "--quiet"]);
    environment.write(&folder.join("collection.toml"), MANIFEST);
    let mark = environment.root().join("mark");
    signs(
        &environment,
        &folder,
        &format!(
            "if [ -e '{0}' ]; then exit 2; fi; touch '{0}'",
            mark.display()
        ),
    );
    let before = state(&environment, &folder);
    let said = environment.run_in(&folder, ["group", "create", "Two"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(state(&environment, &folder), before);
}

#[test]
fn commit_hooks_run_when_the_user_asks_for_it_and_only_then() {
    let (environment, folder) = small();
    hook(
        &environment,
        &folder,
        "pre-commit",
        "echo no tests >&2; exit 1",
    );
    hook(&environment, &folder, "commit-msg", "exit 1");
    creates_a_group(&environment, &folder, "Two");

    configure(&environment, &folder, "skillmeat.runCommitHooks", "true");
    environment.write(&folder.join("notes"), "staged\n");
    environment.git_in(&folder, ["add", "notes"]);
    let before = state(&environment, &folder);
    let said = environment.run_in(&folder, ["group", "create", "Three"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stderr.contains("no tests"), "{said:?}");
    assert_eq!(state(&environment, &folder), before);

    hook(&environment, &folder, "pre-commit", "touch ran");
    hook(
        &environment,
        &folder,
        "commit-msg",
        "echo 'Reviewed-by: jo' >> \"$1\"",
    );
    hook(
        &environment,
        &folder,
        "prepare-commit-msg",
        "sed -i '1s/^/[team] /' \"$1\"",
    );
    environment.ok_in(&folder, ["group", "create", "Three"]);
    assert!(folder.join("ran").exists());
    let message = environment.git_in(&folder, ["log", "-1", "--format=%B"]);
    assert!(
        message.starts_with("[team] ") && message.contains("Reviewed-by: jo"),
        "{message}"
    );
    assert_eq!(
        environment.git_in(&folder, ["status", "--porcelain"]),
        "A  notes\n?? ran\n"
    );
}

#[test]
fn a_hook_that_edits_the_manifest_has_its_way() {
    let (environment, folder) = small();
    configure(&environment, &folder, "skillmeat.runCommitHooks", "true");
    hook(
        &environment,
        &folder,
        "pre-commit",
        "sed -i 's/name = \"Two\"/name = \"Zwei\"/' collection.toml && git add collection.toml",
    );
    environment.ok_in(&folder, ["group", "list"]);
    let said = environment.run_in(&folder, ["group", "create", "Two"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let listed = environment.ok_in(&folder, ["group", "list"]);
    assert!(
        listed.contains("Zwei") && !listed.contains("Two"),
        "{listed}"
    );
    is_sound(&environment, &folder);
    creates_a_group(&environment, &folder, "Three");
    // A hook that edits and does not stage: the edit stays where it is, and is recorded with the next change.
    hook(
        &environment,
        &folder,
        "pre-commit",
        "echo '# later' >> collection.toml",
    );
    environment.ok_in(&folder, ["group", "create", "Four"]);
    assert_eq!(
        environment.git_in(&folder, ["status", "--porcelain"]),
        " M collection.toml\n"
    );
    fs::remove_file(folder.join(".git/hooks/pre-commit")).expect("removed");
    creates_a_group(&environment, &folder, "Five");
}

#[test]
fn a_hook_may_read_but_not_change() {
    let (environment, folder) = small();
    configure(&environment, &folder, "skillmeat.runCommitHooks", "true");
    let program = env!("CARGO_BIN_EXE_skillmeat");
    for name in ["pre-commit", "post-commit"] {
        hook(
            &environment,
            &folder,
            name,
            &format!(
                "'{program}' group create Nested 2>{name}.err; echo $? >{name}.code\n'{program}' group list >{name}.list 2>&1 || echo $? >>{name}.code\nexit 0"
            ),
        );
    }
    environment.write(&folder.join(".git/info/exclude"), "*.err\n*.code\n*.list\n");
    let start = std::time::Instant::now();
    creates_a_group(&environment, &folder, "Two");
    assert!(start.elapsed().as_secs() < 5);
    for name in ["pre-commit", "post-commit"] {
        let read =
            |end: &str| fs::read_to_string(folder.join(format!("{name}.{end}"))).expect("written");
        assert_eq!(read("code"), "5\n", "{}", read("err"));
        assert!(
            read("err").contains("hint: Read the collection in hooks"),
            "{}",
            read("err")
        );
        assert!(read("list").contains("One"), "{}", read("list"));
    }
    assert!(
        !environment
            .ok_in(&folder, ["group", "list"])
            .contains("Nested")
    );
}

#[test]
fn somebody_elses_repository_is_trusted_only_when_the_user_says_so() {
    let (environment, folder) = small();
    let changed = Command::new("chown")
        .args(["-R", "4242"])
        .arg(&folder)
        .status();
    if !changed.is_ok_and(|status| status.success()) {
        println!("skipped: only root can give files away");
        return;
    }
    for arguments in [&["group", "list"][..], &["group", "create", "Two"]] {
        let said = environment.run_in(&folder, arguments);
        assert_eq!(said.code, Some(1), "{said:?}");
        let hint = said
            .stderr
            .lines()
            .find(|line| line.starts_with("hint: "))
            .expect("a hint");
        assert!(
            hint.contains("git config --global --add safe.directory"),
            "{hint}"
        );
    }
    let said = environment.run_in(&folder, ["group", "list"]);
    follow(&environment, &folder, &said);
    environment.ok_in(&folder, ["group", "list"]);
    creates_a_group(&environment, &folder, "Two");
}

/// Runs the first command that a hint shows between back quotes.
fn follow(environment: &TestEnvironment, folder: &Path, told: &Said) {
    let hint = told.stderr.split("hint: ").nth(1).expect("a hint");
    let line = hint.split('`').nth(1).expect("a command");
    let mut command = environment.command("sh", folder);
    command.args(["-c", line]);
    let done = said(command);
    assert_eq!(done.code, Some(0), "{line}: {done:?}");
}

#[test]
fn without_an_identity_the_login_is_taken_and_told() {
    for form in ["--no-split-index", "--split-index"] {
        let (environment, folder) = small();
        environment.git_in(&folder, ["update-index", form]);
        let mut command = environment.skillmeat_in(&folder, ["group", "create", "Two"]);
        for role in ["AUTHOR", "COMMITTER"] {
            for part in ["NAME", "EMAIL"] {
                command.env_remove(format!("GIT_{role}_{part}"));
            }
        }
        let told = said(command);
        assert_eq!(told.code, Some(0), "{told:?}");
        let author = environment.git_in(&folder, ["log", "-1", "--format=%an <%ae>|%cn <%ce>"]);
        let (author, committer) = author.trim().split_once('|').expect("two");
        assert_eq!(author, committer);
        assert!(author.starts_with("mia <mia@"), "{author}");
        assert!(
            told.stderr.contains(author) && told.stderr.contains("git config"),
            "{told:?}"
        );
    }
}

#[test]
fn variables_that_name_another_repository_do_not_matter() {
    for form in ["--no-split-index", "--split-index"] {
        let (environment, folder) = small();
        let other = environment.work().join("other");
        environment.repository(&other, "[tool.skillmeat]\nname = \"other\"\n");
        environment.git_in(&folder, ["update-index", form]);
        let before = (
            environment.git_in(&other, ["rev-parse", "HEAD"]),
            fs::read(other.join(".git/index")).expect("an index"),
        );
        for arguments in [
            &["group", "create", "Two"][..],
            &["group", "list"],
            &["status"],
            &["check"],
        ] {
            let mut command = environment.skillmeat_in(&folder, arguments);
            command
                .env("GIT_DIR", other.join(".git"))
                .env("GIT_WORK_TREE", &other)
                .env("GIT_INDEX_FILE", other.join(".git/index"))
                .env("GIT_OBJECT_DIRECTORY", other.join(".git/objects"))
                .env("GIT_COMMON_DIR", other.join(".git"))
                .env("GIT_PREFIX", "nowhere/")
                .env("GIT_NAMESPACE", "elsewhere");
            let told = said(command);
            assert_eq!(told.code, Some(0), "{told:?}");
            if arguments[1..] == ["list"] {
                assert!(told.stdout.contains("Two"), "{told:?}");
            }
        }
        is_sound(&environment, &folder);
        assert!(
            environment
                .git_in(&folder, ["log", "-1", "--format=%s"])
                .contains("Two")
        );
        is_sound(&environment, &other);
        let after = (
            environment.git_in(&other, ["rev-parse", "HEAD"]),
            fs::read(other.join(".git/index")).expect("an index"),
        );
        assert_eq!(before, after);
        assert!(!folder.join("nowhere").exists());
    }
}

#[test]
fn readers_do_not_wait_for_a_slow_change() {
    // A signature that takes long (a PIN is asked for): readers answer meanwhile.
    let (environment, folder) = small();
    environment.ok_in(&folder, ["group", "list"]);
    signs(&environment, &folder, "sleep 6");
    let mut change = environment
        .skillmeat_in(&folder, ["group", "create", "Two"])
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it runs");
    std::thread::sleep(std::time::Duration::from_millis(700));
    let start = std::time::Instant::now();
    let told = environment.run_in(&folder, ["group", "list"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(start.elapsed().as_secs() < 4, "{:?}", start.elapsed());
    assert!(change.wait().expect("it ends").success());
    is_sound(&environment, &folder);
    assert!(
        environment
            .ok_in(&folder, ["group", "list"])
            .contains("Two")
    );
}

#[test]
fn a_repository_without_its_index() {
    let (environment, folder) = small();
    environment.write(&folder.join("notes"), "1\n");
    environment.git_in(&folder, ["add", "notes"]);
    environment.git_in(&folder, ["commit", "--quiet", "-m", "notes"]);
    fs::remove_file(folder.join(".git/index")).expect("removed");
    let before = state(&environment, &folder);
    let told = environment.run_in(&folder, ["group", "create", "Two"]);
    if told.code != Some(0) {
        assert_eq!(told.code, Some(5), "{told:?}");
        assert_eq!(state(&environment, &folder), before);
        return;
    }
    // The other files are staged as deleted, as they were before.
    let status = environment.git_in(&folder, ["status", "--porcelain", "--", "notes"]);
    assert_eq!(status, "D  notes\n?? notes\n");
}

#[test]
fn names_of_the_environment_stand_over_those_of_the_configuration_as_git_has_it() {
    let environment = TestEnvironment::with_team();
    environment.git(["config", "user.name", "Configured"]);
    environment.git(["config", "user.email", "configured@example.com"]);
    environment.git(["config", "author.name", "Author"]);
    environment.ok(["group", "create", "One"]);
    let ours = environment.git(["log", "-1", "--format=%an %ae %cn %ce %at %ct"]);
    environment.git(["commit", "-q", "--allow-empty", "-m", "x"]);
    let theirs = environment.git(["log", "-1", "--format=%an %ae %cn %ce %at %ct"]);
    assert_eq!(ours, theirs);
    let bare = |program: &str| {
        let mut command = environment.command(program, &environment.team());
        for name in ["AUTHOR", "COMMITTER"] {
            command.env_remove(format!("GIT_{name}_NAME"));
            command.env_remove(format!("GIT_{name}_EMAIL"));
        }
        command
    };
    let mut ours = bare(env!("CARGO_BIN_EXE_skillmeat"));
    ours.args(["group", "create", "Two"]);
    assert_eq!(said(ours).code, Some(0));
    let ours = environment.git(["log", "-1", "--format=%an %ae %cn %ce"]);
    let mut theirs = bare("git");
    theirs.args(["commit", "-q", "--allow-empty", "-m", "x"]);
    assert_eq!(said(theirs).code, Some(0));
    assert_eq!(
        environment.git(["log", "-1", "--format=%an %ae %cn %ce"]),
        ours
    );
}
