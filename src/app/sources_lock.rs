//! SkillMeat's `collection.lock`, kept up with what happens to artifacts. A collection that has none gets none.

use std::fs;

use crate::manifest::{LOCK_FILE, LockEntry, LockFile, ManifestError};
use crate::model::artifact::Artifact;
use crate::model::content_hash::ContentHash;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::files;

use super::error::AppError;
use super::plan::{Content, FileEdit, Plan};
use super::view::View;

/// The largest lock file that is read, in bytes.
const SIZE_LIMIT: u64 = 32 << 20;

/// What happened to an artifact.
#[derive(Debug, Clone)]
pub(super) enum LockEdit {
    /// Its files were taken in: its row, and their hash.
    Taken(Box<Artifact>, ContentHash),
    /// It is gone.
    Gone(ArtifactId),
    /// It has another name.
    Renamed(ArtifactId, ArtifactId),
}

/// Whether the collection has a lock file.
pub(super) fn has_lock(view: &View<'_>) -> bool {
    let path = view.repository.folder().join(LOCK_FILE);
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// The same plan with the lock file kept up. What SkillMeat wrote into it and nobody committed yet goes along.
pub(super) fn with_lock(
    view: &View<'_>,
    mut plan: Plan,
    edits: &[LockEdit],
) -> Result<Plan, AppError> {
    if edits.is_empty() || !has_lock(view) {
        return Ok(plan);
    }
    let path: RelativePath = LOCK_FILE.parse()?;
    let is_committed = view.repository.entry_at(view.head.commit, &path)?.is_some();
    if !is_committed && view.repository.is_ignored(&path, view.index)? {
        return Ok(plan.with_remark(format!(
            "{LOCK_FILE} is ignored by git, and was left as it is."
        )));
    }
    let full = path.under(view.repository.folder());
    let text = files::read(&full, SIZE_LIMIT)?.unwrap_or_default();
    let edited = edited(view, &text, edits)?;
    if edited != text {
        plan.files.push(FileEdit {
            path,
            content: Content::Over(edited),
        });
    }
    Ok(plan)
}

fn edited(view: &View<'_>, text: &[u8], edits: &[LockEdit]) -> Result<Vec<u8>, ManifestError> {
    let mut lock = LockFile::parse(text)?;
    for edit in edits {
        match edit {
            LockEdit::Taken(row, hash) => {
                let entry = LockEntry {
                    content_hash: hash.clone(),
                    fetched: view.environment.now.naive_utc(),
                    upstream: row.upstream.clone(),
                    resolved_sha: row.resolved_sha.clone(),
                    resolved_version: row.resolved_version.clone(),
                };
                lock.put(&row.id, &entry);
            }
            LockEdit::Gone(id) => lock.remove(id),
            LockEdit::Renamed(from, to) => lock.rename(from, to),
        }
    }
    Ok(lock.into_bytes())
}

/// The hash of an artifact's files, of those that lie at or below its place; links have none.
pub(super) fn hash_of(root: &RelativePath, files: &[FileEdit]) -> ContentHash {
    let mut below = Vec::new();
    for FileEdit { path, content } in files {
        let (Content::File(bytes) | Content::Executable(bytes)) = content else {
            continue;
        };
        if path == root {
            return ContentHash::of_file(bytes);
        }
        if path.is_within(root) {
            let rest = &path.as_str()[root.as_str().len() + 1..];
            below.push((rest, bytes.as_slice()));
        }
    }
    ContentHash::of_folder(below)
}
