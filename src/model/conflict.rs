//! Conflicts of a merge, and what is decided of them. Conflicts are values, not errors.

use std::fmt;

use super::datum::Datum;
use super::record::RecordKey;
use super::side::{Side, Sides};

/// The field under which an order is named.
pub const ORDER: &str = "order";

/// Two edits that can't both hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The row; for an order of rows, their table.
    pub key: RecordKey,
    /// The field, or several that belong together, joined by `+`; [`ORDER`] for an order; `""` for the row as a whole.
    pub field: String,
    /// The kind of conflict.
    pub class: Class,
    /// What the three versions say.
    pub versions: Sides<Version>,
}

/// A kind of conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Both sides gave a field another value.
    Field,
    /// One side deleted a row that the other changed.
    DeleteEdit,
    /// Both sides moved things so that no order satisfies both.
    Order,
    /// One side deleted a row to which the other made a new reference.
    Violation,
}

impl Class {
    /// The word that stands for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::DeleteEdit => "delete-edit",
            Self::Order => "order",
            Self::Violation => "violation",
        }
    }
}

/// What one version says where there is a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// The key is not there.
    Absent,
    /// A value.
    Value(Datum),
    /// Several values that belong together, by their keys.
    Values(Vec<(String, Datum)>),
    /// The names of what is in order.
    Order(Vec<String>),
    /// The row is there, as it was in the base.
    Unchanged,
    /// The row is there, and was changed or added.
    Changed,
    /// The row is there, and these rows newly refer to it.
    Referred(Vec<RecordKey>),
    /// The row is not there.
    Deleted,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("(absent)"),
            Self::Value(datum) => datum.fmt(formatter),
            Self::Values(values) => {
                let pairs: Vec<String> = values
                    .iter()
                    .map(|(key, value)| format!("{key} = {value}"))
                    .collect();
                write!(formatter, "{{ {} }}", pairs.join(", "))
            }
            Self::Order(names) => Datum::List(names.clone()).fmt(formatter),
            Self::Unchanged => formatter.write_str("(unchanged)"),
            Self::Changed => formatter.write_str("(changed)"),
            Self::Referred(keys) => {
                let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
                write!(formatter, "(given to {})", keys.join(", "))
            }
            Self::Deleted => formatter.write_str("(deleted)"),
        }
    }
}

impl fmt::Display for Conflict {
    /// One line: `group:Auth color: ours "#111111", theirs "#222222"`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.key)?;
        if !self.field.is_empty() {
            write!(formatter, " {}", self.field)?;
        }
        let Sides { ours, theirs, .. } = &self.versions;
        write!(formatter, ": ours {ours}, theirs {theirs}")
    }
}

/// What is decided of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The row, by its key in any of the three versions or in the result; every row when there is none.
    pub key: Option<RecordKey>,
    /// The field as the conflict names it, or one of those that it joins; every conflict of the row when there is none.
    pub field: Option<String>,
    /// What is chosen.
    pub choice: Choice,
}

/// What is chosen where two edits can't both hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// What one version says. A row that is not there in it is deleted, with the new references to it.
    Version(Side),
    /// A value for one field: a text, a number where the field holds one, entries set apart by commas for a list.
    Value(String),
}

impl Resolution {
    /// Whether it speaks of a conflict of a row with these keys, in this field.
    pub fn speaks_of(&self, keys: &[RecordKey], field: &str) -> bool {
        let of_row = self.key.as_ref().is_none_or(|key| keys.contains(key));
        let of_field = |wanted: &String| {
            wanted == field || field.split('+').any(|part| part == wanted.as_str())
        };
        of_row && self.field.as_ref().is_none_or(of_field)
    }
}
