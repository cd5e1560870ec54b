//! `outdated`: how artifacts stand to their sources.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Value, json};

use crate::app::names::Selection;
use crate::app::outdated::{Edited, OutdatedReport, Standing, State};
use crate::cli::arguments::FilterArguments;
use crate::cli::complete;
use crate::cli::context::{Context, waiting};
use crate::cli::error::{CliError, FAILED, REMOTE};
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::outdated::standing_list;

/// See which artifacts are not what stands at their sources, and which were edited here
///
/// Each repository is asked once. One that can't be reached is named, and the others are told; the exit code is 4 then.
/// It is 0 otherwise, or with --exit-code 1 where an artifact is not current.
///
/// Examples:
///
///   skillmeat outdated
///   skillmeat outdated --group Authentication --json
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct OutdatedArguments {
    /// `type:name`, a bare name, an alias, or a glob such as 'oauth-*'; all that have a source when left out
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifacts: Vec<String>,
    #[command(flatten)]
    filter: FilterArguments,
    /// Exit with 1 where an artifact is not current
    #[arg(long)]
    exit_code: bool,
}

/// Runs `outdated`.
pub fn run(context: &mut Context, arguments: OutdatedArguments) -> Result<(), CliError> {
    let selection = Selection {
        patterns: arguments.artifacts,
        tags: arguments.filter.tags,
        groups: arguments.filter.groups,
        kinds: arguments.filter.kinds,
    };
    let workspace = context.workspace()?;
    let progress = context.ui.progress(0, "Repositories asked:");
    let ui = &mut context.ui;
    let report = workspace.outdated(&selection, &|| progress.advance(1), &mut |holder| {
        waiting(ui, holder);
    })?;
    drop(progress);
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let artifacts: Value = report.artifacts.iter().map(standing).collect();
        context.ui.json(&json!({ "artifacts": artifacts }))?;
    } else {
        standing_list(&mut context.ui, &report.artifacts)?;
    }
    match code(&report, arguments.exit_code) {
        Some(code) => Err(CliError::Exit(code)),
        None => Ok(()),
    }
}

fn code(report: &OutdatedReport, tells_difference: bool) -> Option<u8> {
    let any = |is: fn(State) -> bool| report.artifacts.iter().any(|standing| is(standing.state));
    if any(|state| state == State::Unreachable) {
        return Some(REMOTE);
    }
    (tells_difference && any(|state| state != State::Current)).then_some(FAILED)
}

/// `{id, source, wanted, commit, version, available_commit, available_version, newest, state, edited, message}`.
fn standing(standing: &Standing) -> Value {
    json!({
        "id": standing.id.to_string(),
        "source": standing.source,
        "wanted": standing.wanted,
        "commit": standing.current.commit,
        "version": standing.current.version,
        "available_commit": standing.available.commit,
        "available_version": standing.available.version,
        "newest": standing.newest,
        "state": standing.state.as_str(),
        "edited": match standing.edited {
            Edited::Yes => json!(true),
            Edited::No => json!(false),
            Edited::Unknown => Value::Null,
        },
        "message": standing.message,
    })
}
