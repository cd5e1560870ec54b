//! `deployments`: what is deployed, and how it stands.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::app::deployments::{Scope, deployments};
use crate::app::deployments_pull::Pull;
use crate::app::deployments_rollback::Rollback;
use crate::cli::arguments::TargetArguments;
use crate::cli::complete;
use crate::cli::context::{Context, waiting};
use crate::cli::deployed::{tell_deployed, tell_list};
use crate::cli::error::CliError;

use super::deploy::ForceArguments;

/// Show what is deployed in a project, and how it stands to the collection
///
/// Each deployment is up to date, outdated, locally modified, both, missing, or gone from the
/// collection.
///
/// Examples:
///
///   skillmeat deployments
///   skillmeat deployments --all
///   skillmeat deployments pull jwt-auth
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true)]
pub struct DeploymentsArguments {
    #[command(flatten)]
    target: TargetArguments,
    /// Every project that was deployed into from this machine
    #[arg(long, conflicts_with_all = ["to", "profile"])]
    all: bool,
    #[command(subcommand)]
    command: Option<DeploymentsCommand>,
}

/// What to do with deployments.
#[derive(Debug, Clone, Subcommand)]
enum DeploymentsCommand {
    /// Take edits that were made in the project into the collection, as one commit
    ///
    /// They are merged with what changed in the collection since. Two edits of the same lines are
    /// told, and nothing is changed then.
    Pull {
        /// Which ones; all that were edited when left out
        #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
        artifacts: Vec<String>,
        #[command(flatten)]
        target: TargetArguments,
    },
    /// Go back to the version that was deployed before the present one
    ///
    /// Again goes one version further back; `skillmeat deploy` brings the newest one again. The files
    /// come from the collection's history.
    Rollback {
        /// Which ones
        #[arg(value_name = "ARTIFACT", required = true, add = ArgValueCompleter::new(complete::artifacts))]
        artifacts: Vec<String>,
        #[command(flatten)]
        target: TargetArguments,
        #[command(flatten)]
        force: ForceArguments,
    },
}

/// Runs `deployments`.
pub fn run(context: &mut Context, arguments: DeploymentsArguments) -> Result<(), CliError> {
    match arguments.command {
        None if arguments.all => list(context, &Scope::All),
        None => list(context, &Scope::One(arguments.target.into())),
        Some(DeploymentsCommand::Pull { artifacts, target }) => {
            let target = target.into();
            pull(context, &Pull { artifacts, target })
        }
        Some(DeploymentsCommand::Rollback {
            artifacts,
            target,
            force,
        }) => {
            let request = Rollback {
                artifacts,
                target: target.into(),
                overwriting: force.into(),
            };
            rollback(context, &request)
        }
    }
}

fn list(context: &mut Context, scope: &Scope) -> Result<(), CliError> {
    let open = context.workspace_if_any()?;
    let ui = &mut context.ui;
    let found = deployments(&context.environment, open, scope, &mut |holder| {
        waiting(ui, holder);
    })?;
    tell_list(context, &found)
}

fn pull(context: &mut Context, request: &Pull) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let mode = context.mode();
    let outcome = workspace.pull_deployments(request, mode, &mut |holder| {
        waiting(&mut context.ui, holder);
    })?;
    context.report(&outcome)
}

fn rollback(context: &mut Context, request: &Rollback) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let mode = context.mode();
    let done = workspace.roll_back(request, mode, &mut |holder| {
        waiting(&mut context.ui, holder);
    })?;
    tell_deployed(context, &done)
}
