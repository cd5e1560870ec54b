//! What an operation wants to do, before anything is done.

use crate::model::change::Change;
use crate::model::edit::Edit;
use crate::model::file_tree::FileContent;
use crate::model::path::RelativePath;

use super::error::AppError;
use super::view::View;

/// The content of a file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file.
    File(Vec<u8>),
    /// A file that may be executed.
    Executable(Vec<u8>),
    /// A symbolic link to this target.
    Link(String),
    /// A file made of what stands in the work tree, whose uncommitted edits are part of this commit.
    Over(Vec<u8>),
    /// What stands in the work tree now: only the commit is new.
    AsItIs,
    /// Nothing: the file is removed.
    Gone,
}

impl From<FileContent> for Content {
    fn from(content: FileContent) -> Self {
        match content {
            FileContent::Plain(bytes) => Self::File(bytes),
            FileContent::Executable(bytes) => Self::Executable(bytes),
            FileContent::Link(target) => Self::Link(target),
        }
    }
}

/// A file of the collection beside the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// Where.
    pub path: RelativePath,
    /// What is to stand there.
    pub content: Content,
}

/// What happens to edits of the manifest that were made by hand and are not committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandEdits {
    /// They get a commit of their own before the change.
    OwnCommit,
    /// They are part of this commit.
    Included,
}

/// What an operation wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The subject of the commit: `group: create "Authentication"`.
    pub subject: String,
    /// Edits of the manifest, in order.
    pub edits: Vec<Edit>,
    /// A whole new text for the manifest instead of edits (`check --fix`, `undo`).
    pub manifest: Option<Vec<u8>>,
    /// What such a text changes, in words; of edits that is worked out.
    pub changes: Vec<Change>,
    /// A line for the end of the commit's message beside the operation's: a key and what it says.
    pub trailer: Option<(&'static str, String)>,
    /// Other files.
    pub files: Vec<FileEdit>,
    /// What happens to uncommitted edits of the manifest.
    pub hand_edits: HandEdits,
    /// What the user should be told, in full sentences.
    pub remarks: Vec<String>,
}

impl Plan {
    /// A plan that only edits rows.
    pub fn of_edits(subject: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self {
            subject: subject.into(),
            edits,
            manifest: None,
            changes: Vec::new(),
            trailer: None,
            files: Vec::new(),
            hand_edits: HandEdits::OwnCommit,
            remarks: Vec::new(),
        }
    }

    /// The same plan with files.
    #[must_use]
    pub fn with_files(mut self, files: Vec<FileEdit>) -> Self {
        self.files = files;
        self
    }

    /// The same plan with something to tell.
    #[must_use]
    pub fn with_remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }
}

/// In which states of the collection an operation may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// A valid manifest, on a branch, nothing in progress.
    Sound,
    /// The same, but the manifest may be invalid: the operation mends it.
    InvalidManifest,
}

/// Which artifacts' files an operation depends on: no others are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach<'a> {
    /// None: rows of the manifest are all that it needs.
    Rows,
    /// Those of the artifacts that these names mean: `type:name`, a bare name or an alias, and no patterns.
    Named(&'a [String]),
    /// Any.
    Everything,
}

/// Something that can be done to a collection. It may be planned more than once, when others change it meanwhile.
pub trait Operation {
    /// The word in the commit's trailer: `group-create`.
    fn word(&self) -> &'static str;

    /// In which states it may run.
    fn admission(&self) -> Admission {
        Admission::Sound
    }

    /// Which artifacts' files it depends on.
    fn reach(&self) -> Reach<'_> {
        Reach::Everything
    }

    /// Looks at the collection and says what is to be done.
    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError>;
}
