//! Driving a change: lock, recover, look, plan, publish; again when others were faster.

use std::error::Error;
use std::thread;
use std::time::Duration;

use crate::app::dropped::sentence;
use crate::app::environment::Nesting;
use crate::app::error::{AppError, Refusal};
use crate::app::notice::Notice;
use crate::app::plan::{Admission, Operation, Reach};
use crate::app::reach::without_rows;
use crate::app::refresh::{Invalid, ReadManifest, Refreshed};
use crate::app::view::View;
use crate::app::workspace::Workspace;
use crate::store::cache::database::Database;
use crate::store::git::index_lock::PATIENCE;
use crate::store::git::repository::{Identity, IdentityOrigin};
use crate::store::lock::{Lock, Patience};

use super::follower::Follower;
use super::look::Look;
use super::outcome::{Mode, Outcome};
use super::prepare::{Prepared, prepare};
use super::publish::{Commits, Published};
use super::recover::recover;
use super::settle::settle;
use super::{other_path, publish};

/// How often a change is planned anew when others commit in between.
const TRIES: u32 = 50;

impl Workspace {
    /// Does an operation as one change: manifest, files, commit and database together, or not at all. `on_wait` is
    /// told who is waited for when another change takes long.
    pub fn change(
        &self,
        operation: &dyn Operation,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Outcome, AppError> {
        if self.environment.nesting == Nesting::InsideChange && mode == Mode::Perform {
            return Err(Refusal::Nested.into());
        }
        run(self, operation, mode, on_wait)
    }
}

/// Does an operation as one change.
fn run(
    workspace: &Workspace,
    operation: &dyn Operation,
    mode: Mode,
    on_wait: &mut dyn FnMut(&str),
) -> Result<Outcome, AppError> {
    let mut notices = Vec::new();
    let mut is_rebuilt = false;
    let _lock = match mode {
        Mode::Perform => {
            let lock = take_lock(workspace, operation.word(), Patience::default(), on_wait)?;
            notices = recover(workspace, PATIENCE)?;
            Some(lock)
        }
        Mode::Pretend => None,
    };
    for _ in 0..TRIES {
        if workspace.environment.interruption.is_set() {
            return Err(AppError::Interrupted);
        }
        match attempt(workspace, operation, mode) {
            Ok(Some(mut outcome)) => {
                notices.append(&mut outcome.notices);
                return Ok(Outcome { notices, ..outcome });
            }
            Ok(None) => {}
            // Damage that came to light only while the plan was made; until then nothing was done.
            Err(AppError::Cache(error)) if error.is_damage() && !is_rebuilt => {
                workspace.rebuilt(Invalid::AnswerFromHead)?;
                is_rebuilt = true;
            }
            Err(error) => return Err(error),
        }
    }
    Err(AppError::Contention { times: TRIES })
}

/// Ends an interrupted change, if there is one; for commands that only read. Says nothing when it can't, as when
/// the change is still under way. A hook that a change of ours runs does not wait for that very change.
pub(in crate::app) fn recover_quietly(
    workspace: &Workspace,
    on_wait: &mut dyn FnMut(&str),
) -> Vec<Notice> {
    if workspace.environment.nesting == Nesting::InsideChange
        || !matches!(workspace.repository.journal(), Ok(Some(_)))
    {
        return Vec::new();
    }
    // When a change holds the lock, the journal is that of a living process, and nothing is to be ended.
    let Ok(_lock) = take_lock(workspace, "recover", Patience::brief(), on_wait) else {
        return Vec::new();
    };
    recover(workspace, Duration::ZERO).unwrap_or_default()
}

/// Does something else to the repository with no change of ours beside it, after an interrupted one was ended.
pub(in crate::app) fn alone<T>(
    workspace: &Workspace,
    word: &str,
    on_wait: &mut dyn FnMut(&str),
    deed: impl FnOnce(Vec<Notice>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    if workspace.environment.nesting == Nesting::InsideChange {
        return Err(Refusal::Nested.into());
    }
    let _lock = take_lock(workspace, word, Patience::default(), on_wait)?;
    let notices = recover(workspace, PATIENCE)?;
    deed(notices)
}

fn take_lock(
    workspace: &Workspace,
    word: &str,
    patience: Patience,
    on_wait: &mut dyn FnMut(&str),
) -> Result<Lock, AppError> {
    let path = workspace.repository.common_dir().join("skillmeat/lock");
    let holder = format!("{word} (process {})", workspace.environment.process);
    let stop = || workspace.environment.interruption.is_set();
    Ok(Lock::take(&path, &holder, patience, &stop, on_wait)?)
}

/// Tries once; nothing when others were faster.
fn attempt(
    workspace: &Workspace,
    operation: &dyn Operation,
    mode: Mode,
) -> Result<Option<Outcome>, AppError> {
    let (look, database) = looked(workspace)?;
    let identity = workspace.identity();
    let Some((refreshed, prepared, remarks)) =
        planned(workspace, operation, database, &look, &identity)?
    else {
        return Ok(None);
    };
    let mut outcome = Outcome {
        branch: look.head.branch_name().map(str::to_owned),
        notices: refreshed.notices.clone(),
        ..Outcome::default()
    };
    outcome
        .notices
        .extend(remarks.into_iter().map(Notice::Remark));
    if prepared.is_empty() {
        return Ok(Some(outcome));
    }
    outcome.changes.clone_from(&prepared.changes);
    outcome.files.clone_from(&prepared.files);
    if mode == Mode::Pretend {
        return Ok(Some(outcome));
    }
    perform(
        workspace, operation, look, refreshed, prepared, &identity, outcome,
    )
}

/// Looks at the repository while another thread opens the database, if there is one.
fn looked(workspace: &Workspace) -> Result<(Look, Option<Database>), AppError> {
    let path = workspace.database_path();
    thread::scope(|scope| {
        let opening = scope.spawn(move || {
            let database = Database::open(&path).ok().flatten()?;
            let state = database.state().ok();
            Some((database, state))
        });
        let mut opened = None;
        let look = Look::at(workspace, |stamp, manifest| {
            let work_out = || workspace.repository.name_of_blob(manifest);
            // As long as the database has to be waited for, the name costs nothing.
            let worked_out = (!opening.is_finished()).then(work_out).transpose()?;
            let found = opening.join().ok().flatten();
            let (database, state) =
                found.map_or((None, None), |(database, state)| (Some(database), state));
            opened = database;
            let known = state.and_then(|state| state.name_of(stamp)?.parse().ok());
            known.or(worked_out).map_or_else(work_out, Ok)
        })?;
        Ok((look, opened))
    })
}

/// The database, the change as it is to be made, and what is to be told of it; nothing when the manifest has become
/// another since it was looked at.
type Planned = Option<(Refreshed, Prepared, Vec<String>)>;

/// Plans an operation with what it looks at, and once more with everything before it is refused: what it does not
/// find may be new.
fn planned(
    workspace: &Workspace,
    operation: &dyn Operation,
    database: Option<Database>,
    look: &Look,
    identity: &Identity,
) -> Result<Planned, AppError> {
    let planned = |reach, database| {
        let known = (reach, database);
        planned_within(workspace, operation, known, look, identity)
    };
    match operation.reach() {
        Reach::Everything => planned(Reach::Everything, None),
        reach => planned(reach, database).or_else(|_| planned(Reach::Everything, None)),
    }
}

fn planned_within(
    workspace: &Workspace,
    operation: &dyn Operation,
    (reach, database): (Reach<'_>, Option<Database>),
    look: &Look,
    identity: &Identity,
) -> Result<Planned, AppError> {
    let invalid = match operation.admission() {
        Admission::Sound => Invalid::Refuse,
        Admission::InvalidManifest => Invalid::AnswerFromHead,
    };
    let manifest = ReadManifest {
        document: &look.document,
        name: look.manifest_name,
        seen: look.manifest_seen,
    };
    let refreshed = match workspace.refreshed_within(reach, database, &manifest, invalid) {
        Err(AppError::NothingValid { .. })
            if operation.admission() == Admission::InvalidManifest =>
        {
            without_rows()?
        }
        refreshed => refreshed?,
    };
    if operation.admission() == Admission::Sound
        && refreshed.database.state()?.manifest_blob != look.manifest_name.to_string()
    {
        return Ok(None);
    }
    let view = View {
        document: &look.document,
        database: &refreshed.database,
        repository: &workspace.repository,
        index: &look.index,
        head: &look.head,
        identity,
        environment: &workspace.environment,
    };
    let plan = operation.plan(&view)?;
    let prepared = prepare(&view, look, &plan, operation.word())?;
    Ok(Some((refreshed, prepared, plan.remarks)))
}

fn perform(
    workspace: &Workspace,
    operation: &dyn Operation,
    look: Look,
    refreshed: Refreshed,
    mut prepared: Prepared,
    identity: &Identity,
    mut outcome: Outcome,
) -> Result<Option<Outcome>, AppError> {
    let word = operation.word();
    let touched = prepared.touched.take();
    thread::scope(|scope| {
        let mut follower = Follower::new(scope, refreshed.database, touched);
        let published = if other_path::is_needed(workspace, &look) {
            other_path::publish(workspace, &look, &prepared, identity, word)?
        } else {
            publish::publish(workspace, look, &prepared, identity, word, &mut follower)?
        };
        let Some(commits) = told(published, &prepared, identity, &mut outcome) else {
            return Ok(None);
        };
        let stale = settle(workspace, follower, &prepared, commits.made());
        outcome.notices.extend(stale);
        Ok(Some(outcome))
    })
}

/// The commits of a change that was published, told with what is odd about them; nothing when somebody was faster.
fn told(
    published: Published,
    prepared: &Prepared,
    identity: &Identity,
    outcome: &mut Outcome,
) -> Option<Commits> {
    let (commits, unfinished) = match published {
        Published::Done(commits) => (commits, None),
        Published::Unfinished(commits, error) => (commits, Some(error)),
        Published::Overtaken => return None,
    };
    if let Some(error) = unfinished {
        let reason = error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string);
        outcome.notices.push(Notice::IndexStale(reason));
    }
    let by_hand = commits.by_hand.unwrap_or(commits.change).commit_id();
    if let Some(dropped) = sentence(&prepared.dropped, by_hand.short()) {
        outcome.notices.insert(0, Notice::Dropped(dropped));
    }
    if commits.by_hand.is_some() {
        let recorded = Notice::HandEditsRecorded(by_hand.short().to_owned());
        outcome.notices.insert(0, recorded);
    }
    if identity.origin == IdentityOrigin::Guessed {
        outcome.notices.push(Notice::GuessedIdentity(format!(
            "{} <{}>",
            identity.author.name, identity.author.email
        )));
    }
    outcome.commit = Some(commits.change.commit_id());
    Some(commits)
}
