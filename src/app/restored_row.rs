//! A manifest with rows as they are in an older one.
//!
//! A row that is there changes in its place; one that is gone is merged in with its comments. What such a row refers to
//! may be gone for good: then it comes back with references that are missing, and that is no conflict.

use crate::manifest::{Document, Said};
use crate::model::contents::Contents;
use crate::model::edit::Edit;
use crate::model::layout::place_of;
use crate::model::markers::Markers;
use crate::model::name::Name;
use crate::model::row::{Row, RowKey};
use crate::model::side::Sides;
use crate::model::slug::Slug;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::merge_manifest::{MergeReport, MergeRequest, merge_manifests};

/// The fields of rows that are brought back, beside their place.
const FIELDS: [Field; 12] = [
    Field::Name,
    Field::Description,
    Field::Color,
    Field::Icon,
    Field::Tags,
    Field::Members,
    Field::Aliases,
    Field::TargetPlatforms,
    Field::Path,
    Field::Source,
    Field::Rating,
    Field::Note,
];

/// Where a row stands that is there and becomes what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Where it stands now.
    Now,
    /// Where it stood then.
    Then,
}

/// A manifest with a row as it is in an older one, in its place.
///
/// The contents are asked for with the older one as base and theirs.
pub(super) fn with_row(
    now: &Document,
    old: &Document,
    row: &Row,
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    let rows = std::slice::from_ref(row);
    with_rows(now, old, (rows, Standing::Now), contents)
}

/// A manifest with rows as they are in an older one.
pub(super) fn with_rows(
    now: &Document,
    old: &Document,
    (rows, standing): (&[Row], Standing),
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    let mut living = Vec::new();
    let mut gone = Vec::new();
    for row in rows {
        match now.row(&row.key())? {
            Some(current) => living.push((current, row)),
            None => gone.push(row.key()),
        }
    }
    let put_back = put_back(now, old, (&living, standing), contents)?;
    let all = if gone.is_empty() {
        put_back
    } else {
        bring(&put_back, old, &gone, contents)?
    };
    match standing {
        Standing::Now => Ok(all),
        Standing::Then => with_positions(all, rows),
    }
}

/// Lets rows become what they were, in their place.
fn put_back(
    now: &Document,
    old: &Document,
    (rows, standing): (&[(Row, &Row)], Standing),
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    let fields = |current: &Row, row: &Row| -> Vec<Edit> {
        let place = Some(Field::Position).filter(|_| standing == Standing::Then);
        FIELDS
            .into_iter()
            .chain(place)
            .filter(|field| current.get(*field) != row.get(*field))
            .map(|field| set(&row.key(), field, row.get(field)))
            .collect()
    };
    let edits: Vec<Edit> = rows
        .iter()
        .flat_map(|(current, row)| fields(current, row))
        .collect();
    let edited = if edits.is_empty() {
        now.clone()
    } else {
        Document::scan(now.edited(&edits)?)?
    };
    let keys: Vec<RowKey> = rows.iter().map(|(_, row)| row.key()).collect();
    let (is, was) = (edited.said_by(&keys), old.said_by(&keys));
    let differs = |index: &usize| !is_same(is[*index].as_ref(), was[*index].as_ref());
    let others: Vec<RowKey> = (0..keys.len())
        .filter(differs)
        .map(|index| keys[index].clone())
        .collect();
    if others.is_empty() {
        return Ok(edited);
    }
    // What no field tells (an artifact's version, unknown keys): merged in, as a change of these rows alone.
    let Ok(before) = bring(&without(old, &others)?, &edited, &others, contents) else {
        return Ok(edited);
    };
    let report = merged(before.bytes(), edited.bytes(), old.bytes(), contents);
    if report.count() > 0 {
        return Ok(edited);
    }
    let woven = Document::scan(report.bytes)?;
    let standing: Vec<Row> = rows.iter().map(|(current, _)| current.clone()).collect();
    with_positions(woven, &standing)
}

/// Whether two versions of a row say the same, wherever they stand.
pub(super) fn is_same(one: Option<&Said>, other: Option<&Said>) -> bool {
    let fields = |said: &Said| -> Said {
        let is_place = |path: &str| path == Field::Position.as_str();
        let fields = said.iter();
        fields
            .filter(|(path, _)| !path.own().is_some_and(is_place))
            .cloned()
            .collect()
    };
    one.map(fields) == other.map(fields)
}

