//! Asking repositories elsewhere, several at once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::model::source::DEFAULT_HOST;
use crate::store::git::elsewhere::{Prompts, RemoteRefs};
use crate::store::git::fetch::Fetched;

use super::environment::Environment;
use super::error::AppError;
use super::source_error::SourceError;
use super::workspace::Workspace;

/// The most repositories that are asked at once: they are waited for, and not worked for.
const AT_ONCE: usize = 8;

/// What git says where it would have asked for a password.
const PROMPT: &str = "terminal prompts disabled";

impl Workspace {
    /// The host of `OWNER/REPO`: git's setting `skillmeat.host`, else GitHub.
    pub(super) fn host(&self) -> String {
        self.repository
            .setting("skillmeat.host")
            .filter(|host| !host.is_empty())
            .unwrap_or_else(|| DEFAULT_HOST.to_owned())
    }

    /// The folder in which what is fetched lies for a while.
    pub(super) fn fetch_folder(&self) -> PathBuf {
        self.repository.common_dir().join("skillmeat")
    }
}

/// Asks a repository for its refs, and makes room for what is to come from it.
pub(super) fn reached(folder: &Path, address: &str, prompts: Prompts) -> Result<Fetched, AppError> {
    // git runs in the folder in which git's own things lie, since an address may not depend on where it runs.
    let above = folder.parent().unwrap_or(folder);
    let refs = RemoteRefs::of(address, above, prompts).map_err(SourceError::of_store)?;
    Fetched::begin(folder, refs, prompts).map_err(SourceError::of_store)
}

/// Does the same for several repositories at once; the results are in their order. Where git would have to ask for a
/// password, it is done again, one after the other, if the user is there to answer.
pub(super) fn at_once<I: Sync, T: Send>(
    items: &[I],
    environment: &Environment,
    step: &(dyn Fn() + Sync),
    work: impl Fn(&I, Prompts) -> Result<T, AppError> + Sync,
) -> Result<Vec<Result<T, AppError>>, AppError> {
    let first = match items.len() {
        1 => environment.prompts,
        _ => Prompts::Off,
    };
    let done = shared(items, step, &|item| work(item, first));
    let asked = items.iter().zip(done).map(|(item, result)| match result {
        Err(error) if first != environment.prompts && wants_prompt(&error) => {
            work(item, environment.prompts)
        }
        result => result,
    });
    let results = asked.collect();
    // What was asked ends when the user interrupts, and looks as if it could not be reached.
    if environment.interruption.is_set() {
        return Err(AppError::Interrupted);
    }
    Ok(results)
}

/// Does the same for each item, in as many threads as are of use.
fn shared<I: Sync, T: Send>(
    items: &[I],
    step: &(dyn Fn() + Sync),
    work: &(impl Fn(&I) -> T + Sync),
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        while let Some((number, item)) = {
            let number = next.fetch_add(1, Ordering::Relaxed);
            items.get(number).map(|item| (number, item))
        } {
            let result = work(item);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((number, result));
            step();
        }
    };
    thread::scope(|scope| {
        for _ in 1..items.len().min(AT_ONCE) {
            scope.spawn(run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

fn wants_prompt(error: &AppError) -> bool {
    let AppError::Source(SourceError::Unreachable { message, .. }) = error else {
        return false;
    };
    message.contains(PROMPT)
}
