//! Changing a project: what is to stand at each place, what stands there, and what may be overwritten.

use std::collections::BTreeSet;

use crate::model::content_hash::ContentHash;
use crate::model::deployment::{Deployment, RECORD};
use crate::model::file_tree::{FileContent, FileTree, path_below};
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::deploying::{FileStep, Publication};

use super::deployment_error::DeploymentError;
use super::deployment_home::journal;
use super::deployment_project::{Root, is_as_deployed};
use super::environment::Environment;
use super::error::AppError;
use super::transaction::outcome::Mode;
use super::workspace::Workspace;

/// What happens to files that were edited, or were not deployed from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overwriting {
    /// Nothing is done then.
    #[default]
    Refuse,
    /// They are kept in git first, and overwritten.
    KeepInGit,
}

/// What is to become of an artifact in a project.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) artifact: ArtifactId,
    pub(super) place: RelativePath,
    /// The row that says what was deployed, if there is one.
    pub(super) row: Option<Deployment>,
    /// The files, without links, and the row for them; nothing takes both away.
    pub(super) after: Option<(FileTree, Deployment)>,
}

/// What was done with an artifact in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The artifact.
    pub artifact: ArtifactId,
    /// Where it lies, below the project.
    pub path: String,
    /// What was done.
    pub action: Action,
    /// How many files were written or removed.
    pub files: usize,
    /// The content that is there now; of one that was removed, that which was there.
    pub content_hash: ContentHash,
    /// The content that was overwritten and is kept in git.
    pub kept: Option<ContentHash>,
}

/// What is done with an artifact in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Its files are new there.
    Deploy,
    /// Its files were replaced.
    Update,
    /// Its files were there already; only the record says something new.
    Record,
    /// It is gone.
    Remove,
    /// Nothing.
    Nothing,
}

impl Action {
    /// The word for it in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Update => "update",
            Self::Record => "record",
            Self::Remove => "remove",
            Self::Nothing => "none",
        }
    }
}

/// What stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    /// It was edited since it was deployed.
    Edited,
    /// It was not deployed from here.
    Foreign,
}

/// One artifact, with what stands there now.
struct Item {
    wanted: Wanted,
    there: Option<FileTree>,
}

impl Item {
    fn obstacle(&self) -> Option<Obstacle> {
        let there = self.there.as_ref()?;
        if self.is_there() {
            return None;
        }
        match &self.wanted.row {
            Some(row) if is_as_deployed(there, &row.content_hash) => None,
            Some(_) => Some(Obstacle::Edited),
            None => Some(Obstacle::Foreign),
        }
    }

    /// Whether what is wanted is there already, but perhaps for who may execute it.
    fn is_there(&self) -> bool {
        match (&self.there, &self.wanted.after) {
            (Some(there), Some((tree, _))) => is_as_deployed(there, &tree.hash()),
            _ => false,
        }
    }

    fn action(&self) -> Action {
        let Some((tree, row)) = &self.wanted.after else {
            return Action::Remove;
        };
        if self.there.as_ref() != Some(tree) {
            return match self.there {
                Some(_) => Action::Update,
                None => Action::Deploy,
            };
        }
        let is_recorded = self.wanted.row.as_ref().is_some_and(|known| {
            known.content_hash == row.content_hash && known.collection == row.collection
        });
        if is_recorded {
            Action::Nothing
        } else {
            Action::Record
        }
    }

    fn steps(&self) -> Result<Vec<FileStep>, AppError> {
        let after = self.wanted.after.as_ref().map(|(tree, _)| tree);
        let trees = [self.there.as_ref(), after];
        let entries = trees.into_iter().flatten().flat_map(FileTree::entries);
        let paths: BTreeSet<&str> = entries.map(|(path, _)| path).collect();
        let content = |tree: Option<&FileTree>, path: &str| tree?.get(path).cloned();
        let mut steps = Vec::new();
        for path in paths {
            let step = FileStep {
                path: path_below(&self.wanted.place, path)?,
                before: content(self.there.as_ref(), path),
                after: content(after, path),
            };
            if step.before != step.after {
                steps.push(step);
            }
        }
        Ok(steps)
    }
}

/// A root, and what is to become of artifacts in it.
pub(super) type Part<T> = (Root, Vec<T>);

/// Roots of which nothing is wanted yet.
pub(super) fn parts_of(roots: &[Root]) -> Vec<Part<Wanted>> {
    roots
        .iter()
        .map(|root| (root.clone(), Vec::new()))
        .collect()
}

