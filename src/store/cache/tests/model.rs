//! Collections to test with.

use crate::model::artifact::Artifact;
use crate::model::artifact_file::{ArtifactFile, FileStamp, FoundFile};
use crate::model::collection::{Collection, Dialect, Header};
use crate::model::group::Group;
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::path::RelativePath;
use crate::model::rating::Rating;
use crate::model::slug::Slug;
use crate::model::tag::TagDefinition;
use crate::store::cache::contents::{Contents, Rows, State, Update};
use crate::store::cache::database::Database;

pub(super) fn id(text: &str) -> ArtifactId {
    text.parse().unwrap()
}

pub(super) fn path(text: &str) -> RelativePath {
    text.parse().unwrap()
}

pub(super) fn name(text: &str) -> Name {
    Name::stored(text)
}

pub(super) fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

pub(super) fn empty() -> Collection {
    Collection::empty(Header {
        dialect: Dialect::Native,
        name: "team".to_owned(),
        version: "1.0".to_owned(),
    })
}

pub(super) fn artifact(text: &str, tags: &[&str]) -> Artifact {
    Artifact {
        tags: texts(tags),
        ..Artifact::of(id(text))
    }
}

pub(super) fn group(title: &str, members: &[&str]) -> Group {
    Group {
        members: members
            .iter()
            .map(|member| Member::stored(member))
            .collect(),
        ..Group::named(name(title))
    }
}

pub(super) fn tag(title: &str, slug: &str) -> TagDefinition {
    TagDefinition {
        name: title.to_owned(),
        slug: Slug::stored(slug),
        color: String::new(),
        description: String::new(),
    }
}

pub(super) fn rating(member: &str, by: &str, stars: i64) -> Rating {
    Rating {
        artifact: Member::stored(member),
        by: by.to_owned(),
        rating: stars,
        note: String::new(),
    }
}

pub(super) fn file(text: &str, at: &str, description: &str, tags: &[&str]) -> ArtifactFile {
    ArtifactFile {
        found: FoundFile {
            id: id(text),
            path: path(at),
            stamp: stamp(7),
        },
        blob: "b1".to_owned(),
        metadata: Metadata {
            description: description.to_owned(),
            tags: texts(tags),
            ..Metadata::default()
        },
        findings: Vec::new(),
    }
}

pub(super) fn stamp(size: u64) -> FileStamp {
    FileStamp {
        size,
        modified: 10,
        changed: 11,
        inode: u64::MAX - 1,
    }
}

pub(super) fn state(blob: &str) -> State {
    State {
        manifest_blob: blob.to_owned(),
        manifest_stamp: Some(stamp(3)),
        manifest_checked: 5,
        head: "h".to_owned(),
        layout: None,
    }
}

pub(super) fn contents<'a>(collection: &'a Collection, files: &'a [ArtifactFile]) -> Contents<'a> {
    Contents {
        state: state("m1"),
        collection,
        files,
        checked: 100,
    }
}

pub(super) fn database(collection: &Collection, files: &[ArtifactFile]) -> Database {
    Database::in_memory(&contents(collection, files)).unwrap()
}

pub(super) fn update(rows: Rows<'_>) -> Update<'_> {
    Update {
        state: state("m2"),
        rows,
        files: &[],
        removed: &[],
        rechecked: &[],
        checked: 200,
    }
}
