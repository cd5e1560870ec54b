//! `export`: a collection for others.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde::Serialize;
use serde_json::json;

use crate::app::error::AppError;
use crate::app::export_file::{ExportFile, json_text};
use crate::app::export_tree::{ExportTree, TreeReport};
use crate::app::notice::Notice;
use crate::app::transaction::outcome::Mode;
use crate::cli::context::{Context, waiting};
use crate::cli::error::CliError;
use crate::cli::notice::tell;
use crate::cli::ui::progress::Progress;
use crate::cli::ui::settings::{Format, Verbosity};
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;

/// Give a collection to others: its organisation, a marketplace, or its files
///
/// Without an option, the organisation as one JSON document: groups, tags, ratings, composites and the rows of
/// artifacts, in their order, to be taken by `skillmeat import`. It goes to stdout, or into FILE.
/// --marketplace makes a marketplace.json with a plugin for each group; --to copies the artifacts' files in the
/// layout that clients read.
///
/// Examples:
///
///   skillmeat export organisation.json
///   skillmeat export --marketplace .claude-plugin/marketplace.json
///   skillmeat export --to ~/webapp/.claude
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ExportArguments {
    /// The file to write; stdout, when unset
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "to")]
    file: Option<String>,
    /// A plugin marketplace in place of the organisation
    #[arg(long, conflicts_with = "to")]
    marketplace: bool,
    /// Copy the artifacts' files into this folder, which is new or empty
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    to: Option<String>,
}

/// Runs `export`.
pub fn run(context: &mut Context, arguments: &ExportArguments) -> Result<(), CliError> {
    if let Some(folder) = &arguments.to {
        return tree(context, folder);
    }
    let workspace = context.workspace()?;
    let ui = &mut context.ui;
    let mut on_wait = |holder: &str| waiting(ui, holder);
    let (text, notices, left_out) = if arguments.marketplace {
        let made = workspace.marketplace(&mut on_wait)?;
        let text = json_text(&made.value.marketplace)?;
        (text, made.notices, made.value.left_out)
    } else {
        let made = workspace.organisation(&mut on_wait)?;
        (json_text(&made.value)?, made.notices, Vec::new())
    };
    told(context, &notices, &left_out);
    match &arguments.file {
        Some(file) => written(context, file, text, &left_out),
        None => Ok(context.ui.raw(text.as_bytes())?),
    }
}

fn told(context: &mut Context, notices: &[Notice], left_out: &[String]) {
    for notice in notices {
        tell(&mut context.ui, notice);
    }
    for what in left_out {
        context.ui.warning(&format!("left out: {what}"));
    }
}

fn written(
    context: &mut Context,
    file: &str,
    text: String,
    left_out: &[String],
) -> Result<(), CliError> {
    let path = context.path(file);
    let export = ExportFile {
        path: path.clone(),
        text,
    };
    export.run(context.mode())?;
    let facts = json!({ "path": path.display().to_string(), "left_out": left_out });
    let verb = match context.mode() {
        Mode::Perform => "Wrote",
        Mode::Pretend => "Would write",
    };
    answer(context, &facts, &format!("{verb} {}.", escaped(file)))
}

fn tree(context: &mut Context, folder: &str) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let export = ExportTree {
        folder: context.path(folder),
    };
    let mode = context.mode();
    let mut progress: Option<Progress> = None;
    let mut held: Vec<String> = Vec::new();
    let ui = &context.ui;
    let outcome = export.run(
        &workspace,
        mode,
        &mut |holder| held.push(holder.to_owned()),
        &mut |_, all| {
            let length = u64::try_from(all).unwrap_or(u64::MAX);
            progress
                .get_or_insert_with(|| ui.progress(length, "Copying artifacts"))
                .advance(1);
        },
    );
    drop(progress);
    for holder in held {
        waiting(&mut context.ui, &holder);
    }
    let exported = outcome?;
    told(context, &exported.notices, &exported.value.left_out);
    let TreeReport {
        artifacts,
        files,
        left_out,
    } = exported.value;
    let ids: Vec<String> = artifacts.iter().map(ToString::to_string).collect();
    let path: PathBuf = context.path(folder);
    let facts = json!({
        "path": path.display().to_string(),
        "artifacts": ids,
        "files": files,
        "left_out": left_out,
    });
    let verb = match mode {
        Mode::Perform => "Copied",
        Mode::Pretend => "Would copy",
    };
    let line = format!(
        "{verb} {} ({}) to {}.",
        plural(ids.len(), "artifact"),
        plural(files, "file"),
        escaped(folder)
    );
    answer(context, &facts, &line)
}

/// What was done: a document for scripts, a line for people.
fn answer<T: Serialize>(context: &mut Context, facts: &T, line: &str) -> Result<(), CliError> {
    if context.ui.format() == Format::Json {
        let facts = serde_json::to_value(facts)
            .map_err(|error| AppError::Request(format!("the answer can't be written: {error}")))?;
        return Ok(context.ui.json(&facts)?);
    }
    if context.ui.verbosity() > Verbosity::Quiet {
        context.ui.result(line)?;
    }
    Ok(())
}
