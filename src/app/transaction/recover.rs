//! Finishing, or taking back, a change that was killed.

use crate::app::error::AppError;
use crate::app::notice::Notice;
use crate::app::workspace::Workspace;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::id::ObjectName;
use crate::store::git::index::Index;
use crate::store::git::journal::{Journal, JournalFile, JournalPath};

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
pub(super) fn recover(workspace: &Workspace) -> Result<Vec<Notice>, AppError> {
    let repository = &workspace.repository;
    let Some(journal) = repository.journal()? else {
        return Ok(Vec::new());
    };
    if journal.lock_inode != 0 {
        repository.release_index_lock(journal.lock_inode)?;
    }
    for path in &journal.paths {
        files::remove(&files::temporary_of(
            &repository.work_tree().join(&path.path),
        ))?;
    }
    let notice = match verdict(workspace, &journal)? {
        Verdict::Finish => {
            finish(workspace, &journal)?;
            Notice::Finished(journal.operation.clone())
        }
        Verdict::TakeBack => match take_back(workspace, &journal)? {
            0 => Notice::TakenBack(journal.operation.clone()),
            _ => Notice::Kept(journal.operation.clone()),
        },
        Verdict::Keep => Notice::Kept(journal.operation.clone()),
    };
    repository.delete_journal()?;
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
        None => holds_all(workspace, journal, head)?,
    };
    Ok(if is_made {
        Verdict::Finish
    } else {
        Verdict::Keep
    })
}

/// Whether a commit holds every file as the change wanted it.
fn holds_all(
    workspace: &Workspace,
    journal: &Journal,
    commit: ObjectName,
) -> Result<bool, StoreError> {
    for path in &journal.paths {
        let entry = workspace
            .repository
            .entry_at_path(Some(commit), &path.path)?;
        if entry != path.after.map(|file| file.entry) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lets the index follow the commit, where nobody changed it since.
fn finish(workspace: &Workspace, journal: &Journal) -> Result<(), StoreError> {
    let repository = &workspace.repository;
    if journal.lock_inode == 0 {
        return Ok(());
    }
    let prepared = repository.prepare_index_lock()?;
    let mut lock = prepared.take()?;
    let head = repository.head()?.commit;
    let mut index = repository.index()?;
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
fn take_back(workspace: &Workspace, journal: &Journal) -> Result<usize, StoreError> {
    let repository = &workspace.repository;
    let index = repository.index()?;
    let mut kept = 0;
    for path in journal.paths.iter().rev() {
        let found = read_raw(&repository.work_tree().join(&path.path))?;
        let name = found
            .as_ref()
            .map(|(bytes, _)| repository.name_of_blob(bytes))
            .transpose()?;
        let raw = |file: Option<JournalFile>| file.map(|file| file.raw);
        if name == raw(path.before) {
            continue;
        }
        if name != raw(path.after) || staged(&index, path) != path.index_before {
            kept += 1;
            continue;
        }
        let old = path
            .before
            .map(|file| Ok::<_, StoreError>((repository.blob(file.raw)?, file.entry.kind)))
            .transpose()?;
        let same_kind =
            path.before.map(|file| file.entry.kind) == path.after.map(|file| file.entry.kind);
        write_raw(
            workspace,
            &path.path,
            old.as_ref().map(|(bytes, kind)| (bytes.as_slice(), *kind)),
            same_kind,
        )?;
    }
    Ok(kept)
}

fn staged(index: &Index, path: &JournalPath) -> Option<crate::store::git::id::TreeEntry> {
    index.entry(&path.path).map(|entry| entry.entry)
}
