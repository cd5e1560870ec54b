//! What a merge knows of the fields of known tables; everything else is merged by the general rules.

use crate::model::artifact::VERSION_FIELDS;
use crate::model::collection::Dialect;
use crate::model::record::{FieldPath, REST};
use crate::model::row::Table;

/// How the values of a field are compared and merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One value.
    Plain,
    /// One value whose letters may be of either case.
    Color,
    /// One value that is compared after NFC: part of a row's key.
    Name,
    /// One value that names an artifact.
    Artifact,
    /// A moment, of which the later one holds.
    Later,
    /// A moment, of which the earlier one holds.
    Earlier,
    /// A number that only renders an order.
    Position,
    /// A set with an order, of artifacts.
    Members,
    /// A set of tags.
    Tags,
    /// A set of words.
    Words,
}

/// The known table of that key.
pub(super) fn known(table: &str) -> Option<Table> {
    Table::OF_ROWS
        .into_iter()
        .find(|known| known.as_str() == table)
}

/// What a field is.
pub(super) fn kind(table: &str, path: &FieldPath) -> Kind {
    let (table, own) = match (known(table), path.own()) {
        (Some(table), Some(own)) => (table, own),
        (None, _) if table == REST => return moment_of_header(path),
        _ => return Kind::Plain,
    };
    match (table, own) {
        (Table::Groups | Table::TagDefinitions, "color") => Kind::Color,
        (Table::Groups | Table::Artifacts, "position") => Kind::Position,
        (Table::Groups | Table::Composites, "members") => Kind::Members,
        (Table::Groups | Table::Artifacts, "tags") => Kind::Tags,
        (Table::Artifacts, "aliases" | "target_platforms") => Kind::Words,
        (Table::Ratings, "artifact") => Kind::Artifact,
        (_, "updated") => Kind::Later,
        (_, "created") => Kind::Earlier,
        (_, own) if key_fields(table).contains(&own) => Kind::Name,
        _ => Kind::Plain,
    }
}

fn moment_of_header(path: &FieldPath) -> Kind {
    match header_field(path).as_deref() {
        Some([own]) if own == "updated" => Kind::Later,
        Some([own]) if own == "created" => Kind::Earlier,
        _ => Kind::Plain,
    }
}

/// The rest of a path that leads into the header.
pub(super) fn header_field(path: &FieldPath) -> Option<Vec<String>> {
    Dialect::ALL.iter().find_map(|dialect| {
        let header = dialect.path();
        let (head, rest) = path.keys().split_at_checked(header.len())?;
        head.iter().eq(header.iter()).then(|| rest.to_vec())
    })
}

/// The fields that make a row's key.
pub(super) fn key_fields(table: Table) -> &'static [&'static str] {
    match table {
        Table::Header => &[],
        Table::TagDefinitions => &["name", "slug"],
        Table::Groups | Table::Composites => &["name"],
        Table::Artifacts => &["name", "type"],
        Table::Ratings => &["artifact", "by"],
    }
}

/// The fields that are one value together with this one; none for a field that stands alone.
pub(super) fn together(table: &str, path: &FieldPath) -> &'static [&'static str] {
    let (Some(table), Some(own)) = (known(table), path.own()) else {
        return &[];
    };
    let together: &[&str] = match table {
        Table::TagDefinitions => &["name", "slug"],
        Table::Artifacts if own == "name" || own == "type" => &["name", "type"],
        Table::Artifacts => &VERSION_FIELDS,
        Table::Ratings => &["rating", "note"],
        _ => &[],
    };
    if together.contains(&own) {
        together
    } else {
        &[]
    }
}

/// Whether the order of a table's rows is something that people decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It is; two orders that can't both hold are a conflict.
    Decided,
    /// It is not; any order will do.
    Incidental,
}

/// What the order of a table's rows is worth.
pub(super) fn order_of(table: &str) -> Weight {
    match known(table) {
        Some(Table::Groups | Table::Artifacts) => Weight::Decided,
        _ => Weight::Incidental,
    }
}
