//! Links in a Markdown text to files beside it.

use super::line::{closes_fence, fence, lines};

/// Bytes of a line that are looked at; what is longer was not written by a person.
const LINE_LENGTH: usize = 8 << 10;

/// A link to a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The path as it is meant, without fragment and title.
    pub(super) path: String,
    /// Byte offset of the link's target.
    pub(super) at: usize,
}

/// The links of a body that name files: not addresses, not places in the same text, not placeholders, and nothing in
/// code.
pub(super) fn references(text: &str, from: usize) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut open: Option<&str> = None;
    for line in lines(text, from..text.len()) {
        if let Some(marker) = open {
            open = (!closes_fence(line.text, marker)).then_some(marker);
            continue;
        }
        open = fence(line.trimmed()).map(|(marker, _)| marker);
        if open.is_none() {
            let end = line.text.floor_char_boundary(LINE_LENGTH);
            found.extend(on_line(&line.text[..end], line.start));
        }
    }
    found
}

fn on_line(line: &str, start: usize) -> Vec<Reference> {
    let code = code_spans(line);
    let mut found = Vec::new();
    for (at, _) in line.match_indices("](") {
        let begin = at + 2;
        let in_code = code.iter().any(|span| span.contains(&at));
        let Some(end) = target_end(&line[begin..]).filter(|_| !in_code) else {
            continue;
        };
        if let Some(path) = path_of(&line[begin..begin + end]) {
            let at = start + begin;
            found.push(Reference { path, at });
        }
    }
    found
}

/// Where a link's target ends: at the parenthesis that closes it.
fn target_end(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The bytes of a line between backquotes.
fn code_spans(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(open) = line[from..].find('`').map(|at| from + at) {
        let ticks = line[open..].len() - line[open..].trim_start_matches('`').len();
        let marker = &line[open..open + ticks];
        from = open + ticks;
        if let Some(close) = line[from..].find(marker) {
            from += close + ticks;
            spans.push(open..from);
        }
    }
    spans
}

/// The path that a target names, if it names a file.
fn path_of(target: &str) -> Option<String> {
    let target = target.trim();
    let target = match target.strip_prefix('<') {
        Some(rest) => rest.split('>').next()?,
        None => target.split_whitespace().next()?,
    };
    let path = target.split(['#', '?']).next()?;
    let is_address = path.contains(':') || path.starts_with("//");
    let is_placeholder =
        path.contains(['{', '}', '<', '>', '*', '$', '|', '[', ']']) || path.contains("...");
    (!path.is_empty() && !is_address && !is_placeholder).then(|| decoded(path))
}

/// A path without its percent signs.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("See [the guide](references/guide.md).", &["references/guide.md"])]
    #[case::two("[a](a.md) and ![b](img/b.png \"B\")", &["a.md", "img/b.png"])]
    #[case::fragment("[a](a.md#part) [b](#part)", &["a.md"])]
    #[case::address("[a](https://example.com/a.md) [b](mailto:jo@example.com) [c](//example.com)", &[])]
    #[case::angle_brackets("[a](<a b.md>)", &["a b.md"])]
    #[case::parentheses("[a](a_(b).md)", &["a_(b).md"])]
    #[case::percent("[a](a%20b.md) [b](50%.md)", &["a b.md", "50%.md"])]
    #[case::placeholder("[a](path/to/{name}.md) [b](...) [c]($DIR/x)", &[])]
    #[case::code("`[a](a.md)` ``[b](`b`.md)`` [c](c.md)", &["c.md"])]
    #[case::never_closed("[a](a.md", &[])]
    #[case::fence("```md\n[a](a.md)\n```\n[b](b.md)", &["b.md"])]
    fn links_name_files(#[case] text: &str, #[case] expected: &[&str]) {
        let found = references(text, 0);
        let paths: Vec<&str> = found.iter().map(|found| found.path.as_str()).collect();
        assert_eq!(paths, expected);
        assert!(found.iter().all(|found| text[..found.at].ends_with('(')));
    }
}
