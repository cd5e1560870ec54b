//! What can be wrong with a value before it becomes one of the model's types.

/// A text that can't become a name, an id, a slug, a path or a colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Nothing was given where a name is needed.
    #[error("a name can't be empty")]
    EmptyName,
    /// The name has more than 255 characters after NFC.
    #[error("the name has {length} characters, 255 are allowed")]
    NameTooLong {
        /// Characters counted after NFC.
        length: usize,
    },
    /// The name holds a control character.
    #[error("the name {name:?} holds a control character")]
    ControlCharacter {
        /// The name as it was given.
        name: String,
    },
    /// The artifact's name would lead outside its folder or look like an option.
    #[error("{name:?} can't name an artifact: {reason}")]
    ArtifactName {
        /// The name as it was given.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The text is not of the form `type:name`.
    #[error("{text:?} is not of the form type:name")]
    ArtifactId {
        /// The text as it was given.
        text: String,
    },
    /// The type is not a plain lower-case word.
    #[error("{text:?} is not an artifact type (a lower-case word such as skill, agent or command)")]
    ArtifactType {
        /// The text as it was given.
        text: String,
    },
    /// The text is not a slug.
    #[error(
        "{text:?} is not a slug (lower-case letters and digits, joined by single hyphens, at most 100)"
    )]
    Slug {
        /// The text as it was given.
        text: String,
    },
    /// No slug can be made of the name.
    #[error("no slug can be made of the tag name {name:?}")]
    NoSlug {
        /// The tag's name.
        name: String,
    },
    /// The text is neither `#RRGGBB` nor a palette name.
    #[error("{text:?} is not a colour (#RRGGBB, or slate, blue, green, amber, rose)")]
    Color {
        /// The text as it was given.
        text: String,
    },
    /// The path is absolute, empty, or leads out of the collection.
    #[error("{text:?} is not a path inside the collection")]
    Path {
        /// The text as it was given.
        text: String,
    },
    /// The rating is not 1 to 5.
    #[error("a rating is a whole number from 1 to 5, not {text:?}")]
    Rating {
        /// The text as it was given.
        text: String,
    },
    /// The text does not name a place in a repository, or no version of one.
    #[error("{text:?} is not a source: {reason}")]
    Source {
        /// The text as it was given.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No client is known by that word.
    #[error("{text:?} is not a profile ({known})")]
    Profile {
        /// The text as it was given.
        text: String,
        /// The words that are known.
        known: String,
    },
}
