//! `history`: what happened to groups, tags and artifacts, and when.

use clap::Args;
use serde_json::{Value, json};

use crate::app::error::AppError;
use crate::app::history::{History, HistoryRequest, Horizon, Kind};
use crate::app::incoming::Entry;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::entries::history_entry;

/// Tell what happened to the collection, or to one row of it, newest first
///
/// Read from git: commits by hand and by other tools count too. Renames are followed. Each row that was
/// deleted or changed stands with the command that brings it back.
///
/// Examples:
///
///   skillmeat history -n 20
///   skillmeat history group Authentication
///   skillmeat history --deleted --since '2 weeks ago'
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct HistoryArguments {
    /// `group`, `tag`, `artifact` or `rating`
    #[arg(value_name = "KIND", requires = "name")]
    kind: Option<String>,
    /// The group's name, the tag's slug, the artifact's `type:name`
    name: Option<String>,
    /// Only rows that were deleted
    #[arg(long)]
    deleted: bool,
    /// Only commits of an author whose name or address holds TEXT
    #[arg(long, value_name = "TEXT")]
    author: Option<String>,
    /// Only commits after a date, in any form that git takes
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// At most N entries
    #[arg(short = 'n', long = "max-count", value_name = "N")]
    limit: Option<usize>,
}

/// Runs `history`.
pub fn run(context: &mut Context, arguments: HistoryArguments) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let row = match (&arguments.kind, &arguments.name) {
        (Some(kind), Some(name)) => Some(workspace.row_named(kind, name)?),
        _ => None,
    };
    let since = arguments
        .since
        .map(|text| {
            context
                .environment
                .moment(&text)
                .ok_or_else(|| AppError::Request(format!("{text:?} is no date that git takes")))
        })
        .transpose()?;
    let history = workspace.history(&HistoryRequest {
        row,
        kind: if arguments.deleted {
            Kind::Deleted
        } else {
            Kind::Every
        },
        author: arguments.author,
        since,
        limit: arguments.limit,
    })?;
    if context.ui.format() == Format::Json {
        let entries: Value = history.entries.iter().map(json::entry).collect();
        return Ok(context.ui.json(&json!({ "entries": entries }))?);
    }
    for_people(context, &history)
}

fn for_people(context: &mut Context, history: &History) -> Result<(), CliError> {
    let History { entries, horizon } = history;
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            context.ui.result("")?;
        }
        history_entry(&mut context.ui, entry as &Entry)?;
    }
    if entries.is_empty() {
        context.ui.note("Nothing happened.");
    }
    if *horizon == Horizon::Shallow {
        context.ui.note("This clone is shallow: what happened before is not known here. Get the rest with `git fetch --unshallow`.");
    }
    Ok(())
}
