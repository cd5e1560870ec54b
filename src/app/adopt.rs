//! Taking over what SkillMeat made: its collections come under git, and what only its database holds into files.
//!
//! A collection gets two commits: everything as it was, then what was rescued, so that one `undo` takes the rescue
//! back. SkillMeat's own files stay as they are, and it goes on working with the collection.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::name::Name;
use crate::store::error::StoreError;
use crate::store::git::repository::Repository;
use crate::store::legacy;

use super::adopt_files::AsItWas;
use super::adopt_place::{Found, Place};
use super::adopt_portion::{Portion, Portions};
use super::adopt_rescue::Rescue;
use super::environment::Environment;
use super::error::AppError;
use super::registry::{Activity, Registry};
use super::transaction::outcome::{Mode, Outcome};
use super::workspace::Workspace;

pub use super::adopt_portion::DATABASE_COLLECTION;
pub use super::adopt_rescue::{Disagreement, Prefer, Told as Rescued};

/// Takes over a home of SkillMeat's, or one collection.
#[derive(Debug, Clone)]
pub struct Adopt {
    /// The home or the collection; the user's own home when unset.
    pub path: Option<PathBuf>,
    /// SkillMeat's database; the one of the home when unset.
    pub database: Option<PathBuf>,
    /// A collection of the database, by key or name, whose groups go into the one collection that is adopted.
    pub from: Option<String>,
    /// Which value stays where manifest and database do not agree.
    pub prefer: Prefer,
}

/// What came of it.
#[derive(Debug)]
pub struct AdoptReport {
    /// The database that was read; nothing when there is none.
    pub database: Option<PathBuf>,
    /// The collections, by name.
    pub collections: Vec<Adopted>,
    /// What is to be told of the whole.
    pub findings: Vec<Finding>,
}

/// What came of one collection.
#[derive(Debug)]
pub struct Adopted {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Which repository it is in.
    pub standing: Standing,
    /// Whether its name means it on this machine, and whether it is the active one; nothing when it has no name.
    pub activity: Option<Activity>,
    /// What was done; or why it was not, and nothing was changed in it.
    pub result: Result<Done, AppError>,
}

/// What was done in one collection.
#[derive(Debug)]
pub struct Done {
    /// The commit of what was there, unless it was committed already.
    pub recorded: Outcome,
    /// The rescue.
    pub rescued: Outcome,
    /// What the rescue found.
    pub told: Rescued,
    /// What is to be told of the files.
    pub findings: Vec<Finding>,
}

/// Which repository a collection is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// One of its own, which is made now.
    Made,
    /// One of its own, which is made now inside of another work tree.
    MadeInside(PathBuf),
    /// One of its own, which was there.
    Own,
    /// The one around it.
    Around(PathBuf),
}

