//! Values in inline tables: replaced, put in, taken out; and rows turned from one form into the other.

use super::comments::{comment_lines, converted};
use super::text::{LineText, RecordText, SectionText};
use crate::manifest::arrange::{Comments, Wanted};
use crate::manifest::bracketed::Bracketed;
use crate::manifest::decode;
use crate::manifest::lex::pair;
use crate::manifest::set::spliced;
use crate::model::record::dotted;

/// What a key in an inline table is to become.
#[derive(Debug, Clone, Copy)]
pub(super) enum Setting<'a> {
    /// It holds this value; when it is new, it stands behind the last of the keys that are named.
    Value {
        /// The value as it is written.
        raw: &'a str,
        /// Keys that precede it, from the record on.
        before: &'a [Vec<String>],
    },
    /// It is not there.
    Absent,
}

/// The inline table with one key set; `around` leads to the table and `path` to the key, both from the record on.
/// Nothing when the text is no table.
pub(super) fn set(
    text: &str,
    around: &[String],
    path: &[String],
    setting: Setting<'_>,
    newline: &'static str,
) -> Option<String> {
    let mut table = Bracketed::parse(text, newline)?;
    let bodies: Vec<String> = table.bodies().into_iter().map(str::to_owned).collect();
    let paths: Vec<Vec<String>> = bodies.iter().map(|body| path_of(body, around)).collect();
    let mut wanted: Vec<Wanted> = (0..bodies.len()).map(Wanted::Old).collect();
    let own = paths.iter().position(|own| own == path);
    let outer = paths
        .iter()
        .position(|own| path.len() > own.len() && path.starts_with(own));
    match (own, outer, setting) {
        (Some(index), _, Setting::Value { raw, .. }) => {
            let (_, value) = pair(bodies[index].as_bytes(), 0).ok()?;
            wanted[index] = Wanted::Changed(index, spliced(&bodies[index], value, &on_a_line(raw)));
        }
        (None, Some(index), setting) => {
            let (_, value) = pair(bodies[index].as_bytes(), 0).ok()?;
            let inner = set(
                &bodies[index][value.clone()],
                &paths[index],
                path,
                setting,
                newline,
            )?;
            let emptied = matches!(setting, Setting::Absent)
                && inner.trim_matches(['{', '}', ' ']).is_empty();
            if emptied {
                wanted.remove(index);
            } else {
                wanted[index] = Wanted::Changed(index, spliced(&bodies[index], value, &inner));
            }
        }
        (_, _, Setting::Absent) => {
            wanted.retain(
                |want| !matches!(want, Wanted::Old(index) if paths[*index].starts_with(path)),
            );
        }
        (None, None, Setting::Value { raw, before }) => {
            let after = before
                .iter()
                .rev()
                .find_map(|key| paths.iter().position(|own| own.starts_with(key)));
            let rest = &path[around.len()..];
            let body = format!("{} = {}", dotted(rest), on_a_line(raw));
            let at = match (after, before) {
                (Some(index), _) => index + 1,
                (None, []) => wanted.len(),
                (None, _) => 0,
            };
            wanted.insert(at, Wanted::New(body));
        }
    }
    table.arrange(&wanted, Comments::Keep);
    Some(table.render(""))
}

fn path_of(body: &str, around: &[String]) -> Vec<String> {
    let mut path = around.to_vec();
    if let Ok((key, _)) = pair(body.as_bytes(), 0) {
        path.extend(decode::key(&body[key]).path());
    }
    path
}

/// A value on one line, if it is a list without comments.
pub(super) fn on_a_line(raw: &str) -> String {
    if !raw.starts_with('[') || !raw.contains('\n') {
        return raw.to_owned();
    }
    match Bracketed::parse(raw, "\n") {
        Some(list) if !list.has_comments() => {
            let bodies: Vec<String> = list.bodies().into_iter().map(on_a_line).collect();
            format!("[{}]", bodies.join(", "))
        }
        _ => raw.to_owned(),
    }
}

/// A row in sections as an inline table, and the comments that have no place in it.
pub(super) fn to_inline(record: &RecordText, newline: &'static str) -> (String, Vec<String>) {
    let mut comments = Vec::new();
    let mut text = "{ }".to_owned();
    let mut before: Vec<Vec<String>> = Vec::new();
    for section in &record.sections {
        comments.extend(comment_lines(&section.lead).into_iter().map(str::to_owned));
        if section.lines.is_empty() && !section.path.is_empty() {
            text = with(&text, &section.path, "{}", &before, newline);
        }
        for line in &section.lines {
            comments.extend(comment_lines(&line.lead).into_iter().map(str::to_owned));
            let behind = line.comment().1;
            comments.extend((!behind.is_empty()).then(|| behind.to_owned()));
            text = with(&text, &line.path, line.raw(), &before, newline);
            before.push(line.path.clone());
        }
    }
    (text, comments)
}

/// An inline table with a value at a path, the tables around it made as they are needed.
pub(super) fn with(
    text: &str,
    path: &[String],
    raw: &str,
    before: &[Vec<String>],
    newline: &'static str,
) -> String {
    let has_table = path.len() < 2 || has(text, &path[..1]);
    let made = if has_table {
        None
    } else {
        let before: Vec<Vec<String>> = before.iter().map(|key| key[..1].to_vec()).collect();
        let setting = Setting::Value {
            raw: "{ }",
            before: &before,
        };
        set(text, &[], &path[..1], setting, newline)
    };
    let text = made.as_deref().unwrap_or(text);
    let inner = nested(text, path, raw, before, newline);
    inner.unwrap_or_else(|| text.to_owned())
}

fn nested(
    text: &str,
    path: &[String],
    raw: &str,
    before: &[Vec<String>],
    newline: &'static str,
) -> Option<String> {
    set(text, &[], path, Setting::Value { raw, before }, newline)
}

/// Whether an inline table has a key, or keys in a table of that name.
fn has(text: &str, path: &[String]) -> bool {
    let mut found = crate::manifest::rows::pairs_of_inline(text, 0).into_iter();
    found.any(|pair| pair.key.path().starts_with(path))
}

/// An inline table as a section.
pub(super) fn to_sections(text: &str, table: &str, newline: &'static str) -> RecordText {
    let line = |pair: &crate::manifest::rows::Pair<'_>| {
        let key = dotted(&pair.key.path());
        let raw = converted(pair.raw, newline);
        LineText {
            path: pair.key.path(),
            is_rows: false,
            lead: String::new(),
            value: key.len() + 3..key.len() + 3 + raw.len(),
            text: format!("{key} = {raw}{newline}"),
            clash: None,
        }
    };
    RecordText {
        sections: vec![SectionText {
            number: None,
            path: Vec::new(),
            is_array: false,
            lead: String::new(),
            head: format!("[[{}]]{newline}", dotted(&[table.to_owned()])),
            lines: crate::manifest::rows::pairs_of_inline(text, 0)
                .iter()
                .map(line)
                .collect(),
            clash: None,
        }],
    }
}
