//! Renames: a row that went and one that came on the same side, and are one row by what they hold.

use std::collections::{HashMap, HashSet};

use super::entity::Fields;
use super::field::same;
use super::schema::{Kind, kind};
use crate::model::datum::Datum;
use crate::model::record::FieldPath;

/// From this score on, a row that came is one that went.
const ENOUGH: f64 = 0.5;

/// From this score on, two rows are alike in everything.
const CERTAIN: f64 = 0.999;

/// Up to this number of pairs, each is looked at; beyond, only those that share something rare.
const MOST_PAIRS: usize = 1 << 16;

/// What is rare: no more than this number of the rows that came have it.
const RARE: usize = 8;

/// What tells one row of a table from the others.
pub(super) struct Evidence<'s> {
    /// What it holds or who holds it, as a set.
    pub(super) set: HashSet<String>,
    /// All other fields that count.
    pub(super) fields: Vec<(&'s FieldPath, &'s Datum)>,
    /// A mark that no other row has; `""` when there is none.
    pub(super) uuid: &'s str,
    /// Rows of different classes are never one row.
    pub(super) class: &'s str,
    /// Where it came from; rows of different sources are never one row. `""` when unknown.
    pub(super) source: &'s str,
    /// What an empty set says.
    pub(super) emptiness: Emptiness,
    /// What its files hold, where nothing else tells which row it is.
    pub(super) content: Option<String>,
}

/// What it says that two rows have nothing in their sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Emptiness {
    /// They may be one row, if they have several fields and all are equal.
    Neutral,
    /// Nothing tells that they are one row.
    Unlike,
}

impl<'s> Evidence<'s> {
    /// The fields of a record that count, without those that `apart` names.
    pub(super) fn fields_of(
        table: &str,
        fields: &'s Fields,
        apart: impl Fn(&FieldPath) -> bool,
    ) -> Vec<(&'s FieldPath, &'s Datum)> {
        let counts = |path: &FieldPath, datum: &Datum| {
            let kind = kind(table, path);
            let rendered = matches!(
                kind,
                Kind::Name | Kind::Position | Kind::Later | Kind::Earlier
            );
            !rendered && !datum.is_empty() && !apart(path)
        };
        fields
            .iter()
            .filter(|(path, datum)| counts(path, datum))
            .map(|(path, datum)| (path, datum))
            .collect()
    }

    /// Whether the row does not say which one it is.
    pub(super) fn is_silent(&self) -> bool {
        self.set.is_empty() && self.uuid.is_empty() && self.emptiness == Emptiness::Unlike
    }

    /// How much speaks for two rows being one, from 0 to 1; 2 when it is certain.
    fn score(&self, table: &str, other: &Self) -> f64 {
        if !self.uuid.is_empty() && !other.uuid.is_empty() {
            return if self.uuid == other.uuid { 2.0 } else { 0.0 };
        }
        let sources = [self.source, other.source];
        let other_source =
            sources.iter().all(|source| !source.is_empty()) && sources[0] != sources[1];
        if self.class != other.class || other_source {
            return 0.0;
        }
        if self.content.is_some() && self.content == other.content {
            return 1.0;
        }
        let share = self.share(table, other);
        let overlap = match (self.set.is_empty() && other.set.is_empty(), self.emptiness) {
            (true, Emptiness::Neutral) if share > 0.99 && self.fields.len() > 1 => 1.0,
            (true, _) => 0.0,
            (false, _) => self.jaccard(other),
        };
        (2.0 * overlap + share) / 3.0
    }

    /// What two rows share that are one.
    fn marks(&self) -> impl Iterator<Item = &str> {
        let set = self.set.iter().map(String::as_str);
        let marks = set.chain([self.uuid]).chain(self.content.as_deref());
        marks.filter(|mark| !mark.is_empty())
    }

    fn jaccard(&self, other: &Self) -> f64 {
        let common = self.set.intersection(&other.set).count();
        ratio(common, self.set.len() + other.set.len() - common)
    }

    /// The share of equal fields; a half when neither row has any.
    fn share(&self, table: &str, other: &Self) -> f64 {
        let others: HashMap<_, _> = other.fields.iter().copied().collect();
        let mut common = 0;
        let mut equal = 0;
        for (path, datum) in &self.fields {
            if let Some(there) = others.get(path) {
                common += 1;
                equal += usize::from(same(kind(table, path), Some(datum), Some(there)));
            }
        }
        match self.fields.len() + others.len() - common {
            0 => 0.5,
            all => ratio(equal, all),
        }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole)
}

