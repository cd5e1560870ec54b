//! Whether a manifest is valid TOML, told in pieces: several at a time, and never the whole document in memory.
//!
//! Rows (`[[groups]]` with the sub-tables behind it) are independent of one another and of everything else, but for
//! the name of their table. So rows in a plain form are told without a parser, stretches of other rows are parsed
//! alone, and all the rest is parsed with one header of each table. What this finds wrong, or can't tell, is for a
//! parser of the whole text to say.

use std::ops::Range;
use std::thread;

use super::plain::is_plain_row;
use super::scan::{Kind, Section};
use crate::model::row::Table;

/// About how long a stretch of rows is that is parsed at once, in bytes.
const STRETCH: usize = 1 << 16;

/// Below this number of stretches, starting threads costs more than it saves.
const WORTH_THREADS: usize = 4;

/// The most threads that parse.
const MOST_THREADS: usize = 8;

/// Whether the text is surely valid; `false` says nothing. `known` tells of rows that
/// are valid for sure.
pub(super) fn is_surely_valid(
    text: &str,
    sections: &[Section],
    known: &dyn Fn(usize) -> bool,
) -> bool {
    let Some(pieces) = Pieces::of(text, sections, known) else {
        return false;
    };
    is_valid(&pieces.rest) && all_valid(text, &stretches(&pieces.rows))
}

/// Neighbouring rows, together.
fn stretches(rows: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for row in rows {
        match stretches.last_mut() {
            Some(last) if last.end == row.start && last.len() < STRETCH => last.end = row.end,
            _ => stretches.push(row.clone()),
        }
    }
    stretches
}

fn is_valid(text: &str) -> bool {
    toml_edit::Document::parse(text).is_ok()
}

fn all_valid(text: &str, stretches: &[Range<usize>]) -> bool {
    let check = |stretch: &Range<usize>| is_valid(&text[stretch.clone()]);
    let workers = thread::available_parallelism()
        .map_or(1, std::num::NonZero::get)
        .min(MOST_THREADS);
    if stretches.len() < WORTH_THREADS || workers == 1 {
        return stretches.iter().all(check);
    }
    thread::scope(|scope| {
        let parts: Vec<_> = stretches
            .chunks(stretches.len().div_ceil(workers))
            .map(|part| scope.spawn(move || part.iter().all(check)))
            .collect();
        // A thread that panicked has not found its part valid.
        parts
            .into_iter()
            .all(|part| part.join().unwrap_or_default())
    })
}

/// A text taken apart.
struct Pieces {
    /// Whole rows, each with its sub-tables.
    rows: Vec<Range<usize>>,
    /// Everything else, with the header of each table's first row.
    rest: String,
}

impl Pieces {
    /// Nothing where a sub-table stands apart from its row.
    fn of(text: &str, sections: &[Section], known: &dyn Fn(usize) -> bool) -> Option<Self> {
        let mut pieces = Self {
            rows: Vec::new(),
            rest: String::new(),
        };
        let mut tables: Vec<Table> = Vec::new();
        let mut open: Option<Table> = None;
        for (index, section) in sections.iter().enumerate() {
            let end = sections
                .get(index + 1)
                .map_or(text.len(), |next| next.start);
            let start = if index == 0 { 0 } else { section.start };
            open = match section.kind {
                Kind::Row(table) => {
                    if !tables.contains(&table) {
                        tables.push(table);
                        pieces.line(text, start..section.head_end)?;
                    }
                    let has_below = sections
                        .get(index + 1)
                        .is_some_and(|next| next.kind == Kind::Below(table));
                    if has_below || !(known(index) || is_plain_row(&text[start..end])) {
                        pieces.rows.push(start..end);
                    }
                    Some(table)
                }
                Kind::Below(table) if open == Some(table) => {
                    pieces.rows.last_mut()?.end = end;
                    open
                }
                Kind::Below(_) => return None,
                _ => {
                    pieces.line(text, start..end)?;
                    None
                }
            };
        }
        Some(pieces)
    }

    /// Takes a part over as whole lines. Nothing where the line break would complete a carriage return.
    fn line(&mut self, text: &str, part: Range<usize>) -> Option<()> {
        let lone_return = text[..part.end].ends_with('\r') && !text[part.end..].starts_with('\n');
        if lone_return {
            return None;
        }
        self.rest.push_str(text.get(part)?);
        self.rest.push('\n');
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::sections;
    use super::*;

    fn surely(text: &str) -> bool {
        is_surely_valid(text, &sections(text).expect("sections"), &|_| false)
    }

    #[test]
    fn what_is_told_agrees_with_a_parser_of_the_whole() {
        let parts = [
            "a = 1\n",
            "groups = []\n",
            "groups.x = 1\n",
            "[tool.skillmeat]\nname = \"x\"\n",
            "[[groups]]\nname = \"A\"\n",
            "[[groups]]\nname = \"B\"\nname = \"C\"\n",
            "[[ \"groups\" ]] # again\n[groups.extra]\nx = 1\n",
            "[groups.extra]\nx = 1\n[groups.extra]\n",
            "[groups]\n",
            "[[artifacts]]\nname = \"A\"\n[artifacts.metadata]\nx = 1\n[artifacts.metadata.y]\n",
            "[artifacts.metadata]\nx = 2\n",
            "# a comment with \u{1}\n",
            "# a lone return\r",
            "x = 01\n",
            "[other]\nx = { a = 1 }\n",
            "[other.x]\n",
        ];
        for one in parts {
            for two in parts {
                for three in parts {
                    let text = format!("{one}{two}{three}");
                    let Ok(sections) = sections(&text) else {
                        continue;
                    };
                    let whole = toml_edit::Document::parse(text.as_str()).is_ok();
                    assert!(
                        whole || !is_surely_valid(&text, &sections, &|_| false),
                        "{text:?} is not valid"
                    );
                }
            }
        }
    }

    #[test]
    fn ordinary_manifests_are_told_valid() {
        let row = "[[artifacts]]\nname = \"a\"\ntags = [\"x\"]\n[artifacts.metadata]\nx = 1\n\n";
        assert!(surely(&format!(
            "\u{feff}# top\n[tool.skillmeat]\nname = \"x\"\n{}[[groups]]\nname = \"b\"\n# end",
            row.repeat(5_000)
        )));
        assert!(!surely(&format!("{}x = 1\nx = 2\n", row.repeat(5_000))));
    }
}
