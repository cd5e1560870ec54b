//! Messages of commits.

use unicode_width::UnicodeWidthChar;

use crate::model::change::Change;

/// The widest subject, in columns, as git's own tools show it whole.
const SUBJECT_COLUMNS: usize = 72;

/// How many changes a body lists.
const LISTED: usize = 200;

/// The key of the trailer that names the operation.
pub const OPERATION: &str = "Skillmeat-Operation";

/// The trailers of a commit.
pub fn trailers(operation: &str, other: Option<&(&str, String)>) -> String {
    let other = other.map(|(key, value)| format!("{key}: {value}\n"));
    format!("{OPERATION}: {operation}\n{}", other.unwrap_or_default())
}

/// The message of a commit: the subject, one line a change when there are several, and the trailers.
pub fn message(subject: &str, changes: &[Change], files: &[String], trailers: &str) -> String {
    use std::fmt::Write;
    let mut text = cut(subject);
    text.push_str("\n\n");
    let lines: Vec<String> = changes
        .iter()
        .map(ToString::to_string)
        .chain(files.iter().cloned())
        .collect();
    if lines.len() > 1 {
        for line in lines.iter().take(LISTED) {
            text.push_str(line);
            text.push('\n');
        }
        if lines.len() > LISTED {
            let _ = writeln!(text, "and {} more", lines.len() - LISTED);
        }
        text.push('\n');
    }
    text.push_str(trailers);
    text
}

fn cut(subject: &str) -> String {
    let columns = |text: &str| text.chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    let subject: String = subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if columns(&subject) <= SUBJECT_COLUMNS {
        return subject;
    }
    let mut used = 0;
    let mut short: String = subject
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used < SUBJECT_COLUMNS
        })
        .collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_fits_and_the_trailer_stands_alone() {
        let text = message(
            &format!("group: create \"{}\"", "ü".repeat(80)),
            &[],
            &[],
            &trailers("group-create", None),
        );
        let subject = text.lines().next().expect("a subject");
        assert_eq!(subject.chars().count(), 72);
        assert!(subject.ends_with('…'));
        assert!(text.ends_with("…\n\nSkillmeat-Operation: group-create\n"));
    }
}
