//! Making a collection, or registering one that is there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::manifest::starter;
use crate::model::change::Action;
use crate::model::finding::Finding;
use crate::model::layout::MANIFEST;
use crate::model::name::{ArtifactId, Name};
use crate::model::row::Table;
use crate::store::files::{self, Mode as FileMode};
use crate::store::git::repository::Repository;

use super::add::taken_in;
use super::driver::Maker;
use super::environment::Environment;
use super::error::AppError;
use super::find::{Outside, all_in};
use super::plan::{HandEdits, Operation, Plan};
use super::registry::Registry;
use super::share::{ATTRIBUTES, driver_named};
use super::transaction::outcome::{Mode, Outcome};
use super::view::View;
use super::workspace::Workspace;

/// The version that a new manifest carries.
const FIRST_VERSION: &str = "1.0.0";

/// Makes a collection, or registers one.
#[derive(Debug, Clone)]
pub struct Init {
    /// Its name; the folder's name when unset.
    pub name: Option<Name>,
    /// Its folder; `$SKILLMEAT_HOME/collections/NAME` when unset.
    pub path: Option<PathBuf>,
    /// Folders whose artifacts are copied in: as they were given, and resolved.
    pub imports: Vec<(String, PathBuf)>,
}

/// What `init` found and did.
#[derive(Debug)]
pub struct InitReport {
    /// The collection's name on this machine.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether it was made now or was there.
    pub origin: Origin,
    /// How many artifacts were imported.
    pub imported: usize,
    /// What was left out, and why.
    pub findings: Vec<Finding>,
    /// The change.
    pub outcome: Outcome,
}

/// Where a collection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was made now.
    Created,
    /// The manifest was there; it was registered.
    Registered,
}

