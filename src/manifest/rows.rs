//! Rows as they stand in the text: where each row of a table is, and which fields it has.

use std::borrow::Cow;
use std::ops::Range;

use super::bracketed;
use super::decode::{self, Key};
use super::lex::{inner_pair, is_bare};
use super::scan::{Kind, Lines, Section, statements};
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::row::{RowKey, Table};
use crate::model::slug::Slug;

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A section of its own, and those of its sub-tables; indices of sections.
    Section { main: usize, below: Vec<usize> },
    /// An element of an inline array, by its byte range.
    Inline(Range<usize>),
}

/// A field of a row as it is written.
#[derive(Debug, Clone)]
pub(super) struct Pair<'t> {
    /// The key.
    pub(super) key: Key<'t>,
    /// The value's text.
    pub(super) raw: &'t str,
    /// Where the key begins.
    pub(super) key_at: usize,
    /// Where the value begins.
    pub(super) value_at: usize,
}

/// The pairs of a section's text that begins at the byte `base` of the file.
pub(super) fn pairs_of_section(text: &str, base: usize) -> impl Iterator<Item = Pair<'_>> {
    statements(text).map(move |statement| Pair {
        key_at: base + statement.key.start,
        value_at: base + statement.value.start,
        key: decode::key(&text[statement.key]),
        raw: &text[statement.value],
    })
}

/// The pairs of an inline table's text; none when it is not one.
pub(super) fn pairs_of_inline(text: &str, base: usize) -> Vec<Pair<'_>> {
    if !text.starts_with('{') {
        return Vec::new();
    }
    let spans = bracketed::entries(text).unwrap_or_default();
    let read = |span: Range<usize>| {
        let (key, value) = inner_pair(text.as_bytes(), span.start).ok()?;
        Some(Pair {
            key_at: base + key.start,
            value_at: base + value.start,
            key: decode::key(&text[key]),
            raw: &text[value],
        })
    };
    spans.into_iter().filter_map(read).collect()
}

/// Finds the rows of a table, in the file's order. Elements of an inline array that are no tables are places too.
pub(super) fn places(text: &str, sections: &[Section], table: Table) -> Vec<Place> {
    let mut places = Vec::new();
    if let Some(root) = sections.first()
        && let Some(array) = inline_array(&text[..root.body_end], table)
    {
        let entries = bracketed::entries(&text[array.clone()]).unwrap_or_default();
        let moved =
            |entry: Range<usize>| Place::Inline(array.start + entry.start..array.start + entry.end);
        places.extend(entries.into_iter().map(moved));
    }
    for (index, section) in sections.iter().enumerate() {
        if section.kind == Kind::Row(table) {
            places.push(Place::Section {
                main: index,
                below: Vec::new(),
            });
        } else if section.kind == Kind::Below(table)
            && let Some(Place::Section { below, .. }) = places.last_mut()
        {
            below.push(index);
        }
    }
    places
}

/// The byte range of a table's inline array in the text before the first header.
pub(super) fn inline_array(root: &str, table: Table) -> Option<Range<usize>> {
    let is_array = |statement: &super::scan::Statement| {
        root.as_bytes()[statement.value.start] == b'['
            && decode::key(&root[statement.key.clone()]).is(table.as_str())
    };
    statements(root)
        .find(is_array)
        .map(|statement| statement.value)
}

/// The fields that make a row's key.
pub(super) fn key_fields(table: Table) -> &'static [&'static str] {
    match table {
        Table::Header => &[],
        Table::TagDefinitions => &["slug"],
        Table::Groups | Table::Composites => &["name"],
        Table::Artifacts => &["name", "type"],
        Table::Ratings => &["artifact", "by"],
    }
}

