//! Commits as they are told: who, when, why, and after which others.

use gix::bstr::ByteSlice;

use crate::model::commit::Signature;
use crate::model::time::Moment;
use crate::store::error::StoreError;

use super::id::ObjectName;
use super::repository::Repository;

/// A commit, without its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRecord {
    /// Its name.
    pub name: ObjectName,
    /// The commits that it follows; several for a merge.
    pub parents: Vec<ObjectName>,
    /// Who wrote it.
    pub author: Signature,
    /// The first line of its message.
    pub summary: String,
}

impl Repository {
    /// Reads a commit.
    pub fn commit_record(&self, name: ObjectName) -> Result<CommitRecord, StoreError> {
        let fault = "read a commit";
        let commit = self
            .git
            .find_commit(name.0)
            .map_err(StoreError::git(fault))?;
        let author = commit.author().map_err(StoreError::git(fault))?;
        let time = author.time().map_err(StoreError::git(fault))?;
        let message = commit.message().map_err(StoreError::git(fault))?;
        Ok(CommitRecord {
            name,
            parents: commit
                .parent_ids()
                .map(|parent| ObjectName(parent.detach()))
                .collect(),
            author: Signature {
                name: author.name.to_str_lossy().into_owned(),
                email: author.email.to_str_lossy().into_owned(),
                time: Moment {
                    seconds: time.seconds,
                    offset: time.offset,
                },
            },
            summary: message.summary().to_str_lossy().into_owned(),
        })
    }
}
