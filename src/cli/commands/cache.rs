//! `cache`: the database.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::app::cache::{CacheReport, Place, Thoroughness};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::detail::Facts;
use crate::cli::ui::words::plural;

/// Look after the database; it may be deleted at any time
///
/// Examples:
///
///   skillmeat cache status
///   sqlite3 "$(skillmeat cache path)" 'SELECT type, count(*) FROM artifacts GROUP BY type'
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CacheArguments {
    #[command(subcommand)]
    command: CacheCommand,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum CacheCommand {
    /// Bring the database up to date; every command does that by itself
    Refresh,
    /// Make the database anew from the files
    Rebuild,
    /// Delete the database; the next command makes it anew
    Clear,
    /// Show where the database is and what it holds
    Status,
    /// Print the database's path, there or not
    Path,
}

/// Runs `cache`.
pub fn run(context: &mut Context, arguments: &CacheArguments) -> Result<(), CliError> {
    match arguments.command {
        CacheCommand::Refresh => refresh(context, Thoroughness::Changed),
        CacheCommand::Rebuild => refresh(context, Thoroughness::Everything),
        CacheCommand::Clear => clear(context),
        CacheCommand::Status => status(context),
        CacheCommand::Path => path(context),
    }
}

fn report(context: &mut Context, thoroughness: Thoroughness) -> Result<CacheReport, CliError> {
    let report = context.workspace()?.refresh_cache(thoroughness)?;
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    Ok(report)
}

fn refresh(context: &mut Context, thoroughness: Thoroughness) -> Result<(), CliError> {
    let report = report(context, thoroughness)?;
    if context.ui.format() == Format::Json {
        return as_json(context, &report);
    }
    let read = plural(report.files_read, "file");
    let text = format!(
        "The database holds {}; {read} read.",
        plural(report.artifacts, "artifact")
    );
    context.ui.note(&text);
    Ok(())
}

fn as_json(context: &mut Context, report: &CacheReport) -> Result<(), CliError> {
    Ok(context.ui.json(&json!({
        "path": report.path.display().to_string(),
        "database": if report.place == Place::Disk { "fresh" } else { "memory" },
        "artifacts": report.artifacts,
        "files_read": report.files_read,
        "bytes": report.bytes,
    }))?)
}

fn clear(context: &mut Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let path = if context.global.dry_run {
        workspace.database_path()
    } else {
        workspace.clear_cache()?
    };
    if context.ui.format() == Format::Json {
        return Ok(context
            .ui
            .json(&json!({ "path": path.display().to_string(), "database": "absent" }))?);
    }
    context.ui.note(&format!("Deleted {}.", path.display()));
    Ok(())
}

fn status(context: &mut Context) -> Result<(), CliError> {
    let report = report(context, Thoroughness::Changed)?;
    if context.ui.format() == Format::Json {
        return as_json(context, &report);
    }
    let mut facts = Facts::default();
    facts.text("Path", &report.path.display().to_string());
    let place = match report.place {
        Place::Disk => format!("up to date, {} bytes", report.bytes),
        Place::Memory => "can't be written; made in memory by every command".to_owned(),
    };
    facts.text("Database", &place);
    facts.text("Holds", &plural(report.artifacts, "artifact"));
    Ok(facts.print(&mut context.ui)?)
}

fn path(context: &mut Context) -> Result<(), CliError> {
    let path = context.workspace()?.database_path();
    if context.ui.format() == Format::Json {
        return Ok(context
            .ui
            .json(&json!({ "path": path.display().to_string() }))?);
    }
    Ok(context.ui.raw(format!("{}\n", path.display()).as_bytes())?)
}
