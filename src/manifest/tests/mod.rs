//! Tests of the room: each asserts the whole difference that an edit makes.

mod checks;
mod corpus;
mod forms;
mod native;
mod properties;
mod random;
mod skillmeat;

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::{Document, ManifestError};
use crate::model::artifact::Artifact;
use crate::model::edit::Edit;
use crate::model::group::Group;
use crate::model::name::{Member, Name};
use crate::model::rating::Rating;
use crate::model::row::{Row, RowKey};
use crate::model::slug::Slug;
use crate::model::tag::TagDefinition;
use crate::model::value::{Field, Value};

/// Scans a text that must be sound.
fn scan(text: &str) -> Document {
    let document = Document::scan(text.as_bytes().to_vec()).unwrap();
    document.validate().unwrap();
    document
}

/// The text after edits; it must be valid and read as the model says.
fn edited(text: &str, edits: &[Edit]) -> String {
    let document = scan(text);
    let result = document.edited(edits).unwrap();
    let after = Document::scan(result.clone()).unwrap();
    after
        .validate()
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&result)));
    String::from_utf8(result).unwrap()
}

/// The lines that edits take (`-`) and bring (`+`), with `\r` and missing newlines made visible.
fn diff(before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = String::new();
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        let value = change.value();
        let end = if value.ends_with('\n') {
            ""
        } else {
            "<no newline>"
        };
        let shown = value
            .trim_end_matches('\n')
            .replace('\r', "<CR>")
            .replace('\u{feff}', "<BOM>");
        writeln!(lines, "{sign}{shown}{end}").unwrap();
    }
    lines
}

/// The lines that edits take and bring.
fn change(text: &str, edits: &[Edit]) -> String {
    diff(text, &edited(text, edits))
}

fn refused(text: &str, edits: &[Edit]) -> ManifestError {
    scan(text).edited(edits).unwrap_err()
}

fn group(name: &str) -> RowKey {
    RowKey::Group(Name::stored(name))
}

fn tag(slug: &str) -> RowKey {
    RowKey::Tag(Slug::stored(slug))
}

fn artifact(id: &str) -> RowKey {
    RowKey::Artifact(id.parse().unwrap())
}

fn set(key: RowKey, field: Field, value: Value) -> Edit {
    Edit::Set { key, field, value }
}

fn list(items: &[&str]) -> Value {
    Value::list(items.iter().map(|item| (*item).to_owned()).collect())
}

fn new_group(name: &str) -> Group {
    Group::named(Name::stored(name))
}

fn insert_group(group: Group) -> Edit {
    Edit::Insert(Row::Group(group))
}

fn members(ids: &[&str]) -> Vec<Member> {
    ids.iter().map(|id| Member::stored(id)).collect()
}

fn insert_artifact(id: &str) -> Edit {
    Edit::Insert(Row::Artifact(Artifact::of(id.parse().unwrap())))
}

fn insert_tag(name: &str, slug: &str, color: &str) -> Edit {
    Edit::Insert(Row::Tag(TagDefinition {
        name: name.to_owned(),
        slug: Slug::stored(slug),
        color: color.to_owned(),
        description: String::new(),
    }))
}

fn insert_rating(artifact: &str, by: &str, rating: i64) -> Edit {
    let artifact = Member::stored(artifact);
    Edit::Insert(Row::Rating(Rating {
        artifact,
        by: by.to_owned(),
        rating,
        note: String::new(),
    }))
}
