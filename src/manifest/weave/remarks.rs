//! Comments inside of arrays: they belong to the entry that follows, or on whose line they stand, and merge three-way
//! as those of keys do. And the comments of a row, all together: a row with a new one is changed.

use super::comments::{comment_lines, loose, merged_behind, merged_comments};
use super::record::Form;
use super::text::{LineText, RecordText};
use crate::manifest::bracketed::{Bracketed, Entry, Part};
use crate::manifest::decode;
use crate::model::side::Sides;

/// The comments of a row. What a blank line sets apart from its header is not the row's.
pub(super) fn comments_of(record: &RecordText) -> Vec<String> {
    let mut comments = Vec::new();
    for (number, section) in record.sections.iter().enumerate() {
        let lead = match number {
            0 => &section.lead[loose(&section.lead).len()..],
            _ => section.lead.as_str(),
        };
        comments.extend(comment_lines(lead));
        comments.push(super::comments::behind_head(&section.head).1);
        for line in &section.lines {
            comments.extend(comment_lines(&line.lead));
            comments.push(line.comment().1);
        }
    }
    let mut comments: Vec<String> = comments.into_iter().map(str::to_owned).collect();
    let lines = record.sections.iter().flat_map(|section| &section.lines);
    for raw in lines.map(LineText::raw).filter(|raw| has_any(raw)) {
        let list = Bracketed::parse(raw, "\n");
        comments.extend(list.iter().flat_map(all_of));
    }
    comments.retain(|comment| !comment.is_empty());
    comments
}

/// The comments of each row of an inline array.
pub(super) fn comments_of_rows(raw: &str) -> Vec<Vec<String>> {
    let list = has_any(raw).then(|| Bracketed::parse(raw, "\n")).flatten();
    let entries = list.iter().flat_map(Bracketed::entries);
    entries.map(own).collect()
}

/// Whether an array may hold comments. A colour begins with the same sign, directly behind its quote.
fn has_any(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let begins = |at: usize| at > 0 && ![b'"', b'\''].contains(&bytes[at - 1]);
    raw.starts_with('[') && raw.match_indices('#').any(|(at, _)| begins(at))
}

fn lines_of(text: &str) -> Vec<String> {
    comment_lines(text).into_iter().map(str::to_owned).collect()
}

/// The comments of an entry.
fn own(entry: &Entry) -> Vec<String> {
    let mut comments = lines_of(&entry.lead);
    comments.extend(lines_of(&entry.middle));
    comments.extend(lines_of(&entry.trail));
    comments
}

/// The comments of an array.
fn all_of(list: &Bracketed) -> Vec<String> {
    let mut comments = lines_of(&list.open);
    for part in &list.parts {
        match part {
            Part::Loose(text) => comments.extend(lines_of(text)),
            Part::Entry(entry) => comments.extend(own(entry)),
        }
    }
    comments.extend(lines_of(&list.close));
    comments
}

/// Merges the comments in the arrays of a record whose text begins with ours.
pub(super) fn merge_lists(
    record: &mut RecordText,
    forms: &Sides<Option<Form>>,
    newline: &'static str,
) {
    for number in 0..record.sections.len() {
        if record.is_in_array(number) {
            continue;
        }
        for line in &mut record.sections[number].lines {
            let raw = |form: &Option<Form>| {
                let found = form.as_ref()?.found(&line.path);
                found
                    .into_iter()
                    .find(|found| found.path == line.path)
                    .map(|found| found.raw)
            };
            let (base, theirs) = (raw(&forms.base), raw(&forms.theirs));
            let is_there = |raw: &Option<String>| raw.as_ref().is_some_and(|raw| has_any(raw));
            if line.is_rows || !(is_there(&base) || is_there(&theirs)) {
                continue;
            }
            let merged = merged_list(line.raw(), base.as_deref(), theirs.as_deref(), newline);
            if let Some(merged) = merged {
                line.set_raw(&merged);
            }
        }
    }
}

/// An array of rows with merged comments. `rows` tells for each entry which one it is in the base and in theirs.
pub(super) fn merged_rows(
    own: &Bracketed,
    others: &Sides<Option<String>>,
    rows: &[(Option<usize>, Option<usize>)],
    newline: &'static str,
) -> Option<Bracketed> {
    let parse = |raw: &Option<String>| Bracketed::parse(raw.as_deref()?, newline);
    let has_any = |raw: &Option<String>| raw.as_ref().is_some_and(|raw| has_any(raw));
    if !has_any(&others.base) && !has_any(&others.theirs) {
        return None;
    }
    let (base, theirs) = (parse(&others.base), parse(&others.theirs)?);
    let lists = Lists {
        base: base.as_ref(),
        theirs: &theirs,
    };
    Some(lists.merged(own, &|place, _, list| {
        let (in_base, in_theirs) = rows.get(place)?;
        let are_others = std::ptr::eq(list, lists.theirs);
        let row = if are_others { in_theirs } else { in_base };
        list.entries().nth((*row)?)
    }))
}

