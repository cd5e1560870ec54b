//! Lists that are sets: united entry by entry, in a merged order.

use std::collections::{HashMap, HashSet};

use super::order::{Doubt, Elements};
use super::references::Reference;
use super::set::is_kept;
use crate::model::merged::Entry;
use crate::model::side::{Side, Sides};

/// A list in three versions.
pub(super) struct List<'s> {
    /// The entries as they are written.
    pub(super) texts: Sides<&'s [String]>,
    /// What they mean.
    pub(super) meanings: Sides<Vec<Reference>>,
}

/// Whether two lists that hold the same in another order are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sorting {
    /// They are not.
    Matters,
    /// They are.
    Free,
}

/// The merged list, as each version prefers it; one and the same when there is no doubt.
pub(super) struct United {
    /// The entries.
    pub(super) entries: Sides<Vec<Entry>>,
    /// Whether the order is in doubt.
    pub(super) doubt: Doubt,
}

impl List<'_> {
    /// Whether a side's list means something else than the base's. Entries of rows that are gone, as `gone` tells,
    /// went with these.
    pub(super) fn is_changed(
        &self,
        side: Side,
        sorting: Sorting,
        gone: &dyn Fn(&Reference) -> bool,
    ) -> bool {
        let base = || self.meanings.base.iter().filter(|meaning| !gone(meaning));
        let own = || {
            self.meanings
                .of(side)
                .iter()
                .filter(|meaning| !gone(meaning))
        };
        match sorting {
            Sorting::Matters => !base().eq(own()),
            Sorting::Free => base().collect::<HashSet<_>>() != own().collect(),
        }
    }

    /// Merges the three. `drops` tells which entries go with a row that was deleted; `written` gives an entry's text,
    /// from what it means, the version that it comes from, and its text there.
    pub(super) fn united(
        &self,
        sorting: Sorting,
        drops: &dyn Fn(&Reference) -> bool,
        written: &dyn Fn(&Reference, Side, &str) -> String,
    ) -> United {
        let mut numbers: HashMap<&Reference, usize> = HashMap::new();
        let mut all: Vec<&Reference> = Vec::new();
        let places: Sides<HashMap<usize, usize>> = Sides::each(|side| {
            let mut places = HashMap::new();
            for (place, meaning) in self.meanings.of(side).iter().enumerate() {
                let number = *numbers.entry(meaning).or_insert_with(|| {
                    all.push(meaning);
                    all.len() - 1
                });
                places.entry(number).or_insert(place);
            }
            places
        });
        let sequences = places.map(|places| {
            let mut sequence: Vec<usize> = places.keys().copied().collect();
            sequence.sort_unstable_by_key(|number| places[number]);
            sequence
        });
        let sets = places.map(|places| places.keys().copied().collect::<HashSet<usize>>());
        let kept: Vec<bool> = (0..all.len())
            .map(|number| is_kept(&sets, &number) && !drops(all[number]))
            .collect();
        let entries: Vec<Entry> = (0..all.len())
            .map(|number| {
                self.entry(
                    all[number],
                    places.map(|places| places.get(&number).copied()),
                    written,
                )
            })
            .collect();
        let name = |number: usize| entries[number].text.as_str();
        let elements = Elements {
            sequences: &sequences,
            kept: &kept,
            name: &name,
        };
        let (orders, doubt) = match sorting {
            Sorting::Matters => {
                let arranged = elements.arranged();
                (arranged.orders, arranged.doubt)
            }
            Sorting::Free => {
                let order = elements.arranged_quietly();
                (Sides::each(|_| order.clone()), Doubt::None)
            }
        };
        United {
            entries: orders.map(|order| {
                order
                    .iter()
                    .map(|number| entries[*number].clone())
                    .collect()
            }),
            doubt,
        }
    }

    fn entry(
        &self,
        meaning: &Reference,
        places: Sides<Option<usize>>,
        written: &dyn Fn(&Reference, Side, &str) -> String,
    ) -> Entry {
        let source = [Side::Ours, Side::Theirs, Side::Base]
            .into_iter()
            .find_map(|side| Some((side, (*places.of(side))?)));
        let text = source.map_or_else(String::new, |(side, place)| {
            written(meaning, side, &self.texts.of(side)[place])
        });
        Entry { text, places }
    }
}
