//! The versions that meet in an import: what was here and stays, and the same with what comes in.
//!
//! The base knows no row that comes in, so that each of them is new on both sides or on one. Rows that are only here
//! stand in all versions: what comes in gets its place behind them, and nothing that is here is moved.

use std::collections::{HashMap, HashSet};

use crate::manifest::{Document, composed};
use crate::model::collection::Dialect;
use crate::model::edit::Edit;
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Name};
use crate::model::row::{Row, RowKey, Table};
use crate::model::slug::loses_signs;
use crate::model::tag::TagDefinition;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::import_parts::{Incoming, Kind, Tables};
use super::view::View;

/// The versions beside the collection's own, in its dialect and without a header.
pub(super) struct Versions {
    /// The rows that are only here.
    pub(super) base: Vec<u8>,
    /// The same, with what comes in.
    pub(super) theirs: Vec<u8>,
    /// What is to be told of it.
    pub(super) remark: Option<String>,
}

impl Versions {
    /// Makes them; `known` are the artifacts that are here, by a row or a file.
    pub(super) fn of(
        view: &View<'_>,
        incoming: &Incoming,
        known: &HashSet<ArtifactId>,
    ) -> Result<Self, AppError> {
        let dialect = view.document.dialect();
        match &incoming.tables {
            Tables::Rows(rows) => {
                let rows = fitted(view, incoming.kind, rows.clone(), known)?;
                Ok(Self::of_rows(view, rows))
            }
            Tables::Text(text) if dialect == Dialect::Native || text.dialect() == dialect => {
                Self::of_text(view, text)
            }
            Tables::Text(text) => {
                let rows = Table::OF_ROWS
                    .into_iter()
                    .flat_map(|table| text.rows(table));
                let rows = fitted(view, incoming.kind, rows.collect(), known)?;
                let remark = "This collection is written in SkillMeat's dialect and the other is not: keys and tables that only the other knows were left out.";
                Ok(Self {
                    remark: Some(remark.to_owned()),
                    ..Self::of_rows(view, rows)
                })
            }
        }
    }

    fn of_rows(view: &View<'_>, rows: Vec<Row>) -> Self {
        let dialect = view.document.dialect();
        let mut all = only_here(view, &keys(&rows), &Table::OF_ROWS);
        let base = composed(&all, dialect);
        all.extend(rows);
        Self {
            base,
            theirs: composed(&all, dialect),
            remark: None,
        }
    }

    fn of_text(view: &View<'_>, text: &Document) -> Result<Self, AppError> {
        let groups = groups_of(text.rows(Table::Groups));
        let places = places(&view.groups()?, &groups, Kind::Collection);
        let moved = places.into_iter().map(|(name, place)| Edit::Set {
            key: RowKey::Group(name),
            field: Field::Position,
            value: Value::integer(place),
        });
        let edits: Vec<Edit> = moved.collect();
        let text = Document::scan(text.edited(&edits)?)?;
        let tables: Vec<Table> = Table::OF_ROWS
            .into_iter()
            .filter(|table| !text.is_inline(*table))
            .collect();
        let keys = Table::OF_ROWS
            .into_iter()
            .flat_map(|table| text.keys(table));
        let base = composed(
            &only_here(view, &keys.collect(), &tables),
            view.document.dialect(),
        );
        Ok(Self {
            theirs: text.behind(&base),
            base,
            remark: None,
        })
    }
}

fn keys(rows: &[Row]) -> HashSet<RowKey> {
    rows.iter().map(Row::key).collect()
}

/// The rows of some tables that are only here.
fn only_here(view: &View<'_>, theirs: &HashSet<RowKey>, tables: &[Table]) -> Vec<Row> {
    let rows = tables.iter().flat_map(|table| view.document.rows(*table));
    rows.filter(|row| !theirs.contains(&row.key())).collect()
}

/// The rows as this collection takes them.
fn fitted(
    view: &View<'_>,
    kind: Kind,
    rows: Vec<Row>,
    known: &HashSet<ArtifactId>,
) -> Result<Vec<Row>, AppError> {
    let places = places(&view.groups()?, &groups_of(rows.clone()), kind);
    let is_skillmeat = view.document.dialect() == Dialect::SkillMeat;
    let mut fitted = Vec::with_capacity(rows.len());
    for mut row in rows {
        match &mut row {
            Row::Tag(tag) if kind.is_unorganised() && is_defined(view, tag)? => continue,
            Row::Artifact(row) if kind == Kind::Folder && known.contains(&row.id) => continue,
            Row::Group(group) => {
                if let Some(place) = places.get(&group.name) {
                    group.position = *place;
                }
            }
            Row::Artifact(row) if is_skillmeat && row.added.is_empty() => {
                row.added = view.environment.now.naive_utc();
            }
            _ => {}
        }
        fitted.push(row);
    }
    Ok(fitted)
}

/// Whether a tag has a definition here that means the same.
fn is_defined(view: &View<'_>, tag: &TagDefinition) -> Result<bool, AppError> {
    let means = |ours: &TagDefinition| {
        ours.name == tag.name || !(loses_signs(&ours.name) || loses_signs(&tag.name))
    };
    Ok(view.find_tag(&tag.slug)?.is_some_and(|ours| means(&ours)))
}

fn groups_of(rows: Vec<Row>) -> Vec<Group> {
    let groups = rows.into_iter().filter_map(|row| match row {
        Row::Group(group) => Some(group),
        _ => None,
    });
    groups.collect()
}

/// The numbers of groups that come in: those that are here keep their own, new ones come behind all of them in their
/// own order. Nothing is said where both sides have the same groups in another order, which is theirs to decide who
/// asks, and where there are no groups here: then they keep what they have.
fn places(ours: &[Group], theirs: &[Group], kind: Kind) -> HashMap<Name, Option<i64>> {
    let here: HashMap<&Name, Option<i64>> = ours
        .iter()
        .map(|group| (&group.name, group.position))
        .collect();
    let common: HashSet<&Name> = theirs
        .iter()
        .map(|group| &group.name)
        .filter(|name| here.contains_key(name))
        .collect();
    let in_common = |groups: &[Group]| -> Vec<Name> {
        let order = in_order(groups).into_iter();
        order.filter(|name| common.contains(name)).collect()
    };
    let is_unsaid = ours.is_empty() || in_common(ours) != in_common(theirs);
    if !kind.is_unorganised() && is_unsaid {
        return HashMap::new();
    }
    let last = ours.iter().map(|group| group.position.unwrap_or(0)).max();
    let mut next = last.map_or(0, |last| last.saturating_add(1));
    let mut places = HashMap::with_capacity(theirs.len());
    for name in in_order(theirs) {
        let place = here.get(&name).copied().unwrap_or_else(|| {
            let place = next;
            next = next.saturating_add(1);
            Some(place)
        });
        places.insert(name, place);
    }
    places
}

/// The names of groups in the order in which they are shown.
fn in_order(groups: &[Group]) -> Vec<Name> {
    let mut groups: Vec<&Group> = groups.iter().collect();
    groups.sort_by_key(|group| group.position.unwrap_or(0));
    groups.into_iter().map(|group| group.name.clone()).collect()
}
