//! What a file or folder that is to be brought in is, told by its content.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::model::layout::MANIFEST;
use crate::model::organisation::KIND;
use crate::store::files;

use super::apply::words;
use super::error::AppError;
use super::import::{Grouping, ImportRequest};
use super::import_parts::{Incoming, Reading};
use super::{import_collection, import_folder, import_marketplace, import_organisation};

/// The largest JSON file that is read, in bytes.
const JSON_LIMIT: u64 = 32 << 20;

/// Where a marketplace's file lies in its folder.
const MARKETPLACES: [&str; 3] = [
    ".claude-plugin/marketplace.json",
    "marketplace.json",
    ".github/plugin/marketplace.json",
];

/// Reads what is to be brought in.
pub(super) fn read(
    request: &ImportRequest,
    reading: &mut Reading<'_>,
) -> Result<Incoming, AppError> {
    let (path, shown) = (&request.path, request.shown.as_str());
    let found = fs::metadata(path).map_err(|error| refusal(shown, format!("{error}")))?;
    if !found.is_dir() {
        if request.grouping == Grouping::Folder {
            let reason = "`--group-by folder` takes a folder".to_owned();
            return Err(refusal(shown, reason));
        }
        return match (path.file_name(), path.parent()) {
            (Some(name), Some(folder)) if name == MANIFEST => {
                import_collection::read(folder, shown, reading)
            }
            _ => read_json(path, shown, reading),
        };
    }
    if request.grouping == Grouping::Folder {
        return import_folder::read_grouped(path, shown, reading);
    }
    if fs::symlink_metadata(path.join(MANIFEST)).is_ok() {
        return import_collection::read(path, shown, reading);
    }
    let marketplace = MARKETPLACES.iter().map(|place| path.join(place));
    match marketplace.into_iter().find(|file| file.is_file()) {
        Some(file) => read_json(&file, &file.display().to_string(), reading),
        None => import_folder::read(path, shown, reading),
    }
}

fn refusal(shown: &str, reason: String) -> AppError {
    AppError::NotAnArtifact {
        path: shown.to_owned(),
        reason,
    }
}

fn read_json(path: &Path, shown: &str, reading: &mut Reading<'_>) -> Result<Incoming, AppError> {
    let file = JsonFile::read(path, shown)?;
    if file.value.get("plugins").is_some() {
        return import_marketplace::read(&file, &folder_of(path), reading);
    }
    if file.value.get("kind").and_then(Value::as_str) == Some(KIND) {
        return import_organisation::read(&file);
    }
    let reason = "it is neither a marketplace (which has `plugins`) nor an organisation as `skillmeat export` writes it";
    Err(refusal(shown, reason.to_owned()))
}

/// The folder of a marketplace's file: that around a folder which only holds it.
fn folder_of(file: &Path) -> PathBuf {
    let parent = file.parent().unwrap_or(Path::new(""));
    for place in MARKETPLACES.iter().map(Path::new) {
        let depth = place.components().count() - 1;
        if depth > 0 && file.ends_with(place) {
            return parent.ancestors().nth(depth).unwrap_or(parent).to_owned();
        }
    }
    parent.to_owned()
}

/// A JSON file that was read, and is well formed.
#[derive(Debug)]
pub(super) struct JsonFile {
    /// The file as it was given.
    pub(super) shown: String,
    /// What it holds.
    pub(super) value: Value,
    bytes: Vec<u8>,
}

impl JsonFile {
    /// Reads a file of at most [`JSON_LIMIT`] bytes.
    pub(super) fn read(path: &Path, shown: &str) -> Result<Self, AppError> {
        let absent = || refusal(shown, "there is no such file".to_owned());
        let mut bytes = files::read(path, JSON_LIMIT)?.ok_or_else(absent)?;
        if bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(.."\u{feff}".len());
        }
        let value = serde_json::from_slice(&bytes).map_err(|error| fault(shown, &error))?;
        Ok(Self {
            shown: shown.to_owned(),
            value,
            bytes,
        })
    }

    /// The same as a type; what does not fit is told with its place.
    pub(super) fn typed<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        serde_json::from_slice(&self.bytes).map_err(|error| fault(&self.shown, &error))
    }
}

fn fault(shown: &str, error: &serde_json::Error) -> AppError {
    AppError::ForeignFile {
        path: shown.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: words(error),
    }
}