impl Adopt {
    /// Takes over each collection. One that can't be taken over does not keep the others from it; an interruption does.
    pub fn run(
        &self,
        environment: &Environment,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<AdoptReport, AppError> {
        let place = Place::at(environment, self.path.as_deref())?;
        if self.from.is_some() && place.chosen.len() > 1 {
            let reason = "`--from` says what goes into one collection: name its folder, too";
            return Err(AppError::Request(reason.to_owned()));
        }
        let database = self.database.clone().or_else(|| place.database());
        let read = database.as_deref().and_then(legacy::read);
        if let (Some(path), None) = (&self.database, &read) {
            let absent = std::io::ErrorKind::NotFound.into();
            return Err(StoreError::io("find", path)(absent).into());
        }
        let database = database.filter(|_| read.is_some());
        let legacy = read.unwrap_or_default();
        let portions = Portions::of(&legacy, &place, self.from.as_deref())?;
        let mut findings = place.findings.clone();
        findings.extend(legacy.findings.iter().cloned());
        findings.extend(portions.leftovers());
        let mut registry = Registry::read(environment)?;
        let mut collections = Vec::with_capacity(place.chosen.len());
        for index in &place.chosen {
            let found = &place.known[*index];
            let portion = portions.portion(&place, *index);
            let adopted = self.one(environment, (&place, found), portion, mode, on_wait);
            let is_over = matches!(adopted.result, Err(AppError::Interrupted));
            collections.push(adopted);
            if is_over {
                break;
            }
        }
        let is_changed = register(&mut registry, &place, &mut collections, &mut findings);
        if mode == Mode::Perform && is_changed {
            registry.write()?;
        }
        Ok(AdoptReport {
            database,
            collections,
            findings,
        })
    }

    fn one(
        &self,
        environment: &Environment,
        (place, found): (&Place, &Found),
        portion: Portion<'_>,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Adopted {
        let rescue = Rescue {
            portion,
            prefer: self.prefer,
            told: RefCell::default(),
        };
        let ground = Ground::of(found, place.home.as_deref());
        let standing = match &ground {
            Ok(ground) => ground.standing.clone(),
            Err(_) => Standing::Own,
        };
        let result =
            ground.and_then(|ground| ground.adopt(environment, found, &rescue, mode, on_wait));
        Adopted {
            name: found.name.clone(),
            folder: found.folder.clone(),
            standing,
            activity: None,
            result,
        }
    }
}

/// Gives names to the collections that have none on this machine, and an active one where there is none; whether
/// anything is new.
fn register(
    registry: &mut Registry,
    place: &Place,
    collections: &mut [Adopted],
    findings: &mut Vec<Finding>,
) -> bool {
    let mut is_changed = false;
    for adopted in collections.iter_mut().filter(|one| one.result.is_ok()) {
        let Adopted { name, folder, .. } = adopted;
        if registry.name_of(folder).is_none() {
            if let Some(other) = registry.path_of(name) {
                findings.push(taken(name, folder, &other));
                continue;
            }
            registry.add(&Name::stored(name.as_str()), folder);
            is_changed = true;
        }
        adopted.activity = Some(Activity::Idle);
    }
    let named = |one: &&mut Adopted| one.activity.is_some();
    if registry.active().is_none() {
        let main = &place.known[place.main()].folder;
        let mut candidates: Vec<&mut Adopted> = collections.iter_mut().filter(named).collect();
        candidates.sort_by_key(|one| one.folder != *main);
        if let Some(name) = candidates
            .first()
            .and_then(|one| registry.name_of(&one.folder))
        {
            registry.set_active(&name);
            is_changed = true;
        }
    }
    for adopted in collections.iter_mut().filter(named) {
        let name = registry.name_of(&adopted.folder);
        if name.is_some() && registry.active() == name.as_deref() {
            adopted.activity = Some(Activity::Active);
        }
    }
    is_changed
}

fn taken(name: &str, folder: &Path, other: &Path) -> Finding {
    let message = format!(
        "The name {name:?} is that of {}; say `-c {}` to mean this one.",
        other.display(),
        folder.display()
    );
    Finding::new(Severity::Note, "name-taken", message)
}

/// The repository that a collection is, or comes, under.
struct Ground {
    standing: Standing,
    is_committed: bool,
}

impl Ground {
    /// Looks under which repository a collection is. One that does not have it, and is no place for it, gets another
    /// one inside: collections of a home are repositories of their own.
    fn of(found: &Found, home: Option<&Path>) -> Result<Self, AppError> {
        let repository = match Repository::discover(&found.folder) {
            Ok(repository) => repository,
            Err(StoreError::NotARepository { .. } | StoreError::Bare { .. }) => {
                return Ok(Self {
                    standing: Standing::Made,
                    is_committed: false,
                });
            }
            Err(error) => return Err(error.into()),
        };
        let manifest = MANIFEST.parse()?;
        let head = repository.head()?.commit;
        let is_committed = repository.entry_at(head, &manifest)?.is_some();
        let top = repository.work_tree().to_owned();
        let standing = if repository.prefix().is_empty() {
            Standing::Own
        } else if is_committed {
            Standing::Around(top)
        } else if home.is_some() || repository.is_ignored(&manifest, &repository.index()?)? {
            Standing::MadeInside(top)
        } else {
            Standing::Around(top)
        };
        Ok(Self {
            standing,
            is_committed,
        })
    }

    fn is_new(&self) -> bool {
        matches!(self.standing, Standing::Made | Standing::MadeInside(_))
    }

    fn adopt(
        &self,
        environment: &Environment,
        found: &Found,
        rescue: &Rescue<'_>,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Done, AppError> {
        let folder = &found.folder;
        let (workspace, _aside) = self.workspace(environment, folder, mode)?;
        let done = self.commits(&workspace, found, rescue, mode, on_wait);
        let is_unborn = || matches!(workspace.repository.head(), Ok(head) if head.commit.is_none());
        if done.is_err() && self.is_new() && mode == Mode::Perform && is_unborn() {
            // It was made a moment ago and holds nothing.
            let _ = std::fs::remove_dir_all(folder.join(".git"));
        }
        done
    }

    /// The collection in its repository; where one is only to be pretended, with its files elsewhere.
    fn workspace(
        &self,
        environment: &Environment,
        folder: &Path,
        mode: Mode,
    ) -> Result<(Workspace, Option<TempDir>), AppError> {
        let (repository, aside) = match (self.is_new(), mode) {
            (false, _) => (Repository::discover(folder)?, None),
            (true, Mode::Perform) => (Repository::create(folder)?, None),
            (true, Mode::Pretend) => {
                let aside = tempfile::tempdir().map_err(|error| {
                    StoreError::io("create a temporary folder for", folder)(error)
                })?;
                (Repository::rehearsed(folder, aside.path())?, Some(aside))
            }
        };
        Ok((Workspace::of(environment, repository), aside))
    }

    fn commits(
        &self,
        workspace: &Workspace,
        found: &Found,
        rescue: &Rescue<'_>,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Done, AppError> {
        if mode == Mode::Perform {
            // Without the driver git merges by lines; without hooks every read looks for itself.
            let _ = workspace.install_driver();
            let _ = workspace.install_hooks();
        }
        let as_it_was = AsItWas {
            name: found.name.clone(),
            left_out: RefCell::default(),
        };
        // What a collection that is under git holds beside its last commit is its owner's work, and stays.
        let recorded = if self.is_committed {
            Outcome::default()
        } else {
            workspace.change(&as_it_was, mode, on_wait)?
        };
        let rescued = workspace.change(rescue, mode, on_wait)?;
        Ok(Done {
            recorded,
            rescued,
            told: rescue.told.take(),
            findings: as_it_was.left_out.take(),
        })
    }
}
