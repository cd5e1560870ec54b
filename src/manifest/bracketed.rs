//! Arrays and inline tables as pieces that can be taken out, put in and moved without touching the others.

use std::ops::Range;

use super::lex::{inner_pair, line_stop, newline_at, skip_blank, skip_trivia, value_end};

/// What stands between the brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Values,
    Pairs,
}

impl Content {
    fn of(text: &str) -> Self {
        if text.starts_with('{') {
            Self::Pairs
        } else {
            Self::Values
        }
    }

    fn end(self, bytes: &[u8], at: usize) -> Option<usize> {
        match self {
            Self::Values => value_end(bytes, at).ok(),
            Self::Pairs => inner_pair(bytes, at).ok().map(|(_, value)| value.end),
        }
    }
}

/// The byte ranges of the entries of an array (values) or an inline table (pairs).
pub(super) fn entries(text: &str) -> Option<Vec<Range<usize>>> {
    let (bytes, content) = (text.as_bytes(), Content::of(text));
    let mut entries = Vec::new();
    let mut at = skip_trivia(bytes, 1);
    while at + 1 < bytes.len() {
        let end = content.end(bytes, at)?;
        entries.push(at..end);
        at = skip_trivia(bytes, end);
        if bytes.get(at) == Some(&b',') {
            at = skip_trivia(bytes, at + 1);
        } else if at + 1 != bytes.len() {
            return None;
        }
    }
    Some(entries)
}

/// An entry with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// What stands before it: its newline, the comment lines directly above it, its indentation.
    pub(super) lead: String,
    /// The value or the pair.
    pub(super) body: String,
    /// What stands between it and its comma.
    pub(super) middle: String,
    pub(super) comma: bool,
    /// The comment after it on the same line.
    pub(super) trail: String,
}

/// A piece of what stands between the brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Blank lines and comments that belong to no entry; begins with a newline.
    Loose(String),
    Entry(Entry),
}

/// An array or inline table, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bracketed {
    pub(super) brackets: (char, char),
    /// What follows the opening bracket on its line, when nothing else stands there.
    pub(super) open: String,
    pub(super) parts: Vec<Part>,
    pub(super) close: String,
    pub(super) newline: &'static str,
}

impl Bracketed {
    /// Takes a text from bracket to bracket apart; nothing when it is not sound.
    pub(super) fn parse(text: &str, newline: &'static str) -> Option<Self> {
        let (bytes, content) = (text.as_bytes(), Content::of(text));
        let mut at = own_line(bytes, 1);
        let open = text[1..at].to_owned();
        let mut parts = Vec::new();
        loop {
            let start = skip_trivia(bytes, at);
            if start + 1 >= bytes.len() {
                let brackets = (text.chars().next()?, text.chars().next_back()?);
                let mut close = text.get(at..start)?;
                if let Some(above) = comment_lines(close).filter(|_| parts.is_empty()) {
                    parts.push(Part::Loose(above.to_owned()));
                    close = &close[above.len()..];
                }
                return Some(Self {
                    brackets,
                    open,
                    parts,
                    close: close.to_owned(),
                    newline,
                });
            }
            let (loose, lead) = split_lead(text.get(at..start)?);
            let end = content.end(bytes, start)?;
            let (middle, comma) = match skip_trivia(bytes, end) {
                found if bytes.get(found) == Some(&b',') => (end..found, true),
                found if found + 1 == bytes.len() => (end..end, false),
                _ => return None,
            };
            let trail = middle.end + usize::from(comma);
            at = own_line(bytes, trail);
            if !loose.is_empty() {
                parts.push(Part::Loose(loose.to_owned()));
            }
            parts.push(Part::Entry(Entry {
                lead: lead.to_owned(),
                body: text[start..end].to_owned(),
                middle: text[middle].to_owned(),
                comma,
                trail: text[trail..at].to_owned(),
            }));
        }
    }

    /// The bodies of the entries.
    pub(super) fn bodies(&self) -> Vec<&str> {
        self.entries().map(|entry| entry.body.as_str()).collect()
    }

