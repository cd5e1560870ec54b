//! Deploying into projects, seeing how the copies stand, and taking edits back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::common::test_environment::{TestEnvironment, shared_data};

/// A machine with the collection `team` and a project with a repository of its own.
pub(crate) struct Project {
    pub(crate) environment: TestEnvironment,
}

impl Project {
    pub(crate) fn new() -> Self {
        let environment = TestEnvironment::with_team();
        let project = Self { environment };
        fs::create_dir_all(project.folder().join("src")).expect("folders");
        project
            .environment
            .git_in(&project.folder(), ["init", "--quiet"]);
        project
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.environment.work().join("shop")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder().join(path)
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.environment.write(&self.path(path), text);
    }

    pub(crate) fn ok(&self, line: &str) -> String {
        self.environment.ok_in(&self.folder(), line.split(' '))
    }

    /// Runs a command in the project; it must fail with this code. Returns what it said.
    pub(crate) fn fails(&self, code: i32, line: &str) -> String {
        let said = self.environment.run_in(&self.folder(), line.split(' '));
        assert_eq!(said.code, Some(code), "{line}: {said:?}");
        said.stderr
    }

    /// What a command says beside its result.
    pub(crate) fn says(&self, line: &str) -> String {
        let said = self.environment.run_in(&self.folder(), line.split(' '));
        assert_eq!(said.code, Some(0), "{line}: {said:?}");
        said.stderr
    }

    pub(crate) fn json(&self, line: &str) -> Value {
        let printed = self.ok(&format!("{line} --json"));
        serde_json::from_str(&printed).expect("one document")
    }

    /// How each deployment stands: `artifact state`.
    pub(crate) fn states(&self) -> Vec<String> {
        let list = self.json("deployments")["deployments"].clone();
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| {
            let text = |key: &str| row[key].as_str().expect("text").to_owned();
            format!("{} {}", text("artifact"), text("state"))
        })
        .collect()
    }

    /// Changes a file of the collection and commits it.
    pub(crate) fn change_collection(&self, path: &str, text: &str) {
        self.environment
            .write(&self.environment.team().join(path), text);
        self.environment.ok(["commit"]);
    }

    pub(crate) fn of_team(&self, path: &str) -> String {
        fs::read_to_string(self.environment.team().join(path)).expect("a file")
    }

    /// All files of the project but git's, with their contents.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() && !path.is_symlink() {
                    if !path.ends_with(".git") {
                        folders.push(path);
                    }
                } else {
                    let content = fs::read(&path).unwrap_or_default();
                    found.push((path, content));
                }
            }
        }
        found.sort();
        found
    }
}

/// The command that a message puts between backquotes, without the program.
pub(crate) fn command_in(message: &str) -> String {
    let command = message.split('`').nth(1).expect("a command");
    command.strip_prefix("skillmeat ").expect("ours").to_owned()
}

const SKILL: &str = ".claude/skills/jwt-auth/SKILL.md";

#[test]
fn artifacts_come_with_their_files_and_a_record() {
    let project = Project::new();
    let told = project.ok("deploy jwt-auth agent:auth-reviewer command:review:security");
    assert!(
        told.contains("skill:jwt-auth in .claude/skills/jwt-auth: deployed (2 files)"),
        "{told}"
    );
    for path in [
        "skills/jwt-auth/SKILL.md",
        "skills/jwt-auth/references/claims.md",
        "agents/auth-reviewer.md",
        "commands/review/security.md",
    ] {
        assert_eq!(
            project.text(&format!(".claude/{path}")),
            project.of_team(path)
        );
    }
    let record: toml_edit::DocumentMut = project
        .text(".claude/.skillmeat-deployed.toml")
        .parse()
        .expect("TOML");
    let row = &record["deployed"].as_array_of_tables().expect("rows");
    let row = row.get(0).expect("a row");
    let keys: Vec<&str> = row.iter().map(|(key, _)| key).collect();
    let expected = [
        "artifact_name",
        "artifact_type",
        "from_collection",
        "deployed_at",
        "artifact_path",
        "content_hash",
        "local_modifications",
        "version_lineage",
        "merge_base_snapshot",
        "deployment_profile_id",
        "platform",
        "profile_root_dir",
        "collection_sha",
    ];
    assert_eq!(keys, expected);
    assert_eq!(row["artifact_path"].as_str(), Some("skills/jwt-auth"));
    assert_eq!(row["from_collection"].as_str(), Some("team"));
    assert!(
        project
            .states()
            .iter()
            .all(|row| row.ends_with("up-to-date"))
    );
    assert_eq!(project.environment.git(["status", "--porcelain"]), "");
}

