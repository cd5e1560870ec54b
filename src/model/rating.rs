//! Ratings, and composites: the small tables.

use std::fmt;
use std::str::FromStr;

use super::error::ModelError;
use super::group::members;
use super::name::{Member, Name};
use super::value::{Field, Value};

/// One to five stars, as a command takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stars(u8);

impl Stars {
    /// The number of stars, 1 to 5.
    pub fn get(self) -> i64 {
        i64::from(self.0)
    }
}

impl FromStr for Stars {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        match text.parse() {
            Ok(stars @ 1..=5) => Ok(Self(stars)),
            _ => Err(ModelError::Rating {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Stars {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A row of `[[ratings]]`: one person's opinion of one artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// The artifact that is rated.
    pub artifact: Member,
    /// Who rated it: git's `user.email`.
    pub by: String,
    /// The stars as they are written, 1 to 5 when a command wrote them.
    pub rating: i64,
    /// Why; `""` when unset.
    pub note: String,
}

impl Rating {
    /// What a field of this row holds.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Artifact => Value::text(self.artifact.to_string()),
            Field::By => Value::text(&self.by),
            Field::Rating => Value::Integer(self.rating),
            Field::Note => Value::text(&self.note),
            _ => Value::Absent,
        }
    }

    /// Sets a field; fields that a rating does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match field {
            Field::Artifact => self.artifact = Member::stored(&value.into_text()),
            Field::By => self.by = value.into_text(),
            Field::Rating => self.rating = value.as_integer().unwrap_or_default(),
            Field::Note => self.note = value.into_text(),
            _ => {}
        }
    }
}

/// A row of `[[composites]]`: an artifact made of others, where the files do not already say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composite {
    /// The key.
    pub name: Name,
    /// The parts, in their order.
    pub members: Vec<Member>,
}

impl Composite {
    /// What a field of this row holds.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Name => Value::text(self.name.as_str()),
            Field::Members => Value::list(self.members.iter().map(ToString::to_string).collect()),
            _ => Value::Absent,
        }
    }

    /// Sets a field; fields that a composite does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match field {
            Field::Name => self.name = Name::stored(value.into_text()),
            Field::Members => self.members = members(value),
            _ => {}
        }
    }
}
