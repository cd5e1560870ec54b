//! `undo` and `redo`: operations, back and forth.

use clap::Args;

use crate::app::undo::{Redo, Undo};
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Take back an operation, as a new commit; what came later stays
///
/// Without COMMIT: the newest operation of one's own that still holds. Again: the one before it. What
/// was changed again since is told field by field, and then nothing is changed.
///
/// Examples:
///
///   skillmeat undo
///   skillmeat undo 1a2b3c4d5e
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct UndoArguments {
    /// The commit, in any form that git takes
    commit: Option<String>,
}

/// Do again what the last undo took back
///
/// Again: what the undo before it took back. A new change ends that.
///
/// Examples:
///
///   skillmeat redo
///   skillmeat -c team-skills redo
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RedoArguments {}

/// Runs `undo`.
pub fn run(context: &mut Context, arguments: UndoArguments) -> Result<(), CliError> {
    context.change(&Undo {
        commit: arguments.commit,
    })
}

/// Runs `redo`.
pub fn run_redo(context: &mut Context) -> Result<(), CliError> {
    context.change(&Redo)
}
