//! Bringing one row back, as it was.
//!
//! A row that is gone comes back with everything in it, its comments too: it is merged in from the manifest that had it.
//! Of a row that is there, the fields become what they were, in their place.

use std::collections::HashSet;

use crate::manifest::Document;
use crate::model::artifact::Artifact;
use crate::model::layout::place_of;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey};
use crate::model::side::Sides;
use crate::store::git::id::{EntryKind, ObjectName};

use super::commit_contents::CommitContents;
use super::error::AppError;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::restored_row::{called, renamed, with_row};
use super::row_version::{unknown, version_of};
use super::versions::changes_between;
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
        let version = version_of(view, &self.row, self.at.as_deref())?;
        let (commit, old) = (version.commit, version.manifest);
        let Some(row) = old.row(&version.was)? else {
            return Err(unknown(&self.row));
        };
        let mut kept = None;
        let (old, row) = match (&self.rename, &version.is) {
            (Some(name), _) => self.under(view, name, (&old, &row))?,
            (None, Some(is)) if *is != version.was => {
                kept = Some(format!(
                    "{} is called {} now, and keeps that name.",
                    version.was, is
                ));
                match view.document.row(is)? {
                    Some(current) => called(&old, &row, &current)?,
                    None => (old, row),
                }
            }
            (None, _) => (old, row),
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
        let missing = missing_among(view, std::slice::from_ref(&row), &text)?;
        for remark in kept.into_iter().chain(missing) {
            plan = plan.with_remark(remark);
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
}

/// What artifacts' files held then, and hold now.
pub(super) fn contents<'r>(view: &View<'r>, then: ObjectName) -> CommitContents<'r> {
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
    version: (ObjectName, &Document),
    row: &Row,
    mut text: Document,
    files: &mut Vec<FileEdit>,
) -> Result<Document, AppError> {
    let known = view.artifact_ids()?;
    let is_itself = matches!(row, Row::Artifact(_));
    for id in artifacts_of(row) {
        if is_itself || !known.contains(&id) {
            text = bring_artifact(view, version, &id, text, files)?;
        }
    }
    Ok(text)
}

/// Brings back an artifact's row and those of its files that are not there. Where a commit has neither, its own last
/// version comes.
pub(super) fn bring_artifact(
    view: &View<'_>,
    (commit, old): (ObjectName, &Document),
    id: &ArtifactId,
    mut text: Document,
    files: &mut Vec<FileEdit>,
) -> Result<Document, AppError> {
    let key = RowKey::Artifact(id.clone());
    let mut found = old.row(&key)?;
    let mut from = (commit, old);
    let older;
    if found.is_none() && text.row(&key)?.is_none() {
        let has_files = match place_of(id) {
            Some(place) => !view
                .repository
                .files_under(Some(commit), &place)?
                .is_empty(),
            None => false,
        };
        if !has_files && let Ok(version) = version_of(view, &key, None) {
            older = version;
            from = (older.commit, &older.manifest);
            found = older.manifest.row(&key)?;
        }
    }
    if let Some(found) = &found
        && text.row(&key)?.is_none()
    {
        text = with_row(&text, from.1, found, &contents(view, from.0))?;
    }
    let place = match &found {
        Some(Row::Artifact(Artifact { path, .. })) if !path.is_empty() => path.parse().ok(),
        _ => place_of(id),
    };
    if let Some(place) = place {
        bring_files(view, from.0, &place, files)?;
    }
    Ok(text)
}

fn artifacts_of(row: &Row) -> Vec<ArtifactId> {
    let named = |members: &[Member]| {
        let texts = members.iter().map(ToString::to_string);
        texts.filter_map(|text| text.parse().ok()).collect()
    };
    match row {
        Row::Artifact(artifact) => vec![artifact.id.clone()],
        Row::Group(group) => named(&group.members),
        Row::Composite(composite) => named(&composite.members),
        Row::Rating(rating) => named(std::slice::from_ref(&rating.artifact)),
        Row::Tag(_) => Vec::new(),
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

/// Which artifacts that rows mean are missing, in a sentence.
pub(super) fn missing_among(
    view: &View<'_>,
    rows: &[Row],
    text: &Document,
) -> Result<Option<String>, AppError> {
    let known: HashSet<ArtifactId> = view.artifact_ids()?.into_iter().collect();
    let mut missing = Vec::new();
    for row in rows.iter().filter(|row| !matches!(row, Row::Artifact(_))) {
        for id in artifacts_of(row) {
            let is_back = text.row(&RowKey::Artifact(id.clone()))?.is_some();
            if !known.contains(&id) && !is_back && !missing.contains(&id.to_string()) {
                missing.push(id.to_string());
            }
        }
    }
    Ok((!missing.is_empty()).then(|| {
        format!(
            "Missing now: {}. `skillmeat restore artifact NAME --with-artifacts` brings one back.",
            missing.join(", ")
        )
    }))
}
