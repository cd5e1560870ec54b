//! What differs between two moments.

use crate::app::diff::{ContentDifference, Difference, FileDifference, RowText};
use crate::app::transaction::outcome::FileAction;
use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::change::{Action, Change};
use crate::model::hunk::{Hunk, Line, Origin, Piece};

use super::entries::{by_row, row_line};

/// Shows each row that differs with its fields, then each file with its lines.
pub fn difference(ui: &mut Ui, difference: &Difference) -> Result<(), OutputError> {
    for row in by_row(&difference.changes) {
        let (texts, others): (Vec<&Change>, Vec<&Change>) = row
            .iter()
            .partition(|change| text_of(difference, change).is_some());
        ui.result(&row_line(row, others.into_iter()))?;
        for text in texts
            .into_iter()
            .filter_map(|change| text_of(difference, change))
        {
            ui.result(&format!("  {}", style::dim(text.field.as_str())))?;
            lines(ui, &text.hunks)?;
        }
    }
    for file in &difference.files {
        ui.result(&format!("{}  {}", file_name(file), happened(file)))?;
        if let ContentDifference::Text(hunks) = &file.content {
            for hunk in hunks {
                ui.result(&format!("  {}", style::hint(&hunk.heading())))?;
                lines(ui, std::slice::from_ref(hunk))?;
            }
        }
    }
    Ok(())
}

fn text_of<'a>(difference: &'a Difference, change: &Change) -> Option<&'a RowText> {
    let mut texts = difference.texts.iter();
    texts.find(|text| change.field == Some(text.field) && text.key == change.key)
}

fn file_name(file: &FileDifference) -> String {
    format!("file {}", escaped(file.path.as_str()))
}

fn happened(file: &FileDifference) -> String {
    let word = match file.action {
        FileAction::Created => "new",
        FileAction::Written => "changed",
        FileAction::Removed => "deleted",
    };
    let more = match &file.content {
        ContentDifference::Binary => ", binary",
        ContentDifference::Text(hunks)
            if hunks.is_empty() && file.action == FileAction::Written =>
        {
            ", in its mode or line ends only"
        }
        ContentDifference::Text(_) => "",
    };
    format!("{word}{more}")
}

/// The lines of hunks, with their signs; words that differ stand out.
fn lines(ui: &mut Ui, hunks: &[Hunk]) -> Result<(), OutputError> {
    for line in hunks.iter().flat_map(|hunk| &hunk.lines) {
        ui.result(&format!("  {}", shown(line)))?;
    }
    Ok(())
}

fn shown(line: &Line) -> String {
    let sign = line.origin.sign().to_string();
    let (usual, strong) = match line.origin {
        Origin::Both => {
            return format!("{sign}{}", escaped(&line.text()))
                .trim_end()
                .to_owned();
        }
        Origin::Old => (style::GONE, style::GONE_WORD),
        Origin::New => (style::CAME, style::CAME_WORD),
    };
    let pieces = line.pieces.iter().map(|piece| match piece {
        Piece::Same(text) => style::painted(usual, text),
        Piece::Differs(text) => style::painted(strong, text),
    });
    let pieces: String = pieces.collect();
    format!("{}{pieces}", style::painted(usual, &sign))
}

/// Shows how much differs in each row and each file, and in all.
pub fn statistics(ui: &mut Ui, difference: &Difference) -> Result<(), OutputError> {
    let mut table = Table::plain();
    let mut rows = 0;
    for row in by_row(&difference.changes) {
        rows += 1;
        let name = row_line(row, std::iter::empty());
        table.row([name.trim_end().to_owned(), counts(row)]);
    }
    let (mut came, mut gone) = (0, 0);
    for file in &difference.files {
        let (new, old) = line_counts(file);
        (came, gone) = (came + new, gone + old);
        let counts = match file.content {
            ContentDifference::Binary => "binary".to_owned(),
            ContentDifference::Text(_) => format!("+{new} −{old}"),
        };
        let word = match file.action {
            FileAction::Written => counts,
            _ => format!("{}, {counts}", happened(file).replace(", binary", "")),
        };
        table.row([file_name(file), word]);
    }
    ui.table(&table)?;
    let mut total = vec![plural(rows, "row"), plural(difference.files.len(), "file")];
    if came + gone > 0 {
        total.push(format!(
            "+{came} −{gone} {}",
            if came + gone == 1 { "line" } else { "lines" }
        ));
    }
    ui.result(&total.join(", "))
}

/// How many entries came to a row and went, and how many fields became other ones.
fn counts(changes: &[Change]) -> String {
    let count = |actions: &[Action]| {
        let found = changes
            .iter()
            .filter(|change| actions.contains(&change.action));
        found.count()
    };
    let whole = [(Action::Create, "new"), (Action::Delete, "deleted")];
    if let Some((_, word)) = whole.iter().find(|(action, _)| count(&[*action]) > 0) {
        return (*word).to_owned();
    }
    let mut told = Vec::new();
    for (sign, action) in [('+', Action::Add), ('−', Action::Remove)] {
        let found = count(&[action]);
        if found > 0 {
            told.push(format!("{sign}{found}"));
        }
    }
    let fields = count(&[Action::Edit, Action::Rename, Action::Move]);
    if fields > 0 {
        told.push(plural(fields, "edit"));
    }
    told.join(" ")
}

/// The lines that came to a file and that went.
pub fn line_counts(file: &FileDifference) -> (usize, usize) {
    let ContentDifference::Text(hunks) = &file.content else {
        return (0, 0);
    };
    let sum = |origin| hunks.iter().map(|hunk| hunk.count(origin)).sum();
    (sum(Origin::New), sum(Origin::Old))
}
