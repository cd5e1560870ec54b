//! Which version of a row is meant, and what the row is called there and now.

use std::collections::HashSet;

use crate::manifest::{Document, Said};
use crate::model::change::{Action, Change};
use crate::model::layout::MANIFEST;
use crate::model::row::RowKey;
use crate::store::cache::history::Depth;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::followed::{Followed, names_in};
use super::incoming::seen_from_all;
use super::past_commits::{Interest, PastCommits, Step};
use super::restored_row::is_same;
use super::revision::commit_at;
use super::view::View;

/// A version of a row.
pub(super) struct Version {
    /// The commit that has it.
    pub(super) commit: ObjectName,
    /// That commit's manifest.
    pub(super) manifest: Document,
    /// The row's key there.
    pub(super) was: RowKey,
    /// The row's key now, if it is there.
    pub(super) is: Option<RowKey>,
}

/// That a row has no such version.
pub(super) fn unknown(key: &RowKey) -> AppError {
    AppError::Unknown {
        what: "version of",
        name: key.to_string(),
        known: Vec::new(),
    }
}

/// The version of a row at a moment. Without one: the last one before the row was deleted, or before its last change;
/// where it is called and where it stands is none. A row that was renamed since is found by both of its names.
pub(super) fn version_of(
    view: &View<'_>,
    row: &RowKey,
    at: Option<&str>,
) -> Result<Version, AppError> {
    let search = Search {
        view,
        row,
        head: view.head.commit.ok_or_else(|| unknown(row))?,
    };
    let is_there = view.document.row(row)?.is_some();
    let found = match at {
        Some(at) => search.at(at, is_there)?,
        None if is_there => search.before_last_change()?,
        None => search.before_deletion()?,
    };
    match found {
        Some(version) => Ok(version),
        None if at.is_none() && view.repository.is_shallow() => Err(AppError::BeyondHorizon),
        None => Err(unknown(row)),
    }
}

struct Search<'a> {
    view: &'a View<'a>,
    row: &'a RowKey,
    head: ObjectName,
}

