//! The rule for sets: what one side added comes in, what one side removed stays out.

use std::collections::HashSet;
use std::hash::Hash;

use crate::model::side::Sides;

/// Whether an element is in the merged set: (b∩o∩t) ∪ (o−b) ∪ (t−b).
pub(super) fn is_kept<T: Eq + Hash>(sets: &Sides<HashSet<T>>, element: &T) -> bool {
    let there = sets.map(|set| set.contains(element));
    if there.base {
        there.ours && there.theirs
    } else {
        there.ours || there.theirs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removal_is_not_undone_by_silence() {
        let sets = Sides {
            base: HashSet::from([1, 2]),
            ours: HashSet::from([1, 3]),
            theirs: HashSet::from([1, 2, 4]),
        };
        let kept: Vec<i32> = (1..=4).filter(|element| is_kept(&sets, element)).collect();
        assert_eq!(kept, [1, 3, 4]);
    }
}
