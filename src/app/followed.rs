//! Rows on their way back through renames.

use crate::model::change::{Action, Change};
use crate::model::name::Name;
use crate::model::row::RowKey;
use crate::model::slug::Slug;
use crate::store::git::id::{ByName, ObjectName};

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
