//! What the Markdown below a header says, for files whose header has no name or no description.

use super::line::{Line, closes_fence, fence, heading, lines};

/// Characters of a description taken from the body, at most.
const LENGTH: usize = 300;

/// The first heading and the first prose of a body; `""` for what is not there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    /// The text of the first heading.
    pub(super) heading: String,
    /// The first paragraph below that heading (or above it, if none is below), at most 300 characters on one line.
    pub(super) prose: String,
}

/// A paragraph, a list's item or a quotation, line by line.
#[derive(Default)]
struct Paragraph {
    text: String,
}

/// Reads the heading and the first paragraph of the body that begins at a byte of the text.
pub(super) fn opening(text: &str, from: usize) -> Opening {
    let mut title = None;
    let mut above = String::new();
    let mut paragraph = Paragraph::default();
    let mut open_fence: Option<&str> = None;
    for line in lines(text, from..text.len()) {
        if let Some(marker) = open_fence {
            open_fence = (!closes_fence(line.text, marker)).then_some(marker);
            continue;
        }
        open_fence = fence(line.trimmed()).map(|(marker, _)| marker);
        let new_title = heading(line.trimmed());
        if open_fence.is_some() || new_title.is_some() || !paragraph.take(&line) {
            let ended = paragraph.end();
            if !ended.is_empty() && title.is_some() {
                return Opening {
                    heading: title.unwrap_or_default(),
                    prose: ended,
                };
            }
            above = if above.is_empty() { ended } else { above };
            title = title.or_else(|| {
                new_title
                    .map(str::to_owned)
                    .filter(|title| !title.is_empty())
            });
        }
    }
    let last = paragraph.end();
    let prose = if last.is_empty() || (title.is_none() && !above.is_empty()) {
        above
    } else {
        last
    };
    Opening {
        heading: title.unwrap_or_default(),
        prose,
    }
}

impl Paragraph {
    /// Takes a line if it is prose that goes on with this paragraph.
    fn take(&mut self, line: &Line<'_>) -> bool {
        let trimmed = line.trimmed();
        if !trimmed.chars().any(char::is_alphanumeric) || trimmed.starts_with(['|', '<']) {
            return false;
        }
        if self.text.len() <= 4 * LENGTH {
            self.text.push(' ');
            self.text.push_str(without_marks(trimmed));
        }
        true
    }

    /// Ends it: one line, shortened.
    fn end(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        let words: Vec<&str> = text.split_whitespace().collect();
        shortened(&words.join(" "))
    }
}

/// The line without the marks of a quotation or a list.
fn without_marks(line: &str) -> &str {
    line.trim_start_matches(['>', '-', '*', '+', ' ', '\t'])
}

/// The text, at most 300 characters; an ellipsis stands for what is left out.
fn shortened(text: &str) -> String {
    if text.chars().nth(LENGTH).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LENGTH - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::usual("# Deploy\n\nPuts it\nonline.\n\nMore.\n", "Deploy", "Puts it online.")]
    #[case::closed_heading("## Deploy ##\nPuts it online.\n", "Deploy", "Puts it online.")]
    #[case::second_heading("# Deploy\n## Usage\nPuts it online.", "Deploy", "Puts it online.")]
    #[case::prose_above("Puts it online.\n\n# Deploy\n", "Deploy", "Puts it online.")]
    #[case::prose_below_wins("Above.\n\n# Deploy\n\nBelow.\n", "Deploy", "Below.")]
    #[case::no_heading("First.\n\nSecond.\n", "", "First.")]
    #[case::fence(
        "# Deploy\n```sh\n# not a title\nrun\n```\nPuts it online.\n",
        "Deploy",
        "Puts it online."
    )]
    #[case::marks("# Deploy\n\n---\n> Puts it\n> online.\n", "Deploy", "Puts it online.")]
    #[case::item("# Deploy\n\n- Puts it online.\n", "Deploy", "Puts it online.")]
    #[case::html_and_table(
        "# Deploy\n<!-- a -->\n| a | b |\n\nPuts it online.\n",
        "Deploy",
        "Puts it online."
    )]
    #[case::empty("", "", "")]
    fn the_body_opens_with(#[case] text: &str, #[case] heading: &str, #[case] prose: &str) {
        assert_eq!(
            opening(text, 0),
            Opening {
                heading: heading.to_owned(),
                prose: prose.to_owned()
            }
        );
    }

    #[test]
    fn prose_is_shortened_to_300_characters() {
        let prose = opening(&"ä ".repeat(5_000), 0).prose;
        assert!(prose.chars().count() <= 300 && prose.ends_with('…'));
    }
}
