//! Tables: aligned columns, cut to a terminal's width and never in a pipe.

use std::borrow::Cow;

use super::style;
use super::text::{cut, push_cell, shortened, width};

/// The spaces between two columns.
const GAP: usize = 2;

/// What the last column keeps while those between it and the first have some to give.
const LAST_COLUMN: usize = 24;

/// What those keep while the first can be shown whole.
const MIDDLE_COLUMN: usize = 9;

/// Rows of cells in aligned columns, with lines of their own in between. Cells and lines may carry styles; control
/// characters in them are shown. A column that is empty in every row is left out. The last column is meant for the
/// longest text: it is cut first, and never padded.
#[derive(Debug, Clone, Default)]
pub struct Table {
    headings: Vec<String>,
    right_aligned: Vec<usize>,
    indent: usize,
    /// All cells and lines, one after the other: long lists need no text of their own for each.
    text: String,
    cells: Vec<Cell>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
enum Entry {
    /// So many of the cells.
    Row(usize),
    /// The next cell, which keeps to no column.
    Line,
}

/// Where a text ends, with the columns that it takes.
#[derive(Debug, Clone, Copy)]
struct Cell {
    end: usize,
    width: usize,
}

/// A text with the columns that it takes.
#[derive(Debug, Clone, Copy)]
struct Shown<'a> {
    text: &'a str,
    width: usize,
}

impl Shown<'_> {
    fn cut(&self, columns: usize) -> Cow<'_, str> {
        if self.width <= columns {
            return Cow::Borrowed(self.text);
        }
        Cow::Owned(shortened(self.text, columns))
    }

    fn width_within(&self, columns: usize, cut: &str) -> usize {
        if self.width <= columns {
            self.width
        } else {
            width(cut)
        }
    }
}

impl Table {
    /// A table whose columns have headings.
    pub fn new(headings: &[&str]) -> Self {
        Self {
            headings: headings.iter().map(|&text| text.to_owned()).collect(),
            ..Self::default()
        }
    }

    /// A table without headings.
    pub fn plain() -> Self {
        Self::default()
    }

    /// The same table with a column, counted from 0, aligned to the right.
    #[must_use]
    pub fn right_aligned(mut self, column: usize) -> Self {
        self.right_aligned.push(column);
        self
    }

    /// The same table with its rows, but not its lines, moved to the right.
    #[must_use]
    pub fn indented(mut self, columns: usize) -> Self {
        self.indent = columns;
        self
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let before = self.cells.len();
        for cell in cells {
            let start = self.text.len();
            push_cell(&mut self.text, cell.as_ref());
            self.cells.push(Cell {
                end: self.text.len(),
                width: width(&self.text[start..]),
            });
        }
        self.entries.push(Entry::Row(self.cells.len() - before));
    }

    /// Adds a line that keeps to no column.
    pub fn line(&mut self, line: &str) {
        push_cell(&mut self.text, line);
        self.cells.push(Cell {
            end: self.text.len(),
            width: 0,
        });
        self.entries.push(Entry::Line);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Gives the table's lines one by one, cut to a width where one is given.
    pub fn each_line<E>(
        &self,
        limit: Option<usize>,
        mut take: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns = self.columns(limit);
        let mut line = String::new();
        if !self.headings.is_empty() {
            let styled: Vec<String> = self
                .headings
                .iter()
                .map(|text| style::heading(text))
                .collect();
            let shown = styled.iter().map(|text| Shown {
                text,
                width: width(text),
            });
            self.row_line(shown, &columns, &mut line);
            take(&line)?;
        }
        let mut cells = self.shown();
        for entry in &self.entries {
            match (entry, limit) {
                (Entry::Row(count), _) => {
                    self.row_line(cells.by_ref().take(*count), &columns, &mut line);
                    take(&line)?;
                }
                (Entry::Line, limit) => {
                    let text = cells.next().map_or("", |cell| cell.text);
                    take(&limit.map_or(Cow::Borrowed(text), |limit| cut(text, limit)))?;
                }
            }
        }
        Ok(())
    }

    /// The texts of all entries, in their order.
    fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        let mut start = 0;
        self.cells.iter().map(move |cell| {
            let text = &self.text[start..cell.end];
            start = cell.end;
            Shown {
                text,
                width: cell.width,
            }
        })
    }

