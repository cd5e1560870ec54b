//! The index: looking at it, and making the one that fits a commit.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::{Flags, Mode, Stage, Stat};
use gix::index::extension::Tree;

use crate::model::artifact_file::FileStamp;
use crate::model::side::Sides;
use crate::store::error::StoreError;
use crate::store::files;

use super::id::{EntryKind, ObjectName, TreeEntry};
use super::repository::Repository;

/// The index at one moment.
pub struct Index {
    pub(super) file: gix::index::File,
    stamp: Option<FileStamp>,
    work_tree: PathBuf,
}

/// Why the index can't be written by anybody but git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexForm {
    /// One plain file.
    Plain,
    /// Shared parts (`core.splitIndex`).
    Split,
    /// Folders instead of files (`index.sparse`).
    Sparse,
}

/// What the index says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEntry {
    /// The content and kind that a commit would record.
    pub entry: TreeEntry,
    /// Whether git was told not to look at the file.
    pub visibility: Visibility,
}

/// Whether git compares the work tree's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// It does.
    Watched,
    /// `assume-unchanged` is set.
    AssumedUnchanged,
    /// `skip-worktree` is set.
    Skipped,
}

impl Repository {
    /// Reads the index; a missing one is empty.
    pub fn index(&self) -> Result<Index, StoreError> {
        let path = self.git.index_path();
        let stamp = files::stamp(&path)?;
        let file = if stamp.is_some() {
            self.git
                .open_index()
                .map_err(StoreError::git("read the index"))?
        } else {
            let state = gix::index::State::new(self.git.object_hash());
            gix::index::File::from_state(state, path)
        };
        let work_tree = self.work_tree().to_owned();
        Ok(Index {
            file,
            stamp,
            work_tree,
        })
    }

    /// Whether the index on disk is still the one that was read.
    pub fn index_is_current(&self, index: &Index) -> Result<bool, StoreError> {
        Ok(files::stamp(&self.git.index_path())? == index.stamp)
    }
}

impl Index {
    /// How the index is stored.
    pub fn form(&self) -> IndexForm {
        if self.file.link().is_some() {
            IndexForm::Split
        } else if self.file.is_sparse() {
            IndexForm::Sparse
        } else {
            IndexForm::Plain
        }
    }

    /// All paths with an unresolved conflict, each once.
    pub fn conflicts(&self) -> Vec<String> {
        let entries = self.file.entries().iter();
        let mut paths: Vec<String> = entries
            .filter(|entry| entry.stage() != Stage::Unconflicted)
            .map(|entry| entry.path(&self.file).to_string())
            .collect();
        paths.dedup();
        paths
    }

    /// The first path with an unresolved conflict.
    pub fn conflict(&self) -> Option<String> {
        let entry = self
            .file
            .entries()
            .iter()
            .find(|entry| entry.stage() != Stage::Unconflicted)?;
        Some(entry.path(&self.file).to_string())
    }

    /// The three versions of a path in conflict; nothing when it is in none.
    pub fn stages(&self, path: &str) -> Option<Sides<Option<ObjectName>>> {
        let of = |stage| {
            let entry = self.file.entry_by_path_and_stage(BStr::new(path), stage)?;
            Some(ObjectName(entry.id))
        };
        let stages = Sides {
            base: of(Stage::Base),
            ours: of(Stage::Ours),
            theirs: of(Stage::Theirs),
        };
        (stages != Sides::default()).then_some(stages)
    }

    /// What the index says of a path relative to the work tree.
    pub fn entry(&self, path: &str) -> Option<IndexEntry> {
        let entry = self.file.entry_by_path(BStr::new(path))?;
        let kind = match entry.mode {
            Mode::FILE => EntryKind::Plain,
            Mode::FILE_EXECUTABLE => EntryKind::Executable,
            Mode::SYMLINK => EntryKind::Link,
            _ => return None,
        };
        let visibility = if entry.flags.contains(Flags::SKIP_WORKTREE) {
            Visibility::Skipped
        } else if entry.flags.contains(Flags::ASSUME_VALID) {
            Visibility::AssumedUnchanged
        } else {
            Visibility::Watched
        };
        Some(IndexEntry {
            entry: TreeEntry {
                blob: ObjectName(entry.id),
                kind,
            },
            visibility,
        })
    }

    /// Whether a path is only announced (`git add --intent-to-add`): nothing of it is staged.
    pub fn is_announced(&self, path: &str) -> bool {
        self.file
            .entry_by_path(BStr::new(path))
            .is_some_and(|entry| entry.flags.contains(Flags::INTENT_TO_ADD))
    }

    /// All paths at or below a folder, relative to the work tree.
    pub fn paths_under(&self, folder: &str) -> Vec<String> {
        let below = format!("{folder}/");
        let entries = self
            .file
            .prefixed_entries(BStr::new(folder))
            .unwrap_or_default();
        entries
            .iter()
            .map(|entry| entry.path(&self.file).to_string())
            .filter(|path| path == folder || path.starts_with(&below))
            .collect()
    }

