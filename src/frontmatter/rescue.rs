//! The rescue: a header that strict YAML refuses is read key by key.
//!
//! Each top-level segment (a key's line and what follows up to the next key) is parsed alone, so that one bad value can't
//! hide the others; a segment that fails alone is taken as text. Only segments that the metadata needs are parsed, and of a
//! key that stands twice the first that says something counts, which bounds the work.

use std::ops::Range;

use super::line::{Line, lines};
use super::strict;
use super::value::{Entry, KNOWN_KEYS, Kind, Style, Value};

/// A top-level key's line and what follows it.
pub(super) struct Segment {
    /// The key, without quotes.
    pub(super) key: String,
    /// Bytes of the key, with its quotes.
    pub(super) key_span: Range<usize>,
    /// Where the value may begin: just behind the colon.
    pub(super) value: usize,
    /// All of its lines.
    pub(super) range: Range<usize>,
}

/// Which table a segment stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The header itself.
    Top,
    /// The table `metadata`, in which no other table is looked into.
    Inside,
}

/// The entries of a part of a file, as far as they can be told. Keys that the metadata does not need hold nothing.
pub(super) fn rescue(source: &str, range: Range<usize>) -> Vec<Entry> {
    entries(source, range, Level::Top)
}

fn entries(source: &str, range: Range<usize>, level: Level) -> Vec<Entry> {
    let mut used: Vec<&str> = Vec::new();
    segments(source, range)
        .into_iter()
        .map(|segment| {
            let blank = source[segment.value..segment.range.end].trim().is_empty();
            let known = known(&segment.key).filter(|key| !blank && !used.contains(key));
            used.extend(known);
            let value =
                known.map_or_else(|| nothing(&segment), |_| value_of(source, &segment, level));
            Entry {
                key: segment.key,
                key_span: segment.key_span,
                value,
            }
        })
        .collect()
}

/// Whether a line begins with a key as headers have them, such as `name:`.
pub(super) fn is_key_line(line: &str) -> bool {
    key_of(line).is_some()
}

/// Whether a line begins with a key that the metadata needs, or one of the clients' own.
pub(super) fn is_known_key_line(line: &str) -> bool {
    key_of(line).is_some_and(|(key, _)| {
        known(key).is_some() || matches!(key, "model" | "color" | "argument-hint")
    })
}

fn known(key: &str) -> Option<&'static str> {
    KNOWN_KEYS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(key))
}

/// The key at the beginning of a line and the byte behind its colon. A known key may lack the space behind it.
fn key_of(line: &str) -> Option<(&str, usize)> {
    let colon = line.bytes().take(80).position(|byte| byte == b':')?;
    let key = line[..colon].trim_end();
    let bare = unquoted(key);
    let is_word =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    let plain = bare.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && bare.chars().all(is_word);
    let spaced = line[colon + 1..]
        .chars()
        .next()
        .is_none_or(char::is_whitespace);
    (plain && (spaced || known(bare).is_some())).then_some((bare, colon + 1))
}

/// A text without the pair of quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let inner = |quote| {
        text.strip_prefix(quote)
            .and_then(|text: &str| text.strip_suffix(quote))
    };
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// The top-level segments of a part of a file.
pub(super) fn segments(source: &str, range: Range<usize>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut indentation = None;
    for line in lines(source, range.clone()) {
        if let Some(segment) = segment(&line, range.end)
            .filter(|_| line.indentation() <= *indentation.get_or_insert(line.indentation()))
        {
            if let Some(last) = segments.last_mut() {
                last.range.end = line.start;
            }
            segments.push(segment);
        }
    }
    segments
}

/// The segment that a line begins, up to the end of the header.
fn segment(line: &Line<'_>, end: usize) -> Option<Segment> {
    let (key, value) = key_of(line.trimmed())?;
    let start = line.start + line.indentation();
    let quotes = usize::from(line.trimmed().starts_with(['"', '\'']));
    let key_span = start..start + key.len() + 2 * quotes;
    Some(Segment {
        key: key.to_owned(),
        key_span,
        value: start + value,
        range: line.start..end,
    })
}

