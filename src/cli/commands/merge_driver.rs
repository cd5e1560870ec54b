//! `merge-driver`: what git calls to merge a manifest.

use std::path::PathBuf;

use clap::Args;

use crate::app::merge_manifest::{Caller, Files, MergeReport, merge_files, write_merged};
use crate::cli::error::{CliError, FAILED};
use crate::cli::ui::output::Ui;
use crate::cli::ui::views::merge::tell_conflicts;
use crate::model::markers::{MarkerStyle, Markers};
use crate::model::side::{Side, Sides};

/// The exit code of every failure: from here on git stops the merge and changes nothing.
pub const FAILURE: u8 = 129;

/// Merge a manifest for git: registered as `merge-driver %O %A %B %L %P %S %X %Y`
///
/// The result is written to OURS. Exits 0 when there is no conflict, 1 when there is one, and 129
/// or above when it failed; then nothing was written.
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct MergeDriverArguments {
    /// The file with the common ancestor
    base: PathBuf,
    /// The file with our version; the result replaces it
    ours: PathBuf,
    /// The file with the other version
    theirs: PathBuf,
    /// The number of signs in a marker
    #[arg(value_parser = clap::value_parser!(u8).range(1..))]
    marker_size: u8,
    /// The manifest's path in the work tree
    path: String,
    /// What the common ancestor is called
    label_base: Option<String>,
    /// What our version is called
    label_ours: Option<String>,
    /// What the other version is called
    label_theirs: Option<String>,
}

/// Runs `merge-driver`.
pub fn run(ui: &mut Ui, arguments: &MergeDriverArguments) -> Result<(), CliError> {
    match merged(ui, arguments) {
        Ok(report) if report.count() == 0 => Ok(()),
        Ok(_) => Err(CliError::Exit(FAILED)),
        Err(error) => {
            if let Some(report) = error.report() {
                ui.error_report(&report);
            }
            Err(CliError::Exit(FAILURE))
        }
    }
}

fn merged(ui: &mut Ui, arguments: &MergeDriverArguments) -> Result<MergeReport, CliError> {
    let labels = Sides {
        base: &arguments.label_base,
        ours: &arguments.label_ours,
        theirs: &arguments.label_theirs,
    };
    let label = |side: Side| {
        let given = labels.of(side).as_deref();
        given.unwrap_or(side.as_str()).to_owned()
    };
    let markers = Markers {
        labels: Sides::each(label),
        size: arguments.marker_size,
        style: MarkerStyle::Merge,
    };
    let files = Files {
        base: &arguments.base,
        ours: &arguments.ours,
        theirs: &arguments.theirs,
    };
    let caller = Caller::Git(&arguments.path);
    let report = merge_files(files, &markers, caller)?;
    write_merged(&arguments.ours, &report, caller)?;
    tell_conflicts(ui, &report);
    Ok(report)
}
