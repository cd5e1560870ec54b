//! What came in: the commits of others, and what each did to the tables.

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;

use crate::manifest::Document;
use crate::merge::difference::changes;
use crate::model::change::Change;
use crate::model::commit::{CommitId, Signature};
use crate::model::layout::MANIFEST;
use crate::store::git::history::CommitRecord;
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

/// What happened from one manifest to a later one; from none, every row is new.
pub(super) fn changes_between(
    before: Option<&Document>,
    after: &Document,
) -> Result<Vec<Change>, AppError> {
    let empty;
    let before = if let Some(before) = before {
        before
    } else {
        empty = Document::scan(Vec::new())?;
        &empty
    };
    let pairs = after.row_pairs_since(before)?;
    let header = after.header();
    let old = before.header();
    // A manifest that came or went has no other header to be compared with.
    let is_compared = !before.bytes().is_empty() && !after.bytes().is_empty();
    Ok(changes(
        (if is_compared { &old } else { &header }, &header),
        &pairs,
    ))
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
            .map(|commit| {
                let record = self.repository.commit_record(commit)?;
                self.entry_of(record, &mut manifests)
            })
            .collect()
    }

    /// What a commit did to the tables: for a merge, what differs from both sides.
    pub(super) fn entry_of(
        &self,
        record: CommitRecord,
        manifests: &mut Manifests,
    ) -> Result<Entry, AppError> {
        let sides = self.changes_of_sides(&record, manifests)?;
        Ok(entry(record, sides))
    }

    /// What a commit did to the tables, seen from each commit that it follows; once where it follows none, or one that
    /// is not here.
    pub(super) fn changes_of_sides(
        &self,
        record: &CommitRecord,
        manifests: &mut Manifests,
    ) -> Result<Vec<Vec<Change>>, AppError> {
        manifests.keep_few();
        let is_there = |parent: &ObjectName| self.repository.has_commit(*parent);
        if !record.parents.iter().all(is_there) {
            // The clone was cut off here: what came before is not known.
            return Ok(vec![Vec::new()]);
        }
        let after = manifests.at(self, Some(record.name))?;
        let parents: Vec<Option<ObjectName>> = if record.parents.is_empty() {
            vec![None]
        } else {
            record.parents.iter().copied().map(Some).collect()
        };
        let mut sides = Vec::with_capacity(parents.len());
        for parent in parents {
            let before = manifests.at(self, parent)?;
            sides.push(match (before, after) {
                (before, after) if before == after => Vec::new(),
                (before, Some(after)) => changes_between(
                    before.map(|blob| manifests.read(blob)),
                    manifests.read(after),
                )?,
                (_, None) => Vec::new(),
            });
        }
        Ok(sides)
    }
}

/// A commit with the changes that are seen from all its sides.
pub(super) fn entry(record: CommitRecord, sides: Vec<Vec<Change>>) -> Entry {
    let changes = sides.into_iter().reduce(|mut told, side| {
        told.retain(|one| side.contains(one));
        told
    });
    Entry {
        commit: record.name.commit_id(),
        author: record.author,
        summary: record.summary,
        changes: changes.unwrap_or_default(),
    }
}

/// Manifests that were scanned, by their blobs.
#[derive(Default)]
pub(super) struct Manifests(HashMap<ObjectName, Document>);

impl Manifests {
    /// The blob of a commit's manifest, scanned; nothing where there is none that can be read.
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
            let Ok(document) = Document::scan(workspace.repository.blob(blob)?) else {
                return Ok(None);
            };
            place.insert(document);
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
    fn read(&self, blob: ObjectName) -> &Document {
        &self.0[&blob]
    }
}
