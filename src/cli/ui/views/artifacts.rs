//! Lists of artifacts, by group and flat.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::{escaped, one_line};
use crate::cli::ui::words::plural;
use crate::model::listing::{ArtifactSummary, GroupSummary, TagSummary};
use crate::model::name::{ArtifactId, Member};

use super::cells::{TagColors, stars};

/// The columns by which members are indented below their group.
const INDENT: usize = 2;

/// Shows artifacts by group: a heading for each group with its members in their order, missing ones among them, then
/// those that are in no group. An artifact that is in several groups stands in each.
pub fn artifact_list(
    ui: &mut Ui,
    groups: &[GroupSummary],
    artifacts: &[ArtifactSummary],
    tags: &[TagSummary],
) -> Result<(), OutputError> {
    if groups.is_empty() {
        return artifact_table(ui, artifacts, tags);
    }
    let colors = TagColors::of(tags, ui.styling());
    let by_id = artifacts
        .iter()
        .map(|artifact| (&artifact.id, artifact))
        .collect();
    let mut table = Table::plain().indented(INDENT);
    for group in groups {
        table.line(&group_heading(group));
        push_members(&mut table, group, &by_id, &colors);
        table.line("");
    }
    push_ungrouped(&mut table, artifacts, &colors);
    ui.table(&table)
}

/// Shows artifacts as a table, in the order in which they are given.
pub fn artifact_table(
    ui: &mut Ui,
    artifacts: &[ArtifactSummary],
    tags: &[TagSummary],
) -> Result<(), OutputError> {
    if artifacts.is_empty() {
        ui.note("No artifacts.");
        return Ok(());
    }
    let colors = TagColors::of(tags, ui.styling());
    let mut table = Table::new(&["Name", "Type", "Rating", "Tags", "Description"]);
    for artifact in artifacts {
        table.row(row(artifact, &colors));
    }
    ui.table(&table)
}

/// The members of a group as a table's rows.
pub(super) fn push_members(
    table: &mut Table,
    group: &GroupSummary,
    by_id: &HashMap<&ArtifactId, &ArtifactSummary>,
    colors: &TagColors<'_>,
) {
    for member in &group.members {
        if group.missing.contains(member) {
            table.row([&*escaped(&member.to_string()), &style::warning("missing")]);
        } else if let Some(artifact) = resolved(member, by_id) {
            table.row(row(artifact, colors));
        }
    }
}

fn resolved<'a>(
    member: &Member,
    by_id: &HashMap<&ArtifactId, &'a ArtifactSummary>,
) -> Option<&'a ArtifactSummary> {
    match member {
        Member::Typed(id) => by_id.get(id).copied(),
        Member::Bare(_) => None,
    }
}

/// The line above a group's members: its colour, name, size and description.
fn group_heading(group: &GroupSummary) -> String {
    let name = style::heading(group.name.as_str());
    let size = style::dim(&size_of(group));
    let description = style::dim(&one_line(&group.description));
    let line = format!("{} {name}  {size}", style::swatch(&group.color));
    if description.is_empty() {
        line
    } else {
        format!("{line}  {description}")
    }
}

/// How many members a group has, and how many of them are missing.
pub(super) fn size_of(group: &GroupSummary) -> String {
    let count = plural(group.members.len(), "artifact");
    match group.missing.len() {
        0 => count,
        missing => format!("{count}, {missing} missing"),
    }
}

fn push_ungrouped(table: &mut Table, artifacts: &[ArtifactSummary], colors: &TagColors<'_>) {
    let ungrouped: Vec<_> = artifacts
        .iter()
        .filter(|artifact| artifact.groups.is_empty())
        .collect();
    if ungrouped.is_empty() {
        return;
    }
    let count = style::dim(&plural(ungrouped.len(), "artifact"));
    table.line(&format!("○ {}  {count}", style::heading("Ungrouped")));
    for artifact in ungrouped {
        table.row(row(artifact, colors));
    }
}

fn row<'a>(artifact: &'a ArtifactSummary, colors: &TagColors<'_>) -> [Cow<'a, str>; 5] {
    [
        escaped(artifact.id.name.as_str()),
        colors.dim(artifact.id.kind.as_str()),
        stars(artifact.rating).into(),
        colors.list(&artifact.tags).into(),
        one_line(&artifact.description),
    ]
}