#[test]
fn the_same_again_is_already_so_and_a_dry_run_does_nothing() {
    let project = Project::new();
    let before = project.everything();
    let pretended = project.json("deploy jwt-auth --dry-run");
    assert_eq!(pretended["deployments"][0]["action"], "deploy");
    assert!(project.everything() == before);
    project.ok("deploy jwt-auth");
    let after = project.everything();
    assert_eq!(project.ok("deploy jwt-auth"), "Nothing to change.\n");
    let again = project.json("deploy jwt-auth");
    assert_eq!(again["deployments"][0]["action"], "none");
    assert!(project.everything() == after);
    project.ok("undeploy jwt-auth --dry-run");
    assert!(project.everything() == after);
    project.ok("undeploy jwt-auth");
    assert!(project.everything() == before, "nothing is left behind");
    let gone = project.fails(1, "undeploy jwt-auth");
    assert!(gone.contains("no deployment of \"jwt-auth\""), "{gone}");
}

#[test]
fn executables_stay_so_and_links_are_left_out() {
    let project = Project::new();
    let skill = project.environment.team().join("skills/jwt-auth");
    project
        .environment
        .script(&skill.join("run.sh"), "echo run");
    std::os::unix::fs::symlink("/etc/passwd", skill.join("passwd")).expect("a link");
    project.environment.ok(["commit"]);
    let said = project.says("deploy jwt-auth");
    assert!(
        said.contains("Symbolic links of skill:jwt-auth were left out: passwd."),
        "{said}"
    );
    let script = project.path(".claude/skills/jwt-auth/run.sh");
    let mode = fs::metadata(&script).expect("there").permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "{mode:o}");
    assert!(!project.path(".claude/skills/jwt-auth/passwd").exists());
    assert_eq!(project.states(), ["skill:jwt-auth up-to-date"]);
    assert_eq!(project.ok("deploy jwt-auth -q"), "");
}

#[test]
fn a_deployment_stands_as_the_two_copies_do() {
    let project = Project::new();
    project.ok("deploy jwt-auth");
    let old = project.text(SKILL);
    project.change_collection("skills/jwt-auth/SKILL.md", &format!("{old}\nNew.\n"));
    assert_eq!(project.states(), ["skill:jwt-auth outdated"]);
    project.write(SKILL, &format!("{old}\nEdited.\n"));
    assert_eq!(project.states(), ["skill:jwt-auth both"]);
    project.change_collection("skills/jwt-auth/SKILL.md", &old);
    assert_eq!(project.states(), ["skill:jwt-auth modified"]);
    fs::remove_dir_all(project.path(".claude/skills/jwt-auth")).expect("removed");
    assert_eq!(project.states(), ["skill:jwt-auth missing"]);
    project.ok("deploy jwt-auth");
    project.environment.ok(["remove", "jwt-auth"]);
    assert_eq!(project.states(), ["skill:jwt-auth gone"]);
    let record = project.text(".claude/.skillmeat-deployed.toml");
    let record = record.replace("from_collection = \"team\"", "from_collection = \"theirs\"");
    project.write(".claude/.skillmeat-deployed.toml", &record);
    assert_eq!(project.states(), ["skill:jwt-auth unknown-collection"]);
    let table = project.ok("deployments");
    assert!(
        table.contains("from the unknown collection \"theirs\""),
        "{table}"
    );
}

