//! The rows of an organisation and its JSON shapes, one into the other.

use super::artifact::Artifact;
use super::group::Group;
use super::metadata::Metadata;
use super::name::{ArtifactId, ArtifactType, Member, Name};
use super::organisation::{
    ArtifactShape, CompositeShape, GroupShape, MetadataShape, RatingShape, TagShape,
};
use super::rating::{Composite, Rating};
use super::slug::Slug;
use super::tag::TagDefinition;

fn texts(members: &[Member]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}

fn members(texts: &[String]) -> Vec<Member> {
    texts.iter().map(|text| Member::stored(text)).collect()
}

impl From<TagDefinition> for TagShape {
    fn from(row: TagDefinition) -> Self {
        Self {
            slug: row.slug.to_string(),
            name: row.name,
            color: row.color,
            description: row.description,
        }
    }
}

impl From<TagShape> for TagDefinition {
    fn from(shape: TagShape) -> Self {
        Self {
            name: shape.name,
            slug: Slug::stored(shape.slug),
            color: shape.color,
            description: shape.description,
        }
    }
}

impl From<Group> for GroupShape {
    fn from(row: Group) -> Self {
        Self {
            name: row.name.to_string(),
            description: row.description,
            color: row.color,
            icon: row.icon,
            position: row.position,
            tags: row.tags,
            members: texts(&row.members),
        }
    }
}

impl From<GroupShape> for Group {
    fn from(shape: GroupShape) -> Self {
        Self {
            name: Name::stored(shape.name),
            description: shape.description,
            color: shape.color,
            icon: shape.icon,
            position: shape.position,
            tags: shape.tags,
            members: members(&shape.members),
        }
    }
}

impl From<Artifact> for ArtifactShape {
    fn from(row: Artifact) -> Self {
        Self {
            kind: row.id.kind.to_string(),
            name: row.id.name.to_string(),
            description: row.description,
            aliases: row.aliases,
            tags: row.tags,
            target_platforms: row.target_platforms,
            position: row.position,
            path: row.path,
            source: row.source,
            version_spec: row.version_spec,
            resolved_sha: row.resolved_sha,
            resolved_version: row.resolved_version,
            scope: row.scope,
            origin: row.origin,
            upstream: row.upstream,
            added: row.added,
            uuid: row.uuid,
            metadata: row.recorded.into(),
        }
    }
}

impl From<ArtifactShape> for Artifact {
    fn from(shape: ArtifactShape) -> Self {
        let kind = ArtifactType::stored(&shape.kind);
        Self {
            id: ArtifactId::new(kind, Name::stored(shape.name)),
            path: shape.path,
            source: shape.source,
            version_spec: shape.version_spec,
            resolved_sha: shape.resolved_sha,
            resolved_version: shape.resolved_version,
            scope: shape.scope,
            origin: shape.origin,
            upstream: shape.upstream,
            uuid: shape.uuid,
            added: shape.added,
            description: shape.description,
            aliases: shape.aliases,
            tags: shape.tags,
            target_platforms: shape.target_platforms,
            position: shape.position,
            recorded: shape.metadata.into(),
        }
    }
}

impl From<Metadata> for MetadataShape {
    fn from(recorded: Metadata) -> Self {
        Self {
            title: recorded.name,
            description: recorded.description,
            author: recorded.author,
            license: recorded.license,
            version: recorded.version,
            tools: recorded.tools,
            tags: recorded.tags,
        }
    }
}

impl From<MetadataShape> for Metadata {
    fn from(shape: MetadataShape) -> Self {
        Self {
            name: shape.title,
            description: shape.description,
            author: shape.author,
            license: shape.license,
            version: shape.version,
            category: String::new(),
            tools: shape.tools,
            tags: shape.tags,
        }
    }
}

impl From<Rating> for RatingShape {
    fn from(row: Rating) -> Self {
        Self {
            artifact: row.artifact.to_string(),
            rating: row.rating,
            by: row.by,
            note: row.note,
        }
    }
}

impl From<RatingShape> for Rating {
    fn from(shape: RatingShape) -> Self {
        Self {
            artifact: Member::stored(&shape.artifact),
            by: shape.by,
            rating: shape.rating,
            note: shape.note,
        }
    }
}

impl From<Composite> for CompositeShape {
    fn from(row: Composite) -> Self {
        Self {
            name: row.name.to_string(),
            members: texts(&row.members),
        }
    }
}

impl From<CompositeShape> for Composite {
    fn from(shape: CompositeShape) -> Self {
        Self {
            name: Name::stored(shape.name),
            members: members(&shape.members),
        }
    }
}
