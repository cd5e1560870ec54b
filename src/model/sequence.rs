//! Orders: what two of them have in common, and the fewest numbers that bring one about.

/// The longest subsequence that rises strictly; the numbers are distinct.
pub fn longest_rising(numbers: &[usize]) -> Vec<usize> {
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

/// The numbers to write so that rows come in this order: `rows` are in the wanted order, each with its number (an
/// absent one counts as 0) and its place in the file, which decides between equal numbers. Returns indexes into
/// `rows` with their new numbers; of two ways the one that writes fewer. No new number is below 0: SkillMeat 0.74 can't
/// keep such a one.
pub fn renumbered(rows: &[(Option<i64>, usize)]) -> Vec<(usize, i64)> {
    let up = renumbered_upwards(rows);
    let down = renumbered_downwards(rows);
    let is_below = down.iter().any(|(_, number)| *number < 0);
    if down.len() < up.len() && !is_below {
        down
    } else {
        up
    }
}

/// The same for an order in which one row was moved: of ways that write as few numbers, the one that writes that row's.
pub fn renumbered_after_move(rows: &[(Option<i64>, usize)], moved: usize) -> Vec<(usize, i64)> {
    let plain = renumbered(rows);
    let says_it = |written: &[(usize, i64)]| written.iter().any(|(index, _)| *index == moved);
    let Some((next, _)) = rows.get(moved + 1) else {
        return plain;
    };
    if plain.is_empty() || says_it(&plain) {
        return plain;
    }
    let number = next.unwrap_or(0);
    let mut in_its_place = rows.to_vec();
    in_its_place[moved].0 = Some(number);
    let mut own = renumbered(&in_its_place);
    if !says_it(&own) {
        own.push((moved, number));
        own.sort_unstable();
    }
    if own.len() <= plain.len() { own } else { plain }
}

fn renumbered_upwards(rows: &[(Option<i64>, usize)]) -> Vec<(usize, i64)> {
    let mut written = Vec::new();
    let mut last: Option<(i64, usize)> = None;
    for (index, (number, file)) in rows.iter().enumerate() {
        let here = (number.unwrap_or(0), *file);
        let next = match last {
            Some(last) if here <= last => {
                let number = if *file > last.1 { last.0 } else { last.0 + 1 };
                (number.max(0), *file)
            }
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

    #[test]
    fn a_row_that_was_moved_is_numbered_rather_than_those_that_it_passed() {
        // The third of three comes to the front: it takes the number of the first, which makes room.
        let rows = [(Some(2), 2), (Some(0), 0), (Some(1), 1)];
        assert_eq!(renumbered_after_move(&rows, 0), [(0, 0), (1, 1)]);
        // With room before the first, one number does.
        let rows = [(Some(7), 2), (Some(5), 0), (Some(6), 1)];
        assert_eq!(renumbered_after_move(&rows, 0), [(0, 4)]);
        let rows = [(Some(0), 0), (Some(1), 1)];
        assert!(renumbered_after_move(&rows, 0).is_empty());
    }

    #[test]
    fn the_longest_rising_part_is_found() {
        assert!(longest_rising(&[]).is_empty());
        assert_eq!(longest_rising(&[2, 0, 1, 3]), [0, 1, 3]);
        assert_eq!(longest_rising(&[3, 2, 1]), [1]);
        assert_eq!(longest_rising(&[5, 0, 6, 1, 7, 2]), [0, 1, 2]);
    }

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
            renumbered(&[(Some(3), 2), (Some(1), 0), (Some(2), 1)]),
            [(0, 0)]
        );
        assert_eq!(
            renumbered(&[(Some(0), 0), (Some(10), 1), (Some(2), 2)]),
            [(2, 10)]
        );
        order_of(&[(None, 3), (None, 1), (Some(5), 0), (Some(-2), 2)]);
    }

    #[test]
    fn no_number_below_0_is_written() {
        assert_eq!(
            renumbered(&[(Some(2), 2), (Some(0), 0), (Some(1), 1)]),
            [(1, 3), (2, 3)]
        );
        assert_eq!(
            renumbered(&[(Some(-4), 5), (Some(-9), 2), (Some(1), 1)]),
            [(1, 0)]
        );
        let numbers = [None, Some(-3), Some(0), Some(1), Some(2)];
        for place in 0..5 * 5 * 5 * 6 {
            let orders = [
                [0, 1, 2],
                [0, 2, 1],
                [1, 0, 2],
                [1, 2, 0],
                [2, 0, 1],
                [2, 1, 0],
            ];
            let rows: Vec<(Option<i64>, usize)> = (0..3)
                .map(|row| {
                    (
                        numbers[place / 5_usize.pow(row) % 5],
                        orders[place / 125][row as usize],
                    )
                })
                .collect();
            order_of(&rows);
            let written = renumbered(&rows);
            assert!(
                written.iter().all(|(_, number)| *number >= 0),
                "{rows:?} {written:?}"
            );
        }
    }
}
