//! A deployment that is killed anywhere, or meets a broken disk, leaves each file as it was or as it is to be, and the
//! next command mends it.
//!
//! `SKILLMEAT_ALL_KILLS=1` tries every point; without it some are tried.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::common::test_environment::{Said, said};
use crate::deployments::Project;
use crate::kills::{CALLS, Talk, all_kills, can_trace, copy, points};

/// A project in which a command is run, again and again from the same start.
struct Trial {
    project: Project,
    arguments: &'static str,
    old: BTreeMap<PathBuf, Vec<u8>>,
    new: BTreeMap<PathBuf, Vec<u8>>,
}

impl Trial {
    /// A skill and an agent are deployed, and the collection has other versions of them: files that change, that
    /// come, that go, and one that becomes a folder.
    fn new(arguments: &'static str) -> Self {
        let project = Project::new();
        let team = project.environment.team();
        project.change_collection("skills/jwt-auth/goes.md", "goes\n");
        project.change_collection("skills/jwt-auth/turns", "a file\n");
        project.ok("deploy jwt-auth auth-reviewer");
        project.write(".claude/settings.json", "{}\n");
        fs::remove_file(team.join("skills/jwt-auth/goes.md")).expect("removed");
        fs::remove_file(team.join("skills/jwt-auth/turns")).expect("removed");
        project
            .environment
            .write(&team.join("skills/jwt-auth/turns/into.md"), "a folder\n");
        project.environment.git(["add", "--all"]);
        project
            .environment
            .git(["commit", "--quiet", "-m", "a folder"]);
        project.change_collection("skills/jwt-auth/SKILL.md", "new\n");
        project.change_collection("agents/auth-reviewer.md", "new\n");
        project.ok("list");
        let root = project.environment.root();
        for name in ["home", "work"] {
            copy(&root.join(name), &root.join(format!("template-{name}")));
        }
        let mut trial = Self {
            old: files(&project),
            new: BTreeMap::new(),
            project,
            arguments,
        };
        trial.project.ok(arguments);
        trial.new = files(&trial.project);
        assert_ne!(trial.old, trial.new);
        trial
    }

    fn reset(&self) {
        let root = self.project.environment.root();
        for name in ["home", "work"] {
            fs::remove_dir_all(root.join(name)).expect("removed");
            copy(&root.join(format!("template-{name}")), &root.join(name));
        }
    }

    fn traced(&self, options: &[&str]) -> Said {
        let folder = self.project.folder();
        let mut command = self.project.environment.command("strace", &folder);
        command
            .args(options)
            .arg(env!("CARGO_BIN_EXE_skillmeat"))
            .args(self.arguments.split(' '));
        said(command)
    }

    fn points(&self, talk: Talk) -> Vec<(String, usize)> {
        self.reset();
        let log = self.project.environment.root().join("log");
        let trace = format!("trace={CALLS}");
        let said = self.traced(&["-o", &log.display().to_string(), "-e", &trace]);
        assert_eq!(said.code, Some(0), "{said:?}");
        points(&fs::read_to_string(log).expect("a log"), talk)
    }

    fn is_interrupted(&self) -> bool {
        let home = self.project.environment.root().join("home/.skillmeat");
        home.join("deploying.json").exists()
    }

    /// Each file is as it was or as it is to be; what is neither is under a name of ours.
    fn check_each(&self, context: &str) {
        let found = files(&self.project);
        let paths = self.old.keys().chain(self.new.keys());
        for path in paths {
            let now = found.get(path);
            assert!(
                now == self.old.get(path) || now == self.new.get(path),
                "{context}: {}",
                path.display()
            );
        }
        for path in found.keys() {
            let name = path.file_name().expect("a name").to_string_lossy();
            let is_known = self.old.contains_key(path) || self.new.contains_key(path);
            assert!(
                is_known || name.contains("skillmeat-"),
                "{context}: {}",
                path.display()
            );
        }
    }

    /// All is old, or all is new, and nothing is left over.
    fn check_all(&self, context: &str) {
        let found = files(&self.project);
        assert!(
            found == self.old || found == self.new,
            "{context}: {found:#?}"
        );
        assert!(!self.is_interrupted(), "{context}");
    }

    fn kill(&self, step: usize) {
        let step = if all_kills() { 1 } else { step };
        let points = self.points(Talk::With);
        let mut interrupted = 0;
        for (place, (call, count)) in points.iter().enumerate().step_by(step) {
            let context = format!("{} killed at {call} {count}", self.arguments);
            self.reset();
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:signal=SIGKILL:when={count}");
            self.traced(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
            self.check_each(&context);
            let was_interrupted = self.is_interrupted();
            interrupted += usize::from(was_interrupted);
            let again = place / step % 2 == 0;
            let next = if again {
                "deploy jwt-auth"
            } else {
                "deployments"
            };
            let said = self.project.says(next);
            assert_eq!(
                was_interrupted,
                said.contains("An interrupted deployment into"),
                "{context}: {said}"
            );
            if !again {
                self.check_all(&context);
            }
            self.project.ok("deploy jwt-auth auth-reviewer");
            let states = self.project.states();
            assert!(
                states.iter().all(|row| row.ends_with("up-to-date")),
                "{context}: {states:?}"
            );
            assert!(
                !files(&self.project)
                    .keys()
                    .any(|path| path.to_string_lossy().contains("skillmeat-new")),
                "{context}"
            );
        }
        eprintln!(
            "{}: {} points, {interrupted} with a journal",
            self.arguments,
            points.len()
        );
        assert!(interrupted > 0, "the sample has points with a journal");
    }

    /// Lets calls fail as on a disk that is full or broken: it is done, or it is not and says why.
    fn fail(&self, step: usize) {
        let step = if all_kills() { 1 } else { step };
        for (call, count) in self.points(Talk::Without).iter().step_by(step) {
            let error = match call.as_str() {
                "write" | "openat" | "mkdir" => "ENOSPC",
                "fchmod" => "EPERM",
                _ => "EIO",
            };
            let context = format!("{}: {error} at {call} {count}", self.arguments);
            self.reset();
            let trace = format!("trace={call}");
            let inject = format!("inject={call}:error={error}:when={count}");
            let said = self.traced(&["-o", "/dev/null", "-e", &trace, "-e", &inject]);
            self.check_each(&context);
            if said.code != Some(0) {
                assert!(said.stderr.contains("error: "), "{context}: {said:?}");
            }
            self.project.ok("deploy jwt-auth auth-reviewer");
            let states = self.project.states();
            assert!(
                states.iter().all(|row| row.ends_with("up-to-date")),
                "{context}: {said:?} {states:?}"
            );
        }
    }
}

/// The files of the client's folder.
fn files(project: &Project) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = project.everything().into_iter();
    // The record holds the moment of the deployment, in seconds.
    all.map(|(path, bytes)| {
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().filter(|line| !line.contains("deployed_at"));
        let text: Vec<&str> = lines.collect();
        (path, text.join("\n").into_bytes())
    })
    .collect()
}

#[test]
fn a_deploy_that_is_killed() {
    if can_trace() {
        Trial::new("deploy jwt-auth auth-reviewer").kill(7);
    }
}

#[test]
fn an_undeploy_that_is_killed() {
    if can_trace() {
        Trial::new("undeploy jwt-auth auth-reviewer").kill(7);
    }
}

#[test]
fn a_deploy_on_a_broken_disk() {
    if can_trace() {
        Trial::new("deploy jwt-auth auth-reviewer").fail(9);
    }
}
