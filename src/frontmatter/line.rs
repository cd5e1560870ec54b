//! Lines of a text with their places, and the shapes of lines that tell a header from prose.

use std::ops::Range;

/// A line and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'text> {
    /// Byte offset of its first character.
    pub(super) start: usize,
    /// Byte offset of the next line.
    pub(super) next: usize,
    /// The line without its break and without white space at its end.
    pub(super) text: &'text str,
}

impl<'text> Line<'text> {
    /// Whether nothing but white space is on it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// The line without white space at either end.
    pub(super) fn trimmed(&self) -> &'text str {
        self.text.trim_start()
    }

    /// Bytes of white space before its first other character.
    pub(super) fn indentation(&self) -> usize {
        self.text.len() - self.trimmed().len()
    }
}

/// The lines of a part of the text, with offsets into the whole text.
pub(super) fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Line<'_>> {
    let mut start = range.start;
    text[range].split_inclusive('\n').map(move |line| {
        let this = Line {
            start,
            next: start + line.len(),
            text: line.trim_end(),
        };
        start = this.next;
        this
    })
}

/// The 1-based line and column (in characters) of a byte offset.
pub(super) fn place(text: &str, offset: usize) -> (u32, u32) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].chars().count() + 1;
    (
        u32::try_from(line).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    )
}

/// The text of a line that is a Markdown heading, such as `## Usage`.
pub(super) fn heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with([' ', '\t']))
        .then(|| rest.trim().trim_end_matches('#').trim_end())
}

/// The marker and the word after it of a line that opens a code fence.
pub(super) fn fence(line: &str) -> Option<(&str, &str)> {
    let first = line
        .chars()
        .next()
        .filter(|character| matches!(character, '`' | '~'))?;
    let info = line.trim_start_matches(first);
    let marker = &line[..line.len() - info.len()];
    (marker.len() >= 3 && !info.contains('`')).then(|| (marker, info.trim()))
}

/// Whether the line closes the fence that the marker opened.
pub(super) fn closes_fence(line: &str, marker: &str) -> bool {
    let line = line.trim();
    line.starts_with(marker) && line.trim_start_matches(&marker[..1]).is_empty()
}
