//! Finding a file's header: where its YAML stands and what is odd about the place.
//!
//! A header begins with `---` on the first line that is not blank and ends with the next `---` (or `...`). Files in the wild
//! have a code fence around it, indent it, or never close it; such a header ends at the first line that can't be part of it.

use std::ops::Range;

use super::line::{Line, closes_fence, fence, heading, lines};
use super::rescue::{is_key_line, is_known_key_line};

/// How a header ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With its closing line.
    Closed,
    /// Without one: at the first line that can't be part of it, or with the file.
    Cut,
}

/// What stands around a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// Nothing.
    Nothing,
    /// A code fence.
    Fence,
    /// White space before the lines.
    Indentation,
}

/// A header's place in its file.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Byte offset of its opening line.
    pub(super) start: usize,
    /// Bytes of the YAML.
    pub(super) yaml: Range<usize>,
    /// Byte offset at which the body begins.
    pub(super) body: usize,
    /// How it ends.
    pub(super) end: End,
    /// What stands around it.
    pub(super) around: Around,
}

/// The line that opens a header.
struct Opening<'text> {
    start: usize,
    /// Where the YAML begins.
    yaml: usize,
    indentation: usize,
    /// The marker of the fence around it.
    fence: Option<&'text str>,
}

/// Finds the header; `None` when the file does not begin with one.
pub(super) fn find(text: &str) -> Option<Header> {
    let opening = opening(text)?;
    let around = match (opening.fence, opening.indentation) {
        (Some(_), _) => Around::Fence,
        (None, 0) => Around::Nothing,
        (None, _) => Around::Indentation,
    };
    let (end, yaml_end, body) = if let Some(line) = closing(text, &opening) {
        (
            End::Closed,
            line.start,
            behind_fence(text, line.next, opening.fence),
        )
    } else {
        let cut = cut(text, opening.yaml..text.len(), Cut::AtProse).unwrap_or(text.len());
        (End::Cut, cut, cut)
    };
    Some(Header {
        start: opening.start,
        yaml: opening.yaml..yaml_end,
        body,
        end,
        around,
    })
}

/// The same header ended at a Markdown heading inside it, if it looks as if the closing line were one of the body's rules.
pub(super) fn cut_at_heading(text: &str, header: &Header) -> Option<Header> {
    let cut = cut(text, header.yaml.clone(), Cut::AtHeading)?;
    let has_key = lines(text, header.yaml.start..cut).any(|line| is_key_line(line.text));
    let goes_on = lines(text, cut..header.yaml.end).any(|line| is_known_key_line(line.text));
    (has_key && !goes_on).then(|| Header {
        yaml: header.yaml.start..cut,
        body: cut,
        end: End::Cut,
        ..header.clone()
    })
}

/// The byte at which the text begins behind byte-order marks.
pub(super) fn text_start(text: &str) -> usize {
    text.len() - text.trim_start_matches('\u{feff}').len()
}

fn opening(text: &str) -> Option<Opening<'_>> {
    let mut written = lines(text, text_start(text)..text.len()).filter(|line| !line.is_blank());
    let first = written.next()?;
    let open = |line: Line<'_>, start, fence| Opening {
        start,
        yaml: line.next,
        indentation: line.indentation(),
        fence,
    };
    if first.trimmed() == "---" {
        return Some(open(first, first.start, None));
    }
    let (marker, info) = fence(first.trimmed())?;
    let is_yaml = ["yaml", "yml"].contains(&info);
    if !is_yaml && !["markdown", "md", ""].contains(&info) {
        return None;
    }
    let second = written.next()?;
    if second.trimmed() == "---" {
        return Some(open(second, first.start, Some(marker)));
    }
    let bare = Opening {
        start: first.start,
        yaml: first.next,
        indentation: 0,
        fence: Some(marker),
    };
    (is_yaml && is_key_line(second.text)).then_some(bare)
}

/// The line that closes the header: no further to the right than the line that opened it.
fn closing<'text>(text: &'text str, opening: &Opening<'_>) -> Option<Line<'text>> {
    lines(text, opening.yaml..text.len()).find(|line| {
        let closes =
            matches!(line.trimmed(), "---" | "...") && line.indentation() <= opening.indentation;
        closes
            || opening
                .fence
                .is_some_and(|marker| closes_fence(line.text, marker))
    })
}

/// Where the body begins: behind the line that closes the fence, if that comes next.
fn behind_fence(text: &str, from: usize, marker: Option<&str>) -> usize {
    let next = lines(text, from..text.len()).find(|line| !line.is_blank());
    let closes = |line: &Line<'_>| marker.is_some_and(|marker| closes_fence(line.text, marker));
    next.filter(closes).map_or(from, |line| line.next)
}

/// What ends a header that is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// A Markdown heading with prose behind it and no key between.
    AtHeading,
    /// That, a heading that ends the file, a rule, or a blank line with prose behind it.
    AtProse,
}

