//! `add`: artifacts from this machine.

use clap::{Args, ValueHint};

use crate::app::add::Add;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::model::name::{ArtifactType, Name};

/// Add artifacts from folders or files on this machine
///
/// A folder with a SKILL.md is a skill; a file is what its folder says (agents/, commands/, hooks/, mcp/) or what
/// --type says. The files are copied in, each artifact gets a row in the manifest, and all of it is one commit.
///
/// Examples:
///
///   skillmeat add ~/work/skills/jwt-auth
///   skillmeat add --type agent drafts/reviewer.md
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct AddArguments {
    /// Folders or files
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<String>,
    /// Their type, where their folder does not tell it
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<ArtifactType>,
    /// Another name than the folder's or file's
    #[arg(long, value_name = "NAME", value_parser = Name::for_artifact)]
    name: Option<Name>,
}

/// Runs `add`.
pub fn run(context: &mut Context, arguments: AddArguments) -> Result<(), CliError> {
    let paths = arguments
        .paths
        .into_iter()
        .map(|path| (path.clone(), context.path(&path)))
        .collect();
    context.change(&Add {
        paths,
        kind: arguments.kind,
        name: arguments.name,
    })
}
