//! The files of an artifact, read from a project, from a collection's work tree, or from a commit.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::model::file_tree::{FileContent, FileTree};
use crate::model::path::RelativePath;
use crate::store::git::id::{EntryKind, ObjectName, TreeEntry};
use crate::store::git::index::Index;
use crate::store::git::repository::Repository;
use crate::store::project::{content_of, link_on_the_way};

use super::error::{AppError, Refusal};
use super::files_of::{MOST_FILES, present, too_many, walk};

/// The files at a place below a folder; nothing when there are none. A link on the way is refused.
pub(super) fn tree_on_disk(top: &Path, place: &RelativePath) -> Result<Option<FileTree>, AppError> {
    refuse_links(top, place)?;
    let mut found = Vec::new();
    walk(&place.under(top), place, &mut found)?;
    read(top, place, &found)
}

/// The files of an artifact in a collection's work tree: those that are committed, and those that git does not ignore.
pub(super) fn tree_in_collection(
    repository: &Repository,
    index: &Index,
    place: &RelativePath,
) -> Result<Option<FileTree>, AppError> {
    refuse_links(repository.folder(), place)?;
    let head = repository.head()?.commit;
    let committed: HashMap<RelativePath, TreeEntry> =
        repository.files_under(head, place)?.into_iter().collect();
    let found = present(repository, place, &committed, index)?;
    read(repository.folder(), place, &found)
}

/// Refuses to follow links on the way to a place.
pub(super) fn refuse_links(top: &Path, place: &RelativePath) -> Result<(), AppError> {
    match link_on_the_way(top, place) {
        Some(link) => Err(Refusal::LinkInPath {
            path: link.under(top).display().to_string(),
        }
        .into()),
        None => Ok(()),
    }
}

fn read(
    top: &Path,
    place: &RelativePath,
    found: &[RelativePath],
) -> Result<Option<FileTree>, AppError> {
    if found.len() > MOST_FILES {
        return Err(too_many(&place.under(top)));
    }
    let mut contents = Vec::with_capacity(found.len());
    for path in found {
        contents.push((path.clone(), content_of(&path.under(top))?));
    }
    Ok(tree_of(place, contents))
}

/// Which form of a commit's files is meant.
#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    /// As git stores them.
    Stored,
    /// As git would put them into the work tree.
    WorkTree(&'a Index),
}

/// The files at a place of a commit; nothing when it has none.
pub(super) fn tree_in_commit(
    repository: &Repository,
    commit: ObjectName,
    place: &RelativePath,
    form: Form<'_>,
) -> Result<Option<FileTree>, AppError> {
    let mut contents = Vec::new();
    for (path, entry) in repository.files_under(Some(commit), place)? {
        let mut bytes = repository.blob(entry.blob)?;
        if let (Form::WorkTree(index), true) = (form, entry.kind != EntryKind::Link) {
            let name = repository.path_in_repository(&path);
            bytes = repository.to_work_tree(&name, &bytes, index)?;
        }
        contents.push((path, stored(entry.kind, bytes)));
    }
    Ok(tree_of(place, contents))
}

fn stored(kind: EntryKind, bytes: Vec<u8>) -> FileContent {
    match kind {
        EntryKind::Plain => FileContent::Plain(bytes),
        EntryKind::Executable => FileContent::Executable(bytes),
        EntryKind::Link => FileContent::Link(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// What a content is to git.
pub(super) fn kind_of(content: &FileContent) -> EntryKind {
    match content {
        FileContent::Plain(_) => EntryKind::Plain,
        FileContent::Executable(_) => EntryKind::Executable,
        FileContent::Link(_) => EntryKind::Link,
    }
}

fn tree_of(place: &RelativePath, contents: Vec<(RelativePath, FileContent)>) -> Option<FileTree> {
    let mut files = BTreeMap::new();
    for (path, content) in contents {
        if path == *place {
            return Some(FileTree::File(content));
        }
        let below = path.as_str().strip_prefix(place.as_str());
        let below = below.and_then(|below| below.strip_prefix('/'));
        files.extend(below.map(|below| (below.to_owned(), content)));
    }
    (!files.is_empty()).then_some(FileTree::Folder(files))
}
