//! Moving the branch that HEAD is on: by compare-and-swap, under git's own lock, in the one moment of a rename.
//!
//! gix can do it too, but a process killed meanwhile leaves locks that nobody can tell from git's, and half a line in
//! the reflog. Here the lock is known for ours (`own_file`), and each line of a reflog is written at once.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gix::refs::{FullName, Target};

use crate::model::commit::Signature;
use crate::store::error::StoreError;
use crate::store::files;

use super::id::ObjectName;
use super::objects::Written;
use super::own_file::{self, Wait};
use super::repository::Repository;
use super::{head::Head, objects};

/// How long another process is waited for that moves the same branch.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many symbolic refs may follow one another.
const DEPTH: usize = 5;

/// The largest reflog's end that is looked at, in bytes.
const TAIL: u64 = 4096;

/// A move of the branch, as the reflogs note it.
#[derive(Debug, Clone, Copy)]
pub struct Move<'a> {
    /// Where the branch is; nothing when it is unborn.
    pub old: Option<ObjectName>,
    /// Where it goes.
    pub new: ObjectName,
    /// Why, in one line.
    pub reason: &'a str,
    /// Who does it.
    pub committer: &'a Signature,
}

impl Repository {
    /// Moves the branch that HEAD is on, and notes it in the reflogs; synced. Says [`StoreError::RefMoved`] when the
    /// branch is not where it is said to be any more. Whatever the error, the branch did not move.
    pub fn move_head(&self, step: &Move<'_>) -> Result<(), StoreError> {
        let (mut before, mut after) = (Written::default(), Written::default());
        self.prepare_move(step.new, &mut before)?;
        self.sync_written(before)?;
        let branch = self.branch_at_head(&self.head()?)?;
        self.move_prepared(&branch, step, &mut after)?;
        // The branch has moved: what fails from here on does not take it back.
        let _ = self.sync_written(after);
        Ok(())
    }

    /// Writes the file that will be the branch. The caller syncs what was written before it moves the branch.
    pub fn prepare_move(&self, new: ObjectName, written: &mut Written) -> Result<(), StoreError> {
        let own = self.own_branch();
        let mut file = own_file::make(&own)?;
        writeln!(file, "{new}").map_err(StoreError::io("write", &own))?;
        written.note(own);
        Ok(())
    }

    /// Does the prepared move of a branch, if HEAD is still on it; as [`Self::move_head`], but the caller syncs what was
    /// written.
    pub fn move_prepared(
        &self,
        branch: &str,
        step: &Move<'_>,
        written: &mut Written,
    ) -> Result<(), StoreError> {
        let path = self.common_dir().join(branch);
        let own = self.own_branch();
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        let lock = lock_of(&path);
        let wait = Wait {
            deadline: PATIENCE,
            stop: &|| false,
        };
        own_file::place(&own, &lock, wait)?;
        self.move_under(&lock, &path, branch, step)
            .inspect_err(|_| {
                let _ = fs::remove_file(&lock);
            })?;
        written.note_folder_of(&path);
        self.note_move(branch, step);
        Ok(())
    }

    fn move_under(
        &self,
        lock: &Path,
        path: &Path,
        branch: &str,
        step: &Move<'_>,
    ) -> Result<(), StoreError> {
        let head = self.head()?;
        if head.commit != step.old || self.branch_at_head(&head)? != branch {
            return Err(StoreError::RefMoved);
        }
        if step.old.is_none() {
            // What is left of branches below a name does not stand in its way, as long as it is empty.
            let _ = fs::remove_dir(path);
        }
        files::rename(lock, path)
    }

    /// The full name of the branch that a commit at HEAD would move.
    pub fn branch_at_head(&self, head: &Head) -> Result<String, StoreError> {
        let mut name = head.branch.clone().unwrap_or_else(|| "HEAD".to_owned());
        for _ in 0..DEPTH {
            let full =
                FullName::try_from(name.as_str()).map_err(StoreError::git("name the branch"))?;
            let found = self
                .git
                .try_find_reference(full.as_ref())
                .map_err(StoreError::git("read the branch"))?;
            match found.map(|found| found.target().into_owned()) {
                Some(Target::Symbolic(next)) => next.as_bstr().to_string().clone_into(&mut name),
                _ => return Ok(name),
            }
        }
        Ok(name)
    }

    /// Notes a move in the reflogs that do not have it yet. A failure does not matter: the branch is where it is.
    pub fn note_move(&self, branch: &str, step: &Move<'_>) {
        let wanted = self
            .git
            .config_snapshot()
            .boolean("core.logAllRefUpdates")
            .unwrap_or(true);
        let null = gix::ObjectId::null(self.git.object_hash());
        let old = step.old.map_or(null, |old| old.0);
        let start = format!("{old} {} ", step.new);
        let mut line = start.clone().into_bytes();
        let mut buffer = gix::date::parse::TimeBuf::default();
        let signature = objects::signature(step.committer);
        if signature.to_ref(&mut buffer).write_to(&mut line).is_err() {
            return;
        }
        line.extend_from_slice(format!("\t{}\n", step.reason).as_bytes());
        for log in [
            self.git_dir().join("logs/HEAD"),
            self.common_dir().join("logs").join(branch),
        ] {
            if (wanted || log.is_file()) && !ends_with(&log, &start) {
                append(&log, &line);
            }
        }
    }

    /// Gives back a lock on a branch that a killed process of ours left: it is our own file, or holds what the branch
    /// was to be moved to.
    pub(super) fn release_branch(
        &self,
        branch: &str,
        after: Option<ObjectName>,
    ) -> Result<(), StoreError> {
        let own = self.own_branch();
        let lock = lock_of(&self.common_dir().join(branch));
        let holds_ours = || {
            let content = files::read(&lock, 1024).ok().flatten();
            after.is_some_and(|after| content == Some(format!("{after}\n").into_bytes()))
        };
        if own_file::is_same(&own, &lock) || (!own.exists() && holds_ours()) {
            files::remove(&lock)?;
        }
        Ok(())
    }

    pub(super) fn own_branch(&self) -> PathBuf {
        self.git_dir().join("skillmeat/branch.new")
    }
}

fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// Whether the last line of a reflog starts so.
fn ends_with(log: &Path, start: &str) -> bool {
    let tail = files::read_tail(log, TAIL).unwrap_or_default();
    let tail = String::from_utf8_lossy(&tail);
    tail.lines()
        .last()
        .is_some_and(|line| line.starts_with(start))
}

fn append(log: &Path, line: &[u8]) {
    if let Some(folder) = log.parent() {
        let _ = files::create_folder(folder);
    }
    if let Ok(mut file) = OpenOptions::new().append(true).create(true).open(log) {
        let _ = file.write_all(line);
    }
}
