//! `resolve`: deciding what a merge could not.

use clap::{ArgGroup, Args};
use serde_json::json;

use crate::app::resolve::{Ending, ResolveReport, ResolveRequest, State};
use crate::cli::context::{Context, waiting};
use crate::cli::error::{CONFLICTS, CliError};
use crate::cli::json;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::text::escaped;
use crate::cli::ui::views::conflicts::conflict_list;
use crate::model::conflict::{Choice, Resolution};
use crate::model::side::Side;

/// Decide conflicts, by row and field
///
/// KEY is what `skillmeat conflicts` shows: `group:NAME`, `tag:SLUG`, `artifact:TYPE:NAME`, `header`.
/// When nothing is left to decide, the manifest is staged; `--commit` then ends the merge, or lets
/// the rebase go on. Without a decision, `--commit` alone does just that.
///
/// Examples:
///
///   skillmeat resolve group:Authentication --field color --theirs
///   skillmeat resolve --all --ours --commit
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
#[command(group = ArgGroup::new("choice").args(["ours", "theirs", "base", "value"]))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and the group above keeps them apart"
)]
pub struct ResolveArguments {
    /// The row
    #[arg(required_unless_present_any = ["all", "commit"], requires = "choice")]
    key: Option<String>,
    /// The field; all of the row's conflicts when left out
    #[arg(long, value_name = "FIELD", requires = "key")]
    field: Option<String>,
    /// Every conflict
    #[arg(long, conflicts_with = "key", requires = "choice")]
    all: bool,
    /// Take our version
    #[arg(long)]
    ours: bool,
    /// Take their version
    #[arg(long)]
    theirs: bool,
    /// Take the version of the common ancestor
    #[arg(long)]
    base: bool,
    /// Take this value; the entries of a list are set apart by commas
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    value: Option<String>,
    /// End the merge, or go on with the rebase, once nothing is left to decide
    #[arg(long)]
    commit: bool,
}

impl ResolveArguments {
    fn decision(&self) -> Option<Resolution> {
        let choice = match (&self.value, self.ours, self.theirs, self.base) {
            (Some(value), ..) => Choice::Value(value.clone()),
            (None, true, ..) => Choice::Version(Side::Ours),
            (None, _, true, _) => Choice::Version(Side::Theirs),
            (None, _, _, true) => Choice::Version(Side::Base),
            _ => return None,
        };
        Some(Resolution {
            key: self.key.as_deref().and_then(|key| key.parse().ok()),
            field: self.field.clone(),
            choice,
        })
    }
}

/// Runs `resolve`.
pub fn run(context: &mut Context, arguments: &ResolveArguments) -> Result<(), CliError> {
    context.refuse_dry_run()?;
    let request = ResolveRequest {
        decision: arguments.decision(),
        ending: if arguments.commit {
            Ending::Commit
        } else {
            Ending::Stage
        },
    };
    let workspace = context.workspace()?;
    let report = workspace.resolve(&request, &mut |holder| waiting(&mut context.ui, holder))?;
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let document = json!({
            "resolved": json::conflicts(&report.resolved),
            "conflicts": json::conflicts(&report.conflicts.open),
            "state": word(report.state),
        });
        context.ui.json(&document)?;
    } else {
        for_people(context, &report)?;
    }
    if arguments.commit && report.state == State::Open {
        return Err(CliError::Exit(CONFLICTS));
    }
    Ok(())
}

fn word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Staged => "staged",
        State::Ended => "ended",
    }
}

fn for_people(context: &mut Context, report: &ResolveReport) -> Result<(), CliError> {
    let ui = &mut context.ui;
    for conflict in &report.resolved {
        let field = if conflict.field.is_empty() {
            String::new()
        } else {
            format!(" {}", escaped(&conflict.field))
        };
        ui.result(&format!(
            "Resolved {}{field}.",
            escaped(&conflict.key.to_string())
        ))?;
    }
    match report.state {
        State::Open => conflict_list(ui, &report.conflicts)?,
        State::Staged => {
            ui.result("The manifest is clean and staged.")?;
            for path in &report.conflicts.others {
                ui.note(&format!("{} is still in conflict.", escaped(path)));
            }
            ui.note("End it with `skillmeat resolve --commit`.");
        }
        State::Ended => ui.result("Done: nothing is in conflict any more.")?,
    }
    Ok(())
}
