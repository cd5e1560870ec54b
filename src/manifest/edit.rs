//! Edits of rows to edits of the text.

use std::collections::{BTreeMap, HashMap};

use super::arrange::{Comments, Wanted};
use super::bracketed::{Bracketed, entries};
use super::document::Document;
use super::error::ManifestError;
use super::rows::{RowView, inline_array, pairs_of_inline, pairs_of_section};
use super::scan::{Kind, statements};
use super::set::{Setting, Unset, in_inline, in_section, spliced, with_newline, without_statement};
use super::splice::Pieces;
use super::table_rows::{At, RowAt, Rows};
use super::{read, write};
use crate::model::collection::Dialect;
use crate::model::edit::Edit;
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::{Field, Value};

/// The piece that holds what stands before the first header.
pub(super) const ROOT: usize = 0;

impl Document {
    /// The text after the edits, applied in their order, each to the result of the one before. The document must be
    /// valid. Bytes that the edits do not concern are untouched.
    pub fn edited(&self, edits: &[Edit]) -> Result<Vec<u8>, ManifestError> {
        let mut editor = Editor::new(self);
        for edit in edits {
            editor.apply(edit)?;
        }
        editor.finish()
    }
}

/// Applies edits to a document, one after the other.
pub(super) struct Editor<'d> {
    document: &'d Document,
    pub(super) pieces: Pieces<'d>,
    tables: HashMap<Table, Rows>,
    /// Pieces that were edited, by the first of those that make up their row.
    pub(super) touched: BTreeMap<usize, Vec<usize>>,
    /// Whether the end result is looked at as a whole.
    pub(super) scope: Scope,
}

/// How much of the result is looked at in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The pieces that were edited.
    Touched,
    /// Everything: a table was added that was not there.
    Whole,
}

impl<'d> Editor<'d> {
    /// Begins with a document as it is.
    pub(super) fn new(document: &'d Document) -> Self {
        Self {
            document,
            pieces: Pieces::of(document),
            tables: HashMap::new(),
            touched: BTreeMap::new(),
            scope: Scope::Touched,
        }
    }

    /// Applies one edit.
    pub(super) fn apply(&mut self, edit: &Edit) -> Result<(), ManifestError> {
        match edit {
            Edit::Insert(row) => self.insert(row),
            Edit::Remove(RowKey::Header) => Ok(()),
            Edit::Remove(key) => self.remove(key),
            Edit::Set {
                key: RowKey::Header,
                field,
                value,
            } => self.set_header(*field, value.clone()),
            Edit::Set { key, field, value } => self.set(key, *field, value),
        }
    }

    /// The dialect of the document.
    pub(super) fn dialect(&self) -> Dialect {
        self.document.dialect()
    }

    /// A refusal that names the line of a row or, without one, the first line.
    pub(super) fn refusal(&self, key: Option<&RowKey>, reason: impl Into<String>) -> ManifestError {
        let line = key.and_then(|key| self.document.line_of(key)).unwrap_or(1);
        ManifestError::Form {
            line,
            reason: reason.into(),
        }
    }

    fn rows(&mut self, table: Table) -> &mut Rows {
        let document = self.document;
        self.tables
            .entry(table)
            .or_insert_with(|| Rows::of(document, table))
    }

    fn indices(&mut self, key: &RowKey) -> Result<Vec<usize>, ManifestError> {
        let found = self.rows(key.table()).by_key.get(key).cloned();
        found.ok_or_else(|| ManifestError::MissingRow { key: key.clone() })
    }

    fn set(&mut self, key: &RowKey, field: Field, value: &Value) -> Result<(), ManifestError> {
        let table = key.table();
        let indices = self.indices(key)?;
        for index in &indices {
            let Some(row) = self.read(table, *index) else {
                return Err(self.refusal(Some(key), UNREADABLE));
            };
            let mut wanted = row.clone();
            wanted.set(field, value.clone());
            if row.get(field) == wanted.get(field) {
                continue;
            }
            let new_key = wanted.key();
            if new_key != *key && self.rows(table).by_key.contains_key(&new_key) {
                return Err(ManifestError::TakenKey { key: new_key });
            }
            self.write_field(key, *index, field, &wanted.get(field))?;
            let written = self.read(table, *index);
            if written
                .as_ref()
                .is_none_or(|row| *row != wanted || row.get(field) != wanted.get(field))
            {
                return Err(self.refusal(
                    Some(key),
                    format!("`{field}` stands there in a form that can't be edited"),
                ));
            }
            let rows = self.rows(table);
            if new_key != *key {
                rows.by_key.remove(key);
                rows.by_key.insert(new_key, indices.clone());
            }
        }
        Ok(())
    }

