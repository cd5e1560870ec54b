//! `git` on repositories of others: what branches and tags they have. Nothing that they hold is run.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::store::error::StoreError;

use super::command::{INSIDE_A_CHANGE, LOCAL_VARIABLES};
use super::id::ObjectName;

const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";

/// What stands behind the name of an annotated tag where the commit is meant that it names.
const PEELED: &str = "^{}";

/// Whether git may ask for a password on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompts {
    /// It may.
    Allowed,
    /// It may not: nobody is there, or several would ask at once.
    Off,
}

/// The branches and tags of a repository elsewhere, as it told them a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteRefs {
    address: String,
    head: Option<ObjectName>,
    default_branch: Option<String>,
    refs: BTreeMap<String, ObjectName>,
}

impl RemoteRefs {
    /// Asks a repository. Its address is given to git as it is.
    pub fn of(address: &str, folder: &Path, prompts: Prompts) -> Result<Self, StoreError> {
        let mut command = isolated(folder, prompts);
        // No repository: the settings of the one around the folder are not for this.
        command.args([
            "--git-dir=/dev/null",
            "ls-remote",
            "--symref",
            "--",
            address,
        ]);
        let told = output(command, "ls-remote")?;
        if !told.status.success() {
            return Err(StoreError::Unreachable {
                remote: address.to_owned(),
                message: said(&told),
            });
        }
        Ok(Self::read(address, &String::from_utf8_lossy(&told.stdout)))
    }

    fn read(address: &str, told: &str) -> Self {
        let mut read = Self {
            address: address.to_owned(),
            head: None,
            default_branch: None,
            refs: BTreeMap::new(),
        };
        for (value, name) in told.lines().filter_map(|line| line.split_once('\t')) {
            match (value.strip_prefix("ref: "), value.parse::<ObjectName>()) {
                (Some(branch), _) if name == "HEAD" => {
                    read.default_branch = branch.strip_prefix(BRANCHES).map(str::to_owned);
                }
                (None, Ok(object)) if name == "HEAD" => read.head = Some(object),
                (None, Ok(object)) => {
                    // A tag's own object comes first, then the commit that it names.
                    let name = name.strip_suffix(PEELED).unwrap_or(name);
                    read.refs.insert(name.to_owned(), object);
                }
                _ => {}
            }
        }
        read
    }

    /// The address that was asked.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The tip of the default branch.
    pub fn head(&self) -> Option<ObjectName> {
        self.head
    }

    /// The name of the default branch, where the repository tells it.
    pub fn default_branch(&self) -> Option<&str> {
        self.default_branch.as_deref()
    }

    /// The tip of a branch.
    pub fn branch(&self, name: &str) -> Option<ObjectName> {
        self.refs.get(&format!("{BRANCHES}{name}")).copied()
    }

    /// The commit that a tag names.
    pub fn tag(&self, name: &str) -> Option<ObjectName> {
        self.refs.get(&format!("{TAGS}{name}")).copied()
    }

    /// All tags with the commits that they name.
    pub fn tags(&self) -> impl Iterator<Item = (&str, ObjectName)> {
        self.refs
            .iter()
            .filter_map(|(name, object)| Some((name.strip_prefix(TAGS)?, *object)))
    }

    /// All branches with their tips.
    pub fn branches(&self) -> impl Iterator<Item = (&str, ObjectName)> {
        self.refs
            .iter()
            .filter_map(|(name, object)| Some((name.strip_prefix(BRANCHES)?, *object)))
    }

    /// A ref that leads to a commit, by its full name, where there is one.
    pub(super) fn leading_to(&self, commit: ObjectName) -> Option<&str> {
        let is_public = |name: &str| name.starts_with(BRANCHES) || name.starts_with(TAGS);
        self.refs
            .iter()
            .find(|(name, object)| **object == commit && is_public(name))
            .map(|(name, _)| name.as_str())
    }

    /// The format in which the repository names objects.
    pub(super) fn object_format(&self) -> gix::hash::Kind {
        let first = self.head.or_else(|| self.refs.values().next().copied());
        first.map_or(gix::hash::Kind::Sha1, |object| object.0.kind())
    }
}

/// A `git` process that belongs to no repository, in a folder that is none. What could run a program is turned off:
/// hooks of the user's are not for repositories of others.
pub(super) fn isolated(folder: &Path, prompts: Prompts) -> Command {
    let mut command = Command::new("git");
    for variable in LOCAL_VARIABLES {
        command.env_remove(variable);
    }
    if prompts == Prompts::Off {
        command.env("GIT_TERMINAL_PROMPT", "0");
    }
    command
        .env(INSIDE_A_CHANGE, "1")
        .env("LC_ALL", "C")
        .current_dir(folder)
        .stdin(Stdio::null());
    for setting in [
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "gc.auto=0",
        "maintenance.auto=false",
        "fetch.recurseSubmodules=false",
        "fetch.writeCommitGraph=false",
    ] {
        command.args(["-c", setting]);
    }
    command
}

/// Runs a process to its end.
pub(super) fn output(mut command: Command, word: &str) -> Result<Output, StoreError> {
    command.output().map_err(|error| StoreError::GitCommand {
        command: word.to_owned(),
        message: error.to_string(),
    })
}

/// What a process said when it failed, without warnings.
pub(super) fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("warning:"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_with_tags_peeled() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let told = format!(
            "ref: refs/heads/trunk\tHEAD\n{one}\tHEAD\n{one}\trefs/heads/trunk\n{two}\trefs/heads/v1\n\
             {two}\trefs/tags/v1\n{one}\trefs/tags/v1^{{}}\n{two}\trefs/pull/7/head\nrubbish\n"
        );
        let refs = RemoteRefs::read("x", &told);
        let one: ObjectName = one.parse().expect("a name");
        assert_eq!(refs.head(), Some(one));
        assert_eq!(refs.default_branch(), Some("trunk"));
        assert_eq!(refs.tag("v1"), Some(one));
        assert_ne!(refs.branch("v1"), Some(one));
        assert_eq!(refs.leading_to(one), Some("refs/heads/trunk"));
        assert_eq!(refs.object_format(), gix::hash::Kind::Sha1);
    }
}
