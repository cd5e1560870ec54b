//! `rename`: an artifact's name.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::rename::Rename;
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Rename an artifact; memberships, tags, ratings and files follow
///
/// Examples:
///
///   skillmeat rename jwt-auth token-auth
///   skillmeat rename command:review:security review:threats
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RenameArguments {
    /// The artifact
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    from: String,
    /// Its new name
    #[arg(value_name = "NAME")]
    to: String,
}

/// Runs `rename`.
pub fn run(context: &mut Context, arguments: RenameArguments) -> Result<(), CliError> {
    context.change(&Rename {
        from: arguments.from,
        to: arguments.to,
    })
}
