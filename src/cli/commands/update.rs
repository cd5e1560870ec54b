//! `update`: artifacts to what stands at their sources.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::names::Selection;
use crate::app::update::{Favour, UpdateRequest};
use crate::cli::arguments::FilterArguments;
use crate::cli::complete;
use crate::cli::context::{Context, waiting};
use crate::cli::error::CliError;
use crate::cli::notice::tell;
use crate::model::source::VersionSpec;

/// Bring artifacts to what stands at their sources now
///
/// Without a name or filter, all artifacts that have a source are updated, each to the version that its row wants. What
/// was edited here is kept: text files are merged by lines. Where both sides changed the same, nothing is changed, the
/// files are named, and the exit code is 3. One commit, which `skillmeat undo` takes back.
///
/// Examples:
///
///   skillmeat update -n
///   skillmeat update jwt-auth --to v2.1.0
///   skillmeat update agent:reviewer --theirs
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct UpdateArguments {
    /// `type:name`, a bare name, an alias, or a glob such as 'oauth-*'
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifacts: Vec<String>,
    #[command(flatten)]
    filter: FilterArguments,
    /// Another version from now on: a tag, a branch, a commit, or latest
    #[arg(long, value_name = "VERSION")]
    to: Option<VersionSpec>,
    /// Only show what would change, as with --dry-run
    #[arg(short = 'n')]
    only_show: bool,
    /// Where both sides changed the same, take the file of the source
    #[arg(long, conflicts_with = "ours")]
    theirs: bool,
    /// Where both sides changed the same, keep the file that is here
    #[arg(long)]
    ours: bool,
}

/// Runs `update`.
pub fn run(context: &mut Context, arguments: UpdateArguments) -> Result<(), CliError> {
    context.global.dry_run |= arguments.only_show;
    let request = UpdateRequest {
        artifacts: Selection {
            patterns: arguments.artifacts,
            tags: arguments.filter.tags,
            groups: arguments.filter.groups,
            kinds: arguments.filter.kinds,
        },
        to: arguments.to,
        favour: match (arguments.theirs, arguments.ours) {
            (true, _) => Favour::Theirs,
            (_, true) => Favour::Ours,
            _ => Favour::Neither,
        },
    };
    let workspace = context.workspace()?;
    let progress = context.ui.progress(0, "Repositories asked:");
    let ui = &mut context.ui;
    let update = workspace.prepare_update(&request, &|| progress.advance(1), &mut |holder| {
        waiting(ui, holder);
    })?;
    drop(progress);
    for notice in &update.notices {
        tell(&mut context.ui, notice);
    }
    context.change(&update)
}
