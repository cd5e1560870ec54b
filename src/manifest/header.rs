//! The header, in all the ways in which TOML can say it.

use std::ops::Range;

use super::decode;
use super::rows::{Pair, pairs_of_inline, pairs_of_section};
use super::scan::{Kind, Section};
use crate::model::collection::Dialect;

/// Where the part of the header's path ends that a section's own header gives; nothing for other sections.
pub(super) fn depth(kind: Kind, dialect: Dialect) -> Option<usize> {
    match kind {
        Kind::Root => Some(0),
        Kind::Tool if dialect == Dialect::Native => Some(1),
        Kind::Header(found) if found == dialect => Some(dialect.path().len()),
        _ => None,
    }
}

/// Tells the dialect: SkillMeat's when there is a `collection` table, else native.
pub(super) fn dialect(text: &str, sections: &[Section]) -> Dialect {
    let kinds = [
        Kind::Header(Dialect::SkillMeat),
        Kind::BelowHeader(Dialect::SkillMeat),
    ];
    let in_root = |pair: Pair<'_>| {
        pair.key.first == "collection" && (!pair.key.rest.is_empty() || pair.raw.starts_with('{'))
    };
    let root = sections.first().map_or("", |root| &text[..root.body_end]);
    let is_skillmeat = sections.iter().any(|section| kinds.contains(&section.kind))
        || pairs_of_section(root, 0).any(in_root);
    if is_skillmeat {
        Dialect::SkillMeat
    } else {
        Dialect::Native
    }
}

/// A value of the header: its section or piece, and its byte range there.
pub(super) type Found = (usize, Range<usize>);

/// Finds a field of the header in texts that are given with what they are.
pub(super) fn find<'t>(
    parts: impl Iterator<Item = (usize, Kind, &'t str)>,
    dialect: Dialect,
    name: &str,
) -> Option<Found> {
    let mut target = dialect.path().to_vec();
    target.push(name);
    find_path(parts, dialect, &target)
}

/// Finds the value at a path that begins with the header's.
pub(super) fn find_path<'t>(
    mut parts: impl Iterator<Item = (usize, Kind, &'t str)>,
    dialect: Dialect,
    target: &[&str],
) -> Option<Found> {
    parts.find_map(|(id, kind, text)| {
        let rest = target.get(depth(kind, dialect)?..)?;
        let found = find_among(pairs_of_section(text, 0), rest)?;
        Some((id, found))
    })
}

fn find_among<'t>(
    mut pairs: impl Iterator<Item = Pair<'t>>,
    target: &[&str],
) -> Option<Range<usize>> {
    pairs.find_map(|pair| {
        let path = pair.key.path();
        let rest = target.strip_prefix(
            path.iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
        )?;
        if rest.is_empty() {
            return Some(pair.value_at..pair.value_at + pair.raw.len());
        }
        find_among(pairs_of_inline(pair.raw, pair.value_at).into_iter(), rest)
    })
}

fn parts<'t>(
    text: &'t str,
    sections: &'t [Section],
) -> impl Iterator<Item = (usize, Kind, &'t str)> {
    let slice = |section: &Section| match section.kind {
        Kind::Root => &text[..section.body_end],
        _ => &text[section.start..section.body_end],
    };
    sections
        .iter()
        .enumerate()
        .map(move |(id, section)| (id, section.kind, slice(section)))
}

/// Reads a text of the header, `""` when unset.
pub(super) fn text(text: &str, sections: &[Section], dialect: Dialect, name: &str) -> String {
    value(text, sections, dialect, name)
        .and_then(|range| decode::text(&text[range]))
        .unwrap_or_default()
        .into_owned()
}

/// The byte range of a value of the header.
pub(super) fn value(
    text: &str,
    sections: &[Section],
    dialect: Dialect,
    name: &str,
) -> Option<Range<usize>> {
    let (id, range) = find(parts(text, sections), dialect, name)?;
    let base = if id == 0 { 0 } else { sections[id].start };
    Some(base + range.start..base + range.end)
}

/// The byte at which the header begins.
pub(super) fn start(text: &str, sections: &[Section], dialect: Dialect) -> Option<usize> {
    let section = sections
        .iter()
        .find(|section| section.kind == Kind::Header(dialect));
    if let Some(section) = section {
        return Some(section.start);
    }
    let path = dialect.path();
    parts(text, sections).find_map(|(id, kind, part)| {
        let rest = path.get(depth(kind, dialect)?..)?;
        let begins = |pair: &Pair<'_>| {
            pair.key
                .path()
                .iter()
                .zip(rest)
                .all(|(found, wanted)| found == wanted)
        };
        let pair =
            pairs_of_section(part, if id == 0 { 0 } else { sections[id].start }).find(begins)?;
        Some(pair.key_at)
    })
}
