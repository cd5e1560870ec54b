//! What artifacts' files hold in the commits that meet in a merge.

use std::cell::{LazyCell, RefCell};
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;

use crate::merge::likeness::likeness;
use crate::model::artifact_file::is_header_name;
use crate::model::contents::Contents;
use crate::model::layout::place_of;
use crate::model::name::ArtifactId;
use crate::model::side::{Side, Sides};
use crate::store::error::StoreError;
use crate::store::git::id::ObjectName;
use crate::store::git::repository::Repository;

/// The largest file that is compared with others, in bytes.
const COMPARED: u64 = 1 << 20;

/// The commits that meet; nothing for a version that is in none, or of which it is not known.
pub(super) type Commits = Sides<Option<ObjectName>>;

/// A repository that somebody else holds, or nobody.
pub(super) enum Held<'r> {
    /// Opened for this merge.
    Own(Box<Repository>),
    /// That of a workspace.
    Lent(&'r Repository),
}

impl Deref for Held<'_> {
    type Target = Repository;

    fn deref(&self) -> &Repository {
        match self {
            Self::Own(repository) => repository,
            Self::Lent(repository) => repository,
        }
    }
}

/// A repository, and the commits of it that meet.
pub(super) type Source<'r> = (Held<'r>, Commits);

/// What finds the commits, once.
type Finder<'r> = Box<dyn FnOnce() -> Option<Source<'r>> + 'r>;

/// What a folder holds, by names.
type Folder = HashMap<String, ObjectName>;

/// The files of the commits that meet. Nothing is opened or looked for before the first question.
pub(super) struct CommitContents<'r> {
    source: LazyCell<Option<Source<'r>>, Finder<'r>>,
    folders: RefCell<HashMap<(Side, String), Folder>>,
    /// Main files that were compared, by the names of what holds them.
    files: RefCell<HashMap<String, Option<Rc<Vec<u8>>>>>,
}

impl<'r> CommitContents<'r> {
    /// The files of the commits that will be found when they are asked for.
    pub(super) fn found_by(find: impl FnOnce() -> Option<Source<'r>> + 'r) -> Self {
        let find: Finder<'r> = Box::new(find);
        Self {
            source: LazyCell::new(find),
            folders: RefCell::default(),
            files: RefCell::default(),
        }
    }

    /// The files of known commits.
    pub(super) fn of(repository: &'r Repository, commits: Commits) -> Self {
        Self::found_by(move || Some((Held::Lent(repository), commits)))
    }

    fn look(&self, side: Side, artifact: &ArtifactId) -> Result<Option<String>, StoreError> {
        let Some((repository, commits)) = self.source.as_ref() else {
            return Ok(None);
        };
        let place = place_of(artifact).map(|place| place.to_string());
        let (Some(commit), Some(place)) = (*commits.of(side), place) else {
            return Ok(None);
        };
        let Some((folder, name)) = place.rsplit_once('/') else {
            return Ok(None);
        };
        let key = (side, folder.to_owned());
        let mut folders = self.folders.borrow_mut();
        if !folders.contains_key(&key) {
            let found = repository.objects_in(commit, folder)?;
            folders.insert(key.clone(), found);
        }
        let Some(object) = folders[&key].get(name).copied() else {
            return Ok(None);
        };
        let holds = repository.holds_anything(object)?;
        Ok(holds.then(|| object.to_string()))
    }
}

impl CommitContents<'_> {
    /// The main file of what an object holds: a file itself, or the header of a folder.
    fn main_file(&self, object: &str) -> Option<Rc<Vec<u8>>> {
        let (repository, _) = self.source.as_ref()?;
        let mut files = self.files.borrow_mut();
        if let Some(known) = files.get(object) {
            return known.clone();
        }
        let name = object.parse().ok()?;
        let read = repository.main_file(name, &is_header_name, COMPARED);
        let file = read.ok().flatten().map(Rc::new);
        files.insert(object.to_owned(), file.clone());
        file
    }
}

impl Contents for CommitContents<'_> {
    /// The name that git gives to an artifact's file or folder. What can't be read is not known.
    fn content(&self, side: Side, artifact: &ArtifactId) -> Option<String> {
        self.look(side, artifact).ok().flatten()
    }

    /// What can't be read is like nothing.
    fn likeness(&self, one: &str, other: &str) -> f64 {
        match (self.main_file(one), self.main_file(other)) {
            (Some(one), Some(other)) => likeness(&one, &other),
            _ => 0.0,
        }
    }
}
