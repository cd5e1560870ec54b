//! `git`: git in the collection's folder.

use clap::Args;

use crate::cli::context::Context;
use crate::cli::error::{CliError, FAILED};

/// Run git in the collection's folder
///
/// Examples:
///
///   skillmeat git -- log --oneline -5
///   skillmeat -c team-skills git -- remote -v
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct GitArguments {
    /// What git is told
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    arguments: Vec<String>,
}

/// Runs `git`; its exit code is ours.
pub fn run(context: &mut Context, arguments: &GitArguments) -> Result<(), CliError> {
    let code = context.workspace()?.run_git(&arguments.arguments)?;
    match code {
        Some(0) => Ok(()),
        Some(code) => Err(CliError::Exit(u8::try_from(code).unwrap_or(FAILED))),
        None => Err(CliError::Exit(FAILED)),
    }
}
