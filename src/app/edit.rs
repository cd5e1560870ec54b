//! Editing an artifact's row, and moving it among the others.

use crate::model::edit::Edit;
use crate::model::listing::{Filter, SortOrder};
use crate::model::name::ArtifactId;
use crate::model::row::{Row, RowKey, Table};
use crate::model::sequence::renumbered_after_move;
use crate::model::value::{Field, Value};

use super::artifact_rows::{row_of, set};
use super::error::AppError;
use super::names::{find_artifact, named};
use super::plan::{Operation, Plan, Reach};
use super::position::{Place, moved};
use super::view::View;

/// Sets fields of an artifact's row: aliases, description, platforms.
#[derive(Debug, Clone)]
pub struct EditArtifact {
    /// The artifact, as people type it.
    pub artifact: String,
    /// What to set; [`Value::Absent`] clears a field.
    pub fields: Vec<(Field, Value)>,
}

impl Operation for EditArtifact {
    fn word(&self) -> &'static str {
        "edit"
    }

    fn reach(&self) -> Reach<'_> {
        named(&self.artifact)
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let id = find_artifact(view.database, &self.artifact)?;
        self.refuse_taken_aliases(view, &id)?;
        let mut edits = Vec::new();
        if view.find_artifact(&id)?.is_some() {
            for (field, value) in &self.fields {
                edits.extend(set(view, &id, *field, value.clone())?);
            }
        } else {
            let mut row = row_of(view, &id);
            self.fields
                .iter()
                .for_each(|(field, value)| row.set(*field, value.clone()));
            if row != row_of(view, &id) {
                edits.push(Edit::Insert(Row::Artifact(row)));
            }
        }
        Ok(Plan::of_edits(
            format!("artifact: edit {:?}", id.to_string()),
            edits,
        ))
    }
}

impl EditArtifact {
    /// An alias must name one artifact only.
    fn refuse_taken_aliases(&self, view: &View<'_>, id: &ArtifactId) -> Result<(), AppError> {
        let known = view.database.aliases()?;
        let given = self
            .fields
            .iter()
            .filter(|(field, _)| *field == Field::Aliases);
        for alias in given.flat_map(|(_, value)| value.clone().into_list()) {
            if known
                .iter()
                .any(|(other, owner)| *other == alias && owner != id)
            {
                return Err(AppError::Taken {
                    what: "alias",
                    name: alias,
                });
            }
        }
        Ok(())
    }
}

/// Puts an artifact at another place among the artifacts.
#[derive(Debug, Clone)]
pub struct MoveArtifact {
    /// The artifact, as people type it.
    pub artifact: String,
    /// Where to; others as people type them.
    pub place: Place<String>,
}

impl Operation for MoveArtifact {
    fn word(&self) -> &'static str {
        "move"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let id = find_artifact(view.database, &self.artifact)?;
        let place = match &self.place {
            Place::At(place) => Place::At(*place),
            Place::Before(other) => Place::Before(find_artifact(view.database, other)?),
            Place::After(other) => Place::After(find_artifact(view.database, other)?),
        };
        let listed = view
            .database
            .artifacts(&Filter::default(), SortOrder::Collection)?;
        let order: Vec<ArtifactId> = listed.into_iter().map(|artifact| artifact.id).collect();
        let wanted = moved(&order, &id, &place)
            .ok_or_else(|| AppError::Request("an artifact can't be placed by itself".to_owned()))?;
        let subject = format!("artifact: move {:?}", id.to_string());
        Ok(Plan::of_edits(
            subject,
            reordered(view, &order, &wanted, &id)?,
        ))
    }
}

/// The edits that bring about an order in which one artifact was moved. Artifacts without a row come after those with one; they get rows as needed.
fn reordered(
    view: &View<'_>,
    order: &[ArtifactId],
    wanted: &[ArtifactId],
    moved: &ArtifactId,
) -> Result<Vec<Edit>, AppError> {
    let keys = view.document.keys(Table::Artifacts);
    let mut rows: Vec<(Option<i64>, usize)> = Vec::new();
    for id in wanted {
        let file = keys
            .iter()
            .position(|key| *key == RowKey::Artifact(id.clone()));
        let behind = || keys.len() + order.iter().position(|other| other == id).unwrap_or(0);
        let position = view.find_artifact(id)?.and_then(|row| row.position);
        rows.push((position, file.unwrap_or_else(behind)));
    }
    let mut edits = Vec::new();
    let place = wanted.iter().position(|id| id == moved);
    for (index, number) in renumbered_after_move(&rows, place.unwrap_or_default()) {
        let id = &wanted[index];
        edits.extend(set(view, id, Field::Position, Value::Integer(number))?);
    }
    Ok(edits)
}
