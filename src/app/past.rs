//! Reading a collection as it was: the same questions, asked of what git keeps.
//!
//! A database is made in memory of a commit's manifest and files, so that an answer about the past has the form of one
//! about the present. The database on disk has no part in it.

use std::collections::HashMap;

use crate::model::artifact_file::{ArtifactFile, FileStamp, FoundFile};
use crate::model::layout::folder_of;
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;
use crate::store::cache::contents::{Contents, State};
use crate::store::cache::database::Database;
use crate::store::git::id::{EntryKind, ObjectName, TreeEntry};
use crate::store::listing::artifacts_among;

use super::error::AppError;
use super::headers::{HEAD_LIMIT, of_content};
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
        question(&Reader::of(&self.database_of(commit)?))
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

    /// The files of a commit that make an artifact.
    fn headers_of(&self, commit: ObjectName) -> Result<Vec<ArtifactFile>, AppError> {
        let mut headers = Vec::new();
        for kind in ArtifactType::KNOWN {
            let Some(folder) = folder_of(&kind) else {
                continue;
            };
            let mut listed = self
                .repository
                .files_under(Some(commit), &folder.parse()?)?;
            listed.retain(|(_, entry)| entry.kind != EntryKind::Link);
            let listed: HashMap<RelativePath, TreeEntry> = listed.into_iter().collect();
            for (id, path) in artifacts_among(&kind, listed.keys()) {
                let TreeEntry { blob, .. } = listed[&path];
                let stamp = FileStamp {
                    size: 0,
                    modified: 0,
                    changed: 0,
                    inode: 0,
                };
                let mut bytes = self.repository.blob(blob)?;
                bytes.truncate(usize::try_from(HEAD_LIMIT).unwrap_or(usize::MAX));
                headers.push(of_content(
                    &FoundFile { id, path, stamp },
                    &bytes,
                    blob.to_string(),
                ));
            }
        }
        Ok(headers)
    }
}