fn nothing(segment: &Segment) -> Value {
    Value {
        span: segment.value..segment.value,
        kind: Kind::Text(String::new(), Style::Loose),
    }
}

/// What a segment holds: parsed alone, or as text.
fn value_of(source: &str, segment: &Segment, level: Level) -> Value {
    if let Ok(mut entries) = strict::parse(source, segment.range.clone())
        && entries.len() == 1
        && let Some(entry) = entries.pop()
    {
        return entry.value;
    }
    let span = segment.value..segment.range.end;
    if level == Level::Top && segment.key.eq_ignore_ascii_case("metadata") {
        let below = source[span.clone()]
            .find('\n')
            .map_or(span.end, |at| span.start + at + 1);
        return Value {
            kind: Kind::Table(entries(source, below..span.end, Level::Inside)),
            span,
        };
    }
    Value {
        kind: Kind::Text(loose_text(&source[span.clone()]), Style::Loose),
        span,
    }
}

/// The text of a segment that is not YAML: its lines joined by spaces, without a block's sign and without quotes around it.
pub(super) fn loose_text(raw: &str) -> String {
    let is_block_sign = |line: &str| {
        line.starts_with(['|', '>'])
            && line[1..]
                .chars()
                .all(|sign| matches!(sign, '+' | '-' | '0'..='9'))
    };
    let lines = raw.lines().map(str::trim).enumerate();
    let kept: Vec<&str> = lines
        .filter(|(index, line)| !line.is_empty() && (*index > 0 || !is_block_sign(line)))
        .map(|(_, line)| line)
        .collect();
    without_quotes(&kept.join(" "))
}

/// The text without the quotes around it, or without one that is never closed.
fn without_quotes(text: &str) -> String {
    let inner = unquoted(text);
    if inner.len() < text.len() {
        let plain = if text.starts_with('"') {
            inner.replace("\\n", " ").replace("\\\"", "\"")
        } else {
            inner.replace("''", "'")
        };
        return plain.trim().to_owned();
    }
    match text.strip_prefix(['"', '\'']) {
        Some(rest) if !rest.contains(&text[..1]) => rest.trim().to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(String, String)> {
        let text = |value: &Value| match &value.kind {
            Kind::Text(text, _) => text.clone(),
            _ => source[value.span.clone()].to_owned(),
        };
        rescue(source, 0..source.len())
            .iter()
            .map(|entry| (entry.key.clone(), text(&entry.value)))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn one_bad_value_does_not_hide_the_others() {
        let source =
            "name: deploy\ndescription: Use this: now\ntags: [a, b]\nargument-hint: [a] | b\n";
        let expected = [
            ("name", "deploy"),
            ("description", "Use this: now"),
            ("tags", "[a, b]"),
            ("argument-hint", ""),
        ];
        assert_eq!(texts(source), pairs(&expected));
    }

    #[test]
    fn a_segment_that_fails_alone_is_text() {
        assert_eq!(
            texts("description: >\n\tone: two\n\tthree\n"),
            pairs(&[("description", "one: two three")])
        );
        assert_eq!(
            texts("description: \"never: closed\n"),
            pairs(&[("description", "never: closed")])
        );
        assert_eq!(
            texts("description: \"a \\\"b\\\" \\d: c\"\n"),
            pairs(&[("description", "a \"b\" \\d: c")])
        );
        assert_eq!(texts("tools: *\n"), pairs(&[("tools", "*")]));
        assert_eq!(texts("name:deploy\n"), pairs(&[("name", "deploy")]));
    }

    #[test]
    fn the_first_that_says_something_counts() {
        let source = "name:\nname: a\nname: b\n";
        assert_eq!(
            texts(source),
            pairs(&[("name", ""), ("name", "a"), ("name", "")])
        );
    }

    #[test]
    fn a_bad_metadata_table_is_rescued_too() {
        let source = "metadata:\n  author: mia\n  note: a: b\n  version: 1.10\n";
        let entries = rescue(source, 0..source.len());
        let Kind::Table(inner) = &entries[0].value.kind else {
            panic!("a table")
        };
        assert_eq!(
            inner
                .iter()
                .map(|entry| entry.key.as_str())
                .collect::<Vec<_>>(),
            ["author", "note", "version"]
        );
    }
}
