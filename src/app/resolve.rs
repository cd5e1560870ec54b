//! Deciding conflicts: by row and field, without touching a marker by hand.
//!
//! The manifest is merged anew with what is decided. Where it was edited by hand since, the decision is brought into
//! the edited text by lines; where it meets such an edit, it is refused and nothing changes.

use crate::manifest::Document;
use crate::model::artifact::VERSION_FIELDS;
use crate::model::conflict::{Choice, Conflict, Resolution};
use crate::model::markers::Markers;
use crate::model::path::RelativePath;
use crate::model::side::Sides;
use crate::store::error::StoreError;
use crate::store::files::{self, Mode};
use crate::store::git::head::Operation;
use crate::store::git::id::ObjectName;
use crate::store::git::line_merge::merge_lines;

use super::conflicts::{Conflicts, Stages, holds_markers};
use super::error::{AppError, Refusal};
use super::merge_manifest::Way;
use super::notice::Notice;
use super::refresh::{Invalid, MANIFEST_LIMIT};
use super::transaction::attempt::alone;
use super::workspace::Workspace;

/// What is to be resolved.
#[derive(Debug, Clone, Default)]
pub struct ResolveRequest {
    /// What is decided; nothing when the manifest is only to be finished.
    pub decision: Option<Resolution>,
    /// Whether the operation that waits goes on afterwards.
    pub ending: Ending,
}

/// What happens when nothing is in conflict any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// The manifest is staged, and the user goes on.
    #[default]
    Stage,
    /// The merge is committed, or the rebase continued.
    Commit,
}

/// What came of it.
#[derive(Debug)]
pub struct ResolveReport {
    /// What was resolved.
    pub resolved: Vec<Conflict>,
    /// What is still open.
    pub conflicts: Conflicts,
    /// Whether the manifest is clean and staged.
    pub state: State,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// How far a manifest in conflict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Conflicts are open.
    Open,
    /// The manifest is clean and staged.
    Staged,
    /// The operation that waited went on to its end.
    Ended,
}

