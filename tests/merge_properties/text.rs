//! A collection as a manifest, in either dialect.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use skillmeat::model::datum::quoted;

use super::world::{Item, Row, World};
use crate::common::choices::Choices;

/// How a manifest is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// In SkillMeat's dialect.
    pub(super) skillmeat: bool,
    /// Tag definitions in an inline array.
    inline_tags: bool,
    /// The distance of numbers that tell the order; none when the file does.
    pub(super) step: Option<usize>,
    /// With comments.
    pub(super) comments: bool,
}

impl Style {
    /// One in which everything is said.
    pub(super) fn plain() -> Self {
        Self {
            skillmeat: false,
            inline_tags: false,
            step: None,
            comments: false,
        }
    }

    pub(super) fn random(choices: &mut Choices) -> Self {
        Self {
            skillmeat: choices.one_in(2),
            inline_tags: choices.one_in(3),
            step: [None, Some(1), Some(10)][choices.below(3)],
            comments: choices.one_in(2),
        }
    }
}

/// Tables in which numbers may tell the order.
pub(super) const NUMBERED: [&str; 2] = ["groups", "artifacts"];

/// Writes a collection.
pub(super) fn manifest(world: &World, style: Style) -> String {
    let mut text = String::new();
    if style.inline_tags {
        inline_tags(&mut text, world, style);
    }
    let header = if style.skillmeat {
        "[collection]"
    } else {
        "[tool.skillmeat]"
    };
    writeln!(text, "{header}").expect("written");
    for (key, value) in &world.header {
        writeln!(text, "{key} = {}", quoted(value)).expect("written");
    }
    for (table, rows) in &world.tables {
        if *table == "tag_definitions" && style.inline_tags {
            continue;
        }
        let mut rows: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
        let step = style.step.filter(|_| NUMBERED.contains(table));
        if step.is_some() {
            rows.sort_by_key(|(_, row)| row.place);
        }
        for (order, row) in rows {
            section(
                &mut text,
                world,
                style,
                table,
                row,
                step.map(|step| step * order),
            );
        }
    }
    if !world.lint.is_empty() {
        writeln!(text, "\n[lint]").expect("written");
        for (key, value) in &world.lint {
            writeln!(text, "{key} = {}", quoted(value)).expect("written");
        }
    }
    text
}

fn inline_tags(text: &mut String, world: &World, style: Style) {
    text.push_str("tag_definitions = [\n");
    for row in world.rows("tag_definitions") {
        if style.comments && !row.comment.is_empty() {
            writeln!(text, "    # {}", row.comment).expect("written");
        }
        let pairs: Vec<String> = row
            .texts
            .iter()
            .map(|(key, value)| format!("{key} = {}", quoted(value)))
            .collect();
        writeln!(text, "    {{ {} }},", pairs.join(", ")).expect("written");
    }
    text.push_str("]\n\n");
}

fn section(
    text: &mut String,
    world: &World,
    style: Style,
    table: &str,
    row: &Row,
    number: Option<usize>,
) {
    text.push('\n');
    if style.comments && !row.comment.is_empty() {
        writeln!(text, "# {}", row.comment).expect("written");
    }
    writeln!(text, "[[{table}]]").expect("written");
    let keeps = style.skillmeat && table == "groups";
    let mut below = String::new();
    for (key, value) in &row.texts {
        let value = match key.as_str() {
            _ if value.is_empty() && !keeps => continue,
            "rating" => value.clone(),
            _ => quoted(value),
        };
        match key.strip_prefix("metadata.") {
            Some(inner) => writeln!(below, "{inner} = {value}").expect("written"),
            None => writeln!(text, "{key} = {value}").expect("written"),
        }
    }
    if let Some(number) = number {
        writeln!(text, "position = {number}").expect("written");
    }
    for (key, items) in &row.sets {
        let items: Vec<String> = items
            .iter()
            .map(|item| quoted(&written(world, item)))
            .collect();
        match key.as_str() {
            "artifact" => writeln!(text, "artifact = {}", items.concat()),
            "members" if !items.is_empty() => {
                writeln!(
                    text,
                    "members = [
    {},
]",
                    items.join(
                        ",
    "
                    )
                )
            }
            _ if items.is_empty() && !keeps => continue,
            _ => writeln!(text, "{key} = [{}]", items.join(", ")),
        }
        .expect("written");
    }
    if !below.is_empty() {
        write!(text, "\n[{table}.metadata]\n{below}").expect("written");
    }
}

