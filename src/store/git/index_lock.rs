//! `index.lock`: taken by a hard link, so that a journal can name its inode before it exists.
//!
//! git locks the index by creating `index.lock`. Were it created directly, a process killed at once would leave a lock
//! that nobody can tell from one of git's own. So the file is made under our own folder first, its inode goes into
//! the journal, and only then is it linked to the name that git looks at.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::store::error::StoreError;
use crate::store::files;

use super::index::Index;
use super::repository::Repository;

/// How long `index.lock` is waited for: an editor that is open in `git commit -a` holds it for minutes.
const PATIENCE: Duration = Duration::from_secs(5);

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
        if let Some(folder) = own.parent() {
            files::create_folder(folder)?;
        }
        let _ = fs::remove_file(&own);
        let file = File::create_new(&own).map_err(StoreError::io("create", &own))?;
        Ok(PreparedLock {
            lock: index.with_extension("lock"),
            own,
            index,
            file,
        })
    }

    /// Removes `index.lock` and its other name if they are the file with this inode.
    pub fn release_index_lock(&self, inode: u64) -> Result<(), StoreError> {
        for path in [
            self.git.index_path().with_extension("lock"),
            self.own_index(),
        ] {
            if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.ino() == inode) {
                files::remove(&path)?;
            }
        }
        Ok(())
    }

    fn own_index(&self) -> PathBuf {
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

    /// Puts the lock in place, waiting up to five seconds for another holder.
    pub fn take(self) -> Result<IndexLock, StoreError> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            match fs::hard_link(&self.own, &self.lock) {
                Ok(()) => {
                    return Ok(IndexLock {
                        prepared: self,
                        fate: Fate::Release,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::io("create", &self.lock)(error)),
            }
            if start.elapsed() > PATIENCE {
                let seconds = PATIENCE.as_secs();
                return Err(StoreError::Locked {
                    path: self.lock.clone(),
                    holder: String::new(),
                    seconds,
                });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

impl Drop for PreparedLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.own);
    }
}

impl IndexLock {
    /// Writes the index that is to be published; git does not see it yet.
    pub fn write(&mut self, index: &mut Index) -> Result<(), StoreError> {
        let mut out = BufWriter::with_capacity(1 << 16, &self.prepared.file);
        index.write_to(&mut out)?;
        out.flush()
            .map_err(StoreError::io("write", &self.prepared.lock))?;
        drop(out);
        keep_mode(&self.prepared.index, &self.prepared.file)?;
        self.prepared
            .file
            .sync_all()
            .map_err(StoreError::io("sync", &self.prepared.lock))
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
