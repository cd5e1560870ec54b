//! All that a row says, whatever form it stands in.

use super::fields::{fields, inline_fields};
use super::tables::Tables;
use crate::manifest::document::Document;
use crate::manifest::rows::Place;
use crate::model::datum::Datum;
use crate::model::record::FieldPath;
use crate::model::row::RowKey;

/// The fields of a row, known or not, by path.
pub type Said = Vec<(FieldPath, Datum)>;

impl Document {
    /// All that each of these rows says, known fields and others; nothing for a row that is not there.
    pub fn said_by(&self, keys: &[RowKey]) -> Vec<Option<Said>> {
        let tables = Tables::known(self);
        let said = |place: &Place| {
            let mut said = match place {
                Place::Inline(range) => inline_fields(&self.text()[range.clone()]),
                Place::Section { .. } => fields(&tables.record(place)?),
            };
            said.sort_by(|one, other| one.0.cmp(&other.0));
            Some(said)
        };
        keys.iter()
            .map(|key| self.place(key).and_then(said))
            .collect()
    }
}
