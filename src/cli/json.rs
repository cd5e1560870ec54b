//! The shapes of `--json`: types of the model in, JSON out. `docs/json.md` documents them for readers.
//!
//! Unset texts are `""`, unset numbers `null`, times RFC 3339, commits full ids. The document around them, with its
//! `"schema"`, is [`Ui::json`](super::ui::output::Ui::json)'s.

use std::borrow::Borrow;
use std::fmt::Display;

use crate::app::diff::{ContentDifference, Difference, FileDifference};
use crate::app::incoming::Entry;
use crate::app::transaction::outcome::{FileAction, FileChange};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::model::change::Change;
use crate::model::commit::CommitId;
use crate::model::conflict::{Conflict, Version};
use crate::model::datum::Datum;
use crate::model::finding::Finding;
use crate::model::listing::{
    ArtifactDetail, ArtifactSummary, Definition, EffectiveTag, GroupSummary, SearchHit, TagSource,
    TagSummary,
};
use crate::model::name::{ArtifactId, Name};
use crate::model::rating::Rating;
use crate::model::row::RowKey;
use crate::model::side::Sides;
use crate::model::slug::Slug;
use crate::model::value::{Field, Value as Held};

use super::ui::views::diff::line_counts;
use super::ui::views::search::unmarked;

/// `{id, name, type, description, path, tags, groups, version, source, rating}`: tags as slugs, the rating the mean.
pub fn artifact(artifact: &ArtifactSummary) -> ArtifactShape<'_> {
    ArtifactShape {
        id: &artifact.id,
        name: artifact.id.name.as_str(),
        kind: artifact.id.kind.as_str(),
        description: &artifact.description,
        path: &artifact.path,
        tags: &artifact.tags,
        groups: &artifact.groups,
        version: &artifact.version,
        source: &artifact.source,
        rating: artifact.rating,
    }
}

/// The shape of an artifact in a list: written without a copy of it, for lists are long.
#[derive(Debug, Serialize)]
pub struct ArtifactShape<'a> {
    #[serde(serialize_with = "as_shown")]
    id: &'a ArtifactId,
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    description: &'a str,
    path: &'a str,
    #[serde(serialize_with = "each_as_shown")]
    tags: &'a [Slug],
    #[serde(serialize_with = "each_as_shown")]
    groups: &'a [Name],
    version: &'a str,
    source: &'a str,
    rating: Option<f64>,
}

/// A text as it is shown.
struct AsShown<'a, T>(&'a T);

impl<T: Display> Serialize for AsShown<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

fn as_shown<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn each_as_shown<T: Display, S: Serializer>(
    values: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(AsShown))
}

fn artifact_map(summary: &ArtifactSummary) -> Map<String, Value> {
    match json!(artifact(summary)) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// An artifact's keys, and `header_path, author, license, tools, aliases, target_platforms, tag_sources, ratings, members, missing,
/// part_of`.
pub fn artifact_detail(detail: &ArtifactDetail) -> Value {
    let mut map = artifact_map(&detail.summary);
    let (aliases, platforms) = detail.row.as_ref().map_or((&[][..], &[][..]), |row| {
        (&row.aliases[..], &row.target_platforms[..])
    });
    map.extend(
        [
            ("header_path", json!(detail.header_path)),
            ("author", json!(detail.metadata.author)),
            ("license", json!(detail.metadata.license)),
            ("tools", json!(detail.metadata.tools)),
            ("aliases", json!(aliases)),
            ("target_platforms", json!(platforms)),
            ("tag_sources", detail.tags.iter().map(tag_source).collect()),
            ("ratings", detail.ratings.iter().map(rating).collect()),
            ("members", texts(&detail.parts.members)),
            ("missing", texts(&detail.parts.missing)),
            ("part_of", texts(&detail.parts.part_of)),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    Value::Object(map)
}

fn tag_source(tag: &EffectiveTag) -> Value {
    let source = match tag.source {
        TagSource::Manifest => "manifest",
        TagSource::File => "file",
    };
    json!({"slug": tag.slug.as_str(), "text": tag.text, "source": source})
}

/// `{artifact, rating, by, note}`.
pub fn rating(rating: &Rating) -> Value {
    json!({
        "artifact": rating.artifact.to_string(),
        "rating": rating.rating,
        "by": rating.by,
        "note": rating.note,
    })
}

/// `{name, description, color, icon, position, tags, members, missing}`: members as `type:name`, with those of
/// `missing` among them.
pub fn group(group: &GroupSummary) -> Value {
    json!({
        "name": group.name.as_str(),
        "description": group.description,
        "color": group.color,
        "icon": group.icon,
        "position": group.position,
        "tags": group.tags,
        "members": texts(&group.members),
        "missing": texts(&group.missing),
    })
}

/// `{slug, name, color, description, artifacts}`: artifacts as ids.
pub fn tag(tag: &TagSummary) -> Value {
    json!({
        "slug": tag.slug.as_str(),
        "name": tag.name,
        "color": tag.color,
        "description": tag.description,
        "defined": tag.definition == Definition::Defined,
        "artifacts": texts(&tag.artifacts),
    })
}

/// An artifact's keys, and `snippet` without marks.
pub fn search_hit(hit: &SearchHit) -> Value {
    let mut map = artifact_map(&hit.artifact);
    map.insert("snippet".to_owned(), json!(unmarked(&hit.snippet)));
    Value::Object(map)
}

/// `{severity, code, message, path, line, column}`.
pub fn finding(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity.as_str(),
        "code": finding.code,
        "message": finding.message,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "clients": finding.clients,
    })
}

/// `{table, key, action, field, before, after}`: the key as `group:NAME`, the field `""` when the whole row came or
/// went.
pub fn change(change: &Change) -> ChangeShape<'_> {
    ChangeShape {
        table: change.table.as_str(),
        key: &change.key,
        action: change.action.as_str(),
        field: change.field.map_or("", Field::as_str),
        before: HeldShape(&change.before, change.field),
        after: HeldShape(&change.after, change.field),
    }
}