impl Workspace {
    /// Decides conflicts, and ends the operation that waits for them when asked to.
    pub fn resolve(
        &self,
        request: &ResolveRequest,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<ResolveReport, AppError> {
        let mut report = alone(self, "resolve", on_wait, |_| self.decide(request))?;
        if request.ending == Ending::Commit && report.state == State::Staged {
            if let Some(path) = report.conflicts.others.first() {
                return Err(Refusal::Conflicted { path: path.clone() }.into());
            }
            report.state = self.end_operation()?;
            report.conflicts = self.conflicts()?;
        }
        self.refreshed(Invalid::AnswerFromHead)?;
        Ok(report)
    }

    fn decide(&self, request: &ResolveRequest) -> Result<ResolveReport, AppError> {
        let Some(stages) = self.stages()? else {
            return self.undisputed(request);
        };
        if stages.lacks_a_side() {
            let path = self.manifest_in_repository()?;
            return Err(Refusal::Conflicted { path }.into());
        }
        let earlier = self.resolved(&stages)?;
        let before = self.merged(&stages, &earlier.0);
        let mut resolved = earlier.clone();
        resolved.0.extend(request.decision.clone());
        let after = self.merged(&stages, &resolved.0);
        let decided = gone(&before.conflicts, &after.conflicts);
        if let Some(decision) = &request.decision
            && decided.is_empty()
            && matches!(after.way, Way::Tables)
        {
            return Err(unknown(decision, &before.conflicts));
        }
        if let Some(decision) = &request.decision
            && matches!(decision.choice, Choice::Value(_))
            && decided.len() > 1
        {
            return Err(several(&decided));
        }
        let (text, way) = match lines_taken(request, &stages, &after.way) {
            Some(bytes) => (bytes, Way::Trivial),
            None => (brought_in(&stages, &before.bytes, after.bytes)?, after.way),
        };
        let is_decided = after.conflicts.is_empty() && matches!(way, Way::Tables);
        if holds_markers(&text) && is_decided && request.decision.is_some() {
            return Err(Refusal::EditedConflict.into());
        }
        if holds_markers(&text) || matches!(way, Way::Lines { .. }) {
            self.write(&text)?;
            self.note_resolved(&stages, &resolved)?;
            return Ok(ResolveReport {
                notices: self.take_files(&stages, &decided, request)?,
                resolved: decided,
                conflicts: self.conflicts()?,
                state: State::Open,
            });
        }
        Document::scan(text.clone())?.validate()?;
        self.write(&text)?;
        let notices = self.take_files(&stages, &decided, request)?;
        self.stage_manifest()?;
        self.forget_resolved()?;
        Ok(ResolveReport {
            resolved: decided,
            conflicts: self.conflicts()?,
            state: State::Staged,
            notices,
        })
    }

    /// The manifest is in no conflict: it may be that it was staged already.
    fn undisputed(&self, request: &ResolveRequest) -> Result<ResolveReport, AppError> {
        if let Some(decision) = &request.decision {
            return Err(unknown(decision, &[]));
        }
        if request.ending == Ending::Commit && self.repository.operation().is_some() {
            // It may have been staged with its markers.
            let text = files::read(&self.manifest_path(), MANIFEST_LIMIT)?;
            Document::scan(text.unwrap_or_default())?.validate()?;
        }
        Ok(ResolveReport {
            resolved: Vec::new(),
            conflicts: self.conflicts()?,
            state: State::Staged,
            notices: Vec::new(),
        })
    }

    fn write(&self, text: &[u8]) -> Result<(), AppError> {
        Ok(files::replace(&self.manifest_path(), text, Mode::Keep)?)
    }

    fn stage_manifest(&self) -> Result<(), AppError> {
        let path = self.manifest_in_repository()?;
        let add = ["--literal-pathspecs", "add", "--force", "--", &path];
        self.repository.run(&add, b"")?;
        Ok(())
    }

    /// Where an artifact's version was decided, its files are those of that side.
    fn take_files(
        &self,
        stages: &Stages,
        decided: &[Conflict],
        request: &ResolveRequest,
    ) -> Result<Vec<Notice>, AppError> {
        let Some(Resolution {
            choice: Choice::Version(side),
            ..
        }) = &request.decision
        else {
            return Ok(Vec::new());
        };
        let mut notices = Vec::new();
        let is_version = |field: &str| VERSION_FIELDS.contains(&field);
        let versions = decided
            .iter()
            .filter(|conflict| conflict.field.split('+').any(is_version));
        for place in versions.filter_map(|conflict| place_of(&conflict.key.name)) {
            if let Some(commit) = *self.commits_of(stages).of(*side) {
                notices.extend(self.take_from(commit, &place)?);
            }
        }
        Ok(notices)
    }

    /// Puts a commit's files of an artifact into the work tree and the index, unless that would overwrite work.
    fn take_from(
        &self,
        commit: ObjectName,
        place: &RelativePath,
    ) -> Result<Option<Notice>, AppError> {
        let path = self.repository.path_in_repository(place);
        if self.repository.files_under(Some(commit), place)?.is_empty() {
            return Ok(None);
        }
        let commit = commit.to_string();
        if self.is_edited(&path)? {
            return Ok(Some(Notice::Remark(format!(
                "{path} was edited, so its files stay as they are; those that belong to the version come with `git checkout {commit} -- :/{path}`."
            ))));
        }
        let take = [
            "--literal-pathspecs",
            "restore",
            "--staged",
            "--worktree",
            "--source",
            &commit,
            "--",
            &path,
        ];
        self.repository.run(&take, b"")?;
        Ok(None)
    }

    /// Whether files at a path hold work that is not staged. What git left in conflict there is none.
    fn is_edited(&self, path: &str) -> Result<bool, AppError> {
        let edited = [
            "--literal-pathspecs",
            "diff-files",
            "--name-only",
            "-z",
            "--",
            path,
        ];
        let edited = self.repository.run(&edited, b"")?;
        let conflicts = self.repository.index()?.conflicts();
        let mut edited = edited
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty());
        Ok(edited.any(|path| !conflicts.iter().any(|other| other.as_bytes() == path)))
    }

