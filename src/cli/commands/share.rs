//! `share`: a collection for teammates.

use clap::Args;
use serde_json::json;

use crate::cli::context::{Context, waiting};
use crate::cli::error::CliError;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::text::escaped;

/// Share the collection: set a remote, send all commits, follow it from then on
///
/// The repository at URL must be empty. Teammates get it with `skillmeat clone URL`.
///
/// Examples:
///
///   skillmeat share git@example.com:team/skills.git
///   skillmeat -c team-skills share /srv/git/team-skills.git
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ShareArguments {
    /// The address, as git takes it
    #[arg(value_name = "URL")]
    address: String,
}

/// Runs `share`.
pub fn run(context: &mut Context, arguments: &ShareArguments) -> Result<(), CliError> {
    context.refuse_dry_run()?;
    let address = context.address(&arguments.address);
    let workspace = context.workspace()?;
    let report = workspace.share(&address, &mut |holder| waiting(&mut context.ui, holder))?;
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let document = json!({
            "branch": report.branch,
            "remote": report.address,
            "pushed": report.pushed,
        });
        return Ok(context.ui.json(&document)?);
    }
    let address = escaped(&report.address).into_owned();
    context
        .ui
        .result(&format!("Shared {} at {address}.", escaped(&report.branch)))?;
    context.ui.note(&format!(
        "Teammates get it with `skillmeat clone {address}`."
    ));
    Ok(())
}
