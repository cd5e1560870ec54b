//! The user's configuration of git as it was before something was put into it, so that it can be as it was to the byte.
//! What git takes out of a file of its own is not always all that it put in: a file that was not there, a last line
//! without an end, an empty section.
//!
//! Only what was changed is remembered: a configuration may hold secrets. Where others changed the file since, git takes
//! out what is ours.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::content_hash::ContentHash;
use crate::store::files::{self, Mode};
use crate::store::git::global;

use super::environment::Environment;
use super::error::AppError;
use super::hooks::LIMIT;

/// How to make a file what it was.
#[derive(Debug, Serialize, Deserialize)]
struct WayBack {
    path: PathBuf,
    /// The hash of what the file holds with our change.
    with: String,
    /// The bytes that our change left, from the start and from the end.
    kept: (usize, usize),
    /// What stood between them; nothing where there was no file.
    between: Option<Vec<u8>>,
}

impl WayBack {
    fn from(path: &Path, with: &[u8], before: Option<&[u8]>) -> Self {
        let bytes = before.unwrap_or_default();
        let pairs = bytes.iter().zip(with);
        let start = pairs.take_while(|(one, other)| one == other).count();
        let ends = bytes[start..].iter().rev().zip(with[start..].iter().rev());
        let end = ends.take_while(|(one, other)| one == other).count();
        Self {
            path: path.to_owned(),
            with: ContentHash::of_file(with).to_string(),
            kept: (start, end),
            between: before.map(|bytes| bytes[start..bytes.len() - end].to_vec()),
        }
    }

    /// Whether the file is as we left it.
    fn leads_from(&self, path: &Path, now: Option<&[u8]>) -> bool {
        let is_ours = |now| ContentHash::of_file(now).as_str() == self.with;
        self.path == path && now.is_some_and(is_ours)
    }

    /// What the file held that we left like this; nothing where there was none.
    fn before(&self, now: &[u8]) -> Option<Vec<u8>> {
        let (start, end) = self.kept;
        let last = now.len().saturating_sub(end);
        let (first, last) = (now.get(..start)?, now.get(last..)?);
        Some([first, self.between.as_ref()?, last].concat())
    }
}

/// Does something that puts things into the user's configuration, and remembers the way back.
pub(super) fn remembering<T>(
    environment: &Environment,
    put_in: impl FnOnce() -> Result<T, AppError>,
) -> Result<T, AppError> {
    let Some(path) = global::file() else {
        return put_in();
    };
    let now = read(&path);
    let known = way_back(environment).filter(|known| known.leads_from(&path, now.as_deref()));
    let before = match (&known, &now) {
        (Some(known), Some(now)) => known.before(now),
        _ => now,
    };
    let done = put_in()?;
    if let Some(with) = read(&path).filter(|with| before.as_ref() != Some(with)) {
        let way = WayBack::from(&path, &with, before.as_deref());
        let text =
            serde_json::to_vec(&way).map_err(|error| AppError::Request(error.to_string()))?;
        files::create_folder(&environment.home)?;
        files::replace(&record(environment), &text, Mode::Plain)?;
    }
    Ok(done)
}

/// Does something that takes out again what was put in, and makes the file what it was where nobody else changed it.
pub(super) fn returning<T>(
    environment: &Environment,
    take_out: impl FnOnce() -> Result<T, AppError>,
) -> Result<T, AppError> {
    let path = global::file();
    let now = path.as_deref().and_then(read);
    let done = take_out()?;
    if let (Some(path), Some(way)) = (path, way_back(environment)) {
        let is_ours = way.leads_from(&path, now.as_deref());
        let before = now.and_then(|now| way.before(&now));
        match before.filter(|_| is_ours) {
            Some(bytes) => files::replace_through(&path, &bytes, None)?,
            None if is_ours && way.between.is_none() => {
                files::remove(&path.canonicalize().unwrap_or(path))?;
            }
            None => remove_if_left_empty(&path, &way)?,
        }
    }
    files::remove(&record(environment))?;
    Ok(done)
}

/// A file that was not there before, and in which nothing is left, goes.
fn remove_if_left_empty(path: &Path, way: &WayBack) -> Result<(), AppError> {
    let was_absent = way.path == path && way.between.is_none();
    if was_absent && read(path).is_some_and(|left| left.is_empty()) {
        files::remove(&path.canonicalize().unwrap_or(path.to_owned()))?;
    }
    Ok(())
}

/// What a file holds; nothing where that can't be known, and then git is left to itself.
fn read(path: &Path) -> Option<Vec<u8>> {
    files::read(path, LIMIT).ok()?
}

fn way_back(environment: &Environment) -> Option<WayBack> {
    let bytes = files::read(&record(environment), LIMIT).ok()??;
    serde_json::from_slice(&bytes).ok()
}

fn record(environment: &Environment) -> PathBuf {
    environment.home.join("git-configuration-before.json")
}
