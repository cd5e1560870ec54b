//! HEAD: where it is, what is going on there, and moving it by compare-and-swap.

use gix::bstr::{BString, ByteSlice};
use gix::refs::transaction::{PreviousValue, RefEdit};
use gix::refs::{FullName, Target};
use gix::state::InProgress;

use crate::model::commit::Signature;
use crate::store::error::StoreError;
use crate::store::files;

use super::id::ObjectName;
use super::objects;
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
        let commit = if head.is_unborn() {
            None
        } else {
            head.try_into_peeled_id()
                .map_err(StoreError::git("read the commit at HEAD"))?
                .map(|id| ObjectName(id.detach()))
        };
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

    /// Moves the branch that HEAD is on from `old` to `new`, and notes it in the reflogs; synced. Says
    /// [`StoreError::RefMoved`] when the branch is not at `old` any more.
    pub fn move_head(
        &self,
        old: Option<ObjectName>,
        new: ObjectName,
        reason: &str,
        committer: &Signature,
    ) -> Result<(), StoreError> {
        let expected = match old {
            Some(old) => PreviousValue::MustExistAndMatch(Target::Object(old.0)),
            None => PreviousValue::MustNotExist,
        };
        let head: FullName = "HEAD".try_into().map_err(StoreError::git("name HEAD"))?;
        let edit = RefEdit::update(head, new.0, expected, BString::from(reason)).with_deref(true);
        let before = self.head()?;
        if before.commit != old {
            return Err(StoreError::RefMoved);
        }
        let mut buffer = gix::date::parse::TimeBuf::default();
        let signature = objects::signature(committer);
        let outcome = self
            .git
            .edit_references_as([edit], Some(signature.to_ref(&mut buffer)));
        match outcome {
            Ok(_) => self.sync_branch(&before),
            Err(_) if self.head()?.commit != old => Err(StoreError::RefMoved),
            Err(error) => Err(StoreError::git("move the branch")(error)),
        }
    }

    fn sync_branch(&self, head: &Head) -> Result<(), StoreError> {
        let Some(branch) = &head.branch else {
            return Ok(());
        };
        let path = self.common_dir().join(branch);
        if path.is_file() {
            files::sync(&path)
        } else {
            Ok(())
        }
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
        let Ok(name) = FullName::try_from(branch.as_str()) else {
            return Ok(None);
        };
        let tracking = self
            .git
            .branch_remote_tracking_ref_name(name.as_ref(), gix::remote::Direction::Fetch)
            .and_then(Result::ok);
        let Some(tracking) = tracking else {
            return Ok(None);
        };
        let Ok(mut upstream) = self.git.find_reference(tracking.as_ref()) else {
            return Ok(None);
        };
        let upstream = upstream
            .peel_to_id()
            .map_err(StoreError::git("read the upstream branch"))?
            .detach();
        let ahead = self.count_beyond(commit.0, upstream)?;
        let behind = self.count_beyond(upstream, commit.0)?;
        Ok(Some((ahead, behind)))
    }

    fn count_beyond(&self, tip: gix::ObjectId, hidden: gix::ObjectId) -> Result<u64, StoreError> {
        let walk = self
            .git
            .rev_walk([tip])
            .with_hidden([hidden])
            .all()
            .map_err(StoreError::git("walk the history"))?;
        let mut count = 0;
        for step in walk {
            step.map_err(StoreError::git("walk the history"))?;
            count += 1;
        }
        Ok(count)
    }
}
