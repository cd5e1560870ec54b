//! Places in an order.

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

#[cfg(test)]
mod tests {
    use super::*;

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
