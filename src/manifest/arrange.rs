//! Entries of an array or inline table taken out, put in and moved.

use super::bracketed::{Bracketed, Entry, Part, comment_lines};
use crate::model::sequence::longest_rising;

/// What happens to the comment lines directly above an entry that is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// They stay.
    Keep,
    /// They go with it.
    Drop,
}

/// An entry of the list that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The entry of that index, as it is.
    Old(usize),
    /// The entry of that index with another body.
    Changed(usize, String),
    /// A new entry.
    New(String),
    /// A new entry with its comments, for a list that has room for them.
    Brought {
        /// The entry.
        body: String,
        /// Comment lines that stand above it.
        above: Vec<String>,
        /// The comment behind it; `""` for none.
        behind: String,
    },
}

impl Bracketed {
    /// Gives the list the entries that are wanted, in that order. Old entries that keep their order stay where they
    /// are; the others move with their comments; those that are not wanted go.
    pub(super) fn arrange(&mut self, wanted: &[Wanted], comments: Comments) {
        let style = Style::of(self);
        let trailing_comma = self
            .entries()
            .last()
            .map_or(self.is_many_lines(), |entry| entry.comma);
        let kept: Vec<usize> = wanted.iter().filter_map(index_of).collect();
        let anchors = longest_rising(&kept);
        let mut taken = self.take(&kept, &anchors, comments);
        self.fill(wanted, &anchors, &mut taken, &style);
        self.settle(&style, trailing_comma);
    }

    /// Takes out all entries but the anchors; those that are still wanted are given back.
    fn take(
        &mut self,
        kept: &[usize],
        anchors: &[usize],
        comments: Comments,
    ) -> Vec<(usize, Entry)> {
        let mut taken = Vec::new();
        let mut parts = Vec::new();
        let mut index = 0;
        for part in std::mem::take(&mut self.parts) {
            let Part::Entry(entry) = part else {
                parts.push(part);
                continue;
            };
            if anchors.binary_search(&index).is_ok() {
                parts.push(Part::Entry(entry));
            } else if kept.contains(&index) {
                taken.push((index, entry));
            } else if let (Comments::Keep, Some(above)) = (comments, comment_lines(&entry.lead)) {
                parts.push(Part::Loose(above.to_owned()));
            }
            index += 1;
        }
        self.parts = parts;
        taken
    }

    /// Puts the entries that are wanted beside the anchors.
    fn fill(
        &mut self,
        wanted: &[Wanted],
        anchors: &[usize],
        taken: &mut Vec<(usize, Entry)>,
        style: &Style,
    ) {
        let is_entry = |part: &Part| matches!(part, Part::Entry(_));
        let mut place = self
            .parts
            .iter()
            .position(is_entry)
            .unwrap_or(self.parts.len());
        for want in wanted {
            if let Some(index) = index_of(want).filter(|index| anchors.binary_search(index).is_ok())
            {
                let next = self.parts[place..]
                    .iter()
                    .position(is_entry)
                    .map_or(self.parts.len(), |found| place + found);
                if let (Some(Part::Entry(entry)), Wanted::Changed(same, body)) =
                    (self.parts.get_mut(next), want)
                {
                    debug_assert_eq!(index, *same);
                    body.clone_into(&mut entry.body);
                }
                place = next + 1;
                continue;
            }
            let old = index_of(want).and_then(|index| {
                let found = taken.iter().position(|(other, _)| *other == index)?;
                Some(taken.swap_remove(found).1)
            });
            let mut entry = old.unwrap_or_else(|| style.entry());
            match want {
                Wanted::Old(_) => {}
                Wanted::Changed(_, body) | Wanted::New(body) => body.clone_into(&mut entry.body),
                Wanted::Brought {
                    body,
                    above,
                    behind,
                } => entry = style.commented(body, above, behind),
            }
            self.parts
                .insert(place.min(self.parts.len()), Part::Entry(entry));
            place += 1;
        }
    }

    /// Sets commas, and spaces on a line.
    fn settle(&mut self, style: &Style, trailing_comma: bool) {
        let count = self.entries().count();
        let mut index = 0;
        for part in &mut self.parts {
            let Part::Entry(entry) = part else { continue };
            entry.comma = index + 1 < count || trailing_comma;
            if !entry.lead.contains('\n') && (index == 0 || style.was_first(entry)) {
                entry.lead = if index == 0 {
                    style.first.clone()
                } else {
                    style.next.clone()
                };
            }
            index += 1;
        }
        if count == 0 && !self.loose_comments() {
            *self = Self {
                open: String::new(),
                parts: Vec::new(),
                close: String::new(),
                ..self.clone()
            };
        } else if style.pads_close && self.close.is_empty() {
            " ".clone_into(&mut self.close);
        }
    }
}

/// How entries are set apart in a list.
struct Style {
    /// What stands before the first entry on a line.
    first: String,
    /// What stands before the others on a line.
    next: String,
    /// What stands before a new entry.
    new: String,
    pads_close: bool,
}

impl Style {
    fn of(list: &Bracketed) -> Self {
        let inline: Vec<&Entry> = list
            .entries()
            .filter(|entry| !entry.lead.contains('\n'))
            .collect();
        let pad = if list.brackets.0 == '{' { " " } else { "" };
        let empty = list.entries().next().is_none();
        let first = match list.entries().next() {
            None => pad.to_owned(),
            Some(entry) if entry.lead.contains('\n') => own_line_lead(list),
            Some(entry) => entry.lead.clone(),
        };
        let next = inline
            .get(1)
            .map_or_else(|| " ".to_owned(), |entry| entry.lead.clone());
        let new = if list.is_many_lines() {
            own_line_lead(list)
        } else {
            next.clone()
        };
        let pads_close = empty && list.brackets.0 == '{' && !list.is_many_lines();
        Self {
            first,
            next,
            new,
            pads_close,
        }
    }

    fn entry(&self) -> Entry {
        Entry {
            lead: self.new.clone(),
            body: String::new(),
            middle: String::new(),
            comma: false,
            trail: String::new(),
        }
    }

    /// A new entry with comments, where each entry stands on a line of its own.
    fn commented(&self, body: &str, above: &[String], behind: &str) -> Entry {
        let mut entry = self.entry();
        body.clone_into(&mut entry.body);
        if self.new.contains('\n') {
            let lines = above.iter().map(|line| format!("{}{line}", self.new));
            entry.lead = lines.chain([self.new.clone()]).collect();
            if !behind.is_empty() {
                entry.trail = format!(" {behind}");
            }
        }
        entry
    }

    fn was_first(&self, entry: &Entry) -> bool {
        entry.lead == self.first
    }
}

/// The newline and indentation of a new entry that stands on a line of its own.
fn own_line_lead(list: &Bracketed) -> String {
    let indent = |text: &str| text.rsplit('\n').next().unwrap_or_default().to_owned();
    let sibling = list
        .entries()
        .find(|entry| entry.lead.contains('\n'))
        .map(|entry| indent(&entry.lead));
    let indent = sibling.unwrap_or_else(|| format!("{}    ", indent(&list.close)));
    format!("{}{indent}", list.newline)
}

fn index_of(wanted: &Wanted) -> Option<usize> {
    match wanted {
        Wanted::Old(index) | Wanted::Changed(index, _) => Some(*index),
        Wanted::New(_) | Wanted::Brought { .. } => None,
    }
}
