//! The database brought up to date as far as an operation looks: rows always, files only where it names them.
//!
//! To look at all files is most of what a small change would cost. What was not looked at is found by the next read,
//! which does look.

use crate::model::artifact_file::FoundFile;
use crate::model::collection::{Collection, Dialect, Header};
use crate::model::layout::place_of;
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::store::cache::contents::{Contents, State};
use crate::store::cache::database::Database;
use crate::store::files;
use crate::store::scan::header_in;

use super::error::AppError;
use super::plan::Reach;
use super::refresh::{Invalid, Layout, ReadManifest, Refreshed};
use super::workspace::Workspace;

/// How much is known of the files that an operation looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// All that it needs.
    Enough,
    /// Something changed.
    TooLittle,
}

impl Workspace {
    /// Brings the database, if there is one, up to date with a manifest for an operation of this reach.
    pub(super) fn refreshed_within(
        &self,
        reach: Reach<'_>,
        database: Option<Database>,
        manifest: &ReadManifest<'_>,
        invalid: Invalid,
    ) -> Result<Refreshed, AppError> {
        let names = match reach {
            Reach::Rows => &[],
            Reach::Named(names) => names,
            Reach::Everything => return self.refreshed(invalid),
        };
        let Some(database) = database else {
            return self.refreshed(invalid);
        };
        match self.with_rows(database, manifest) {
            Ok(refreshed) if self.knows(&refreshed.database, names)? == Known::Enough => {
                Ok(refreshed)
            }
            _ => self.refreshed(invalid),
        }
    }

    /// Whether the files that these names mean, and those that they would mean if they were there, are as known.
    fn knows(&self, database: &Database, names: &[String]) -> Result<Known, AppError> {
        for name in names {
            for name in meant(database, name)? {
                for kind in ArtifactType::KNOWN {
                    if self.knows_file(database, &ArtifactId::new(kind, name.clone()))?
                        == Known::TooLittle
                    {
                        return Ok(Known::TooLittle);
                    }
                }
            }
        }
        Ok(Known::Enough)
    }

    fn knows_file(&self, database: &Database, id: &ArtifactId) -> Result<Known, AppError> {
        let known = database.files_of(id)?;
        if known.is_empty() {
            return Ok(if self.is_in_layout(id) {
                Known::TooLittle
            } else {
                Known::Enough
            });
        }
        for (FoundFile { path, stamp, .. }, checked) in known {
            let now = files::stamp(&path.under(self.folder()))?;
            if now != Some(stamp) || stamp.is_racy(checked) {
                return Ok(Known::TooLittle);
            }
        }
        Ok(Known::Enough)
    }

    /// Whether something stands where the layout has that artifact.
    fn is_in_layout(&self, id: &ArtifactId) -> bool {
        place_of(id).is_some_and(|place| {
            let place = place.under(self.folder());
            match std::fs::symlink_metadata(&place) {
                Ok(found) if found.is_dir() => header_in(&place, &id.kind).is_some(),
                found => found.is_ok(),
            }
        })
    }
}

/// A database of nothing, for what mends a manifest where not even the committed one can be read.
pub(super) fn without_rows() -> Result<Refreshed, AppError> {
    let header = Header {
        dialect: Dialect::Native,
        name: String::new(),
        version: String::new(),
    };
    let contents = Contents {
        state: State {
            manifest_blob: String::new(),
            manifest_stamp: None,
            manifest_checked: 0,
            head: String::new(),
            layout: None,
        },
        collection: &Collection::empty(header),
        files: &[],
        checked: 0,
    };
    Ok(Refreshed {
        database: Database::in_memory(&contents)?,
        notices: Vec::new(),
        layout: Layout::Unseen,
        files_read: 0,
    })
}

/// The names of artifacts that a text may mean: itself, its part after a type, and where it is no name those that have
/// it as an alias.
fn meant(database: &Database, text: &str) -> Result<Vec<Name>, AppError> {
    let mut names = vec![Name::stored(text)];
    if let Ok(id) = text.parse::<ArtifactId>() {
        names.push(id.name);
    }
    if database.artifacts_named(&names[0])?.is_empty() {
        let meant = database.artifacts_with_alias(text)?.into_iter();
        names.extend(meant.map(|id| id.name));
    }
    Ok(names)
}
