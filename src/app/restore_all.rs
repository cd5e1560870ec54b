//! The organisation of a collection as it was: groups, tag definitions, ratings and composites, the order of them and
//! of artifacts, and the tags of artifacts, in one commit.
//!
//! Artifacts that came since stay as they are. Those that are gone come back only when that is asked for; without it,
//! groups and ratings that mean them come back with members that are missing.

use std::collections::HashSet;

use crate::manifest::Document;
use crate::model::edit::Edit;
use crate::model::name::ArtifactId;
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::{Field, Value};
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::past::ids_of;
use super::plan::{Operation, Plan};
use super::restore::{Artifacts, bring_artifact, contents, missing_among};
use super::restored_row::{Standing, set, with_rows};
use super::revision::{known_commit_at, sound_manifest_of};
use super::versions::changes_between;
use super::view::View;

/// The tables that are organisation alone.
const ORGANISATION: [Table; 4] = [
    Table::TagDefinitions,
    Table::Groups,
    Table::Ratings,
    Table::Composites,
];

/// Brings the organisation back as it was.
#[derive(Debug, Clone)]
pub struct RestoreAll {
    /// The moment: a commit in any form that git takes, or a date.
    pub at: String,
    /// Whether rows and files of artifacts that are gone come back, too.
    pub artifacts: Artifacts,
}

impl Operation for RestoreAll {
    fn word(&self) -> &'static str {
        "restore-all"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let commit = known_commit_at(view.repository, view.environment.now, &self.at)?;
        let old = sound_manifest_of(view.repository, commit)?;
        if old.bytes().is_empty() {
            let text = format!("there was no collection at {:?} yet", self.at);
            return Err(AppError::Request(text));
        }
        let then: HashSet<ArtifactId> = ids_of(view.repository, commit)?.into_iter().collect();
        let text = organised(view, (commit, &old), &then)?;
        let mut files = Vec::new();
        let text = match self.artifacts {
            Artifacts::Leave => text,
            Artifacts::Bring => with_artifacts(view, (&old, &then), text, |id, text| {
                bring_artifact(view, (commit, &old), id, text, &mut files)
            })?,
        };
        let text = in_order(text, &old)?;
        let subject = format!("collection: restore all of {}", commit.commit_id().short());
        let mut plan = Plan::of_edits(subject, Vec::new()).with_files(files);
        plan.changes = changes_between(Some(view.document), &text)?;
        plan.manifest = (text.bytes() != view.document.bytes()).then(|| text.bytes().to_vec());
        let rows = ORGANISATION.into_iter().flat_map(|table| text.rows(table));
        let rows: Vec<Row> = rows.collect();
        if let Some(missing) = missing_among(view, &rows, &text)? {
            plan = plan.with_remark(missing);
        }
        Ok(plan)
    }
}

/// The manifest with the rows of the organisation as they were, and none that came since.
fn organised(
    view: &View<'_>,
    (commit, old): (ObjectName, &Document),
    then: &HashSet<ArtifactId>,
) -> Result<Document, AppError> {
    let contents = &contents(view, commit);
    let (mut gone, mut rows) = (Vec::new(), Vec::new());
    for (was, is) in view.document.row_pairs_since(old)? {
        match (was, is) {
            (Some(Row::Artifact(was)), is) => {
                let was = Row::Artifact(was);
                rows.extend(artifact_row(view, was, is.as_ref())?);
            }
            (None, Some(Row::Artifact(is))) if then.contains(&is.id) => {
                // It had no row then, and so neither tags nor a place.
                let key = RowKey::Artifact(is.id);
                let fields = [Field::Tags, Field::Position];
                gone.extend(fields.map(|field| set(&key, field, Value::Absent)));
            }
            (Some(was), _) => rows.push(was),
            (None, Some(Row::Artifact(_)) | None) => {}
            (None, Some(is)) => gone.push(Edit::Remove(is.key())),
        }
    }
    let text = if gone.is_empty() {
        view.document.clone()
    } else {
        Document::scan(view.document.edited(&gone)?)?
    };
    let (artifacts, others): (Vec<Row>, Vec<Row>) = rows
        .into_iter()
        .partition(|row| matches!(row, Row::Artifact(_)));
    let text = with_rows(&text, old, (&others, Standing::Then), contents)?;
    let mut back = Vec::new();
    let mut edits = Vec::new();
    for row in artifacts {
        let key = row.key();
        if text.row(&key)?.is_none() {
            back.push(row);
            continue;
        }
        edits.extend([Field::Tags, Field::Position].map(|field| set(&key, field, row.get(field))));
    }
    let text = if edits.is_empty() {
        text
    } else {
        Document::scan(text.edited(&edits)?)?
    };
    with_rows(&text, old, (&back, Standing::Then), contents)
}

/// An artifact's row as it was, where the artifact is there; one without a row now has its file.
fn artifact_row(view: &View<'_>, was: Row, is: Option<&Row>) -> Result<Option<Row>, AppError> {
    let RowKey::Artifact(id) = was.key() else {
        return Ok(None);
    };
    let is_there = is.is_some() || view.database.artifacts_named(&id.name)?.contains(&id);
    Ok(is_there.then_some(was))
}

/// The manifest with the rows of artifacts that are gone.
fn with_artifacts(
    view: &View<'_>,
    (old, then): (&Document, &HashSet<ArtifactId>),
    mut text: Document,
    mut bring: impl FnMut(&ArtifactId, Document) -> Result<Document, AppError>,
) -> Result<Document, AppError> {
    let known: HashSet<ArtifactId> = view.artifact_ids()?.into_iter().collect();
    let rows = old.keys(Table::Artifacts).into_iter();
    let rows = rows.filter_map(|key| match key {
        RowKey::Artifact(id) => Some(id),
        _ => None,
    });
    let mut gone: Vec<ArtifactId> = rows.chain(then.iter().cloned()).collect();
    gone.retain(|id| !known.contains(id));
    gone.sort_by_key(ToString::to_string);
    gone.dedup();
    for id in &gone {
        text = bring(id, text)?;
    }
    Ok(text)
}

/// The manifest with its groups in the order in which the older one shows them; no more positions are set than needed.
fn in_order(text: Document, old: &Document) -> Result<Document, AppError> {
    let order = |document: &Document| {
        let mut rows = document.rows(Table::Groups);
        rows.sort_by_key(|row| row.get(Field::Position).as_integer().unwrap_or_default());
        rows.iter().map(Row::key).collect::<Vec<RowKey>>()
    };
    let wanted = order(old);
    if order(&text) == wanted {
        return Ok(text);
    }
    let edits: Vec<Edit> = (0..)
        .zip(&wanted)
        .map(|(place, key)| set(key, Field::Position, Value::Integer(place)))
        .collect();
    Ok(Document::scan(text.edited(&edits)?)?)
}