/// A manifest in which rows stand where these do.
fn with_positions(document: Document, rows: &[Row]) -> Result<Document, AppError> {
    let mut edits = Vec::new();
    for row in rows {
        let Some(current) = document.row(&row.key())? else {
            continue;
        };
        let place = row.get(Field::Position);
        if current.get(Field::Position) != place {
            edits.push(set(&row.key(), Field::Position, place));
        }
    }
    if edits.is_empty() {
        return Ok(document);
    }
    Ok(Document::scan(document.edited(&edits)?)?)
}

/// Merges rows in that are gone.
fn bring(
    now: &Document,
    old: &Document,
    keys: &[RowKey],
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    let report = merged(
        without(old, keys)?.bytes(),
        now.bytes(),
        old.bytes(),
        contents,
    );
    if report.count() == 0 {
        return Ok(Document::scan(report.bytes)?);
    }
    let gone: Vec<Edit> = now
        .row_pairs_since(old)?
        .into_iter()
        .filter_map(|pair| match pair {
            (Some(row), None) if !keys.contains(&row.key()) => Some(Edit::Remove(row.key())),
            _ => None,
        })
        .collect();
    let known = Document::scan(old.edited(&gone)?)?;
    let report = merged(
        without(&known, keys)?.bytes(),
        now.bytes(),
        known.bytes(),
        contents,
    );
    if report.count() > 0 {
        return Err(AppError::Clash {
            conflicts: report.conflicts,
            files: Vec::new(),
        });
    }
    Ok(Document::scan(report.bytes)?)
}

/// A manifest in which a row has another name, and that row.
pub(super) fn renamed(old: &Document, row: &Row, name: &Name) -> Result<(Document, Row), AppError> {
    let mut new = row.clone();
    new.set(Field::Name, Value::text(name.as_str()));
    if matches!(row, Row::Tag(_)) {
        let slug = Slug::from_name(name.as_str())?;
        new.set(Field::Slug, Value::text(slug.as_str()));
    }
    if let Row::Artifact(artifact) = row
        && artifact.path.is_empty()
        && let Some(place) = place_of(&artifact.id)
    {
        // Its files come back where they were.
        new.set(Field::Path, Value::text(place.to_string()));
    }
    let mut edits = Vec::new();
    if new.key() != row.key() && old.row(&new.key())?.is_some() {
        edits.push(Edit::Remove(new.key()));
    }
    for field in [Field::Path, Field::Name, Field::Slug] {
        if new.get(field) != row.get(field) {
            edits.push(set(&row.key(), field, new.get(field)));
        }
    }
    Ok((Document::scan(old.edited(&edits)?)?, new))
}

/// A manifest in which a row is called what another one is called, which it became, and that row.
pub(super) fn called(
    old: &Document,
    row: &Row,
    current: &Row,
) -> Result<(Document, Row), AppError> {
    let mut new = row.clone();
    let mut edits = Vec::new();
    if old.row(&current.key())?.is_some() {
        edits.push(Edit::Remove(current.key()));
    }
    for field in [Field::Path, Field::Type, Field::Name, Field::Slug] {
        if new.get(field) != current.get(field) {
            edits.push(set(&new.key(), field, current.get(field)));
            new.set(field, current.get(field));
        }
    }
    Ok((Document::scan(old.edited(&edits)?)?, new))
}

/// An edit of one field.
pub(super) fn set(key: &RowKey, field: Field, value: Value) -> Edit {
    Edit::Set {
        key: key.clone(),
        field,
        value,
    }
}

fn without(document: &Document, keys: &[RowKey]) -> Result<Document, AppError> {
    let edits: Vec<Edit> = keys.iter().cloned().map(Edit::Remove).collect();
    Ok(Document::scan(document.edited(&edits)?)?)
}

fn merged(base: &[u8], ours: &[u8], theirs: &[u8], contents: &dyn Contents) -> MergeReport {
    merge_manifests(&MergeRequest {
        versions: Sides { base, ours, theirs },
        markers: Markers::unlabelled(),
        resolutions: Vec::new(),
        contents,
    })
}
