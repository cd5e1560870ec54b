//! The tables by which a change of the files is noticed: `files` with what their headers say, and `state`.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Result, Row};

use super::contents::{KnownFile, State};
use super::database::Database;
use super::decode;
use super::error::CacheError;
use super::stamps::write_state;
use crate::model::artifact_file::{FileStamp, FoundFile};
use crate::model::finding::Finding;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;

/// The columns of what is known of a file.
const KNOWN: &str = "path, type, name, size, modified, changed, inode, checked, blob";

/// A blob id that no manifest has.
const STALE: &str = "stale";

impl Database {
    /// Which manifest the database was made of.
    pub fn state(&self) -> Result<State, CacheError> {
        self.reading(|connection| {
            connection.query_row(
                "SELECT manifest_blob, manifest_checked, head, manifest_inode IS NULL, manifest_size, \
                 manifest_modified, manifest_changed, manifest_inode, layout_digest, layout_checked FROM state",
                [],
                |row| {
                    let manifest_stamp = if row.get(3)? { None } else { Some(decode::stamp(row, 4)?) };
                    Ok(State {
                        manifest_blob: row.get(0)?,
                        manifest_stamp,
                        manifest_checked: row.get(1)?,
                        head: row.get(2)?,
                        layout: decode::layout(row, 8)?,
                    })
                },
            )
        })
    }

    /// Whether the manifest with that blob id was read in whole and found valid.
    pub fn manifest_is_known_valid(&self, blob: &str) -> Result<bool, CacheError> {
        Ok(!blob.is_empty() && self.state()?.manifest_blob == blob)
    }

    /// All files that the database knows, by path.
    pub fn known_files(&self) -> Result<HashMap<RelativePath, KnownFile>, CacheError> {
        self.reading(|connection| {
            let count: i64 =
                connection.query_row("SELECT count(*) FROM files", [], |row| row.get(0))?;
            let mut known = HashMap::with_capacity(usize::try_from(count).unwrap_or(0));
            let mut select = connection.prepare_cached(&format!("SELECT {KNOWN} FROM files"))?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                known.insert(decode::path(row, 0)?, known_file(row)?);
            }
            Ok(known)
        })
    }

    /// Passes on each file that the database knows, by path, with the time of its last check (nanoseconds since 1970).
    pub fn each_stamp(&self, take: &mut dyn FnMut(&str, FileStamp, i64)) -> Result<(), CacheError> {
        self.reading(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT path, size, modified, changed, inode, checked FROM files ORDER BY path",
            )?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                take(
                    row.get_ref(0)?.as_str()?,
                    decode::stamp(row, 1)?,
                    row.get(5)?,
                );
            }
            Ok(())
        })
    }

    /// What the database knows of a file.
    pub fn known_file(&self, path: &str) -> Result<Option<KnownFile>, CacheError> {
        self.reading(|connection| {
            let select = format!("SELECT {KNOWN} FROM files WHERE path = ?1");
            let mut select = connection.prepare_cached(&select)?;
            select.query_row([path], known_file).optional()
        })
    }

    /// The files that the database knows of one artifact, each with the time of its last check.
    pub fn files_of(&self, id: &ArtifactId) -> Result<Vec<(FoundFile, i64)>, CacheError> {
        self.reading(|connection| {
            connection
                .prepare_cached(
                    "SELECT path, size, modified, changed, inode, checked FROM files WHERE name_key = ?1 AND type = ?2",
                )?
                .query_map((id.name.key(), id.kind.as_str()), |row| {
                    let found = FoundFile {
                        id: id.clone(),
                        path: decode::path(row, 0)?,
                        stamp: decode::stamp(row, 1)?,
                    };
                    Ok((found, row.get(5)?))
                })?
                .collect()
        })
    }

    /// What was found wrong with the headers of the files, by path.
    pub fn file_findings(&self) -> Result<Vec<Finding>, CacheError> {
        self.reading(|connection| {
            connection
                .prepare_cached(
                    "SELECT severity, code, message, path, line, \"column\" FROM file_findings ORDER BY file, place",
                )?
                .query_map([], decode::finding)?
                .collect()
        })
    }

    /// Makes the database forget what it was made of: every file and the manifest count as changed from now on.
    pub fn mark_stale(&mut self) -> Result<(), CacheError> {
        let state = State {
            manifest_blob: STALE.to_owned(),
            ..self.state()?
        };
        let state = State {
            manifest_stamp: None,
            head: String::new(),
            layout: None,
            ..state
        };
        self.writing(|connection| {
            write_state(connection, &state)?;
            connection.execute("UPDATE files SET checked = 0, blob = ''", [])?;
            Ok(())
        })
    }
}

fn known_file(row: &Row) -> Result<KnownFile> {
    Ok(KnownFile {
        id: decode::id(row, 1)?,
        stamp: decode::stamp(row, 3)?,
        checked: row.get(7)?,
        blob: row.get(8)?,
    })
}
