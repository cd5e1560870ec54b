//! A project, and the records of what was deployed into it.

use std::path::{Path, PathBuf};

use crate::manifest::DeployedRecord;
use crate::model::content_hash::ContentHash;
use crate::model::deployment::{Deployment, RECORD, Standing};
use crate::model::file_tree::{FileContent, FileTree};
use crate::model::name::{ArtifactId, Name};
use crate::model::path::RelativePath;
use crate::model::profile::{Profile, ROOTS};
use crate::store::project::{content_at, link_on_the_way, project_around};

use super::deployment_error::DeploymentError;
use super::deployment_tree::{refuse_links, tree_on_disk};
use super::environment::Environment;
use super::error::AppError;
use super::names::{glob, is_pattern};

/// Which project is meant, and for which client.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// A folder; the project around the current one when unset.
    pub folder: Option<PathBuf>,
    /// A profile; where something is looked for, all of them when unset.
    pub profile: Option<Profile>,
}

impl Target {
    /// The project's folder. It must be there.
    pub fn project(&self, environment: &Environment) -> Result<PathBuf, AppError> {
        let chosen = match &self.folder {
            Some(folder) => environment.current_folder.join(folder),
            None => project_around(&environment.current_folder),
        };
        match chosen.canonicalize() {
            Ok(folder) if folder.is_dir() => Ok(folder),
            _ => Err(DeploymentError::NoFolder { path: chosen }.into()),
        }
    }

    /// The roots in which records of the project lie, as far as they are meant. One that is a link is passed over: a
    /// record is never read through it.
    pub(super) fn roots(&self, project: &Path) -> Result<Vec<Root>, AppError> {
        let mut roots = Vec::new();
        for name in ROOTS {
            let is_meant = self.profile.is_none_or(|profile| profile.root() == name);
            let record: RelativePath = format!("{name}/{RECORD}").parse()?;
            let is_there = record.under(project).is_file();
            if is_meant && is_there && link_on_the_way(project, &record).is_none() {
                roots.push(Root::open(project, name)?);
            }
        }
        Ok(roots)
    }
}

/// A profile's folder in a project, with its record.
#[derive(Debug, Clone)]
pub(super) struct Root {
    pub(super) project: PathBuf,
    pub(super) name: &'static str,
    pub(super) record: DeployedRecord,
    /// The record's rows, as they were read.
    pub(super) rows: Vec<Deployment>,
    /// The record's file; nothing when there is none yet.
    pub(super) content: Option<FileContent>,
}

impl Root {
    /// Opens a root, whether it is there or not. A link in the place of the folder or of the record is refused.
    pub(super) fn open(project: &Path, name: &'static str) -> Result<Self, AppError> {
        let record: RelativePath = format!("{name}/{RECORD}").parse()?;
        refuse_links(project, &record)?;
        let path = record.under(project);
        let content = content_at(&path)?;
        let record = match &content {
            Some(content) => DeployedRecord::parse(content.bytes())
                .map_err(|source| DeploymentError::Record { path, source })?,
            None => DeployedRecord::default(),
        };
        Ok(Self {
            project: project.to_owned(),
            name,
            rows: record.deployments(),
            record,
            content,
        })
    }

    /// The record's path.
    pub(super) fn record_path(&self) -> PathBuf {
        self.project.join(self.name).join(RECORD)
    }

    /// A place as people see it: below the project.
    pub(super) fn shown(&self, place: &RelativePath) -> String {
        format!("{}/{place}", self.name)
    }

    /// The row for an artifact at a place.
    pub(super) fn row(&self, artifact: &ArtifactId, place: &RelativePath) -> Option<Deployment> {
        let mut rows = self.rows.iter().filter(|row| row.artifact == *artifact);
        rows.find(|row| row.place().as_ref() == Some(place))
            .cloned()
    }

    /// The files at a place. A link on the way is refused.
    pub(super) fn files_at(&self, place: &RelativePath) -> Result<Option<FileTree>, AppError> {
        let whole = format!("{}/{place}", self.name).parse()?;
        tree_on_disk(&self.project, &whole)
    }

    /// Where a row leads; an error where that is not the artifact's place.
    pub(super) fn place_of(&self, row: &Deployment) -> Result<RelativePath, AppError> {
        row.place().ok_or_else(|| {
            DeploymentError::Astray {
                artifact: row.artifact.clone(),
                path: row.path.clone(),
                record: self.record_path(),
            }
            .into()
        })
    }
}

/// A row of a record that was found by name: the number of its root, and the row.
pub(super) type Found = (usize, Deployment);

/// The rows that people mean by these words: ids, bare names, or patterns. Each must be found; all rows without any.
pub(super) fn rows_named(roots: &[Root], words: &[String]) -> Result<Vec<Found>, AppError> {
    let rows = |(number, root): (usize, &Root)| {
        let rows = root.rows.iter().cloned();
        rows.map(move |row| (number, row)).collect::<Vec<Found>>()
    };
    let all: Vec<Found> = roots.iter().enumerate().flat_map(rows).collect();
    if words.is_empty() {
        return Ok(all);
    }
    let mut wanted: Vec<ArtifactId> = Vec::new();
    for word in words {
        wanted.extend(ids_named(&all, word)?);
    }
    let meant = all.into_iter();
    Ok(meant
        .filter(|(_, row)| wanted.contains(&row.artifact))
        .collect())
}

fn ids_named(rows: &[Found], word: &str) -> Result<Vec<ArtifactId>, AppError> {
    let mut ids: Vec<ArtifactId> = Vec::new();
    for (_, row) in rows {
        if !ids.contains(&row.artifact) {
            ids.push(row.artifact.clone());
        }
    }
    if let Some(id) = word.parse().ok().filter(|id| ids.contains(id)) {
        return Ok(vec![id]);
    }
    let name = Name::stored(word);
    let named: Vec<&ArtifactId> = ids.iter().filter(|id| id.name == name).collect();
    match named.as_slice() {
        [one] => Ok(vec![(*one).clone()]),
        [] if is_pattern(word) => glob(word, &ids),
        [] => Err(AppError::Unknown {
            what: "deployment of",
            name: word.to_owned(),
            known: ids
                .iter()
                .flat_map(|id| [id.to_string(), id.name.to_string()])
                .collect(),
        }),
        several => Err(AppError::Ambiguous {
            name: word.to_owned(),
            candidates: several.iter().map(ToString::to_string).collect(),
        }),
    }
}

/// How a copy in a project stands to the content that was deployed.
pub(super) fn is_as_deployed(tree: &FileTree, hash: &ContentHash) -> bool {
    tree.hash() == *hash && tree.links().is_empty()
}

/// How a copy in a project stands to what was deployed and to what the collection has. One that holds links was edited.
pub(super) fn standing_of(
    row: &Deployment,
    there: Option<&FileTree>,
    collection: Option<&ContentHash>,
) -> Standing {
    let hash = there.map(FileTree::hash);
    let standing = Standing::of(&row.content_hash, hash.as_ref(), collection);
    let has_links = there.is_some_and(|tree| !tree.links().is_empty());
    match standing {
        Standing::UpToDate if has_links => Standing::Modified,
        Standing::Outdated if has_links => Standing::Both,
        other => other,
    }
}
