//! What artifacts' files hold, told without reading them: a merge knows rows only, and asks where rows say too little.

use super::name::ArtifactId;
use super::side::Side;

/// Names what the files of artifacts hold in the three versions of a merge.
pub trait Contents {
    /// A name for what an artifact's files hold in a version: equal files have equal names, others have others. Nothing
    /// where it is not known, where there are no files, and where they are empty.
    fn content(&self, side: Side, artifact: &ArtifactId) -> Option<String>;
}

/// Of no artifact anything is known but its row, as when three files are merged outside of any repository.
#[derive(Debug, Clone, Copy)]
pub struct NoContents;

impl Contents for NoContents {
    fn content(&self, _: Side, _: &ArtifactId) -> Option<String> {
        None
    }
}
