//! What commits did to the tables, worked out from their manifests.
//!
//! Commits that come one after the other have nearly the same manifest, so each is scanned beside its neighbour, and
//! only rows are read that do not stand in both. Where git keeps each version as what it has from a newer one they are
//! gone through newest first; where from an older one, the other way round.

use std::collections::{HashMap, VecDeque};
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use crate::manifest::{Document, RowPair};
use crate::merge::difference::changes;
use crate::model::change::{Action, Change};
use crate::model::layout::MANIFEST;
use crate::model::path::RelativePath;
use crate::model::row::RowKey;
use crate::model::value::Value;
use crate::store::git::history::CommitRecord;
use crate::store::git::id::ObjectName;
use crate::store::git::pack_cache::Misses;
use crate::store::git::repository::Repository;

use super::error::AppError;

/// How many manifests are kept in memory.
const KEPT: usize = 6;

/// From this number of commits on, two threads are faster than one.
const WORTH_THREADS: usize = 128;

/// The most threads.
const MOST_THREADS: usize = 4;

/// After how many commits it is looked at in which order they are gone through best.
const BLOCK: usize = 96;

/// How often something may be missed for each commit before the other order is tried.
const MISSES: usize = 4;

/// What a commit did, seen from each commit that it follows; once where it follows none.
pub(super) type Sides = Vec<Vec<Change>>;

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
    let mut told = changes((if is_compared { &old } else { &header }, &header), &pairs);
    told.extend(beyond_fields(before, after, &pairs));
    Ok(told)
}

/// Edits of rows by keys that are no fields of ours.
fn beyond_fields(before: &Document, after: &Document, pairs: &[RowPair]) -> Vec<Change> {
    let same = pairs.iter().filter_map(|pair| match pair {
        (Some(before), Some(after)) if before == after => Some(after.key()),
        _ => None,
    });
    let keys: Vec<RowKey> = same.collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let said = before.said_by(&keys).into_iter().zip(after.said_by(&keys));
    keys.into_iter()
        .zip(said)
        .filter(|(_, (before, after))| before != after)
        .map(|(key, _)| Change {
            table: key.table(),
            key,
            action: Action::Edit,
            field: None,
            before: Value::Absent,
            after: Value::Absent,
        })
        .collect()
}

