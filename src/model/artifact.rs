//! Rows of artifacts.

use super::metadata::Metadata;
use super::name::{ArtifactId, ArtifactType, Name};
use super::value::{Field, Value};

/// The fields of a row that say where an artifact came from and which version its files are: they belong together.
pub const VERSION_FIELDS: [&str; 7] = [
    "source",
    "origin",
    "upstream",
    "version_spec",
    "resolved_sha",
    "resolved_version",
    "last_updated",
];

/// A row of `[[artifacts]]`. Texts are `""` and lists are empty when unset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The key: type and name.
    pub id: ArtifactId,
    /// Where the files are, relative to the collection; `""` means the layout's place for that type and name.
    pub path: String,
    /// Where it came from, as the native dialect says it.
    pub source: String,
    /// Which version is wanted (`latest`, a tag, a branch).
    pub version_spec: String,
    /// The commit that was fetched.
    pub resolved_sha: String,
    /// The version that was fetched.
    pub resolved_version: String,
    /// `user` or `local`.
    pub scope: String,
    /// Where it came from, as SkillMeat 0.74 says it: `local`, `github`, `marketplace`.
    pub origin: String,
    /// The upstream address in SkillMeat's dialect.
    pub upstream: String,
    /// An identity that survives a rename.
    pub uuid: String,
    /// When it was added, in SkillMeat's dialect.
    pub added: String,
    /// A description that overrides the file's own.
    pub description: String,
    /// Other names by which commands find it.
    pub aliases: Vec<String>,
    /// Tags, as they are written: names or slugs.
    pub tags: Vec<String>,
    /// The clients it is meant for.
    pub target_platforms: Vec<String>,
    /// Where it stands among the others; an absent one counts as 0, ties keep the file's order.
    pub position: Option<i64>,
    /// What SkillMeat noted of the file's header in `metadata`; used where there is no file.
    pub recorded: Metadata,
}

impl Artifact {
    /// A row with a key and nothing else.
    pub fn of(id: ArtifactId) -> Self {
        Self {
            id,
            path: String::new(),
            source: String::new(),
            version_spec: String::new(),
            resolved_sha: String::new(),
            resolved_version: String::new(),
            scope: String::new(),
            origin: String::new(),
            upstream: String::new(),
            uuid: String::new(),
            added: String::new(),
            description: String::new(),
            aliases: Vec::new(),
            tags: Vec::new(),
            target_platforms: Vec::new(),
            position: None,
            recorded: Metadata::default(),
        }
    }

    /// What a field of this row holds.
    pub fn get(&self, field: Field) -> Value {
        match field {
            Field::Name => Value::text(self.id.name.as_str()),
            Field::Type => Value::text(self.id.kind.as_str()),
            Field::Path => Value::text(&self.path),
            Field::Source => Value::text(&self.source),
            Field::VersionSpec => Value::text(&self.version_spec),
            Field::ResolvedSha => Value::text(&self.resolved_sha),
            Field::ResolvedVersion => Value::text(&self.resolved_version),
            Field::Origin => Value::text(&self.origin),
            Field::Upstream => Value::text(&self.upstream),
            Field::Description => Value::text(&self.description),
            Field::Aliases => Value::list(self.aliases.clone()),
            Field::Tags => Value::list(self.tags.clone()),
            Field::TargetPlatforms => Value::list(self.target_platforms.clone()),
            Field::Position => Value::integer(self.position),
            _ => Value::Absent,
        }
    }

    /// Sets a field; fields that an artifact does not have are ignored.
    pub fn set(&mut self, field: Field, value: Value) {
        match field {
            Field::Name => self.id.name = Name::stored(value.into_text()),
            Field::Type => self.id.kind = ArtifactType::stored(&value.into_text()),
            Field::Path => self.path = value.into_text(),
            Field::Source => self.source = value.into_text(),
            Field::VersionSpec => self.version_spec = value.into_text(),
            Field::ResolvedSha => self.resolved_sha = value.into_text(),
            Field::ResolvedVersion => self.resolved_version = value.into_text(),
            Field::Origin => self.origin = value.into_text(),
            Field::Upstream => self.upstream = value.into_text(),
            Field::Description => self.description = value.into_text(),
            Field::Aliases => self.aliases = value.into_list(),
            Field::Tags => self.tags = value.into_list(),
            Field::TargetPlatforms => self.target_platforms = value.into_list(),
            Field::Position => self.position = value.as_integer(),
            _ => {}
        }
    }
}
