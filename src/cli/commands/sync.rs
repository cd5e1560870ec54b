//! `sync`, `pull`, `push`: the collection's commits, to and from teammates.

use clap::Args;
use serde_json::json;

use crate::app::sync::{Direction, SyncReport};
use crate::cli::context::{Context, waiting};
use crate::cli::error::{CONFLICTS, CliError};
use crate::cli::json;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::text::escaped;
use crate::cli::ui::views::conflicts::conflict_list;
use crate::cli::ui::views::entries::incoming;
use crate::cli::ui::words::plural;

/// Bring in teammates' commits, merge, and send one's own
///
/// What came in is told by person and row. Edits that can both hold are merged by table, row and
/// field; those that can't are told, and `skillmeat resolve` decides them. Nothing is forced.
///
/// Examples:
///
///   skillmeat sync
///   skillmeat -c team-skills sync --json
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct SyncArguments {}

/// Bring in teammates' commits, and merge them
///
/// Examples:
///
///   skillmeat pull
///   skillmeat -c team-skills pull
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct PullArguments {}

/// Send one's own commits, where nobody else has pushed meanwhile
///
/// Examples:
///
///   skillmeat push
///   skillmeat -c team-skills push
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct PushArguments {}

/// Runs `sync`, `pull` or `push`.
pub fn run(context: &mut Context, direction: Direction) -> Result<(), CliError> {
    context.refuse_dry_run()?;
    let workspace = context.workspace()?;
    let report = workspace.sync(direction, &mut |holder| waiting(&mut context.ui, holder))?;
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        as_json(context, &report)?;
    } else {
        for_people(context, &report, direction)?;
    }
    match (report.fault, report.conflicts) {
        (Some(fault), _) => Err(fault.into()),
        (None, Some(_)) => Err(CliError::Exit(CONFLICTS)),
        (None, None) => Ok(()),
    }
}

fn as_json(context: &mut Context, report: &SyncReport) -> Result<(), CliError> {
    let open = report.conflicts.as_ref();
    let document = json!({
        "incoming": report.incoming.iter().map(json::entry).collect::<Vec<_>>(),
        "pushed": report.pushed,
        "conflicts": open.map_or_else(|| json!([]), |conflicts| json::conflicts(&conflicts.open)),
    });
    Ok(context.ui.json(&document)?)
}

fn for_people(
    context: &mut Context,
    report: &SyncReport,
    direction: Direction,
) -> Result<(), CliError> {
    let ui = &mut context.ui;
    incoming(ui, &report.incoming)?;
    let upstream = escaped(&report.upstream).into_owned();
    if !report.incoming.is_empty() {
        let count = plural(report.incoming.len(), "commit");
        ui.result(&format!("Brought in {count} from {upstream}."))?;
    }
    if let Some(conflicts) = &report.conflicts {
        conflict_list(ui, conflicts)?;
        ui.note("Decide them with `skillmeat resolve KEY --ours|--theirs`, then `skillmeat resolve --commit`.");
        return Ok(());
    }
    if report.pushed > 0 {
        let count = plural(
            usize::try_from(report.pushed).unwrap_or(usize::MAX),
            "commit",
        );
        ui.result(&format!("Sent {count} to {upstream}."))?;
    }
    if report.fault.is_some() && report.ahead > 0 {
        let count = plural(
            usize::try_from(report.ahead).unwrap_or(usize::MAX),
            "commit",
        );
        let verbs = match report.ahead {
            1 => ("is", "goes"),
            _ => ("are", "go"),
        };
        ui.note(&format!(
            "{count} of this side {} kept here, and {} out with the next sync.",
            verbs.0, verbs.1
        ));
    }
    let is_idle = report.incoming.is_empty() && report.pushed == 0 && report.fault.is_none();
    if is_idle {
        let line = match direction {
            Direction::Push => format!("Nothing to send to {upstream}."),
            _ => format!("Everything is as in {upstream}."),
        };
        ui.result(&line)?;
    }
    Ok(())
}
