//! `edit`: what the manifest says of an artifact.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::edit::EditArtifact;
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::model::value::{Field, Value};

/// Edit what the manifest says of an artifact
///
/// The artifact's file is left alone: a description given here stands over the file's own. An empty value clears a
/// field.
///
/// Examples:
///
///   skillmeat edit jwt-auth --alias auth --alias jwt
///   skillmeat edit agent:reviewer --description ''
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
#[group(id = "fields", required = true, multiple = true, args = ["description", "aliases", "platforms"])]
pub struct EditArguments {
    /// The artifact
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifact: String,
    /// A description that stands over the file's own
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Another name for it (several times for several; '' for none)
    #[arg(long = "alias", value_name = "NAME")]
    aliases: Vec<String>,
    /// A client it is meant for (several times for several; '' for none)
    #[arg(long = "platform", value_name = "NAME")]
    platforms: Vec<String>,
}

/// Runs `edit`.
pub fn run(context: &mut Context, arguments: EditArguments) -> Result<(), CliError> {
    let mut fields = Vec::new();
    if let Some(description) = arguments.description {
        fields.push((Field::Description, Value::text(description)));
    }
    for (field, given) in [
        (Field::Aliases, arguments.aliases),
        (Field::TargetPlatforms, arguments.platforms),
    ] {
        if !given.is_empty() {
            fields.push((
                field,
                Value::list(given.into_iter().filter(|item| !item.is_empty()).collect()),
            ));
        }
    }
    context.change(&EditArtifact {
        artifact: arguments.artifact,
        fields,
    })
}
