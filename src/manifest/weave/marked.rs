//! A record as the three versions would have it, as one text with markers where they differ.

use super::text::{LineText, RecordText, SectionText, append};
use crate::model::markers::Markers;
use crate::model::side::{Side, Sides};

/// A stretch of a record's text.
pub(super) struct Part {
    /// The number that the section has in our document; nothing for one that is new or in doubt.
    pub(super) number: Option<usize>,
    /// The keys of the section's header.
    pub(super) path: Vec<String>,
    /// What stands before it.
    pub(super) lead: String,
    /// Its text.
    pub(super) text: String,
}

/// The parts of a record's text: one for each section that is certain, and one for each stretch of sections that are
/// not.
pub(super) fn parts(versions: &Sides<RecordText>, markers: &Markers, newline: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at: Sides<usize> = Sides::default();
    loop {
        let mut open: Sides<Vec<&SectionText>> = Sides::default();
        for side in Side::ALL {
            let sections = &versions.of(side).sections;
            let is_open = |section: &&SectionText| is_in_doubt(versions, side, section);
            while let Some(section) = sections.get(*at.of(side)).filter(is_open) {
                open.of_mut(side).push(section);
                *at.of_mut(side) += 1;
            }
        }
        if Side::CHANGED.iter().any(|side| !open.of(*side).is_empty()) {
            parts.push(block_of_sections(&open, markers, newline));
            continue;
        }
        let Some(ours) = versions.ours.sections.get(at.ours) else {
            return parts;
        };
        let same = Sides {
            base: versions.base.sections.get(at.base),
            ours: Some(ours),
            theirs: versions.theirs.sections.get(at.theirs),
        };
        parts.push(Part {
            number: ours.number,
            path: ours.path.clone(),
            lead: ours.lead.clone(),
            text: section(&same, markers, newline),
        });
        for side in Side::ALL {
            *at.of_mut(side) += 1;
        }
    }
}

/// Whether a section is part of a conflict, or some version does not have it.
fn is_in_doubt(versions: &Sides<RecordText>, side: Side, section: &SectionText) -> bool {
    let others = Side::CHANGED.iter().filter(|other| **other != side);
    let is_same = |other: &SectionText| {
        (other.number, &other.path, other.is_array)
            == (section.number, &section.path, section.is_array)
    };
    let mut others = others.map(|other| &versions.of(*other).sections);
    section.clash.is_some() || others.any(|sections| !sections.iter().any(is_same))
}

fn block_of_sections(
    sections: &Sides<Vec<&SectionText>>,
    markers: &Markers,
    newline: &str,
) -> Part {
    let first = [Side::Ours, Side::Theirs, Side::Base]
        .iter()
        .find_map(|side| sections.of(*side).first());
    let texts = sections.map(|sections| {
        let mut text = String::new();
        for (index, section) in sections.iter().enumerate() {
            if index > 0 {
                append(&mut text, &section.lead, newline);
            }
            append(&mut text, &section.without_lead(), newline);
        }
        closed(text, newline)
    });
    Part {
        number: sections.ours.first().and_then(|section| section.number),
        path: first.map_or_else(Vec::new, |section| section.path.clone()),
        lead: first.map_or_else(String::new, |section| section.lead.clone()),
        text: markers.block(&texts, newline),
    }
}

/// A section whose header is certain, without what stands before it.
fn section(same: &Sides<Option<&SectionText>>, markers: &Markers, newline: &str) -> String {
    let Some(ours) = same.ours else {
        return String::new();
    };
    let mut text = ours.head.clone();
    let lines =
        same.map(|section| section.map_or(&[] as &[LineText], |section| &section.lines[..]));
    let mut at: Sides<usize> = Sides::default();
    loop {
        let mut open: Sides<Vec<&LineText>> = Sides::default();
        let first = Side::CHANGED
            .iter()
            .find_map(|side| lines.of(*side).get(*at.of(*side))?.clash);
        if let Some(conflict) = first {
            for side in Side::ALL {
                let is_part = |line: &&LineText| line.clash == Some(conflict);
                while let Some(line) = lines.of(side).get(*at.of(side)).filter(is_part) {
                    open.of_mut(side).push(line);
                    *at.of_mut(side) += 1;
                }
            }
            append(&mut text, &block_of_lines(&open, markers, newline), newline);
            continue;
        }
        // A base that has more than both sides has it in no version of the text.
        while lines
            .base
            .get(at.base)
            .is_some_and(|line| line.clash.is_some())
        {
            at.base += 1;
        }
        let Some(line) = lines.ours.get(at.ours) else {
            return text;
        };
        append(&mut text, &line.lead, newline);
        append(&mut text, &line.text, newline);
        for side in Side::ALL {
            *at.of_mut(side) += 1;
        }
    }
}

fn block_of_lines(lines: &Sides<Vec<&LineText>>, markers: &Markers, newline: &str) -> String {
    let lead = [Side::Ours, Side::Theirs, Side::Base]
        .iter()
        .find_map(|side| lines.of(*side).first())
        .map_or("", |line| line.lead.as_str());
    let texts = lines.map(|lines| {
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                append(&mut text, &line.lead, newline);
            }
            append(&mut text, &line.text, newline);
        }
        closed(text, newline)
    });
    format!("{lead}{}", markers.block(&texts, newline))
}

fn closed(mut text: String, newline: &str) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(newline);
    }
    text
}