    fn write_field(
        &mut self,
        key: &RowKey,
        row: usize,
        field: Field,
        value: &Value,
    ) -> Result<(), ManifestError> {
        let table = key.table();
        let unset = if write::keeps_empty(table, field.as_str(), self.dialect()) {
            Unset::Empty
        } else {
            Unset::Remove
        };
        let setting = Setting {
            name: field.as_str(),
            value,
            order: write::order(table),
            unset,
            newline: self.pieces.newline(),
        };
        let RowAt { place, .. } = self.rows(table).all[row].clone();
        match place {
            At::Pieces(ids) => {
                let text = in_section(self.pieces.text(ids[0]), "", setting);
                self.pieces.set(ids[0], text);
                self.touched.insert(ids[0], ids);
            }
            At::Inline => {
                let range = self
                    .element(table, row)
                    .ok_or_else(|| self.refusal(Some(key), UNREADABLE))?;
                let root = self.pieces.text(ROOT);
                let element = in_inline(&root[range.clone()], setting);
                let element = element.ok_or_else(|| self.refusal(Some(key), UNREADABLE))?;
                let text = spliced(root, range, &element);
                self.pieces.set(ROOT, text);
                self.touched.insert(ROOT, vec![ROOT]);
            }
        }
        Ok(())
    }

    /// The byte range of an inline row in the root's text.
    fn element(&mut self, table: Table, row: usize) -> Option<std::ops::Range<usize>> {
        let ordinal = self.rows(table).ordinal(row);
        let root = self.pieces.text(ROOT);
        let array = inline_array(root, table)?;
        let element = entries(&root[array.clone()])?.into_iter().nth(ordinal)?;
        Some(array.start + element.start..array.start + element.end)
    }

    /// Reads a row as it stands now.
    fn read(&mut self, table: Table, row: usize) -> Option<Row> {
        let view = match self.rows(table).all[row].place.clone() {
            At::Pieces(ids) => {
                let (main, below) = ids.split_first()?;
                let mut view =
                    RowView::of_pairs(pairs_of_section(self.pieces.text(*main), 0).collect());
                for id in below {
                    view.add_below(self.pieces.text(*id), 0);
                }
                view
            }
            At::Inline => {
                let range = self.element(table, row)?;
                RowView::of_pairs(pairs_of_inline(&self.pieces.text(ROOT)[range], 0))
            }
        };
        read::row(table, &view)
    }

    fn remove(&mut self, key: &RowKey) -> Result<(), ManifestError> {
        for index in self.indices(key)?.into_iter().rev() {
            self.remove_row(key.table(), index)?;
        }
        self.rows(key.table()).by_key.remove(key);
        Ok(())
    }

    /// Takes out the row with that index in its table.
    pub(super) fn remove_row(&mut self, table: Table, index: usize) -> Result<(), ManifestError> {
        match self.rows(table).all[index].place.clone() {
            At::Pieces(ids) => {
                self.touched.remove(&ids[0]);
                self.pieces.remove(&ids);
            }
            At::Inline => {
                self.arrange_inline(table, |wanted, ordinal| drop(wanted.remove(ordinal)), index)?;
            }
        }
        self.rows(table).take_out(index);
        Ok(())
    }

    fn arrange_inline(
        &mut self,
        table: Table,
        arrange: impl FnOnce(&mut Vec<Wanted>, usize),
        row: usize,
    ) -> Result<(), ManifestError> {
        let ordinal = self.rows(table).ordinal(row);
        let newline = self.pieces.newline();
        let root = self.pieces.text(ROOT);
        let parsed = inline_array(root, table)
            .and_then(|range| Some((Bracketed::parse(&root[range.clone()], newline)?, range)));
        let Some((mut list, range)) = parsed else {
            return Err(self.refusal(None, UNREADABLE));
        };
        let mut wanted: Vec<Wanted> = (0..list.bodies().len()).map(Wanted::Old).collect();
        arrange(&mut wanted, ordinal);
        list.arrange(&wanted, Comments::Drop);
        let text = spliced(root, range, &list.render(""));
        self.pieces.set(ROOT, text);
        self.touched.insert(ROOT, vec![ROOT]);
        Ok(())
    }

