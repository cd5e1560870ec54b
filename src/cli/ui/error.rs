//! What can go wrong while results are written.

use std::io;

/// Results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader of a pipe went away (`EPIPE`); the exit code is 141 and nothing is said.
    #[error("the reader of the output went away")]
    ReaderGone,
    /// Writing failed: the disk is full, or the device is gone.
    #[error("can't write the output")]
    Failed(#[source] io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Failed(error),
        }
    }
}
