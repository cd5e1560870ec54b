//! Edits: what is to be done to a manifest, row by row.

use super::row::{Row, RowKey, Table};
use super::value::{Field, Value};

/// One edit of one row. A list of edits is applied in its order; later ones see what earlier ones did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "few edits live at once, and a box would stand in the way of every reader"
)]
pub enum Edit {
    /// Adds a row at the end of its table.
    Insert(Row),
    /// Sets one field of the row with this key; [`Value::Absent`] unsets it. Setting a field of the key renames the
    /// row: later edits name it by the new key. In a list only the entries that differ are touched.
    Set {
        /// The row.
        key: RowKey,
        /// Its field.
        field: Field,
        /// What it is to hold.
        value: Value,
    },
    /// Removes the row with this key.
    Remove(RowKey),
}

impl Edit {
    /// The table that is edited.
    pub fn table(&self) -> Table {
        match self {
            Self::Insert(row) => row.key().table(),
            Self::Set { key, .. } | Self::Remove(key) => key.table(),
        }
    }
}