#[test]
fn an_edited_copy_is_refused_or_kept_in_git_and_the_hint_brings_it_back() {
    let project = Project::new();
    project.ok("deploy jwt-auth");
    let edited = "edited here\r\nwith \u{0}binary\n";
    project.write(SKILL, edited);
    project.write(".claude/skills/jwt-auth/notes.txt", "mine\n");
    for line in ["deploy jwt-auth agent:test-writer", "undeploy jwt-auth"] {
        project.change_collection(
            "skills/jwt-auth/SKILL.md",
            &format!("---\nname: {line}\n---\n"),
        );
        let before = project.everything();
        let refused = project.fails(5, line);
        assert!(
            refused.contains(".claude/skills/jwt-auth: edited since it was deployed"),
            "{refused}"
        );
        assert!(
            refused.contains("`skillmeat deployments pull`"),
            "{refused}"
        );
        assert!(project.everything() == before, "{line}");
        let said = project.says(&format!("{line} --force"));
        assert!(said.contains("is kept in git"), "{said}");
        assert!(!project.path(".claude/skills/jwt-auth/notes.txt").exists());
        project.environment.git(["gc", "--quiet", "--prune=now"]);
        let back = command_in(&said);
        project.environment.ok(back.split(' '));
        assert_eq!(project.text(SKILL), edited, "{back}");
        assert_eq!(project.text(".claude/skills/jwt-auth/notes.txt"), "mine\n");
        project.ok("deploy jwt-auth");
        project.write(SKILL, edited);
        project.write(".claude/skills/jwt-auth/notes.txt", "mine\n");
        let _ = project
            .environment
            .run_in(&project.folder(), ["undeploy", "test-writer"]);
    }
}

#[test]
fn the_command_that_brings_something_back_can_be_pasted_into_a_shell() {
    let project = Project::new();
    let environment = &project.environment;
    let folder = environment.work().join("it's a $HOME");
    environment.write(&folder.join(".claude/agents/auth-reviewer.md"), "mine\n");
    let to = folder.display().to_string();
    let said = environment.run(["deploy", "auth-reviewer", "--force", "--to", &to]);
    let program = environment.work().join("bin/skillmeat");
    environment.script(
        &program,
        &format!("exec {} \"$@\"", env!("CARGO_BIN_EXE_skillmeat")),
    );
    let mut shell = environment.command("sh", &environment.work());
    let back = command_in(&said.stderr);
    shell.args(["-c", &format!("bin/skillmeat {back}")]);
    let done = crate::common::test_environment::said(shell);
    assert_eq!(done.code, Some(0), "{said:?} {done:?}");
    let text = fs::read_to_string(folder.join(".claude/agents/auth-reviewer.md"));
    assert_eq!(text.expect("read"), "mine\n");
}

#[test]
fn what_stands_there_and_is_not_ours_is_not_overwritten() {
    let project = Project::new();
    project.write(".claude/agents/auth-reviewer.md", "my own\n");
    project.write(
        ".claude/skills/jwt-auth",
        "a file in the place of a folder\n",
    );
    let before = project.everything();
    let refused = project.fails(5, "deploy auth-reviewer jwt-auth test-writer");
    assert!(
        refused.contains(
            ".claude/agents/auth-reviewer.md, .claude/skills/jwt-auth: stands there and was not deployed"
        ),
        "{refused}"
    );
    assert!(project.everything() == before);
    let said = project.says("deploy auth-reviewer jwt-auth --force");
    assert!(project.path(SKILL).is_file());
    assert_ne!(project.text(".claude/agents/auth-reviewer.md"), "my own\n");
    project.environment.ok(command_in(&said).split(' '));
    assert_eq!(project.text(".claude/agents/auth-reviewer.md"), "my own\n");
}

#[test]
fn what_stands_there_already_is_only_recorded() {
    let project = Project::new();
    project.write(
        ".claude/agents/auth-reviewer.md",
        &project.of_team("agents/auth-reviewer.md"),
    );
    let done = project.json("deploy auth-reviewer");
    assert_eq!(done["deployments"][0]["action"], "record");
    assert_eq!(project.states(), ["agent:auth-reviewer up-to-date"]);
}

