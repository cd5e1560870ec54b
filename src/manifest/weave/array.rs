//! Rows in an inline array: put in, taken out, moved, and marked where they are in conflict.

use super::remarks::merged_rows;
use crate::manifest::arrange::{Comments, Wanted};
use crate::manifest::bracketed::{Bracketed, Entry, Part};
use crate::model::markers::Markers;
use crate::model::side::{Side, Sides};

/// An element of the result.
pub(super) struct Element {
    /// Which element of the array it is, if it stands there.
    pub(super) old: Option<usize>,
    /// Its text as each version would have it; nothing where it would not be there.
    pub(super) texts: Sides<Option<String>>,
    /// Comment lines to bring with it.
    pub(super) above: Vec<String>,
    /// Which element it is in the base's array and in theirs.
    pub(super) elsewhere: (Option<usize>, Option<usize>),
}

/// An array with merged rows.
pub(super) enum Woven {
    /// Its value, with markers between its lines where there are conflicts.
    Value(String),
    /// Its value as each version would have it: it can't hold markers.
    Versions(Sides<String>),
}

/// An inline array of rows.
pub(super) struct Rows<'a> {
    /// The value as it is written.
    pub(super) raw: &'a str,
    /// The rows of the result.
    pub(super) elements: &'a [Element],
    /// The order of the elements for each version, where it is in doubt.
    pub(super) orders: Option<Sides<Vec<usize>>>,
    /// The arrays of the other versions, where it is ours.
    pub(super) others: Sides<Option<String>>,
    /// The newline of our document.
    pub(super) newline: &'static str,
}

impl Rows<'_> {
    /// Weaves the array.
    pub(super) fn woven(&self, markers: &Markers) -> Woven {
        let in_doubt = self.elements.iter().any(is_in_doubt);
        if self.orders.is_some() {
            return Woven::Versions(Sides::each(|side| self.version(side)));
        }
        if !in_doubt {
            return Woven::Value(self.version(Side::Ours));
        }
        match self.marked(markers) {
            Some(value) => Woven::Value(value),
            None => Woven::Versions(Sides::each(|side| self.version(side))),
        }
    }

    fn parsed(&self) -> Option<Bracketed> {
        let mut list = Bracketed::parse(self.raw, self.newline)?;
        if list.bodies().is_empty() && !list.has_comments() {
            // Rows that come into an empty array stand on lines of their own.
            self.newline.clone_into(&mut list.close);
        }
        Some(list)
    }

    /// The array as one version would have it.
    fn version(&self, side: Side) -> String {
        let Some(mut list) = self.parsed() else {
            return self.raw.to_owned();
        };
        let all: Vec<usize> = (0..self.elements.len()).collect();
        let order = self.orders.as_ref().map_or(&all, |orders| orders.of(side));
        let there: Vec<&Element> = order
            .iter()
            .map(|index| &self.elements[*index])
            .filter(|element| element.texts.of(side).is_some())
            .collect();
        let wanted: Vec<Wanted> = there
            .iter()
            .filter_map(|element| {
                let text = element.texts.of(side).as_ref()?;
                Some(wanted(element, text, &list))
            })
            .collect();
        list.arrange(&wanted, Comments::Drop);
        self.remarked(list, &there).render("")
    }

    /// The array with merged comments.
    fn remarked(&self, list: Bracketed, elements: &[&Element]) -> Bracketed {
        let rows: Vec<_> = elements.iter().map(|element| element.elsewhere).collect();
        merged_rows(&list, &self.others, &rows, self.newline).unwrap_or(list)
    }

    /// The array with markers around the lines of elements; nothing where these share lines with others.
    fn marked(&self, markers: &Markers) -> Option<String> {
        let mut list = self.parsed()?;
        let wanted: Vec<Wanted> = self
            .elements
            .iter()
            .filter_map(|element| {
                let texts = &element.texts;
                let text = texts.ours.as_ref().or(texts.theirs.as_ref())?;
                Some(wanted(element, text, &list))
            })
            .collect();
        list.arrange(&wanted, Comments::Drop);
        let all: Vec<&Element> = self.elements.iter().collect();
        let mut list = self.remarked(list, &all);
        let own_lines =
            list.entries().all(|entry| entry.lead.contains('\n')) && list.close.contains('\n');
        if !own_lines || wanted.len() != self.elements.len() {
            return None;
        }
        let entries = list.parts.iter_mut().filter_map(|part| match part {
            Part::Entry(entry) => Some(entry),
            Part::Loose(_) => None,
        });
        for (entry, element) in entries.zip(self.elements) {
            if is_in_doubt(element) {
                self.mark(entry, element, markers);
            }
        }
        Some(list.render(""))
    }

    fn mark(&self, entry: &mut Entry, element: &Element, markers: &Markers) {
        let start = entry.lead.find('\n').map_or(0, |at| at + 1);
        let lines = entry.lead.split_off(start);
        let comma = if entry.comma { "," } else { "" };
        let texts = element.texts.map(|text| {
            let line =
                |text: &String| format!("{lines}{text}{comma}{}{}", entry.trail, self.newline);
            text.as_ref().map_or_else(String::new, line)
        });
        let block = markers.block(&texts, self.newline);
        let block = block.trim_end_matches(['\n', '\r']).to_owned();
        *entry = Entry {
            lead: entry.lead.clone(),
            body: block,
            middle: String::new(),
            comma: false,
            trail: String::new(),
        };
    }
}

fn is_in_doubt(element: &Element) -> bool {
    element.texts.ours != element.texts.theirs
}

fn wanted(element: &Element, text: &str, list: &Bracketed) -> Wanted {
    match element.old {
        Some(index) if list.bodies().get(index) == Some(&text) => Wanted::Old(index),
        Some(index) => Wanted::Changed(index, text.to_owned()),
        None => Wanted::Brought {
            body: text.to_owned(),
            above: element.above.clone(),
            behind: String::new(),
        },
    }
}
