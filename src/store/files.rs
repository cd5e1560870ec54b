//! Reading and replacing files: atomically, synced, never truncated in place.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::model::artifact_file::FileStamp;

use super::error::StoreError;

/// How many files are synced at once; each is open meanwhile.
const AT_ONCE: usize = 64;

/// From this number of files on, it is faster to let the file system write everything that waits than to ask for each.
const MANY: usize = 256;

/// Reads a file of at most `limit` bytes; nothing when it is not there.
pub fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    refuse_special(path)?;
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(StoreError::io("open", path)(error)),
    };
    let size = file
        .metadata()
        .map_err(StoreError::io("examine", path))?
        .len();
    if size > limit {
        return Err(StoreError::TooLarge {
            path: path.to_owned(),
            bytes: size,
            limit,
        });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    (&mut file)
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(StoreError::io("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(StoreError::TooLarge {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            limit,
        });
    }
    Ok(Some(bytes))
}

/// Reads the first `limit` bytes of a file.
pub fn read_head(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    refuse_special(path)?;
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    let mut bytes = Vec::new();
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(StoreError::io("read", path))?;
    Ok(bytes)
}

/// Reads the last `limit` bytes of a file.
pub fn read_tail(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    let mut file = File::open(path).map_err(StoreError::io("open", path))?;
    let read = |file: &mut File| {
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(limit)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read(&mut file).map_err(StoreError::io("read", path))
}

/// Refuses what is no file before it is opened: a pipe would be waited on for ever.
fn refuse_special(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(StoreError::NotAFile {
            path: path.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Whether an error only says that there is nothing at the path.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// What `stat` says of a regular file (a symbolic link is not followed); nothing when there is none.
pub fn stamp(path: &Path) -> Result<Option<FileStamp>, StoreError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Some(stamp_of(&metadata))),
        Ok(_) => Ok(None),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(StoreError::io("examine", path)(error)),
    }
}

/// The stamp in what the system says of a file.
pub fn stamp_of(metadata: &fs::Metadata) -> FileStamp {
    let nanoseconds =
        |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    FileStamp {
        size: metadata.len(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

/// The stamp in what the system says of a file below an open folder.
pub(super) fn stamp_of_stat(stat: &rustix::fs::Stat) -> FileStamp {
    let nanoseconds = |seconds: i64, rest: u64| {
        let rest = i64::try_from(rest).unwrap_or_default();
        seconds.saturating_mul(1_000_000_000).saturating_add(rest)
    };
    FileStamp {
        size: u64::try_from(stat.st_size).unwrap_or_default(),
        modified: nanoseconds(stat.st_mtime, stat.st_mtime_nsec),
        changed: nanoseconds(stat.st_ctime, stat.st_ctime_nsec),
        inode: stat.st_ino,
    }
}

/// Now, in nanoseconds since 1970, by the clock that file stamps are made with.
#[expect(
    clippy::disallowed_methods,
    reason = "stamps of files can only be compared with the system's own clock"
)]
pub fn clock() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Whether a file was last written longer ago than `age`.
pub fn is_older(path: &Path, age: Duration) -> bool {
    fs::symlink_metadata(path)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| modified.elapsed().is_ok_and(|elapsed| elapsed > age))
}

/// How a file is to be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Like the file that is there; like a new one when there is none.
    Keep,
    /// Not executable, within the user's umask.
    Plain,
    /// Executable, within the user's umask.
    Executable,
}

/// Writes what is to replace a file into a temporary file in the same folder; the caller syncs it.
pub fn stage(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), StoreError> {
    write_new(&temporary_of(path), bytes, permissions(path, mode)).map(|_| ())
}

/// Writes what is to replace a file into a file of our own at another place; the caller syncs it.
pub(super) fn stage_as(
    staged: &Path,
    path: &Path,
    bytes: &[u8],
    mode: Mode,
) -> Result<(), StoreError> {
    write_new(staged, bytes, permissions(path, mode)).map(|_| ())
}

/// Makes the symbolic link that is to replace what is at a path, in the same folder.
pub fn stage_link(path: &Path, target: &str) -> Result<(), StoreError> {
    let temporary = temporary_of(path);
    let _ = fs::remove_file(&temporary);
    std::os::unix::fs::symlink(target, &temporary).map_err(StoreError::io("link", &temporary))
}

