//! Queries about artifacts.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Params, Result, Row};

use super::contents::Counts;
use super::database::Database;
use super::decode;
use super::error::CacheError;
use super::order::{Listed, sort};
use super::query_groups::{group_names, parts};
use super::rejoin::ROW_COLUMNS;
use super::selection::matching;
use crate::model::artifact::Artifact;
use crate::model::collection::Header;
use crate::model::listing::{ArtifactDetail, ArtifactSummary, EffectiveTag, Filter, SortOrder};
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::rating::Rating;
use crate::model::slug::Slug;

impl Database {
    /// The artifacts that match, in that order.
    pub fn artifacts(
        &self,
        filter: &Filter,
        order: SortOrder,
    ) -> std::result::Result<Vec<ArtifactSummary>, CacheError> {
        self.reading(|connection| {
            let scope =
                matching(connection, filter)?.map_or(Scope::All, |numbers| Scope::of(&numbers));
            let mut listed = summaries(connection, &scope)?;
            sort(&mut listed, order);
            Ok(listed.into_iter().map(|listed| listed.summary).collect())
        })
    }

    /// Everything that is known of an artifact.
    pub fn artifact(
        &self,
        id: &ArtifactId,
    ) -> std::result::Result<Option<ArtifactDetail>, CacheError> {
        self.reading(|connection| {
            let number: Option<i64> = connection
                .prepare_cached("SELECT id FROM artifacts WHERE name_key = ?1 AND type = ?2")?
                .query_row([&*id.name.key(), id.kind.as_str()], |row| row.get(0))
                .optional()?;
            number.map_or(Ok(None), |number| detail(connection, number))
        })
    }

    /// The ids of all artifacts, rows and files alike, in the collection's order.
    pub fn artifact_ids(&self) -> std::result::Result<Vec<ArtifactId>, CacheError> {
        self.reading(|connection| {
            Ok(numbered_ids(connection)?
                .into_iter()
                .map(|(_, id)| id)
                .collect())
        })
    }

    /// The ids of all artifacts with that name, in the collection's order.
    pub fn artifacts_named(&self, name: &Name) -> std::result::Result<Vec<ArtifactId>, CacheError> {
        self.reading(|connection| {
            connection
                .prepare_cached(
                    "SELECT type, name FROM artifacts WHERE name_key = ?1 ORDER BY position",
                )?
                .query_map([name.key()], |row| decode::id(row, 0))?
                .collect()
        })
    }

    /// The ids of all artifacts that have that alias, in the manifest's order.
    pub fn artifacts_with_alias(
        &self,
        alias: &str,
    ) -> std::result::Result<Vec<ArtifactId>, CacheError> {
        // A list holds the alias as a JSON string, whole; that it is one of its entries is looked at below.
        let written = serde_json::Value::from(alias).to_string();
        self.reading(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT type, name, aliases, id FROM collection_artifacts \
                 WHERE aliases <> '[]' AND instr(aliases, ?1) > 0",
            )?;
            let rows = select.query_map([written], |row| {
                Ok((
                    row.get::<_, i64>(3)?,
                    decode::id(row, 0)?,
                    decode::list(row, 2)?,
                ))
            })?;
            let mut found = rows.collect::<Result<Vec<_>>>()?;
            found.retain(|(_, _, aliases)| aliases.iter().any(|other| other == alias));
            found.sort_by_key(|(number, ..)| *number);
            Ok(found.into_iter().map(|(_, id, _)| id).collect())
        })
    }

    /// All aliases with the artifacts that they stand for, in the manifest's order.
    pub fn aliases(&self) -> std::result::Result<Vec<(String, ArtifactId)>, CacheError> {
        self.reading(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT type, name, aliases FROM collection_artifacts WHERE aliases <> '[]' ORDER BY id",
            )?;
            let rows = select.query_map([], |row| Ok((decode::id(row, 0)?, decode::list(row, 2)?)))?;
            let mut aliases = Vec::new();
            for row in rows {
                let (id, names) = row?;
                aliases.extend(names.into_iter().map(|name| (name, id.clone())));
            }
            Ok(aliases)
        })
    }

    /// The header of the manifest.
    pub fn header(&self) -> std::result::Result<Header, CacheError> {
        self.reading(|connection| {
            connection.query_row(
                "SELECT name, version, dialect FROM collections",
                [],
                |row| {
                    let dialect = decode::dialect(row.get_ref(2)?.as_str()?);
                    Ok(Header {
                        dialect,
                        name: row.get(0)?,
                        version: row.get(1)?,
                    })
                },
            )
        })
    }

    /// How many artifacts there are.
    pub fn artifact_count(&self) -> std::result::Result<usize, CacheError> {
        self.reading(|connection| {
            let count: i64 =
                connection.query_row("SELECT count(*) FROM artifacts", [], |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or(0))
        })
    }

    /// How many artifacts, groups, tags and ratings there are.
    pub fn counts(&self) -> std::result::Result<Counts, CacheError> {
        self.reading(|connection| {
            let count = |sql: &str| -> Result<usize> {
                let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
                Ok(usize::try_from(count).unwrap_or(0))
            };
            Ok(Counts {
                artifacts: count("SELECT count(*) FROM artifacts")?,
                groups: count("SELECT count(*) FROM groups")?,
                tags: count("SELECT count(*) FROM (SELECT slug FROM tags UNION SELECT slug FROM artifact_tags)")?,
                ratings: count("SELECT count(*) FROM user_ratings")?,
            })
        })
    }
}

