//! What could not be merged.

use crate::app::merge_manifest::{MergeReport, Way};
use crate::cli::ui::output::Ui;
use crate::cli::ui::text::escaped;

/// Tells every conflict on stderr, a line each.
pub fn tell_conflicts(ui: &mut Ui, report: &MergeReport) {
    if let Way::Lines { reason, .. } = &report.way {
        ui.note(&format!("conflict: lines: {}", escaped(reason)));
    }
    for conflict in &report.conflicts {
        ui.note(&format!("conflict: {}", escaped(&conflict.to_string())));
    }
}
