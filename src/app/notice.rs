//! What a use-case has to tell beside its result.

use crate::model::finding::Finding;

/// Something that people should know; the command line words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The manifest in the work tree is invalid; the answer comes from the committed one.
    AnswerFromHead(Vec<Finding>),
    /// A change that did not end was finished.
    Finished(String),
    /// A change that did not end was taken back.
    TakenBack(String),
    /// A change that did not end could not be taken back, because others went on; the files were kept.
    Kept(String),
    /// Another change is waited for.
    Waiting(String),
    /// Edits made by hand were committed first.
    HandEditsRecorded(String),
    /// What edits made by hand took out of the manifest, and how it comes back; a full sentence.
    Dropped(String),
    /// git has no name and address configured; these were used.
    GuessedIdentity(String),
    /// The database can't be written; it was made in memory.
    DatabaseInMemory,
    /// The change is made, but git's index could not follow; the next command lets it.
    IndexStale(String),
    /// The database could not be brought up to date after the change; the next command does it.
    DatabaseStale(String),
    /// Something that a use-case wants to say, a full sentence.
    Remark(String),
}
