//! What queries answer: artifacts, groups and tags with everything that is known of them, joined.

use super::artifact::Artifact;
use super::metadata::Metadata;
use super::name::{ArtifactId, Member, Name};
use super::rating::Rating;
use super::slug::Slug;

/// Where an artifact's tag comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagSource {
    /// The artifact's row in the manifest.
    Manifest,
    /// The header of the artifact's file.
    File,
}

/// A tag that an artifact has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveTag {
    /// The tag's key: the definition of that exact name, else of that slug, else the slug made of the text.
    pub slug: Slug,
    /// The text as it is written at its source.
    pub text: String,
    /// Where it stands; a tag that stands in both places appears once for each.
    pub source: TagSource,
}

/// An artifact in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactSummary {
    /// Its identity.
    pub id: ArtifactId,
    /// The manifest's description, else the file's, else what SkillMeat noted; `""` when there is none.
    pub description: String,
    /// Its files, relative to the collection; `""` when there are none.
    pub path: String,
    /// Slugs of its effective tags, sorted, each once.
    pub tags: Vec<Slug>,
    /// Names of the groups that hold it, in the order of groups.
    pub groups: Vec<Name>,
    /// Its version; `""` when unknown.
    pub version: String,
    /// Where it came from; `""` when unknown.
    pub source: String,
    /// The mean of its ratings from 1 to 5, if it has any.
    pub rating: Option<f64>,
}

/// Everything that is known of one artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactDetail {
    /// What a list shows.
    pub summary: ArtifactSummary,
    /// Its row in the manifest, if it has one.
    pub row: Option<Artifact>,
    /// The file with its header, relative to the collection; `""` when there is none.
    pub header_path: String,
    /// What the file's header says.
    pub metadata: Metadata,
    /// Its tags, each with its source.
    pub tags: Vec<EffectiveTag>,
    /// Its ratings.
    pub ratings: Vec<Rating>,
    /// What it is made of, and what it is a part of.
    pub parts: Parts,
}

impl ArtifactDetail {
    /// An artifact of which only its parts are known.
    pub fn of_parts(id: ArtifactId, parts: Parts) -> Self {
        let summary = ArtifactSummary {
            id,
            description: String::new(),
            path: String::new(),
            tags: Vec::new(),
            groups: Vec::new(),
            version: String::new(),
            source: String::new(),
            rating: None,
        };
        Self {
            summary,
            row: None,
            header_path: String::new(),
            metadata: Metadata::default(),
            tags: Vec::new(),
            ratings: Vec::new(),
            parts,
        }
    }
}

/// The artifacts that a composite is made of, and the composites that an artifact is a part of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The parts of a composite: those of the manifest first, resolved to ids where they can be, then those of its files.
    pub members: Vec<Member>,
    /// Those members that name no artifact, or more than one, and whose files the composite does not hold itself.
    pub missing: Vec<Member>,
    /// The composites of the manifest that hold the artifact, in the manifest's order.
    pub part_of: Vec<Name>,
}

/// A group in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSummary {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub description: String,
    /// Its colour as it is written.
    pub color: String,
    /// Its icon.
    pub icon: String,
    /// Its place among the groups, from 0, in the order in which they are shown.
    pub position: i64,
    /// Its own tags, as they are written.
    pub tags: Vec<String>,
    /// Its members in their order, resolved to ids where they can be; missing ones stay as they are written.
    pub members: Vec<Member>,
    /// Those members that name no artifact, or more than one.
    pub missing: Vec<Member>,
}

/// A tag in a list: defined, or only used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSummary {
    /// The key.
    pub slug: Slug,
    /// The name of the definition, or the text at its first use.
    pub name: String,
    /// The colour as it is written; `""` when unset.
    pub color: String,
    /// The description; `""` when unset.
    pub description: String,
    /// Whether the manifest defines it.
    pub definition: Definition,
    /// The artifacts that have it, sorted.
    pub artifacts: Vec<ArtifactId>,
}

/// Whether a tag has a row of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definition {
    /// A row of `[[tag_definitions]]`.
    Defined,
    /// Only artifacts mention it.
    OnlyUsed,
}

/// An artifact that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The artifact.
    pub artifact: ArtifactSummary,
    /// A piece of its text around the words that were found; these stand between `\u{2}` and `\u{3}`.
    pub snippet: String,
}

/// In which order a list shows artifacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// The collection's own order: `position`, then the file's.
    #[default]
    Collection,
    /// By name, then type.
    Name,
    /// By type, then name.
    Type,
    /// Best rated first, unrated last, then by name.
    Rating,
}

/// Which artifacts a list shows: all that match every part that is set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Members of any of these groups.
    pub groups: Vec<Name>,
    /// Those with all of these tags.
    pub tags: Vec<Slug>,
    /// Those of any of these types.
    pub kinds: Vec<super::name::ArtifactType>,
    /// Only those in no group, or all.
    pub grouping: Grouping,
}

/// Whether membership in a group matters to a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// All artifacts.
    #[default]
    Any,
    /// Those that are in no group.
    Ungrouped,
}
