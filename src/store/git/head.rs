//! HEAD: where it is, and what is going on there.

use gix::bstr::ByteSlice;
use gix::state::InProgress;

use crate::store::error::StoreError;

use super::id::ObjectName;
use super::repository::Repository;

/// Where HEAD is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The branch's full name (`refs/heads/main`), or nothing when HEAD is detached.
    pub branch: Option<String>,
    /// The commit, or nothing on an unborn branch.
    pub commit: Option<ObjectName>,
}

impl Head {
    /// The branch as people write it.
    pub fn branch_name(&self) -> Option<&str> {
        self.branch
            .as_deref()
            .map(|name| name.strip_prefix("refs/heads/").unwrap_or(name))
    }
}

/// An operation of git that is under way and owns the work tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `git merge` with conflicts, or `--no-commit`.
    Merge,
    /// `git rebase`.
    Rebase,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
    /// `git am`.
    ApplyMailbox,
}

impl Operation {
    /// The subcommand of git.
    pub fn command(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Rebase => "rebase",
            Self::CherryPick => "cherry-pick",
            Self::Revert => "revert",
            Self::Bisect => "bisect",
            Self::ApplyMailbox => "am",
        }
    }
}

impl Repository {
    /// Reads HEAD anew.
    pub fn head(&self) -> Result<Head, StoreError> {
        let head = self.git.head().map_err(StoreError::git("read HEAD"))?;
        let branch = head
            .referent_name()
            .map(|name| name.as_bstr().to_str_lossy().into_owned());
        // A branch names its commit: there is no tag to be looked through.
        let commit = match head.id() {
            Some(id) => Some(id),
            None if head.is_unborn() => None,
            None => head
                .try_into_peeled_id()
                .map_err(StoreError::git("read the commit at HEAD"))?,
        };
        let commit = commit.map(|id| ObjectName(id.detach()));
        Ok(Head { branch, commit })
    }

    /// The operation of git that is under way, if any.
    pub fn operation(&self) -> Option<Operation> {
        self.git.state().map(|state| match state {
            InProgress::Merge => Operation::Merge,
            InProgress::Rebase | InProgress::RebaseInteractive => Operation::Rebase,
            InProgress::CherryPick | InProgress::CherryPickSequence => Operation::CherryPick,
            InProgress::Revert | InProgress::RevertSequence => Operation::Revert,
            InProgress::Bisect => Operation::Bisect,
            InProgress::ApplyMailbox | InProgress::ApplyMailboxRebase => Operation::ApplyMailbox,
        })
    }

    /// The commit that a ref names, also one that git keeps beside HEAD (`MERGE_HEAD`); nothing when it is not there.
    pub fn commit_of(&self, name: &str) -> Result<Option<ObjectName>, StoreError> {
        let found = self
            .git
            .try_find_reference(name)
            .map_err(StoreError::git("read a ref"))?;
        let Some(mut found) = found else {
            return Ok(None);
        };
        let commit = found.peel_to_id().map_err(StoreError::git("read a ref"))?;
        Ok(Some(ObjectName(commit.detach())))
    }

    /// The commit that people name in any of git's ways; nothing when there is none.
    pub fn commit_named(&self, name: &str) -> Result<Option<ObjectName>, StoreError> {
        let Ok(found) = self.git.rev_parse_single(name) else {
            return Ok(None);
        };
        let commit = found
            .object()
            .map_err(StoreError::git("read an object"))?
            .peel_to_kind(gix::object::Kind::Commit);
        Ok(commit.ok().map(|commit| ObjectName(commit.id)))
    }

    /// Whether a commit is here: a shallow clone lacks the older ones.
    pub fn has_commit(&self, commit: ObjectName) -> bool {
        self.git.has_object(commit.0)
    }

    /// How many commits `tip` has that `hidden` has not; all of its own without one.
    pub fn count_beyond(
        &self,
        tip: ObjectName,
        hidden: Option<ObjectName>,
    ) -> Result<u64, StoreError> {
        Ok(self.beyond(tip, hidden)?.len() as u64)
    }

    /// The branches, here and as last fetched, that have a commit in their history.
    pub fn branches_with(&self, commit: ObjectName) -> Result<Vec<String>, StoreError> {
        let commit = commit.to_string();
        let listed = self.run(
            &[
                "for-each-ref",
                "--format=%(refname:short)",
                "--contains",
                &commit,
                "refs/heads",
                "refs/remotes",
            ],
            b"",
        )?;
        let listed = String::from_utf8_lossy(&listed);
        Ok(listed.lines().map(str::to_owned).collect())
    }

    /// Whether `commit` is `ancestor` or descends from it.
    pub fn contains(&self, commit: ObjectName, ancestor: ObjectName) -> Result<bool, StoreError> {
        if commit == ancestor {
            return Ok(true);
        }
        let walk = self
            .git
            .rev_walk([commit.0])
            .all()
            .map_err(StoreError::git("walk the history"))?;
        for step in walk {
            if step.map_err(StoreError::git("walk the history"))?.id == ancestor.0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many commits the branch has that its upstream has not, and the other way round; nothing without one.
    pub fn distance_from_upstream(&self, head: &Head) -> Result<Option<(u64, u64)>, StoreError> {
        let (Some(branch), Some(commit)) = (&head.branch, head.commit) else {
            return Ok(None);
        };
        let Some(upstream) = self.tracked(branch)? else {
            return Ok(None);
        };
        let ahead = self.count_beyond(commit, Some(upstream))?;
        let behind = self.count_beyond(upstream, Some(commit))?;
        Ok(Some((ahead, behind)))
    }
}
