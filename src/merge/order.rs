//! The rule for orders: of each pair, the side that moved it decides; what goes round in a circle is a conflict.
//!
//! Elements are small numbers. Those that stand in at least two versions are the core, of which each pair has a
//! wanted order. What only one side added is put in afterwards, behind the nearest element of the core that precedes
//! it there.

use std::collections::HashMap;

use crate::model::sequence::longest_rising;
use crate::model::side::{Side, Sides};

/// The merged order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arranged {
    /// The order; where it is in doubt, that which each version prefers.
    pub(super) orders: Sides<Vec<usize>>,
    /// Whether it is in doubt.
    pub(super) doubt: Doubt,
}

/// Whether an order is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// One order satisfies both sides.
    None,
    /// None does.
    Circle,
}

/// What is to be ordered.
pub(super) struct Elements<'a, 'n> {
    /// The elements of each version, in its order; none stands twice.
    pub(super) sequences: &'a Sides<Vec<usize>>,
    /// For each element, whether it is in the result.
    pub(super) kept: &'a [bool],
    /// What tells which of two added runs comes first.
    pub(super) name: &'a dyn Fn(usize) -> &'n str,
}

/// Not there.
const NOWHERE: usize = usize::MAX;

impl Elements<'_, '_> {
    /// Merges the orders.
    pub(super) fn arranged(&self) -> Arranged {
        let places = self.sequences.map(|sequence| self.places(sequence));
        let in_core = |element: usize| {
            let there = Side::ALL
                .iter()
                .filter(|side| places.of(**side)[element] != NOWHERE);
            self.kept[element] && there.count() > 1
        };
        let core = self.sequences.map(|sequence| {
            let elements = sequence.iter().copied();
            elements
                .filter(|element| in_core(*element))
                .collect::<Vec<_>>()
        });
        let all_there = core.ours.len() == core.theirs.len();
        let settled = if all_there && (core.ours == core.theirs || core.theirs == core.base) {
            Some(&core.ours)
        } else if all_there && core.ours == core.base {
            Some(&core.theirs)
        } else {
            None
        };
        if let Some(order) = settled {
            let order = self.with_runs(order, &in_core);
            return Arranged {
                orders: Sides::each(|_| order.clone()),
                doubt: Doubt::None,
            };
        }
        let (orders, doubt) = Tournament::of(&places, &core).orders();
        Arranged {
            orders: orders.map(|order| self.with_runs(order, &in_core)),
            doubt,
        }
    }

    /// The merged order where no order is a conflict: of two that can't both hold, the same one in either direction.
    pub(super) fn arranged_quietly(&self) -> Vec<usize> {
        let Sides { ours, theirs, .. } = self.arranged().orders;
        let names = |order: &[usize]| {
            order
                .iter()
                .map(|one| (self.name)(*one))
                .collect::<Vec<_>>()
        };
        if names(&theirs) < names(&ours) {
            theirs
        } else {
            ours
        }
    }

    /// The order of our version, with what only one side has behind what precedes it there.
    pub(super) fn as_in_ours(&self) -> Vec<usize> {
        let places = self.sequences.map(|sequence| self.places(sequence));
        let in_core = |element: usize| {
            let others = places.base[element] != NOWHERE || places.theirs[element] != NOWHERE;
            self.kept[element] && places.ours[element] != NOWHERE && others
        };
        let ours = self.sequences.ours.iter().copied();
        let core: Vec<usize> = ours.filter(|one| in_core(*one)).collect();
        self.with_runs(&core, &in_core)
    }

    fn places(&self, sequence: &[usize]) -> Vec<usize> {
        let mut places = vec![NOWHERE; self.kept.len()];
        for (place, element) in sequence.iter().enumerate() {
            places[*element] = place;
        }
        places
    }

    /// Puts in what only one side added.
    fn with_runs(&self, core: &[usize], in_core: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let mut runs: HashMap<Option<usize>, Vec<Vec<usize>>> = HashMap::new();
        for side in Side::CHANGED {
            let mut after = None;
            let mut run: Vec<usize> = Vec::new();
            for element in self.sequences.of(side).iter().copied() {
                if in_core(element) {
                    if !run.is_empty() {
                        runs.entry(after)
                            .or_default()
                            .push(std::mem::take(&mut run));
                    }
                    after = Some(element);
                } else if self.kept[element] {
                    run.push(element);
                }
            }
            if !run.is_empty() {
                runs.entry(after).or_default().push(run);
            }
        }
        if runs.is_empty() {
            return core.to_vec();
        }
        let mut order = Vec::with_capacity(core.len());
        let places = std::iter::once(None).chain(core.iter().copied().map(Some));
        for place in places {
            order.extend(place);
            let mut here = runs.remove(&place).unwrap_or_default();
            here.sort_by_key(|run| run.first().map(|first| (self.name)(*first)));
            order.extend(here.into_iter().flatten());
        }
        order
    }
}