/// Reads the key of a row; nothing when a field of it is missing. Reads no further than needed.
pub(super) fn key_of<'t>(table: Table, pairs: impl Iterator<Item = Pair<'t>>) -> Option<RowKey> {
    let wanted = key_fields(table);
    let mut found: [Option<Cow<'t, str>>; 2] = [None, None];
    let mut missing = wanted.len();
    for pair in pairs {
        if let Some(index) = wanted.iter().position(|name| pair.key.is(name)) {
            found[index] = Some(decode::text(pair.raw)?);
            missing -= 1;
        }
        if missing == 0 {
            break;
        }
    }
    let [first, second] = found;
    let first = first?.into_owned();
    Some(match table {
        Table::Header => RowKey::Header,
        Table::TagDefinitions => RowKey::Tag(Slug::stored(first)),
        Table::Groups => RowKey::Group(Name::stored(first)),
        Table::Composites => RowKey::Composite(Name::stored(first)),
        Table::Artifacts => RowKey::Artifact(ArtifactId::new(
            ArtifactType::stored(&second?),
            Name::stored(first),
        )),
        Table::Ratings => RowKey::Rating(Member::stored(&first), second?.into_owned()),
    })
}

/// A row's fields and what its sub-tables say.
#[derive(Debug, Clone, Default)]
pub(super) struct RowView<'t> {
    /// The fields of the row itself.
    pub(super) pairs: Vec<Pair<'t>>,
    /// The fields of its `metadata`.
    pub(super) metadata: Vec<Pair<'t>>,
    /// The names of its sub-tables that have headers of their own, with the place of the header.
    pub(super) below: Vec<(String, usize)>,
}

impl<'t> RowView<'t> {
    /// Looks at a row's own pairs.
    pub(super) fn of_pairs(pairs: Vec<Pair<'t>>) -> Self {
        let mut metadata = Vec::new();
        for pair in pairs.iter().filter(|pair| pair.key.first == "metadata") {
            match pair.key.rest.as_slice() {
                [] => metadata.extend(pairs_of_inline(pair.raw, pair.value_at)),
                [name] => {
                    let key = Key {
                        first: Cow::Owned(name.clone()),
                        rest: Vec::new(),
                    };
                    metadata.push(Pair {
                        key,
                        ..pair.clone()
                    });
                }
                _ => {}
            }
        }
        Self {
            pairs,
            metadata,
            below: Vec::new(),
        }
    }

    /// Adds a sub-table's section.
    pub(super) fn add_below(&mut self, text: &'t str, base: usize) {
        let Some(Ok(super::scan::Line::Header { line, inner, .. })) = Lines::new(text, 0).next()
        else {
            return;
        };
        let (name, deeper) = below_name(text[inner].trim_ascii());
        if name == "metadata" && !deeper {
            self.metadata.extend(pairs_of_section(text, base));
        }
        self.below.push((name, base + line.start));
    }

    /// The field of that name, if it is written as a plain key.
    pub(super) fn pair(&self, name: &str) -> Option<&Pair<'t>> {
        self.pairs.iter().find(|pair| pair.key.is(name))
    }

    /// A text, `""` when unset.
    pub(super) fn text(&self, name: &str) -> String {
        self.pair(name)
            .and_then(|pair| decode::text(pair.raw))
            .unwrap_or_default()
            .into_owned()
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.pair(name).and_then(|pair| decode::integer(pair.raw))
    }

    /// The strings of a list, empty when unset.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        strings(self.pair(name))
    }

    /// A text of `metadata`.
    pub(super) fn recorded(&self, name: &str) -> String {
        let found = self.metadata.iter().find(|pair| pair.key.is(name));
        found
            .and_then(|pair| decode::text(pair.raw))
            .unwrap_or_default()
            .into_owned()
    }

    /// A list of `metadata`.
    pub(super) fn recorded_list(&self, name: &str) -> Vec<String> {
        strings(self.metadata.iter().find(|pair| pair.key.is(name)))
    }
}

fn strings(pair: Option<&Pair<'_>>) -> Vec<String> {
    pair.and_then(|pair| decode::list(pair.raw))
        .unwrap_or_default()
        .into_iter()
        .flatten()
        .collect()
}

/// The second part of a sub-table's path, and whether more follow.
fn below_name(inner: &str) -> (String, bool) {
    if inner.bytes().all(|byte| is_bare(byte) || byte == b'.') {
        let mut parts = inner.split('.').skip(1);
        return (
            parts.next().unwrap_or_default().to_owned(),
            parts.next().is_some(),
        );
    }
    let path = decode::path(inner);
    (path.get(1).cloned().unwrap_or_default(), path.len() > 2)
}
