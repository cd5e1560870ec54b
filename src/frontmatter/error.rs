//! Why a header can't be edited.

/// A change of a header that was not made; the file is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontmatterError {
    /// No tag of the header matches.
    #[error("the header has no such tag")]
    NotThere,
    /// The tag is there, but written in a way that can't be edited without touching more than the tag.
    #[error("the tag on line {line} is written in a way that only a person can edit safely")]
    CantEdit {
        /// 1-based line on which the tag stands.
        line: u32,
    },
}
