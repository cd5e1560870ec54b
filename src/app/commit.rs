//! Recording edits that were made by hand: to the manifest, and to artifacts' files.

use std::collections::BTreeSet;

use crate::model::layout::{folder_of, place_of};
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;

use super::error::AppError;
use super::files_of::{changed_under, root_of};
use super::names::Selection;
use super::plan::{Content, FileEdit, HandEdits, Operation, Plan};
use super::view::View;

/// Commits the manifest and artifacts' files as they stand in the work tree.
#[derive(Debug, Clone)]
pub struct Record {
    /// The subject of the commit; made up when unset.
    pub message: Option<String>,
    /// Which artifacts; the manifest and all when none is named.
    pub artifacts: Selection,
}

impl Operation for Record {
    fn word(&self) -> &'static str {
        "commit"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let all = self.artifacts.is_empty();
        let paths = if all {
            everything(view)?
        } else {
            of_artifacts(view, &self.artifacts)?
        };
        let files: Vec<FileEdit> = paths
            .into_iter()
            .map(|path| FileEdit {
                path,
                content: Content::AsItIs,
            })
            .collect();
        let subject = self
            .message
            .clone()
            .unwrap_or_else(|| "collection: record edits made by hand".to_owned());
        let hand_edits = if all {
            HandEdits::Included
        } else {
            HandEdits::OwnCommit
        };
        Ok(Plan {
            hand_edits,
            ..Plan::of_edits(subject, Vec::new()).with_files(files)
        })
    }
}

fn of_artifacts(
    view: &View<'_>,
    selection: &Selection,
) -> Result<BTreeSet<RelativePath>, AppError> {
    let mut paths = BTreeSet::new();
    for id in selection.resolve(view.database)? {
        let root = root_of(view, &id)?.or_else(|| place_of(&id));
        if let Some(root) = root {
            paths.extend(changed_under(
                view.repository,
                view.head.commit,
                &root,
                view.index,
            )?);
        }
    }
    Ok(paths)
}

/// All files of the layout that exist in the work tree or at HEAD, and differ.
fn everything(view: &View<'_>) -> Result<BTreeSet<RelativePath>, AppError> {
    let mut paths = BTreeSet::new();
    for kind in ArtifactType::KNOWN {
        if let Some(folder) = folder_of(&kind)
            && let Ok(folder) = folder.parse::<RelativePath>()
        {
            paths.extend(changed_under(
                view.repository,
                view.head.commit,
                &folder,
                view.index,
            )?);
        }
    }
    Ok(paths)
}