/// Which artifacts a query is about.
#[derive(Debug)]
pub(super) enum Scope {
    All,
    /// Their numbers, as a JSON array.
    Numbers(String),
}

impl Scope {
    pub(super) fn of<'a>(numbers: impl IntoIterator<Item = &'a i64>) -> Self {
        let numbers: Vec<String> = numbers.into_iter().map(ToString::to_string).collect();
        Self::Numbers(format!("[{}]", numbers.join(",")))
    }

    /// Runs a query in which `{scope}` stands for the condition that `column` is within the scope.
    fn each(
        &self,
        connection: &Connection,
        sql: &str,
        column: &str,
        mut take: impl FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::All => each(connection, &sql.replace("{scope}", "TRUE"), [], &mut take),
            Self::Numbers(numbers) => {
                let condition = format!("{column} IN (SELECT value FROM json_each(?1))");
                each(
                    connection,
                    &sql.replace("{scope}", &condition),
                    [numbers],
                    &mut take,
                )
            }
        }
    }
}

fn each(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    take: &mut impl FnMut(&Row) -> Result<()>,
) -> Result<()> {
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query(parameters)?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// The artifacts of a scope: a few big queries, joined here.
pub(super) fn summaries(connection: &Connection, scope: &Scope) -> Result<Vec<Listed>> {
    let mut listed = Vec::new();
    let sql = "SELECT id, row_id, position, type, name, description, path, version, source, slugs FROM \
               artifacts WHERE {scope} ORDER BY id";
    scope.each(connection, sql, "id", |row| {
        listed.push(listed_of(row)?);
        Ok(())
    })?;
    let mut places = Places::of(&listed);
    add_groups(connection, scope, &mut listed, &mut places)?;
    add_ratings(connection, scope, &mut listed, &mut places)?;
    Ok(listed)
}

fn listed_of(row: &Row) -> Result<Listed> {
    Ok(Listed {
        number: row.get(0)?,
        row: row.get(1)?,
        position: row.get(2)?,
        summary: ArtifactSummary {
            id: decode::id(row, 3)?,
            description: row.get(5)?,
            path: row.get(6)?,
            tags: decode::slugs(row, 9)?,
            groups: Vec::new(),
            version: row.get(7)?,
            source: row.get(8)?,
            rating: None,
        },
    })
}

/// Where each artifact stands in a list that is in the order of their numbers.
struct Places {
    numbers: Vec<i64>,
    last: usize,
}

impl Places {
    fn of(listed: &[Listed]) -> Self {
        Self {
            numbers: listed.iter().map(|one| one.number).collect(),
            last: 0,
        }
    }

    /// The place of a number; most are asked for one after the other.
    fn find(&mut self, number: i64) -> Option<usize> {
        let near = self.last..self.last + 2;
        let found = near
            .into_iter()
            .find(|place| self.numbers.get(*place) == Some(&number));
        self.last = match found {
            Some(place) => place,
            None => self.numbers.binary_search(&number).ok()?,
        };
        Some(self.last)
    }
}

fn add_groups(
    connection: &Connection,
    scope: &Scope,
    listed: &mut [Listed],
    places: &mut Places,
) -> Result<()> {
    let names = group_names(connection)?;
    let ranks: HashMap<i64, usize> = names
        .iter()
        .enumerate()
        .map(|(rank, (group, _))| (*group, rank))
        .collect();
    let mut memberships = Vec::new();
    let sql = "SELECT artifact_id, group_id FROM group_artifacts WHERE artifact_id IS NOT NULL AND {scope}";
    scope.each(connection, sql, "artifact_id", |row| {
        if let (Some(place), Some(rank)) = (places.find(row.get(0)?), ranks.get(&row.get(1)?)) {
            memberships.push((place, *rank));
        }
        Ok(())
    })?;
    memberships.sort_unstable();
    memberships.dedup();
    for (place, rank) in memberships {
        listed[place].summary.groups.push(names[rank].1.clone());
    }
    Ok(())
}

fn add_ratings(
    connection: &Connection,
    scope: &Scope,
    listed: &mut [Listed],
    places: &mut Places,
) -> Result<()> {
    let sql = "SELECT artifact_id, avg(rating) FROM user_ratings WHERE artifact_id IS NOT NULL \
               AND rating BETWEEN 1 AND 5 AND {scope} GROUP BY artifact_id";
    scope.each(connection, sql, "artifact_id", |row| {
        if let Some(place) = places.find(row.get(0)?) {
            listed[place].summary.rating = row.get(1)?;
        }
        Ok(())
    })
}

/// All artifacts with their numbers, in the collection's order.
pub(super) fn numbered_ids(connection: &Connection) -> Result<Vec<(i64, ArtifactId)>> {
    let mut found = connection
        .prepare_cached("SELECT id, type, name, row_id, position FROM artifacts")?
        .query_map([], |row| {
            let row_id: Option<i64> = row.get(3)?;
            let place: (bool, i64, Option<i64>) = (row_id.is_none(), row.get(4)?, row_id);
            Ok((place, row.get(0)?, decode::id(row, 1)?))
        })?
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.2.cmp(&other.2)));
    Ok(found
        .into_iter()
        .map(|(_, number, id)| (number, id))
        .collect())
}

