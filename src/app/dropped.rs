//! What an edit by hand took out of the manifest, for people to see: another tool that writes the file anew keeps only
//! what it knows.

use std::collections::HashMap;

use crate::manifest::Document;
use crate::model::datum::Datum;
use crate::model::layout::MANIFEST;
use crate::model::row::{RowKey, Table};
use crate::store::git::id::TreeEntry;

use super::error::AppError;
use super::view::View;

/// What the committed manifest holds and the work tree's does not: rows, fields, entries of lists, tables that nobody
/// here knows, and comments.
pub(super) fn dropped_by_hand(
    view: &View<'_>,
    committed: TreeEntry,
) -> Result<Vec<String>, AppError> {
    let stored = view.repository.blob(committed.blob)?;
    // What can't be read can't be compared.
    let Ok(before) = Document::scan(stored) else {
        return Ok(Vec::new());
    };
    dropped(&before, view.document)
}

fn dropped(before: &Document, after: &Document) -> Result<Vec<String>, AppError> {
    let pairs = after.row_pairs_since(before)?;
    let mut told = Vec::new();
    let mut both: Vec<RowKey> = Vec::new();
    for pair in pairs {
        match pair {
            (Some(row), None) => told.push(row.key().to_string()),
            (Some(_), Some(row)) => both.push(row.key()),
            (None, _) => {}
        }
    }
    let said = before.said_by(&both).into_iter().zip(after.said_by(&both));
    for (key, (was, is)) in both.iter().zip(said) {
        let is: HashMap<_, _> = is.into_iter().flatten().collect();
        for (path, was) in was.into_iter().flatten() {
            match (was, is.get(&path)) {
                (was, _) if was.is_empty() => {}
                (_, None) => told.push(format!("{path} of {key}")),
                (Datum::List(was), Some(Datum::List(is))) => {
                    let gone = was.iter().filter(|entry| !is.contains(entry));
                    told.extend(gone.map(|entry| format!("{entry} in {path} of {key}")));
                }
                _ => {}
            }
        }
    }
    let [was, is] = [before, after].map(|document| String::from_utf8_lossy(document.bytes()));
    told.extend(gone(&was, &is, unknown_table));
    let comments = gone(&was, &is, comment).len();
    if comments > 0 {
        let lines = if comments == 1 { "line" } else { "lines" };
        told.push(format!("{comments} {lines} of comments"));
    }
    Ok(told)
}

/// The lines of one kind that the second text has fewer times.
fn gone(was: &str, is: &str, kind: fn(&str) -> Option<&str>) -> Vec<String> {
    let mut there: HashMap<&str, usize> = HashMap::new();
    for line in is.lines().filter_map(kind) {
        *there.entry(line).or_default() += 1;
    }
    let is_gone = |line: &&str| match there.get_mut(*line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let lines = was.lines().filter_map(kind).filter(is_gone);
    lines.map(str::to_owned).collect()
}

fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    line.starts_with('#').then_some(line)
}

/// The header of a table that is none of the manifest's own.
fn unknown_table(line: &str) -> Option<&str> {
    let header = line.trim_end();
    let name = header.strip_prefix('[')?.trim_start_matches('[');
    let first = name.split([']', '.']).next()?.trim();
    let known = Table::OF_ROWS.map(Table::as_str);
    let is_known = known.contains(&first) || ["collection", "tool"].contains(&first);
    (!is_known && header.ends_with(']')).then_some(header)
}

/// What was dropped, in one sentence, with the command that brings it back.
pub(super) fn sentence(dropped: &[String], commit: &str) -> Option<String> {
    const SHOWN: usize = 8;
    if dropped.is_empty() {
        return None;
    }
    let mut list = dropped[..dropped.len().min(SHOWN)].join("; ");
    if dropped.len() > SHOWN {
        list = format!("{list}; and {} more", dropped.len() - SHOWN);
    }
    Some(format!(
        "The edits made by hand in {commit} took out of {MANIFEST}: {list}. `skillmeat undo {commit}` takes them back."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_is_told_and_what_came_or_moved_is_not() {
        let before = "# of the team\n[collection]\nname = \"x\"\n\n[notes]\nwho = \"mia\"\n\n[[groups]]\nname = \"A\"\n\
             owner = \"mia\"\ntags = [\"critical\"]\nmembers = [\"skill:a\", \"skill:b\"]\n\n[[groups]]\nname = \"B\"\n\
             description = \"\"\n\n[[ratings]]\nartifact = \"skill:a\"\nrating = 5\nby = \"mia@example.com\"\n";
        let after = "groups = [\n    { name = \"C\" },\n    { name = \"A\", members = [\"skill:b\", \"skill:c\"] },\n]\n\n\
             [collection]\nname = \"x\"\n";
        let scan = |text: &str| Document::scan(text.as_bytes().to_vec()).expect("scanned");
        let told = dropped(&scan(before), &scan(after)).expect("compared");
        assert_eq!(
            told,
            [
                "group:B",
                "rating:skill:a:mia@example.com",
                "skill:a in members of group:A",
                "owner of group:A",
                "tags of group:A",
                "[notes]",
                "1 line of comments",
            ]
        );
        assert_eq!(sentence(&[], "1a2b"), None);
        assert!(
            dropped(&scan(before), &scan(before))
                .expect("compared")
                .is_empty()
        );
    }
}