/// Finds which rows that came are rows that went: the best pairs first; of equally good ones that share a row, none.
///
/// Two that came with the very set of one that went are equally good, too, unless one of them is like it in all its
/// fields: who renames a group and edits it may make another with its members besides.
pub(super) fn renames(
    table: &str,
    gone: &[(usize, Evidence<'_>)],
    came: &[(usize, Evidence<'_>)],
) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(f64, usize, usize)> = candidates(gone, came)
        .into_iter()
        .map(|(old, new)| (gone[old].1.score(table, &came[new].1), old, new))
        .filter(|(score, ..)| *score >= ENOUGH)
        .collect();
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut taken_old = HashSet::new();
    let mut taken_new = HashSet::new();
    let mut renames = Vec::new();
    for level in pairs.chunk_by(|one, other| (one.0 - other.0).abs() < 1e-9) {
        let free: Vec<(usize, usize)> = level
            .iter()
            .map(|(_, old, new)| (*old, *new))
            .filter(|(old, new)| !taken_old.contains(old) && !taken_new.contains(new))
            .collect();
        let mut olds: HashMap<usize, usize> = HashMap::new();
        let mut news: HashMap<usize, usize> = HashMap::new();
        for (old, new) in &free {
            *olds.entry(*old).or_default() += 1;
            *news.entry(*new).or_default() += 1;
        }
        for (old, new) in free {
            taken_old.insert(old);
            taken_new.insert(new);
            let rivals = || pairs.iter().filter(|pair| pair.1 == old && pair.2 != new);
            let is_same_set = |new: usize| gone[old].1.set == came[new].1.set;
            let is_doubtful = level[0].0 < CERTAIN
                && is_same_set(new)
                && rivals().any(|(.., rival)| is_same_set(*rival));
            if olds[&old] == 1 && news[&new] == 1 && !is_doubtful {
                renames.push((gone[old].0, came[new].0));
            }
        }
    }
    renames
}

/// The pairs that are worth a look, by index.
fn candidates(
    gone: &[(usize, Evidence<'_>)],
    came: &[(usize, Evidence<'_>)],
) -> Vec<(usize, usize)> {
    if gone.len().saturating_mul(came.len()) <= MOST_PAIRS {
        return (0..gone.len())
            .flat_map(|old| (0..came.len()).map(move |new| (old, new)))
            .collect();
    }
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (new, (_, evidence)) in came.iter().enumerate() {
        for mark in evidence.marks() {
            holders.entry(mark).or_default().push(new);
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (old, (_, evidence)) in gone.iter().enumerate() {
        let found = evidence
            .marks()
            .filter_map(|mark| holders.get(mark))
            .filter(|holders| holders.len() <= RARE);
        pairs.extend(found.flatten().map(|new| (old, *new)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(items: &[&str]) -> Evidence<'static> {
        Evidence {
            set: items.iter().map(|item| (*item).to_owned()).collect(),
            fields: Vec::new(),
            uuid: "",
            class: "",
            source: "",
            emptiness: Emptiness::Neutral,
            content: None,
        }
    }

    #[test]
    fn the_best_pairs_win_and_a_tie_is_no_rename() {
        let gone = [(0, holding(&["a", "b"])), (1, holding(&["c"]))];
        let came = [(2, holding(&["c"])), (3, holding(&["a", "b", "c"]))];
        assert_eq!(renames("groups", &gone, &came), [(1, 2), (0, 3)]);
        let came = [(2, holding(&["a", "b"])), (3, holding(&["a", "b"]))];
        assert!(renames("groups", &gone[..1], &came).is_empty());
    }

    #[test]
    fn of_two_with_the_same_set_only_one_that_is_alike_in_all_is_a_rename() {
        let description = FieldPath::of("description");
        let [one, other] = ["one", "other"].map(|text| Datum::Text(text.to_owned()));
        let described = |datum| Evidence {
            fields: vec![(&description, datum)],
            ..holding(&["a"])
        };
        let came = [(1, described(&one)), (2, holding(&["a"]))];
        assert!(renames("groups", &[(0, holding(&["a"]))], &came).is_empty());
        assert_eq!(renames("groups", &[(0, described(&one))], &came), [(0, 1)]);
        assert!(renames("groups", &[(0, described(&other))], &came).is_empty());
    }

    #[test]
    fn nothing_in_common_is_no_rename() {
        let gone = [(0, holding(&[])), (1, holding(&["a"]))];
        let came = [(2, holding(&[])), (3, holding(&["b"]))];
        assert!(renames("groups", &gone, &came).is_empty());
    }
}
