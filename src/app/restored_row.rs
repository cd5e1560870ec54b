//! A manifest with one row as it is in an older one.
//!
//! A row that is there changes in its place; one that is gone is merged in with its comments. What such a row refers to
//! may be gone for good: then it comes back with references that are missing, and that is no conflict.

use crate::manifest::Document;
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

/// The fields of rows that are brought back.
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

/// A manifest with a row as it is in an older one.
///
/// The contents are asked for with the older one as base and theirs.
pub(super) fn with_row(
    now: &Document,
    old: &Document,
    row: &Row,
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    match now.row(&row.key())? {
        Some(current) => put_back(now, old, (&current, row), contents),
        None => bring(now, old, &row.key(), contents),
    }
}

/// Lets a row become what it was, in its place.
fn put_back(
    now: &Document,
    old: &Document,
    (current, row): (&Row, &Row),
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    let key = row.key();
    let edits: Vec<Edit> = FIELDS
        .into_iter()
        .filter(|field| current.get(*field) != row.get(*field))
        .map(|field| set(&key, field, row.get(field)))
        .collect();
    let edited = Document::scan(now.edited(&edits)?)?;
    let place = current.get(Field::Position);
    let mut wanted = row.clone();
    wanted.set(Field::Position, place.clone());
    if edited.row(&key)?.as_ref() == Some(&wanted) {
        return Ok(edited);
    }
    // What no field tells (an artifact's version): merged in, as a change of this row alone.
    let Ok(before) = bring(&without(old, &key)?, &edited, &key, contents) else {
        return Ok(edited);
    };
    let report = merged(before.bytes(), edited.bytes(), old.bytes(), contents);
    if report.count() > 0 {
        return Ok(edited);
    }
    let woven = Document::scan(report.bytes)?;
    Ok(Document::scan(woven.edited(&[set(
        &key,
        Field::Position,
        place,
    )])?)?)
}

/// Merges a row in that is gone.
fn bring(
    now: &Document,
    old: &Document,
    key: &RowKey,
    contents: &dyn Contents,
) -> Result<Document, AppError> {
    let report = merged(
        without(old, key)?.bytes(),
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
            (Some(row), None) if row.key() != *key => Some(Edit::Remove(row.key())),
            _ => None,
        })
        .collect();
    let known = Document::scan(old.edited(&gone)?)?;
    let report = merged(
        without(&known, key)?.bytes(),
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

fn set(key: &RowKey, field: Field, value: Value) -> Edit {
    Edit::Set {
        key: key.clone(),
        field,
        value,
    }
}

fn without(document: &Document, key: &RowKey) -> Result<Document, AppError> {
    Ok(Document::scan(
        document.edited(&[Edit::Remove(key.clone())])?,
    )?)
}

fn merged(base: &[u8], ours: &[u8], theirs: &[u8], contents: &dyn Contents) -> MergeReport {
    merge_manifests(&MergeRequest {
        versions: Sides { base, ours, theirs },
        markers: Markers::unlabelled(),
        resolutions: Vec::new(),
        contents,
    })
}
