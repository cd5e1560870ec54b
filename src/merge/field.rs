//! The rule for one value, or for several that belong together: what only one side changed, holds.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::schema::Kind;
use crate::model::datum::Datum;
use crate::model::name::Name;
use crate::model::side::{Side, Sides};

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It is as in that version.
    Take(Side),
    /// Both sides changed it, differently.
    Conflict,
}

/// A value in three versions, with what it is.
pub(super) struct Field<'d> {
    /// What it is.
    pub(super) kind: Kind,
    /// The values; nothing where the key is absent.
    pub(super) values: Sides<Option<&'d Datum>>,
}

impl Field<'_> {
    /// Whether two versions mean the same.
    pub(super) fn is_same(&self, one: Side, other: Side) -> bool {
        same(self.kind, *self.values.of(one), *self.values.of(other))
    }

    fn is_identical(&self, one: Side, other: Side) -> bool {
        self.values.of(one) == self.values.of(other)
    }

    fn is_there(&self, side: Side) -> bool {
        self.values.of(side).is_some_and(|datum| !datum.is_empty())
    }
}

/// Whether two values mean the same. An empty one and an absent one do.
pub(super) fn same(kind: Kind, one: Option<&Datum>, other: Option<&Datum>) -> bool {
    let one = one.filter(|datum| !datum.is_empty());
    let other = other.filter(|datum| !datum.is_empty());
    match (kind, one, other) {
        (Kind::Color, Some(Datum::Text(one)), Some(Datum::Text(other))) => {
            one.eq_ignore_ascii_case(other)
        }
        (Kind::Name, Some(Datum::Text(one)), Some(Datum::Text(other))) => {
            Name::stored(one) == Name::stored(other)
        }
        (_, one, other) => one == other,
    }
}

/// Decides on fields that are one value together.
pub(super) fn decide(fields: &[Field<'_>]) -> Decision {
    let same = |one, other| fields.iter().all(|field| field.is_same(one, other));
    if same(Side::Ours, Side::Theirs) {
        return Decision::Take(written_anew(fields));
    }
    if same(Side::Ours, Side::Base) {
        Decision::Take(Side::Theirs)
    } else if same(Side::Theirs, Side::Base) {
        Decision::Take(Side::Ours)
    } else {
        Decision::Conflict
    }
}

/// Of two sides that mean the same colour, the one that wrote it in another case than the base, if only theirs did.
fn written_anew(fields: &[Field<'_>]) -> Side {
    let identical = |one, other| fields.iter().all(|field| field.is_identical(one, other));
    let there = fields.iter().all(|field| {
        field.kind == Kind::Color && Side::ALL.iter().all(|side| field.is_there(*side))
    });
    let only_theirs =
        there && identical(Side::Ours, Side::Base) && !identical(Side::Theirs, Side::Base);
    if only_theirs {
        Side::Theirs
    } else {
        Side::Ours
    }
}

/// Decides on a moment: the later or the earlier of both, and never a conflict.
pub(super) fn decide_moment(field: &Field<'_>) -> Side {
    let (Some(ours), Some(theirs)) = (field.values.ours, field.values.theirs) else {
        return match decide(std::slice::from_ref(field)) {
            Decision::Take(side) => side,
            Decision::Conflict if field.values.ours.is_some() => Side::Ours,
            Decision::Conflict => Side::Theirs,
        };
    };
    let wanted = match field.kind {
        Kind::Earlier => Ordering::Less,
        _ => Ordering::Greater,
    };
    if compare_moments(theirs, ours) == wanted {
        Side::Theirs
    } else {
        Side::Ours
    }
}

fn compare_moments(one: &Datum, other: &Datum) -> Ordering {
    let (one, other) = (text_of(one), text_of(other));
    match (moment(&one), moment(&other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.cmp(&other),
    }
}

fn text_of(datum: &Datum) -> Cow<'_, str> {
    match datum {
        Datum::Text(text) | Datum::Other(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// A moment as it is written in manifests; one without an offset is in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let naive: DateTime = text.parse().ok()?;
    TimeZone::UTC.to_timestamp(naive).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Datum {
        Datum::Text(text.to_owned())
    }

    fn decided(kind: Kind, base: &str, ours: &str, theirs: &str) -> Decision {
        let data = Sides {
            base: text(base),
            ours: text(ours),
            theirs: text(theirs),
        };
        let values = data.map(Some);
        decide(&[Field { kind, values }])
    }

    #[test]
    fn what_one_side_changed_holds() {
        let take = Decision::Take;
        assert_eq!(decided(Kind::Plain, "a", "a", "b"), take(Side::Theirs));
        assert_eq!(decided(Kind::Plain, "a", "b", "a"), take(Side::Ours));
        assert_eq!(decided(Kind::Plain, "a", "b", "b"), take(Side::Ours));
        assert_eq!(decided(Kind::Plain, "a", "b", "c"), Decision::Conflict);
        assert_eq!(decided(Kind::Plain, "", "", ""), take(Side::Ours));
    }

    #[test]
    fn colours_differ_by_more_than_case() {
        let take = Decision::Take;
        assert_eq!(decided(Kind::Color, "#a", "#b", "#B"), take(Side::Ours));
        assert_eq!(decided(Kind::Color, "#a", "#A", "#b"), take(Side::Theirs));
        assert_eq!(decided(Kind::Color, "#a", "#a", "#A"), take(Side::Theirs));
    }

    #[test]
    fn moments_never_clash() {
        let both = |ours: &str, theirs: &str| {
            let (ours, theirs) = (text(ours), text(theirs));
            let values = Sides {
                base: None,
                ours: Some(&ours),
                theirs: Some(&theirs),
            };
            decide_moment(&Field {
                kind: Kind::Later,
                values,
            })
        };
        assert_eq!(
            both("2026-01-02T00:00:00", "2026-01-01T00:00:00"),
            Side::Ours
        );
        assert_eq!(
            both("2026-01-01T23:00:00Z", "2026-01-02T00:30:00+02:00"),
            Side::Ours
        );
        assert_eq!(
            both("2026-01-01T00:00:00.5", "2026-01-01T00:00:00.51"),
            Side::Theirs
        );
    }
}
