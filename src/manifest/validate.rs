//! Whether a manifest is sound as a whole, and all of its rows.

use super::document::{Document, invalid};
use super::error::ManifestError;
use super::validity::is_surely_valid;
use super::{duplicates, read};
use crate::model::collection::Collection;
use crate::model::edit::Edit;
use crate::model::row::Table;

impl Document {
    /// Tells whether the whole manifest is valid TOML without duplicate groups, tags or artifacts.
    pub fn validate(&self) -> Result<(), ManifestError> {
        self.validate_beside(None)
    }

    /// The same at the cost of what differs from an older manifest, which must be valid.
    pub fn validate_since(&self, older: &Self) -> Result<(), ManifestError> {
        self.validate_beside(Some(older))
    }

    fn validate_beside(&self, older: Option<&Self>) -> Result<(), ManifestError> {
        let older = older.map(|older| (older.text(), older.sections()));
        if !is_surely_valid(self.text(), self.sections(), older)
            && let Err(error) = toml_edit::Document::parse(self.text())
        {
            return Err(self.syntax_error(&error, 0, self.text().len()));
        }
        let findings = duplicates::errors(self);
        if findings.is_empty() {
            Ok(())
        } else {
            Err(invalid(findings))
        }
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
