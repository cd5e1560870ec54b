//! What SkillMeat's database holds of people's organisation.

use crate::model::finding::Finding;
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Name};
use crate::model::tag::TagDefinition;

/// Everything that can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legacy {
    /// Its collections.
    pub collections: Vec<KeptCollection>,
    /// Groups, by position; ties in the order in which they were made.
    pub groups: Vec<KeptGroup>,
    /// Tags, in the order in which they were made.
    pub tags: Vec<KeptTag>,
    /// Ratings, the oldest first.
    pub ratings: Vec<KeptRating>,
    /// Composites.
    pub composites: Vec<KeptComposite>,
    /// What can't be read, and what has no place in a collection.
    pub findings: Vec<Finding>,
}

/// A collection as the database names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCollection {
    /// Its key, `default` for the first one.
    pub id: String,
    /// Its name, which need not be that of a folder.
    pub name: String,
    /// Its slug; `""` when unset.
    pub slug: String,
}

impl KeptCollection {
    /// Whether it goes by that name.
    pub fn is_called(&self, name: &str) -> bool {
        !name.is_empty() && [&self.id, &self.name, &self.slug].contains(&&name.to_owned())
    }
}

/// An artifact that a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMember {
    /// Its key in the database.
    pub uuid: String,
    /// What it is; nothing when its own row is gone.
    pub id: Option<ArtifactId>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptGroup {
    /// The key of its collection.
    pub collection: String,
    /// The group, without its members.
    pub row: Group,
    /// Its members, in their order.
    pub members: Vec<KeptMember>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTag {
    /// Its definition.
    pub row: TagDefinition,
    /// The artifacts that carry it.
    pub carriers: Vec<KeptMember>,
}

/// A rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRating {
    /// The artifact, as `type:name` or as a bare name.
    pub artifact: String,
    /// The stars, 1 to 5.
    pub stars: i64,
    /// Why; `""` when unset.
    pub note: String,
}

/// An artifact made of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptComposite {
    /// The key of its collection.
    pub collection: String,
    /// Its name.
    pub name: Name,
    /// Its parts, in their order.
    pub members: Vec<KeptMember>,
}
