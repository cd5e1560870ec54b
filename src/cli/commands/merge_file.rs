//! `merge-file`: three files, merged as manifests.

use std::path::PathBuf;

use clap::Args;

use crate::app::merge_manifest::{Caller, Files, MergeReport, merge_files, write_merged};
use crate::cli::error::CliError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::views::merge::tell_conflicts;
use crate::model::markers::{MARKER_SIZE, MarkerStyle, Markers};
use crate::model::side::Sides;

/// The exit code of every failure.
pub const FAILURE: u8 = 255;

/// The exit code of that many conflicts or more.
const MOST_CONFLICTS: usize = 127;

/// Merge three versions of a collection.toml, by table, row and field
///
/// What THEIRS changed since BASE is brought into OURS, as `git merge-file` does it by lines.
/// Edits that can't both hold are told, and marked in the text. Exits 0 when there are none, with
/// their number up to 127, and 255 on any error. No collection or repository is needed.
///
/// Examples:
///
///   skillmeat merge-file collection.toml base.toml theirs.toml
///   skillmeat merge-file -p --diff3 ours.toml base.toml theirs.toml
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct MergeFileArguments {
    /// Our version; the result replaces it
    ours: PathBuf,
    /// The common ancestor; an empty file when both sides added the manifest
    base: PathBuf,
    /// The other version
    theirs: PathBuf,
    /// Print the result instead of writing OURS
    #[arg(short = 'p', long)]
    stdout: bool,
    /// A label for the markers in place of a file's name: the first for OURS, then BASE, then THEIRS
    #[arg(short = 'L', value_name = "LABEL")]
    labels: Vec<String>,
    /// The number of signs in a marker
    #[arg(long, value_name = "N", default_value_t = MARKER_SIZE, value_parser = clap::value_parser!(u8).range(1..))]
    marker_size: u8,
    /// Show the base in conflicts, too
    #[arg(long)]
    diff3: bool,
}

impl MergeFileArguments {
    fn markers(&self) -> Markers {
        let label = |index: usize, path: &PathBuf| {
            let given = self.labels.get(index).cloned();
            given.unwrap_or_else(|| path.display().to_string())
        };
        Markers {
            labels: Sides {
                ours: label(0, &self.ours),
                base: label(1, &self.base),
                theirs: label(2, &self.theirs),
            },
            size: self.marker_size,
            style: if self.diff3 {
                MarkerStyle::Diff3
            } else {
                MarkerStyle::Merge
            },
        }
    }
}

/// Runs `merge-file`.
pub fn run(ui: &mut Ui, arguments: &MergeFileArguments) -> Result<(), CliError> {
    let count = match merged(ui, arguments) {
        Ok(report) => report.count(),
        Err(error) => {
            if let Some(report) = error.report() {
                ui.error_report(&report);
            }
            return Err(CliError::Exit(FAILURE));
        }
    };
    match u8::try_from(count.min(MOST_CONFLICTS)) {
        Ok(0) => Ok(()),
        Ok(code) => Err(CliError::Exit(code)),
        Err(_) => Err(CliError::Exit(FAILURE)),
    }
}

fn merged(ui: &mut Ui, arguments: &MergeFileArguments) -> Result<MergeReport, CliError> {
    let files = Files {
        base: &arguments.base,
        ours: &arguments.ours,
        theirs: &arguments.theirs,
    };
    let report = merge_files(files, &arguments.markers(), Caller::Anyone)?;
    if arguments.stdout {
        ui.raw(&report.bytes)?;
    } else {
        write_merged(&arguments.ours, &report, Caller::Anyone)?;
    }
    tell_conflicts(ui, &report);
    Ok(report)
}
