//! A manifest as pieces of text that can be replaced, taken out and put between others.

use std::borrow::Cow;

use super::document::Document;
use super::edit::ROOT;
use super::scan::{Kind, Lines, Section, attached_start, bom};

/// The text of a manifest, cut before each section (with the comment lines directly above its header).
///
/// The pieces of a document have the indices of its sections; new ones follow. Each knows its neighbours, so that an
/// edit costs the same wherever it is, however many there are.
#[derive(Debug)]
pub(super) struct Pieces<'d> {
    all: Vec<Piece<'d>>,
    newline: &'static str,
}

#[derive(Debug)]
struct Piece<'d> {
    text: Cow<'d, str>,
    kind: Kind,
    before: Option<usize>,
    after: Option<usize>,
}

impl<'d> Pieces<'d> {
    /// Cuts a document.
    pub(super) fn of(document: &'d Document) -> Self {
        let (text, sections) = (document.text(), document.sections());
        let mut starts: Vec<usize> = Vec::with_capacity(sections.len() + 1);
        starts.push(0);
        starts.extend(
            sections
                .windows(2)
                .map(|pair| attached_start(text, &pair[0], &pair[1])),
        );
        starts.push(text.len());
        let piece = |(id, section): (usize, &Section)| Piece {
            text: Cow::Borrowed(&text[starts[id]..starts[id + 1]]),
            kind: section.kind,
            before: id.checked_sub(1),
            after: (id + 1 < sections.len()).then_some(id + 1),
        };
        Self {
            all: sections.iter().enumerate().map(piece).collect(),
            newline: newline_of(text),
        }
    }

