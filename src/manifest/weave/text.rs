//! A record's text, cut into sections and lines that can be replaced, put in and taken out.

use std::ops::Range;

use crate::manifest::decode;
use crate::manifest::lex::skip_blank;
use crate::manifest::scan::{Line, Lines};

/// The text of a record: a row with its sub-tables, or everything outside of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct RecordText {
    /// Its sections, in the order of the file.
    pub(super) sections: Vec<SectionText>,
}

/// A header with the statements below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SectionText {
    /// The number of the section in its document; nothing for one that is new.
    pub(super) number: Option<usize>,
    /// The keys of the header, from the record on.
    pub(super) path: Vec<String>,
    /// Whether the header is one of an array of tables within the record.
    pub(super) is_array: bool,
    /// Blank lines and comments before the header.
    pub(super) lead: String,
    /// The header's line; `""` for what stands before the first header.
    pub(super) head: String,
    /// The statements.
    pub(super) lines: Vec<LineText>,
    /// The conflict that it belongs to as a whole.
    pub(super) clash: Option<usize>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LineText {
    /// The keys, from the record on.
    pub(super) path: Vec<String>,
    /// Whether it holds rows of a table of its own, which are not part of the record.
    pub(super) is_rows: bool,
    /// Blank lines and comments before it.
    pub(super) lead: String,
    /// Its lines.
    pub(super) text: String,
    /// Where the value stands in them.
    pub(super) value: Range<usize>,
    /// The conflict that it belongs to.
    pub(super) clash: Option<usize>,
}

impl LineText {
    /// The value as it is written.
    pub(super) fn raw(&self) -> &str {
        &self.text[self.value.clone()]
    }

    /// Replaces the value.
    pub(super) fn set_raw(&mut self, raw: &str) {
        self.text.replace_range(self.value.clone(), raw);
        self.value.end = self.value.start + raw.len();
    }

    /// What stands before the key.
    pub(super) fn indent(&self) -> &str {
        &self.text[..skip_blank(self.text.as_bytes(), 0)]
    }

    /// The comment behind the value, and the byte at which it begins.
    pub(super) fn comment(&self) -> (usize, &str) {
        let at = skip_blank(self.text.as_bytes(), self.value.end);
        let comment = self.text[at..].trim_end_matches(['\n', '\r']);
        if comment.starts_with('#') {
            (at, comment)
        } else {
            (self.value.end, "")
        }
    }
}

impl SectionText {
    /// Reads a section's text without its lead; `skip` keys of the header are not part of the path.
    pub(super) fn read(number: usize, lead: &str, text: &str, skip: usize) -> Self {
        let mut section = Self {
            number: Some(number),
            path: Vec::new(),
            is_array: false,
            lead: lead.to_owned(),
            head: String::new(),
            lines: Vec::new(),
            clash: None,
        };
        let mut at = 0;
        for line in Lines::new(text, 0).map_while(Result::ok) {
            match line {
                Line::Header {
                    line,
                    inner,
                    brackets,
                } => {
                    let keys = decode::path(text[inner].trim());
                    section.path = keys.get(skip..).unwrap_or_default().to_vec();
                    section.is_array = brackets == 2 && !section.path.is_empty();
                    text[line.clone()].clone_into(&mut section.head);
                    at = line.end;
                }
                Line::Statement(statement) => {
                    let mut path = section.path.clone();
                    path.extend(decode::key(&text[statement.key]).path());
                    let line = statement.line;
                    section.lines.push(LineText {
                        path,
                        is_rows: false,
                        lead: text[at..line.start].to_owned(),
                        text: text[line.clone()].to_owned(),
                        value: statement.value.start - line.start..statement.value.end - line.start,
                        clash: None,
                    });
                    at = line.end;
                }
            }
        }
        section
    }

    /// The text without what stands before the header.
    pub(super) fn without_lead(&self) -> String {
        let mut text = self.head.clone();
        for line in &self.lines {
            append(&mut text, &line.lead, "\n");
            append(&mut text, &line.text, "\n");
        }
        text
    }
}

impl RecordText {
    /// The sections of the array of tables that begins with one of these.
    pub(super) fn array_at(&self, at: usize) -> Range<usize> {
        let path = &self.sections[at].path;
        let more = self.sections[at..]
            .iter()
            .take_while(|section| section.path.starts_with(path))
            .count();
        at..at + more
    }

    /// The statements that say something at a path or within the table there: section and line.
    pub(super) fn lines_within(&self, path: &[String]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (number, section) in self.sections.iter().enumerate() {
            if self.is_in_array(number) {
                continue;
            }
            for (line, text) in section.lines.iter().enumerate() {
                if text.path.starts_with(path) && !text.is_rows {
                    found.push((number, line));
                }
            }
        }
        found
    }

    /// Whether a section belongs to an array of tables that is one value.
    pub(super) fn is_in_array(&self, number: usize) -> bool {
        let path = &self.sections[number].path;
        self.sections[..=number]
            .iter()
            .any(|section| section.is_array && path.starts_with(&section.path))
    }

    /// The sections of arrays of tables at a path or within the table there.
    pub(super) fn arrays_within(&self, path: &[String]) -> Vec<usize> {
        (0..self.sections.len())
            .filter(|number| {
                self.is_in_array(*number) && self.sections[*number].path.starts_with(path)
            })
            .collect()
    }

    /// The statement whose value is an inline table around a path.
    pub(super) fn line_around(&self, path: &[String]) -> Option<(usize, usize)> {
        for (number, section) in self.sections.iter().enumerate() {
            for (line, text) in section.lines.iter().enumerate() {
                let around = path.len() > text.path.len() && path.starts_with(&text.path);
                if around && text.raw().starts_with('{') && !self.is_in_array(number) {
                    return Some((number, line));
                }
            }
        }
        None
    }
}

/// Adds a piece to a text, on a line of its own.
pub(super) fn append(text: &mut String, piece: &str, newline: &str) {
    let is_open = !text.is_empty() && !text.ends_with('\n') && text != "\u{feff}";
    if is_open && !piece.is_empty() {
        text.push_str(newline);
    }
    text.push_str(piece);
}
