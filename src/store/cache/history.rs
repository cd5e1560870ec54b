//! What commits did to the tables: an index of git's history. It is filled when somebody asked for it, and joined with
//! a walk of the commits each time, so that a commit that is in no branch any more is never told.

use std::collections::HashMap;

use rusqlite::types::{ToSqlOutput, Value as Held, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::database::Database;
use super::error::CacheError;
use super::history_rows::{CHANGE, DETAILS, NODE, details, node, past_change};
use crate::model::change::Change;
use crate::model::commit::Signature;
use crate::model::name::{Member, Name};
use crate::model::row::RowKey;
use crate::model::value::{Field, Value};
use crate::store::git::id::ObjectName;

/// How many numbers follow one another in a block. Commits that come one after the other in the history mostly do so
/// in the index too, so they are read by the block.
pub const BLOCK: i64 = 256;

/// What is told of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Who wrote it.
    pub author: Signature,
    /// The first line of its message.
    pub summary: String,
}

/// A commit of the index: what a walk must know.
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
    /// What is told of it, where that was asked for.
    pub details: Option<Details>,
}

/// How much is read of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What a walk must know.
    Node,
    /// What is told of it, too.
    Details,
}

/// A commit that comes into the index, with what it did seen from each commit that it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCommit {
    /// Its name.
    pub name: ObjectName,
    /// The commits that it follows.
    pub parents: Vec<ObjectName>,
    /// When it was made, seconds since 1970.
    pub committed: i64,
    /// What is told of it.
    pub details: Details,
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
    /// Those of the commits of a block.
    Block(i64),
    /// Deletions of rows.
    Deletions,
    /// Those of one row.
    Row(&'a RowKey),
}

impl Database {
    /// The numbers of all commits of the index.
    pub fn known_numbers(&self) -> std::result::Result<Vec<i64>, CacheError> {
        self.reading(|connection| {
            let mut select = connection.prepare_cached("SELECT id FROM history_commits")?;
            select.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// The number of a commit, if the index has it.
    pub fn number_of(&self, name: ObjectName) -> std::result::Result<Option<i64>, CacheError> {
        self.reading(|connection| {
            let select = "SELECT id FROM history_commits WHERE name = ?1";
            let mut select = connection.prepare_cached(select)?;
            let found = select.query_row([name.to_string()], |row| row.get(0));
            found.optional()
        })
    }

    /// The commits of a block. One with a name that can't be read is left out.
    pub fn nodes_in(
        &self,
        block: i64,
        depth: Depth,
    ) -> std::result::Result<Vec<KnownNode>, CacheError> {
        self.reading(|connection| {
            let columns = match depth {
                Depth::Node => NODE.to_owned(),
                Depth::Details => format!("{NODE}, {DETAILS}"),
            };
            let select =
                format!("SELECT {columns} FROM history_commits WHERE id BETWEEN ?1 AND ?2");
            let mut select = connection.prepare_cached(&select)?;
            let mut rows = select.query(bounds(block))?;
            let mut nodes = Vec::new();
            while let Some(row) = rows.next()? {
                nodes.extend(node(row, depth)?);
            }
            Ok(nodes)
        })
    }

    /// What is told of a commit, by its number.
    pub fn details_of(&self, number: i64) -> std::result::Result<Option<Details>, CacheError> {
        self.reading(|connection| {
            let select = format!("SELECT {DETAILS} FROM history_commits WHERE id = ?1");
            let mut select = connection.prepare_cached(&select)?;
            select.query_row([number], |row| details(row, 0)).optional()
        })
    }

    /// Changes of the index, by commit, side and place.
    pub fn past_changes(
        &self,
        wanted: Wanted<'_>,
    ) -> std::result::Result<Vec<PastChange>, CacheError> {
        self.reading(|connection| match wanted {
            Wanted::Block(block) => {
                let condition = "WHERE commit_id BETWEEN ?1 AND ?2";
                selected(connection, condition, bounds(block))
            }
            Wanted::Deletions => selected(connection, "WHERE action = 'delete'", []),
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

/// The first and the last number of a block.
fn bounds(block: i64) -> [i64; 2] {
    [block * BLOCK, block * BLOCK + BLOCK - 1]
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

fn write_commit(connection: &Connection, commit: &PastCommit) -> Result<()> {
    let parents: Vec<String> = commit.parents.iter().map(ObjectName::to_string).collect();
    let Details { author, summary } = &commit.details;
    let written = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO history_commits (name, parents, committed, author, email, written, zone, summary) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            commit.name.to_string(),
            parents.join(" "),
            commit.committed,
            author.name,
            author.email,
            author.time.seconds,
            author.time.offset,
            summary,
        ])?;
    if written == 0 {
        return Ok(());
    }
    let number = connection.last_insert_rowid();
    for (side, changes) in (0..).zip(&commit.sides) {
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

/// Changes by the commits that they are of.
pub fn by_commit(changes: Vec<PastChange>) -> HashMap<i64, Vec<PastChange>> {
    let mut sorted: HashMap<i64, Vec<PastChange>> = HashMap::new();
    for change in changes {
        sorted.entry(change.commit).or_default().push(change);
    }
    sorted
}
