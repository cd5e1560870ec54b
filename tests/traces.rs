//! What the program asks of the system, seen by `strace`: which files it opens and which processes it starts.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::common::test_environment::{TestEnvironment, said};

/// Whether there is an `strace` that may trace; says so when not.
fn can_trace() -> bool {
    let outcome = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    let can = outcome.is_ok_and(|outcome| outcome.status.success());
    if !can {
        eprintln!("skipped: there is no strace that may trace");
    }
    can
}

/// The calls of one run of the program that open a file or start a process.
fn trace(environment: &TestEnvironment, folder: &Path, arguments: &[&str]) -> Vec<String> {
    let calls = "openat,open,openat2,execve,execveat";
    trace_of(calls, environment, folder, arguments)
}

/// The calls of one run of the program, of the kinds that `strace -e trace=` names.
fn trace_of(
    calls: &str,
    environment: &TestEnvironment,
    folder: &Path,
    arguments: &[&str],
) -> Vec<String> {
    let log = environment.root().join("trace");
    let mut command = environment.command("strace", folder);
    command
        .args([
            "-f",
            "-qq",
            "-s",
            "200",
            "-e",
            &format!("trace={calls}"),
            "-o",
        ])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_skillmeat"))
        .args(arguments);
    let said = said(command);
    assert_eq!(said.code, Some(0), "{said:?}");
    let text = fs::read_to_string(log).expect("a trace");
    text.lines().map(str::to_owned).collect()
}

/// The opened files of artifacts.
fn artifact_files(calls: &[String]) -> Vec<&String> {
    let is_artifact = |call: &&String| {
        call.contains("open") && (call.contains(".md\"") || call.contains(".json\""))
    };
    calls.iter().filter(is_artifact).collect()
}

/// The programs that were started, our own left out.
fn programs(calls: &[String]) -> Vec<&String> {
    calls
        .iter()
        .filter(|call| call.contains("execve"))
        .skip(1)
        .collect()
}

/// Lets every stamp become older than the moment in which a change could go unseen.
fn settle(environment: &TestEnvironment, folder: &Path) {
    sleep(Duration::from_millis(50));
    for _ in 0..2 {
        let said = said(environment.skillmeat_in(folder, ["cache", "refresh"]));
        assert_eq!(said.code, Some(0), "{said:?}");
        sleep(Duration::from_millis(50));
    }
}

/// A collection of that many skills, committed with git.
fn large(environment: &TestEnvironment, count: usize) -> PathBuf {
    let folder = environment.work().join("large");
    let mut manifest = String::from("[tool.skillmeat]\nname = \"large\"\nversion = \"1.0.0\"\n\n");
    for number in 0..count {
        let skill = folder.join(format!("skills/skill-{number}"));
        fs::create_dir_all(&skill).expect("a folder");
        fs::write(
            skill.join("SKILL.md"),
            format!("---\nname: skill-{number}\ndescription: One of many.\n---\n"),
        )
        .expect("written");
        write!(
            manifest,
            "[[artifacts]]\nname = \"skill-{number}\"\ntype = \"skill\"\n\n"
        )
        .expect("written");
    }
    fs::write(folder.join("collection.toml"), manifest).expect("written");
    environment.git_in(&folder, ["init", "--quiet"]);
    environment.git_in(&folder, ["add", "--all"]);
    environment.git_in(&folder, ["commit", "--quiet", "--message", "Start"]);
    folder
}

#[test]
fn a_warm_read_opens_no_artifact() {
    if !can_trace() {
        return;
    }
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    settle(&environment, &team);
    for command in [
        &["list"][..],
        &["group", "list"],
        &["search", "auth"],
        &["list", "--json"],
    ] {
        let calls = trace(&environment, &team, command);
        let opened = artifact_files(&calls);
        assert!(opened.is_empty(), "{command:?}: {opened:#?}");
        let started = programs(&calls);
        assert!(started.is_empty(), "{command:?}: {started:#?}");
    }
}

#[test]
fn a_plain_change_starts_no_process() {
    if !can_trace() {
        return;
    }
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    for command in [
        &["group", "create", "Authentication", "jwt-auth"][..],
        &["tag", "add", "Favourite", "jwt-auth"],
        &["group", "add", "Authentication", "agent:auth-reviewer"],
        &["group", "rename", "Authentication", "Sign-in"],
        &["rename", "jwt-auth", "tokens"],
        &["remove", "tokens"],
    ] {
        let calls = trace(&environment, &team, command);
        let started = programs(&calls);
        assert!(started.is_empty(), "{command:?}: {started:#?}");
    }
}

#[test]
fn a_change_opens_no_artifact_that_it_does_not_name() {
    if !can_trace() {
        return;
    }
    let environment = TestEnvironment::new();
    let folder = large(&environment, 5_000);
    settle(&environment, &folder);
    for command in [
        &["group", "create", "First", "skill-1", "skill-2"][..],
        &["tag", "add", "Favourite", "skill-7"],
        &["rename", "skill-7", "seventh"],
    ] {
        let calls = trace(&environment, &folder, command);
        let foreign: Vec<_> = artifact_files(&calls)
            .into_iter()
            .filter(|call| !call.contains("skill-7/") && !call.contains("seventh"))
            .collect();
        assert!(foreign.is_empty(), "{command:?}: {foreign:#?}");
    }
}

#[test]
fn a_small_change_looks_at_no_artifact_that_it_does_not_name() {
    if !can_trace() {
        return;
    }
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    settle(&environment, &team);
    // An index as old as its files makes git, and us, look at all of them.
    sleep(Duration::from_millis(1_100));
    environment.git(["read-tree", "HEAD"]);
    environment.git(["update-index", "--refresh"]);
    for command in [
        &["group", "create", "Authentication", "jwt-auth"][..],
        &["group", "add", "Authentication", "agent:auth-reviewer"],
        &["group", "edit", "Authentication", "--color", "#112233"],
        &["rate", "jwt-auth", "5"],
    ] {
        let looked = trace_of("%%stat", &environment, &team, command);
        let named = |call: &&String| call.contains("jwt-auth") || call.contains("auth-reviewer");
        let others: Vec<_> = looked
            .iter()
            .filter(|call| call.contains("SKILL.md") || call.contains("agents/"))
            .filter(|call| !named(call))
            .collect();
        assert!(others.is_empty(), "{command:?}: {others:#?}");
    }
}
