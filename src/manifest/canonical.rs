//! Values in a form in which those that say the same are the same text.

use std::collections::BTreeMap;

use toml_edit::{Item, TableLike, Value as TomlValue};

use crate::model::datum::quoted;
use crate::model::record::dotted;

/// An item's content without order, spacing and what counts as unset.
pub(super) fn canonical(item: &Item) -> String {
    match item {
        Item::None => String::new(),
        Item::Value(value) => canonical_value(value),
        Item::Table(table) => canonical_table(table),
        Item::ArrayOfTables(rows) => {
            let rows: Vec<String> = rows.iter().map(|row| canonical_table(row)).collect();
            format!("[{}]", rows.join(", "))
        }
    }
}

/// The content of a whole text; the text itself when it can't be read.
pub(super) fn canonical_text(text: &str) -> String {
    toml_edit::Document::parse(text).map_or_else(
        |_| text.to_owned(),
        |document| canonical_table(document.as_table()),
    )
}

/// A table's content without order, spacing and what counts as unset.
pub(super) fn canonical_table(table: &dyn TableLike) -> String {
    let fields: BTreeMap<&str, String> = table
        .iter()
        .map(|(key, item)| (key, canonical(item)))
        .filter(|(_, value)| !matches!(value.as_str(), "\"\"" | "[]"))
        .collect();
    let pairs: Vec<String> = fields
        .into_iter()
        .map(|(key, value)| format!("{} = {value}", dotted(&[key.to_owned()])))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A value's content without spacing.
pub(super) fn canonical_value(value: &TomlValue) -> String {
    match value {
        TomlValue::String(text) => quoted(text.value()),
        TomlValue::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical_value).collect();
            format!("[{}]", items.join(", "))
        }
        TomlValue::InlineTable(table) => canonical_table(table),
        other => other.clone().decorated("", "").to_string(),
    }
}
