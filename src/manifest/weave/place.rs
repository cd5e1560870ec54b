//! Our document put together again: sections kept, replaced, taken out, moved and added.

use std::borrow::Cow;

use super::comments::{comment_lines, from_first_comment, loose};
use super::tables::Tables;
use super::text::append;
use crate::manifest::edit::place_of_table;
use crate::manifest::rows::Place;
use crate::manifest::scan::bom;
use crate::model::row::Table;
use crate::model::sequence::longest_rising;

/// Rows of a table that stand together.
pub(super) struct Piece {
    /// The rows of our document that it is made of.
    pub(super) old: Vec<usize>,
    /// What stands before it and its text; nothing when it keeps its bytes.
    pub(super) text: Option<(String, String)>,
}

impl Piece {
    /// Rows that keep their bytes.
    pub(super) fn kept(old: Vec<usize>) -> Self {
        Self { old, text: None }
    }
}

/// What becomes of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Kept,
    Replaced {
        lead: String,
        text: String,
    },
    /// It stands elsewhere, or as part of what stands before it.
    Elsewhere,
    Gone,
}

/// A text that is put between sections.
struct Added {
    lead: String,
    text: String,
}

/// Our document in parts.
pub(super) struct Assembly<'t> {
    tables: &'t Tables<'t>,
    newline: &'static str,
    fates: Vec<Fate>,
    before: Vec<Vec<Added>>,
    after: Vec<Vec<Added>>,
}

impl<'t> Assembly<'t> {
    /// Begins with our document as it is.
    pub(super) fn new(tables: &'t Tables<'t>, newline: &'static str) -> Self {
        let count = tables.owners.len();
        let none = || (0..count).map(|_| Vec::new()).collect();
        Self {
            tables,
            newline,
            fates: vec![Fate::Kept; count],
            before: none(),
            after: none(),
        }
    }

    /// Our section behind which the first row of a known table is put.
    pub(super) fn place_of(tables: &Tables<'_>, table: Table) -> usize {
        let parts: Vec<_> = tables
            .document
            .sections()
            .iter()
            .enumerate()
            .map(|(number, section)| (number, section.kind))
            .collect();
        place_of_table(&parts, tables.document.dialect(), table)
    }

    /// Replaces a section.
    pub(super) fn replace(&mut self, section: usize, lead: String, text: String) {
        let (own, _) = self.tables.document.section_text(section);
        if own != text || self.tables.lead(section) != lead {
            self.fates[section] = Fate::Replaced { lead, text };
        }
    }

    /// Takes a section out.
    pub(super) fn remove(&mut self, section: usize) {
        if self.fates[section] == Fate::Kept {
            self.fates[section] = Fate::Gone;
        }
    }

    /// Adds a text behind a section.
    pub(super) fn add_after(&mut self, section: usize, lead: &str, text: String) {
        let lead = self.gap(lead);
        self.after[section].push(Added { lead, text });
    }

    /// What stands before a new section: a blank line, unless ours stand without, and its comments.
    fn gap(&self, lead: &str) -> String {
        let comments = super::comments::converted(from_first_comment(lead), self.newline);
        if self.is_compact() {
            comments
        } else {
            format!("{}{comments}", self.newline)
        }
    }

    /// Whether our sections follow one another without blank lines.
    fn is_compact(&self) -> bool {
        let leads = (1..self.tables.owners.len()).map(|section| self.tables.lead(section));
        let mut inner = leads.skip(1).peekable();
        inner.peek().is_some() && !inner.any(begins_blank)
    }

