//! Rows for artifacts that have none yet: an artifact may be a file only, until something is said about it.

use crate::model::artifact::Artifact;
use crate::model::collection::Dialect;
use crate::model::edit::Edit;
use crate::model::layout::place_of;
use crate::model::name::ArtifactId;
use crate::model::row::{Row, RowKey};
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::view::View;

/// A row as it is written for an artifact that has none, complete for the manifest's dialect.
pub fn row_of(view: &View<'_>, id: &ArtifactId) -> Artifact {
    let mut row = Artifact::of(id.clone());
    if view.document.dialect() == Dialect::SkillMeat {
        row.path = place_of(id)
            .map(|path| path.to_string())
            .unwrap_or_default();
        "local".clone_into(&mut row.origin);
        row.added = view.environment.now.naive_utc();
    }
    row
}

/// The edits that make a field of an artifact's row hold a value, with a new row where there is none.
pub fn set(
    view: &View<'_>,
    id: &ArtifactId,
    field: Field,
    value: Value,
) -> Result<Vec<Edit>, AppError> {
    match view.find_artifact(id)? {
        Some(row) if row.get(field) == value => Ok(Vec::new()),
        Some(_) => Ok(vec![Edit::Set {
            key: RowKey::Artifact(id.clone()),
            field,
            value,
        }]),
        None if value == Value::Absent => Ok(Vec::new()),
        None => {
            let mut row = row_of(view, id);
            row.set(field, value);
            Ok(vec![Edit::Insert(Row::Artifact(row))])
        }
    }
}
