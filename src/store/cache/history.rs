//! What commits did to the tables: an index of git's history. It is filled when somebody asked for it, and joined with
//! a walk of the commits each time, so that a commit that is in no branch any more is never told.

use std::collections::HashMap;

use rusqlite::types::{ToSqlOutput, Value as Held, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::database::Database;
use super::decode;
use super::error::CacheError;
use crate::model::change::{Action, Change};
use crate::model::commit::{CommitId, Signature};
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::row::{RowKey, Table};
use crate::model::slug::Slug;
use crate::model::time::Moment;
use crate::model::value::{Field, Value};
use crate::store::git::id::ObjectName;

/// The columns of a commit.
const COMMIT: &str = "id, name, parents, committed, author, email, written, zone, summary";

/// The columns of a change, after those that say whose it is.
const CHANGE: &str =
    "commit_id, side, place, table_name, type, name, rated_by, action, field, old_value, new_value";

/// A commit in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCommit {
    /// A number; it means nothing outside of this database.
    pub number: i64,
    /// Its id.
    pub name: CommitId,
    /// The commits that it follows.
    pub parents: Vec<CommitId>,
    /// When it was made, seconds since 1970.
    pub committed: i64,
    /// Who wrote it.
    pub author: Signature,
    /// The first line of its message.
    pub summary: String,
}

/// A commit of the index without what is told of it: what a walk must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownNode {
    /// A number; it means nothing outside of this database.
    pub number: i64,
    /// Its name.
    pub name: ObjectName,
    /// The commits that it follows.
    pub parents: Vec<ObjectName>,
    /// When it was made, seconds since 1970.
    pub committed: i64,
}

/// A commit that comes into the index, with what it did seen from each commit that it follows; its number is passed
/// over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCommit {
    /// The commit.
    pub commit: KnownCommit,
    /// What it did.
    pub sides: Vec<Vec<Change>>,
}

/// A change in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastChange {
    /// The number of its commit.
    pub commit: i64,
    /// Which commit it is seen from: the first, the second …
    pub side: u32,
    /// Its place among the changes of that side.
    pub place: u32,
    /// The change.
    pub change: Change,
}

/// Which changes are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// All.
    Every,
    /// Deletions of rows.
    Deletions,
    /// Those of one row.
    Row(&'a RowKey),
    /// Those of one commit, by its number.
    Commit(i64),
}

impl Database {
    /// All commits of the index, as a walk needs them. One with a name that can't be read is left out.
    pub fn known_nodes(&self) -> std::result::Result<Vec<KnownNode>, CacheError> {
        self.reading(|connection| {
            let select = "SELECT id, name, parents, committed FROM history_commits";
            let mut select = connection.prepare_cached(select)?;
            let mut rows = select.query([])?;
            let mut nodes = Vec::new();
            while let Some(row) = rows.next()? {
                nodes.extend(node(row)?);
            }
            Ok(nodes)
        })
    }

    /// All commits of the index.
    pub fn known_commits(&self) -> std::result::Result<Vec<KnownCommit>, CacheError> {
        self.reading(|connection| {
            let mut select =
                connection.prepare_cached(&format!("SELECT {COMMIT} FROM history_commits"))?;
            select.query_map([], commit)?.collect()
        })
    }

    /// One commit of the index.
    pub fn known_commit(
        &self,
        name: &CommitId,
    ) -> std::result::Result<Option<KnownCommit>, CacheError> {
        self.reading(|connection| {
            let select = format!("SELECT {COMMIT} FROM history_commits WHERE name = ?1");
            let mut select = connection.prepare_cached(&select)?;
            select.query_row([name.as_str()], commit).optional()
        })
    }

    /// One commit of the index, by its number.
    pub fn numbered_commit(
        &self,
        number: i64,
    ) -> std::result::Result<Option<KnownCommit>, CacheError> {
        self.reading(|connection| {
            let select = format!("SELECT {COMMIT} FROM history_commits WHERE id = ?1");
            let mut select = connection.prepare_cached(&select)?;
            select.query_row([number], commit).optional()
        })
    }

    /// Changes of the index, by commit, side and place.
    pub fn past_changes(
        &self,
        wanted: Wanted<'_>,
    ) -> std::result::Result<Vec<PastChange>, CacheError> {
        self.reading(|connection| match wanted {
            Wanted::Every => selected(connection, "", []),
            Wanted::Deletions => selected(connection, "WHERE action = 'delete'", []),
            Wanted::Commit(number) => selected(connection, "WHERE commit_id = ?1", [number]),
            Wanted::Row(key) => {
                let mut found = selected(connection, "WHERE name_key = ?1", [name_key(key)])?;
                found.retain(|found: &PastChange| found.change.key == *key);
                Ok(found)
            }
        })
    }

