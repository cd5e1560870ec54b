//! Many at work at once: changes queue, reads go on, and whoever waits is told for whom.

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::test_environment::{TestEnvironment, said};

const PROCESSES: usize = 16;
const CHANGES: usize = 20;

/// The change that one process makes as its `number`th.
fn change(process: usize, number: usize) -> Vec<String> {
    let group = format!("g-{process}-{}", number - number % 4);
    let words: &[&str] = match number % 4 {
        0 => &["group", "create", &group],
        1 => &["group", "add", &group, "jwt-auth"],
        2 => &["group", "add", &group, "api-design"],
        _ => &["tag", "add", &format!("tag-{process}-{number}"), "jwt-auth"],
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn changes_of_many_processes_are_all_made() {
    let environment = TestEnvironment::with_team();
    let count = || {
        environment
            .git(["rev-list", "--count", "HEAD"])
            .trim()
            .parse::<usize>()
    };
    let before = count().expect("a number");
    let is_over = AtomicBool::new(false);
    let reads = thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut reads = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        let said = environment.run(["list"]);
                        assert_eq!(said.code, Some(0), "{said:?}");
                        assert!(said.stdout.contains("jwt-auth"), "{said:?}");
                        assert!(!said.stderr.contains("interrupted"), "{said:?}");
                        reads += 1;
                        thread::sleep(Duration::from_millis(50));
                    }
                    reads
                })
            })
            .collect();
        let environment = &environment;
        let writers: Vec<_> = (0..PROCESSES)
            .map(|process| {
                scope.spawn(move || {
                    for number in 0..CHANGES {
                        let said = environment.run(change(process, number));
                        assert_eq!(said.code, Some(0), "{said:?}");
                    }
                })
            })
            .collect();
        let made: Vec<_> = writers
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        is_over.store(true, Ordering::Relaxed);
        assert!(made.iter().all(Result::is_ok));
        readers
            .into_iter()
            .map(|reader| reader.join().expect("it read"))
            .sum::<usize>()
    });
    assert!(reads > 0);
    assert_eq!(count().expect("a number"), before + PROCESSES * CHANGES);
    assert_eq!(environment.git(["rev-list", "--merges", "HEAD"]), "");
    check_all_is_there(&environment);
    is_clean(&environment);
}

fn check_all_is_there(environment: &TestEnvironment) {
    let groups = environment.json(["group", "list"]);
    let groups = groups["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), PROCESSES * CHANGES / 4);
    for group in groups {
        let members = group["members"].as_array().expect("members");
        assert_eq!(members.len(), 2, "{group}");
    }
    let list = environment.json(["list"]);
    let artifacts = list["artifacts"].as_array().expect("artifacts");
    let jwt = artifacts
        .iter()
        .find(|artifact| artifact["id"] == "skill:jwt-auth")
        .expect("the artifact");
    let tags = jwt["tags"].as_array().expect("tags");
    let ours = tags
        .iter()
        .filter(|tag| tag.as_str().is_some_and(|tag| tag.starts_with("tag-")));
    assert_eq!(ours.count(), PROCESSES * CHANGES / 4);
}

fn is_clean(environment: &TestEnvironment) {
    environment.git(["fsck", "--strict", "--no-dangling", "--no-progress"]);
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    let folder = environment.team().join(".git");
    for name in [
        "index.lock",
        "HEAD.lock",
        "refs/heads/main.lock",
        "skillmeat/index.new",
        "skillmeat/branch.new",
    ] {
        assert!(!folder.join(name).exists(), "{name} is left");
    }
    let journal = fs::read(folder.join("skillmeat/journal")).unwrap_or_default();
    assert!(journal.is_empty(), "a journal is left");
    let mut ours = fs::read_dir(environment.team()).expect("a folder");
    assert!(ours.all(|entry| {
        let name = entry.expect("an entry").file_name();
        !name.to_string_lossy().contains(".skillmeat-")
    }));
}

/// A process in the background, whose stderr is read when it is over.
fn start(environment: &TestEnvironment, arguments: &[&str]) -> Child {
    environment
        .skillmeat_in(&environment.work(), arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let status = Command::new("kill").args(["-INT", &id]).status();
    assert!(status.expect("it runs").success());
}

fn end(mut child: Child) -> (Option<i32>, String) {
    let status = child.wait().expect("it ends");
    let mut text = String::new();
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut text).expect("text");
    (
        status.code().or(status.signal().map(|signal| -signal)),
        text,
    )
}

/// The lock of changes, held by somebody who noted `holder`.
fn held(environment: &TestEnvironment, holder: &str) -> fs::File {
    let path = environment.team().join(".git/skillmeat/lock");
    fs::write(&path, holder).expect("written");
    let file = fs::File::options().write(true).open(path).expect("opened");
    file.lock().expect("locked");
    file
}

#[test]
fn who_waits_is_told_for_whom_and_goes_on() {
    let environment = TestEnvironment::with_team();
    let held = held(&environment, "group-create (process 7)");
    let waiting = start(&environment, &["group", "create", "New"]);
    thread::sleep(Duration::from_millis(1800));
    drop(held);
    let (code, stderr) = end(waiting);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("Waiting for group-create (process 7)"),
        "{stderr}"
    );
    assert!(environment.manifest().contains("\"New\""));
}

