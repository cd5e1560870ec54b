//! Wording what a use-case has to tell beside its result.

use crate::app::notice::Notice;

use super::ui::output::Ui;
use super::ui::text::escaped;

/// Tells a notice on stderr.
pub fn tell(ui: &mut Ui, notice: &Notice) {
    match notice {
        Notice::AnswerFromHead(findings) if findings.iter().any(|found| found.code == "conflict-marker") => {
            ui.warning("A merge has left conflicts in collection.toml; this is what your last commit says. See them with `skillmeat conflicts`.");
        }
        Notice::AnswerFromHead(findings) => {
            ui.warning("collection.toml can't be used; this is what the last commit says.");
            for finding in findings {
                ui.warning(&finding.to_string());
            }
        }
        Notice::Finished(operation) => {
            ui.note(&format!("An interrupted change ({}) was finished.", escaped(operation)));
        }
        Notice::TakenBack(operation) => {
            ui.note(&format!("An interrupted change ({}) was taken back.", escaped(operation)));
        }
        Notice::Kept(operation) => ui.warning(&format!(
            "An interrupted change ({operation}) was left as it stands, because the files or the branch were changed since. See `git status`."
        )),
        Notice::Waiting(holder) => ui.note(&format!("Waiting for {} to finish…", escaped(holder))),
        Notice::HandEditsRecorded(commit) => {
            ui.note(&format!("Edits made by hand were recorded first, as {commit}."));
        }
        Notice::Dropped(text) => ui.warning(text),
        Notice::GuessedIdentity(person) => ui.note(&format!(
            "git knows no name and address, so the commit is by {}. Set them with `git config --global user.name NAME` and `user.email ADDRESS`.",
            escaped(person)
        )),
        Notice::DatabaseInMemory => {
            ui.detail("The database can't be written; the answer was worked out in memory.");
        }
        Notice::IndexStale(reason) => ui.warning(&format!(
            "The change is committed, but git's index could not follow ({reason}). The next command lets it follow."
        )),
        Notice::DatabaseStale(reason) => ui.warning(&format!(
            "The change is committed, but the database could not follow ({reason}). The next command brings it up to date."
        )),
        Notice::Remark(text) => ui.note(&escaped(text)),
    }
}
