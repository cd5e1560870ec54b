//! A project that artifacts are copied into: found around a folder, and looked at without following links.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::model::file_tree::FileContent;
use crate::model::path::RelativePath;

use super::error::StoreError;
use super::files;
use super::git::folder::git_folder;

/// The largest file of an artifact that is copied, in bytes.
const FILE_LIMIT: u64 = 256 << 20;

/// The project around a folder: the work tree of git around it, else the folder itself.
pub fn project_around(folder: &Path) -> PathBuf {
    let top = folder.ancestors().find(|above| git_folder(above).is_some());
    top.unwrap_or(folder).to_owned()
}

/// The first symbolic link among a path below `top` and the folders on the way to it.
pub fn link_on_the_way(top: &Path, path: &RelativePath) -> Option<RelativePath> {
    let mut ways = vec![path.clone()];
    while let Some(above) = ways.last().and_then(RelativePath::parent) {
        ways.push(above);
    }
    let is_link = |path: &RelativePath| {
        fs::symlink_metadata(path.under(top)).is_ok_and(|found| found.is_symlink())
    };
    ways.into_iter().rev().find(is_link)
}

/// What a file holds, or where a link leads; nothing where neither is. A folder, a pipe or a device is an error.
pub fn content_at(path: &Path) -> Result<Option<FileContent>, StoreError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if files::is_absent(&error) => return Ok(None),
        Err(error) => return Err(StoreError::io("examine", path)(error)),
    };
    if metadata.is_symlink() {
        let target = fs::read_link(path).map_err(StoreError::io("read the link", path))?;
        let target = target.to_string_lossy().into_owned();
        return Ok(Some(FileContent::Link(target)));
    }
    let bytes = files::read(path, FILE_LIMIT)?;
    let may_run = metadata.permissions().mode() & 0o100 != 0;
    Ok(bytes.map(if may_run {
        FileContent::Executable
    } else {
        FileContent::Plain
    }))
}

/// The same, where there must be one.
pub fn content_of(path: &Path) -> Result<FileContent, StoreError> {
    let gone = || StoreError::io("find", path)(io::ErrorKind::NotFound.into());
    content_at(path)?.ok_or_else(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_seen_wherever_on_the_way_it_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("a/b")).expect("folders");
        std::os::unix::fs::symlink("b", folder.path().join("a/link")).expect("a link");
        let found = |path: &str| {
            let path = path.parse().expect("a path");
            link_on_the_way(folder.path(), &path).map(|link| link.to_string())
        };
        assert_eq!(found("a/b/c"), None);
        assert_eq!(found("a/link/c/d").as_deref(), Some("a/link"));
        assert_eq!(found("a/link").as_deref(), Some("a/link"));
    }
}
