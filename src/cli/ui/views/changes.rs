//! What a command changed.

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::settings::Verbosity;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::model::change::Change;
use crate::model::commit::CommitId;

/// What became of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// They are a commit.
    Committed {
        /// The commit.
        commit: &'a CommitId,
        /// The branch that it is on.
        branch: &'a str,
        /// The command that takes it back; `""` when there is none.
        undo: &'a str,
    },
    /// There was nothing to change.
    Nothing,
    /// They were only to be shown.
    DryRun,
}

/// Shows what changed, a line each, and the commit with the command that takes it back. A quiet command shows only
/// what a dry run would change.
pub fn change_report(
    ui: &mut Ui,
    changes: &[Change],
    outcome: Outcome<'_>,
) -> Result<(), OutputError> {
    if ui.verbosity() == Verbosity::Quiet && outcome != Outcome::DryRun {
        return Ok(());
    }
    for change in changes {
        ui.result(&change_line(change))?;
    }
    match outcome {
        Outcome::Committed {
            commit,
            branch,
            undo,
        } => committed(ui, commit, branch, undo),
        Outcome::Nothing => ui.result("Nothing to change."),
        Outcome::DryRun => {
            ui.note("Nothing was changed: this was a dry run.");
            Ok(())
        }
    }
}

/// A change in one line: `group "Auth": add members skill:jwt`.
pub fn change_line(change: &Change) -> String {
    escaped(&change.to_string()).into_owned()
}

fn committed(ui: &mut Ui, commit: &CommitId, branch: &str, undo: &str) -> Result<(), OutputError> {
    let short = style::bold(commit.short());
    ui.result(&format!("Committed {short} on {}.", escaped(branch)))?;
    if undo.is_empty() {
        return Ok(());
    }
    ui.result(&format!("{} {}", style::dim("Undo:"), escaped(undo)))
}
