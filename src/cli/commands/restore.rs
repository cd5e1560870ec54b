//! `restore`: one row, or the whole organisation, as it was.

use clap::Args;

use crate::app::restore::{Artifacts, Restore};
use crate::app::restore_all::RestoreAll;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::model::name::Name;

/// Bring one row back as it was, or all of them, in a commit of its own
///
/// A row that was deleted comes back in its last version, with its comments; one that is there goes back
/// to the version before its last change. `--at` names another moment.
///
/// `--all --at` brings back the whole organisation: groups, tag definitions, ratings, their order, and the
/// tags of artifacts. Artifacts that came since stay.
///
/// Examples:
///
///   skillmeat restore group Authentication
///   skillmeat restore group Authentication --at '2 weeks ago' --as 'Old authentication'
///   skillmeat restore artifact skill:jwt-auth --with-artifacts
///   skillmeat restore --all --at '2 weeks ago' --dry-run
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RestoreArguments {
    /// `group`, `tag`, `artifact` or `rating`
    #[arg(
        value_name = "KIND",
        required_unless_present = "all",
        requires = "name"
    )]
    kind: Option<String>,
    /// The group's name, the tag's slug, the artifact's `type:name` (or its name alone where that is clear), the rating's `type:name:address`
    name: Option<String>,
    /// All groups, tag definitions and ratings, and the tags of artifacts
    #[arg(long, requires = "at", conflicts_with_all = ["kind", "rename"])]
    all: bool,
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
    let artifacts = if arguments.with_artifacts {
        Artifacts::Bring
    } else {
        Artifacts::Leave
    };
    let (Some(kind), Some(name)) = (&arguments.kind, &arguments.name) else {
        let at = arguments.at.clone().unwrap_or_default();
        return context.change(&RestoreAll { at, artifacts });
    };
    let workspace = context.workspace()?;
    let row = workspace.row_named(kind, name, arguments.at.as_deref())?;
    let rename = arguments.rename.as_deref().map(Name::new).transpose();
    context.change(&Restore {
        row,
        at: arguments.at.clone(),
        rename: rename.map_err(crate::app::error::AppError::from)?,
        artifacts,
    })
}
