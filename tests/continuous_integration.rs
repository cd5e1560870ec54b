//! The workflow that `docs/sharing.md` offers for hosting sites, run step by step as its runner would.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::test_environment::{Said, TestEnvironment, said};

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// An action, by its name without a version.
    Uses(String),
    /// A line of shell.
    Run(String),
}

/// The workflow on the page.
fn workflow() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sharing.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, rest) = page.split_once("```yaml\n").expect("a workflow");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// The steps of its only job, in order.
fn steps(workflow: &str) -> Vec<Step> {
    let (_, steps) = workflow.split_once("    steps:\n").expect("steps");
    let mut found = Vec::new();
    for step in steps.split("      - ").skip(1) {
        let value = |key: &str| {
            let mut lines = step.lines().map(str::trim);
            let found = lines.find_map(|line| line.strip_prefix(key));
            found.map(|value| value.trim().to_owned())
        };
        let step = match (value("uses:"), value("run:")) {
            (Some(action), None) => {
                let name = action.split('@').next().unwrap_or_default();
                Step::Uses(name.to_owned())
            }
            (None, Some(line)) => Step::Run(line),
            other => panic!("{step} is neither: {other:?}"),
        };
        found.push(step);
    }
    found
}

/// What a runner does with a repository, and what the last step said. Installing is passed over: the program is here.
fn run(environment: &TestEnvironment, repository: &Path) -> Said {
    let program = Path::new(env!("CARGO_BIN_EXE_skillmeat"));
    let folder = program.parent().expect("a folder").to_owned();
    let given = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder).chain(std::env::split_paths(&given));
    let path = std::env::join_paths(paths).expect("a path");
    let checkout: PathBuf = environment.work().join("checkout");
    let mut last = None;
    for step in steps(&workflow()) {
        match step {
            Step::Uses(name) if name == "actions/checkout" => {
                let from = format!("file://{}", repository.display());
                let to = checkout.display().to_string();
                let work = environment.work();
                environment.git_in(&work, ["clone", "--quiet", "--depth", "1", &from, &to]);
            }
            Step::Uses(name) if name == "actions/cache" => {
                eprintln!("passed over, for the program is here: {name}");
            }
            Step::Run(line) if line.starts_with("cargo install ") => {
                eprintln!("passed over, for the program is here: {line}");
            }
            Step::Run(line) => {
                let mut shell = environment.command("bash", &checkout);
                // A runner has no identity.
                for role in ["AUTHOR", "COMMITTER"] {
                    for part in ["NAME", "EMAIL", "DATE"] {
                        shell.env_remove(format!("GIT_{role}_{part}"));
                    }
                }
                shell.env("PATH", &path).args(["-e", "-c", &line]);
                last = Some(said(shell));
            }
            step @ Step::Uses(_) => panic!("nobody knows what {step:?} does"),
        }
        if last.as_ref().is_some_and(|said| said.code != Some(0)) {
            break;
        }
    }
    last.expect("a step that runs something")
}

const BASE: &str = "[tool.skillmeat]\nname = \"t\"\n\n[[groups]]\nname = \"A\"\n\n[[groups]]\nname = \"M\"\n\n[[groups]]\nname = \"Z\"\n";

/// A repository in which two people made one group, and a hosting site merged that by lines.
fn merged_by_lines(environment: &TestEnvironment) -> PathBuf {
    let folder = environment.root().join("hosted");
    environment.repository(&folder, BASE);
    let manifest = folder.join("collection.toml");
    let new = "\n[[groups]]\nname = \"New\"\n";
    for (branch, before) in [("mia", "\n[[groups]]\nname = \"M\""), ("jo", "")] {
        environment.git_in(&folder, ["switch", "--quiet", "-c", branch, "main"]);
        let text = match before {
            "" => format!("{BASE}{new}"),
            before => BASE.replacen(before, &format!("{new}{before}"), 1),
        };
        environment.write(&manifest, text);
        environment.git_in(&folder, ["commit", "--quiet", "--all", "-m", branch]);
    }
    environment.git_in(&folder, ["merge", "--quiet", "--no-edit", "mia"]);
    folder
}

#[test]
fn the_workflow_on_the_page_has_the_steps_that_are_known() {
    let steps = steps(&workflow());
    let kinds: Vec<&str> = steps
        .iter()
        .map(|step| match step {
            Step::Uses(name) => name.as_str(),
            Step::Run(line) => line.split(' ').next().unwrap_or_default(),
        })
        .collect();
    assert_eq!(
        kinds,
        ["actions/checkout", "actions/cache", "cargo", "skillmeat"]
    );
}

#[test]
fn the_workflow_passes_a_sound_collection() {
    let environment = TestEnvironment::new();
    let folder = environment.root().join("hosted");
    environment.repository(&folder, BASE);
    let told = run(&environment, &folder);
    assert_eq!(told.code, Some(0), "{told:?}");
    let all = format!("{}{}", told.stdout, told.stderr);
    assert_eq!(all, "No problems found.\n");
}

#[test]
fn the_workflow_fails_where_lines_were_merged_into_two_rows() {
    let environment = TestEnvironment::new();
    let folder = merged_by_lines(&environment);
    let told = run(&environment, &folder);
    assert_eq!(told.code, Some(1), "{told:?}");
    let all = format!("{}{}", told.stdout, told.stderr);
    assert!(
        all.contains("New") && all.contains("collection.toml:"),
        "{told:?}"
    );
}