fn detail(connection: &Connection, number: i64) -> Result<Option<ArtifactDetail>> {
    let Some(listed) = summaries(connection, &Scope::of([&number]))?.pop() else {
        return Ok(None);
    };
    let (header_path, metadata) = header_of(connection, number)?;
    let parts = parts(connection, number, &listed.summary.id)?;
    Ok(Some(ArtifactDetail {
        summary: listed.summary,
        row: listed
            .row
            .map(|row| stored_row(connection, row))
            .transpose()?,
        header_path,
        metadata,
        tags: effective_tags(connection, number)?,
        ratings: ratings(connection, number)?,
        parts,
    }))
}

fn header_of(connection: &Connection, number: i64) -> Result<(String, Metadata)> {
    let header = connection
        .prepare_cached(
            "SELECT a.header_path, m.name, m.description, m.author, m.license, m.version, m.category, m.tools, m.tags \
             FROM artifacts AS a JOIN artifact_metadata AS m ON m.path = a.header_path WHERE a.id = ?1",
        )?
        .query_row([number], |row| Ok((row.get(0)?, decode::metadata(row, 1)?)))
        .optional()?;
    Ok(header.unwrap_or_default())
}

fn stored_row(connection: &Connection, number: i64) -> Result<Artifact> {
    connection
        .prepare_cached(&format!(
            "SELECT {ROW_COLUMNS} FROM collection_artifacts WHERE id = ?1"
        ))?
        .query_row([number], |row| decode::artifact(row, 0))
}

/// The manifest's tags first, each in the order of its place; of two that mean the same in one place the first.
fn effective_tags(connection: &Connection, number: i64) -> Result<Vec<EffectiveTag>> {
    let mut seen = HashSet::new();
    let tags: Vec<EffectiveTag> = connection
        .prepare_cached(
            "SELECT slug, text, source FROM artifact_tags WHERE artifact_id = ?1 ORDER BY source = 'file', place",
        )?
        .query_map([number], |row| {
            let source = decode::tag_source(row.get_ref(2)?.as_str()?);
            Ok(EffectiveTag { slug: Slug::stored(row.get::<_, String>(0)?), text: row.get(1)?, source })
        })?
        .collect::<Result<_>>()?;
    Ok(tags
        .into_iter()
        .filter(|tag| seen.insert((tag.slug.clone(), tag.source as u8)))
        .collect())
}

fn ratings(connection: &Connection, number: i64) -> Result<Vec<Rating>> {
    connection
        .prepare_cached("SELECT member, rated_by, rating, note FROM user_ratings WHERE artifact_id = ?1 ORDER BY id")?
        .query_map([number], |row| {
            Ok(Rating {
                artifact: Member::stored(row.get_ref(0)?.as_str()?),
                by: row.get(1)?,
                rating: row.get(2)?,
                note: row.get(3)?,
            })
        })?
        .collect()
}
