//! What a header holds: entries and values, each with its place in the file.

use std::ops::Range;

/// Keys of which the metadata is made.
pub(super) const KNOWN_KEYS: [&str; 14] = [
    "name",
    "description",
    "author",
    "authors",
    "license",
    "licence",
    "version",
    "category",
    "allowed-tools",
    "allowed_tools",
    "tools",
    "tags",
    "keywords",
    "metadata",
];

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The key; `""` for one that is no text.
    pub(super) key: String,
    /// Bytes of the key in the file, with its quotes.
    pub(super) key_span: Range<usize>,
    /// What it holds.
    pub(super) value: Value,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Value {
    /// Bytes of the value in the file; a list or table from its first to its last character.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a value is. Numbers, truth values and dates are texts, as written.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A text; `""` for nothing.
    Text(String, Style),
    /// A list.
    List(Vec<Value>),
    /// A table.
    Table(Vec<Entry>),
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// As a literal or folded block.
    Block,
    /// Not YAML: the text of a segment that strict YAML refuses.
    Loose,
}

impl Value {
    /// Roughly how many bytes a copy takes.
    pub(super) fn weight(&self) -> usize {
        let inner = match &self.kind {
            Kind::Text(text, _) => text.len(),
            Kind::List(items) => items.iter().map(Self::weight).sum(),
            Kind::Table(entries) => entries
                .iter()
                .map(|entry| entry.key.len() + entry.value.weight())
                .sum(),
        };
        inner + size_of::<Self>()
    }

    /// Whether the value was copied from an anchor that stands before its key.
    pub(super) fn is_copy_below(&self, key: &Range<usize>) -> bool {
        self.span.start < key.end
    }
}

/// The first entry of a key that holds something, letter case aside.
pub(super) fn find<'entries>(entries: &'entries [Entry], key: &str) -> Option<&'entries Entry> {
    entries
        .iter()
        .find(|entry| entry.key.eq_ignore_ascii_case(key) && !is_nothing(&entry.value))
}

/// Whether a value is an empty text.
fn is_nothing(value: &Value) -> bool {
    matches!(&value.kind, Kind::Text(text, _) if text.is_empty())
}
