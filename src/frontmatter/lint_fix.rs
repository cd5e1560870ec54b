//! Quoting what strict YAML refuses, so that every reader sees what the lenient one saw.
//!
//! Only the values of keys that can't be read alone are touched; every other byte stays. What would then say anything else
//! than before is not written.

use std::ops::Range;

use super::line::{lines, place};
use super::places::{tags, tools};
use super::read::{Document, Trust, document, read, readable};
use super::rescue::{Segment, loose_text, segments};
use super::strict;
use super::value::{Kind, Style, Value};

/// Edits of one header, at most: nobody wrote what needs more.
const EDITS: usize = 100;

/// Bytes of a file and what stands there afterwards.
type Splice = (Range<usize>, String);

/// A file with quotes where they were needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// 1-based lines of the file before on which something changed.
    pub lines: Vec<u32>,
}

/// What quoting can do for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mending {
    /// Nothing: strict YAML reads the header, or there is none.
    NotNeeded,
    /// Strict YAML reads the same from it as was read from the file before.
    Quoted(Quoted),
    /// It takes more than quotes.
    Beyond,
}

/// Quotes the values of a file's header that strict YAML refuses.
///
/// The file is compared afterwards: its metadata, its keys and its other values are what they were, and strict YAML reads
/// them. If not, nothing is offered.
pub fn quoted(bytes: &[u8]) -> Mending {
    let text = readable(bytes);
    let Some(found) = document(text).filter(|found| found.trust == Trust::Rescued) else {
        return Mending::NotNeeded;
    };
    let Some(splices) = splices(text, found.header.yaml.clone()) else {
        return Mending::Beyond;
    };
    let mut edited = bytes.to_vec();
    for (range, with) in splices.iter().rev() {
        edited.splice(range.clone(), with.bytes());
    }
    if splices.is_empty() || !says_the_same(bytes, &edited, &found) {
        return Mending::Beyond;
    }
    let mut changed: Vec<u32> = splices
        .iter()
        .flat_map(|(range, with)| changed_lines(text, range, with))
        .collect();
    changed.dedup();
    Mending::Quoted(Quoted {
        bytes: edited,
        lines: changed,
    })
}

/// The 1-based lines that an edit changes: of a text that keeps its lines, only those that differ.
fn changed_lines(text: &str, range: &Range<usize>, with: &str) -> Vec<u32> {
    let first = place(text, range.start).0;
    let old: Vec<&str> = text[range.clone()].split('\n').collect();
    let new: Vec<&str> = with.split('\n').collect();
    let keeps_lines = old.len() == new.len();
    let differs = |at: usize| !keeps_lines || old[at] != new[at];
    let numbered = (first..).zip(0..old.len());
    numbered
        .filter(|(_, at)| differs(*at))
        .map(|(line, _)| line)
        .collect()
}

/// Whether strict YAML reads from the edited file what was read before.
fn says_the_same(before: &[u8], after: &[u8], document_before: &Document) -> bool {
    let text = readable(after);
    let Some(found) = document(text).filter(|found| found.trust == Trust::Strict) else {
        return false;
    };
    let keys = |document: &Document| -> Vec<String> {
        let keys = document.entries.iter().map(|entry| entry.key.clone());
        keys.collect()
    };
    let (old, new) = (read(before), read(after));
    let (old_header, new_header) = (&document_before.header, &found.header);
    keys(document_before) == keys(&found)
        && old.metadata == new.metadata
        && (old_header.end, old_header.around) == (new_header.end, new_header.around)
        && readable(before).get(old_header.body..) == text.get(new_header.body..)
}

/// The edits that let each segment of a part be read alone; nothing when one can't be.
fn splices(text: &str, range: Range<usize>) -> Option<Vec<Splice>> {
    let mut all = Vec::new();
    for segment in segments(text, range) {
        if !is_readable(&text[segment.range.clone()]) {
            all.extend(mended(text, &segment)?);
            if all.len() > EDITS {
                return None;
            }
        }
    }
    Some(all)
}

/// Whether strict YAML reads a text as one key with a value.
fn is_readable(segment: &str) -> bool {
    single(segment).is_some()
}

fn single(segment: &str) -> Option<Value> {
    let mut entries = strict::parse(segment, 0..segment.len()).ok()?;
    let entry = entries.pop()?;
    entries.is_empty().then_some(entry.value)
}

