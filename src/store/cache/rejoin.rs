//! Joins single artifacts again after one of the rows or files that they are made of changed.

use std::collections::BTreeSet;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Result, Row};

use super::decode;
use super::join::{Definitions, FileView, Pair, root_key};
use super::write::{key_of, write_joined};
use crate::model::artifact::Artifact;
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactId, Member};
use crate::model::path::RelativePath;
use crate::model::slug::Slug;

/// The columns of `collection_artifacts` that [`decode::artifact`] reads.
pub(super) const ROW_COLUMNS: &str = "type, name, path, source, version_spec, resolved_sha, resolved_version, scope, \
    origin, upstream, uuid, added, description, aliases, tags, target_platforms, position, recorded";

/// The columns of a file with its header that [`StoredFile::of`] reads.
const FILE_COLUMNS: &str = "f.path, f.type, f.name, m.name, m.description, m.author, m.license, m.version, \
    m.category, m.tools, m.tags FROM files AS f JOIN artifact_metadata AS m ON m.path = f.path";

/// A file with its header, as it is stored.
#[derive(Debug)]
pub(super) struct StoredFile {
    id: ArtifactId,
    path: RelativePath,
    metadata: Metadata,
}

impl StoredFile {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            path: decode::path(row, 0)?,
            id: decode::id(row, 1)?,
            metadata: decode::metadata(row, 3)?,
        })
    }

    /// The file as the join sees it.
    pub(super) fn view(&self) -> FileView<'_> {
        FileView {
            id: &self.id,
            path: &self.path,
            metadata: &self.metadata,
        }
    }
}

/// All files with their headers.
pub(super) fn stored_files(connection: &Connection) -> Result<Vec<StoredFile>> {
    connection
        .prepare_cached(&format!("SELECT {FILE_COLUMNS}"))?
        .query_map([], StoredFile::of)?
        .collect()
}

/// What has to be joined and resolved again: collected while rows and files are written, done afterwards.
#[derive(Debug, Default)]
pub(super) struct Affected {
    /// Types and name keys of artifacts.
    keys: BTreeSet<(String, String)>,
    /// Places of which the owner may be another one now.
    roots: BTreeSet<String>,
    /// Name keys of members to resolve.
    members: BTreeSet<String>,
}

impl Affected {
    /// An artifact, and the place that its row or its file names.
    pub(super) fn artifact(&mut self, id: &ArtifactId, path: &str) {
        self.keys.insert(key_of(id));
        self.roots.insert(root_key(path));
    }

    /// The same, of what a query found: type, name key, root key.
    pub(super) fn stored(
        &mut self,
        mut statement: CachedStatement,
        parameters: impl Params,
    ) -> Result<()> {
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            self.keys.insert((row.get(0)?, row.get(1)?));
            self.roots.insert(row.get(2)?);
        }
        Ok(())
    }

    /// Members that were written unresolved.
    pub(super) fn members<'a>(&mut self, members: impl IntoIterator<Item = &'a Member>) {
        self.members
            .extend(members.into_iter().map(|member| match member {
                Member::Typed(id) => id.name.key().into_owned(),
                Member::Bare(name) => name.key().into_owned(),
            }));
    }

    /// The artifacts that have a tag which is written so or means that definition.
    pub(super) fn tag(&mut self, connection: &Connection, name: &str, slug: &Slug) -> Result<()> {
        let statement = connection.prepare_cached(
            "SELECT type, name_key, '' FROM artifacts WHERE id IN ( \
             SELECT artifact_id FROM artifact_tags WHERE text = ?1 OR text = ?2 \
             UNION SELECT artifact_id FROM artifact_tags WHERE slug = ?2)",
        )?;
        self.stored(statement, [name, slug.as_str()])
    }

    /// Joins all that was collected again and resolves the members that this concerns.
    pub(super) fn settle(mut self, connection: &Connection) -> Result<()> {
        self.roots.remove("");
        for root in std::mem::take(&mut self.roots) {
            let statement = connection.prepare_cached(
                "SELECT type, name_key, '' FROM files WHERE root_key = ?1 \
                 UNION SELECT type, name_key, '' FROM collection_artifacts WHERE root_key = ?1 AND root_key <> ''",
            )?;
            self.stored(statement, [root])?;
        }
        if !self.keys.is_empty() {
            let mut definitions = stored_definitions(connection)?;
            for (kind, key) in std::mem::take(&mut self.keys) {
                if rejoin(connection, &kind, &key, &mut definitions)? == Existence::Changed {
                    self.members.insert(key);
                }
            }
        }
        self.members
            .iter()
            .try_for_each(|key| resolve(connection, key))
    }
}

