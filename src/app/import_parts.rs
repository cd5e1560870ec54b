//! What is brought in, whatever it was: tables, artifacts' files, and what was odd about them.

use crate::manifest::Document;
use crate::model::finding::{Finding, Severity};
use crate::model::name::ArtifactId;
use crate::model::row::Row;

use super::environment::Interruption;
use super::error::AppError;
use super::files_of::{Copy, copy};
use super::find::Outside;

/// What something that is brought in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plugin marketplace.
    Marketplace,
    /// A folder with a manifest.
    Collection,
    /// A folder with artifacts in it.
    Folder,
    /// An organisation as `export` writes it.
    Organisation,
}

impl Kind {
    /// The word that stands for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::Collection => "collection",
            Self::Folder => "folder",
            Self::Organisation => "organisation",
        }
    }

    /// Whether its rows were made by the import: their tags and places give way to those that are there.
    pub(super) fn is_unorganised(self) -> bool {
        matches!(self, Self::Marketplace | Self::Folder)
    }
}

/// What is brought in.
#[derive(Debug)]
pub(super) struct Incoming {
    /// What it is.
    pub(super) kind: Kind,
    /// Its own name.
    pub(super) name: String,
    /// Its tables.
    pub(super) tables: Tables,
    /// Artifacts with files, each once.
    pub(super) artifacts: Vec<Taken>,
    /// What was left out or looks odd.
    pub(super) findings: Vec<Finding>,
}

/// Tables that come in.
#[derive(Debug)]
pub(super) enum Tables {
    /// Rows and nothing else.
    Rows(Vec<Row>),
    /// A manifest, with everything that stands in it.
    Text(Box<Document>),
}

/// An artifact's files, to stand at its place in the layout.
#[derive(Debug)]
pub(super) struct Taken {
    /// The artifact.
    pub(super) id: ArtifactId,
    /// Its files.
    pub(super) copy: Copy,
}

impl Incoming {
    /// The subject of the commit.
    pub(super) fn subject(&self) -> String {
        let name = &self.name;
        match self.kind {
            Kind::Marketplace => format!("collection: import the marketplace {name:?}"),
            Kind::Collection => format!("collection: import the collection {name:?}"),
            Kind::Organisation => format!("collection: import the organisation of {name:?}"),
            Kind::Folder => format!("artifact: import {} artifacts", self.artifacts.len()),
        }
    }
}

/// What is told and asked while files are read.
pub(super) struct Reading<'a> {
    /// Whether the user asked to stop.
    pub(super) interruption: &'a Interruption,
    /// Is told how many artifacts were read, and of how many.
    pub(super) on_step: &'a mut dyn FnMut(usize, usize),
}

impl Reading<'_> {
    /// Reads the files of artifacts.
    pub(super) fn take(&mut self, found: &[Outside]) -> Result<Vec<Taken>, AppError> {
        let mut taken = Vec::with_capacity(found.len());
        for (index, artifact) in found.iter().enumerate() {
            if self.interruption.is_set() {
                return Err(AppError::Interrupted);
            }
            taken.push(Taken {
                id: artifact.id.clone(),
                copy: copy(&artifact.path, &artifact.id)?,
            });
            (self.on_step)(index + 1, found.len());
        }
        Ok(taken)
    }
}

/// A warning about something that comes in, in the file or folder as it was given.
pub(super) fn warning(code: &'static str, shown: &str, message: impl Into<String>) -> Finding {
    Finding::new(Severity::Warning, code, message).in_file(shown)
}

/// The same of something that nobody need do anything about.
pub(super) fn note(code: &'static str, shown: &str, message: impl Into<String>) -> Finding {
    Finding::new(Severity::Note, code, message).in_file(shown)
}
