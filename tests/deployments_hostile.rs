//! Records and projects that come from anybody: nothing is followed out of a project, and nothing is lost.

use std::fs;
use std::os::unix::fs::symlink;

use crate::deployments::Project;

const RECORD: &str = ".claude/.skillmeat-deployed.toml";

fn row(name: &str, kind: &str, path: &str) -> String {
    format!(
        "[[deployed]]\nartifact_name = {name:?}\nartifact_type = {kind:?}\nfrom_collection = \"team\"\nartifact_path = {path:?}\ncontent_hash = \"aa\"\n"
    )
}

#[test]
fn a_record_that_leads_elsewhere_is_not_followed() {
    let project = Project::new();
    project.write("outside.md", "outside\n");
    project.write(".claude/settings.json", "{}\n");
    project.write(".claude/skills/other/SKILL.md", "other\n");
    for (name, kind, path) in [
        ("x", "skill", "../outside.md"),
        ("x", "skill", "/etc/passwd"),
        ("x", "skill", "skills"),
        ("x", "skill", "skills/other"),
        ("settings", "hook", "settings.json"),
        ("..", "skill", "skills/.."),
        ("x", "skill", "skills/x/../other"),
        ("x", "skill", ".git"),
        ("x", "odd-type", "skills/other"),
    ] {
        project.write(RECORD, &row(name, kind, path));
        let before = project.everything();
        assert_eq!(project.states(), [format!("{kind}:{name} refused")]);
        let table = project.ok("deployments");
        assert!(table.contains("not followed"), "{table}");
        for command in [
            "undeploy",
            "undeploy --force",
            "deployments pull",
            "deployments rollback",
        ] {
            let (first, rest) = command.split_once(' ').unwrap_or((command, ""));
            let line = format!("{first} {rest} {kind}:{name}").replace("  ", " ");
            let refused = project.fails(5, &line);
            assert!(
                refused.contains("which is not a place of such"),
                "{line}: {refused}"
            );
        }
        assert!(project.everything() == before, "{path}");
    }
}

#[test]
fn links_in_a_project_are_not_followed() {
    for link in [".claude", ".claude/skills", ".claude/skills/jwt-auth"] {
        let project = Project::new();
        let outside = project.environment.root().join("outside");
        fs::create_dir_all(outside.join("jwt-auth")).expect("folders");
        fs::write(outside.join("jwt-auth/SKILL.md"), "precious\n").expect("written");
        let path = project.path(link);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        symlink(&outside, &path).expect("a link");
        for line in ["deploy jwt-auth", "deploy jwt-auth --force"] {
            let refused = project.fails(5, line);
            assert!(refused.contains("is a symbolic link"), "{link}: {refused}");
        }
        if link != ".claude" {
            project.write(RECORD, &row("jwt-auth", "skill", "skills/jwt-auth"));
            assert_eq!(project.states(), ["skill:jwt-auth refused"]);
            project.fails(5, "undeploy jwt-auth --force");
            project.fails(5, "deployments pull jwt-auth");
        }
        let precious = fs::read_to_string(outside.join("jwt-auth/SKILL.md")).expect("there");
        assert_eq!(precious, "precious\n", "{link}");
        let entries = fs::read_dir(&outside).expect("listed").count();
        assert_eq!(entries, 1, "{link}");
    }
}

#[test]
fn a_record_that_is_a_link_is_neither_read_nor_written() {
    let project = Project::new();
    project.write(
        "elsewhere.toml",
        &row("jwt-auth", "skill", "skills/jwt-auth"),
    );
    fs::create_dir(project.path(".claude")).expect("a folder");
    symlink("../elsewhere.toml", project.path(RECORD)).expect("a link");
    assert!(project.states().is_empty());
    project.fails(5, "deploy jwt-auth");
    assert!(project.text("elsewhere.toml").starts_with("[[deployed]]"));
}

#[test]
fn links_inside_a_copy_are_edits_and_never_read_through() {
    let project = Project::new();
    project.ok("deploy jwt-auth");
    project.write("secret", "secret\n");
    symlink(
        "../../../secret",
        project.path(".claude/skills/jwt-auth/link"),
    )
    .expect("a link");
    assert_eq!(project.states(), ["skill:jwt-auth modified"]);
    project.fails(5, "undeploy jwt-auth");
    project.ok("undeploy jwt-auth --force");
    assert_eq!(project.text("secret"), "secret\n");
    let kept =
        project
            .environment
            .git(["for-each-ref", "--format=%(refname)", "refs/skillmeat/kept"]);
    let listed = project
        .environment
        .git(["ls-tree", "-r", kept.trim(), "skills/jwt-auth/link"]);
    assert!(listed.starts_with("120000"), "{listed}");
}

#[test]
fn a_link_in_the_collection_is_not_deployed() {
    let project = Project::new();
    let team = project.environment.team();
    symlink("/etc", team.join("skills/etc")).expect("a link");
    fs::remove_dir_all(team.join("skills/log-search")).expect("removed");
    symlink("jwt-auth", team.join("skills/log-search")).expect("a link");
    let said = project
        .environment
        .run_in(&project.folder(), ["deploy", "log-search"]);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert!(!project.path(".claude").exists());
}

#[test]
fn a_record_that_cant_be_read_is_named_with_its_line_and_left() {
    let project = Project::new();
    project.ok("deploy jwt-auth");
    let sound = project.text(RECORD);
    for (text, line) in [
        (format!("{sound}\n[[deployed]\n"), "line"),
        (
            format!("{sound}\n[[deployed]]\nartifact_type = \"skill\"\n"),
            "no artifact_name",
        ),
        ("deployed = 1\n".to_owned(), "not a list of tables"),
        ("<<<<<<< ours\n".to_owned(), "line 1"),
    ] {
        project.write(RECORD, &text);
        for command in [
            "deployments",
            "deploy auth-reviewer",
            "undeploy jwt-auth",
            "deployments pull",
        ] {
            let said = project.fails(1, command);
            assert!(
                said.contains(RECORD) && said.contains(line),
                "{command}: {said}"
            );
        }
        assert_eq!(project.text(RECORD), text);
        assert!(!project.path(".claude/agents").exists());
    }
    project.write(RECORD, "deployed = 1\n");
    let said = project.fails(1, "deployments --json");
    let error: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(error["error"]["kind"], "invalid-record");
    assert_eq!(error["error"]["line"], 1);
    assert!(
        error["error"]["path"]
            .as_str()
            .is_some_and(|path| path.ends_with(RECORD))
    );
}

#[test]
fn names_that_act_on_a_terminal_are_shown_harmlessly() {
    let project = Project::new();
    project.write(
        RECORD,
        "[[deployed]]\nartifact_name = \"\\u001b[2J\"\nartifact_type = \"skill\"\nartifact_path = \"\\u001b[31m\"\ncontent_hash = \"\"\nfrom_collection = \"\\u001b]0;x\"\ndeployed_at = \"\\u001b\"\n",
    );
    let said = project
        .environment
        .run_in(&project.folder(), ["deployments", "--color", "never"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        !said.stdout.contains('\u{1b}') && !said.stderr.contains('\u{1b}'),
        "{said:?}"
    );
}

#[test]
fn a_pipe_in_a_copy_is_not_waited_on() {
    let project = Project::new();
    project.ok("deploy jwt-auth");
    let pipe = project.path(".claude/skills/jwt-auth/pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .expect("mkfifo");
    assert!(made.success());
    assert_eq!(project.states(), ["skill:jwt-auth refused"]);
    let said = project.fails(1, "undeploy jwt-auth");
    assert!(said.contains("is not a regular file"), "{said}");
}
