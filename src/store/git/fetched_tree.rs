//! What a fetched commit holds at a path. Trees of others are not trusted: every name is looked at before it is used.

use std::collections::{BTreeMap, BTreeSet};

use gix::objs::tree::EntryKind as Kind;

use crate::model::path::RelativePath;
use crate::store::error::StoreError;

use super::fetch::Fetched;
use super::id::ObjectName;

/// The most files and folders that are looked at below one path.
const MOST_ENTRIES: usize = 10_000;

/// How deep folders may lie in one another.
const MOST_DEPTH: usize = 64;

/// The largest file that is taken, in bytes.
const FILE_LIMIT: u64 = 256 << 20;

/// The most bytes that are taken of one artifact.
const TOTAL_LIMIT: u64 = 512 << 20;

/// A file of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeFile {
    /// Its content.
    pub blob: ObjectName,
    /// Whether it may be executed.
    pub is_executable: bool,
}

/// What stands at a path of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FetchedTree {
    /// The files by their paths below the one that was asked for; `""` where that is a file itself.
    pub files: BTreeMap<String, TreeFile>,
    /// Symbolic links; their contents are their targets.
    pub links: BTreeMap<String, ObjectName>,
}

impl FetchedTree {
    /// The names of all contents.
    pub fn blobs(&self) -> impl Iterator<Item = ObjectName> {
        let files = self.files.values().map(|file| file.blob);
        files.chain(self.links.values().copied())
    }

    /// The paths of files that another tree does not have so, or that are there alone.
    pub fn differing<'a>(&'a self, other: &'a Self) -> Vec<&'a String> {
        let paths: BTreeSet<&String> = self.files.keys().chain(other.files.keys()).collect();
        let differs = |path: &&String| self.files.get(*path) != other.files.get(*path);
        paths.into_iter().filter(differs).collect()
    }
}

/// What was found at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Files.
    Files(FetchedTree),
    /// Nothing.
    Nothing,
}

impl Fetched {
    /// What a commit holds at a path; all of it without one. Submodules, names that would lead elsewhere, and a path that
    /// runs through a symbolic link are errors that name the path.
    pub fn tree_at(
        &self,
        commit: ObjectName,
        path: Option<&RelativePath>,
    ) -> Result<Found, StoreError> {
        let reader = self.reader()?;
        let failed = "read a commit that was fetched";
        let found = reader
            .find_commit(commit.0)
            .map_err(StoreError::git(failed))?;
        let mut tree = found.tree().map_err(StoreError::git(failed))?;
        let mut way = String::new();
        for part in path.iter().flat_map(|path| path.as_str().split('/')) {
            if !way.is_empty() {
                way.push('/');
            }
            way.push_str(part);
            let entry = tree
                .iter()
                .filter_map(Result::ok)
                .find(|entry| entry.filename() == part.as_bytes())
                .map(|entry| (entry.mode().kind(), entry.object_id()));
            let is_last = path.is_some_and(|path| path.as_str() == way);
            match entry {
                Some((Kind::Tree, name)) => {
                    tree = reader.find_tree(name).map_err(StoreError::git(failed))?;
                }
                Some((Kind::Commit, _)) => return Err(submodule(&way)),
                Some((Kind::Link, _)) => {
                    return Err(fault(&way, "is a symbolic link, and none is followed"));
                }
                Some((kind, name)) if is_last => {
                    return Ok(Found::Files(FetchedTree {
                        files: BTreeMap::from([(String::new(), file(kind, name))]),
                        links: BTreeMap::new(),
                    }));
                }
                _ => return Ok(Found::Nothing),
            }
        }
        let mut all = Walk::default();
        all.walk(&tree, "", 0).map_err(|error| below(&way, error))?;
        Ok(Found::Files(all.tree))
    }

    /// The contents of files that were fetched, each below the limit and all of them, too.
    pub fn contents(
        &self,
        files: &BTreeMap<String, ObjectName>,
    ) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        let names: Vec<ObjectName> = files.values().copied().collect();
        self.fetch_blobs(&names)?;
        let reader = self.reader()?;
        let mut left = TOTAL_LIMIT;
        let mut contents = BTreeMap::new();
        for (path, name) in files {
            let failed = "read a file that was fetched";
            let size = reader
                .find_header(name.0)
                .map_err(StoreError::git(failed))?
                .size();
            if size > FILE_LIMIT {
                return Err(fault(path, "has more than 256 MiB"));
            }
            left = left
                .checked_sub(size)
                .ok_or_else(|| fault(path, "is too much: all files together have above 512 MiB"))?;
            let mut blob = reader.find_blob(name.0).map_err(StoreError::git(failed))?;
            contents.insert(path.clone(), blob.take_data());
        }
        Ok(contents)
    }

    /// The name that the other repository gives to these bytes.
    pub fn name_of(&self, bytes: &[u8]) -> Result<ObjectName, StoreError> {
        let kind = self.refs().object_format();
        gix::objs::compute_hash(kind, gix::objs::Kind::Blob, bytes)
            .map(ObjectName)
            .map_err(StoreError::git("name a file"))
    }
}

