//! Rows of the text to rows of the model.

use super::decode;
use super::rows::{RowView, key_of};
use crate::model::artifact::Artifact;
use crate::model::group::Group;
use crate::model::metadata::Metadata;
use crate::model::name::Member;
use crate::model::rating::{Composite, Rating};
use crate::model::row::{Row, RowKey, Table};
use crate::model::tag::TagDefinition;

/// Reads a row; nothing when its key is not complete.
pub(super) fn row(table: Table, view: &RowView<'_>) -> Option<Row> {
    Some(match key_of(table, view.pairs.iter().cloned())? {
        RowKey::Header => return None,
        RowKey::Tag(slug) => Row::Tag(TagDefinition {
            name: view.text("name"),
            slug,
            color: view.text("color"),
            description: view.text("description"),
        }),
        RowKey::Group(name) => Row::Group(Group {
            name,
            description: view.text("description"),
            color: view.text("color"),
            icon: view.text("icon"),
            position: view.integer("position"),
            tags: view.list("tags"),
            members: members(view),
        }),
        RowKey::Artifact(id) => Row::Artifact(artifact(Artifact::of(id), view)),
        RowKey::Rating(artifact, by) => Row::Rating(Rating {
            artifact,
            by,
            rating: view.integer("rating").unwrap_or_default(),
            note: view.text("note"),
        }),
        RowKey::Composite(name) => Row::Composite(Composite {
            name,
            members: members(view),
        }),
    })
}

fn members(view: &RowView<'_>) -> Vec<Member> {
    view.list("members")
        .iter()
        .map(|text| Member::stored(text))
        .collect()
}

fn artifact(mut row: Artifact, view: &RowView<'_>) -> Artifact {
    for pair in view.pairs.iter().filter(|pair| pair.key.rest.is_empty()) {
        if let Some(text) = text_field(&mut row, &pair.key.first) {
            *text = decode::text(pair.raw).unwrap_or_default().into_owned();
            continue;
        }
        let list = || {
            decode::list(pair.raw)
                .unwrap_or_default()
                .into_iter()
                .flatten()
                .collect()
        };
        match pair.key.first.as_ref() {
            "aliases" => row.aliases = list(),
            "tags" => row.tags = list(),
            "target_platforms" => row.target_platforms = list(),
            "position" => row.position = decode::integer(pair.raw),
            "added" => {
                let text = decode::text(pair.raw).map(std::borrow::Cow::into_owned);
                row.added = text
                    .or_else(|| decode::moment(pair.raw))
                    .unwrap_or_default();
            }
            _ => {}
        }
    }
    row.recorded = recorded(view);
    row
}

fn text_field<'a>(row: &'a mut Artifact, name: &str) -> Option<&'a mut String> {
    Some(match name {
        "path" => &mut row.path,
        "source" => &mut row.source,
        "version_spec" => &mut row.version_spec,
        "resolved_sha" => &mut row.resolved_sha,
        "resolved_version" => &mut row.resolved_version,
        "scope" => &mut row.scope,
        "origin" => &mut row.origin,
        "upstream" => &mut row.upstream,
        "uuid" => &mut row.uuid,
        "description" => &mut row.description,
        _ => return None,
    })
}

fn recorded(view: &RowView<'_>) -> Metadata {
    if view.metadata.is_empty() {
        return Metadata::default();
    }
    Metadata {
        name: view.recorded("title"),
        description: view.recorded("description"),
        author: view.recorded("author"),
        license: view.recorded("license"),
        version: view.recorded("version"),
        category: String::new(),
        tools: view.recorded_list("tools"),
        tags: view.recorded_list("tags"),
    }
}
