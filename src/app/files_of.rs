//! The files of artifacts, as they lie in the collection or elsewhere.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use crate::model::layout::place_of;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::id::{ObjectName, TreeEntry};
use crate::store::git::index::Index;
use crate::store::git::repository::Repository;
use crate::store::project;

use super::error::{AppError, Refusal};
use super::plan::{Content, FileEdit};
use super::view::View;

/// The most files that one artifact may have.
pub(super) const MOST_FILES: usize = 10_000;

/// The largest file that is copied into a collection, in bytes.
pub(super) const FILE_LIMIT: u64 = 256 << 20;

/// Where an artifact's files lie in the collection; nothing when it has none.
pub fn root_of(view: &View<'_>, id: &ArtifactId) -> Result<Option<RelativePath>, AppError> {
    let path = view
        .database
        .artifact(id)?
        .map(|detail| detail.summary.path)
        .unwrap_or_default();
    if path.is_empty() {
        return Ok(None);
    }
    let path: RelativePath = path.parse()?;
    Ok(fs::symlink_metadata(path.under(view.repository.folder()))
        .is_ok()
        .then_some(path))
}

/// All files at or below a path of the collection, in the work tree. Files that git ignores and that are not
/// committed are left out.
pub fn work_tree_files(
    view: &View<'_>,
    root: &RelativePath,
) -> Result<Vec<RelativePath>, AppError> {
    files_at(view.repository, view.head.commit, root, view.index)
}

/// The same of a repository at a commit.
pub fn files_at(
    repository: &Repository,
    commit: Option<ObjectName>,
    root: &RelativePath,
    index: &Index,
) -> Result<Vec<RelativePath>, AppError> {
    let committed = committed_under(repository, commit, root)?;
    present(repository, root, &committed, index)
}

fn committed_under(
    repository: &Repository,
    commit: Option<ObjectName>,
    root: &RelativePath,
) -> Result<HashMap<RelativePath, TreeEntry>, AppError> {
    Ok(repository.files_under(commit, root)?.into_iter().collect())
}

/// The files at or below a path that are committed, or that git does not ignore.
pub(super) fn present(
    repository: &Repository,
    root: &RelativePath,
    committed: &HashMap<RelativePath, TreeEntry>,
    index: &Index,
) -> Result<Vec<RelativePath>, AppError> {
    let mut found = Vec::new();
    walk(&root.under(repository.folder()), root, &mut found)?;
    let ignored = repository.ignored_among(&found, index)?;
    found.retain(|path| committed.contains_key(path) || !ignored.contains(path));
    Ok(found)
}

/// Files at or below a path whose content in the work tree is not the one of `commit`; ignored ones are left out.
pub fn changed_under(
    repository: &Repository,
    commit: Option<ObjectName>,
    root: &RelativePath,
    index: &Index,
) -> Result<Vec<RelativePath>, AppError> {
    let committed = committed_under(repository, commit, root)?;
    let present = present(repository, root, &committed, index)?;
    let mut changed = Vec::new();
    for path in &present {
        if repository.is_changed(path, committed.get(path).copied(), index)? {
            changed.push(path.clone());
        }
    }
    let there: HashSet<&RelativePath> = present.iter().collect();
    changed.extend(committed.into_keys().filter(|path| !there.contains(path)));
    changed.sort();
    Ok(changed)
}

/// All files and links at or below a path, in order; `.git` is passed over.
pub(super) fn walk(
    path: &Path,
    relative: &RelativePath,
    found: &mut Vec<RelativePath>,
) -> Result<(), AppError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if files::is_absent(&error) => return Ok(()),
        Err(error) => return Err(StoreError::io("examine", path)(error).into()),
    };
    if !metadata.is_dir() {
        found.push(relative.clone());
        return Ok(());
    }
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(path).map_err(StoreError::io("list", path))? {
        let entry = entry.map_err(StoreError::io("list", path))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in names.iter().filter(|name| *name != ".git") {
        walk(&path.join(name), &relative.join(name)?, found)?;
    }
    Ok(())
}

/// That an artifact has too many files.
pub(super) fn too_many(path: &Path) -> AppError {
    AppError::NotAnArtifact {
        path: path.display().to_string(),
        reason: format!("it has more than {MOST_FILES} files"),
    }
}

/// Whether every part of a path is a folder itself, and no link.
pub(super) fn is_real_folder(root: &Path, path: &RelativePath) -> bool {
    let mut place = root.to_owned();
    path.as_str().split('/').all(|part| {
        place.push(part);
        fs::symlink_metadata(&place).is_ok_and(|found| found.is_dir())
    })
}

/// Refuses when files of an artifact hold work that is not committed; nothing of it may be lost.
pub fn refuse_uncommitted(view: &View<'_>, paths: &[RelativePath]) -> Result<(), AppError> {
    let mut dirty = Vec::new();
    let head = view.repository.commit_tree(view.head.commit);
    for path in paths {
        let committed = head.entry(path)?;
        let full = path.under(view.repository.folder());
        let Some(bytes) = bytes_of(&full)? else {
            continue;
        };
        let stored = view.repository.to_git(
            &view.repository.path_in_repository(path),
            &bytes,
            view.index,
        )?;
        let name = view
            .repository
            .name_of_blob(stored.as_deref().unwrap_or(&bytes))?;
        if committed.is_none_or(|entry| entry.blob != name) {
            dirty.push(path.to_string());
        }
    }
    if dirty.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Uncommitted { paths: dirty }.into())
    }
}

fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, AppError> {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) {
        let target = fs::read_link(path).map_err(StoreError::io("read the link", path))?;
        return Ok(Some(target.to_string_lossy().into_owned().into_bytes()));
    }
    Ok(files::read(path, FILE_LIMIT)?)
}

/// The content of a file, to be written elsewhere.
pub fn content_of(path: &Path) -> Result<Content, AppError> {
    Ok(project::content_of(path)?.into())
}

/// A copy of an artifact that lies outside, at its place in the layout.
#[derive(Debug, Default)]
pub struct Copy {
    /// The files.
    pub files: Vec<FileEdit>,
    /// Symbolic links that were left out, because they could lead out of the collection.
    pub links: Vec<String>,
}

/// Copies an artifact's files from outside: a folder or one file.
pub fn copy(source: &Path, id: &ArtifactId) -> Result<Copy, AppError> {
    let place = place_of(id).ok_or_else(|| AppError::NotAnArtifact {
        path: source.display().to_string(),
        reason: format!("the layout has no place for {id}"),
    })?;
    let mut copy = Copy::default();
    if fs::metadata(source).is_ok_and(|found| found.is_file()) {
        copy.files.push(FileEdit {
            path: place,
            content: content_of(source)?,
        });
        return Ok(copy);
    }
    let mut found = Vec::new();
    walk(source, &place, &mut found)?;
    if found.len() > MOST_FILES {
        return Err(too_many(source));
    }
    for path in found {
        let Some(rest) = path.as_str().strip_prefix(place.as_str()) else {
            continue;
        };
        match content_of(&source.join(rest.trim_start_matches('/')))? {
            Content::Link(_) => copy.links.push(path.to_string()),
            content => copy.files.push(FileEdit { path, content }),
        }
    }
    Ok(copy)
}