/// Brings a project to what is wanted: all of it, or nothing. Edited and foreign files are refused, or kept in the
/// git of `keeper` first.
pub(super) fn change(
    environment: &Environment,
    keeper: Option<&Workspace>,
    wanted: Vec<Part<Wanted>>,
    overwriting: Overwriting,
    mode: Mode,
) -> Result<Vec<Done>, AppError> {
    let mut parts = Vec::new();
    for (root, wanted) in wanted {
        let item = |wanted: Wanted| {
            let there = root.files_at(&wanted.place)?;
            Ok::<_, AppError>(Item { wanted, there })
        };
        let items = wanted
            .into_iter()
            .map(item)
            .collect::<Result<Vec<_>, _>>()?;
        parts.push((root, items));
    }
    if overwriting == Overwriting::Refuse {
        refuse_obstacles(&parts)?;
    }
    if mode == Mode::Perform {
        for item in parts.iter().flat_map(|(_, items)| items) {
            keep(keeper, item)?;
        }
    }
    let mut done = Vec::new();
    for (root, items) in parts {
        done.extend(change_root(environment, root, &items, mode)?);
    }
    Ok(done)
}

fn change_root(
    environment: &Environment,
    mut root: Root,
    items: &[Item],
    mode: Mode,
) -> Result<Vec<Done>, AppError> {
    let mut done = Vec::new();
    let mut files = Vec::new();
    for item in items {
        let steps = item.steps()?;
        done.push(told(&root, item, steps.len()));
        files.extend(steps);
        if item.action() == Action::Nothing {
            continue;
        }
        match (&item.wanted.after, &item.wanted.row) {
            (Some((_, row)), _) => root.record.put(row, root.name),
            (None, Some(row)) => root.record.remove(&row.artifact, &row.path),
            (None, None) => {}
        }
    }
    if mode == Mode::Perform && done.iter().any(|one| one.action != Action::Nothing) {
        publish(environment, root, files)?;
    }
    Ok(done)
}

fn refuse_obstacles(parts: &[Part<Item>]) -> Result<(), AppError> {
    let places = |obstacle: Obstacle| -> Vec<String> {
        let all = parts.iter().flat_map(|(root, items)| {
            let found = items
                .iter()
                .filter(|item| item.obstacle() == Some(obstacle));
            found.map(|item| root.shown(&item.wanted.place))
        });
        all.collect()
    };
    let (edited, foreign) = (places(Obstacle::Edited), places(Obstacle::Foreign));
    if edited.is_empty() && foreign.is_empty() {
        return Ok(());
    }
    Err(DeploymentError::InTheWay { edited, foreign }.into())
}

fn told(root: &Root, item: &Item, files: usize) -> Done {
    let there = item.there.as_ref().map(FileTree::hash);
    let after = item.wanted.after.as_ref().map(|(tree, _)| tree.hash());
    let recorded = item.wanted.row.as_ref().map(|row| row.content_hash.clone());
    let hash = after.or(there.clone()).or(recorded);
    Done {
        artifact: item.wanted.artifact.clone(),
        path: root.shown(&item.wanted.place),
        action: item.action(),
        files,
        content_hash: hash.unwrap_or_else(|| ContentHash::stored("")),
        kept: there.filter(|_| item.obstacle().is_some()),
    }
}

/// Keeps what is overwritten.
fn keep(keeper: Option<&Workspace>, item: &Item) -> Result<(), AppError> {
    let Some(there) = item.there.as_ref().filter(|_| item.obstacle().is_some()) else {
        return Ok(());
    };
    let keeper = keeper.ok_or(AppError::NoCollection)?;
    let Wanted {
        artifact, place, ..
    } = &item.wanted;
    keeper.keep_version(artifact, place, there, "what was overwritten")
}

/// Publishes files together with the record as it was edited.
pub(super) fn publish(
    environment: &Environment,
    root: Root,
    files: Vec<FileStep>,
) -> Result<(), AppError> {
    let record = (!root.record.is_empty()).then(|| root.record.to_bytes());
    let may_run = matches!(root.content, Some(FileContent::Executable(_)));
    let record = record.map(if may_run {
        FileContent::Executable
    } else {
        FileContent::Plain
    });
    let publication = Publication {
        root: root.name.parse()?,
        files,
        record: FileStep {
            path: RECORD.parse()?,
            before: root.content,
            after: record,
        },
        project: root.project,
    };
    let stop = || environment.interruption.is_set();
    let left = publication.publish(&journal(environment), &stop)?;
    if left.is_empty() {
        return Ok(());
    }
    Err(DeploymentError::Left { paths: left }.into())
}
