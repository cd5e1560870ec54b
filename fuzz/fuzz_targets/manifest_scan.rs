//! The scanner against `toml_edit`: what is valid, and which rows there are.

#![no_main]

use std::collections::HashSet;

use libfuzzer_sys::fuzz_target;
use skillmeat::manifest::{Document, ManifestError};
use skillmeat::model::edit::Edit;
use skillmeat::model::name::{ArtifactType, Name};
use skillmeat::model::row::{Row, RowKey, Table};
use skillmeat::model::value::{Field, Value};
use toml_edit::{Item, TableLike};

fuzz_target!(|bytes: &[u8]| {
    let text = std::str::from_utf8(bytes).ok();
    let parsed = text.and_then(|text| toml_edit::Document::parse(text).ok());
    let document = Document::scan(bytes.to_vec());
    let Some(parsed) = parsed else {
        let refused = document.and_then(|found| found.validate()).is_err();
        assert!(refused, "taken, but not TOML");
        return;
    };
    let document = document.unwrap_or_else(|error| panic!("TOML, but refused: {error}"));
    let groups = names(parsed.as_table(), "groups");
    let found: Vec<String> = keys(&document, Table::Groups);
    assert_eq!(groups, found);
    let artifacts = artifacts(parsed.as_table());
    assert_eq!(artifacts, keys(&document, Table::Artifacts));
    let twice = |keys: &[String]| {
        let distinct: HashSet<Name> = keys.iter().map(|key| Name::stored(key.as_str())).collect();
        distinct.len() < keys.len()
    };
    let tags: Vec<RowKey> = document.keys(Table::TagDefinitions);
    let tag_twice = tags.iter().collect::<HashSet<_>>().len() < tags.len();
    let duplicate = twice(&groups) || twice(&artifacts) || tag_twice;
    assert_eq!(document.validate().is_err(), duplicate);
    let _ = document.findings();
    if !duplicate {
        edit(&document);
    }
});

fn keys(document: &Document, table: Table) -> Vec<String> {
    document.keys(table).iter().map(RowKey::in_table).collect()
}

fn rows<'t>(root: &'t dyn TableLike, table: &str) -> Vec<&'t dyn TableLike> {
    match root.get(table) {
        Some(Item::ArrayOfTables(rows)) => rows.iter().map(|row| row as &dyn TableLike).collect(),
        Some(Item::Value(value)) => {
            let items = value.as_array().into_iter().flatten();
            items
                .filter_map(|item| item.as_inline_table())
                .map(|row| row as &dyn TableLike)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn text<'t>(row: &'t dyn TableLike, key: &str) -> Option<&'t str> {
    row.get(key)?.as_str()
}

fn names(root: &dyn TableLike, table: &str) -> Vec<String> {
    rows(root, table)
        .into_iter()
        .filter_map(|row| text(row, "name").map(str::to_owned))
        .collect()
}

fn artifacts(root: &dyn TableLike) -> Vec<String> {
    let id = |row: &dyn TableLike| {
        Some(format!(
            "{}:{}",
            ArtifactType::stored(text(row, "type")?),
            text(row, "name")?
        ))
    };
    rows(root, "artifacts").into_iter().filter_map(id).collect()
}

/// Edits never give what can't be read, and say what they were asked to say.
fn edit(document: &Document) {
    let mut edits = Vec::new();
    for key in document
        .keys(Table::Groups)
        .into_iter()
        .chain(document.keys(Table::Artifacts))
        .take(4)
    {
        for (field, value) in [
            (Field::Description, Value::text("new \"text\"")),
            (
                Field::Tags,
                Value::list(vec!["a".to_owned(), "b".to_owned()]),
            ),
            (Field::Members, Value::list(vec!["b".to_owned()])),
            (Field::Position, Value::Absent),
        ] {
            edits.push(Edit::Set {
                key: key.clone(),
                field,
                value,
            });
        }
        edits.push(Edit::Remove(key));
    }
    let new = skillmeat::model::group::Group::named(Name::stored("a new group"));
    edits.push(Edit::Insert(Row::Group(new)));
    edits.push(Edit::Set {
        key: RowKey::Header,
        field: Field::Name,
        value: Value::text("x"),
    });
    for edit in edits {
        let mut expected = document.read().expect("it is valid");
        match document.edited(std::slice::from_ref(&edit)) {
            Ok(bytes) => {
                expected.apply(&edit);
                let read = Document::scan(bytes.clone()).and_then(|after| after.read());
                assert_eq!(
                    read.as_ref(),
                    Ok(&expected),
                    "{edit:?}\n{}",
                    String::from_utf8_lossy(&bytes)
                );
            }
            Err(
                ManifestError::Form { .. }
                | ManifestError::Invalid { .. }
                | ManifestError::TakenKey { .. },
            ) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
