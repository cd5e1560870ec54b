//! Three documents: their tables for a merge, and the merge's text.

use super::apply::Workshop;
use super::comments::merged_lead;
use super::keyed::add_unknown;
use super::place::Assembly;
use super::record::Form;
use super::sheets::sheets;
use super::tables::{TableText, Tables};
use crate::manifest::document::Document;
use crate::manifest::rows::Place;
use crate::manifest::splice::newline_of;
use crate::model::markers::Markers;
use crate::model::merged::{Merged, MergedRow};
use crate::model::record::{REST, Sheet};
use crate::model::row::Table;
use crate::model::side::{Side, Sides};

/// Three versions of a manifest, each of them valid.
pub struct Versions<'d> {
    pub(super) tables: Sides<Tables<'d>>,
    /// The newline of our document.
    pub(super) newline: &'static str,
}

impl<'d> Versions<'d> {
    /// Finds the tables of three documents, which must be valid.
    pub fn of(documents: Sides<&'d Document>) -> Self {
        let mut tables = Sides {
            base: Tables::known(documents.base),
            ours: Tables::known(documents.ours),
            theirs: Tables::known(documents.theirs),
        };
        add_unknown(&mut tables);
        Self {
            newline: newline_of(documents.ours.text()),
            tables,
        }
    }

    /// The tables as a merge takes them.
    pub fn sheets(&self) -> Vec<Sheet> {
        sheets(&self.tables)
    }

    /// The text of the merged tables, in the form of our document; what is not decided stands between markers.
    pub fn woven(&self, merged: &Merged, markers: &Markers) -> String {
        let weaver = Weaver {
            versions: self,
            markers,
        };
        weaver.woven(merged)
    }
}

/// Makes the text of a merge.
pub(super) struct Weaver<'w, 'd> {
    /// The versions.
    pub(super) versions: &'w Versions<'d>,
    /// How conflicts are marked.
    pub(super) markers: &'w Markers,
}

impl Weaver<'_, '_> {
    fn woven(&self, merged: &Merged) -> String {
        let ours = &self.versions.tables.ours;
        let mut assembly = Assembly::new(ours, self.versions.newline);
        let mut arrays: Vec<(String, Option<String>)> = Vec::new();
        for table in &merged.tables {
            let is_own = |own: &TableText| own.name == table.table;
            let Some(number) = ours.all.iter().position(is_own) else {
                continue;
            };
            if let Some(form) = self.target(number) {
                arrays.push((table.table.clone(), self.array(number, table, form)));
                continue;
            }
            if ours.all[number].array.is_some() && !table.rows.is_empty() {
                arrays.push((table.table.clone(), None));
            }
            self.sections(number, table, &mut assembly);
        }
        if let Some(rest) = merged.tables.iter().find(|table| table.table == REST) {
            self.rest(rest, &arrays, &mut assembly);
        }
        let tails = self.versions.tables.map(|tables| Some(tables.tail()));
        assembly.finish(&merged_lead(&tails, self.versions.newline))
    }

    /// Whose inline array a table's rows are woven into; nothing when they are sections.
    fn target(&self, number: usize) -> Option<Side> {
        let array = |side: Side| {
            let table = &self.versions.tables.of(side).all[number];
            table.array.as_ref().map(|_| table.places.len())
        };
        let has_sections = self.versions.tables.ours.all[number].array.is_none()
            && !self.versions.tables.ours.all[number].places.is_empty();
        match (array(Side::Ours), array(Side::Theirs)) {
            (Some(1..), _) | (Some(0), None) if self.has_no_sections(number) => Some(Side::Ours),
            (Some(1..), _) => Some(Side::Ours),
            (Some(0), Some(1..)) => Some(Side::Theirs),
            (Some(0), _) if self.has_no_sections(number) => Some(Side::Ours),
            (None, Some(_)) if !has_sections => Some(Side::Theirs),
            _ => None,
        }
    }

    /// Whether no version has rows of a table as sections.
    fn has_no_sections(&self, number: usize) -> bool {
        let of_side = |side: &Side| {
            let table = &self.versions.tables.of(*side).all[number];
            table.array.is_some() || table.places.is_empty()
        };
        Side::ALL.iter().all(of_side)
    }

    /// A record in each version.
    pub(super) fn forms(&self, number: usize, row: &MergedRow) -> Sides<Option<Form>> {
        Sides::each(|side| {
            let tables = self.versions.tables.of(side);
            let place = &tables.all[number].places[(*row.rows.of(side))?];
            Some(match place {
                Place::Inline(range) => {
                    Form::Inline(tables.document.text()[range.clone()].to_owned())
                }
                place @ Place::Section { .. } => Form::Sections(tables.record(place)?),
            })
        })
    }

    pub(super) fn workshop<'f>(
        &self,
        table: &str,
        start: Side,
        forms: &'f Sides<Option<Form>>,
    ) -> Workshop<'f> {
        Workshop {
            forms,
            table: Table::OF_ROWS
                .into_iter()
                .find(|known| known.as_str() == table),
            dialect: self.versions.tables.ours.document.dialect(),
            start,
            newline: self.versions.newline,
        }
    }
}
