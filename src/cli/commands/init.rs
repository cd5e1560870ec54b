//! `init`: a new collection, or a known one.

use clap::{Args, ValueHint};
use serde_json::json;

use crate::app::init::{Init, InitReport, Origin};
use crate::app::transaction::outcome::Mode;
use crate::cli::context::{Context, waiting};
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::notice::tell;
use crate::cli::ui::settings::{Format, Verbosity};
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::name::Name;

/// Make a collection, or register one that is there
///
/// A new collection is a git repository with one commit, and the active one from then on. A folder that holds a
/// collection.toml is registered as it is. --import copies skills, agents and commands in from a folder, or from
/// the .claude or .agents folder in it.
///
/// Examples:
///
///   skillmeat init team-skills --import ~/work/webapp
///   skillmeat init --path .
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct InitArguments {
    /// The collection's name (the folder's name, when unset)
    #[arg(value_name = "NAME", value_parser = Name::for_artifact)]
    name: Option<Name>,
    /// Its folder ($`SKILLMEAT_HOME/collections/NAME`, when unset)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    path: Option<String>,
    /// A folder whose artifacts are copied in
    #[arg(long = "import", value_name = "DIR", value_hint = ValueHint::DirPath)]
    imports: Vec<String>,
}

/// Runs `init`.
pub fn run(context: &mut Context, arguments: InitArguments) -> Result<(), CliError> {
    let init = Init {
        name: arguments.name,
        path: arguments.path.map(|path| context.path(&path)),
        imports: arguments
            .imports
            .into_iter()
            .map(|path| (path.clone(), context.path(&path)))
            .collect(),
    };
    let mode = context.mode();
    let report = init.run(&context.environment, mode, &mut |holder| {
        waiting(&mut context.ui, holder);
    })?;
    for notice in &report.outcome.notices {
        tell(&mut context.ui, notice);
    }
    for finding in &report.findings {
        context.ui.warning(&finding.to_string());
    }
    if context.ui.format() == Format::Json {
        return as_json(context, &report);
    }
    for_people(context, &report, mode)
}

fn as_json(context: &mut Context, report: &InitReport) -> Result<(), CliError> {
    let outcome = &report.outcome;
    let mut document = json::change_report(&outcome.changes, outcome.commit.as_ref(), None);
    document["collection"] = json!(report.name);
    document["path"] = json!(report.folder.display().to_string());
    document["created"] = json!(report.origin == Origin::Created);
    document["imported"] = json!(report.imported);
    Ok(context.ui.json(&document)?)
}

fn for_people(context: &mut Context, report: &InitReport, mode: Mode) -> Result<(), CliError> {
    if context.ui.verbosity() == Verbosity::Quiet {
        return Ok(());
    }
    let verb = match (report.origin, mode) {
        (Origin::Created, Mode::Perform) => "Made",
        (Origin::Created, Mode::Pretend) => "Would make",
        (Origin::Registered, Mode::Perform) => "Registered",
        (Origin::Registered, Mode::Pretend) => "Would register",
    };
    let (name, folder) = (
        escaped(&report.name).into_owned(),
        report.folder.display().to_string(),
    );
    context.ui.result(&format!(
        "{verb} the collection {name} in {}.",
        escaped(&folder)
    ))?;
    if report.imported > 0 {
        let verb = if mode == Mode::Perform {
            "Imported"
        } else {
            "Would import"
        };
        context
            .ui
            .result(&format!("{verb} {}.", plural(report.imported, "artifact")))?;
    }
    if let Some(commit) = &report.outcome.commit {
        let branch = report.outcome.branch.as_deref().unwrap_or_default();
        context.ui.result(&format!(
            "Committed {} on {}.",
            commit.short(),
            escaped(branch)
        ))?;
    }
    Ok(())
}
