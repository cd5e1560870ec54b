//! Turns values of the model into what columns hold.

use serde::Serialize;
use serde_json::json;

use crate::model::collection::Dialect;
use crate::model::finding::Severity;
use crate::model::listing::TagSource;
use crate::model::metadata::Metadata;
use crate::model::name::Member;

/// A list as a JSON array.
pub(super) fn list<T: Serialize>(items: &[T]) -> String {
    if items.is_empty() {
        "[]".to_owned()
    } else {
        json!(items).to_string()
    }
}

/// What SkillMeat noted of a header, as a JSON object; `""` for nothing.
pub(super) fn recorded(metadata: &Metadata) -> String {
    if *metadata == Metadata::default() {
        return String::new();
    }
    json!({
        "name": metadata.name,
        "description": metadata.description,
        "author": metadata.author,
        "license": metadata.license,
        "version": metadata.version,
        "category": metadata.category,
        "tools": metadata.tools,
        "tags": metadata.tags,
    })
    .to_string()
}

pub(super) fn dialect(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Native => "native",
        Dialect::SkillMeat => "skillmeat",
    }
}

pub(super) fn severity(severity: Severity) -> &'static str {
    severity.as_str()
}

pub(super) fn tag_source(source: TagSource) -> &'static str {
    match source {
        TagSource::Manifest => "manifest",
        TagSource::File => "file",
    }
}

/// The columns `member`, `member_type` and `member_key`.
pub(super) fn member(member: &Member) -> (String, Option<&str>, String) {
    match member {
        Member::Typed(id) => (
            member.to_string(),
            Some(id.kind.as_str()),
            id.name.key().into_owned(),
        ),
        Member::Bare(name) => (member.to_string(), None, name.key().into_owned()),
    }
}

/// A number in SQLite's range. Inodes and sizes beyond it wrap, and [`super::decode`] unwraps them.
pub(super) fn number(number: u64) -> i64 {
    number.cast_signed()
}

/// A place in a list.
pub(super) fn place(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}
