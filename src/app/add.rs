//! Adding artifacts that lie on this machine or were fetched: their files are copied in, and each gets a row.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::frontmatter::read::read as read_header;
use crate::model::edit::Edit;
use crate::model::layout::place_of;
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::model::row::Row;
use crate::model::slug::Slug;
use crate::store::files::read_head;

use super::add_source::FetchedArtifact;
use super::artifact_rows::row_of;
use super::error::AppError;
use super::files_of::copy;
use super::find::{Outside, at};
use super::headers::HEAD_LIMIT;
use super::plan::{Operation, Plan};
use super::sources_lock::{LockEdit, hash_of, with_lock};
use super::view::View;

/// Adds artifacts from paths on this machine, and such as were fetched.
#[derive(Debug, Clone)]
pub struct Add {
    /// Folders with a `SKILL.md`, or files; as they were given, and resolved.
    pub paths: Vec<(String, PathBuf)>,
    /// Artifacts from repositories elsewhere.
    pub fetched: Vec<FetchedArtifact>,
    /// Their type, where their place does not tell it.
    pub kind: Option<ArtifactType>,
    /// Another name; for one path only.
    pub name: Option<Name>,
}

impl Operation for Add {
    fn word(&self) -> &'static str {
        "add"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let mut found = Vec::new();
        for (shown, path) in &self.paths {
            found.push(at(path, shown, self.kind.as_ref())?);
        }
        found.extend(self.fetched.iter().map(|fetched| fetched.outside.clone()));
        if let Some(name) = &self.name {
            let [only] = found.as_mut_slice() else {
                return Err(AppError::Request(
                    "a new name can be given to one artifact at a time".to_owned(),
                ));
            };
            only.id.name = name.clone();
        }
        let subject = match found.as_slice() {
            [one] => format!("artifact: add {:?}", one.id.to_string()),
            many => format!("artifact: add {} artifacts", many.len()),
        };
        let mut plan = taken_in(view, subject, &found)?;
        self.write_sources(view, &mut plan);
        let lock = lock_edits(&plan);
        with_lock(view, plan, &lock)
    }
}

impl Add {
    /// Writes into the rows of what was fetched, which come last, where it came from.
    fn write_sources(&self, view: &View<'_>, plan: &mut Plan) {
        let rows = plan.edits.iter_mut().skip(self.paths.len());
        for (edit, fetched) in rows.zip(&self.fetched) {
            if let Edit::Insert(Row::Artifact(row)) = edit {
                fetched.write(row, view.document.dialect());
            }
        }
    }
}

/// What the lock file is to say of the artifacts of a plan.
fn lock_edits(plan: &Plan) -> Vec<LockEdit> {
    let rows = plan.edits.iter().filter_map(|edit| match edit {
        Edit::Insert(Row::Artifact(row)) => Some(row),
        _ => None,
    });
    let taken = rows.filter_map(|row| {
        let hash = hash_of(&place_of(&row.id)?, &plan.files);
        Some(LockEdit::Taken(Box::new(row.clone()), hash))
    });
    taken.collect()
}

/// The plan that copies artifacts in and gives them rows. One that is there already is an error.
pub(super) fn taken_in(
    view: &View<'_>,
    subject: String,
    found: &[Outside],
) -> Result<Plan, AppError> {
    let mut known: HashSet<ArtifactId> = view.artifact_ids()?.into_iter().collect();
    let mut plan = Plan::of_edits(subject, Vec::new());
    let mut links = Vec::new();
    for artifact in found {
        if !known.insert(artifact.id.clone()) {
            return Err(AppError::Taken {
                what: "artifact",
                name: artifact.id.to_string(),
            });
        }
        let copied = copy(&artifact.path, &artifact.id)?;
        plan.files.extend(copied.files);
        links.extend(copied.links);
        let mut row = row_of(view, &artifact.id);
        row.tags.extend(category(artifact)?);
        plan.edits.push(Edit::Insert(Row::Artifact(row)));
    }
    if !links.is_empty() {
        plan = plan.with_remark(format!(
            "Symbolic links were left out: {}.",
            links.join(", ")
        ));
    }
    Ok(plan)
}

/// The category of a header becomes a tag of the row, unless the header has that tag anyway.
pub(super) fn category(artifact: &Outside) -> Result<Option<String>, AppError> {
    let metadata = read_header(&read_head(&artifact.header, HEAD_LIMIT)?).metadata;
    let slug_of = |text: &str| Slug::from_name(text).ok();
    let Some(slug) = slug_of(&metadata.category) else {
        return Ok(None);
    };
    let has_it = metadata
        .tags
        .iter()
        .any(|tag| slug_of(tag).as_ref() == Some(&slug));
    Ok((!has_it).then(|| slug.to_string()))
}