fn stored_definitions(connection: &Connection) -> Result<Definitions> {
    let mut select = connection.prepare_cached("SELECT name, slug FROM tags ORDER BY id")?;
    let definitions: Vec<(String, Slug)> = select
        .query_map([], |row| {
            Ok((row.get(0)?, Slug::stored(row.get::<_, String>(1)?)))
        })?
        .collect::<Result<_>>()?;
    Ok(Definitions::new(definitions))
}

/// Whether an artifact came or went.
#[derive(Debug, PartialEq, Eq)]
enum Existence {
    Same,
    Changed,
}

fn rejoin(
    connection: &Connection,
    kind: &str,
    key: &str,
    definitions: &mut Definitions,
) -> Result<Existence> {
    let old: Option<i64> = connection
        .prepare_cached("SELECT id FROM artifacts WHERE name_key = ?1 AND type = ?2")?
        .query_row([key, kind], |row| row.get(0))
        .optional()?;
    if let Some(number) = old {
        remove_joined(connection, number)?;
    }
    let row = stored_row(connection, kind, key)?;
    let file = match &row {
        Some((_, row)) => file_of_row(connection, row, kind, key)?,
        None => file_without_row(connection, kind, key)?,
    };
    let pair = Pair {
        row: row.as_ref().map(|(number, row)| (*number, row)),
        file: file.as_ref().map(StoredFile::view),
    };
    let Some(joined) = pair.join(definitions) else {
        return Ok(if old.is_some() {
            Existence::Changed
        } else {
            Existence::Same
        });
    };
    let number = old.map_or_else(|| free_number(connection), Ok)?;
    write_joined(connection, number, &joined, definitions)?;
    Ok(if old.is_none() {
        Existence::Changed
    } else {
        Existence::Same
    })
}

fn free_number(connection: &Connection) -> Result<i64> {
    connection
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM artifacts")?
        .query_row([], |row| row.get(0))
}

fn remove_joined(connection: &Connection, number: i64) -> Result<()> {
    for remove in [
        "DELETE FROM artifact_tags WHERE artifact_id = ?1",
        "DELETE FROM search WHERE rowid = ?1",
        "DELETE FROM artifacts WHERE id = ?1",
    ] {
        connection.prepare_cached(remove)?.execute([number])?;
    }
    Ok(())
}

fn stored_row(connection: &Connection, kind: &str, key: &str) -> Result<Option<(i64, Artifact)>> {
    connection
        .prepare_cached(&format!(
            "SELECT id, {ROW_COLUMNS} FROM collection_artifacts WHERE name_key = ?1 AND type = ?2 ORDER BY id LIMIT 1"
        ))?
        .query_row([key, kind], |row| Ok((row.get(0)?, decode::artifact(row, 1)?)))
        .optional()
}

fn file_of_row(
    connection: &Connection,
    row: &Artifact,
    kind: &str,
    key: &str,
) -> Result<Option<StoredFile>> {
    let at_place = connection
        .prepare_cached(&format!(
            "SELECT {FILE_COLUMNS} WHERE f.root_key = ?1 ORDER BY f.path LIMIT 1"
        ))?
        .query_row([root_key(&row.path)], StoredFile::of)
        .optional()?;
    if at_place.is_some() {
        return Ok(at_place);
    }
    connection
        .prepare_cached(&format!(
            "SELECT {FILE_COLUMNS} WHERE f.name_key = ?1 AND f.type = ?2 ORDER BY f.path LIMIT 1"
        ))?
        .query_row([key, kind], StoredFile::of)
        .optional()
}

fn file_without_row(connection: &Connection, kind: &str, key: &str) -> Result<Option<StoredFile>> {
    connection
        .prepare_cached(&format!(
            "SELECT {FILE_COLUMNS} WHERE f.name_key = ?1 AND f.type = ?2 AND NOT EXISTS ( \
             SELECT 1 FROM collection_artifacts AS c WHERE c.root_key = f.root_key AND c.root_key <> '') \
             ORDER BY f.path LIMIT 1"
        ))?
        .query_row([key, kind], StoredFile::of)
        .optional()
}

/// Resolves all members with that name: typed ones to their artifact, bare ones if one artifact alone has the name.
fn resolve(connection: &Connection, key: &str) -> Result<()> {
    for table in ["group_artifacts", "user_ratings", "composite_memberships"] {
        connection
            .prepare_cached(&format!(
                "UPDATE {table} SET artifact_id = CASE WHEN member_type IS NULL \
                 THEN (SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM artifacts WHERE name_key = member_key) \
                 ELSE (SELECT id FROM artifacts WHERE name_key = member_key AND type = member_type) END \
                 WHERE member_key = ?1"
            ))?
            .execute([key])?;
    }
    Ok(())
}
