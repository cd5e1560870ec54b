//! Running the `git` binary: with the repository named and nothing inherited that could point elsewhere.

use std::io::Write;
use std::process::{Command, ExitStatus, Stdio};

use crate::store::error::StoreError;

use super::repository::{Identity, IdentityOrigin, Repository};

/// Variables that tie a git process to a repository (`git rev-parse --local-env-vars`); children must not inherit them.
pub(super) const LOCAL_VARIABLES: [&str; 16] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
    "GIT_INTERNAL_SUPER_PREFIX",
];

/// The word after git's own options: what people know the command by.
fn subcommand<'a>(arguments: &[&'a str]) -> &'a str {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "-c" => {
                rest.next();
            }
            option if option.starts_with('-') => {}
            word => return word,
        }
    }
    ""
}

/// Tells a command of ours that it runs inside a change of ours (a hook of the user may call us).
pub const INSIDE_A_CHANGE: &str = "SKILLMEAT_INSIDE_A_CHANGE";

impl Repository {
    /// A `git` process on this repository's work tree.
    pub fn command(&self) -> Command {
        let mut command = Command::new("git");
        for variable in LOCAL_VARIABLES {
            command.env_remove(variable);
        }
        command.arg("-C").arg(self.work_tree());
        command.arg(format!("--git-dir={}", self.git_dir().display()));
        command.arg(format!("--work-tree={}", self.work_tree().display()));
        command
    }

    /// Runs `git` with `input` on its stdin and without an editor, and returns what it printed; a failure carries what it said.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, StoreError> {
        let failed = |message: String| StoreError::GitCommand {
            command: subcommand(arguments).to_owned(),
            message,
        };
        let mut child = self
            .command()
            .args(arguments)
            .env(INSIDE_A_CHANGE, "1")
            .env("GIT_EDITOR", ":")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input);
        }
        let output = child
            .wait_with_output()
            .map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = [&output.stderr, &output.stdout]
            .map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned())
            .into_iter()
            .find(|text| !text.is_empty());
        Err(failed(said.unwrap_or_default()))
    }

    /// Runs `git` where it may make a commit: by the name that was guessed when none is configured.
    pub fn run_as(
        &self,
        identity: &Identity,
        arguments: &[&str],
        input: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let name = format!("user.name={}", identity.author.name);
        let email = format!("user.email={}", identity.author.email);
        let guessed = ["-c", &name, "-c", &email];
        match identity.origin {
            IdentityOrigin::Guessed => self.run(&[&guessed, arguments].concat(), input),
            IdentityOrigin::Configured => self.run(arguments, input),
        }
    }

    /// Runs `git` for the user, on the terminal that we have.
    pub fn run_for_user(&self, arguments: &[String]) -> Result<ExitStatus, StoreError> {
        let mut command = Command::new("git");
        for variable in LOCAL_VARIABLES {
            command.env_remove(variable);
        }
        command
            .arg("-C")
            .arg(self.folder())
            .args(arguments)
            .status()
            .map_err(|error| StoreError::GitCommand {
                command: arguments.join(" "),
                message: error.to_string(),
            })
    }

    /// Lets git tidy up in the background.
    pub fn start_maintenance(&self) {
        let _ = self
            .command()
            .args(["maintenance", "run", "--auto", "--quiet", "--detach"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }
}
