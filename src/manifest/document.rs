//! A manifest's text with the places of everything in it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::beside::{Beside, sections_beside};
use super::error::{ManifestError, SIZE_LIMIT};
use super::lex::{Fault, FaultKind, is_marker};
use super::position::{LineStarts, position_in};
use super::rows::{Pair, Place, RowView, key_of, pairs_of_inline, pairs_of_section, places};
use super::scan::{Section, attached_start, sections};
use super::{decode, header, read};
use crate::model::collection::{Dialect, Header};
use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::Field;

/// A scanned manifest: its text, kept to the byte, and the byte ranges of its sections. Cheap to make.
///
/// Scanning finds the sections only; [`Document::validate`] tells whether the whole is sound. The other readings
/// and [`Document::edited`] take that for granted: on an unsound text they give what can be made out, and an edit of
/// an unsound section is refused.
#[derive(Debug, Clone)]
pub struct Document {
    text: Arc<String>,
    sections: Vec<Section>,
    dialect: Dialect,
    lines: OnceLock<LineStarts>,
    tables: [OnceLock<TableRows>; 5],
    rows_of_sections: OnceLock<Vec<Option<usize>>>,
    beside: Option<Beside>,
}

/// The rows of one table.
#[derive(Debug, Clone)]
pub(super) struct TableRows {
    /// Where each row is.
    pub(super) places: Vec<Place>,
    /// The key of each row, where it has one.
    pub(super) keys: Vec<Option<RowKey>>,
    by_key: OnceLock<HashMap<RowKey, usize>>,
    asked: Arc<AtomicUsize>,
}

/// So many rows are looked for one by one before an index of them is made, which costs as much as a few of these.
const UNINDEXED: usize = 4;

impl TableRows {
    fn find(&self, key: &RowKey) -> Option<usize> {
        if self.asked.fetch_add(1, Ordering::Relaxed) < UNINDEXED {
            let mut keys = self.keys.iter();
            return keys.position(|other| other.as_ref() == Some(key));
        }
        let index = || {
            let mut by_key = HashMap::with_capacity(self.keys.len());
            for (index, key) in self.keys.iter().enumerate() {
                if let Some(key) = key {
                    by_key.entry(key.clone()).or_insert(index);
                }
            }
            by_key
        };
        self.by_key.get_or_init(index).get(key).copied()
    }
}

impl Document {
    /// Takes the bytes of a manifest and finds its sections.
    ///
    /// Refuses more than [`SIZE_LIMIT`] bytes, bytes that are not UTF-8, conflict markers outside of strings, and a
    /// text that can't be taken apart (an open string or bracket, a line that is no statement).
    pub fn scan(bytes: Vec<u8>) -> Result<Self, ManifestError> {
        Self::scan_shared(Arc::new(text_of(bytes)?))
    }

    /// The same of a text that is held elsewhere, too; it is not copied.
    pub fn scan_shared(text: Arc<String>) -> Result<Self, ManifestError> {
        check_size(text.len())?;
        let sections = sections(&text).map_err(|fault| faults(&text, fault))?;
        Ok(Self::of(text, sections, None))
    }

    /// Takes the bytes of a manifest that has most of its text in common with another one; gives what
    /// [`Document::scan`] gives, in less time. What is told of its validity holds if the other one is valid.
    pub fn scan_beside(bytes: Vec<u8>, known: &Arc<Self>) -> Result<Self, ManifestError> {
        Self::scan_shared_beside(Arc::new(text_of(bytes)?), known)
    }

    /// The same of a text that is held elsewhere, too; it is not copied.
    pub fn scan_shared_beside(text: Arc<String>, known: &Arc<Self>) -> Result<Self, ManifestError> {
        check_size(text.len())?;
        let (sections, twins) =
            sections_beside(&text, known).map_err(|fault| faults(&text, fault))?;
        let known = Arc::clone(known);
        Ok(Self::of(text, sections, Some(Beside { known, twins })))
    }

    /// The same without the one that it was scanned beside, which is no longer held.
    #[must_use]
    pub fn alone(mut self) -> Self {
        for table in Table::OF_ROWS {
            self.table(table);
        }
        self.beside = None;
        self
    }

    fn of(text: Arc<String>, sections: Vec<Section>, beside: Option<Beside>) -> Self {
        let dialect = header::dialect(&text, &sections);
        Self {
            text,
            sections,
            dialect,
            lines: OnceLock::new(),
            tables: Default::default(),
            rows_of_sections: OnceLock::new(),
            beside,
        }
    }

    /// The manifest as it was given.
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The manifest as it was given, to be held beside this document.
    pub fn shared(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }

    /// How the manifest is written; native when it has no header at all.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The header.
    pub fn header(&self) -> Header {
        let text = |name| header::text(&self.text, &self.sections, self.dialect, name);
        Header {
            dialect: self.dialect,
            name: text("name"),
            version: text("version"),
        }
    }

