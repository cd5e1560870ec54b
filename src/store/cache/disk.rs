//! The database as a file: opening it, and putting a new one in its place.
//!
//! SQLite finds the write-ahead log of a database by name. A process that opened the old file just before another
//! put a new one in its place would take the new one's log for its own. So both hold a lock meanwhile: the one that
//! opens a shared one, the one that replaces an exclusive one. A database that is open already keeps its old file
//! and log, which are nameless then, and is not disturbed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Result};
use tempfile::TempPath;

use super::boot;
use super::error::CacheError;
use super::schema::{APPLICATION_ID, SCHEMA_VERSION};
use crate::store::database_address::immutable_address;

/// How long a process waits for another one that writes or replaces the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// The size of the database's pages, in bytes. SQLite itself overlooks that the end of the last one is cut off.
const PAGE: u64 = 8_192;

/// How the names of new databases start.
const NEW: &str = "new-";

/// After this time without a write, the process that filled a new database is gone.
const LEFT: Duration = Duration::from_mins(10);

/// How often it looks whether the other one is done.
const PAUSE: Duration = Duration::from_millis(5);

/// Opens a database of ours; nothing when there is none or it is not sound.
pub(super) fn open(path: &Path) -> Option<Connection> {
    let file = fs::metadata(path).ok()?;
    if !file.is_file() || file.len() % PAGE != 0 {
        return None;
    }
    let lock = lock_file(path).ok();
    if let Some(lock) = &lock {
        wait_for(|| lock.try_lock_shared().is_ok()).then_some(())?;
    }
    open_to_write(path)
        .or_else(|_| open_frozen(path))
        .ok()
        .flatten()
}

fn open_to_write(path: &Path) -> Result<Option<Connection>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    sound(connection)
}

/// Opens a database in a folder where no log can be made. Without a log that waits, the file is all there is.
pub(super) fn open_frozen(path: &Path) -> Result<Option<Connection>> {
    if fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    sound(Connection::open_with_flags(immutable_address(path), flags)?)
}

/// Passes a connection on if its database is ours, of this version, and filled.
fn sound(connection: Connection) -> Result<Option<Connection>> {
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -16000; \
         PRAGMA wal_autocheckpoint = 48;",
    )?;
    let synchronous = if boot::current().is_empty() {
        "NORMAL"
    } else {
        "OFF"
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    if (number("application_id")?, number("user_version")?) != (APPLICATION_ID, SCHEMA_VERSION) {
        return Ok(None);
    }
    let written_in: Option<String> = connection
        .query_row("SELECT boot FROM state", [], |row| row.get(0))
        .optional()?;
    let is_whole = written_in.is_some_and(|boot| boot::is_whole(&boot));
    Ok(is_whole.then_some(connection))
}

/// Empties the log into the database, unless somebody reads it just now: a log that waits is read anew by everyone who
/// opens the database. Without syncs that costs next to nothing; a failure does not matter.
pub(super) fn empty_log(connection: &Connection) {
    if !boot::current().is_empty() {
        let _ = connection.busy_timeout(Duration::ZERO);
        let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let _ = connection.busy_timeout(PATIENCE);
    }
}

/// A file beside `path` for a new database; it is removed when it is dropped.
pub(super) fn temporary(path: &Path) -> std::result::Result<TempPath, CacheError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| CacheError::file(folder, error))?;
    sweep(folder);
    let mut builder = tempfile::Builder::new();
    builder.prefix(NEW).suffix(".db");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder
        .tempfile_in(folder)
        .map_err(|error| CacheError::file(folder, error))?;
    Ok(file.into_temp_path())
}

/// Removes new databases that killed processes left; one that was touched lately may still be at work.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_new = entry.file_name().to_string_lossy().starts_with(NEW);
        if is_new && crate::store::files::is_older(&entry.path(), LEFT) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Opens an empty file to be filled: nothing is synced and nothing can be taken back.
pub(super) fn open_to_fill(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "page_size", PAGE.cast_signed())?;
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
         PRAGMA foreign_keys = OFF; PRAGMA cache_size = -32000;",
    )?;
    Ok(connection)
}

/// Puts a filled database in place. What was there goes first, with its log: a new
/// database beside an old log would be read wrongly, and one that is absent for a moment is only made anew.
pub(super) fn put_in_place(new: TempPath, path: &Path) -> std::result::Result<(), CacheError> {
    let lock = lock_file(path).map_err(|error| CacheError::file(beside(path, "-lock"), error))?;
    if !wait_for(|| lock.try_lock().is_ok()) {
        return Err(CacheError::Busy {
            path: path.to_owned(),
        });
    }
    for old in [
        path.to_owned(),
        beside(path, "-wal"),
        beside(path, "-shm"),
        beside(path, "-journal"),
    ] {
        remove(&old).map_err(|error| CacheError::file(old, error))?;
    }
    new.persist(path)
        .map_err(|error| CacheError::file(path, error.error))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// The file that is locked; where it can't be made, one that is there.
fn lock_file(path: &Path) -> io::Result<File> {
    let path = beside(path, "-lock");
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(&path)
        .or_else(|_| File::open(&path))
}

fn wait_for(mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if done() {
            return true;
        }
        if start.elapsed() > PATIENCE {
            return false;
        }
        sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_killed_processes_left_is_swept_and_what_is_at_work_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let [left, fresh, other] = ["new-a.db", "new-b.db", "cache.db"].map(|name| {
            let path = folder.path().join(name);
            File::create(&path).expect("made");
            path
        });
        for old in [&left, &other] {
            let file = File::options().write(true).open(old).expect("opened");
            file.set_modified(std::time::UNIX_EPOCH).expect("set");
        }
        let new = temporary(&folder.path().join("cache.db")).expect("made");
        assert!(!left.exists());
        assert!(fresh.exists() && other.exists() && new.exists());
    }
}
