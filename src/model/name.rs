//! Names of groups and artifacts, and the ids made of them.
//!
//! A name that stands in a file is kept as it is ([`Name::stored`]), however odd; a name that a command makes
//! must pass [`Name::new`] or [`Name::for_artifact`]. Names are compared after Unicode NFC.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::error::ModelError;

/// The longest name that a command makes, in characters after NFC.
pub const NAME_LIMIT: usize = 255;

/// A name, kept to the byte as it was found or given; equal to another when both are equal after NFC.
#[derive(Debug, Clone)]
pub struct Name(String);

impl Name {
    /// Takes a name that a command makes: 1 to 255 characters after NFC, no control characters.
    pub fn new(text: &str) -> Result<Self, ModelError> {
        let text: String = text.trim().nfc().collect();
        let length = text.chars().count();
        if length == 0 {
            return Err(ModelError::EmptyName);
        }
        if length > NAME_LIMIT {
            return Err(ModelError::NameTooLong { length });
        }
        if text.chars().any(char::is_control) {
            return Err(ModelError::ControlCharacter { name: text });
        }
        Ok(Self(text))
    }

    /// Takes an artifact's name that a command makes: as [`Name::new`], and safe as a file name.
    pub fn for_artifact(text: &str) -> Result<Self, ModelError> {
        let name = Self::new(text)?;
        match artifact_name_fault(name.as_str()) {
            Some(reason) => Err(ModelError::ArtifactName {
                name: name.0,
                reason,
            }),
            None => Ok(name),
        }
    }

    /// Keeps a name that stands in a file, whatever it holds.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which names are compared: NFC.
    pub fn key(&self) -> Cow<'_, str> {
        if self.0.is_ascii() || is_nfc_quick(self.0.chars()) == IsNormalized::Yes {
            Cow::Borrowed(&self.0)
        } else {
            Cow::Owned(self.0.nfc().collect())
        }
    }
}

/// Says why a text can't be an artifact's name, or nothing when it can.
///
/// Path separators, `..`, control characters and a leading `-` or `.` are refused; everything else may stand in a
/// name. The colon joins the name spaces of a command (`a:review`) and may not lead, trail or double.
pub fn artifact_name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.contains(['/', '\\']) {
        return Some("it holds a path separator");
    }
    if name.chars().any(char::is_control) {
        return Some("it holds a control character");
    }
    if name.starts_with('-') {
        return Some("it begins with a hyphen and would be read as an option");
    }
    name.split(':').find_map(|part| match part {
        "" => Some("it has an empty part beside a colon"),
        part if part.contains("..") => Some("it holds two dots in a row"),
        part if part.starts_with('.') => Some("it begins with a dot"),
        _ => None,
    })
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        Self::new(text)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.key() == other.key()
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// The kind of an artifact. Types that this version does not know are kept by their word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArtifactType {
    /// A folder with a `SKILL.md`.
    Skill,
    /// One Markdown file that describes a sub-agent.
    Agent,
    /// One Markdown file that is a slash command; sub-folders are name spaces.
    Command,
    /// A JSON file of client hooks.
    Hook,
    /// A JSON file that configures an MCP server.
    Mcp,
    /// A folder or file that describes a workflow.
    Workflow,
    /// An artifact made of others.
    Composite,
    /// A type of a newer or another tool.
    Other(String),
}

impl ArtifactType {
    /// The types with a place in the layout, in the order in which lists show them.
    pub const KNOWN: [Self; 7] = [
        Self::Skill,
        Self::Agent,
        Self::Command,
        Self::Hook,
        Self::Mcp,
        Self::Workflow,
        Self::Composite,
    ];

    /// The word that stands in files for this type.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Skill => "skill",
            Self::Agent => "agent",
            Self::Command => "command",
            Self::Hook => "hook",
            Self::Mcp => "mcp",
            Self::Workflow => "workflow",
            Self::Composite => "composite",
            Self::Other(word) => word,
        }
    }

    /// Keeps a type word that stands in a file, whatever it is.
    pub fn stored(word: &str) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|known| known.as_str() == word)
            .unwrap_or_else(|| Self::Other(word.to_owned()))
    }
}

impl fmt::Display for ArtifactType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ArtifactType {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let word = text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c));
        if text.is_empty() || !word || text.starts_with('-') {
            return Err(ModelError::ArtifactType {
                text: text.to_owned(),
            });
        }
        Ok(Self::stored(text))
    }
}

/// The identity of an artifact: its type and its name, written `type:name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArtifactId {
    /// The artifact's type.
    pub kind: ArtifactType,
    /// The artifact's name within that type; a command's name spaces are joined by colons.
    pub name: Name,
}

impl ArtifactId {
    /// Joins a type and a name.
    pub fn new(kind: ArtifactType, name: Name) -> Self {
        Self { kind, name }
    }
}

impl fmt::Display for ArtifactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.name)
    }
}

impl FromStr for ArtifactId {
    type Err = ModelError;

    /// Splits at the first colon and keeps both parts as they are.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        match text.split_once(':') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                Ok(Self::new(ArtifactType::stored(kind), Name::stored(name)))
            }
            _ => Err(ModelError::ArtifactId {
                text: text.to_owned(),
            }),
        }
    }
}

/// What stands in a list of members: an id, or a bare name that means the one artifact of that name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Member {
    /// `type:name`.
    Typed(ArtifactId),
    /// A name without a type.
    Bare(Name),
}

impl Member {
    /// Reads an entry as it stands in a file; nothing is refused.
    pub fn stored(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Bare(Name::stored(text)), Self::Typed)
    }
}

impl fmt::Display for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Typed(id) => id.fmt(formatter),
            Self::Bare(name) => name.fmt(formatter),
        }
    }
}

impl From<ArtifactId> for Member {
    fn from(id: ArtifactId) -> Self {
        Self::Typed(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_after_nfc_is_equal() {
        assert_eq!(Name::stored("Cafe\u{301}"), Name::stored("Caf\u{e9}"));
        assert_ne!(Name::stored("Auth"), Name::stored("auth"));
    }

    #[test]
    fn a_commands_name_spaces_follow_the_first_colon() {
        let id: ArtifactId = "command:a:review".parse().expect("an id");
        assert_eq!(
            (id.kind, id.name.as_str()),
            (ArtifactType::Command, "a:review")
        );
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "../x",
            "a/b",
            "a\\b",
            "-rf",
            ".git",
            "a..b",
            "a:",
            ":a",
            "a:.b",
            "x\u{1b}[0m",
            "",
        ] {
            assert!(Name::for_artifact(name).is_err(), "{name:?}");
        }
        assert!(Name::for_artifact("my skill (v2)").is_ok());
    }

    #[test]
    fn members_print_as_they_stood() {
        for text in ["skill:a", "a", "command:x:y", ":a", "skill:", "odd:"] {
            assert_eq!(Member::stored(text).to_string(), text);
        }
    }
}
