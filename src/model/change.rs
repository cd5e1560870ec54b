//! Changes: what an edit did, in the words of `--json` and of commit messages.

use std::fmt;

use super::edit::Edit;
use super::row::{Row, RowKey, Table};
use super::value::{Field, Value};

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The row is new.
    Create,
    /// A field got another value.
    Edit,
    /// The row has another key.
    Rename,
    /// The row is gone.
    Delete,
    /// The row or an entry stands in another place.
    Move,
    /// An entry came into a list.
    Add,
    /// An entry went out of a list.
    Remove,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Edit,
        Self::Rename,
        Self::Delete,
        Self::Move,
        Self::Add,
        Self::Remove,
    ];

    /// The word that stands for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Rename => "rename",
            Self::Delete => "delete",
            Self::Move => "move",
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }
}

/// One change of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The table.
    pub table: Table,
    /// The row's key after the change (before it, for a deleted row).
    pub key: RowKey,
    /// What happened.
    pub action: Action,
    /// The field, unless the whole row came or went.
    pub field: Option<Field>,
    /// What was there.
    pub before: Value,
    /// What is there now.
    pub after: Value,
}

impl Change {
    /// Tells what an edit does to the row that it names (`before`, as it was), entry by entry for lists. An edit
    /// that does nothing gives nothing.
    pub fn of(edit: &Edit, before: Option<&Row>) -> Vec<Self> {
        match edit {
            Edit::Insert(row) => vec![Self::whole(row.key(), Action::Create)],
            Edit::Remove(key) => vec![Self::whole(key.clone(), Action::Delete)],
            Edit::Set { key, field, value } => {
                let old = before.map_or(Value::Absent, |row| row.get(*field));
                if old == *value {
                    return Vec::new();
                }
                match (&old, value) {
                    (Value::List(_), _) | (_, Value::List(_)) => entries(
                        key,
                        *field,
                        &old.clone().into_list(),
                        &value.clone().into_list(),
                    ),
                    _ => vec![Self::scalar(key, *field, old, value.clone(), before)],
                }
            }
        }
    }

    fn whole(key: RowKey, action: Action) -> Self {
        let (before, after) = match action {
            Action::Delete => (Value::text(key.in_table()), Value::Absent),
            _ => (Value::Absent, Value::text(key.in_table())),
        };
        Self {
            table: key.table(),
            key,
            action,
            field: None,
            before,
            after,
        }
    }

    fn scalar(key: &RowKey, field: Field, old: Value, new: Value, row: Option<&Row>) -> Self {
        let mut after = row.cloned();
        if let Some(row) = &mut after {
            row.set(field, new.clone());
        }
        let new_key = after.map_or_else(|| key.clone(), |row| row.key());
        let action = match field {
            Field::Position => Action::Move,
            _ if new_key != *key => Action::Rename,
            _ => Action::Edit,
        };
        Self {
            table: key.table(),
            key: new_key,
            action,
            field: Some(field),
            before: old,
            after: new,
        }
    }
}

fn entries(key: &RowKey, field: Field, old: &[String], new: &[String]) -> Vec<Change> {
    let change = |action, before: Value, after: Value| Change {
        table: key.table(),
        key: key.clone(),
        action,
        field: Some(field),
        before,
        after,
    };
    let gone = old.iter().filter(|entry| !new.contains(entry));
    let came = new.iter().filter(|entry| !old.contains(entry));
    let changes: Vec<Change> = gone
        .map(|entry| change(Action::Remove, Value::text(entry), Value::Absent))
        .chain(came.map(|entry| change(Action::Add, Value::Absent, Value::text(entry))))
        .collect();
    if changes.is_empty() {
        return vec![change(
            Action::Move,
            Value::list(old.to_vec()),
            Value::list(new.to_vec()),
        )];
    }
    changes
}

impl fmt::Display for Change {
    /// One line for a commit's body: `group "Auth": add member skill:jwt`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, key) = (self.word(), self.key.in_table());
        write!(formatter, "{word} {key:?}: {}", self.action.as_str())?;
        let Some(field) = self.field else {
            return Ok(());
        };
        write!(formatter, " {field}")?;
        match (self.action, &self.before, &self.after) {
            (Action::Add, _, Value::Text(entry)) | (Action::Remove, Value::Text(entry), _) => {
                write!(formatter, " {entry}")
            }
            (_, Value::List(_), _) | (_, _, Value::List(_)) => Ok(()),
            (_, before, after) => write!(formatter, " {} -> {}", Shown(before), Shown(after)),
        }
    }
}

impl Change {
    /// The word for a row of the table: `group`, `tag`, `artifact`, `rating`, `composite`, `header`.
    pub fn word(&self) -> &'static str {
        match self.table {
            Table::Header => "header",
            Table::TagDefinitions => "tag",
            Table::Groups => "group",
            Table::Artifacts => "artifact",
            Table::Ratings => "rating",
            Table::Composites => "composite",
        }
    }
}

struct Shown<'a>(&'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Absent => formatter.write_str("\"\""),
            Value::Text(text) => write!(formatter, "{text:?}"),
            Value::Integer(number) => write!(formatter, "{number}"),
            Value::List(items) => write!(formatter, "{items:?}"),
        }
    }
}
