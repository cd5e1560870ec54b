//! Numbers that render an order: taken from the sides, and written anew only where they contradict it.

use super::entity::Entities;
use super::existence::Fate;
use super::order::{Arranged, Doubt, Elements, differing};
use super::schema::{Kind, Weight, kind, order_of};
use crate::model::datum::Datum;
use crate::model::merged::{Change, Disorder, Outcome};
use crate::model::record::FieldPath;
use crate::model::sequence::renumbered;
use crate::model::side::{Side, Sides};

/// The order of a table's rows.
pub(super) struct RowOrder {
    /// The rows that are there, as they are to stand in the file.
    pub(super) file: Vec<usize>,
    /// Rows whose number is to change.
    pub(super) numbers: Vec<(usize, Number)>,
    /// Stretches of `file` that are in doubt, where no numbers tell the order.
    pub(super) disorders: Vec<Disorder>,
    /// The rows that are in doubt, as each version has them in order; empty when there is no doubt.
    pub(super) doubtful: Vec<Sides<Vec<usize>>>,
}

/// The number that a row is to have.
pub(super) enum Number {
    /// One.
    Certain(Option<i64>),
    /// One for each version's order.
    Doubtful(Sides<Option<i64>>),
}

/// The order of a table's rows. `preference` is the version whose order is decided to hold in doubt.
pub(super) fn row_order<'n>(
    entities: &Entities<'_>,
    fates: &[Fate],
    name: &dyn Fn(usize) -> &'n str,
    preference: Option<Side>,
) -> RowOrder {
    let table = &entities.sheet.table;
    let kept: Vec<bool> = fates.iter().map(|fate| fate.start().is_some()).collect();
    let files = Sides::each(|side| sequence(entities, side, None));
    let file = Elements {
        sequences: &files,
        kept: &kept,
        name,
    };
    let position = FieldPath::of("position");
    let numbered = kind(table, &position) == Kind::Position
        && Side::ALL.iter().any(|side| {
            let records = entities.sheet.records.of(*side).iter();
            records
                .into_iter()
                .any(|record| record.position.unwrap_or(0) != 0)
        });
    if !numbered {
        let arranged = match order_of(table) {
            Weight::Decided => chosen(file.arranged(), preference),
            Weight::Incidental => settled(&file.arranged_quietly()),
        };
        return by_place(arranged);
    }
    let ranked = Sides::each(|side| sequence(entities, side, Some(&position)));
    let elements = Elements {
        sequences: &ranked,
        kept: &kept,
        name,
    };
    by_number(
        entities,
        &chosen(elements.arranged(), preference),
        file.as_in_ours(),
    )
}

fn settled(order: &[usize]) -> Arranged {
    Arranged {
        orders: Sides::each(|_| order.to_vec()),
        doubt: Doubt::None,
    }
}

fn chosen(arranged: Arranged, preference: Option<Side>) -> Arranged {
    match (arranged.doubt, preference) {
        (Doubt::Circle, Some(side)) => settled(arranged.orders.of(side)),
        _ => arranged,
    }
}

/// The rows of a version: as in the file, or by their numbers.
fn sequence(entities: &Entities<'_>, side: Side, by: Option<&FieldPath>) -> Vec<usize> {
    let place = |entity: usize| *entities.rows(entity).of(side);
    let mut rows: Vec<usize> = (0..entities.len())
        .filter(|entity| place(*entity).is_some())
        .collect();
    let number = |entity: usize| {
        let record = entities.record(entity, side).filter(|_| by.is_some());
        record.and_then(|record| record.position).unwrap_or(0)
    };
    rows.sort_by_key(|entity| (number(*entity), place(*entity)));
    rows
}

/// An order that the places of rows in the file tell.
fn by_place(arranged: Arranged) -> RowOrder {
    let Sides { base, ours, theirs } = arranged.orders;
    let mut order = RowOrder {
        file: Vec::new(),
        numbers: Vec::new(),
        disorders: Vec::new(),
        doubtful: Vec::new(),
    };
    if arranged.doubt == Doubt::Circle {
        for rows in differing(&ours, &theirs) {
            let orders = Sides {
                base: base_of(&base, &ours[rows.clone()]),
                ours: ours[rows.clone()].to_vec(),
                theirs: theirs[rows.clone()].to_vec(),
            };
            order.doubtful.push(orders.clone());
            order.disorders.push(Disorder { rows, orders });
        }
    }
    order.file = ours;
    order
}