#[derive(Default)]
struct Walk {
    tree: FetchedTree,
    seen: usize,
}

impl Walk {
    fn walk(&mut self, tree: &gix::Tree<'_>, folder: &str, depth: usize) -> Result<(), StoreError> {
        if depth > MOST_DEPTH {
            return Err(fault(folder, "lies too deep"));
        }
        for entry in tree.iter() {
            let entry = entry.map_err(StoreError::git("read a tree that was fetched"))?;
            self.seen += 1;
            if self.seen > MOST_ENTRIES {
                return Err(fault(folder, "has more than 10000 files"));
            }
            let path = joined(folder, entry.filename())?;
            let name = entry.object_id();
            match entry.mode().kind() {
                Kind::Tree => {
                    let below = tree
                        .repo
                        .find_tree(name)
                        .map_err(StoreError::git("read a tree that was fetched"))?;
                    self.walk(&below, &path, depth + 1)?;
                }
                Kind::Commit => return Err(submodule(&path)),
                Kind::Link => {
                    self.tree.links.insert(path, ObjectName(name));
                }
                kind => {
                    if self
                        .tree
                        .files
                        .insert(path.clone(), file(kind, name))
                        .is_some()
                    {
                        return Err(fault(&path, "stands there twice"));
                    }
                }
            }
        }
        Ok(())
    }
}

fn file(kind: Kind, name: gix::ObjectId) -> TreeFile {
    TreeFile {
        blob: ObjectName(name),
        is_executable: kind == Kind::BlobExecutable,
    }
}

/// A name of a tree below a folder, if it is one that a file may have on any system.
fn joined(folder: &str, name: &[u8]) -> Result<String, StoreError> {
    let shown = String::from_utf8_lossy(name);
    let path = if folder.is_empty() {
        shown.to_string()
    } else {
        format!("{folder}/{shown}")
    };
    let is_one = std::str::from_utf8(name).is_ok() && !shown.contains('/');
    if !is_one || is_git_folder(&shown) || shown.parse::<RelativePath>().is_err() {
        return Err(fault(&path, "is no path that may be written"));
    }
    Ok(path)
}

/// Whether some file system would take a name for git's own folder: Windows drops dots and spaces at its end and has
/// short names, macOS passes over characters that are not shown.
fn is_git_folder(name: &str) -> bool {
    let is_hidden = |c: &char| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let shown: String = name.chars().filter(is_hidden).collect();
    let stem = shown.split(':').next().unwrap_or(&shown);
    let stem = stem.trim_end_matches(['.', ' ']);
    stem.eq_ignore_ascii_case(".git") || stem.eq_ignore_ascii_case("git~1")
}

fn fault(path: &str, reason: &'static str) -> StoreError {
    StoreError::Tree {
        path: path.to_owned(),
        reason,
    }
}

fn submodule(path: &str) -> StoreError {
    fault(path, "is a submodule, which is another repository")
}

/// The same fault with the path from the top of the repository.
fn below(way: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Tree { path, reason } if !way.is_empty() => {
            let path = format!("{way}/{path}");
            StoreError::Tree {
                path: path.trim_end_matches('/').to_owned(),
                reason,
            }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "..",
            ".",
            "",
            "a/b",
            "/a",
            "a\\b",
            ".git",
            ".GIT",
            ".git.",
            ".git ",
            "git~1",
            "GIT~1",
            ".g\u{200c}it",
            ".git::$INDEX_ALLOCATION",
            "a\u{1b}[0m",
            "a\nb",
        ] {
            assert!(joined("skills/a", name.as_bytes()).is_err(), "{name:?}");
        }
        assert!(joined("", b"a\xff").is_err());
        for name in [".gitignore", ".github", "git", "a b", "ü.md", "..a"] {
            assert!(joined("", name.as_bytes()).is_ok(), "{name:?}");
        }
    }
}
