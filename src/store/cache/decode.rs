//! Turns what columns hold back into values of the model.

use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use serde_json::Value;

use super::contents::LayoutCheck;
use crate::model::artifact::Artifact;
use crate::model::artifact_file::FileStamp;
use crate::model::collection::Dialect;
use crate::model::error::ModelError;
use crate::model::finding::{Finding, Severity};
use crate::model::listing::TagSource;
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::model::path::RelativePath;
use crate::model::slug::Slug;

/// Words of findings that a database gives back; a word that is not among them becomes [`OTHER_CODE`].
const CODES: [&str; 7] = [
    "description-missing",
    "header-fenced",
    "header-indented",
    "header-missing",
    "header-not-strict",
    "header-too-large",
    "header-unclosed",
];

/// The code of a stored finding whose own is not known.
const OTHER_CODE: &str = "header";

/// An artifact's id in two neighbouring columns, the type first.
pub(super) fn id(row: &Row, column: usize) -> Result<ArtifactId> {
    let kind = ArtifactType::stored(row.get_ref(column)?.as_str()?);
    Ok(ArtifactId::new(kind, name(row, column + 1)?))
}

pub(super) fn name(row: &Row, column: usize) -> Result<Name> {
    Ok(Name::stored(row.get_ref(column)?.as_str()?))
}

/// The last look at the layout, in two neighbouring columns.
pub(super) fn layout(row: &Row, column: usize) -> Result<Option<LayoutCheck>> {
    let digest: Option<i64> = row.get(column)?;
    let checked: Option<i64> = row.get(column + 1)?;
    Ok(digest
        .zip(checked)
        .map(|(digest, checked)| LayoutCheck { digest, checked }))
}

/// A list that is kept as a JSON array.
pub(super) fn list(row: &Row, column: usize) -> Result<Vec<String>> {
    each(row, column, str::to_owned)
}

/// Slugs that are kept as a JSON array.
pub(super) fn slugs(row: &Row, column: usize) -> Result<Vec<Slug>> {
    each(row, column, |slug| Slug::stored(slug))
}

/// A JSON array of texts, made into something. Nearly none holds a backslash; then its texts stand in it as they are.
fn each<T>(row: &Row, column: usize, made: impl Fn(&str) -> T) -> Result<Vec<T>> {
    let array = row.get_ref(column)?.as_str()?;
    if array == "[]" {
        return Ok(Vec::new());
    }
    let plain = array
        .strip_prefix("[\"")
        .and_then(|rest| rest.strip_suffix("\"]"));
    if let Some(texts) = plain.filter(|texts| !texts.contains('\\')) {
        return Ok(texts.split("\",\"").map(made).collect());
    }
    let texts: Vec<String> = serde_json::from_str(array).map_err(|error| invalid(column, error))?;
    Ok(texts.iter().map(|text| made(text)).collect())
}

pub(super) fn invalid(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// What [`super::encode::recorded`] wrote.
pub(super) fn recorded(row: &Row, column: usize) -> Result<Metadata> {
    let text = row.get_ref(column)?.as_str()?;
    if text.is_empty() {
        return Ok(Metadata::default());
    }
    let object: Value = serde_json::from_str(text).map_err(|error| invalid(column, error))?;
    let word = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let words = |key: &str| {
        let items = object[key].as_array().map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    Ok(Metadata {
        name: word("name"),
        description: word("description"),
        author: word("author"),
        license: word("license"),
        version: word("version"),
        category: word("category"),
        tools: words("tools"),
        tags: words("tags"),
    })
}

/// The columns of `artifact_metadata` from `name` on.
pub(super) fn metadata(row: &Row, first: usize) -> Result<Metadata> {
    Ok(Metadata {
        name: row.get(first)?,
        description: row.get(first + 1)?,
        author: row.get(first + 2)?,
        license: row.get(first + 3)?,
        version: row.get(first + 4)?,
        category: row.get(first + 5)?,
        tools: list(row, first + 6)?,
        tags: list(row, first + 7)?,
    })
}

/// The columns of [`super::rejoin::ROW_COLUMNS`], from `type` on.
pub(super) fn artifact(row: &Row, first: usize) -> Result<Artifact> {
    Ok(Artifact {
        id: id(row, first)?,
        path: row.get(first + 2)?,
        source: row.get(first + 3)?,
        version_spec: row.get(first + 4)?,
        resolved_sha: row.get(first + 5)?,
        resolved_version: row.get(first + 6)?,
        scope: row.get(first + 7)?,
        origin: row.get(first + 8)?,
        upstream: row.get(first + 9)?,
        uuid: row.get(first + 10)?,
        added: row.get(first + 11)?,
        description: row.get(first + 12)?,
        aliases: list(row, first + 13)?,
        tags: list(row, first + 14)?,
        target_platforms: list(row, first + 15)?,
        position: row.get(first + 16)?,
        recorded: recorded(row, first + 17)?,
    })
}

/// Size, modified, changed, inode in neighbouring columns.
pub(super) fn stamp(row: &Row, first: usize) -> Result<FileStamp> {
    Ok(FileStamp {
        size: row.get::<_, i64>(first)?.cast_unsigned(),
        modified: row.get(first + 1)?,
        changed: row.get(first + 2)?,
        inode: row.get::<_, i64>(first + 3)?.cast_unsigned(),
    })
}

/// Severity, code, message, path, line, column in the first columns.
pub(super) fn finding(row: &Row) -> Result<Finding> {
    Ok(Finding {
        severity: severity(row.get_ref(0)?.as_str()?),
        code: code(row.get_ref(1)?.as_str()?),
        message: row.get(2)?,
        path: row.get(3)?,
        line: row.get(4)?,
        column: row.get(5)?,
        clients: &[],
    })
}

fn severity(word: &str) -> Severity {
    [Severity::Error, Severity::Warning]
        .into_iter()
        .find(|severity| severity.as_str() == word)
        .unwrap_or(Severity::Note)
}

fn code(word: &str) -> &'static str {
    CODES
        .into_iter()
        .find(|code| *code == word)
        .unwrap_or(OTHER_CODE)
}

pub(super) fn dialect(word: &str) -> Dialect {
    if word == "skillmeat" {
        Dialect::SkillMeat
    } else {
        Dialect::Native
    }
}

pub(super) fn tag_source(word: &str) -> TagSource {
    if word == "file" {
        TagSource::File
    } else {
        TagSource::Manifest
    }
}

/// A path that stood in the collection.
pub(super) fn path(row: &Row, column: usize) -> Result<RelativePath> {
    row.get_ref(column)?
        .as_str()?
        .parse()
        .map_err(|error: ModelError| invalid(column, error))
}
