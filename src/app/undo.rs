//! Taking operations back, and back again: by a three-way merge, so that what came later stays.
//!
//! The base is the commit that is taken back, theirs the one before it, ours what is there now. A clash changes nothing.

use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::manifest::Document;
use crate::model::commit::CommitId;
use crate::model::layout::MANIFEST;
use crate::model::markers::Markers;
use crate::model::path::RelativePath;
use crate::model::side::Sides;
use crate::store::git::commit_tree::CommitTree;
use crate::store::git::history::{ChangedFile, CommitRecord};
use crate::store::git::id::{EntryKind, ObjectName, TreeEntry};
use crate::store::git::line_merge::merge_lines;

use super::commit_contents::{CommitContents, Commits};
use super::error::AppError;
use super::incoming::changes_between;
use super::merge_manifest::{MergeRequest, Way, merge_manifests};
use super::message::OPERATION;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::view::View;

/// The trailer that names the commit which an undo takes back.
const UNDO: &str = "Skillmeat-Undo";

/// The trailer that names the undo which a redo takes back.
const REDO: &str = "Skillmeat-Redo";

/// Takes an operation back.
#[derive(Debug, Clone, Default)]
pub struct Undo {
    /// The commit, as people name it; the newest effective operation of one's own when unset.
    pub commit: Option<String>,
}

/// Takes the newest undo back.
#[derive(Debug, Clone, Default)]
pub struct Redo;

impl Operation for Undo {
    fn word(&self) -> &'static str {
        "undo"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let target = match &self.commit {
            Some(name) => named(view, name)?,
            None => own_newest(view)?.ok_or(AppError::NothingTo("undo"))?,
        };
        let record = view.repository.commit_record(target)?;
        let plan = without(view, &record, &format!("undo: {}", record.summary))?;
        Ok(Plan {
            trailer: Some((UNDO, target.to_string())),
            ..plan
        })
    }
}

impl Operation for Redo {
    fn word(&self) -> &'static str {
        "redo"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let undo = newest_undo(view)?.ok_or(AppError::NothingTo("redo"))?;
        let record = view.repository.commit_record(undo)?;
        let summary = record.summary.strip_prefix("undo: ");
        let subject = format!("redo: {}", summary.unwrap_or(&record.summary));
        let plan = without(view, &record, &subject)?;
        Ok(Plan {
            trailer: Some((REDO, undo.to_string())),
            ..plan
        })
    }
}

/// The commit of that name, which must be in HEAD's history: elsewhere there is nothing to take it out of.
fn named(view: &View<'_>, name: &str) -> Result<ObjectName, AppError> {
    let target = view.repository.commit_named(name)?;
    let target = target.ok_or_else(|| AppError::Unknown {
        what: "commit",
        name: name.to_owned(),
        known: Vec::new(),
    })?;
    let is_here = match view.head.commit {
        Some(head) => view.repository.contains(head, target)?,
        None => false,
    };
    if is_here {
        return Ok(target);
    }
    Err(AppError::OtherHistory {
        commit: target.commit_id(),
        summary: view.repository.commit_record(target)?.summary,
        branches: view.repository.branches_with(target)?,
    })
}

