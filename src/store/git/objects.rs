//! Blobs, trees and commits: reading them, and writing them so that they survive a power cut.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use gix::bstr::{BString, ByteSlice};
use gix::objs::tree::EntryKind as GitKind;

use crate::model::commit::Signature;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;

use super::id::{EntryKind, ObjectName, TreeEntry};
use super::repository::{Identity, Repository};

/// One path of a commit that is to be made: what the tree is to hold there, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// Relative to the work tree, with `/`.
    pub path: String,
    /// The new entry; nothing removes it.
    pub entry: Option<TreeEntry>,
}

/// What was written and is not yet synced.
#[derive(Debug, Default)]
#[must_use]
pub struct Written {
    pub(super) objects: Vec<ObjectName>,
    /// Files, and folders with other entries.
    pub(super) paths: BTreeSet<PathBuf>,
}

/// Names content as this repository does; may be used from any thread.
#[derive(Debug, Clone, Copy)]
pub struct Hasher(gix::hash::Kind);

impl Hasher {
    /// The name that git would give to these bytes as a blob, in hexadecimal; nothing is written.
    pub fn name_of(self, bytes: &[u8]) -> Result<String, StoreError> {
        gix::objs::compute_hash(self.0, gix::objs::Kind::Blob, bytes)
            .map(|name| name.to_string())
            .map_err(StoreError::git("hash a file"))
    }
}

impl Written {
    /// Notes a new or replaced file.
    pub fn note(&mut self, path: PathBuf) {
        self.paths.insert(path);
    }

    /// Notes that an entry of a file's folder changed.
    pub fn note_folder_of(&mut self, path: &Path) {
        self.paths.extend(path.parent().map(Path::to_owned));
    }
}

impl Repository {
    /// What names content as this repository does.
    pub fn hasher(&self) -> Hasher {
        Hasher(self.git.object_hash())
    }

    /// The name that git would give to these bytes as a blob; nothing is written.
    pub fn name_of_blob(&self, bytes: &[u8]) -> Result<ObjectName, StoreError> {
        gix::objs::compute_hash(self.git.object_hash(), gix::objs::Kind::Blob, bytes)
            .map(ObjectName)
            .map_err(StoreError::git("hash a file"))
    }

    /// The content of a blob.
    pub fn blob(&self, name: ObjectName) -> Result<Vec<u8>, StoreError> {
        let mut object = self
            .git
            .find_object(name.0)
            .map_err(StoreError::git("read an object"))?;
        Ok(std::mem::take(&mut object.data))
    }

    /// What a commit's tree holds at a path of the collection.
    pub fn entry_at(
        &self,
        commit: Option<ObjectName>,
        path: &RelativePath,
    ) -> Result<Option<TreeEntry>, StoreError> {
        self.entry_at_path(commit, &self.path_in_repository(path))
    }

    /// The name of the file or folder that a commit's tree holds at a path of the collection.
    pub fn object_at(
        &self,
        commit: ObjectName,
        path: &RelativePath,
    ) -> Result<Option<ObjectName>, StoreError> {
        let Some(tree) = self.tree_of(Some(commit))? else {
            return Ok(None);
        };
        let full = self.path_in_repository(path);
        let entry = tree
            .lookup_entry(full.split('/').map(str::as_bytes))
            .map_err(StoreError::git("look into a tree"))?;
        Ok(entry.map(|entry| ObjectName(entry.object_id())))
    }