impl Init {
    /// Makes or registers the collection, and makes it the active one.
    pub fn run(
        &self,
        environment: &Environment,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<InitReport, AppError> {
        let mut registry = Registry::read(environment)?;
        let (name, folder) = self.place(environment, &registry)?;
        let manifest = folder.join(MANIFEST);
        // A manifest that was deleted by hand is still in git, and a new one would take its place.
        let is_there = manifest.exists() || Workspace::at(environment, &folder).is_ok();
        let origin = if is_there {
            Origin::Registered
        } else {
            Origin::Created
        };
        let taken = registry.path_of(name.as_str());
        if origin == Origin::Created
            && taken.is_some_and(|path| path != folder && path.join(MANIFEST).exists())
        {
            return Err(AppError::Taken {
                what: "collection",
                name: name.to_string(),
            });
        }
        let (found, findings) = self.find()?;
        let mut report = InitReport {
            name: name.to_string(),
            folder: folder.clone(),
            origin,
            imported: found.len(),
            findings,
            outcome: Outcome::default(),
        };
        if mode == Mode::Pretend {
            return Ok(report);
        }
        let is_new_folder = !folder.exists();
        files::create_folder(&folder)?;
        if origin == Origin::Created {
            files::replace(
                &manifest,
                starter(name.as_str(), FIRST_VERSION).as_bytes(),
                FileMode::Plain,
            )?;
            self.found_repository(&folder)?;
        }
        let outcome = make(environment, &folder, origin, name.clone(), found, on_wait);
        report.outcome = match (outcome, origin) {
            (Ok(outcome), _) => outcome,
            // What was made goes again: the manifest, and a folder that holds nothing but it and an empty repository.
            (Err(error), Origin::Created) => {
                files::remove(&manifest)?;
                if is_new_folder {
                    let _ = std::fs::remove_dir_all(&folder);
                }
                return Err(error);
            }
            (Err(error), Origin::Registered) if !self.imports.is_empty() => return Err(error),
            (Err(_), Origin::Registered) => Outcome::default(),
        };
        report.imported = (report.outcome.changes.iter())
            .filter(|change| change.table == Table::Artifacts && change.action == Action::Create)
            .count();
        registry.register(&name, &folder);
        registry.write()?;
        Ok(report)
    }

    /// A collection among the named ones is a repository of its own, also where the home folder is in one.
    fn found_repository(&self, folder: &Path) -> Result<(), AppError> {
        let is_named = self.path.is_none() && self.name.is_some();
        if is_named && !folder.join(".git").exists() {
            Repository::create(folder)?;
        }
        Ok(())
    }

    fn place(
        &self,
        environment: &Environment,
        registry: &Registry,
    ) -> Result<(Name, PathBuf), AppError> {
        let folder = match (&self.path, &self.name) {
            (Some(path), _) => environment.current_folder.join(path),
            (None, Some(name)) => {
                let name = Name::for_artifact(name.as_str())?;
                registry.default_path(name.as_str())
            }
            (None, None) => environment.current_folder.clone(),
        };
        let folder = folder.canonicalize().unwrap_or(folder);
        let name = if let Some(name) = &self.name {
            name.clone()
        } else {
            let base = folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            registry.name_of(&folder).map_or_else(
                || Name::for_artifact(&base),
                |known| Ok(Name::stored(known)),
            )?
        };
        Ok((name, folder))
    }

    fn find(&self) -> Result<(Vec<Outside>, Vec<Finding>), AppError> {
        let mut found: Vec<Outside> = Vec::new();
        let mut known: HashSet<ArtifactId> = HashSet::new();
        let mut findings = Vec::new();
        for (shown, folder) in &self.imports {
            let (more, odd) = all_in(folder, shown)?;
            findings.extend(odd);
            let new = |artifact: &Outside| known.insert(artifact.id.clone());
            found.extend(more.into_iter().filter(new));
        }
        Ok((found, findings))
    }
}

/// Makes sure of a repository, and commits what is new.
fn make(
    environment: &Environment,
    folder: &Path,
    origin: Origin,
    name: Name,
    found: Vec<Outside>,
    on_wait: &mut dyn FnMut(&str),
) -> Result<Outcome, AppError> {
    if Repository::discover(folder).is_err() {
        Repository::create(folder)?;
    }
    let workspace = Workspace::at(environment, folder)?;
    // Without the driver git merges by lines, which `check` looks after; without hooks every read looks for itself.
    let _ = workspace.install_driver();
    let _ = workspace.install_hooks();
    let is_committed = workspace.committed_manifest()?.is_some();
    if origin == Origin::Registered && is_committed && found.is_empty() {
        return Ok(Outcome::default());
    }
    workspace.change(
        &Create {
            name,
            found,
            is_new: !is_committed,
        },
        Mode::Perform,
        on_wait,
    )
}

/// Whether `.gitattributes` is not there yet: what the user wrote there and did not commit is left alone.
pub(super) fn is_ours_to_write(view: &View<'_>) -> Result<bool, AppError> {
    let path = ATTRIBUTES.parse()?;
    Ok(!view.repository.folder().join(ATTRIBUTES).exists()
        || view.repository.entry_at(view.head.commit, &path)?.is_some())
}

/// The first commit of a collection, or an import into one.
struct Create {
    name: Name,
    found: Vec<Outside>,
    is_new: bool,
}

impl Operation for Create {
    fn word(&self) -> &'static str {
        if self.is_new { "init" } else { "import" }
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let known: HashSet<ArtifactId> = view.artifact_ids()?.into_iter().collect();
        let new: Vec<Outside> = self
            .found
            .iter()
            .filter(|artifact| !known.contains(&artifact.id))
            .cloned()
            .collect();
        let subject = if self.is_new {
            format!("collection: create {:?}", self.name.as_str())
        } else {
            format!("artifact: import {} artifacts", new.len())
        };
        let mut plan = taken_in(view, subject, &new)?;
        if self.is_new && is_ours_to_write(view)? {
            plan.files.extend(driver_named(view, Maker::Us)?);
        }
        let skipped = self.found.len() - new.len();
        if skipped > 0 {
            plan = plan.with_remark(format!(
                "{skipped} of them are in the collection already and were left alone."
            ));
        }
        let hand_edits = if self.is_new {
            HandEdits::Included
        } else {
            HandEdits::OwnCommit
        };
        Ok(Plan { hand_edits, ..plan })
    }
}
