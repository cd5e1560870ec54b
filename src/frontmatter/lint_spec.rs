//! Rules of the level `spec`: the specification of Agent Skills (<https://agentskills.io/specification>). It speaks of
//! skills only.

use crate::model::finding::Finding;

use super::lint::{File, MOST};
use super::lint_load::{DESCRIPTION_LENGTH, Written, written};
use super::read::{Document, Trust};
use super::value::{Entry, Kind, Value};

/// Findings, of this level and below, that break what the specification demands.
pub(super) const DEMANDS: [&str; 20] = [
    "body-missing",
    "compatibility-length",
    "compatibility-not-text",
    "description-case",
    "description-missing",
    "description-not-text",
    "description-too-long",
    "file-name-case",
    "header-closed-by-dots",
    "header-fenced",
    "header-missing",
    "header-not-first",
    "header-not-strict",
    "header-unclosed",
    "name-case",
    "name-form",
    "name-missing",
    "name-not-folder",
    "name-not-text",
    "name-too-long",
];

/// The keys that the specification knows.
const KEYS: [&str; 6] = [
    "name",
    "description",
    "license",
    "compatibility",
    "metadata",
    "allowed-tools",
];
/// Characters of `compatibility`, at most.
const COMPATIBILITY_LENGTH: usize = 500;

/// All findings of the level.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let Some(document) = file.document.as_ref().filter(|_| file.is_skill()) else {
        return Vec::new();
    };
    let mut found: Vec<Finding> = Vec::new();
    found.extend(name(file, &document.entries));
    found.extend(description(file, &document.entries));
    found.extend(compatibility(file, document));
    found.extend(license(file, &document.entries));
    found.extend(metadata(file, &document.entries));
    found.extend(tools(file, &document.entries));
    found.extend(unknown_keys(file, &document.entries));
    found.extend(body(file, document));
    found
}

/// "`name` field": lower-case letters, digits and hyphens, none at either end and no two together; the folder's name.
fn name(file: &File<'_>, entries: &[Entry]) -> Vec<Finding> {
    let Written::As(value) = written(entries, "name") else {
        return Vec::new();
    };
    let (Kind::Text(text, _), place) = (&value.kind, value.span.start) else {
        return Vec::new();
    };
    let name = text.trim();
    let folder = file.subject.id.name.as_str();
    let form = name_fault(name).map(|fault| {
        let message = format!("The name {name:?} {fault}.");
        file.warning("name-form", message, place)
    });
    let other = (name != folder).then(|| {
        let message =
            format!("The name is {name:?} and the folder's {folder:?}; they must be equal.");
        file.warning("name-not-folder", message, place)
    });
    form.into_iter().chain(other).collect()
}

fn name_fault(name: &str) -> Option<&'static str> {
    let is_allowed =
        |letter: char| letter == '-' || letter.is_alphanumeric() && !letter.is_uppercase();
    if !name.chars().all(is_allowed) {
        Some("may hold only lower-case letters, digits and hyphens")
    } else if name.starts_with('-') || name.ends_with('-') {
        Some("must not begin or end with a hyphen")
    } else if name.contains("--") {
        Some("must not hold two hyphens together")
    } else {
        None
    }
}

/// "`description` field": 1 to 1,024 characters. Those that are too many only with their line breaks are found here.
fn description(file: &File<'_>, entries: &[Entry]) -> Option<Finding> {
    let Written::As(value) = written(entries, "description") else {
        return None;
    };
    let Kind::Text(text, _) = &value.kind else {
        return None;
    };
    let joined: usize = text
        .split_whitespace()
        .map(|word| word.chars().count() + 1)
        .sum();
    let length = text.trim().chars().count();
    (length > DESCRIPTION_LENGTH && joined <= DESCRIPTION_LENGTH + 1).then(|| {
        let message =
            format!("`description` has {length} characters; {DESCRIPTION_LENGTH} are the most.");
        file.warning("description-too-long", message, value.span.start)
    })
}

/// "`compatibility` field": a text of 1 to 500 characters.
/// What the rescue did not read is not judged.
fn compatibility(file: &File<'_>, document: &Document) -> Option<Finding> {
    let entry = document
        .entries
        .iter()
        .find(|entry| entry.key == "compatibility")?;
    if let Some(what) = entry.value.not_a_text() {
        let message = format!("`compatibility` is {what}, not a text.");
        return Some(file.warning("compatibility-not-text", message, entry.value.span.start));
    }
    let Kind::Text(text, _) = &entry.value.kind else {
        return None;
    };
    let length = text.trim().chars().count();
    (!(1..=COMPATIBILITY_LENGTH).contains(&length) && document.trust == Trust::Strict).then(|| {
        let message = format!(
            "`compatibility` has {length} characters; 1 to {COMPATIBILITY_LENGTH} are allowed."
        );
        file.warning("compatibility-length", message, entry.key_span.start)
    })
}

/// "`license` field": a text.
fn license(file: &File<'_>, entries: &[Entry]) -> Option<Finding> {
    let Written::As(value) = written(entries, "license") else {
        return None;
    };
    let what = value.not_a_text()?;
    let message = format!("`license` is {what}, not a text.");
    Some(file.warning("license-not-text", message, value.span.start))
}

/// "`metadata` field": "a map from string keys to string values".
fn metadata(file: &File<'_>, entries: &[Entry]) -> Vec<Finding> {
    let Written::As(Value {
        kind: Kind::Table(inner),
        ..
    }) = written(entries, "metadata")
    else {
        return Vec::new();
    };
    let odd = inner.iter().filter_map(|entry| {
        let what = entry.value.not_a_text()?;
        let message = format!("`{}` in `metadata` is {what}, not a text.", entry.key);
        Some(file.warning("metadata-not-text", message, entry.value.span.start))
    });
    odd.take(MOST).collect()
}

/// "`allowed-tools` field": a text with spaces between the tools, or a list of texts.
fn tools(file: &File<'_>, entries: &[Entry]) -> Option<Finding> {
    let Written::As(value) = written(entries, "allowed-tools") else {
        return None;
    };
    let fault = match &value.kind {
        Kind::Table(_) => "is a table; a list or a text is expected",
        Kind::List(items) if items.iter().any(|item| item.not_a_text().is_some()) => {
            "holds something that is not a text"
        }
        Kind::Text(text, _) if super::places::pieces(text, ',').count() > 1 => {
            "separates tools by commas; spaces, or a list, are expected"
        }
        Kind::List(_) | Kind::Text(..) => return None,
    };
    let message = format!("`allowed-tools` {fault}.");
    Some(file.warning("allowed-tools-form", message, value.span.start))
}

/// "Frontmatter": six keys.
fn unknown_keys(file: &File<'_>, entries: &[Entry]) -> Vec<Finding> {
    let is_known = |key: &str| KEYS.iter().any(|known| known.eq_ignore_ascii_case(key));
    let unknown = entries.iter().filter(|entry| !is_known(&entry.key));
    unknown
        .take(MOST)
        .map(|entry| {
            let message = format!(
                "The specification does not know the key {:?}; what is not in it belongs under `metadata`.",
                entry.key
            );
            file.warning("unknown-key", message, entry.key_span.start)
        })
        .collect()
}

/// "`SKILL.md` format": the header is "followed by Markdown content".
fn body(file: &File<'_>, document: &Document) -> Option<Finding> {
    let empty = file.text[document.header.body..].trim().is_empty();
    empty.then(|| {
        let message = "Nothing follows the header: the skill has no instructions.";
        file.warning("body-missing", message, document.header.start)
    })
}