/// For each pair of the core, which of the two comes first.
struct Tournament<'a> {
    places: &'a Sides<Vec<usize>>,
    /// Elements that no side moved, in their order.
    still: Vec<usize>,
    /// All others.
    moved: Vec<usize>,
}

/// Which of two elements comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    First,
    Second,
    /// Both sides put them there anew, in different orders.
    Disputed,
}

impl Relation {
    fn of(first: bool) -> Self {
        if first { Self::First } else { Self::Second }
    }
}

impl<'a> Tournament<'a> {
    fn of(places: &'a Sides<Vec<usize>>, core: &Sides<Vec<usize>>) -> Self {
        let mut is_still = vec![false; places.base.len()];
        let everywhere = |element: &usize| {
            Side::ALL
                .iter()
                .all(|side| places.of(*side)[*element] != NOWHERE)
        };
        let common: Vec<usize> = core.base.iter().copied().filter(everywhere).collect();
        for element in &common {
            is_still[*element] = true;
        }
        for side in Side::CHANGED {
            let order: Vec<usize> = common
                .iter()
                .map(|element| places.of(side)[*element])
                .collect();
            let kept = longest_rising(&order);
            for (element, place) in common.iter().zip(&order) {
                if kept.binary_search(place).is_err() {
                    is_still[*element] = false;
                }
            }
        }
        let still = common
            .iter()
            .copied()
            .filter(|one| is_still[*one])
            .collect();
        let mut moved: Vec<usize> = Side::ALL
            .iter()
            .flat_map(|side| core.of(*side).iter().copied())
            .filter(|element| !is_still[*element])
            .collect();
        moved.sort_unstable();
        moved.dedup();
        Self {
            places,
            still,
            moved,
        }
    }

    fn relation(&self, one: usize, other: usize) -> Relation {
        let opinion = |side: Side| {
            let places = self.places.of(side);
            let both = places[one] != NOWHERE && places[other] != NOWHERE;
            both.then(|| places[one] < places[other])
        };
        match (
            opinion(Side::Base),
            opinion(Side::Ours),
            opinion(Side::Theirs),
        ) {
            (_, Some(ours), Some(theirs)) if ours == theirs => Relation::of(ours),
            (Some(base), Some(_), Some(_)) => Relation::of(!base),
            (None, Some(_), Some(_)) => Relation::Disputed,
            (_, Some(first), None) | (_, None, Some(first)) | (Some(first), None, None) => {
                Relation::of(first)
            }
            (None, None, None) => Relation::of(one < other),
        }
    }

    /// The order that each version prefers; one and the same when there is no doubt.
    fn orders(&self) -> (Sides<Vec<usize>>, Doubt) {
        let (one, disputed) = self.ranked(Side::Ours);
        let circles = one.iter().any(|stretch| stretch.len() > 1);
        if !disputed && !circles {
            let order: Vec<usize> = one.into_iter().flatten().collect();
            return (Sides::each(|_| order.clone()), Doubt::None);
        }
        let orders = Sides::each(|side| {
            let stretches = match side {
                Side::Theirs => self.ranked(side).0,
                Side::Base | Side::Ours => one.clone(),
            };
            let sorted = stretches.into_iter().flat_map(|mut stretch| {
                stretch.sort_by_key(|element| self.preferred(side, *element));
                stretch
            });
            sorted.collect()
        });
        (orders, Doubt::Circle)
    }

    /// Where an element stands in the order that a version prefers.
    fn preferred(&self, side: Side, element: usize) -> usize {
        [side, Side::Base, side.other()]
            .iter()
            .map(|side| self.places.of(*side)[element])
            .find(|place| *place != NOWHERE)
            .unwrap_or(NOWHERE)
    }

    /// The elements in stretches: every element of one comes before every element of the next, and within one they
    /// go round in circles. Also whether the sides dispute a pair, for which the order that `side` wants is taken.
    fn ranked(&self, side: Side) -> (Vec<Vec<usize>>, bool) {
        let mut disputed = false;
        let mut first = |one: usize, other: usize| match self.relation(one, other) {
            Relation::First => true,
            Relation::Second => false,
            Relation::Disputed => {
                disputed = true;
                self.places.of(side)[one] < self.places.of(side)[other]
            }
        };
        let mut wins: HashMap<usize, usize> = HashMap::new();
        for (before, element) in self.still.iter().enumerate() {
            wins.insert(*element, self.still.len() - 1 - before);
        }
        for (index, element) in self.moved.iter().enumerate() {
            let others = self.still.iter().chain(&self.moved[index + 1..]);
            for other in others {
                let winner = if first(*element, *other) {
                    element
                } else {
                    other
                };
                *wins.entry(*winner).or_default() += 1;
            }
            wins.entry(*element).or_default();
        }
        let mut by_wins: Vec<(usize, usize)> = wins
            .into_iter()
            .map(|(element, wins)| (wins, element))
            .collect();
        by_wins.sort_unstable();
        (stretches(&by_wins), disputed)
    }
}

