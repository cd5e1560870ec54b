//! What artifacts' files hold, told without showing them: a merge knows rows only, and asks where rows say too little.

use super::name::ArtifactId;
use super::side::Side;

/// Names what the files of artifacts hold in the three versions of a merge.
pub trait Contents {
    /// A name for what an artifact's files hold in a version: equal files have equal names, others have others. Nothing
    /// where it is not known, where there are no files, and where they are empty.
    fn content(&self, side: Side, artifact: &ArtifactId) -> Option<String>;

    /// How much of the main files of two artifacts is the same, from 0 to 1, by the names of what they hold; 0 where that
    /// is not known.
    fn likeness(&self, one: &str, other: &str) -> f64;
}

/// Of no artifact anything is known but its row, as when three files are merged outside of any repository.
#[derive(Debug, Clone, Copy)]
pub struct NoContents;

impl Contents for NoContents {
    fn content(&self, _: Side, _: &ArtifactId) -> Option<String> {
        None
    }

    fn likeness(&self, _: &str, _: &str) -> f64 {
        0.0
    }
}
