//! From a plan to bytes: what every file holds before and after, in the work tree and for git.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::app::dropped::dropped_by_hand;
use crate::app::environment::Step;
use crate::app::error::{AppError, Refusal};
use crate::app::message::{message, trailers};
use crate::app::plan::{Content, FileEdit, HandEdits, Plan};
use crate::app::view::View;
use crate::model::artifact_file::Seen;
use crate::model::change::Change;
use crate::model::edit::Edit;
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::commit_tree::CommitTree;
use crate::store::git::id::{EntryKind, ObjectName, TreeEntry};
use crate::store::git::objects::TreeChange;
use crate::store::git::repository::Repository;

use super::content::Bytes;
use super::look::Look;
use super::outcome::{FileAction, FileChange};

/// The largest file that a change reads or writes, in bytes.
const FILE_LIMIT: u64 = 256 << 20;

/// The content of a file, in the work tree's form and in git's.
#[derive(Debug, Clone, Eq)]
pub(super) struct Version {
    /// The work tree's bytes (a link's target).
    pub(super) bytes: Bytes,
    /// The same after the repository's filters, when they differ.
    pub(super) filtered: Option<Vec<u8>>,
    /// What a tree holds for it.
    pub(super) entry: TreeEntry,
}

impl PartialEq for Version {
    /// Compares names first: contents that differ begin alike more often than not.
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry && self.bytes == other.bytes && self.filtered == other.filtered
    }
}

impl Version {
    /// The bytes that git stores.
    pub(super) fn stored(&self) -> &[u8] {
        self.filtered.as_deref().unwrap_or(&self.bytes)
    }
}

/// A file of a change.
#[derive(Debug, Clone)]
pub(super) struct PreparedPath {
    /// Relative to the work tree.
    pub(super) path: String,
    /// What the work tree holds.
    pub(super) before: Option<Version>,
    /// What it is to hold.
    pub(super) after: Option<Version>,
    /// What HEAD holds.
    pub(super) committed: Option<TreeEntry>,
    /// When `before` was read, for a look that need not read it again.
    pub(super) seen: Option<Seen>,
}

/// A commit that is to be made.
#[derive(Debug)]
pub(super) struct PreparedCommit {
    /// What differs from its parent.
    pub(super) changes: Vec<TreeChange>,
    /// Its message.
    pub(super) message: String,
}

/// Rows that a change touches, each under its key before: the row after, or nothing when it is gone.
pub(super) type Touched = Vec<(RowKey, Option<Row>)>;

/// A plan, ready to be published.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The files.
    pub(super) paths: Vec<PreparedPath>,
    /// Edits made by hand, if they are to be recorded first.
    pub(super) hand_commit: Option<PreparedCommit>,
    /// What those edits took out of the manifest.
    pub(super) dropped: Vec<String>,
    /// The change.
    pub(super) commit: PreparedCommit,
    /// The same, in words.
    pub(super) changes: Vec<Change>,
    /// Files beside the manifest.
    pub(super) files: Vec<FileChange>,
    /// Rows for the database; nothing when it must read the manifest again.
    pub(super) touched: Option<Touched>,
    /// The manifest's bytes after the change.
    pub(super) manifest: Bytes,
    /// Their name as a blob before any filter, where it is known.
    pub(super) manifest_name: Option<ObjectName>,
}

impl Prepared {
    /// Whether nothing has to be done.
    pub(super) fn is_empty(&self) -> bool {
        self.commit.changes.is_empty()
    }
}

/// Turns a plan into bytes. Nothing is written.
pub(super) fn prepare(
    view: &View<'_>,
    look: &Look,
    plan: &Plan,
    word: &str,
) -> Result<Prepared, AppError> {
    let edited = edited(view, look, plan)?;
    let (followed, touched) = follow(view, &plan.edits)?;
    let changes = [plan.changes.as_slice(), &followed].concat();
    let manifest = manifest_path(view, look, &edited)?;
    look.refuse_staged(
        &manifest.path,
        manifest.committed,
        entry_of(manifest.before.as_ref()),
    )?;
    let by_hand = entry_of(manifest.before.as_ref()) != manifest.committed;
    let (mut paths, files) = file_paths(view, look, &plan.files)?;
    let manifest_name = manifest
        .after
        .as_ref()
        .filter(|after| after.filtered.is_none())
        .map(|after| after.entry.blob);
    let is_edited = edited != look.manifest();
    let included = plan.hand_edits == HandEdits::Included;
    let is_part = is_edited || (by_hand && included);
    let hand_commit =
        (by_hand && !included && (is_edited || !paths.is_empty())).then(|| hand_commit(&manifest));
    if is_part {
        paths.push(manifest);
    }
    let dropped = match look.committed {
        Some(committed) if hand_commit.is_some() || (by_hand && is_part) => {
            dropped_by_hand(view, committed)?
        }
        _ => Vec::new(),
    };
    let commit = PreparedCommit {
        changes: paths
            .iter()
            .map(|path| tree_change(&path.path, path.after.as_ref()))
            .collect(),
        message: message(
            &plan.subject,
            &changes,
            &lines(&files),
            &trailers(word, plan.trailer.as_ref()),
        ),
    };
    let touched = (plan.manifest.is_none() && !(by_hand && included)).then_some(touched);
    if hand_commit.is_some() && !is_part {
        // The manifest's file stays as it is, but its index entry must follow the first commit.
        paths.push(manifest_path(view, look, &edited)?);
    }
    Ok(Prepared {
        paths,
        hand_commit,
        dropped,
        commit,
        changes,
        files,
        touched,
        manifest: edited,
        manifest_name,
    })
}

