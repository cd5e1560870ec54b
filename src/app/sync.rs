//! Sharing a collection's commits: fetch, merge, push, again when others were faster.
//!
//! Nothing is ever forced, and commits of this side stay whatever happens: what goes wrong on the way is told beside
//! what was done.

use crate::store::error::StoreError;
use crate::store::git::head::Head;
use crate::store::git::id::ObjectName;
use crate::store::git::remote::{Merge, ORIGIN, Push, Upstream};

use super::conflicts::Conflicts;
use super::error::{AppError, Depth, Refusal};
use super::incoming::Entry;
use super::message::{message, trailers};
use super::notice::Notice;
use super::plan::{HandEdits, Operation, Plan, Reach};
use super::refresh::Invalid;
use super::transaction::attempt::alone;
use super::transaction::outcome::Mode;
use super::view::View;
use super::workspace::Workspace;

/// What git calls this very repository where it names a remote.
const HERE: &str = ".";

/// How often fetch, merge and push are tried when others push in between.
const TRIES: u32 = 8;

/// Which way commits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Both: fetch, merge, push.
    Both,
    /// Theirs come here.
    Pull,
    /// Ours go there.
    Push,
}

/// What came of it.
#[derive(Debug)]
pub struct SyncReport {
    /// The branch.
    pub branch: String,
    /// What it follows, as `origin/main`.
    pub upstream: String,
    /// The commits that came in, oldest first, merges left out.
    pub incoming: Vec<Entry>,
    /// How many commits went out.
    pub pushed: u64,
    /// Conflicts that the merge left.
    pub conflicts: Option<Conflicts>,
    /// How many commits of this side are not there yet.
    pub ahead: u64,
    /// What kept the rest from being done.
    pub fault: Option<AppError>,
    /// What should be told.
    pub notices: Vec<Notice>,
}

/// Records edits of the manifest that were made by hand: a merge would stumble over them.
struct RecordManifest;

impl Operation for RecordManifest {
    fn word(&self) -> &'static str {
        "record"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, _view: &View<'_>) -> Result<Plan, AppError> {
        Ok(Plan {
            hand_edits: HandEdits::Included,
            ..Plan::of_edits("manifest: record edits made by hand", Vec::new())
        })
    }
}