/// The newest operation of one's own that still holds: no undo, no merge, none that was undone.
fn own_newest(view: &View<'_>) -> Result<Option<ObjectName>, AppError> {
    let Some(head) = view.head.commit else {
        return Ok(None);
    };
    let mut off: HashSet<CommitId> = HashSet::new();
    let found = view.repository.find_commit_record(head, |record| {
        let id = record.name.commit_id();
        let is_off = off.contains(&id);
        for key in [UNDO, REDO] {
            if let Some(target) = record.trailer(key) {
                if !is_off {
                    off.insert(CommitId::stored(target));
                }
                return Ok(ControlFlow::Continue(()));
            }
        }
        let is_effective = !is_off && is_own(view, &record) && record.parents.len() == 1;
        Ok(if is_effective && record.trailer(OPERATION).is_some() {
            ControlFlow::Break(record.name)
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(found)
}

/// The newest undo of one's own that still holds, unless an operation of one's own came after it. What undo and redo
/// recorded of edits by hand before they went to work is none.
fn newest_undo(view: &View<'_>) -> Result<Option<ObjectName>, AppError> {
    let Some(head) = view.head.commit else {
        return Ok(None);
    };
    let mut off: HashSet<CommitId> = HashSet::new();
    let mut recorded: HashSet<ObjectName> = HashSet::new();
    let found = view.repository.find_commit_record(head, |record| {
        if !is_own(view, &record) || record.trailer(OPERATION).is_none() {
            return Ok(ControlFlow::Continue(()));
        }
        let is_record = record.trailer(OPERATION) == Some("record");
        if is_record && recorded.contains(&record.name) {
            return Ok(ControlFlow::Continue(()));
        }
        if record.trailer(UNDO).or(record.trailer(REDO)).is_some() {
            recorded.extend(&record.parents);
        }
        if let Some(undo) = record.trailer(REDO) {
            off.insert(CommitId::stored(undo));
            return Ok(ControlFlow::Continue(()));
        }
        if off.contains(&record.name.commit_id()) {
            return Ok(ControlFlow::Continue(()));
        }
        let is_undo = record.trailer(UNDO).is_some();
        Ok(ControlFlow::Break(is_undo.then_some(record.name)))
    })?;
    Ok(found.flatten())
}

fn is_own(view: &View<'_>, record: &CommitRecord) -> bool {
    record.author.email == view.identity.author.email
}

/// The collection as it would be without a commit.
fn without(view: &View<'_>, record: &CommitRecord, subject: &str) -> Result<Plan, AppError> {
    let parent = match record.parents.as_slice() {
        [parent] => *parent,
        [] => return Err(AppError::NothingTo("undo")),
        [first, ..] => *first,
    };
    if !view.repository.has_commit(parent) {
        return Err(AppError::BeyondHorizon);
    }
    let files = view.repository.changed_files(Some(parent), record.name)?;
    let manifest: RelativePath = MANIFEST.parse()?;
    let mut plan = Plan::of_edits(subject, Vec::new());
    let mut clashes = Vec::new();
    let head = view.repository.commit_tree(view.head.commit);
    for file in files {
        if file.path == manifest {
            let commits = Sides {
                base: Some(record.name),
                ours: view.head.commit,
                theirs: Some(parent),
            };
            merge_rows(view, &file, commits, &mut plan)?;
            continue;
        }
        match undone(view, &head, &file)? {
            Undone::Already => {}
            Undone::To(content) => plan.files.push(FileEdit {
                path: file.path,
                content,
            }),
            Undone::Clash => clashes.push(file.path.to_string()),
        }
    }
    if clashes.is_empty() {
        return Ok(plan);
    }
    Err(AppError::Clash {
        conflicts: Vec::new(),
        files: clashes,
    })
}

/// Takes the rows back.
fn merge_rows(
    view: &View<'_>,
    file: &ChangedFile,
    commits: Commits,
    plan: &mut Plan,
) -> Result<(), AppError> {
    let read = |entry: Option<TreeEntry>| match entry {
        Some(entry) => Ok(view.repository.blob(entry.blob)?),
        None => Ok::<_, AppError>(Vec::new()),
    };
    let (base, theirs) = (read(file.after)?, read(file.before)?);
    let report = merge_manifests(&MergeRequest {
        versions: Sides {
            base: &base,
            ours: view.document.bytes(),
            theirs: &theirs,
        },
        markers: Markers::unlabelled(),
        resolutions: Vec::new(),
        contents: &CommitContents::of(view.repository, commits),
    });
    if report.count() > 0 {
        let reason = match report.way {
            Way::Lines { reason, .. } => vec![format!("{MANIFEST} ({reason})")],
            _ => Vec::new(),
        };
        return Err(AppError::Clash {
            conflicts: report.conflicts,
            files: reason,
        });
    }
    let after = Document::scan(report.bytes.clone())?;
    plan.changes = changes_between(Some(view.document), &after)?;
    plan.manifest = Some(report.bytes);
    Ok(())
}

/// What becomes of a file.
enum Undone {
    Already,
    To(Content),
    Clash,
}

fn undone(view: &View<'_>, head: &CommitTree<'_>, file: &ChangedFile) -> Result<Undone, AppError> {
    let now = head.entry(&file.path)?;
    if now == file.before {
        return Ok(Undone::Already);
    }
    if now == file.after {
        let Some(entry) = file.before else {
            return Ok(Undone::To(Content::Gone));
        };
        let stored = view.repository.blob(entry.blob)?;
        return Ok(Undone::To(content(view, &file.path, entry.kind, &stored)?));
    }
    let (Some(before), Some(after), Some(now)) = (file.before, file.after, now) else {
        return Ok(Undone::Clash);
    };
    let (base, ours, theirs) = (
        view.repository.blob(after.blob)?,
        view.repository.blob(now.blob)?,
        view.repository.blob(before.blob)?,
    );
    let versions = Sides {
        base: base.as_slice(),
        ours: ours.as_slice(),
        theirs: theirs.as_slice(),
    };
    let merged = merge_lines(&versions, &Markers::unlabelled());
    if merged.conflicts > 0 || now.kind == EntryKind::Link {
        return Ok(Undone::Clash);
    }
    Ok(Undone::To(content(
        view,
        &file.path,
        now.kind,
        &merged.bytes,
    )?))
}

/// What git stores, as it stands in the work tree.
fn content(
    view: &View<'_>,
    path: &RelativePath,
    kind: EntryKind,
    stored: &[u8],
) -> Result<Content, AppError> {
    if kind == EntryKind::Link {
        return Ok(Content::Link(String::from_utf8_lossy(stored).into_owned()));
    }
    let name = view.repository.path_in_repository(path);
    let bytes = view.repository.to_work_tree(&name, stored, view.index)?;
    Ok(match kind {
        EntryKind::Executable => Content::Executable(bytes),
        _ => Content::File(bytes),
    })
}
