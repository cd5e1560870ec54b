//! Everything outside of rows: the header, other tables, and what stands before the first header.

use super::comments::merge_comments;
use super::document::Weaver;
use super::marked::{Part, parts};
use super::place::Assembly;
use super::record::Form;
use super::remarks::merge_lists;
use super::text::{LineText, RecordText};
use crate::model::merged::MergedTable;
use crate::model::record::REST;
use crate::model::side::{Side, Sides};

impl Weaver<'_, '_> {
    pub(super) fn rest(
        &self,
        rest: &MergedTable,
        arrays: &[(String, Option<String>)],
        assembly: &mut Assembly<'_>,
    ) {
        let newline = self.versions.newline;
        let forms = self
            .versions
            .tables
            .map(|tables| Some(Form::Sections(tables.rest())));
        let workshop = self.workshop(REST, Side::Ours, &forms);
        let Some(Form::Sections(mut start)) = forms.ours.clone() else {
            return;
        };
        merge_comments(&mut start, &forms, newline);
        let changes = rest
            .rows
            .first()
            .map_or(&[] as &[_], |row| &row.changes[..]);
        let mut versions = Sides::each(|side| {
            match workshop.changed(Form::Sections(start.clone()), changes, side) {
                Form::Sections(mut text) => {
                    merge_lists(&mut text, &forms, newline);
                    text
                }
                Form::Inline(_) => RecordText::default(),
            }
        });
        for side in Side::ALL {
            set_arrays(versions.of_mut(side), arrays, newline);
        }
        for part in parts(&versions, self.markers, newline) {
            if let Some(number) = part.number {
                assembly.replace(number, part.lead, part.text);
            } else {
                let place = self.place_of_section(&part);
                assembly.add_after(place, &part.lead, part.text);
            }
        }
        let kept: Vec<usize> = versions
            .ours
            .sections
            .iter()
            .filter_map(|section| section.number)
            .collect();
        for section in forms.ours.iter().flat_map(|form| match form {
            Form::Sections(text) => text
                .sections
                .iter()
                .filter_map(|section| section.number)
                .collect(),
            Form::Inline(_) => Vec::new(),
        }) {
            if !kept.contains(&section) {
                assembly.remove(section);
            }
        }
    }

    /// Our section behind which a new one is put.
    fn place_of_section(&self, part: &Part) -> usize {
        let theirs = self.versions.tables.theirs.rest();
        let own = theirs
            .sections
            .iter()
            .find(|section| section.path == part.path);
        own.and_then(|section| self.ours_before(section.number?))
            .unwrap_or(0)
    }
}

/// Puts the statements that hold rows into the text before the first header.
fn set_arrays(text: &mut RecordText, arrays: &[(String, Option<String>)], newline: &str) {
    let Some(root) = text.sections.first_mut() else {
        return;
    };
    for (name, statement) in arrays {
        let at = root
            .lines
            .iter()
            .position(|line| line.path == [name.clone()] && line.is_rows);
        match (at, statement) {
            (_, Some(statement)) if statement.is_empty() => {}
            (Some(at), Some(statement)) => {
                let behind = root.lines[at].comment().1.to_owned();
                root.lines[at].text = with_comment(statement, &behind, newline);
            }
            (Some(at), None) => drop(root.lines.remove(at)),
            (None, Some(statement)) => root.lines.push(LineText {
                path: vec![name.clone()],
                is_rows: true,
                lead: String::new(),
                text: statement.clone(),
                value: 0..0,
                clash: None,
            }),
            (None, None) => {}
        }
    }
}

fn with_comment(statement: &str, behind: &str, newline: &str) -> String {
    if behind.is_empty() {
        return statement.to_owned();
    }
    let line = statement.trim_end_matches(['\n', '\r']);
    format!("{line} {behind}{newline}")
}
