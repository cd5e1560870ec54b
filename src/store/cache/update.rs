//! Brings the database up to date in one transaction, at the cost of what changed.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::contents::{Rows, Update};
use super::database::Database;
use super::encode;
use super::error::CacheError;
use super::join::FileView;
use super::rejoin::{Affected, StoredFile, stored_files};
use super::schema::CLEAR_MANIFEST;
use super::stamps::{recheck, remove_file, write_file, write_state};
use super::write::{
    Resolver, write_composite, write_group, write_manifest, write_rating, write_row, write_tag,
};
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey, Table};
use crate::model::slug::Slug;
use crate::model::tag::TagDefinition;

impl Database {
    /// Takes in what changed: all of it, or nothing on an error. Afterwards every query answers what it would on a
    /// database made anew.
    pub fn update(&mut self, update: &Update) -> std::result::Result<(), CacheError> {
        self.writing(|connection| {
            let mut affected = Affected::default();
            update_files(connection, update, &mut affected)?;
            match &update.rows {
                Rows::Unchanged => affected.settle(connection)?,
                Rows::Touched(touched) => {
                    touch(connection, touched, &mut affected)?;
                    affected.settle(connection)?;
                }
                Rows::All(collection) => {
                    let files = stored_files(connection)?;
                    let views: Vec<FileView> = files.iter().map(StoredFile::view).collect();
                    connection.execute_batch(CLEAR_MANIFEST)?;
                    write_manifest(connection, collection, &views)?;
                }
            }
            write_state(connection, &update.state)
        })
    }
}

fn update_files(connection: &Connection, update: &Update, affected: &mut Affected) -> Result<()> {
    for path in update.removed {
        known_at(connection, path, affected)?;
        remove_file(connection, path)?;
    }
    for file in update.files {
        known_at(connection, &file.found.path, affected)?;
        affected.artifact(&file.found.id, file.found.path.as_str());
        write_file(connection, file, update.checked)?;
    }
    update
        .rechecked
        .iter()
        .try_for_each(|(path, stamp)| recheck(connection, path, *stamp, update.checked))
}

fn known_at(connection: &Connection, path: &RelativePath, affected: &mut Affected) -> Result<()> {
    let statement =
        connection.prepare_cached("SELECT type, name_key, root_key FROM files WHERE path = ?1")?;
    affected.stored(statement, [path.as_str()])
}

/// Keys mean rows as they were before, so that two rows can swap names; a key that was unknown then may mean a row
/// that an earlier entry made.
pub(super) fn touch(
    connection: &Connection,
    touched: &[(RowKey, Option<Row>)],
    affected: &mut Affected,
) -> Result<()> {
    let numbers: Vec<Option<i64>> = touched
        .iter()
        .map(|(key, _)| number_of(connection, key))
        .collect::<Result<_>>()?;
    let mut gone: HashSet<(Table, i64)> = HashSet::new();
    for ((key, row), number) in touched.iter().zip(numbers) {
        let number = match number {
            Some(number) if !gone.contains(&(key.table(), number)) => Some(number),
            _ => number_of(connection, key)?,
        };
        if let (Some(number), Some(Row::Tag(tag))) = (number, row)
            && means_the_same(connection, number, tag)?
        {
            write_tag(connection, Some(number), tag)?;
            continue;
        }
        if let Some(number) = number {
            leave(connection, key.table(), number, affected)?;
        }
        match (row, number) {
            (Some(row), number) => replace(connection, number, row, affected)?,
            (None, Some(number)) => {
                remove(connection, key.table(), number)?;
                gone.insert((key.table(), number));
            }
            (None, None) => {}
        }
    }
    Ok(())
}

fn number_of(connection: &Connection, key: &RowKey) -> Result<Option<i64>> {
    let find = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| {
        connection
            .prepare_cached(sql)?
            .query_row(parameters, |row| row.get(0))
            .optional()
    };
    match key {
        RowKey::Header => Ok(None),
        RowKey::Tag(slug) => find("SELECT min(id) FROM tags WHERE slug = ?1", &[&slug.as_str()]),
        RowKey::Group(name) => find("SELECT min(id) FROM groups WHERE name_key = ?1", &[&name.key()]),
        RowKey::Artifact(id) => find(
            "SELECT min(id) FROM collection_artifacts WHERE name_key = ?1 AND type = ?2",
            &[&id.name.key(), &id.kind.as_str()],
        ),
        RowKey::Rating(artifact, by) => {
            let (_, kind, key) = encode::member(artifact);
            find(
                "SELECT min(id) FROM user_ratings WHERE member_key = ?1 AND member_type IS ?2 AND rated_by = ?3",
                &[&key, &kind, by],
            )
        }
        RowKey::Composite(name) => find("SELECT min(id) FROM composites WHERE name_key = ?1", &[&name.key()]),
    }
    .map(Option::flatten)
}

/// Whether a definition keeps name and slug, so that no artifact's tag changes its meaning.
fn means_the_same(connection: &Connection, number: i64, tag: &TagDefinition) -> Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM tags WHERE id = ?1 AND name = ?2 AND slug = ?3")?
        .exists(params![number, tag.name, tag.slug.as_str()])
}

/// Notes what depends on a row before it is replaced or removed.
fn leave(
    connection: &Connection,
    table: Table,
    number: i64,
    affected: &mut Affected,
) -> Result<()> {
    match table {
        Table::Artifacts => {
            let statement = connection.prepare_cached(
                "SELECT type, name_key, root_key FROM collection_artifacts WHERE id = ?1",
            )?;
            affected.stored(statement, [number])
        }
        Table::TagDefinitions => {
            let (name, slug): (String, String) = connection
                .prepare_cached("SELECT name, slug FROM tags WHERE id = ?1")?
                .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            affected.tag(connection, &name, &Slug::stored(slug))
        }
        Table::Header | Table::Groups | Table::Ratings | Table::Composites => Ok(()),
    }
}

fn replace(
    connection: &Connection,
    number: Option<i64>,
    row: &Row,
    affected: &mut Affected,
) -> Result<()> {
    let unresolved = Resolver::default();
    match row {
        Row::Tag(tag) => {
            affected.tag(connection, &tag.name, &tag.slug)?;
            write_tag(connection, number, tag)
        }
        Row::Group(group) => {
            affected.members(&group.members);
            write_group(connection, number, group, &unresolved)
        }
        Row::Artifact(artifact) => {
            affected.artifact(&artifact.id, &artifact.path);
            write_row(connection, number, artifact)
        }
        Row::Rating(rating) => {
            affected.members([&rating.artifact]);
            write_rating(connection, number, rating, &unresolved)
        }
        Row::Composite(composite) => {
            affected.members(&composite.members);
            write_composite(connection, number, composite, &unresolved)
        }
    }
}

fn remove(connection: &Connection, table: Table, number: i64) -> Result<()> {
    let statements: &[&str] = match table {
        Table::Header => &[],
        Table::TagDefinitions => &["DELETE FROM tags WHERE id = ?1"],
        Table::Groups => &[
            "DELETE FROM group_artifacts WHERE group_id = ?1",
            "DELETE FROM groups WHERE id = ?1",
        ],
        Table::Artifacts => &["DELETE FROM collection_artifacts WHERE id = ?1"],
        Table::Ratings => &["DELETE FROM user_ratings WHERE id = ?1"],
        Table::Composites => &[
            "DELETE FROM composite_memberships WHERE composite_id = ?1",
            "DELETE FROM composites WHERE id = ?1",
        ],
    };
    for statement in statements {
        connection
            .prepare_cached(statement)?
            .execute(params![number])?;
    }
    Ok(())
}
