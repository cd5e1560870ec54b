//! Tables in three versions as a merge takes them. Rows with the same bytes in all three are not read.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::fields::{fields, inline_fields};
use super::remarks::{comments_of, comments_of_rows};
use super::tables::Tables;
use crate::manifest::decode;
use crate::manifest::rows::{Pair, Place, RowView, pairs_of_inline, pairs_of_section};
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

/// Whether a side has lost rows of an inline array.
fn may_lose(tables: &Sides<Tables<'_>>, number: usize) -> bool {
    let all = tables.map(|tables| &tables.all[number]);
    let lost = |side: &Side| {
        let names: HashSet<&String> = all.of(*side).names.iter().collect();
        all.base.names.iter().any(|name| !names.contains(name))
    };
    let is_array = Side::ALL.iter().any(|side| all.of(*side).array.is_some());
    is_array && Side::CHANGED.iter().any(lost)
}

fn rest(tables: &Sides<Tables<'_>>) -> Sheet {
    let record = |tables: &Tables<'_>| Record {
        name: String::new(),
        ordinal: 0,
        position: None,
        comments: Vec::new(),
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
        let ordinals = ordinals(&self.tables.map(|tables| &tables.all[number].names));
        let untouched = self.untouched(number, &ordinals);
        let loses = may_lose(self.tables, number);
        let mut in_base: Vec<Option<i64>> = Vec::new();
        let records = Sides::each(|side| {
            let table = &self.tables.of(side).all[number];
            let of_array = if loses {
                self.comments_of_array(side, number)
            } else {
                Vec::new()
            };
            let rows = table.names.iter().zip(ordinals.of(side)).enumerate();
            let records: Vec<Record> = rows
                .map(|(row, (row_name, ordinal))| {
                    let same = untouched.of(side)[row];
                    let known = same.and_then(|row| in_base.get(row).copied());
                    let (content, comments) = match same {
                        Some(_) => (self.same(side, number, row), Vec::new()),
                        None => self.fields(side, number, row),
                    };
                    Record {
                        name: row_name.clone(),
                        ordinal: *ordinal,
                        position: known.unwrap_or_else(|| self.position(side, number, row)),
                        comments: of_array.get(row).cloned().unwrap_or(comments),
                        content,
                    }
                })
                .collect();
            if side == Side::Base {
                in_base = records.iter().map(|record| record.position).collect();
            }
            records
        });
        Sheet {
            table: name.clone(),
            records,
        }
    }

    /// For each row of each version that has the same bytes in all three, which row of the base it is. All definitions of tags are read, for
    /// artifacts refer to them by their names, too.
    fn untouched(&self, number: usize, ordinals: &Sides<Vec<u32>>) -> Sides<Vec<Option<usize>>> {
        let all = self.tables.map(|tables| &tables.all[number]);
        let mut untouched = all.map(|table| vec![None; table.places.len()]);
        if all.ours.name == Table::TagDefinitions.as_str() {
            return untouched;
        }
        let finders = Sides::each(|side| Finder::new(&all.of(side).names, ordinals.of(side)));
        let mut next = Sides::<usize>::default();
        for (row, name) in all.base.names.iter().enumerate() {
            let key = (name.as_str(), ordinals.base[row]);
            let (Some(ours), Some(theirs)) = (
                finders.ours.find(key, next.ours),
                finders.theirs.find(key, next.theirs),
            ) else {
                continue;
            };
            next.ours = ours + 1;
            next.theirs = theirs + 1;
            let base = &all.base.places[row];
            let same = self
                .tables
                .base
                .is_same(base, &self.tables.ours, &all.ours.places[ours])
                && self
                    .tables
                    .base
                    .is_same(base, &self.tables.theirs, &all.theirs.places[theirs]);
            if same {
                untouched.base[row] = Some(row);
                untouched.ours[ours] = Some(row);
                untouched.theirs[theirs] = Some(row);
            }
        }
        untouched
    }

    fn view(&self, side: Side, number: usize, row: usize) -> Option<RowView<'_>> {
        let tables = self.tables.of(side);
        tables.document.view(&tables.all[number].places[row])
    }

    fn position(&self, side: Side, number: usize, row: usize) -> Option<i64> {
        let tables = self.tables.of(side);
        let table = &tables.all[number];
        let numbered = [Table::Groups.as_str(), Table::Artifacts.as_str()];
        if !numbered.contains(&table.name.as_str()) {
            return None;
        }
        let integer = |pair: Pair<'_>| decode::integer(pair.raw);
        let is_position = |pair: &Pair<'_>| pair.key.is("position");
        match &table.places[row] {
            Place::Section { main, .. } => {
                let (text, _) = tables.document.section_text(*main);
                let may_be = text.contains("position");
                let mut pairs = pairs_of_section(text, 0).take_while(|_| may_be);
                pairs.find(is_position).and_then(integer)
            }
            Place::Inline(range) => {
                let pairs = pairs_of_inline(&tables.document.text()[range.clone()], 0);
                pairs.into_iter().find(is_position).and_then(integer)
            }
        }
    }

    /// What is told of a row that is the same in all versions.
    fn same(&self, side: Side, number: usize, row: usize) -> Content {
        let table = &self.tables.of(side).all[number];
        let wanted = self.tags == Wanted::Read && table.name == Table::Artifacts.as_str();
        let view = wanted.then(|| self.view(side, number, row)).flatten();
        Content::Same {
            tags: view.map_or_else(Vec::new, |view| view.list("tags")),
        }
    }

    /// What is told of a row that is not, and its comments.
    fn fields(&self, side: Side, number: usize, row: usize) -> (Content, Vec<String>) {
        let tables = self.tables.of(side);
        let place = &tables.all[number].places[row];
        let (fields, comments) = match (place, tables.record(place)) {
            (Place::Inline(range), _) => {
                let text = &tables.document.text()[range.clone()];
                (inline_fields(text), Vec::new())
            }
            (_, Some(text)) => (fields(&text), comments_of(&text)),
            (_, None) => (Vec::new(), Vec::new()),
        };
        (Content::Fields(fields), comments)
    }

    /// The comments of each row of an inline array; nothing where the table is none, or has no comments.
    fn comments_of_array(&self, side: Side, number: usize) -> Vec<Vec<String>> {
        let tables = self.tables.of(side);
        let array = tables.all[number].array.clone();
        array.map_or_else(Vec::new, |array| {
            comments_of_rows(&tables.document.text()[array])
        })
    }
}

