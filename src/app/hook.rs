//! What a hook does: refresh the databases of the repository's collections. It waits for no change, makes none, and
//! leaves whatever goes wrong to the next read.

use std::path::{Path, PathBuf};

use crate::model::layout::{MANIFEST, folder_of};
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;
use crate::store::cache::database::Database;
use crate::store::git::id::ObjectName;
use crate::store::git::repository::Repository;

use super::environment::Environment;
use super::error::AppError;
use super::workspace::Workspace;

/// What git tells a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Commits came or went, or another branch is here.
    Commits,
    /// Files of the work tree were brought back; the commits are the same.
    Files,
}

impl Event {
    /// Reads what git tells a hook of that name.
    pub fn of(name: &str, arguments: &[String]) -> Self {
        match (name, arguments) {
            ("post-checkout", [.., flag]) if flag == "0" => Self::Files,
            _ => Self::Commits,
        }
    }
}

/// Refreshes the databases of all collections around the current folder.
pub fn run_hook(environment: &Environment, event: Event) -> Result<(), AppError> {
    let repository = Repository::discover(&environment.current_folder)?;
    for folder in collections(&repository) {
        let workspace = Workspace::at(environment, &folder)?;
        if event == Event::Files || !workspace.knows_head()? {
            workspace.refreshed_by_index()?;
        }
    }
    Ok(())
}

/// The collection at the top of the work tree, and those that have a database here.
fn collections(repository: &Repository) -> Vec<PathBuf> {
    let top = repository.work_tree();
    let known = std::fs::read_dir(repository.git_dir().join("skillmeat"));
    let below = known
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|key| key != "top")
        .map(|key| top.join(key.replace("%2F", "/").replace("%25", "%")));
    std::iter::once(top.to_owned())
        .chain(below)
        .filter(|folder| holds_manifest(folder))
        .collect()
}

fn holds_manifest(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

impl Workspace {
    /// Whether HEAD holds the same manifest and artifacts as the commit that the database was made at.
    fn knows_head(&self) -> Result<bool, AppError> {
        let Ok(Some(database)) = Database::open(&self.database_path()) else {
            return Ok(false);
        };
        let known: Option<ObjectName> = database.state()?.head.parse().ok();
        let now = self.repository.head()?.commit;
        if known == now {
            return Ok(true);
        }
        let (Some(known), Some(now)) = (known, now) else {
            return Ok(false);
        };
        let paths = ArtifactType::KNOWN
            .iter()
            .filter_map(folder_of)
            .chain([MANIFEST]);
        for path in paths {
            let path: RelativePath = path.parse()?;
            let at = |commit| self.repository.object_at(commit, &path);
            if at(known)? != at(now)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