impl Search<'_> {
    fn past(&self) -> Result<PastCommits<'_>, AppError> {
        let view = self.view;
        let index = Some(view.database);
        PastCommits::of(view.repository, self.head, index, Depth::Node)
    }

    fn at(&self, at: &str, is_there: bool) -> Result<Option<Version>, AppError> {
        let view = self.view;
        let Some(commit) = commit_at(view.repository, view.environment.now, at)? else {
            if view.repository.is_shallow() {
                return Err(AppError::BeyondHorizon);
            }
            return Ok(None);
        };
        let Some(manifest) = manifest_at(view, commit)? else {
            return Ok(None);
        };
        if !is_there {
            return self.of_gone(commit, manifest);
        }
        let names = self.names_in(commit, std::slice::from_ref(self.row))?;
        let mut names = names.into_iter().flatten().chain([self.row.clone()]);
        let was = names.find(|key| manifest.line_of(key).is_some());
        Ok(was.map(|was| Version {
            commit,
            manifest,
            was,
            is: Some(self.row.clone()),
        }))
    }

    /// A version of a row that has this name no more; it may have another one now.
    fn of_gone(&self, commit: ObjectName, manifest: Document) -> Result<Option<Version>, AppError> {
        if manifest.line_of(self.row).is_none() {
            return Ok(None);
        }
        let table = self.row.table();
        let then: HashSet<RowKey> = manifest.keys(table).into_iter().collect();
        let mut newer = self.view.document.keys(table);
        newer.retain(|key| !then.contains(key));
        let names = if newer.is_empty() {
            Vec::new()
        } else {
            self.names_in(commit, &newer)?
        };
        let mut pairs = newer.into_iter().zip(names);
        let is = pairs.find(|(_, names)| names.contains(self.row));
        Ok(Some(Version {
            commit,
            manifest,
            was: self.row.clone(),
            is: is.map(|(key, _)| key),
        }))
    }

    /// What rows of now are called in a commit; nothing where HEAD does not follow it.
    fn names_in(&self, commit: ObjectName, rows: &[RowKey]) -> Result<Vec<Vec<RowKey>>, AppError> {
        names_in(self.past()?, (self.head, commit), rows)
    }

    /// The newest version that says something else than the row does now.
    fn before_last_change(&self) -> Result<Option<Version>, AppError> {
        let now = said(self.view.document, self.row);
        let version = |commit, keys: &[RowKey]| {
            let manifest = manifest_at(self.view, commit)?;
            let differs = |manifest: &Document, key: &RowKey| {
                let then = said(manifest, key);
                then.is_some() && !is_same(then.as_ref(), now.as_ref())
            };
            let found = manifest.and_then(|manifest| {
                let was = keys.iter().find(|key| differs(&manifest, key))?.clone();
                Some(Version {
                    commit,
                    manifest,
                    was,
                    is: Some(self.row.clone()),
                })
            });
            Ok::<_, AppError>(found)
        };
        // What was edited by hand since.
        if let Some(found) = version(self.head, std::slice::from_ref(self.row))? {
            return Ok(Some(found));
        }
        let mut followed = Followed::from(self.head, vec![self.row.clone()]);
        self.find_in_past(|past, step| {
            let keys = followed.keys_in(step.name).to_vec();
            let sides = past.sides(step, Interest::Rows(&keys))?;
            followed.step(step.name, &step.parents, &sides);
            let other = |change: &Change| {
                keys.contains(&change.key)
                    && !matches!(
                        change.action,
                        Action::Create | Action::Rename | Action::Move
                    )
            };
            let is_changed = seen_from_all(sides).iter().any(other);
            match step.parents.first().filter(|_| is_changed) {
                Some(parent) => version(*parent, followed.keys_in(*parent)),
                None => Ok(None),
            }
        })
    }

    /// Goes back commit by commit until a version is found.
    fn find_in_past(
        &self,
        mut found_at: impl FnMut(&mut PastCommits<'_>, &Step) -> Result<Option<Version>, AppError>,
    ) -> Result<Option<Version>, AppError> {
        let mut past = self.past()?;
        loop {
            let steps = past.next()?;
            if steps.is_empty() {
                return Ok(None);
            }
            past.work_out(&steps)?;
            for step in &steps {
                if let Some(found) = found_at(&mut past, step)? {
                    return Ok(Some(found));
                }
            }
        }
    }

    /// The version before the row was deleted, or got another name.
    fn before_deletion(&self) -> Result<Option<Version>, AppError> {
        let is_end = |change: &Change| match change.action {
            Action::Delete => change.key == *self.row,
            Action::Rename => {
                change.table == self.row.table()
                    && change.before.clone().into_text() == self.row.in_table()
            }
            _ => false,
        };
        self.find_in_past(|past, step| {
            let sides = past.sides(step, Interest::Every)?;
            let is_gone = seen_from_all(sides).iter().any(is_end);
            let Some(parent) = step.parents.first().filter(|_| is_gone) else {
                return Ok(None);
            };
            match manifest_at(self.view, *parent)? {
                Some(manifest) => self.of_gone(*parent, manifest),
                None => Ok(None),
            }
        })
    }
}

/// All that a row says, but for its place and the keys that make its name.
fn said(manifest: &Document, key: &RowKey) -> Option<Said> {
    let mut said = manifest
        .said_by(std::slice::from_ref(key))
        .pop()
        .flatten()?;
    let keys: &[&str] = match key {
        RowKey::Header => &[],
        RowKey::Tag(_) => &["name", "slug"],
        RowKey::Artifact(_) => &["name", "type", "path"],
        RowKey::Group(_) | RowKey::Composite(_) => &["name"],
        RowKey::Rating(..) => &["artifact", "by"],
    };
    said.retain(|(path, _)| !path.own().is_some_and(|own| keys.contains(&own)));
    Some(said)
}

/// A commit's manifest, where it has one that can be read.
fn manifest_at(view: &View<'_>, commit: ObjectName) -> Result<Option<Document>, AppError> {
    let entry = view.repository.entry_at(Some(commit), &MANIFEST.parse()?)?;
    let Some(entry) = entry else {
        return Ok(None);
    };
    let document = Document::scan(view.repository.blob(entry.blob)?);
    Ok(document.ok().filter(|document| document.validate().is_ok()))
}
