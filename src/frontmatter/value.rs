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

    /// What it is to a reader of YAML's core schema, when it is no text: `a number`.
    pub(super) fn not_a_text(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::List(_) => Some("a list"),
            Kind::Table(_) => Some("a table"),
            Kind::Text(text, Style::Plain) if is_truth(text) => Some("a truth value"),
            Kind::Text(text, Style::Plain) if is_number(text) => Some("a number"),
            Kind::Text(..) => None,
        }
    }

    /// Whether the value was copied from an anchor that stands before its key.
    pub(super) fn is_copy_below(&self, key: &Range<usize>) -> bool {
        self.span.start < key.end
    }
}

fn is_truth(text: &str) -> bool {
    ["true", "True", "TRUE", "false", "False", "FALSE"].contains(&text)
}

/// A whole number, one with a fraction or an exponent, or one of the words for what is none.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let radix = |prefix: &str, radix: u32| {
        let digits = text.strip_prefix(prefix);
        digits.is_some_and(|digits| {
            !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
        })
    };
    let infinite = [".inf", ".Inf", ".INF"].contains(&unsigned);
    let decimal = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.chars().any(|letter| letter.is_ascii_digit())
        && unsigned.parse::<f64>().is_ok();
    infinite
        || [".nan", ".NaN", ".NAN"].contains(&text)
        || decimal
        || radix("0x", 16)
        || radix("0o", 8)
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
