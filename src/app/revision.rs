//! Commits as people name them: in git's ways, or by a date.

use crate::manifest::Document;
use crate::model::layout::MANIFEST;
use crate::model::time::Moment;
use crate::store::git::history::moment;
use crate::store::git::id::ObjectName;
use crate::store::git::repository::Repository;

use super::error::AppError;

/// The commit that a text names, or the one that was newest at the date that it says. Nothing where all commits are
/// younger than that date.
pub(super) fn commit_at(
    repository: &Repository,
    now: Moment,
    text: &str,
) -> Result<Option<ObjectName>, AppError> {
    if let Some(commit) = repository.commit_named(text)? {
        return Ok(Some(commit));
    }
    let Some(moment) = moment(text, now) else {
        let what = format!("{text:?} is neither a commit nor a date that git takes");
        return Err(AppError::Request(what));
    };
    match repository.head()?.commit {
        Some(head) => Ok(repository.commit_before(head, moment)?),
        None => Ok(None),
    }
}

/// The same, where such a commit must be.
pub(super) fn known_commit_at(
    repository: &Repository,
    now: Moment,
    text: &str,
) -> Result<ObjectName, AppError> {
    match commit_at(repository, now, text)? {
        Some(commit) => Ok(commit),
        None if repository.is_shallow() => Err(AppError::BeyondHorizon),
        None => Err(AppError::NothingBefore {
            date: text.to_owned(),
        }),
    }
}

/// A commit's manifest, which must be sound; an empty one where it has none.
pub(super) fn sound_manifest_of(
    repository: &Repository,
    commit: ObjectName,
) -> Result<Document, AppError> {
    let Some(entry) = repository.entry_at(Some(commit), &MANIFEST.parse()?)? else {
        return Ok(Document::scan(Vec::new())?);
    };
    let sound = Document::scan(repository.blob(entry.blob)?)
        .and_then(|document| document.validate().map(|()| document));
    sound.map_err(|source| AppError::OldManifest {
        commit: commit.commit_id().short().to_owned(),
        source,
    })
}
