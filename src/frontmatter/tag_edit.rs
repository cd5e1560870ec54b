//! Taking a tag out of a header without touching anything else.
//!
//! Tags stand in `tags`, `keywords` and `metadata.tags`, as a list or a text with commas. An edit cuts the tag's own bytes (or
//! its line) and is checked by reading the result again: if anything but the tag would change, nothing is changed.

use std::ops::Range;

use super::error::FrontmatterError;
use super::line::place;
use super::places::{Item, tag_entries, tags, written_pieces};
use super::read::{decode, document, read, readable};
use super::value::{Entry, Kind, Value};

/// Entries that one call takes out, at most; more of one tag is no header that a person wrote.
const EDITS: usize = 100;

/// A range of the file and what stands there afterwards.
type Splice = (Range<usize>, String);

/// The 1-based line on which the first matching tag stands.
pub fn tag_line(bytes: &[u8], tag_matches: &dyn Fn(&str) -> bool) -> Option<u32> {
    let (text, _) = decode(bytes);
    let document = document(&text)?;
    let (_, item) = first_match(&text, &document.entries, tag_matches)?;
    Some(line_of(&text, &item))
}

/// The file without the matching tags of its header; a list that becomes empty is written `[]`.
///
/// Only lines on which a matching tag stands change (and a list's key line, when its last tag goes).
pub fn without_tag(
    bytes: &[u8],
    tag_matches: &dyn Fn(&str) -> bool,
) -> Result<Vec<u8>, FrontmatterError> {
    let line = tag_line(bytes, tag_matches).ok_or(FrontmatterError::NotThere)?;
    let mut edited = bytes.to_vec();
    for _ in 0..EDITS {
        match splice_first(&edited, tag_matches)? {
            None if says_the_rest(bytes, &edited, tag_matches) => return Ok(edited),
            None => break,
            Some((range, text)) => {
                edited.splice(range, text.into_bytes());
            }
        }
    }
    Err(FrontmatterError::CantEdit { line })
}

/// How the first matching tag is taken out; `None` when there is none.
fn splice_first(
    bytes: &[u8],
    tag_matches: &dyn Fn(&str) -> bool,
) -> Result<Option<Splice>, FrontmatterError> {
    let text = readable(bytes);
    let Some(document) = document(text) else {
        return Ok(None);
    };
    let Some((entry, item)) = first_match(text, &document.entries, tag_matches) else {
        return Ok(None);
    };
    let splice = splice(text, entry, &item).ok_or_else(|| FrontmatterError::CantEdit {
        line: line_of(text, &item),
    })?;
    Ok(Some(splice))
}

fn first_match<'a>(
    text: &str,
    entries: &'a [Entry],
    tag_matches: &dyn Fn(&str) -> bool,
) -> Option<(&'a Entry, Item)> {
    tag_entries(entries).find_map(|entry| {
        let item = tags(text, &entry.value)
            .into_iter()
            .find(|item| tag_matches(&item.text))?;
        Some((entry, item))
    })
}

/// Whether the edited file says all that the file said but the tags.
fn says_the_rest(before: &[u8], after: &[u8], tag_matches: &dyn Fn(&str) -> bool) -> bool {
    let mut expected = read(before);
    let found = read(after);
    expected.metadata.tags.retain(|tag| !tag_matches(tag));
    expected.metadata == found.metadata && expected.trust == found.trust
}

/// The line of the item's first character.
fn line_of(text: &str, item: &Item) -> u32 {
    let written = &text[item.span.clone()];
    place(
        text,
        item.span.start + written.len() - written.trim_start().len(),
    )
    .0
}

fn splice(text: &str, entry: &Entry, item: &Item) -> Option<Splice> {
    if entry.value.is_copy_below(&entry.key_span) {
        return None;
    }
    match &entry.value.kind {
        Kind::Text(..) => splice_text(text, &entry.value, item),
        Kind::List(values) if stand_in_order(&entry.value.span, values) => {
            let index = values.iter().position(|value| value.span == item.span)?;
            if text[entry.value.span.clone()].starts_with('[') {
                splice_flow(text, &entry.value, values, index)
            } else {
                splice_block(text, entry, values, index)
            }
        }
        Kind::List(_) | Kind::Table(_) => None,
    }
}

