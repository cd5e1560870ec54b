//! How much of two files is the same, as git reckons it when it looks for renames: whichever lines stand in both,
//! wherever they stand.

use std::collections::HashMap;

/// A longer line counts as several of this many bytes.
const PIECE: usize = 64;

/// The share of the larger text that the other one has too, by bytes, from 0 to 1; line ends don't count.
pub fn likeness(one: &[u8], other: &[u8]) -> f64 {
    let all = size(one).max(size(other));
    let mut left: HashMap<&[u8], usize> = HashMap::new();
    for piece in pieces(one) {
        *left.entry(piece).or_default() += 1;
    }
    let common = pieces(other).filter(|piece| match left.get_mut(piece) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    });
    let common: usize = common.map(<[u8]>::len).sum();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if all == 0 {
        return 0.0;
    }
    number(common) / number(all)
}

fn size(text: &[u8]) -> usize {
    pieces(text).map(<[u8]>::len).sum()
}

fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n');
    let ended = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    ended.flat_map(|line| line.chunks(PIECE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(one: &str, other: &str) -> u8 {
        let likeness = likeness(one.as_bytes(), other.as_bytes());
        assert!((likeness - super::likeness(other.as_bytes(), one.as_bytes())).abs() < 1e-9);
        (0..=100)
            .find(|percent| f64::from(*percent) >= likeness * 100.0 - 1e-6)
            .unwrap_or(101)
    }

    #[test]
    fn it_is_the_share_of_the_larger_text() {
        assert_eq!(percent("", ""), 0);
        assert_eq!(percent("", "a\n"), 0);
        assert_eq!(percent("aa\nbb\n", "aa\nbb\n"), 100);
        assert_eq!(percent("aa\nbb\n", "bb\r\naa"), 100);
        assert_eq!(percent("aa\nbb\n", "aa\ncc\n"), 50);
        assert_eq!(percent("aa\n", "aa\nbb\ncc\ndd\n"), 25);
        // A line that stands twice in one and once in the other counts once.
        assert_eq!(percent("aa\naa\n", "aa\nbb\n"), 50);
        let long = "x".repeat(64);
        assert_eq!(percent(&format!("{long}{long}"), &long), 50);
    }
}
