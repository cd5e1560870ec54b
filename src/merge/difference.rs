//! What differs between two moments of a collection, row by row and field by field.

use std::collections::HashMap;

use crate::model::change::{Action, Change};
use crate::model::collection::Collection;
use crate::model::edit::Edit;
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::{Field, Value};

/// The fields that are told one by one, in the order in which they are told.
const FIELDS: [Field; 15] = [
    Field::Name,
    Field::Description,
    Field::Color,
    Field::Icon,
    Field::Position,
    Field::Tags,
    Field::Members,
    Field::Aliases,
    Field::TargetPlatforms,
    Field::Path,
    Field::Source,
    Field::Version,
    Field::Rating,
    Field::Note,
    Field::Type,
];

/// What happened to the rows from one moment to a later one: in the order of the tables, deleted rows of a table
/// first, then the others in their order.
pub fn changes(before: &Collection, after: &Collection) -> Vec<Change> {
    let mut changes = of_header(before, after);
    for table in Table::OF_ROWS {
        let (old, new) = (before.rows(table), after.rows(table));
        let known: HashMap<RowKey, &Row> = old.iter().map(|row| (row.key(), row)).collect();
        let stays: HashMap<RowKey, &Row> = new.iter().map(|row| (row.key(), row)).collect();
        for row in &old {
            if !stays.contains_key(&row.key()) {
                changes.extend(Change::of(&Edit::Remove(row.key()), Some(row)));
            }
        }
        for row in &new {
            match known.get(&row.key()) {
                Some(before) if *before == row => {}
                Some(before) => changes.extend(of_row(before, row)),
                None => changes.extend(Change::of(&Edit::Insert(row.clone()), None)),
            }
        }
    }
    changes
}

fn of_header(before: &Collection, after: &Collection) -> Vec<Change> {
    [Field::Name, Field::Version]
        .into_iter()
        .map(|field| (field, before.header.get(field), after.header.get(field)))
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change {
            table: Table::Header,
            key: RowKey::Header,
            action: Action::Edit,
            field: Some(field),
            before,
            after,
        })
        .collect()
}

/// What differs between two rows of one key. What no field tells is told of the row.
fn of_row(before: &Row, after: &Row) -> Vec<Change> {
    let key = before.key();
    let changes: Vec<Change> = FIELDS
        .into_iter()
        .filter(|field| before.get(*field) != after.get(*field))
        .flat_map(|field| {
            let set = Edit::Set {
                key: key.clone(),
                field,
                value: after.get(field),
            };
            Change::of(&set, Some(before))
        })
        .collect();
    if changes.is_empty() {
        return vec![Change {
            table: key.table(),
            key,
            action: Action::Edit,
            field: None,
            before: Value::Absent,
            after: Value::Absent,
        }];
    }
    changes
}
