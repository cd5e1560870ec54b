//! Lock files of git, taken so that one left by a killed process of ours is known for ours.
//!
//! git locks `NAME` by creating `NAME.lock`. Were that done directly, a process killed at once would leave a lock that
//! nobody can tell from one of git's own. So the file is made under a name of our own first, and is then hard-linked
//! to the name that git looks at: as long as our own name stands, the lock that is the same file is ours. It is
//! removed last, after the journal, so that its inode can't be given to another file meanwhile.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::store::error::StoreError;
use crate::store::files;

/// How long something is waited for, and who may end the wait.
#[derive(Clone, Copy)]
pub struct Wait<'a> {
    /// After this time it is given up.
    pub deadline: Duration,
    /// Says that the user asked to stop.
    pub stop: &'a dyn Fn() -> bool,
}

/// Makes our own file, anew.
pub(super) fn make(own: &Path) -> Result<File, StoreError> {
    if let Some(folder) = own.parent() {
        files::create_folder(folder)?;
    }
    let _ = fs::remove_file(own);
    File::create_new(own).map_err(StoreError::io("create", own))
}

/// Puts our own file in place as a lock, as soon as nobody else holds it.
pub(super) fn place(own: &Path, lock: &Path, wait: Wait<'_>) -> Result<(), StoreError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match try_place(own, lock) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(StoreError::io("create", lock)(error)),
        }
        if (wait.stop)() {
            return Err(StoreError::Interrupted);
        }
        if start.elapsed() >= wait.deadline {
            return Err(StoreError::Locked {
                path: lock.to_owned(),
                holder: String::new(),
                seconds: wait.deadline.as_secs(),
            });
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn try_place(own: &Path, lock: &Path) -> io::Result<()> {
    match fs::hard_link(own, lock) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => replace_mark(own, lock),
        other => other,
    }
}

/// Where there are no hard links: takes the lock with an empty file, and puts ours in its place.
#[expect(
    clippy::disallowed_methods,
    reason = "a lock needs no sync, and its holder must know exactly what failed"
)]
fn replace_mark(own: &Path, lock: &Path) -> io::Result<()> {
    File::create_new(lock)?;
    fs::rename(own, lock).inspect_err(|_| {
        let _ = fs::remove_file(lock);
    })
}

/// Whether two names stand for one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path| {
        fs::symlink_metadata(path)
            .ok()
            .map(|metadata: fs::Metadata| (metadata.dev(), metadata.ino()))
    };
    identity(one).is_some_and(|found| identity(other) == Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_ONCE: Wait<'_> = Wait {
        deadline: Duration::ZERO,
        stop: &|| false,
    };

    #[test]
    fn a_lock_is_ours_as_long_as_our_own_name_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let (own, lock) = (folder.path().join("own"), folder.path().join("lock"));
        make(&own).expect("made");
        place(&own, &lock, AT_ONCE).expect("free");
        assert!(is_same(&own, &lock));
        assert!(matches!(
            place(&own, &lock, AT_ONCE),
            Err(StoreError::Locked { .. })
        ));
        fs::remove_file(&lock).expect("removed");
        File::create_new(&lock).expect("another's");
        assert!(!is_same(&own, &lock));
    }

    #[test]
    fn a_file_that_is_put_in_the_place_of_a_mark_is_ours() {
        let folder = tempfile::tempdir().expect("a folder");
        let (own, lock) = (folder.path().join("own"), folder.path().join("lock"));
        let file = make(&own).expect("made");
        replace_mark(&own, &lock).expect("free");
        assert!(!own.exists());
        let inode = |metadata: fs::Metadata| metadata.ino();
        let found = fs::metadata(&lock).map(inode).expect("there");
        assert_eq!(found, file.metadata().map(inode).expect("there"));
        make(&own).expect("made");
        let taken = replace_mark(&own, &lock).expect_err("taken");
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
    }
}
