//! A database: opened, made anew on disk, or made in memory.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Result, TransactionBehavior};

use super::contents::{Contents, Place};
use super::disk;
use super::error::CacheError;
use super::join::FileView;
use super::schema::{APPLICATION_ID, SCHEMA_VERSION, TABLES};
use super::stamps::{write_file, write_state};
use super::write::write_manifest;

/// What stands for the path of a database that has none.
const MEMORY: &str = ":memory:";

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 96;

/// A connection to the database of one collection, on disk or in memory. Each query sees one moment of it.
pub struct Database {
    connection: Connection,
    path: PathBuf,
    place: Place,
}

impl Database {
    /// Opens the database at `path`. Nothing when it is absent, truncated, garbage, somebody else's, of another
    /// version or unreadable: the caller makes it anew. Where it can't be written it is opened to be read.
    ///
    /// That its pages are whole is not looked at: damage shows in a query ([`CacheError::is_damage`]).
    pub fn open(path: &Path) -> std::result::Result<Option<Self>, CacheError> {
        Ok(disk::open(path).map(|connection| Self::of(connection, path, Place::Disk)))
    }

    /// Makes a database anew and puts it at `path`, in the place of whatever file is there. Of several processes that
    /// do so, each has a database that works.
    pub fn create(path: &Path, contents: &Contents) -> std::result::Result<Self, CacheError> {
        let new = disk::temporary(path)?;
        let filled = disk::open_to_fill(&new).and_then(|connection| {
            fill(&connection, contents)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.close().map_err(|(_, error)| error)
        });
        filled.map_err(|error| CacheError::sqlite(path, error))?;
        disk::put_in_place(new, path)?;
        Self::open(path)?.map_or_else(|| Self::in_memory(contents), Ok)
    }

    /// Makes a database in memory, for when the disk can't be written.
    pub fn in_memory(contents: &Contents) -> std::result::Result<Self, CacheError> {
        let filled = Connection::open_in_memory().and_then(|connection| {
            connection.execute_batch("PRAGMA foreign_keys = OFF;")?;
            fill(&connection, contents)?;
            Ok(connection)
        });
        let connection = filled.map_err(|error| CacheError::sqlite(MEMORY, error))?;
        Ok(Self::of(connection, Path::new(MEMORY), Place::Memory))
    }

    /// Copies the database into memory, for changes where it can't be written.
    pub fn to_memory(&self) -> std::result::Result<Self, CacheError> {
        let copied = Connection::open_in_memory().and_then(|mut connection| {
            rusqlite::backup::Backup::new(&self.connection, &mut connection)?.step(-1)?;
            connection.execute_batch("PRAGMA foreign_keys = OFF;")?;
            Ok(connection)
        });
        let connection = copied.map_err(|error| self.fault(error))?;
        Ok(Self::of(connection, Path::new(MEMORY), Place::Memory))
    }

    fn of(connection: Connection, path: &Path, place: Place) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Self {
            connection,
            path: path.to_owned(),
            place,
        }
    }

    /// Where the database is.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The database's file; `:memory:` when it has none.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs queries that all see the same moment.
    pub(super) fn reading<T>(
        &self,
        queries: impl FnOnce(&Connection) -> Result<T>,
    ) -> std::result::Result<T, CacheError> {
        let answer = self
            .connection
            .unchecked_transaction()
            .and_then(|transaction| {
                let answer = queries(&transaction)?;
                transaction.finish()?;
                Ok(answer)
            });
        answer.map_err(|error| self.fault(error))
    }

    /// Runs statements of which all take effect, or none.
    pub(super) fn writing<T>(
        &mut self,
        statements: impl FnOnce(&Connection) -> Result<T>,
    ) -> std::result::Result<T, CacheError> {
        let Self {
            connection,
            path,
            place,
        } = self;
        let answer = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let answer = statements(&transaction)?;
                transaction.commit()?;
                Ok(answer)
            });
        if *place == Place::Disk {
            disk::empty_log(connection);
        }
        answer.map_err(|error| CacheError::sqlite(path.as_path(), error))
    }

    fn fault(&self, error: rusqlite::Error) -> CacheError {
        CacheError::sqlite(&self.path, error)
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Database")
            .field("path", &self.path)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

fn fill(connection: &Connection, contents: &Contents) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(TABLES)?;
    for file in contents.files {
        write_file(&transaction, file, contents.checked)?;
    }
    let files: Vec<FileView> = contents
        .files
        .iter()
        .map(|file| FileView {
            id: &file.found.id,
            path: &file.found.path,
            metadata: &file.metadata,
        })
        .collect();
    write_manifest(&transaction, contents.collection, &files)?;
    write_state(&transaction, &contents.state)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()
}
