//! Why something could not be had from where artifacts come from.

use crate::model::error::ModelError;
use crate::store::error::StoreError;

/// Why something could not be had from a source. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The repository does not answer, or is none.
    #[error("{address} can't be reached{}", said(message))]
    Unreachable {
        /// Its address.
        address: String,
        /// What git said.
        message: String,
    },
    /// The repository has no commit.
    #[error("{address} is empty")]
    Empty {
        /// Its address.
        address: String,
    },
    /// Neither a tag nor a branch nor a commit.
    #[error("{address} has no tag, branch or commit {version:?}")]
    NoVersion {
        /// The address of the repository.
        address: String,
        /// The version as it is wanted.
        version: String,
        /// Tags and branches that are there, for a suggestion.
        known: Vec<String>,
    },
    /// The version does not have the path.
    #[error("{address} has no {path:?} at {version}")]
    NoPath {
        /// The address of the repository.
        address: String,
        /// The path in it.
        path: String,
        /// The version as it is wanted.
        version: String,
    },
    /// What stands at the path is not taken.
    #[error("{from}: {reason}")]
    Refused {
        /// Where it stands, with its version.
        from: String,
        /// What is wrong, with the path in the repository.
        reason: String,
    },
    /// An artifact that was asked about did not come from anywhere.
    #[error("{artifact} has no source: it was made here, or added from this machine")]
    NoSource {
        /// The artifact.
        artifact: String,
    },
    /// A row's source can't be read.
    #[error("the source of {artifact} can't be used")]
    Unreadable {
        /// The artifact.
        artifact: String,
        /// Why.
        #[source]
        source: ModelError,
    },
    /// What an artifact was when it was taken in is not known any more.
    #[error(
        "{artifact} was edited here or its source's history was rewritten: {address} no longer has the commit {commit}"
    )]
    BaseGone {
        /// The artifact.
        artifact: String,
        /// The address of the repository.
        address: String,
        /// The commit that the row names.
        commit: String,
    },
    /// Files that changed both here and there.
    #[error("changed both here and at the source: {}", conflicts.join("; "))]
    Conflicts {
        /// Each with its artifact, its path and what happened to it.
        conflicts: Vec<String>,
    },
    /// Somebody else changed the row while its source was asked.
    #[error("the row of {artifact} changed while its source was asked")]
    Overtaken {
        /// The artifact.
        artifact: String,
    },
}

impl SourceError {
    /// A failure of a command that talks to a repository.
    pub(super) fn of_store(error: StoreError) -> super::error::AppError {
        match error {
            StoreError::Unreachable { remote, message } => Self::Unreachable {
                address: remote,
                message,
            }
            .into(),
            other => other.into(),
        }
    }

    /// The same of what stands at a place.
    pub(super) fn of_tree(
        from: &dyn std::fmt::Display,
        error: StoreError,
    ) -> super::error::AppError {
        match error {
            StoreError::Tree { .. } => Self::Refused {
                from: from.to_string(),
                reason: error.to_string(),
            }
            .into(),
            other => Self::of_store(other),
        }
    }
}

fn said(message: &str) -> String {
    if message.is_empty() {
        String::new()
    } else {
        format!(": {message}")
    }
}
