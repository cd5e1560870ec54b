//! One field of one row: its value replaced, added or taken away in the text, and nothing else.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::arrange::{Comments, Wanted};
use super::bracketed::Bracketed;
use super::decode;
use super::lex::{inner_pair, line_end, line_stop, newline_at, skip_blank};
use super::scan::{Statement, statements};
use super::write::{lines, words};
use crate::model::datum::quoted;
use crate::model::sequence::longest_rising;
use crate::model::value::Value;

/// What a field is to hold, and how it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    /// The field's key.
    pub(super) name: &'a str,
    /// What it is to hold.
    pub(super) value: &'a Value,
    /// The keys of the row in the order in which they are written.
    pub(super) order: &'a [&'a str],
    /// What becomes of a key whose value is taken away.
    pub(super) unset: Unset,
    /// The newline of the file.
    pub(super) newline: &'static str,
}

/// What becomes of a key whose value is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    /// It goes, unless a comment would go with it.
    Remove,
    /// It stays, with an empty value.
    Empty,
}

/// Where a value stands, which decides how a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surroundings<'t> {
    /// A line with that indentation.
    Line(&'t str),
    /// An inline table.
    Inline,
}

/// Sets a field in the text of a section, or of the statements before the first header.
///
/// `prefix` is the dotted path, with its last dot, under which the row's keys stand; mostly `""`.
pub(super) fn in_section(text: &str, prefix: &str, setting: Setting<'_>) -> String {
    let all: Vec<Statement> = statements(text).collect();
    let named = |statement: &Statement| own_name(&text[statement.key.clone()], prefix);
    let found = all
        .iter()
        .find(|statement| named(statement).as_deref() == Some(setting.name));
    let Some(found) = found else {
        if *setting.value == Value::Absent {
            return text.to_owned();
        }
        return insert_line(text, prefix, &all, setting);
    };
    let indent = &text[found.line.start..found.key.start];
    let raw = &text[found.value.clone()];
    match replacement(
        raw,
        setting,
        Surroundings::Line(indent),
        has_comment(text, found),
    ) {
        Some(value) => spliced(text, found.value.clone(), &value),
        None => without_line(text, found),
    }
}

/// Sets a field in the text of an inline table.
pub(super) fn in_inline(text: &str, setting: Setting<'_>) -> Option<String> {
    let mut table = Bracketed::parse(text, setting.newline)?;
    let bodies: Vec<String> = table.bodies().into_iter().map(str::to_owned).collect();
    let name_of = |body: &str| {
        let (key, _) = inner_pair(body.as_bytes(), 0).ok()?;
        own_name(&body[key], "").map(Cow::into_owned)
    };
    let names: Vec<Option<String>> = bodies.iter().map(|body| name_of(body)).collect();
    let mut wanted: Vec<Wanted> = (0..bodies.len()).map(Wanted::Old).collect();
    match names
        .iter()
        .position(|name| name.as_deref() == Some(setting.name))
    {
        Some(index) => {
            let (_, value) = inner_pair(bodies[index].as_bytes(), 0).ok()?;
            match replacement(
                &bodies[index][value.clone()],
                setting,
                Surroundings::Inline,
                false,
            ) {
                Some(new) => {
                    wanted[index] = Wanted::Changed(index, spliced(&bodies[index], value, &new));
                }
                None => drop(wanted.remove(index)),
            }
        }
        None if *setting.value != Value::Absent => {
            let new = fresh(setting.name, setting.value, Surroundings::Inline);
            let after = last_before(&names, setting).map_or(0, |index| index + 1);
            wanted.insert(after, Wanted::New(format!("{} = {new}", setting.name)));
        }
        None => return Some(text.to_owned()),
    }
    table.arrange(&wanted, Comments::Keep);
    Some(table.render(""))
}

/// The last of the row's keys that are written before the one that is set.
fn last_before(names: &[Option<String>], setting: Setting<'_>) -> Option<usize> {
    let rank = |name: &str| setting.order.iter().position(|other| *other == name);
    let own = rank(setting.name)?;
    let ranks = names
        .iter()
        .enumerate()
        .filter_map(|(index, name)| Some((rank(name.as_deref()?)?, index)));
    ranks
        .filter(|(found, _)| *found < own)
        .max()
        .map(|(_, index)| index)
}

/// The name of a key under a dotted path.
fn own_name<'t>(raw: &'t str, prefix: &str) -> Option<Cow<'t, str>> {
    if !prefix.is_empty() {
        return raw.strip_prefix(prefix).and_then(|rest| own_name(rest, ""));
    }
    let key = decode::key(raw);
    key.rest.is_empty().then_some(key.first)
}

