//! Commits in terms of the tables: what came in, what happened.

use crate::app::incoming::Entry;
use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::change::{Action, Change};
use crate::model::row::RowKey;
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

/// Shows one commit: who and when, what it did to each row, and how that comes back.
pub fn history_entry(ui: &mut Ui, entry: &Entry) -> Result<(), OutputError> {
    let head = format!(
        "{}  {}  {}",
        style::bold(entry.commit.short()),
        style::dim(&entry.author.time.to_string()),
        escaped(&entry.author.name)
    );
    ui.result(&head)?;
    for line in row_lines(&entry.changes) {
        ui.result(&format!("  {line}"))?;
    }
    for command in restores(entry) {
        ui.result(&format!("    {} {command}", style::dim("restore:")))?;
    }
    Ok(())
}

/// The commands that bring back what a commit deleted or changed.
fn restores(entry: &Entry) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    for change in &entry.changes {
        let is_lost = !matches!(
            change.action,
            Action::Create | Action::Rename | Action::Move
        );
        let word = change.word();
        if !is_lost || !["group", "tag", "artifact", "rating"].contains(&word) {
            continue;
        }
        let name = escaped(&change.key.in_table()).replace('\'', r"'\''");
        let is_artifact_gone = change.action == Action::Delete && word == "artifact";
        let files = if is_artifact_gone {
            " --with-artifacts"
        } else {
            ""
        };
        // A name may look like an option.
        let end = if name.starts_with('-') { "-- " } else { "" };
        let command = format!(
            "skillmeat restore --at {}~1{files} {end}{word} '{name}'",
            entry.commit.short()
        );
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    commands
}

/// A line for each row: `group Data Layer  + cache-manager, query-optimizer  − old-login`.
pub fn row_lines(changes: &[Change]) -> Vec<String> {
    by_row(changes)
        .into_iter()
        .map(|(key, changes)| {
            let word = changes.first().map_or("", |change| change.word());
            row_line(word, key, &changes)
        })
        .collect()
}

/// Changes by the rows that they are of.
pub(super) fn by_row(changes: &[Change]) -> Vec<(&RowKey, Vec<&Change>)> {
    let mut rows: Vec<(&RowKey, Vec<&Change>)> = Vec::new();
    for change in changes {
        match rows.last_mut() {
            Some((key, of_row)) if *key == &change.key => of_row.push(change),
            _ => rows.push((&change.key, vec![change])),
        }
    }
    rows
}

/// The line of one row.
pub(super) fn row_line(word: &str, key: &RowKey, changes: &[&Change]) -> String {
    let mut line = format!("{word} {}", escaped(&key.in_table()));
    for (action, sign) in [(Action::Add, "+"), (Action::Remove, "−")] {
        for field in [Field::Members, Field::Tags, Field::Aliases] {
            let entries: Vec<String> = changes
                .iter()
                .filter(|change| change.action == action && change.field == Some(field))
                .map(|change| entry(change, field))
                .collect();
            if !entries.is_empty() {
                line.extend(["  ", sign, " ", &entries.join(", ")]);
            }
        }
    }
    let others: Vec<String> = changes.iter().filter_map(|change| said(change)).collect();
    if !others.is_empty() {
        line.push_str("  ");
        line.push_str(&others.join(", "));
    }
    line
}

/// An entry of a list as it is shown: a member by its name, a tag with its sign.
fn entry(change: &Change, field: Field) -> String {
    let value = match change.action {
        Action::Remove => &change.before,
        _ => &change.after,
    };
    let text = value.clone().into_text();
    let shown = match field {
        Field::Members => text.split_once(':').map_or(text.as_str(), |(_, name)| name),
        _ => text.as_str(),
    };
    let sign = if field == Field::Tags { "#" } else { "" };
    format!("{sign}{}", escaped(shown))
}

/// What is no entry of a list.
fn said(change: &Change) -> Option<String> {
    let field = change.field.map_or("", Field::as_str);
    match change.action {
        Action::Create => Some("new".to_owned()),
        Action::Delete => Some("deleted".to_owned()),
        Action::Move => Some("moved".to_owned()),
        Action::Rename => Some(format!("renamed from {}", held(&change.before))),
        Action::Edit if change.field.is_none() => Some("edited".to_owned()),
        Action::Edit => Some(format!(
            "{field} {} → {}",
            held(&change.before),
            held(&change.after)
        )),
        Action::Add | Action::Remove => match change.field {
            Some(Field::Members | Field::Tags | Field::Aliases) => None,
            _ => Some(format!("{field} edited")),
        },
    }
}

fn held(value: &Value) -> String {
    match value {
        Value::Absent => "none".to_owned(),
        Value::Text(text) => format!("{:?}", escaped(text)),
        Value::Integer(number) => number.to_string(),
        Value::List(items) => plural(items.len(), "entry"),
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
