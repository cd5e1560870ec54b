//! One table: which rows are there, in which order, and what differs in each from the text that it begins with.

use std::collections::{HashMap, HashSet};

use super::entity::Entities;
use super::existence::{Fate, keys};
use super::field::{Decision, decide, decide_moment};
use super::finals::{Finals, Naming, References};
use super::list::List;
use super::order::Doubt;
use super::position::{Number, RowOrder, change, row_order};
use super::references::Reference;
use super::resolve::{Decided, value};
use super::row::{Row, sorting};
use super::schema::{Kind, header_field};
use crate::model::conflict::{Choice, Class, Conflict, ORDER, Version};
use crate::model::datum::Datum;
use crate::model::merged::{Change, Entry, MergedRow, MergedTable, Outcome, Standing};
use crate::model::record::{FieldPath, REST, RecordKey, dotted};
use crate::model::side::{Side, Sides};

/// What a table is merged with.
pub(super) struct TableMerge<'m, 's> {
    /// Its rows.
    pub(super) entities: &'m Entities<'s>,
    /// What becomes of each.
    pub(super) fates: &'m [Fate],
    /// What each is called.
    pub(super) finals: &'m Finals<'m>,
    /// What entries of lists mean, and how they are written.
    pub(super) references: References<'m, 's>,
    /// What was decided beforehand.
    pub(super) decided: Decided<'m>,
}

impl TableMerge<'_, '_> {
    /// Merges the table; what can't be decided is added to `conflicts`.
    pub(super) fn merged(&self, conflicts: &mut Vec<Conflict>) -> MergedTable {
        let table = &self.entities.sheet.table;
        let names: Vec<_> = (0..self.entities.len())
            .map(|row| self.finals.name(self.entities, row))
            .collect();
        let key = RecordKey::new(table, "");
        let preference = match self.decided.choice(std::slice::from_ref(&key), ORDER) {
            Some(Choice::Version(side)) => Some(*side),
            _ => None,
        };
        let name = |row: usize| names[row].as_ref();
        let mut order = row_order(self.entities, self.fates, &name, preference);
        let order_conflict = conflicts.len();
        for orders in &order.doubtful {
            let in_words =
                |rows: &Vec<usize>| rows.iter().map(|row| name(*row).to_owned()).collect();
            conflicts.push(Conflict {
                key: key.clone(),
                field: ORDER.to_owned(),
                class: Class::Order,
                versions: orders.map(|rows| Version::Order(in_words(rows))),
            });
        }
        let rows = self.rows(&order, order_conflict, conflicts);
        let mut places = vec![0; self.entities.len()];
        for (place, row) in order.file.iter().enumerate() {
            places[*row] = place;
        }
        for disorder in &mut order.disorders {
            disorder.orders = disorder
                .orders
                .map(|rows| rows.iter().map(|row| places[*row]).collect());
        }
        MergedTable {
            table: table.clone(),
            rows,
            disorders: order.disorders,
        }
    }

    fn rows(
        &self,
        order: &RowOrder,
        order_conflict: usize,
        conflicts: &mut Vec<Conflict>,
    ) -> Vec<MergedRow> {
        let mut numbers: HashMap<usize, &Number> = order
            .numbers
            .iter()
            .map(|(row, number)| (*row, number))
            .collect();
        let mut rows = Vec::with_capacity(order.file.len());
        for entity in order.file.iter().copied() {
            let (start, standing) = match &self.fates[entity] {
                Fate::There(side) => (*side, Standing::Certain),
                Fate::Disputed(side, conflict) => {
                    conflicts.push(conflict.as_ref().clone());
                    (*side, Standing::Disputed)
                }
                Fate::Gone | Fate::Dropped => continue,
            };
            let mut changes = self.changes(entity, start, conflicts);
            changes.extend(
                numbers.remove(&entity).and_then(|number| {
                    change(self.entities, entity, start, number, order_conflict)
                }),
            );
            rows.push(MergedRow {
                rows: *self.entities.rows(entity),
                start,
                standing,
                changes,
            });
        }
        rows
    }

    /// What differs in a row from the version that its text begins with.
    fn changes(&self, entity: usize, start: Side, conflicts: &mut Vec<Conflict>) -> Vec<Change> {
        if self.entities.is_untouched(entity) || start == Side::Base {
            return Vec::new();
        }
        let merge = RowMerge {
            table: self,
            row: Row::of(self.entities, entity),
            entity,
            start,
        };
        merge.changes(conflicts)
    }
}

