//! Commits with what they did to the tables, newest first: from the index in the database where it has them, else
//! worked out from git.
//!
//! git says which commits there are, each time anew; the index only spares the work for those that it knows. What a
//! commit did follows from the commit and those before it alone, so nothing in the index can become wrong, as long as
//! git shows commits as they are: where it shows others in their place, and where a clone was cut off, nothing is taken
//! from the index and nothing is kept.

use std::collections::{HashMap, HashSet};

use crate::model::change::{Action, Change};
use crate::model::commit::Signature;
use crate::model::row::RowKey;
use crate::model::time::Moment;
use crate::store::cache::database::Database;
use crate::store::cache::history::{
    BLOCK, Depth, Details, KnownNode, PastChange, PastCommit, Wanted, by_commit,
};
use crate::store::git::ancestry::{Ancestry, Node};
use crate::store::git::history::CommitRecord;
use crate::store::git::id::{ByName, Names, ObjectName};
use crate::store::git::repository::Repository;

use super::error::AppError;
use super::versions::{Sides, worked_out};

/// A history of so many commits is worth to rid the index of others; who looks at a shorter one goes back soon.
const WORTH_SWEEPING: usize = 64;

/// How many commits are taken at first, and at most.
const STEPS: (usize, usize) = (32, 1024);

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
    details: Option<Box<Details>>,
    origin: Origin,
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
    /// How much is read of the commits of the index.
    depth: Depth,
    /// Commits of the index that were read, and that the walk did not come to yet.
    known: ByName<Step>,
    /// The blocks of commits and of changes that were read.
    read: (HashSet<i64>, HashSet<i64>),
    every: Found,
    deletions: Option<Found>,
    rows: HashMap<RowKey, Found>,
    /// The numbers of the commits that the walk came to.
    reached: Vec<i64>,
    taken: usize,
    worked_out: ByName<Sides>,
    fresh: Vec<(Step, Sides)>,
}

impl<'a> PastCommits<'a> {
    /// Begins at a commit, with an index where there is one, and reads so much of each commit at once.
    pub(super) fn of(
        repository: &'a Repository,
        head: ObjectName,
        index: Option<&'a Database>,
        depth: Depth,
    ) -> Result<Self, AppError> {
        let mut past = Self {
            repository,
            index: index.filter(|_| !repository.has_replacements()),
            walk: Ancestry::cut_at(repository.cut_commits()?),
            depth,
            known: ByName::default(),
            read: Default::default(),
            every: Found::new(),
            deletions: None,
            rows: HashMap::new(),
            reached: Vec::new(),
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
            if let Origin::Index(number) = step.origin {
                self.reached.push(number);
            }
            steps.push(step);
        }
        self.taken += steps.len();
        Ok(steps)
    }

    /// Works out what those among these commits did that the index does not know; their number.
    pub(super) fn work_out(&mut self, steps: &[Step]) -> Result<usize, AppError> {
        let records: Vec<CommitRecord> = steps.iter().filter_map(Step::record).collect();
        let records: Vec<&CommitRecord> = records.iter().collect();
        if records.is_empty() {
            return Ok(0);
        }
        let all = worked_out(self.repository, &records)?;
        let fresh = steps
            .iter()
            .filter(|step| matches!(step.origin, Origin::Git(_)));
        for (step, sides) in fresh.zip(all) {
            self.worked_out.insert(step.name, sides);
        }
        Ok(records.len())
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
            Interest::Every => self.all_of(number)?,
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
        if !found.is_sorted_by_key(|found| (found.side, found.place)) {
            found.sort_by_key(|found| (found.side, found.place));
        }
        let mut sides: Sides = vec![Vec::new(); step.parents.len().max(1)];
        for PastChange { side, change, .. } in found {
            if let Some(side) = sides.get_mut(side as usize) {
                side.push(change);
            }
        }
        Ok(sides)
    }

    fn all_of(&mut self, number: i64) -> Result<Vec<PastChange>, AppError> {
        let block = number.div_euclid(BLOCK);
        if self.read.1.insert(block) {
            let found = self.changes_in_index(Wanted::Block(block))?;
            self.every.extend(by_commit(found));
        }
        Ok(self.every.remove(&number).unwrap_or_default())
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
            details: Some(Box::new(Details {
                author: record.author,
                summary: record.summary,
            })),
        })
    }

    fn known_commit(&mut self, name: ObjectName) -> Result<Option<Step>, AppError> {
        if let Some(known) = self.known.remove(&name) {
            return Ok(Some(known));
        }
        let Some(index) = self.index else {
            return Ok(None);
        };
        let Some(number) = index.number_of(name)? else {
            return Ok(None);
        };
        let block = number.div_euclid(BLOCK);
        if self.read.0.insert(block) {
            let nodes = index.nodes_in(block, self.depth)?.into_iter();
            self.known
                .extend(nodes.map(|node| (node.name, Step::known(node))));
        }
        Ok(self.known.remove(&name))
    }

    /// What is told of a commit.
    pub(super) fn details(&self, step: &mut Step) -> Result<Details, AppError> {
        if let Some(details) = step.details.take() {
            return Ok(*details);
        }
        let (Some(index), Origin::Index(number)) = (self.index, &step.origin) else {
            return Ok(unknown());
        };
        Ok(index.details_of(*number)?.unwrap_or_else(unknown))
    }

    /// What the index is to know from now on, and what it need not know any more: commits that are before HEAD no
    /// longer, once they are more than those that are. Only a walk to the end can tell.
    pub(super) fn news(self, end: End) -> (Vec<PastCommit>, Vec<i64>) {
        if self.repository.has_replacements() {
            return (Vec::new(), Vec::new());
        }
        let left = match (end, self.index) {
            (End::Reached, Some(index)) if self.taken >= WORTH_SWEEPING => {
                unreached(index, &self.reached, self.taken)
            }
            _ => Vec::new(),
        };
        let fresh = self.fresh.into_iter().filter_map(|(step, sides)| {
            let details = *step.details?;
            Some(PastCommit {
                name: step.name,
                parents: step.parents,
                committed: step.committed,
                details,
                sides,
            })
        });
        (fresh.collect(), left)
    }
}

/// The commits of the index that a walk of so many did not come to, where they are more than those. Where they can't be
/// told they stay.
fn unreached(index: &Database, reached: &[i64], taken: usize) -> Vec<i64> {
    let mut left = index.known_numbers().unwrap_or_default();
    if left.len() <= reached.len() + taken {
        return Vec::new();
    }
    let reached: HashSet<&i64> = reached.iter().collect();
    left.retain(|number| !reached.contains(number));
    left
}

/// What is told where nothing is known.
fn unknown() -> Details {
    let time = Moment {
        seconds: 0,
        offset: 0,
    };
    Details {
        author: Signature {
            name: String::new(),
            email: String::new(),
            time,
        },
        summary: String::new(),
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
    /// A commit of the index.
    fn known(known: KnownNode) -> Self {
        Self {
            name: known.name,
            parents: known.parents,
            committed: known.committed,
            origin: Origin::Index(known.number),
            details: known.details.map(Box::new),
        }
    }

    /// Who wrote it, where that is known without a question.
    pub(super) fn author(&self) -> Option<&Signature> {
        self.details.as_ref().map(|details| &details.author)
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
            author: self.author().cloned().unwrap_or_else(|| unknown().author),
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
