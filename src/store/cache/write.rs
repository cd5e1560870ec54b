//! Writes rows: of the manifest, of the files, and of the artifacts that the two make together.

use std::collections::HashMap;

use rusqlite::{Connection, Result, params};

use super::encode;
use super::join::{Definitions, FileView, Joined, NumberedRow, pair_all, root_key};
use super::schema::{INDEXES, SEARCH};
use crate::model::artifact::Artifact;
use crate::model::collection::{Collection, Header};
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::rating::{Composite, Rating};
use crate::model::tag::TagDefinition;

/// Writes the manifest's rows into empty tables without indexes, joined with the files, and makes table and indexes
/// for searching them.
pub(super) fn write_manifest(
    connection: &Connection,
    collection: &Collection,
    files: &[FileView],
) -> Result<()> {
    connection.execute_batch(SEARCH)?;
    write_header(connection, &collection.header)?;
    for tag in &collection.tags {
        write_tag(connection, None, tag)?;
    }
    for artifact in &collection.artifacts {
        write_row(connection, None, artifact)?;
    }
    let resolver = write_artifacts(connection, collection, files)?;
    for group in &collection.groups {
        write_group(connection, None, group, &resolver)?;
    }
    for rating in &collection.ratings {
        write_rating(connection, None, rating, &resolver)?;
    }
    for composite in &collection.composites {
        write_composite(connection, None, composite, &resolver)?;
    }
    connection.execute_batch(INDEXES)
}

fn write_artifacts<'a>(
    connection: &Connection,
    collection: &'a Collection,
    files: &[FileView<'a>],
) -> Result<Resolver<'a>> {
    let rows: Vec<NumberedRow> = (1..).zip(&collection.artifacts).collect();
    let mut definitions = definitions(&collection.tags);
    let mut resolver = Resolver::default();
    for (number, pair) in (1..).zip(pair_all(&rows, files)) {
        if let Some(joined) = pair.join(&mut definitions) {
            write_joined(connection, number, &joined, &definitions)?;
            resolver.add(joined.id, number);
        }
    }
    Ok(resolver)
}

/// The definitions of a manifest.
pub(super) fn definitions(tags: &[TagDefinition]) -> Definitions {
    Definitions::new(tags.iter().map(|tag| (tag.name.clone(), tag.slug.clone())))
}

/// Finds the artifact that a member names.
#[derive(Debug, Default)]
pub(super) struct Resolver<'a> {
    by_id: HashMap<&'a ArtifactId, i64>,
    by_name: HashMap<&'a Name, Option<i64>>,
}

impl<'a> Resolver<'a> {
    fn add(&mut self, id: &'a ArtifactId, number: i64) {
        self.by_id.insert(id, number);
        self.by_name
            .entry(&id.name)
            .and_modify(|one| *one = None)
            .or_insert(Some(number));
    }

    fn resolve(&self, member: &Member) -> Option<i64> {
        match member {
            Member::Typed(id) => self.by_id.get(id).copied(),
            Member::Bare(name) => self.by_name.get(name).copied().flatten(),
        }
    }
}

fn write_header(connection: &Connection, header: &Header) -> Result<()> {
    connection.execute(
        "INSERT INTO collections (id, name, version, dialect) VALUES (1, ?1, ?2, ?3)",
        params![header.name, header.version, encode::dialect(header.dialect)],
    )?;
    Ok(())
}

/// Writes a tag definition in the place of the one with that number, or at the end.
pub(super) fn write_tag(
    connection: &Connection,
    number: Option<i64>,
    tag: &TagDefinition,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO tags (id, slug, name, color, description) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![number, tag.slug.as_str(), tag.name, tag.color, tag.description])?;
    Ok(())
}

/// Writes an artifact's row in the place of the one with that number, or at the end; the join is not touched.
pub(super) fn write_row(
    connection: &Connection,
    number: Option<i64>,
    row: &Artifact,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO collection_artifacts (id, type, name, name_key, path, root_key, source, \
             version_spec, resolved_sha, resolved_version, scope, origin, upstream, uuid, added, description, \
             aliases, tags, target_platforms, position, recorded) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        )?
        .execute(params![
            number,
            row.id.kind.as_str(),
            row.id.name.as_str(),
            row.id.name.key(),
            row.path,
            root_key(&row.path),
            row.source,
            row.version_spec,
            row.resolved_sha,
            row.resolved_version,
            row.scope,
            row.origin,
            row.upstream,
            row.uuid,
            row.added,
            row.description,
            encode::list(&row.aliases),
            encode::list(&row.tags),
            encode::list(&row.target_platforms),
            row.position,
            encode::recorded(&row.recorded),
        ])?;
    Ok(())
}

