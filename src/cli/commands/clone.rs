//! `clone`: a teammate's collection.

use clap::{Args, ValueHint};
use serde_json::json;

use crate::app::clone::CloneCollection;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::name::Name;

/// Get a shared collection: clone it, set it up, make it the active one
///
/// Examples:
///
///   skillmeat clone git@example.com:team/skills.git
///   skillmeat clone /srv/git/team-skills.git team
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CloneArguments {
    /// The address, as git takes it
    #[arg(value_name = "URL")]
    address: String,
    /// The collection's name on this machine; made of the address when left out
    name: Option<String>,
    /// The folder, in place of one among the named collections
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    path: Option<String>,
}

/// Runs `clone`.
pub fn run(context: &mut Context, arguments: CloneArguments) -> Result<(), CliError> {
    context.refuse_dry_run()?;
    let name = arguments.name.as_deref().map(Name::new).transpose();
    let clone = CloneCollection {
        address: context.address(&arguments.address),
        name: name.map_err(crate::app::error::AppError::from)?,
        path: arguments.path.map(|path| context.path(&path)),
    };
    let report = clone.run(&context.environment)?;
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let document = json!({
            "collection": report.name,
            "path": report.folder.display().to_string(),
            "artifacts": report.artifacts,
            "groups": report.groups,
        });
        return Ok(context.ui.json(&document)?);
    }
    let counts = format!(
        "{} in {}",
        plural(report.artifacts, "artifact"),
        plural(report.groups, "group")
    );
    context.ui.result(&format!(
        "Cloned {} ({counts}) to {}.",
        escaped(&report.name),
        escaped(&report.folder.display().to_string())
    ))?;
    Ok(())
}
