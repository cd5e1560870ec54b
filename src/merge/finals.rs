//! What rows are called in the result, and how references to them are written there.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::entity::Entities;
use super::existence::{Fate, keys};
use super::field::{Decision, decide};
use super::identity::Identities;
use super::references::{Reference, text};
use super::resolve::Decided;
use super::row::Row;
use super::schema::{Kind, key_fields, known};
use crate::model::conflict::Choice;
use crate::model::record::FieldPath;
use crate::model::row::Table;
use crate::model::side::Side;

/// What the rows of a table are called in the result.
pub(super) struct Finals<'r> {
    /// Which version's name each row has.
    sides: Vec<Side>,
    /// What was decided of names that could not be merged.
    choices: HashMap<usize, &'r Choice>,
    /// Rows whose name is in doubt: both sides renamed them, or another row reaches the name, too.
    doubtful: HashSet<usize>,
    /// Rows that were decided to go, with what refers to them.
    dropped: HashSet<usize>,
    /// Rows that were decided to give way to another row of their name.
    displaced: HashSet<usize>,
}

/// What becomes of the name of a row.
pub(super) enum Naming<'r> {
    /// It is as in that version.
    Take(Side),
    /// It was given.
    Given(&'r str),
    /// It is in doubt.
    Doubt,
}

impl<'r> Finals<'r> {
    /// Finds the names of all rows.
    pub(super) fn of(entities: &Entities<'_>, fates: &[Fate], decided: Decided<'r>) -> Self {
        let of_row = |entity: usize| decided_name(entities, entity, &fates[entity]);
        let names: Vec<Decision> = (0..entities.len()).map(of_row).collect();
        let is_doubtful = |entity: &usize| names[*entity] == Decision::Conflict;
        let side = |decision: &Decision| match decision {
            Decision::Take(side) => *side,
            Decision::Conflict => Side::Ours,
        };
        let dropped = |entity: &usize| fates[*entity] == Fate::Dropped;
        let mut finals = Self {
            sides: names.iter().map(side).collect(),
            choices: HashMap::new(),
            doubtful: (0..entities.len()).filter(is_doubtful).collect(),
            dropped: (0..entities.len()).filter(dropped).collect(),
            displaced: HashSet::new(),
        };
        let crowds = finals.crowds(entities, fates);
        finals.doubtful.extend(
            crowds
                .iter()
                .flatten()
                .filter(|row| is_renamed(entities, **row)),
        );
        finals.decide(entities, fates, decided);
        finals
    }

    /// Applies what was decided of names in doubt.
    fn decide(&mut self, entities: &Entities<'_>, fates: &[Fate], decided: Decided<'r>) {
        let field = known(&entities.sheet.table).map_or("", |table| key_fields(table)[0]);
        for entity in std::mem::take(&mut self.doubtful) {
            match decided.choice(&keys(entities, entity), field) {
                None => drop(self.doubtful.insert(entity)),
                Some(choice) => {
                    if let Choice::Version(side) = choice {
                        self.sides[entity] = *side;
                    }
                    self.choices.insert(entity, choice);
                }
            }
        }
        for crowd in self.crowds(entities, fates) {
            let chosen = crowd
                .iter()
                .find_map(|entity| match self.choices.get(entity) {
                    Some(Choice::Version(side)) => Some(*side),
                    _ => None,
                });
            let gives_way = |entity: &usize| {
                chosen.is_some_and(|side| {
                    !entities.is_in(*entity, side) && !entities.is_in(*entity, Side::Base)
                })
            };
            self.displaced.extend(crowd.into_iter().filter(gives_way));
        }
        for entity in self.crowds(entities, fates).into_iter().flatten() {
            if is_renamed(entities, entity) {
                self.choices.remove(&entity);
                self.doubtful.insert(entity);
            }
        }
    }

    /// Rows that would have the same name.
    fn crowds(&self, entities: &Entities<'_>, fates: &[Fate]) -> Vec<Vec<usize>> {
        let mut holders: HashMap<(String, u32), Vec<usize>> = HashMap::new();
        if !(0..entities.len()).any(|entity| is_renamed(entities, entity)) {
            return Vec::new();
        }
        for (entity, fate) in fates.iter().enumerate() {
            if fate.start().is_some() && !self.displaced.contains(&entity) {
                let ordinal = entities.key(entity, "").ordinal;
                let name = self.name(entities, entity).into_owned();
                holders.entry((name, ordinal)).or_default().push(entity);
            }
        }
        let mut crowds: Vec<Vec<usize>> = holders
            .into_values()
            .filter(|rows| rows.len() > 1)
            .collect();
        crowds.sort_unstable();
        crowds
    }

