//! Rows of one key that say the same, merged into one.

use std::collections::HashMap;

use toml_edit::Item;

use super::canonical::{canonical, canonical_table};
use super::document::Document;
use super::edit::Editor;
use super::error::ManifestError;
use super::lex::{line_stop, string_end};
use super::rows::Place;
use crate::model::row::{RowKey, Table};

impl Document {
    /// The text with rows of one key whose content is equal merged into one; nothing when there are none. Rows of
    /// one key that differ stay.
    pub fn without_duplicates(&self) -> Result<Option<Vec<u8>>, ManifestError> {
        merged(self)
    }
}

fn merged(document: &Document) -> Result<Option<Vec<u8>>, ManifestError> {
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