/// The first line that can't be part of a header. A line such as `# words` is a comment if a key follows, else a heading.
fn cut(text: &str, range: Range<usize>, cut: Cut) -> Option<usize> {
    let mut heading_at = None;
    let mut after_blank = false;
    for line in lines(text, range) {
        if line.is_blank() {
            after_blank = true;
            continue;
        }
        if heading(line.text).is_some() {
            heading_at = heading_at.or(Some(line.start));
        } else if !line.text.starts_with('#') {
            let prose = is_prose(&line);
            if prose && heading_at.is_some() {
                return heading_at;
            }
            if cut == Cut::AtProse && (is_rule(line.trimmed()) || prose && after_blank) {
                return Some(line.start);
            }
            heading_at = None;
        }
        after_blank = false;
    }
    heading_at.filter(|_| cut == Cut::AtProse)
}

/// Whether a line at the left edge is neither a key, a list's item nor the end of a list.
fn is_prose(line: &Line<'_>) -> bool {
    line.indentation() == 0
        && !is_key_line(line.text)
        && !is_item(line.text)
        && !line.text.starts_with([']', '}'])
}

fn is_item(line: &str) -> bool {
    line == "-" || line.starts_with("- ")
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("---\nname: a\n---\nbody\n", "name: a\n", "body\n")]
    #[case::byte_order_mark("\u{feff}---\nname: a\n---\nbody\n", "name: a\n", "body\n")]
    #[case::carriage_returns("---\r\nname: a\r\n---\r\nbody\r\n", "name: a\r\n", "body\r\n")]
    #[case::blank_lines_before("\n  \n---\nname: a\n---\nbody\n", "name: a\n", "body\n")]
    #[case::spaces_behind("--- \nname: a\n---  \nbody\n", "name: a\n", "body\n")]
    #[case::dots("---\nname: a\n...\nbody\n", "name: a\n", "body\n")]
    #[case::dashes_in_a_block("---\nname: |\n  ---\n---\nbody\n", "name: |\n  ---\n", "body\n")]
    #[case::no_final_newline("---\nname: a\n---", "name: a\n", "")]
    fn closed_headers(#[case] text: &str, #[case] yaml: &str, #[case] body: &str) {
        let header = find(text).unwrap();
        assert_eq!(
            (&text[header.yaml], &text[header.body..], header.end),
            (yaml, body, End::Closed)
        );
        assert_eq!(header.around, Around::Nothing);
    }

    #[rstest]
    #[case::yaml("```yaml\n---\nname: a\n---\n```\nbody\n", "name: a\n", "body\n")]
    #[case::markdown(
        "```markdown\n---\nname: a\n---\nbody\n```\n",
        "name: a\n",
        "body\n```\n"
    )]
    #[case::without_dashes("```yaml\nname: a\n```\nbody\n", "name: a\n", "body\n")]
    #[case::tildes("~~~~yml\n---\nname: a\n---\n~~~~\nbody\n", "name: a\n", "body\n")]
    fn fenced_headers(#[case] text: &str, #[case] yaml: &str, #[case] body: &str) {
        let header = find(text).unwrap();
        assert_eq!((&text[header.yaml], &text[header.body..]), (yaml, body));
        assert_eq!((header.end, header.around), (End::Closed, Around::Fence));
    }

    #[rstest]
    #[case::heading(
        "---\nname: a\n\n# Title\n\nbody\n",
        "name: a\n\n",
        "# Title\n\nbody\n"
    )]
    #[case::prose(
        "---\nname: a\ntags:\n- b\n\nbody: not\n\nProse here\n",
        "name: a\ntags:\n- b\n\nbody: not\n\n",
        "Prose here\n"
    )]
    #[case::comment_then_heading(
        "---\n# comment\nname: a\n## Title\n",
        "# comment\nname: a\n",
        "## Title\n"
    )]
    #[case::long_rule("---\nname: a\n-----\nbody\n", "name: a\n", "-----\nbody\n")]
    #[case::end_of_file("---\nname: a\n", "name: a\n", "")]
    fn unclosed_headers(#[case] text: &str, #[case] yaml: &str, #[case] body: &str) {
        let header = find(text).unwrap();
        assert_eq!(
            (&text[header.yaml], &text[header.body..], header.end),
            (yaml, body, End::Cut)
        );
    }

    #[rstest]
    #[case::prose("Just prose\n")]
    #[case::heading("# Title\n---\nname: a\n---\n")]
    #[case::code("```sh\n---\n```\n")]
    #[case::four_dashes("----\nname: a\n----\n")]
    #[case::empty("")]
    fn no_headers(#[case] text: &str) {
        assert!(find(text).is_none());
    }

    #[test]
    fn an_indented_header_closes_at_its_own_indentation() {
        let text = "  ---\n  name: a\n  ---\n  body\n";
        let header = find(text).unwrap();
        assert_eq!(
            (&text[header.yaml], header.around),
            ("  name: a\n", Around::Indentation)
        );
    }

    #[test]
    fn a_rule_of_the_body_does_not_close_a_header() {
        let text = "---\nname: a\n\n# Title\n\nProse here.\n\n---\nmore\n";
        let header = find(text).unwrap();
        assert_eq!(header.end, End::Closed);
        let header = cut_at_heading(text, &header).unwrap();
        assert_eq!((&text[header.yaml], header.end), ("name: a\n\n", End::Cut));
        let closed = "---\nname: a\n# Title\nProse\nmodel: b\n---\n";
        assert!(cut_at_heading(closed, &find(closed).unwrap()).is_none());
        let comment = "---\nname: a\n# comment\n---\n";
        assert!(cut_at_heading(comment, &find(comment).unwrap()).is_none());
    }
}
