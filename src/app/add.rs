//! Adding artifacts that lie on this machine: their files are copied in, and each gets a row.

use std::path::PathBuf;

use crate::frontmatter::read::read as read_header;
use crate::model::edit::Edit;
use crate::model::name::{ArtifactType, Name};
use crate::model::row::Row;
use crate::model::slug::Slug;
use crate::store::files::read_head;

use super::artifact_rows::row_of;
use super::error::AppError;
use super::files_of::copy;
use super::find::{Outside, at};
use super::headers::HEAD_LIMIT;
use super::plan::{Operation, Plan};
use super::view::View;

/// Adds artifacts from paths on this machine.
#[derive(Debug, Clone)]
pub struct Add {
    /// Folders with a `SKILL.md`, or files; as they were given, and resolved.
    pub paths: Vec<(String, PathBuf)>,
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
        taken_in(view, subject, &found)
    }
}

/// The plan that copies artifacts in and gives them rows. One that is there already is an error.
pub(super) fn taken_in(
    view: &View<'_>,
    subject: String,
    found: &[Outside],
) -> Result<Plan, AppError> {
    let known = view.artifact_ids()?;
    let mut plan = Plan::of_edits(subject, Vec::new());
    let mut links = Vec::new();
    for (index, artifact) in found.iter().enumerate() {
        let twice = found[..index]
            .iter()
            .any(|earlier| earlier.id == artifact.id);
        if twice || known.contains(&artifact.id) {
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
fn category(artifact: &Outside) -> Result<Option<String>, AppError> {
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
