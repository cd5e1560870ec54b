//! Finishing, or taking back, a change that was killed.

use std::time::Duration;

use crate::app::error::AppError;
use crate::app::notice::Notice;
use crate::app::workspace::Workspace;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::branch::Move;
use crate::store::git::id::{ObjectName, TreeEntry};
use crate::store::git::index::Index;
use crate::store::git::index_lock::IndexLock;
use crate::store::git::journal::{Journal, JournalFile, JournalPath};
use crate::store::git::own_file::Wait;

use super::other_path;
use super::prepare::read_raw;
use super::publish::write_raw;

/// What the journal of an interrupted change leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The commit is there: the index follows it.
    Finish,
    /// The branch did not move: the files go back.
    TakeBack,
    /// Others went on from there: the files stay.
    Keep,
}

/// Looks for the journal of an interrupted change and ends that change. The caller holds the lock of changes.
///
/// It is done under the index lock: no git command commits or switches meanwhile, not even one that the killed
/// process had started and that outlived it.
pub(super) fn recover(workspace: &Workspace, patience: Duration) -> Result<Vec<Notice>, AppError> {
    let repository = &workspace.repository;
    let Some(journal) = repository.journal()? else {
        return Ok(Vec::new());
    };
    repository.release_locks(&journal)?;
    let lock = repository.prepare_index_lock()?.take(Wait {
        deadline: patience,
        stop: &|| workspace.environment.interruption.is_set(),
    })?;
    for path in &journal.paths {
        let full = repository.work_tree().join(&path.path);
        files::remove(&files::temporary_of(&full))?;
        files::remove(&files::kept_of(&full))?;
        if path.after.is_none() {
            files::prune_folders(&full, workspace.folder());
        }
    }
    let notice = match verdict(workspace, &journal)? {
        Verdict::Finish => {
            finish(workspace, &journal, lock)?;
            Notice::Finished(journal.operation.clone())
        }
        Verdict::TakeBack => match take_back(workspace, &journal, lock)? {
            0 => Notice::TakenBack(journal.operation.clone()),
            _ => Notice::Kept(journal.operation.clone()),
        },
        Verdict::Keep => Notice::Kept(journal.operation.clone()),
    };
    repository.end_journal()?;
    Ok(vec![notice])
}

fn verdict(workspace: &Workspace, journal: &Journal) -> Result<Verdict, StoreError> {
    let repository = &workspace.repository;
    let head = repository.head()?.commit;
    if head == journal.head_before {
        return Ok(Verdict::TakeBack);
    }
    let Some(head) = head else {
        return Ok(Verdict::Keep);
    };
    let is_made = match journal.head_after {
        Some(after) => repository.contains(head, after)?,
        None => holds_all(workspace, journal, head, |path| path.after)?,
    };
    // `git commit` recorded the edits made by hand, and did not come to the change itself.
    if journal.head_after.is_none()
        && !is_made
        && holds_all(workspace, journal, head, |path| path.before)?
    {
        return Ok(Verdict::TakeBack);
    }
    Ok(if is_made {
        Verdict::Finish
    } else {
        Verdict::Keep
    })
}

/// Whether a commit holds every file as it was before, or as it was to be after.
fn holds_all(
    workspace: &Workspace,
    journal: &Journal,
    commit: ObjectName,
    side: impl Fn(&JournalPath) -> Option<JournalFile>,
) -> Result<bool, StoreError> {
    for path in &journal.paths {
        let entry = workspace
            .repository
            .entry_at_path(Some(commit), &path.path)?;
        if entry != side(path).map(|file| file.entry) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets the index follow the commit, where nobody changed it since, and notes the move of the branch.
fn finish(workspace: &Workspace, journal: &Journal, mut lock: IndexLock) -> Result<(), StoreError> {
    let repository = &workspace.repository;
    let head = repository.head()?.commit;
    if let (Some(branch), Some(after)) = (&journal.branch, journal.head_after)
        && head == Some(after)
    {
        repository.note_move(
            branch,
            &Move {
                old: journal.head_before,
                new: after,
                reason: &format!("skillmeat: {} (finished)", journal.operation),
                committer: &workspace.identity().committer,
            },
        );
    }
    if journal.lock_inode == 0 {
        return Ok(());
    }
    let mut index = repository.index()?;
    for path in &journal.paths {
        // After a power cut the branch may have moved on the disk, and the file not.
        bring(workspace, &index, path, path.before, path.after)?;
    }
    let mut is_changed = false;
    for path in &journal.paths {
        let after = path.after.map(|file| file.entry);
        let stale = staged(&index, path) == path.index_before && path.index_before != after;
        let here = after.is_none() || read_raw(&repository.work_tree().join(&path.path))?.is_some();
        if stale && here && repository.entry_at_path(head, &path.path)? == after {
            index.set(&path.path, after, repository.work_tree())?;
            is_changed = true;
        }
    }
    if !is_changed {
        return Ok(());
    }
    lock.write(&mut index)?;
    lock.publish()
}

/// Puts the old contents back where ours still stand and nobody staged them. Returns how many files were kept.
fn take_back(
    workspace: &Workspace,
    journal: &Journal,
    lock: IndexLock,
) -> Result<usize, StoreError> {
    let repository = &workspace.repository;
    let index = repository.index()?;
    let mut kept = 0;
    for path in journal.paths.iter().rev() {
        if !bring(workspace, &index, path, path.after, path.before)? {
            kept += 1;
        }
    }
    drop(lock);
    let announced: Vec<&str> = journal
        .paths
        .iter()
        .map(|path| path.path.as_str())
        .filter(|path| index.is_announced(path))
        .collect();
    other_path::unstage(workspace, journal.head_before, &announced)?;
    Ok(kept)
}

/// Brings a file from one content to the other, if nobody changed or staged it since. Whether it holds the other one.
fn bring(
    workspace: &Workspace,
    index: &Index,
    path: &JournalPath,
    from: Option<JournalFile>,
    to: Option<JournalFile>,
) -> Result<bool, StoreError> {
    let repository = &workspace.repository;
    let full = repository.work_tree().join(&path.path);
    let name = read_raw(&full)?
        .map(|(bytes, _)| repository.name_of_blob(&bytes))
        .transpose()?;
    let raw = |file: Option<JournalFile>| file.map(|file| file.raw);
    if name == raw(to) {
        if name.is_none() {
            files::prune_folders(&full, workspace.folder());
        }
        return Ok(true);
    }
    if name != raw(from) || staged(index, path) != path.index_before {
        return Ok(false);
    }
    let content = to
        .map(|file| Ok::<_, StoreError>((repository.blob(file.raw)?, file.entry.kind)))
        .transpose()?;
    let kind = |file: Option<JournalFile>| file.map(|file| file.entry.kind);
    write_raw(
        workspace,
        &path.path,
        content
            .as_ref()
            .map(|(bytes, kind)| (bytes.as_slice(), *kind)),
        kind(from) == kind(to),
    )?;
    Ok(true)
}

fn staged(index: &Index, path: &JournalPath) -> Option<TreeEntry> {
    index
        .entry(&path.path)
        .filter(|_| !index.is_announced(&path.path))
        .map(|entry| entry.entry)
}
