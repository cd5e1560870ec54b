//! Deploying artifacts into a project: a copy for each, and a row in the project's record.

use std::path::{Path, PathBuf};

use crate::manifest::Document;
use crate::model::content_hash::ContentHash;
use crate::model::deployment::{Deployment, is_place_of};
use crate::model::file_tree::FileTree;
use crate::model::layout::place_of;
use crate::model::name::{ArtifactId, ArtifactType};
use crate::model::path::RelativePath;
use crate::model::profile::Profile;
use crate::store::files;
use crate::store::git::index::Index;

use super::deployment_change::{Done, Overwriting, Wanted, change};
use super::deployment_error::DeploymentError;
use super::deployment_home::{Session, remember};
use super::deployment_project::{Root, Target};
use super::deployment_tree::tree_in_collection;
use super::deployment_versions::version_beginning;
use super::error::AppError;
use super::names::Selection;
use super::notice::Notice;
use super::refresh::MANIFEST_LIMIT;
use super::registry::Registry;
use super::transaction::outcome::Mode;
use super::workspace::{Workspace, around};

/// Deploys artifacts.
#[derive(Debug, Clone, Default)]
pub struct Deploy {
    /// Which ones.
    pub artifacts: Selection,
    /// Where to.
    pub target: Target,
    /// How the hash of the wanted content begins; what the collection holds now when unset. For one artifact only.
    pub version: Option<String>,
    /// What happens to files that were edited there.
    pub overwriting: Overwriting,
}

/// What came of a deployment, or of taking one back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployed {
    /// The project's folder.
    pub project: PathBuf,
    /// What was done, artifact by artifact.
    pub done: Vec<Done>,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// An artifact of the collection, with the place of its files there.
type Source = (ArtifactId, RelativePath);

