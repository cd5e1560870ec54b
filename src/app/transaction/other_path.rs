//! The other path: `git commit` makes the commit, where only git can do it faithfully.
//!
//! Signing, the user's commit hooks (when asked for), split and sparse indexes. The files are replaced under the
//! journal, git commits exactly these paths, and a failure puts everything back.

use crate::app::error::AppError;
use crate::app::workspace::Workspace;
use crate::store::error::StoreError;
use crate::store::git::branch::Move;
use crate::store::git::id::ObjectName;
use crate::store::git::index::IndexForm;
use crate::store::git::journal::Journal;
use crate::store::git::objects::Written;
use crate::store::git::repository::{CommitHooks, Identity, Signing};

use super::look::Look;
use super::prepare::{Prepared, PreparedCommit};
use super::publish::{
    Commits, Published, drop_staged, files_are_as_before, journal_paths, place_files, put_back,
    stage_files,
};

/// Whether git itself must make the commit.
pub(super) fn is_needed(workspace: &Workspace, look: &Look) -> bool {
    let settings = workspace.repository.commit_settings();
    settings.signing == Signing::On
        || settings.hooks == CommitHooks::Run
        || look.index.form() != IndexForm::Plain
}

/// Publishes a change through `git commit`, or changes nothing.
pub(super) fn publish(
    workspace: &Workspace,
    look: &Look,
    prepared: &Prepared,
    identity: &Identity,
    word: &str,
) -> Result<Published, AppError> {
    let repository = &workspace.repository;
    if repository.head()? != look.head || !files_are_as_before(workspace, prepared)? {
        return Ok(Published::Overtaken);
    }
    let mut written = keep_old_contents(workspace, prepared)?;
    let journal = Journal {
        operation: word.to_owned(),
        head_before: look.head.commit,
        head_after: None,
        branch: Some(look.branch.clone()),
        lock_inode: 0,
        paths: journal_paths(workspace, prepared, look, &mut written)?,
    };
    let begun = repository.write_journal(&journal, &mut written);
    begun
        .and_then(|()| repository.sync_written(written))
        .inspect_err(|_| {
            let _ = repository.end_journal();
        })?;
    let mut by_hand = None;
    let outcome = commit_all(workspace, prepared, identity, &mut by_hand);
    if outcome.is_err() {
        take_back(workspace, look, prepared, identity, by_hand)?;
    }
    // One that stays is found to be done by the next command.
    let _ = repository.end_journal();
    match outcome {
        // Ctrl-C ends the `git` process, too.
        Err(_) if workspace.environment.interruption.is_set() => Err(AppError::Interrupted),
        other => Ok(Published::Done(other?)),
    }
}

/// The contents that recovery would put back must be in the object database.
fn keep_old_contents(workspace: &Workspace, prepared: &Prepared) -> Result<Written, StoreError> {
    let mut written = Written::default();
    for path in &prepared.paths {
        for version in [&path.before, &path.after].into_iter().flatten() {
            workspace
                .repository
                .write_blob(version.stored(), &mut written)?;
        }
    }
    Ok(written)
}

fn commit_all(
    workspace: &Workspace,
    prepared: &Prepared,
    identity: &Identity,
    by_hand: &mut Option<ObjectName>,
) -> Result<Commits, StoreError> {
    if let Some(commit) = &prepared.hand_commit {
        *by_hand = Some(git_commit(workspace, commit, identity)?);
    }
    replace_files(workspace, prepared)?;
    let change = git_commit(workspace, &prepared.commit, identity)?;
    Ok(Commits {
        by_hand: *by_hand,
        change,
        manifest: None,
    })
}

fn replace_files(workspace: &Workspace, prepared: &Prepared) -> Result<(), StoreError> {
    let repository = &workspace.repository;
    let (mut staged, mut placed) = (Written::default(), Written::default());
    stage_files(workspace, prepared, &mut staged)?;
    repository.sync_written(staged)?;
    place_files(workspace, prepared, &mut placed)?;
    repository.sync_written(placed)
}

fn git_commit(
    workspace: &Workspace,
    commit: &PreparedCommit,
    identity: &Identity,
) -> Result<ObjectName, StoreError> {
    let repository = &workspace.repository;
    let paths: Vec<&str> = commit
        .changes
        .iter()
        .map(|change| change.path.as_str())
        .collect();
    let new: Vec<&str> = commit
        .changes
        .iter()
        .filter(|change| change.entry.is_some())
        .map(|change| change.path.as_str())
        .collect();
    let mut add = vec![
        "--literal-pathspecs",
        "add",
        "--force",
        "--intent-to-add",
        "--",
    ];
    add.extend(&new);
    repository.run(&add, b"")?;
    let mut arguments = vec![
        "--literal-pathspecs",
        "commit",
        "--quiet",
        "--only",
        "--cleanup=verbatim",
        "--file=-",
    ];
    if repository.commit_settings().hooks == CommitHooks::Skip {
        arguments.push("--no-verify");
    }
    arguments.push("--");
    arguments.extend(paths);
    repository.run_as(identity, &arguments, commit.message.as_bytes())?;
    let made = repository.head()?.commit.ok_or(StoreError::RefMoved)?;
    follow_hooks(workspace, commit, made)?;
    Ok(made)
}

/// A hook may have committed another content than it was given (a formatter). git leaves the given one in the index,
/// where it would look like something that the user staged: the index follows the commit.
fn follow_hooks(
    workspace: &Workspace,
    commit: &PreparedCommit,
    made: ObjectName,
) -> Result<(), StoreError> {
    let repository = &workspace.repository;
    let mut reset = vec!["--literal-pathspecs", "reset", "--quiet", "--"];
    let made = repository.commit_tree(Some(made));
    for change in &commit.changes {
        if made.entry_at_path(&change.path)? != change.entry {
            reset.push(&change.path);
        }
    }
    if reset.ends_with(&["--"]) {
        return Ok(());
    }
    repository.run(&reset, b"").map(|_| ())
}

/// Puts files, branch and index back to where they were.
fn take_back(
    workspace: &Workspace,
    look: &Look,
    prepared: &Prepared,
    identity: &Identity,
    by_hand: Option<ObjectName>,
) -> Result<(), StoreError> {
    let repository = &workspace.repository;
    drop_staged(workspace, prepared);
    put_back(workspace, prepared)?;
    if let Some(made) = by_hand
        && repository.head()?.commit == by_hand
    {
        match look.head.commit {
            Some(old) => repository.move_head(&Move {
                old: by_hand,
                new: old,
                reason: "skillmeat: take back",
                committer: &identity.committer,
            })?,
            None => {
                repository.run(&["update-ref", "-d", "HEAD", &made.to_string()], b"")?;
            }
        }
    }
    let paths: Vec<&str> = prepared
        .paths
        .iter()
        .filter(|path| {
            look.index
                .entry(&path.path)
                .is_none_or(|entry| Some(entry.entry) == path.committed)
        })
        .map(|path| path.path.as_str())
        .collect();
    unstage(workspace, look.head.commit, &paths)
}

/// Makes the index say of paths what HEAD says.
pub(super) fn unstage(
    workspace: &Workspace,
    head: Option<ObjectName>,
    paths: &[&str],
) -> Result<(), StoreError> {
    if paths.is_empty() {
        return Ok(());
    }
    let words = if head.is_some() {
        "--literal-pathspecs reset --quiet --"
    } else {
        "--literal-pathspecs rm --cached --quiet --force --ignore-unmatch --"
    };
    let mut arguments: Vec<&str> = words.split(' ').collect();
    arguments.extend(paths);
    workspace.repository.run(&arguments, b"").map(|_| ())
}
