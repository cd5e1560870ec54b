//! Versions of an artifact by the hash of their content: in git's history of the collection, and among what is kept.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::model::content_hash::ContentHash;
use crate::model::file_tree::{FileTree, path_below};
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;
use crate::store::git::id::ObjectName;
use crate::store::git::repository::Repository;

use super::deployment_error::DeploymentError;
use super::deployment_tree::{Form, kind_of, tree_in_commit};
use super::error::AppError;
use super::workspace::Workspace;

/// The files with a content: those that are kept, else the newest ones of HEAD's history at one of these places.
pub(super) fn version(
    repository: &Repository,
    places: &[RelativePath],
    hash: &ContentHash,
) -> Result<Option<FileTree>, AppError> {
    if let Some(commit) = repository.kept(hash)? {
        for place in places {
            let tree = tree_in_commit(repository, commit, place, Form::Stored)?;
            if tree.is_some() {
                return Ok(tree);
            }
        }
    }
    let is_it = |tree: &FileTree| tree.hash() == *hash;
    let stored = find(repository, places, Form::Stored, &is_it)?;
    if stored.is_some() {
        return Ok(stored);
    }
    let index = repository.index()?;
    find(repository, places, Form::WorkTree(&index), &is_it)
}

/// The one version whose hash begins so.
pub(super) fn version_beginning(
    repository: &Repository,
    artifact: &ArtifactId,
    places: &[RelativePath],
    start: &str,
) -> Result<FileTree, AppError> {
    let mut kept = repository.kept_beginning(start)?;
    kept.retain(|hash| matches!(version(repository, places, hash), Ok(Some(_))));
    let mut hashes = RefCell::new(kept);
    // None is taken, so that all are seen.
    find(repository, places, Form::Stored, &|tree| {
        let hash = tree.hash();
        let mut hashes = hashes.borrow_mut();
        if hash.as_str().starts_with(start) && !hashes.contains(&hash) {
            hashes.push(hash);
        }
        false
    })?;
    match hashes.get_mut().as_slice() {
        [one] => known_version(repository, artifact, places, one),
        [] => Err(unknown(repository, artifact, start)),
        several => Err(DeploymentError::SeveralVersions {
            artifact: artifact.clone(),
            start: start.to_owned(),
            found: several.to_vec(),
        }
        .into()),
    }
}

/// The version with a content, which must be there.
pub(super) fn known_version(
    repository: &Repository,
    artifact: &ArtifactId,
    places: &[RelativePath],
    hash: &ContentHash,
) -> Result<FileTree, AppError> {
    version(repository, places, hash)?.ok_or_else(|| unknown(repository, artifact, hash.as_str()))
}

fn unknown(repository: &Repository, artifact: &ArtifactId, hash: &str) -> AppError {
    if repository.is_shallow() {
        return AppError::BeyondHorizon;
    }
    DeploymentError::NoVersion {
        artifact: artifact.clone(),
        hash: hash.to_owned(),
    }
    .into()
}

/// Goes through HEAD's history, newest first, and looks at each version once.
fn find(
    repository: &Repository,
    places: &[RelativePath],
    form: Form<'_>,
    is_it: &dyn Fn(&FileTree) -> bool,
) -> Result<Option<FileTree>, AppError> {
    let Some(head) = repository.head()?.commit else {
        return Ok(None);
    };
    let mut seen: HashSet<ObjectName> = HashSet::new();
    let mut fault = None;
    let found = repository.find_commit_record(head, |record| {
        for place in places {
            let object = repository.object_at(record.name, place)?;
            if !object.is_some_and(|object| seen.insert(object)) {
                continue;
            }
            match tree_in_commit(repository, record.name, place, form) {
                Ok(Some(tree)) if is_it(&tree) => return Ok(ControlFlow::Break(Some(tree))),
                Ok(_) => {}
                Err(AppError::Store(error)) => return Err(error),
                Err(other) => {
                    fault = Some(other);
                    return Ok(ControlFlow::Break(None));
                }
            }
        }
        Ok::<_, StoreError>(ControlFlow::Continue(()))
    })?;
    match fault {
        Some(fault) => Err(fault),
        None => Ok(found.flatten()),
    }
}

impl Workspace {
    /// Keeps the files of an artifact in git, under the hash of their content.
    pub(super) fn keep_version(
        &self,
        artifact: &ArtifactId,
        place: &RelativePath,
        tree: &FileTree,
        why: &str,
    ) -> Result<(), AppError> {
        let mut files = Vec::new();
        for (path, content) in tree.entries() {
            files.push((path_below(place, path)?, kind_of(content), content.bytes()));
        }
        let message = format!("deployment: {why} of \"{artifact}\"\n");
        Ok(self
            .repository
            .keep(&tree.hash(), &files, &message, &self.identity())?)
    }

    /// The same, unless HEAD has them anyway.
    pub(super) fn keep_uncommitted(
        &self,
        artifact: &ArtifactId,
        place: &RelativePath,
        tree: &FileTree,
    ) -> Result<(), AppError> {
        let repository = &self.repository;
        let hash = tree.hash();
        let committed = match repository.head()?.commit {
            Some(head) => tree_in_commit(repository, head, place, Form::Stored)?,
            None => None,
        };
        if committed.is_some_and(|tree| tree.hash() == hash) || repository.kept(&hash)?.is_some() {
            return Ok(());
        }
        self.keep_version(artifact, place, tree, "what was deployed")
    }
}