    /// Adds commits to the index; those that are in it already stay.
    pub fn add_history(&mut self, commits: &[PastCommit]) -> std::result::Result<(), CacheError> {
        self.writing(|connection| {
            commits
                .iter()
                .try_for_each(|commit| write_commit(connection, commit))
        })
    }

    /// Removes commits from the index, by their numbers.
    pub fn forget_history(&mut self, numbers: &[i64]) -> std::result::Result<(), CacheError> {
        self.writing(|connection| {
            for table in [
                "history_changes WHERE commit_id",
                "history_commits WHERE id",
            ] {
                let mut delete = connection.prepare_cached(&format!("DELETE FROM {table} = ?1"))?;
                for number in numbers {
                    delete.execute([number])?;
                }
            }
            Ok(())
        })
    }
}

fn selected<P: rusqlite::Params>(
    connection: &Connection,
    condition: &str,
    parameters: P,
) -> Result<Vec<PastChange>> {
    let select =
        format!("SELECT {CHANGE} FROM history_changes {condition} ORDER BY commit_id, side, place");
    let mut select = connection.prepare_cached(&select)?;
    select.query_map(parameters, past_change)?.collect()
}

fn write_commit(connection: &Connection, PastCommit { commit, sides }: &PastCommit) -> Result<()> {
    let parents: Vec<&str> = commit.parents.iter().map(CommitId::as_str).collect();
    let written = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO history_commits (name, parents, committed, author, email, written, zone, summary) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            commit.name.as_str(),
            parents.join(" "),
            commit.committed,
            commit.author.name,
            commit.author.email,
            commit.author.time.seconds,
            commit.author.time.offset,
            commit.summary,
        ])?;
    if written == 0 {
        return Ok(());
    }
    let number = connection.last_insert_rowid();
    for (side, changes) in (0..).zip(sides) {
        for (place, change) in (0..).zip(changes) {
            write_change(connection, (number, side, place), change)?;
        }
    }
    Ok(())
}

fn write_change(
    connection: &Connection,
    (number, side, place): (i64, u32, u32),
    change: &Change,
) -> Result<()> {
    let (kind, name, by) = parts(&change.key);
    connection
        .prepare_cached(
            "INSERT INTO history_changes (commit_id, side, place, table_name, type, name, name_key, rated_by, action, \
             field, old_value, new_value) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            number,
            side,
            place,
            change.table.as_str(),
            kind,
            name,
            name_key(&change.key),
            by,
            change.action.as_str(),
            change.field.map_or("", Field::as_str),
            encoded(&change.before)?,
            encoded(&change.after)?,
        ])?;
    Ok(())
}

/// The type, the name and the person that a key is made of.
fn parts(key: &RowKey) -> (Option<&str>, &str, &str) {
    match key {
        RowKey::Header => (None, "", ""),
        RowKey::Tag(slug) => (None, slug.as_str(), ""),
        RowKey::Group(name) | RowKey::Composite(name) => (None, name.as_str(), ""),
        RowKey::Artifact(id) => (Some(id.kind.as_str()), id.name.as_str(), ""),
        RowKey::Rating(Member::Typed(id), by) => (Some(id.kind.as_str()), id.name.as_str(), by),
        RowKey::Rating(Member::Bare(name), by) => (None, name.as_str(), by),
    }
}

/// The name in the form in which it is compared.
fn name_key(key: &RowKey) -> String {
    Name::stored(parts(key).1).key().into_owned()
}

/// A value as a column holds it: a list as the bytes of a JSON array.
fn encoded(value: &Value) -> Result<ToSqlOutput<'_>> {
    Ok(match value {
        Value::Absent => ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::Integer(number) => ToSqlOutput::Owned(Held::Integer(*number)),
        Value::List(items) => {
            let json = serde_json::to_vec(items);
            let json =
                json.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
            ToSqlOutput::Owned(Held::Blob(json))
        }
    })
}

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

fn commit(row: &Row) -> Result<KnownCommit> {
    let parents = row.get_ref(2)?.as_str()?.split(' ');
    let parents = parents.filter(|name| !name.is_empty());
    Ok(KnownCommit {
        number: row.get(0)?,
        name: CommitId::stored(row.get_ref(1)?.as_str()?),
        parents: parents.map(CommitId::stored).collect(),
        committed: row.get(3)?,
        author: Signature {
            name: row.get(4)?,
            email: row.get(5)?,
            time: Moment {
                seconds: row.get(6)?,
                offset: row.get(7)?,
            },
        },
        summary: row.get(8)?,
    })
}

fn node(row: &Row) -> Result<Option<KnownNode>> {
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
    }))
}

fn past_change(row: &Row) -> Result<PastChange> {
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

/// Changes by the commits that they are of.
pub fn by_commit(changes: Vec<PastChange>) -> HashMap<i64, Vec<PastChange>> {
    let mut sorted: HashMap<i64, Vec<PastChange>> = HashMap::new();
    for change in changes {
        sorted.entry(change.commit).or_default().push(change);
    }
    sorted
}
