//! Bringing one row back, as it was.
//!
//! A row that is gone comes back with everything in it, its comments too: it is merged in from the manifest that had it.
//! Of a row that is there, the fields become what they were, in their place.

use std::ops::ControlFlow;

use crate::manifest::Document;
use crate::model::artifact::Artifact;
use crate::model::layout::{MANIFEST, place_of};
use crate::model::name::Name;
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey};
use crate::model::side::Sides;
use crate::store::git::id::{EntryKind, ObjectName};

use super::commit_contents::CommitContents;
use super::error::AppError;
use super::incoming::changes_between;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::restored_row::{renamed, with_row};
use super::revision::commit_at;
use super::view::View;

/// Brings a row back.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The row.
    pub row: RowKey,
    /// The moment: a commit in any form that git takes, or a date. Its last version before it was deleted, or before
    /// its last change, when unset.
    pub at: Option<String>,
    /// Another name for it.
    pub rename: Option<Name>,
    /// Whether artifacts' rows and files come back with it.
    pub artifacts: Artifacts,
}

/// Whether artifacts come back with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artifacts {
    /// The row alone.
    Leave,
    /// Rows and files of the members that are missing, or of the artifact itself.
    Bring,
}

impl Operation for Restore {
    fn word(&self) -> &'static str {
        "restore"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let (commit, old) = self.version(view)?;
        let Some(row) = old.row(&self.row)? else {
            return Err(unknown(&self.row));
        };
        let (old, row) = match &self.rename {
            Some(name) => self.under(view, name, (&old, &row))?,
            None => (old, row),
        };
        let mut text = with_row(view.document, &old, &row, &contents(view, commit))?;
        let mut files = Vec::new();
        if self.artifacts == Artifacts::Bring {
            text = bring_artifacts(view, (commit, &old), &row, text, &mut files)?;
        }
        let subject = format!("{}: restore {:?}", word(&self.row), self.row.in_table());
        let mut plan = Plan::of_edits(subject, Vec::new()).with_files(files);
        plan.changes = changes_between(Some(view.document), &text)?;
        plan.manifest = (text.bytes() != view.document.bytes()).then(|| text.bytes().to_vec());
        if let Some(missing) = missing(view, &row, &text)? {
            plan = plan.with_remark(missing);
        }
        Ok(plan)
    }
}

fn word(key: &RowKey) -> &'static str {
    match key {
        RowKey::Header => "header",
        RowKey::Tag(_) => "tag",
        RowKey::Group(_) => "group",
        RowKey::Artifact(_) => "artifact",
        RowKey::Rating(..) => "rating",
        RowKey::Composite(_) => "composite",
    }
}

fn unknown(key: &RowKey) -> AppError {
    AppError::Unknown {
        what: "version of",
        name: key.to_string(),
        known: Vec::new(),
    }
}

impl Restore {
    /// The old manifest and its row, which has the name that is asked for; it comes beside the living one.
    fn under(
        &self,
        view: &View<'_>,
        name: &Name,
        (old, row): (&Document, &Row),
    ) -> Result<(Document, Row), AppError> {
        let (old, row) = renamed(old, row, name)?;
        let key = row.key();
        let is_artifact = matches!(row, Row::Artifact(_));
        if is_artifact && view.document.row(&self.row)?.is_some() {
            let text = "an artifact that is there has its files: it can't come back beside them";
            return Err(AppError::Request(text.to_owned()));
        }
        if view.document.row(&key)?.is_some() {
            return Err(AppError::Taken {
                what: word(&key),
                name: key.in_table(),
            });
        }
        Ok((old, row))
    }

    /// The commit whose version of the row is meant, with its manifest.
    fn version(&self, view: &View<'_>) -> Result<(ObjectName, Document), AppError> {
        let head = view.head.commit.ok_or_else(|| unknown(&self.row))?;
        let commit = match &self.at {
            Some(at) => commit_at(view.repository, view.environment.now, at)?,
            None => self.last_version(view, head)?,
        };
        let commit = match commit {
            Some(commit) => commit,
            None if view.repository.is_shallow() => return Err(AppError::BeyondHorizon),
            None => return Err(unknown(&self.row)),
        };
        let old = manifest_at(view, commit)?.ok_or_else(|| unknown(&self.row))?;
        Ok((commit, old))
    }

    /// The newest commit that has the row otherwise than it is now.
    fn last_version(
        &self,
        view: &View<'_>,
        head: ObjectName,
    ) -> Result<Option<ObjectName>, AppError> {
        let now = view.document.row(&self.row)?;
        let mut seen = None;
        let mut fault = None;
        let found = view.repository.find_commit_record(head, |record| {
            let blob = match entry_of_manifest(view, record.name) {
                Ok(blob) => blob,
                Err(error) => {
                    fault = Some(error);
                    return Ok(ControlFlow::Break(None));
                }
            };
            if blob == seen {
                return Ok(ControlFlow::Continue(()));
            }
            seen = blob;
            let row = manifest_at(view, record.name).ok().flatten();
            let row = row.and_then(|old| old.row(&self.row).ok().flatten());
            Ok(if row.is_some() && row != now {
                ControlFlow::Break(Some(record.name))
            } else {
                ControlFlow::Continue(())
            })
        })?;
        match fault {
            Some(error) => Err(error),
            None => Ok(found.flatten()),
        }
    }
}

