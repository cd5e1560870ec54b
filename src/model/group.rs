//! Groups.

use super::name::{Member, Name};
use super::value::{Field, Value};

/// A row of `[[groups]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The key.
    pub name: Name,
    /// What the group is for; `""` when unset.
    pub description: String,
    /// The colour as it is written; `""` when unset.
    pub color: String,
    /// An icon's name or character; `""` when unset.
    pub icon: String,
    /// Where the group stands among the others; an absent one counts as 0, ties keep the file's order.
    pub position: Option<i64>,
    /// Tags of the group itself, as they are written.
    pub tags: Vec<String>,
    /// The members, in their order.
    pub members: Vec<Member>,
}

impl Group {
    /// A group with a name and nothing else.
    pub fn named(name: Name) -> Self {
        Self {
            name,
            description: String::new(),
            color: String::new(),
            icon: String::new(),
            position: None,
            tags: Vec::new(),
            members: Vec::new(),
        }
    }

    /// What a field of this row holds.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Name => Value::text(self.name.as_str()),
            Field::Description => Value::text(&self.description),
            Field::Color => Value::text(&self.color),
            Field::Icon => Value::text(&self.icon),
            Field::Position => Value::integer(self.position),
            Field::Tags => Value::list(self.tags.clone()),
            Field::Members => Value::list(self.members.iter().map(ToString::to_string).collect()),
            _ => Value::Absent,
        }
    }

    /// Sets a field; fields that a group does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match field {
            Field::Name => self.name = Name::stored(value.into_text()),
            Field::Description => self.description = value.into_text(),
            Field::Color => self.color = value.into_text(),
            Field::Icon => self.icon = value.into_text(),
            Field::Position => self.position = value.as_integer(),
            Field::Tags => self.tags = value.into_list(),
            Field::Members => self.members = members(value),
            _ => {}
        }
    }
}

/// Reads a list of members.
pub(super) fn members(value: Value) -> Vec<Member> {
    value
        .into_list()
        .iter()
        .map(|text| Member::stored(text))
        .collect()
}