#[test]
fn one_goes_back_along_the_versions_that_were_deployed() {
    let project = Project::new();
    let versions = ["one\n", "two\n", "three\n"];
    for version in versions {
        project.change_collection("skills/jwt-auth/SKILL.md", version);
        project.ok("deploy jwt-auth");
    }
    let listed = project.json("deployments")["deployments"][0].clone();
    let lineage = listed["versions"].as_array().expect("a list");
    assert_eq!(lineage.len(), 3);
    assert_eq!(
        lineage[0], listed["content_hash"],
        "the newest is the first"
    );
    project.ok("deployments rollback jwt-auth");
    assert_eq!(project.text(SKILL), "two\n");
    assert_eq!(project.states(), ["skill:jwt-auth outdated"]);
    project.ok("deployments rollback jwt-auth");
    assert_eq!(project.text(SKILL), "one\n");
    let end = project.fails(1, "deployments rollback jwt-auth");
    assert!(
        end.contains("no earlier version of skill:jwt-auth"),
        "{end}"
    );
    project.ok("deploy jwt-auth");
    assert_eq!(project.text(SKILL), "three\n");
    let again = project.json("deployments")["deployments"][0]["versions"].clone();
    assert_eq!(again, listed["versions"]);
    let second = lineage[1].as_str().expect("a hash");
    project.ok(&format!("deploy jwt-auth --version {}", &second[..12]));
    assert_eq!(project.text(SKILL), "two\n");
    let unknown = project.fails(1, "deploy jwt-auth --version 0123456789ab");
    assert!(
        unknown.contains("no version of skill:jwt-auth"),
        "{unknown}"
    );
    project.write(SKILL, "edited\n");
    let refused = project.fails(5, "deployments rollback jwt-auth");
    assert!(refused.contains("edited since"), "{refused}");
}

#[test]
fn what_was_never_committed_can_be_gone_back_to_as_well() {
    let project = Project::new();
    let path = project.environment.team().join("skills/jwt-auth/SKILL.md");
    project.environment.write(&path, "not committed\n");
    project.ok("deploy jwt-auth");
    project.change_collection("skills/jwt-auth/SKILL.md", "committed\n");
    project.ok("deploy jwt-auth");
    project.environment.git(["gc", "--quiet", "--prune=now"]);
    project.ok("deployments rollback jwt-auth");
    assert_eq!(project.text(SKILL), "not committed\n");
}

#[test]
fn edits_come_into_the_collection_as_one_commit() {
    let project = Project::new();
    project.ok("deploy jwt-auth auth-reviewer");
    let commits = || project.environment.git(["rev-list", "--count", "HEAD"]);
    let before = commits();
    assert_eq!(project.ok("deployments pull"), "Nothing to change.\n");
    assert_eq!(commits(), before);
    let agent = format!(
        "{}\nChecked here.\n",
        project.text(".claude/agents/auth-reviewer.md")
    );
    project.write(".claude/agents/auth-reviewer.md", &agent);
    project.write(".claude/skills/jwt-auth/extra.md", "more\n");
    fs::remove_file(project.path(".claude/skills/jwt-auth/references/claims.md")).expect("gone");
    let told = project.ok("deployments pull");
    assert!(told.contains("skills/jwt-auth/extra.md"), "{told}");
    assert_eq!(project.of_team("agents/auth-reviewer.md"), agent);
    assert_eq!(project.of_team("skills/jwt-auth/extra.md"), "more\n");
    let claims = project
        .environment
        .team()
        .join("skills/jwt-auth/references/claims.md");
    assert!(!claims.exists());
    let subject = project.environment.git(["log", "-1", "--format=%s"]);
    assert_eq!(subject, "artifact: pull 2 artifacts from shop\n");
    assert_eq!(project.environment.git(["status", "--porcelain"]), "");
    let states = project.states();
    assert!(
        states.iter().all(|row| row.ends_with("up-to-date")),
        "{states:?}"
    );
    let undo = project.ok("undo");
    assert!(!undo.is_empty());
    assert!(claims.exists());
    let states = project.states();
    assert!(
        states.iter().all(|row| row.ends_with("outdated")),
        "{states:?}"
    );
}