    /// Puts the rows of a table in their order. `predecessor` is asked where the table belongs when our document has
    /// no row of it.
    pub(super) fn place(
        &mut self,
        table: usize,
        pieces: &[Piece],
        places: &[Place],
        predecessor: impl Fn() -> Option<usize>,
    ) {
        let main = |row: usize| match &places[row] {
            Place::Section { main, .. } => *main,
            Place::Inline(_) => 0,
        };
        let there: Vec<usize> = pieces
            .iter()
            .filter_map(|piece| piece.old.first().map(|row| main(*row)))
            .collect();
        let anchors = longest_rising(&there);
        let mut wanted = vec![false; places.len()];
        let mut last: Option<usize> = None;
        let first = anchors.first().copied();
        for piece in pieces {
            for row in &piece.old {
                wanted[*row] = true;
            }
            let own = piece.old.first().map(|row| main(*row));
            let is_anchor = own.is_some_and(|own| anchors.binary_search(&own).is_ok());
            if let (true, Some(own)) = (is_anchor, own) {
                self.stay(piece, own, places);
                last = last_section(piece, places);
                continue;
            }
            let added = self.lifted(piece, places);
            match (last, first) {
                (Some(after), _) => self.after[after].push(added),
                (None, Some(before)) => self.before[before].push(added),
                (None, None) => {
                    let place = self.of_table(table).or_else(&predecessor).unwrap_or(0);
                    self.after[place].push(added);
                }
            }
        }
        for (place, _) in places.iter().zip(&wanted).filter(|(_, wanted)| !**wanted) {
            self.set_sections(place, &Fate::Gone);
        }
    }

    /// The section before the first of a table's rows in our document.
    fn of_table(&self, table: usize) -> Option<usize> {
        let of_table = |owner: &Option<(usize, usize)>| owner.is_some_and(|(own, _)| own == table);
        self.tables.owners.iter().position(of_table)?.checked_sub(1)
    }

    fn stay(&mut self, piece: &Piece, own: usize, places: &[Place]) {
        let Some((lead, text)) = &piece.text else {
            return;
        };
        for row in &piece.old {
            self.set_sections(&places[*row], &Fate::Elsewhere);
        }
        self.fates[own] = Fate::Replaced {
            lead: lead.clone(),
            text: text.clone(),
        };
    }

    /// A piece that is new or moves.
    fn lifted(&mut self, piece: &Piece, places: &[Place]) -> Added {
        for row in &piece.old {
            self.set_sections(&places[*row], &Fate::Elsewhere);
        }
        let (lead, text) = match &piece.text {
            Some((lead, text)) => (lead.clone(), text.clone()),
            None => self.own_text(&piece.old, places),
        };
        Added {
            lead: self.gap(&lead),
            text,
        }
    }

    fn own_text(&self, rows: &[usize], places: &[Place]) -> (String, String) {
        let sections = rows.iter().flat_map(|row| match &places[*row] {
            Place::Section { main, below } => [&[*main], below.as_slice()].concat(),
            Place::Inline(_) => Vec::new(),
        });
        let mut text = String::new();
        let mut first = None;
        for section in sections {
            let lead = self.tables.lead(section);
            if first.is_some() {
                append(&mut text, lead, self.newline);
            }
            first.get_or_insert(lead);
            append(
                &mut text,
                self.tables.document.section_text(section).0,
                self.newline,
            );
        }
        (first.unwrap_or_default().to_owned(), text)
    }

    fn set_sections(&mut self, place: &Place, fate: &Fate) {
        if let Place::Section { main, below } = place {
            for section in std::iter::once(main).chain(below) {
                self.fates[*section] = fate.clone();
            }
        }
    }

    /// The whole text; `tail` is what stands behind the last statement.
    pub(super) fn finish(self, tail: &str) -> String {
        let text = self.tables.document.text();
        let mut out = String::with_capacity(text.len() + text.len() / 16);
        out.push_str(&text[..bom(text)]);
        let mut writer = Writer {
            out,
            newline: self.newline,
            is_compact: self.is_compact(),
            carried: String::new(),
            previous: Previous::Own,
        };
        for (section, fate) in self.fates.iter().enumerate() {
            for added in &self.before[section] {
                writer.add(added);
            }
            match fate {
                Fate::Kept => {
                    let (own, _) = self.tables.document.section_text(section);
                    writer.keep(self.tables.lead(section), own);
                }
                Fate::Replaced { lead, text } if lead.is_empty() && text.is_empty() => {
                    writer.previous = Previous::Removed;
                }
                Fate::Replaced { lead, text } => writer.keep(lead, text),
                Fate::Elsewhere => writer.previous = Previous::Removed,
                Fate::Gone => writer.drop(self.tables.lead(section)),
            }
            for added in &self.after[section] {
                writer.add(added);
            }
        }
        writer.end(tail, text.ends_with('\n') || text.is_empty());
        writer.out
    }
}

