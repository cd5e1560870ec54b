//! Fields of rows and what they hold.

use std::borrow::Cow;
use std::fmt;

/// A field of a row, by the key that it has in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `name`: of every row but a rating.
    Name,
    /// `slug`: of a tag definition.
    Slug,
    /// `type`: of an artifact.
    Type,
    /// `color`: of a group or a tag definition.
    Color,
    /// `description`: of a group, a tag definition, or an artifact (where it overrides the file's own).
    Description,
    /// `icon`: of a group.
    Icon,
    /// `position`: of a group or an artifact.
    Position,
    /// `tags`: of a group or an artifact.
    Tags,
    /// `members`: of a group or a composite.
    Members,
    /// `aliases`: of an artifact.
    Aliases,
    /// `target_platforms`: of an artifact.
    TargetPlatforms,
    /// `path`: of an artifact.
    Path,
    /// `source`: of an artifact.
    Source,
    /// `version_spec`: of an artifact.
    VersionSpec,
    /// `resolved_sha`: of an artifact.
    ResolvedSha,
    /// `resolved_version`: of an artifact.
    ResolvedVersion,
    /// `origin`: of an artifact, in SkillMeat's dialect.
    Origin,
    /// `upstream`: of an artifact, in SkillMeat's dialect.
    Upstream,
    /// `version`: of the header.
    Version,
    /// `artifact`: of a rating.
    Artifact,
    /// `rating`: of a rating.
    Rating,
    /// `by`: of a rating.
    By,
    /// `note`: of a rating.
    Note,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Name,
        Self::Slug,
        Self::Type,
        Self::Color,
        Self::Description,
        Self::Icon,
        Self::Position,
        Self::Tags,
        Self::Members,
        Self::Aliases,
        Self::TargetPlatforms,
        Self::Path,
        Self::Source,
        Self::VersionSpec,
        Self::ResolvedSha,
        Self::ResolvedVersion,
        Self::Origin,
        Self::Upstream,
        Self::Version,
        Self::Artifact,
        Self::Rating,
        Self::By,
        Self::Note,
    ];

    /// The key in the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Slug => "slug",
            Self::Type => "type",
            Self::Color => "color",
            Self::Description => "description",
            Self::Icon => "icon",
            Self::Position => "position",
            Self::Tags => "tags",
            Self::Members => "members",
            Self::Aliases => "aliases",
            Self::TargetPlatforms => "target_platforms",
            Self::Path => "path",
            Self::Source => "source",
            Self::VersionSpec => "version_spec",
            Self::ResolvedSha => "resolved_sha",
            Self::ResolvedVersion => "resolved_version",
            Self::Origin => "origin",
            Self::Upstream => "upstream",
            Self::Version => "version",
            Self::Artifact => "artifact",
            Self::Rating => "rating",
            Self::By => "by",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What a field holds. An empty text, an empty list and an absent key mean the same and are [`Value::Absent`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing.
    Absent,
    /// A text that is not empty.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A list that is not empty.
    List(Vec<String>),
}

impl Value {
    /// A text; an empty one is [`Value::Absent`].
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Absent
        } else {
            Self::Text(text)
        }
    }

    /// A list; an empty one is [`Value::Absent`].
    pub fn list(items: Vec<String>) -> Self {
        if items.is_empty() {
            Self::Absent
        } else {
            Self::List(items)
        }
    }

    /// A number that may be missing.
    pub fn integer(number: Option<i64>) -> Self {
        number.map_or(Self::Absent, Self::Integer)
    }

    /// The text, or an empty one.
    pub fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Integer(number) => number.to_string(),
            Self::Absent | Self::List(_) => String::new(),
        }
    }

    /// The text, or an empty one, without a copy where it is one.
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Absent | Self::List(_) => Cow::Borrowed(""),
        }
    }

    /// The list, or an empty one.
    pub fn into_list(self) -> Vec<String> {
        match self {
            Self::List(items) => items,
            _ => Vec::new(),
        }
    }

    /// The number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}
