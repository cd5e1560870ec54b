//! `check`: everything odd or wrong.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::app::check_fix::Fix;
use crate::cli::context::{Context, waiting};
use crate::cli::error::{CliError, FAILED};
use crate::cli::json;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::findings::{finding_list, mending_note};
use crate::model::finding::{Level, Severity};

/// Look for everything that is odd or wrong in the collection
///
/// Exits 1 when there are errors. Of artifacts' files it asks whether clients load them, and with --level whether they
/// keep to the specification of Agent Skills (spec) or follow its advice as well (strict). --fix mends what can be mended
/// without a guess: rows that stand twice and are identical become one, and values of headers that strict YAML refuses
/// are quoted.
///
/// Examples:
///
///   skillmeat check
///   skillmeat check --level spec
///   skillmeat check --fix
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CheckArguments {
    /// Merge identical rows that stand twice and quote what headers need quoted, as one commit
    #[arg(long)]
    fix: bool,
    /// How much is asked of artifacts' files
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = LevelChoice::Load)]
    level: LevelChoice,
}

/// How much is asked of artifacts' files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LevelChoice {
    /// That clients load them
    Load,
    /// That they keep to the specification of Agent Skills
    Spec,
    /// That they follow its advice as well
    Strict,
}

impl From<LevelChoice> for Level {
    fn from(choice: LevelChoice) -> Self {
        match choice {
            LevelChoice::Load => Self::Load,
            LevelChoice::Spec => Self::Spec,
            LevelChoice::Strict => Self::Strict,
        }
    }
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
        .check(arguments.level.into(), &mut |holder| {
            waiting(&mut context.ui, holder);
        })?;
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
        if !arguments.fix {
            mending_note(&mut context.ui, &report.findings);
        }
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
