//! The lock that makes one change at a time: advisory, blocking, with a deadline.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::files;

/// How often a wait looks whether it is to end.
const PULSE: Duration = Duration::from_millis(20);

/// How long a lock is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// After this time `on_wait` is told, once.
    pub notice: Duration,
    /// After this time the lock is given up.
    pub deadline: Duration,
}

impl Patience {
    /// As long as a change takes that nobody waits for; nobody is told.
    pub fn brief() -> Self {
        Self {
            notice: Duration::from_millis(100),
            deadline: Duration::from_millis(100),
        }
    }
}

impl Default for Patience {
    /// One second until the notice, sixty until giving up.
    fn default() -> Self {
        Self {
            notice: Duration::from_secs(1),
            deadline: Duration::from_mins(1),
        }
    }
}

/// A lock that is held until it is dropped, or until the process ends in whatever way.
#[derive(Debug)]
#[must_use]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock at `path`, noting in it who holds it. When it takes longer than a notice, `on_wait` is told
    /// who is waited for; when `stop` says so, the wait ends with [`StoreError::Interrupted`].
    pub fn take(
        path: &Path,
        holder: &str,
        patience: Patience,
        stop: &dyn Fn() -> bool,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        let file = open(path)?;
        let file = if file.try_lock().is_ok() {
            file
        } else {
            wait(path, file, patience, stop, on_wait)?
        };
        let mut lock = Self { file };
        lock.note(holder);
        Ok(lock)
    }

    /// Notes who holds the lock; only for people, so a failure does not matter.
    fn note(&mut self, holder: &str) {
        let _ = self.file.set_len(0);
        let _ = self.file.rewind();
        let _ = self.file.write_all(holder.as_bytes());
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

fn open(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options
        .open(path)
        .map_err(StoreError::io("open the lock", path))
}

/// Waits in a thread of its own, because the system's wait has no deadline; the queue stays fair.
fn wait(
    path: &Path,
    file: File,
    patience: Patience,
    stop: &dyn Fn() -> bool,
    on_wait: &mut dyn FnMut(&str),
) -> Result<File, StoreError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let outcome = file.lock().map(|()| file);
        let _ = sender.send(outcome);
    });
    let start = Instant::now();
    let mut is_told = false;
    loop {
        match receiver.recv_timeout(PULSE.min(patience.notice)) {
            Ok(locked) => return locked.map_err(StoreError::io("lock", path)),
            Err(_) if stop() => return Err(StoreError::Interrupted),
            Err(RecvTimeoutError::Timeout) if start.elapsed() < patience.deadline => {}
            Err(_) => break,
        }
        if !is_told && start.elapsed() >= patience.notice {
            is_told = true;
            on_wait(&holder_of(path));
        }
    }
    Err(StoreError::Locked {
        path: PathBuf::from(path),
        holder: holder_of(path),
        seconds: patience.deadline.as_secs(),
    })
}

fn holder_of(path: &Path) -> String {
    let mut text = String::new();
    if let Ok(file) = File::open(path) {
        let _ = file.take(200).read_to_string(&mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_is_waited_for_and_then_given_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let patience = Patience {
            notice: Duration::from_millis(10),
            deadline: Duration::from_millis(60),
        };
        let held = Lock::take(&path, "process 7", patience, &|| false, &mut |_| {}).expect("free");
        let mut told = String::new();
        let refused = Lock::take(&path, "process 8", patience, &|| false, &mut |holder| {
            told = holder.to_owned();
        });
        let stopped = Lock::take(&path, "process 9", patience, &|| true, &mut |_| {});
        assert!(matches!(stopped, Err(StoreError::Interrupted)));
        assert!(matches!(refused, Err(StoreError::Locked { .. })));
        assert_eq!(told, "process 7");
        drop(held);
        let _free =
            Lock::take(&path, "process 8", patience, &|| false, &mut |_| {}).expect("free again");
    }
}