    /// The keys of a table's rows, in the file's order; rows without a key are passed over.
    pub fn keys(&self, table: Table) -> Vec<RowKey> {
        match table {
            Table::Header => vec![RowKey::Header],
            table => self.table(table).keys.iter().flatten().cloned().collect(),
        }
    }

    /// The rows of a table, in the file's order; rows without a key are passed over. The document must be valid.
    pub fn rows(&self, table: Table) -> Vec<Row> {
        if table == Table::Header {
            return Vec::new();
        }
        let places = self.table(table).places.iter();
        places
            .filter_map(|place| read::row(table, &self.view(place)?))
            .collect()
    }

    /// The number that a field of each of a table's rows holds, in the file's order; nothing where a row has none. Rows
    /// without a key are passed over.
    pub fn numbers(&self, table: Table, field: Field) -> Vec<Option<i64>> {
        let rows = self.table(table);
        let keyed = rows.places.iter().zip(&rows.keys);
        keyed
            .filter(|(_, key)| key.is_some())
            .map(|(place, _)| self.number(place, field.as_str()))
            .collect()
    }

    /// The row of that key; only its own section is read. The header is not a row of this kind.
    pub fn row(&self, key: &RowKey) -> Result<Option<Row>, ManifestError> {
        let Some(place) = self.place(key) else {
            return Ok(None);
        };
        if let Place::Section { main, .. } = place {
            let section = self.sections[*main];
            self.check_part(section.start, section.body_end)?;
        }
        Ok(self
            .view(place)
            .and_then(|view| read::row(key.table(), &view)))
    }

    /// The 1-based line at which the row of that key begins.
    pub fn line_of(&self, key: &RowKey) -> Option<u32> {
        let at = match key {
            RowKey::Header => header::start(&self.text, &self.sections, self.dialect)?,
            key => self.start_of(self.place(key)?),
        };
        Some(self.position(at).0)
    }

    /// A number of a row; of the row no more is read than is needed.
    fn number(&self, place: &Place, field: &str) -> Option<i64> {
        let number = |pair: Pair<'_>| decode::integer(pair.raw);
        match place {
            Place::Section { main, .. } => {
                let section = self.sections[*main];
                let body = &self.text[section.head_end..section.body_end];
                let mut pairs = pairs_of_section(body, section.head_end);
                pairs.find(|pair| pair.key.is(field)).and_then(number)
            }
            Place::Inline(range) => {
                let pairs = pairs_of_inline(&self.text[range.clone()], range.start);
                let found = pairs.into_iter().find(|pair| pair.key.is(field));
                found.and_then(number)
            }
        }
    }

    fn check_part(&self, start: usize, end: usize) -> Result<(), ManifestError> {
        match toml_edit::Document::parse(&self.text[start..end]) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.syntax_error(&error, start, start)),
        }
    }
}

/// What the other files of this room look at.
impl Document {
    /// What a parser says of the text from `start` on; where it names no place, at `otherwise`.
    pub(super) fn syntax_error(
        &self,
        error: &toml_edit::TomlError,
        start: usize,
        otherwise: usize,
    ) -> ManifestError {
        let at = error.span().map_or(otherwise, |span| start + span.start);
        let message = error.message().lines().next().unwrap_or("invalid TOML");
        invalid(vec![fault_at("syntax", message, self.position(at))])
    }

