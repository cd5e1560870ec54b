//! Opening the database where it lies, or a copy of it.
//!
//! SQLite makes files beside a database whose log it reads, and empties a log that a crash left; both are changes of
//! somebody else's folder. So a database without a log is opened as one that nobody writes, and looked at once more
//! afterwards; one with a log is copied with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::model::artifact_file::FileStamp;
use crate::store::database_address::immutable_address;
use crate::store::error::StoreError;
use crate::store::files;

/// What every SQLite database begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Where the header says how the database is written, and the value that means a write-ahead log.
const WRITE_VERSION: (usize, u8) = (18, 2);

/// How much of the file is its header, in bytes.
const HEADER: u64 = 100;

/// The largest database that is copied with its log, in bytes.
const COPY_LIMIT: u64 = 1 << 30;

/// How long another program that writes the database is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often a database that is written meanwhile is copied anew, and the pause before that.
const COPIES: (u32, Duration) = (20, Duration::from_millis(50));

/// The files that SQLite keeps beside a database: a write-ahead log, and what takes back an unfinished change.
const LOGS: [&str; 2] = ["-wal", "-journal"];

/// A database that is open.
pub(super) struct Origin {
    pub(super) connection: Connection,
    watched: Option<(PathBuf, Stamps)>,
    _copy: Option<TempDir>,
}

/// What `stat` says of the database and its logs.
type Stamps = [Option<FileStamp>; 3];

impl Origin {
    /// Opens the database; what keeps it from that is told as the end of a sentence.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let path = fs::canonicalize(path).map_err(|error| error.to_string())?;
        let header = files::read_head(&path, HEADER).map_err(|error| in_words(&error))?;
        if header.is_empty() {
            return Err("it is empty".to_owned());
        }
        if !header.starts_with(MAGIC) {
            return Err("it is no SQLite database".to_owned());
        }
        let stamps = stamps(&path).map_err(|error| in_words(&error))?;
        let is_logged = header.get(WRITE_VERSION.0) == Some(&WRITE_VERSION.1);
        let has_log = |log: Option<FileStamp>| log.is_some_and(|log| log.size > 0);
        let opened = match stamps {
            [_, log, _] if is_logged && has_log(log) => Self::copied(&path)?,
            _ if is_logged => Self::watched(&path, stamps).map_err(|error| error.to_string())?,
            // A journal is another program's at work, or is left by one that was killed.
            [_, _, journal] if has_log(journal) => match Self::in_place(&path) {
                Ok(opened) if opened.answers().is_ok() => opened,
                _ => Self::copied(&path)?,
            },
            _ => Self::in_place(&path).map_err(|error| error.to_string())?,
        };
        opened.answers().map_err(|error| error.to_string())?;
        Ok(opened)
    }

    /// Whether nobody wrote the database while it was taken for one that nobody writes.
    pub(super) fn is_still(&self) -> bool {
        let Some((path, stamps_then)) = &self.watched else {
            return true;
        };
        stamps(path).is_ok_and(|stamps| stamps == *stamps_then)
    }

    fn watched(path: &Path, stamps: Stamps) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(immutable_address(path), flags)?;
        Ok(Self {
            connection,
            watched: Some((path.to_owned(), stamps)),
            _copy: None,
        })
    }

    fn in_place(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(Self {
            connection,
            watched: None,
            _copy: None,
        })
    }

    fn copied(path: &Path) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let copy = folder.path().join("cache.db");
        copy_whole(path, &copy)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(&copy, flags).map_err(|error| error.to_string())?;
        Ok(Self {
            connection,
            watched: None,
            _copy: Some(folder),
        })
    }

    /// Makes the database harmless, whatever its schema says, and asks it something.
    fn answers(&self) -> rusqlite::Result<()> {
        let connection = &self.connection;
        // With a schema that may be written SQLite also reads a file that was cut off; nothing is written all the same.
        connection.execute_batch(
            "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON; \
             PRAGMA writable_schema = ON;",
        )?;
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))
    }
}

/// Copies the database and its logs as they were at one moment.
fn copy_whole(path: &Path, copy: &Path) -> Result<(), String> {
    let (times, pause) = COPIES;
    for _ in 0..times {
        let before = stamps(path).map_err(|error| in_words(&error))?;
        let size: u64 = before.iter().flatten().map(|stamp| stamp.size).sum();
        if size > COPY_LIMIT {
            return Err(format!(
                "it is {size} bytes long and has a log that waits; close SkillMeat, so that it is emptied"
            ));
        }
        fs::copy(path, copy).map_err(|error| error.to_string())?;
        for (log, stamp) in LOGS.into_iter().zip(&before[1..]) {
            let (from, to) = (beside(path, log), beside(copy, log));
            copied_log(&from, &to, *stamp).map_err(|error| error.to_string())?;
        }
        if stamps(path).map_err(|error| in_words(&error))? == before {
            return Ok(());
        }
        sleep(pause);
    }
    Err("another program writes it all the time; close SkillMeat".to_owned())
}

/// Copies one log; what is there of an earlier copy goes. One that went meanwhile shows in the stamps.
fn copied_log(from: &Path, to: &Path, stamp: Option<FileStamp>) -> io::Result<()> {
    for old in [to.to_owned(), beside(to, "-shm")] {
        let _ = fs::remove_file(old);
    }
    match stamp.map(|_| fs::copy(from, to)) {
        Some(Err(error)) if !files::is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}

fn stamps(path: &Path) -> Result<Stamps, StoreError> {
    let [log, journal] = LOGS.map(|log| files::stamp(&beside(path, log)));
    Ok([files::stamp(path)?, log?, journal?])
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn in_words(error: &StoreError) -> String {
    use std::error::Error;
    match error.source() {
        Some(source) => source.to_string(),
        None => "it is not a regular file".to_owned(),
    }
}
