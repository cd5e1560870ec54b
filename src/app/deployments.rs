//! What is deployed into projects, and how it stands to the collections that it is from.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::model::content_hash::ContentHash;
use crate::model::deployment::{Deployment, Standing};
use crate::model::file_tree::FileTree;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::git::index::Index;

use super::deployment_home::{Session, projects};
use super::deployment_project::{Root, Target, standing_of};
use super::deployment_tree::tree_in_collection;
use super::environment::Environment;
use super::error::AppError;
use super::notice::Notice;
use super::query::ListRequest;
use super::registry::Registry;
use super::workspace::Workspace;

/// Which projects are looked at.
#[derive(Debug, Clone)]
pub enum Scope {
    /// One, or the folder of one profile in it.
    One(Target),
    /// All that were deployed into from this home.
    All,
}

/// A deployment, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The project's folder.
    pub project: PathBuf,
    /// The profile's folder below it.
    pub root: &'static str,
    /// What the record says.
    pub row: Deployment,
    /// How it stands.
    pub standing: Standing,
    /// What the project holds now.
    pub project_hash: Option<ContentHash>,
    /// What the collection holds now.
    pub collection_hash: Option<ContentHash>,
    /// Why nothing is followed; `""` where something is.
    pub reason: String,
}

/// The deployments of projects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployments {
    /// The projects that were looked at.
    pub projects: Vec<PathBuf>,
    /// Project by project, in the records' order.
    pub list: Vec<Listed>,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// Looks at projects. `open` is the collection that is meant, if there is one.
pub fn deployments(
    environment: &Environment,
    open: Option<Workspace>,
    scope: &Scope,
    on_wait: &mut dyn FnMut(&str),
) -> Result<Deployments, AppError> {
    let (folders, target) = match scope {
        Scope::One(target) => (vec![target.project(environment)?], target.clone()),
        Scope::All => (projects(environment)?, Target::default()),
    };
    let mut answer = Deployments {
        notices: Session::glance(environment),
        ..Deployments::default()
    };
    let mut collections = Collections::new(environment, open)?;
    for project in folders {
        for root in target.roots(&project)? {
            for row in root.rows.clone() {
                let listed = listed(&root, row, &mut collections, on_wait)?;
                answer.list.push(listed);
            }
        }
        answer.projects.push(project);
    }
    answer.notices.extend(collections.notices);
    Ok(answer)
}

fn listed(
    root: &Root,
    row: Deployment,
    collections: &mut Collections<'_>,
    on_wait: &mut dyn FnMut(&str),
) -> Result<Listed, AppError> {
    let mut listed = Listed {
        project: root.project.clone(),
        root: root.name,
        standing: Standing::Refused,
        project_hash: None,
        collection_hash: None,
        reason: String::new(),
        row,
    };
    let there = root
        .place_of(&listed.row)
        .and_then(|place| root.files_at(&place));
    let there = match there {
        Ok(there) => there,
        Err(error) => {
            listed.reason = error.to_string();
            return Ok(listed);
        }
    };
    listed.project_hash = there.as_ref().map(FileTree::hash);
    let Some(source) = collections.named(&listed.row.collection, on_wait)? else {
        listed.standing = Standing::UnknownCollection;
        return Ok(listed);
    };
    listed.collection_hash = source.hash_of(&listed.row.artifact);
    let collection = listed.collection_hash.as_ref();
    listed.standing = standing_of(&listed.row, there.as_ref(), collection);
    Ok(listed)
}

/// The collections that records name, each opened once.
struct Collections<'a> {
    environment: &'a Environment,
    open: HashMap<String, Option<Source>>,
    notices: Vec<Notice>,
}

/// A collection, and what was read of it when it was first asked.
struct Source {
    workspace: Workspace,
    seen: Option<Seen>,
}

/// Where a collection's artifacts lie, and its index.
struct Seen {
    places: HashMap<ArtifactId, String>,
    index: Index,
}

impl<'a> Collections<'a> {
    fn new(environment: &'a Environment, meant: Option<Workspace>) -> Result<Self, AppError> {
        let mut open = HashMap::new();
        if let Some(workspace) = meant {
            let name = workspace.collection_name()?;
            let seen = None;
            open.insert(name, Some(Source { workspace, seen }));
        }
        Ok(Self {
            environment,
            open,
            notices: Vec::new(),
        })
    }

    /// The collection of that name; nothing when it is not known here.
    fn named(
        &mut self,
        name: &str,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Option<&Source>, AppError> {
        if !self.open.contains_key(name) {
            let folder = Registry::read(self.environment)?.path_of(name);
            let workspace = folder.and_then(|folder| Workspace::at(self.environment, &folder).ok());
            let source = workspace.map(|workspace| Source {
                workspace,
                seen: None,
            });
            self.open.insert(name.to_owned(), source);
        }
        let Some(Some(source)) = self.open.get_mut(name) else {
            return Ok(None);
        };
        if source.seen.is_none() {
            let all = ListRequest::default();
            let answer = source
                .workspace
                .read(|reader| reader.list(&all), &mut *on_wait)?;
            self.notices.extend(answer.notices);
            let artifacts = answer.value.into_iter();
            let places = artifacts.map(|artifact| (artifact.id, artifact.path));
            source.seen = Some(Seen {
                places: places.collect(),
                index: source.workspace.repository.index()?,
            });
        }
        Ok(Some(source))
    }
}

impl Source {
    /// The content of an artifact; nothing when it has no files that can be read.
    fn hash_of(&self, artifact: &ArtifactId) -> Option<ContentHash> {
        let seen = self.seen.as_ref()?;
        let place: RelativePath = seen.places.get(artifact)?.parse().ok()?;
        let tree = tree_in_collection(&self.workspace.repository, &seen.index, &place).ok()??;
        tree.without_links().map(|tree| tree.hash())
    }
}
