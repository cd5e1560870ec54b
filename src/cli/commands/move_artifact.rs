//! `move`: the order of artifacts.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::apply::place;
use crate::app::edit::MoveArtifact;
use crate::cli::arguments::PlaceArguments;
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Move an artifact to another place among the artifacts
///
/// Examples:
///
///   skillmeat move jwt-auth --to 0
///   skillmeat move jwt-auth --before skill:oauth-flows
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct MoveArguments {
    /// The artifact
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifact: String,
    #[command(flatten)]
    place: PlaceArguments,
}

/// Runs `move`.
pub fn run(context: &mut Context, arguments: MoveArguments) -> Result<(), CliError> {
    let PlaceArguments { to, before, after } = arguments.place;
    let operation = MoveArtifact {
        artifact: arguments.artifact,
        place: place(to, before, after)?,
    };
    context.change(&operation)
}
