//! What two orders of the same things have in common.

/// The longest subsequence that rises strictly; the numbers are distinct.
pub(super) fn longest_rising(numbers: &[usize]) -> Vec<usize> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let place = tails.partition_point(|tail| numbers[*tail] < *number);
        before.push(place.checked_sub(1).map(|last| tails[last]));
        if place == tails.len() {
            tails.push(index);
        } else {
            tails[place] = index;
        }
    }
    let mut rising = Vec::with_capacity(tails.len());
    let mut next = tails.last().copied();
    while let Some(index) = next {
        rising.push(numbers[index]);
        next = before[index];
    }
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rising_part_is_found() {
        assert!(longest_rising(&[]).is_empty());
        assert_eq!(longest_rising(&[2, 0, 1, 3]), [0, 1, 3]);
        assert_eq!(longest_rising(&[3, 2, 1]), [1]);
        assert_eq!(longest_rising(&[5, 0, 6, 1, 7, 2]), [0, 1, 2]);
    }
}