/// One row that is merged.
struct RowMerge<'m, 's> {
    table: &'m TableMerge<'m, 's>,
    row: Row<'s>,
    entity: usize,
    start: Side,
}

impl RowMerge<'_, '_> {
    fn changes(&self, conflicts: &mut Vec<Conflict>) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut done: HashSet<FieldPath> = HashSet::new();
        for path in self.row.paths() {
            if done.contains(path) {
                continue;
            }
            let kind = self.row.kind(path);
            match kind {
                Kind::Position => {}
                Kind::Later | Kind::Earlier => {
                    let side = decide_moment(&self.row.field(path));
                    changes.extend(self.take(path, side));
                }
                Kind::Artifact => changes.extend(self.reference(path, conflicts)),
                _ => {
                    let identities = self.table.references.identities;
                    let list = sorting(kind).and_then(|_| self.row.list(identities, path));
                    if let Some(list) = list {
                        changes.extend(self.list(path, &list, conflicts));
                        continue;
                    }
                    let paths = self.row.together(path);
                    changes.extend(self.fields(&paths, conflicts));
                    done.extend(paths);
                }
            }
        }
        changes
    }

    /// Takes a field from a version, if that differs from what is there.
    fn take(&self, path: &FieldPath, side: Side) -> Option<Change> {
        let there = |side: Side| self.row.value(side, path).filter(|datum| !datum.is_empty());
        (there(side) != there(self.start)).then(|| Change {
            path: path.clone(),
            outcome: Outcome::Take(side),
        })
    }

    /// Fields that are one value together.
    fn fields(&self, paths: &[FieldPath], conflicts: &mut Vec<Conflict>) -> Vec<Change> {
        let fields: Vec<_> = paths.iter().map(|path| self.row.field(path)).collect();
        let is_name = fields.iter().any(|field| field.kind == Kind::Name);
        let decision = match (is_name, self.table.finals.naming(self.entity)) {
            (true, Naming::Doubt) => Decision::Conflict,
            (true, Naming::Take(side)) => Decision::Take(side),
            (true, Naming::Given(text)) => return vec![self.given(&paths[0], text)],
            (false, _) => decide(&fields),
        };
        match decision {
            Decision::Take(side) => paths
                .iter()
                .filter_map(|path| self.take(path, side))
                .collect(),
            Decision::Conflict => self.clash(paths, conflicts),
        }
    }

    fn given(&self, path: &FieldPath, text: &str) -> Change {
        let likes: Vec<&Datum> = Side::ALL
            .iter()
            .filter_map(|side| self.row.value(*side, path))
            .collect();
        Change {
            path: path.clone(),
            outcome: Outcome::Value(value(text, &likes)),
        }
    }

    /// Fields that both sides changed in different ways.
    fn clash(&self, paths: &[FieldPath], conflicts: &mut Vec<Conflict>) -> Vec<Change> {
        let differs = |path: &&FieldPath| {
            let there = |side: Side| self.row.value(side, path).filter(|datum| !datum.is_empty());
            there(Side::Ours) != there(Side::Theirs)
        };
        let differing: Vec<&FieldPath> = paths.iter().filter(differs).collect();
        let (key, field) = self.named(&differing);
        let keys = match self.table.entities.sheet.table.as_str() {
            REST => vec![key.clone()],
            _ => keys(self.table.entities, self.entity),
        };
        // What was decided of names was looked at when all names were.
        let is_name = differing
            .iter()
            .any(|path| self.row.kind(path) == Kind::Name);
        let choice = self.table.decided.choice(&keys, &field);
        match (choice.filter(|_| !is_name), differing.as_slice()) {
            (Some(Choice::Version(side)), _) => {
                return paths
                    .iter()
                    .filter_map(|path| self.take(path, *side))
                    .collect();
            }
            (Some(Choice::Value(text)), [path]) => return vec![self.given(path, text)],
            _ => {}
        }
        let version = |side: Side| self.version(side, &differing);
        let conflict = conflicts.len();
        conflicts.push(Conflict {
            key,
            field,
            class: Class::Field,
            versions: Sides::each(version),
        });
        let clash = |path: &FieldPath| Change {
            path: path.clone(),
            outcome: Outcome::Clash {
                conflict,
                versions: Box::new(Sides::each(Outcome::Take)),
            },
        };
        differing.into_iter().map(clash).collect()
    }

    fn version(&self, side: Side, paths: &[&FieldPath]) -> Version {
        let value = |path: &FieldPath| self.row.value(side, path);
        match paths {
            [path] => match value(path).cloned() {
                None => Version::Absent,
                Some(Datum::Rows(_)) => Version::Changed,
                Some(datum) => Version::Value(datum),
            },
            paths => Version::Values(
                paths
                    .iter()
                    .filter_map(|path| Some((path.to_string(), value(path)?.clone())))
                    .collect(),
            ),
        }
    }

    /// How a conflict of fields is named.
    fn named(&self, paths: &[&FieldPath]) -> (RecordKey, String) {
        let joined = || {
            let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
            names.join("+")
        };
        let entities = self.table.entities;
        if entities.sheet.table != REST {
            let name = self.table.finals.name(entities, self.entity);
            let base = entities.name(self.entity, Side::Base);
            let name = match self.table.finals.naming(self.entity) {
                Naming::Doubt => base.unwrap_or(&name),
                _ => &name,
            };
            return (entities.key(self.entity, name), joined());
        }
        match paths {
            [path] => {
                if let Some(rest) = header_field(path) {
                    return (RecordKey::header(), dotted(&rest));
                }
                let (table, rest) = path.keys().split_at(depth(path));
                (RecordKey::new(REST, dotted(table)), dotted(rest))
            }
            _ => (RecordKey::new(REST, ""), joined()),
        }
    }

    /// A list that is a set.
    fn list(
        &self,
        path: &FieldPath,
        list: &List<'_>,
        conflicts: &mut Vec<Conflict>,
    ) -> Option<Change> {
        let kind = self.row.kind(path);
        let references = &self.table.references;
        let drops = |reference: &Reference| references.drops(kind, reference);
        let written = |reference: &Reference, side: Side, text: &str| {
            references.written(kind, reference, side, text)
        };
        let united = list.united(sorting(kind)?, &drops, &written);
        let name = self.table.finals.name(self.table.entities, self.entity);
        let entries = |side: Side| united.entries.of(side).clone();
        if united.doubt == Doubt::None {
            return self.entries(path, list, entries(Side::Ours));
        }
        let keys = keys(self.table.entities, self.entity);
        if let Some(Choice::Version(side)) = self.table.decided.choice(&keys, ORDER) {
            return self.entries(path, list, entries(*side));
        }
        let texts = |entries: &Vec<Entry>| entries.iter().map(|entry| entry.text.clone()).collect();
        let conflict = conflicts.len();
        conflicts.push(Conflict {
            key: self.table.entities.key(self.entity, &name),
            field: ORDER.to_owned(),
            class: Class::Order,
            versions: united.entries.map(|entries| Version::Order(texts(entries))),
        });
        Some(Change {
            path: path.clone(),
            outcome: Outcome::Clash {
                conflict,
                versions: Box::new(Sides::each(|side| Outcome::List(entries(side)))),
            },
        })
    }

    /// A list of entries, if it differs from what is there.
    fn entries(&self, path: &FieldPath, list: &List<'_>, entries: Vec<Entry>) -> Option<Change> {
        let mut seen = HashSet::new();
        let meanings = list.meanings.of(self.start);
        let there = list.texts.of(self.start).iter().zip(meanings);
        let there = there
            .filter(|(_, meaning)| seen.insert(*meaning))
            .map(|(text, _)| text);
        let is_same = there.eq(entries.iter().map(|entry| &entry.text));
        (!is_same).then(|| Change {
            path: path.clone(),
            outcome: Outcome::List(entries),
        })
    }

    /// A value that names an artifact.
    fn reference(&self, path: &FieldPath, conflicts: &mut Vec<Conflict>) -> Vec<Change> {
        let references = &self.table.references;
        let list = self.row.list(references.identities, path);
        let one = list.as_ref().and_then(|list| {
            let meanings = list.meanings.map(|meanings| meanings.first());
            let same = meanings.ours.is_none()
                || meanings.theirs.is_none()
                || meanings.ours == meanings.theirs;
            let meaning = (*meanings.of(self.start))?;
            Some((list.texts.of(self.start).first()?, meaning, same))
        });
        let Some((there, meaning, true)) = one else {
            return self.fields(std::slice::from_ref(path), conflicts);
        };
        let text = references.written(Kind::Artifact, meaning, self.start, there);
        let changed = (text != *there).then(|| Change {
            path: path.clone(),
            outcome: Outcome::Value(Datum::Text(text)),
        });
        changed.into_iter().collect()
    }
}

/// How many keys of a path outside of rows name the table: two in `tool`, where every program has one of its own.
fn depth(path: &FieldPath) -> usize {
    match path.keys() {
        [first, _, _, ..] if first == "tool" => 2,
        _ => 1,
    }
}
