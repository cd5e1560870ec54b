//! The state of a collection: branch, commit, uncommitted edits, database, counts.

use std::path::PathBuf;

use crate::model::commit::CommitId;
use crate::model::layout::{MANIFEST, folder_of};
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;
use crate::store::cache::contents::Place;
use crate::store::git::index::Index;

use super::error::AppError;
use super::files_of::changed_under;
use super::hooks::HookState;
use super::notice::Notice;
use super::refresh::Invalid;
use super::registry::Registry;
use super::transaction::attempt::recover_quietly;
use super::workspace::Workspace;

/// The state of a collection.
#[derive(Debug)]
pub struct Status {
    /// Its name on this machine, or its folder's name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The branch, unless HEAD is detached.
    pub branch: Option<String>,
    /// The commit at HEAD, unless nothing is committed.
    pub commit: Option<CommitId>,
    /// Commits that the upstream branch does not have, if there is one.
    pub ahead: Option<u64>,
    /// Commits of the upstream branch that are not here, if there is one.
    pub behind: Option<u64>,
    /// The manifest and artifacts' files with content that is not committed, relative to the collection.
    pub dirty: Vec<String>,
    /// The git operation that is under way: `merge`, `rebase` and so on.
    pub operation: Option<&'static str>,
    /// Paths with an unresolved conflict, relative to the work tree.
    pub conflicts: Vec<String>,
    /// Whether git's hooks refresh the database.
    pub hooks: Presence,
    /// Whether git merges the manifest by its tables.
    pub driver: Presence,
    /// Where the database is.
    pub database: Place,
    /// How many artifacts there are.
    pub artifacts: usize,
    /// How many groups there are.
    pub groups: usize,
    /// How many tags there are, defined or used.
    pub tags: usize,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// Whether something of ours is set up in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Installed,
    /// It is not.
    Absent,
}

impl Workspace {
    /// Looks at the state of the collection.
    pub fn status(&self, on_wait: &mut dyn FnMut(&str)) -> Result<Status, AppError> {
        let mut notices = recover_quietly(self, on_wait);
        let refreshed = self.refreshed(Invalid::AnswerFromHead)?;
        notices.extend(refreshed.notices);
        let counts = refreshed.database.counts()?;
        let head = self.repository.head()?;
        let index = self.repository.index()?;
        let upstream = self.repository.distance_from_upstream(&head)?;
        let folder_name = self
            .folder()
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let known = Registry::read(&self.environment)?.name_of(self.folder());
        Ok(Status {
            name: known.or(folder_name).unwrap_or_default(),
            folder: self.folder().to_owned(),
            branch: head.branch_name().map(str::to_owned),
            commit: head
                .commit
                .map(crate::store::git::id::ObjectName::commit_id),
            ahead: upstream.map(|(ahead, _)| ahead),
            behind: upstream.map(|(_, behind)| behind),
            dirty: self.dirty(&index)?,
            operation: self
                .repository
                .operation()
                .map(crate::store::git::head::Operation::command),
            conflicts: index.conflicts(),
            hooks: self.hooks_presence()?,
            driver: self.driver(),
            database: refreshed.database.place(),
            artifacts: counts.artifacts,
            groups: counts.groups,
            tags: counts.tags,
            notices,
        })
    }

    /// Whether all hooks call us.
    pub(super) fn hooks_presence(&self) -> Result<Presence, AppError> {
        let hooks = self.hooks()?;
        let all = hooks.iter().all(|hook| hook.state == HookState::Installed);
        Ok(if all {
            Presence::Installed
        } else {
            Presence::Absent
        })
    }

    fn driver(&self) -> Presence {
        match self.repository.setting("merge.skillmeat.driver") {
            Some(_) => Presence::Installed,
            None => Presence::Absent,
        }
    }

    /// The manifest and artifacts' files whose content is not the committed one.
    pub fn dirty(&self, index: &Index) -> Result<Vec<String>, AppError> {
        let head = self.repository.head()?.commit;
        let mut dirty = Vec::new();
        let manifest: RelativePath = MANIFEST.parse()?;
        let committed = self.repository.entry_at(head, &manifest)?;
        if self.manifest_path().exists() != committed.is_some()
            || (committed.is_some() && self.repository.is_changed(&manifest, committed, index)?)
        {
            dirty.push(manifest.to_string());
        }
        for kind in ArtifactType::KNOWN {
            let Some(folder) = folder_of(&kind) else {
                continue;
            };
            let folder: RelativePath = folder.parse()?;
            let changed = changed_under(&self.repository, head, &folder, index)?;
            dirty.extend(changed.into_iter().map(|path| path.to_string()));
        }
        Ok(dirty)
    }
}
