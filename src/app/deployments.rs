//! What is deployed into projects, and how it stands to the collections that it is from.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

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
    let mut collections = Collections::new(environment, open);
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
    /// By what records call them.
    open: HashMap<String, Option<Rc<Source>>>,
    own: Option<Rc<Source>>,
    notices: Vec<Notice>,
}

/// A collection, and what was read of it when it was first asked.
struct Source {
    workspace: Workspace,
    seen: OnceCell<Seen>,
}

/// Where a collection's artifacts lie, and its index.
struct Seen {
    places: HashMap<ArtifactId, String>,
    index: Index,
}

impl<'a> Collections<'a> {
    fn new(environment: &'a Environment, meant: Option<Workspace>) -> Self {
        Self {
            environment,
            open: HashMap::new(),
            own: meant.map(|workspace| Rc::new(Source::of(workspace))),
            notices: Vec::new(),
        }
    }

    /// The collection of that name; nothing when it is not known here.
    fn named(
        &mut self,
        name: &str,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Option<Rc<Source>>, AppError> {
        let known = self.open.get(name).cloned();
        let Some(source) = (match known {
            Some(known) => known,
            None => self.opened(name)?,
        }) else {
            return Ok(None);
        };
        if source.seen.get().is_none() {
            self.notices.extend(source.look(on_wait)?);
        }
        Ok(Some(source))
    }

    fn opened(&mut self, name: &str) -> Result<Option<Rc<Source>>, AppError> {
        let own = match &self.own {
            Some(own) if own.workspace.is_called(name)? => Some(Rc::clone(own)),
            _ => None,
        };
        let folder = Registry::read(self.environment)?.path_of(name);
        let open = |folder: PathBuf| Workspace::at(self.environment, &folder).ok();
        let other = || Some(Rc::new(Source::of(folder.and_then(open)?)));
        let source = own.or_else(other);
        self.open.insert(name.to_owned(), source.clone());
        Ok(source)
    }
}

impl Source {
    fn of(workspace: Workspace) -> Self {
        let seen = OnceCell::new();
        Self { workspace, seen }
    }

    /// Looks where everything is. Returns what should be told.
    fn look(&self, on_wait: &mut dyn FnMut(&str)) -> Result<Vec<Notice>, AppError> {
        let all = ListRequest::default();
        let answer = self.workspace.read(|reader| reader.list(&all), on_wait)?;
        let artifacts = answer.value.into_iter();
        let places = artifacts.map(|artifact| (artifact.id, artifact.path));
        let seen = Seen {
            places: places.collect(),
            index: self.workspace.repository.index()?,
        };
        let _ = self.seen.set(seen);
        Ok(answer.notices)
    }

    /// The content of an artifact; nothing when it has no files that can be read.
    fn hash_of(&self, artifact: &ArtifactId) -> Option<ContentHash> {
        let seen = self.seen.get()?;
        let place: RelativePath = seen.places.get(artifact)?.parse().ok()?;
        let tree = tree_in_collection(&self.workspace.repository, &seen.index, &place).ok()??;
        tree.without_links().map(|tree| tree.hash())
    }
}
