//! All tables together.

use std::collections::HashMap;

use super::entity::Entities;
use super::existence::{Changed, Defence, Fate, fate};
use super::finals::{Finals, References};
use super::identity::Identities;
use super::references::Reference;
use super::resolve::Decided;
use super::row::{Row, sorting};
use super::schema::Kind;
use super::table::TableMerge;
use crate::model::conflict::Resolution;
use crate::model::contents::Contents;
use crate::model::merged::Merged;
use crate::model::record::{FieldPath, RecordKey, Sheet};
use crate::model::row::Table;
use crate::model::side::{Side, Sides};

/// Merges tables three-way. What can't be decided, and was not decided by the resolutions, are the conflicts of the
/// result.
///
/// The contents are asked for only where an artifact went and another came on one side, and neither row says which one
/// it is. A table that stands in no version need not be among the sheets.
pub fn merge(sheets: &[Sheet], contents: &dyn Contents, resolutions: &[Resolution]) -> Merged {
    let nothing = Table::OF_ROWS.map(|table| Sheet {
        table: table.as_str().to_owned(),
        records: Sides::default(),
    });
    let of_table = |table: Table| {
        let all = sheets.iter().chain(&nothing);
        all.into_iter().find(|sheet| sheet.table == table.as_str())
    };
    let [Some(artifacts), Some(tags)] = [Table::Artifacts, Table::TagDefinitions].map(of_table)
    else {
        return Merged::default();
    };
    let decided = Decided(resolutions);
    let identities = Identities::of(artifacts, tags, contents);
    let others: HashMap<&str, Entities<'_>> = sheets
        .iter()
        .filter_map(|sheet| Some((sheet.table.as_str(), other_rows(&identities, sheet)?)))
        .collect();
    let tables = Tables {
        identities: &identities,
        others: &others,
    };
    tables.merged(sheets, decided)
}

/// The rows of a table that nothing refers to.
fn other_rows<'s>(identities: &Identities<'s>, sheet: &'s Sheet) -> Option<Entities<'s>> {
    let known = Table::OF_ROWS
        .into_iter()
        .find(|table| table.as_str() == sheet.table);
    match known {
        Some(Table::Artifacts | Table::TagDefinitions) => None,
        Some(Table::Groups | Table::Composites) => Some(identities.collections(sheet)),
        Some(Table::Ratings) => Some(identities.ratings(sheet)),
        _ => Some(Entities::by_name(sheet)),
    }
}

/// The rows of all tables.
struct Tables<'m, 's> {
    identities: &'m Identities<'s>,
    others: &'m HashMap<&'s str, Entities<'s>>,
}

/// Rows that newly refer to a row: by the row's table and index, with the side that made the reference.
type Referring = HashMap<(Table, usize), Vec<(Side, RecordKey)>>;

impl<'s> Tables<'_, 's> {
    fn entities(&self, table: &str) -> &Entities<'s> {
        let own = [&self.identities.artifacts, &self.identities.tags];
        let found = own
            .into_iter()
            .find(|entities| entities.sheet.table == table);
        found.unwrap_or_else(|| self.others.get(table).unwrap_or(&self.identities.tags))
    }

    fn merged(&self, sheets: &[Sheet], decided: Decided<'_>) -> Merged {
        let referring = self.referring(sheets);
        let fates_of = |table: &str| self.fates(self.entities(table), &referring, decided);
        let finals_of = |table: &str| {
            let entities = self.entities(table);
            Finals::of(entities, &fates_of(table), decided)
        };
        let artifacts = finals_of(Table::Artifacts.as_str());
        let tags = finals_of(Table::TagDefinitions.as_str());
        let mut merged = Merged::default();
        for sheet in sheets {
            let entities = self.entities(&sheet.table);
            let mut fates = fates_of(&sheet.table);
            let finals = Finals::of(entities, &fates, decided);
            for (entity, fate) in fates.iter_mut().enumerate() {
                if finals.is_displaced(entity) || self.rates_dropped(entities, entity, &artifacts) {
                    *fate = Fate::Gone;
                }
            }
            let table = TableMerge {
                entities,
                fates: &fates,
                finals: &finals,
                references: References {
                    identities: self.identities,
                    artifacts: &artifacts,
                    tags: &tags,
                },
                decided,
            };
            merged.tables.push(table.merged(&mut merged.conflicts));
        }
        merged
    }

    fn fates(
        &self,
        entities: &Entities<'s>,
        referring: &Referring,
        decided: Decided<'_>,
    ) -> Vec<Fate> {
        let table = Table::OF_ROWS
            .into_iter()
            .find(|table| table.as_str() == entities.sheet.table)
            .unwrap_or(Table::Header);
        let of_row = |entity: usize| {
            fate(entities, entity, decided, &|side| {
                let changed = Row::of(entities, entity).is_changed(self.identities, side);
                let all = referring.get(&(table, entity)).into_iter().flatten();
                Defence {
                    changed: if changed { Changed::Yes } else { Changed::No },
                    referring: all
                        .filter(|(by, _)| *by == side)
                        .map(|(_, key)| key.clone())
                        .collect(),
                }
            })
        };
        (0..entities.len()).map(of_row).collect()
    }

    /// Whether a row is the rating of an artifact that was decided to go.
    fn rates_dropped(
        &self,
        entities: &Entities<'s>,
        entity: usize,
        artifacts: &Finals<'_>,
    ) -> bool {
        let is_rating = entities.sheet.table == Table::Ratings.as_str();
        if !is_rating || entities.is_untouched(entity) {
            return false;
        }
        let path = FieldPath::of("artifact");
        let row = Row::of(entities, entity);
        let list = row.list(self.identities, &path);
        let rated = list.map(|list| list.meanings);
        Side::CHANGED.iter().any(|side| {
            let meanings = rated
                .as_ref()
                .map_or(&[] as &[Reference], |rated| rated.of(*side));
            matches!(meanings, [Reference::Row(row)] if artifacts.is_dropped(*row))
        })
    }

    /// The references that a side has and the base has not, to rows that the other side deleted.
    fn referring(&self, sheets: &[Sheet]) -> Referring {
        let mut referring = Referring::new();
        for sheet in sheets {
            let entities = self.entities(&sheet.table);
            for entity in (0..entities.len()).filter(|entity| !entities.is_untouched(*entity)) {
                self.add_referring(entities, entity, &mut referring);
            }
        }
        referring
    }

    fn add_referring(&self, entities: &Entities<'s>, entity: usize, referring: &mut Referring) {
        let row = Row::of(entities, entity);
        for path in row.paths() {
            let kind = row.kind(path);
            let (table, targets) = match kind {
                Kind::Members | Kind::Artifact => (Table::Artifacts, &self.identities.artifacts),
                Kind::Tags => (Table::TagDefinitions, &self.identities.tags),
                _ => continue,
            };
            let Some(list) = sorting(kind).and_then(|_| row.list(self.identities, path)) else {
                continue;
            };
            for side in Side::CHANGED {
                for reference in list.meanings.of(side) {
                    let Reference::Row(target) = reference else {
                        continue;
                    };
                    let is_new = !list.meanings.base.contains(reference);
                    let deleted =
                        targets.is_in(*target, side) && !targets.is_in(*target, side.other());
                    if is_new && deleted && entities.is_in(entity, side) {
                        let name = entities.name(entity, side).unwrap_or_default();
                        let key = entities.key(entity, name);
                        referring
                            .entry((table, *target))
                            .or_default()
                            .push((side, key));
                    }
                }
            }
        }
    }
}