/// For each name of each version, how many rows before it have the same. Versions mostly have the same names.
fn ordinals(names: &Sides<&Vec<String>>) -> Sides<Vec<u32>> {
    let base = ordinals_of(names.base);
    let of = |own: &Vec<String>| {
        if own == names.base {
            base.clone()
        } else {
            ordinals_of(own)
        }
    };
    Sides {
        ours: of(names.ours),
        theirs: of(names.theirs),
        base,
    }
}

fn ordinals_of(names: &[String]) -> Vec<u32> {
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

/// Finds rows by their names, the faster the more their order is that in which they are asked for.
struct Finder<'n> {
    names: &'n [String],
    ordinals: &'n [u32],
    by_name: OnceCell<HashMap<(&'n str, u32), usize>>,
}

impl<'n> Finder<'n> {
    fn new(names: &'n [String], ordinals: &'n [u32]) -> Self {
        Self {
            names,
            ordinals,
            by_name: OnceCell::new(),
        }
    }

    /// The row of that name, which is likely the one at `likely`.
    fn find(&self, (name, ordinal): (&str, u32), likely: usize) -> Option<usize> {
        let is_there = self.names.get(likely).is_some_and(|own| own == name);
        if is_there && self.ordinals[likely] == ordinal {
            return Some(likely);
        }
        let index = || {
            let keys = self
                .names
                .iter()
                .map(String::as_str)
                .zip(self.ordinals.iter().copied());
            keys.enumerate().map(|(row, key)| (key, row)).collect()
        };
        self.by_name
            .get_or_init(index)
            .get(&(name, ordinal))
            .copied()
    }
}
