//! git's hooks: what fires them, whom they live beside, and that they never hinder git.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::test_environment::{Said, TestEnvironment, said};

pub(crate) const EVENTS: [&str; 4] = ["post-checkout", "post-merge", "post-commit", "post-rewrite"];

/// Our program, as a hook's script has it.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_skillmeat");

pub(crate) fn hooks_of(folder: &Path) -> PathBuf {
    folder.join(".git/hooks")
}

/// All files of a folder with their bytes and modes; links by where they lead.
pub(crate) fn bytes(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let about = fs::symlink_metadata(&path).expect("there");
        let content = if about.is_symlink() {
            let leads_to = fs::read_link(&path).expect("a link");
            leads_to.display().to_string().into_bytes()
        } else {
            fs::read(&path).unwrap_or_default()
        };
        found.insert(path, (about.permissions().mode(), content));
    }
    found
}

/// Lets every installed hook call a program that notes the call and then does the same.
pub(crate) fn count_calls(environment: &TestEnvironment, folder: &Path) {
    let log = environment.root().join("calls");
    let counter = environment.root().join("counter");
    environment.script(
        &counter,
        &format!("echo \"$@\" >>'{}'\nexec '{PROGRAM}' \"$@\"", log.display()),
    );
    for event in EVENTS {
        let path = hooks_of(folder).join(event);
        let text = fs::read_to_string(&path).expect("a hook");
        assert!(text.contains(PROGRAM), "{text}");
        let noting = text.replace(PROGRAM, &counter.display().to_string());
        fs::write(path, noting).expect("written");
    }
}

/// The calls since the last question: the event, and the flag or the reason that git told it.
pub(crate) fn calls(environment: &TestEnvironment) -> Vec<String> {
    let log = environment.root().join("calls");
    let text = fs::read_to_string(&log).unwrap_or_default();
    let _ = fs::remove_file(log);
    text.lines()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let told = words.last().filter(|_| words.len() > 2);
            format!("{} {}", words[1], told.unwrap_or(&""))
                .trim()
                .to_owned()
        })
        .collect()
}

/// The groups of a manifest, read on their own, are those that the program lists.
pub(crate) fn assert_fresh(environment: &TestEnvironment, folder: &Path) {
    let text = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
    let manifest: toml_edit::DocumentMut = text.parse().expect("TOML");
    let rows = |table: &str| -> Vec<String> {
        let rows = manifest
            .get(table)
            .and_then(|item| item.as_array_of_tables());
        let mut names: Vec<String> = rows
            .into_iter()
            .flat_map(toml_edit::ArrayOfTables::iter)
            .map(|row| {
                format!(
                    "{} {}",
                    row["name"],
                    row.get("icon").map_or(String::new(), ToString::to_string)
                )
            })
            .map(|told| told.replace(['"', ' '], ""))
            .collect();
        names.sort();
        names
    };
    let listed = environment.ok_in(folder, ["group", "list", "--json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let mut names: Vec<String> = listed["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| format!("{}{}", group["name"], group["icon"]).replace(['"', ' '], ""))
        .collect();
    names.sort();
    assert_eq!(names, rows("groups"));
    let listed = environment.ok_in(folder, ["list", "--json"]);
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let files = |below: &str| fs::read_dir(folder.join(below)).map_or(0, Iterator::count);
    let skills = listed["artifacts"].as_array().expect("artifacts");
    let skills = skills.iter().filter(|row| row["type"] == "skill").count();
    // A sparse work tree lacks files of rows that are there.
    if folder.join("skills").exists() {
        assert_eq!(skills, files("skills"));
    }
}

/// A collection with hooks that count, and two branches that each have a group and a skill of their own.
pub(crate) fn counted() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Shared", "jwt-auth"]);
    environment.git(["switch", "--quiet", "-c", "side"]);
    environment.ok(["group", "create", "Side"]);
    environment.ok(["remove", "api-design"]);
    environment.git(["switch", "--quiet", "main"]);
    environment.ok(["hooks", "install"]);
    count_calls(&environment, &environment.team());
    calls(&environment);
    environment
}

/// Runs git in the collection, silently; the hooks that were called are these, and what is listed is what is there.
pub(crate) fn fires(environment: &TestEnvironment, arguments: &[&str], expected: &[&str]) {
    let told = environment.git_said(&environment.team(), arguments);
    assert_eq!(told.code, Some(0), "{arguments:?} {told:?}");
    assert_eq!(calls(environment), expected, "{arguments:?}");
    assert_fresh(environment, &environment.team());
}

/// Edits the manifest by hand.
fn edit(environment: &TestEnvironment, name: &str) {
    let text = environment.manifest() + &format!("\n[[groups]]\nname = \"{name}\"\n");
    fs::write(environment.team().join("collection.toml"), text).expect("written");
}

