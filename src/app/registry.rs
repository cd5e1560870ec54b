//! The user's own list of collections: `$SKILLMEAT_HOME/config.toml`.
//!
//! SkillMeat keeps its settings in the same file, and its key for the active collection is used here too. Whatever
//! else stands in the file is kept.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use crate::model::layout::MANIFEST;
use crate::model::name::Name;
use crate::store::files::{self, Mode};

use super::environment::Environment;
use super::error::AppError;

/// The largest configuration that is read, in bytes.
const LIMIT: u64 = 1 << 20;

/// A collection that the user can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name on this machine.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// Whether it is used when no other is named.
    pub activity: Activity,
}

/// Whether a collection is used when no other is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// It is.
    Active,
    /// It is not.
    Idle,
}

/// The list, with the file's other content.
#[derive(Debug)]
pub struct Registry {
    home: PathBuf,
    document: DocumentMut,
}

impl Registry {
    /// Reads the list; a missing file is an empty one.
    pub fn read(environment: &Environment) -> Result<Self, AppError> {
        Self::read_in(&environment.home)
    }

    /// The same of another home.
    pub fn read_in(home: &Path) -> Result<Self, AppError> {
        let path = home.join("config.toml");
        let fault = |reason: String| AppError::Configuration {
            path: path.clone(),
            reason,
        };
        let bytes = files::read(&path, LIMIT)?.unwrap_or_default();
        let text = String::from_utf8(bytes).map_err(|error| fault(error.to_string()))?;
        let document = text
            .parse()
            .map_err(|error: toml_edit::TomlError| fault(error.to_string()))?;
        Ok(Self {
            home: home.to_owned(),
            document,
        })
    }

    /// The name of the active collection.
    pub fn active(&self) -> Option<&str> {
        self.document
            .get("settings")?
            .get("default-collection")?
            .as_str()
    }

    /// Where a collection of that name is: as registered, whatever became of the folder, else under `collections/`
    /// if one is there.
    pub fn path_of(&self, name: &str) -> Option<PathBuf> {
        let registered = self
            .document
            .get("collections")
            .and_then(|table| table.get(name))
            .and_then(Item::as_str);
        if let Some(path) = registered {
            return Some(PathBuf::from(path));
        }
        let path = self.default_path(name);
        // A manifest that was deleted by hand is still in git.
        [MANIFEST, ".git"]
            .iter()
            .any(|name| path.join(name).exists())
            .then_some(path)
    }

    /// Where a new collection of that name is made.
    pub fn default_path(&self, name: &str) -> PathBuf {
        self.home.join("collections").join(name)
    }

    /// All collections that can be named, by name.
    pub fn list(&self) -> Vec<Known> {
        let mut names: Vec<String> = Vec::new();
        if let Some(table) = self
            .document
            .get("collections")
            .and_then(Item::as_table_like)
        {
            names.extend(table.iter().map(|(name, _)| name.to_owned()));
        }
        let folders = std::fs::read_dir(self.home.join("collections"))
            .into_iter()
            .flatten();
        names.extend(folders.filter_map(|entry| entry.ok()?.file_name().into_string().ok()));
        names.sort();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| {
                let path = self.path_of(&name)?;
                let activity = if self.active() == Some(&name) {
                    Activity::Active
                } else {
                    Activity::Idle
                };
                Some(Known {
                    name,
                    path,
                    activity,
                })
            })
            .collect()
    }

    /// The name under which a folder is known.
    pub fn name_of(&self, folder: &Path) -> Option<String> {
        let known = self
            .list()
            .into_iter()
            .find(|known| same_folder(&known.path, folder))?;
        Some(known.name)
    }

    /// Registers a folder under a name and makes it the active one.
    pub fn register(&mut self, name: &Name, folder: &Path) {
        self.add(name, folder);
        self.set_active(name.as_str());
    }

    /// Registers a folder under a name.
    pub fn add(&mut self, name: &Name, folder: &Path) {
        if same_folder(folder, &self.default_path(name.as_str())) {
            self.remove_path(name.as_str());
        } else {
            self.document
                .entry("collections")
                .or_insert_with(|| Item::Table(Table::new()))[name.as_str()] =
                value(folder.display().to_string());
        }
    }

    /// Makes a collection the active one.
    pub fn set_active(&mut self, name: &str) {
        let settings = self
            .document
            .entry("settings")
            .or_insert_with(|| Item::Table(Table::new()));
        settings["default-collection"] = value(name);
    }

    /// Forgets a name: it is neither registered nor active any more. Its folder is left alone.
    pub fn forget(&mut self, name: &str) {
        self.remove_path(name);
        if self.active() == Some(name)
            && let Some(settings) = self
                .document
                .get_mut("settings")
                .and_then(Item::as_table_like_mut)
        {
            settings.remove("default-collection");
        }
    }

    fn remove_path(&mut self, name: &str) {
        if let Some(table) = self
            .document
            .get_mut("collections")
            .and_then(Item::as_table_like_mut)
        {
            table.remove(name);
        }
    }

    /// Writes the list.
    pub fn write(&self) -> Result<(), AppError> {
        files::create_folder(&self.home)?;
        let path = self.home.join("config.toml");
        Ok(files::replace(
            &path,
            self.document.to_string().as_bytes(),
            Mode::Keep,
        )?)
    }
}

fn same_folder(left: &Path, right: &Path) -> bool {
    left == right
        || matches!((left.canonicalize(), right.canonicalize()), (Ok(left), Ok(right)) if left == right)
}
