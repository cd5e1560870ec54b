//! Making a prepared change real, under a journal and the index lock.
//!
//! Until the branch moves, everything can be put back; from then on everything can be finished. The journal is
//! written before the lock is taken: it names the lock's inode, so that a lock left by a killed process is known.

use std::fs;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use crate::app::environment::Step;
use crate::app::error::AppError;
use crate::app::workspace::Workspace;
use crate::model::artifact_file::FileStamp;
use crate::store::error::StoreError;
use crate::store::files::{self, Mode};
use crate::store::git::branch::Move;
use crate::store::git::id::{EntryKind, ObjectName};
use crate::store::git::index_lock::{IndexLock, PATIENCE};
use crate::store::git::journal::{Journal, JournalFile, JournalPath};
use crate::store::git::objects::Written;
use crate::store::git::own_file::Wait;
use crate::store::git::repository::Identity;

use super::follower::{Follower, Made};
use super::look::Look;
use super::prepare::{Prepared, PreparedPath, Version, read_raw};

/// What came of an attempt.
pub(super) enum Published {
    /// The change is made.
    Done(Commits),
    /// The change is made, but the index could not follow; the next command lets it.
    Unfinished(Commits, StoreError),
    /// Somebody was faster: nothing was changed, and the operation must be planned anew.
    Overtaken,
}

/// The commits of a change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Commits {
    /// The one that records edits made by hand.
    pub(super) by_hand: Option<ObjectName>,
    /// The change.
    pub(super) change: ObjectName,
    /// The manifest's file as the change left it, where that was asked at once.
    pub(super) manifest: Option<FileStamp>,
}

impl Commits {
    /// What the database must know of them.
    pub(super) fn made(self) -> Made {
        Made {
            commit: self.change,
            manifest: self.manifest,
        }
    }
}

