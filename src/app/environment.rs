//! What the library is told about the outside: it reads no environment, folder or clock by itself.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::time::Moment;
use crate::store::git::history::moment;

pub use crate::store::git::command::INSIDE_A_CHANGE;
pub use crate::store::git::elsewhere::Prompts;

/// The outside, read once when the program starts.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The current folder.
    pub current_folder: PathBuf,
    /// `$SKILLMEAT_HOME`, or `~/.skillmeat`.
    pub home: PathBuf,
    /// `$SKILLMEAT_COLLECTION`: a name or a path.
    pub collection: Option<String>,
    /// Now.
    pub now: Moment,
    /// The login name, for commits when git knows no name.
    pub user: String,
    /// The host's name, for commits when git knows no address.
    pub host: String,
    /// Whether a change of ours is running around this process.
    pub nesting: Nesting,
    /// Whether git may ask for a password on the terminal.
    pub prompts: Prompts,
    /// The process's id, noted in locks.
    pub process: u32,
    /// This program's file, which git is told to run.
    pub program: PathBuf,
    /// Set when the user asks to stop; a change that is not published yet is dropped then.
    pub interruption: Interruption,
    /// Who is told how far long work is.
    pub watcher: Watcher,
}

impl Environment {
    /// A moment in one of the forms that git takes, seconds since 1970.
    pub fn moment(&self, text: &str) -> Option<i64> {
        moment(text, self.now)
    }
}

/// Whether this process was started from inside a change (by a hook of the user).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// It stands alone.
    Outermost,
    /// A change waits for it: it may read, and must not change anything.
    InsideChange,
}

/// A flag that a signal sets.
#[derive(Debug, Clone, Default)]
pub struct Interruption(Arc<AtomicBool>);

impl Interruption {
    /// A flag that a signal handler can set.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Whether the user asked to stop.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far long work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something is begun, of which so many pieces are to be done.
    Begun(&'static str, u64),
    /// So many more of them are done.
    Done(u64),
}

/// Who is told how far long work is; nobody, unless a command asks for it.
#[derive(Clone, Default)]
pub struct Watcher(Option<Arc<dyn Fn(Step) + Send + Sync>>);

impl Watcher {
    /// Somebody who is told.
    pub fn telling(tell: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    /// Tells of a step.
    pub fn tell(&self, step: Step) {
        if let Some(tell) = &self.0 {
            tell(step);
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Watcher").finish_non_exhaustive()
    }
}
