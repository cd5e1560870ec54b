//! `apply`: several operations as one commit.

use std::io::{Read, stdin};

use clap::{Args, ValueHint};

use crate::app::apply::Apply;
use crate::app::error::AppError;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Do several operations as one commit, all or none
///
/// One JSON object a line, with the operation's word and what it needs; docs/json.md lists them.
///
/// Examples:
///
///   echo '{"operation": "group-create", "name": "Auth"}' | skillmeat apply -
///   skillmeat apply changes.jsonl --dry-run
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ApplyArguments {
    /// A file of JSON lines, or - for stdin
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: String,
}

/// Runs `apply`.
pub fn run(context: &mut Context, arguments: &ApplyArguments) -> Result<(), CliError> {
    let mut text = String::new();
    let read = if arguments.file == "-" {
        stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(context.path(&arguments.file)).map(|read| text = read)
    };
    read.map_err(|error| AppError::NotAnArtifact {
        path: arguments.file.clone(),
        reason: format!("it can't be read: {error}"),
    })?;
    context.change(&Apply::parse(&text)?)
}
