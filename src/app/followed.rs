//! Rows on their way back through renames.

use crate::model::change::{Action, Change};
use crate::model::name::Name;
use crate::model::row::RowKey;
use crate::model::slug::Slug;
use crate::store::git::id::{ByName, ObjectName};

use super::error::AppError;
use super::past_commits::{Interest, PastCommits};

/// Rows that are followed back: their names in the commits that come next.
pub(super) struct Followed(ByName<Vec<RowKey>>);

impl Followed {
    /// Rows as they are called in a commit.
    pub(super) fn from(commit: ObjectName, keys: Vec<RowKey>) -> Self {
        Self(ByName::from_iter([(commit, keys)]))
    }

    /// The rows' names in a commit that was come to.
    pub(super) fn keys_in(&self, commit: ObjectName) -> &[RowKey] {
        self.0.get(&commit).map_or(&[], Vec::as_slice)
    }

    /// Goes on to the commits that a commit follows, with what it did seen from each of them. There the rows have the
    /// names from which they were renamed.
    pub(super) fn step(
        &mut self,
        commit: ObjectName,
        parents: &[ObjectName],
        sides: &[Vec<Change>],
    ) {
        let keys = self.0.remove(&commit).unwrap_or_default();
        for (parent, changes) in parents.iter().zip(sides) {
            let known = self.0.entry(*parent).or_default();
            for key in &keys {
                let renamed = changes
                    .iter()
                    .find(|change| change.action == Action::Rename && change.key == *key);
                let key = renamed.and_then(older_key).unwrap_or_else(|| key.clone());
                if !known.contains(&key) {
                    known.push(key);
                }
            }
        }
    }
}

/// What rows that are called so in the commit at which a walk begins were called in another one; nothing where the walk
/// does not come to it.
pub(super) fn names_in(
    mut past: PastCommits<'_>,
    commits: (ObjectName, ObjectName),
    rows: &[RowKey],
) -> Result<Vec<Vec<RowKey>>, AppError> {
    let (head, commit) = commits;
    let mut followed: Vec<Followed> = rows
        .iter()
        .map(|row| Followed::from(head, vec![row.clone()]))
        .collect();
    loop {
        let steps = past.next()?;
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        let until = steps.iter().position(|step| step.name == commit);
        past.work_out(&steps[..until.unwrap_or(steps.len())])?;
        for step in &steps {
            let all = followed.iter().map(|row| row.keys_in(step.name));
            if step.name == commit {
                return Ok(all.map(<[RowKey]>::to_vec).collect());
            }
            let keys: Vec<RowKey> = all.flatten().cloned().collect();
            let sides = past.sides(step, Interest::Rows(&keys))?;
            for row in &mut followed {
                row.step(step.name, &step.parents, &sides);
            }
        }
    }
}

/// The key that a row had before a rename.
fn older_key(change: &Change) -> Option<RowKey> {
    let before = change.before.clone().into_text();
    Some(match &change.key {
        RowKey::Group(_) => RowKey::Group(Name::stored(before)),
        RowKey::Composite(_) => RowKey::Composite(Name::stored(before)),
        RowKey::Tag(_) => RowKey::Tag(Slug::stored(before)),
        RowKey::Artifact(_) => RowKey::Artifact(before.parse().ok()?),
        RowKey::Header | RowKey::Rating(..) => return None,
    })
}
