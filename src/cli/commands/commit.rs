//! `commit`: edits made by hand.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::commit::Record;
use crate::app::names::Selection;
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Commit edits made by hand, to the manifest and to artifacts' files
///
/// Everything else in the repository is left alone, staged or not.
///
/// Examples:
///
///   skillmeat commit -m "Sharpen the reviewer's questions"
///   skillmeat commit agent:reviewer
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CommitArguments {
    /// The commit's subject
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Only these artifacts
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifacts: Vec<String>,
}

/// Runs `commit`.
pub fn run(context: &mut Context, arguments: CommitArguments) -> Result<(), CliError> {
    context.change(&Record {
        message: arguments.message,
        artifacts: Selection::of(arguments.artifacts),
    })
}
