//! Contents that are in no commit of a branch and must not be lost: kept in git under refs of their own.
//!
//! Such a ref is named after the content, so that it always means the same, and is written in one rename; no lock is
//! needed for it, and none can be left behind. git's garbage collection leaves alone what a ref leads to.

use crate::model::content_hash::ContentHash;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;
use crate::store::files::{self, Mode};

use super::id::{EntryKind, ObjectName, TreeEntry};
use super::objects::{TreeChange, Written};
use super::repository::{Identity, Repository};

/// The refs' common beginning.
const KEPT: &str = "refs/skillmeat/kept";

/// A file that is to be kept, by its path in the collection.
pub type KeptFile<'a> = (RelativePath, EntryKind, &'a [u8]);

impl Repository {
    /// Keeps files under the hash of their content, in a commit without a parent; synced.
    pub fn keep(
        &self,
        hash: &ContentHash,
        kept: &[KeptFile<'_>],
        message: &str,
        identity: &Identity,
    ) -> Result<(), StoreError> {
        let mut written = Written::default();
        let mut changes = Vec::with_capacity(kept.len());
        for (path, kind, bytes) in kept {
            let blob = self.write_blob(bytes, &mut written)?;
            changes.push(TreeChange {
                path: self.path_in_repository(path),
                entry: Some(TreeEntry { blob, kind: *kind }),
            });
        }
        let commit = self.write_commit(None, &changes, message, identity, &mut written)?;
        self.sync_written(written)?;
        let path = self.common_dir().join(name_of(hash));
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        files::replace(&path, format!("{commit}\n").as_bytes(), Mode::Plain)
    }

    /// The commit that keeps a content, if there is one.
    pub fn kept(&self, hash: &ContentHash) -> Result<Option<ObjectName>, StoreError> {
        if hash.is_plain() {
            self.commit_of(&name_of(hash))
        } else {
            Ok(None)
        }
    }

    /// The hashes of all contents that are kept and begin so.
    pub fn kept_beginning(&self, start: &str) -> Result<Vec<ContentHash>, StoreError> {
        let prefix = format!("{KEPT}/");
        let names = self.refs_below(&prefix)?.into_iter();
        let hashes = names.filter_map(|name| name.strip_prefix(&prefix).map(ContentHash::stored));
        Ok(hashes
            .filter(|hash| hash.as_str().starts_with(start))
            .collect())
    }

    fn refs_below(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let fault = "list the refs";
        let platform = self.git.references().map_err(StoreError::git(fault))?;
        let found = platform.prefixed(prefix).map_err(StoreError::git(fault))?;
        let mut names = Vec::new();
        for reference in found {
            let reference = reference.map_err(StoreError::git(fault))?;
            names.push(reference.name().as_bstr().to_string());
        }
        Ok(names)
    }
}

fn name_of(hash: &ContentHash) -> String {
    format!("{KEPT}/{hash}")
}