/// The manifest's bytes after the plan.
fn edited(view: &View<'_>, look: &Look, plan: &Plan) -> Result<Bytes, AppError> {
    Ok(match &plan.manifest {
        Some(text) => text.clone().into(),
        None if plan.edits.is_empty() => look.manifest(),
        None => view.document.edited(&plan.edits)?.into(),
    })
}

fn entry_of(version: Option<&Version>) -> Option<TreeEntry> {
    version.map(|version| version.entry)
}

fn tree_change(path: &str, version: Option<&Version>) -> TreeChange {
    TreeChange {
        path: path.to_owned(),
        entry: entry_of(version),
    }
}

fn hand_commit(manifest: &PreparedPath) -> PreparedCommit {
    PreparedCommit {
        changes: vec![tree_change(&manifest.path, manifest.before.as_ref())],
        message: message(
            "manifest: record edits made by hand",
            &[],
            &[],
            &trailers("record", None),
        ),
    }
}

fn lines(files: &[FileChange]) -> Vec<String> {
    files
        .iter()
        .map(|file| {
            let verb = match file.action {
                FileAction::Created => "add",
                FileAction::Written => "write",
                FileAction::Removed => "remove",
            };
            format!("file {:?}: {verb}", file.path.as_str())
        })
        .collect()
}

/// Follows the edits row by row: what they do in words, and which rows the database must take over.
fn follow(view: &View<'_>, edits: &[Edit]) -> Result<(Vec<Change>, Touched), AppError> {
    let mut changes = Vec::new();
    // Each touched row: its key in the manifest as it stands (nothing for a new row), and the row as it is by now.
    let mut rows: Vec<(Option<RowKey>, Option<Row>)> = Vec::new();
    let mut places: HashMap<RowKey, usize> = HashMap::new();
    for edit in edits {
        let (key, fresh) = match edit {
            Edit::Insert(row) => (row.key(), Some(row.clone())),
            Edit::Set { key, .. } | Edit::Remove(key) => (key.clone(), None),
        };
        let place = match places.get(&key) {
            Some(place) => *place,
            None if fresh.is_some() => push(&mut rows, (None, None)),
            None => push(&mut rows, (Some(key.clone()), view.document.row(&key)?)),
        };
        places.remove(&key);
        let row = &mut rows[place].1;
        changes.extend(Change::of(edit, row.as_ref()));
        match edit {
            Edit::Insert(_) => *row = fresh,
            Edit::Remove(_) => *row = None,
            Edit::Set { field, value, .. } => {
                if let Some(row) = row {
                    row.set(*field, value.clone());
                }
            }
        }
        places.insert(row.as_ref().map_or(key, Row::key), place);
    }
    let touched = rows
        .into_iter()
        .filter_map(|(before, after)| {
            let key = before.or_else(|| after.as_ref().map(Row::key))?;
            Some((key, after))
        })
        .collect();
    Ok((changes, touched))
}

fn push<T>(list: &mut Vec<T>, item: T) -> usize {
    list.push(item);
    list.len() - 1
}

fn manifest_path(view: &View<'_>, look: &Look, edited: &Bytes) -> Result<PreparedPath, AppError> {
    let path = &look.manifest_path;
    let kind = match look.committed {
        Some(TreeEntry {
            kind: EntryKind::Executable,
            ..
        }) => EntryKind::Executable,
        _ => EntryKind::Plain,
    };
    let name = Some(look.manifest_name);
    let before = named_version(view, look, path, look.manifest(), kind, name)?;
    let after = if *edited == look.manifest() {
        before.clone()
    } else {
        named_version(view, look, path, edited.clone(), kind, None)?
    };
    Ok(PreparedPath {
        path: path.clone(),
        before: Some(before),
        after: Some(after),
        committed: look.committed,
        seen: look.manifest_seen,
    })
}

/// What becomes of the files that a plan names, and the same in words.
fn file_paths(
    view: &View<'_>,
    look: &Look,
    edits: &[FileEdit],
) -> Result<(Vec<PreparedPath>, Vec<FileChange>), AppError> {
    let environment = view.environment;
    let (mut paths, mut files) = (Vec::new(), Vec::new());
    let committed = view.repository.commit_tree(look.head.commit);
    environment
        .watcher
        .tell(Step::Begun("Reading files", edits.len() as u64));
    for edit in edits {
        if environment.interruption.is_set() {
            return Err(AppError::Interrupted);
        }
        if let Some(path) = file_path(view, look, &committed, edit)? {
            files.push(file_change(edit, &path));
            paths.push(path);
        }
        environment.watcher.tell(Step::Done(1));
    }
    Ok((paths, files))
}

