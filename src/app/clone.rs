//! A teammate's collection on this machine: cloned, registered and ready, in one step.

use std::path::PathBuf;

use crate::model::layout::MANIFEST;
use crate::model::name::Name;
use crate::store::files;
use crate::store::git::remote;

use super::environment::Environment;
use super::error::AppError;
use super::notice::Notice;
use super::refresh::Invalid;
use super::registry::Registry;
use super::workspace::Workspace;

/// Clones a collection.
#[derive(Debug, Clone)]
pub struct CloneCollection {
    /// Where it is shared.
    pub address: String,
    /// Its name here; made of the address when unset.
    pub name: Option<Name>,
    /// Its folder; `$SKILLMEAT_HOME/collections/NAME` when unset.
    pub path: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug)]
pub struct CloneReport {
    /// The collection's name on this machine.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// How many artifacts it holds.
    pub artifacts: usize,
    /// How many groups it holds.
    pub groups: usize,
    /// What should be told.
    pub notices: Vec<Notice>,
}

impl CloneCollection {
    /// Clones the collection, and makes it the active one.
    pub fn run(&self, environment: &Environment) -> Result<CloneReport, AppError> {
        let mut registry = Registry::read(environment)?;
        let name = match &self.name {
            Some(name) => name.clone(),
            None => name_of(&self.address)?,
        };
        let folder = match &self.path {
            Some(path) => environment.current_folder.join(path),
            None => registry.default_path(Name::for_artifact(name.as_str())?.as_str()),
        };
        let taken = registry.path_of(name.as_str());
        let is_filled = std::fs::read_dir(&folder).is_ok_and(|mut there| there.next().is_some());
        if taken.is_some_and(|path| path.join(MANIFEST).exists()) {
            return Err(AppError::Taken {
                what: "collection",
                name: name.to_string(),
            });
        }
        if is_filled {
            return Err(AppError::Filled { path: folder });
        }
        let was_there = folder.exists();
        if let Some(above) = folder.parent() {
            files::create_folder(above)?;
        }
        remote::clone(&self.address, &folder)?;
        let report = self.set_up(environment, &mut registry, &name, &folder);
        if report.is_err() && !was_there {
            // It was made a moment ago, and holds nothing that is not where it came from.
            let _ = std::fs::remove_dir_all(&folder);
        }
        report
    }

    fn set_up(
        &self,
        environment: &Environment,
        registry: &mut Registry,
        name: &Name,
        folder: &std::path::Path,
    ) -> Result<CloneReport, AppError> {
        if std::fs::symlink_metadata(folder.join(MANIFEST)).is_err() {
            return Err(AppError::NoManifest {
                address: self.address.clone(),
            });
        }
        let workspace = Workspace::at(environment, folder)?;
        workspace.install_driver()?;
        let _ = workspace.install_hooks();
        let refreshed = workspace.refreshed(Invalid::AnswerFromHead)?;
        let counts = refreshed.database.counts()?;
        registry.register(name, folder);
        registry.write()?;
        Ok(CloneReport {
            name: name.to_string(),
            folder: folder.to_owned(),
            artifacts: counts.artifacts,
            groups: counts.groups,
            notices: refreshed.notices,
        })
    }
}

/// The last part of an address, as git names a clone's folder.
fn name_of(address: &str) -> Result<Name, AppError> {
    let address = address.trim_end_matches('/');
    let address = address.strip_suffix("/.git").unwrap_or(address);
    let last = address.rsplit(['/', ':']).next().unwrap_or(address);
    Ok(Name::for_artifact(
        last.strip_suffix(".git").unwrap_or(last),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_named_as_git_names_its_folder() {
        for (address, name) in [
            ("https://example.com/team/skills.git", "skills"),
            ("git@example.com:team-skills.git/", "team-skills"),
            ("/srv/git/team/.git", "team"),
        ] {
            assert_eq!(name_of(address).expect("a name").as_str(), name);
        }
    }
}
