//! Commits in terms of the tables: what came in, what happened.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::app::incoming::Entry;
use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::settings::Styling;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::change::{Action, Change};
use crate::model::row::{RowKey, Table};
use crate::model::value::{Field, Value};

/// Shows what came in, by person: `mia: group Data Layer  + cache-manager`.
pub fn incoming(ui: &mut Ui, entries: &[Entry]) -> Result<(), OutputError> {
    for entry in entries {
        let person = style::bold(&entry.author.name);
        let lines = row_lines(&entry.changes);
        if lines.is_empty() {
            ui.result(&format!("{person}: {}", escaped(&entry.summary)))?;
        }
        for line in lines {
            ui.result(&format!("{person}: {line}"))?;
        }
    }
    Ok(())
}

/// Shows commits, one after the other: who and when, what each did to each row, and how that comes back.
pub struct HistoryView<'a> {
    ui: &'a mut Ui,
    styling: Styling,
    /// The line that is being made.
    line: String,
    count: usize,
}

impl<'a> HistoryView<'a> {
    /// A view without commits.
    pub fn of(ui: &'a mut Ui) -> Self {
        let styling = ui.styling();
        Self {
            ui,
            styling,
            line: String::new(),
            count: 0,
        }
    }

    /// Whether no commit was shown.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Shows a commit.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), OutputError> {
        if self.count > 0 {
            self.show()?;
        }
        self.count += 1;
        self.head(entry)?;
        for changes in by_row(&entry.changes) {
            self.line.push_str("  ");
            push_row_line(&mut self.line, changes, changes.iter());
            self.show()?;
        }
        self.restores(entry)
    }

    fn show(&mut self) -> Result<(), OutputError> {
        let shown = self.ui.result(&self.line);
        self.line.clear();
        shown
    }

    fn head(&mut self, Entry { commit, author, .. }: &Entry) -> Result<(), OutputError> {
        style::push(&mut self.line, self.styling, style::BOLD, commit.short());
        self.line.push_str("  ");
        let time = author.time.to_string();
        style::push(&mut self.line, self.styling, style::DIM, &time);
        self.line.extend(["  ", &escaped(&author.name)]);
        self.show()
    }

    /// The commands that bring back what a commit deleted or changed, each once.
    fn restores(&mut self, entry: &Entry) -> Result<(), OutputError> {
        let mut told: HashSet<(&RowKey, Lost)> = HashSet::new();
        for change in &entry.changes {
            let Some(lost) = Lost::by(change) else {
                continue;
            };
            if entry.changes.len() == 1 || told.insert((&change.key, lost)) {
                self.line.push_str("    ");
                style::push(&mut self.line, self.styling, style::DIM, "restore:");
                push_restore(&mut self.line, entry, change, lost);
                self.show()?;
            }
        }
        Ok(())
    }
}

/// What a change took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Lost {
    /// An artifact, perhaps with its files.
    Artifact,
    /// What another row was.
    Row,
}

impl Lost {
    /// Nothing, where nothing can be brought back.
    fn by(change: &Change) -> Option<Self> {
        let has_row = !matches!(change.table, Table::Header | Table::Composites);
        match change.action {
            Action::Create | Action::Rename | Action::Move => None,
            Action::Delete if change.table == Table::Artifacts => Some(Self::Artifact),
            _ => has_row.then_some(Self::Row),
        }
    }
}

/// The command that brings back what a change took away.
fn push_restore(line: &mut String, entry: &Entry, change: &Change, lost: Lost) {
    let files = match lost {
        Lost::Artifact => " --with-artifacts",
        Lost::Row => "",
    };
    let key = change.key.in_table();
    let name = escaped(&key);
    // A name may look like an option.
    let end = if name.starts_with('-') { " -- " } else { " " };
    let words = [
        " skillmeat restore --at ",
        entry.commit.short(),
        "~1",
        files,
        end,
        change.word(),
        " '",
    ];
    line.extend(words);
    for (place, part) in name.split('\'').enumerate() {
        line.push_str(if place > 0 { r"'\''" } else { "" });
        line.push_str(part);
    }
    line.push('\'');
}

/// A line for each row: `group Data Layer  + cache-manager, query-optimizer  − old-login`.
pub fn row_lines(changes: &[Change]) -> Vec<String> {
    let rows = by_row(changes);
    rows.map(|changes| row_line(changes, changes.iter()))
        .collect()
}

