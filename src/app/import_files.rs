//! Files of artifacts that come in, beside those that are there.

use std::collections::{HashMap, HashSet};

use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::model::side::Side;

use super::error::AppError;
use super::files_of::{copy, root_of};
use super::import_parts::{Incoming, Kind, Taken};
use super::plan::{Content, FileEdit};
use super::view::View;

/// How many names a remark tells.
const NAMED: usize = 5;

/// What becomes of the files.
#[derive(Debug, Default)]
pub(super) struct MergedFiles {
    /// What is written.
    pub(super) edits: Vec<FileEdit>,
    /// Files that are another here and there, relative to the collection.
    pub(super) clashes: Vec<String>,
    /// What is to be told.
    pub(super) remarks: Vec<String>,
}

/// Puts files that come in beside those that are there. Of an artifact that is here with other files one side counts as
/// a whole, if `preference` says which; a folder's own gives way when nothing is said.
pub(super) fn merged_files(
    view: &View<'_>,
    incoming: &Incoming,
    known: &HashSet<ArtifactId>,
    preference: Option<Side>,
) -> Result<MergedFiles, AppError> {
    let mut merged = MergedFiles::default();
    let (mut links, mut same, mut left) = (Vec::new(), 0, Vec::new());
    for taken in &incoming.artifacts {
        links.extend(taken.copy.links.iter().cloned());
        let there = if known.contains(&taken.id) {
            root_of(view, &taken.id)?
        } else {
            None
        };
        let Some(there) = there else {
            merged.edits.extend(taken.copy.files.iter().cloned());
            continue;
        };
        let edits = differing(view, taken, &there)?;
        match (preference, incoming.kind) {
            _ if edits.is_empty() => same += 1,
            (Some(Side::Theirs), _) => merged.edits.extend(edits),
            (None, Kind::Folder) => left.push(taken.id.to_string()),
            (None, _) => merged
                .clashes
                .extend(edits.into_iter().map(|edit| edit.path.to_string())),
            (Some(_), _) => {}
        }
    }
    if !links.is_empty() {
        let text = format!("Symbolic links were left out: {}.", named(&links));
        merged.remarks.push(text);
    }
    if incoming.kind == Kind::Folder && same > 0 {
        let text = format!("{same} of them are in the collection already and were left alone.");
        merged.remarks.push(text);
    }
    if !left.is_empty() {
        let text = format!(
            "Of what is in the collection already, these have other files there and were left alone: {}. `--prefer theirs` takes them.",
            named(&left)
        );
        merged.remarks.push(text);
    }
    Ok(merged)
}

/// The edits that make an artifact's files what they are there.
fn differing(
    view: &View<'_>,
    taken: &Taken,
    root: &RelativePath,
) -> Result<Vec<FileEdit>, AppError> {
    let ours = copy(&root.under(view.repository.folder()), &taken.id)?;
    let mut ours: HashMap<RelativePath, Content> = ours
        .files
        .into_iter()
        .map(|file| (file.path, file.content))
        .collect();
    let mut edits = Vec::new();
    for file in &taken.copy.files {
        if ours.remove(&file.path).as_ref() != Some(&file.content) {
            edits.push(file.clone());
        }
    }
    let mut gone: Vec<RelativePath> = ours.into_keys().collect();
    gone.sort();
    edits.extend(gone.into_iter().map(|path| FileEdit {
        path,
        content: Content::Gone,
    }));
    Ok(edits)
}

/// Some names, and how many more there are.
fn named(names: &[String]) -> String {
    let some = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}
