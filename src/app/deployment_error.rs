//! Why something could not be deployed, or taken back from a project.

use std::path::PathBuf;

use crate::manifest::ManifestError;
use crate::model::content_hash::ContentHash;
use crate::model::name::{ArtifactId, ArtifactType};
use crate::model::profile::Profile;

/// Why something could not be deployed, or taken back from a project. Nothing was changed, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// The project's record can't be read.
    #[error("{} can't be read", path.display())]
    Record {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: ManifestError,
    },
    /// There is no such folder.
    #[error("there is no folder {}", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The folder belongs to a collection.
    #[error("{} belongs to a collection: it is no project to deploy into", path.display())]
    InCollection {
        /// The folder.
        path: PathBuf,
    },
    /// The client does not look for such artifacts.
    #[error("the profile {profile} has no place for {artifact}; it takes {}", kinds(*profile))]
    NoPlace {
        /// The artifact.
        artifact: ArtifactId,
        /// The profile.
        profile: Profile,
    },
    /// The artifact is a row without files, or links only.
    #[error("{artifact} has no files in the collection")]
    NoFiles {
        /// The artifact.
        artifact: ArtifactId,
    },
    /// Two artifacts would lie at the same place.
    #[error("{one} and {other} would both lie at {place}")]
    SamePlace {
        /// One of them.
        one: String,
        /// The other one.
        other: String,
        /// The place, below the project.
        place: String,
    },
    /// Files stand in the way that were edited, or that are not ours.
    #[error("{}", in_the_way(edited, foreign))]
    InTheWay {
        /// Places of deployed artifacts that were edited, below the project.
        edited: Vec<String>,
        /// Places where something else stands.
        foreign: Vec<String>,
    },
    /// The record names a place that is not the artifact's.
    #[error("the record {} leads {artifact} to {path:?}, which is not a place of such an artifact", record.display())]
    Astray {
        /// The artifact.
        artifact: ArtifactId,
        /// What the record says.
        path: String,
        /// The record.
        record: PathBuf,
    },
    /// There is no earlier version to go back to.
    #[error("the record knows no earlier version of {artifact}")]
    NoEarlier {
        /// The artifact.
        artifact: ArtifactId,
    },
    /// No version has such a content.
    #[error("no version of {artifact} with the content {hash} is in the collection's history")]
    NoVersion {
        /// The artifact.
        artifact: ArtifactId,
        /// The content, or how it begins.
        hash: String,
    },
    /// Several versions begin so.
    #[error("{start} stands for several versions of {artifact}: {}", short(found))]
    SeveralVersions {
        /// The artifact.
        artifact: ArtifactId,
        /// How the hash begins.
        start: String,
        /// What begins so.
        found: Vec<ContentHash>,
    },
    /// Both copies were changed, and what they were made of is not known.
    #[error("{artifact} was changed here and in the collection, and the version that was deployed ({}) is not in its history", hash.short())]
    NoBase {
        /// The artifact.
        artifact: ArtifactId,
        /// What was deployed.
        hash: ContentHash,
    },
    /// Both copies were changed in the same lines, or one can't be merged.
    #[error("changed in the project and in the collection, and both can't hold: {}", files.join(", "))]
    Clash {
        /// The files, relative to the collection.
        files: Vec<String>,
    },
    /// The artifact is from another collection.
    #[error("{artifact} was deployed from the collection {collection:?}")]
    OtherCollection {
        /// The artifact.
        artifact: ArtifactId,
        /// Where it is from.
        collection: String,
    },
    /// The collection has no such artifact any more.
    #[error("{artifact} is not in the collection any more")]
    Gone {
        /// The artifact.
        artifact: ArtifactId,
    },
    /// Files were changed or could not be replaced in the very moment in which all others were.
    #[error("all was done, except for {}", paths.join(", "))]
    Left {
        /// The files, below the project.
        paths: Vec<String>,
    },
}

fn kinds(profile: Profile) -> String {
    let kinds: Vec<&str> = profile.kinds().iter().map(ArtifactType::as_str).collect();
    kinds.join(", ")
}

fn short(hashes: &[ContentHash]) -> String {
    let hashes: Vec<&str> = hashes.iter().map(ContentHash::short).collect();
    hashes.join(", ")
}

fn in_the_way(edited: &[String], foreign: &[String]) -> String {
    let part = |places: &[String], what: &str| {
        (!places.is_empty()).then(|| format!("{}: {what}", places.join(", ")))
    };
    let edited = part(edited, "edited since it was deployed");
    let foreign = part(foreign, "stands there and was not deployed from here");
    let parts: Vec<String> = edited.into_iter().chain(foreign).collect();
    parts.join("; ")
}