    /// The files and folders that lie in a folder of the collection in a commit, by their names.
    pub fn objects_in(
        &self,
        commit: ObjectName,
        folder: &str,
    ) -> Result<HashMap<String, ObjectName>, StoreError> {
        let Some(tree) = self.tree_of(Some(commit))? else {
            return Ok(HashMap::new());
        };
        let full = format!("{}{folder}", self.prefix());
        let entry = tree
            .lookup_entry(full.split('/').map(str::as_bytes))
            .map_err(StoreError::git("look into a tree"))?;
        let Some(entry) = entry.filter(|entry| entry.mode().is_tree()) else {
            return Ok(HashMap::new());
        };
        let found = self
            .git
            .find_tree(entry.object_id())
            .map_err(StoreError::git("read a tree"))?;
        let named = |entry: gix::objs::tree::EntryRef<'_>| {
            let name = entry.filename.to_str_lossy().into_owned();
            (name, ObjectName(entry.oid.to_owned()))
        };
        let entries = found.decode().map_err(StoreError::git("read a tree"))?;
        Ok(entries.entries.into_iter().map(named).collect())
    }

    /// Whether a file, or any file below a folder, is not empty.
    pub fn holds_anything(&self, name: ObjectName) -> Result<bool, StoreError> {
        let header = self
            .git
            .find_header(name.0)
            .map_err(StoreError::git("read an object"))?;
        if header.kind() != gix::objs::Kind::Tree {
            return Ok(header.size() > 0);
        }
        let tree = self
            .git
            .find_tree(name.0)
            .map_err(StoreError::git("read a tree"))?;
        for entry in tree.iter() {
            let entry = entry.map_err(StoreError::git("read a tree"))?;
            if self.holds_anything(ObjectName(entry.object_id()))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a commit's tree holds at a path relative to the work tree.
    pub fn entry_at_path(
        &self,
        commit: Option<ObjectName>,
        path: &str,
    ) -> Result<Option<TreeEntry>, StoreError> {
        let Some(tree) = self.tree_of(commit)? else {
            return Ok(None);
        };
        entry_in(&tree, path)
    }

    /// What a tree of the whole work tree holds at a path of the collection.
    pub fn entry_in_tree(
        &self,
        tree: ObjectName,
        path: &RelativePath,
    ) -> Result<Option<TreeEntry>, StoreError> {
        let tree = self
            .git
            .find_tree(tree.0)
            .map_err(StoreError::git("read a tree"))?;
        entry_in(&tree, &self.path_in_repository(path))
    }

    /// The tree of the collection's folder in a commit; nothing where the commit does not have the folder.
    pub(super) fn folder_of_collection(
        &self,
        commit: ObjectName,
    ) -> Result<Option<gix::ObjectId>, StoreError> {
        let Some(tree) = self.tree_of(Some(commit))? else {
            return Ok(None);
        };
        let prefix = self.prefix().trim_end_matches('/');
        if prefix.is_empty() {
            return Ok(Some(tree.id));
        }
        let entry = tree
            .lookup_entry(prefix.split('/').map(str::as_bytes))
            .map_err(StoreError::git("look into a tree"))?;
        Ok(entry.map(|entry| entry.object_id()))
    }

    /// All files that a commit's tree holds below a folder of the collection, or the file itself.
    pub fn files_under(
        &self,
        commit: Option<ObjectName>,
        path: &RelativePath,
    ) -> Result<Vec<(RelativePath, TreeEntry)>, StoreError> {
        let mut found = Vec::new();
        let Some(tree) = self.tree_of(commit)? else {
            return Ok(found);
        };
        let full = self.path_in_repository(path);
        let entry = tree
            .lookup_entry(full.split('/').map(str::as_bytes))
            .map_err(StoreError::git("look into a tree"))?;
        if let Some(entry) = entry {
            self.collect(path, entry.mode().kind(), entry.object_id(), &mut found)?;
        }
        Ok(found)
    }

    fn collect(
        &self,
        path: &RelativePath,
        kind: GitKind,
        id: gix::ObjectId,
        found: &mut Vec<(RelativePath, TreeEntry)>,
    ) -> Result<(), StoreError> {
        if let Some(entry) = tree_entry(kind, id) {
            found.push((path.clone(), entry));
        } else if kind == GitKind::Tree {
            let tree = self
                .git
                .find_tree(id)
                .map_err(StoreError::git("read a tree"))?;
            for entry in tree.iter() {
                let entry = entry.map_err(StoreError::git("read a tree"))?;
                if let Ok(below) = path.join(&entry.filename().to_str_lossy()) {
                    self.collect(&below, entry.mode().kind(), entry.object_id(), found)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn tree_of(
        &self,
        commit: Option<ObjectName>,
    ) -> Result<Option<gix::Tree<'_>>, StoreError> {
        let Some(commit) = commit else {
            return Ok(None);
        };
        let commit = self
            .git
            .find_commit(commit.0)
            .map_err(StoreError::git("read a commit"))?;
        commit
            .tree()
            .map(Some)
            .map_err(StoreError::git("read a commit's tree"))
    }

    /// Writes a blob, unless it is there already.
    pub fn write_blob(
        &self,
        bytes: &[u8],
        written: &mut Written,
    ) -> Result<ObjectName, StoreError> {
        let id = self
            .git
            .write_blob(bytes)
            .map_err(StoreError::git("write a blob"))?
            .detach();
        written.objects.push(ObjectName(id));
        Ok(ObjectName(id))
    }

    /// Writes the trees and the commit that differ from `parent`'s only in `changes`.
    pub fn write_commit(
        &self,
        parent: Option<ObjectName>,
        changes: &[TreeChange],
        message: &str,
        identity: &Identity,
        written: &mut Written,
    ) -> Result<ObjectName, StoreError> {
        let tree = self.write_tree(parent, changes, written)?;
        let commit = gix::objs::Commit {
            tree,
            parents: parent.into_iter().map(|parent| parent.0).collect(),
            author: signature(&identity.author),
            committer: signature(&identity.committer),
            encoding: None,
            message: BString::from(message),
            extra_headers: Vec::new(),
        };
        let id = self
            .write_loose(&commit)
            .map_err(StoreError::git("write a commit"))?;
        written.objects.push(ObjectName(id));
        Ok(ObjectName(id))
    }

    fn write_tree(
        &self,
        parent: Option<ObjectName>,
        changes: &[TreeChange],
        written: &mut Written,
    ) -> Result<gix::ObjectId, StoreError> {
        let root = match self.tree_of(parent)? {
            Some(tree) => tree
                .decode()
                .map_err(StoreError::git("read a tree"))?
                .to_owned(),
            None => gix::objs::Tree::empty(),
        };
        let mut editor =
            gix::objs::tree::Editor::new(root, &self.git.objects, self.git.object_hash());
        for TreeChange { path, entry } in in_order(changes) {
            let parts = path.split('/').map(str::as_bytes);
            match entry {
                Some(entry) => editor.upsert(parts, git_kind(entry.kind), entry.blob.0),
                None => editor.remove(parts),
            }
            .map_err(StoreError::git("edit a tree"))?;
        }
        editor
            .write(|tree| {
                let id = self.write_loose(tree)?;
                written.objects.push(ObjectName(id));
                Ok::<_, io::Error>(id)
            })
            .map_err(StoreError::git("write a tree"))
    }

    /// Whether git would tidy up by itself now: by the number of loose objects, as `gc.auto` sets it.
    pub fn wants_maintenance(&self) -> bool {
        let limit = self
            .git
            .config_snapshot()
            .integer("gc.auto")
            .unwrap_or(6_700);
        let Ok(limit @ 1..) = usize::try_from(limit) else {
            return false;
        };
        let sample = self.common_dir().join("objects/17");
        let count = fs::read_dir(sample).map_or(0, Iterator::count);
        count > limit.div_ceil(256)
    }
}

/// A signature as git's library takes it.
pub(super) fn signature(signature: &Signature) -> gix::actor::Signature {
    gix::actor::Signature {
        name: signature.name.as_str().into(),
        email: signature.email.as_str().into(),
        time: gix::date::Time {
            seconds: signature.time.seconds,
            offset: signature.time.offset,
        },
    }
}

/// What is removed, from the last to the first, and then what is set: a tree's entries stand in a list, and behind one
/// that is taken out all others move up.
fn in_order(changes: &[TreeChange]) -> impl Iterator<Item = &TreeChange> {
    let (set, mut gone): (Vec<_>, Vec<_>) =
        changes.iter().partition(|change| change.entry.is_some());
    gone.sort_unstable_by(|one, other| other.path.cmp(&one.path));
    gone.into_iter().chain(set)
}

fn entry_in(tree: &gix::Tree<'_>, path: &str) -> Result<Option<TreeEntry>, StoreError> {
    let entry = tree
        .lookup_entry(path.split('/').map(str::as_bytes))
        .map_err(StoreError::git("look into a tree"))?;
    Ok(entry.and_then(|entry| tree_entry(entry.mode().kind(), entry.object_id())))
}

pub(super) fn tree_entry(kind: GitKind, id: gix::ObjectId) -> Option<TreeEntry> {
    let kind = match kind {
        GitKind::Blob => EntryKind::Plain,
        GitKind::BlobExecutable => EntryKind::Executable,
        GitKind::Link => EntryKind::Link,
        GitKind::Tree | GitKind::Commit => return None,
    };
    Some(TreeEntry {
        blob: ObjectName(id),
        kind,
    })
}

fn git_kind(kind: EntryKind) -> GitKind {
    match kind {
        EntryKind::Plain => GitKind::Blob,
        EntryKind::Executable => GitKind::BlobExecutable,
        EntryKind::Link => GitKind::Link,
    }
}
