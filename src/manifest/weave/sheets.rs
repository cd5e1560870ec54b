//! Tables in three versions as a merge takes them. Rows with the same bytes in all three are not read.

use std::collections::{HashMap, HashSet};

use super::fields::{fields, inline_fields};
use super::tables::Tables;
use crate::manifest::rows::{Place, RowView};
use crate::model::record::{Content, REST, Record, Sheet};
use crate::model::row::Table;
use crate::model::side::{Side, Sides};

/// The sheets of all tables; the first is that of everything outside of rows.
pub(super) fn sheets(tables: &Sides<Tables<'_>>) -> Vec<Sheet> {
    let tags = Table::TagDefinitions.as_str();
    let number = tables.ours.all.iter().position(|table| table.name == tags);
    let reading = Reading {
        tables,
        tags: if number.is_some_and(|number| may_be_renamed(tables, number)) {
            Wanted::Read
        } else {
            Wanted::Skip
        },
    };
    let rows = (0..tables.ours.all.len()).map(|number| reading.sheet(number));
    std::iter::once(rest(tables)).chain(rows).collect()
}

/// Whether the tags of rows that are the same are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Read,
    Skip,
}

/// Whether a side has lost rows of a table and got others.
fn may_be_renamed(tables: &Sides<Tables<'_>>, number: usize) -> bool {
    let names = tables.map(|tables| tables.all[number].names.iter().collect::<HashSet<_>>());
    Side::CHANGED.iter().any(|side| {
        let own = names.of(*side);
        !own.is_subset(&names.base) && !names.base.is_subset(own)
    })
}

fn rest(tables: &Sides<Tables<'_>>) -> Sheet {
    let record = |tables: &Tables<'_>| Record {
        name: String::new(),
        ordinal: 0,
        position: None,
        content: Content::Fields(fields(&tables.rest())),
    };
    Sheet {
        table: REST.to_owned(),
        records: tables.map(|tables| vec![record(tables)]),
    }
}

struct Reading<'t, 'd> {
    tables: &'t Sides<Tables<'d>>,
    tags: Wanted,
}

impl Reading<'_, '_> {
    fn sheet(&self, number: usize) -> Sheet {
        let name = &self.tables.ours.all[number].name;
        let ordinals = self
            .tables
            .map(|tables| ordinals(&tables.all[number].names));
        let untouched = self.untouched(number, &ordinals);
        let records = Sides::each(|side| {
            let table = &self.tables.of(side).all[number];
            let rows = table.names.iter().zip(ordinals.of(side)).enumerate();
            rows.map(|(row, (row_name, ordinal))| {
                let is_same = untouched.contains(&(row_name.as_str(), *ordinal));
                Record {
                    name: row_name.clone(),
                    ordinal: *ordinal,
                    position: self.position(side, number, row),
                    content: self.content(side, number, row, is_same),
                }
            })
            .collect()
        });
        Sheet {
            table: name.clone(),
            records,
        }
    }

    /// The rows with the same bytes in all three versions. All definitions of tags are read, for artifacts refer to
    /// them by their names, too.
    fn untouched<'n>(
        &'n self,
        number: usize,
        ordinals: &Sides<Vec<u32>>,
    ) -> HashSet<(&'n str, u32)> {
        if self.tables.ours.all[number].name == Table::TagDefinitions.as_str() {
            return HashSet::new();
        }
        let texts = Sides::each(|side| {
            let tables = self.tables.of(side);
            let table = &tables.all[number];
            let rows = table.names.iter().zip(ordinals.of(side)).zip(&table.places);
            rows.map(|((name, ordinal), place)| ((name.as_str(), *ordinal), tables.row_text(place)))
                .collect::<HashMap<_, _>>()
        });
        let same = |key: &(&str, u32), text: &Vec<&str>| {
            texts.ours.get(key) == Some(text) && texts.theirs.get(key) == Some(text)
        };
        texts
            .base
            .iter()
            .filter(|(key, text)| same(key, text))
            .map(|(key, _)| *key)
            .collect()
    }

    fn view(&self, side: Side, number: usize, row: usize) -> Option<RowView<'_>> {
        let tables = self.tables.of(side);
        tables.document.view(&tables.all[number].places[row])
    }

    fn position(&self, side: Side, number: usize, row: usize) -> Option<i64> {
        let tables = self.tables.of(side);
        let table = &tables.all[number];
        let numbered =
            [Table::Groups.as_str(), Table::Artifacts.as_str()].contains(&table.name.as_str());
        let mut texts = tables.row_text(&table.places[row]).into_iter();
        if !numbered || !texts.next().is_some_and(|text| text.contains("position")) {
            return None;
        }
        self.view(side, number, row)?.integer("position")
    }

    fn content(&self, side: Side, number: usize, row: usize, is_same: bool) -> Content {
        let tables = self.tables.of(side);
        let table = &tables.all[number];
        if is_same {
            let wanted = self.tags == Wanted::Read && table.name == Table::Artifacts.as_str();
            let view = self.view(side, number, row).filter(|_| wanted);
            return Content::Same {
                tags: view.map_or_else(Vec::new, |view| view.list("tags")),
            };
        }
        Content::Fields(match &table.places[row] {
            Place::Inline(range) => inline_fields(&tables.document.text()[range.clone()]),
            place => tables
                .record(place)
                .map_or_else(Vec::new, |text| fields(&text)),
        })
    }
}

/// For each name, how many rows before it have the same.
fn ordinals(names: &[String]) -> Vec<u32> {
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(names.len());
    names
        .iter()
        .map(|name| {
            let count = seen.entry(name).or_default();
            *count += 1;
            *count - 1
        })
        .collect()
}
