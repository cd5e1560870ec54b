//! Arrays of tables that are not known: rows of a table when a field tells them apart in all three versions, else one
//! value.

use std::collections::HashSet;

use super::tables::{TableText, Tables, array_of, text_of, unknown};
use crate::model::name::Name;
use crate::model::side::{Side, Sides};

/// Fields that may tell rows apart, the best first.
const KEYS: [&str; 3] = ["id", "slug", "name"];

/// Adds the unknown tables whose rows can be told apart.
pub(super) fn add_unknown(tables: &mut Sides<Tables<'_>>) {
    let found = tables.map(|tables| unknown(tables.document));
    let mut names: Vec<String> = Vec::new();
    for side in Side::ALL {
        for table in found.of(side) {
            if !names.contains(&table.name) {
                names.push(table.name.clone());
            }
        }
    }
    for name in names {
        let of_name = |side: Side| found.of(side).iter().find(|table| table.name == name);
        let keyed = KEYS.iter().find_map(|key| {
            let keyed = |side: Side| match of_name(side) {
                Some(table) => with_names(tables.of(side), table, key),
                None => without_rows(tables.of(side), &name),
            };
            Some(Sides {
                base: keyed(Side::Base)?,
                ours: keyed(Side::Ours)?,
                theirs: keyed(Side::Theirs)?,
            })
        });
        let Some(keyed) = keyed else { continue };
        for side in Side::ALL {
            tables.of_mut(side).add(keyed.of(side).clone());
        }
    }
}

/// The table with its rows named by a field; nothing when that does not tell them apart.
fn with_names(tables: &Tables<'_>, table: &TableText, key: &str) -> Option<TableText> {
    let names: Option<Vec<String>> = table
        .places
        .iter()
        .map(|place| {
            Some(
                Name::stored(text_of(tables, place, key)?)
                    .key()
                    .into_owned(),
            )
        })
        .collect();
    let names = names?;
    let distinct: HashSet<&String> = names.iter().collect();
    let all = distinct.len() == names.len() && !names.iter().any(String::is_empty);
    all.then(|| TableText {
        names,
        ..table.clone()
    })
}

/// A table without rows; nothing when something else stands under its key.
fn without_rows(tables: &Tables<'_>, name: &str) -> Option<TableText> {
    let array = array_of(tables.document, name);
    let text = array.clone().map(|array| &tables.document.text()[array]);
    let is_empty = text.is_none_or(|text| text[1..text.len() - 1].trim().is_empty());
    is_empty.then(|| TableText {
        name: name.to_owned(),
        array,
        ..TableText::default()
    })
}
