//! The commits that one commit has and another has not, exactly: also where clocks agree to the second, as in a
//! script, or where a long side branch is hidden.
//!
//! The walk goes on until no commit that it took can turn out to be hidden; only a commit that is older than its own
//! parents by its clock could still deceive it, as it deceives git.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::store::error::StoreError;

use super::id::ObjectName;
use super::repository::Repository;

/// A commit that is beyond another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beyond {
    /// Its name.
    pub(super) name: ObjectName,
    /// How many parents it has.
    pub(super) parents: usize,
}

/// What is known of a commit on the way.
struct Seen {
    time: i64,
    parents: Vec<gix::ObjectId>,
    is_hidden: bool,
    /// Whether it was taken while it was not known to be hidden.
    is_taken: bool,
}

/// The state of a walk.
struct Walk<'a> {
    repository: &'a Repository,
    shallow: HashSet<gix::ObjectId>,
    seen: HashMap<gix::ObjectId, Seen>,
    /// Newest first; of one time, the one that was found first.
    queue: BinaryHeap<(i64, Reverse<usize>, gix::ObjectId)>,
    found: usize,
    /// How many commits in the queue are not hidden.
    open: usize,
    /// The time of the oldest commit that was taken.
    oldest: i64,
}

impl Repository {
    /// The commits that `tip` has and `hidden` has not; all of its own without one. Newest first, as far as clocks
    /// tell.
    pub(super) fn beyond(
        &self,
        tip: ObjectName,
        hidden: Option<ObjectName>,
    ) -> Result<Vec<Beyond>, StoreError> {
        let shallow = self
            .git
            .shallow_commits()
            .map_err(StoreError::git("read where the history is cut"))?;
        let mut walk = Walk {
            repository: self,
            shallow: shallow
                .map(|commits| commits.iter().copied().collect())
                .unwrap_or_default(),
            seen: HashMap::new(),
            queue: BinaryHeap::new(),
            found: 0,
            open: 0,
            oldest: i64::MAX,
        };
        if let Some(hidden) = hidden {
            walk.meet(hidden.0, true)?;
        }
        walk.meet(tip.0, false)?;
        walk.run()
    }
}

impl Walk<'_> {
    fn run(mut self) -> Result<Vec<Beyond>, StoreError> {
        let mut taken = Vec::new();
        while let Some((time, _, id)) = self.queue.pop() {
            let Some(seen) = self.seen.get_mut(&id) else {
                continue;
            };
            let (is_hidden, parents) = (seen.is_hidden, seen.parents.clone());
            if !is_hidden {
                self.open -= 1;
                seen.is_taken = true;
                taken.push(id);
                self.oldest = self.oldest.min(time);
            } else if self.open == 0 && time < self.oldest {
                break;
            }
            for parent in parents {
                self.meet(parent, is_hidden)?;
            }
        }
        Ok(taken
            .into_iter()
            .filter_map(|id| {
                let seen = self.seen.get(&id).filter(|seen| !seen.is_hidden)?;
                Some(Beyond {
                    name: ObjectName(id),
                    parents: seen.parents.len(),
                })
            })
            .collect())
    }

    /// Comes to a commit, from a hidden one or from another. What was taken before it was known to be hidden is gone
    /// through once more.
    fn meet(&mut self, id: gix::ObjectId, is_hidden: bool) -> Result<(), StoreError> {
        if let Some(seen) = self.seen.get_mut(&id) {
            if is_hidden && !seen.is_hidden {
                seen.is_hidden = true;
                if seen.is_taken {
                    let time = seen.time;
                    self.put(time, id);
                } else {
                    // It is in the queue still.
                    self.open -= 1;
                }
            }
            return Ok(());
        }
        let fault = "walk the history";
        let commit = self
            .repository
            .git
            .find_commit(id)
            .map_err(StoreError::git(fault))?;
        let time = commit.time().map_err(StoreError::git(fault))?.seconds;
        let parents = if self.shallow.contains(&id) {
            Vec::new()
        } else {
            commit.parent_ids().map(gix::Id::detach).collect()
        };
        drop(commit);
        let seen = Seen {
            time,
            parents,
            is_hidden,
            is_taken: false,
        };
        self.seen.insert(id, seen);
        self.open += usize::from(!is_hidden);
        self.put(time, id);
        Ok(())
    }

    fn put(&mut self, time: i64, id: gix::ObjectId) {
        self.queue.push((time, Reverse(self.found), id));
        self.found += 1;
    }
}
