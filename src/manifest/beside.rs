//! A manifest beside another one that it has most of its text in common with, as versions of one file have.
//!
//! Sections that are the same, to the byte, are found by comparing bytes; they are not scanned, not validated and not
//! read for their keys again.

use std::collections::HashSet;
use std::sync::Arc;

use super::document::Document;
use super::lex::{Fault, skip_blank};
use super::rows::Place;
use super::scan::{Kind, Line, Lines, Section, bom, sections};
use crate::model::row::{RowKey, Table};

/// How far from where it is likely a section is looked for in the other manifest.
const REACH: usize = 64;

/// Below this number of keys, comparing with each is less work than looking one up.
const FEW: usize = 12;

/// What a manifest has in common with another one.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    /// The other one, which is valid.
    pub(super) known: Arc<Document>,
    /// For each section, which one of the other it is. None stands for two.
    pub(super) twins: Vec<Option<usize>>,
}

/// Finds the sections of a text, and which sections of another document they are.
pub(super) fn sections_beside(
    text: &str,
    known: &Document,
) -> Result<(Vec<Section>, Vec<Option<usize>>), Fault> {
    let search = Search { text, known };
    let count = known.sections().len();
    let mut found: Vec<Section> = Vec::with_capacity(count + 8);
    let mut twins = Vec::with_capacity(count + 8);
    let (mut at, mut likely) = (bom(text), 0);
    while at < text.len() || found.is_empty() {
        let is_first = found.is_empty();
        let near = likely..(likely + REACH).min(count);
        let twin = near
            .into_iter()
            .find(|twin| search.is_at(at, *twin, is_first));
        let end = match twin {
            Some(twin) => {
                found.push(moved(known.sections()[twin], at));
                twins.push(Some(twin));
                likely = twin + 1;
                at + search.stretch(twin).len()
            }
            None => search.section_end(at, is_first)?,
        };
        if twin.is_none() {
            let own = sections(&text[at..end])?;
            // What stands before the first header of a part is empty, unless it is the root.
            let own = own
                .into_iter()
                .filter(|section| is_first || section.kind != Kind::Root);
            found.extend(own.map(|section| shifted(section, at)));
            twins.resize(found.len(), None);
        }
        at = end;
    }
    Ok((found, twins))
}

/// A section of another text as it stands at a place of this one.
fn moved(section: Section, at: usize) -> Section {
    Section {
        start: at,
        head_end: section.head_end - section.start + at,
        body_end: section.body_end - section.start + at,
        kind: section.kind,
    }
}

fn shifted(section: Section, by: usize) -> Section {
    Section {
        start: section.start + by,
        head_end: section.head_end + by,
        body_end: section.body_end + by,
        kind: section.kind,
    }
}

struct Search<'t> {
    text: &'t str,
    known: &'t Document,
}

impl<'t> Search<'t> {
    /// A section of the other document, up to the next one.
    fn stretch(&self, section: usize) -> &'t [u8] {
        let sections = self.known.sections();
        let text = self.known.text();
        let end = sections
            .get(section + 1)
            .map_or(text.len(), |next| next.start);
        &text.as_bytes()[sections[section].start..end]
    }

    /// Whether a section of the other document stands at a place, and ends there as it does in the other.
    fn is_at(&self, at: usize, section: usize, is_first: bool) -> bool {
        let stretch = self.stretch(section);
        let bytes = self.text.as_bytes();
        let is_root = self.known.sections()[section].kind == Kind::Root;
        if is_root != is_first || !bytes[at..].starts_with(stretch) {
            return false;
        }
        let end = at + stretch.len();
        let at_line_start = stretch.is_empty() || stretch.ends_with(b"\n") || end == bytes.len();
        let next = bytes.get(skip_blank(bytes, end));
        at_line_start && matches!(next, None | Some(b'['))
    }

    /// Where the next section begins after the one that begins at `at`.
    fn section_end(&self, at: usize, is_first: bool) -> Result<usize, Fault> {
        let mut headers = usize::from(is_first);
        for line in Lines::new(self.text, at) {
            if let Line::Header { line, .. } = line? {
                headers += 1;
                if headers > 1 {
                    return Ok(line.start);
                }
            }
        }
        Ok(self.text.len())
    }
}

