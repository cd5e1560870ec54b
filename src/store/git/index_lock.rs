//! `index.lock`: taken so that one left by a killed process is known (see `own_file`), and published by a rename.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::error::StoreError;
use crate::store::files;

use super::index::Index;
use super::journal::Journal;
use super::own_file::{self, Wait};
use super::repository::Repository;

/// How long a change waits for `index.lock`: an editor that is open in `git commit -a` holds it for minutes.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A lock file that is not yet in git's way.
#[derive(Debug)]
#[must_use]
pub struct PreparedLock {
    own: PathBuf,
    lock: PathBuf,
    index: PathBuf,
    file: File,
}

/// The lock, held: dropped without [`IndexLock::publish`] it lets the old index stand.
#[derive(Debug)]
#[must_use]
pub struct IndexLock {
    prepared: PreparedLock,
    fate: Fate,
}

#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Release,
    Published,
}

impl Repository {
    /// Makes the file that will be `index.lock`.
    pub fn prepare_index_lock(&self) -> Result<PreparedLock, StoreError> {
        let index = self.git.index_path();
        let own = self.own_index();
        let file = own_file::make(&own)?;
        Ok(PreparedLock {
            lock: index.with_extension("lock"),
            own,
            index,
            file,
        })
    }

    /// Gives back the locks that the killed process of a journal left, and no others.
    pub fn release_locks(&self, journal: &Journal) -> Result<(), StoreError> {
        let own = self.own_index();
        let lock = self.git.index_path().with_extension("lock");
        let is_noted = || {
            journal.lock_inode != 0
                && fs::symlink_metadata(&lock)
                    .is_ok_and(|metadata| metadata.ino() == journal.lock_inode)
        };
        if own_file::is_same(&own, &lock) || (!own.exists() && is_noted()) {
            files::remove(&lock)?;
        }
        match &journal.branch {
            Some(branch) => self.release_branch(branch, journal.head_after),
            None => Ok(()),
        }
    }

    pub(super) fn own_index(&self) -> PathBuf {
        self.git_dir().join("skillmeat/index.new")
    }
}

impl PreparedLock {
    /// The inode that a journal notes.
    pub fn inode(&self) -> Result<u64, StoreError> {
        self.file
            .metadata()
            .map(|metadata| metadata.ino())
            .map_err(StoreError::io("examine", &self.own))
    }

    /// Puts the lock in place, waiting for another holder.
    pub fn take(self, wait: Wait<'_>) -> Result<IndexLock, StoreError> {
        own_file::place(&self.own, &self.lock, wait)?;
        Ok(IndexLock {
            prepared: self,
            fate: Fate::Release,
        })
    }
}

impl IndexLock {
    /// Writes the index that is to be published; git does not see it yet. It is not synced, as git does not sync its
    /// own: it can be made anew.
    pub fn write(&mut self, index: &mut Index) -> Result<(), StoreError> {
        let mut out = BufWriter::with_capacity(1 << 16, &self.prepared.file);
        index.write_to(&mut out)?;
        out.flush()
            .map_err(StoreError::io("write", &self.prepared.lock))?;
        drop(out);
        keep_mode(&self.prepared.index, &self.prepared.file)
    }

    /// Puts the written index into place and so gives the lock back.
    pub fn publish(mut self) -> Result<(), StoreError> {
        files::rename(&self.prepared.lock, &self.prepared.index)?;
        self.fate = Fate::Published;
        Ok(())
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        if self.fate == Fate::Release {
            let _ = fs::remove_file(&self.prepared.lock);
        }
    }
}

fn keep_mode(index: &Path, file: &File) -> Result<(), StoreError> {
    match fs::metadata(index) {
        Ok(metadata) => file
            .set_permissions(metadata.permissions())
            .map_err(StoreError::io("set the mode of", index)),
        Err(_) => Ok(()),
    }
}