/// The last section of a piece in our document; where it is written anew, the one in whose place it stands.
fn last_section(piece: &Piece, places: &[Place]) -> Option<usize> {
    let sections = piece.old.iter().filter_map(|row| match &places[*row] {
        Place::Section { main, below } => below.iter().chain([main]).max().copied(),
        Place::Inline(_) => None,
    });
    match piece.text {
        None => sections.max(),
        Some(_) => piece.old.first().and_then(|row| match &places[*row] {
            Place::Section { main, .. } => Some(*main),
            Place::Inline(_) => None,
        }),
    }
}

/// What was written or left out last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    Own,
    Added,
    Removed,
}

struct Writer {
    out: String,
    newline: &'static str,
    is_compact: bool,
    /// Comments of rows that went, which stay.
    carried: String,
    previous: Previous,
}

impl Writer {
    fn is_empty(&self) -> bool {
        self.out.is_empty() || self.out == "\u{feff}"
    }

    fn add(&mut self, added: &Added) {
        let lead = if self.is_empty() {
            without_blank(&added.lead)
        } else {
            &added.lead
        };
        append(&mut self.out, lead, self.newline);
        append(&mut self.out, &added.text, self.newline);
        self.previous = Previous::Added;
    }

    fn keep(&mut self, lead: &str, text: &str) {
        if lead.is_empty() && text.is_empty() {
            return;
        }
        let lead = self.lead(lead);
        append(&mut self.out, &lead, self.newline);
        append(&mut self.out, text, self.newline);
        self.previous = Previous::Own;
    }

    fn lead<'l>(&mut self, lead: &'l str) -> Cow<'l, str> {
        if self.carried.is_empty() && self.previous == Previous::Own {
            return Cow::Borrowed(lead);
        }
        let carried = std::mem::take(&mut self.carried);
        let known = comment_lines(lead);
        let is_new = comment_lines(&carried)
            .iter()
            .any(|line| !known.contains(line));
        let lead = match self.previous {
            Previous::Removed if self.is_empty() => without_blank(lead).to_owned(),
            Previous::Added if !self.is_compact && !lead.is_empty() && !begins_blank(lead) => {
                format!("{}{lead}", self.newline)
            }
            Previous::Added if !self.is_compact && lead.is_empty() => self.newline.to_owned(),
            _ => lead.to_owned(),
        };
        Cow::Owned(if is_new {
            format!("{}{lead}", carried.trim_end_matches([' ', '\t']))
        } else {
            lead
        })
    }

    fn drop(&mut self, lead: &str) {
        self.carried
            .push_str(loose(lead).trim_end_matches(['\n', '\r']));
        if !loose(lead).is_empty() {
            self.carried.push_str(self.newline);
        }
        self.previous = Previous::Removed;
    }

    fn end(&mut self, tail: &str, had_newline: bool) {
        let lead = if tail.is_empty() {
            Cow::Borrowed("")
        } else {
            self.lead(tail)
        };
        append(
            &mut self.out,
            &std::mem::take(&mut self.carried),
            self.newline,
        );
        append(&mut self.out, &lead, self.newline);
        if had_newline && !self.is_empty() && !self.out.ends_with('\n') {
            self.out.push_str(self.newline);
        }
    }
}

/// Whether the first line of a text is blank.
fn begins_blank(text: &str) -> bool {
    text.split('\n')
        .next()
        .is_some_and(|line| line.trim().is_empty())
        && !text.is_empty()
}

/// A text without the blank lines that it begins with.
fn without_blank(text: &str) -> &str {
    let blank: usize = text
        .split_inclusive('\n')
        .take_while(|line| line.trim().is_empty())
        .map(str::len)
        .sum();
    &text[blank..]
}
