//! A commit and all before it, the newest first as far as clocks tell: each once, and only as far as somebody asks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::store::error::StoreError;

use super::id::{ByName, Names, ObjectName};
use super::repository::Repository;

/// What a walk must know of a commit.
pub trait Node {
    /// When it was made, seconds since 1970.
    fn committed(&self) -> i64;

    /// The commits that it follows.
    fn parents(&self) -> &[ObjectName];
}

/// A walk that goes on.
#[derive(Debug)]
pub struct Ancestry<N> {
    /// Newest first; of one time, the one that was found first.
    queue: BinaryHeap<(i64, Reverse<usize>, ObjectName)>,
    waiting: ByName<N>,
    seen: Names,
    cut: Names,
}

impl<N: Node> Ancestry<N> {
    /// A walk that begins nowhere, and does not go on beyond these commits.
    pub fn cut_at(cut: Names) -> Self {
        Self {
            queue: BinaryHeap::new(),
            waiting: ByName::default(),
            seen: Names::default(),
            cut,
        }
    }

    /// Lets the walk come to a commit, too.
    pub fn meet<E>(
        &mut self,
        name: ObjectName,
        look_up: &mut dyn FnMut(ObjectName) -> Result<N, E>,
    ) -> Result<(), E> {
        if self.seen.insert(name) {
            let node = look_up(name)?;
            let place = Reverse(self.seen.len());
            self.queue.push((node.committed(), place, name));
            self.waiting.insert(name, node);
        }
        Ok(())
    }

    /// The next commit.
    pub fn step<E>(
        &mut self,
        look_up: &mut dyn FnMut(ObjectName) -> Result<N, E>,
    ) -> Result<Option<(ObjectName, N)>, E> {
        let Some((_, _, name)) = self.queue.pop() else {
            return Ok(None);
        };
        let Some(node) = self.waiting.remove(&name) else {
            return Ok(None);
        };
        if !self.is_cut(name) {
            for parent in node.parents() {
                self.meet(*parent, look_up)?;
            }
        }
        Ok(Some((name, node)))
    }

    /// Whether the walk does not go on beyond a commit.
    pub fn is_cut(&self, name: ObjectName) -> bool {
        self.cut.contains(&name)
    }
}

impl Repository {
    /// The commits at which a shallow clone was cut off.
    pub fn cut_commits(&self) -> Result<Names, StoreError> {
        let commits = self
            .git
            .shallow_commits()
            .map_err(StoreError::git("read where the history is cut"))?;
        let commits = commits.map(|commits| commits.iter().map(|id| ObjectName(*id)).collect());
        Ok(commits.unwrap_or_default())
    }

    /// Whether commits may be shown in the place of others, or after others than they say.
    pub fn has_replacements(&self) -> bool {
        let grafts = self.common_dir().join("info/grafts");
        let references = self.git.references();
        let replaced = references.is_ok_and(|all| {
            all.prefixed("refs/replace/")
                .is_ok_and(|mut all| all.next().is_some())
        });
        replaced || grafts.exists()
    }
}
