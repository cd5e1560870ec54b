//! Reading: every answer comes from the database, brought up to date first.

use std::path::Path;

use crate::model::listing::{
    ArtifactDetail, ArtifactSummary, Filter, GroupSummary, Grouping, SearchHit, SortOrder,
    TagSummary,
};
use crate::model::name::{ArtifactId, ArtifactType};
use crate::store::cache::database::Database;

use super::composites::{add_parts, of_manifest};
use super::error::AppError;
use super::names::{Selection, filter, find_artifact, find_group, find_tag};
use super::notice::Notice;
use super::refresh::Invalid;
use super::transaction::attempt::recover_quietly;
use super::workspace::Workspace;

/// What questions are asked of.
pub struct Reader<'a> {
    database: &'a Database,
    /// The collection's folder, where the question is about how it is now.
    folder: Option<&'a Path>,
}

/// An answer, with what should be told besides.
#[derive(Debug)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// What `list` is asked for.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// In any of these groups.
    pub groups: Vec<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// Of any of these types.
    pub kinds: Vec<ArtifactType>,
    /// Only those in no group, or all.
    pub grouping: Grouping,
    /// The order.
    pub order: SortOrder,
}

impl Workspace {
    /// Answers a question, after an interrupted change was ended. The files are looked at meanwhile: when they are
    /// not those that the database knows, it is brought up to date and the question asked again.
    pub fn read<T>(
        &self,
        question: impl Fn(&Reader<'_>) -> Result<T, AppError>,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Answer<T>, AppError> {
        let mut notices = recover_quietly(self, on_wait);
        let ask = |database: &Database| question(&Reader::of(database).beside(self.folder()));
        let (refreshed, early) = self.refreshed_beside(ask, Invalid::AnswerFromHead)?;
        notices.extend(refreshed.notices);
        let value = match early {
            Some(answer) => answer?,
            None => ask(&refreshed.database)?,
        };
        Ok(Answer { value, notices })
    }
}

impl<'a> Reader<'a> {
    /// The database, for questions that are asked elsewhere.
    pub(super) fn database(&self) -> &Database {
        self.database
    }

    /// What is asked of a database.
    pub(super) fn of(database: &'a Database) -> Self {
        Self {
            database,
            folder: None,
        }
    }

    /// The same, with the folder of the collection.
    fn beside(self, folder: &'a Path) -> Self {
        Self {
            folder: Some(folder),
            ..self
        }
    }
}

impl Reader<'_> {
    /// The artifacts that a list shows.
    pub fn list(&self, request: &ListRequest) -> Result<Vec<ArtifactSummary>, AppError> {
        let filter = filter(
            self.database,
            &request.groups,
            &request.tags,
            &request.kinds,
        )?;
        Ok(self.database.artifacts(
            &Filter {
                grouping: request.grouping,
                ..filter
            },
            request.order,
        )?)
    }

    /// The artifacts that are selected, each with the path of its files; `""` where it has none.
    pub(super) fn places(
        &self,
        selection: &Selection,
    ) -> Result<Vec<(ArtifactId, String)>, AppError> {
        let mut places = Vec::new();
        for id in selection.resolve(self.database)? {
            let found = self.database.artifact(&id)?;
            let path = found.map(|detail| detail.summary.path).unwrap_or_default();
            places.push((id, path));
        }
        Ok(places)
    }

    /// All groups, in their order.
    pub fn groups(&self) -> Result<Vec<GroupSummary>, AppError> {
        Ok(self.database.groups()?)
    }

    /// One group.
    pub fn group(&self, name: &str) -> Result<GroupSummary, AppError> {
        let name = find_group(self.database, name)?;
        let found = self.database.group(&name)?;
        found.ok_or_else(|| AppError::Unknown {
            what: "group",
            name: name.to_string(),
            known: Vec::new(),
        })
    }

    /// All tags, defined or only used.
    pub fn tags(&self) -> Result<Vec<TagSummary>, AppError> {
        Ok(self.database.tags()?)
    }

    /// All tags without the artifacts that carry them, for their names and colours.
    pub fn tag_names(&self) -> Result<Vec<TagSummary>, AppError> {
        Ok(self.database.tag_names()?)
    }

    /// One tag, by name or slug.
    pub fn tag(&self, text: &str) -> Result<TagSummary, AppError> {
        let slug = find_tag(self.database, text)?;
        let found = self.database.tag(&slug)?;
        found.ok_or_else(|| AppError::Unknown {
            what: "tag",
            name: text.to_owned(),
            known: Vec::new(),
        })
    }

    /// One artifact, as people type it; a composite may be one that only a row of `[[composites]]` makes.
    pub fn artifact(&self, text: &str) -> Result<ArtifactDetail, AppError> {
        let id = match find_artifact(self.database, text) {
            Err(AppError::Unknown { what, name, known }) => {
                let only_row = of_manifest(self.database, text)?;
                return only_row.ok_or(AppError::Unknown { what, name, known });
            }
            found => found?,
        };
        let found = self.database.artifact(&id)?;
        let mut detail = found.ok_or_else(|| AppError::Unknown {
            what: "artifact",
            name: id.to_string(),
            known: Vec::new(),
        })?;
        if let Some(folder) = self.folder {
            add_parts(folder, self.database, &mut detail)?;
        }
        Ok(detail)
    }

    /// Artifacts whose text matches, best first.
    pub fn search(
        &self,
        query: &str,
        request: &ListRequest,
        limit: usize,
    ) -> Result<Vec<SearchHit>, AppError> {
        let filter = filter(
            self.database,
            &request.groups,
            &request.tags,
            &request.kinds,
        )?;
        Ok(self.database.search(query, &filter, limit)?)
    }

    /// Names for completions: artifacts with their aliases.
    pub fn artifact_names(&self) -> Result<Vec<String>, AppError> {
        let ids = self
            .database
            .artifact_ids()?
            .into_iter()
            .map(|id| id.to_string());
        let aliases = self.database.aliases()?.into_iter().map(|(alias, _)| alias);
        Ok(ids.chain(aliases).collect())
    }
}
