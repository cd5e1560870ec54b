//! The database as a thing: refresh, rebuild, clear, look.

use std::path::PathBuf;

pub use crate::store::cache::contents::Place;
use crate::store::files;

use super::error::AppError;
use super::notice::Notice;
use super::refresh::Invalid;
use super::workspace::Workspace;

/// What a refresh or rebuild did, or what is there.
#[derive(Debug)]
pub struct CacheReport {
    /// The database's file.
    pub path: PathBuf,
    /// Where the database is now.
    pub place: Place,
    /// How many artifacts' files were read.
    pub files_read: usize,
    /// How many artifacts it knows.
    pub artifacts: usize,
    /// Its size in bytes; 0 when it is in memory.
    pub bytes: u64,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// How thoroughly the database is brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thoroughness {
    /// Only what changed is read.
    Changed,
    /// Everything is read, into a new file.
    Everything,
}

impl Workspace {
    /// Brings the database up to date.
    pub fn refresh_cache(&self, thoroughness: Thoroughness) -> Result<CacheReport, AppError> {
        let refreshed = match thoroughness {
            Thoroughness::Changed => self.refreshed(Invalid::AnswerFromHead)?,
            Thoroughness::Everything => self.rebuilt(Invalid::AnswerFromHead)?,
        };
        let path = self.database_path();
        Ok(CacheReport {
            place: refreshed.database.place(),
            files_read: refreshed.files_read,
            artifacts: refreshed.database.artifact_count()?,
            bytes: std::fs::metadata(&path).map_or(0, |metadata| metadata.len()),
            path,
            notices: refreshed.notices,
        })
    }

    /// Deletes the database; the next read makes it anew.
    pub fn clear_cache(&self) -> Result<PathBuf, AppError> {
        let path = self.database_path();
        for suffix in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            let file = PathBuf::from(name);
            if file.exists() {
                files::remove(&file)?;
            }
        }
        Ok(path)
    }
}
