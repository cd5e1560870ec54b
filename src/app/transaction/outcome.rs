//! What came of a change.

use crate::app::notice::Notice;
use crate::model::change::Change;
use crate::model::commit::CommitId;
use crate::model::path::RelativePath;

/// Whether a change is really made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is made.
    Perform,
    /// Only what it would do is told (`--dry-run`).
    Pretend,
}

/// What happened to a file beside the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file.
    pub path: RelativePath,
    /// What happened to it.
    pub action: FileAction,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAction {
    /// It is new.
    Created,
    /// It has another content.
    Written,
    /// It is gone.
    Removed,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What was done to rows; empty when the collection was so already.
    pub changes: Vec<Change>,
    /// What was done to other files.
    pub files: Vec<FileChange>,
    /// The commit, unless nothing had to be done or the change was only pretended.
    pub commit: Option<CommitId>,
    /// The branch it is on, as people write it.
    pub branch: Option<String>,
    /// What people should be told beside it.
    pub notices: Vec<Notice>,
}
