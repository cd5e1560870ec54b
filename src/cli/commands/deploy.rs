//! `deploy`: copies of artifacts in a project.

use clap::Args;

use crate::app::deploy::Deploy;
use crate::app::deployment_change::Overwriting;
use crate::cli::arguments::{SelectionArguments, TargetArguments};
use crate::cli::context::{Context, waiting};
use crate::cli::deployed::tell_deployed;
use crate::cli::error::CliError;

/// Copy artifacts into a project, for the client that works there
///
/// A record in the project says what was deployed, so that `skillmeat deployments` can tell what is
/// outdated and what was edited. What was edited is never overwritten without being told to.
///
/// Examples:
///
///   skillmeat deploy jwt-auth
///   skillmeat deploy --group Authentication --to ~/src/shop --profile cursor
///   skillmeat deploy jwt-auth --version 24616a2d34ad
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct DeployArguments {
    #[command(flatten)]
    artifacts: SelectionArguments,
    #[command(flatten)]
    target: TargetArguments,
    /// Not what the collection holds now, but its version with this content (the first digits will do)
    #[arg(long, value_name = "HASH", value_parser = hash_start)]
    version: Option<String>,
    #[command(flatten)]
    force: ForceArguments,
}

/// Whether something may be overwritten.
#[derive(Debug, Clone, Args)]
pub struct ForceArguments {
    /// Also where it was edited, or something else stands: that is kept in git first
    #[arg(long)]
    force: bool,
}

impl From<ForceArguments> for Overwriting {
    fn from(arguments: ForceArguments) -> Self {
        if arguments.force {
            Self::KeepInGit
        } else {
            Self::Refuse
        }
    }
}

/// Takes the beginning of a content's hash.
fn hash_start(text: &str) -> Result<String, String> {
    let text = text.to_ascii_lowercase();
    let is_hash = (4..=64).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_hexdigit());
    if is_hash {
        Ok(text)
    } else {
        Err("a content is named by 4 to 64 hexadecimal digits".to_owned())
    }
}

/// Runs `deploy`.
pub fn run(context: &mut Context, arguments: DeployArguments) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let request = Deploy {
        artifacts: arguments.artifacts.into(),
        target: arguments.target.into(),
        version: arguments.version,
        overwriting: arguments.force.into(),
    };
    let mode = context.mode();
    let done = workspace.deploy(&request, mode, &mut |holder| {
        waiting(&mut context.ui, holder);
    })?;
    tell_deployed(context, &done)
}