/// Changes by the rows that they are of.
pub(super) fn by_row(changes: &[Change]) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(|one, next| one.key == next.key)
}

/// The line of one row, with some of its changes.
pub(super) fn row_line<'a>(
    row: &[Change],
    changes: impl Iterator<Item = &'a Change> + Clone,
) -> String {
    let mut line = String::new();
    push_row_line(&mut line, row, changes);
    line
}

fn push_row_line<'a>(
    line: &mut String,
    row: &[Change],
    changes: impl Iterator<Item = &'a Change> + Clone,
) {
    if let Some(change) = row.first() {
        line.extend([change.word(), " ", &escaped(&change.key.in_table())]);
    }
    for (action, sign) in [(Action::Add, "  + "), (Action::Remove, "  − ")] {
        for field in [Field::Members, Field::Tags, Field::Aliases] {
            let entries = changes
                .clone()
                .filter(|change| change.action == action && change.field == Some(field));
            push_each(line, sign, entries, |line, change| {
                push_entry(line, change, field);
            });
        }
    }
    push_each(
        line,
        "  ",
        changes.filter(|change| is_said(change)),
        push_said,
    );
}

/// Appends things with commas between them, after a word; nothing where there are none.
fn push_each<'a>(
    line: &mut String,
    before: &str,
    changes: impl Iterator<Item = &'a Change>,
    push: impl Fn(&mut String, &'a Change),
) {
    for (place, change) in changes.enumerate() {
        line.push_str(if place == 0 { before } else { ", " });
        push(line, change);
    }
}

/// An entry of a list as it is shown: a member by its name, a tag with its sign.
fn push_entry(line: &mut String, change: &Change, field: Field) {
    let value = match change.action {
        Action::Remove => &change.before,
        _ => &change.after,
    };
    let text = value.as_text();
    let shown = match field {
        Field::Members => text.split_once(':').map_or(&*text, |(_, name)| name),
        _ => &text,
    };
    let sign = if field == Field::Tags { "#" } else { "" };
    line.extend([sign, &escaped(shown)]);
}

/// Whether a change is no entry of a list.
fn is_said(change: &Change) -> bool {
    let is_entry = matches!(change.action, Action::Add | Action::Remove);
    !is_entry
        || !matches!(
            change.field,
            Some(Field::Members | Field::Tags | Field::Aliases)
        )
}

fn push_said(line: &mut String, change: &Change) {
    let field = change.field.map_or("", Field::as_str);
    match change.action {
        Action::Create => line.push_str("new"),
        Action::Delete => line.push_str("deleted"),
        Action::Move => line.push_str("moved"),
        Action::Rename => {
            line.push_str("renamed from ");
            push_held(line, &change.before);
        }
        Action::Edit if change.field.is_none() => line.push_str("edited"),
        Action::Edit => {
            line.extend([field, " "]);
            push_held(line, &change.before);
            line.push_str(" → ");
            push_held(line, &change.after);
        }
        Action::Add | Action::Remove => line.extend([field, " edited"]),
    }
}

fn push_held(line: &mut String, value: &Value) {
    match value {
        Value::Absent => line.push_str("none"),
        Value::Text(text) => write!(line, "{:?}", escaped(text)).unwrap_or_default(),
        Value::Integer(number) => write!(line, "{number}").unwrap_or_default(),
        Value::List(items) => line.push_str(&plural(items.len(), "entry")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::name::Name;

    fn change(action: Action, field: Option<Field>, before: Value, after: Value) -> Change {
        let key = RowKey::Group(Name::stored("Data Layer"));
        Change {
            table: key.table(),
            key,
            action,
            field,
            before,
            after,
        }
    }

    #[test]
    fn a_row_is_one_line() {
        let members = Some(Field::Members);
        let changes = [
            change(
                Action::Edit,
                Some(Field::Color),
                Value::Absent,
                Value::text("#112233"),
            ),
            change(
                Action::Add,
                members,
                Value::Absent,
                Value::text("skill:cache-manager"),
            ),
            change(
                Action::Remove,
                members,
                Value::text("agent:old"),
                Value::Absent,
            ),
        ];
        assert_eq!(
            row_lines(&changes),
            ["group Data Layer  + cache-manager  − old  color none → \"#112233\""]
        );
    }
}
