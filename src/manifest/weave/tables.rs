//! A document as tables: which section and which statement belongs to which record.

use std::ops::Range;

use super::text::{RecordText, SectionText};
use crate::manifest::bracketed;
use crate::manifest::decode;
use crate::manifest::document::Document;
use crate::manifest::rows::{Place, pairs_of_inline, pairs_of_section};
use crate::manifest::scan::{Kind, Line, Lines, statements, table_named};
use crate::model::record::RecordKey;
use crate::model::row::{RowKey, Table};

/// A document with its tables.
pub(super) struct Tables<'d> {
    /// The document.
    pub(super) document: &'d Document,
    /// The arrays of rows: first the known ones, then others.
    pub(super) all: Vec<TableText>,
    /// For each section, the table and row that it belongs to; nothing for what is outside of rows.
    pub(super) owners: Vec<Option<(usize, usize)>>,
}

/// A table in one document.
#[derive(Debug, Clone, Default)]
pub(super) struct TableText {
    /// Its key.
    pub(super) name: String,
    /// Where its rows stand.
    pub(super) places: Vec<Place>,
    /// What each row is called.
    pub(super) names: Vec<String>,
    /// The value of the statement that holds its rows, as a byte range of the document.
    pub(super) array: Option<Range<usize>>,
}

impl<'d> Tables<'d> {
    /// Finds the known tables.
    pub(super) fn known(document: &'d Document) -> Self {
        let mut tables = Self {
            document,
            all: Vec::new(),
            owners: vec![None; document.sections().len()],
        };
        for table in Table::OF_ROWS {
            let rows = document.table(table);
            let mut nameless = 0;
            let name = |(key, place): (&Option<RowKey>, &Place)| {
                if let Some(key) = key {
                    return RecordKey::name_of(key);
                }
                nameless += 1;
                format!("{}\u{0}{nameless}", tables.row_text(place).concat())
            };
            let names = rows.keys.iter().zip(&rows.places).map(name).collect();
            tables.add(TableText {
                name: table.as_str().to_owned(),
                places: rows.places.clone(),
                names,
                array: array_of(document, table.as_str()),
            });
        }
        tables
    }

    /// Adds a table.
    pub(super) fn add(&mut self, table: TableText) {
        let number = self.all.len();
        for (row, place) in table.places.iter().enumerate() {
            if let Place::Section { main, below } = place {
                for section in std::iter::once(main).chain(below) {
                    self.owners[*section] = Some((number, row));
                }
            }
        }
        self.all.push(table);
    }

    /// A row's text, section by section, without what stands before their headers.
    pub(super) fn row_text(&self, place: &Place) -> Vec<&'d str> {
        match place {
            Place::Section { main, below } => std::iter::once(main)
                .chain(below)
                .map(|section| self.document.section_text(*section).0)
                .collect(),
            Place::Inline(range) => vec![&self.document.text()[range.clone()]],
        }
    }

    /// Whether two rows have the same bytes.
    pub(super) fn is_same(&self, place: &Place, other: &Tables<'_>, other_place: &Place) -> bool {
        match (place, other_place) {
            (
                Place::Section { main, below },
                Place::Section {
                    main: other_main,
                    below: other_below,
                },
            ) => {
                let (own, other) = (self.document, other.document);
                let is_same = |one: usize, two: usize| {
                    other.is_twin(two, own, one)
                        || own.section_text(one).0 == other.section_text(two).0
                };
                let mut pairs = below.iter().zip(other_below);
                below.len() == other_below.len()
                    && is_same(*main, *other_main)
                    && pairs.all(|(one, two)| is_same(*one, *two))
            }
            (Place::Inline(range), Place::Inline(other_range)) => {
                self.document.text()[range.clone()] == other.document.text()[other_range.clone()]
            }
            _ => false,
        }
    }

    /// What stands before a section's header: blank lines and comments.
    pub(super) fn lead(&self, section: usize) -> &'d str {
        let sections = self.document.sections();
        match section.checked_sub(1) {
            Some(before) => {
                &self.document.text()[sections[before].body_end..sections[section].start]
            }
            None => "",
        }
    }

    /// What stands behind the last statement.
    pub(super) fn tail(&self) -> &'d str {
        let end = self
            .document
            .sections()
            .last()
            .map_or(0, |last| last.body_end);
        &self.document.text()[end..]
    }

    /// A row's text in sections; nothing for a row of an inline array.
    pub(super) fn record(&self, place: &Place) -> Option<RecordText> {
        let Place::Section { main, below } = place else {
            return None;
        };
        let sections = std::iter::once(main).chain(below);
        Some(RecordText {
            sections: sections.map(|section| self.section(*section, 1)).collect(),
        })
    }

    /// Everything outside of rows; statements that hold rows are marked.
    pub(super) fn rest(&self) -> RecordText {
        let outside = (0..self.owners.len()).filter(|section| self.owners[*section].is_none());
        let mut rest = RecordText {
            sections: outside.map(|section| self.section(section, 0)).collect(),
        };
        if let Some(root) = rest.sections.first_mut() {
            for line in &mut root.lines {
                let [key] = line.path.as_slice() else {
                    continue;
                };
                line.is_rows = self
                    .all
                    .iter()
                    .any(|table| table.array.is_some() && table.name == *key);
            }
        }
        rest
    }

    fn section(&self, section: usize, skip: usize) -> SectionText {
        let (text, _) = self.document.section_text(section);
        SectionText::read(section, self.lead(section), text, skip)
    }
}