/// The edits that let a segment be read: the first form that says what the lenient reader reads.
fn mended(text: &str, segment: &Segment) -> Option<Vec<Splice>> {
    let raw = &text[segment.value..segment.range.end];
    if raw.trim().is_empty() {
        return None;
    }
    let value = segment.value + leading(raw)..segment.value + raw.trim_end().len();
    let gap = if text[segment.value..value.start].is_empty() {
        " "
    } else {
        ""
    };
    if let Some(splice) = spaced(text, segment, gap) {
        return Some(vec![splice]);
    }
    let below = text[segment.value..value.start].contains('\n');
    if below && segment.key.eq_ignore_ascii_case("metadata") {
        return splices(text, value_lines(text, segment));
    }
    if below && !is_list_of_texts(&segment.key) && !is_text_key(&segment.key) {
        return None;
    }
    let one_line = loose_text(raw);
    let as_list = list_form(text, segment, &value);
    let forms = [
        (!below).then(|| {
            vec![(
                value.clone(),
                format!("{gap}{}", in_quotes(&text[value.clone()])),
            )]
        }),
        (!below).then(|| vec![(value.clone(), format!("{gap}{}", in_quotes(&one_line)))]),
        items_quoted(text, segment, below),
        as_list.map(|list| vec![(value.clone(), format!("{gap}{list}"))]),
        (below && is_text_key(&segment.key)).then(|| {
            vec![(
                segment.value..value.end,
                format!(" {}", in_quotes(&one_line)),
            )]
        }),
    ];
    forms
        .into_iter()
        .flatten()
        .find(|splices| reads_alike(text, segment, splices))
}

/// A space behind the colon, where only that is missing.
fn spaced(text: &str, segment: &Segment, gap: &str) -> Option<Splice> {
    let splice = (segment.value..segment.value, gap.to_owned());
    let is_enough =
        !gap.is_empty() && is_readable(&applied(text, segment, std::slice::from_ref(&splice)));
    is_enough.then_some(splice)
}

/// The lines below a segment's key.
fn value_lines(text: &str, segment: &Segment) -> Range<usize> {
    let below = text[segment.value..segment.range.end].find('\n');
    below.map_or(segment.range.end, |at| segment.value + at + 1)..segment.range.end
}

fn leading(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Keys that hold several texts.
fn is_list_of_texts(key: &str) -> bool {
    is_tools(key)
        || ["tags", "keywords"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(key))
}

fn is_tools(key: &str) -> bool {
    ["allowed-tools", "allowed_tools", "tools"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
}

/// Keys that hold one text.
fn is_text_key(key: &str) -> bool {
    [
        "name",
        "description",
        "license",
        "version",
        "category",
        "author",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(key))
}

/// A text in quotes: double ones, unless it holds what they would change.
fn in_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

/// Items in a list with dashes, those that can't be read alone in quotes.
fn items_quoted(text: &str, segment: &Segment, below: bool) -> Option<Vec<Splice>> {
    if !below {
        return None;
    }
    let items = lines(text, value_lines(text, segment)).filter(|line| !line.is_blank());
    let quoted = items.filter_map(|line| {
        let item = line.trimmed().strip_prefix("- ")?.trim();
        let as_entry = format!("item: {item}\n");
        let start = line.start + line.text.len() - item.len();
        (!is_text(&as_entry)).then(|| (start..line.start + line.text.len(), in_quotes(item)))
    });
    Some(quoted.collect())
}

fn is_text(entry: &str) -> bool {
    single(entry).is_some_and(|value| matches!(value.kind, Kind::Text(..)))
}

/// The items that the lenient reader sees, as a list in brackets.
fn list_form(text: &str, segment: &Segment, value: &Range<usize>) -> Option<String> {
    if !is_list_of_texts(&segment.key) || text[value.clone()].contains('\n') {
        return None;
    }
    let loose = loose_value(text, segment);
    let items = if is_tools(&segment.key) {
        tools(text, &loose)
    } else {
        tags(text, &loose)
    };
    let items: Vec<String> = items.iter().map(|item| in_quotes(&item.text)).collect();
    (!items.is_empty()).then(|| format!("[{}]", items.join(", ")))
}

fn loose_value(text: &str, segment: &Segment) -> Value {
    let span = segment.value..segment.range.end;
    Value {
        kind: Kind::Text(loose_text(&text[span.clone()]), Style::Loose),
        span,
    }
}

/// The segment with edits.
fn applied(text: &str, segment: &Segment, splices: &[Splice]) -> String {
    let mut edited = text[segment.range.clone()].to_owned();
    for (range, with) in splices.iter().rev() {
        let start = segment.range.start;
        edited.replace_range(range.start - start..range.end - start, with);
    }
    edited
}

/// Whether strict YAML reads from the edited segment what the lenient reader reads from it as it is.
fn reads_alike(text: &str, segment: &Segment, splices: &[Splice]) -> bool {
    let edited = applied(text, segment, splices);
    let Some(value) = single(&edited) else {
        return false;
    };
    let loose = loose_value(text, segment);
    let texts = |items: Vec<super::places::Item>| -> Vec<String> {
        items.into_iter().map(|item| item.text).collect()
    };
    if is_tools(&segment.key) {
        return texts(tools(&edited, &value)) == texts(tools(text, &loose));
    }
    if is_list_of_texts(&segment.key) {
        return texts(tags(&edited, &value)) == texts(tags(text, &loose));
    }
    matches!((&value.kind, &loose.kind), (Kind::Text(new, _), Kind::Text(old, _)) if squeezed(new) == squeezed(old))
}

fn squeezed(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[cfg(test)]
#[path = "lint_fix_tests.rs"]
mod tests;
