//! Text to byte ranges of sections: one pass over the lines, aware of strings, comments and brackets.

use std::ops::Range;

use super::decode;
use super::lex::{
    Fault, FaultKind, header_end, is_bare, is_marker, pair, rest_of_line, skip_blank,
};
use crate::model::collection::Dialect;
use crate::model::row::Table;

/// What a section is to a manifest, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What stands before the first header.
    Root,
    /// `[[groups]]`: a row.
    Row(Table),
    /// `[artifacts.metadata]` or `[[artifacts.x]]`: part of the row before it.
    Below(Table),
    /// `[groups]`: not what this key should hold.
    Wrong(Table),
    /// `[tool.skillmeat]` or `[collection]`.
    Header(Dialect),
    /// `[tool.skillmeat.x]` or `[collection.x]`.
    BelowHeader(Dialect),
    /// `[tool]`, which may hold the native header.
    Tool,
    /// A table that is not ours.
    Other,
}

/// A section: a header and what follows up to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Section {
    /// The first byte of the header's line.
    pub(super) start: usize,
    /// The byte after the header's line.
    pub(super) head_end: usize,
    /// The byte after the last statement's last line; only blank lines and comments follow.
    pub(super) body_end: usize,
    /// What the header says.
    pub(super) kind: Kind,
}

/// A statement `key = value` with its byte ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// The whole lines.
    pub(super) line: Range<usize>,
    /// The key, without blanks around it.
    pub(super) key: Range<usize>,
    /// The value, without blanks around it.
    pub(super) value: Range<usize>,
}

/// A line that is not blank or a comment only.
pub(super) enum Line {
    /// A header; its path is at `inner`.
    Header {
        line: Range<usize>,
        inner: Range<usize>,
        brackets: usize,
    },
    /// A statement.
    Statement(Statement),
}

/// The headers and statements of a text, in order.
pub(super) struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Lines<'t> {
    /// Begins at the byte `at`, which begins a line.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self {
            bytes: text.as_bytes(),
            at,
        }
    }

    fn header(&self, start: usize, bracket: usize) -> Result<Line, Fault> {
        let (close, brackets) = header_end(self.bytes, bracket)?;
        let end = rest_of_line(self.bytes, close + brackets)?;
        Ok(Line::Header {
            line: start..end,
            inner: bracket + brackets..close,
            brackets,
        })
    }

    fn statement(&self, start: usize, key: usize) -> Result<Line, Fault> {
        let (key, value) = pair(self.bytes, key)?;
        let end = rest_of_line(self.bytes, value.end)?;
        Ok(Line::Statement(Statement {
            line: start..end,
            key,
            value,
        }))
    }
}

impl Iterator for Lines<'_> {
    type Item = Result<Line, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.at;
            let first = skip_blank(self.bytes, start);
            let line = match self.bytes.get(first)? {
                b'\n' | b'#' => {
                    self.at = super::lex::line_end(self.bytes, first);
                    continue;
                }
                b'\r' if self.bytes.get(first + 1) == Some(&b'\n') => {
                    self.at = first + 2;
                    continue;
                }
                b'[' => self.header(start, first),
                _ if first == start && is_marker(self.bytes, start) => Err(Fault {
                    at: start,
                    kind: FaultKind::Marker,
                }),
                _ => self.statement(start, first),
            };
            self.at = match &line {
                Ok(Line::Header { line, .. } | Line::Statement(Statement { line, .. })) => line.end,
                Err(_) => self.bytes.len(),
            };
            return Some(line);
        }
    }
}

/// The statements of a text that has been scanned before; a header in it is passed over.
pub(super) fn statements(text: &str) -> impl Iterator<Item = Statement> {
    Lines::new(text, bom(text))
        .map_while(Result::ok)
        .filter_map(|line| match line {
            Line::Statement(statement) => Some(statement),
            Line::Header { .. } => None,
        })
}

/// The length of the byte order mark.
pub(super) fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    }
}

/// The sections of a text; the first is the root, which may be empty.
pub(super) fn sections(text: &str) -> Result<Vec<Section>, Fault> {
    let begin = bom(text);
    let mut current = Section {
        start: begin,
        head_end: begin,
        body_end: begin,
        kind: Kind::Root,
    };
    let mut sections = Vec::with_capacity(text.len() / 256);
    for line in Lines::new(text, begin) {
        match line? {
            Line::Statement(statement) => current.body_end = statement.line.end,
            Line::Header {
                line,
                inner,
                brackets,
            } => {
                sections.push(current);
                let kind = kind_of(&text[inner], brackets);
                current = Section {
                    start: line.start,
                    head_end: line.end,
                    body_end: line.end,
                    kind,
                };
            }
        }
    }
    sections.push(current);
    Ok(sections)
}

/// Tells what the path of a header with that many brackets stands for.
fn kind_of(inner: &str, brackets: usize) -> Kind {
    let inner = inner.trim_ascii();
    let plain = inner.bytes().all(|byte| is_bare(byte) || byte == b'.');
    if plain {
        let mut parts = inner.split('.');
        let first = parts.next().unwrap_or_default();
        return kind_of_path(first, parts.next(), parts.next().is_some(), brackets == 2);
    }
    let path = decode::path(inner);
    let first = path.first().map(String::as_str).unwrap_or_default();
    kind_of_path(
        first,
        path.get(1).map(String::as_str),
        path.len() > 2,
        brackets == 2,
    )
}

fn kind_of_path(first: &str, second: Option<&str>, more: bool, array: bool) -> Kind {
    match (first, second, array) {
        ("collection", None, false) => Kind::Header(Dialect::SkillMeat),
        ("collection", Some(_), _) => Kind::BelowHeader(Dialect::SkillMeat),
        ("tool", None, false) => Kind::Tool,
        ("tool", Some("skillmeat"), _) if more => Kind::BelowHeader(Dialect::Native),
        ("tool", Some("skillmeat"), false) => Kind::Header(Dialect::Native),
        _ => match (table_named(first), second, array) {
            (Some(table), None, true) => Kind::Row(table),
            (Some(table), None, false) => Kind::Wrong(table),
            (Some(table), Some(_), _) => Kind::Below(table),
            (None, ..) => Kind::Other,
        },
    }
}

/// The table of rows with that key.
pub(super) fn table_named(key: &str) -> Option<Table> {
    Table::OF_ROWS
        .into_iter()
        .find(|table| table.as_str() == key)
}

/// The begin of the comment lines directly above a section's header.
pub(super) fn attached_start(text: &str, before: &Section, section: &Section) -> usize {
    let mut at = section.start;
    while at > before.body_end {
        let start = text[before.body_end..at - 1]
            .rfind('\n')
            .map_or(before.body_end, |found| before.body_end + found + 1);
        if !text[start..at]
            .trim_start_matches([' ', '\t'])
            .starts_with('#')
        {
            break;
        }
        at = start;
    }
    at
}