/// The new text of a value; nothing when the key is to go.
fn replacement(
    raw: &str,
    setting: Setting<'_>,
    place: Surroundings<'_>,
    comment: bool,
) -> Option<String> {
    match setting.value {
        Value::List(items) if raw.starts_with('[') => Some(edit_list(raw, items, setting, place)),
        Value::Absent if raw.starts_with('[') => {
            let emptied = edit_list(raw, &[], setting, place);
            let keep = setting.unset == Unset::Empty
                || comment
                || emptied.contains('#')
                || !decodes_to_texts(&emptied);
            keep.then_some(emptied)
        }
        Value::Absent if setting.unset == Unset::Empty => Some("\"\"".to_owned()),
        Value::Absent if comment && decode::text(raw).is_some() => Some("\"\"".to_owned()),
        Value::Absent => None,
        Value::Text(text) => Some(quoted_like(raw, text)),
        value => Some(with_newline(
            &fresh(setting.name, value, place),
            setting.newline,
        )),
    }
}

fn decodes_to_texts(raw: &str) -> bool {
    decode::list(raw).is_some_and(|list| list.is_empty())
}

/// A string in the quotes of the one that it replaces, where these can hold it.
pub(super) fn quoted_like(raw: &str, text: &str) -> String {
    let literal = raw.starts_with('\'') && !raw.starts_with("'''");
    let fits = !text.contains(|character: char| character == '\'' || character.is_control());
    if literal && fits {
        format!("'{text}'")
    } else {
        quoted(text)
    }
}

/// The text of a value that was not there before.
fn fresh(name: &str, value: &Value, place: Surroundings<'_>) -> String {
    match (value, place) {
        (Value::Absent, _) => "\"\"".to_owned(),
        (Value::Text(text), _) => quoted(text),
        (Value::Integer(number), _) => number.to_string(),
        (Value::List(items), Surroundings::Line(indent)) if name == "members" => {
            lines(items, indent)
        }
        (Value::List(items), _) => words(items),
    }
}

/// Makes an array hold these strings, touching only the entries that differ.
fn edit_list(raw: &str, items: &[String], setting: Setting<'_>, place: Surroundings<'_>) -> String {
    let indent = match place {
        Surroundings::Line(indent) => indent,
        Surroundings::Inline => "",
    };
    let fallback = || with_newline(&fresh(setting.name, setting.value, place), setting.newline);
    let (Some(mut list), Some(old)) = (Bracketed::parse(raw, setting.newline), decode::list(raw))
    else {
        return fallback();
    };
    if old.is_empty() && !list.has_comments() && !list.is_many_lines() {
        return if items.is_empty() {
            raw.to_owned()
        } else {
            fallback()
        };
    }
    list.arrange(&wanted_entries(&old, items), Comments::Keep);
    list.render(indent)
}

/// Tells which old entries make up the new list. Entries that are no strings stay behind the one before them.
fn wanted_entries(old: &[Option<String>], items: &[String]) -> Vec<Wanted> {
    let mut used = vec![false; old.len()];
    let mut wanted: Vec<Wanted> = Vec::with_capacity(items.len());
    let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (index, text) in old.iter().enumerate() {
        if let Some(text) = text {
            places.entry(text).or_default().push_back(index);
        }
    }
    for item in items {
        match places.get_mut(item.as_str()).and_then(VecDeque::pop_front) {
            Some(index) => {
                used[index] = true;
                wanted.push(Wanted::Old(index));
            }
            None => wanted.push(Wanted::New(quoted(item))),
        }
    }
    pair_changed(old, &used, &mut wanted);
    keep_odd(old, &mut wanted);
    wanted
}

/// Where as many entries came as went between two that stay, each that came takes the place of one that went.
fn pair_changed(old: &[Option<String>], used: &[bool], wanted: &mut [Wanted]) {
    let kept: Vec<usize> = wanted.iter().filter_map(old_index).collect();
    let anchors = longest_rising(&kept);
    let is_anchor =
        |want: &Wanted| old_index(want).is_some_and(|index| anchors.binary_search(&index).is_ok());
    let (mut from, mut begin) = (0, 0);
    loop {
        let to = wanted[begin..]
            .iter()
            .position(is_anchor)
            .map_or(wanted.len(), |found| begin + found);
        let until = wanted.get(to).and_then(old_index).unwrap_or(old.len());
        let gone: Vec<usize> = (from..until)
            .filter(|index| !used[*index] && old[*index].is_some())
            .collect();
        let came: Vec<usize> = (begin..to)
            .filter(|at| matches!(wanted[*at], Wanted::New(_)))
            .collect();
        if gone.len() == came.len() {
            for (index, at) in gone.into_iter().zip(came) {
                if let Wanted::New(body) = &mut wanted[at] {
                    wanted[at] = Wanted::Changed(index, std::mem::take(body));
                }
            }
        }
        if to == wanted.len() {
            return;
        }
        (from, begin) = (until + 1, to + 1);
    }
}

