//! `restore`: one row, as it was.

use clap::Args;

use crate::app::restore::{Artifacts, Restore};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::model::name::Name;

/// Bring one row back as it was, in a commit of its own
///
/// A row that was deleted comes back in its last version, with its comments; one that is there goes back
/// to the version before its last change. `--at` names another moment.
///
/// Examples:
///
///   skillmeat restore group Authentication
///   skillmeat restore group Authentication --at '2 weeks ago' --as 'Old authentication'
///   skillmeat restore artifact skill:jwt-auth --with-artifacts
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RestoreArguments {
    /// `group`, `tag`, `artifact` or `rating`
    #[arg(value_name = "KIND")]
    kind: String,
    /// The group's name, the tag's slug, the artifact's `type:name`, the rating's `type:name:address`
    name: String,
    /// The moment: a commit, or a date in any form that git takes
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
    /// Another name for it
    #[arg(long = "as", value_name = "NEW")]
    rename: Option<String>,
    /// Bring back rows and files of artifacts that are gone, too
    #[arg(long)]
    with_artifacts: bool,
}

/// Runs `restore`.
pub fn run(context: &mut Context, arguments: &RestoreArguments) -> Result<(), CliError> {
    let row = context
        .workspace()?
        .row_named(&arguments.kind, &arguments.name)?;
    let rename = arguments.rename.as_deref().map(Name::new).transpose();
    context.change(&Restore {
        row,
        at: arguments.at.clone(),
        rename: rename.map_err(crate::app::error::AppError::from)?,
        artifacts: if arguments.with_artifacts {
            Artifacts::Bring
        } else {
            Artifacts::Leave
        },
    })
}
