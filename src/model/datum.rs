//! Values of any kind, known or unknown, as far as a merge must tell them apart.

use std::fmt::{self, Write as _};

/// A value in a manifest. Tables are not values: their keys are fields of their own, with longer paths.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Datum {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An array that holds nothing but strings.
    List(Vec<String>),
    /// A table without keys.
    Table,
    /// An array of tables, in a form in which equal ones are equal texts.
    Rows(String),
    /// Anything else, in a form in which equal values are equal texts.
    Other(String),
}

impl Datum {
    /// Whether the value means the same as an absent key: an empty text or list.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Integer(_) | Self::Table | Self::Rows(_) | Self::Other(_) => false,
        }
    }
}

impl fmt::Display for Datum {
    /// The value as TOML, on one line.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(&quoted(text)),
            Self::Integer(number) => number.fmt(formatter),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
                write!(formatter, "[{}]", items.join(", "))
            }
            Self::Table => formatter.write_str("{}"),
            Self::Rows(text) | Self::Other(text) => formatter.write_str(text),
        }
    }
}

/// A string in TOML's double quotes, on one line.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
