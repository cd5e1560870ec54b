//! The rows of a table while it is edited.

use std::collections::HashMap;

use super::document::Document;
use super::rows::Place;
use crate::model::row::{RowKey, Table};

/// The rows of a table while it is edited.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// All rows that are or were there.
    pub(super) all: Vec<RowAt>,
    /// The rows of each key; those of a valid manifest's main tables are single.
    pub(super) by_key: HashMap<RowKey, Vec<usize>>,
    /// Rows with pieces of their own, in their order; those that are gone are dropped from the end.
    in_pieces: Vec<usize>,
    /// How many elements of the inline array are there.
    inline: usize,
}

/// A row and where it is.
#[derive(Debug, Clone)]
pub(super) struct RowAt {
    /// Where it is.
    pub(super) place: At,
    /// Whether it is still there.
    pub(super) state: State,
}

/// Where a row is.
#[derive(Debug, Clone)]
pub(super) enum At {
    /// The pieces of a section and its sub-tables.
    Pieces(Vec<usize>),
    /// An element of the table's inline array.
    Inline,
}

/// Whether a row is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is.
    There,
    /// It was removed.
    Gone,
}

impl Rows {
    /// The rows of a document's table.
    pub(super) fn of(document: &Document, table: Table) -> Self {
        let found = document.table(table);
        let mut rows = Self::default();
        for (place, key) in found.places.iter().zip(&found.keys) {
            let place = match place {
                Place::Section { main, below } => At::Pieces([&[*main], below.as_slice()].concat()),
                Place::Inline(_) => At::Inline,
            };
            rows.push(place, key.clone());
        }
        rows
    }

    /// Adds a row.
    pub(super) fn push(&mut self, place: At, key: Option<RowKey>) {
        if let Some(key) = key {
            self.by_key.entry(key).or_default().push(self.all.len());
        }
        match place {
            At::Pieces(_) => self.in_pieces.push(self.all.len()),
            At::Inline => self.inline += 1,
        }
        self.all.push(RowAt {
            place,
            state: State::There,
        });
    }

    /// Notes that a row is gone.
    pub(super) fn take_out(&mut self, index: usize) {
        let row = &mut self.all[index];
        if row.state == State::There && matches!(row.place, At::Inline) {
            self.inline -= 1;
        }
        row.state = State::Gone;
        while let Some(last) = self.in_pieces.last()
            && self.all[*last].state == State::Gone
        {
            self.in_pieces.pop();
        }
    }

    /// Whether the table has an inline array with rows.
    pub(super) fn has_inline(&self) -> bool {
        self.inline > 0
    }

    /// The piece that stands last in the file of those that make up the last row with pieces of its own. Pieces of a
    /// row are numbered in the file's order.
    pub(super) fn last_piece(&self) -> Option<usize> {
        match &self.all[*self.in_pieces.last()?].place {
            At::Pieces(ids) => ids.iter().max().copied(),
            At::Inline => None,
        }
    }

    /// The rows that are there, with their indices.
    fn there(&self) -> impl Iterator<Item = (usize, &RowAt)> {
        self.all
            .iter()
            .enumerate()
            .filter(|(_, row)| row.state == State::There)
    }

    /// Which element of the inline array a row is.
    pub(super) fn ordinal(&self, row: usize) -> usize {
        self.there()
            .take_while(|(index, _)| *index < row)
            .filter(|(_, row)| matches!(row.place, At::Inline))
            .count()
    }
}
