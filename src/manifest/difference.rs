//! By which rows a manifest differs from an older one, so that a database need not be written anew for one row.

use std::collections::{HashMap, HashSet};

use super::document::Document;
use super::error::ManifestError;
use super::rows::Place;
use crate::model::row::{Row, RowKey, Table};

/// From this number of rows on, writing all of them is less work than writing each alone.
const MOST_ROWS: usize = 200;

/// Rows that differ, each under its key: the row as it is now, or nothing when it is gone.
pub type Differing = Vec<(RowKey, Option<Row>)>;

impl Document {
    /// The rows by which this manifest differs from an older one. Nothing where more than rows differ: the header, or
    /// the order of rows that stayed; and where very many do. Both manifests must be valid.
    pub fn rows_since(&self, older: &Self) -> Result<Option<Differing>, ManifestError> {
        if self.header() != older.header() {
            return Ok(None);
        }
        let mut differing = Differing::new();
        for table in Table::OF_ROWS {
            let Some(keys) = keys_since(self, older, table) else {
                return Ok(None);
            };
            if differing.len() + keys.len() > MOST_ROWS {
                return Ok(None);
            }
            for key in keys {
                let row = self.row(&key)?;
                differing.push((key, row));
            }
        }
        Ok(Some(differing))
    }
}

/// The keys of rows that went, changed or came, in this order of the new ones. Nothing where a row came before one
/// that was there, where those that stayed have another order, or where two rows have one key.
fn keys_since(newer: &Document, older: &Document, table: Table) -> Option<Vec<RowKey>> {
    let (old, new) = (texts(older, table)?, texts(newer, table)?);
    let known: HashMap<&RowKey, &Vec<&str>> = old.iter().map(|(key, text)| (*key, text)).collect();
    let stay: HashSet<&RowKey> = new
        .iter()
        .map(|(key, _)| *key)
        .filter(|key| known.contains_key(key))
        .collect();
    let stayed = old
        .iter()
        .map(|(key, _)| key)
        .filter(|key| stay.contains(*key));
    if !new.iter().take(stay.len()).map(|(key, _)| key).eq(stayed) {
        return None;
    }
    let gone = old.iter().filter(|(key, _)| !stay.contains(key));
    let other = new
        .iter()
        .filter(|(key, text)| known.get(key).is_none_or(|before| *before != text));
    Some(gone.chain(other).map(|(key, _)| (*key).clone()).collect())
}

/// The keys of a table with the text of each row; nothing where two rows have one key.
fn texts(document: &Document, table: Table) -> Option<Vec<(&RowKey, Vec<&str>)>> {
    let rows = document.table(table);
    let mut seen = HashSet::with_capacity(rows.keys.len());
    let mut texts = Vec::with_capacity(rows.keys.len());
    for (key, place) in rows.keys.iter().zip(&rows.places) {
        let Some(key) = key else { continue };
        if !seen.insert(key) {
            return None;
        }
        texts.push((key, text(document, place)));
    }
    Some(texts)
}

fn text<'d>(document: &'d Document, place: &Place) -> Vec<&'d str> {
    match place {
        Place::Section { main, below } => {
            let sections = std::iter::once(main).chain(below);
            sections
                .map(|section| document.section_text(*section).0)
                .collect()
        }
        Place::Inline(range) => vec![&document.text()[range.clone()]],
    }
}
