//! Why a use-case could not be done.

use std::path::PathBuf;

use crate::model::commit::CommitId;
use crate::model::conflict::Conflict;
use crate::model::error::ModelError;
use crate::model::finding::Finding;
use crate::model::layout::MANIFEST;

use super::deployment_error::DeploymentError;
use super::source_error::SourceError;

// What lies in the variants, for those who word errors above this floor.
pub use crate::frontmatter::error::FrontmatterError;
pub use crate::manifest::ManifestError;
pub use crate::store::cache::error::CacheError;
pub use crate::store::error::StoreError;
pub use crate::store::git::head::Operation as GitOperation;
pub use crate::store::git::index::Visibility;

/// Why a use-case could not be done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A name, slug, colour or path can't be used.
    #[error(transparent)]
    Value(#[from] ModelError),
    /// The manifest can't be read or edited.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// An artifact's header can't be edited.
    #[error("can't edit the header of {path}")]
    Header {
        /// The file, relative to the collection.
        path: String,
        /// Why.
        #[source]
        source: FrontmatterError,
    },
    /// The disk or git refused.
    #[error(transparent)]
    Store(StoreError),
    /// The database refused.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A source could not be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The repository is in a state in which nothing may be changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing of that name.
    #[error("there is no {what} {name:?}")]
    Unknown {
        /// `group`, `tag`, `artifact`, `collection`.
        what: &'static str,
        /// The name as it was given.
        name: String,
        /// Names that exist, for a suggestion.
        known: Vec<String>,
    },
    /// A name that something had not yet at a moment of the past.
    #[error("there was no {what} {name:?} at {at}: it was called {was:?} then")]
    CalledOtherwise {
        /// `group`, `tag`, `artifact`.
        what: &'static str,
        /// The name as it was given.
        name: String,
        /// What it was called.
        was: String,
        /// The moment as it was given.
        at: String,
    },
    /// A bare name that several artifacts have.
    #[error("{name:?} names {} artifacts: {}", candidates.len(), candidates.join(", "))]
    Ambiguous {
        /// The name as it was given.
        name: String,
        /// The ids that have it.
        candidates: Vec<String>,
    },
    /// A pattern or filter that selects nothing.
    #[error("no artifact matches {pattern}")]
    NoMatch {
        /// The pattern or filter as it was given.
        pattern: String,
    },
    /// A name that is taken.
    #[error("a {what} {name:?} exists already")]
    Taken {
        /// `group`, `tag`, `artifact`, `collection`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The slug made of a tag's name belongs to another tag.
    #[error("the slug {slug:?} made of {name:?} belongs to the tag {owner:?}")]
    SlugTaken {
        /// The new tag's name.
        name: String,
        /// The slug.
        slug: String,
        /// The tag that has it.
        owner: String,
    },
    /// A tag that stands in artifacts' files, which are not rewritten unasked.
    #[error("the tag {tag:?} stands in {}", places.join(", "))]
    TagInFile {
        /// The tag.
        tag: String,
        /// Files and lines.
        places: Vec<String>,
    },
    /// No collection was named and none is around or active.
    #[error("no collection here, and none is active")]
    NoCollection,
    /// The folder holds no manifest.
    #[error("{} holds no collection.toml", path.display())]
    NotACollection {
        /// The folder.
        path: PathBuf,
    },
    /// Something to add is not an artifact.
    #[error("{path}: {reason}")]
    NotAnArtifact {
        /// The path as it was given.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The request does not say enough, or too much.
    #[error("{0}")]
    Request(String),
    /// One line of `apply` is not an operation.
    #[error("line {line} of the operations: {reason}")]
    Apply {
        /// 1-based.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The user's configuration file can't be used.
    #[error("{}: {reason}", path.display())]
    Configuration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Others changed the collection again and again meanwhile.
    #[error("the collection changed {times} times while the change was made")]
    Contention {
        /// How often it was tried.
        times: u32,
    },
    /// The other repository has commits that are not here.
    #[error("{upstream} has commits that are not here yet")]
    PushOvertaken {
        /// The branch there, as `origin/main`.
        upstream: String,
    },
    /// The other repository does not take the commits.
    #[error("{upstream} does not take the commits: {reason}")]
    PushRefused {
        /// The branch there, as `origin/main`.
        upstream: String,
        /// Its words.
        reason: String,
    },
    /// There is nothing to take back.
    #[error("there is nothing to {0}")]
    NothingTo(&'static str),
    /// A commit that is to be taken back is in another branch's history.
    #[error("{} ({summary:?}) is not in the history of this branch; {}", commit.short(), places(branches))]
    OtherHistory {
        /// The commit.
        commit: CommitId,
        /// The subject of its message.
        summary: String,
        /// The branches that have it.
        branches: Vec<String>,
    },
    /// What a change would take back was changed again since.
    #[error("what it changed was changed again since: {}", clash(conflicts, files))]
    Clash {
        /// Rows and fields.
        conflicts: Vec<Conflict>,
        /// Files, relative to the collection.
        files: Vec<String>,
    },
    /// What is to be brought in can't be merged with what is here.
    #[error("what comes in and what is here can't both hold")]
    ImportConflicts {
        /// Rows and fields.
        conflicts: Vec<Conflict>,
        /// Files, relative to the collection.
        files: Vec<String>,
    },
    /// A JSON file that is to be brought in can't be read.
    #[error("{path}:{line}:{column}: {reason}")]
    ForeignFile {
        /// The file as it was given.
        path: String,
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// The manifest of another collection can't be read.
    #[error("the manifest of {path} can't be read")]
    ForeignManifest {
        /// The collection as it was given.
        path: String,
        /// Why.
        #[source]
        source: ManifestError,
    },
    /// All commits are younger than a date.
    #[error("the collection has no commit of {date:?} or before")]
    NothingBefore {
        /// The date as it was given.
        date: String,
    },
    /// The manifest of a commit can't be read.
    #[error("the manifest of {commit} can't be read")]
    OldManifest {
        /// The commit.
        commit: String,
        /// Why.
        #[source]
        source: ManifestError,
    },
    /// A commit is not here: the clone is shallow.
    #[error("this clone is shallow, and knows nothing of the time before")]
    BeyondHorizon,
    /// The repository that a collection is to be shared in holds something already.
    #[error("{address} has commits already")]
    NotEmpty {
        /// The address.
        address: String,
    },
    /// A folder that is to be made holds something already.
    #[error("{} holds something already", path.display())]
    Filled {
        /// The folder.
        path: PathBuf,
    },
    /// What was cloned holds no collection.
    #[error("{address} holds no collection.toml at its top")]
    NoManifest {
        /// The address.
        address: String,
    },
    /// Something can't be deployed.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The user asked to stop.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// The work-tree manifest and HEAD's are both invalid.
    #[error("the manifest is invalid, and so is the committed one")]
    NothingValid {
        /// What is wrong with the one in the work tree.
        findings: Vec<Finding>,
    },
}

/// Where a commit is.
fn places(branches: &[String]) -> String {
    match branches {
        [] => "no branch has it".to_owned(),
        branches => format!("it is in {}", branches.join(", ")),
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Interrupted => Self::Interrupted,
            other => Self::Store(other),
        }
    }
}

/// A state of the repository in which a change would harm somebody's work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// git is in the middle of something.
    #[error("a git {} is in progress", .0.command())]
    InProgress(GitOperation),
    /// A merge has left conflicts in the manifest.
    #[error("a merge has left conflicts in {MANIFEST}")]
    ManifestConflicted,
    /// HEAD is on no branch.
    #[error("HEAD is detached: a commit made here would be on no branch")]
    Detached,
    /// The index holds a conflict.
    #[error("{path} has an unresolved conflict")]
    Conflicted {
        /// The first such path, relative to the work tree.
        path: String,
    },
    /// The manifest is a symbolic link.
    #[error("collection.toml is a symbolic link")]
    ManifestIsLink,
    /// The manifest was deleted by hand, and git has it.
    #[error("{path} is deleted in the work tree, but not in git")]
    ManifestGone {
        /// The manifest, relative to the work tree.
        path: String,
        /// The work tree's folder.
        work_tree: PathBuf,
    },
    /// git was told not to look at the manifest.
    #[error("git is told not to look at {path} ({})", flag(*visibility))]
    Hidden {
        /// The file, relative to the work tree.
        path: String,
        /// What git was told.
        visibility: Visibility,
        /// The work tree's folder.
        work_tree: PathBuf,
    },
    /// What is staged is neither what is committed nor what is in the work tree.
    #[error("{path} is staged with another content than it has in the work tree")]
    StagedDifferently {
        /// The file, relative to the work tree.
        path: String,
    },
    /// Files of an artifact hold work that is not committed.
    #[error("uncommitted work in {}", paths.join(", "))]
    Uncommitted {
        /// The files, relative to the collection.
        paths: Vec<String>,
    },
    /// A folder on the way to a file is a symbolic link, which may lead out of the collection.
    #[error("{path} is a symbolic link, and nothing is written through it")]
    LinkInPath {
        /// The link, relative to the work tree.
        path: String,
    },
    /// The branch follows no branch of another repository.
    #[error("the branch {branch} follows no other, and there is no remote \"origin\"")]
    NoUpstream {
        /// The branch.
        branch: String,
    },
    /// The branch follows one of this repository.
    #[error("the branch {branch} follows {upstream}, which is a branch of this very repository")]
    LocalUpstream {
        /// The branch.
        branch: String,
        /// The one that it follows.
        upstream: String,
    },
    /// Somebody went to another branch while commits came or went.
    #[error("HEAD left the branch {branch} meanwhile")]
    Switched {
        /// The branch.
        branch: String,
    },
    /// The remote `origin` leads elsewhere.
    #[error("the remote \"origin\" is {address}")]
    OtherOrigin {
        /// Its address.
        address: String,
    },
    /// Commits that would go out touch files outside of the collection.
    #[error("commits that are not shared yet touch {path}, outside of the collection in {folder}")]
    ForeignCommits {
        /// The first such file, relative to the work tree.
        path: String,
        /// The collection's folder, relative to the work tree.
        folder: String,
        /// The commands of git that would send them.
        push: String,
    },
    /// Two histories have no common ancestor here.
    #[error("{}", unrelated(*depth))]
    Unrelated {
        /// How much of the history is here.
        depth: Depth,
    },
    /// git did not begin to merge.
    #[error("git did not merge: {message}")]
    MergeStopped {
        /// What it said.
        message: String,
    },
    /// All is merged, and git did not commit it.
    #[error("git did not commit what is merged: {message}")]
    NotCommitted {
        /// What it said.
        message: String,
        /// The command that goes on.
        next: &'static str,
    },
    /// A conflict's text was edited by hand.
    #[error("{MANIFEST} was edited by hand where this conflict stands")]
    EditedConflict,
    /// A change is running around this process.
    #[error("a change can't be made from inside a change")]
    Nested,
}

fn clash(conflicts: &[Conflict], files: &[String]) -> String {
    let rows = conflicts.iter().map(ToString::to_string);
    rows.chain(files.iter().cloned())
        .collect::<Vec<_>>()
        .join("; ")
}

/// How much of the history is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// All of it.
    Whole,
    /// The newest part of it.
    Shallow,
}

fn unrelated(depth: Depth) -> &'static str {
    match depth {
        Depth::Whole => "the two histories have no commit in common",
        Depth::Shallow => "this clone is too shallow to know where the two histories meet",
    }
}

fn flag(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Skipped => "skip-worktree",
        Visibility::AssumedUnchanged => "assume-unchanged",
        Visibility::Watched => "watched",
    }
}
