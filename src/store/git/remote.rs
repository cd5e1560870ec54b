//! What only the `git` binary does: talking to other repositories, and merging what came from them. Credentials, SSH
//! and proxies are the user's own.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use gix::bstr::ByteSlice;
use gix::refs::FullName;

use crate::store::error::StoreError;

use super::command::LOCAL_VARIABLES;
use super::head::{Head, Operation};
use super::id::ObjectName;
use super::repository::{Identity, Repository};

/// The remote that a collection is shared through unless git is told of another.
pub const ORIGIN: &str = "origin";

/// How often a fetch is made again when another one was in the way, and how long it waits before.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// The branch of another repository that a branch follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The remote's name.
    pub remote: String,
    /// The branch there, as people write it.
    pub branch: String,
    /// The commit that the last fetch found there; nothing when the branch was not there.
    pub commit: Option<ObjectName>,
}

/// What came of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Push {
    /// The commits are there.
    Accepted,
    /// Somebody else pushed first: their commits must be merged before.
    Overtaken,
    /// The other repository does not take them, in its words.
    Refused(String),
}

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// The branch holds both.
    Done,
    /// Conflicts stand in the index and the work tree, as git leaves them.
    Conflicts,
    /// All is merged, and a hook or a signature kept it from being committed, in git's words.
    NotCommitted(String),
}

impl Repository {
    /// The address of a remote.
    pub fn remote_address(&self, remote: &str) -> Option<String> {
        self.setting(&format!("remote.{remote}.url"))
    }

    /// Adds a remote.
    pub fn add_remote(&self, remote: &str, address: &str) -> Result<(), StoreError> {
        self.run(&["remote", "add", "--", remote, address], b"")
            .map(|_| ())
    }

    /// The branch that HEAD's branch follows, if git is told of one.
    pub fn upstream(&self, head: &Head) -> Result<Option<Upstream>, StoreError> {
        let Some(branch) = head.branch_name() else {
            return Ok(None);
        };
        let remote = self.setting(&format!("branch.{branch}.remote"));
        let merge = self.setting(&format!("branch.{branch}.merge"));
        let (Some(remote), Some(merge)) = (remote, merge) else {
            return Ok(None);
        };
        Ok(Some(Upstream {
            commit: self.tracked(head.branch.as_deref().unwrap_or_default())?,
            branch: merge
                .strip_prefix("refs/heads/")
                .unwrap_or(&merge)
                .to_owned(),
            remote,
        }))
    }

    /// The commit of the remote-tracking branch that belongs to a branch, given by its full name.
    pub(super) fn tracked(&self, branch: &str) -> Result<Option<ObjectName>, StoreError> {
        let Ok(name) = FullName::try_from(branch) else {
            return Ok(None);
        };
        let tracking = self
            .git
            .branch_remote_tracking_ref_name(name.as_ref(), gix::remote::Direction::Fetch)
            .and_then(Result::ok);
        let Some(tracking) = tracking else {
            return Ok(None);
        };
        self.commit_of(&tracking.as_bstr().to_str_lossy())
    }

    /// Fetches from a remote; again where another fetch of this repository was in the way.
    pub fn fetch(&self, remote: &str) -> Result<(), StoreError> {
        let fetch = || self.run(&["fetch", "--quiet", "--prune", "--", remote], b"");
        let mut fetched = fetch();
        for _ in 0..TRIES {
            match &fetched {
                Err(StoreError::GitCommand { message, .. }) if is_race(message) => {}
                _ => break,
            }
            std::thread::sleep(PAUSE);
            fetched = fetch();
        }
        fetched
            .map(|_| ())
            .map_err(|error| unreachable(remote, error))
    }

