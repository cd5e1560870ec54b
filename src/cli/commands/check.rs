//! `check`: everything odd or wrong.

use clap::Args;
use serde_json::{Value, json};

use crate::app::check::Fix;
use crate::cli::context::{Context, waiting};
use crate::cli::error::{CliError, FAILED};
use crate::cli::json;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::findings::finding_list;
use crate::model::finding::Severity;

/// Look for everything that is odd or wrong in the collection
///
/// Exits 1 when there are errors. --fix mends what can be mended without a guess: rows that stand twice and are
/// identical become one.
///
/// Examples:
///
///   skillmeat check
///   skillmeat check --fix
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CheckArguments {
    /// Merge identical rows that stand twice, as one commit
    #[arg(long)]
    fix: bool,
}

/// Runs `check`.
pub fn run(context: &mut Context, arguments: &CheckArguments) -> Result<(), CliError> {
    let mut outcome = None;
    if arguments.fix {
        let done = context.perform(&Fix)?;
        if context.ui.format() == Format::People {
            context.report(&done)?;
        }
        outcome = Some(done);
    }
    let report = context
        .workspace()?
        .check(&mut |holder| waiting(&mut context.ui, holder))?;
    for notice in &report.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let findings: Vec<Value> = report.findings.iter().map(json::finding).collect();
        let mut document = json!({ "findings": findings });
        if let Some(outcome) = outcome {
            let undo = outcome
                .commit
                .as_ref()
                .map(|commit| format!("skillmeat undo {commit}"));
            let done =
                json::change_report(&outcome.changes, outcome.commit.as_ref(), undo.as_deref());
            for key in ["changes", "commit", "undo"] {
                document[key] = done[key].clone();
            }
        }
        context.ui.json(&document)?;
    } else {
        finding_list(&mut context.ui, &report.findings)?;
    }
    let has_errors = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    if has_errors {
        Err(CliError::Exit(FAILED))
    } else {
        Ok(())
    }
}
