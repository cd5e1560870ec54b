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

/// A row in two manifests: as it was, and as it is.
pub type RowPair = (Option<Row>, Option<Row>);

impl Document {
    /// Every row that differs from an older manifest, in the order of the tables: in each first those that went. Only
    /// these rows are read, however many there are. Both manifests must be valid.
    pub fn row_pairs_since(&self, older: &Self) -> Result<Vec<RowPair>, ManifestError> {
        let mut pairs = Vec::new();
        for table in Table::OF_ROWS {
            let (old, new) = (first_texts(older, table), first_texts(self, table));
            let was: HashMap<&RowKey, &Vec<&str>> =
                old.iter().map(|(key, text)| (*key, text)).collect();
            let is: HashSet<&RowKey> = new.iter().map(|(key, _)| *key).collect();
            for (key, _) in old.iter().filter(|(key, _)| !is.contains(key)) {
                pairs.push((older.row(key)?, None));
            }
            for (key, text) in &new {
                if was.get(key).is_none_or(|before| *before != text) {
                    pairs.push((older.row(key)?, self.row(key)?));
                }
            }
        }
        Ok(pairs)
    }
}

/// The keys of a table with the text of each row; of two rows with one key the first.
fn first_texts(document: &Document, table: Table) -> Vec<(&RowKey, Vec<&str>)> {
    let rows = document.table(table);
    let mut seen = HashSet::with_capacity(rows.keys.len());
    rows.keys
        .iter()
        .zip(&rows.places)
        .filter_map(|(key, place)| {
            let key = key.as_ref()?;
            seen.insert(key).then(|| (key, text(document, place)))
        })
        .collect()
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