/// What becomes of one file; nothing when it is so already, in the work tree and at HEAD.
fn file_path(
    view: &View<'_>,
    look: &Look,
    committed: &CommitTree<'_>,
    edit: &FileEdit,
) -> Result<Option<PreparedPath>, AppError> {
    let repository = view.repository;
    let path = repository.path_in_repository(&edit.path);
    refuse_links(repository, &path)?;
    let committed = committed.entry_at_path(&path)?;
    let before = read_version(view, look, &path)?;
    let now = entry_of(before.as_ref());
    look.refuse_staged(&path, committed, now)?;
    let is_lost = !matches!(edit.content, Content::AsItIs | Content::Over(_));
    if is_lost && now.is_some() && now != committed {
        return Err(Refusal::Uncommitted {
            paths: vec![edit.path.to_string()],
        }
        .into());
    }
    let after = match &edit.content {
        Content::File(bytes) | Content::Over(bytes) => {
            Some(version(view, look, &path, bytes.clone(), EntryKind::Plain)?)
        }
        Content::Executable(bytes) => Some(version(
            view,
            look,
            &path,
            bytes.clone(),
            EntryKind::Executable,
        )?),
        Content::Link(target) => Some(version(
            view,
            look,
            &path,
            target.clone().into_bytes(),
            EntryKind::Link,
        )?),
        Content::AsItIs => before.clone(),
        Content::Gone => None,
    };
    let unchanged = after == before && entry_of(after.as_ref()) == committed;
    Ok((!unchanged).then_some(PreparedPath {
        path,
        before,
        after,
        committed,
        seen: None,
    }))
}

fn file_change(edit: &FileEdit, path: &PreparedPath) -> FileChange {
    let action = match (path.committed, &path.after) {
        (None, Some(_)) => FileAction::Created,
        (Some(_), Some(_)) => FileAction::Written,
        (_, None) => FileAction::Removed,
    };
    FileChange {
        path: edit.path.clone(),
        action,
    }
}

fn version(
    view: &View<'_>,
    look: &Look,
    path: &str,
    bytes: Vec<u8>,
    kind: EntryKind,
) -> Result<Version, StoreError> {
    named_version(view, look, path, bytes.into(), kind, None)
}

/// As [`version`]; `name` is that of the bytes themselves, if it is known. What git stores already as it is has been
/// through the filters.
fn named_version(
    view: &View<'_>,
    look: &Look,
    path: &str,
    bytes: Bytes,
    kind: EntryKind,
    name: Option<ObjectName>,
) -> Result<Version, StoreError> {
    let is_stored = name.is_some() && name == look.committed.map(|committed| committed.blob);
    let filtered = match kind {
        EntryKind::Link => None,
        _ if is_stored => None,
        _ => view.repository.to_git(path, &bytes, &look.index)?,
    };
    let blob = match (&filtered, name) {
        (None, Some(name)) => name,
        _ => view
            .repository
            .name_of_blob(filtered.as_deref().unwrap_or(&bytes))?,
    };
    Ok(Version {
        bytes,
        filtered,
        entry: TreeEntry { blob, kind },
    })
}

fn read_version(view: &View<'_>, look: &Look, path: &str) -> Result<Option<Version>, AppError> {
    let Some((bytes, kind)) = read_raw(&view.repository.work_tree().join(path))? else {
        return Ok(None);
    };
    Ok(Some(version(view, look, path, bytes, kind)?))
}

/// The bytes and the kind of what stands at a path; a link's bytes are its target.
pub(super) fn read_raw(path: &Path) -> Result<Option<(Vec<u8>, EntryKind)>, StoreError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if files::is_absent(&error) => return Ok(None),
        Err(error) => return Err(StoreError::io("examine", path)(error)),
    };
    if metadata.is_symlink() {
        let target = fs::read_link(path).map_err(StoreError::io("read the link", path))?;
        return Ok(Some((
            target.to_string_lossy().into_owned().into_bytes(),
            EntryKind::Link,
        )));
    }
    let executable = metadata.permissions().mode() & 0o100 != 0;
    let kind = if executable {
        EntryKind::Executable
    } else {
        EntryKind::Plain
    };
    Ok(files::read(path, FILE_LIMIT)?.map(|bytes| (bytes, kind)))
}

/// Refuses a path that runs through a symbolic link.
fn refuse_links(repository: &Repository, path: &str) -> Result<(), Refusal> {
    let mut folder = String::new();
    let Ok(path) = path.parse::<RelativePath>() else {
        return Ok(());
    };
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    for part in parent.as_str().split('/') {
        if !folder.is_empty() {
            folder.push('/');
        }
        folder.push_str(part);
        let full = repository.work_tree().join(&folder);
        if fs::symlink_metadata(full).is_ok_and(|found| found.is_symlink()) {
            return Err(Refusal::LinkInPath { path: folder });
        }
    }
    Ok(())
}
