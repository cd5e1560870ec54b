//! What `adopt` did, or would do.

use std::collections::HashMap;

use crate::app::adopt::{AdoptReport, Adopted, Disagreement, Done, Prefer, Standing};
use crate::app::registry::Activity;
use crate::app::transaction::outcome::{Mode, Outcome};
use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::settings::Verbosity;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::finding::{Finding, Severity};
use crate::model::row::{Row, RowKey};
use crate::model::value::{Field, Value};

use super::changes::{Outcome as Shown, change_line, change_report};

/// How many entries of a list are shown.
const LISTED: usize = 12;

/// Shows each collection with its commits, what is rescued, and what can't be.
pub fn for_people(
    ui: &mut Ui,
    report: &AdoptReport,
    prefer: Prefer,
    mode: Mode,
) -> Result<(), OutputError> {
    let done = report.collections.iter();
    for (adopted, done) in done.filter_map(|one| Some((one, one.result.as_ref().ok()?))) {
        if ui.verbosity() > Verbosity::Quiet || mode == Mode::Pretend {
            heading(ui, adopted)?;
            recorded(ui, adopted, &done.recorded, mode)?;
            rescued(ui, adopted, done, mode)?;
        }
        disagreements(ui, &done.told.disagreements, prefer);
        let findings = done.findings.iter().chain(&done.told.findings);
        findings.for_each(|finding| tell(ui, finding));
    }
    report.findings.iter().for_each(|finding| tell(ui, finding));
    if report.database.is_none() {
        ui.note("There is no database of SkillMeat's, so nothing had to be rescued from it; `--database FILE` names one elsewhere.");
    }
    if mode == Mode::Pretend {
        ui.note("Nothing was changed: this was a dry run.");
    }
    Ok(())
}

fn tell(ui: &mut Ui, finding: &Finding) {
    match finding.severity {
        Severity::Note => ui.note(&escaped(&finding.to_string())),
        _ => ui.warning(&finding.to_string()),
    }
}

fn heading(ui: &mut Ui, adopted: &Adopted) -> Result<(), OutputError> {
    let mark = match adopted.activity {
        Some(Activity::Active) => " (active)",
        _ => "",
    };
    ui.result(&format!(
        "{}{mark} in {}",
        style::bold(&escaped(&adopted.name)),
        escaped(&adopted.folder.display().to_string())
    ))
}

fn recorded(
    ui: &mut Ui,
    adopted: &Adopted,
    outcome: &Outcome,
    mode: Mode,
) -> Result<(), OutputError> {
    let place = match &adopted.standing {
        Standing::Made => "a repository of its own".to_owned(),
        Standing::MadeInside(around) => format!(
            "a repository of its own, which the one around it in {} does not look into",
            escaped(&around.display().to_string())
        ),
        Standing::Own => "its own repository".to_owned(),
        Standing::Around(around) => {
            format!(
                "the repository in {}",
                escaped(&around.display().to_string())
            )
        }
    };
    // The manifest is none of the files beside it.
    let count = plural(outcome.files.len() + 1, "file");
    match (&outcome.commit, mode) {
        (Some(commit), _) => ui.result(&format!(
            "Recorded {count} as they were in {place}, as {}.",
            style::bold(commit.short())
        )),
        (None, Mode::Pretend) if outcome.branch.is_some() => {
            for file in &outcome.files {
                ui.result(&format!("file {}: record", escaped(file.path.as_str())))?;
            }
            ui.result(&format!("Would record {count} as they are in {place}."))
        }
        (None, _) => ui.result(&format!("It is in {place} already.")),
    }
}

fn rescued(ui: &mut Ui, adopted: &Adopted, done: &Done, mode: Mode) -> Result<(), OutputError> {
    let outcome = &done.rescued;
    let rows: HashMap<RowKey, &Row> = (done.told.rows.iter())
        .map(|row| (row.key(), row))
        .collect();
    for change in &outcome.changes {
        let row = rows.get(&change.key).filter(|_| change.field.is_none());
        let summed = row.map(|row| summary(row)).unwrap_or_default();
        ui.result(&format!("{}{}", change_line(change), escaped(&summed)))?;
    }
    let undo = outcome
        .commit
        .as_ref()
        .map(|commit| undo(adopted, commit.short()));
    let shown = match (&outcome.commit, mode) {
        (Some(commit), _) => Shown::Committed {
            commit,
            branch: outcome.branch.as_deref().unwrap_or_default(),
            undo: undo.as_deref().unwrap_or_default(),
        },
        (None, Mode::Perform) => Shown::Nothing,
        (None, Mode::Pretend) if outcome.changes.is_empty() => Shown::Nothing,
        // That it is a dry run is said once, at the end.
        (None, Mode::Pretend) => return Ok(()),
    };
    change_report(ui, &[], shown)
}

/// The command that takes a rescue back.
pub fn undo(adopted: &Adopted, commit: &str) -> String {
    let collection = match adopted.activity {
        Some(_) => adopted.name.clone(),
        None => adopted.folder.display().to_string(),
    };
    let is_plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if collection.chars().all(is_plain) {
        format!("skillmeat -c {collection} undo {commit}")
    } else {
        format!(
            "skillmeat -c '{}' undo {commit}",
            collection.replace('\'', r"'\''")
        )
    }
}

/// What a new row holds, in a few words in brackets.
fn summary(row: &Row) -> String {
    let text = |field| row.get(field).into_text();
    let quoted = |field| match text(field) {
        text if text.is_empty() => text,
        text => format!("{text:?}"),
    };
    let listed = |field: Field, word: &str| match row.get(field).into_list() {
        list if list.is_empty() => String::new(),
        list if list.len() > LISTED => {
            let more = list.len() - LISTED;
            format!("{word} {} and {more} more", list[..LISTED].join(", "))
        }
        list => format!("{word} {}", list.join(", ")),
    };
    let parts = match row {
        Row::Group(group) => vec![
            plural(group.members.len(), "member"),
            quoted(Field::Description),
            text(Field::Color),
            text(Field::Icon),
            listed(Field::Tags, "tags"),
            listed(Field::Members, ""),
        ],
        Row::Tag(_) => vec![quoted(Field::Name), text(Field::Color)],
        Row::Rating(rating) => vec![
            plural(usize::try_from(rating.rating).unwrap_or_default(), "star"),
            quoted(Field::Note),
        ],
        Row::Composite(_) => vec![listed(Field::Members, "")],
        Row::Artifact(_) => vec![listed(Field::Tags, "tags")],
    };
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!(" ({})", parts.join("; "))
}

fn disagreements(ui: &mut Ui, all: &[Disagreement], prefer: Prefer) {
    for one in all {
        let (manifest, database) = (said(&one.manifest), said(&one.database));
        let kept = match prefer {
            Prefer::Manifest => "the first stays, and `--prefer database` would take the other",
            Prefer::Database => "the second is taken",
        };
        ui.warning(&format!(
            "{} {}: collection.toml says {manifest}, the database {database}; {kept}.",
            one.key, one.field
        ));
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Absent => "nothing".to_owned(),
        Value::Text(text) => format!("{text:?}"),
        Value::Integer(number) => number.to_string(),
        Value::List(list) => format!("[{}]", list.join(", ")),
    }
}
