//! Tag definitions.

use super::slug::Slug;
use super::value::{Field, Value};

/// A row of `[[tag_definitions]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDefinition {
    /// The name that people read.
    pub name: String,
    /// The key.
    pub slug: Slug,
    /// The colour as it is written; `""` when unset.
    pub color: String,
    /// What the tag means; `""` when unset.
    pub description: String,
}

impl TagDefinition {
    /// What a field of this row holds.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Name => Value::text(&self.name),
            Field::Slug => Value::text(self.slug.as_str()),
            Field::Color => Value::text(&self.color),
            Field::Description => Value::text(&self.description),
            _ => Value::Absent,
        }
    }

    /// Sets a field; fields that a tag definition does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match field {
            Field::Name => self.name = value.into_text(),
            Field::Slug => self.slug = Slug::stored(value.into_text()),
            Field::Color => self.color = value.into_text(),
            Field::Description => self.description = value.into_text(),
            _ => {}
        }
    }
}
