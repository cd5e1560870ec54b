//! Looking at the repository before a change, and refusing where it would harm somebody's work.

use std::path::PathBuf;

use crate::app::error::{AppError, Refusal};
use crate::app::refresh::MANIFEST_LIMIT;
use crate::app::workspace::Workspace;
use crate::manifest::Document;
use crate::model::artifact_file::{FileStamp, Seen};
use crate::model::layout::MANIFEST;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::head::Head;
use crate::store::git::id::{ObjectName, TreeEntry};
use crate::store::git::index::{Index, Visibility};

use super::content::Bytes;

/// What a change starts from. It is compared again under the index lock.
pub(super) struct Look {
    /// HEAD.
    pub(super) head: Head,
    /// The full name of the branch that a commit at HEAD moves.
    pub(super) branch: String,
    /// The index.
    pub(super) index: Index,
    /// The work tree's folder.
    pub(super) work_tree: PathBuf,
    /// The manifest's path relative to the work tree.
    pub(super) manifest_path: String,
    /// The manifest in the work tree.
    pub(super) document: Document,
    /// Its name as a blob, before any filter.
    pub(super) manifest_name: ObjectName,
    /// When it was read, and what `stat` said of it.
    pub(super) manifest_seen: Option<Seen>,
    /// The manifest at HEAD.
    pub(super) committed: Option<TreeEntry>,
}

impl Look {
    /// Looks, and refuses a state in which nothing may be changed. The name of the manifest comes from `named`, which may
    /// tell it by the file's stamp.
    pub(super) fn at(
        workspace: &Workspace,
        named: impl FnOnce(Option<FileStamp>, &[u8]) -> Result<ObjectName, StoreError>,
    ) -> Result<Self, AppError> {
        let repository = &workspace.repository;
        let index = repository.index()?;
        let manifest_path = repository.path_in_repository(&MANIFEST.parse()?);
        if index.stages(&manifest_path).is_some() {
            return Err(Refusal::ManifestConflicted.into());
        }
        if let Some(operation) = repository.operation() {
            return Err(Refusal::InProgress(operation).into());
        }
        let head = repository.head()?;
        if head.branch.is_none() {
            return Err(Refusal::Detached.into());
        }
        if let Some(path) = index.conflict() {
            return Err(Refusal::Conflicted { path }.into());
        }
        if std::fs::symlink_metadata(workspace.manifest_path())
            .is_ok_and(|found| found.is_symlink())
        {
            return Err(Refusal::ManifestIsLink.into());
        }
        let relative = MANIFEST.parse()?;
        let committed = repository.entry_at(head.commit, &relative)?;
        let (at, stamp) = (files::clock(), files::stamp(&workspace.manifest_path())?);
        let Some(manifest) = files::read(&workspace.manifest_path(), MANIFEST_LIMIT)? else {
            return Err(match committed {
                Some(_) => Refusal::ManifestGone {
                    path: manifest_path,
                    work_tree: repository.work_tree().to_owned(),
                }
                .into(),
                None => AppError::NotACollection {
                    path: workspace.folder().to_owned(),
                },
            });
        };
        let document = Document::scan(manifest)?;
        Ok(Self {
            branch: repository.branch_at_head(&head)?,
            head,
            index,
            work_tree: repository.work_tree().to_owned(),
            manifest_path,
            manifest_name: named(stamp, document.bytes())?,
            document,
            manifest_seen: stamp.map(|stamp| Seen { stamp, at }),
            committed,
        })
    }

    /// The manifest's bytes in the work tree.
    pub(super) fn manifest(&self) -> Bytes {
        self.document.shared().into()
    }

    /// Refuses to change a file that git does not look at, or that is staged with a content which is neither the
    /// committed one nor the work tree's (`now`, as git would store it).
    pub(super) fn refuse_staged(
        &self,
        path: &str,
        committed: Option<TreeEntry>,
        now: Option<TreeEntry>,
    ) -> Result<(), Refusal> {
        let staged = self.index.entry(path);
        if let Some(entry) = staged
            && entry.visibility != Visibility::Watched
        {
            return Err(Refusal::Hidden {
                path: path.to_owned(),
                visibility: entry.visibility,
                work_tree: self.work_tree.clone(),
            });
        }
        let staged = staged.map(|entry| entry.entry);
        if staged != committed && staged != now {
            return Err(Refusal::StagedDifferently {
                path: path.to_owned(),
            });
        }
        Ok(())
    }
}
