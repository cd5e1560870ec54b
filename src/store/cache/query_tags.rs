//! Queries about tags.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, Params, Result, Row};

use super::database::Database;
use super::error::CacheError;
use super::join::slug_made_of;
use super::query::numbered_ids;
use crate::model::listing::{Definition, TagSummary};
use crate::model::name::ArtifactId;
use crate::model::slug::{Slug, loses_signs};

impl Database {
    /// All tags, defined or only used, by slug.
    pub fn tags(&self) -> std::result::Result<Vec<TagSummary>, CacheError> {
        self.reading(|connection| tags(connection, "TRUE", []))
    }

    /// All tags, defined or only used, by slug, without the artifacts that carry them: what colours need.
    pub fn tag_names(&self) -> std::result::Result<Vec<TagSummary>, CacheError> {
        self.reading(|connection| {
            let mut tags = defined(connection, "TRUE", [])?;
            let ids = numbered_ids(connection)?;
            let undefined = "slug NOT IN (SELECT slug FROM tags)";
            for (slug, uses) in uses(connection, undefined, [], &ids)? {
                let tag = only_used(&slug, &uses);
                tags.insert(slug, tag);
            }
            Ok(tags.into_values().collect())
        })
    }

    /// The tag of that slug, defined or only used.
    pub fn tag(&self, slug: &Slug) -> std::result::Result<Option<TagSummary>, CacheError> {
        self.reading(|connection| Ok(tags(connection, "slug = ?1", [slug.as_str()])?.pop()))
    }

    /// The tag that a text means: the definition of that exact name, else of that slug; else a tag in use with that
    /// slug; else the tag, defined or in use, of the slug made of the text, unless that drops a sign.
    pub fn resolve_tag(&self, text: &str) -> std::result::Result<Option<Slug>, CacheError> {
        self.reading(|connection| {
            let find = |sql: &str, word: &str| -> Result<Option<Slug>> {
                let slug = connection
                    .prepare_cached(sql)?
                    .query_row([word], |row| row.get::<_, String>(0));
                Ok(slug.optional()?.map(Slug::stored))
            };
            let by_slug = "SELECT slug FROM tags WHERE slug = ?1 UNION ALL \
                           SELECT slug FROM artifact_tags WHERE slug = ?1 LIMIT 1";
            if let Some(slug) = find(
                "SELECT slug FROM tags WHERE name = ?1 ORDER BY id LIMIT 1",
                text,
            )? {
                return Ok(Some(slug));
            }
            match find(by_slug, text)? {
                Some(slug) => Ok(Some(slug)),
                None if loses_signs(text) => Ok(None),
                None => find(by_slug, slug_made_of(text).as_str()),
            }
        })
    }
}

fn tags(
    connection: &Connection,
    condition: &str,
    parameters: impl Params + Copy,
) -> Result<Vec<TagSummary>> {
    let mut tags = defined(connection, condition, parameters)?;
    let ids = numbered_ids(connection)?;
    for (slug, uses) in uses(connection, condition, parameters, &ids)? {
        let tag = tags
            .entry(slug)
            .or_insert_with_key(|slug| only_used(slug, &uses));
        tag.artifacts = uses.iter().map(|one| ids[one.artifact].1.clone()).collect();
        tag.artifacts.sort();
        tag.artifacts.dedup();
    }
    Ok(tags.into_values().collect())
}

fn defined(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
) -> Result<BTreeMap<String, TagSummary>> {
    let mut tags: BTreeMap<String, TagSummary> = BTreeMap::new();
    let mut defined = connection.prepare_cached(&format!(
        "SELECT slug, name, color, description FROM tags WHERE {condition} ORDER BY id"
    ))?;
    for tag in defined.query_map(parameters, defined_tag)? {
        let tag = tag?;
        tags.entry(tag.slug.to_string()).or_insert(tag);
    }
    Ok(tags)
}

fn defined_tag(row: &Row) -> Result<TagSummary> {
    Ok(TagSummary {
        slug: Slug::stored(row.get::<_, String>(0)?),
        name: row.get(1)?,
        color: row.get(2)?,
        description: row.get(3)?,
        definition: Definition::Defined,
        artifacts: Vec::new(),
    })
}

fn only_used(slug: &str, uses: &[Use]) -> TagSummary {
    TagSummary {
        slug: Slug::stored(slug),
        name: uses
            .iter()
            .min()
            .map(|first| first.text.clone())
            .unwrap_or_default(),
        color: String::new(),
        description: String::new(),
        definition: Definition::OnlyUsed,
        artifacts: Vec::new(),
    }
}

/// A tag on an artifact; the first by this order is the first in the collection.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    /// The artifact's place in the collection.
    artifact: usize,
    /// 0 for the manifest, 1 for the file.
    source: i64,
    place: i64,
    text: String,
}

fn uses(
    connection: &Connection,
    condition: &str,
    parameters: impl Params,
    ids: &[(i64, ArtifactId)],
) -> Result<HashMap<String, Vec<Use>>> {
    let places: HashMap<i64, usize> = ids
        .iter()
        .enumerate()
        .map(|(place, (number, _))| (*number, place))
        .collect();
    let mut uses: HashMap<String, Vec<Use>> = HashMap::new();
    let mut select = connection.prepare_cached(&format!(
        "SELECT artifact_id, slug, source = 'file', place, text FROM artifact_tags WHERE {condition}"
    ))?;
    let mut rows = select.query(parameters)?;
    while let Some(row) = rows.next()? {
        if let Some(artifact) = places.get(&row.get(0)?) {
            let one = Use {
                artifact: *artifact,
                source: row.get(2)?,
                place: row.get(3)?,
                text: row.get(4)?,
            };
            let slug = row.get_ref(1)?.as_str()?;
            match uses.get_mut(slug) {
                Some(uses) => uses.push(one),
                None => drop(uses.insert(slug.to_owned(), vec![one])),
            }
        }
    }
    Ok(uses)
}
