//! What can go wrong with a manifest.

use crate::model::finding::Finding;
use crate::model::row::RowKey;

/// The largest manifest that is read, in bytes.
pub const SIZE_LIMIT: usize = 32 * 1024 * 1024;

/// Why a manifest can't be read or an edit can't be made. Nothing is changed in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The file is above [`SIZE_LIMIT`]; it was not read.
    #[error("collection.toml has {bytes} bytes; at most {SIZE_LIMIT} are read")]
    TooLarge {
        /// The file's size.
        bytes: usize,
    },
    /// The file is not a manifest that can be used; every reason has its place.
    #[error("{}", first(findings))]
    Invalid {
        /// At least one finding, each an error.
        findings: Vec<Finding>,
    },
    /// An edit names a row that is not there.
    #[error("collection.toml has no {key}")]
    MissingRow {
        /// The row that was named.
        key: RowKey,
    },
    /// An edit would make a second row of the same key.
    #[error("collection.toml has a {key} already")]
    TakenKey {
        /// The key that is in use.
        key: RowKey,
    },
    /// The edit can't be made without touching more than it should.
    #[error("collection.toml:{line}: {reason}")]
    Form {
        /// The 1-based line that stands in the way.
        line: u32,
        /// What is in the way, and what to do.
        reason: String,
    },
    /// The lock file beside the manifest can't be read.
    #[error("collection.lock:{line}: {reason}")]
    LockFile {
        /// The 1-based line that stands in the way.
        line: u32,
        /// What is wrong with it.
        reason: String,
    },
    /// A record of deployments can't be read.
    #[error("line {line}: {reason}")]
    Record {
        /// The 1-based line.
        line: u32,
        /// What is wrong there.
        reason: String,
    },
}

fn first(findings: &[Finding]) -> String {
    match findings {
        [] => "collection.toml is invalid".to_owned(),
        [one] => one.to_string(),
        [one, rest @ ..] => format!("{one} (and {} more)", rest.len()),
    }
}