#[test]
fn edits_on_both_sides_are_merged_or_clash() {
    let project = Project::new();
    let path = "skills/jwt-auth/SKILL.md";
    let text = |first: &str, last: &str| format!("{first}\n2\n3\n4\n5\n6\n{last}\n");
    project.change_collection(path, &text("1", "7"));
    project.ok("deploy jwt-auth");
    project.change_collection(path, &text("one", "7"));
    project.write(SKILL, &text("1", "seven"));
    assert_eq!(project.states(), ["skill:jwt-auth both"]);
    let said = project.says("deployments pull jwt-auth");
    assert!(said.contains("`skillmeat deploy skill:jwt-auth`"), "{said}");
    assert_eq!(project.of_team(path), text("one", "seven"));
    assert_eq!(project.states(), ["skill:jwt-auth outdated"]);

    // What was merged is the base of the next merge, though no commit has the project's copy as it is.
    project.environment.git(["gc", "--quiet", "--prune=now"]);
    project.write(SKILL, &text("1", "SEVEN"));
    project.ok("deployments pull");
    assert_eq!(project.of_team(path), text("one", "SEVEN"));
    project.ok("deploy jwt-auth");
    assert_eq!(project.text(SKILL), text("one", "SEVEN"));

    project.change_collection(path, &text("uno", "7"));
    project.write(SKILL, &text("eins", "SEVEN"));
    let before = (
        project.everything(),
        project.environment.git(["rev-parse", "HEAD"]),
    );
    let clash = project.fails(3, "deployments pull");
    assert!(
        clash.contains("both can't hold: skills/jwt-auth/SKILL.md"),
        "{clash}"
    );
    let after = (
        project.everything(),
        project.environment.git(["rev-parse", "HEAD"]),
    );
    assert_eq!(after, before);
    assert_eq!(project.of_team(path), text("uno", "7"));
}

#[test]
fn work_in_the_collection_that_is_not_committed_is_not_overwritten() {
    let project = Project::new();
    project.ok("deploy auth-reviewer");
    let path = project.environment.team().join("agents/auth-reviewer.md");
    let text = project.of_team("agents/auth-reviewer.md");
    project
        .environment
        .write(&path, format!("not committed\n{text}"));
    project.write(
        ".claude/agents/auth-reviewer.md",
        &format!("{text}edited\n"),
    );
    let refused = project.fails(5, "deployments pull");
    assert!(
        refused.contains("uncommitted work in agents/auth-reviewer.md"),
        "{refused}"
    );
}

#[test]
fn each_client_has_its_own_folder_and_types() {
    let project = Project::new();
    for (profile, root) in [
        ("codex", ".agents"),
        ("gemini", ".gemini"),
        ("cursor", ".cursor"),
    ] {
        project.ok(&format!("deploy jwt-auth --profile {profile}"));
        assert!(
            project
                .path(&format!("{root}/skills/jwt-auth/SKILL.md"))
                .is_file()
        );
    }
    let record = project.text(".agents/.skillmeat-deployed.toml");
    assert!(record.contains("platform = \"codex\""), "{record}");
    assert!(
        record.contains("profile_root_dir = \".agents\""),
        "{record}"
    );
    let refused = project.fails(1, "deploy jwt-auth review:security --profile gemini");
    assert!(
        refused.contains(
            "the profile gemini has no place for command:review:security; it takes skill"
        ),
        "{refused}"
    );
    let usage = project.fails(2, "deploy jwt-auth --profile vim");
    assert!(
        usage.contains("claude_code, codex, gemini, cursor, agents"),
        "{usage}"
    );
    assert_eq!(project.states().len(), 3);
    project.ok("undeploy jwt-auth --profile cursor");
    assert_eq!(project.states().len(), 2);
    project.write(".gemini/skills/jwt-auth/SKILL.md", "edited\n");
    let before = project.everything();
    project.fails(5, "undeploy jwt-auth");
    assert_eq!(
        project.everything(),
        before,
        "all or nothing, over all folders"
    );
}

