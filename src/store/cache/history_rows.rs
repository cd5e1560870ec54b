//! Rows of the index of git's history on their way out.

use rusqlite::types::ValueRef;
use rusqlite::{Result, Row};

use super::decode;
use super::history::{Depth, Details, KnownNode, PastChange};
use crate::model::change::{Action, Change};
use crate::model::commit::Signature;
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::row::{RowKey, Table};
use crate::model::slug::Slug;
use crate::model::time::Moment;
use crate::model::value::{Field, Value};

/// The columns of a commit that a walk needs.
pub(super) const NODE: &str = "id, name, parents, committed";

/// The columns of what is told of a commit.
pub(super) const DETAILS: &str = "author, email, written, zone, summary";

/// The columns of a change, after those that say whose it is.
pub(super) const CHANGE: &str =
    "commit_id, side, place, table_name, type, name, rated_by, action, field, old_value, new_value";

fn decoded(row: &Row, column: usize) -> Result<Value> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(_) => Value::Text(row.get(column)?),
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Blob(json) => Value::List(
            serde_json::from_slice(json).map_err(|error| decode::invalid(column, error))?,
        ),
        ValueRef::Null | ValueRef::Real(_) => Value::Absent,
    })
}

/// The columns of what is told, from one on.
pub(super) fn details(row: &Row, first: usize) -> Result<Details> {
    Ok(Details {
        author: Signature {
            name: row.get(first)?,
            email: row.get(first + 1)?,
            time: Moment {
                seconds: row.get(first + 2)?,
                offset: row.get(first + 3)?,
            },
        },
        summary: row.get(first + 4)?,
    })
}

pub(super) fn node(row: &Row, depth: Depth) -> Result<Option<KnownNode>> {
    let Ok(name) = row.get_ref(1)?.as_str()?.parse() else {
        return Ok(None);
    };
    let parents = row.get_ref(2)?.as_str()?.split(' ');
    let parents = parents.filter(|name| !name.is_empty()).map(str::parse);
    let Ok(parents) = parents.collect() else {
        return Ok(None);
    };
    Ok(Some(KnownNode {
        number: row.get(0)?,
        name,
        parents,
        committed: row.get(3)?,
        details: match depth {
            Depth::Node => None,
            Depth::Details => Some(details(row, 4)?),
        },
    }))
}

pub(super) fn past_change(row: &Row) -> Result<PastChange> {
    let table = table(row, 3)?;
    let word = row.get_ref(7)?.as_str()?;
    let action = Action::ALL
        .into_iter()
        .find(|action| action.as_str() == word);
    let field = row.get_ref(8)?.as_str()?;
    let field = Field::ALL.into_iter().find(|known| known.as_str() == field);
    Ok(PastChange {
        commit: row.get(0)?,
        side: row.get(1)?,
        place: row.get(2)?,
        change: Change {
            table,
            key: key(row, table)?,
            action: action.ok_or_else(|| unknown(7))?,
            field,
            before: decoded(row, 9)?,
            after: decoded(row, 10)?,
        },
    })
}

fn table(row: &Row, column: usize) -> Result<Table> {
    let word = row.get_ref(column)?.as_str()?;
    let mut tables = Table::OF_ROWS.into_iter().chain([Table::Header]);
    tables
        .find(|table| table.as_str() == word)
        .ok_or_else(|| unknown(column))
}

/// The key in the columns of a change.
fn key(row: &Row, table: Table) -> Result<RowKey> {
    let name = Name::stored(row.get_ref(5)?.as_str()?);
    let kind = row.get_ref(4)?.as_str_or_null()?.map(ArtifactType::stored);
    Ok(match (table, kind) {
        (Table::Header, _) => RowKey::Header,
        (Table::TagDefinitions, _) => RowKey::Tag(Slug::stored(name.as_str())),
        (Table::Groups, _) => RowKey::Group(name),
        (Table::Composites, _) => RowKey::Composite(name),
        (Table::Artifacts, kind) => {
            let kind = kind.unwrap_or_else(|| ArtifactType::stored(""));
            RowKey::Artifact(ArtifactId::new(kind, name))
        }
        (Table::Ratings, Some(kind)) => {
            RowKey::Rating(Member::Typed(ArtifactId::new(kind, name)), row.get(6)?)
        }
        (Table::Ratings, None) => RowKey::Rating(Member::Bare(name), row.get(6)?),
    })
}

fn unknown(column: usize) -> rusqlite::Error {
    decode::invalid(column, std::fmt::Error)
}
