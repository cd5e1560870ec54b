//! Texts of a list with their places, however the list is written.

use std::ops::Range;

use super::value::{Entry, Kind, Style, Value, find};

/// One text of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The text, trimmed.
    pub(super) text: String,
    /// Its bytes in the file; those of the whole list's text where the item's own can't be told.
    pub(super) span: Range<usize>,
}

/// The entries that hold tags, in the order in which they count.
pub(super) fn tag_entries(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    let inner = find(entries, "metadata").and_then(|metadata| match &metadata.value.kind {
        Kind::Table(inner) => find(inner, "tags"),
        Kind::Text(..) | Kind::List(_) => None,
    });
    [find(entries, "tags"), find(entries, "keywords"), inner]
        .into_iter()
        .flatten()
}

/// The tags that a value holds.
pub(super) fn tags(source: &str, value: &Value) -> Vec<Item> {
    items(source, value, |_| ',')
}

/// The tools that a value holds. `Bash(git add:*, git push:*), Read` are two; without a comma, spaces separate them.
pub(super) fn tools(source: &str, value: &Value) -> Vec<Item> {
    if let Kind::Table(entries) = &value.kind {
        let refused =
            |entry: &&Entry| matches!(&entry.value.kind, Kind::Text(text, _) if text == "false");
        let item = |entry: &Entry| Item {
            text: entry.key.clone(),
            span: entry.key_span.clone(),
        };
        return entries
            .iter()
            .filter(|entry| !refused(entry))
            .map(item)
            .collect();
    }
    items(source, value, |text| {
        if pieces(text, ',').count() > 1 {
            ','
        } else {
            ' '
        }
    })
}

/// The bytes of a text's pieces in the file, untrimmed, if it is written letter by letter (line breaks aside).
pub(super) fn written_pieces(
    source: &str,
    value: &Value,
    separator: char,
) -> Option<Vec<Range<usize>>> {
    let Kind::Text(text, style) = &value.kind else {
        return None;
    };
    let inner = match style {
        Style::Plain => value.span.clone(),
        Style::Quoted => value.span.start + 1..value.span.end.saturating_sub(1),
        Style::Block | Style::Loose => return None,
    };
    let written = source.get(inner.clone())?;
    let same = written.split_whitespace().eq(text.split_whitespace());
    let place = |piece: Range<usize>| inner.start + piece.start..inner.start + piece.end;
    same.then(|| pieces(written, separator).map(place).collect())
}

/// The pieces of a text between separators that stand outside parentheses, with their byte ranges, untrimmed.
pub(super) fn pieces(text: &str, separator: char) -> impl Iterator<Item = Range<usize>> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut rest = text.char_indices().chain([(text.len(), separator)]);
    std::iter::from_fn(move || {
        for (at, character) in rest.by_ref() {
            match character {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if at == text.len() || (depth == 0 && character == separator) {
                let piece = start..at;
                start = at + separator.len_utf8();
                return Some(piece);
            }
        }
        None
    })
}

fn items(source: &str, value: &Value, separator: impl Fn(&str) -> char) -> Vec<Item> {
    match &value.kind {
        Kind::List(values) => values.iter().filter_map(single).collect(),
        Kind::Text(_, Style::Loose) => loose(source, value, separator),
        Kind::Text(text, _) => {
            let separator = separator(text);
            let written = written_pieces(source, value, separator).unwrap_or_default();
            let span = |index: usize| written.get(index).unwrap_or(&value.span).clone();
            let found = pieces(text, separator).enumerate();
            found
                .filter_map(|(index, piece)| item(&text[piece], span(index)))
                .collect()
        }
        Kind::Table(_) => Vec::new(),
    }
}

fn single(value: &Value) -> Option<Item> {
    match &value.kind {
        Kind::Text(text, _) => item(text, value.span.clone()),
        Kind::List(_) | Kind::Table(_) => None,
    }
}

fn item(text: &str, span: Range<usize>) -> Option<Item> {
    let text = text.trim();
    (!text.is_empty()).then(|| Item {
        text: text.to_owned(),
        span,
    })
}

/// The items of a list that is not YAML: one a line behind dashes, or separated, in brackets or not.
fn loose(source: &str, value: &Value, separator: impl Fn(&str) -> char) -> Vec<Item> {
    let raw = source[value.span.clone()].trim();
    let bare = |text: &str| text.trim().trim_matches(['"', '\'']).to_owned();
    let texts: Vec<String> = if raw.starts_with("- ") {
        raw.lines()
            .map(|line| bare(line.trim().trim_start_matches("- ")))
            .collect()
    } else {
        let inner = raw.trim_start_matches('[').trim_end_matches(']');
        pieces(inner, separator(inner))
            .map(|piece| bare(&inner[piece]))
            .collect()
    };
    texts
        .iter()
        .filter_map(|text| item(text, value.span.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::frontmatter::{rescue, strict};

    fn texts(items: Vec<Item>) -> Vec<String> {
        items.into_iter().map(|item| item.text).collect()
    }

    fn first(source: &str) -> Value {
        let entries = strict::parse(source, 0..source.len())
            .unwrap_or_else(|_| rescue::rescue(source, 0..source.len()));
        entries.into_iter().next().unwrap().value
    }

    #[rstest]
    #[case::flow("tags: [a, 'b c', 1.10]\n", &["a", "b c", "1.10"])]
    #[case::block("tags:\n- a\n- \"b\"\n", &["a", "b"])]
    #[case::commas("tags: a, b c ,, d\n", &["a", "b c", "d"])]
    #[case::block_text("tags: >\n  a,\n  b\n", &["a", "b"])]
    #[case::nothing("tags: []\n", &[])]
    #[case::not_texts("tags: [a, {b: c}, [d]]\n", &["a"])]
    #[case::loose("tags: [a, 'b'\n", &["a", "b"])]
    #[case::loose_block("tags:\n  - a\n  - *\n", &["a", "*"])]
    fn tags_are_read(#[case] source: &str, #[case] expected: &[&str]) {
        assert_eq!(texts(tags(source, &first(source))), expected);
    }

    #[rstest]
    #[case::parentheses("tools: Bash(git add:*, git push:*), Read\n", &["Bash(git add:*, git push:*)", "Read"])]
    #[case::spaces("tools: Read Bash(git commit:*) Edit\n", &["Read", "Bash(git commit:*)", "Edit"])]
    #[case::list("tools: [Read, \"Bash(a, b)\"]\n", &["Read", "Bash(a, b)"])]
    #[case::star("tools: *\n", &["*"])]
    #[case::table("tools:\n  read: true\n  write: false\n", &["read"])]
    #[case::never_closed("tools: Bash(a, Read\n", &["Bash(a, Read"])]
    fn tools_are_read(#[case] source: &str, #[case] expected: &[&str]) {
        assert_eq!(texts(tools(source, &first(source))), expected);
    }

    #[test]
    fn items_know_their_places() {
        let source = "tags: \"a, b\"\n";
        let spans: Vec<_> = tags(source, &first(source))
            .into_iter()
            .map(|item| &source[item.span])
            .collect();
        assert_eq!(spans, ["a", " b"]);
    }
}
