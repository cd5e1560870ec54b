//! The result of a merge of tables: for each row and field, where it comes from. Text is made of it elsewhere.

use std::ops::Range;

use super::conflict::Conflict;
use super::datum::Datum;
use super::record::FieldPath;
use super::side::{Side, Sides};

/// The result of a merge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// The tables, in the order of the sheets that were merged.
    pub tables: Vec<MergedTable>,
    /// What could not be decided.
    pub conflicts: Vec<Conflict>,
}

/// A merged table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedTable {
    /// The table's key in the manifest.
    pub table: String,
    /// Its rows, in the order in which they are to stand in the file.
    pub rows: Vec<MergedRow>,
    /// Stretches of rows whose order could not be decided and is told by where the rows stand.
    pub disorders: Vec<Disorder>,
}

/// A stretch of rows that both sides put into another order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disorder {
    /// The rows; they stand in our order.
    pub rows: Range<usize>,
    /// The same rows in each version's order.
    pub orders: Sides<Vec<usize>>,
}

/// A row of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedRow {
    /// Which row it is in each version.
    pub rows: Sides<Option<usize>>,
    /// The version whose text it begins with.
    pub start: Side,
    /// Whether it may go.
    pub standing: Standing,
    /// What is to differ from the text that it begins with.
    pub changes: Vec<Change>,
}

/// Whether a row of the result is certain to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Certain,
    /// One side deleted it, and the other can't accept that: it is there on the side that the row begins with.
    Disputed,
}

/// A change of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub path: FieldPath,
    /// What it is to hold.
    pub outcome: Outcome,
}

/// What a field is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// What one version has, as it is written there; nothing when it has nothing.
    Take(Side),
    /// A value of its own.
    Value(Datum),
    /// A list of entries.
    List(Vec<Entry>),
    /// It is not decided: what each version would have it hold.
    Clash {
        /// Which of the conflicts it belongs to.
        conflict: usize,
        /// Each version's outcome.
        versions: Box<Sides<Outcome>>,
    },
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its text.
    pub text: String,
    /// Which entry it is in each version's list.
    pub places: Sides<Option<usize>>,
}
