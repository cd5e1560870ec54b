//! Entries of a header → the metadata they stand for.

use std::collections::HashSet;

use crate::model::metadata::Metadata;

use super::places::{Item, tag_entries, tags, tools};
use super::value::{Entry, Kind, Value, find};

/// The metadata that a header's entries hold; texts are single lines, trimmed.
pub(super) fn of(source: &str, entries: &[Entry]) -> Metadata {
    let inner = match find(entries, "metadata").map(|entry| &entry.value.kind) {
        Some(Kind::Table(inner)) => inner.as_slice(),
        _ => &[],
    };
    let text = |entries: &[Entry], key: &str| {
        find(entries, key).map_or_else(String::new, |entry| text_of(source, &entry.value))
    };
    let first = |texts: [String; 3]| {
        texts
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    };
    let person = |entries: &[Entry], key: &str| {
        find(entries, key).map_or_else(String::new, |entry| people(source, &entry.value))
    };
    Metadata {
        name: text(entries, "name"),
        description: text(entries, "description"),
        author: first([
            person(entries, "author"),
            person(entries, "authors"),
            person(inner, "author"),
        ]),
        license: first([
            text(entries, "license"),
            text(entries, "licence"),
            text(inner, "license"),
        ]),
        version: first([
            text(entries, "version"),
            text(inner, "version"),
            String::new(),
        ]),
        category: text(entries, "category"),
        tools: each_once(tool_items(source, entries)),
        tags: each_once(tag_entries(entries).flat_map(|entry| tags(source, &entry.value))),
    }
}

fn tool_items<'a>(source: &'a str, entries: &'a [Entry]) -> impl Iterator<Item = Item> + 'a {
    let keys = ["allowed-tools", "allowed_tools", "tools"];
    keys.into_iter()
        .filter_map(|key| find(entries, key))
        .flat_map(|entry| tools(source, &entry.value))
}

fn each_once(items: impl Iterator<Item = Item>) -> Vec<String> {
    let mut seen = HashSet::new();
    items
        .map(|item| item.text)
        .filter(|text| seen.insert(text.clone()))
        .collect()
}

/// A value as one line; a list or table as it is written.
fn text_of(source: &str, value: &Value) -> String {
    match &value.kind {
        Kind::Text(text, _) => one_line(text),
        Kind::List(_) | Kind::Table(_) => {
            one_line(source.get(value.span.clone()).unwrap_or_default())
        }
    }
}

/// The lines of a text joined by spaces; spaces inside a line stay.
fn one_line(text: &str) -> String {
    let text = text.trim();
    if !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}

/// A person or several: texts, or tables with a `name`.
fn people(source: &str, value: &Value) -> String {
    match &value.kind {
        Kind::List(people) => {
            let names = people
                .iter()
                .map(|person| person_name(source, person))
                .filter(|name| !name.is_empty());
            names.collect::<Vec<_>>().join(", ")
        }
        Kind::Text(..) | Kind::Table(_) => person_name(source, value),
    }
}

fn person_name(source: &str, value: &Value) -> String {
    match &value.kind {
        Kind::Table(entries) => {
            find(entries, "name").map_or_else(String::new, |entry| text_of(source, &entry.value))
        }
        Kind::Text(..) | Kind::List(_) => text_of(source, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontmatter::strict;

    fn metadata(source: &str) -> Metadata {
        of(source, &strict::parse(source, 0..source.len()).unwrap())
    }

    #[test]
    fn every_field_is_read() {
        let source = "name: deploy\ndescription: Puts it online.\nauthor: mia\nlicense: MIT\nversion: 1.10\ncategory: release\nallowed-tools: Read, Bash\ntags: [a]\n";
        let expected = Metadata {
            name: "deploy".to_owned(),
            description: "Puts it online.".to_owned(),
            author: "mia".to_owned(),
            license: "MIT".to_owned(),
            version: "1.10".to_owned(),
            category: "release".to_owned(),
            tools: vec!["Read".to_owned(), "Bash".to_owned()],
            tags: vec!["a".to_owned()],
        };
        assert_eq!(metadata(source), expected);
    }

    #[test]
    fn block_texts_are_joined_and_trimmed() {
        assert_eq!(
            metadata("description: >-\n  Puts it\n  online.\n\n  Soon.\n").description,
            "Puts it online. Soon."
        );
        assert_eq!(
            metadata("description: |\n  Puts it\n    online.\n\n").description,
            "Puts it online."
        );
        assert_eq!(
            metadata("description: \" Puts it\\nonline. \"\n").description,
            "Puts it online."
        );
    }

    #[test]
    fn lists_and_tables_where_a_text_belongs_are_shown_as_written() {
        assert_eq!(
            metadata("description: [WIP, soon]\n").description,
            "[WIP, soon]"
        );
        assert_eq!(
            metadata("description: {{ text }}\n").description,
            "{{ text }}"
        );
    }

    #[test]
    fn authors_come_in_three_forms() {
        assert_eq!(metadata("author: mia\n").author, "mia");
        assert_eq!(metadata("author: [mia, jo]\n").author, "mia, jo");
        assert_eq!(metadata("author: {name: mia, url: x}\n").author, "mia");
        assert_eq!(metadata("authors:\n- name: mia\n- jo\n").author, "mia, jo");
        assert_eq!(metadata("metadata:\n  author: jo\n").author, "jo");
    }

    #[test]
    fn the_header_wins_over_its_metadata_table() {
        assert_eq!(metadata("metadata:\n  version: 2.0\n").version, "2.0");
        assert_eq!(
            metadata("version: 1.0\nmetadata:\n  version: 2.0\n").version,
            "1.0"
        );
        assert_eq!(
            metadata("version: ~\nmetadata:\n  version: '2.0'\n").version,
            "2.0"
        );
    }

    #[test]
    fn tags_come_from_three_places_each_once() {
        let source = "keywords: b, c\ntags: [b, a]\nmetadata:\n  tags: [d, a]\n";
        assert_eq!(metadata(source).tags, ["b", "a", "c", "d"]);
    }

    #[test]
    fn tools_come_from_three_keys() {
        assert_eq!(
            metadata("allowed_tools: [Read]\ntools: Edit, Read\n").tools,
            ["Read", "Edit"]
        );
    }
}
