//! By which rows a manifest differs from an older one, so that a database need not be written anew for one row.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::document::Document;
use super::error::ManifestError;
use super::rows::Place;
use super::scan::Kind;
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
    /// these rows are read, however many there are; where one of the two was scanned beside the other, only rows are
    /// looked at that do not stand in both.
    pub fn row_pairs_since(&self, older: &Self) -> Result<Vec<RowPair>, ManifestError> {
        let touched = touched(self, older).or_else(|| touched(older, self));
        let mut pairs = Vec::new();
        for (index, table) in Table::OF_ROWS.into_iter().enumerate() {
            let only = touched.as_ref().map(|touched| &touched[index]);
            if only.is_some_and(HashSet::is_empty) {
                continue;
            }
            let (old, new) = (
                first_texts(older, table, only),
                first_texts(self, table, only),
            );
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

/// For each table the keys of the rows that do not stand in both documents, where one was scanned beside the other.
/// Nothing where it was not, and where rows stand outside of sections.
fn touched<'d>(
    beside: &'d Document,
    known: &'d Document,
) -> Option<[HashSet<&'d RowKey>; Table::OF_ROWS.len()]> {
    let found = beside
        .beside()
        .filter(|found| std::ptr::eq(Arc::as_ptr(&found.known), known))?;
    let twins = &found.twins;
    if twins.first()?.is_none() {
        return None;
    }
    let mut keys: [HashSet<&RowKey>; Table::OF_ROWS.len()] = Default::default();
    let mut is_twin = vec![false; known.sections().len()];
    let (own, others) = (Owners::of(beside), Owners::of(known));
    for (section, twin) in twins.iter().enumerate() {
        let Some(twin) = twin else {
            own.add(section, &mut keys)?;
            continue;
        };
        is_twin[*twin] = true;
        // A sub-table may have come below another row.
        let (owner, other) = (own.owner(section), others.owner(*twin));
        if owner.and_then(|owner| twins[owner]) != other {
            own.add(section, &mut keys)?;
            others.add(*twin, &mut keys)?;
        }
    }
    for section in (0..is_twin.len()).filter(|section| !is_twin[*section]) {
        others.add(section, &mut keys)?;
    }
    Some(keys)
}

/// Which section begins the row that each section is part of.
struct Owners<'d> {
    document: &'d Document,
    owners: Vec<Option<usize>>,
}

impl<'d> Owners<'d> {
    fn of(document: &'d Document) -> Self {
        let mut last = [None; Table::OF_ROWS.len()];
        let sections = document.sections().iter().enumerate();
        let owners = sections.map(|(index, section)| match section.kind {
            Kind::Row(table) => {
                last[table_index(table)] = Some(index);
                Some(index)
            }
            Kind::Below(table) => last[table_index(table)],
            _ => None,
        });
        Self {
            owners: owners.collect(),
            document,
        }
    }

    fn owner(&self, section: usize) -> Option<usize> {
        self.owners[section]
    }

    /// Adds the key of the row that a section is part of, if it is part of one that has a key. Nothing where that row
    /// stands in no section.
    fn add(
        &self,
        section: usize,
        keys: &mut [HashSet<&'d RowKey>; Table::OF_ROWS.len()],
    ) -> Option<()> {
        let (Kind::Row(table) | Kind::Below(table)) = self.document.sections()[section].kind else {
            return Some(());
        };
        let row = self.document.row_of_section(self.owner(section)?)?;
        let key = self.document.table(table).keys.get(row)?;
        keys[table_index(table)].extend(key);
        Some(())
    }
}

fn table_index(table: Table) -> usize {
    let place = Table::OF_ROWS.iter().position(|other| *other == table);
    place.unwrap_or_default()
}

/// The keys of a table with the text of each row; of two rows with one key the first. Only rows of some keys, where
/// these are given.
fn first_texts<'d>(
    document: &'d Document,
    table: Table,
    only: Option<&HashSet<&RowKey>>,
) -> Vec<(&'d RowKey, Vec<&'d str>)> {
    let rows = document.table(table);
    let mut seen = HashSet::new();
    rows.keys
        .iter()
        .zip(&rows.places)
        .filter_map(|(key, place)| {
            let key = key.as_ref()?;
            if only.is_some_and(|only| !only.contains(key)) {
                return None;
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, icon: &str) -> String {
        format!("[[groups]]\nname = \"{name}\"\nicon = \"{icon}\"\n\n")
    }

    fn artifact(name: &str, author: &str) -> String {
        format!(
            "[[artifacts]]\nname = \"{name}\"\ntype = \"skill\"\n\n[artifacts.metadata]\nauthor = \"{author}\"\n\n"
        )
    }

    fn texts() -> Vec<String> {
        let [a, b, c] = ["A", "B", "C"].map(|name| group(name, "x"));
        let [one, two] = ["X", "Y"].map(|name| artifact(name, "mia"));
        let bare = "[[artifacts]]\nname = \"Y\"\ntype = \"skill\"\n\n";
        vec![
            format!("{a}{b}{c}{one}{two}"),
            format!("{a}{}{c}{one}{two}", group("B", "y")),
            format!("{b}{a}{c}{two}{one}"),
            format!("{a}{c}{}{two}", artifact("X", "jo")),
            format!("{a}{b}{b}{one}"),
            format!("{a}{b}{}{a}{one}{two}", group("B", "z")),
            format!("{one}{bare}"),
            // The metadata of X comes below Y.
            one.replace(
                "[artifacts.metadata]",
                &format!("{bare}[artifacts.metadata]"),
            ),
            format!("groups = [{{ name = \"A\" }}]\n{one}"),
            format!("[tool.skillmeat]\nname = \"x\"\n\n{a}{one}[artifacts.other]\nz = 1\n"),
            format!("[artifacts.metadata]\nauthor = \"mia\"\n\n{one}"),
            String::new(),
        ]
    }

    #[test]
    fn rows_differ_beside_another_as_they_differ_alone() {
        let scanned =
            |text: &String| Document::scan(text.clone().into_bytes()).expect("a manifest");
        for older in &texts() {
            for newer in &texts() {
                let alone = scanned(newer)
                    .row_pairs_since(&scanned(older))
                    .expect("pairs");
                let known = Arc::new(scanned(older));
                let beside = Document::scan_beside(newer.clone().into_bytes(), &known);
                let beside = beside.expect("a manifest");
                assert_eq!(
                    beside.row_pairs_since(&known).expect("pairs"),
                    alone,
                    "{older}---\n{newer}"
                );
                let known = Arc::new(scanned(newer));
                let beside = Document::scan_beside(older.clone().into_bytes(), &known);
                let beside = beside.expect("a manifest");
                assert_eq!(
                    known.row_pairs_since(&beside).expect("pairs"),
                    alone,
                    "{older}---\n{newer}"
                );
            }
        }
    }
}