/// How an item is written.
pub(super) fn written(world: &World, item: &Item) -> String {
    match item {
        Item::Word(text) => text.clone(),
        Item::Row(id) => world.keys.get(id).cloned().unwrap_or_else(|| id.clone()),
    }
}

/// What a manifest says, without the order of anything: for each table and row its fields.
pub(super) type Said = BTreeMap<String, BTreeMap<String, String>>;

/// Reads a manifest.
pub(super) fn said(text: &str) -> Said {
    let document: toml_edit::DocumentMut = text
        .parse()
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut said = Said::new();
    for (table, item) in document.iter() {
        let rows: Vec<&dyn toml_edit::TableLike> = match item {
            toml_edit::Item::ArrayOfTables(rows) => rows.iter().map(|row| row as _).collect(),
            toml_edit::Item::Value(value) => {
                let items = value.as_array().into_iter().flatten();
                items
                    .filter_map(|item| item.as_inline_table())
                    .map(|row| row as _)
                    .collect()
            }
            item => {
                let mut fields = BTreeMap::new();
                collect("", item.as_table_like().expect("a table"), &mut fields);
                said.insert(table.to_owned(), fields);
                continue;
            }
        };
        for row in rows {
            let mut fields = BTreeMap::new();
            collect("", row, &mut fields);
            let get = |key: &str| fields.get(key).cloned().unwrap_or_default();
            let key = match table {
                "tag_definitions" => get("slug"),
                "artifacts" => format!("{}:{}", get("type"), get("name")),
                "ratings" => format!("{} {}", get("artifact"), get("by")),
                _ => get("name"),
            };
            let double = said.insert(format!("{table} {key}"), fields);
            assert!(double.is_none(), "two rows {table} {key}\n{text}");
        }
    }
    said
}

fn collect(prefix: &str, table: &dyn toml_edit::TableLike, fields: &mut BTreeMap<String, String>) {
    for (key, item) in table.iter() {
        if let Some(inner) = item.as_table_like() {
            collect(&format!("{key}."), inner, fields);
            continue;
        }
        let value = match item.as_array() {
            Some(items) => {
                let mut items: Vec<&str> = items.iter().filter_map(|item| item.as_str()).collect();
                items.sort_unstable();
                items.join("\n")
            }
            None => item
                .as_str()
                .map_or_else(|| item.to_string().trim().to_owned(), str::to_owned),
        };
        let value = if key == "color" {
            value.to_lowercase()
        } else {
            value
        };
        if !value.is_empty() && key != "position" {
            fields.insert(format!("{prefix}{key}"), value);
        }
    }
}

/// The keys of a table's rows in the order that people see.
pub(super) fn order(text: &str, table: &str) -> Vec<String> {
    let document: toml_edit::DocumentMut = text.parse().expect("TOML");
    let rows = document
        .get(table)
        .and_then(|item| item.as_array_of_tables());
    let mut rows: Vec<(i64, String)> = rows
        .into_iter()
        .flatten()
        .map(|row| {
            let get = |key: &str| {
                row.get(key)
                    .and_then(|value| value.as_str())
                    .unwrap_or_default()
                    .to_owned()
            };
            let number = row
                .get("position")
                .and_then(toml_edit::Item::as_integer)
                .unwrap_or_default();
            let key = match table {
                "artifacts" => format!("{}:{}", get("type"), get("name")),
                _ => get("name"),
            };
            (number, key)
        })
        .collect();
    rows.sort_by_key(|(number, _)| *number);
    rows.into_iter().map(|(_, key)| key).collect()
}

/// The members of a group in their order.
pub(super) fn members(text: &str, group: &str) -> Vec<String> {
    let document: toml_edit::DocumentMut = text.parse().expect("TOML");
    let rows = document
        .get("groups")
        .and_then(|item| item.as_array_of_tables());
    let own = rows
        .into_iter()
        .flatten()
        .find(|row| row.get("name").and_then(|name| name.as_str()) == Some(group));
    let members = own
        .and_then(|row| row.get("members"))
        .and_then(|members| members.as_array());
    let texts = members
        .into_iter()
        .flatten()
        .filter_map(|member| member.as_str());
    texts.map(str::to_owned).collect()
}
