//! What can go wrong with the database.

use std::io;
use std::path::PathBuf;

use rusqlite::{Error, ErrorCode};

/// An error of the database. The caller rebuilds it where [`CacheError::is_damage`], and otherwise answers from a
/// database in memory.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// SQLite could not read or write.
    #[error("the database {path} can't be used")]
    Sqlite {
        /// The database; `:memory:` when it is not on disk.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: SqliteError,
    },
    /// A file or folder beside or around the database could not be made, moved or removed.
    #[error("can't write {path}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Another process was replacing the database for longer than this one waits.
    #[error("the database {path} is being replaced by another process")]
    Busy {
        /// The database.
        path: PathBuf,
    },
}

/// What SQLite said.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SqliteError(Error);

impl CacheError {
    pub(super) fn sqlite(path: impl Into<PathBuf>, source: Error) -> Self {
        Self::Sqlite {
            path: path.into(),
            source: SqliteError(source),
        }
    }

    pub(super) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }

    /// Whether the database's content is at fault (corrupt, no database, a table that is missing, a value that can't
    /// be): rebuilding it helps.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite {
                source: SqliteError(error),
                ..
            } => error.sqlite_error_code().is_none_or(is_damage),
            Self::File { .. } | Self::Busy { .. } => false,
        }
    }

    /// Whether the database can be read but not written here: changes belong into a copy in memory.
    pub fn is_read_only(&self) -> bool {
        match self {
            Self::Sqlite {
                source: SqliteError(error),
                ..
            } => error.sqlite_error_code() == Some(ErrorCode::ReadOnly),
            Self::File { .. } | Self::Busy { .. } => false,
        }
    }
}

/// All codes but those that speak of the circumstances. SQLite has no code of its own for a table that is missing.
fn is_damage(code: ErrorCode) -> bool {
    !matches!(
        code,
        ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::ReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::CannotOpen
            | ErrorCode::OperationInterrupted
    )
}
