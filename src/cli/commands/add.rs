//! `add`: artifacts from this machine, and from repositories elsewhere.

use clap::{Args, ValueHint};

use crate::app::add::Add;
use crate::app::add_source::{Given, given};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::model::name::{ArtifactType, Name};

/// Add artifacts from this machine, or from a git repository
///
/// A folder with a SKILL.md is a skill; a file is what its folder says (agents/, commands/, hooks/, mcp/) or what
/// --type says. The files are copied in, each artifact gets a row in the manifest, and all of it is one commit.
///
/// A source is `OWNER/REPO/PATH[@VERSION]`, or `ADDRESS//PATH[@VERSION]` with any address that git takes. The version is
/// a tag, a branch, a commit, or latest: the tip of the default branch. What exists on this machine goes before
/// OWNER/REPO. Only that path is fetched, and nothing of it is run.
///
/// Examples:
///
///   skillmeat add ~/work/skills/jwt-auth
///   skillmeat add --type agent drafts/reviewer.md
///   skillmeat add acme/skills/skills/jwt-auth@v2.1.0
///   skillmeat add git@git.example.com:team/library.git//agents/reviewer.md
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct AddArguments {
    /// Folders or files, or places in repositories
    #[arg(required = true, value_name = "PATH|SOURCE", value_hint = ValueHint::AnyPath)]
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
    let mut paths = Vec::new();
    let mut sources = Vec::new();
    for text in arguments.paths {
        match given(&text, &context.environment.current_folder)? {
            Given::Path(path) => paths.push((text, path)),
            Given::Source(source) => sources.push(source),
        }
    }
    let mut fetched = Vec::new();
    if !sources.is_empty() {
        let progress = context.ui.progress(0, "Repositories asked:");
        let step = || progress.advance(1);
        let workspace = context.workspace()?;
        fetched = workspace.fetch_sources(&sources, arguments.kind.as_ref(), &step)?;
    }
    context.change(&Add {
        paths,
        fetched,
        kind: arguments.kind,
        name: arguments.name,
    })
}