/// The shape of a change: written without a copy of it.
#[derive(Debug, Serialize)]
pub struct ChangeShape<'a> {
    table: &'static str,
    #[serde(serialize_with = "as_shown")]
    key: &'a RowKey,
    action: &'static str,
    field: &'static str,
    before: HeldShape<'a>,
    after: HeldShape<'a>,
}

/// The shapes of changes.
#[derive(Debug)]
struct Changes<'a>(&'a [Change]);

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(change))
    }
}

/// `{changes, commit, undo}`: what every change answers; the last two are `null` when there is no commit.
pub fn change_report(changes: &[Change], commit: Option<&CommitId>, undo: Option<&str>) -> Value {
    json!({
        "changes": Changes(changes),
        "commit": commit.map(CommitId::as_str),
        "undo": undo,
    })
}

/// `[{path, action}]`: files beside the manifest, with `create`, `write` or `remove`.
pub fn files(files: &[FileChange]) -> Value {
    files
        .iter()
        .map(|file| json!({"path": file.path.as_str(), "action": file_action(file.action)}))
        .collect()
}

/// The word for what happened to a file.
pub fn file_action(action: FileAction) -> &'static str {
    match action {
        FileAction::Created => "create",
        FileAction::Written => "write",
        FileAction::Removed => "remove",
    }
}

/// `{commit, time, author: {name, email}, summary, changes}`: a commit in terms of the tables.
pub fn entry<E: Borrow<Entry>>(entry: E) -> EntryShape<E> {
    EntryShape(entry)
}

/// The shape of a commit in terms of the tables.
#[derive(Debug)]
pub struct EntryShape<E>(E);

#[derive(Debug, Serialize)]
struct AuthorShape<'a> {
    name: &'a str,
    email: &'a str,
}

impl<E: Borrow<Entry>> Serialize for EntryShape<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Entry {
            commit,
            author,
            summary,
            changes,
        } = self.0.borrow();
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("commit", commit.as_str())?;
        map.serialize_entry("time", &AsShown(&author.time))?;
        let author = AuthorShape {
            name: &author.name,
            email: &author.email,
        };
        map.serialize_entry("author", &author)?;
        map.serialize_entry("summary", summary)?;
        map.serialize_entry("changes", &Changes(changes))?;
        map.end()
    }
}

/// `{from, to, changes, files: [{path, action, binary, added, removed, diff}]}`: commits, `null` for the work tree and
/// before the first one.
pub fn difference(difference: &Difference) -> Value {
    json!({
        "from": difference.from.as_ref().map(CommitId::as_str),
        "to": difference.to.as_ref().map(CommitId::as_str),
        "changes": Changes(&difference.changes),
        "files": difference.files.iter().map(file_difference).collect::<Value>(),
    })
}

fn file_difference(file: &FileDifference) -> Value {
    let (added, removed) = line_counts(file);
    let mut text = String::new();
    if let ContentDifference::Text(hunks) = &file.content {
        for hunk in hunks {
            text.push_str(&hunk.heading());
            text.push('\n');
            for line in &hunk.lines {
                text.push(line.origin.sign());
                text.push_str(&line.text());
                text.push('\n');
            }
        }
    }
    json!({
        "path": file.path.as_str(),
        "action": file_action(file.action),
        "binary": file.content == ContentDifference::Binary,
        "added": added,
        "removed": removed,
        "diff": text,
    })
}

/// `[{table, key, field, class, base, ours, theirs}]`.
pub fn conflicts(conflicts: &[Conflict]) -> Value {
    conflicts
        .iter()
        .map(|conflict| {
            let Sides { base, ours, theirs } = conflict.versions.map(version);
            json!({
                "table": conflict.key.table,
                "key": conflict.key.to_string(),
                "field": conflict.field,
                "class": conflict.class.as_str(),
                "base": base,
                "ours": ours,
                "theirs": theirs,
            })
        })
        .collect()
}

