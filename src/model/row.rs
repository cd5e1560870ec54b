//! Rows of any table, by key and by field: what edits, changes and merges speak of.

use std::fmt;

use super::artifact::Artifact;
use super::group::Group;
use super::name::{ArtifactId, Member, Name};
use super::rating::{Composite, Rating};
use super::slug::Slug;
use super::tag::TagDefinition;
use super::value::{Field, Value};

/// A table of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// `[tool.skillmeat]` or `[collection]`.
    Header,
    /// `[[tag_definitions]]`.
    TagDefinitions,
    /// `[[groups]]`.
    Groups,
    /// `[[artifacts]]`.
    Artifacts,
    /// `[[ratings]]`.
    Ratings,
    /// `[[composites]]`.
    Composites,
}

impl Table {
    /// The tables that are arrays of rows, in the order in which a new manifest holds them.
    pub const OF_ROWS: [Self; 5] = [
        Self::TagDefinitions,
        Self::Groups,
        Self::Artifacts,
        Self::Ratings,
        Self::Composites,
    ];

    /// The key of the table in the manifest; the header's depends on the dialect.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::TagDefinitions => "tag_definitions",
            Self::Groups => "groups",
            Self::Artifacts => "artifacts",
            Self::Ratings => "ratings",
            Self::Composites => "composites",
        }
    }
}

/// The key of a row: `group:NAME`, `tag:SLUG`, `artifact:TYPE:NAME`, `rating:TYPE:NAME:BY`, `composite:NAME`,
/// `header`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// The header, which is one row.
    Header,
    /// A tag definition.
    Tag(Slug),
    /// A group.
    Group(Name),
    /// An artifact.
    Artifact(ArtifactId),
    /// A person's rating of an artifact.
    Rating(Member, String),
    /// A composite.
    Composite(Name),
}

impl RowKey {
    /// The table that holds the row.
    pub fn table(&self) -> Table {
        match self {
            Self::Header => Table::Header,
            Self::Tag(_) => Table::TagDefinitions,
            Self::Group(_) => Table::Groups,
            Self::Artifact(_) => Table::Artifacts,
            Self::Rating(..) => Table::Ratings,
            Self::Composite(_) => Table::Composites,
        }
    }

    /// The key without the table's word: `NAME`, `SLUG`, `TYPE:NAME`, `TYPE:NAME:BY`.
    pub fn in_table(&self) -> String {
        match self {
            Self::Header => String::new(),
            Self::Tag(slug) => slug.to_string(),
            Self::Group(name) | Self::Composite(name) => name.to_string(),
            Self::Artifact(id) => id.to_string(),
            Self::Rating(artifact, by) => format!("{artifact}:{by}"),
        }
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Header => return formatter.write_str("header"),
            Self::Tag(_) => "tag",
            Self::Group(_) => "group",
            Self::Artifact(_) => "artifact",
            Self::Rating(..) => "rating",
            Self::Composite(_) => "composite",
        };
        write!(formatter, "{word}:{}", self.in_table())
    }
}

/// A row of any table but the header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "few rows live at once, and a box would stand in the way of every reader"
)]
pub enum Row {
    /// A tag definition.
    Tag(TagDefinition),
    /// A group.
    Group(Group),
    /// An artifact.
    Artifact(Artifact),
    /// A rating.
    Rating(Rating),
    /// A composite.
    Composite(Composite),
}

impl Row {
    /// The row's key.
    pub fn key(&self) -> RowKey {
        match self {
            Self::Tag(tag) => RowKey::Tag(tag.slug.clone()),
            Self::Group(group) => RowKey::Group(group.name.clone()),
            Self::Artifact(artifact) => RowKey::Artifact(artifact.id.clone()),
            Self::Rating(rating) => RowKey::Rating(rating.artifact.clone(), rating.by.clone()),
            Self::Composite(composite) => RowKey::Composite(composite.name.clone()),
        }
    }

    /// What a field holds.
    pub fn get(&self, field: Field) -> Value {
        match self {
            Self::Tag(row) => row.get(field),
            Self::Group(row) => row.get(field),
            Self::Artifact(row) => row.get(field),
            Self::Rating(row) => row.get(field),
            Self::Composite(row) => row.get(field),
        }
    }

    /// Sets a field; fields that the row's table does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match self {
            Self::Tag(row) => row.set(field, value),
            Self::Group(row) => row.set(field, value),
            Self::Artifact(row) => row.set(field, value),
            Self::Rating(row) => row.set(field, value),
            Self::Composite(row) => row.set(field, value),
        }
    }
}
