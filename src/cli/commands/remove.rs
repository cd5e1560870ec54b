//! `remove`: artifacts out of the collection.

use clap::Args;

use crate::app::remove::Remove;
use crate::cli::arguments::SelectionArguments;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Remove artifacts: their rows, files, memberships and ratings
///
/// Files with work that is not committed are refused; nothing of yours is lost. `skillmeat undo` brings it all back.
///
/// Examples:
///
///   skillmeat remove jwt-auth
///   skillmeat remove 'draft-*' --dry-run
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RemoveArguments {
    #[command(flatten)]
    selection: SelectionArguments,
}

/// Runs `remove`.
pub fn run(context: &mut Context, arguments: RemoveArguments) -> Result<(), CliError> {
    context.change(&Remove {
        artifacts: arguments.selection.into(),
    })
}