fn old_index(wanted: &Wanted) -> Option<usize> {
    match wanted {
        Wanted::Old(index) | Wanted::Changed(index, _) => Some(*index),
        Wanted::New(_) | Wanted::Brought { .. } => None,
    }
}

fn keep_odd(old: &[Option<String>], wanted: &mut Vec<Wanted>) {
    for index in (0..old.len()).filter(|index| old[*index].is_none()) {
        let before = (0..index).rev().find_map(|other| {
            wanted
                .iter()
                .position(|want| old_index(want) == Some(other))
        });
        wanted.insert(before.map_or(0, |at| at + 1), Wanted::Old(index));
    }
}

fn has_comment(text: &str, statement: &Statement) -> bool {
    text.as_bytes()
        .get(skip_blank(text.as_bytes(), statement.value.end))
        == Some(&b'#')
}

/// The text without a statement; a comment after it stays on a line of its own.
fn without_line(text: &str, statement: &Statement) -> String {
    if has_comment(text, statement) {
        let comment = skip_blank(text.as_bytes(), statement.value.end);
        return spliced(text, statement.key.start..comment, "");
    }
    spliced(text, statement.line.clone(), "")
}

fn insert_line(text: &str, prefix: &str, all: &[Statement], setting: Setting<'_>) -> String {
    let names: Vec<Option<String>> = all
        .iter()
        .map(|one| own_name(&text[one.key.clone()], prefix).map(Cow::into_owned))
        .collect();
    let after = last_before(&names, setting).map(|index| &all[index]);
    let beside = after.or_else(|| {
        names
            .iter()
            .position(Option::is_some)
            .map(|index| &all[index])
    });
    let indent = beside.map_or("", |one| &text[one.line.start..one.key.start]);
    let value = fresh(setting.name, setting.value, Surroundings::Line(indent));
    let line = with_newline(
        &format!("{indent}{prefix}{} = {value}", setting.name),
        setting.newline,
    );
    let at = match (after, beside) {
        (Some(one), _) => one.line.end,
        (None, Some(one)) => one.line.start,
        (None, None) => head_end(text),
    };
    insert_whole_line(text, at, &line, setting.newline)
}

/// The byte after the header's line; the text's end when there is none.
fn head_end(text: &str) -> usize {
    match super::scan::Lines::new(text, super::scan::bom(text)).next() {
        Some(Ok(super::scan::Line::Header { line, .. })) => line.end,
        _ => text.len(),
    }
}

/// Puts a line where another one begins or the text ends.
pub(super) fn insert_whole_line(text: &str, at: usize, line: &str, newline: &str) -> String {
    let (before, after) = text.split_at(at);
    if before.is_empty() || before.ends_with('\n') || before == "\u{feff}" {
        return format!("{before}{line}{newline}{after}");
    }
    format!("{before}{newline}{line}{after}")
}

/// Puts a value in a byte range.
pub(super) fn spliced(text: &str, range: Range<usize>, value: &str) -> String {
    format!("{}{value}{}", &text[..range.start], &text[range.end..])
}

/// Gives a text the file's newlines.
pub(super) fn with_newline(text: &str, newline: &str) -> String {
    if newline == "\n" {
        text.to_owned()
    } else {
        text.replace('\n', newline)
    }
}

/// The text without a statement of the root whose comment stays, and without the blank line that set it apart.
pub(super) fn without_statement(text: &str, statement: &Statement) -> String {
    let bytes = text.as_bytes();
    if has_comment(text, statement) {
        return without_line(text, statement);
    }
    let blank_before = statement.line.start <= super::scan::bom(text)
        || text[..statement.line.start].ends_with("\n\n");
    let mut end = statement.line.end;
    if blank_before
        && newline_at(bytes, line_stop(bytes, end)).is_some()
        && line_stop(bytes, end) == end
    {
        end = line_end(bytes, end);
    }
    spliced(text, statement.line.start..end, "")
}
