//! Whether a manifest is sound as a whole, and all of its rows.

use std::collections::{HashMap, HashSet};

use super::document::{Document, invalid};
use super::error::ManifestError;
use super::scan::Kind;
use super::validity::is_surely_valid;
use super::{duplicates, read};
use crate::model::collection::Collection;
use crate::model::edit::Edit;
use crate::model::row::Table;

impl Document {
    /// Tells whether the whole manifest is valid TOML without duplicate groups, tags or artifacts.
    pub fn validate(&self) -> Result<(), ManifestError> {
        self.validate_where(&|section| self.is_known(section))
    }

    /// The same at the cost of what differs from an older manifest, which must be valid.
    pub fn validate_since(&self, older: &Self) -> Result<(), ManifestError> {
        let known: HashSet<&str> = older.row_texts().map(|(_, text)| text).collect();
        let rows: HashMap<usize, &str> = self.row_texts().collect();
        self.validate_where(&|index| rows.get(&index).is_some_and(|text| known.contains(text)))
    }

    /// The rows that are one section each: its index, and its text up to the next.
    fn row_texts(&self) -> impl Iterator<Item = (usize, &str)> {
        let (text, sections) = (self.text(), self.sections());
        let end = |index: usize| {
            sections
                .get(index + 1)
                .map_or(text.len(), |next| next.start)
        };
        sections
            .iter()
            .enumerate()
            .filter(|(_, section)| matches!(section.kind, Kind::Row(_)))
            .map(move |(index, section)| (index, &text[section.start..end(index)]))
    }

    fn validate_where(&self, known: &dyn Fn(usize) -> bool) -> Result<(), ManifestError> {
        if !is_surely_valid(self.text(), self.sections(), known)
            && let Err(error) = toml_edit::Document::parse(self.text())
        {
            return Err(self.syntax_error(&error, 0, self.text().len()));
        }
        let findings = if self.has_no_double() {
            Vec::new()
        } else {
            duplicates::errors(self)
        };
        if findings.is_empty() {
            Ok(())
        } else {
            Err(invalid(findings))
        }
    }

    /// Whether a section stands in another document, which is valid.
    fn is_known(&self, section: usize) -> bool {
        self.beside()
            .is_some_and(|beside| beside.twins[section].is_some())
    }

    /// Whether no two rows have one key, for sure, by what is known of another document.
    fn has_no_double(&self) -> bool {
        self.beside().is_some_and(|beside| {
            let mut tables = duplicates::TABLES.into_iter();
            tables.all(|table| beside.has_no_double(self, table))
        })
    }

    /// Validates the manifest and reads all of its tables.
    pub fn read(&self) -> Result<Collection, ManifestError> {
        self.validate()?;
        Ok(self.collection())
    }

    /// All tables of a manifest that is valid.
    pub fn collection(&self) -> Collection {
        let mut collection = Collection::empty(self.header());
        for table in Table::OF_ROWS {
            for place in &self.table(table).places {
                let row = self.view(place).and_then(|view| read::row(table, &view));
                if let Some(row) = row {
                    collection.apply(&Edit::Insert(row));
                }
            }
        }
        collection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_an_older_manifest_holds_are_not_looked_at_again() {
        let row = |name: &str| format!("[[groups]]\nname = {name}\n[groups.extra]\nx = 1\n");
        let older = format!(
            "[tool.skillmeat]\nname = \"x\"\n[[groups]]\nname = \"a\"\n{}",
            row("\"c\"")
        );
        let scan = |text: &str| Document::scan(text.as_bytes().to_vec()).expect("scanned");
        let old = scan(&older);
        let since = |text: &str| scan(text).validate_since(&old).is_ok();
        assert!(since(&older));
        assert!(since(&format!("{older}{}", row("\"b\""))));
        assert!(!since(&format!("{older}{}", row("01"))));
        assert!(!since(&format!("{older}{}", row("\"a\""))));
        assert!(!since(&format!("x = 01\n{older}")));
    }
}
