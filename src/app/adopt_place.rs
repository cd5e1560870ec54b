//! What `adopt` is about: a home of SkillMeat's with all of its collections, or one collection.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest::Document;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::name::{ArtifactId, Name};
use crate::model::row::{RowKey, Table};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::scan::scan;

use super::environment::Environment;
use super::error::AppError;
use super::refresh::MANIFEST_LIMIT;
use super::registry::Registry;

/// The folder of a home in which its collections are.
const COLLECTIONS: &str = "collections";

/// Where a home keeps SkillMeat's database.
const DATABASE: &str = "cache/cache.db";

/// A collection that SkillMeat made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The name of its folder.
    pub(super) name: String,
    /// Its folder, without links on the way.
    pub(super) folder: PathBuf,
    /// The name that its manifest gives.
    pub(super) title: String,
    /// Its artifacts.
    pub(super) artifacts: HashSet<ArtifactId>,
    /// Their names.
    pub(super) names: HashSet<Name>,
}

/// What is to be adopted.
#[derive(Debug)]
pub(super) struct Place {
    /// The home around it, if there is one.
    pub(super) home: Option<PathBuf>,
    /// The name of the home's active collection.
    pub(super) active: Option<String>,
    /// All collections of the home, or the only one.
    pub(super) known: Vec<Found>,
    /// Those of them that are to be adopted.
    pub(super) chosen: Vec<usize>,
    /// What was passed over, and why.
    pub(super) findings: Vec<Finding>,
}

impl Place {
    /// Looks what a folder is; the user's own home when none is given.
    pub(super) fn at(environment: &Environment, path: Option<&Path>) -> Result<Self, AppError> {
        let path = path.unwrap_or(&environment.home);
        let folder = fs::canonicalize(path).map_err(|error| StoreError::io("find", path)(error))?;
        if is_collection(&folder) {
            return Self::of_collection(folder);
        }
        if !folder.join(COLLECTIONS).is_dir() {
            let reason = format!(
                "{} holds neither {MANIFEST} nor a folder `{COLLECTIONS}`: name a collection of SkillMeat's, or its home",
                path.display()
            );
            return Err(AppError::Request(reason));
        }
        let mut place = Self::of_home(&folder)?;
        place.chosen = (0..place.known.len()).collect();
        if place.chosen.is_empty() {
            return Err(AppError::NoCollection);
        }
        Ok(place)
    }

    /// The database beside it.
    pub(super) fn database(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(DATABASE))
    }

    /// Which of the known collections takes what belongs to none of them by its content: the active one, else the one
    /// that was named, else the first.
    pub(super) fn main(&self) -> usize {
        let active = self.active.as_ref();
        let is_active = |found: &Found| active == Some(&found.name);
        let active = self.known.iter().position(is_active);
        active
            .or_else(|| self.chosen.first().copied())
            .unwrap_or_default()
    }

    fn of_collection(folder: PathBuf) -> Result<Self, AppError> {
        let above = folder.parent();
        let home = above
            .filter(|above| above.ends_with(COLLECTIONS))
            .and_then(Path::parent);
        if let Some(home) = home {
            let mut place = Self::of_home(home)?;
            let chosen = place.known.iter().position(|known| known.folder == folder);
            if let Some(chosen) = chosen {
                place.chosen = vec![chosen];
                place.findings.clear();
                return Ok(place);
            }
        }
        let name = name_of(&folder);
        Ok(Self {
            home: None,
            active: None,
            known: vec![found(name, folder)?],
            chosen: vec![0],
            findings: Vec::new(),
        })
    }

    fn of_home(home: &Path) -> Result<Self, AppError> {
        let active = Registry::read_in(home)?.active().map(str::to_owned);
        let mut place = Self {
            home: Some(home.to_owned()),
            active,
            known: Vec::new(),
            chosen: Vec::new(),
            findings: Vec::new(),
        };
        let folder = home.join(COLLECTIONS);
        let list = |error| StoreError::io("list", &folder)(error);
        for entry in fs::read_dir(&folder).map_err(list)? {
            let entry = entry.map_err(list)?;
            place.take(&entry.path())?;
        }
        place.known.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(place)
    }

    fn take(&mut self, path: &Path) -> Result<(), AppError> {
        let mut pass_over = |reason: &str| {
            let message = format!("{} is passed over: {reason}.", path.display());
            let finding = Finding::new(Severity::Note, "not-a-collection", message);
            self.findings.push(finding);
        };
        let Ok(folder) = fs::canonicalize(path) else {
            pass_over("it leads nowhere");
            return Ok(());
        };
        if path.file_name().is_none_or(|name| name.to_str().is_none()) {
            pass_over("its name is not UTF-8");
        } else if !is_collection(&folder) {
            if folder.is_dir() {
                pass_over(&format!("it holds no {MANIFEST}"));
            }
        } else if self.known.iter().any(|known| known.folder == folder) {
            pass_over("it leads to a folder that another name leads to as well");
        } else {
            self.known.push(found(name_of(path), folder)?);
        }
        Ok(())
    }
}

fn is_collection(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(MANIFEST)).is_ok_and(|found| !found.is_dir())
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What a folder holds, as far as it can be read; what can't is told when it is adopted.
fn found(name: String, folder: PathBuf) -> Result<Found, AppError> {
    let files = scan(&folder)?.files.into_iter().map(|file| file.id);
    let mut artifacts: HashSet<ArtifactId> = files.collect();
    let bytes = files::read(&folder.join(MANIFEST), MANIFEST_LIMIT);
    let document = bytes.ok().flatten().map(Document::scan);
    let mut title = String::new();
    if let Some(Ok(document)) = document {
        title = document.header().name;
        let keys = document.keys(Table::Artifacts).into_iter();
        artifacts.extend(keys.filter_map(|key| match key {
            RowKey::Artifact(id) => Some(id),
            _ => None,
        }));
    }
    Ok(Found {
        name,
        folder,
        title,
        names: artifacts.iter().map(|id| id.name.clone()).collect(),
        artifacts,
    })
}