#[test]
fn commits_and_checkouts_are_followed() {
    let environment = counted();
    edit(&environment, "ByHand");
    fires(
        &environment,
        &["commit", "-qam", "by hand"],
        &["post-commit"],
    );
    edit(&environment, "More");
    let expected = ["post-commit", "post-rewrite amend"];
    fires(
        &environment,
        &["commit", "-qa", "--amend", "-m", "more"],
        &expected,
    );
    fires(
        &environment,
        &["switch", "-q", "side"],
        &["post-checkout 1"],
    );
    fires(
        &environment,
        &["checkout", "-q", "main"],
        &["post-checkout 1"],
    );
    fires(
        &environment,
        &["checkout", "-q", "main"],
        &["post-checkout 1"],
    );
    fires(
        &environment,
        &["switch", "-qc", "same"],
        &["post-checkout 1"],
    );
    fires(
        &environment,
        &["switch", "-q", "main"],
        &["post-checkout 1"],
    );
    for words in [
        ["checkout", "-q", "side", "--", "collection.toml"],
        ["checkout", "-q", "HEAD", "--", "collection.toml"],
    ] {
        fires(&environment, &words, &["post-checkout 0"]);
    }
    edit(&environment, "Lost");
    fires(
        &environment,
        &["restore", "collection.toml"],
        &["post-checkout 0"],
    );
    fires(&environment, &["cherry-pick", "side~1"], &["post-commit"]);
    fires(
        &environment,
        &["revert", "--no-edit", "HEAD"],
        &["post-commit"],
    );
    fires(
        &environment,
        &["bisect", "start", "HEAD", "HEAD~3"],
        &["post-checkout 1"],
    );
    fires(&environment, &["bisect", "reset"], &["post-checkout 1"]);
}