impl Beside {
    /// The key that a row has in the other document, if it stands there and has one.
    pub(super) fn key(&self, table: Table, place: &Place) -> Option<RowKey> {
        let Place::Section { main, .. } = place else {
            return None;
        };
        let row = self.known.row_of_section(self.twins[*main]?)?;
        self.known.table(table).keys.get(row)?.clone()
    }

    /// Whether no two rows of a table have one key, for sure. Those that stand in the other document differ from one
    /// another.
    pub(super) fn has_no_double(&self, document: &Document, table: Table) -> bool {
        let rows = document.table(table);
        let is_shared = |place: &Place| match place {
            Place::Section { main, .. } => self.twins[*main].is_some(),
            Place::Inline(_) => false,
        };
        let all = || rows.places.iter().zip(&rows.keys);
        let own = all().filter(|(place, _)| !is_shared(place));
        let own: Vec<&RowKey> = own.filter_map(|(_, key)| key.as_ref()).collect();
        let distinct: HashSet<&RowKey> = own.iter().copied().collect();
        let is_taken = |key: &RowKey| match own.len() {
            0..FEW => own.contains(&key),
            _ => distinct.contains(key),
        };
        distinct.len() == own.len()
            && (own.is_empty()
                || !all()
                    .any(|(place, key)| is_shared(place) && key.as_ref().is_some_and(is_taken)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> String {
        format!("[[groups]]\nname = \"{name}\"\n\n")
    }

    fn texts() -> Vec<String> {
        let [a, b, c, d] = ["A", "B", "C", "D"].map(group);
        vec![
            format!("{a}{b}{c}{d}"),
            format!("{a}{b}{b}"),
            format!("{a}{}{c}{a}", group("X")),
            format!("{}{}", group("X"), group("X")),
            format!("{d}{a}{c}"),
            format!("{a}{b}{c}{d}x = 1\n"),
            format!("{a}{b}{c}{d}name = 1\n"),
            format!("{a}color = \"x\"\n{b}"),
            format!("{a}# about B\n{b}"),
            format!("{a}  {b}"),
            format!("{a}{b}{c}{d}[groups]\n"),
            format!("groups = []\n{a}"),
            format!("groups = [{{ name = \"A\" }}]\n{a}"),
            format!("\u{feff}{a}{b}"),
            format!("# top\n\n{a}{b}"),
            format!("[tool.skillmeat]\nname = \"x\"\n\n{a}[groups.x]\ny = 1\n\n{b}"),
            format!("{a}[groups.x]\ny = 1\n[groups.x]\n{b}"),
            a.trim_end().to_owned(),
            format!("{}\r\n{b}", a.trim_end()),
            format!("{a}x = \"\"\"\n{b}\"\"\"\n"),
            String::new(),
        ]
    }

    #[test]
    fn what_is_told_beside_another_is_what_is_told_alone() {
        for known in texts() {
            let known = Document::scan(known.into_bytes()).unwrap();
            if known.validate().is_err() {
                continue;
            }
            let known = Arc::new(known);
            for text in texts() {
                let alone = Document::scan(text.clone().into_bytes()).unwrap();
                let beside = Document::scan_beside(text.clone().into_bytes(), &known).unwrap();
                let context = || format!("{text}\n--- beside\n{}", known.text());
                assert_eq!(alone.sections(), beside.sections(), "{}", context());
                assert_eq!(alone.validate(), beside.validate(), "{}", context());
                for table in Table::OF_ROWS {
                    assert_eq!(alone.keys(table), beside.keys(table), "{}", context());
                }
            }
        }
    }
}
