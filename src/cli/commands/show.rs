//! `show`: one artifact, group or tag, as it is or as it was.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use crate::app::error::AppError;
use crate::cli::arguments::MomentArguments;
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::detail::artifact_detail;

use super::{group, tag};

/// Show everything that is known of an artifact, now or at another time
///
/// `show group NAME` and `show tag TAG` are `group show` and `tag show`.
///
/// Examples:
///
///   skillmeat show jwt-auth
///   skillmeat show agent:reviewer --at '2 weeks ago'
///   skillmeat show group Authentication --at v1.0
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ShowArguments {
    /// The artifact; or `artifact`, `group` or `tag`, with NAME
    #[arg(value_name = "ARTIFACT|KIND", add = ArgValueCompleter::new(complete::artifacts))]
    artifact: String,
    /// The name of the group, tag or artifact
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    moment: MomentArguments,
}

/// Runs `show`.
pub fn run(context: &mut Context, arguments: &ShowArguments) -> Result<(), CliError> {
    let at = arguments.moment.at();
    let Some(name) = &arguments.name else {
        return artifact(context, &arguments.artifact, at);
    };
    match arguments.artifact.as_str() {
        "artifact" => artifact(context, name, at),
        "group" => group::show(context, name, at),
        "tag" => tag::show(context, name, at),
        word => {
            let text = format!("{word:?} is neither artifact, group nor tag");
            Err(AppError::Request(text).into())
        }
    }
}

fn artifact(context: &mut Context, name: &str, at: Option<&str>) -> Result<(), CliError> {
    let (detail, tags) = context.read_at(at, |reader| {
        Ok((reader.artifact(name)?, reader.tag_names()?))
    })?;
    if context.ui.format() == Format::Json {
        return Ok(context
            .ui
            .json(&json!({ "artifact": json::artifact_detail(&detail) }))?);
    }
    Ok(artifact_detail(&mut context.ui, &detail, &tags)?)
}
