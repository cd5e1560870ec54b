//! Groups: the list of them, and one with its members.

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::{escaped, one_line};
use crate::model::listing::{ArtifactSummary, GroupSummary, TagSummary};

use super::artifacts::{push_members, size_of};
use super::cells::TagColors;
use super::detail::Facts;

/// Shows groups as a table, in the order in which they are given.
pub fn group_list(ui: &mut Ui, groups: &[GroupSummary]) -> Result<(), OutputError> {
    if groups.is_empty() {
        ui.note("No groups.");
        return Ok(());
    }
    let mut table = Table::new(&["Group", "Artifacts", "Missing", "Description"])
        .right_aligned(1)
        .right_aligned(2);
    for group in groups {
        let missing = match group.missing.len() {
            0 => String::new(),
            missing => style::warning(&missing.to_string()),
        };
        table.row([
            format!(
                "{} {}",
                style::swatch(&group.color),
                escaped(group.name.as_str())
            ),
            group.members.len().to_string(),
            missing,
            one_line(&group.description).into_owned(),
        ]);
    }
    ui.table(&table)
}

/// Shows all of one group: what it is, and its members.
pub fn group_detail(
    ui: &mut Ui,
    group: &GroupSummary,
    artifacts: &[ArtifactSummary],
    tags: &[TagSummary],
) -> Result<(), OutputError> {
    let colors = TagColors::of(tags, ui.styling());
    let name = style::heading(group.name.as_str());
    ui.result(&format!(
        "{} {name}  {}",
        style::swatch(&group.color),
        style::dim(&size_of(group))
    ))?;
    let mut facts = Facts::default();
    facts.text("Description", &group.description);
    facts.text("Color", &group.color);
    facts.text("Icon", &group.icon);
    facts.text("Position", &group.position.to_string());
    let shown = group
        .tags
        .iter()
        .map(|tag| colors.shown_as_written(tag, tags));
    facts.styled("Tags", shown.collect::<Vec<_>>().join(" "));
    facts.print(ui)?;
    if group.members.is_empty() {
        return Ok(());
    }
    let by_id = artifacts
        .iter()
        .map(|artifact| (&artifact.id, artifact))
        .collect();
    let mut table = Table::plain().indented(2);
    table.line("");
    push_members(&mut table, group, &by_id, &colors);
    ui.table(&table)
}
