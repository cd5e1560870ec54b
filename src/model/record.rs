//! Rows of any table, known or unknown, with all of their fields: what a merge works on.
//!
//! [`Row`](super::row::Row) has the fields that commands know. A [`Record`] has every field that stands in the file,
//! so that nothing is lost in a merge.

use std::fmt;
use std::str::FromStr;

use super::datum::{Datum, quoted};
use super::name::Name;
use super::row::{RowKey, Table};
use super::side::Sides;

/// The name of the table that stands for everything outside of the arrays of rows: the header, other tables, and keys
/// before the first table. It is merged as one record without a name.
pub const REST: &str = "";

/// Where a value stands in its record: the keys of the tables around it, then its own. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(Vec<String>);

impl FieldPath {
    /// A path of these keys; nothing when there are none.
    pub fn new(keys: Vec<String>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// A key of the record itself.
    pub fn of(key: impl Into<String>) -> Self {
        Self(vec![key.into()])
    }

    /// The keys.
    pub fn keys(&self) -> &[String] {
        &self.0
    }

    /// The key of the record itself that the path says; nothing for a value in a table of it.
    pub fn own(&self) -> Option<&str> {
        match self.0.as_slice() {
            [key] => Some(key),
            _ => None,
        }
    }

    /// Whether the path is that one, or leads to something in the table there.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl fmt::Display for FieldPath {
    /// Dotted, as TOML writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&dotted(&self.0))
    }
}

/// Keys joined by dots, in quotes where TOML needs them.
pub fn dotted(keys: &[String]) -> String {
    let is_bare = |key: &str| {
        !key.is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    let keys: Vec<String> = keys
        .iter()
        .map(|key| {
            if is_bare(key) {
                key.clone()
            } else {
                quoted(key)
            }
        })
        .collect();
    keys.join(".")
}

/// A row as a merge sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The row's name in its table, after NFC: what stands behind the table's word in a key.
    pub name: String,
    /// Which of the rows of that name it is, where a table may hold several: 0 for the first.
    pub ordinal: u32,
    /// Its number in the order of groups or artifacts.
    pub position: Option<i64>,
    /// Its comments, where its fields were read.
    pub comments: Vec<String>,
    /// What it holds.
    pub content: Content,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The record has the same bytes in all three versions, and its fields were not read; only the tags of it, where
    /// a merge may need them.
    Same {
        /// The entries of its `tags`.
        tags: Vec<String>,
    },
    /// Every field, in the order of the file.
    Fields(Vec<(FieldPath, Datum)>),
}

/// A table in three versions, the rows of each in the order of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The table's key in the manifest, or [`REST`].
    pub table: String,
    /// Its rows.
    pub records: Sides<Vec<Record>>,
}

/// How a row of any table is named: `group:NAME`, `tag:SLUG`, `artifact:TYPE:NAME`, `rating:TYPE:NAME:BY`,
/// `composite:NAME`, `header`; `TABLE:NAME` for rows of other tables, `NAME` for what is no row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    /// The table's key in the manifest; [`REST`] for what is no row of a table.
    pub table: String,
    /// The row's name in its table; `""` for a table as a whole.
    pub name: String,
    /// Which of the rows of that name it is: 0 for the first.
    pub ordinal: u32,
}

impl RecordKey {
    /// The key of the first row of that name.
    pub fn new(table: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            table: table.into(),
            name: name.into(),
            ordinal: 0,
        }
    }

    /// The name of a row of a known table in its table.
    pub fn name_of(key: &RowKey) -> String {
        normalized(key.in_table())
    }

    /// The header.
    pub fn header() -> Self {
        Self::new(Table::Header.as_str(), "")
    }
}

/// The words that stand for tables in keys.
const WORDS: [(&str, Table); 5] = [
    ("tag", Table::TagDefinitions),
    ("group", Table::Groups),
    ("artifact", Table::Artifacts),
    ("rating", Table::Ratings),
    ("composite", Table::Composites),
];

/// A name in the form by which names are compared.
fn normalized(name: String) -> String {
    if name.is_ascii() {
        return name;
    }
    Name::stored(name).key().into_owned()
}

impl From<&RowKey> for RecordKey {
    fn from(key: &RowKey) -> Self {
        Self::new(key.table().as_str(), Self::name_of(key))
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = WORDS
            .iter()
            .find(|(_, table)| table.as_str() == self.table && !self.name.is_empty());
        let word = known.map_or(self.table.as_str(), |(word, _)| word);
        match (word, self.name.as_str()) {
            (REST, name) => formatter.write_str(name),
            (word, "") => formatter.write_str(word),
            (word, name) => write!(formatter, "{word}:{name}"),
        }?;
        match self.ordinal {
            0 => Ok(()),
            ordinal => write!(formatter, "#{}", ordinal + 1),
        }
    }
}

impl FromStr for RecordKey {
    type Err = std::convert::Infallible;

    /// Reads a key as it is printed. Every text is one; whether there is such a row is for others to tell.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == Table::Header.as_str() {
            return Ok(Self::header());
        }
        let (word, name) = text.split_once(':').unwrap_or((text, ""));
        let known = WORDS.iter().find(|(known, _)| *known == word);
        let name = normalized(name.to_owned());
        Ok(match known {
            Some((_, table)) => Self::new(table.as_str(), name),
            None if name.is_empty() && WORDS.iter().all(|(_, table)| table.as_str() != text) => {
                Self::new(REST, text)
            }
            None => Self::new(word, name),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_printed() {
        for text in [
            "group:Auth",
            "tag:backend",
            "artifact:command:a:review",
            "rating:skill:jwt:mia@example.com",
            "composite:suite",
            "header",
            "mcp_servers:local",
            "groups",
            "mine",
        ] {
            let key: RecordKey = text.parse().unwrap_or_else(|never| match never {});
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn paths_are_dotted_as_toml_writes_them() {
        let path = FieldPath::new(vec!["metadata".to_owned(), "a b".to_owned()]);
        assert_eq!(
            path.map(|path| path.to_string()).as_deref(),
            Some("metadata.\"a b\"")
        );
    }
}
