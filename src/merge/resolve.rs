//! What was decided of conflicts beforehand.

use crate::model::conflict::{Choice, Resolution};
use crate::model::datum::Datum;
use crate::model::record::RecordKey;

/// The decisions that were given.
#[derive(Clone, Copy)]
pub(super) struct Decided<'r>(pub(super) &'r [Resolution]);

impl<'r> Decided<'r> {
    /// What was decided of a field of a row with these keys: the most precise decision, of equally precise ones the
    /// last.
    pub(super) fn choice(self, keys: &[RecordKey], field: &str) -> Option<&'r Choice> {
        let precision = |one: &&Resolution| {
            (
                one.key.is_some(),
                one.field.as_deref() == Some(field),
                one.field.is_some(),
            )
        };
        self.0
            .iter()
            .filter(|one| one.speaks_of(keys, field))
            .max_by_key(precision)
            .map(|one| &one.choice)
    }
}

/// A text that was given for a field, as a value of the kind that the field holds.
pub(super) fn value(text: &str, likes: &[&Datum]) -> Datum {
    if likes.iter().any(|like| matches!(like, Datum::Integer(_)))
        && let Ok(number) = text.trim().parse()
    {
        return Datum::Integer(number);
    }
    if likes.iter().any(|like| matches!(like, Datum::List(_))) {
        let items = text.split(',').map(str::trim);
        return Datum::List(
            items
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect(),
        );
    }
    let is_plain = |like: &&&Datum| matches!(like, Datum::Other(_));
    if likes.iter().any(|like| is_plain(&like)) && ["true", "false"].contains(&text) {
        return Datum::Other(text.to_owned());
    }
    Datum::Text(text.to_owned())
}
