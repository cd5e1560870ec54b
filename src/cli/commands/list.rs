//! `list`: the artifacts.

use clap::{Args, ValueEnum};

use crate::app::query::ListRequest;
use crate::cli::arguments::FilterArguments;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::{Format, Styling};
use crate::cli::ui::views::artifacts::{artifact_list, artifact_table};
use crate::model::listing::{Grouping, SortOrder};

/// List artifacts by group, or as a table when filtered or sorted
///
/// Examples:
///
///   skillmeat list
///   skillmeat list --tag security --type agent --sort rating
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ListArguments {
    #[command(flatten)]
    filter: FilterArguments,
    /// Only artifacts that are in no group
    #[arg(long, conflicts_with = "groups")]
    ungrouped: bool,
    /// The order
    #[arg(long, value_enum, value_name = "ORDER")]
    sort: Option<Sort>,
}

/// The orders of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// The collection's own
    Position,
    /// By name
    Name,
    /// By type
    Type,
    /// Best rated first
    Rating,
}

impl From<Sort> for SortOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Position => Self::Collection,
            Sort::Name => Self::Name,
            Sort::Type => Self::Type,
            Sort::Rating => Self::Rating,
        }
    }
}

/// Runs `list`.
pub fn run(context: &mut Context, arguments: ListArguments) -> Result<(), CliError> {
    let mut request: ListRequest = arguments.filter.into();
    request.grouping = if arguments.ungrouped {
        Grouping::Ungrouped
    } else {
        Grouping::Any
    };
    let is_plain = arguments.sort.is_none()
        && !arguments.ungrouped
        && request.groups.is_empty()
        && request.tags.is_empty()
        && request.kinds.is_empty();
    request.order = arguments.sort.map_or_else(SortOrder::default, Into::into);
    if context.ui.format() == Format::Json {
        let artifacts = context.read(|reader| reader.list(&request))?;
        let list = artifacts.iter().map(json::artifact);
        context.ui.json_list("artifacts", list)?;
        leave(artifacts);
        return Ok(());
    }
    let styling = context.ui.styling();
    let (artifacts, tags, groups) = context.read(|reader| {
        let groups = if is_plain {
            reader.groups()?
        } else {
            Vec::new()
        };
        // Tags are looked up for their colours only.
        let tags = match styling {
            Styling::Kept => reader.tag_names()?,
            Styling::Stripped => Vec::new(),
        };
        Ok((reader.list(&request)?, tags, groups))
    })?;
    if is_plain {
        artifact_list(&mut context.ui, &groups, &artifacts, &tags)?;
    } else {
        artifact_table(&mut context.ui, &artifacts, &tags)?;
    }
    leave((artifacts, groups));
    Ok(())
}

/// Leaves what was listed to the end of the process: to give back tens of thousands of texts one by one takes longer.
fn leave<T>(listed: T) {
    std::mem::forget(listed);
}
