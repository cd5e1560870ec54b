//! Where artifacts lie in a collection.

use super::name::{ArtifactId, ArtifactType};
use super::path::RelativePath;

/// The manifest's file name.
pub const MANIFEST: &str = "collection.toml";

/// The folder of a type, if the layout has one.
pub fn folder_of(kind: &ArtifactType) -> Option<&'static str> {
    match kind {
        ArtifactType::Skill => Some("skills"),
        ArtifactType::Agent => Some("agents"),
        ArtifactType::Command => Some("commands"),
        ArtifactType::Hook => Some("hooks"),
        ArtifactType::Mcp => Some("mcp"),
        ArtifactType::Workflow => Some("workflows"),
        ArtifactType::Composite => Some("composites"),
        ArtifactType::Other(_) => None,
    }
}

/// The place of an artifact's files in the layout: a folder for a skill, workflow or composite, a file for the rest.
/// Nothing for a type without a folder and for a name that would lead elsewhere.
pub fn place_of(id: &ArtifactId) -> Option<RelativePath> {
    if super::name::artifact_name_fault(id.name.as_str()).is_some() {
        return None;
    }
    let folder = folder_of(&id.kind)?;
    let name = id.name.as_str();
    let path = match id.kind {
        ArtifactType::Command => format!("{folder}/{}.md", name.replace(':', "/")),
        ArtifactType::Agent => format!("{folder}/{name}.md"),
        ArtifactType::Hook | ArtifactType::Mcp => format!("{folder}/{name}.json"),
        _ => format!("{folder}/{name}"),
    };
    path.parse().ok()
}