/// Some rows in the order in which all stand.
fn base_of(all: &[usize], rows: &[usize]) -> Vec<usize> {
    let wanted: std::collections::HashSet<&usize> = rows.iter().collect();
    all.iter()
        .filter(|row| wanted.contains(row))
        .copied()
        .collect()
}

/// An order that numbers tell.
fn by_number(entities: &Entities<'_>, arranged: &Arranged, file: Vec<usize>) -> RowOrder {
    let mut ranks = vec![0; entities.len()];
    for (rank, entity) in file.iter().enumerate() {
        ranks[*entity] = rank;
    }
    let own = |side: Side| (arranged.doubt == Doubt::Circle).then_some(side);
    let numbers =
        Sides::each(|side| numbers_for(entities, arranged.orders.of(side), &ranks, own(side)));
    let mut order = RowOrder {
        numbers: Vec::new(),
        disorders: Vec::new(),
        doubtful: Vec::new(),
        file: Vec::new(),
    };
    for entity in &file {
        let own = numbers.map(|numbers| numbers[*entity]);
        if arranged.doubt == Doubt::None || own.ours == own.theirs {
            order.numbers.push((*entity, Number::Certain(own.ours)));
        } else {
            order.numbers.push((*entity, Number::Doubtful(own)));
        }
    }
    if arranged.doubt == Doubt::Circle {
        let Sides { base, ours, theirs } = &arranged.orders;
        for rows in differing(ours, theirs) {
            order.doubtful.push(Sides {
                base: base_of(base, &ours[rows.clone()]),
                ours: ours[rows.clone()].to_vec(),
                theirs: theirs[rows].to_vec(),
            });
        }
    }
    order.file = file;
    order
}

/// The number of every row for one order, by entity: what the sides say, and new ones where that contradicts it.
fn numbers_for(
    entities: &Entities<'_>,
    order: &[usize],
    ranks: &[usize],
    own: Option<Side>,
) -> Vec<Option<i64>> {
    let rows: Vec<(Option<i64>, usize)> = order
        .iter()
        .enumerate()
        .map(|(place, entity)| (merged_number(entities, *entity, place, own), ranks[*entity]))
        .collect();
    let mut numbers = vec![None; entities.len()];
    for (entity, (number, _)) in order.iter().zip(&rows) {
        numbers[*entity] = *number;
    }
    for (index, number) in renumbered(&rows) {
        numbers[order[index]] = Some(number);
    }
    numbers
}

/// The number of a row by the rule of fields; its place where both sides changed it. Where the order is in doubt, that
/// of the version whose order is wanted.
fn merged_number(
    entities: &Entities<'_>,
    entity: usize,
    place: usize,
    own: Option<Side>,
) -> Option<i64> {
    let number = |side: Side| Some(entities.record(entity, side)?.position);
    let base = number(Side::Base);
    let absent = base.unwrap_or_default();
    if let Some(number) = own.and_then(number) {
        return number;
    }
    match (number(Side::Ours), number(Side::Theirs)) {
        (Some(ours), Some(theirs)) if ours == theirs => ours,
        (Some(ours), Some(theirs)) if Some(ours) == base => theirs,
        (Some(ours), Some(theirs)) if Some(theirs) == base => ours,
        (Some(_), Some(_)) => i64::try_from(place).ok(),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => absent,
    }
}

/// The changes of a row's number.
pub(super) fn change(
    entities: &Entities<'_>,
    entity: usize,
    start: Side,
    number: &Number,
    conflict: usize,
) -> Option<Change> {
    let own = |side: Side| Some(entities.record(entity, side)?.position);
    let outcome = |number: Option<i64>| {
        let found = [Side::Ours, Side::Theirs, Side::Base]
            .into_iter()
            .find(|side| own(*side) == Some(number));
        match (found, number) {
            (Some(side), _) => Outcome::Take(side),
            (None, Some(number)) => Outcome::Value(Datum::Integer(number)),
            (None, None) => Outcome::Value(Datum::Text(String::new())),
        }
    };
    let path = FieldPath::of("position");
    match number {
        Number::Certain(number) if own(start) == Some(*number) => None,
        Number::Certain(number) => Some(Change {
            path,
            outcome: outcome(*number),
        }),
        Number::Doubtful(numbers) => Some(Change {
            path,
            outcome: Outcome::Clash {
                conflict,
                versions: Box::new(numbers.map(|number| outcome(*number))),
            },
        }),
    }
}
