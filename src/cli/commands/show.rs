//! `show`: one artifact.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::detail::artifact_detail;

/// Show everything that is known of an artifact
///
/// Examples:
///
///   skillmeat show jwt-auth
///   skillmeat show agent:reviewer --json
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ShowArguments {
    /// The artifact
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifact: String,
}

/// Runs `show`.
pub fn run(context: &mut Context, arguments: &ShowArguments) -> Result<(), CliError> {
    let (detail, tags) =
        context.read(|reader| Ok((reader.artifact(&arguments.artifact)?, reader.tag_names()?)))?;
    if context.ui.format() == Format::Json {
        return Ok(context
            .ui
            .json(&json!({ "artifact": json::artifact_detail(&detail) }))?);
    }
    Ok(artifact_detail(&mut context.ui, &detail, &tags)?)
}