#[test]
fn reads_do_not_wait_for_changes() {
    let environment = TestEnvironment::with_team();
    let _held = held(&environment, "group-create (process 7)");
    let started = Instant::now();
    environment.ok(["list"]);
    environment.ok(["status"]);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn interrupted_while_it_waits_for_another_change_it_ends_at_once() {
    let environment = TestEnvironment::with_team();
    let before = environment.manifest();
    let held = held(&environment, "group-create (process 7)");
    let waiting = start(&environment, &["group", "create", "New"]);
    thread::sleep(Duration::from_millis(500));
    let asked = Instant::now();
    interrupt(&waiting);
    let (code, stderr) = end(waiting);
    assert!(asked.elapsed() < Duration::from_secs(1));
    assert_eq!(code, Some(130), "{stderr}");
    assert!(stderr.contains("interrupted"), "{stderr}");
    drop(held);
    assert_eq!(environment.manifest(), before);
    is_clean(&environment);
}

#[test]
fn a_foreign_index_lock_is_waited_for_and_left_alone() {
    let environment = TestEnvironment::with_team();
    let lock = environment.team().join(".git/index.lock");
    fs::write(&lock, "").expect("written");
    let before = environment.manifest();
    let started = Instant::now();
    let stderr = environment.fails(5, ["group", "create", "New"]);
    assert!((4..9).contains(&started.elapsed().as_secs()), "{stderr}");
    assert!(
        stderr.contains("index.lock") && stderr.contains("hint:"),
        "{stderr}"
    );
    assert!(lock.exists(), "it is not ours to remove");
    assert_eq!(environment.manifest(), before);
    assert!(environment.ok(["list"]).contains("jwt-auth"));
    fs::remove_file(&lock).expect("removed");
    is_clean(&environment);
    environment.ok(["group", "create", "New"]);
}

#[test]
fn interrupted_while_it_waits_for_git_it_ends_at_once() {
    let environment = TestEnvironment::with_team();
    let lock = environment.team().join(".git/index.lock");
    fs::write(&lock, "").expect("written");
    let before = environment.manifest();
    let waiting = start(&environment, &["group", "create", "New"]);
    thread::sleep(Duration::from_millis(800));
    let asked = Instant::now();
    interrupt(&waiting);
    let (code, stderr) = end(waiting);
    assert!(asked.elapsed() < Duration::from_secs(1));
    assert_eq!(code, Some(130), "{stderr}");
    fs::remove_file(&lock).expect("removed");
    assert_eq!(environment.manifest(), before);
    is_clean(&environment);
}

#[test]
fn a_held_branch_is_waited_for_and_then_nothing_is_changed() {
    let environment = TestEnvironment::with_team();
    let lock = environment.team().join(".git/refs/heads/main.lock");
    fs::write(&lock, "").expect("written");
    let before = environment.manifest();
    let stderr = environment.fails(5, ["group", "create", "New"]);
    assert!(stderr.contains("main.lock"), "{stderr}");
    fs::remove_file(&lock).expect("it is not ours to remove");
    assert_eq!(environment.manifest(), before);
    is_clean(&environment);
}

#[test]
fn commits_by_git_and_by_us_at_once_are_all_made() {
    let environment = TestEnvironment::with_team();
    let team = environment.team();
    let mut ours = Vec::new();
    for number in 0..8 {
        ours.push(start(
            &environment,
            &["group", "create", &format!("g{number}")],
        ));
        fs::write(team.join(format!("n{number}.md")), "text\n").expect("written");
        let mut is_made = false;
        for _ in 0..400 {
            let mut add = environment.command("git", &team);
            add.args(["add", &format!("n{number}.md")]);
            let mut commit = environment.command("git", &team);
            commit.args(["commit", "--quiet", "-m", &format!("n{number}")]);
            if said(add).code == Some(0) && said(commit).code == Some(0) {
                is_made = true;
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        assert!(is_made);
    }
    for child in ours {
        let (code, stderr) = end(child);
        assert_eq!(code, Some(0), "{stderr}");
    }
    is_clean(&environment);
    for number in 0..8 {
        assert!(environment.manifest().contains(&format!("\"g{number}\"")));
        environment.git(["show", &format!("HEAD:n{number}.md")]);
    }
}
