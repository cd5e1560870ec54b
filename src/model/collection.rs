//! All tables of a manifest at one moment.

use super::artifact::Artifact;
use super::edit::Edit;
use super::group::Group;
use super::name::{ArtifactId, Name};
use super::rating::{Composite, Rating};
use super::row::{Row, RowKey, Table};
use super::slug::Slug;
use super::tag::TagDefinition;
use super::value::{Field, Value};

/// Which of the two ways of writing a manifest a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Headed `[tool.skillmeat]`; what `init` writes.
    Native,
    /// Headed `[collection]`, as SkillMeat 0.74 writes it.
    SkillMeat,
}

impl Dialect {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Native, Self::SkillMeat];

    /// The keys that lead to the header's table.
    pub fn path(self) -> &'static [&'static str] {
        match self {
            Self::Native => &["tool", "skillmeat"],
            Self::SkillMeat => &["collection"],
        }
    }
}

/// The manifest's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// How the manifest is written.
    pub dialect: Dialect,
    /// The collection's name; `""` when unset.
    pub name: String,
    /// The collection's version; `""` when unset.
    pub version: String,
}

impl Header {
    /// What a field of the header holds.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Name => Value::text(&self.name),
            Field::Version => Value::text(&self.version),
            _ => Value::Absent,
        }
    }

    /// Sets a field; fields that a header does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match field {
            Field::Name => self.name = value.into_text(),
            Field::Version => self.version = value.into_text(),
            _ => {}
        }
    }
}

/// All tables of a manifest, each in the file's order. Keys are unique: a manifest with duplicates is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The header.
    pub header: Header,
    /// Tag definitions.
    pub tags: Vec<TagDefinition>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Artifacts.
    pub artifacts: Vec<Artifact>,
    /// Ratings.
    pub ratings: Vec<Rating>,
    /// Composites.
    pub composites: Vec<Composite>,
}

impl Collection {
    /// A collection with a header and no rows.
    pub fn empty(header: Header) -> Self {
        Self {
            header,
            tags: Vec::new(),
            groups: Vec::new(),
            artifacts: Vec::new(),
            ratings: Vec::new(),
            composites: Vec::new(),
        }
    }

    /// The group of that name.
    pub fn group(&self, name: &Name) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == *name)
    }

    /// The tag definition of that slug.
    pub fn tag(&self, slug: &Slug) -> Option<&TagDefinition> {
        self.tags.iter().find(|tag| tag.slug == *slug)
    }

    /// The row of that artifact.
    pub fn artifact(&self, id: &ArtifactId) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.id == *id)
    }

    /// The row of that key, whatever its table; nothing for the header.
    pub fn row(&self, key: &RowKey) -> Option<Row> {
        match key {
            RowKey::Header => None,
            RowKey::Tag(slug) => self.tag(slug).cloned().map(Row::Tag),
            RowKey::Group(name) => self.group(name).cloned().map(Row::Group),
            RowKey::Artifact(id) => self.artifact(id).cloned().map(Row::Artifact),
            RowKey::Rating(..) => self
                .ratings
                .iter()
                .cloned()
                .map(Row::Rating)
                .find(|row| row.key() == *key),
            RowKey::Composite(name) => self
                .composites
                .iter()
                .find(|row| row.name == *name)
                .cloned()
                .map(Row::Composite),
        }
    }

    /// Does to the tables what [`Edit`] says; an edit of a row that is not there does nothing.
    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Insert(row) => self.insert(row.clone()),
            Edit::Remove(key) => self.remove(key),
            Edit::Set { key, field, value } => self.set(key, *field, value.clone()),
        }
    }

    fn insert(&mut self, row: Row) {
        match row {
            Row::Tag(row) => self.tags.push(row),
            Row::Group(row) => self.groups.push(row),
            Row::Artifact(row) => self.artifacts.push(row),
            Row::Rating(row) => self.ratings.push(row),
            Row::Composite(row) => self.composites.push(row),
        }
    }

    fn remove(&mut self, key: &RowKey) {
        match key {
            RowKey::Header => {}
            RowKey::Tag(slug) => self.tags.retain(|row| row.slug != *slug),
            RowKey::Group(name) => self.groups.retain(|row| row.name != *name),
            RowKey::Artifact(id) => self.artifacts.retain(|row| row.id != *id),
            RowKey::Rating(artifact, by) => {
                self.ratings
                    .retain(|row| row.artifact != *artifact || row.by != *by);
            }
            RowKey::Composite(name) => self.composites.retain(|row| row.name != *name),
        }
    }

    fn set(&mut self, key: &RowKey, field: Field, value: Value) {
        match key {
            RowKey::Header => self.header.set(field, value),
            RowKey::Tag(slug) => {
                self.tags
                    .iter_mut()
                    .filter(|row| row.slug == *slug)
                    .for_each(|row| row.set(field, value.clone()));
            }
            RowKey::Group(name) => {
                self.groups
                    .iter_mut()
                    .filter(|row| row.name == *name)
                    .for_each(|row| row.set(field, value.clone()));
            }
            RowKey::Artifact(id) => {
                self.artifacts
                    .iter_mut()
                    .filter(|row| row.id == *id)
                    .for_each(|row| row.set(field, value.clone()));
            }
            RowKey::Rating(artifact, by) => self
                .ratings
                .iter_mut()
                .filter(|row| row.artifact == *artifact && row.by == *by)
                .for_each(|row| row.set(field, value.clone())),
            RowKey::Composite(name) => self
                .composites
                .iter_mut()
                .filter(|row| row.name == *name)
                .for_each(|row| row.set(field, value.clone())),
        }
    }

    /// The rows of a table, in their order; none of the header.
    pub fn rows(&self, table: Table) -> Vec<Row> {
        match table {
            Table::Header => Vec::new(),
            Table::TagDefinitions => self.tags.iter().cloned().map(Row::Tag).collect(),
            Table::Groups => self.groups.iter().cloned().map(Row::Group).collect(),
            Table::Artifacts => self.artifacts.iter().cloned().map(Row::Artifact).collect(),
            Table::Ratings => self.ratings.iter().cloned().map(Row::Rating).collect(),
            Table::Composites => self
                .composites
                .iter()
                .cloned()
                .map(Row::Composite)
                .collect(),
        }
    }

    /// How many rows a table has.
    pub fn count(&self, table: Table) -> usize {
        match table {
            Table::Header => 1,
            Table::TagDefinitions => self.tags.len(),
            Table::Groups => self.groups.len(),
            Table::Artifacts => self.artifacts.len(),
            Table::Ratings => self.ratings.len(),
            Table::Composites => self.composites.len(),
        }
    }
}
