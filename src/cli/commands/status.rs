//! `status`: the state of the collection.

use clap::Args;
use serde_json::json;

use crate::app::cache::Place;
use crate::app::status::{Presence, Status};
use crate::cli::context::{Context, waiting};
use crate::cli::error::CliError;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::style;
use crate::cli::ui::views::detail::Facts;
use crate::cli::ui::words::plural;

/// Show the state of the collection: branch, uncommitted edits, counts
///
/// Examples:
///
///   skillmeat status
///   skillmeat -c team-skills status --json
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct StatusArguments {}

/// Runs `status`.
pub fn run(context: &mut Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let status = workspace.status(&mut |holder| waiting(&mut context.ui, holder))?;
    for notice in &status.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        as_json(context, &status)
    } else {
        for_people(context, &status)
    }
}

fn as_json(context: &mut Context, status: &Status) -> Result<(), CliError> {
    let document = json!({
        "collection": status.name,
        "path": status.folder.display().to_string(),
        "branch": status.branch.as_deref().unwrap_or_default(),
        "commit": status.commit.as_ref().map_or("", |commit| commit.as_str()),
        "ahead": status.ahead,
        "behind": status.behind,
        "dirty": !status.dirty.is_empty(),
        "uncommitted": status.dirty,
        "merging": status.operation.is_some(),
        "conflicts": status.conflicts.len(),
        "hooks": presence(status.hooks),
        "driver": presence(status.driver),
        "database": database(status.database),
        "artifacts": status.artifacts,
        "groups": status.groups,
        "tags": status.tags,
    });
    Ok(context.ui.json(&document)?)
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Installed => "installed",
        Presence::Absent => "absent",
    }
}

fn database(place: Place) -> &'static str {
    match place {
        Place::Disk => "fresh",
        Place::Memory => "memory",
    }
}

fn for_people(context: &mut Context, status: &Status) -> Result<(), CliError> {
    context.ui.result(&style::heading(&status.name))?;
    let mut facts = Facts::default();
    facts.text("Folder", &status.folder.display().to_string());
    facts.text(
        "Branch",
        status
            .branch
            .as_deref()
            .unwrap_or("none (HEAD is detached)"),
    );
    facts.text(
        "Commit",
        status
            .commit
            .as_ref()
            .map_or("none yet", |commit| commit.short()),
    );
    if let (Some(ahead), Some(behind)) = (status.ahead, status.behind) {
        facts.text("Upstream", &format!("{ahead} ahead, {behind} behind"));
    }
    if let Some(operation) = status.operation {
        facts.text("In progress", &format!("git {operation}"));
    }
    facts.text("Conflicts", &status.conflicts.join("\n"));
    let dirty = if status.dirty.is_empty() {
        vec!["nothing".to_owned()]
    } else {
        status.dirty.clone()
    };
    facts.text("Uncommitted", &dirty.join("\n"));
    let counts = [
        plural(status.artifacts, "artifact"),
        plural(status.groups, "group"),
        plural(status.tags, "tag"),
    ];
    facts.text("Holds", &counts.join(", "));
    Ok(facts.print(&mut context.ui)?)
}
