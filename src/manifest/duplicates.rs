//! Rows of one key: found, told, and merged where they say the same.

use std::collections::{BTreeMap, HashMap};

use toml_edit::{Item, TableLike, Value as TomlValue};

use super::document::Document;
use super::edit::Editor;
use super::error::ManifestError;
use super::lex::{line_stop, string_end};
use super::rows::Place;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::row::{RowKey, Table};

/// The duplicates that make a manifest invalid, each at its second row.
pub(super) fn errors(document: &Document) -> Vec<Finding> {
    let tables = [Table::TagDefinitions, Table::Groups, Table::Artifacts];
    tables
        .into_iter()
        .flat_map(|table| of_table(document, table, Severity::Error))
        .collect()
}

/// The duplicates that are only odd.
pub(super) fn warnings(document: &Document) -> Vec<Finding> {
    let tables = [Table::Ratings, Table::Composites];
    tables
        .into_iter()
        .flat_map(|table| of_table(document, table, Severity::Warning))
        .collect()
}

fn of_table(document: &Document, table: Table, severity: Severity) -> Vec<Finding> {
    let rows = document.table(table);
    let mut first: HashMap<&RowKey, &Place> = HashMap::with_capacity(rows.keys.len());
    let mut findings = Vec::new();
    for (key, place) in rows.keys.iter().zip(&rows.places) {
        let Some(key) = key else { continue };
        let Some(before) = first.get(key) else {
            first.insert(key, place);
            continue;
        };
        let (one, _) = document.position(document.start_of(before));
        let (two, column) = document.position(document.start_of(place));
        let (code, what) = words(key);
        let message = format!("{what}: lines {one} and {two}");
        findings.push(
            Finding::new(severity, code, message)
                .in_file(MANIFEST)
                .at(two, column),
        );
    }
    findings
}

fn words(key: &RowKey) -> (&'static str, String) {
    match key {
        RowKey::Header => ("duplicate-header", "two headers".to_owned()),
        RowKey::Tag(slug) => (
            "duplicate-tag",
            format!("two tag definitions have the slug {:?}", slug.as_str()),
        ),
        RowKey::Group(name) => (
            "duplicate-group",
            format!("two groups are named {:?}", name.as_str()),
        ),
        RowKey::Artifact(id) => (
            "duplicate-artifact",
            format!(
                "two artifacts of type {} are named {:?}",
                id.kind,
                id.name.as_str()
            ),
        ),
        RowKey::Rating(artifact, by) => (
            "duplicate-rating",
            format!("two ratings of {artifact} are by {by:?}"),
        ),
        RowKey::Composite(name) => (
            "duplicate-composite",
            format!("two composites are named {:?}", name.as_str()),
        ),
    }
}

/// The text with equal rows of one key merged; nothing when there are none.
pub(super) fn merged(document: &Document) -> Result<Option<Vec<u8>>, ManifestError> {
    match document.validate() {
        Err(ManifestError::Invalid { findings })
            if findings.iter().any(|finding| finding.code == "syntax") =>
        {
            return Err(ManifestError::Invalid { findings });
        }
        _ => {}
    }
    let mut editor = Editor::new(document);
    let mut count = 0;
    for table in Table::OF_ROWS {
        let mut surplus = surplus(document, table);
        surplus.sort_unstable();
        count += surplus.len();
        for row in surplus.into_iter().rev() {
            editor.remove_row(table, row)?;
        }
    }
    if count == 0 {
        Ok(None)
    } else {
        editor.finish().map(Some)
    }
}

/// The rows that say nothing that another row of their key does not say.
fn surplus(document: &Document, table: Table) -> Vec<usize> {
    let rows = document.table(table);
    let mut by_key: HashMap<&RowKey, Vec<usize>> = HashMap::new();
    for (index, key) in rows.keys.iter().enumerate() {
        if let Some(key) = key {
            by_key.entry(key).or_default().push(index);
        }
    }
    let mut surplus = Vec::new();
    for indices in by_key.values().filter(|indices| indices.len() > 1) {
        let mut kept: Vec<Content> = Vec::new();
        for index in indices {
            let Some(content) = Content::of(document, *index, &rows.places[*index]) else {
                continue;
            };
            match kept.iter_mut().find(|other| other.fields == content.fields) {
                Some(other) if content.comments_within(other) => surplus.push(*index),
                Some(other) if other.comments_within(&content) => {
                    surplus.push(other.row);
                    *other = content;
                }
                _ => kept.push(content),
            }
        }
    }
    surplus
}

/// What a row says.
struct Content {
    row: usize,
    fields: String,
    comments: Vec<String>,
}

impl Content {
    fn of(document: &Document, row: usize, place: &Place) -> Option<Self> {
        let text = match place {
            Place::Section { main, below } => {
                let mut text = document.piece_text(*main).to_owned();
                for index in below {
                    text.push_str(document.piece_text(*index));
                }
                text
            }
            Place::Inline(range) => format!("row = {}", &document.text()[range.clone()]),
        };
        let parsed = toml_edit::Document::parse(text.as_str()).ok()?;
        let (_, item) = parsed.iter().next()?;
        let fields = match item {
            Item::ArrayOfTables(rows) => canonical_table(rows.get(0)?),
            item => canonical(item),
        };
        Some(Self {
            row,
            fields,
            comments: comments(&text),
        })
    }

    fn comments_within(&self, other: &Self) -> bool {
        self.comments
            .iter()
            .all(|comment| other.comments.contains(comment))
    }
}

fn canonical(item: &Item) -> String {
    match item {
        Item::None => String::new(),
        Item::Value(value) => canonical_value(value),
        Item::Table(table) => canonical_table(table),
        Item::ArrayOfTables(rows) => {
            format!(
                "[{}]",
                rows.iter()
                    .map(|row| canonical_table(row))
                    .collect::<Vec<_>>()
                    .join(",")
            )
        }
    }
}

/// A table's content without order, spacing and what counts as unset.
fn canonical_table(table: &dyn TableLike) -> String {
    let fields: BTreeMap<String, String> = table
        .iter()
        .map(|(key, item)| (format!("{key:?}"), canonical(item)))
        .filter(|(_, value)| !matches!(value.as_str(), "\"\"" | "[]"))
        .collect();
    format!("{fields:?}")
}

fn canonical_value(value: &TomlValue) -> String {
    match value {
        TomlValue::String(text) => format!("{:?}", text.value()),
        TomlValue::Array(items) => format!(
            "[{}]",
            items
                .iter()
                .map(canonical_value)
                .collect::<Vec<_>>()
                .join(",")
        ),
        TomlValue::InlineTable(table) => canonical_table(table),
        other => other.clone().decorated("", "").to_string(),
    }
}

/// The comments of a text that has been scanned before.
fn comments(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'"' | b'\'' => match string_end(bytes, at) {
                Ok(end) => end,
                Err(_) => break,
            },
            b'#' => {
                let end = line_stop(bytes, at);
                comments.push(text[at..end].trim_end().to_owned());
                end
            }
            _ => at + 1,
        };
    }
    comments
}