    /// The newline of the file, by its first one.
    pub(super) fn newline(&self) -> &'static str {
        self.newline
    }

    /// The text of a piece.
    pub(super) fn text(&self, id: usize) -> &str {
        &self.all[id].text
    }

    /// Replaces the text of a piece.
    pub(super) fn set(&mut self, id: usize, text: String) {
        self.all[id].text = Cow::Owned(text);
    }

    /// The pieces in their order, with what they are.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, Kind, &str)> {
        let first = (!self.all.is_empty()).then_some(ROOT);
        std::iter::successors(first, |id| self.all[*id].after)
            .map(|id| (id, self.all[id].kind, self.text(id)))
    }

    /// The whole text.
    pub(super) fn concatenate(&self) -> String {
        let length = self.all.iter().map(|piece| piece.text.len()).sum();
        self.parts()
            .fold(String::with_capacity(length), |mut whole, (_, _, text)| {
                whole.push_str(text);
                whole
            })
    }

    /// Puts a section's text (with `\n`) directly after the last statement of a piece, set apart by blank lines
    /// unless the piece itself is not. Gives the new piece.
    pub(super) fn insert_after(&mut self, id: usize, section: &str, kind: Kind) -> usize {
        let text = self.all[id].text.clone().into_owned();
        let (own, rest) = text.split_at(end_of_row(&text));
        let compact = self.is_compact(id);
        let next = if rest.is_empty() {
            self.text_after(id)
        } else {
            rest
        };
        let mut own = own.to_owned();
        if !own.is_empty() && own != "\u{feff}" {
            let missing =
                usize::from(!own.ends_with('\n')) + usize::from(!compact && !ends_blank(&own));
            own.push_str(&self.newline.repeat(missing));
        }
        let gap = if !compact && !next.is_empty() && !begins_blank(next) {
            "\n"
        } else {
            ""
        };
        let new = super::set::with_newline(&format!("{section}{gap}"), self.newline) + rest;
        self.all[id].text = Cow::Owned(own);
        let added = self.all.len();
        let after = self.all[id].after.replace(added);
        self.all.push(Piece {
            text: Cow::Owned(new),
            kind,
            before: Some(id),
            after,
        });
        if let Some(after) = after {
            self.all[after].before = Some(added);
        }
        added
    }

    /// Makes the neighbours of a piece neighbours of each other.
    fn take_out(&mut self, id: usize) {
        let (before, after) = (self.all[id].before, self.all[id].after);
        if let Some(before) = before {
            self.all[before].after = after;
        }
        if let Some(after) = after {
            self.all[after].before = before;
        }
    }

    /// Takes out the pieces of a row, in their order, with one of the blank lines around them. Comments that are set
    /// apart by blank lines stay.
    pub(super) fn remove(&mut self, ids: &[usize]) {
        let Some(last) = ids.last() else { return };
        let at_end = self.text_after(*last).is_empty();
        for (index, id) in ids.iter().enumerate() {
            let goes_on = ids
                .get(index + 1)
                .is_some_and(|next| self.all[*id].after == Some(*next));
            let text = self.all[*id].text.as_ref();
            let tail = &text[end_of_row(text)..];
            let kept = if goes_on && tail.trim().is_empty() {
                ""
            } else {
                without_blank(tail)
            }
            .to_owned();
            self.take_out(*id);
            if !kept.is_empty() {
                let before = self.all[*id].before.unwrap_or(ROOT);
                self.all[before].text.to_mut().push_str(&kept);
            } else if at_end && id == last {
                self.trim_end(*id);
            }
        }
    }

    /// The nearest piece before one that is not empty.
    fn before(&self, id: usize) -> Option<usize> {
        let mut before = std::iter::successors(self.all[id].before, |id| self.all[*id].before);
        before.find(|id| !self.text(*id).is_empty())
    }

    /// Drops one blank line from the end of what stands before a piece.
    fn trim_end(&mut self, id: usize) {
        let Some(id) = self.before(id) else { return };
        let text = &self.all[id].text;
        if ends_blank(text) {
            let shorter = text
                .strip_suffix("\r\n")
                .or_else(|| text.strip_suffix('\n'))
                .unwrap_or(text);
            let shorter = shorter.trim_end_matches([' ', '\t']).to_owned();
            self.all[id].text = Cow::Owned(shorter);
        }
    }

    fn text_after(&self, id: usize) -> &str {
        let after = std::iter::successors(self.all[id].after, |id| self.all[*id].after);
        after
            .map(|id| self.text(id))
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// Whether a piece follows the one before it without a blank line.
    fn is_compact(&self, id: usize) -> bool {
        let before = self.before(id).map(|id| self.text(id));
        before.is_some_and(|text| text != "\u{feff}" && !ends_blank(text))
            && !begins_blank(self.text(id))
    }
}

/// The byte after a piece's last statement and the comment lines directly below it; for a text without statements
/// and header, its end.
fn end_of_row(text: &str) -> usize {
    let last = Lines::new(text, bom(text)).map_while(Result::ok).last();
    let Some(last) = last else { return text.len() };
    let mut at = match last {
        super::scan::Line::Header { line, .. } => line.end,
        super::scan::Line::Statement(statement) => statement.line.end,
    };
    while text[at..].trim_start_matches([' ', '\t']).starts_with('#') {
        at = super::lex::line_end(text.as_bytes(), at);
    }
    at
}

/// The newline of a text, by its first one.
pub(super) fn newline_of(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Whether the last line of a text is blank.
fn ends_blank(text: &str) -> bool {
    let Some(rest) = text.strip_suffix('\n') else {
        return false;
    };
    let line = rest.rsplit('\n').next().unwrap_or_default();
    line.trim_matches([' ', '\t', '\r', '\u{feff}']).is_empty()
}

/// Whether the first line of a text is blank.
fn begins_blank(text: &str) -> bool {
    text.split('\n')
        .next()
        .is_some_and(|line| line.trim_matches([' ', '\t', '\r']).is_empty())
}

/// A text without its first line, if that is blank.
fn without_blank(text: &str) -> &str {
    if begins_blank(text) {
        text.split_once('\n').map_or("", |(_, rest)| rest)
    } else {
        text
    }
}