/// An array with merged comments; nothing when it stays as it is.
fn merged_list(
    ours: &str,
    base: Option<&str>,
    theirs: Option<&str>,
    newline: &'static str,
) -> Option<String> {
    let parse = |raw: &str| {
        let converted = super::comments::converted(raw, newline);
        let list = Bracketed::parse(&converted, newline);
        list.filter(|list| list.brackets.0 == '[')
    };
    let (own, theirs) = (parse(ours)?, parse(theirs?)?);
    let base = base.and_then(parse);
    let lists = Lists {
        base: base.as_ref(),
        theirs: &theirs,
    };
    let merged = lists.merged(&own, &|_, entry, list| {
        let name = name_of(entry);
        list.entries().find(|other| name_of(other) == name)
    });
    (merged != own).then(|| merged.render(""))
}

/// What an entry says, by which it is found in other versions.
fn name_of(entry: &Entry) -> String {
    let text = decode::text(&entry.body);
    text.map_or_else(|| entry.body.clone(), std::borrow::Cow::into_owned)
}

/// Finds an entry of ours, by its place or by what it says, in another version.
type Finder<'f, 'l> = dyn Fn(usize, &Entry, &'l Bracketed) -> Option<&'l Entry> + 'f;

/// The two other versions of an array of ours.
pub(super) struct Lists<'l> {
    /// That of the base.
    pub(super) base: Option<&'l Bracketed>,
    /// Theirs.
    pub(super) theirs: &'l Bracketed,
}

impl<'l> Lists<'l> {
    /// Our array with merged comments.
    pub(super) fn merged(&self, own: &Bracketed, same: &Finder<'_, 'l>) -> Bracketed {
        let mut merged = own.clone();
        let mut wanted = Vec::new();
        for (place, entry) in own.entries().enumerate() {
            let theirs = same(place, entry, self.theirs);
            let base = self.base.and_then(|base| same(place, entry, base));
            wanted.push(theirs.map(|theirs| comments(entry, base, theirs)));
        }
        let has_new = |(entry, wanted): (&Entry, &Option<(Vec<String>, String)>)| {
            let lines = |(above, behind): &(Vec<String>, String)| {
                *above != lines_of(&entry.lead) || *behind != entry.trail.trim()
            };
            wanted.as_ref().is_some_and(lines)
        };
        if !own.is_many_lines() && own.entries().zip(&wanted).any(has_new) {
            merged.set_on_lines();
        }
        let start = merged.start_of_lines();
        let entries = merged.parts.iter_mut().filter_map(|part| match part {
            Part::Entry(entry) => Some(entry),
            Part::Loose(_) => None,
        });
        for (entry, wanted) in entries.zip(wanted) {
            if let Some((above, behind)) = wanted {
                set_comments(entry, &above, &behind, &start);
            }
        }
        self.merge_loose(own, &mut merged, &start);
        merged
    }

    /// Comments that belong to no entry: what they added comes last, what they took out goes.
    fn merge_loose(&self, own: &Bracketed, merged: &mut Bracketed, start: &str) {
        let loose_of = |list: &Bracketed| -> Vec<String> {
            let parts = list.parts.iter().filter_map(|part| match part {
                Part::Loose(text) => Some(lines_of(text)),
                Part::Entry(_) => None,
            });
            let edges = [lines_of(&list.open), lines_of(&list.close)];
            parts.chain(edges).flatten().collect()
        };
        let in_base = self.base.map_or_else(Vec::new, all_of);
        let (in_ours, in_theirs) = (all_of(own), all_of(self.theirs));
        let new: Vec<String> = loose_of(self.theirs)
            .into_iter()
            .filter(|line| !in_base.contains(line) && !in_ours.contains(line))
            .collect();
        let dropped: Vec<String> = self
            .base
            .map_or_else(Vec::new, loose_of)
            .into_iter()
            .filter(|line| !in_theirs.contains(line))
            .collect();
        let kept = |text: &str| -> String {
            let stays = |line: &&str| !dropped.iter().any(|gone| gone == line.trim());
            text.split_inclusive('\n').filter(stays).collect()
        };
        for part in &mut merged.parts {
            if let Part::Loose(text) = part {
                *text = kept(text);
            }
        }
        merged.open = kept(&merged.open);
        merged.close = kept(&merged.close);
        if !new.is_empty() {
            if !merged.close.contains('\n') {
                merged.set_on_lines();
            }
            merged.close.insert_str(0, &on_lines(&new, start));
        }
    }
}