/// Puts what was staged for a path into its place. The caller syncs the folder.
pub fn place_staged(path: &Path) -> Result<(), StoreError> {
    rename(&temporary_of(path), path)
}

/// Removes what was staged for a path and did not come into its place.
pub fn drop_staged(path: &Path) {
    let _ = fs::remove_file(temporary_of(path));
}

/// Replaces a file, or creates it: a temporary file in the same folder, synced, renamed into place.
pub fn replace(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), StoreError> {
    let sync = |file: &File, path: &Path| file.sync_all().map_err(StoreError::io("sync", path));
    replace_after(path, bytes, mode, sync).and_then(|()| sync_folder_of(path))
}

/// The same, for a caller that syncs the file and its folder before it relies on them.
pub(super) fn replace_unsynced(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), StoreError> {
    replace_after(path, bytes, mode, |_, _| Ok(()))
}

fn replace_after(
    path: &Path,
    bytes: &[u8],
    mode: Mode,
    written: impl FnOnce(&File, &Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let temporary = temporary_of(path);
    let outcome = write_new(&temporary, bytes, permissions(path, mode))
        .and_then(|file| written(&file, &temporary))
        .and_then(|()| rename(&temporary, path));
    if outcome.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

/// Replaces the file that a path names, through symbolic links; others make it survive a power cut.
///
/// The new file is written as `aside` first, if that is given and on the same file system: what a killed process
/// leaves of it lies there, and is written over by the next one.
pub fn replace_through(path: &Path, bytes: &[u8], aside: Option<&Path>) -> Result<(), StoreError> {
    let path = fs::canonicalize(path).map_err(StoreError::io("find", path))?;
    let Some(aside) = aside else {
        return replace_unsynced(&path, bytes, Mode::Keep);
    };
    let written = write_new(aside, bytes, permissions(&path, Mode::Keep));
    if written.and_then(|_| rename(aside, &path)).is_ok() {
        return Ok(());
    }
    let _ = fs::remove_file(aside);
    replace_unsynced(&path, bytes, Mode::Keep)
}

/// The temporary file through which [`replace`] goes; recovery removes one that is left.
pub fn temporary_of(path: &Path) -> PathBuf {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    path.with_file_name(format!(".{name}.skillmeat-new"))
}

/// Keeps what stands at a path under a second name, so that it can be put back without room on the disk. A failure
/// does not matter: the content can be written anew, too.
pub fn keep(path: &Path) {
    let kept = kept_of(path);
    let _ = fs::remove_file(&kept);
    let _ = fs::hard_link(path, kept);
}

/// Removes what was kept of a path.
pub fn forget(path: &Path) -> Result<(), StoreError> {
    let kept = kept_of(path);
    match fs::remove_file(&kept) {
        Err(error) if !is_absent(&error) => Err(StoreError::io("remove", &kept)(error)),
        _ => Ok(()),
    }
}

/// The second name of what [`keep`] kept; recovery removes one that is left.
pub fn kept_of(path: &Path) -> PathBuf {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    path.with_file_name(format!(".{name}.skillmeat-old"))
}

fn permissions(path: &Path, mode: Mode) -> Option<Permissions> {
    match mode {
        Mode::Keep => fs::symlink_metadata(path)
            .ok()
            .filter(fs::Metadata::is_file)
            .map(|file| file.permissions()),
        Mode::Plain => None,
        Mode::Executable => {
            let folder = path.parent().and_then(|folder| fs::metadata(folder).ok());
            let readable = folder.map_or(0o755, |folder| folder.permissions().mode() & 0o777);
            Some(Permissions::from_mode(0o700 | readable & 0o755))
        }
    }
}

fn write_new(
    path: &Path,
    bytes: &[u8],
    permissions: Option<Permissions>,
) -> Result<File, StoreError> {
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(StoreError::io("create", path))?;
    file.write_all(bytes)
        .map_err(StoreError::io("write", path))?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)
            .map_err(StoreError::io("set the mode of", path))?;
    }
    Ok(file)
}

/// Renames within one file system, over what is there. The caller syncs the folder.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that renames"
)]
pub fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(StoreError::io("rename to", to))
}

