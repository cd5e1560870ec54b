//! Bringing in what others organised: a marketplace, another collection, a folder, or an exported organisation.
//!
//! Whatever comes is read first, wholly and outside of any lock, and becomes tables and files. Then it is one change: the
//! tables are merged with those of the collection, three-way with an empty base, and nothing is guessed. What can't be
//! merged is a conflict, which changes nothing; the request may say beforehand whose side counts then.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::manifest::Document;
use crate::model::conflict::{Choice, Resolution};
use crate::model::contents::NoContents;
use crate::model::finding::Finding;
use crate::model::markers::Markers;
use crate::model::name::ArtifactId;
use crate::model::side::{Side, Sides};

use super::environment::Interruption;
use super::error::AppError;
use super::import_files::merged_files;
use super::import_parts::{Incoming, Kind, Reading};
use super::import_source::read;
use super::import_versions::Versions;
use super::incoming::changes_between;
use super::merge_manifest::{MergeReport, MergeRequest, Way, merge_manifests};
use super::plan::{Operation, Plan};
use super::view::View;

pub use super::import_parts::Kind as ImportKind;

/// What is to be brought in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The file or folder as it was given.
    pub shown: String,
    /// The same, resolved.
    pub path: PathBuf,
    /// What makes groups of a folder's artifacts.
    pub grouping: Grouping,
    /// Whose side counts where both can't hold; without one, a conflict is an error.
    pub preference: Option<Side>,
}

/// What makes groups of a folder's artifacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Nothing: only what stands in the layout is taken, and no group is made.
    Nothing,
    /// The folders in which they lie, at any depth.
    Folder,
}

/// What was read, ready to be brought in.
#[derive(Debug)]
pub struct Import {
    incoming: Incoming,
    preference: Option<Side>,
}

impl ImportRequest {
    /// Reads what is to be brought in. `on_step` is told how many artifacts were read, and of how many.
    pub fn read(
        &self,
        interruption: &Interruption,
        on_step: &mut dyn FnMut(usize, usize),
    ) -> Result<Import, AppError> {
        let reading = &mut Reading {
            interruption,
            on_step,
        };
        Ok(Import {
            incoming: read(self, reading)?,
            preference: self.preference,
        })
    }
}

impl Import {
    /// What it is.
    pub fn kind(&self) -> Kind {
        self.incoming.kind
    }

    /// What was left out or looks odd.
    pub fn findings(&self) -> &[Finding] {
        &self.incoming.findings
    }

    /// How many artifacts' files come with it.
    pub fn artifacts(&self) -> usize {
        self.incoming.artifacts.len()
    }
}

impl Operation for Import {
    fn word(&self) -> &'static str {
        "import"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let known: HashSet<ArtifactId> = view.artifact_ids()?.into_iter().collect();
        let versions = Versions::of(view, &self.incoming, &known)?;
        let report = self.merged(view, &versions);
        let files = merged_files(view, &self.incoming, &known, self.preference)?;
        let unreadable = match &report.way {
            Way::Lines { reason, .. } => Some(format!("collection.toml ({reason})")),
            _ => None,
        };
        let clashes: Vec<String> = unreadable.into_iter().chain(files.clashes).collect();
        if !report.conflicts.is_empty() || !clashes.is_empty() {
            return Err(AppError::ImportConflicts {
                conflicts: report.conflicts,
                files: clashes,
            });
        }
        let after = Document::scan(report.bytes)?;
        let mut plan = Plan::of_edits(self.incoming.subject(), Vec::new()).with_files(files.edits);
        plan.changes = changes_between(Some(view.document), &after)?;
        plan.manifest = (after.bytes() != view.document.bytes()).then(|| after.bytes().to_vec());
        plan.remarks = versions.remark.into_iter().chain(files.remarks).collect();
        Ok(plan)
    }
}

impl Import {
    fn merged(&self, view: &View<'_>, versions: &Versions) -> MergeReport {
        let preferred = self.preference.map(|side| Resolution {
            key: None,
            field: None,
            choice: Choice::Version(side),
        });
        merge_manifests(&MergeRequest {
            versions: Sides {
                base: &versions.base,
                ours: view.document.bytes(),
                theirs: &versions.theirs,
            },
            markers: Markers::unlabelled(),
            resolutions: preferred.into_iter().collect(),
            contents: &NoContents,
        })
    }
}
