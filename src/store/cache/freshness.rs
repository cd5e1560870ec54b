//! The tables by which a change of the files is noticed: `files` with what their headers say, and `state`.

use std::collections::HashMap;

use rusqlite::{Connection, Result, params};

use super::contents::{KnownFile, State};
use super::database::Database;
use super::decode;
use super::encode;
use super::error::CacheError;
use super::join::root_key;
use super::schema::SCHEMA_VERSION;
use crate::model::artifact_file::{ArtifactFile, FileStamp};
use crate::model::finding::Finding;
use crate::model::path::RelativePath;

/// A blob id that no manifest has.
const STALE: &str = "stale";

impl Database {
    /// Which manifest the database was made of.
    pub fn state(&self) -> Result<State, CacheError> {
        self.reading(|connection| {
            connection.query_row(
                "SELECT manifest_blob, manifest_checked, head, manifest_inode IS NULL, manifest_size, \
                 manifest_modified, manifest_changed, manifest_inode FROM state",
                [],
                |row| {
                    let manifest_stamp = if row.get(3)? { None } else { Some(decode::stamp(row, 4)?) };
                    Ok(State {
                        manifest_blob: row.get(0)?,
                        manifest_stamp,
                        manifest_checked: row.get(1)?,
                        head: row.get(2)?,
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
            let mut select = connection.prepare_cached(
                "SELECT path, type, name, size, modified, changed, inode, checked, blob FROM files",
            )?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                let file = KnownFile {
                    id: decode::id(row, 1)?,
                    stamp: decode::stamp(row, 3)?,
                    checked: row.get(7)?,
                    blob: row.get(8)?,
                };
                known.insert(decode::path(row, 0)?, file);
            }
            Ok(known)
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
            ..state
        };
        self.writing(|connection| {
            write_state(connection, &state)?;
            connection.execute("UPDATE files SET checked = 0, blob = ''", [])?;
            Ok(())
        })
    }
}

/// Writes the one row of `state`.
pub(super) fn write_state(connection: &Connection, state: &State) -> Result<()> {
    let stamp = state.manifest_stamp;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO state (id, manifest_blob, manifest_size, manifest_modified, manifest_changed, \
             manifest_inode, manifest_checked, head, schema_version, tool_version) \
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            state.manifest_blob,
            stamp.map(|stamp| encode::number(stamp.size)),
            stamp.map(|stamp| stamp.modified),
            stamp.map(|stamp| stamp.changed),
            stamp.map(|stamp| encode::number(stamp.inode)),
            state.manifest_checked,
            state.head,
            SCHEMA_VERSION,
            env!("CARGO_PKG_VERSION"),
        ])?;
    Ok(())
}

/// Writes a file with its header, in the place of what was known of it.
pub(super) fn write_file(connection: &Connection, file: &ArtifactFile, checked: i64) -> Result<()> {
    let found = &file.found;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO files (path, root_key, type, name, name_key, size, modified, changed, inode, \
             checked, blob) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            found.path.as_str(),
            root_key(found.path.as_str()),
            found.id.kind.as_str(),
            found.id.name.as_str(),
            found.id.name.key(),
            encode::number(found.stamp.size),
            found.stamp.modified,
            found.stamp.changed,
            encode::number(found.stamp.inode),
            checked,
            file.blob,
        ])?;
    write_metadata(connection, file)?;
    write_findings(connection, file)
}

fn write_metadata(connection: &Connection, file: &ArtifactFile) -> Result<()> {
    let metadata = &file.metadata;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO artifact_metadata (path, name, description, author, license, version, category, \
             tools, tags) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            file.found.path.as_str(),
            metadata.name,
            metadata.description,
            metadata.author,
            metadata.license,
            metadata.version,
            metadata.category,
            encode::list(&metadata.tools),
            encode::list(&metadata.tags),
        ])?;
    Ok(())
}

fn write_findings(connection: &Connection, file: &ArtifactFile) -> Result<()> {
    let path = file.found.path.as_str();
    connection
        .prepare_cached("DELETE FROM file_findings WHERE file = ?1")?
        .execute([path])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO file_findings (file, place, severity, code, message, path, line, \"column\") \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (place, finding) in file.findings.iter().enumerate() {
        insert.execute(params![
            path,
            encode::place(place),
            encode::severity(finding.severity),
            finding.code,
            finding.message,
            finding.path,
            finding.line,
            finding.column,
        ])?;
    }
    Ok(())
}

/// Forgets a file.
pub(super) fn remove_file(connection: &Connection, path: &RelativePath) -> Result<()> {
    for remove in [
        "DELETE FROM artifact_metadata WHERE path = ?1",
        "DELETE FROM file_findings WHERE file = ?1",
        "DELETE FROM files WHERE path = ?1",
    ] {
        connection
            .prepare_cached(remove)?
            .execute([path.as_str()])?;
    }
    Ok(())
}

/// Notes that a file with this stamp has the content that is known.
pub(super) fn recheck(
    connection: &Connection,
    path: &RelativePath,
    stamp: FileStamp,
    checked: i64,
) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE files SET size = ?2, modified = ?3, changed = ?4, inode = ?5, checked = ?6 WHERE path = ?1",
        )?
        .execute(params![
            path.as_str(),
            encode::number(stamp.size),
            stamp.modified,
            stamp.changed,
            encode::number(stamp.inode),
            checked
        ])?;
    Ok(())
}
