//! A collection that is open: found by name, path or place, with its repository.

use std::path::{Path, PathBuf};

use crate::model::layout::MANIFEST;
use crate::store::git::repository::{Identity, Repository};

use super::environment::Environment;
use super::error::AppError;
use super::registry::Registry;

/// A collection that is open.
pub struct Workspace {
    pub(super) environment: Environment,
    pub(super) repository: Repository,
}

impl Workspace {
    /// Opens the collection that `chosen` names (a name, or a path with a separator), else the one of the
    /// environment, else the one around the current folder, else the active one.
    pub fn open(environment: &Environment, chosen: Option<&str>) -> Result<Self, AppError> {
        let folder = locate(environment, chosen.or(environment.collection.as_deref()))?;
        let workspace = Self::at(environment, &folder)?;
        workspace.renew_driver();
        workspace.renew_hooks();
        Ok(workspace)
    }

    /// Opens the collection in a folder.
    pub fn at(environment: &Environment, folder: &Path) -> Result<Self, AppError> {
        if std::fs::symlink_metadata(folder.join(MANIFEST)).is_err() {
            let repository = Repository::discover(folder).ok();
            let lost = repository.as_ref().is_some_and(is_committed);
            if !lost {
                return Err(AppError::NotACollection {
                    path: folder.to_owned(),
                });
            }
        }
        let repository = Repository::discover(folder)?;
        Ok(Self::of(environment, repository))
    }

    /// The collection in the folder that a repository was opened for.
    pub(super) fn of(environment: &Environment, repository: Repository) -> Self {
        Self {
            environment: environment.clone(),
            repository,
        }
    }

    /// The collection's folder.
    pub fn folder(&self) -> &Path {
        self.repository.folder()
    }

    /// The manifest's path.
    pub fn manifest_path(&self) -> PathBuf {
        self.folder().join(MANIFEST)
    }

    /// Where the database is, or would be.
    pub fn database_path(&self) -> PathBuf {
        let prefix = self.repository.prefix().trim_end_matches('/');
        let key = if prefix.is_empty() {
            "top".to_owned()
        } else {
            prefix.replace('%', "%25").replace('/', "%2F")
        };
        self.repository
            .git_dir()
            .join("skillmeat")
            .join(key)
            .join("cache.db")
    }

    /// Who makes commits here.
    pub(super) fn identity(&self) -> Identity {
        let environment = &self.environment;
        let email = format!("{}@{}", environment.user, environment.host);
        self.repository
            .identity(environment.now, (&environment.user, &email))
    }

    /// Runs `git` in the collection's folder, on the terminal that we have; its exit code, unless a signal ended it.
    pub fn run_git(&self, arguments: &[String]) -> Result<Option<i32>, AppError> {
        Ok(self.repository.run_for_user(arguments)?.code())
    }
}

fn is_committed(repository: &Repository) -> bool {
    let Ok(manifest) = MANIFEST.parse() else {
        return false;
    };
    let head = repository.head().ok().and_then(|head| head.commit);
    repository
        .entry_at(head, &manifest)
        .is_ok_and(|entry| entry.is_some())
}

/// The folder of the collection that is meant.
fn locate(environment: &Environment, chosen: Option<&str>) -> Result<PathBuf, AppError> {
    if let Some(chosen) = chosen {
        if chosen.contains(std::path::MAIN_SEPARATOR) || chosen == "." || chosen == ".." {
            return Ok(environment.current_folder.join(chosen));
        }
        return named(&Registry::read(environment)?, chosen);
    }
    let current = &environment.current_folder;
    if let Some(folder) = around(current).or_else(|| committed_around(current)) {
        return Ok(folder);
    }
    let registry = Registry::read(environment)?;
    match registry.active() {
        Some(name) => named(&registry, name),
        None => Err(AppError::NoCollection),
    }
}

fn named(registry: &Registry, name: &str) -> Result<PathBuf, AppError> {
    registry.path_of(name).ok_or_else(|| AppError::Unknown {
        what: "collection",
        name: name.to_owned(),
        known: registry
            .list()
            .into_iter()
            .map(|known| known.name)
            .collect(),
    })
}

/// The work tree around `folder`, if it lacks the manifest that its commit has: it was deleted, or not checked out.
fn committed_around(folder: &Path) -> Option<PathBuf> {
    let repository = Repository::discover(folder).ok()?;
    let top = Repository::discover(repository.work_tree()).ok()?;
    is_committed(&top).then(|| top.folder().to_owned())
}

/// The nearest folder at or above `folder` that holds a manifest.
pub(super) fn around(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .find(|folder| folder.join(MANIFEST).is_file())
        .map(Path::to_owned)
}
