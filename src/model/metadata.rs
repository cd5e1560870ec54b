//! What an artifact's header says about it.

/// The header of an artifact's file, read leniently. Texts are `""` and lists are empty when the header says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The name that the header gives; the file's place decides the artifact's name, not this.
    pub name: String,
    /// What the artifact does and when to use it.
    pub description: String,
    /// Who wrote it.
    pub author: String,
    /// Its licence.
    pub license: String,
    /// Its version, as written (`1.10` stays `1.10`).
    pub version: String,
    /// Its category; counts as a tag only at import.
    pub category: String,
    /// Tools that it may use.
    pub tools: Vec<String>,
    /// Tags from `tags`, `keywords` and `metadata.tags`, in that order, each once.
    pub tags: Vec<String>,
}