    /// What a row is called.
    pub(super) fn name<'s>(&self, entities: &Entities<'s>, entity: usize) -> Cow<'s, str> {
        let own = self.sides[entity];
        let name = entities.first_name(entity, &[own, Side::Ours, Side::Theirs, Side::Base]);
        match self.choices.get(&entity) {
            Some(Choice::Value(given)) => Cow::Owned(match name.split_once(':') {
                Some((kind, _)) if known(&entities.sheet.table) == Some(Table::Artifacts) => {
                    format!("{kind}:{given}")
                }
                _ => given.clone(),
            }),
            _ => Cow::Borrowed(name),
        }
    }

    /// What becomes of a row's name.
    pub(super) fn naming(&self, entity: usize) -> Naming<'r> {
        match self.choices.get(&entity) {
            _ if self.doubtful.contains(&entity) => Naming::Doubt,
            Some(Choice::Value(given)) => Naming::Given(given),
            _ => Naming::Take(self.sides[entity]),
        }
    }

    /// Whether a row was decided to go with what refers to it.
    pub(super) fn is_dropped(&self, entity: usize) -> bool {
        self.dropped.contains(&entity)
    }

    /// Whether a row was decided to give way to another one of its name.
    pub(super) fn is_displaced(&self, entity: usize) -> bool {
        self.displaced.contains(&entity)
    }
}

/// Whether a row has different names in the versions.
fn is_renamed(entities: &Entities<'_>, entity: usize) -> bool {
    let mut names = Side::ALL
        .iter()
        .filter_map(|side| entities.name(entity, *side));
    let first = names.next();
    names.any(|name| Some(name) != first)
}

/// Whose name a row has by the rule of fields.
fn decided_name(entities: &Entities<'_>, entity: usize, fate: &Fate) -> Decision {
    let start = Decision::Take(fate.start().unwrap_or(Side::Base));
    let Some(table) = known(&entities.sheet.table) else {
        return start;
    };
    if table == Table::Ratings
        || entities.is_untouched(entity)
        || !entities.is_in(entity, Side::Base)
        || fate.start().is_none()
    {
        return start;
    }
    let row = Row::of(entities, entity);
    let paths: Vec<FieldPath> = key_fields(table)
        .iter()
        .map(|key| FieldPath::of(*key))
        .collect();
    let fields: Vec<_> = paths.iter().map(|path| row.field(path)).collect();
    decide(&fields)
}

/// The names of the tables that are referred to.
pub(super) struct References<'m, 's> {
    /// Which row an entry means.
    pub(super) identities: &'m Identities<'s>,
    /// What artifacts are called.
    pub(super) artifacts: &'m Finals<'m>,
    /// What tags are called.
    pub(super) tags: &'m Finals<'m>,
}

impl References<'_, '_> {
    /// Whether an entry goes with a row that was decided to go.
    pub(super) fn drops(&self, kind: Kind, reference: &Reference) -> bool {
        match (kind, reference) {
            (Kind::Members | Kind::Artifact, Reference::Row(row)) => {
                self.artifacts.dropped.contains(row)
            }
            (Kind::Tags, Reference::Row(row)) => self.tags.dropped.contains(row),
            _ => false,
        }
    }

    /// How an entry is written that a version wrote as `written`.
    pub(super) fn written(
        &self,
        kind: Kind,
        reference: &Reference,
        side: Side,
        written: &str,
    ) -> String {
        let new = match (kind, reference) {
            (Kind::Members | Kind::Artifact, Reference::Row(row)) => {
                self.member(*row, side, written)
            }
            (Kind::Tags, Reference::Row(row)) => self.tag(*row, side, written),
            _ => None,
        };
        new.unwrap_or_else(|| written.to_owned())
    }

    fn member(&self, row: usize, side: Side, written: &str) -> Option<String> {
        let artifacts = &self.identities.artifacts;
        let old = artifacts.first_name(row, &[side, Side::Base, side.other()]);
        let new = self.artifacts.name(artifacts, row);
        if old == new {
            return None;
        }
        let is_typed = written.split_once(':').is_some();
        let name = if is_typed {
            &new
        } else {
            new.split_once(':')?.1
        };
        Some(name.to_owned())
    }

    fn tag(&self, row: usize, side: Side, written: &str) -> Option<String> {
        let tags = &self.identities.tags;
        let old = tags.first_name(row, &[side, Side::Base, side.other()]);
        let new = self.tags.name(tags, row);
        if old == written {
            return (old != new).then(|| new.into_owned());
        }
        let name = text(tags.fields(row, self.tags.sides[row])?, "name")?;
        (name != written).then(|| name.to_owned())
    }
}
