//! Commits with what they did to the tables, newest first: from the index in the database where it has them, else
//! worked out from git.
//!
//! git says which commits there are, each time anew; the index only spares the work for those that it knows. What a
//! commit did follows from the commit and those before it alone, so nothing in the index can become wrong, as long as
//! git shows commits as they are: where it shows others in their place, and where a clone was cut off, nothing is taken
//! from the index and nothing is kept.

use std::collections::HashMap;

use crate::model::change::{Action, Change};
use crate::model::commit::{CommitId, Signature};
use crate::model::row::RowKey;
use crate::model::time::Moment;
use crate::store::cache::database::Database;
use crate::store::cache::history::{
    KnownCommit, KnownNode, PastChange, PastCommit, Wanted, by_commit,
};
use crate::store::git::ancestry::{Ancestry, Node};
use crate::store::git::history::CommitRecord;
use crate::store::git::id::{ByName, Names, ObjectName};
use crate::store::git::repository::Repository;

use super::error::AppError;
use super::versions::{Sides, worked_out};

/// Up to this number, commits are looked up one by one; then all are read at once.
const FEW: usize = 64;

/// How many commits are taken at first, and at most.
const STEPS: (usize, usize) = (32, 4096);

/// A commit.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Its name.
    pub(super) name: ObjectName,
    /// The commits that it follows, as far as they are known.
    pub(super) parents: Vec<ObjectName>,
    /// When it was made, seconds since 1970.
    pub(super) committed: i64,
    /// What is told of it, where that is known already.
    details: Option<Details>,
    origin: Origin,
}

/// What is told of a commit.
#[derive(Debug, Clone)]
pub(super) struct Details {
    /// Who wrote it.
    pub(super) author: Signature,
    /// The first line of its message.
    pub(super) summary: String,
}

/// Where what a commit did is known from.
#[derive(Debug, Clone)]
enum Origin {
    /// From the index, which gave it this number.
    Index(i64),
    /// From git.
    Git(ObjectName),
    /// From nowhere: what came before is not here.
    Cut,
}

impl Node for Step {
    fn committed(&self) -> i64 {
        self.committed
    }

    fn parents(&self) -> &[ObjectName] {
        &self.parents
    }
}

/// What is wanted of what commits did.
#[derive(Debug, Clone, Copy)]
pub(super) enum Interest<'a> {
    /// Everything.
    Every,
    /// What was deleted.
    Deletions,
    /// What happened to these rows.
    Rows(&'a [RowKey]),
}

/// Changes of the index, by commit.
type Found = HashMap<i64, Vec<PastChange>>;

/// The commits before and with one.
pub(super) struct PastCommits<'a> {
    repository: &'a Repository,
    index: Option<&'a Database>,
    walk: Ancestry<Step>,
    /// The commits of the index that the walk did not come to, once all were read.
    known: ByName<KnownNode>,
    is_read: bool,
    looked_up: Names,
    details: Option<HashMap<i64, Details>>,
    every: Option<Found>,
    deletions: Option<Found>,
    rows: HashMap<RowKey, Found>,
    taken: usize,
    worked_out: ByName<Sides>,
    fresh: Vec<(Step, Sides)>,
}

impl<'a> PastCommits<'a> {
    /// Begins at a commit, with an index where there is one.
    pub(super) fn of(
        repository: &'a Repository,
        head: ObjectName,
        index: Option<&'a Database>,
    ) -> Result<Self, AppError> {
        let mut past = Self {
            repository,
            index: index.filter(|_| !repository.has_replacements()),
            walk: Ancestry::cut_at(repository.cut_commits()?),
            known: ByName::default(),
            is_read: false,
            looked_up: Names::default(),
            details: None,
            every: None,
            deletions: None,
            rows: HashMap::new(),
            taken: 0,
            worked_out: ByName::default(),
            fresh: Vec::new(),
        };
        past.walk(|walk, look_up| walk.meet(head, look_up))?;
        Ok(past)
    }

    /// The next commits, more of them each time; none at the end.
    pub(super) fn next(&mut self) -> Result<Vec<Step>, AppError> {
        let wanted = self.taken.clamp(STEPS.0, STEPS.1);
        let mut steps = Vec::with_capacity(wanted);
        while steps.len() < wanted {
            let step = self.walk(|walk, look_up| walk.step(look_up))?;
            let Some((name, mut step)) = step else { break };
            if self.walk.is_cut(name) {
                step.origin = Origin::Cut;
                step.parents.clear();
            }
            steps.push(step);
        }
        self.taken += steps.len();
        Ok(steps)
    }