/// Publishes a change, or changes nothing.
pub(super) fn publish(
    workspace: &Workspace,
    look: Look,
    prepared: &Prepared,
    identity: &Identity,
    word: &str,
    follower: &mut Follower<'_, '_>,
) -> Result<Published, AppError> {
    let repository = &workspace.repository;
    let mut written = Written::default();
    let blobs = new_blobs(prepared);
    let (mut commits, begun) = thread::scope(|scope| {
        let writer = repository.blob_writer();
        let watcher = &workspace.environment.watcher;
        watcher.tell(Step::Begun("Recording", blobs.len() as u64));
        let writing = scope.spawn(move || writer.write_all(&blobs, || watcher.tell(Step::Done(1))));
        let commits = write_commits(workspace, &look, prepared, identity, &mut written)?;
        if workspace.environment.interruption.is_set() {
            return Err(AppError::Interrupted);
        }
        let begun = begin(workspace, &look, prepared, commits, word, written, || {
            writing.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        Ok((commits, begun))
    })?;
    let index_lock = begun.inspect_err(|_| {
        drop_staged(workspace, prepared);
        let _ = repository.end_journal();
    })?;
    follower.begin();
    let reason = format!("skillmeat: {}", subject(&prepared.commit.message));
    let outcome = under_lock(
        workspace,
        look,
        prepared,
        &mut commits,
        index_lock,
        identity,
        &reason,
    );
    if outcome.is_ok() {
        // What fails here is told when the database is waited for.
        let _ = follower.tell(workspace, prepared, commits.made());
    }
    // A journal that stays is found to be done, or to have done nothing, by the next command.
    let is_over = match &outcome {
        Ok(()) => forget_old(workspace, prepared).is_ok(),
        Err(Failure::Stuck(_) | Failure::Unfinished(_)) => false,
        Err(Failure::Overtaken | Failure::Refused(_)) => {
            drop_staged(workspace, prepared);
            forget_old(workspace, prepared).is_ok()
        }
    };
    if is_over {
        let _ = repository.end_journal();
    }
    match outcome {
        Ok(()) => Ok(Published::Done(commits)),
        Err(Failure::Overtaken) => Ok(Published::Overtaken),
        Err(Failure::Unfinished(error)) => Ok(Published::Unfinished(commits, error)),
        Err(Failure::Refused(error) | Failure::Stuck(error)) => Err(error.into()),
    }
}

/// Writes the journal and all that only needs to be renamed then, syncs everything at once, waits for the blobs, and
/// takes the index lock.
fn begin(
    workspace: &Workspace,
    look: &Look,
    prepared: &Prepared,
    commits: Commits,
    word: &str,
    mut written: Written,
    blobs_are_written: impl FnOnce() -> Result<(), StoreError>,
) -> Result<IndexLock, StoreError> {
    let repository = &workspace.repository;
    let new_index = repository.prepare_index_lock()?;
    let journal = Journal {
        operation: word.to_owned(),
        head_before: look.head.commit,
        head_after: Some(commits.change),
        branch: Some(look.branch.clone()),
        lock_inode: new_index.inode()?,
        paths: journal_paths(workspace, prepared, look, &mut written)?,
    };
    repository.write_journal(&journal, &mut written)?;
    stage_files(workspace, prepared, &mut written)?;
    repository.prepare_move(commits.change, &mut written)?;
    let synced = repository.sync_written(written);
    blobs_are_written()?;
    synced?;
    new_index.take(Wait {
        deadline: PATIENCE,
        stop: &|| workspace.environment.interruption.is_set(),
    })
}

/// Why a change was not, or not wholly, published.
enum Failure {
    /// Somebody was faster; all is as before.
    Overtaken,
    /// It could not be done; all is as before.
    Refused(StoreError),
    /// It could not be done, and the files could not be put back; the journal stays.
    Stuck(StoreError),
    /// The branch has moved, so the change stands, but the index could not follow; the journal stays.
    Unfinished(StoreError),
}

fn under_lock(
    workspace: &Workspace,
    look: Look,
    prepared: &Prepared,
    commits: &mut Commits,
    mut index_lock: IndexLock,
    identity: &Identity,
    reason: &str,
) -> Result<(), Failure> {
    let repository = &workspace.repository;
    if !is_as_looked(workspace, &look, prepared).map_err(Failure::Refused)? {
        return Err(Failure::Overtaken);
    }
    let Look {
        head,
        branch,
        mut index,
        ..
    } = look;
    keep_old(workspace, prepared);
    let mut moved = Written::default();
    let outcome = place_files(workspace, prepared, &mut moved).and_then(|()| {
        commits.manifest = files::stamp(&workspace.manifest_path())?;
        let entries = prepared.paths.iter().map(|path| {
            let after = path.after.as_ref().map(|after| after.entry);
            (path.path.as_str(), after)
        });
        index.set_all(entries, repository.work_tree())?;
        index_lock.write(&mut index)?;
        let step = Move {
            old: head.commit,
            new: commits.change,
            reason,
            committer: &identity.committer,
        };
        repository.move_prepared(&branch, &step, &mut moved)
    });
    match outcome {
        Ok(()) => {
            // The branch has moved: what fails from here on does not take it back.
            let _ = repository.sync_written(moved);
            index_lock.publish().map_err(Failure::Unfinished)
        }
        Err(error) => {
            put_back(workspace, prepared).map_err(Failure::Stuck)?;
            Err(if matches!(error, StoreError::RefMoved) {
                Failure::Overtaken
            } else {
                Failure::Refused(error)
            })
        }
    }
}

fn subject(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// The contents that are not committed.
fn new_blobs(prepared: &Prepared) -> Vec<(ObjectName, &[u8])> {
    let mut blobs = Vec::new();
    for path in &prepared.paths {
        for version in [&path.before, &path.after].into_iter().flatten() {
            if Some(version.entry) != path.committed {
                blobs.push((version.entry.blob, version.stored()));
            }
        }
    }
    blobs
}

fn write_commits(
    workspace: &Workspace,
    look: &Look,
    prepared: &Prepared,
    identity: &Identity,
    written: &mut Written,
) -> Result<Commits, StoreError> {
    let repository = &workspace.repository;
    let mut parent = look.head.commit;
    let mut by_hand = None;
    if let Some(commit) = &prepared.hand_commit {
        by_hand = Some(repository.write_commit(
            parent,
            &commit.changes,
            &commit.message,
            identity,
            written,
        )?);
        parent = by_hand;
    }
    let commit = &prepared.commit;
    let change =
        repository.write_commit(parent, &commit.changes, &commit.message, identity, written)?;
    Ok(Commits {
        by_hand,
        change,
        manifest: None,
    })
}

/// The journal's view of the files. The work tree's own bytes are kept as a blob where the filters change them.
pub(super) fn journal_paths(
    workspace: &Workspace,
    prepared: &Prepared,
    look: &Look,
    written: &mut Written,
) -> Result<Vec<JournalPath>, StoreError> {
    let repository = &workspace.repository;
    let mut file = |version: &Version| -> Result<JournalFile, StoreError> {
        let raw = match version.filtered {
            Some(_) => repository.write_blob(&version.bytes, written)?,
            None => version.entry.blob,
        };
        Ok(JournalFile {
            raw,
            entry: version.entry,
        })
    };
    prepared
        .paths
        .iter()
        .map(|path| {
            Ok(JournalPath {
                path: path.path.clone(),
                before: path.before.as_ref().map(&mut file).transpose()?,
                after: path.after.as_ref().map(&mut file).transpose()?,
                index_before: look.index.entry(&path.path).map(|entry| entry.entry),
            })
        })
        .collect()
}

/// Whether HEAD, the index and the files are still what the change was planned on.
fn is_as_looked(
    workspace: &Workspace,
    look: &Look,
    prepared: &Prepared,
) -> Result<bool, StoreError> {
    let repository = &workspace.repository;
    if repository.head()? != look.head
        || repository.operation().is_some()
        || !repository.index_is_current(&look.index)?
    {
        return Ok(false);
    }
    files_are_as_before(workspace, prepared)
}

/// Whether the files still hold what the change was planned on.
pub(super) fn files_are_as_before(
    workspace: &Workspace,
    prepared: &Prepared,
) -> Result<bool, StoreError> {
    for path in &prepared.paths {
        if !holds(workspace, path, path.before.as_ref())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds(
    workspace: &Workspace,
    path: &PreparedPath,
    version: Option<&Version>,
) -> Result<bool, StoreError> {
    let full = workspace.repository.work_tree().join(&path.path);
    if version == path.before.as_ref()
        && let Some(seen) = path.seen
        && seen.is_still(files::stamp(&full)?)
    {
        return Ok(true);
    }
    let found = read_raw(&full)?;
    Ok(match (found, version) {
        (None, None) => true,
        (Some((bytes, _)), Some(version)) => *bytes == *version.bytes,
        _ => false,
    })
}

/// Keeps the old contents, so that they can be put back even when the disk is full.
fn keep_old(workspace: &Workspace, prepared: &Prepared) {
    for (_, full) in changed(workspace, prepared) {
        files::keep(&full);
    }
}

/// Removes what was kept, and the folders that are empty then.
fn forget_old(workspace: &Workspace, prepared: &Prepared) -> Result<(), StoreError> {
    for (path, full) in changed(workspace, prepared) {
        files::forget(&full)?;
        if path.after.is_none() {
            files::prune_folders(&full, workspace.folder());
        }
    }
    Ok(())
}

/// Writes the new contents beside the files that they will replace. The caller syncs them; their names need not last.
pub(super) fn stage_files(
    workspace: &Workspace,
    prepared: &Prepared,
    written: &mut Written,
) -> Result<(), StoreError> {
    for (path, full) in changed(workspace, prepared) {
        let Some(after) = &path.after else { continue };
        if let Some(folder) = full.parent() {
            files::create_folder(folder)?;
        }
        let mode = match (&path.before, after.entry.kind) {
            (_, EntryKind::Link) => {
                files::stage_link(&full, &String::from_utf8_lossy(&after.bytes))?;
                continue;
            }
            (Some(before), kind) if before.entry.kind == kind => Mode::Keep,
            (_, EntryKind::Executable) => Mode::Executable,
            (_, EntryKind::Plain) => Mode::Plain,
        };
        files::stage(&full, &after.bytes, mode)?;
        written.note(files::temporary_of(&full));
    }
    Ok(())
}

/// The paths whose content changes, and where they are.
fn changed<'p>(
    workspace: &Workspace,
    prepared: &'p Prepared,
) -> impl Iterator<Item = (&'p PreparedPath, PathBuf)> {
    let paths = prepared.paths.iter();
    paths
        .filter(|path| path.before != path.after)
        .map(|path| (path, workspace.repository.work_tree().join(&path.path)))
}

/// Removes what was staged and not placed, and the folders that were made for it.
pub(super) fn drop_staged(workspace: &Workspace, prepared: &Prepared) {
    for (path, full) in changed(workspace, prepared) {
        files::drop_staged(&full);
        if path.before.is_none() {
            files::prune_folders(&full, workspace.folder());
        }
    }
}

/// Puts the staged contents into the work tree. The caller syncs what was written.
pub(super) fn place_files(
    workspace: &Workspace,
    prepared: &Prepared,
    written: &mut Written,
) -> Result<(), StoreError> {
    for (path, full) in changed(workspace, prepared) {
        match path.after {
            Some(_) => files::place_staged(&full)?,
            None => files::remove_unsynced(&full)?,
        }
        written.note_folder_of(&full);
    }
    Ok(())
}

/// Puts the old contents back where the new ones stand.
pub(super) fn put_back(workspace: &Workspace, prepared: &Prepared) -> Result<(), StoreError> {
    for path in prepared.paths.iter().rev() {
        if path.before == path.after || !holds(workspace, path, path.after.as_ref())? {
            continue;
        }
        let full = workspace.repository.work_tree().join(&path.path);
        let kept = files::kept_of(&full);
        if path.before.is_some() && fs::symlink_metadata(&kept).is_ok() {
            files::rename(&kept, &full)?;
        } else {
            place(workspace, path, path.after.as_ref(), path.before.as_ref())?;
        }
    }
    Ok(())
}

fn place(
    workspace: &Workspace,
    path: &PreparedPath,
    from: Option<&Version>,
    to: Option<&Version>,
) -> Result<(), StoreError> {
    if from == to {
        return Ok(());
    }
    let same_kind =
        matches!((from, to), (Some(from), Some(to)) if from.entry.kind == to.entry.kind);
    write_raw(
        workspace,
        &path.path,
        to.map(|to| (&*to.bytes, to.entry.kind)),
        same_kind,
    )
}

/// Makes a path of the work tree hold these bytes as this kind, or nothing. The mode is kept where the kind is.
pub(super) fn write_raw(
    workspace: &Workspace,
    path: &str,
    content: Option<(&[u8], EntryKind)>,
    keep_mode: bool,
) -> Result<(), StoreError> {
    let full = workspace.repository.work_tree().join(path);
    let Some((bytes, kind)) = content else {
        files::remove(&full)?;
        files::prune_folders(&full, workspace.folder());
        return Ok(());
    };
    if let Some(folder) = full.parent() {
        files::create_folder(folder)?;
    }
    match kind {
        EntryKind::Link => files::link(&full, &String::from_utf8_lossy(bytes)),
        _ if keep_mode => files::replace(&full, bytes, Mode::Keep),
        EntryKind::Executable => files::replace(&full, bytes, Mode::Executable),
        EntryKind::Plain => files::replace(&full, bytes, Mode::Plain),
    }
}
