//! `undeploy`: copies of artifacts out of a project.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::undeploy::{Undeploy, undeploy};
use crate::cli::arguments::TargetArguments;
use crate::cli::complete;
use crate::cli::context::{Context, waiting};
use crate::cli::deployed::tell_deployed;
use crate::cli::error::CliError;

use super::deploy::ForceArguments;

/// Take copies of artifacts out of a project again
///
/// Their files go, and their rows in the project's record; the collection is not touched. Without
/// `--profile` they go wherever they were deployed in the project.
///
/// Examples:
///
///   skillmeat undeploy jwt-auth
///   skillmeat undeploy 'oauth-*' --to ~/src/shop
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct UndeployArguments {
    /// What was deployed: `type:name`, a bare name, or a glob such as 'oauth-*'
    #[arg(value_name = "ARTIFACT", required = true, add = ArgValueCompleter::new(complete::artifacts))]
    artifacts: Vec<String>,
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    force: ForceArguments,
}

/// Runs `undeploy`.
pub fn run(context: &mut Context, arguments: UndeployArguments) -> Result<(), CliError> {
    let request = Undeploy {
        artifacts: arguments.artifacts,
        target: arguments.target.into(),
        overwriting: arguments.force.into(),
    };
    let keeper = context.workspace_if_any()?;
    let mode = context.mode();
    let ui = &mut context.ui;
    let done = undeploy(
        &context.environment,
        keeper.as_ref(),
        &request,
        mode,
        &mut |holder| waiting(ui, holder),
    )?;
    tell_deployed(context, &done)
}
