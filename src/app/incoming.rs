//! What came in: the commits of others, and what each did to the tables.

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;

use crate::manifest::Document;
use crate::merge::difference::changes;
use crate::model::change::Change;
use crate::model::collection::Collection;
use crate::model::commit::{CommitId, Signature};
use crate::model::layout::MANIFEST;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::workspace::Workspace;

/// How many manifests are kept in memory.
const KEPT: usize = 8;

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
        let mut manifests = Manifests::default();
        let commits = self.repository.commits_beyond(new, old)?;
        commits
            .into_iter()
            .map(|commit| self.entry_of(commit, &mut manifests))
            .collect()
    }

    fn entry_of(&self, commit: ObjectName, manifests: &mut Manifests) -> Result<Entry, AppError> {
        let record = self.repository.commit_record(commit)?;
        manifests.keep_few();
        let after = manifests.at(self, Some(commit))?;
        let before = manifests.at(self, record.parents.first().copied())?;
        let changes = match (before, after) {
            (before, after) if before == after => Vec::new(),
            (Some(before), Some(after)) => changes(manifests.read(before), manifests.read(after)),
            (None, Some(after)) => {
                let after = manifests.read(after);
                changes(&Collection::empty(after.header.clone()), after)
            }
            (_, None) => Vec::new(),
        };
        Ok(Entry {
            commit: commit.commit_id(),
            author: record.author,
            summary: record.summary,
            changes,
        })
    }
}

/// Manifests that were read, by their blobs.
#[derive(Default)]
struct Manifests(HashMap<ObjectName, Collection>);

impl Manifests {
    /// The blob of a commit's manifest, read; nothing where there is none that can be read.
    fn at(
        &mut self,
        workspace: &Workspace,
        commit: Option<ObjectName>,
    ) -> Result<Option<ObjectName>, AppError> {
        let entry = workspace.repository.entry_at(commit, &MANIFEST.parse()?)?;
        let Some(blob) = entry.map(|entry| entry.blob) else {
            return Ok(None);
        };
        if let MapEntry::Vacant(place) = self.0.entry(blob) {
            let read = Document::scan(workspace.repository.blob(blob)?);
            let Ok(read) = read.and_then(|document| document.read()) else {
                return Ok(None);
            };
            place.insert(read);
        }
        Ok(Some(blob))
    }

    /// Forgets them once they are many: each commit is compared with one read shortly before.
    fn keep_few(&mut self) {
        if self.0.len() > KEPT {
            self.0.clear();
        }
    }

    /// A manifest that [`Self::at`] named.
    fn read(&self, blob: ObjectName) -> &Collection {
        &self.0[&blob]
    }
}
