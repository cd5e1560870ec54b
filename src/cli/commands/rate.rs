//! `rate`: one's own opinion.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::rate::{Opinion, Rate};
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::model::rating::Stars;

/// Rate an artifact from 1 to 5, in your name (git's user.email)
///
/// Examples:
///
///   skillmeat rate jwt-auth 5 --note "Caught two bugs on its first day"
///   skillmeat rate jwt-auth --withdraw
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RateArguments {
    /// The artifact
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifact: String,
    /// 1 to 5
    #[arg(
        value_name = "STARS",
        required_unless_present = "withdraw",
        conflicts_with = "withdraw"
    )]
    stars: Option<Stars>,
    /// Why
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    note: String,
    /// Take your rating back
    #[arg(long)]
    withdraw: bool,
}

/// Runs `rate`.
pub fn run(context: &mut Context, arguments: RateArguments) -> Result<(), CliError> {
    let opinion = arguments.stars.map_or(Opinion::Withdrawn, |stars| {
        Opinion::Stars(stars, arguments.note)
    });
    context.change(&Rate {
        artifact: arguments.artifact,
        opinion,
    })
}