    /// The width of each column; 0 for one that is left out.
    fn columns(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths = Vec::new();
        let mut rest = &self.cells[..];
        for entry in &self.entries {
            let count = match entry {
                Entry::Row(count) => *count,
                Entry::Line => 1,
            };
            let (cells, after) = rest.split_at(count);
            rest = after;
            if let Entry::Row(_) = entry {
                widths.resize(widths.len().max(count), 0);
                for (column, cell) in widths.iter_mut().zip(cells) {
                    *column = cell.width.max(*column);
                }
            }
        }
        for (column, heading) in widths.iter_mut().zip(&self.headings) {
            *column = if *column == 0 {
                0
            } else {
                width(heading).max(*column)
            };
        }
        if let Some(limit) = limit {
            let shown = widths.iter().filter(|&&width| width > 0).count();
            let gaps = self.indent + GAP * shown.saturating_sub(1);
            fit(&mut widths, limit.saturating_sub(gaps));
        }
        widths
    }

    fn row_line<'a>(
        &self,
        cells: impl Iterator<Item = Shown<'a>>,
        columns: &[usize],
        line: &mut String,
    ) {
        line.clear();
        line.extend(std::iter::repeat_n(' ', self.indent));
        let mut owed = 0;
        for (column, (cell, &columns)) in cells.zip(columns).enumerate() {
            if columns == 0 {
                continue;
            }
            let text = cell.cut(columns);
            let padding = columns.saturating_sub(cell.width_within(columns, &text));
            let leading = if self.right_aligned.contains(&column) {
                padding
            } else {
                0
            };
            if !text.is_empty() {
                line.extend(std::iter::repeat_n(' ', owed + leading));
                line.push_str(&text);
                owed = 0;
            }
            owed += GAP + padding - if text.is_empty() { 0 } else { leading };
        }
        line.truncate(line.trim_end_matches(' ').len());
    }
}

/// Narrows columns until they fit: the last one first, then those between it and the first, from the right; only
/// where all that is not enough, the widest ones.
fn fit(widths: &mut [usize], available: usize) {
    let last = widths.len().saturating_sub(1);
    let between = (1..last).rev().map(|column| (column, MIDDLE_COLUMN));
    let steps = std::iter::once((last, LAST_COLUMN))
        .chain(between)
        .chain([(last, MIDDLE_COLUMN)]);
    for (column, least) in steps {
        let excess = widths.iter().sum::<usize>().saturating_sub(available);
        if let Some(width) = widths.get_mut(column) {
            *width = width.saturating_sub(excess).max(least.min(*width));
        }
    }
    let level = level(widths, available);
    for width in widths {
        *width = level.min(*width);
    }
}

/// The greatest width to which columns can be cut so that all of them fit; at least 1.
fn level(widths: &[usize], available: usize) -> usize {
    let widest = widths.iter().copied().max().unwrap_or(1);
    let fits =
        |level: &usize| widths.iter().map(|width| level.min(width)).sum::<usize>() <= available;
    (1..=widest).rev().find(fits).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(&["Name", "Count", "", "Description"]).right_aligned(1);
        table.row(["技能", "3", "", "A description that is rather long"].map(String::from));
        table.row(["\u{1b}[1mlonger\u{1b}[0m", "12", "", ""].map(String::from));
        table
    }

    fn lines(table: &Table, limit: Option<usize>) -> Vec<String> {
        let mut lines = Vec::new();
        let done: Result<(), ()> = table.each_line(limit, |line| {
            lines.push(line.to_owned());
            Ok(())
        });
        assert_eq!(done, Ok(()));
        lines
    }

    fn plain(lines: Vec<String>) -> String {
        let mut text = String::new();
        for line in lines {
            super::super::text::push_rendered(
                &mut text,
                &line,
                super::super::settings::Styling::Stripped,
            );
            text.push('\n');
        }
        text
    }

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let text = plain(lines(&sample(), None));
        assert_eq!(
            text,
            "Name    Count  Description\n\
             技能        3  A description that is rather long\n\
             longer     12\n"
        );
    }

    #[test]
    fn the_last_column_is_cut_first() {
        let text = plain(lines(&sample(), Some(40)));
        assert_eq!(
            text.lines().nth(1),
            Some("技能        3  A description that is ra…")
        );
    }

    #[test]
    fn narrow_terminals_narrow_every_column() {
        for limit in [8, 12, 20, 30, 50] {
            for line in lines(&sample(), Some(limit)) {
                assert!(width(&line) <= limit, "{limit}: {line:?}");
            }
        }
    }

    #[test]
    fn cells_keep_to_their_line() {
        let mut table = Table::plain().indented(2);
        table.line("Block");
        table.row(["a\nb".to_owned(), "\u{1b}[2J".to_owned()]);
        assert_eq!(lines(&table, None), ["Block", "  a\\nb  \\u{1b}[2J"]);
    }
}