impl Workspace {
    /// Deploys artifacts as the collection holds them, or one as it was.
    pub fn deploy(
        &self,
        request: &Deploy,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Deployed, AppError> {
        let environment = &self.environment;
        let project = request.target.project(environment)?;
        self.refuse_collection(&project)?;
        let session = Session::begin(environment, "deploy", mode, on_wait)?;
        let mut notices = session.notices.clone();
        let profile = request.target.profile.unwrap_or_default();
        let sources = self.sources(request, on_wait, &mut notices)?;
        let root = Root::open(&project, profile.root())?;
        let index = self.repository.index()?;
        let own = self.collection_name()?;
        let mut wanted = Vec::new();
        for (artifact, source) in sources {
            let place = place_in(profile, &artifact, &source)?;
            let tree = self.files_of(request, (&artifact, &source), &index, &mut notices)?;
            if request.version.is_none() && mode == Mode::Perform {
                self.keep_uncommitted(&artifact, &source, &tree)?;
            }
            wanted.push(self.wanted(&root, (profile, &own), artifact, place, tree)?);
        }
        refuse_same_place(&root, &wanted)?;
        let done = change(
            environment,
            Some(self),
            vec![(root, wanted)],
            request.overwriting,
            mode,
        )?;
        if mode == Mode::Perform {
            remember(environment, &project);
        }
        Ok(Deployed {
            project,
            done,
            notices,
        })
    }

    /// Refuses a project that is a collection, or lies in one.
    fn refuse_collection(&self, project: &Path) -> Result<(), AppError> {
        if project.starts_with(self.folder()) || around(project).is_some() {
            return Err(DeploymentError::InCollection {
                path: project.to_owned(),
            }
            .into());
        }
        Ok(())
    }

    /// The artifacts that are meant. One of which an older version is wanted may be gone from the collection.
    fn sources(
        &self,
        request: &Deploy,
        on_wait: &mut dyn FnMut(&str),
        notices: &mut Vec<Notice>,
    ) -> Result<Vec<Source>, AppError> {
        let found = self.read(|reader| reader.places(&request.artifacts), on_wait);
        let places = match (found, request.artifacts.patterns.as_slice()) {
            (Ok(answer), _) => {
                notices.extend(answer.notices);
                answer.value
            }
            (Err(error @ AppError::Unknown { .. }), [word]) if request.version.is_some() => {
                let id = word.parse::<ArtifactId>().map_err(|_| error)?;
                vec![(id, String::new())]
            }
            (Err(error), _) => return Err(error),
        };
        if request.version.is_some() && places.len() != 1 {
            let reason = "a version can be said of one artifact at a time";
            return Err(AppError::Request(reason.to_owned()));
        }
        places
            .into_iter()
            .map(|(artifact, path)| source_of(artifact, &path))
            .collect()
    }

    /// The files that are wanted, without links.
    fn files_of(
        &self,
        request: &Deploy,
        (artifact, source): (&ArtifactId, &RelativePath),
        index: &Index,
        notices: &mut Vec<Notice>,
    ) -> Result<FileTree, AppError> {
        let tree = match &request.version {
            Some(start) => {
                let places: Vec<RelativePath> = [source.clone()]
                    .into_iter()
                    .chain(place_of(artifact))
                    .collect();
                Some(version_beginning(
                    &self.repository,
                    artifact,
                    &places,
                    start,
                )?)
            }
            None => tree_in_collection(&self.repository, index, source)?,
        };
        without_links(artifact, tree, notices)
    }

    fn wanted(
        &self,
        root: &Root,
        (profile, own): (Profile, &str),
        artifact: ArtifactId,
        place: RelativePath,
        tree: FileTree,
    ) -> Result<Wanted, AppError> {
        let row = root.row(&artifact, &place);
        let hash = tree.hash();
        let named = row.as_ref().map(|row| row.collection.clone());
        let collection = match named {
            Some(name) if name == own || self.is_called(&name)? => name,
            _ => own.to_owned(),
        };
        let after = Deployment {
            artifact: artifact.clone(),
            collection,
            deployed_at: self.environment.now.naive_utc(),
            path: row
                .as_ref()
                .map_or_else(|| place.to_string(), |row| row.path.clone()),
            lineage: lineage(row.as_ref(), &hash),
            content_hash: hash,
            profile: profile.to_string(),
        };
        Ok(Wanted {
            artifact,
            place,
            row,
            after: Some((tree, after)),
        })
    }

    /// The collection's name in records: its name on this machine, or its folder's name.
    pub(super) fn collection_name(&self) -> Result<String, AppError> {
        let known = Registry::read(&self.environment)?.name_of(self.folder());
        Ok(known.unwrap_or_else(|| self.folder_name()))
    }

    /// Whether a record means this collection by a name. Where it has another name than on the machine that wrote the
    /// record, the name that its manifest says tells it, unless a collection is called so here.
    pub(super) fn is_called(&self, name: &str) -> Result<bool, AppError> {
        if name == self.collection_name()? {
            return Ok(true);
        }
        if name.is_empty() || Registry::read(&self.environment)?.path_of(name).is_some() {
            return Ok(false);
        }
        let manifest = files::read(&self.manifest_path(), MANIFEST_LIMIT)?;
        let manifest = manifest.and_then(|bytes| Document::scan(bytes).ok());
        let says = manifest.is_some_and(|manifest| manifest.header().name == name);
        Ok(says || name == self.folder_name())
    }

    fn folder_name(&self) -> String {
        let name = self.folder().file_name();
        name.map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

fn lineage(row: Option<&Deployment>, hash: &ContentHash) -> Vec<ContentHash> {
    match row {
        Some(row) => row.lineage_with(hash),
        None => vec![hash.clone()],
    }
}

/// Where the files of an artifact lie in the collection, or would.
fn source_of(artifact: ArtifactId, path: &str) -> Result<Source, AppError> {
    let place = if path.is_empty() {
        place_of(&artifact)
    } else {
        Some(path.parse()?)
    };
    match place {
        Some(place) => Ok((artifact, place)),
        None => Err(DeploymentError::NoFiles { artifact }.into()),
    }
}

/// The same files without links, which are never deployed; what is left out is told.
pub(super) fn without_links(
    artifact: &ArtifactId,
    tree: Option<FileTree>,
    notices: &mut Vec<Notice>,
) -> Result<FileTree, AppError> {
    let links = tree.as_ref().map(FileTree::links).unwrap_or_default();
    if !links.is_empty() {
        notices.push(Notice::Remark(format!(
            "Symbolic links of {artifact} were left out: {}.",
            links.join(", ")
        )));
    }
    let tree = tree.and_then(FileTree::without_links);
    tree.ok_or_else(|| {
        DeploymentError::NoFiles {
            artifact: artifact.clone(),
        }
        .into()
    })
}

/// Where an artifact is deployed, below the profile's root: where the layout has it, whatever the file's ending is.
fn place_in(
    profile: Profile,
    artifact: &ArtifactId,
    source: &RelativePath,
) -> Result<RelativePath, AppError> {
    let is_known = profile.kinds().contains(&artifact.kind);
    let place = if is_place_of(artifact, source) {
        Some(source.clone())
    } else {
        place_of(artifact)
    };
    match place.filter(|_| is_known) {
        Some(place) => Ok(place),
        None => Err(DeploymentError::NoPlace {
            artifact: artifact.clone(),
            profile,
        }
        .into()),
    }
}

/// Refuses two artifacts at one place, and files where a folder belongs or the other way round.
fn refuse_same_place(root: &Root, wanted: &[Wanted]) -> Result<(), AppError> {
    for (index, one) in wanted.iter().enumerate() {
        let earlier = &wanted[..index];
        if let Some(other) = earlier.iter().find(|other| other.place == one.place) {
            return Err(DeploymentError::SamePlace {
                one: other.artifact.to_string(),
                other: one.artifact.to_string(),
                place: root.shown(&one.place),
            }
            .into());
        }
        let is_folder = matches!(&one.after, Some((FileTree::Folder(_), _)));
        let reason = match (&one.artifact.kind, is_folder) {
            (ArtifactType::Skill, false) => "a skill is a folder",
            (ArtifactType::Skill | ArtifactType::Workflow, _) | (_, false) => continue,
            (_, true) => "such an artifact is one file",
        };
        return Err(AppError::NotAnArtifact {
            path: one.artifact.to_string(),
            reason: reason.to_owned(),
        });
    }
    Ok(())
}
