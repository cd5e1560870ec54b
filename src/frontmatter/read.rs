//! Reading: a file's bytes → metadata, findings, and how far the header could be trusted.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::finding::{Finding, Severity};
use crate::model::metadata::Metadata;

use super::header::{self, Around, End, Header};
use super::line::{lines, place};
use super::strict::{self, Refusal};
use super::value::Entry;
use super::{body, metadata, rescue};

/// Bytes at the beginning of a file in which its header is looked for.
const LOOKED_AT: usize = 1 << 20;
/// Bytes of a header that are read.
const HEADER_LIMIT: usize = 256 << 10;

/// What a file's beginning says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The header's metadata. Where it gives no name or description, they come from the body's first heading and paragraph.
    pub metadata: Metadata,
    /// What is odd about the header. The path is `""`: the caller knows the file.
    pub findings: Vec<Finding>,
    /// How the header was read.
    pub trust: Trust,
}

/// How a header was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// As strict YAML: it says what it says.
    Strict,
    /// Key by key, because strict YAML refuses it: other readers may see something else, or nothing.
    Rescued,
    /// There is no header.
    Absent,
}

/// A header's entries and what is known of how they were read.
pub(super) struct Document {
    /// The header's place.
    pub(super) header: Header,
    /// Its keys and values.
    pub(super) entries: Vec<Entry>,
    /// How they were read.
    pub(super) trust: Trust,
    /// Why strict YAML was not enough.
    pub(super) refusal: Option<Refusal>,
}

/// Reads what a file says about itself, from its first 1 MiB.
///
/// It never fails: a header that is missing, broken, hostile or no text yields less metadata and more findings. The work is
/// bounded; only 256 KiB of a header are read.
pub fn read(bytes: &[u8]) -> Reading {
    let (text, mut findings) = decode(bytes);
    let document = document(&text);
    let metadata = document
        .as_ref()
        .map_or_else(Metadata::default, |document| {
            metadata::of(&text, &document.entries)
        });
    findings.extend(oddities(&text, document.as_ref(), &metadata));
    let (body, trust) = document
        .as_ref()
        .map_or((header::text_start(&text), Trust::Absent), |document| {
            (document.header.body, document.trust)
        });
    finish(&text, body, metadata, findings, trust)
}

/// What is odd about a header, or that there is none.
pub(super) fn oddities(
    text: &str,
    document: Option<&Document>,
    metadata: &Metadata,
) -> Vec<Finding> {
    let note = |code, message: &str| Finding::new(Severity::Note, code, message);
    let Some(document) = document else {
        return vec![note("header-missing", "The file has no header.")];
    };
    let mut findings = odd_places(text, &document.header);
    findings.extend(
        document
            .refusal
            .as_ref()
            .map(|refusal| not_strict(text, refusal)),
    );
    if metadata.description.is_empty() {
        let missing = note("description-missing", "The header has no description.");
        findings.push(at(missing, text, document.header.start));
    }
    findings
}

/// The first 1 MiB as text without what is no UTF-8.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, Vec<Finding>) {
    let readable = readable(bytes);
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT)];
    let left = looked_at.len() - readable.len();
    let is_cut_character = looked_at.len() < bytes.len() && left < 4;
    if left == 0 || is_cut_character {
        return (Cow::Borrowed(readable), Vec::new());
    }
    let good = readable.len();
    let text = String::from_utf8_lossy(looked_at);
    let finding = Finding::new(
        Severity::Warning,
        "header-not-utf-8",
        "The file is not UTF-8; what can't be read is shown as \u{fffd}.",
    );
    let finding = at(finding, &text, good);
    (text, vec![finding])
}

