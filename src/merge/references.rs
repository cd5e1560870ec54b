//! What an entry of a list means: the same artifact or tag in all three versions, whatever it is called there.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::entity::{Entities, Fields};
use crate::model::datum::Datum;
use crate::model::name::Name;
use crate::model::side::{Side, Sides};

/// What an entry means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Reference {
    /// A row.
    Row(usize),
    /// A text that names no row.
    Word(String),
}

/// Which artifact a member means.
pub(super) struct Members {
    bare: OnceCell<Sides<HashMap<String, Bare>>>,
}

/// Which artifacts have a name, whatever their types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bare {
    One(usize),
    Several,
}

impl Members {
    /// Looks nothing up yet.
    pub(super) fn new() -> Self {
        Self {
            bare: OnceCell::new(),
        }
    }

    /// What a member of a side's list means: by that side's artifacts, then by the base's, then by the other side's.
    /// A bare name is taken as the base has it.
    pub(super) fn resolve(&self, artifacts: &Entities<'_>, side: Side, text: &str) -> Reference {
        let name = Name::stored(text);
        let name = name.key();
        let is_typed = name
            .split_once(':')
            .is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty());
        let found = if is_typed {
            by_typed(artifacts, side, &name)
        } else {
            self.by_bare(artifacts, side, &name)
        };
        found.map_or_else(|| Reference::Word(name.into_owned()), Reference::Row)
    }

    fn by_bare(&self, artifacts: &Entities<'_>, side: Side, name: &str) -> Option<usize> {
        let bare = self.bare.get_or_init(|| bare_names(artifacts));
        for known in [Side::Base, side, side.other()] {
            match bare.of(known).get(name) {
                Some(Bare::One(entity)) => {
                    return (!was_renamed(artifacts, *entity, side, known)).then_some(*entity);
                }
                Some(Bare::Several) => return None,
                None => {}
            }
        }
        None
    }
}

fn by_typed(artifacts: &Entities<'_>, side: Side, name: &str) -> Option<usize> {
    [side, Side::Base, side.other()].iter().find_map(|known| {
        let entity = artifacts.named(*known, name)?;
        (!was_renamed(artifacts, entity, side, *known)).then_some(entity)
    })
}

/// Whether a side gave a row another name than the base has, so that the base's name means it no longer.
fn was_renamed(entities: &Entities<'_>, entity: usize, side: Side, known: Side) -> bool {
    let name = entities.name(entity, side);
    known == Side::Base && name.is_some() && name != entities.name(entity, Side::Base)
}

fn bare_names(artifacts: &Entities<'_>) -> Sides<HashMap<String, Bare>> {
    Sides::each(|side| {
        let mut names: HashMap<String, Bare> = HashMap::new();
        for entity in (0..artifacts.len()).filter(|entity| artifacts.is_in(*entity, side)) {
            let name = artifacts.name(entity, side).unwrap_or_default();
            let (_, bare) = name.split_once(':').unwrap_or_default();
            names
                .entry(bare.to_owned())
                .and_modify(|known| *known = Bare::Several)
                .or_insert(Bare::One(entity));
        }
        names
    })
}

/// Which tag definition an artifact's tag means: that of its exact name, else that of its slug.
pub(super) struct Tags {
    by_name: Sides<HashMap<String, usize>>,
}

impl Tags {
    /// Takes the names of the definitions up.
    pub(super) fn of(tags: &Entities<'_>) -> Self {
        let by_name = Sides::each(|side| {
            let there = (0..tags.len()).filter(|entity| tags.is_in(*entity, side));
            let named = there.filter_map(|entity| {
                let name = text(tags.fields(entity, side)?, "name")?;
                Some((name.to_owned(), entity))
            });
            named.collect()
        });
        Self { by_name }
    }

    /// What a tag in a side's list means: by that side's definitions, then by the base's, then by the other side's.
    pub(super) fn resolve(&self, tags: &Entities<'_>, side: Side, text: &str) -> Reference {
        let found = [side, Side::Base, side.other()].iter().find_map(|known| {
            let by_name = self.by_name.of(*known).get(text).copied();
            let entity = by_name.or_else(|| tags.named(*known, text))?;
            (!was_renamed(tags, entity, side, *known)).then_some(entity)
        });
        found.map_or_else(|| Reference::Word(text.to_owned()), Reference::Row)
    }
}

/// A text among a record's own fields.
pub(super) fn text<'s>(fields: &'s Fields, key: &str) -> Option<&'s str> {
    match fields.iter().find(|(path, _)| path.own() == Some(key)) {
        Some((_, Datum::Text(text))) => Some(text),
        _ => None,
    }
}

/// A list among a record's own fields.
pub(super) fn list<'s>(fields: &'s Fields, key: &str) -> &'s [String] {
    match fields.iter().find(|(path, _)| path.own() == Some(key)) {
        Some((_, Datum::List(items))) => items,
        _ => &[],
    }
}