/// Writes a group in the place of the one with that number, or at the end, with its members.
pub(super) fn write_group(
    connection: &Connection,
    number: Option<i64>,
    group: &Group,
    resolver: &Resolver,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO groups (id, name, name_key, description, color, icon, position, tags) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            number,
            group.name.as_str(),
            group.name.key(),
            group.description,
            group.color,
            group.icon,
            group.position,
            encode::list(&group.tags),
        ])?;
    write_members(
        connection,
        Members::Group(connection.last_insert_rowid()),
        &group.members,
        resolver,
    )
}

/// Writes a composite in the place of the one with that number, or at the end, with its members.
pub(super) fn write_composite(
    connection: &Connection,
    number: Option<i64>,
    composite: &Composite,
    resolver: &Resolver,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO composites (id, name, name_key) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            number,
            composite.name.as_str(),
            composite.name.key()
        ])?;
    write_members(
        connection,
        Members::Composite(connection.last_insert_rowid()),
        &composite.members,
        resolver,
    )
}

/// Whose members are written.
#[derive(Debug, Clone, Copy)]
enum Members {
    Group(i64),
    Composite(i64),
}

fn write_members(
    connection: &Connection,
    of: Members,
    members: &[Member],
    resolver: &Resolver,
) -> Result<()> {
    let (owner, remove, insert) = match of {
        Members::Group(group) => (
            group,
            "DELETE FROM group_artifacts WHERE group_id = ?1",
            "INSERT INTO group_artifacts (group_id, place, member, member_type, member_key, artifact_id) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        ),
        Members::Composite(composite) => (
            composite,
            "DELETE FROM composite_memberships WHERE composite_id = ?1",
            "INSERT INTO composite_memberships (composite_id, place, member, member_type, member_key, artifact_id) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        ),
    };
    connection.prepare_cached(remove)?.execute([owner])?;
    let mut insert = connection.prepare_cached(insert)?;
    for (place, member) in members.iter().enumerate() {
        let (text, kind, key) = encode::member(member);
        insert.execute(params![
            owner,
            encode::place(place),
            text,
            kind,
            key,
            resolver.resolve(member)
        ])?;
    }
    Ok(())
}

/// Writes a rating in the place of the one with that number, or at the end.
pub(super) fn write_rating(
    connection: &Connection,
    number: Option<i64>,
    rating: &Rating,
    resolver: &Resolver,
) -> Result<()> {
    let (text, kind, key) = encode::member(&rating.artifact);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO user_ratings \
             (id, member, member_type, member_key, artifact_id, rated_by, rating, note) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            number,
            text,
            kind,
            key,
            resolver.resolve(&rating.artifact),
            rating.by,
            rating.rating,
            rating.note
        ])?;
    Ok(())
}

/// Writes an artifact under a number that is free, with its tags and its text for searches.
pub(super) fn write_joined(
    connection: &Connection,
    number: i64,
    joined: &Joined,
    definitions: &Definitions,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO artifacts (id, type, name, name_key, row_id, position, description, author, version, \
             source, path, header_path, slugs) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            number,
            joined.id.kind.as_str(),
            joined.id.name.as_str(),
            joined.id.name.key(),
            joined.row_id,
            joined.position,
            joined.description,
            joined.author,
            joined.version,
            joined.source,
            joined.path,
            joined.header_path,
            slugs_of(joined),
        ])?;
    write_tags(connection, number, joined)?;
    connection
        .prepare_cached(
            "INSERT INTO search (rowid, name, aliases, tags, description, author) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            number,
            joined.id.name.as_str(),
            joined.aliases.join(", "),
            tag_text(joined, definitions),
            joined.description,
            joined.author,
        ])?;
    Ok(())
}

fn write_tags(connection: &Connection, number: i64, joined: &Joined) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO artifact_tags (artifact_id, slug, source, place, text) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for tag in &joined.tags {
        let source = encode::tag_source(tag.source);
        insert.execute(params![
            number,
            tag.slug.as_str(),
            source,
            encode::place(tag.place),
            tag.text
        ])?;
    }
    Ok(())
}

/// The slugs of an artifact's tags, sorted, each once.
fn slugs_of(joined: &Joined) -> String {
    let mut slugs: Vec<&str> = joined.tags.iter().map(|tag| tag.slug.as_str()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    encode::list(&slugs)
}

/// Every word by which a tag is known, each once: its text, its slug, the name of its definition.
fn tag_text(joined: &Joined, definitions: &Definitions) -> String {
    let mut words: Vec<&str> = Vec::new();
    for tag in &joined.tags {
        for word in [
            Some(tag.text),
            Some(tag.slug.as_str()),
            definitions.name(&tag.slug),
        ]
        .into_iter()
        .flatten()
        {
            if !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words.join(", ")
}

/// The columns `type` and `name_key` of an id.
pub(super) fn key_of(id: &ArtifactId) -> (String, String) {
    (id.kind.as_str().to_owned(), id.name.key().into_owned())
}
