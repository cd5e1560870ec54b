//! Renaming an artifact: memberships, ratings and files follow.

use crate::model::edit::Edit;
use crate::model::layout::place_of;
use crate::model::name::{ArtifactId, Name};
use crate::model::path::RelativePath;
use crate::model::row::RowKey;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::files_of::{content_of, refuse_uncommitted, root_of, work_tree_files};
use super::names::find_artifact;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::remove::{own_row, replace_references};
use super::sources_lock::{LockEdit, with_lock};
use super::view::View;

/// Gives an artifact another name.
#[derive(Debug, Clone)]
pub struct Rename {
    /// The artifact, as people type it.
    pub from: String,
    /// Its new name; a `type:` before it must be its own.
    pub to: String,
}

impl Operation for Rename {
    fn word(&self) -> &'static str {
        "rename"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let from = find_artifact(view.database, &self.from)?;
        let to = ArtifactId::new(from.kind.clone(), self.new_name(&from)?);
        let subject = format!(
            "artifact: rename {:?} to {:?}",
            from.to_string(),
            to.name.as_str()
        );
        if to == from {
            return Ok(Plan::of_edits(subject, Vec::new()));
        }
        let is_taken = view.artifact_ids()?.contains(&to) || own_row(view, &to)?.is_some();
        if is_taken {
            return Err(AppError::Taken {
                what: "artifact",
                name: to.to_string(),
            });
        }
        let root = root_of(view, &from)?;
        let moved = match &root {
            Some(root) => Some(new_root(root, &from, &to)?),
            None => None,
        };
        let mut edits = Vec::new();
        if let Some(row) = view.find_artifact(&from)? {
            let value = Value::text(to.name.as_str());
            edits.push(Edit::Set {
                key: RowKey::Artifact(from.clone()),
                field: Field::Name,
                value,
            });
            if let (false, Some(moved)) = (row.path.is_empty(), &moved) {
                let slash = if row.path.ends_with('/') { "/" } else { "" };
                let value = Value::text(format!("{moved}{slash}"));
                edits.push(Edit::Set {
                    key: RowKey::Artifact(to.clone()),
                    field: Field::Path,
                    value,
                });
            }
        }
        edits.extend(replace_references(view, &|id| {
            (*id == from).then(|| Some(to.clone()))
        })?);
        edits.extend(own_row(view, &from)?.map(|key| Edit::Set {
            key,
            field: Field::Name,
            value: Value::text(to.name.as_str()),
        }));
        let files = match (&root, &moved) {
            (Some(root), Some(moved)) => move_files(view, root, moved)?,
            _ => Vec::new(),
        };
        let plan = Plan::of_edits(subject, edits).with_files(files);
        with_lock(view, plan, &[LockEdit::Renamed(from, to)])
    }
}

impl Rename {
    fn new_name(&self, from: &ArtifactId) -> Result<Name, AppError> {
        let own = format!("{}:", from.kind);
        let name = Name::for_artifact(self.to.strip_prefix(&own).unwrap_or(&self.to))?;
        Ok(name)
    }
}

/// The place of the files under the new name: in the layout, or beside where they were.
fn new_root(
    root: &RelativePath,
    from: &ArtifactId,
    to: &ArtifactId,
) -> Result<RelativePath, AppError> {
    if place_of(from).as_ref() == Some(root)
        && let Some(place) = place_of(to)
    {
        return Ok(place);
    }
    let extension = root
        .file_name()
        .rsplit_once('.')
        .map(|(_, extension)| format!(".{extension}"));
    let file = format!("{}{}", to.name, extension.unwrap_or_default());
    Ok(match root.parent() {
        Some(parent) => parent.join(&file)?,
        None => file.parse()?,
    })
}

fn move_files(
    view: &View<'_>,
    root: &RelativePath,
    moved: &RelativePath,
) -> Result<Vec<FileEdit>, AppError> {
    let folder = view.repository.folder();
    if std::fs::symlink_metadata(moved.under(folder)).is_ok() {
        return Err(AppError::NotAnArtifact {
            path: moved.to_string(),
            reason: "it exists already".to_owned(),
        });
    }
    let paths = work_tree_files(view, root)?;
    refuse_uncommitted(view, &paths)?;
    let mut edits = Vec::new();
    for path in paths {
        let Some(target) = path.moved(root, moved) else {
            continue;
        };
        let content = content_of(&path.under(folder))?;
        edits.push(FileEdit {
            path: target,
            content,
        });
        edits.push(FileEdit {
            path,
            content: Content::Gone,
        });
    }
    Ok(edits)
}
