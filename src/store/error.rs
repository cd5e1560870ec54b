//! What can go wrong below: the disk, git, and who else is at work there.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the disk or of git.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused an operation on a path.
    #[error("can't {action} {}", path.display())]
    Io {
        /// What was tried, such as `read` or `create`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// git's files could not be read or written.
    #[error("can't {action}")]
    Git {
        /// What was tried.
        action: &'static str,
        /// What the library said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// No repository holds the folder.
    #[error("{} is not in a git repository", path.display())]
    NotARepository {
        /// The folder.
        path: PathBuf,
    },
    /// The repository has no work tree.
    #[error("{} is a bare repository: it has no work tree", path.display())]
    Bare {
        /// The git folder.
        path: PathBuf,
    },
    /// The repository belongs to somebody else, so nothing in it is trusted.
    #[error("the repository {} belongs to another user", path.display())]
    ForeignOwner {
        /// The git folder.
        path: PathBuf,
    },
    /// Another process held a lock for too long.
    #[error("{} is still locked after {seconds} s{}", path.display(), held_by(holder))]
    Locked {
        /// The lock.
        path: PathBuf,
        /// Who holds it, as it noted itself; may be empty.
        holder: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The user asked to stop while something was waited for.
    #[error("interrupted")]
    Interrupted,
    /// A file is larger than may be read.
    #[error("{} is {bytes} bytes long, {limit} are allowed", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// What stands at the path is a pipe, a device, a socket or a folder.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Somebody else moved the branch first.
    #[error("the branch moved while the change was made")]
    RefMoved,
    /// Another repository could not be reached, or is none.
    #[error("{remote} can't be reached{}", said(message))]
    Unreachable {
        /// The remote, or the address.
        remote: String,
        /// What git said.
        message: String,
    },
    /// A tree of another repository holds something that is not taken.
    #[error("{path:?} {reason}")]
    Tree {
        /// The path from the top of that repository.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A `git` process failed.
    #[error("git {command} failed{}", said(message))]
    GitCommand {
        /// The subcommand and its arguments.
        command: String,
        /// What it wrote to stderr.
        message: String,
    },
}

fn held_by(holder: &str) -> String {
    if holder.is_empty() {
        String::new()
    } else {
        format!(" by {holder}")
    }
}

fn said(message: &str) -> String {
    if message.is_empty() {
        String::new()
    } else {
        format!(": {message}")
    }
}

impl StoreError {
    /// Wraps what the system said of an operation on a path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    /// Wraps what git's library said.
    pub(crate) fn git<E>(action: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        move |source| Self::Git {
            action,
            source: source.into(),
        }
    }

    /// Whether the disk can't be written at all: read-only, full, or not permitted.
    pub fn is_unwritable(&self) -> bool {
        let mut cause: Option<&(dyn Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if error.downcast_ref().is_some_and(refuses_writing) {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

fn refuses_writing(error: &io::Error) -> bool {
    use io::ErrorKind::{
        FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    matches!(
        error.kind(),
        FileTooLarge | PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull
    )
}