    fn insert(&mut self, row: &Row) -> Result<(), ManifestError> {
        let (key, dialect) = (row.key(), self.dialect());
        let table = key.table();
        if self.rows(table).by_key.contains_key(&key) {
            return Err(ManifestError::TakenKey { key });
        }
        let rows = self.rows(table);
        let (next, last) = (rows.all.len(), rows.last_piece());
        let place = if rows.has_inline() {
            let text = write::inline(row, dialect);
            self.arrange_inline(
                table,
                |wanted, ordinal| wanted.insert(ordinal, Wanted::New(text)),
                next,
            )?;
            At::Inline
        } else {
            At::Pieces(self.insert_sections(table, last, write::sections(row, dialect)))
        };
        self.rows(table).push(place, Some(key));
        Ok(())
    }

    fn insert_sections(
        &mut self,
        table: Table,
        last: Option<usize>,
        (own, below): (String, Option<String>),
    ) -> Vec<usize> {
        let after = last.unwrap_or_else(|| {
            self.scope = Scope::Whole;
            self.drop_empty_array(table);
            self.place_of_table(table)
        });
        let id = self.pieces.insert_after(after, &own, Kind::Row(table));
        let below = below.map(|text| self.pieces.insert_after(id, &text, Kind::Below(table)));
        let ids: Vec<usize> = std::iter::once(id).chain(below).collect();
        self.touched.insert(id, ids.clone());
        ids
    }

    /// Takes `groups = []` out, so that `[[groups]]` can be written.
    fn drop_empty_array(&mut self, table: Table) {
        let root = self.pieces.text(ROOT);
        let Some(array) = inline_array(root, table) else {
            return;
        };
        let empty = statements(root).find(|statement| statement.value == array);
        if let Some(text) = empty.map(|statement| without_statement(root, &statement)) {
            self.pieces.set(ROOT, text);
        }
    }

    fn place_of_table(&self, table: Table) -> usize {
        let parts: Vec<(usize, Kind)> = self
            .pieces
            .parts()
            .map(|(id, kind, _)| (id, kind))
            .collect();
        place_of_table(&parts, self.dialect(), table)
    }

    /// Puts the first section of the header in its place.
    pub(super) fn insert_header(&mut self, text: &str, kind: Kind) {
        self.scope = Scope::Whole;
        let text = with_newline(text, "\n");
        self.pieces.insert_after(ROOT, &text, kind);
    }

    /// The text after all edits; what was edited is looked at once more.
    pub(super) fn finish(self) -> Result<Vec<u8>, ManifestError> {
        let text = self.pieces.concatenate();
        if self.scope == Scope::Whole {
            Document::scan(text.clone().into_bytes())?.validate()?;
            return Ok(text.into_bytes());
        }
        for ids in self.touched.values() {
            let part: String = ids.iter().map(|id| self.pieces.text(*id)).collect();
            if let Err(error) = toml_edit::Document::parse(part.as_str()) {
                let reason = format!("the edit can't be written here: {}", error.message());
                return Err(self.refusal(None, reason));
            }
        }
        Ok(text.into_bytes())
    }
}

/// The part after which a table's first row is put: the last of the nearest table before it in the order of a new
/// manifest, else what stands before the nearest table after it, else the end. The parts are in the file's order.
pub(super) fn place_of_table(parts: &[(usize, Kind)], dialect: Dialect, table: Table) -> usize {
    let of_table = |kind: Kind| match kind {
        Kind::Row(table) | Kind::Below(table) | Kind::Wrong(table) => Some(table),
        Kind::Header(_) | Kind::BelowHeader(_) => Some(Table::Header),
        Kind::Tool if dialect == Dialect::Native => Some(Table::Header),
        _ => None,
    };
    let is_of = |other: Table| move |(_, kind): &(usize, Kind)| of_table(*kind) == Some(other);
    let tables = [&[Table::Header], Table::OF_ROWS.as_slice()].concat();
    let own = tables
        .iter()
        .position(|other| *other == table)
        .unwrap_or_default();
    let nearest = tables[..own]
        .iter()
        .rev()
        .find_map(|other| parts.iter().rposition(is_of(*other)));
    let following = || {
        tables[own + 1..]
            .iter()
            .find_map(|other| parts.iter().position(is_of(*other)))
    };
    let place = nearest
        .or_else(|| following()?.checked_sub(1))
        .or_else(|| parts.len().checked_sub(1));
    place.map_or(ROOT, |place| parts[place].0)
}

const UNREADABLE: &str = "the row stands there in a form that can't be edited";