#[test]
fn the_project_is_found_and_a_collection_is_none() {
    let project = Project::new();
    let environment = &project.environment;
    environment.ok_in(&project.path("src"), ["deploy", "jwt-auth"]);
    assert!(project.path(SKILL).is_file(), "the top of the work tree");
    let plain = environment.work().join("plain");
    fs::create_dir(&plain).expect("a folder");
    environment.ok_in(&plain, ["deploy", "jwt-auth"]);
    assert!(plain.join(SKILL).is_file());
    for folder in [environment.team(), environment.team().join("skills")] {
        let said = environment.run_in(&folder, ["deploy", "jwt-auth"]);
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(said.stderr.contains("belongs to a collection"), "{said:?}");
    }
    let nowhere = project.fails(1, "deploy jwt-auth --to nowhere");
    assert!(nowhere.contains("there is no folder"), "{nowhere}");
    let all = environment.json(["deployments", "--all"]);
    assert_eq!(all["projects"].as_array().map(Vec::len), Some(2));
    assert_eq!(all["deployments"].as_array().map(Vec::len), Some(2));
    let table = environment.ok(["deployments", "--all"]);
    assert!(table.contains(&plain.display().to_string()), "{table}");
}

#[test]
fn groups_tags_and_patterns_select_what_is_deployed() {
    let project = Project::new();
    project.ok("group create Auth jwt-auth auth-reviewer");
    project.ok("deploy --group Auth");
    assert_eq!(project.states().len(), 2);
    project.ok("deploy --type skill --group Auth --profile agents");
    assert_eq!(project.states().len(), 3);
    project.ok("undeploy *auth*");
    assert_eq!(project.states().len(), 0);
    project.fails(1, "deploy --group None");
    project.fails(2, "deploy");
}

#[test]
fn a_collection_that_has_another_name_here_is_known_by_its_manifest() {
    let project = Project::new();
    project.ok("deploy jwt-auth");
    let environment = &project.environment;
    let team = environment.team().display().to_string();
    let elsewhere = environment.work().join("ours");
    let path = elsewhere.display().to_string();
    environment.ok(["clone", &team, "theirs", "--path", &path]);
    fs::remove_dir_all(environment.team()).expect("removed");
    let record = project.text(".claude/.skillmeat-deployed.toml");
    assert_eq!(project.states(), ["skill:jwt-auth up-to-date"]);
    assert_eq!(project.ok("deploy jwt-auth"), "Nothing to change.\n");
    project.write(SKILL, "edited\n");
    project.ok("deployments pull");
    let pulled = fs::read_to_string(elsewhere.join("skills/jwt-auth/SKILL.md"));
    assert_eq!(pulled.expect("read"), "edited\n");
    assert!(record.contains("from_collection = \"team\""));
    let after = project.text(".claude/.skillmeat-deployed.toml");
    assert!(after.contains("from_collection = \"team\""), "{after}");
}

#[test]
fn several_who_deploy_at_once_all_come_through() {
    let project = Project::new();
    let names = [
        "jwt-auth",
        "auth-reviewer",
        "api-design",
        "k8s-debug",
        "onboard",
    ];
    let children: Vec<_> = names
        .iter()
        .map(|name| {
            let mut command = project
                .environment
                .skillmeat_in(&project.folder(), ["deploy", name]);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("it runs")
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
    let states = project.states();
    assert_eq!(states.len(), names.len(), "{states:?}");
    assert!(states.iter().all(|row| row.ends_with("up-to-date")));
}

#[test]
fn a_folder_that_cant_be_written_stays_as_it_is() {
    let project = Project::new();
    project.ok("deploy auth-reviewer");
    let folder = project.path(".claude");
    let before = project.everything();
    let mode = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode));
    mode(0o555).expect("set");
    let probe = folder.join("probe");
    if fs::write(&probe, "").is_ok() {
        fs::remove_file(probe).expect("removed");
        mode(0o755).expect("set");
        println!("skipped: this user may write everywhere");
        return;
    }
    let said = project.fails(1, "deploy jwt-auth");
    mode(0o755).expect("set");
    assert!(said.contains("Nothing was changed"), "{said}");
    assert!(project.everything() == before);
}