impl Workspace {
    /// Brings the branch and the one that it follows together.
    pub fn sync(
        &self,
        direction: Direction,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<SyncReport, AppError> {
        let head = self.repository.head()?;
        let upstream = self.followed(&head);
        // What git is in the middle of is told first; nothing is recorded where there is nobody to share it with.
        let mode = match upstream {
            Ok(_) => Mode::Perform,
            Err(_) => Mode::Pretend,
        };
        let recorded = self.change(&RecordManifest, mode, on_wait)?;
        let upstream = upstream?;
        self.install_driver()?;
        let mut report = SyncReport {
            branch: head.branch_name().unwrap_or_default().to_owned(),
            upstream: format!("{}/{}", upstream.remote, upstream.branch),
            incoming: Vec::new(),
            pushed: 0,
            conflicts: None,
            ahead: 0,
            fault: None,
            notices: recorded.notices,
        };
        if let Some(commit) = &recorded.commit {
            let notice = Notice::HandEditsRecorded(commit.short().to_owned());
            report.notices.push(notice);
        }
        for _ in 0..TRIES {
            match self.once(direction, &upstream, &mut report, on_wait) {
                Ok(Step::Again) => {}
                Ok(Step::Done) => return self.told(report, &upstream),
                Err(error) if is_their_fault(&error) => {
                    report.fault = Some(error);
                    return self.told(report, &upstream);
                }
                Err(error) => return Err(error),
            }
        }
        report.fault = Some(AppError::PushOvertaken {
            upstream: report.upstream.clone(),
        });
        self.told(report, &upstream)
    }

    /// The branch that HEAD's follows; without one, that of the same name at `origin`.
    fn followed(&self, head: &Head) -> Result<Upstream, AppError> {
        let Some(branch) = head.branch_name() else {
            return Err(Refusal::Detached.into());
        };
        if let Some(upstream) = self.repository.upstream(head)? {
            if upstream.remote == HERE {
                return Err(Refusal::LocalUpstream {
                    branch: branch.to_owned(),
                    upstream: upstream.branch,
                }
                .into());
            }
            return Ok(upstream);
        }
        if self.repository.remote_address(ORIGIN).is_none() {
            return Err(Refusal::NoUpstream {
                branch: branch.to_owned(),
            }
            .into());
        }
        Ok(Upstream {
            remote: ORIGIN.to_owned(),
            branch: branch.to_owned(),
            commit: None,
        })
    }

    fn once(
        &self,
        direction: Direction,
        upstream: &Upstream,
        report: &mut SyncReport,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Step, AppError> {
        if direction != Direction::Push {
            self.repository.fetch(&upstream.remote)?;
        }
        let theirs = self.theirs(upstream, &report.branch)?;
        if direction != Direction::Push
            && let Some(theirs) = theirs
        {
            match self.take_in_commits(theirs, upstream, report, on_wait)? {
                Merge::Done => {}
                Merge::Conflicts => {
                    report.conflicts = Some(self.conflicts()?);
                    return Ok(Step::Done);
                }
                Merge::NotCommitted(message) => {
                    return Err(Refusal::NotCommitted {
                        message,
                        next: "git commit --no-edit",
                    }
                    .into());
                }
            }
        }
        if direction == Direction::Pull {
            return Ok(Step::Done);
        }
        self.send(upstream, theirs, direction, report)
    }

    /// Where the followed branch was when it was last fetched.
    fn theirs(&self, upstream: &Upstream, branch: &str) -> Result<Option<ObjectName>, AppError> {
        if let Some(followed) = self.repository.upstream(&self.head_on(branch)?)? {
            return Ok(followed.commit);
        }
        let name = format!("refs/remotes/{}/{}", upstream.remote, upstream.branch);
        Ok(self.repository.commit_of(&name)?)
    }

    /// HEAD, which must still be on the branch that is shared: fetching takes time, and the user may go elsewhere.
    fn head_on(&self, branch: &str) -> Result<Head, AppError> {
        let head = self.repository.head()?;
        if head.branch_name() == Some(branch) {
            return Ok(head);
        }
        Err(Refusal::Switched {
            branch: branch.to_owned(),
        }
        .into())
    }

    /// Merges their commits, with no change of ours in between.
    fn take_in_commits(
        &self,
        theirs: ObjectName,
        upstream: &Upstream,
        report: &mut SyncReport,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Merge, AppError> {
        let merged = alone(self, "sync", on_wait, |notices| {
            report.notices.extend(notices);
            let old = self.head_on(&report.branch)?.commit;
            let new = self.repository.commits_beyond(theirs, old)?;
            if new.is_empty() && old.is_some_and(|old| self.holds(old, theirs)) {
                return Ok((old, Merge::Done));
            }
            self.refuse_unrelated(old, theirs)?;
            let subject = format!("collection: merge {}/{}", upstream.remote, upstream.branch);
            let text = message(&subject, &[], &[], &trailers("sync", None));
            let merged = self
                .repository
                .merge((theirs, &report.upstream), &text, &self.identity())
                .map_err(stopped)?;
            Ok((old, merged))
        });
        let (old, merged) = merged?;
        report.incoming.extend(self.entries_between(old, theirs)?);
        if merged == Merge::Done {
            let refreshed = self.refreshed(Invalid::AnswerFromHead)?;
            report.notices.extend(refreshed.notices);
        }
        Ok(merged)
    }

    fn holds(&self, commit: ObjectName, ancestor: ObjectName) -> bool {
        self.repository.contains(commit, ancestor).unwrap_or(false)
    }

    fn refuse_unrelated(
        &self,
        old: Option<ObjectName>,
        theirs: ObjectName,
    ) -> Result<(), AppError> {
        match old {
            Some(old) if !self.repository.are_related(old, theirs) => Err(Refusal::Unrelated {
                depth: if self.repository.is_shallow() {
                    Depth::Shallow
                } else {
                    Depth::Whole
                },
            }
            .into()),
            _ => Ok(()),
        }
    }

    fn send(
        &self,
        upstream: &Upstream,
        theirs: Option<ObjectName>,
        direction: Direction,
        report: &mut SyncReport,
    ) -> Result<Step, AppError> {
        let head = self.head_on(&report.branch)?;
        let Some(ours) = head.commit else {
            return Ok(Step::Done);
        };
        let count = self.repository.count_beyond(ours, theirs)?;
        if count == 0 && theirs.is_some() {
            return Ok(Step::Done);
        }
        if let Some(path) = self.repository.foreign_path(ours, theirs)? {
            return Err(Refusal::ForeignCommits {
                path,
                folder: self.repository.prefix().trim_end_matches('/').to_owned(),
                push: format!("git push {} HEAD:{}", upstream.remote, upstream.branch),
            }
            .into());
        }
        match self
            .repository
            .push(&head, &upstream.remote, &upstream.branch)?
        {
            Push::Accepted => {
                report.pushed += count;
                Ok(Step::Done)
            }
            Push::Overtaken if direction == Direction::Both => Ok(Step::Again),
            Push::Overtaken => Err(AppError::PushOvertaken {
                upstream: report.upstream.clone(),
            }),
            Push::Refused(reason) => Err(AppError::PushRefused {
                upstream: report.upstream.clone(),
                reason,
            }),
        }
    }

    /// The report, with how many commits are still here alone.
    fn told(&self, mut report: SyncReport, upstream: &Upstream) -> Result<SyncReport, AppError> {
        let theirs = self.theirs(upstream, &report.branch)?;
        if let Some(ours) = self.head_on(&report.branch)?.commit {
            report.ahead = self.repository.count_beyond(ours, theirs)?;
        }
        Ok(report)
    }
}

/// Whether there is more to do.
enum Step {
    Done,
    Again,
}

/// Whether a failure says only that the other side was not reached, or does not take the commits.
fn is_their_fault(error: &AppError) -> bool {
    matches!(
        error,
        AppError::PushOvertaken { .. }
            | AppError::PushRefused { .. }
            | AppError::Store(StoreError::Unreachable { .. })
    )
}

/// git did not begin to merge: work that is not committed is in its way.
fn stopped(error: StoreError) -> AppError {
    match error {
        StoreError::GitCommand { message, .. } => Refusal::MergeStopped { message }.into(),
        other => other.into(),
    }
}
