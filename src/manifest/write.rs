//! New rows as text. What is written here is TOML 1.0, with `\n` at the ends of lines.

use std::fmt::Write as _;

use crate::model::artifact::Artifact;
use crate::model::collection::Dialect;
use crate::model::datum::quoted;
use crate::model::group::Group;
use crate::model::layout::place_of;
use crate::model::metadata::Metadata;
use crate::model::name::Member;
use crate::model::row::{Row, Table};

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A list on one line.
    Words(Vec<String>),
    /// A list with a line for each entry.
    Lines(Vec<String>),
}

/// The keys of a table's rows in the order in which they are written.
pub(super) fn order(table: Table) -> &'static [&'static str] {
    match table {
        Table::Header => &["name", "version"],
        Table::TagDefinitions => &["name", "slug", "color", "description"],
        Table::Groups => &[
            "name",
            "description",
            "color",
            "icon",
            "position",
            "tags",
            "members",
        ],
        Table::Artifacts => &[
            "name",
            "type",
            "path",
            "origin",
            "source",
            "upstream",
            "version_spec",
            "resolved_sha",
            "resolved_version",
            "scope",
            "added",
            "uuid",
            "description",
            "position",
            "aliases",
            "tags",
            "target_platforms",
        ],
        Table::Ratings => &["artifact", "rating", "by", "note"],
        Table::Composites => &["name", "members"],
    }
}

/// A list on one line.
pub(super) fn words(items: &[String]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", quoted.join(", "))
}

/// A list with a line for each entry; `indent` is that of the line on which it begins.
pub(super) fn lines(items: &[String], indent: &str) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    let mut entries = String::new();
    for item in items {
        let _ = writeln!(entries, "{indent}    {},", quoted(item));
    }
    format!("[\n{entries}{indent}]")
}

impl Literal {
    fn on_lines(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Integer(number) => number.to_string(),
            Self::Words(items) => words(items),
            Self::Lines(items) => lines(items, ""),
        }
    }

    fn inline(&self) -> String {
        match self {
            Self::Lines(items) => words(items),
            other => other.on_lines(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Integer(_) => false,
            Self::Words(items) | Self::Lines(items) => items.is_empty(),
        }
    }
}

