//! What must hold for any manifest and any edit.

use std::collections::HashMap;

use proptest::prelude::*;

use super::random::{Choices, edit, manifest};
use super::*;
use crate::manifest::rows::Place;
use crate::model::collection::Collection;
use crate::model::row::{Row, RowKey, Table};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// The text after an edit reads as the model says, and no byte outside of the row is touched.
    #[test]
    fn edits_do_what_the_model_says_and_nothing_else(seed in any::<u64>(), size in 0_usize..5) {
        let mut text = manifest(seed, size);
        let mut choices = Choices::new(seed ^ 1);
        for _ in 0..6 {
            let before = Document::scan(text.clone().into_bytes()).unwrap();
            let mut collection = before.read().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            let Some(edit) = edit(&collection, &mut choices) else { continue };
            let result = match before.edited(std::slice::from_ref(&edit)) {
                Ok(result) => result,
                Err(ManifestError::Form { .. }) if is_wrong_type(&before, &edit) => continue,
                Err(error) => return Err(TestCaseError::fail(format!("{error}\n{edit:?}\n{text}"))),
            };
            let after_text = String::from_utf8(result.clone()).unwrap();
            let context = || format!("{edit:?}\n--- before\n{text}\n--- after\n{after_text}");
            let after = Document::scan(result).map_err(|error| TestCaseError::fail(format!("{error}\n{}", context())))?;
            collection.apply(&edit);
            let read = after.read().map_err(|error| TestCaseError::fail(format!("{error}\n{}", context())))?;
            prop_assert_eq!(&read, &collection, "{}", context());
            prop_assert!(untouched(&before, &after, &edit), "{}", context());
            prop_assert!(keeps_newlines(&text, &after_text), "{}", context());
            text = after_text;
        }
    }

    /// Many edits at once give what they give one by one.
    #[test]
    fn a_batch_is_the_same_as_its_edits(seed in any::<u64>(), size in 0_usize..4) {
        let text = manifest(seed, size);
        let document = Document::scan(text.clone().into_bytes()).unwrap();
        let mut collection = document.read().unwrap();
        let mut choices = Choices::new(seed ^ 2);
        let mut edits = Vec::new();
        let mut single = text.clone().into_bytes();
        for _ in 0..8 {
            let Some(edit) = edit(&collection, &mut choices) else { continue };
            let document = Document::scan(single.clone()).unwrap();
            let Ok(next) = document.edited(std::slice::from_ref(&edit)) else { continue };
            collection.apply(&edit);
            single = next;
            edits.push(edit);
        }
        let batch = document.edited(&edits).unwrap();
        let read = Document::scan(batch.clone()).unwrap().read();
        prop_assert_eq!(read.as_ref(), Ok(&collection), "{}", String::from_utf8_lossy(&batch));
        prop_assert_eq!(statements(&batch), statements(&single), "{:?}\n{}", edits, text);
    }

    /// What differs from an older manifest, done to its rows, gives those of the newer one.
    #[test]
    fn what_differs_is_all_that_differs(seed in any::<u64>(), size in 0_usize..5, count in 1_usize..6) {
        let mut text = manifest(seed, size).into_bytes();
        let older = Document::scan(text.clone()).unwrap();
        let mut collection = older.read().unwrap();
        let mut choices = Choices::new(seed ^ 3);
        for _ in 0..count {
            let before = Document::scan(text.clone()).unwrap();
            let Some(edit) = edit(&before.read().unwrap(), &mut choices) else { continue };
            let Ok(next) = before.edited(std::slice::from_ref(&edit)) else { continue };
            text = next;
        }
        let newer = Document::scan(text).unwrap();
        let expected = newer.read().unwrap();
        let Some(rows) = newer.rows_since(&older).unwrap() else { return Ok(()) };
        for (key, row) in rows {
            match (collection.row(&key), row) {
                (Some(_), None) => collection.apply(&Edit::Remove(key)),
                (None, Some(row)) => collection.apply(&Edit::Insert(row)),
                (Some(_), Some(row)) => replace(&mut collection, row),
                (None, None) => prop_assert!(false, "{key} is in neither"),
            }
        }
        prop_assert_eq!(collection, expected);
    }

    /// A row is read alone as it is read with all others.
    #[test]
    fn a_row_alone_reads_the_same(seed in any::<u64>(), size in 0_usize..5) {
        let document = Document::scan(manifest(seed, size).into_bytes()).unwrap();
        let collection = document.read().unwrap();
        for table in Table::OF_ROWS {
            let keys = document.keys(table);
            prop_assert_eq!(keys.len(), collection.count(table));
            for key in keys {
                prop_assert_eq!(document.row(&key).unwrap(), collection.row(&key));
            }
        }
        let _ = document.findings();
    }

    /// No text makes the scanner panic, and what it refuses is not TOML.
    #[test]
    fn any_text_is_taken_or_refused(text in "[\\[\\]{}\"'#=,.a \n\r\\\\é-]{0,40}") {
        let document = Document::scan(text.clone().into_bytes());
        let sound = toml_edit::Document::parse(text.as_str()).is_ok();
        match document {
            Ok(document) => prop_assert_eq!(document.validate().is_ok(), sound),
            Err(_) => prop_assert!(!sound, "{}", text),
        }
    }
}

