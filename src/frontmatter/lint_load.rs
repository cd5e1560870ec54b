//! Rules of the level `load`: what makes a client drop or misread a file.

use crate::model::finding::{Finding, Severity};

use super::header::Header;
use super::lint::File;
use super::lint_clients::clients;
use super::read::{Document, oddities};
use super::value::{Entry, Kind, Value};

/// Characters of a name that Codex takes, at most.
const NAME_LENGTH: usize = 64;
/// Characters of a description that Codex takes, at most.
pub(super) const DESCRIPTION_LENGTH: usize = 1024;

/// All findings of the level that matter to the file's type.
pub(super) fn findings(file: &File<'_>, unreadable: Vec<Finding>) -> Vec<Finding> {
    let mut found = unreadable;
    found.extend(oddities(&file.text, file.document.as_ref(), &file.metadata));
    found.extend(file_name(file));
    if let Some(document) = &file.document {
        found.extend(around(file, &document.header));
        found.extend(keys(file, document));
    }
    let kind = &file.subject.id.kind;
    found
        .into_iter()
        .filter_map(|finding| {
            let clients = clients(finding.code, kind)?;
            let place = (finding.line.unwrap_or(1), finding.column.unwrap_or(1));
            let mut finding = finding.at(place.0, place.1).dropped_by(clients);
            finding.severity = Severity::Warning;
            Some(finding)
        })
        .collect()
}

/// `skill.md` is a skill's file to no client that looks for `SKILL.md` on a file system that knows the difference.
fn file_name(file: &File<'_>) -> Option<Finding> {
    let name = file.subject.file_name;
    let is_other = file.is_skill() && name != "SKILL.md";
    is_other.then(|| {
        let message = format!("The file is named {name}; clients look for SKILL.md.");
        file.warning("file-name-case", message, 0)
    })
}

/// What stands before the header and on its first and last line.
fn around(file: &File<'_>, header: &Header) -> Vec<Finding> {
    let text = &*file.text;
    let first = text[header.start..]
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default();
    let before = &text[..header.start];
    let last = text[header.yaml.end..header.body].trim_end();
    let warnings = [
        before.starts_with('\u{feff}').then(|| {
            let message = "A byte order mark stands before the header.";
            file.warning("header-byte-order-mark", message, 0)
        }),
        before.contains('\n').then(|| {
            let message = "Blank lines stand before the header; it must begin on the first line.";
            file.warning("header-not-first", message, header.start)
        }),
        (first.starts_with("---") && first.len() > 3).then(|| {
            let message = "White space follows the `---` that opens the header.";
            file.warning("header-opening-spaces", message, header.start + 3)
        }),
        (last == "...").then(|| {
            let message = "The header is closed by `...`; clients look for `---`.";
            file.warning("header-closed-by-dots", message, header.yaml.end)
        }),
    ];
    warnings.into_iter().flatten().collect()
}

/// What `name`, `description` and `metadata` hold.
fn keys(file: &File<'_>, document: &Document) -> Vec<Finding> {
    let start = document.header.start;
    let entries = &document.entries;
    let mut found = Vec::new();
    match written(entries, "name") {
        Written::Nothing => {
            found.push(file.warning("name-missing", "The header has no name.", start));
        }
        Written::OtherCase(entry) => found.push(other_case(file, "name-case", "name", entry)),
        Written::As(value) => {
            found.extend(not_text(file, ("name-not-text", "name"), value));
            let limit = ("name-too-long", "name", NAME_LENGTH);
            found.extend(too_long(file, limit, value));
        }
    }
    match written(entries, "description") {
        Written::Nothing => {}
        Written::OtherCase(entry) => {
            found.push(other_case(file, "description-case", "description", entry));
        }
        Written::As(value) => {
            let code = ("description-not-text", "description");
            found.extend(not_text(file, code, value));
            let limit = ("description-too-long", "description", DESCRIPTION_LENGTH);
            found.extend(too_long(file, limit, value));
        }
    }
    if let Written::As(value) = written(entries, "metadata")
        && !matches!(value.kind, Kind::Table(_))
    {
        let message = "`metadata` is not a table of keys and values.";
        found.push(file.warning("metadata-not-table", message, value.span.start));
    }
    found
}

/// How a key stands in a header.
pub(super) enum Written<'a> {
    /// Not, or with nothing.
    Nothing,
    /// In another letter case, which clients take for another key.
    OtherCase(&'a Entry),
    /// As it should be.
    As(&'a Value),
}

/// How a key stands among entries.
pub(super) fn written<'a>(entries: &'a [Entry], key: &str) -> Written<'a> {
    let says = |entry: &&Entry| !matches!(&entry.value.kind, Kind::Text(text, _) if text.trim().is_empty());
    let mut said = entries.iter().filter(says);
    if let Some(entry) = said.clone().find(|entry| entry.key == key) {
        return Written::As(&entry.value);
    }
    said.find(|entry| entry.key.eq_ignore_ascii_case(key))
        .map_or(Written::Nothing, Written::OtherCase)
}

fn other_case(file: &File<'_>, code: &'static str, key: &str, entry: &Entry) -> Finding {
    let message = format!(
        "The key is written {:?}; clients look for `{key}`.",
        entry.key
    );
    file.warning(code, message, entry.key_span.start)
}

fn not_text(file: &File<'_>, (code, key): (&'static str, &str), value: &Value) -> Option<Finding> {
    let what = value.not_a_text()?;
    let message = format!("`{key}` is {what}, not a text.");
    Some(file.warning(code, message, value.span.start))
}

/// Codex joins the lines of a text and counts its characters.
fn too_long(
    file: &File<'_>,
    (code, key, most): (&'static str, &str, usize),
    value: &Value,
) -> Option<Finding> {
    let Kind::Text(text, _) = &value.kind else {
        return None;
    };
    let words = text.split_whitespace();
    let length = words.map(|word| word.chars().count() + 1).sum::<usize>();
    let length = length.saturating_sub(1);
    (length > most).then(|| {
        let message = format!("`{key}` has {length} characters; {most} are the most.");
        file.warning(code, message, value.span.start)
    })
}