fn entry_of_manifest(view: &View<'_>, commit: ObjectName) -> Result<Option<ObjectName>, AppError> {
    let entry = view.repository.entry_at(Some(commit), &MANIFEST.parse()?)?;
    Ok(entry.map(|entry| entry.blob))
}

/// A commit's manifest, where it has one that can be read.
fn manifest_at(view: &View<'_>, commit: ObjectName) -> Result<Option<Document>, AppError> {
    let Some(blob) = entry_of_manifest(view, commit)? else {
        return Ok(None);
    };
    let document = Document::scan(view.repository.blob(blob)?);
    Ok(document.ok().filter(|document| document.validate().is_ok()))
}

/// What artifacts' files held then, and hold now.
fn contents<'r>(view: &View<'r>, then: ObjectName) -> CommitContents<'r> {
    let commits = Sides {
        base: Some(then),
        ours: view.head.commit,
        theirs: Some(then),
    };
    CommitContents::of(view.repository, commits)
}

/// Brings back rows and files of the artifacts that a row means and that are gone.
fn bring_artifacts(
    view: &View<'_>,
    (commit, old): (ObjectName, &Document),
    row: &Row,
    mut text: Document,
    files: &mut Vec<FileEdit>,
) -> Result<Document, AppError> {
    let known = view.artifact_ids()?;
    for id in artifacts_of(row) {
        if known.contains(&id) && !matches!(row, Row::Artifact(_)) {
            continue;
        }
        let key = RowKey::Artifact(id.clone());
        let mut found = old.row(&key)?;
        let mut from = (commit, old);
        let older;
        if found.is_none() && !matches!(row, Row::Artifact(_)) {
            // It was gone by then: its own last version comes.
            let last = Restore {
                row: key.clone(),
                at: None,
                rename: None,
                artifacts: Artifacts::Bring,
            };
            if let Ok(version) = last.version(view) {
                older = version;
                from = (older.0, &older.1);
                found = older.1.row(&key)?;
            }
        }
        if let Some(found) = &found
            && text.row(&key)?.is_none()
        {
            text = with_row(&text, from.1, found, &contents(view, from.0))?;
        }
        let place = match &found {
            Some(Row::Artifact(Artifact { path, .. })) if !path.is_empty() => path.parse().ok(),
            _ => place_of(&id),
        };
        if let Some(place) = place {
            bring_files(view, from.0, &place, files)?;
        }
    }
    Ok(text)
}

fn artifacts_of(row: &Row) -> Vec<crate::model::name::ArtifactId> {
    match row {
        Row::Artifact(artifact) => vec![artifact.id.clone()],
        Row::Group(group) => group
            .members
            .iter()
            .filter_map(|member| member.to_string().parse().ok())
            .collect(),
        _ => Vec::new(),
    }
}

/// The files of a commit below a place that are not there now.
fn bring_files(
    view: &View<'_>,
    commit: ObjectName,
    place: &RelativePath,
    files: &mut Vec<FileEdit>,
) -> Result<(), AppError> {
    for (path, entry) in view.repository.files_under(Some(commit), place)? {
        if view.repository.entry_at(view.head.commit, &path)?.is_some() {
            continue;
        }
        let stored = view.repository.blob(entry.blob)?;
        let name = view.repository.path_in_repository(&path);
        let bytes = view.repository.to_work_tree(&name, &stored, view.index)?;
        let content = match entry.kind {
            EntryKind::Link => Content::Link(String::from_utf8_lossy(&stored).into_owned()),
            EntryKind::Executable => Content::Executable(bytes),
            EntryKind::Plain => Content::File(bytes),
        };
        files.push(FileEdit { path, content });
    }
    Ok(())
}

/// Which members of a group came back as missing, in a sentence.
fn missing(view: &View<'_>, row: &Row, text: &Document) -> Result<Option<String>, AppError> {
    let Row::Group(_) = row else { return Ok(None) };
    let known = view.artifact_ids()?;
    let mut missing = Vec::new();
    for id in artifacts_of(row) {
        let is_back = text.row(&RowKey::Artifact(id.clone()))?.is_some();
        if !known.contains(&id) && !is_back {
            missing.push(id.to_string());
        }
    }
    Ok((!missing.is_empty()).then(|| {
        format!(
            "Missing now: {}. `skillmeat restore artifact NAME --with-artifacts` brings one back.",
            missing.join(", ")
        )
    }))
}
