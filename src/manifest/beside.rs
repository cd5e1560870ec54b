//! Whether a text is a valid manifest, told quickly where most of it stands in another one that is known to be valid.

use std::collections::HashSet;

use super::document::{Document, key_at};
use super::error::ManifestError;
use super::rows::{Place, places};
use super::scan::{Section, sections};
use super::validity::is_surely_valid;
use crate::model::row::{RowKey, Table};

/// How far from where it is likely a section is looked for in the other manifest.
const REACH: usize = 8;

impl Document {
    /// Tells whether a text is a valid manifest. This document must be; sections that the text has in common with it
    /// are not looked at again.
    pub fn validate_beside(&self, text: &str) -> Result<(), ManifestError> {
        if is_valid_beside(text, self) {
            return Ok(());
        }
        Self::scan(text.as_bytes().to_vec())?.validate()
    }
}

/// Whether the text is surely valid; `false` says nothing.
fn is_valid_beside(text: &str, known: &Document) -> bool {
    let Ok(sections) = sections(text) else {
        return false;
    };
    let twins = twins(text, &sections, known);
    is_surely_valid(text, &sections, &|section| twins[section].is_some())
        && [Table::TagDefinitions, Table::Groups, Table::Artifacts]
            .into_iter()
            .all(|table| has_no_double(text, &sections, &twins, known, table))
}

/// For each section, which one of the known document it is, to the byte. None stands for two.
fn twins(text: &str, sections: &[Section], known: &Document) -> Vec<Option<usize>> {
    let own = |section: usize| stretch(text, sections, section);
    let other = |section: usize| stretch(known.text(), known.sections(), section);
    let count = known.sections().len();
    let mut twins = Vec::with_capacity(sections.len());
    let mut likely = 0;
    for section in 0..sections.len() {
        let near = likely..(likely + REACH).min(count);
        let twin = near
            .into_iter()
            .find(|candidate| own(section) == other(*candidate));
        likely = twin.map_or(likely, |twin| twin + 1);
        twins.push(twin);
    }
    twins
}

/// A section's text up to the next one.
fn stretch<'t>(text: &'t str, sections: &[Section], section: usize) -> &'t str {
    let end = sections
        .get(section + 1)
        .map_or(text.len(), |next| next.start);
    &text[sections[section].start..end]
}

/// Whether no two rows of a table have one key. Those that stand in the known document differ from one another.
fn has_no_double(
    text: &str,
    sections: &[Section],
    twins: &[Option<usize>],
    known: &Document,
    table: Table,
) -> bool {
    let twin = |place: &Place| match place {
        Place::Section { main, .. } => twins[*main],
        Place::Inline(_) => None,
    };
    let mut keys: HashSet<RowKey> = HashSet::new();
    let mut shared: HashSet<usize> = HashSet::new();
    for place in places(text, sections, table) {
        if let Some(twin) = twin(&place) {
            shared.insert(twin);
            continue;
        }
        let key = key_at(text, sections, table, &place);
        if key.is_some_and(|key| !keys.insert(key)) {
            return false;
        }
    }
    let rows = known.table(table);
    let is_shared =
        |place: &Place| matches!(place, Place::Section { main, .. } if shared.contains(main));
    let mut rows = rows.places.iter().zip(&rows.keys);
    keys.is_empty()
        || !rows.any(|(place, key)| {
            is_shared(place) && key.as_ref().is_some_and(|key| keys.contains(key))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_beside_agrees_with_what_is_told_alone() {
        let group = |name: &str| format!("[[groups]]\nname = \"{name}\"\n\n");
        let all = [group("A"), group("B"), group("C"), group("D")];
        let known = Document::scan(all.concat().into_bytes()).unwrap();
        known.validate().unwrap();
        let texts = [
            all.concat(),
            [&all[0], &all[1], &all[1]].map(String::as_str).concat(),
            [group("A"), group("X"), group("C"), group("A")].concat(),
            [group("X"), group("X")].concat(),
            [&all[3], &all[0], &all[2]].map(String::as_str).concat(),
            format!("{}x = 1\n", all.concat()),
            format!("{}name = 1\n", all.concat()),
            format!("{}[groups]\n", all.concat()),
            format!("groups = []\n{}", all.concat()),
            format!("groups = [{{ name = \"A\" }}]\n{}", all.concat()),
        ];
        for text in texts {
            let alone = Document::scan(text.clone().into_bytes()).and_then(|one| one.validate());
            assert_eq!(
                known.validate_beside(&text).is_ok(),
                alone.is_ok(),
                "{text}"
            );
            assert!(alone.is_ok() || !is_valid_beside(&text, &known), "{text}");
        }
    }
}