    /// Works out what those among these commits did that the index does not know.
    pub(super) fn work_out(&mut self, steps: &[Step]) -> Result<(), AppError> {
        let records: Vec<CommitRecord> = steps.iter().filter_map(Step::record).collect();
        let records: Vec<&CommitRecord> = records.iter().collect();
        if records.is_empty() {
            return Ok(());
        }
        let all = worked_out(self.repository, &records)?;
        let fresh = steps
            .iter()
            .filter(|step| matches!(step.origin, Origin::Git(_)));
        for (step, sides) in fresh.zip(all) {
            self.worked_out.insert(step.name, sides);
        }
        Ok(())
    }

    /// What a commit did, seen from each commit that it follows, as far as it is of interest.
    pub(super) fn sides(&mut self, step: &Step, interest: Interest<'_>) -> Result<Sides, AppError> {
        let number = match step.origin {
            Origin::Cut => return Ok(vec![Vec::new()]),
            Origin::Git(_) => {
                let sides = self.worked_out.remove(&step.name).unwrap_or_default();
                self.fresh.push((step.clone(), sides.clone()));
                return Ok(sides);
            }
            Origin::Index(number) => number,
        };
        let mut found = match interest {
            Interest::Every if self.taken <= FEW => {
                self.changes_in_index(Wanted::Commit(number))?
            }
            Interest::Every => {
                if self.every.is_none() {
                    self.every = Some(by_commit(self.changes_in_index(Wanted::Every)?));
                }
                let every = self.every.as_mut();
                every
                    .and_then(|every| every.remove(&number))
                    .unwrap_or_default()
            }
            Interest::Deletions => {
                if self.deletions.is_none() {
                    self.deletions = Some(by_commit(self.changes_in_index(Wanted::Deletions)?));
                }
                let deletions = self.deletions.as_mut();
                deletions
                    .and_then(|found| found.remove(&number))
                    .unwrap_or_default()
            }
            Interest::Rows(keys) => self.of_rows(number, keys)?,
        };
        found.sort_by_key(|found| (found.side, found.place));
        let mut sides: Sides = vec![Vec::new(); step.parents.len().max(1)];
        for PastChange { side, change, .. } in found {
            if let Some(side) = sides.get_mut(side as usize) {
                side.push(change);
            }
        }
        Ok(sides)
    }

    fn of_rows(&mut self, number: i64, keys: &[RowKey]) -> Result<Vec<PastChange>, AppError> {
        let mut found = Vec::new();
        for key in keys {
            if !self.rows.contains_key(key) {
                let of_row = by_commit(self.changes_in_index(Wanted::Row(key))?);
                self.rows.insert(key.clone(), of_row);
            }
            let of_row = self.rows.get(key).and_then(|found| found.get(&number));
            found.extend(of_row.into_iter().flatten().cloned());
        }
        Ok(found)
    }

    fn changes_in_index(&self, wanted: Wanted<'_>) -> Result<Vec<PastChange>, AppError> {
        match self.index {
            Some(index) => Ok(index.past_changes(wanted)?),
            None => Ok(Vec::new()),
        }
    }

    /// Does something with the walk, which looks commits up.
    fn walk<T>(
        &mut self,
        go: impl FnOnce(
            &mut Ancestry<Step>,
            &mut dyn FnMut(ObjectName) -> Result<Step, AppError>,
        ) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let mut walk = std::mem::replace(&mut self.walk, Ancestry::cut_at(Names::default()));
        let done = go(&mut walk, &mut |name| self.look_up(name));
        self.walk = walk;
        done
    }

    fn look_up(&mut self, name: ObjectName) -> Result<Step, AppError> {
        if let Some(known) = self.known_commit(name)? {
            return Ok(known);
        }
        let record = self.repository.commit_record(name)?;
        let is_here = |parent: &ObjectName| self.repository.has_commit(*parent);
        let is_whole = record.parents.iter().all(is_here);
        Ok(Step {
            name,
            origin: if is_whole {
                Origin::Git(record.tree)
            } else {
                Origin::Cut
            },
            parents: if is_whole { record.parents } else { Vec::new() },
            committed: record.committed,
            details: Some(Details {
                author: record.author,
                summary: record.summary,
            }),
        })
    }

