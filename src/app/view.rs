//! The collection as an operation sees it: the manifest's rows, and what the database knows of files.

use std::collections::HashSet;

use crate::manifest::Document;
use crate::model::artifact::Artifact;
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Name};
use crate::model::row::{Row, RowKey, Table};
use crate::model::slug::Slug;
use crate::model::tag::TagDefinition;
use crate::model::value::Field;
use crate::store::cache::database::Database;
use crate::store::git::head::Head;
use crate::store::git::index::Index;
use crate::store::git::repository::{Identity, Repository};

use super::environment::Environment;
use super::error::AppError;

/// What an operation plans with. Rows come from the manifest, so that several operations in one commit see each
/// other; files come from the database.
pub struct View<'a> {
    /// The manifest, with the edits of earlier operations of the same commit.
    pub document: &'a Document,
    /// The database, fresh.
    pub database: &'a Database,
    /// The repository.
    pub repository: &'a Repository,
    /// Its index.
    pub index: &'a Index,
    /// HEAD.
    pub head: &'a Head,
    /// Who makes the commit.
    pub identity: &'a Identity,
    /// The outside.
    pub environment: &'a Environment,
}

impl<'a> View<'a> {
    /// The same view of another text of the manifest.
    #[must_use]
    pub fn with_document<'b>(&self, document: &'b Document) -> View<'b>
    where
        'a: 'b,
    {
        View {
            document,
            database: self.database,
            repository: self.repository,
            index: self.index,
            head: self.head,
            identity: self.identity,
            environment: self.environment,
        }
    }

    /// The group of that name, if there is one.
    pub fn find_group(&self, name: &Name) -> Result<Option<Group>, AppError> {
        match self.document.row(&RowKey::Group(name.clone()))? {
            Some(Row::Group(group)) => Ok(Some(group)),
            _ => Ok(None),
        }
    }

    /// The group of that name.
    pub fn group(&self, name: &Name) -> Result<Group, AppError> {
        self.find_group(name)?.ok_or_else(|| AppError::Unknown {
            what: "group",
            name: name.to_string(),
            known: self.keys(Table::Groups),
        })
    }

    /// All groups, in the file's order.
    pub fn groups(&self) -> Result<Vec<Group>, AppError> {
        let rows = self.rows(Table::Groups)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                if let Row::Group(group) = row {
                    Some(group)
                } else {
                    None
                }
            })
            .collect())
    }

    /// The position that puts a group behind all others.
    pub fn next_group_position(&self) -> i64 {
        let numbers = self.document.numbers(Table::Groups, Field::Position);
        let last = numbers.into_iter().map(Option::unwrap_or_default).max();
        last.map_or(0, |last| last.saturating_add(1))
    }

    /// The definition of that slug, if there is one.
    pub fn find_tag(&self, slug: &Slug) -> Result<Option<TagDefinition>, AppError> {
        match self.document.row(&RowKey::Tag(slug.clone()))? {
            Some(Row::Tag(tag)) => Ok(Some(tag)),
            _ => Ok(None),
        }
    }

    /// All tag definitions, in the file's order.
    pub fn tags(&self) -> Result<Vec<TagDefinition>, AppError> {
        let rows = self.rows(Table::TagDefinitions)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                if let Row::Tag(tag) = row {
                    Some(tag)
                } else {
                    None
                }
            })
            .collect())
    }

    /// The artifact's row, if it has one.
    pub fn find_artifact(&self, id: &ArtifactId) -> Result<Option<Artifact>, AppError> {
        match self.document.row(&RowKey::Artifact(id.clone()))? {
            Some(Row::Artifact(artifact)) => Ok(Some(artifact)),
            _ => Ok(None),
        }
    }

    /// All rows of a table, in the file's order.
    pub fn rows(&self, table: Table) -> Result<Vec<Row>, AppError> {
        Ok(self.document.rows(table))
    }

    /// The names of all rows of a table.
    pub fn keys(&self, table: Table) -> Vec<String> {
        self.document
            .keys(table)
            .iter()
            .map(RowKey::in_table)
            .collect()
    }

    /// All artifacts: rows and files.
    pub fn artifact_ids(&self) -> Result<Vec<ArtifactId>, AppError> {
        Ok(self.database.artifact_ids()?)
    }

    /// All artifacts that share their name with one of these.
    pub fn namesakes(&self, ids: &[ArtifactId]) -> Result<Vec<ArtifactId>, AppError> {
        let mut all: Vec<ArtifactId> = Vec::new();
        let mut seen = HashSet::new();
        for id in ids {
            if seen.insert(&id.name) {
                all.extend(self.database.artifacts_named(&id.name)?);
            }
        }
        Ok(all)
    }
}