/// The byte range of the inline array of that key before the first header.
pub(super) fn array_of(document: &Document, name: &str) -> Option<Range<usize>> {
    let root = &document.text()[..document.sections().first()?.body_end];
    let is_array = |key: &Range<usize>, value: &Range<usize>| {
        root.as_bytes()[value.start] == b'[' && decode::key(&root[key.clone()]).is(name)
    };
    statements(root)
        .find(|statement| is_array(&statement.key, &statement.value))
        .map(|statement| statement.value)
}

/// Arrays of tables that are not known, by their keys in the order of the file.
pub(super) fn unknown(document: &Document) -> Vec<TableText> {
    let mut tables: Vec<TableText> = Vec::new();
    if let Some(root) = document.sections().first() {
        let root = &document.text()[..root.body_end];
        for statement in statements(root) {
            let key = decode::key(&root[statement.key.clone()]);
            let raw = &root[statement.value.clone()];
            let of_rows =
                raw.starts_with('[') && key.rest.is_empty() && table_named(&key.first).is_none();
            let elements = bracketed::entries(raw)
                .filter(|_| of_rows)
                .unwrap_or_default();
            if elements.is_empty()
                || !elements
                    .iter()
                    .all(|element| raw[element.clone()].starts_with('{'))
            {
                continue;
            }
            let base = statement.value.start;
            let place =
                |element: &Range<usize>| Place::Inline(base + element.start..base + element.end);
            tables.push(TableText {
                name: key.first.into_owned(),
                places: elements.iter().map(place).collect(),
                names: Vec::new(),
                array: Some(statement.value),
            });
        }
    }
    for (number, section) in document.sections().iter().enumerate() {
        if section.kind == Kind::Other {
            add_section(document, number, &mut tables);
        }
    }
    tables
}

fn add_section(document: &Document, number: usize, tables: &mut Vec<TableText>) {
    let (text, _) = document.section_text(number);
    let Some(Ok(Line::Header {
        inner, brackets, ..
    })) = Lines::new(text, 0).next()
    else {
        return;
    };
    let path = decode::path(text[inner].trim());
    let Some(first) = path.first() else { return };
    let known = tables.iter_mut().find(|table| table.name == *first);
    match (known, path.len(), brackets) {
        (Some(table), 1, 2) => table.places.push(Place::Section {
            main: number,
            below: Vec::new(),
        }),
        (None, 1, 2) => tables.push(TableText {
            name: first.clone(),
            places: vec![Place::Section {
                main: number,
                below: Vec::new(),
            }],
            ..TableText::default()
        }),
        (Some(table), ..) => {
            if let Some(Place::Section { below, .. }) = table.places.last_mut() {
                below.push(number);
            }
        }
        (None, ..) => {}
    }
}

/// A text among a row's own fields.
pub(super) fn text_of(tables: &Tables<'_>, place: &Place, field: &str) -> Option<String> {
    let text = |raw: &str| decode::text(raw).map(std::borrow::Cow::into_owned);
    match place {
        Place::Section { main, .. } => pairs_of_section(tables.document.section_text(*main).0, 0)
            .find(|pair| pair.key.is(field))
            .and_then(|pair| text(pair.raw)),
        Place::Inline(range) => pairs_of_inline(&tables.document.text()[range.clone()], 0)
            .iter()
            .find(|pair| pair.key.is(field))
            .and_then(|pair| text(pair.raw)),
    }
}
