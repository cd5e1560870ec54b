//! `conflicts`: what a merge could not decide.

use clap::Args;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::conflicts::conflict_list;

/// List what a merge could not decide, field by field, with both sides
///
/// In a rebase git calls the branch that you rebase onto ours, and your own commit theirs; the list
/// says whose is whose. Exits 0 whether there are conflicts or not.
///
/// Examples:
///
///   skillmeat conflicts
///   skillmeat conflicts --json
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ConflictsArguments {}

/// Runs `conflicts`.
pub fn run(context: &mut Context) -> Result<(), CliError> {
    let conflicts = context.workspace()?.conflicts()?;
    if context.ui.format() == Format::Json {
        let document = json!({
            "conflicts": json::conflicts(&conflicts.open),
            "sides": { "ours": conflicts.sides.ours, "theirs": conflicts.sides.theirs },
            "operation": conflicts.operation,
            "others": conflicts.others,
        });
        return Ok(context.ui.json(&document)?);
    }
    Ok(conflict_list(&mut context.ui, &conflicts)?)
}
