//! What is kept in the user's home about deployments: a lock, the journal of one that is under way, and the projects.

use std::path::{Path, PathBuf};

use crate::store::deploying::{Mended, mend};
use crate::store::files::{self, Mode as FileMode};
use crate::store::lock::{Lock, Patience};

use super::environment::{Environment, Nesting};
use super::error::{AppError, Refusal};
use super::notice::Notice;
use super::transaction::outcome::Mode;

/// The largest list of projects that is read, in bytes.
const LIMIT: u64 = 16 << 20;

/// A stretch of time in which nobody else of the same home deploys anything.
pub(super) struct Session {
    _lock: Option<Lock>,
    /// What should be told.
    pub(super) notices: Vec<Notice>,
}

impl Session {
    /// Begins one, and mends what was interrupted; without a lock where nothing is to be changed.
    pub(super) fn begin(
        environment: &Environment,
        word: &str,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Self, AppError> {
        if mode == Mode::Pretend {
            return Ok(Self {
                _lock: None,
                notices: Vec::new(),
            });
        }
        if environment.nesting == Nesting::InsideChange {
            return Err(Refusal::Nested.into());
        }
        Self::locked(environment, word, Patience::default(), on_wait)
    }

    /// Mends what was interrupted, if that is possible at once; for commands that only read.
    pub(super) fn glance(environment: &Environment) -> Vec<Notice> {
        if !journal(environment).exists() || environment.nesting == Nesting::InsideChange {
            return Vec::new();
        }
        let session = Self::locked(environment, "mend", Patience::brief(), &mut |_| {});
        session.map_or_else(|_| Vec::new(), |session| session.notices)
    }

    fn locked(
        environment: &Environment,
        word: &str,
        patience: Patience,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Self, AppError> {
        let path = environment.home.join("deploying.lock");
        let holder = format!("{word} (process {})", environment.process);
        let stop = || environment.interruption.is_set();
        let lock = Lock::take(&path, &holder, patience, &stop, on_wait)?;
        let mended = mend(&journal(environment))?;
        Ok(Self {
            _lock: Some(lock),
            notices: mended.iter().flat_map(told).collect(),
        })
    }
}

/// Where the journal of a deployment lies that is under way.
pub(super) fn journal(environment: &Environment) -> PathBuf {
    environment.home.join("deploying.json")
}

fn told(mended: &Mended) -> Vec<Notice> {
    match mended {
        Mended::Finished(folder, left) => {
            let first = format!(
                "An interrupted deployment into {} was finished.",
                folder.display()
            );
            let but = (!left.is_empty()).then(|| {
                let left = left.join(", ");
                format!("These files were changed meanwhile and left as they are: {left}.")
            });
            let all = [first].into_iter().chain(but);
            all.map(Notice::Remark).collect()
        }
        Mended::TakenBack(folder) => vec![Notice::Remark(format!(
            "An interrupted deployment into {} was taken back.",
            folder.display()
        ))],
    }
}

fn list(environment: &Environment) -> PathBuf {
    environment.home.join("projects")
}

/// The projects that were deployed into from this home, in the order in which they were first, as far as they are there.
pub(super) fn projects(environment: &Environment) -> Result<Vec<PathBuf>, AppError> {
    let bytes = files::read(&list(environment), LIMIT)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let folders = text.lines().map(PathBuf::from);
    Ok(folders.filter(|folder| folder.is_dir()).collect())
}

/// Remembers a project. A failure does not matter: only `--all` will not name it.
pub(super) fn remember(environment: &Environment, project: &Path) {
    let Ok(mut known) = projects(environment) else {
        return;
    };
    let name = project.display().to_string();
    let can_be_written = project.to_str().is_some() && !name.contains('\n');
    if !can_be_written || known.iter().any(|other| other == project) {
        return;
    }
    known.push(project.to_owned());
    let lines: Vec<String> = known
        .iter()
        .map(|project| format!("{}\n", project.display()))
        .collect();
    let _ = files::replace(
        &list(environment),
        lines.concat().as_bytes(),
        FileMode::Keep,
    );
}
