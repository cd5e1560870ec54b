//! Keys and values as they are written, to what they mean.
//!
//! The common forms are read in place; every other form is given to `toml_edit`.

use std::borrow::Cow;
use std::str::FromStr;

use toml_edit::{Key as TomlKey, Value as TomlValue};

/// A key: its first part, and the others of a dotted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key<'t> {
    /// The first part.
    pub(super) first: Cow<'t, str>,
    /// The parts after the first dot.
    pub(super) rest: Vec<String>,
}

impl Key<'_> {
    /// Whether the key is `name`, without dots.
    pub(super) fn is(&self, name: &str) -> bool {
        self.rest.is_empty() && self.first == name
    }

    /// All parts.
    pub(super) fn path(&self) -> Vec<String> {
        std::iter::once(self.first.as_ref().to_owned())
            .chain(self.rest.iter().cloned())
            .collect()
    }
}

/// The parts of a dotted key; none when it is not a key.
pub(super) fn path(raw: &str) -> Vec<String> {
    TomlKey::parse(raw).map_or_else(
        |_| Vec::new(),
        |keys| keys.iter().map(|key| key.get().to_owned()).collect(),
    )
}

/// Reads a key.
pub(super) fn key(raw: &str) -> Key<'_> {
    if raw.bytes().all(super::lex::is_bare) {
        return Key {
            first: Cow::Borrowed(raw),
            rest: Vec::new(),
        };
    }
    let mut parts = path(raw).into_iter();
    Key {
        first: Cow::Owned(parts.next().unwrap_or_default()),
        rest: parts.collect(),
    }
}

/// Reads a string; nothing when the value is something else.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let quote = raw
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let inner = raw.get(1..raw.len() - 1)?;
    let plain = !inner.contains(quote) && (quote == '\'' || !inner.contains('\\'));
    if plain {
        return Some(Cow::Borrowed(inner));
    }
    TomlValue::from_str(raw)
        .ok()?
        .as_str()
        .map(|text| Cow::Owned(text.to_owned()))
}

/// Reads a whole number; nothing when the value is something else.
pub(super) fn integer(raw: &str) -> Option<i64> {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if plain && !digits.is_empty() {
        return raw.parse().ok();
    }
    if digits.starts_with(['"', '\'', '[', '{']) {
        return None;
    }
    TomlValue::from_str(raw).ok()?.as_integer()
}

/// Reads a list; entries that are not strings are `None`. Nothing when the value is something else.
pub(super) fn list(raw: &str) -> Option<Vec<Option<String>>> {
    if !raw.starts_with('[') {
        return None;
    }
    let spans = super::bracketed::entries(raw)?;
    Some(
        spans
            .into_iter()
            .map(|span| text(&raw[span]).map(Cow::into_owned))
            .collect(),
    )
}

/// Reads a date or time as it is written; nothing when the value is something else.
pub(super) fn moment(raw: &str) -> Option<String> {
    if !raw.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    TomlValue::from_str(raw)
        .ok()?
        .as_datetime()
        .map(|_| raw.to_owned())
}