    /// Where the row of that key stands.
    pub(super) fn place(&self, key: &RowKey) -> Option<&Place> {
        if *key == RowKey::Header {
            return None;
        }
        let rows = self.table(key.table());
        rows.find(key).map(|index| &rows.places[index])
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The sections; the first is the root.
    pub(super) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The rows of a table; found once.
    pub(super) fn table(&self, table: Table) -> &TableRows {
        let index = Table::OF_ROWS
            .iter()
            .position(|other| *other == table)
            .unwrap_or_default();
        self.tables[index].get_or_init(|| {
            let places = places(&self.text, &self.sections, table);
            let keys = places.iter().map(|place| self.key(table, place)).collect();
            TableRows {
                places,
                keys,
                by_key: OnceLock::new(),
                asked: Arc::default(),
            }
        })
    }

    fn key(&self, table: Table, place: &Place) -> Option<RowKey> {
        let beside = self.beside.as_ref();
        beside
            .and_then(|beside| beside.key(table, place))
            .or_else(|| key_at(&self.text, &self.sections, table, place))
    }

    /// What this document has in common with another one.
    pub(super) fn beside(&self) -> Option<&Beside> {
        self.beside.as_ref()
    }

    /// Whether a section is known to have the same bytes as one of another document, beside which this was scanned.
    pub(super) fn is_twin(&self, section: usize, known: &Self, other: usize) -> bool {
        self.beside.as_ref().is_some_and(|beside| {
            std::ptr::eq(beside.known.as_ref(), known) && beside.twins[section] == Some(other)
        })
    }

    /// Which row of its table begins with a section.
    pub(super) fn row_of_section(&self, section: usize) -> Option<usize> {
        let rows = self.rows_of_sections.get_or_init(|| {
            let mut rows = vec![None; self.sections.len()];
            for table in Table::OF_ROWS {
                for (row, place) in self.table(table).places.iter().enumerate() {
                    if let Place::Section { main, .. } = place {
                        rows[*main] = Some(row);
                    }
                }
            }
            rows
        });
        rows[section]
    }

    /// The text of a section without what follows its last statement.
    pub(super) fn section_text(&self, index: usize) -> (&str, usize) {
        let section = self.sections[index];
        (&self.text[section.start..section.body_end], section.start)
    }

    /// The text of a section with the comment lines directly above its header.
    pub(super) fn piece_text(&self, index: usize) -> &str {
        let section = self.sections[index];
        let start = match index.checked_sub(1) {
            Some(before) => attached_start(&self.text, &self.sections[before], &section),
            None => section.start,
        };
        &self.text[start..section.body_end]
    }

    /// A row's fields; nothing when an inline element is no table.
    pub(super) fn view(&self, place: &Place) -> Option<RowView<'_>> {
        match place {
            Place::Section { main, below } => {
                let (text, base) = self.section_text(*main);
                let mut view =
                    RowView::of_pairs(pairs_of_section(text, base).collect::<Vec<Pair<'_>>>());
                for index in below {
                    let (text, base) = self.section_text(*index);
                    view.add_below(text, base);
                }
                Some(view)
            }
            Place::Inline(range) => {
                let text = &self.text[range.clone()];
                text.starts_with('{')
                    .then(|| RowView::of_pairs(pairs_of_inline(text, range.start)))
            }
        }
    }

    /// The byte at which a row begins.
    pub(super) fn start_of(&self, place: &Place) -> usize {
        match place {
            Place::Section { main, .. } => self.sections[*main].start,
            Place::Inline(range) => range.start,
        }
    }

    /// The line and column of a byte.
    pub(super) fn position(&self, at: usize) -> (u32, u32) {
        self.lines
            .get_or_init(|| LineStarts::of(&self.text))
            .position(&self.text, at)
    }
}

/// The key of a row at a place of a text, where it has one.
fn key_at(text: &str, sections: &[Section], table: Table, place: &Place) -> Option<RowKey> {
    match place {
        Place::Section { main, .. } => {
            let Section {
                head_end, body_end, ..
            } = sections[*main];
            key_of(table, pairs_of_section(&text[head_end..body_end], head_end))
        }
        Place::Inline(range) => {
            let pairs = pairs_of_inline(&text[range.clone()], range.start);
            key_of(table, pairs.into_iter())
        }
    }
}

/// The text, of a size that is read and in UTF-8.
fn text_of(bytes: Vec<u8>) -> Result<String, ManifestError> {
    check_size(bytes.len())?;
    String::from_utf8(bytes).map_err(|error| {
        let place = position_in(error.as_bytes(), error.utf8_error().valid_up_to());
        invalid(vec![fault_at("not-utf-8", "the text is not UTF-8", place)])
    })
}

fn check_size(bytes: usize) -> Result<(), ManifestError> {
    if bytes > SIZE_LIMIT {
        return Err(ManifestError::TooLarge { bytes });
    }
    Ok(())
}

pub(super) fn invalid(findings: Vec<Finding>) -> ManifestError {
    ManifestError::Invalid { findings }
}

fn fault_at(code: &'static str, message: impl Into<String>, (line, column): (u32, u32)) -> Finding {
    Finding::new(Severity::Error, code, message)
        .in_file(MANIFEST)
        .at(line, column)
}

/// The finding of a fault; for a conflict marker, one for the begin of each conflict.
fn faults(text: &str, fault: Fault) -> ManifestError {
    let lines = LineStarts::of(text);
    let FaultKind::Syntax(message) = fault.kind else {
        return invalid(markers(text, &lines, fault.at));
    };
    invalid(vec![fault_at(
        "syntax",
        message,
        lines.position(text, fault.at),
    )])
}

fn markers(text: &str, lines: &LineStarts, first: usize) -> Vec<Finding> {
    let message = "a merge has left a conflict here; both sides stand between the markers";
    let begins = |at: &usize| *at == first || (*at > first && text.as_bytes()[*at] == b'<');
    let starts = text
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .chain([super::scan::bom(text)]);
    let mut starts: Vec<usize> = starts
        .filter(|at| is_marker(text.as_bytes(), *at))
        .filter(begins)
        .collect();
    starts.sort_unstable();
    starts
        .into_iter()
        .map(|at| fault_at("conflict-marker", message, lines.position(text, at)))
        .collect()
}