fn replace(collection: &mut Collection, row: Row) {
    fn put<T>(rows: &mut [T], row: T, is_it: impl Fn(&T) -> bool) {
        *rows.iter_mut().find(|row| is_it(row)).unwrap() = row;
    }
    let key = row.key();
    match row {
        Row::Tag(row) => put(&mut collection.tags, row, |row| {
            key == RowKey::Tag(row.slug.clone())
        }),
        Row::Group(row) => put(&mut collection.groups, row, |row| {
            key == RowKey::Group(row.name.clone())
        }),
        Row::Artifact(row) => put(&mut collection.artifacts, row, |row| {
            key == RowKey::Artifact(row.id.clone())
        }),
        Row::Rating(row) => put(&mut collection.ratings, row, |row| {
            key == RowKey::Rating(row.artifact.clone(), row.by.clone())
        }),
        Row::Composite(row) => put(&mut collection.composites, row, |row| {
            key == RowKey::Composite(row.name.clone())
        }),
    }
}

/// The lines that are neither blank nor a comment: to which row a comment between two belongs may change when what
/// stood between them goes.
fn statements(bytes: &[u8]) -> Vec<&str> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .collect()
}

fn is_wrong_type(document: &Document, edit: &Edit) -> bool {
    let Edit::Set { key, .. } = edit else {
        return false;
    };
    let codes = document.findings();
    let line = document.line_of(key);
    codes
        .iter()
        .any(|finding| finding.code == "wrong-type" && finding.line >= line)
}

fn texts(document: &Document) -> HashMap<String, Vec<String>> {
    let mut texts: HashMap<String, Vec<String>> = HashMap::new();
    for table in Table::OF_ROWS {
        let rows = document.table(table);
        for (place, key) in rows.places.iter().zip(&rows.keys) {
            let text = match place {
                Place::Section { main, below } => {
                    let ids = std::iter::once(main).chain(below);
                    ids.map(|id| document.section_text(*id).0.trim_end())
                        .collect::<Vec<_>>()
                        .join("\n")
                }
                Place::Inline(range) => document.text()[range.clone()].to_owned(),
            };
            let key = key
                .as_ref()
                .map_or_else(|| format!("{table:?}"), ToString::to_string);
            texts.entry(key).or_default().push(text);
        }
    }
    texts
}

/// Whether all rows but the one that is edited have the same bytes, and everything else is there too.
fn untouched(before: &Document, after: &Document, edit: &Edit) -> bool {
    let key = match edit {
        Edit::Insert(row) => row.key(),
        Edit::Set { key, .. } | Edit::Remove(key) => key.clone(),
    };
    let (old, new) = (texts(before), texts(after));
    let same = old
        .iter()
        .all(|(name, text)| *name == key.to_string() || new.get(name) == Some(text));
    same && match edit {
        Edit::Set {
            key: RowKey::Header,
            ..
        } => true,
        Edit::Set { key, .. } => {
            let rows = before.table(key.table());
            let place = rows
                .keys
                .iter()
                .position(|other| other.as_ref() == Some(key))
                .map(|at| &rows.places[at]);
            let range = match place.unwrap() {
                Place::Section { main, .. } => {
                    let section = before.sections()[*main];
                    section.start..section.body_end
                }
                Place::Inline(range) => range.clone(),
            };
            let (text, result) = (before.text(), after.text());
            result.starts_with(&text[..range.start]) && result.ends_with(&text[range.end..])
        }
        Edit::Insert(_) | Edit::Remove(_) => whole_lines(before, after, edit),
    }
}

/// Whether a row of a table of sections comes or goes without changing a line that is not its own.
fn whole_lines(before: &Document, after: &Document, edit: &Edit) -> bool {
    let inline = |document: &Document| {
        document
            .text()
            .contains(&format!("{} = [", edit.table().as_str()))
    };
    if inline(before) || inline(after) || !before.text().ends_with('\n') {
        return true;
    }
    let sign = if matches!(edit, Edit::Insert(_)) {
        '-'
    } else {
        '+'
    };
    let text = |document: &Document| document.text().trim_start_matches('\u{feff}').to_owned();
    let lines = diff(&text(before), &text(after));
    lines.lines().all(|line| !line.starts_with(sign))
}

fn keeps_newlines(before: &str, after: &str) -> bool {
    let bare = |text: &str| text.replace("\r\n", "").contains('\n');
    let marked = |text: &str| text.starts_with('\u{feff}');
    (bare(before) || !before.contains('\n') || !bare(after)) && marked(before) == marked(after)
}