/// Whether the values stand one behind the other in the list; a copy of an anchor does not.
fn stand_in_order(list: &Range<usize>, values: &[Value]) -> bool {
    let mut from = list.start;
    values.iter().all(|value| {
        let follows = from <= value.span.start && value.span.end <= list.end;
        from = value.span.end;
        follows
    })
}

/// Takes a piece out of a text such as `a, b` with one of the commas beside it.
fn splice_text(text: &str, value: &Value, item: &Item) -> Option<Splice> {
    let all = written_pieces(text, value, ',')?;
    let index = all.iter().position(|piece| *piece == item.span)?;
    let is_blank =
        |(at, piece): (usize, &Range<usize>)| at == index || text[piece.clone()].trim().is_empty();
    if all.iter().enumerate().all(is_blank) {
        return Some((value.span.clone(), "[]".to_owned()));
    }
    let space = |piece: &Range<usize>| {
        &text[piece.start..piece.start + leading_space(&text[piece.clone()])]
    };
    let begins_line = |piece: &Range<usize>| space(piece).contains('\n');
    let start_of = |piece: &Range<usize>| piece.start + space(piece).len();
    let cut = match all.get(index + 1) {
        Some(next) if index == 0 || begins_line(&item.span) && !begins_line(next) => {
            start_of(&item.span)..start_of(next)
        }
        _ => item.span.start - 1..item.span.end,
    };
    Some((cut, String::new()))
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Takes an item out of a list in brackets: with its line if it stands alone there, else with one of its commas.
fn splice_flow(text: &str, list: &Value, values: &[Value], index: usize) -> Option<Splice> {
    let item = values[index].span.clone();
    if values.len() == 1 && !text[list.span.clone()].contains('#') {
        return Some((list.span.clone(), "[]".to_owned()));
    }
    let line_start = line_start(text, item.start);
    let before = text[line_start..item.start].trim();
    let behind = item.end..line_end(text, item.end);
    let comma = text[behind.clone()].starts_with(',');
    let rest = text[behind.clone()].trim_start_matches(',').trim_start();
    if before.is_empty() && (rest.is_empty() || rest.starts_with('#')) {
        return Some((line_start..behind.end, String::new()));
    }
    let previous = index
        .checked_sub(1)
        .map(|at| values[at].span.end)
        .filter(|end| *end > line_start);
    let next = values
        .get(index + 1)
        .map(|next| next.span.start)
        .filter(|start| *start < behind.end);
    let cut = match (previous, next) {
        (Some(previous), _) if text[previous..item.start].trim() == "," => previous..item.end,
        (None, Some(next)) if text[item.end..next].trim() == "," => item.start..next,
        (None, None) => item.start..item.end + usize::from(comma),
        _ => return None,
    };
    Some((cut, String::new()))
}

/// Takes an item out of a list with dashes: its lines. With the last item, `[]` is written behind the key.
fn splice_block(text: &str, entry: &Entry, values: &[Value], index: usize) -> Option<Splice> {
    let item = values[index].span.clone();
    let start = line_start(text, item.start);
    let is_own_line = text[start..item.start].trim() == "-";
    if !is_own_line {
        return None;
    }
    let end = if text[..item.end].ends_with('\n') {
        item.end
    } else {
        line_end(text, item.end)
    };
    if values.len() > 1 {
        return Some((start..end, String::new()));
    }
    let colon = entry.key_span.end + text[entry.key_span.end..start].find(':')? + 1;
    Some((colon..end, format!(" []{}", &text[colon..start])))
}

/// Where the line of a byte begins.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line behind the line of a byte begins.
fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

#[cfg(test)]
#[path = "tag_edit_tests.rs"]
mod tests;
