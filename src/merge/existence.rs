//! Whether a row is there: deleted rows stay deleted, unless the other side changed them or newly refers to them.

use super::entity::Entities;
use crate::model::conflict::{Choice, Class, Conflict, Version};
use crate::model::record::RecordKey;
use crate::model::side::{Side, Sides};

use super::resolve::Decided;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is there, and its text begins with that of this version.
    There(Side),
    /// One side deleted it and the other can't accept that; it begins with this version's text.
    Disputed(Side, Box<Conflict>),
    /// It is gone.
    Gone,
    /// It was decided that it goes, with what newly refers to it.
    Dropped,
}

impl Fate {
    /// The version that the row begins with, if it is there at all.
    pub(super) fn start(&self) -> Option<Side> {
        match self {
            Self::There(side) | Self::Disputed(side, _) => Some(*side),
            Self::Gone | Self::Dropped => None,
        }
    }
}

/// What speaks for a row that one side deleted.
pub(super) struct Defence {
    /// Whether the other side changed it.
    pub(super) changed: Changed,
    /// The rows of the other side that newly refer to it.
    pub(super) referring: Vec<RecordKey>,
}

/// Whether a row is another than in the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Tells what becomes of a row. `defence` is asked about a row that one side deleted, with the side that has it.
pub(super) fn fate(
    entities: &Entities<'_>,
    entity: usize,
    decided: Decided<'_>,
    defence: &dyn Fn(Side) -> Defence,
) -> Fate {
    let there = entities.rows(entity).map(Option::is_some);
    match (there.base, there.ours, there.theirs) {
        (_, true, true) | (false, true, false) => Fate::There(Side::Ours),
        (false, false, true) => Fate::There(Side::Theirs),
        (_, false, false) => Fate::Gone,
        (true, true, false) => disputed(entities, entity, Side::Ours, decided, defence),
        (true, false, true) => disputed(entities, entity, Side::Theirs, decided, defence),
    }
}

fn disputed(
    entities: &Entities<'_>,
    entity: usize,
    kept: Side,
    decided: Decided<'_>,
    defence: &dyn Fn(Side) -> Defence,
) -> Fate {
    let Defence { changed, referring } = defence(kept);
    let (class, version) = match (changed, referring.is_empty()) {
        (Changed::No, true) => return Fate::Gone,
        (Changed::Yes, _) => (Class::DeleteEdit, Version::Changed),
        (Changed::No, false) => (Class::Violation, Version::Referred(referring)),
    };
    match decided.choice(&keys(entities, entity), "") {
        Some(Choice::Version(side)) if entities.is_in(entity, *side) => Fate::There(*side),
        Some(Choice::Version(_)) => Fate::Dropped,
        Some(Choice::Value(_)) | None => {
            let mut versions = Sides {
                base: Version::Unchanged,
                ours: Version::Deleted,
                theirs: Version::Deleted,
            };
            *versions.of_mut(kept) = version;
            let conflict = Conflict {
                key: entities.key(entity, entities.first_name(entity, &Side::ALL)),
                field: String::new(),
                class,
                versions,
            };
            Fate::Disputed(kept, Box::new(conflict))
        }
    }
}

/// All keys under which a row may be named.
pub(super) fn keys(entities: &Entities<'_>, entity: usize) -> Vec<RecordKey> {
    let names = Side::ALL
        .iter()
        .filter_map(|side| entities.name(entity, *side));
    let mut keys: Vec<RecordKey> = names.map(|name| entities.key(entity, name)).collect();
    keys.dedup();
    keys
}
