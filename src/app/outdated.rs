//! Which artifacts are not what stands at their source now, and which were edited here. Nothing is changed.

use std::collections::BTreeMap;

use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::git::fetch::Fetched;
use crate::store::git::fetched_tree::FetchedTree;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::names::Selection;
use super::notice::Notice;
use super::query::Reader;
use super::source_error::SourceError;
use super::sources_look::Look;
use super::sources_rows::{Followed, followed};
use super::sources_version::{VersionKind, newer_tag};
use super::update_files::{Local, local_files};
use super::workspace::Workspace;

/// How an artifact stands to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is what stands there in the version that is wanted.
    Current,
    /// Something else stands there.
    Outdated,
    /// The tag that is wanted names another commit than it did.
    Moved,
    /// The version that is wanted, or the path, is not there any more.
    Gone,
    /// What stands there is not taken.
    Refused,
    /// The repository was not reached.
    Unreachable,
}

impl State {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Outdated => "outdated",
            Self::Moved => "moved",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Whether the files here are those that were taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// They are.
    No,
    /// They are not.
    Yes,
    /// What was taken in can't be had any more.
    Unknown,
}

/// A commit, and the tag that names it; `""` where one is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At {
    /// The full id.
    pub commit: String,
    /// The tag.
    pub version: String,
}

/// How one artifact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The artifact.
    pub id: ArtifactId,
    /// Where it came from.
    pub source: String,
    /// The version that is wanted.
    pub wanted: String,
    /// What it is.
    pub current: At,
    /// What it would be.
    pub available: At,
    /// A tag of the same form with a higher number, where a tag is wanted; else `""`.
    pub newest: String,
    /// How it stands.
    pub state: State,
    /// Whether it was edited here.
    pub edited: Edited,
    /// What is wrong, where it is not known how it stands; else `""`.
    pub message: String,
}

/// What was found out.
#[derive(Debug)]
pub struct OutdatedReport {
    /// The artifacts that have a source, in the order in which they are named.
    pub artifacts: Vec<Standing>,
    /// What should be told.
    pub notices: Vec<Notice>,
}

impl Reader<'_> {
    pub(super) fn followed(&self, selection: &Selection) -> Result<Vec<Followed>, AppError> {
        followed(self.database(), selection)
    }
}

impl Workspace {
    /// Asks the sources of artifacts, of all that have one without a selection. A repository that can't be reached does
    /// not keep the others from being told. `step` is called for each repository that was asked.
    pub fn outdated(
        &self,
        selection: &Selection,
        step: &(dyn Fn() + Sync),
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<OutdatedReport, AppError> {
        let read = self.read(|reader| reader.followed(selection), on_wait)?;
        let mut standings = BTreeMap::new();
        for (origin, answer) in self.look_at_sources(read.value, step)? {
            match answer {
                Ok((fetched, looks)) => {
                    for (place, look) in looks {
                        standings.insert(place, self.standing(&fetched, &look)?);
                    }
                }
                Err(error) => {
                    let message = fault(error)?;
                    for (place, followed) in origin.artifacts {
                        let standing = Standing {
                            state: State::Unreachable,
                            message: message.clone(),
                            ..unknown(&followed)
                        };
                        standings.insert(place, standing);
                    }
                }
            }
        }
        Ok(OutdatedReport {
            artifacts: standings.into_values().collect(),
            notices: read.notices,
        })
    }

    fn standing(&self, fetched: &Fetched, look: &Look) -> Result<Standing, AppError> {
        let local = self.local_files_of(&look.followed)?;
        let edited = match &look.base {
            None => Edited::Unknown,
            Some(base) if is_same(fetched, &local, base)? => Edited::No,
            Some(_) => Edited::Yes,
        };
        let standing = Standing {
            edited,
            ..unknown(&look.followed)
        };
        let (now, theirs) = match (&look.now, &look.theirs) {
            (Ok(now), Some(Ok(theirs))) => (now, theirs),
            (Err(error), _) | (Ok(_), Some(Err(error))) => {
                return Ok(gone(standing, error));
            }
            (Ok(_), None) => return Ok(standing),
        };
        let has_moved = look.commit() != Some(now.commit);
        let state = match now.kind {
            VersionKind::Tag if has_moved && look.commit().is_some() => State::Moved,
            _ if !has_moved || look.base.as_ref() == Some(theirs) => State::Current,
            _ => State::Outdated,
        };
        let newest = match now.kind {
            VersionKind::Tag => newer_tag(fetched.refs(), look.followed.wanted.as_str()),
            _ => None,
        };
        Ok(Standing {
            available: At {
                commit: now.commit.to_string(),
                version: now.version.clone(),
            },
            newest: newest.unwrap_or_default(),
            state,
            ..standing
        })
    }

    /// The files of an artifact as they are in the work tree.
    fn local_files_of(&self, followed: &Followed) -> Result<BTreeMap<String, Local>, AppError> {
        let Ok(root) = followed.path.parse::<RelativePath>() else {
            return Ok(BTreeMap::new());
        };
        let commit = self.repository.head()?.commit;
        local_files(&self.repository, commit, &self.repository.index()?, &root)
    }
}

/// Whether the files here are those of a tree, links left out.
pub(super) fn is_same(
    fetched: &Fetched,
    local: &BTreeMap<String, Local>,
    tree: &FetchedTree,
) -> Result<bool, AppError> {
    if local.len() != tree.files.len() {
        return Ok(false);
    }
    for (path, ours) in local {
        let Some(file) = tree.files.get(path) else {
            return Ok(false);
        };
        let mut names: Vec<ObjectName> = Vec::new();
        for form in ours.forms() {
            names.push(fetched.name_of(form)?);
        }
        if !names.contains(&file.blob) || ours.is_executable() != file.is_executable {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What its row says.
fn unknown(followed: &Followed) -> Standing {
    Standing {
        id: followed.id().clone(),
        source: followed.source.to_string(),
        wanted: followed.wanted.to_string(),
        current: At {
            commit: followed.row.resolved_sha.clone(),
            version: followed.row.resolved_version.clone(),
        },
        available: At::default(),
        newest: String::new(),
        state: State::Unreachable,
        edited: Edited::Unknown,
        message: String::new(),
    }
}

fn gone(standing: Standing, error: &AppError) -> Standing {
    let state = match error {
        AppError::Source(SourceError::Refused { .. }) => State::Refused,
        AppError::Source(SourceError::Unreachable { .. }) => State::Unreachable,
        _ => State::Gone,
    };
    Standing {
        state,
        message: error.to_string(),
        ..standing
    }
}

/// What is told of a repository that can't be asked; everything else ends the whole.
fn fault(error: AppError) -> Result<String, AppError> {
    match error {
        AppError::Source(error) => Ok(error.to_string()),
        other => Err(other),
    }
}
