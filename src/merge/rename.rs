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

/// Of two rows that are alike by what their files hold, one must be alike by so much more than the other to be taken.
const CLEARLY: f64 = 0.1;

/// Up to this number of pairs, files that are not equal are compared.
const MOST_COMPARED: usize = 1 << 10;

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
    fn score(&self, table: &str, other: &Self, likeness: &Likeness<'_>) -> f64 {
        if !self.uuid.is_empty() && !other.uuid.is_empty() {
            return if self.uuid == other.uuid { 2.0 } else { 0.0 };
        }
        let sources = [self.source, other.source];
        let other_source =
            sources.iter().all(|source| !source.is_empty()) && sources[0] != sources[1];
        if self.class != other.class || other_source {
            return 0.0;
        }
        if let (Some(one), Some(other)) = (&self.content, &other.content) {
            return if one == other {
                1.0
            } else {
                likeness(one, other)
            };
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

/// How much of what files hold is the same, by the names of that, from 0 to 1.
pub(super) type Likeness<'a> = dyn Fn(&str, &str) -> f64 + 'a;

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole)
}

/// Finds which rows that came are rows that went: the best pairs first; of equally good ones that share a row, none.
///
/// Two that came with the very set of one that went are equally good, too, unless one of them is like it in all its
/// fields: who renames a group and edits it may make another with its members besides. And of files that are not equal,
/// one must be clearly more alike than any other.
pub(super) fn renames(
    table: &str,
    gone: &[(usize, Evidence<'_>)],
    came: &[(usize, Evidence<'_>)],
    likeness: &Likeness<'_>,
) -> Vec<(usize, usize)> {
    let pairs = scored(table, gone, came, likeness);
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
            let is_taken = |pair: &Pair| taken_old.contains(&pair.1) && taken_new.contains(&pair.2);
            let is_doubtful = is_doubtful((level[0].0, old, new), &pairs, (gone, came), is_taken);
            if olds[&old] == 1 && news[&new] == 1 && !is_doubtful {
                renames.push((gone[old].0, came[new].0));
            }
        }
    }
    renames
}

/// Rows, by their indexes, with what tells them from others.
type Rows<'a> = &'a [(usize, Evidence<'a>)];

/// How much speaks for two rows being one, and their indexes.
type Pair = (f64, usize, usize);

/// Whether another pair with one of these rows is as good, or nearly.
fn is_doubtful(
    (score, old, new): Pair,
    pairs: &[Pair],
    (gone, came): (Rows<'_>, Rows<'_>),
    is_taken: impl Fn(&Pair) -> bool,
) -> bool {
    if score >= CERTAIN {
        return false;
    }
    if gone[old].1.content.is_some() {
        return pairs.iter().any(|other| {
            let is_rival = (other.1 == old) != (other.2 == new);
            is_rival && !is_taken(other) && score - other.0 < CLEARLY
        });
    }
    let is_same_set = |new: usize| gone[old].1.set == came[new].1.set;
    let mut rivals = pairs.iter().filter(|pair| pair.1 == old && pair.2 != new);
    is_same_set(new) && rivals.any(|(.., rival)| is_same_set(*rival))
}

/// The pairs that may be renames, the best first.
fn scored(
    table: &str,
    gone: &[(usize, Evidence<'_>)],
    came: &[(usize, Evidence<'_>)],
    likeness: &Likeness<'_>,
) -> Vec<Pair> {
    let known = |rows: &[(usize, Evidence<'_>)]| {
        let known = rows.iter().filter(|(_, row)| row.content.is_some());
        known.count()
    };
    let are_few = known(gone).saturating_mul(known(came)) <= MOST_COMPARED;
    let likeness = |one: &str, other: &str| if are_few { likeness(one, other) } else { 0.0 };
    let mut pairs: Vec<Pair> = candidates(gone, came)
        .into_iter()
        .map(|(old, new)| (gone[old].1.score(table, &came[new].1, &likeness), old, new))
        .filter(|(score, ..)| *score >= ENOUGH)
        .collect();
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    pairs
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
        assert_eq!(
            renames("groups", &gone, &came, &|_, _| 0.0),
            [(1, 2), (0, 3)]
        );
        let came = [(2, holding(&["a", "b"])), (3, holding(&["a", "b"]))];
        assert!(renames("groups", &gone[..1], &came, &|_, _| 0.0).is_empty());
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
        assert!(renames("groups", &[(0, holding(&["a"]))], &came, &|_, _| 0.0).is_empty());
        assert_eq!(
            renames("groups", &[(0, described(&one))], &came, &|_, _| 0.0),
            [(0, 1)]
        );
        assert!(renames("groups", &[(0, described(&other))], &came, &|_, _| 0.0).is_empty());
    }

    #[test]
    fn nothing_in_common_is_no_rename() {
        let gone = [(0, holding(&[])), (1, holding(&["a"]))];
        let came = [(2, holding(&[])), (3, holding(&["b"]))];
        assert!(renames("groups", &gone, &came, &|_, _| 0.0).is_empty());
    }

    /// Rows with files of which only this is known.
    fn filed(contents: &[(usize, &str)]) -> Vec<(usize, Evidence<'static>)> {
        let filed = contents.iter().map(|(row, content)| {
            let evidence = Evidence {
                emptiness: Emptiness::Unlike,
                content: Some((*content).to_owned()),
                ..holding(&[])
            };
            (*row, evidence)
        });
        filed.collect()
    }

    #[test]
    fn files_that_are_half_alike_tell_a_rename_and_doubt_tells_none() {
        let gone = filed(&[(0, "a"), (1, "b")]);
        let found = |came: &[(usize, &str)], known: &[(&str, &str, f64)]| {
            let likeness = |one: &str, other: &str| {
                let pair = known.iter().find(|pair| (pair.0, pair.1) == (one, other));
                pair.map_or(0.0, |pair| pair.2)
            };
            renames("artifacts", &gone, &filed(came), &likeness)
        };
        let two = [(2, "c"), (3, "d")];
        assert_eq!(found(&two, &[("a", "c", 0.5)]), [(0, 2)]);
        assert_eq!(found(&two, &[("a", "c", 0.49)]), []);
        assert_eq!(
            found(&two, &[("a", "c", 0.9), ("b", "d", 0.6)]),
            [(0, 2), (1, 3)]
        );
        assert_eq!(found(&two, &[("a", "c", 0.9), ("a", "d", 0.6)]), [(0, 2)]);
        // A tie, and what is nearly one.
        assert_eq!(found(&two, &[("a", "c", 0.7), ("a", "d", 0.7)]), []);
        assert_eq!(found(&two, &[("a", "c", 0.75), ("a", "d", 0.7)]), []);
        assert_eq!(found(&two, &[("a", "c", 0.75), ("b", "c", 0.7)]), []);
        // The very file stands above all that is like it.
        assert_eq!(
            found(&[(2, "a"), (3, "d")], &[("a", "d", 0.99), ("b", "a", 0.99)]),
            [(0, 2)]
        );
    }
}
