//! What a search found.

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::model::listing::SearchHit;

/// The character before a word that was found, in a snippet.
pub const MARK_START: char = '\u{2}';
/// The character after a word that was found, in a snippet.
pub const MARK_END: char = '\u{3}';

/// Shows what a search found: each artifact's id, below it the snippet with the words that were found in bold.
pub fn search_hits(ui: &mut Ui, hits: &[SearchHit]) -> Result<(), OutputError> {
    if hits.is_empty() {
        ui.note("Nothing was found.");
    }
    for hit in hits {
        ui.result(&style::heading(&hit.artifact.id.to_string()))?;
        let snippet = marked(&hit.snippet);
        if !snippet.is_empty() {
            ui.result(&format!("    {snippet}"))?;
        }
    }
    Ok(())
}

/// A snippet on one line, its marks turned to bold; marks without a counterpart are dropped.
fn marked(snippet: &str) -> String {
    let snippet = snippet.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown = String::with_capacity(snippet.len() + 16);
    for (index, part) in snippet.split(MARK_START).enumerate() {
        let found = part.split_once(MARK_END).filter(|_| index > 0);
        let (word, rest) = found.unwrap_or(("", part));
        shown.push_str(&style::bold(word));
        shown.push_str(&escaped(&unmarked(rest)));
    }
    shown
}

/// A snippet without its marks.
pub fn unmarked(snippet: &str) -> String {
    snippet.replace([MARK_START, MARK_END], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_bold_and_nothing_else_passes() {
        assert_eq!(marked("a \u{2}jwt\u{3}\n b"), "a \u{1b}[1mjwt\u{1b}[0m b");
        assert_eq!(marked("\u{3}a\u{2}b"), "ab");
        assert_eq!(
            marked("\u{1b}[2J \u{2}\u{7}\u{3}"),
            "\\u{1b}[2J \u{1b}[1m\\u{7}\u{1b}[0m"
        );
        assert_eq!(unmarked("a \u{2}b\u{3}"), "a b");
    }
}
