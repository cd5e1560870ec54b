//! Reading a collection as it was: the same questions, asked of what git keeps.
//!
//! A database is made in memory of a commit's manifest and files, so that an answer about the past has the form of one
//! about the present. The database on disk has no part in it.

use std::collections::HashMap;

use crate::model::artifact_file::{ArtifactFile, FileStamp, FoundFile};
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType};
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey, Table};
use crate::store::cache::contents::{Contents, State};
use crate::store::cache::database::Database;
use crate::store::cache::history::Depth;
use crate::store::git::id::{EntryKind, ObjectName, TreeEntry};
use crate::store::git::repository::Repository;
use crate::store::listing::artifacts_among;

use super::error::AppError;
use super::followed::names_in;
use super::headers::{HEAD_LIMIT, of_content};
use super::past_commits::PastCommits;
use super::query::Reader;
use super::revision::{known_commit_at, sound_manifest_of};
use super::workspace::Workspace;

impl Workspace {
    /// Answers a question about the collection as it was: at a commit in any form that git takes, or at a date.
    pub fn read_at<T>(
        &self,
        at: &str,
        question: impl Fn(&Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let commit = known_commit_at(&self.repository, self.environment.now, at)?;
        match question(&Reader::of(&self.database_of(commit)?)) {
            Err(AppError::Unknown { what, name, known }) => {
                let was = self.name_then(commit, what, &name).ok().flatten();
                Err(match was {
                    Some(was) => AppError::CalledOtherwise {
                        what,
                        name,
                        was,
                        at: at.to_owned(),
                    },
                    None => AppError::Unknown { what, name, known },
                })
            }
            answer => answer,
        }
    }

    /// What a row that has a name now was called in a commit, where it was called otherwise.
    fn name_then(
        &self,
        commit: ObjectName,
        what: &str,
        name: &str,
    ) -> Result<Option<String>, AppError> {
        let table = match what {
            "group" => Table::Groups,
            "tag" => Table::TagDefinitions,
            "artifact" => Table::Artifacts,
            _ => return Ok(None),
        };
        let Some(head) = self.repository.head()?.commit else {
            return Ok(None);
        };
        let rows = sound_manifest_of(&self.repository, head)?.rows(table);
        let means = |row: &&Row| match row {
            Row::Artifact(row) => row.id.to_string() == name || row.id.name.as_str() == name,
            Row::Tag(row) => row.slug.as_str() == name || row.name == name,
            other => other.key().in_table() == name,
        };
        let keys: Vec<RowKey> = rows.iter().filter(means).map(Row::key).collect();
        let index = Database::open(&self.database_path()).ok().flatten();
        let past = PastCommits::of(&self.repository, head, index.as_ref(), Depth::Node)?;
        let names = names_in(past, (head, commit), &keys)?.into_iter().flatten();
        let then = sound_manifest_of(&self.repository, commit)?;
        let mut there = names.filter(|key| then.line_of(key).is_some());
        Ok(there.next().map(|key| key.in_table()))
    }

    /// A database of a commit, in memory.
    fn database_of(&self, commit: ObjectName) -> Result<Database, AppError> {
        let collection = sound_manifest_of(&self.repository, commit)?.collection();
        let files = self.headers_of(commit)?;
        let contents = Contents {
            state: State {
                manifest_blob: String::new(),
                manifest_stamp: None,
                manifest_checked: 0,
                head: commit.to_string(),
                layout: None,
            },
            collection: &collection,
            files: &files,
            checked: 0,
        };
        Ok(Database::in_memory(&contents)?)
    }

    /// The headers of a commit's artifacts.
    fn headers_of(&self, commit: ObjectName) -> Result<Vec<ArtifactFile>, AppError> {
        let read = |(id, path, blob): (ArtifactId, RelativePath, ObjectName)| {
            let stamp = FileStamp {
                size: 0,
                modified: 0,
                changed: 0,
                inode: 0,
            };
            let mut bytes = self.repository.blob(blob)?;
            bytes.truncate(usize::try_from(HEAD_LIMIT).unwrap_or(usize::MAX));
            let found = FoundFile { id, path, stamp };
            Ok(of_content(&found, &bytes, blob.to_string()))
        };
        let files = header_files(&self.repository, commit)?.into_iter();
        files.map(read).collect()
    }
}

/// The artifacts that have files in a commit.
pub(super) fn ids_of(
    repository: &Repository,
    commit: ObjectName,
) -> Result<Vec<ArtifactId>, AppError> {
    let files = header_files(repository, commit)?.into_iter();
    Ok(files.map(|(id, ..)| id).collect())
}

/// The files of a commit that make an artifact.
fn header_files(
    repository: &Repository,
    commit: ObjectName,
) -> Result<Vec<(ArtifactId, RelativePath, ObjectName)>, AppError> {
    let mut headers = Vec::new();
    for kind in ArtifactType::KNOWN {
        let Some(folder) = folder_of(&kind) else {
            continue;
        };
        let listed = repository.files_under(Some(commit), &folder.parse()?)?;
        let listed: HashMap<RelativePath, TreeEntry> = listed
            .into_iter()
            .filter(|(_, entry)| entry.kind != EntryKind::Link)
            .collect();
        let found = artifacts_among(&kind, listed.keys()).into_iter();
        headers.extend(found.map(|(id, path)| {
            let blob = listed[&path].blob;
            (id, path, blob)
        }));
    }
    Ok(headers)
}
