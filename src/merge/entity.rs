//! Rows that are one row in several versions.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use crate::model::datum::Datum;
use crate::model::record::{Content, FieldPath, Record, RecordKey, Sheet};
use crate::model::side::{Side, Sides};

/// The fields of a record.
pub(super) type Fields = [(FieldPath, Datum)];

/// A row by its name and, where several have it, its number among them.
type Named<'s> = (&'s str, u32);

/// The rows of a table, matched over the three versions. An entity is known by its index.
pub(super) struct Entities<'s> {
    /// The table.
    pub(super) sheet: &'s Sheet,
    rows: Vec<Sides<Option<usize>>>,
    by_name: Sides<OnceCell<HashMap<Named<'s>, usize>>>,
}

impl<'s> Entities<'s> {
    /// Matches rows of one name.
    pub(super) fn by_name(sheet: &'s Sheet) -> Self {
        Self::by(sheet, &|_, record| Cow::Borrowed(record.name.as_str()))
    }

    /// Matches rows by a name that may be translated.
    pub(super) fn by(sheet: &'s Sheet, name: &dyn Fn(Side, &'s Record) -> Cow<'s, str>) -> Self {
        let base = sheet.records.base.iter();
        let base: Vec<(Cow<'s, str>, u32)> = base
            .map(|record| (name(Side::Base, record), record.ordinal))
            .collect();
        let mut rows: Vec<Sides<Option<usize>>> = (0..base.len())
            .map(|row| Sides {
                base: Some(row),
                ..Sides::default()
            })
            .collect();
        let in_base = OnceCell::new();
        let mut others: HashMap<(Cow<'s, str>, u32), usize> = HashMap::new();
        for side in Side::CHANGED {
            // Most rows stand behind the same one as in the base.
            let mut next = 0;
            for (row, record) in sheet.records.of(side).iter().enumerate() {
                let key = (name(side, record), record.ordinal);
                let entity = if base.get(next) == Some(&key) {
                    Some(next)
                } else {
                    let index = || {
                        base.iter()
                            .enumerate()
                            .map(|(row, key)| (key, row))
                            .collect()
                    };
                    let in_base: &HashMap<_, usize> = in_base.get_or_init(index);
                    in_base.get(&key).copied()
                };
                next = entity.map_or(next, |entity| entity + 1);
                let entity = entity.unwrap_or_else(|| {
                    *others.entry(key).or_insert_with(|| {
                        rows.push(Sides::default());
                        rows.len() - 1
                    })
                });
                *rows[entity].of_mut(side) = Some(row);
            }
        }
        Self {
            sheet,
            rows,
            by_name: Sides::default(),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Which row of each version an entity is.
    pub(super) fn rows(&self, entity: usize) -> &Sides<Option<usize>> {
        &self.rows[entity]
    }

    /// Whether a version has the entity.
    pub(super) fn is_in(&self, entity: usize, side: Side) -> bool {
        self.rows[entity].of(side).is_some()
    }

    /// An entity in one version.
    pub(super) fn record(&self, entity: usize, side: Side) -> Option<&'s Record> {
        let row = (*self.rows[entity].of(side))?;
        self.sheet.records.of(side).get(row)
    }

    /// An entity's fields in one version; nothing where they were not read.
    pub(super) fn fields(&self, entity: usize, side: Side) -> Option<&'s Fields> {
        match &self.record(entity, side)?.content {
            Content::Fields(fields) => Some(fields),
            Content::Same { .. } => None,
        }
    }

    /// Whether an entity is the same in all versions, to the byte.
    pub(super) fn is_untouched(&self, entity: usize) -> bool {
        let is_same = |side: &Side| {
            self.record(entity, *side)
                .is_some_and(|record| matches!(record.content, Content::Same { .. }))
        };
        Side::ALL.iter().all(is_same)
    }

    /// An entity's name in one version.
    pub(super) fn name(&self, entity: usize, side: Side) -> Option<&'s str> {
        Some(self.record(entity, side)?.name.as_str())
    }

    /// The first name that an entity has in these versions, in that order.
    pub(super) fn first_name(&self, entity: usize, sides: &[Side]) -> &'s str {
        sides
            .iter()
            .find_map(|side| self.name(entity, *side))
            .unwrap_or_default()
    }

    /// The entity that has a name in one version.
    pub(super) fn named(&self, side: Side, name: &str) -> Option<usize> {
        let index = || {
            let named = |entity: usize| {
                let record = self.record(entity, side)?;
                Some(((record.name.as_str(), record.ordinal), entity))
            };
            let mut by_name = HashMap::with_capacity(self.len());
            by_name.extend((0..self.len()).filter_map(named));
            by_name
        };
        let by_name = self.by_name.of(side).get_or_init(index);
        by_name.get(&(name, 0)).copied()
    }

    /// The key of an entity under a name.
    pub(super) fn key(&self, entity: usize, name: &str) -> RecordKey {
        let record = Side::ALL.iter().find_map(|side| self.record(entity, *side));
        RecordKey {
            table: self.sheet.table.clone(),
            name: name.to_owned(),
            ordinal: record.map_or(0, |record| record.ordinal),
        }
    }

    /// Entities of the base that a side does not have.
    pub(super) fn gone(&self, side: Side) -> Vec<usize> {
        let gone = |entity: &usize| self.is_in(*entity, Side::Base) && !self.is_in(*entity, side);
        (0..self.len()).filter(gone).collect()
    }

    /// Entities that a side has and the base has not.
    pub(super) fn came(&self, side: Side) -> Vec<usize> {
        let came = |entity: &usize| !self.is_in(*entity, Side::Base) && self.is_in(*entity, side);
        (0..self.len()).filter(came).collect()
    }

    /// Makes the row that came as one entity on a side the new form of another one that went there.
    pub(super) fn join(&mut self, side: Side, gone: usize, came: usize) {
        let row = self.rows[came].of_mut(side).take();
        *self.rows[gone].of_mut(side) = row;
        *self.by_name.of_mut(side) = OnceCell::new();
    }
}
