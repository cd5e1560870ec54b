//! Rules of the level `strict`: what the specification and its authors' guide advise, for skills only.

use crate::model::finding::Finding;

use super::line::lines;
use super::lint::{File, MOST};
use super::lint_links::{Reference, references};
use super::lint_load::{Written, written};
use super::read::Document;
use super::value::Kind;

/// Lines that a skill's file should have, at most.
const LINES: usize = 500;

/// Links of a file that are followed, at most.
const MOST_LINKS: usize = 1_000;

/// Words by which a description says when to use a skill.
const WHEN: [&str; 11] = [
    "when", "whenever", "if", "before", "after", "while", "during", "asks", "needs", "trigger",
    "triggers",
];
/// Words that do so behind a form of "use".
const USE_FOR: [&str; 9] = ["for", "to", "this", "it", "in", "on", "with", "as", "by"];

/// All findings of the level.
pub(super) fn findings(file: &File<'_>) -> Vec<Finding> {
    let Some(document) = file.document.as_ref().filter(|_| file.is_skill()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    found.extend(length(file, document));
    found.extend(description(file, document));
    found.extend(name(file, document));
    found.extend(
        references(&file.text, document.header.body)
            .iter()
            .take(MOST_LINKS)
            .filter_map(|reference| lost(file, reference))
            .take(MOST),
    );
    found
}

/// "Progressive disclosure": under 500 lines.
fn length(file: &File<'_>, document: &Document) -> Option<Finding> {
    let count = lines(&file.text, 0..file.text.len()).count();
    (count >= LINES).then(|| {
        let message = format!("The file has {count} lines; under {LINES} are advised, the rest in files that it names.");
        file.warning("body-too-long", message, document.header.body)
    })
}

/// "`description` field": what the skill does, and when to use it. Angle brackets end up in a client's prompt.
fn description(file: &File<'_>, document: &Document) -> Vec<Finding> {
    let Written::As(value) = written(&document.entries, "description") else {
        return Vec::new();
    };
    let Kind::Text(text, _) = &value.kind else {
        return Vec::new();
    };
    let place = value.span.start;
    let silent = (!says_when(text)).then(|| {
        let message = "`description` does not say when to use the skill.";
        file.warning("description-no-occasion", message, place)
    });
    let markup = has_markup(text).then(|| {
        let message = "`description` holds markup in angle brackets.";
        file.warning("description-markup", message, place)
    });
    silent.into_iter().chain(markup).collect()
}

fn says_when(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let use_for =
        |pair: &[&str]| ["use", "used", "useful"].contains(&pair[0]) && USE_FOR.contains(&pair[1]);
    words.iter().any(|word| WHEN.contains(word)) || words.windows(2).any(use_for)
}

/// Whether there is something like `<tag>` or `</tag>` in a text.
fn has_markup(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        rest.starts_with(char::is_alphabetic) && rest.contains('>')
    })
}

/// Names with the vendor's words are refused where skills are uploaded.
fn name(file: &File<'_>, document: &Document) -> Option<Finding> {
    let Written::As(value) = written(&document.entries, "name") else {
        return None;
    };
    let Kind::Text(text, _) = &value.kind else {
        return None;
    };
    let word = ["anthropic", "claude"]
        .into_iter()
        .find(|word| text.to_lowercase().contains(word))?;
    let message = format!("The name holds the reserved word {word:?}.");
    Some(file.warning("name-reserved", message, value.span.start))
}

/// "File references": relative paths from the skill's folder, to files that are there.
fn lost(file: &File<'_>, reference: &Reference) -> Option<Finding> {
    let path = &reference.path;
    let Some(inside) = inside(path) else {
        let message = format!("{path:?} leads out of the skill's folder.");
        return Some(file.warning("reference-outside", message, reference.at));
    };
    (!(file.subject.has)(&inside)).then(|| {
        let message = format!("{path:?} is not in the skill's folder.");
        file.warning("reference-missing", message, reference.at)
    })
}

/// The path without `.` and `..`; nothing when it leads out of the folder.
fn inside(path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) || path.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
