//! What rows say of where artifacts came from, in both dialects.

use crate::model::artifact::Artifact;
use crate::model::collection::Dialect;
use crate::model::edit::Edit;
use crate::model::error::ModelError;
use crate::model::listing::{Filter, SortOrder};
use crate::model::name::ArtifactId;
use crate::model::row::RowKey;
use crate::model::source::{Source, VersionSpec};
use crate::model::value::{Field, Value};
use crate::store::cache::database::Database;

use super::error::AppError;
use super::names::Selection;
use super::source_error::SourceError;

/// What SkillMeat calls an artifact that it can update by itself.
const GITHUB: &str = "github";

/// The version of an artifact's files: the fields of a row that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// The place.
    pub(super) source: Source,
    /// What is wanted.
    pub(super) wanted: VersionSpec,
    /// The commit that it is.
    pub(super) commit: String,
    /// The tag that names it; `""` when none does.
    pub(super) tag: String,
    /// Its page on GitHub, for SkillMeat; nothing for another host.
    pub(super) page: Option<String>,
}

impl Version {
    fn fields(&self, dialect: Dialect) -> Vec<(Field, String)> {
        let mut fields = vec![
            (Field::VersionSpec, self.wanted.to_string()),
            (Field::ResolvedSha, self.commit.clone()),
            (Field::ResolvedVersion, self.tag.clone()),
        ];
        if let (Dialect::SkillMeat, Some(page)) = (dialect, &self.page) {
            fields.push((Field::Origin, GITHUB.to_owned()));
            fields.push((Field::Upstream, page.clone()));
        }
        fields
    }

    /// Writes it into a new row.
    pub(super) fn write(&self, row: &mut Artifact, dialect: Dialect) {
        row.source = self.source.to_string();
        for (field, text) in self.fields(dialect) {
            row.set(field, Value::text(text));
        }
    }

    /// The edits that bring it into a row that is there. Its place stays as it is written.
    pub(super) fn edits(&self, row: &Artifact, dialect: Dialect) -> Vec<Edit> {
        let fields = self.fields(dialect).into_iter();
        fields
            .map(|(field, text)| (field, Value::text(text)))
            .filter(|(field, value)| row.get(*field) != *value)
            .map(|(field, value)| Edit::Set {
                key: RowKey::Artifact(row.id.clone()),
                field,
                value,
            })
            .collect()
    }
}

/// An artifact that came from elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Followed {
    /// Its row.
    pub(super) row: Artifact,
    /// Its files, relative to the collection; `""` when there are none.
    pub(super) path: String,
    /// Where it came from.
    pub(super) source: Source,
    /// Which version is wanted.
    pub(super) wanted: VersionSpec,
}

impl Followed {
    /// Which artifact it is.
    pub(super) fn id(&self) -> &ArtifactId {
        &self.row.id
    }
}

/// The artifacts that are meant and came from elsewhere; all without a selection. One that is named and came from
/// nowhere is an error.
pub(super) fn followed(
    database: &Database,
    selection: &Selection,
) -> Result<Vec<Followed>, AppError> {
    let ids = if selection.is_empty() {
        let all = database.artifacts(&Filter::default(), SortOrder::Collection)?;
        let may_have_one = all.into_iter().filter(|one| !one.source.is_empty());
        may_have_one.map(|one| one.id).collect()
    } else {
        selection.resolve(database)?
    };
    let mut all = Vec::new();
    for id in ids {
        match followed_one(database, &id)? {
            Some(one) => all.push(one),
            None if selection.names(&id) => {
                return Err(SourceError::NoSource {
                    artifact: id.to_string(),
                }
                .into());
            }
            None => {}
        }
    }
    Ok(all)
}

fn followed_one(database: &Database, id: &ArtifactId) -> Result<Option<Followed>, AppError> {
    let Some(detail) = database.artifact(id)? else {
        return Ok(None);
    };
    let path = detail.summary.path;
    let Some(row) = detail.row else {
        return Ok(None);
    };
    let unreadable = |source: ModelError| SourceError::Unreadable {
        artifact: id.to_string(),
        source,
    };
    let Some(source) = source_of(&row).map_err(unreadable)? else {
        return Ok(None);
    };
    let wanted = match row.version_spec.as_str() {
        "" => VersionSpec::default(),
        text => text.parse().map_err(unreadable)?,
    };
    Ok(Some(Followed {
        row,
        path,
        source,
        wanted,
    }))
}

/// Where a row says that its artifact came from: its `source`, or the page in SkillMeat's `upstream`.
fn source_of(row: &Artifact) -> Result<Option<Source>, ModelError> {
    if !row.source.is_empty() {
        let source: Source = row.source.parse()?;
        if source.address.is_relative() {
            return Err(ModelError::Source {
                text: row.source.clone(),
                reason: "a folder is named from the root, with a / before it",
            });
        }
        return Ok(Some(source));
    }
    Ok(Source::of_page(&row.upstream).map(|(source, _)| source))
}
