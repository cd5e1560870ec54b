//! The list of tags.

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::{escaped, one_line};
use crate::model::listing::{Definition, TagSummary};

use super::cells::color_of;

/// Shows tags as a table, in the order in which they are given. A tag without a definition has a hollow dot.
pub fn tag_list(ui: &mut Ui, tags: &[TagSummary]) -> Result<(), OutputError> {
    if tags.is_empty() {
        ui.note("No tags.");
        return Ok(());
    }
    let mut table = Table::new(&["Tag", "Name", "Artifacts", "Description"]).right_aligned(2);
    for tag in tags {
        let dot = match tag.definition {
            Definition::Defined => "●",
            Definition::OnlyUsed => "○",
        };
        table.row([
            format!(
                "{} {}",
                style::tinted(&color_of(tag), dot),
                escaped(tag.slug.as_str())
            ),
            escaped(&tag.name).into_owned(),
            tag.artifacts.len().to_string(),
            one_line(&tag.description).into_owned(),
        ]);
    }
    ui.table(&table)
}