/// Writes a file of our own in place, or creates it: for what counts for nothing until it is complete.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .map_err(StoreError::io("open", path))?;
    file.write_all(bytes).map_err(StoreError::io("write", path))
}

/// Takes all content from a file; nothing is said when it is not there.
pub(super) fn empty(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).truncate(true).open(path) {
        Err(error) if !is_absent(&error) => Err(StoreError::io("empty", path)(error)),
        _ => Ok(()),
    }
}

/// Removes a file or symbolic link; nothing is said when it is not there.
pub fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder_of(path),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(StoreError::io("remove", path)(error)),
    }
}

/// The same, where no harm is done when the file comes back.
pub fn remove_unsynced(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if !is_absent(&error) => Err(StoreError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Makes a symbolic link, over what is there.
pub fn link(path: &Path, target: &str) -> Result<(), StoreError> {
    stage_link(path, target)?;
    place_staged(path)?;
    sync_folder_of(path)
}

/// Creates a folder and those above it.
pub fn create_folder(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(StoreError::io("create the folder", path))
}

/// Removes the folders from that of `path` upwards, below `top`, as long as they are empty.
pub fn prune_folders(path: &Path, top: &Path) {
    let mut folder = path.parent();
    while let Some(empty) = folder.filter(|folder| *folder != top && folder.starts_with(top)) {
        if fs::remove_dir(empty).is_err() {
            return;
        }
        folder = empty.parent();
    }
}

/// Makes the entries of a file's folder survive a power cut.
pub fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    sync(folder)
}

/// Makes files and entries of folders survive a power cut, many at once: each is begun to be written before the first
/// is waited for, so that the disk does them in little more than the time of one.
pub fn sync_all(paths: &BTreeSet<PathBuf>) -> Result<(), StoreError> {
    if paths.len() > MANY && sync_file_systems(paths) {
        return Ok(());
    }
    let paths: Vec<&PathBuf> = paths.iter().collect();
    for paths in paths.chunks(AT_ONCE) {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let file = File::open(path).map_err(StoreError::io("open", path))?;
            // Linux begins to write what a reader will not need again. What can't be begun is only waited for longer.
            #[cfg(target_os = "linux")]
            let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
            files.push(file);
        }
        for (file, path) in files.iter().zip(paths) {
            sync_file(file, path)?;
        }
    }
    Ok(())
}

/// Lets each file system that holds some of the paths write all that waits, once; whether that was done.
#[cfg(target_os = "linux")]
fn sync_file_systems(paths: &BTreeSet<PathBuf>) -> bool {
    let mut done = BTreeSet::new();
    paths.iter().all(|path| {
        let Ok(found) = fs::metadata(path) else {
            return false;
        };
        !done.insert(found.dev())
            || File::open(path).is_ok_and(|file| rustix::fs::syncfs(&file).is_ok())
    })
}

/// Other systems are asked file by file.
#[cfg(not(target_os = "linux"))]
fn sync_file_systems(_: &BTreeSet<PathBuf>) -> bool {
    false
}

/// Makes the content of a file, or the entries of a folder, survive a power cut.
pub fn sync(path: &Path) -> Result<(), StoreError> {
    let file = File::open(path).map_err(StoreError::io("open", path))?;
    sync_file(&file, path)
}

fn sync_file(file: &File, path: &Path) -> Result<(), StoreError> {
    match file.sync_all() {
        // Some file systems can't sync a folder and say so; there is nothing more to be done then.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other.map_err(StoreError::io("sync", path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_keeps_its_mode_and_leaves_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        replace(&path, b"one", Mode::Plain).expect("created");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("set");
        replace(&path, b"two", Mode::Keep).expect("replaced");
        assert_eq!(
            read(&path, 10).expect("read").as_deref(),
            Some(b"two".as_slice())
        );
        assert_eq!(
            fs::metadata(&path).expect("there").permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
    }

    #[test]
    fn a_large_file_is_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        replace(&path, b"12345", Mode::Plain).expect("created");
        assert!(matches!(
            read(&path, 4),
            Err(StoreError::TooLarge {
                bytes: 5,
                limit: 4,
                ..
            })
        ));
        assert!(read(&folder.path().join("b"), 4).expect("read").is_none());
    }
}