    /// Pushes HEAD's branch to a branch of a remote, and follows that one from then on. Never by force.
    pub fn push(&self, head: &Head, remote: &str, branch: &str) -> Result<Push, StoreError> {
        let own = head.branch.as_deref().unwrap_or("HEAD");
        let refspec = format!("{own}:refs/heads/{branch}");
        let output = self
            .command()
            .env(super::command::INSIDE_A_CHANGE, "1")
            .env("LC_ALL", "C")
            .args(["push", "--porcelain", "--set-upstream", "--"])
            .args([remote, &refspec])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed("push", error.to_string()))?;
        if output.status.success() {
            return Ok(Push::Accepted);
        }
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        match told.lines().find_map(|line| line.strip_prefix("!\t")) {
            Some(line) if is_overtaken(line, &said) => Ok(Push::Overtaken),
            Some(line) => Ok(Push::Refused(refusal(line, &said))),
            None => Err(StoreError::Unreachable {
                remote: remote.to_owned(),
                message: said,
            }),
        }
    }

    /// Merges a commit into HEAD's branch: a fast-forward where nothing else is new here. Conflicts are labelled with
    /// the name under which people know it, if it still leads there.
    pub fn merge(
        &self,
        (commit, name): (ObjectName, &str),
        message: &str,
        identity: &Identity,
    ) -> Result<Merge, StoreError> {
        // A tag or a branch of the same name would be merged in its place.
        let commit = match self.commit_of(name)? {
            Some(named) if named == commit => name.to_owned(),
            _ => commit.to_string(),
        };
        let options = [
            "merge",
            "--quiet",
            "--ff",
            "--commit",
            "--no-squash",
            "--no-autostash",
            "--no-edit",
            "-m",
            message,
            "--",
            &commit,
        ];
        match self.run_as(identity, &options, b"") {
            Ok(_) => Ok(Merge::Done),
            Err(_) if self.index()?.conflict().is_some() => Ok(Merge::Conflicts),
            Err(StoreError::GitCommand { message, .. })
                if self.operation() == Some(Operation::Merge) =>
            {
                Ok(Merge::NotCommitted(message))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether two commits have a common ancestor that is here.
    pub fn are_related(&self, one: ObjectName, other: ObjectName) -> bool {
        self.common_ancestors(one, other)
            .is_ok_and(|found| !found.is_empty())
    }

    /// The common ancestor of two commits, if there is one and no other that is as near.
    pub fn only_common_ancestor(
        &self,
        one: ObjectName,
        other: ObjectName,
    ) -> Result<Option<ObjectName>, StoreError> {
        Ok(match self.common_ancestors(one, other)?.as_slice() {
            [only] => Some(*only),
            _ => None,
        })
    }

    fn common_ancestors(
        &self,
        one: ObjectName,
        other: ObjectName,
    ) -> Result<Vec<ObjectName>, StoreError> {
        let found = self
            .git
            .merge_bases_many(one.0, &[other.0])
            .map_err(StoreError::git("look for a common ancestor"))?;
        Ok(found
            .into_iter()
            .map(|commit| ObjectName(commit.detach()))
            .collect())
    }

    /// Whether the repository holds the newest part of its history only.
    pub fn is_shallow(&self) -> bool {
        self.git.is_shallow().unwrap_or_default()
    }

    /// The commits that `tip` has and `hidden` has not, oldest first; merges are left out.
    pub fn commits_beyond(
        &self,
        tip: ObjectName,
        hidden: Option<ObjectName>,
    ) -> Result<Vec<ObjectName>, StoreError> {
        let commits = self.beyond(tip, hidden)?;
        let own = commits.iter().rev().filter(|commit| commit.parents < 2);
        Ok(own.map(|commit| commit.name).collect())
    }

    /// The first path outside of the collection's folder that a commit touches which `hidden` does not have.
    pub fn foreign_path(
        &self,
        tip: ObjectName,
        hidden: Option<ObjectName>,
    ) -> Result<Option<String>, StoreError> {
        if self.prefix().is_empty() {
            return Ok(None);
        }
        let tip = tip.to_string();
        let excluded = hidden.map(|hidden| format!("^{hidden}"));
        let others = format!(":(top,literal,exclude){}", self.prefix());
        let mut log = vec!["log", "--format=", "--name-only", "-z", &tip];
        log.extend(excluded.as_deref());
        log.extend(["--", ":(top)", &others]);
        let paths = self.run(&log, b"")?;
        let first = paths.split(|byte| *byte == 0).find(|path| !path.is_empty());
        Ok(first.map(|path| String::from_utf8_lossy(path).into_owned()))
    }

    /// Forgets a remote. What was fetched from it stays in the object database.
    pub fn remove_remote(&self, remote: &str) -> Result<(), StoreError> {
        self.run(&["remote", "remove", remote], b"").map(|_| ())
    }

    /// Sets a key of the repository's own configuration.
    pub fn configure(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.run(&["config", "--local", "--replace-all", key, value], b"")
            .map(|_| ())
    }
}

/// Clones a repository. Nothing of what comes with it is run.
pub fn clone(address: &str, folder: &Path) -> Result<(), StoreError> {
    let mut command = Command::new("git");
    for variable in LOCAL_VARIABLES {
        command.env_remove(variable);
    }
    let output = command
        .args(["clone", "--quiet", "--origin", ORIGIN, "--", address])
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed("clone", error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(StoreError::Unreachable {
        remote: address.to_owned(),
        message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

fn failed(command: &str, message: String) -> StoreError {
    StoreError::GitCommand {
        command: command.to_owned(),
        message,
    }
}

/// A failure of a command that talks to another repository.
fn unreachable(remote: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::GitCommand { message, .. } => StoreError::Unreachable {
            remote: remote.to_owned(),
            message,
        },
        other => other,
    }
}

/// Whether git says that a ref was moved by another process meanwhile.
fn is_race(said: &str) -> bool {
    [
        "but expected",
        "incorrect old value",
        "reference already exists",
        ".lock': File exists",
    ]
    .iter()
    .any(|race| said.contains(race))
}

/// Whether a push failed because somebody else's came first: before this one asked, or while it was under way.
fn is_overtaken(line: &str, said: &str) -> bool {
    line.contains("[rejected]")
        || (line.contains("[remote rejected]") && (is_race(line) || is_race(said)))
}

/// Why a push was refused: what the other side wrote, else the reason in brackets.
fn refusal(line: &str, said: &str) -> String {
    let theirs: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("remote:"))
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if theirs.is_empty() {
        line.rsplit('\t').next().unwrap_or(line).to_owned()
    } else {
        theirs.join("\n")
    }
}
