//! `history`: what happened to groups, tags and artifacts, and when.

use std::ops::ControlFlow;

use clap::Args;

use crate::app::error::AppError;
use crate::app::history::{HistoryRequest, Horizon, Kind, Listener};
use crate::app::workspace::Workspace;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::output::Ui;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::entries::HistoryView;

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
    /// The group's name, the tag's slug, the artifact's `type:name`, or its name alone where that is clear
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
        (Some(kind), Some(name)) => Some(workspace.row_named(kind, name, None)?),
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
    let request = HistoryRequest {
        row,
        kind: if arguments.deleted {
            Kind::Deleted
        } else {
            Kind::Every
        },
        author: arguments.author,
        since,
        limit: arguments.limit,
    };
    match context.ui.format() {
        Format::Json => for_scripts(&mut context.ui, &workspace, &request),
        Format::People => for_people(&mut context.ui, &workspace, &request),
    }
}

fn for_scripts(
    ui: &mut Ui,
    workspace: &Workspace,
    request: &HistoryRequest,
) -> Result<(), CliError> {
    let mut told = Ok(Horizon::Asked);
    let document = Ui::json_document("entries", |take| {
        let mut listener = Listener {
            take: &mut |entry| take(json::entry(entry)),
            worked_out: &mut |_| {},
        };
        told = workspace.history(request, &mut listener);
    })?;
    told?;
    Ok(ui.show_document(document)?)
}

fn for_people(
    ui: &mut Ui,
    workspace: &Workspace,
    request: &HistoryRequest,
) -> Result<(), CliError> {
    let mut shown = Ok(());
    let progress = ui.progress_beside_results(0, "Reading the history:");
    let mut view = HistoryView::of(ui);
    let mut listener = Listener {
        take: &mut |entry| {
            shown = view.entry(&entry);
            match shown {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        },
        worked_out: &mut |count| progress.advance(count as u64),
    };
    let horizon = workspace.history(request, &mut listener)?;
    drop(progress);
    let is_empty = view.is_empty();
    shown?;
    if is_empty {
        ui.note("Nothing happened.");
    }
    if horizon == Horizon::Shallow {
        ui.note("This clone is shallow: what happened before is not known here. Get the rest with `git fetch --unshallow`.");
    }
    Ok(())
}