    /// Commits the merge, or lets the operation that waits go on. It may stop again at the next commit.
    fn end_operation(&self) -> Result<State, AppError> {
        let going_on = |word| [word, "--continue"];
        let (arguments, next) = match self.repository.operation() {
            Some(Operation::Merge) => (["commit", "--quiet"], "git commit"),
            Some(Operation::Rebase) => (going_on("rebase"), "git rebase --continue"),
            Some(Operation::CherryPick) => (going_on("cherry-pick"), "git cherry-pick --continue"),
            Some(Operation::Revert) => (going_on("revert"), "git revert --continue"),
            Some(Operation::ApplyMailbox) => (going_on("am"), "git am --continue"),
            Some(Operation::Bisect) | None => return Ok(State::Ended),
        };
        let arguments = if self.is_nothing_left()? {
            [arguments[0], "--skip"]
        } else {
            arguments
        };
        match self.repository.run_as(&self.identity(), &arguments, b"") {
            Ok(_) => Ok(State::Ended),
            Err(StoreError::GitCommand { message, .. }) => {
                if self.repository.index()?.conflict().is_some() {
                    return Ok(State::Open);
                }
                Err(Refusal::NotCommitted { message, next }.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether nothing is left of a commit that is applied, so that git would ask what to do with an empty one.
    fn is_nothing_left(&self) -> Result<bool, AppError> {
        let is_applied = matches!(
            self.repository.operation(),
            Some(Operation::CherryPick | Operation::Revert | Operation::ApplyMailbox)
        );
        let staged = ["diff", "--cached", "--name-only", "HEAD"];
        Ok(is_applied && self.repository.run(&staged, b"")?.is_empty())
    }
}

/// Where the layout has an artifact that a key names.
fn place_of(name: &str) -> Option<RelativePath> {
    crate::model::layout::place_of(&name.parse().ok()?)
}

/// The conflicts that are in one list and not in the other.
fn gone(before: &[Conflict], after: &[Conflict]) -> Vec<Conflict> {
    let stays = |one: &&Conflict| {
        after
            .iter()
            .any(|other| other.key == one.key && other.field == one.field)
    };
    before.iter().filter(|one| !stays(one)).cloned().collect()
}

/// A side's version as a whole, where the manifest can only be merged by lines and all of it was decided for a side.
fn lines_taken(request: &ResolveRequest, stages: &Stages, way: &Way) -> Option<Vec<u8>> {
    match (&request.decision, way) {
        (
            Some(Resolution {
                key: None,
                field: None,
                choice: Choice::Version(side),
            }),
            Way::Lines { .. },
        ) => Some(stages.contents.of(*side).clone()),
        _ => None,
    }
}

/// Brings what is decided into the manifest as it stands: in its place where nobody edited it since.
fn brought_in(stages: &Stages, before: &[u8], after: Vec<u8>) -> Result<Vec<u8>, AppError> {
    if stages.work_tree == before || before == after {
        return Ok(if before == after {
            stages.work_tree.clone()
        } else {
            after
        });
    }
    let versions = Sides {
        base: before,
        ours: stages.work_tree.as_slice(),
        theirs: after.as_slice(),
    };
    let markers = Markers::unlabelled();
    let lines = merge_lines(&versions, &markers);
    if lines.conflicts > 0 {
        return Err(Refusal::EditedConflict.into());
    }
    Ok(lines.bytes)
}

/// That one value was given for several fields.
fn several(decided: &[Conflict]) -> AppError {
    let fields = decided
        .iter()
        .map(|one| format!("{} {}", one.key, one.field));
    AppError::Request(format!(
        "one value is given for {} conflicts: {}; say which one it is for, with its key and `--field`",
        decided.len(),
        fields.collect::<Vec<_>>().join(", ")
    ))
}

fn unknown(decision: &Resolution, open: &[Conflict]) -> AppError {
    let mut name = decision
        .key
        .as_ref()
        .map_or_else(|| "--all".to_owned(), ToString::to_string);
    if let Some(field) = &decision.field {
        name = format!("{name} {field}");
    }
    AppError::Unknown {
        what: "conflict",
        name,
        known: open.iter().map(|one| one.key.to_string()).collect(),
    }
}
