//! The journal: what a change is about to do, so that the next command can finish it or take it back.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::store::error::StoreError;
use crate::store::files;

use super::id::{ObjectName, TreeEntry};
use super::objects::Written;
use super::repository::Repository;

/// The largest journal that is read, in bytes.
const LIMIT: u64 = 64 << 20;

/// A change that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    /// The operation's word, as in the commit's trailer.
    pub operation: String,
    /// HEAD's commit before; nothing on an unborn branch.
    pub head_before: Option<ObjectName>,
    /// HEAD's commit after; nothing when `git commit` makes it.
    pub head_after: Option<ObjectName>,
    /// The full name of the branch that is moved.
    pub branch: Option<String>,
    /// The inode of our `index.lock`, 0 when git takes it. It tells our lock where there are no hard links.
    pub lock_inode: u64,
    /// The files.
    pub paths: Vec<JournalPath>,
}

/// A file of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalPath {
    /// Relative to the work tree.
    pub path: String,
    /// What was there; nothing for a new file.
    pub before: Option<JournalFile>,
    /// What is to be there; nothing for a removed file.
    pub after: Option<JournalFile>,
    /// What the index said before.
    pub index_before: Option<TreeEntry>,
}

/// The content of a file, in the work tree's form and in git's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalFile {
    /// The blob with the very bytes of the work tree.
    pub raw: ObjectName,
    /// The entry that a tree holds: the bytes after the repository's filters.
    pub entry: TreeEntry,
}

impl Repository {
    fn journal_path(&self) -> PathBuf {
        self.git_dir().join("skillmeat/journal")
    }

    /// Writes the journal. It must be synced before anything is done that it speaks of. Its file stays, empty, between
    /// changes: to write it in place takes no new file, and what is half written never is in force.
    pub fn write_journal(
        &self,
        journal: &Journal,
        written: &mut Written,
    ) -> Result<(), StoreError> {
        let path = self.journal_path();
        let text = serde_json::to_vec(journal).map_err(StoreError::git("write the journal"))?;
        if !path.exists() {
            written.note_folder_of(&path);
            if let Some(folder) = path.parent() {
                files::create_folder(folder)?;
            }
        }
        files::write_over(&path, &text)?;
        written.note(path);
        Ok(())
    }

    /// The journal of a change that did not end, if there is one. One that can't be read never was in force: power
    /// was cut before it was synced, and nothing was done yet.
    pub fn journal(&self) -> Result<Option<Journal>, StoreError> {
        let text = files::read(&self.journal_path(), LIMIT)?;
        Ok(text.and_then(|text| serde_json::from_slice(&text).ok()))
    }

    /// Empties the journal: the change is over. Then the names go by which our locks are known. One that comes back
    /// when power is cut is found to be done.
    pub fn end_journal(&self) -> Result<(), StoreError> {
        let ended = files::empty(&self.journal_path());
        let _ = fs::remove_file(self.own_index());
        let _ = fs::remove_file(self.own_branch());
        ended
    }
}