    /// What git noted of each file when it wrote it or compared it last: its path below a folder of the work tree
    /// (`""`, or with a slash at its end), its size (bytes, modulo 2³²) and when its content changed (nanoseconds since
    /// 1970). By path.
    pub fn noted<'i>(
        &'i self,
        prefix: &'i str,
    ) -> impl Iterator<Item = (&'i str, u32, i64)> + use<'i> {
        self.file.entries().iter().filter_map(move |entry| {
            let path = entry.path(&self.file).to_str().ok()?;
            let modified = entry.stat.mtime;
            let modified = i64::from(modified.secs) * 1_000_000_000 + i64::from(modified.nsecs);
            Some((path.strip_prefix(prefix)?, entry.stat.size, modified))
        })
    }

    /// Sets or removes the entry of a path; `work_tree` is where the file stands that the entry was made from.
    pub fn set(
        &mut self,
        path: &str,
        entry: Option<TreeEntry>,
        work_tree: &Path,
    ) -> Result<(), StoreError> {
        self.set_all(std::iter::once((path, entry)), work_tree)
    }

    /// The same for many paths, each named once; the entries are put in order once for all of them.
    pub fn set_all<'p>(
        &mut self,
        changes: impl Iterator<Item = (&'p str, Option<TreeEntry>)>,
        work_tree: &Path,
    ) -> Result<(), StoreError> {
        let (mut new, mut gone) = (Vec::new(), HashSet::new());
        for (path, entry) in changes {
            let name = BStr::new(path);
            let place = self
                .file
                .entry_index_by_path_and_stage(name, Stage::Unconflicted);
            match (place, entry) {
                (Some(_), None) => drop(gone.insert(name)),
                (None, None) => {}
                (Some(place), Some(entry)) => {
                    let stat = stat_of(&work_tree.join(path))?;
                    self.renew(place, entry, stat);
                }
                (None, Some(entry)) => new.push((name, entry, stat_of(&work_tree.join(path))?)),
            }
            if let Some(tree) = self.file.tree_mut() {
                invalidate(tree, path);
            }
        }
        if !gone.is_empty() {
            let is_gone = |path: &BStr, entry: &gix::index::Entry| {
                entry.stage() == Stage::Unconflicted && gone.contains(path)
            };
            self.file
                .remove_entries(|_, path, entry| is_gone(path, entry));
        }
        if !new.is_empty() {
            for (name, entry, stat) in new {
                let mode = mode_of(entry.kind);
                self.file
                    .dangerously_push_entry(stat, entry.blob.0, Flags::UPTODATE, mode, name);
            }
            self.file.sort_entries();
        }
        Ok(())
    }

    fn renew(&mut self, place: usize, entry: TreeEntry, stat: Stat) {
        let known = &mut self.file.entries_mut()[place];
        (known.id, known.stat, known.mode) = (entry.blob.0, stat, mode_of(entry.kind));
        known.flags.remove(Flags::INTENT_TO_ADD);
        known.flags.insert(Flags::UPTODATE);
    }

    /// Writes the index to `out`, as it would stand in `.git/index`.
    ///
    /// git takes a file for unchanged when its size and the second of its last change are as the index has them, and
    /// looks at its content only when the index is no younger. The new index is younger, so an entry that git could
    /// not tell any more is marked for a look at the content, as git does it when it writes an index.
    pub fn write_to(&mut self, out: impl Write) -> Result<(), StoreError> {
        if let Some(written) = self.stamp.map(|stamp| stamp.modified) {
            let (entries, paths) = self.file.entries_mut_and_pathbacking();
            for entry in entries {
                let path = || {
                    self.work_tree
                        .join(entry.path_in(paths).to_str_lossy().as_ref())
                };
                if !entry.flags.contains(Flags::UPTODATE) && may_hide(&entry.stat, written, path) {
                    entry.stat.size = 0;
                }
            }
        }
        let options = gix::index::write::Options::default();
        self.file
            .write_to(out, options)
            .map(|_| ())
            .map_err(StoreError::git("write the index"))
    }
}

/// Whether a file may differ from its entry without git seeing it in an index that is younger than `written`
/// (nanoseconds since 1970, the time of the index that is replaced).
fn may_hide(entry: &Stat, written: i64, path: impl FnOnce() -> PathBuf) -> bool {
    const SECOND: i64 = 1_000_000_000;
    const TICK: i64 = 20_000_000;
    let seconds = i64::from(entry.mtime.secs);
    if seconds < written.div_euclid(SECOND) {
        return false;
    }
    let Ok(Some(now)) = files::stamp(&path()) else {
        return false;
    };
    let touched = seconds * SECOND + i64::from(entry.mtime.nsecs);
    let looks_the_same =
        now.size == u64::from(entry.size) && now.modified.div_euclid(SECOND) == seconds;
    let is_surely_the_same =
        now.modified == touched && entry.mtime.nsecs != 0 && touched + TICK < written;
    looks_the_same && !is_surely_the_same
}

/// Makes git compute the trees above a path anew; all others keep their cached names.
fn invalidate(tree: &mut Tree, path: &str) {
    tree.num_entries = None;
    // The children are by name: they are put in that order when the index is read.
    if let Some((folder, rest)) = path.split_once('/')
        && let Ok(place) = tree
            .children
            .binary_search_by(|child| child.name.as_slice().cmp(folder.as_bytes()))
    {
        invalidate(&mut tree.children[place], rest);
    }
}

fn mode_of(kind: EntryKind) -> Mode {
    match kind {
        EntryKind::Plain => Mode::FILE,
        EntryKind::Executable => Mode::FILE_EXECUTABLE,
        EntryKind::Link => Mode::SYMLINK,
    }
}

fn stat_of(path: &Path) -> Result<Stat, StoreError> {
    let metadata = gix::index::fs::Metadata::from_path_no_follow(path)
        .map_err(StoreError::io("examine", path))?;
    Stat::from_fs(&metadata).map_err(StoreError::git("read a file's time"))
}
