//! `search`: artifacts by their words.

use clap::Args;
use serde_json::{Value, json};

use crate::cli::arguments::FilterArguments;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::search::search_hits;

/// Search artifacts by name, description, tags, author and aliases
///
/// All words must occur, the last one may be begun only; where nothing has all of them, any of them counts.
///
/// Examples:
///
///   skillmeat search token refresh
///   skillmeat search migr --type agent
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct SearchArguments {
    /// Words
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    #[command(flatten)]
    filter: FilterArguments,
    /// The most results to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

/// Runs `search`.
pub fn run(context: &mut Context, arguments: SearchArguments) -> Result<(), CliError> {
    let (words, request) = (arguments.words.join(" "), arguments.filter.into());
    let hits = context.read(|reader| reader.search(&words, &request, arguments.limit))?;
    if context.ui.format() == Format::Json {
        let list: Vec<Value> = hits.iter().map(json::search_hit).collect();
        return Ok(context.ui.json(&json!({ "artifacts": list }))?);
    }
    Ok(search_hits(&mut context.ui, &hits)?)
}