    fn known_commit(&mut self, name: ObjectName) -> Result<Option<Step>, AppError> {
        let Some(index) = self.index else {
            return Ok(None);
        };
        if self.looked_up.len() < FEW {
            self.looked_up.insert(name);
            let known = index.known_commit(&name.commit_id())?;
            return Ok(known.and_then(|known| Step::known(name, known)));
        }
        if !self.is_read {
            self.is_read = true;
            let all = index.known_nodes()?.into_iter();
            self.known = all
                .filter(|known| !self.looked_up.contains(&known.name))
                .map(|known| (known.name, known))
                .collect();
        }
        Ok(self.known.remove(&name).map(|known| Step {
            name,
            parents: known.parents,
            committed: known.committed,
            details: None,
            origin: Origin::Index(known.number),
        }))
    }

    /// What is told of a commit; that of all is read at once where most are told.
    pub(super) fn details(&mut self, step: &Step, most: Told) -> Result<Details, AppError> {
        if let Some(details) = &step.details {
            return Ok(details.clone());
        }
        let (Some(index), Origin::Index(number)) = (self.index, &step.origin) else {
            return Ok(Details::unknown());
        };
        if most == Told::Few {
            let known = index.numbered_commit(*number)?;
            return Ok(known.map_or_else(Details::unknown, Details::of));
        }
        if self.details.is_none() {
            let all = index.known_commits()?.into_iter();
            let numbered = all.map(|known| (known.number, Details::of(known)));
            self.details = Some(numbered.collect());
        }
        let found = self.details.as_ref().and_then(|all| all.get(number));
        Ok(found.cloned().unwrap_or_else(Details::unknown))
    }

    /// What the index is to know from now on, and what it need not know any more: commits that are before HEAD no
    /// longer, once they are more than those that are. Only a walk to the end can tell.
    pub(super) fn news(self, end: End) -> (Vec<PastCommit>, Vec<i64>) {
        if self.repository.has_replacements() {
            return (Vec::new(), Vec::new());
        }
        let left = match end {
            End::Reached if self.known.len() > self.taken => {
                self.known.values().map(|known| known.number).collect()
            }
            _ => Vec::new(),
        };
        let fresh = self
            .fresh
            .into_iter()
            .filter_map(|(step, sides)| step.details.clone().map(|details| (step, details, sides)));
        let fresh = fresh.map(|(step, details, sides)| PastCommit {
            commit: KnownCommit {
                number: 0,
                name: step.name.commit_id(),
                parents: step.parents.iter().map(|name| name.commit_id()).collect(),
                committed: step.committed,
                author: details.author,
                summary: details.summary,
            },
            sides,
        });
        (fresh.collect(), left)
    }
}

/// How many commits of a walk are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Few of them.
    Few,
    /// Most of them.
    Most,
}

impl Details {
    fn of(known: KnownCommit) -> Self {
        Self {
            author: known.author,
            summary: known.summary,
        }
    }

    /// What is told where nothing is known.
    fn unknown() -> Self {
        let time = Moment {
            seconds: 0,
            offset: 0,
        };
        Self {
            author: Signature {
                name: String::new(),
                email: String::new(),
                time,
            },
            summary: String::new(),
        }
    }
}

/// How far a walk went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// To the first commit.
    Reached,
    /// As far as was asked for.
    Left,
}

impl Step {
    /// A commit of the index. One with a parent whose name can't be read is as unknown.
    fn known(name: ObjectName, known: KnownCommit) -> Option<Self> {
        let parents = known.parents.iter().map(CommitId::as_str);
        let parents: Result<Vec<ObjectName>, _> = parents.map(str::parse).collect();
        Some(Self {
            name,
            parents: parents.ok()?,
            committed: known.committed,
            origin: Origin::Index(known.number),
            details: Some(Details::of(known)),
        })
    }

    /// Whether the index has it.
    pub(super) fn is_known(&self) -> bool {
        matches!(self.origin, Origin::Index(_))
    }

    /// The commit as git has it, where it must be worked out what it did.
    fn record(&self) -> Option<CommitRecord> {
        let Origin::Git(tree) = self.origin else {
            return None;
        };
        Some(CommitRecord {
            name: self.name,
            parents: self.parents.clone(),
            tree,
            author: self.details.clone().unwrap_or_else(Details::unknown).author,
            committed: self.committed,
            summary: String::new(),
            trailers: Vec::new(),
        })
    }
}

/// Whether a change is of interest.
pub(super) fn is_meant(change: &Change, interest: Interest<'_>) -> bool {
    match interest {
        Interest::Every => true,
        Interest::Deletions => change.action == Action::Delete,
        Interest::Rows(keys) => keys.contains(&change.key),
    }
}
