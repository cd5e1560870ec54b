//! Files of the work tree against the index: changed or not, ignored or not.

use std::collections::HashSet;
use std::fs;

use gix::bstr::BStr;
use gix::index::entry::{Mode, Stat};
use gix::worktree::stack::state::ignore::Source;

use crate::model::path::RelativePath;
use crate::store::error::StoreError;
use crate::store::files;

use super::id::{EntryKind, TreeEntry};
use super::index::Index;
use super::repository::Repository;

/// The largest file that is compared, in bytes.
const FILE_LIMIT: u64 = 1 << 30;

impl Repository {
    /// Whether a file of the collection differs from what is committed. The index's stamps are trusted as git
    /// trusts them; only a file that they say nothing about is read.
    pub fn is_changed(
        &self,
        path: &RelativePath,
        committed: Option<TreeEntry>,
        index: &Index,
    ) -> Result<bool, StoreError> {
        let Some(committed) = committed else {
            return Ok(true);
        };
        let full = path.under(self.folder());
        let name = self.path_in_repository(path);
        if self.is_clean_by_stamp(&name, committed, index)? {
            return Ok(false);
        }
        let metadata = fs::symlink_metadata(&full).map_err(StoreError::io("examine", &full))?;
        let bytes = if metadata.is_symlink() {
            let target = fs::read_link(&full).map_err(StoreError::io("read the link", &full))?;
            target.to_string_lossy().into_owned().into_bytes()
        } else {
            let bytes = files::read(&full, FILE_LIMIT)?.unwrap_or_default();
            self.to_git(&name, &bytes, index)?.unwrap_or(bytes)
        };
        Ok(self.name_of_blob(&bytes)? != committed.blob || kind_of(&metadata) != committed.kind)
    }

    fn is_clean_by_stamp(
        &self,
        path: &str,
        committed: TreeEntry,
        index: &Index,
    ) -> Result<bool, StoreError> {
        let Some(entry) = index.file.entry_by_path(BStr::new(path)) else {
            return Ok(false);
        };
        if entry.id != committed.blob.0 || !entry.mode.contains(Mode::FILE) {
            return Ok(false);
        }
        let full = self.work_tree().join(path);
        let Ok(metadata) = gix::index::fs::Metadata::from_path_no_follow(&full) else {
            return Ok(false);
        };
        let stat = Stat::from_fs(&metadata).map_err(StoreError::git("read a file's time"))?;
        let options = self
            .git
            .stat_options()
            .map_err(StoreError::git("read the configuration"))?;
        Ok(entry.stat.matches(&stat, options)
            && !entry.stat.is_racy(index.file.timestamp(), options))
    }

    /// Whether git ignores a path of the collection.
    pub fn is_ignored(&self, path: &RelativePath, index: &Index) -> Result<bool, StoreError> {
        Ok(!self
            .ignored_among(std::slice::from_ref(path), index)?
            .is_empty())
    }

    /// The paths of the collection that git ignores; the rules are read once for all of them.
    pub fn ignored_among(
        &self,
        paths: &[RelativePath],
        index: &Index,
    ) -> Result<HashSet<RelativePath>, StoreError> {
        let mut stack = self
            .git
            .excludes(&index.file, None, Source::WorktreeThenIdMappingIfNotSkipped)
            .map_err(StoreError::git("read the ignore rules"))?;
        let mut ignored = HashSet::new();
        for path in paths {
            let name = self.path_in_repository(path);
            let platform = stack
                .at_path(name.as_str(), None)
                .map_err(StoreError::git("match the ignore rules"))?;
            if platform.is_excluded() {
                ignored.insert(path.clone());
            }
        }
        Ok(ignored)
    }
}

fn kind_of(metadata: &fs::Metadata) -> EntryKind {
    use std::os::unix::fs::PermissionsExt;
    if metadata.is_symlink() {
        EntryKind::Link
    } else if metadata.permissions().mode() & 0o100 != 0 {
        EntryKind::Executable
    } else {
        EntryKind::Plain
    }
}
