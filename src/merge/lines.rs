//! What differs between two texts, line by line, and word by word in lines that have a counterpart.

use std::borrow::Cow;
use std::time::Duration;

use similar::{ChangeTag, InlineChange, TextDiff};

use crate::model::hunk::{Hunk, Line, Origin, Piece};

/// How many lines that both texts share stand around what differs.
const CONTEXT: usize = 3;

/// After this time, texts that have little in common are no longer looked through for the shortest answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The stretches in which two texts differ. The end of the last line is no difference.
pub fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (old, new) = (ended(old), ended(new));
    let difference = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(&*old, &*new);
    let groups = difference.grouped_ops(CONTEXT);
    let hunks = groups.iter().map(|operations| {
        let lines: Vec<Line> = operations
            .iter()
            .flat_map(|operation| difference.iter_inline_changes(operation))
            .map(|change| line(&change))
            .collect();
        let first = operations.first();
        let old = first.map_or(0, |operation| operation.old_range().start);
        let new = first.map_or(0, |operation| operation.new_range().start);
        numbered(old, new, lines)
    });
    hunks.collect()
}

/// A text whose last line has an end.
fn ended(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.ends_with('\n') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text}\n"))
    }
}

/// A hunk of lines after so many others.
fn numbered(old: usize, new: usize, lines: Vec<Line>) -> Hunk {
    let count = |without: Origin| lines.iter().filter(|line| line.origin != without).count();
    let (old_count, new_count) = (count(Origin::New), count(Origin::Old));
    Hunk {
        old_start: old + usize::from(old_count > 0),
        old_count,
        new_start: new + usize::from(new_count > 0),
        new_count,
        lines,
    }
}

fn line(change: &InlineChange<'_, str>) -> Line {
    // The carriage return of a line that differs may be what differs.
    let ends: &[char] = match change.tag() {
        ChangeTag::Equal => &['\n', '\r'],
        _ => &['\n'],
    };
    let pieces = change
        .iter_strings_lossy()
        .map(|(differs, text)| {
            let text = text.trim_end_matches(ends).to_owned();
            if differs {
                Piece::Differs(text)
            } else {
                Piece::Same(text)
            }
        })
        .filter(|piece| !piece.text().is_empty());
    Line {
        origin: match change.tag() {
            ChangeTag::Equal => Origin::Both,
            ChangeTag::Delete => Origin::Old,
            ChangeTag::Insert => Origin::New,
        },
        pieces: pieces.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for hunk in hunks(old, new) {
            lines.push(hunk.heading());
            let of_line = |line: &Line| {
                let pieces = line.pieces.iter().map(|piece| match piece {
                    Piece::Same(text) => text.clone(),
                    Piece::Differs(text) => format!("[{text}]"),
                });
                format!("{}{}", line.origin.sign(), pieces.collect::<String>())
            };
            lines.extend(hunk.lines.iter().map(of_line));
        }
        lines
    }

    #[test]
    fn words_that_differ_are_told_within_their_lines() {
        let old = "Signs tokens with RSA keys.\nand more\n";
        let new = "Signs tokens with EC keys.\nand more\n";
        assert_eq!(
            shown(old, new),
            [
                "@@ -1,2 +1,2 @@",
                "-Signs tokens with [RSA] keys.",
                "+Signs tokens with [EC] keys.",
                " and more"
            ]
        );
    }

    #[test]
    fn hunks_are_numbered_as_git_numbers_them() {
        let numbers: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
        let old = numbers.join("\n") + "\n";
        let new = old.replace("\n10\n", "\nten\n") + "21\n";
        let told = shown(&old, &new);
        assert_eq!(told[0], "@@ -7,7 +7,7 @@");
        assert_eq!(told[9], "@@ -18,3 +18,4 @@");
        assert_eq!(shown("", "a\n"), ["@@ -0,0 +1 @@", "+a"]);
        assert_eq!(shown("a\nb\n", ""), ["@@ -1,2 +0,0 @@", "-a", "-b"]);
        assert!(shown("a\n", "a").is_empty());
    }
}
