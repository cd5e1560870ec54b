//! The organisation of a collection as one JSON document.

use crate::manifest::Document;
use crate::model::organisation::Organisation;
use crate::model::row::{Row, Table};
use crate::store::cache::database::Database;
use crate::store::files;

use super::error::AppError;
use super::notice::Notice;
use super::refresh::{Invalid, MANIFEST_LIMIT};
use super::revision::sound_manifest_of;
use super::transaction::attempt::recover_quietly;
use super::workspace::Workspace;

/// Something that was made of a collection, with what should be told besides.
#[derive(Debug)]
pub struct Exported<T> {
    /// What was made.
    pub value: T,
    /// What should be told.
    pub notices: Vec<Notice>,
}

impl Workspace {
    /// Every table of the manifest, each in the file's order.
    pub fn organisation(
        &self,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Exported<Organisation>, AppError> {
        let Exported {
            value: source,
            notices,
        } = self.source(on_wait)?;
        let value = Organisation::of(&source.document.header(), source.rows());
        Ok(Exported { value, notices })
    }

    /// The collection as it is read: its manifest, and the database of it.
    pub(super) fn source(
        &self,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Exported<Source>, AppError> {
        let mut notices = recover_quietly(self, on_wait);
        let refreshed = self.refreshed(Invalid::AnswerFromHead)?;
        notices.extend(refreshed.notices);
        let document = self.sound_manifest()?;
        Ok(Exported {
            value: Source {
                document,
                database: refreshed.database,
            },
            notices,
        })
    }

    /// The manifest of the work tree; where that is invalid, the one of the last commit.
    fn sound_manifest(&self) -> Result<Document, AppError> {
        let bytes = files::read(&self.manifest_path(), MANIFEST_LIMIT);
        let sound = bytes.map_err(AppError::from).and_then(|bytes| {
            let document = Document::scan(bytes.unwrap_or_default())?;
            document.validate()?;
            Ok(document)
        });
        match (sound, self.repository.head()?.commit) {
            (Ok(document), _) => Ok(document),
            (Err(_), Some(commit)) => sound_manifest_of(&self.repository, commit),
            (Err(error), None) => Err(error),
        }
    }
}

/// What is exported from.
pub(super) struct Source {
    /// The manifest.
    pub(super) document: Document,
    /// The database of it and of the files.
    pub(super) database: Database,
}

impl Source {
    /// The rows of all tables.
    pub(super) fn rows(&self) -> Vec<Row> {
        Table::OF_ROWS
            .into_iter()
            .flat_map(|table| self.document.rows(table))
            .collect()
    }
}
