//! What came in: the commits of others, and what each did to the tables.

use crate::model::change::Change;
use crate::model::commit::{CommitId, Signature};
use crate::store::git::history::CommitRecord;
use crate::store::git::id::ObjectName;

use super::error::AppError;
pub(super) use super::versions::changes_between;
use super::versions::worked_out;
use super::workspace::Workspace;

/// A commit, and what it did to the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The commit.
    pub commit: CommitId,
    /// Who wrote it, and when.
    pub author: Signature,
    /// The first line of its message.
    pub summary: String,
    /// What it changed; empty where it changed only files, or its manifest can't be read.
    pub changes: Vec<Change>,
}

impl Workspace {
    /// The commits that `new` has and `old` has not, oldest first; merges are left out.
    pub(super) fn entries_between(
        &self,
        old: Option<ObjectName>,
        new: ObjectName,
    ) -> Result<Vec<Entry>, AppError> {
        let commits = self.repository.commits_beyond(new, old)?;
        let records: Vec<CommitRecord> = commits
            .into_iter()
            .map(|commit| self.repository.commit_record(commit))
            .collect::<Result<_, _>>()?;
        let newest_first: Vec<&CommitRecord> = records.iter().rev().collect();
        let mut sides = worked_out(&self.repository, &newest_first)?;
        let entries = records.into_iter().map(|record| {
            let sides = sides.pop().unwrap_or_default();
            Entry {
                commit: record.name.commit_id(),
                author: record.author,
                summary: record.summary,
                changes: seen_from_all(sides),
            }
        });
        Ok(entries.collect())
    }
}

/// Changes that are seen from all sides of a commit.
pub(super) fn seen_from_all(sides: Vec<Vec<Change>>) -> Vec<Change> {
    let changes = sides.into_iter().reduce(|mut told, side| {
        told.retain(|one| side.contains(one));
        told
    });
    changes.unwrap_or_default()
}
