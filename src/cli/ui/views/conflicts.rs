//! Conflicts, with what the sides say.

use crate::app::conflicts::Conflicts;
use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::escaped;

/// Shows the open conflicts as a table, and whose versions meet.
pub fn conflict_list(ui: &mut Ui, conflicts: &Conflicts) -> Result<(), OutputError> {
    if let Some(reason) = &conflicts.by_lines {
        ui.warning(&format!(
            "The manifest could only be merged by lines ({reason}): take out the markers by hand, or take a whole side with `skillmeat resolve --all --ours`."
        ));
    }
    if conflicts.open.is_empty() {
        if conflicts.by_lines.is_none() {
            ui.result("No conflicts in the manifest.")?;
        }
        return others(ui, conflicts);
    }
    let mut table = Table::new(&["Row", "Field", "Ours", "Theirs", "Base"]);
    for conflict in &conflicts.open {
        let versions = &conflict.versions;
        let field = if conflict.field.is_empty() {
            style::dim(conflict.class.as_str())
        } else {
            escaped(&conflict.field).into_owned()
        };
        table.row([
            style::bold(&conflict.key.to_string()),
            field,
            escaped(&versions.ours.to_string()).into_owned(),
            escaped(&versions.theirs.to_string()).into_owned(),
            escaped(&versions.base.to_string()).into_owned(),
        ]);
    }
    ui.table(&table)?;
    ui.note(&format!(
        "Ours is {}; theirs is {}.",
        escaped(&conflicts.sides.ours),
        escaped(&conflicts.sides.theirs)
    ));
    others(ui, conflicts)
}

fn others(ui: &mut Ui, conflicts: &Conflicts) -> Result<(), OutputError> {
    for path in &conflicts.others {
        ui.result(&format!("{} is in conflict, too.", escaped(path)))?;
    }
    Ok(())
}
