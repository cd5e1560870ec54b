//! Places in an order, and the fewest numbers that bring it about.

/// Where something is to stand among its like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<K> {
    /// At this 0-based place; one beyond the end means the end.
    At(usize),
    /// Right before another.
    Before(K),
    /// Right after another.
    After(K),
}

/// Moves one key of `order` to a place. Nothing when the key it is placed by is not there.
pub fn moved<K: Clone + PartialEq>(order: &[K], key: &K, place: &Place<K>) -> Option<Vec<K>> {
    let mut rest: Vec<K> = order
        .iter()
        .filter(|other| *other != key)
        .cloned()
        .collect();
    let index = match place {
        Place::At(index) => (*index).min(rest.len()),
        Place::Before(other) => rest.iter().position(|there| there == other)?,
        Place::After(other) => rest.iter().position(|there| there == other)? + 1,
    };
    rest.insert(index, key.clone());
    Some(rest)
}

/// The numbers to write so that rows come in this order: `rows` are in the wanted order, each with its number (an
/// absent one counts as 0) and its place in the file, which decides between equal numbers. Returns indexes into
/// `rows` with their new numbers; of two ways the one that writes fewer.
pub fn renumbered(rows: &[(Option<i64>, usize)]) -> Vec<(usize, i64)> {
    let up = renumbered_upwards(rows);
    let down = renumbered_downwards(rows);
    if down.len() < up.len() { down } else { up }
}

fn renumbered_upwards(rows: &[(Option<i64>, usize)]) -> Vec<(usize, i64)> {
    let mut written = Vec::new();
    let mut last: Option<(i64, usize)> = None;
    for (index, (number, file)) in rows.iter().enumerate() {
        let here = (number.unwrap_or(0), *file);
        let next = match last {
            Some(last) if here <= last => (if *file > last.1 { last.0 } else { last.0 + 1 }, *file),
            _ => here,
        };
        if next != here {
            written.push((index, next.0));
        }
        last = Some(next);
    }
    written
}

fn renumbered_downwards(rows: &[(Option<i64>, usize)]) -> Vec<(usize, i64)> {
    let mut written = Vec::new();
    let mut last: Option<(i64, usize)> = None;
    for (index, (number, file)) in rows.iter().enumerate().rev() {
        let here = (number.unwrap_or(0), *file);
        let next = match last {
            Some(last) if here >= last => (if *file < last.1 { last.0 } else { last.0 - 1 }, *file),
            _ => here,
        };
        if next != here {
            written.push((index, next.0));
        }
        last = Some(next);
    }
    written.reverse();
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order_of(rows: &[(Option<i64>, usize)]) -> Vec<usize> {
        let mut numbered: Vec<(i64, usize)> = rows
            .iter()
            .map(|(number, file)| (number.unwrap_or(0), *file))
            .collect();
        for (index, number) in renumbered(rows) {
            numbered[index].0 = number;
        }
        let wanted: Vec<usize> = rows.iter().map(|(_, file)| *file).collect();
        numbered.sort_unstable();
        assert_eq!(
            numbered.iter().map(|(_, file)| *file).collect::<Vec<_>>(),
            wanted
        );
        wanted
    }

    #[test]
    fn an_order_that_holds_is_left_alone() {
        assert!(renumbered(&[(Some(0), 0), (Some(10), 1), (Some(20), 2)]).is_empty());
        assert!(renumbered(&[(None, 0), (None, 1), (None, 2)]).is_empty());
    }

    #[test]
    fn few_numbers_are_written() {
        assert_eq!(
            renumbered(&[(Some(2), 2), (Some(0), 0), (Some(1), 1)]),
            [(0, -1)]
        );
        assert_eq!(
            renumbered(&[(Some(0), 0), (Some(10), 1), (Some(2), 2)]),
            [(2, 10)]
        );
        order_of(&[(None, 3), (None, 1), (Some(5), 0), (Some(-2), 2)]);
    }

    #[test]
    fn places_are_clamped() {
        assert_eq!(
            moved(&["a", "b", "c"], &"a", &Place::At(9)),
            Some(vec!["b", "c", "a"])
        );
        assert_eq!(
            moved(&["a", "b", "c"], &"c", &Place::Before("b")),
            Some(vec!["a", "c", "b"])
        );
        assert_eq!(moved(&["a", "b"], &"a", &Place::After("x")), None);
    }
}
