//! What stands at the sources of artifacts now, and what stood there when they were taken in: names of contents only.

use std::path::Path;

use crate::model::source::Source;
use crate::store::git::elsewhere::Prompts;
use crate::store::git::fetch::Fetched;
use crate::store::git::fetched_tree::{FetchedTree, Found};
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::source_error::SourceError;
use super::sources_reach::{at_once, reached};
use super::sources_rows::Followed;
use super::sources_version::{Resolved, resolve};
use super::workspace::Workspace;

/// One repository with the artifacts that came from it.
#[derive(Debug)]
pub(super) struct Origin<T> {
    /// Its address, as git takes it.
    pub(super) address: String,
    /// The artifacts, by their places in the list.
    pub(super) artifacts: Vec<(usize, T)>,
}

/// Puts things from one repository together, in the order in which they come first.
pub(super) fn by_address<T>(
    items: impl IntoIterator<Item = T>,
    source: impl Fn(&T) -> &Source,
    host: &str,
) -> Vec<Origin<T>> {
    let mut origins: Vec<Origin<T>> = Vec::new();
    for (place, item) in items.into_iter().enumerate() {
        let address = source(&item).address.for_git(host);
        match origins.iter_mut().find(|known| known.address == address) {
            Some(known) => known.artifacts.push((place, item)),
            None => origins.push(Origin {
                address,
                artifacts: vec![(place, item)],
            }),
        }
    }
    origins
}

/// What was found out about an artifact.
#[derive(Debug)]
pub(super) struct Look {
    /// The artifact.
    pub(super) followed: Followed,
    /// The version that is wanted, as it is now.
    pub(super) now: Result<Resolved, AppError>,
    /// The files there now.
    pub(super) theirs: Option<Result<FetchedTree, AppError>>,
    /// The files that stood there when it was taken in; nothing where that is not known any more.
    pub(super) base: Option<FetchedTree>,
}

impl Look {
    /// The commit that its row names.
    pub(super) fn commit(&self) -> Option<ObjectName> {
        self.followed.row.resolved_sha.parse().ok()
    }
}

/// A repository that answered: what was fetched of it, and what was found out about each artifact.
pub(super) type Answered = (Fetched, Vec<(usize, Look)>);

/// A repository, and what came of asking it.
pub(super) type Asked = (Origin<Followed>, Result<Answered, AppError>);

impl Workspace {
    /// Looks at the sources of artifacts; the repositories are asked at once, each once.
    pub(super) fn look_at_sources(
        &self,
        followed: Vec<Followed>,
        step: &(dyn Fn() + Sync),
    ) -> Result<Vec<Asked>, AppError> {
        let origins = by_address(followed, |followed| &followed.source, &self.host());
        let folder = self.fetch_folder();
        let looks = at_once(&origins, &self.environment, step, |origin, prompts| {
            look(&folder, origin, prompts)
        })?;
        Ok(origins.into_iter().zip(looks).collect())
    }
}

fn look(folder: &Path, origin: &Origin<Followed>, prompts: Prompts) -> Result<Answered, AppError> {
    let fetched = reached(folder, &origin.address, prompts)?;
    let mut looks = Vec::new();
    let mut commits = Vec::new();
    for (place, followed) in &origin.artifacts {
        let now = resolve(&fetched, &followed.wanted);
        commits.extend(now.as_ref().ok().map(|now| now.commit));
        let look = Look {
            followed: followed.clone(),
            now,
            theirs: None,
            base: None,
        };
        commits.extend(look.commit());
        looks.push((*place, look));
    }
    commits.sort_unstable();
    commits.dedup();
    fetched
        .fetch_commits(&commits)
        .map_err(SourceError::of_store)?;
    for (_, look) in &mut looks {
        look_closer(&fetched, look)?;
    }
    Ok((fetched, looks))
}

fn look_closer(fetched: &Fetched, look: &mut Look) -> Result<(), AppError> {
    if let Ok(now) = &look.now {
        let theirs = tree(
            fetched,
            &look.followed.source,
            now,
            look.followed.wanted.as_str(),
        );
        look.theirs = Some(theirs);
    }
    let Some(commit) = look.commit() else {
        return Ok(());
    };
    if fetched.holds(commit)?
        && let Ok(Found::Files(base)) = fetched.tree_at(commit, look.followed.source.path.as_ref())
    {
        look.base = Some(base);
    }
    Ok(())
}

/// The files at a source in the version that is wanted, which has been fetched.
pub(super) fn tree(
    fetched: &Fetched,
    source: &Source,
    now: &Resolved,
    wanted: &str,
) -> Result<FetchedTree, AppError> {
    if !fetched.holds(now.commit)? {
        return Err(super::sources_version::unknown(fetched.refs(), wanted).into());
    }
    let found = fetched
        .tree_at(now.commit, source.path.as_ref())
        .map_err(|error| SourceError::of_tree(&format!("{source}@{wanted}"), error))?;
    match found {
        Found::Files(tree) => Ok(tree),
        Found::Nothing => Err(SourceError::NoPath {
            address: fetched.refs().address().to_owned(),
            path: source
                .path
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            version: wanted.to_owned(),
        }
        .into()),
    }
}