#[test]
fn records_of_the_real_tool_are_read_and_drift_is_told() {
    let Some(data) = shared_data().map(|data| data.join("skillmeat-0.74")) else {
        println!("skipped: the data of the real tool is not there");
        return;
    };
    let project = Project::new();
    let copy = |from: PathBuf, to: PathBuf| {
        let mut command = std::process::Command::new("cp");
        command
            .arg("-r")
            .arg("--no-preserve=mode")
            .arg(from)
            .arg(to);
        assert!(command.status().expect("cp").success());
    };
    let environment = &project.environment;
    let home = environment.root().join("home/.skillmeat");
    let collection = home.join("collections/default");
    copy(
        data.join("written-through/collections/default"),
        collection.clone(),
    );
    environment.git_in(&collection, ["init", "--quiet"]);
    environment.git_in(&collection, ["add", "."]);
    environment.git_in(&collection, ["commit", "--quiet", "-m", "as it was"]);
    copy(data.join("project/.claude"), project.path(".claude"));
    let record = project.text(".claude/.skillmeat-deployed.toml");
    assert_eq!(
        project.states(),
        ["skill:jwt-auth up-to-date", "agent:review-agent up-to-date"],
        "the hashes are those of the real tool"
    );
    project.write(".claude/agents/review-agent.md", "edited\n");
    assert_eq!(
        project.states(),
        ["skill:jwt-auth up-to-date", "agent:review-agent modified"]
    );
    assert_eq!(project.text(".claude/.skillmeat-deployed.toml"), record);
    project.ok("-c default deployments pull");
    let after = project.text(".claude/.skillmeat-deployed.toml");
    let half = record
        .find("artifact_name = \"review-agent\"")
        .expect("the row");
    assert_eq!(after[..half], record[..half], "the other row is as it was");
    let row = &after[half..];
    assert!(
        row.contains("deployed_at = \"2026-11-23T00:41:41.898203\""),
        "{row}"
    );
    let edited = fs::read_to_string(collection.join("agents/review-agent.md")).expect("read");
    assert_eq!(edited, "edited\n");
    assert!(
        project
            .states()
            .iter()
            .all(|row| row.ends_with("up-to-date"))
    );
    project.ok("-c default undeploy jwt-auth review-agent");
    assert!(!Path::new(&project.path(".claude/.skillmeat-deployed.toml")).exists());
}

/// The real tool (`SKILLMEAT_PYPI` is its executable) goes on with a record that we wrote.
#[test]
fn the_real_skillmeat_reads_our_records() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test that needs another program is asked for by name"
    )]
    let Some(real) = std::env::var_os("SKILLMEAT_PYPI") else {
        println!("skipped: SKILLMEAT_PYPI is not set");
        return;
    };
    let Some(data) = shared_data().map(|data| data.join("skillmeat-0.74")) else {
        println!("skipped: the data of the real tool is not there");
        return;
    };
    let project = Project::new();
    let environment = &project.environment;
    let home = environment.root().join("home/.skillmeat");
    fs::remove_dir_all(&home).expect("removed");
    let mut command = std::process::Command::new("cp");
    command.arg("-r").arg("--no-preserve=mode");
    command.arg(data.join("written-through")).arg(&home);
    assert!(command.status().expect("cp").success());
    let collection = home.join("collections/default");
    environment.git_in(&collection, ["init", "--quiet"]);
    environment.git_in(&collection, ["add", "."]);
    environment.git_in(&collection, ["commit", "--quiet", "-m", "as it was"]);
    project.ok("-c default deploy jwt-auth agent:review-agent");
    let folder = project.folder().display().to_string();
    let mut command = environment.command(&real, &project.folder());
    command.args(["undeploy", "jwt-auth", "--project", &folder, "--force"]);
    let said = crate::common::test_environment::said(command);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!project.path(".claude/skills/jwt-auth").exists());
    assert_eq!(project.states(), ["agent:review-agent up-to-date"]);
    let mut command = environment.command(&real, &project.folder());
    command.args([
        "deploy",
        "jwt-auth",
        "--type",
        "skill",
        "--project",
        &folder,
    ]);
    command.args(["--overwrite", "--non-interactive"]);
    let said = crate::common::test_environment::said(command);
    assert_eq!(said.code, Some(0), "{said:?}");
    let mut states = project.states();
    states.sort();
    assert_eq!(
        states,
        ["agent:review-agent up-to-date", "skill:jwt-auth up-to-date"]
    );
}