/// What a version says: a text, a number or a list as such, fields that belong together as an object, what is not
/// there as `null`, anything else as it is shown.
fn version(version: &Version) -> Value {
    match version {
        Version::Absent | Version::Deleted => Value::Null,
        Version::Value(datum) => held_datum(datum),
        Version::Values(values) => values
            .iter()
            .map(|(key, datum)| (key.clone(), held_datum(datum)))
            .collect::<Map<String, Value>>()
            .into(),
        Version::Order(names) => json!(names),
        other => json!(other.to_string()),
    }
}

fn held_datum(datum: &Datum) -> Value {
    match datum {
        Datum::Text(text) => json!(text),
        Datum::Integer(number) => json!(number),
        Datum::List(items) => json!(items),
        other => json!(other.to_string()),
    }
}

/// What a field holds; an unset one is `null` or `""`, by its kind.
pub fn held(value: &Held, field: Option<Field>) -> HeldShape<'_> {
    HeldShape(value, field)
}

/// As [`held`] has it.
#[derive(Debug)]
pub struct HeldShape<'a>(&'a Held, Option<Field>);

impl Serialize for HeldShape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0, self.1) {
            (Held::Text(text), _) => serializer.serialize_str(text),
            (Held::Integer(number), _) => serializer.serialize_i64(*number),
            (Held::List(items), _) => items.serialize(serializer),
            (Held::Absent, Some(Field::Position | Field::Rating)) => serializer.serialize_unit(),
            (Held::Absent, _) => serializer.serialize_str(""),
        }
    }
}

fn texts<T: ToString>(items: &[T]) -> Value {
    items
        .iter()
        .map(|item| Value::String(item.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::Action;
    use crate::model::finding::Severity;
    use crate::model::name::{Member, Name};
    use crate::model::row::Table;

    fn summary() -> ArtifactSummary {
        ArtifactSummary {
            id: "skill:jwt-auth".parse().expect("an id"),
            description: String::new(),
            path: "skills/jwt-auth".into(),
            tags: vec!["backend".parse().expect("a slug")],
            groups: vec![Name::stored("Authentication")],
            version: "1.10".into(),
            source: String::new(),
            rating: None,
        }
    }

    #[test]
    fn artifacts_have_their_keys_in_their_order() {
        assert_eq!(
            json!(artifact(&summary())).to_string(),
            r#"{"id":"skill:jwt-auth","name":"jwt-auth","type":"skill","description":"","path":"skills/jwt-auth","tags":["backend"],"groups":["Authentication"],"version":"1.10","source":"","rating":null}"#
        );
        let hit = SearchHit {
            artifact: summary(),
            snippet: "a \u{2}jwt\u{3}".into(),
        };
        assert_eq!(search_hit(&hit)["snippet"], "a jwt");
    }

    #[test]
    fn groups_hold_their_missing_members_too() {
        let members = vec![Member::stored("skill:jwt-auth"), Member::stored("ghost")];
        let shown = group(&GroupSummary {
            name: Name::stored("Authentication"),
            description: String::new(),
            color: "#10B981".into(),
            icon: String::new(),
            position: 0,
            tags: Vec::new(),
            missing: vec![members[1].clone()],
            members,
        });
        assert_eq!(
            shown.to_string(),
            r##"{"name":"Authentication","description":"","color":"#10B981","icon":"","position":0,"tags":[],"members":["skill:jwt-auth","ghost"],"missing":["ghost"]}"##
        );
    }

    #[test]
    fn findings_have_null_where_no_line_is_known() {
        assert_eq!(
            finding(
                &Finding::new(Severity::Warning, "missing-member", "x").in_file("collection.toml")
            )
            .to_string(),
            r#"{"severity":"warning","code":"missing-member","message":"x","path":"collection.toml","line":null,"column":null,"clients":[]}"#
        );
    }

    #[test]
    fn changes_name_their_row_and_what_it_held() {
        let moved = Change {
            table: Table::Groups,
            key: RowKey::Group(Name::stored("Auth")),
            action: Action::Move,
            field: Some(Field::Position),
            before: Held::Absent,
            after: Held::Integer(2),
        };
        assert_eq!(
            json!(change(&moved)).to_string(),
            r#"{"table":"groups","key":"group:Auth","action":"move","field":"position","before":null,"after":2}"#
        );
        let created = Change {
            action: Action::Create,
            field: None,
            after: Held::text("Auth"),
            ..moved
        };
        assert_eq!(
            json!(change(&created)).to_string(),
            r#"{"table":"groups","key":"group:Auth","action":"create","field":"","before":"","after":"Auth"}"#
        );
        assert_eq!(
            change_report(&[], None, None).to_string(),
            r#"{"changes":[],"commit":null,"undo":null}"#
        );
    }
}