/// The part of a file's beginning that is UTF-8, as long as a header may be looked for in it.
pub(super) fn readable(bytes: &[u8]) -> &str {
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT)];
    match std::str::from_utf8(looked_at) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&looked_at[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// Finds and reads the header; `None` when there is none, or nothing in it looks like a key.
pub(super) fn document(text: &str) -> Option<Document> {
    let found = header::find(text)?;
    if found.yaml.len() > HEADER_LIMIT {
        let part = whole_lines(text, found.yaml.start..found.yaml.start + HEADER_LIMIT);
        let refusal = None;
        let entries = rescue::rescue(text, part);
        return (!entries.is_empty()).then_some(Document {
            header: found,
            entries,
            trust: Trust::Rescued,
            refusal,
        });
    }
    match strict::parse(text, found.yaml.clone()) {
        Ok(entries) => {
            let is_rule = entries.is_empty() && !text[found.yaml.clone()].trim().is_empty();
            (!is_rule).then_some(Document {
                header: found,
                entries,
                trust: Trust::Strict,
                refusal: None,
            })
        }
        Err(refusal) => rescued(text, found, refusal),
    }
}

/// Reads a header that strict YAML refuses, unless that is because a rule of the body was taken for its end.
fn rescued(text: &str, found: Header, refusal: Refusal) -> Option<Document> {
    if let Some(header) = header::cut_at_heading(text, &found) {
        return Some(match strict::parse(text, header.yaml.clone()) {
            Ok(entries) => Document {
                header,
                entries,
                trust: Trust::Strict,
                refusal: None,
            },
            Err(refusal) => loose(text, header, refusal),
        });
    }
    Some(loose(text, found, refusal)).filter(|document| !document.entries.is_empty())
}

fn loose(text: &str, header: Header, refusal: Refusal) -> Document {
    let entries = rescue::rescue(text, header.yaml.clone());
    Document {
        header,
        entries,
        trust: Trust::Rescued,
        refusal: Some(refusal),
    }
}

/// The range without the line that it cuts in two.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let end = lines(text, range.start..text.len())
        .map(|line| line.next)
        .take_while(|next| *next <= range.end)
        .last();
    range.start..end.unwrap_or(range.start)
}

fn odd_places(text: &str, header: &Header) -> Vec<Finding> {
    let warning = |code, message: &str| {
        at(
            Finding::new(Severity::Warning, code, message),
            text,
            header.start,
        )
    };
    let around = match header.around {
        Around::Nothing => None,
        Around::Fence => Some(warning(
            "header-fenced",
            "The header stands in a code fence; other readers won't see it.",
        )),
        Around::Indentation => Some(warning(
            "header-indented",
            "The header is indented; other readers won't see it.",
        )),
    };
    let unclosed = (header.end == End::Cut).then(|| {
        warning(
            "header-unclosed",
            "The header is not closed by a line `---`.",
        )
    });
    let message = "The header is larger than 256 KiB; only its beginning is read.";
    let large = (header.yaml.len() > HEADER_LIMIT).then(|| warning("header-too-large", message));
    [around, unclosed, large].into_iter().flatten().collect()
}

fn not_strict(text: &str, refusal: &Refusal) -> Finding {
    let message = format!(
        "The header is not strict YAML and was read key by key: {}.",
        refusal.reason
    );
    at(
        Finding::new(Severity::Warning, "header-not-strict", message),
        text,
        refusal.at,
    )
}

/// The finding at the place of a byte.
pub(super) fn at(finding: Finding, text: &str, offset: usize) -> Finding {
    let (line, column) = place(text, offset);
    finding.at(line, column)
}

/// Fills what the header does not say from the body.
fn finish(
    text: &str,
    from: usize,
    mut metadata: Metadata,
    findings: Vec<Finding>,
    trust: Trust,
) -> Reading {
    if metadata.name.is_empty() || metadata.description.is_empty() {
        let body::Opening { heading, prose } = body::opening(text, from);
        if metadata.name.is_empty() {
            metadata.name = heading;
        }
        if metadata.description.is_empty() {
            metadata.description = prose;
        }
    }
    Reading {
        metadata,
        findings,
        trust,
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
