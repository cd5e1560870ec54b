//! A commit's tree, asked for many paths: a folder's entries stand in a list, and a look for each of its files goes
//! through all of it. What is asked often is kept by name.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};

use gix::bstr::ByteSlice;

use crate::model::path::RelativePath;
use crate::store::error::StoreError;

use super::history::Node;
use super::id::{ObjectName, TreeEntry};
use super::repository::Repository;

/// So many questions are answered by going through the folders: that is faster than putting them in order.
const FEW: usize = 4;

/// What stands in a folder, by its name.
type Folder = BTreeMap<String, Node>;

/// The tree of one commit; an empty one where there is no commit.
pub struct CommitTree<'r> {
    repository: &'r Repository,
    commit: Option<ObjectName>,
    asked: Cell<usize>,
    /// The folders that were read, by their paths; empty ones where there is none. The top is `""`.
    folders: RefCell<HashMap<String, Folder>>,
}

impl Repository {
    /// A commit's tree, for many questions.
    pub fn commit_tree(&self, commit: Option<ObjectName>) -> CommitTree<'_> {
        CommitTree {
            repository: self,
            commit,
            asked: Cell::default(),
            folders: RefCell::default(),
        }
    }
}

impl CommitTree<'_> {
    /// The file that stands at a path of the collection.
    pub fn entry(&self, path: &RelativePath) -> Result<Option<TreeEntry>, StoreError> {
        self.entry_at_path(&self.repository.path_in_repository(path))
    }

    /// The file that stands at a path relative to the work tree.
    pub fn entry_at_path(&self, path: &str) -> Result<Option<TreeEntry>, StoreError> {
        if self.asked.get() < FEW {
            self.asked.set(self.asked.get() + 1);
            return self.repository.entry_at_path(self.commit, path);
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(match self.node(folder, name)? {
            Some(Node::File(entry)) => Some(entry),
            _ => None,
        })
    }

    fn node(&self, folder: &str, name: &str) -> Result<Option<Node>, StoreError> {
        if !self.folders.borrow().contains_key(folder) {
            self.read_down_to(folder)?;
        }
        let folders = self.folders.borrow();
        Ok(folders
            .get(folder)
            .and_then(|found| found.get(name))
            .copied())
    }

    /// Reads the folders on the way to a folder, and itself.
    fn read_down_to(&self, folder: &str) -> Result<(), StoreError> {
        let top = self.repository.tree_of(self.commit)?.map(|tree| tree.id);
        self.read("", top)?;
        let ends = folder.match_indices('/').map(|(at, _)| at);
        for end in ends.chain([folder.len()]) {
            let path = &folder[..end];
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let id = match self.folders.borrow()[above].get(name) {
                Some(Node::Folder(id)) => Some(*id),
                _ => None,
            };
            self.read(path, id)?;
        }
        Ok(())
    }

    fn read(&self, path: &str, tree: Option<gix::ObjectId>) -> Result<(), StoreError> {
        if self.folders.borrow().contains_key(path) {
            return Ok(());
        }
        let found = self
            .repository
            .entries_by(tree, |name| name.to_str().ok().map(str::to_owned))?;
        self.folders.borrow_mut().insert(path.to_owned(), found);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::Signature;
    use crate::model::time::Moment;
    use crate::store::git::id::EntryKind;
    use crate::store::git::objects::{TreeChange, Written};
    use crate::store::git::repository::{Identity, IdentityOrigin};

    const PATHS: [&str; 7] = [
        "a",
        "link",
        "skills/one/a",
        "skills/one/b",
        "skills/one/run",
        "skills/two/a",
        "z/y/x/w",
    ];

    const NO_FILES: [&str; 6] = [
        "skills",
        "skills/one",
        "skills/none/a",
        "a/below",
        "skills/one/a/below",
        "nothing",
    ];

    fn changes(repository: &Repository, written: &mut Written) -> Vec<TreeChange> {
        let change = |path: &&str| TreeChange {
            path: (*path).to_owned(),
            entry: Some(TreeEntry {
                blob: repository
                    .write_blob(path.as_bytes(), written)
                    .expect("a blob"),
                kind: match *path {
                    "link" => EntryKind::Link,
                    "skills/one/run" => EntryKind::Executable,
                    _ => EntryKind::Plain,
                },
            }),
        };
        PATHS.iter().map(change).collect()
    }

    fn asked_often(repository: &Repository, commit: Option<ObjectName>) -> CommitTree<'_> {
        let tree = repository.commit_tree(commit);
        tree.asked.set(FEW);
        tree
    }

    /// A commit of all paths, on a parent or on none.
    fn commit(
        repository: &Repository,
        parent: Option<ObjectName>,
        changes: &[TreeChange],
    ) -> ObjectName {
        let mia = Signature {
            name: "mia".to_owned(),
            email: "mia@example.org".to_owned(),
            time: Moment {
                seconds: 0,
                offset: 0,
            },
        };
        let identity = Identity {
            author: mia.clone(),
            committer: mia,
            origin: IdentityOrigin::Guessed,
        };
        repository
            .write_commit(parent, changes, "all", &identity, &mut Written::default())
            .expect("a commit")
    }

    fn repository() -> (tempfile::TempDir, Repository) {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Repository::create(folder.path()).expect("a repository");
        (folder, repository)
    }

    fn told(tree: &CommitTree<'_>, path: &str) -> Option<TreeEntry> {
        tree.entry_at_path(path).expect("a look")
    }

    #[test]
    fn tells_the_same_as_a_look_for_one_path() {
        let (_folder, repository) = repository();
        let changes = changes(&repository, &mut Written::default());
        let commit = commit(&repository, None, &changes);
        let tree = asked_often(&repository, Some(commit));
        for change in &changes {
            assert_eq!(told(&tree, &change.path), change.entry, "{}", change.path);
        }
        for path in NO_FILES {
            assert_eq!(told(&tree, path), None, "{path}");
            let alone = repository.entry_at_path(Some(commit), path);
            assert_eq!(alone.expect("a look"), None, "{path}");
        }
        assert_eq!(told(&asked_often(&repository, None), "a"), None);
    }

    #[test]
    fn reads_a_folder_once_however_many_paths_are_asked_for() {
        let (_folder, repository) = repository();
        let changes = changes(&repository, &mut Written::default());
        let commit = commit(&repository, None, &changes);
        let tree = asked_often(&repository, Some(commit));
        assert!(told(&tree, "skills/one/a").is_some());
        assert!(told(&tree, "skills/none/a").is_none());
        for folder in tree.folders.borrow_mut().values_mut() {
            folder.clear();
        }
        for path in ["a", "skills/one/a", "skills/one/b", "skills/two/a"] {
            assert_eq!(told(&tree, path), None, "{path} was looked for once more");
        }
        let read = ["", "skills", "skills/none", "skills/one", "skills/two"];
        let mut folders: Vec<String> = tree.folders.borrow().keys().cloned().collect();
        folders.sort();
        assert_eq!(folders, read);
    }

    #[test]
    fn a_file_gives_way_to_a_folder_and_a_folder_to_a_file_in_any_order() {
        let (_folder, repository) = repository();
        let all = changes(&repository, &mut Written::default());
        let before = commit(&repository, None, &all);
        let entry = all[0].entry;
        let change = |path: &str, entry| TreeChange {
            path: path.to_owned(),
            entry,
        };
        let mut turned = vec![
            change("a/below", entry),
            change("a", None),
            change("z", entry),
            change("z/y/x/w", None),
        ];
        let one = commit(&repository, Some(before), &turned);
        turned.reverse();
        let other = commit(&repository, Some(before), &turned);
        assert_eq!(one, other);
        for path in ["a/below", "z"] {
            let found = repository.entry_at_path(Some(one), path);
            assert_eq!(found.expect("a look"), entry, "{path}");
        }
    }
}