/// Cuts a tournament's elements, sorted by their wins from few to many, into its circles, the first of them first: a
/// cut lies where the wins so far are just those of the elements against one another.
fn stretches(by_wins: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut stretches = Vec::new();
    let mut current = Vec::new();
    let mut sum = 0;
    for (index, (wins, element)) in by_wins.iter().enumerate() {
        sum += wins;
        current.push(*element);
        if sum == index * (index + 1) / 2 {
            stretches.push(std::mem::take(&mut current));
        }
    }
    stretches.reverse();
    stretches
}

/// The stretches in which two orders of the same elements differ, as short as can be.
pub(super) fn differing(one: &[usize], other: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut open: HashMap<usize, i32> = HashMap::new();
    let mut start = 0;
    for (place, (left, right)) in one.iter().zip(other).enumerate() {
        if open.is_empty() {
            start = place;
        }
        for (element, by) in [(left, 1), (right, -1)] {
            let balance = open.entry(*element).or_default();
            *balance += by;
            if *balance == 0 {
                open.remove(element);
            }
        }
        if open.is_empty() && place > start {
            ranges.push(start..place + 1);
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Merges orders of letters.
    fn arranged(base: &str, ours: &str, theirs: &str) -> (String, String, Doubt) {
        let number = |letter: u8| usize::from(letter - b'a');
        let sequences = Sides { base, ours, theirs }
            .map(|letters| letters.bytes().map(number).collect::<Vec<_>>());
        let letters: Vec<String> = (b'a'..=b'z')
            .map(|one| char::from(one).to_string())
            .collect();
        let kept: Vec<bool> = (0..26)
            .map(|one| {
                let there = sequences.map(|sequence| sequence.contains(&one));
                (there.ours && there.theirs) || (!there.base && (there.ours || there.theirs))
            })
            .collect();
        let name = |one: usize| letters[one].as_str();
        let elements = Elements {
            sequences: &sequences,
            kept: &kept,
            name: &name,
        };
        let result = elements.arranged();
        let text = |order: &[usize]| order.iter().map(|one| name(*one)).collect::<String>();
        (
            text(&result.orders.ours),
            text(&result.orders.theirs),
            result.doubt,
        )
    }

    fn clean(base: &str, ours: &str, theirs: &str) -> String {
        let (one, other, doubt) = arranged(base, ours, theirs);
        assert_eq!((&one, doubt), (&other, Doubt::None));
        let (mirrored, _, _) = arranged(base, theirs, ours);
        assert_eq!(one, mirrored);
        one
    }

    #[test]
    fn moves_that_can_both_hold_hold() {
        assert_eq!(clean("abcd", "bcda", "abcd"), "bcda");
        assert_eq!(clean("abcd", "dabc", "bcda"), "dbca");
        assert_eq!(clean("abcde", "abced", "bacde"), "baced");
        assert_eq!(clean("abcd", "badc", "abcd"), "badc");
    }

    #[test]
    fn a_circle_is_told() {
        assert_eq!(
            arranged("acb", "abc", "cab"),
            ("abc".to_owned(), "cab".to_owned(), Doubt::Circle)
        );
        let (ours, theirs, doubt) = arranged("xacby", "xabcy", "xcaby");
        assert_eq!((ours.as_str(), theirs.as_str()), ("xabcy", "xcaby"));
        assert_eq!(doubt, Doubt::Circle);
        assert_eq!(arranged("", "ab", "ba").2, Doubt::Circle);
    }

    #[test]
    fn added_runs_follow_what_preceded_them() {
        assert_eq!(clean("ab", "abz", "aby"), "abyz");
        assert_eq!(clean("ab", "zab", "ayb"), "zayb");
        assert_eq!(clean("abc", "abcx", "cab"), "cxab");
        assert_eq!(clean("abc", "abxc", "ac"), "axc");
        assert_eq!(clean("", "ba", "d"), "bad");
    }

    #[test]
    fn the_shortest_differing_stretches_are_found() {
        assert_eq!(
            differing(&[1, 2, 3, 4, 5, 6], &[1, 3, 2, 4, 6, 5]),
            [1..3, 4..6]
        );
        assert_eq!(differing(&[2, 1, 3, 5, 4], &[1, 2, 3, 4, 5]), [0..2, 3..5]);
        assert!(differing(&[1], &[1]).is_empty());
    }
}