#[test]
fn merges_and_rebases_are_followed() {
    let environment = counted();
    fires(
        &environment,
        &["switch", "-qc", "behind"],
        &["post-checkout 1"],
    );
    fires(&environment, &["merge", "-q", "side"], &["post-merge 0"]);
    fires(
        &environment,
        &["switch", "-q", "main"],
        &["post-checkout 1"],
    );
    environment.ok(["group", "create", "Main"]);
    assert_eq!(calls(&environment), [""; 0], "a plain change runs no hook");
    fires(
        &environment,
        &["merge", "-q", "--no-edit", "side"],
        &["post-merge 0"],
    );
    fires(&environment, &["reset", "-q", "--hard", "HEAD~1"], &[]);
    let expected = [
        "post-checkout 1",
        "post-commit",
        "post-commit",
        "post-rewrite rebase",
    ];
    fires(
        &environment,
        &["switch", "-q", "side"],
        &["post-checkout 1"],
    );
    fires(&environment, &["rebase", "-q", "main"], &expected);
    fires(
        &environment,
        &["switch", "-q", "main"],
        &["post-checkout 1"],
    );

    // A clash fires nothing; its end is a commit.
    environment.git(["switch", "-qc", "clash", "main~1"]);
    environment.ok(["group", "edit", "Shared", "--icon", "one"]);
    environment.git(["switch", "-q", "main"]);
    environment.ok(["group", "edit", "Shared", "--icon", "two"]);
    calls(&environment);
    let told = environment.git_said(&environment.team(), ["merge", "clash"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert_eq!(calls(&environment), [""; 0]);
    environment.ok(["list"]);
    environment.ok(["resolve", "--all", "--theirs"]);
    fires(
        &environment,
        &["commit", "-q", "--no-edit"],
        &["post-commit"],
    );
    fires(&environment, &["reset", "-q", "--hard", "HEAD~1"], &[]);
    let told = environment.git_said(&environment.team(), ["merge", "clash"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    fires(&environment, &["merge", "--abort"], &[]);
}

#[test]
fn pulls_are_followed() {
    let environment = counted();
    let work = environment.work();
    let from = environment.team().display().to_string();
    environment.git_in(&work, ["clone", "-q", &from, "copy"]);
    let copy = work.join("copy");
    let configured = |words: &[&str], expected: &[&str]| {
        calls(&environment);
        environment.git_in(&copy, words);
        assert_eq!(calls(&environment), expected, "{words:?}");
        assert_fresh(&environment, &copy);
    };
    environment.ok_in(&copy, ["hooks", "install"]);
    count_calls(&environment, &copy);
    environment.ok(["group", "create", "Incoming"]);
    configured(&["fetch", "-q"], &[]);
    configured(&["pull", "-q"], &["post-merge 0"]);
    configured(&["pull", "-q"], &[]);
    environment.ok_in(&copy, ["group", "create", "Here"]);
    environment.ok(["remove", "changelog"]);
    let expected = ["post-checkout 1", "post-commit", "post-rewrite rebase"];
    configured(&["pull", "-q", "--rebase"], &expected);
    environment.ok(["remove", "onboard"]);
    configured(
        &["pull", "-q", "--no-rebase", "--no-edit"],
        &["post-merge 0"],
    );
}

#[test]
fn what_fires_no_hook_is_seen_too() {
    let environment = counted();
    edit(&environment, "Stashed");
    fires(&environment, &["stash", "-q"], &[]);
    fires(&environment, &["stash", "pop", "-q"], &[]);
    fires(&environment, &["reset", "-q", "--hard"], &[]);
    fires(&environment, &["reset", "-q", "--hard", "side"], &[]);
    fires(&environment, &["reset", "-q", "--hard", "ORIG_HEAD"], &[]);
    fires(&environment, &["read-tree", "-u", "--reset", "side"], &[]);
    fires(&environment, &["read-tree", "-u", "--reset", "HEAD"], &[]);
    fires(&environment, &["branch", "-f", "other", "side"], &[]);
    fires(
        &environment,
        &["update-ref", "refs/heads/main", "side"],
        &[],
    );
    fires(&environment, &["reset", "-q", "--hard"], &[]);
    fires(&environment, &["sparse-checkout", "set", "agents"], &[]);
    fires(&environment, &["sparse-checkout", "disable"], &[]);
}

#[test]
fn a_hook_makes_the_database_fresh_before_anyone_asks() {
    let environment = counted();
    let database = PathBuf::from(environment.ok(["cache", "path"]).trim());
    for words in [
        &["switch", "-q", "side"][..],
        &["checkout", "-q", "main"],
        &["merge", "-q", "side"],
    ] {
        let _ = fs::remove_file(&database);
        environment.git(words);
        assert!(database.exists(), "{words:?}");
    }
    fs::remove_file(&database).expect("removed");
    edit(&environment, "More");
    environment.git(["commit", "-qam", "more"]);
    assert!(database.exists());
}

/// Installs, asks for the state of one hook, and takes it out again: the bytes are the same.
fn beside(environment: &TestEnvironment, run: impl FnOnce(&Said)) {
    let folder = hooks_of(&environment.team());
    environment.run(["hooks", "uninstall"]);
    let before = bytes(&folder);
    let told = environment.run(["hooks", "install"]);
    let once = bytes(&folder);
    environment.run(["hooks", "install"]);
    assert_eq!(bytes(&folder), once, "twice gives the same bytes");
    run(&told);
    let told = environment.run(["hooks", "uninstall"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!(bytes(&folder), before, "uninstall leaves no trace");
}

/// Goes to another branch and back; both hooks of it are seen, the user's and ours.
fn both_run(environment: &TestEnvironment, seen: &Path) {
    let database = PathBuf::from(environment.ok(["cache", "path"]).trim());
    let _ = fs::remove_file(&database);
    let _ = fs::remove_file(seen);
    environment.git(["switch", "-q", "-C", "elsewhere"]);
    assert!(seen.exists(), "theirs ran");
    assert!(database.exists(), "ours ran");
    environment.git(["switch", "-q", "main"]);
}

#[test]
fn hooks_that_are_there_still_run() {
    let environment = TestEnvironment::with_team();
    let seen = environment.root().join("seen");
    let touch = format!("touch '{}'", seen.display());
    let hook = hooks_of(&environment.team()).join("post-checkout");
    for body in [
        format!("#!/bin/sh\n{touch}\n"),
        format!("#!/bin/sh\nexec {touch}\n"),
        format!("#!/bin/sh -e\n{touch}\nexit 0"),
        format!("#!/usr/bin/env bash\nset -euo pipefail\n\n{touch}\n"),
        format!("{touch}\n"),
        format!("#!/bin/sh\ntest \"$3\" = 1 && {touch}\nexit 0\n"),
    ] {
        environment.run(["hooks", "uninstall"]);
        environment.write(&hook, &body);
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
        beside(&environment, |told| {
            assert_eq!(told.code, Some(0), "{told:?}");
            both_run(&environment, &seen);
            let mode = fs::metadata(&hook).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o755);
        });
        assert_eq!(fs::read_to_string(&hook).expect("there"), body);
    }
    // What the user's script answers is what git sees.
    environment.script(&hook, "exit 3");
    environment.ok(["hooks", "install"]);
    let told = environment.git_said(&environment.team(), ["switch", "-q", "-c", "failing"]);
    assert_ne!(told.code, Some(0), "{told:?}");
}

#[test]
fn a_script_that_does_nothing_stays_too() {
    let environment = TestEnvironment::with_team();
    let folder = hooks_of(&environment.team());
    environment.run(["hooks", "uninstall"]);
    for (event, body) in EVENTS.iter().zip(["#!/bin/sh\n", "#!/bin/sh", "", "\n"]) {
        environment.write(&folder.join(event), body);
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.join(event), executable).expect("set");
    }
    beside(&environment, |told| {
        assert_eq!(told.code, Some(0), "{told:?}");
    });
    for event in EVENTS {
        fs::remove_file(folder.join(event)).expect("it stayed");
    }
    // A file that was made for us goes, unless somebody put something in.
    environment.ok(["hooks", "install"]);
    let hook = folder.join("post-merge");
    let text = fs::read_to_string(&hook).expect("there") + "echo mine\n";
    fs::write(&hook, text).expect("written");
    environment.ok(["hooks", "install"]);
    environment.ok(["hooks", "uninstall"]);
    let left = fs::read_to_string(&hook).expect("it stayed");
    assert_eq!(left, "#!/bin/sh\necho mine\n");
    assert!(!folder.join("post-commit").exists());
}

#[test]
fn hooks_that_another_program_wrote_anew_are_told_and_mended() {
    let environment = TestEnvironment::with_team();
    let hook = hooks_of(&environment.team()).join("post-merge");
    environment.script(&hook, "echo anew");
    let told = environment.run(["hooks", "status"]);
    assert!(told.stderr.contains("post-merge does not call"), "{told:?}");
    assert!(
        told.stderr.contains("`skillmeat hooks install`"),
        "{told:?}"
    );
    let told = environment.ok(["doctor"]);
    assert!(told.contains("Not all of git's hooks"), "{told}");
    environment.ok(["hooks", "install"]);
    let told = environment.run(["hooks", "status"]);
    assert_eq!(told.stderr, "", "{told:?}");
    // Where git looks elsewhere by now, what was put in comes out all the same.
    environment.git(["config", "core.hooksPath", "/nowhere"]);
    environment.ok(["hooks", "uninstall"]);
    let text = fs::read_to_string(&hook).expect("there");
    assert_eq!(text, "#!/bin/sh\necho anew\n");
    assert!(!hooks_of(&environment.team()).join("post-commit").exists());
}

#[test]
fn scripts_that_are_not_ours_to_change_are_refused_with_the_lines() {
    let environment = TestEnvironment::with_team();
    let folder = hooks_of(&environment.team());
    environment.run(["hooks", "uninstall"]);
    environment.script(&folder.join("post-commit"), "echo hello");
    fs::set_permissions(
        folder.join("post-commit"),
        fs::Permissions::from_mode(0o644),
    )
    .expect("set");
    environment.write(
        &folder.join("post-merge"),
        "#!/usr/bin/env python3\nprint(1)\n",
    );
    fs::set_permissions(folder.join("post-merge"), fs::Permissions::from_mode(0o755)).expect("set");
    symlink("post-rewrite", folder.join("post-checkout")).expect("a link");
    environment.script(&folder.join("post-rewrite"), "exit 0");
    beside(&environment, |told| {
        assert_eq!(told.code, Some(5), "{told:?}");
        for (event, reason) in [
            ("post-commit", "not executable"),
            ("post-merge", "not a shell script"),
            ("post-checkout", "symbolic link"),
        ] {
            assert!(told.stderr.contains(reason), "{told:?}");
            let line = format!("hook {event} \"$@\"");
            assert!(told.stderr.contains(&line), "{told:?}");
        }
        let text = fs::read_to_string(folder.join("post-rewrite")).expect("there");
        assert!(text.contains("hook post-rewrite"), "{text}");
    });
}

#[test]
fn a_hooks_path_of_another_manager_is_left_alone() {
    let environment = TestEnvironment::with_team();
    environment.run(["hooks", "uninstall"]);
    let team = environment.team();
    let linked = environment.work().join("linked");
    environment.git(["worktree", "add", "-q", &linked.display().to_string()]);
    let shared = environment.root().join("shared-hooks");
    environment.script(&shared.join("post-merge"), "exit 0");
    let before = bytes(&shared);
    let path = shared.display().to_string();
    environment.git(["config", "extensions.worktreeConfig", "true"]);
    for (scope, value) in [
        ("--local", path.as_str()),
        ("--global", &path),
        ("--worktree", &path),
        ("--local", ".husky/_"),
        ("--local", ""),
    ] {
        environment.git(["config", scope, "core.hooksPath", value]);
        let told = environment.run_in(&team, ["hooks", "install"]);
        assert_eq!(told.code, Some(5), "{scope} {value} {told:?}");
        assert!(told.stderr.contains("core.hooksPath"), "{told:?}");
        let lines = told.stderr.contains("hook post-merge \"$@\"");
        assert_eq!(lines, !value.is_empty(), "{told:?}");
        assert_eq!(bytes(&shared), before, "{scope} {value}");
        assert!(
            !hooks_of(&team).join("post-merge").exists(),
            "{scope} {value}"
        );
        let reasons = told.stderr.matches("warning: ").count();
        assert_eq!(reasons, 1, "a reason is told once: {told:?}");
        if scope == "--worktree" {
            // The other work tree has hooks of its own.
            environment.ok_in(&linked, ["hooks", "install"]);
            environment.ok_in(&linked, ["hooks", "uninstall"]);
        }
        environment.git(["config", scope, "--unset", "core.hooksPath"]);
    }
    let own = hooks_of(&team).display().to_string();
    environment.git(["config", "core.hooksPath", &own]);
    environment.ok(["hooks", "install"]);
    assert!(hooks_of(&team).join("post-merge").exists());
}

/// What the hook managers write, as of husky 9, lefthook 1, pre-commit 4 and git-lfs 3.
const LEFTHOOK: &str = r#"#!/bin/sh

if [ "$LEFTHOOK_VERBOSE" = "1" -o "$LEFTHOOK_VERBOSE" = "true" ]; then
  set -x
fi

if [ "$LEFTHOOK" = "0" ]; then
  exit 0
fi

call_lefthook()
{
  if test -n "$LEFTHOOK_BIN"
  then
    "$LEFTHOOK_BIN" "$@"
  elif lefthook -h >/dev/null 2>&1
  then
    lefthook "$@"
  else
    echo "Can't find lefthook in PATH"
  fi
}

call_lefthook run "post-checkout" "$@"
"#;
const PRE_COMMIT: &str = r#"#!/usr/bin/env bash
# File generated by pre-commit: https://pre-commit.com
# ID: 138fd403232d2ddd5efb44317e38bf03

# start templated
INSTALL_PYTHON=/nowhere/python3
ARGS=(hook-impl --config=.pre-commit-config.yaml --hook-type=post-checkout)
# end templated

HERE="$(cd "$(dirname "$0")" && pwd)"
ARGS+=(--hook-dir "$HERE" -- "$@")

if [ -x "$INSTALL_PYTHON" ]; then
    exec "$INSTALL_PYTHON" -mpre_commit "${ARGS[@]}"
elif command -v pre-commit > /dev/null; then
    exec pre-commit "${ARGS[@]}"
else
    echo '`pre-commit` not found.  Did you forget to activate your virtualenv?' 1>&2
    exit 1
fi
"#;
const GIT_LFS: &str = r#"#!/bin/sh
command -v git-lfs >/dev/null 2>&1 || { printf >&2 "\n%s\n\n" "This repository is configured for Git LFS but 'git-lfs' was not found on your path."; exit 2; }
git lfs post-checkout "$@"
"#;
const HUSKY: &str = r#"#!/usr/bin/env sh
[ "$HUSKY" = "2" ] && set -x
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n

[ ! -f "$s" ] && exit 0

i="${XDG_CONFIG_HOME:-$HOME/.config}/husky/init.sh"
[ -f "$i" ] && . "$i"

[ "${HUSKY-}" = "0" ] && exit 0

export PATH="node_modules/.bin:$PATH"
sh -e "$s" "$@"
c=$?

[ $c != 0 ] && echo "husky - $n script failed (code $c)"
[ $c = 127 ] && echo "husky - command not found in PATH=$PATH"
exit $c
"#;

/// Runs git in the collection with programs of these names first on the search path, which note that they ran.
fn with_programs(environment: &TestEnvironment, names: &[&str], arguments: &[&str]) -> Said {
    let folder = environment.root().join("bin");
    for name in names {
        let seen = environment.root().join(format!("ran-{name}"));
        environment.script(&folder.join(name), &format!("touch '{}'", seen.display()));
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = environment.command("git", &environment.team());
    command
        .args(arguments)
        .env("PATH", format!("{}:{path}", folder.display()));
    said(command)
}

#[test]
fn hook_managers_and_we_both_run() {
    let environment = TestEnvironment::with_team();
    let hook = hooks_of(&environment.team()).join("post-checkout");
    let database = PathBuf::from(environment.ok(["cache", "path"]).trim());
    for (name, script) in [
        ("lefthook", LEFTHOOK),
        ("pre-commit", PRE_COMMIT),
        ("git-lfs", GIT_LFS),
    ] {
        environment.run(["hooks", "uninstall"]);
        environment.write(&hook, script);
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("executable");
        beside(&environment, |told| {
            assert_eq!(told.code, Some(0), "{told:?}");
            let _ = fs::remove_file(&database);
            let told = with_programs(&environment, &[name], &["switch", "-q", "-C", name]);
            assert_eq!(told.code, Some(0), "{told:?}");
            assert!(environment.root().join(format!("ran-{name}")).exists());
            assert!(database.exists(), "{name}");
        });
        fs::remove_file(&hook).expect("removed");
    }
}

#[test]
fn husky_runs_the_lines_that_were_told() {
    let environment = TestEnvironment::with_team();
    environment.run(["hooks", "uninstall"]);
    let team = environment.team();
    for event in EVENTS {
        let path = team.join(".husky/_").join(event);
        environment.write(&path, "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    environment.write(&team.join(".husky/_/h"), HUSKY);
    environment.git(["config", "core.hooksPath", ".husky/_"]);
    let told = environment.run(["hooks", "install", "--json"]);
    assert_eq!(told.code, Some(5), "{told:?}");
    let told: Value = serde_json::from_str(&told.stdout).expect("JSON");
    for hook in told["hooks"].as_array().expect("hooks") {
        let event = hook["event"].as_str().expect("an event");
        let lines = hook["lines"].as_str().expect("lines");
        let path = Path::new(hook["path"].as_str().expect("a path"));
        assert_eq!(path, team.join(".husky").join(event));
        environment.write(path, lines);
    }
    let database = PathBuf::from(environment.ok(["cache", "path"]).trim());
    let _ = fs::remove_file(&database);
    let told = environment.git_said(&team, ["switch", "-q", "-c", "husky"]);
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""), "{told:?}");
    assert!(database.exists());
}

#[test]
fn a_program_that_is_gone_does_not_hinder_git() {
    let environment = counted();
    let team = environment.team();
    let hooks = || EVENTS.map(|event| hooks_of(&team).join(event));
    let lose = || {
        for hook in hooks() {
            let text = fs::read_to_string(&hook).expect("a hook");
            let lost = text
                .replace(
                    &environment.root().join("counter").display().to_string(),
                    "/nowhere/skillmeat",
                )
                .replace(PROGRAM, "/nowhere/skillmeat");
            fs::write(&hook, lost).expect("written");
        }
    };
    lose();
    for words in [
        &["switch", "-q", "side"][..],
        &["switch", "-q", "main"],
        &["merge", "-q", "side"],
        &["commit", "-q", "--allow-empty", "-m", "one"],
        &["commit", "-q", "--allow-empty", "--amend", "-m", "two"],
        &["checkout", "-q", "HEAD", "--", "collection.toml"],
        &["cherry-pick", "--allow-empty", "HEAD"],
        &["rebase", "-q", "--force-rebase", "HEAD~1"],
        &["worktree", "add", "-q", "../linked"],
    ] {
        let told = with_programs(&environment, &["skillmeat"], words);
        assert_eq!(told.code, Some(0), "{words:?} {told:?}");
        assert_eq!(told.stderr, "", "{words:?}");
    }
    assert!(
        !environment.root().join("ran-skillmeat").exists(),
        "another program was run"
    );
    // Any command of ours mends the paths, wherever there are such.
    environment.ok(["list"]);
    for hook in hooks() {
        let text = fs::read_to_string(hook).expect("a hook");
        assert!(
            text.contains(PROGRAM) && !text.contains("/nowhere"),
            "{text}"
        );
    }
    lose();
    fs::remove_file(&hooks()[0]).expect("removed");
    environment.write(&hooks()[0], "#!/usr/bin/env python3\n");
    environment.ok(["list"]);
    let text = fs::read_to_string(&hooks()[1]).expect("a hook");
    assert!(!text.contains("/nowhere"), "{text}");
}

#[test]
fn every_future_clone_has_its_database_at_once() {
    let environment = TestEnvironment::with_team();
    let configuration = environment.root().join("gitconfig");
    let before = fs::read(&configuration).expect("there");
    let from = environment.team().display().to_string();
    let work = environment.work();
    let clone = |name: &str| {
        let told = environment.git_said(&work, ["clone", "-q", &from, name]);
        assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""), "{told:?}");
        work.join(name).join(".git/skillmeat/top/cache.db").exists()
    };
    assert!(!clone("before"));
    environment.ok(["hooks", "install", "--global"]);
    let once = fs::read(&configuration).expect("there");
    environment.ok(["hooks", "install", "--global"]);
    assert_eq!(fs::read(&configuration).expect("there"), once);
    assert!(clone("with"));
    let told = environment.json(["hooks", "status", "--global"]);
    for hook in told["hooks"].as_array().expect("hooks") {
        assert_eq!(hook["state"], "installed", "{hook}");
    }
    // A repository that is no collection is none of ours.
    environment.git_in(&work, ["init", "-q", "other"]);
    environment.git_in(
        &work.join("other"),
        ["commit", "-q", "--allow-empty", "-m", "one"],
    );
    assert!(!work.join("other/.git/skillmeat").exists());
    environment.ok(["hooks", "uninstall", "--global"]);
    assert_eq!(fs::read(&configuration).expect("there"), before);
    assert!(
        !environment
            .root()
            .join("home/.skillmeat/git-template")
            .exists()
    );
    assert!(!clone("after"));
}

#[test]
fn the_users_configuration_comes_back_to_the_byte() {
    let cases: [Option<&str>; 6] = [
        None,
        Some(""),
        Some("[user]\n\tname = Mia"),
        Some("[init]\n"),
        Some("# mine\r\n[init]\r\n\tdefaultBranch = main\r\n"),
        Some("[init] ; all\n\t# of mine\n[core]\n\teditor = vi\n[init]\n\n"),
    ];
    for before in cases {
        let environment = TestEnvironment::new();
        let path = environment.root().join("gitconfig");
        match before {
            Some(text) => fs::write(&path, text).expect("written"),
            None => fs::remove_file(&path).expect("removed"),
        }
        // Twice is once.
        environment.ok(["hooks", "install", "--global"]);
        environment.ok(["hooks", "install", "--global"]);
        let with = fs::read_to_string(&path).expect("there");
        assert!(with.contains("skillmeat"), "{with}");
        environment.ok(["hooks", "uninstall", "--global"]);
        let after = fs::read_to_string(&path).ok();
        assert_eq!(after.as_deref(), before);
        let home = environment.root().join("home/.skillmeat");
        let left = fs::read_dir(home).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{before:?}");
    }
}

#[test]
fn what_others_wrote_into_the_configuration_since_stays() {
    let environment = TestEnvironment::new();
    let path = environment.root().join("gitconfig");
    fs::remove_file(&path).expect("removed");
    environment.ok(["hooks", "install", "--global"]);
    let work = environment.work();
    environment.git_in(&work, ["config", "--global", "user.name", "Mia"]);
    environment.ok(["hooks", "uninstall", "--global"]);
    let left = fs::read_to_string(&path).expect("there");
    assert_eq!(left, "[user]\n\tname = Mia\n");
    // Where they left nothing of their own, the file goes.
    fs::remove_file(&path).expect("removed");
    environment.ok(["hooks", "install", "--global"]);
    fs::write(&path, fs::read_to_string(&path).expect("there") + "\n").expect("written");
    environment.ok(["hooks", "uninstall", "--global"]);
    assert!(!path.exists());
}

#[test]
fn a_configuration_behind_a_link_stays_behind_it() {
    let environment = TestEnvironment::new();
    let path = environment.root().join("gitconfig");
    let real = environment.root().join("home/dotfiles/gitconfig");
    environment.write(&real, "[user]\n\tname = Mia");
    fs::remove_file(&path).expect("removed");
    symlink(&real, &path).expect("linked");
    environment.ok(["hooks", "install", "--global"]);
    environment.ok(["hooks", "uninstall", "--global"]);
    let after = fs::read_to_string(&real).expect("there");
    assert_eq!(after, "[user]\n\tname = Mia");
    assert!(path.is_symlink());
}

#[test]
fn a_template_of_the_users_own_is_kept() {
    let environment = TestEnvironment::with_team();
    let template = environment.root().join("home/template");
    environment.script(&template.join("hooks/post-checkout"), "echo own >own");
    environment.write(&template.join("info/exclude"), "own\n");
    let configuration = environment.root().join("gitconfig");
    environment.write(
        &configuration,
        "[init]\n\tdefaultBranch = main\n\t# mine\n\ttemplateDir = ~/template\n",
    );
    let before = (
        fs::read_to_string(&configuration).expect("there"),
        bytes(&template.join("hooks")),
    );
    environment.ok(["hooks", "install", "--global"]);
    let from = environment.team().display().to_string();
    environment.git_in(&environment.work(), ["clone", "-q", &from, "copy"]);
    let copy = environment.work().join("copy");
    assert!(copy.join("own").exists());
    assert!(copy.join(".git/skillmeat/top/cache.db").exists());
    environment.ok(["hooks", "uninstall", "--global"]);
    let after = (
        fs::read_to_string(&configuration).expect("there"),
        bytes(&template.join("hooks")),
    );
    assert_eq!(after, before);
}

#[test]
fn linked_work_trees_and_submodules_are_their_own() {
    let environment = counted();
    let team = environment.team();
    let work = environment.work();
    let linked = work.join("linked");
    let place = linked.display().to_string();
    fires(
        &environment,
        &["worktree", "add", "-q", &place, "side"],
        &["post-checkout 1"],
    );
    let path = environment.ok_in(&linked, ["cache", "path"]);
    assert!(Path::new(path.trim()).exists(), "{path}");
    assert!(path.contains("worktrees/linked"), "{path}");
    assert_fresh(&environment, &linked);
    // A commit of everything, and one of a path, in the linked tree, with another collection elsewhere.
    environment.ok(["init", "second"]);
    let second = environment
        .root()
        .join("home/.skillmeat/collections/second");
    let state = || {
        (
            environment.git_in(&second, ["status", "--porcelain=v2", "--branch"]),
            environment.git_in(&second, ["ls-files", "-s"]),
        )
    };
    let before = state();
    environment.write(&linked.join("notes"), "one\n");
    environment.git_in(&linked, ["add", "notes"]);
    for (words, files) in [
        (&["commit", "-qam", "all"][..], "collection.toml\nnotes\n"),
        (
            &["commit", "-qm", "one", "--", "collection.toml"],
            "collection.toml\n",
        ),
    ] {
        let manifest = linked.join("collection.toml");
        let text = fs::read_to_string(&manifest).expect("there");
        let name = words.len();
        fs::write(
            &manifest,
            format!("{text}\n[[groups]]\nname = \"G{name}\"\n"),
        )
        .expect("written");
        let mut command = environment.command("git", &linked);
        command.args(words).env("SKILLMEAT_COLLECTION", "second");
        let told = said(command);
        assert_eq!(told.code, Some(0), "{told:?}");
        assert_eq!(calls(&environment), ["post-commit"]);
        let shown = ["show", "--name-only", "--format=", "HEAD"];
        assert_eq!(environment.git_in(&linked, shown), files);
        assert_fresh(&environment, &linked);
        assert_eq!(environment.git_in(&linked, ["status", "--porcelain"]), "");
    }
    assert_eq!(state(), before);
    assert_fresh(&environment, &team);

    let parent = work.join("parent");
    environment.git_in(&work, ["init", "-q", "parent"]);
    let from = team.display().to_string();
    let words = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        &from,
        "sub",
    ];
    environment.git_in(&parent, words);
    environment.git_in(&parent, ["commit", "-qm", "sub"]);
    let sub = parent.join("sub");
    environment.ok_in(&sub, ["hooks", "install"]);
    let database = PathBuf::from(environment.ok_in(&sub, ["cache", "path"]).trim());
    assert!(
        database.starts_with(parent.join(".git/modules/sub")),
        "{database:?}"
    );
    for (folder, words) in [
        (&sub, &["switch", "-q", "-c", "own"][..]),
        (&sub, &["commit", "-q", "--allow-empty", "-m", "x"]),
        (&parent, &["submodule", "--quiet", "update"]),
    ] {
        let _ = fs::remove_file(&database);
        environment.git_in(folder, words);
        assert!(database.exists(), "{words:?}");
        assert_fresh(&environment, &sub);
    }
    assert!(!parent.join(".git/skillmeat").exists());
}

/// Runs something that must come to its end in time.
fn in_time<T: Send>(seconds: u64, work: impl FnOnce() -> T + Send) -> T {
    let start = Instant::now();
    let outcome = work();
    assert!(
        start.elapsed() < Duration::from_secs(seconds),
        "{:?}",
        start.elapsed()
    );
    outcome
}

#[test]
fn hooks_and_changes_never_wait_for_one_another() {
    let environment = counted();
    let team = environment.team();
    // A hook that makes a change, when git commits and when a change lets git commit.
    let hook = hooks_of(&team).join("post-commit");
    let text = fs::read_to_string(&hook).expect("a hook");
    let call = format!(
        "'{PROGRAM}' -q group create \"Hook $$\" >/dev/null 2>>../../../../refusals\nexit 0\n"
    );
    fs::write(&hook, format!("{text}{call}")).expect("written");
    edit(&environment, "ByHand");
    in_time(20, || environment.git(["commit", "-qam", "by hand"]));
    assert!(environment.manifest().contains("Hook "));
    environment.git(["config", "skillmeat.runCommitHooks", "true"]);
    environment.script(&hooks_of(&team).join("pre-commit"), "exit 0");
    in_time(20, || environment.ok(["group", "create", "Through git"]));
    assert!(environment.manifest().contains("Through git"));
    // Sixteen at once: changes through git, and changes of branches elsewhere.
    in_time(100, || {
        thread::scope(|scope| {
            for number in 0..16 {
                let environment = &environment;
                scope.spawn(move || {
                    let name = format!("At once {number}");
                    let said = environment.run(["group", "create", &name]);
                    assert!(matches!(said.code, Some(0 | 5)), "{said:?}");
                    let said = environment.run(["list"]);
                    assert_eq!(said.code, Some(0), "{said:?}");
                });
            }
        });
    });
    assert_fresh(&environment, &team);
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    environment.git(["fsck", "--no-dangling"]);
}

/// What the database has of files and their headers, without a read that would refresh it.
fn files_in_database(environment: &TestEnvironment, path: &Path) -> Vec<(String, String, String)> {
    assert!(path.exists(), "{}", environment.root().display());
    let database = rusqlite::Connection::open(path).expect("a database");
    let select = "SELECT path, blob, coalesce(description, '') FROM files JOIN artifact_metadata USING (path) ORDER BY path";
    let mut select = database.prepare(select).expect("a question");
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

/// A team of some more skills, committed, and looked at long enough ago for stamps to prove something.
fn team_of_many() -> (TestEnvironment, PathBuf) {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    for number in 0..12 {
        let path = team.join(format!("skills/more-{number}/SKILL.md"));
        let text = format!("---\nname: more-{number}\ndescription: one\n---\n");
        environment.write(&path, text);
    }
    environment.git(["add", "--all"]);
    environment.git(["commit", "--quiet", "-m", "more"]);
    thread::sleep(Duration::from_millis(60));
    environment.ok(["cache", "refresh"]);
    let database = PathBuf::from(environment.ok(["cache", "path"]).trim());
    (environment, database)
}

#[test]
fn what_git_wrote_is_in_the_database_before_anybody_reads() {
    let (environment, database) = team_of_many();
    let team = environment.team();
    let skill = |number: usize| team.join(format!("skills/more-{number}/SKILL.md"));
    let described = |number: usize, text: &str| {
        let text = format!("---\nname: more-{number}\ndescription: {text}\n---\n");
        environment.write(&skill(number), text);
    };
    let agrees = |what: &str| {
        let by_hook = files_in_database(&environment, &database);
        environment.ok(["cache", "rebuild"]);
        assert_eq!(
            by_hook,
            files_in_database(&environment, &database),
            "{what}"
        );
        thread::sleep(Duration::from_millis(60));
        environment.ok(["cache", "refresh"]);
    };
    environment.git(["switch", "--quiet", "-c", "other"]);
    for number in 0..10 {
        described(number, "two");
    }
    fs::remove_file(skill(11)).expect("removed");
    environment.git(["commit", "--quiet", "--all", "-m", "two"]);
    agrees("a commit");
    environment.git(["switch", "--quiet", "main"]);
    agrees("files that changed, and one that came");
    environment.git(["switch", "--quiet", "other"]);
    agrees("files that changed, and one that went");
    described(3, "edited");
    environment.ok(["cache", "refresh"]);
    environment.git(["checkout", "--quiet", "--", "skills/more-3/SKILL.md"]);
    agrees("one that was brought back");
    environment.git(["checkout", "--quiet", "main", "--", "skills/more-4"]);
    agrees("one from another commit");
    // A folder became a link, and a link a folder.
    environment.git(["reset", "--quiet", "--hard"]);
    fs::remove_dir_all(team.join("skills/more-5")).expect("removed");
    symlink("more-6", team.join("skills/more-5")).expect("linked");
    environment.git(["add", "--all"]);
    environment.git(["commit", "--quiet", "-m", "link"]);
    agrees("a link");
    environment.git(["switch", "--quiet", "main"]);
    agrees("a folder again");
}

#[test]
fn what_git_does_not_note_is_found_by_the_next_read() {
    let (environment, database) = team_of_many();
    let team = environment.team();
    // Edited by hand, new, gone; and then a hook that looks at what git wrote only.
    let text = "---\nname: more-1\ndescription: by hand\n---\n";
    environment.write(&team.join("skills/more-1/SKILL.md"), text);
    environment.write(&team.join("agents/fresh.md"), "---\nname: fresh\n---\n");
    fs::remove_dir_all(team.join("skills/more-2")).expect("removed");
    environment.write(&team.join("skills/more-3/SKILL.md"), "x");
    environment.git(["checkout", "--quiet", "--", "skills/more-3/SKILL.md"]);
    environment.ok_in(&team, ["hook", "post-checkout", "0", "0", "0"]);
    let listed = environment.json(["list"]);
    let told = files_in_database(&environment, &database);
    environment.ok(["cache", "rebuild"]);
    assert_eq!(told, files_in_database(&environment, &database));
    assert_eq!(environment.json(["list"]), listed);
    let listed = listed.to_string();
    assert!(
        listed.contains("by hand") && listed.contains("agent:fresh"),
        "{listed}"
    );
    assert!(!listed.contains("more-2"), "{listed}");
}
