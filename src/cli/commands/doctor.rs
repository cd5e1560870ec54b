//! `doctor`: the surroundings.

use clap::Args;
use serde_json::{Value, json};

use crate::app::doctor::{Diagnosis, Health};
use crate::cli::context::Context;
use crate::cli::error::{CliError, FAILED};
use crate::cli::ui::settings::Format;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;

/// Look over git, the repository, the collection and the database
///
/// Exits 1 when something does not work. Nothing is changed.
///
/// Examples:
///
///   skillmeat doctor
///   skillmeat doctor --json
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct DoctorArguments {}

/// Runs `doctor`.
pub fn run(context: &mut Context) -> Result<(), CliError> {
    let diagnoses = context.workspace()?.doctor();
    if context.ui.format() == Format::Json {
        let list: Vec<Value> = diagnoses.iter().map(shape).collect();
        context.ui.json(&json!({ "checks": list }))?;
    } else {
        for diagnosis in &diagnoses {
            print(context, diagnosis)?;
        }
    }
    let is_bad = diagnoses
        .iter()
        .any(|diagnosis| diagnosis.health == Health::Bad);
    if is_bad {
        Err(CliError::Exit(FAILED))
    } else {
        Ok(())
    }
}

fn word(health: Health) -> &'static str {
    match health {
        Health::Good => "good",
        Health::Fair => "fair",
        Health::Bad => "bad",
    }
}

fn shape(diagnosis: &Diagnosis) -> Value {
    json!({
        "subject": diagnosis.subject,
        "health": word(diagnosis.health),
        "message": diagnosis.message,
        "advice": diagnosis.advice,
    })
}

fn print(context: &mut Context, diagnosis: &Diagnosis) -> Result<(), CliError> {
    let padded = format!("{:4}", word(diagnosis.health));
    let mark = match diagnosis.health {
        Health::Good => style::dim(&padded),
        Health::Fair => style::warning(&padded),
        Health::Bad => style::error(&padded),
    };
    let subject = style::bold(&format!("{:<10}", diagnosis.subject));
    context.ui.result(&format!(
        "{mark}  {subject}  {}",
        escaped(&diagnosis.message)
    ))?;
    if !diagnosis.advice.is_empty() {
        context.ui.result(&format!(
            "                  {} {}",
            style::hint("hint:"),
            escaped(&diagnosis.advice)
        ))?;
    }
    Ok(())
}
