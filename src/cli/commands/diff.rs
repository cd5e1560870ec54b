//! `diff`: what differs between two moments.

use clap::Args;

use crate::app::diff::DiffRequest;
use crate::app::error::AppError;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::diff::{difference, statistics};

/// Tell what differs between two moments: rows field by field, texts line by line
///
/// Without REV: what was edited by hand since the last commit. With one: from then to the work tree. With
/// two, or A..B: from the first to the second.
///
/// Examples:
///
///   skillmeat diff
///   skillmeat diff '2 weeks ago' --stat
///   skillmeat diff v1.0 main
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct DiffArguments {
    /// A commit, or a date in any form that git takes
    #[arg(value_name = "REV|DATE", num_args = 0..=2)]
    revisions: Vec<String>,
    /// Only how much differs in each row and file
    #[arg(long)]
    stat: bool,
}

/// Runs `diff`.
pub fn run(context: &mut Context, arguments: &DiffArguments) -> Result<(), CliError> {
    let found = context.workspace()?.diff(&request(&arguments.revisions)?)?;
    if context.ui.format() == Format::Json {
        return Ok(context.ui.json(&json::difference(&found))?);
    }
    if found.changes.is_empty() && found.files.is_empty() {
        context.ui.note("Nothing differs.");
        return Ok(());
    }
    if arguments.stat {
        return Ok(statistics(&mut context.ui, &found)?);
    }
    Ok(difference(&mut context.ui, &found)?)
}

/// The two moments that are named: `A B`, `A..B`, `A`, or none.
fn request(revisions: &[String]) -> Result<DiffRequest, AppError> {
    let (from, to) = match revisions {
        [] => (None, None),
        [range] if range.contains("...") => {
            let text = format!("{range:?}: name the two commits, with two dots or a space");
            return Err(AppError::Request(text));
        }
        [one] => match one.split_once("..") {
            Some((from, to)) => (Some(or_head(from)), Some(or_head(to))),
            None => (Some(one.clone()), None),
        },
        [from, to, ..] => (Some(from.clone()), Some(to.clone())),
    };
    Ok(DiffRequest { from, to })
}

fn or_head(text: &str) -> String {
    let text = if text.is_empty() { "HEAD" } else { text };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> (Option<String>, Option<String>) {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let request = request(&words).expect("a request");
        (request.from, request.to)
    }

    #[test]
    fn moments_are_named_as_git_takes_them() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(asked(&[]), (None, None));
        assert_eq!(asked(&["v1"]), (some("v1"), None));
        assert_eq!(asked(&["v1", "v2"]), (some("v1"), some("v2")));
        assert_eq!(asked(&["v1..v2"]), (some("v1"), some("v2")));
        assert_eq!(asked(&["..v2"]), (some("HEAD"), some("v2")));
        assert!(request(&["v1...v2".to_owned()]).is_err());
    }
}