    /// The entries, without what is loose.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.parts.iter().filter_map(|part| match part {
            Part::Entry(entry) => Some(entry),
            Part::Loose(_) => None,
        })
    }

    /// Whether a comment stands between the brackets outside of the entries' values.
    pub(super) fn has_comments(&self) -> bool {
        let beside = |entry: &Entry| {
            [&entry.lead, &entry.middle, &entry.trail]
                .iter()
                .any(|text| text.contains('#'))
        };
        self.loose_comments() || self.entries().any(beside)
    }

    /// Whether a comment belongs to no entry.
    pub(super) fn loose_comments(&self) -> bool {
        let loose = |part: &Part| matches!(part, Part::Loose(text) if text.contains('#'));
        self.open.contains('#') || self.close.contains('#') || self.parts.iter().any(loose)
    }

    /// Whether entries stand on lines of their own.
    pub(super) fn is_many_lines(&self) -> bool {
        self.close.contains('\n') || self.entries().any(|entry| entry.lead.contains('\n'))
    }

    /// The text again.
    pub(super) fn render(&self, indent: &str) -> String {
        let mut text = String::new();
        text.push(self.brackets.0);
        let mut writer = Writer {
            open_comment: false,
            newline: self.newline,
            indent,
        };
        writer.push(&mut text, &self.open, Ends::Line);
        for part in &self.parts {
            match part {
                Part::Loose(loose) => writer.push(&mut text, loose, Ends::Line),
                Part::Entry(entry) => {
                    writer.push(&mut text, &entry.lead, Ends::Inside);
                    writer.push(&mut text, &entry.body, Ends::Inside);
                    text.push_str(&entry.middle);
                    if entry.comma {
                        text.push(',');
                    }
                    writer.push(&mut text, &entry.trail, Ends::Line);
                }
            }
        }
        writer.push(&mut text, &self.close, Ends::Inside);
        writer.push(&mut text, &self.brackets.1.to_string(), Ends::Inside);
        text
    }
}

/// Whether a piece may end in a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Line,
    Inside,
}

/// Writes pieces so that none is swallowed by a comment before it.
struct Writer<'s> {
    open_comment: bool,
    newline: &'static str,
    indent: &'s str,
}

impl Writer<'_> {
    fn push(&mut self, text: &mut String, piece: &str, ends: Ends) {
        if piece.is_empty() {
            return;
        }
        if self.open_comment && newline_at(piece.as_bytes(), 0).is_none() {
            text.push_str(self.newline);
            text.push_str(self.indent);
        }
        text.push_str(piece);
        let last = piece.rsplit('\n').next().unwrap_or_default();
        self.open_comment = ends == Ends::Line && last.trim_start().starts_with('#');
    }
}

/// The end of a comment, or of blanks before a newline, that follow `at` on its line; else `at`.
fn own_line(bytes: &[u8], at: usize) -> usize {
    let here = skip_blank(bytes, at);
    match bytes.get(here) {
        Some(b'#') => line_stop(bytes, here),
        _ if newline_at(bytes, here).is_some() => here,
        _ => at,
    }
}

/// Splits what stands before an entry into what belongs to none, and the comment lines directly above with the
/// indentation. Each begins with a newline.
fn split_lead(lead: &str) -> (&str, &str) {
    let mut cut = match lead.rfind('\n') {
        Some(newline) => line_break(lead, newline),
        None => return ("", lead),
    };
    while let Some(before) = lead[..cut].rfind('\n') {
        if !lead[before + 1..cut].trim_start().starts_with('#') {
            break;
        }
        cut = line_break(lead, before);
    }
    lead.split_at(cut)
}

/// The comment lines of an entry's lead, without its own line's indentation.
pub(super) fn comment_lines(lead: &str) -> Option<&str> {
    let above = &lead[..line_break(lead, lead.rfind('\n')?)];
    above.contains('#').then_some(above)
}

/// Where the line break begins whose `\n` is at `newline`.
fn line_break(text: &str, newline: usize) -> usize {
    if text[..newline].ends_with('\r') {
        newline - 1
    } else {
        newline
    }
}
