//! The linter: what keeps clients from loading an artifact's file, and what the specification asks for.
//!
//! Rules look at a file's bytes and its place, and open nothing: whether another file is there, they ask. `docs/linter.md`
//! has every rule with its source and an example that runs as a test.

use std::borrow::Cow;

use crate::model::finding::{Finding, Level, Severity};
use crate::model::metadata::Metadata;
use crate::model::name::ArtifactId;

use super::read::{Document, at, decode, document};
use super::{lint_load, lint_spec, lint_strict, metadata};

/// Findings of one rule in one file, at most: nobody wrote what has more.
pub(super) const MOST: usize = 50;

/// A file that is checked, and where it stands.
pub struct Subject<'a> {
    /// Which artifact it makes.
    pub id: &'a ArtifactId,
    /// Its file name: `SKILL.md`.
    pub file_name: &'a str,
    /// Its beginning, 1 MiB at most.
    pub bytes: &'a [u8],
    /// Whether a file or folder is there, by its path from the artifact's folder.
    pub has: &'a dyn Fn(&str) -> bool,
}

/// A file that is checked, taken apart.
pub(super) struct File<'a> {
    /// What was given.
    pub(super) subject: &'a Subject<'a>,
    /// Its text.
    pub(super) text: Cow<'a, str>,
    /// Its header.
    pub(super) document: Option<Document>,
    /// What the header says.
    pub(super) metadata: Metadata,
}

/// What a client or the specification would find fault with, in the order of the file. Paths are `""`: the caller knows
/// the file.
///
/// At [`Level::Load`] everything is a warning; above, what the specification demands of a skill is an error.
pub fn lint(subject: &Subject<'_>, level: Level) -> Vec<Finding> {
    let (text, unreadable) = decode(subject.bytes);
    let document = document(&text);
    let metadata = document
        .as_ref()
        .map_or_else(Metadata::default, |document| {
            metadata::of(&text, &document.entries)
        });
    let file = File {
        subject,
        text,
        document,
        metadata,
    };
    let mut findings = lint_load::findings(&file, unreadable);
    if level >= Level::Spec {
        findings.extend(lint_spec::findings(&file));
        for finding in &mut findings {
            weigh(finding, &file);
        }
    }
    if level >= Level::Strict {
        findings.extend(lint_strict::findings(&file));
    }
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

/// Makes an error of what the specification demands.
fn weigh(finding: &mut Finding, file: &File<'_>) {
    if file.is_skill() && lint_spec::DEMANDS.contains(&finding.code) {
        finding.severity = Severity::Error;
    }
}

impl File<'_> {
    /// Whether it is a skill's: the specification speaks of no others.
    pub(super) fn is_skill(&self) -> bool {
        self.subject.id.kind == crate::model::name::ArtifactType::Skill
    }

    /// A warning at the place of a byte.
    pub(super) fn warning(
        &self,
        code: &'static str,
        message: impl Into<String>,
        offset: usize,
    ) -> Finding {
        at(
            Finding::new(Severity::Warning, code, message),
            &self.text,
            offset,
        )
    }
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