/// Lines with what begins each of them.
fn on_lines(lines: &[String], start: &str) -> String {
    let pieces = lines.iter().flat_map(|line| [start, line.as_str()]);
    pieces.collect()
}

/// The merged comments of an entry: those above it, and the one behind it.
fn comments(own: &Entry, base: Option<&Entry>, theirs: &Entry) -> (Vec<String>, String) {
    let lines = |entry: Option<&Entry>| entry.map_or_else(Vec::new, |entry| lines_of(&entry.lead));
    let above = merged_comments(&lines(base), &lines(Some(own)), &lines(Some(theirs)));
    let behind = merged_behind(&Sides {
        base: base.map(|entry| entry.trail.trim()),
        ours: Some(own.trail.trim()),
        theirs: Some(theirs.trail.trim()),
    });
    (above, behind)
}

fn set_comments(entry: &mut Entry, above: &[String], behind: &str, start: &str) {
    if above != lines_of(&entry.lead) {
        let last = entry.lead.rfind('\n').map_or(0, |at| at + 1);
        let indent = entry.lead[last..].to_owned();
        let lines = on_lines(above, start);
        let line = start.trim_end_matches([' ', '\t']);
        entry.lead = format!("{lines}{line}{indent}");
    }
    if behind != entry.trail.trim() {
        entry.trail = match behind {
            "" => String::new(),
            behind => format!(" {behind}"),
        };
    }
}

impl Bracketed {
    /// The newline and indentation of its entries.
    fn start_of_lines(&self) -> String {
        let found = self.entries().find_map(|entry| {
            let at = entry.lead.rfind('\n')?;
            Some(entry.lead[at + 1..].to_owned())
        });
        format!(
            "{}{}",
            self.newline,
            found.unwrap_or_else(|| "    ".to_owned())
        )
    }

    /// Puts each entry on a line of its own.
    fn set_on_lines(&mut self) {
        let start = self.start_of_lines();
        for part in &mut self.parts {
            if let Part::Entry(entry) = part {
                entry.lead.clone_from(&start);
                entry.comma = true;
            }
        }
        self.newline.clone_into(&mut self.close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> String {
        let list = merged_list(ours, Some(base), Some(theirs), "\n");
        list.unwrap_or_else(|| ours.to_owned())
    }

    #[test]
    fn comments_of_entries_merge_three_way() {
        let list =
            |above: &str, behind: &str| format!("[\n{above}    \"a\",{behind}\n    \"b\",\n]");
        let plain = list("", "");
        let (one, two) = (list("    # one\n", ""), list("    # two\n", ""));
        assert_eq!(merged(&plain, &plain, &one), one);
        assert_eq!(merged(&one, &one, &plain), plain);
        assert_eq!(merged(&one, &two, &one), two);
        assert_eq!(
            merged(&plain, &one, &two),
            list("    # one\n    # two\n", "")
        );
        assert_eq!(
            merged(&plain, &one, &list("", " # x")),
            list("    # one\n", " # x")
        );
        assert_eq!(
            merged(&list("", " # x"), &list("", " # y"), &list("", " # z")),
            list("", " # y # z")
        );
    }

    #[test]
    fn a_list_on_a_line_makes_room_for_comments() {
        let theirs = "[\n  \"a\", # one\n  # two\n  \"b\"\n]";
        assert_eq!(
            merged("[\"a\", \"b\"]", "[\"a\", \"b\"]", theirs),
            "[\n    \"a\", # one\n    # two\n    \"b\",\n]"
        );
        assert_eq!(
            merged("[]", "[]", "[\n    # none yet\n]"),
            "[\n    # none yet\n]"
        );
    }

    #[test]
    fn comments_of_no_entry_come_last_and_go() {
        let ours = "[\n    \"a\",\n    # x\n]";
        assert_eq!(merged(ours, ours, "[\n    \"a\",\n]"), "[\n    \"a\",\n]");
        assert_eq!(
            merged(ours, ours, "[\n    \"a\",\n    # x\n    # y\n]"),
            "[\n    \"a\",\n    # y\n    # x\n]"
        );
    }
}
