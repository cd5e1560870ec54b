//! Tables of rows that are none: a plain table or a value where a list of tables should be, a value among the tables of
//! a list. They are kept and not read, so a merge by rows can't know what became of them.

use super::document::Document;

use super::rows::{Place, pairs_of_section};
use super::scan::{Kind, table_named};
use crate::model::row::Table;

/// Something that stands where rows should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misshapen<'d> {
    /// The table whose place it takes.
    pub table: Table,
    /// What it is.
    pub what: Shape,
    /// Its text, or at least that by which it is known.
    pub text: &'d str,
    pub(super) at: usize,
}

/// What stands where rows should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All of it is no list of tables.
    NoList,
    /// An entry of the list is no table.
    NoTable,
}

impl Misshapen<'_> {
    /// What is wrong, in a few words.
    pub fn fault(&self) -> String {
        let name = self.table.as_str();
        match self.what {
            Shape::NoList => format!("`{name}` is not a list of tables"),
            Shape::NoTable => format!("an entry of `{name}` is not a table"),
        }
    }
}

impl Document {
    /// All that stands where rows should.
    pub fn misshapen(&self) -> Vec<Misshapen<'_>> {
        let mut found = Vec::new();
        let (root, base) = self.section_text(0);
        for pair in pairs_of_section(root, base) {
            if let Some(table) = table_named(&pair.key.first)
                && (!pair.key.rest.is_empty() || !pair.raw.starts_with('['))
            {
                found.push(Misshapen {
                    table,
                    what: Shape::NoList,
                    text: pair.raw,
                    at: pair.key_at,
                });
            }
        }
        for (index, section) in self.sections().iter().enumerate() {
            if let Kind::Wrong(table) = section.kind {
                found.push(Misshapen {
                    table,
                    what: Shape::NoList,
                    text: self.section_text(index).0,
                    at: section.start,
                });
            }
        }
        found.extend(
            Table::OF_ROWS
                .into_iter()
                .flat_map(|table| self.values_in(table)),
        );
        found
    }

    /// The line on which something stands, from 1.
    pub fn line_of_misshapen(&self, found: &Misshapen<'_>) -> u32 {
        self.position(found.at).0
    }

    /// Entries of a list of rows that are no tables.
    fn values_in(&self, table: Table) -> impl Iterator<Item = Misshapen<'_>> {
        self.table(table).places.iter().filter_map(move |place| {
            let Place::Inline(range) = place else {
                return None;
            };
            let text = &self.text()[range.clone()];
            (!text.starts_with('{')).then_some(Misshapen {
                table,
                what: Shape::NoTable,
                text,
                at: range.start,
            })
        })
    }
}
