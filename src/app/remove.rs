//! Removing artifacts: row, files, memberships and ratings.

use std::collections::HashSet;

use crate::model::edit::Edit;
use crate::model::name::{ArtifactId, ArtifactType, Member};
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::files_of::{refuse_uncommitted, root_of, work_tree_files};
use super::meanings::Meanings;
use super::members::counted;
use super::names::Selection;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::sources_lock::{LockEdit, with_lock};
use super::view::View;

/// Removes artifacts.
#[derive(Debug, Clone)]
pub struct Remove {
    /// The artifacts.
    pub artifacts: Selection,
}

impl Operation for Remove {
    fn word(&self) -> &'static str {
        "remove"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let ids = self.artifacts.resolve(view.database)?;
        let mut edits = Vec::new();
        let mut files = Vec::new();
        let gone: HashSet<&ArtifactId> = ids.iter().collect();
        for id in &ids {
            if let Some(root) = root_of(view, id)? {
                let paths = work_tree_files(view, &root)?;
                refuse_uncommitted(view, &paths)?;
                files.extend(paths.into_iter().map(|path| FileEdit {
                    path,
                    content: Content::Gone,
                }));
            }
            if view.find_artifact(id)?.is_some() {
                edits.push(Edit::Remove(RowKey::Artifact(id.clone())));
            }
            edits.extend(own_row(view, id)?.map(Edit::Remove));
        }
        edits.extend(replace_references(view, &|id| {
            gone.contains(id).then_some(None)
        })?);
        let subject = format!("artifact: remove {}", counted(&ids));
        let lock: Vec<LockEdit> = ids.into_iter().map(LockEdit::Gone).collect();
        with_lock(
            view,
            Plan::of_edits(subject, edits).with_files(files),
            &lock,
        )
    }
}

/// The row of `[[composites]]` that says what a composite is made of, if there is one.
pub(super) fn own_row(view: &View<'_>, id: &ArtifactId) -> Result<Option<RowKey>, AppError> {
    if id.kind != ArtifactType::Composite {
        return Ok(None);
    }
    let key = RowKey::Composite(id.name.clone());
    Ok(view.document.row(&key)?.map(|_| key))
}

/// What becomes of a reference to an artifact: nothing said keeps it; no id takes it away.
pub(super) type Replacement<'a> = dyn Fn(&ArtifactId) -> Option<Option<ArtifactId>> + 'a;

/// The edits that let every reference to artifacts follow: members of groups and composites, ratings.
pub(super) fn replace_references(
    view: &View<'_>,
    replace: &Replacement<'_>,
) -> Result<Vec<Edit>, AppError> {
    let all = view.artifact_ids()?;
    let meanings = Meanings::among(&all);
    let fate = |member: &Member| meanings.of(member).and_then(replace);
    let mut edits = Vec::new();
    for table in [Table::Groups, Table::Composites] {
        for row in view.rows(table)? {
            let members = row.get(Field::Members).into_list();
            let kept: Vec<String> = members
                .iter()
                .filter_map(|text| match fate(&Member::stored(text)) {
                    None => Some(text.clone()),
                    Some(new) => new.map(|id| id.to_string()),
                })
                .collect();
            if kept != members {
                edits.push(Edit::Set {
                    key: row.key(),
                    field: Field::Members,
                    value: Value::list(kept),
                });
            }
        }
    }
    for row in view.rows(Table::Ratings)? {
        let Row::Rating(rating) = &row else { continue };
        match fate(&rating.artifact) {
            None => {}
            Some(None) => edits.push(Edit::Remove(row.key())),
            Some(Some(id)) => {
                let value = Value::text(id.to_string());
                edits.push(Edit::Set {
                    key: row.key(),
                    field: Field::Artifact,
                    value,
                });
            }
        }
    }
    Ok(edits)
}
