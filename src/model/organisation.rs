//! The organisation of a collection as one JSON document: every table of the manifest, and nothing of the files.
//!
//! Rows stand in the manifest's order, because that order means something. Unset texts are `""`, unset lists `[]`, an
//! unset position `null`.

use serde::{Deserialize, Serialize};

use super::collection::Header;
use super::row::Row;

/// The form that is written, and the newest that is read.
pub const SCHEMA: u32 = 1;

/// What `kind` says in such a document.
pub const KIND: &str = "organisation";

/// The organisation of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The form: [`SCHEMA`].
    pub schema: u32,
    /// The kind of document: [`KIND`].
    pub kind: String,
    /// The collection that it was exported from.
    #[serde(default)]
    pub collection: Origin,
    /// Tag definitions.
    #[serde(default)]
    pub tag_definitions: Vec<TagShape>,
    /// Groups.
    #[serde(default)]
    pub groups: Vec<GroupShape>,
    /// Rows of artifacts.
    #[serde(default)]
    pub artifacts: Vec<ArtifactShape>,
    /// Ratings.
    #[serde(default)]
    pub ratings: Vec<RatingShape>,
    /// Composites.
    #[serde(default)]
    pub composites: Vec<CompositeShape>,
}

/// The collection that an organisation is from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A row of `[[tag_definitions]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagShape {
    /// The key.
    pub slug: String,
    /// The name that people read.
    #[serde(default)]
    pub name: String,
    /// The colour as it is written.
    #[serde(default)]
    pub color: String,
    /// What the tag means.
    #[serde(default)]
    pub description: String,
}

/// A row of `[[groups]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupShape {
    /// The key.
    pub name: String,
    /// What the group is for.
    #[serde(default)]
    pub description: String,
    /// The colour as it is written.
    #[serde(default)]
    pub color: String,
    /// An icon's name or character.
    #[serde(default)]
    pub icon: String,
    /// Its number in the order of groups.
    #[serde(default)]
    pub position: Option<i64>,
    /// Tags of the group itself.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The members, in their order.
    #[serde(default)]
    pub members: Vec<String>,
}

/// A row of `[[artifacts]]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ArtifactShape {
    /// The type, a part of the key.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name, the other part.
    pub name: String,
    /// A description that overrides the file's own.
    #[serde(default)]
    pub description: String,
    /// Other names by which commands find it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Tags, as they are written.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The clients it is meant for.
    #[serde(default)]
    pub target_platforms: Vec<String>,
    /// Its number in the order of artifacts.
    #[serde(default)]
    pub position: Option<i64>,
    /// Where the files are, if not in the layout's place.
    #[serde(default)]
    pub path: String,
    /// Where it came from.
    #[serde(default)]
    pub source: String,
    /// The version that is wanted.
    #[serde(default)]
    pub version_spec: String,
    /// The commit that was fetched.
    #[serde(default)]
    pub resolved_sha: String,
    /// The version that was fetched.
    #[serde(default)]
    pub resolved_version: String,
    /// `user` or `local`.
    #[serde(default)]
    pub scope: String,
    /// Where it came from, in SkillMeat's words.
    #[serde(default)]
    pub origin: String,
    /// The upstream address, in SkillMeat's dialect.
    #[serde(default)]
    pub upstream: String,
    /// When it was added, in SkillMeat's dialect.
    #[serde(default)]
    pub added: String,
    /// An identity that survives a rename.
    #[serde(default)]
    pub uuid: String,
    /// What SkillMeat noted of the file's header.
    #[serde(default)]
    pub metadata: MetadataShape,
}

/// What SkillMeat noted of an artifact's header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MetadataShape {
    /// Its title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its description.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its author.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// Its license.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub license: String,
    /// Its version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Its tools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A row of `[[ratings]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingShape {
    /// The artifact that is rated.
    pub artifact: String,
    /// The stars.
    pub rating: i64,
    /// Who rated it.
    pub by: String,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// A row of `[[composites]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompositeShape {
    /// The key.
    pub name: String,
    /// The parts, in their order.
    #[serde(default)]
    pub members: Vec<String>,
}

impl Organisation {
    /// The organisation that rows make.
    pub fn of(header: &Header, rows: Vec<Row>) -> Self {
        let mut whole = Self {
            schema: SCHEMA,
            kind: KIND.to_owned(),
            collection: Origin {
                name: header.name.clone(),
                version: header.version.clone(),
            },
            tag_definitions: Vec::new(),
            groups: Vec::new(),
            artifacts: Vec::new(),
            ratings: Vec::new(),
            composites: Vec::new(),
        };
        for row in rows {
            match row {
                Row::Tag(row) => whole.tag_definitions.push(row.into()),
                Row::Group(row) => whole.groups.push(row.into()),
                Row::Artifact(row) => whole.artifacts.push(row.into()),
                Row::Rating(row) => whole.ratings.push(row.into()),
                Row::Composite(row) => whole.composites.push(row.into()),
            }
        }
        whole
    }

    /// The rows that it makes, table by table, each with its place in the document: `groups[0]`.
    pub fn rows(self) -> Vec<(String, Row)> {
        fn placed<S>(
            table: &'static str,
            shapes: Vec<S>,
            row: impl Fn(S) -> Row,
        ) -> impl Iterator<Item = (String, Row)> {
            let rows = shapes.into_iter().map(row).enumerate();
            rows.map(move |(index, row)| (format!("{table}[{index}]"), row))
        }
        let mut rows = Vec::new();
        rows.extend(placed("tag_definitions", self.tag_definitions, |shape| {
            Row::Tag(shape.into())
        }));
        rows.extend(placed("groups", self.groups, |shape| {
            Row::Group(shape.into())
        }));
        rows.extend(placed("artifacts", self.artifacts, |shape| {
            Row::Artifact(shape.into())
        }));
        rows.extend(placed("ratings", self.ratings, |shape| {
            Row::Rating(shape.into())
        }));
        rows.extend(placed("composites", self.composites, |shape| {
            Row::Composite(shape.into())
        }));
        rows
    }
}
