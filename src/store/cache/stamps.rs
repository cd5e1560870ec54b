//! Writing the tables by which a change of the files is noticed.

use rusqlite::{Connection, Result, params};

use super::boot;
use super::contents::State;
use super::encode;
use super::join::root_key;
use super::schema::SCHEMA_VERSION;
use crate::model::artifact_file::{ArtifactFile, FileStamp};
use crate::model::path::RelativePath;

/// Writes the one row of `state`.
pub(super) fn write_state(connection: &Connection, state: &State) -> Result<()> {
    let stamp = state.manifest_stamp;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO state (id, manifest_blob, manifest_size, manifest_modified, manifest_changed, \
             manifest_inode, manifest_checked, head, layout_digest, layout_checked, boot, schema_version, tool_version) \
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            state.manifest_blob,
            stamp.map(|stamp| encode::number(stamp.size)),
            stamp.map(|stamp| stamp.modified),
            stamp.map(|stamp| stamp.changed),
            stamp.map(|stamp| encode::number(stamp.inode)),
            state.manifest_checked,
            state.head,
            state.layout.map(|layout| layout.digest),
            state.layout.map(|layout| layout.checked),
            boot::current(),
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
