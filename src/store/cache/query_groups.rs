//! Queries about groups and composites.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Params, Result, Row};

use super::database::Database;
use super::decode;
use super::error::CacheError;
use crate::model::listing::{GroupSummary, Parts};
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::rating::Composite;

const GROUP_COLUMNS: &str = "id, name, description, color, icon, tags, \
    (SELECT count(*) FROM groups AS earlier WHERE (coalesce(earlier.position, 0), earlier.id) \
    < (coalesce(groups.position, 0), groups.id))";

impl Database {
    /// All groups, by position (an absent one counts as 0), those with the same in the manifest's order.
    pub fn groups(&self) -> std::result::Result<Vec<GroupSummary>, CacheError> {
        self.reading(|connection| {
            let mut members = members(connection, GROUPS, "TRUE", [])?;
            let mut select = connection.prepare_cached(
                "SELECT id, name, description, color, icon, tags, row_number() OVER by_place - 1 FROM groups \
                 WINDOW by_place AS (ORDER BY coalesce(position, 0), id) ORDER BY coalesce(position, 0), id",
            )?;
            select.query_map([], |row| group_of(row, &mut members))?.collect()
        })
    }

    /// The group of that name.
    pub fn group(&self, name: &Name) -> std::result::Result<Option<GroupSummary>, CacheError> {
        self.reading(|connection| {
            let key = name.key();
            let condition = "owner IN (SELECT id FROM groups WHERE name_key = ?1)";
            let mut members = members(connection, GROUPS, condition, [&key])?;
            connection
                .prepare_cached(&format!(
                    "SELECT {GROUP_COLUMNS} FROM groups WHERE name_key = ?1 ORDER BY id LIMIT 1"
                ))?
                .query_row([&key], |row| group_of(row, &mut members))
                .optional()
        })
    }

    /// The parts that the manifest gives a composite; nothing when it has no row for it.
    pub fn composite(&self, name: &Name) -> std::result::Result<Option<(Name, Parts)>, CacheError> {
        self.reading(|connection| {
            let stored = connection
                .prepare_cached(
                    "SELECT name FROM composites WHERE name_key = ?1 ORDER BY id LIMIT 1",
                )?
                .query_row([name.key()], |row| decode::name(row, 0))
                .optional()?;
            let found =
                stored.map(|name| Ok((name.clone(), members_of_composite(connection, &name)?)));
            found.transpose()
        })
    }

    /// The composites that the manifest holds, in its order.
    pub fn composites(&self) -> std::result::Result<Vec<Composite>, CacheError> {
        self.reading(|connection| {
            let mut members: HashMap<i64, Vec<Member>> = HashMap::new();
            let mut select = connection
                .prepare_cached("SELECT composite_id, member FROM composite_memberships ORDER BY composite_id, place")?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                members.entry(row.get(0)?).or_default().push(Member::stored(row.get_ref(1)?.as_str()?));
            }
            let mut select = connection.prepare_cached("SELECT id, name FROM composites ORDER BY id")?;
            select
                .query_map([], |row| {
                    let members = members.remove(&row.get(0)?).unwrap_or_default();
                    Ok(Composite { name: decode::name(row, 1)?, members })
                })?
                .collect()
        })
    }
}

/// The groups' numbers and names in their order.
pub(super) fn group_names(connection: &Connection) -> Result<Vec<(i64, Name)>> {
    connection
        .prepare_cached("SELECT id, name FROM groups ORDER BY coalesce(position, 0), id")?
        .query_map([], |row| Ok((row.get(0)?, decode::name(row, 1)?)))?
        .collect()
}

/// Up to this number of members, looking at all of them is less work than keeping a set of them.
const FEW: usize = 32;

/// The members of a group, and those among them that are missing.
#[derive(Debug, Default)]
struct Members {
    all: Vec<Member>,
    missing: Vec<Member>,
    /// All of them, once they are more than a few.
    seen: HashSet<Member>,
}

impl Members {
    /// Adds a member. An artifact that is named twice (once by a bare name) is a member once.
    fn add(&mut self, row: &Row) -> Result<()> {
        let resolved = !matches!(row.get_ref(2)?, rusqlite::types::ValueRef::Null);
        let member = if resolved {
            decode::id(row, 2)?.into()
        } else {
            Member::stored(row.get_ref(1)?.as_str()?)
        };
        if !self.holds(&member) {
            if !resolved {
                self.missing.push(member.clone());
            }
            self.all.push(member);
        }
        Ok(())
    }

    fn holds(&mut self, member: &Member) -> bool {
        if self.all.len() <= FEW {
            return self.all.contains(member);
        }
        if self.seen.is_empty() {
            self.seen.extend(self.all.iter().cloned());
        }
        !self.seen.insert(member.clone())
    }
}

/// Members of groups, with their owner.
const GROUPS: &str = "(SELECT group_id AS owner, place, member, artifact_id FROM group_artifacts)";
/// Members of composites, with their owner.
const COMPOSITES: &str =
    "(SELECT composite_id AS owner, place, member, artifact_id FROM composite_memberships)";

/// What the manifest says of the parts of an artifact, and of what it is a part of.
pub(super) fn parts(connection: &Connection, number: i64, id: &ArtifactId) -> Result<Parts> {
    let part_of = connection
        .prepare_cached(
            "SELECT name FROM composites WHERE id IN \
             (SELECT composite_id FROM composite_memberships WHERE artifact_id = ?1) ORDER BY id",
        )?
        .query_map([number], |row| decode::name(row, 0))?
        .collect::<Result<_>>()?;
    let parts = match id.kind {
        ArtifactType::Composite => members_of_composite(connection, &id.name)?,
        _ => Parts::default(),
    };
    Ok(Parts { part_of, ..parts })
}

fn members_of_composite(connection: &Connection, name: &Name) -> Result<Parts> {
    let condition = "owner IN (SELECT min(id) FROM composites WHERE name_key = ?1)";
    let found = members(connection, COMPOSITES, condition, [name.key()])?;
    let members = found.into_values().next().unwrap_or_default();
    Ok(Parts {
        members: members.all,
        missing: members.missing,
        part_of: Vec::new(),
    })
}

fn members(
    connection: &Connection,
    source: &str,
    condition: &str,
    parameters: impl Params,
) -> Result<HashMap<i64, Members>> {
    let mut members: HashMap<i64, Members> = HashMap::new();
    let mut select = connection.prepare_cached(&format!(
        "SELECT owner, member, type, name FROM {source} LEFT JOIN artifacts ON id = artifact_id \
         WHERE {condition} ORDER BY owner, place"
    ))?;
    let mut rows = select.query(parameters)?;
    while let Some(row) = rows.next()? {
        members.entry(row.get(0)?).or_default().add(row)?;
    }
    Ok(members)
}

fn group_of(row: &Row, members: &mut HashMap<i64, Members>) -> Result<GroupSummary> {
    let members = members.remove(&row.get(0)?).unwrap_or_default();
    Ok(GroupSummary {
        name: decode::name(row, 1)?,
        description: row.get(2)?,
        color: row.get(3)?,
        icon: row.get(4)?,
        tags: decode::list(row, 5)?,
        position: row.get(6)?,
        members: members.all,
        missing: members.missing,
    })
}
