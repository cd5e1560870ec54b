//! A record as it stands in one version, and what can be found in it.

use super::text::{RecordText, SectionText};
use crate::manifest::rows::pairs_of_inline;

/// A record in the form in which a version has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// Sections.
    Sections(RecordText),
    /// An inline table.
    Inline(String),
}

/// A value that was found in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The keys, from the record on.
    pub(super) path: Vec<String>,
    /// The value as it is written.
    pub(super) raw: String,
    /// The keys of the section's header; nothing where the record has no header of that kind.
    pub(super) container: Vec<String>,
    /// What stands before the header.
    pub(super) lead: String,
    /// The header's line.
    pub(super) head: String,
    /// The comments above it, as they are written.
    pub(super) above: String,
    /// The comment behind it.
    pub(super) behind: String,
    /// The keys that precede it, the nearest last.
    pub(super) before: Vec<Vec<String>>,
}

impl Found {
    /// A value that stands nowhere yet.
    pub(super) fn new(path: Vec<String>, raw: String, before: Vec<Vec<String>>) -> Self {
        Self {
            path,
            raw,
            container: Vec::new(),
            lead: String::new(),
            head: String::new(),
            above: String::new(),
            behind: String::new(),
            before,
        }
    }
}

impl Form {
    /// The values at a path, or in the table there.
    pub(super) fn found(&self, path: &[String]) -> Vec<Found> {
        match self {
            Self::Inline(text) => {
                let mut found = Vec::new();
                find_inline(text, &[], path, &mut found);
                found
            }
            Self::Sections(text) => found_in_sections(text, path),
        }
    }

    /// The sections of arrays of tables at a path, or in the table there.
    pub(super) fn arrays(&self, path: &[String]) -> Vec<SectionText> {
        match self {
            Self::Inline(_) => Vec::new(),
            Self::Sections(text) => text
                .arrays_within(path)
                .into_iter()
                .map(|number| text.sections[number].clone())
                .collect(),
        }
    }

    /// A section at a path.
    pub(super) fn section(&self, path: &[String]) -> Option<&SectionText> {
        match self {
            Self::Inline(_) => None,
            Self::Sections(text) => text
                .sections
                .iter()
                .find(|section| section.path == path && !section.is_array),
        }
    }
}

fn found_in_sections(text: &RecordText, path: &[String]) -> Vec<Found> {
    let found: Vec<Found> = text
        .lines_within(path)
        .into_iter()
        .map(|(section, line)| found_at(text, section, line))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let mut inner = Vec::new();
    if let Some((section, line)) = text.line_around(path) {
        let around = found_at(text, section, line);
        find_inline(&around.raw, &around.path, path, &mut inner);
        for found in &mut inner {
            found.container.clone_from(&around.container);
            found.lead.clone_from(&around.lead);
            found.head.clone_from(&around.head);
        }
    }
    inner
}

fn found_at(text: &RecordText, section: usize, line: usize) -> Found {
    let around = &text.sections[section];
    let found = &around.lines[line];
    let before = around.lines[..line].iter().map(|line| line.path.clone());
    Found {
        path: found.path.clone(),
        raw: found.raw().to_owned(),
        container: around.path.clone(),
        lead: around.lead.clone(),
        head: around.head.clone(),
        above: super::comments::from_first_comment(&found.lead).to_owned(),
        behind: found.comment().1.to_owned(),
        before: before.collect(),
    }
}

fn find_inline(text: &str, around: &[String], path: &[String], found: &mut Vec<Found>) {
    let mut before: Vec<Vec<String>> = Vec::new();
    for pair in pairs_of_inline(text, 0) {
        let mut own = around.to_vec();
        own.extend(pair.key.path());
        if own.starts_with(path) {
            found.push(Found::new(own.clone(), pair.raw.to_owned(), before.clone()));
        } else if path.starts_with(&own) {
            find_inline(pair.raw, &own, path, found);
        }
        before.push(own);
    }
}
