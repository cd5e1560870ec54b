//! `import`: what others organised.

use clap::{Args, ValueEnum, ValueHint};
use serde_json::json;

use crate::app::error::AppError;
use crate::app::import::{Grouping, Import, ImportRequest};
use crate::app::transaction::outcome::{Mode, Outcome};
use crate::cli::context::Context;
use crate::cli::error::{CONFLICTS, CliError};
use crate::cli::json;
use crate::cli::ui::progress::Progress;
use crate::cli::ui::settings::{Format, Verbosity};
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::change::{Action, Change};
use crate::model::conflict::Conflict;
use crate::model::finding::{Finding, Severity};
use crate::model::row::Table;
use crate::model::side::Side;

/// From this number of changes on they are counted instead of told one by one.
const MOST_TOLD: usize = 40;

/// From this number of artifacts on it is told that they are being recorded.
const WORTH_TELLING: usize = 500;

/// Bring in what others organised, as one commit
///
/// A plugin marketplace (each plugin becomes a group, its category and keywords become tags), another
/// collection, a folder with artifacts, or an organisation as `skillmeat export` writes it: what it is, is
/// told by its content. Tables are merged by row and field; where two values can't both hold, nothing is
/// changed and the exit code is 3, unless --prefer says whose counts.
///
/// Examples:
///
///   skillmeat import ~/src/tools/.claude-plugin/marketplace.json
///   skillmeat import ../other-team --prefer ours
///   skillmeat import ~/library --group-by folder --dry-run
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ImportArguments {
    /// A marketplace.json, an exported organisation, or a folder
    #[arg(value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    path: String,
    /// Take all artifacts of a folder, at any depth, and make groups of the folders that they lie in
    #[arg(long, value_name = "WHAT")]
    group_by: Option<GroupBy>,
    /// Whose side counts where both can't hold
    #[arg(long, value_name = "SIDE")]
    prefer: Option<Prefer>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GroupBy {
    /// The folders that artifacts lie in
    Folder,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Prefer {
    /// What is here
    Ours,
    /// What comes in
    Theirs,
}

/// Runs `import`.
pub fn run(context: &mut Context, arguments: &ImportArguments) -> Result<(), CliError> {
    let request = ImportRequest {
        path: context.path(&arguments.path),
        shown: arguments.path.clone(),
        grouping: match arguments.group_by {
            Some(GroupBy::Folder) => Grouping::Folder,
            None => Grouping::Nothing,
        },
        preference: arguments.prefer.map(|side| match side {
            Prefer::Ours => Side::Ours,
            Prefer::Theirs => Side::Theirs,
        }),
    };
    let import = read(context, &request)?;
    for finding in import.findings() {
        tell(context, finding);
    }
    let recording = (import.artifacts() >= WORTH_TELLING).then(|| {
        let progress = context.ui.progress(0, "Recording what was read");
        progress.stir();
        progress
    });
    let outcome = context.perform(&import);
    drop(recording);
    match outcome {
        Ok(outcome) => report(context, &import, &outcome),
        Err(CliError::App(AppError::ImportConflicts { conflicts, files })) => {
            refuse(context, &import, conflicts, files)
        }
        Err(error) => Err(error),
    }
}

/// Tells what can't both hold: for scripts that is all, for people the error follows.
fn refuse(
    context: &mut Context,
    import: &Import,
    conflicts: Vec<Conflict>,
    files: Vec<String>,
) -> Result<(), CliError> {
    if context.ui.format() == Format::Json {
        let mut document = json::change_report(&[], None, None);
        document["conflicts"] = json::conflicts(&conflicts);
        document["clashes"] = json!(files);
        add_facts(&mut document, import);
        context.ui.json(&document)?;
        return Err(CliError::Exit(CONFLICTS));
    }
    for conflict in &conflicts {
        context.ui.result(&escaped(&conflict.to_string()))?;
    }
    for file in &files {
        let line = format!("file {}: other here than there", escaped(file));
        context.ui.result(&line)?;
    }
    Err(AppError::ImportConflicts { conflicts, files }.into())
}

fn read(context: &mut Context, request: &ImportRequest) -> Result<Import, CliError> {
    let mut progress: Option<Progress> = None;
    let ui = &context.ui;
    let import = request.read(&context.environment.interruption, &mut |_, all| {
        let length = u64::try_from(all).unwrap_or(u64::MAX);
        progress
            .get_or_insert_with(|| ui.progress(length, "Reading artifacts"))
            .advance(1);
    });
    Ok(import?)
}

fn tell(context: &mut Context, finding: &Finding) {
    match finding.severity {
        Severity::Note => context.ui.note(&escaped(&finding.to_string())),
        _ => context.ui.warning(&finding.to_string()),
    }
}

fn add_facts(document: &mut serde_json::Value, import: &Import) {
    document["kind"] = json!(import.kind().as_str());
    document["findings"] = import.findings().iter().map(json::finding).collect();
}

fn report(context: &mut Context, import: &Import, outcome: &Outcome) -> Result<(), CliError> {
    if context.ui.format() == Format::Json {
        let mut document = context.change_document(outcome);
        document["conflicts"] = json!([]);
        document["clashes"] = json!([]);
        document["files"] = json::files(&outcome.files);
        add_facts(&mut document, import);
        return Ok(context.ui.json(&document)?);
    }
    let is_told_whole = outcome.changes.len() < MOST_TOLD
        || context.mode() == Mode::Pretend
        || context.ui.verbosity() == Verbosity::Verbose;
    if is_told_whole {
        return context.report(outcome);
    }
    if context.ui.verbosity() > Verbosity::Quiet {
        let line = counted(&outcome.changes);
        context.ui.result(&line)?;
    }
    context.report_changes(outcome, &[])
}

/// How many rows came, table by table.
fn counted(changes: &[Change]) -> String {
    let came = |table: Table| {
        let is_new = |change: &&Change| change.table == table && change.action == Action::Create;
        changes.iter().filter(is_new).count()
    };
    let tables = [
        (Table::Groups, "group"),
        (Table::Artifacts, "artifact"),
        (Table::TagDefinitions, "tag"),
        (Table::Ratings, "rating"),
        (Table::Composites, "composite"),
    ];
    let mut parts: Vec<String> = tables
        .into_iter()
        .map(|(table, word)| (came(table), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    let edits = changes
        .iter()
        .filter(|change| change.action != Action::Create)
        .count();
    if edits > 0 {
        parts.push(plural(edits, "edit"));
    }
    format!("Imported {}.", parts.join(", "))
}