/// Works out what commits did. They are best given in the order in which they were made, or the other way round.
pub(super) fn worked_out(
    repository: &Repository,
    records: &[&CommitRecord],
) -> Result<Vec<Sides>, AppError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if records.len() < WORTH_THREADS {
        1
    } else {
        threads.min(MOST_THREADS)
    };
    let parts = records.chunks(records.len().div_ceil(threads).max(1));
    let mut workers: Vec<(Worker, &[&CommitRecord])> = parts
        .map(|part| (Worker::on(repository, records), part))
        .collect();
    if let [(worker, part)] = workers.as_mut_slice() {
        return worker.sides_of(part);
    }
    let done = thread::scope(|scope| {
        let running: Vec<_> = workers
            .into_iter()
            .map(|(mut worker, part)| scope.spawn(move || worker.sides_of(part)))
            .collect();
        let joined = running.into_iter().map(|worker| {
            let done = worker.join();
            done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.collect::<Result<Vec<_>, AppError>>()
    })?;
    Ok(done.into_iter().flatten().collect())
}

/// Reads manifests, one after the other.
struct Worker {
    repository: Repository,
    misses: Misses,
    /// The files of commits that were read already.
    trees: HashMap<ObjectName, ObjectName>,
    /// The manifest of each commit; nothing where it has none.
    blobs: HashMap<ObjectName, Option<ObjectName>>,
    /// The manifests that were scanned last; nothing for one that can't be.
    scanned: VecDeque<(ObjectName, Option<Arc<Document>>)>,
}

impl Worker {
    fn on(repository: &Repository, records: &[&CommitRecord]) -> Self {
        let (repository, misses) = repository.for_versions();
        Self {
            repository,
            misses,
            trees: records
                .iter()
                .map(|record| (record.name, record.tree))
                .collect(),
            blobs: HashMap::new(),
            scanned: VecDeque::new(),
        }
    }

    fn sides_of(&mut self, records: &[&CommitRecord]) -> Result<Vec<Sides>, AppError> {
        let mut all = vec![Sides::new(); records.len()];
        let mut is_turned = false;
        let mut begin = 0;
        while begin < records.len() {
            let end = records.len().min(begin + BLOCK);
            for place in begin..end {
                let place = if is_turned {
                    end - 1 - (place - begin)
                } else {
                    place
                };
                all[place] = self.sides(records[place])?;
            }
            is_turned ^= self.misses.take() > MISSES * (end - begin);
            begin = end;
        }
        Ok(all)
    }

    fn sides(&mut self, record: &CommitRecord) -> Result<Sides, AppError> {
        let after = self.blob_of(record.name)?;
        if record.parents.is_empty() {
            return Ok(vec![self.changes(None, after)?]);
        }
        let is_here = |parent: &ObjectName| {
            self.trees.contains_key(parent) || self.repository.has_commit(*parent)
        };
        if !record.parents.iter().all(is_here) {
            // The clone was cut off here: what came before is not known.
            return Ok(vec![Vec::new()]);
        }
        let mut sides = Sides::with_capacity(record.parents.len());
        for parent in &record.parents {
            let before = self.blob_of(*parent)?;
            sides.push(self.changes(before, after)?);
        }
        Ok(sides)
    }

    /// The blob of a commit's manifest.
    fn blob_of(&mut self, commit: ObjectName) -> Result<Option<ObjectName>, AppError> {
        if let Some(blob) = self.blobs.get(&commit) {
            return Ok(*blob);
        }
        let path: RelativePath = MANIFEST.parse()?;
        let entry = match self.trees.get(&commit) {
            Some(tree) => self.repository.entry_in_tree(*tree, &path)?,
            None => self.repository.entry_at(Some(commit), &path)?,
        };
        let blob = entry.map(|entry| entry.blob);
        self.blobs.insert(commit, blob);
        Ok(blob)
    }

    /// What happened from one manifest to another; nothing is told where one of them can't be read.
    fn changes(
        &mut self,
        before: Option<ObjectName>,
        after: Option<ObjectName>,
    ) -> Result<Vec<Change>, AppError> {
        let Some(after) = after.filter(|_| before != after) else {
            return Ok(Vec::new());
        };
        let Some(before) = before else {
            return match self.document(after)? {
                Some(after) => told(changes_between(None, &after)),
                None => Ok(Vec::new()),
            };
        };
        // The one that is known already stays, and the other is scanned beside it.
        let (known, other) = if self.scanned(after).is_none() && self.scanned(before).is_some() {
            (before, after)
        } else {
            (after, before)
        };
        let Some(known_document) = self.document(known)? else {
            return Ok(Vec::new());
        };
        let bytes = match self.scanned(other) {
            Some(Some(document)) => document.bytes().to_vec(),
            Some(None) => return Ok(Vec::new()),
            None => self.repository.blob(other)?,
        };
        let Ok(document) = Document::scan_beside(bytes, &known_document) else {
            self.keep(other, None);
            return Ok(Vec::new());
        };
        let changes = told(if known == after {
            changes_between(Some(&document), &known_document)
        } else {
            changes_between(Some(&known_document), &document)
        });
        if self.scanned(other).is_none() {
            self.keep(other, Some(Arc::new(document.alone())));
        }
        changes
    }

    /// A manifest; nothing where it can't be scanned.
    fn document(&mut self, blob: ObjectName) -> Result<Option<Arc<Document>>, AppError> {
        if let Some(found) = self.scanned(blob) {
            return Ok(found.clone());
        }
        let document = Document::scan(self.repository.blob(blob)?)
            .ok()
            .map(Arc::new);
        self.keep(blob, document.clone());
        Ok(document)
    }

    fn scanned(&self, blob: ObjectName) -> Option<&Option<Arc<Document>>> {
        let mut scanned = self.scanned.iter();
        let found = scanned.find(|(known, _)| *known == blob);
        found.map(|(_, document)| document)
    }

    fn keep(&mut self, blob: ObjectName, document: Option<Arc<Document>>) {
        self.scanned.truncate(KEPT - 1);
        self.scanned.push_front((blob, document));
    }
}

/// Changes, or none where a manifest turned out not to be readable.
fn told(changes: Result<Vec<Change>, AppError>) -> Result<Vec<Change>, AppError> {
    match changes {
        Err(AppError::Manifest(_)) => Ok(Vec::new()),
        other => other,
    }
}