type Pairs = Vec<(&'static str, Literal)>;

/// A row as sections: its own, and that of its metadata if it has some. Each ends with a newline.
pub(super) fn sections(row: &Row, dialect: Dialect) -> (String, Option<String>) {
    let table = row.key().table().as_str();
    let mut own = format!("[[{table}]]\n");
    push_pairs(&mut own, &pairs(row, dialect));
    let recorded = recorded(row, dialect);
    if recorded.is_empty() {
        return (own, None);
    }
    let mut below = format!("[{table}.metadata]\n");
    push_pairs(&mut below, &recorded);
    (own, Some(below))
}

fn push_pairs(text: &mut String, pairs: &Pairs) {
    for (key, value) in pairs {
        let _ = writeln!(text, "{key} = {}", value.on_lines());
    }
}

/// A row as an inline table.
pub(super) fn inline(row: &Row, dialect: Dialect) -> String {
    let mut pairs = inline_pairs(&pairs(row, dialect));
    let recorded = recorded(row, dialect);
    if !recorded.is_empty() {
        pairs.push(format!(
            "metadata = {{ {} }}",
            inline_pairs(&recorded).join(", ")
        ));
    }
    format!("{{ {} }}", pairs.join(", "))
}

fn inline_pairs(pairs: &Pairs) -> Vec<String> {
    pairs
        .iter()
        .map(|(key, value)| format!("{key} = {}", value.inline()))
        .collect()
}

fn pairs(row: &Row, dialect: Dialect) -> Pairs {
    let all = match row {
        Row::Tag(tag) => vec![
            ("name", Literal::Text(tag.name.clone())),
            ("slug", Literal::Text(tag.slug.to_string())),
            ("color", Literal::Text(tag.color.clone())),
            ("description", Literal::Text(tag.description.clone())),
        ],
        Row::Group(group) => group_pairs(group),
        Row::Artifact(artifact) => artifact_pairs(artifact, dialect),
        Row::Rating(rating) => vec![
            ("artifact", Literal::Text(rating.artifact.to_string())),
            ("rating", Literal::Integer(rating.rating)),
            ("by", Literal::Text(rating.by.clone())),
            ("note", Literal::Text(rating.note.clone())),
        ],
        Row::Composite(composite) => vec![
            ("name", Literal::Text(composite.name.to_string())),
            ("members", Literal::Lines(texts(&composite.members))),
        ],
    };
    let table = row.key().table();
    let written =
        |(key, value): &(&str, Literal)| !value.is_empty() || keeps_empty(table, key, dialect);
    all.into_iter().filter(written).collect()
}

/// Whether a key is written though its value is empty: the parts of a row's key always, and in SkillMeat's dialect
/// all texts and lists of groups and tag definitions that SkillMeat knows.
pub(super) fn keeps_empty(table: Table, key: &str, dialect: Dialect) -> bool {
    if table == Table::Header || super::rows::key_fields(table).contains(&key) {
        return true;
    }
    let skillmeat = dialect == Dialect::SkillMeat;
    match table {
        Table::TagDefinitions => skillmeat || key == "name",
        Table::Groups => skillmeat && !matches!(key, "tags" | "position"),
        _ => false,
    }
}

fn group_pairs(group: &Group) -> Pairs {
    let mut pairs = vec![
        ("name", Literal::Text(group.name.to_string())),
        ("description", Literal::Text(group.description.clone())),
        ("color", Literal::Text(group.color.clone())),
        ("icon", Literal::Text(group.icon.clone())),
    ];
    pairs.extend(
        group
            .position
            .map(|position| ("position", Literal::Integer(position))),
    );
    pairs.push(("tags", Literal::Words(group.tags.clone())));
    pairs.push(("members", Literal::Lines(texts(&group.members))));
    pairs
}

fn texts(members: &[Member]) -> Vec<String> {
    members.iter().map(ToString::to_string).collect()
}

fn artifact_pairs(row: &Artifact, dialect: Dialect) -> Pairs {
    let text = |text: &String| Literal::Text(text.clone());
    let place = place_of(&row.id).map(|place| place.as_str().to_owned());
    let (path, origin, added) = match dialect {
        Dialect::Native if place.as_ref() == Some(&row.path) => Default::default(),
        Dialect::Native => (row.path.clone(), String::new(), String::new()),
        Dialect::SkillMeat => {
            let path = if row.path.is_empty() {
                place.unwrap_or_default()
            } else {
                row.path.clone()
            };
            let origin = if row.origin.is_empty() {
                "local"
            } else {
                &row.origin
            };
            (path, origin.to_owned(), row.added.clone())
        }
    };
    let mut pairs = vec![
        ("name", Literal::Text(row.id.name.to_string())),
        ("type", Literal::Text(row.id.kind.to_string())),
        ("path", Literal::Text(path)),
        ("origin", Literal::Text(origin)),
        ("source", text(&row.source)),
        ("upstream", text(&row.upstream)),
        ("version_spec", text(&row.version_spec)),
        ("resolved_sha", text(&row.resolved_sha)),
        ("resolved_version", text(&row.resolved_version)),
        ("scope", text(&row.scope)),
        ("added", Literal::Text(added)),
        ("uuid", text(&row.uuid)),
        ("description", text(&row.description)),
    ];
    pairs.extend(
        row.position
            .map(|position| ("position", Literal::Integer(position))),
    );
    pairs.push(("aliases", Literal::Words(row.aliases.clone())));
    pairs.push(("tags", Literal::Words(row.tags.clone())));
    pairs.push((
        "target_platforms",
        Literal::Words(row.target_platforms.clone()),
    ));
    pairs
}

/// What SkillMeat noted of an artifact's file, in its dialect only.
fn recorded(row: &Row, dialect: Dialect) -> Pairs {
    let (Row::Artifact(artifact), Dialect::SkillMeat) = (row, dialect) else {
        return Vec::new();
    };
    let Metadata {
        name,
        description,
        author,
        license,
        version,
        category: _,
        tools,
        tags,
    } = &artifact.recorded;
    let all = [
        ("title", Literal::Text(name.clone())),
        ("description", Literal::Text(description.clone())),
        ("author", Literal::Text(author.clone())),
        ("license", Literal::Text(license.clone())),
        ("version", Literal::Text(version.clone())),
        ("tags", Literal::Words(tags.clone())),
        ("tools", Literal::Words(tools.clone())),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}
