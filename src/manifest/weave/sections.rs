//! Tables whose rows stand in sections.

use super::comments::{from_first_comment, merge_comments};
use super::document::Weaver;
use super::inline::to_sections;
use super::marked::{Part, parts};
use super::place::{Assembly, Piece};
use super::record::Form;
use super::remarks::merge_lists;
use super::tables::Tables;
use super::text::{RecordText, append};
use crate::manifest::rows::Place;
use crate::model::merged::{Disorder, MergedRow, MergedTable, Outcome, Standing};
use crate::model::row::Table;
use crate::model::side::{Side, Sides};

/// How a row is written that is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// With markers.
    Marked,
    /// As one version would have it.
    Of(Side),
}

impl Weaver<'_, '_> {
    pub(super) fn sections(&self, number: usize, table: &MergedTable, assembly: &mut Assembly<'_>) {
        let ours = &self.versions.tables.ours;
        let mut pieces: Vec<Piece> = Vec::with_capacity(table.rows.len());
        let mut at = 0;
        while at < table.rows.len() {
            let disorder = table
                .disorders
                .iter()
                .find(|disorder| disorder.rows.start == at);
            if let Some(disorder) = disorder {
                pieces.push(self.disordered(number, table, disorder));
                at = disorder.rows.end;
            } else {
                pieces.push(self.piece(number, &table.table, &table.rows[at]));
                at += 1;
            }
        }
        let places = &ours.all[number].places;
        assembly.place(number, &pieces, places, || self.predecessor(number, table));
    }

    /// The last of our sections that stands before a table in theirs.
    fn predecessor(&self, number: usize, table: &MergedTable) -> Option<usize> {
        let known = Table::OF_ROWS
            .into_iter()
            .find(|known| known.as_str() == table.table);
        if let Some(known) = known {
            return Some(Assembly::place_of(&self.versions.tables.ours, known));
        }
        let theirs = &self.versions.tables.theirs;
        let first = theirs
            .owners
            .iter()
            .position(|owner| owner.is_some_and(|(table, _)| table == number))?;
        self.ours_before(first)
    }

    /// Our section that stands before one of theirs.
    pub(super) fn ours_before(&self, section: usize) -> Option<usize> {
        let Sides { ours, theirs, .. } = &self.versions.tables;
        let rest = ours.rest();
        let their_rest = theirs.rest();
        (0..section).rev().find_map(|before| {
            if let Some((table, _)) = theirs.owners[before] {
                let is_of_table =
                    |owner: &Option<(usize, usize)>| owner.is_some_and(|(own, _)| own == table);
                return ours.owners.iter().rposition(is_of_table);
            }
            let mut sections = their_rest.sections.iter();
            let path = &sections.find(|own| own.number == Some(before))?.path;
            rest.sections.iter().rfind(|own| own.path == *path)?.number
        })
    }

    fn piece(&self, number: usize, table: &str, row: &MergedRow) -> Piece {
        if self.is_verbatim(number, row) {
            return Piece::kept(row.rows.ours.into_iter().collect());
        }
        let (lead, text) = self.row(number, table, row, View::Marked);
        Piece {
            old: row.rows.ours.into_iter().collect(),
            text: Some((lead, text)),
        }
    }

    /// Whether a row keeps its bytes.
    fn is_verbatim(&self, number: usize, row: &MergedRow) -> bool {
        if row.start != Side::Ours || row.standing == Standing::Disputed || !row.changes.is_empty()
        {
            return false;
        }
        let Sides { ours, theirs, .. } = &self.versions.tables;
        let place =
            |tables: &Tables<'_>, row: Option<usize>| Some(tables.all[number].places[row?].clone());
        let (Some(own), Some(other)) = (place(ours, row.rows.ours), place(theirs, row.rows.theirs))
        else {
            return true;
        };
        let (
            Place::Section { main, .. },
            Place::Section {
                main: other_main, ..
            },
        ) = (&own, &other)
        else {
            return true;
        };
        let leads = [ours.lead(*main), theirs.lead(*other_main)];
        if leads[0] == leads[1] && ours.is_same(&own, theirs, &other) {
            return true;
        }
        let has_comment = |tables: &Tables<'_>, place: &Place| {
            tables.row_text(place).iter().any(|text| text.contains('#'))
        };
        let in_leads = leads.iter().any(|lead| lead.contains('#'));
        !(in_leads || has_comment(ours, &own) || has_comment(theirs, &other))
    }

    /// A row's text: what stands before it, and the row itself.
    fn row(&self, number: usize, table: &str, row: &MergedRow, view: View) -> (String, String) {
        let forms = self.forms(number, row);
        let newline = self.versions.newline;
        let workshop = self.workshop(table, row.start, &forms);
        let mut start = match forms.of(row.start) {
            Some(Form::Sections(text)) => text.clone(),
            Some(Form::Inline(text)) => to_sections(text, table, newline),
            None => RecordText::default(),
        };
        if row.start == Side::Ours {
            merge_comments(&mut start, &forms, newline);
        } else {
            start = workshop.imported(start);
        }
        let version = |side: Side| {
            let form = workshop.changed(Form::Sections(start.clone()), &row.changes, side);
            let Form::Sections(mut text) = form else {
                return RecordText::default();
            };
            if row.start == Side::Ours {
                merge_lists(&mut text, &forms, newline);
            }
            text
        };
        let is_clash = row
            .changes
            .iter()
            .any(|change| matches!(change.outcome, Outcome::Clash { .. }));
        let versions = match view {
            View::Marked if is_clash => Sides::each(version),
            View::Marked => {
                let text = version(Side::Ours);
                Sides::each(|_| text.clone())
            }
            View::Of(side) => {
                let text = version(side);
                Sides::each(|_| text.clone())
            }
        };
        let (lead, text) = joined(parts(&versions, self.markers, newline), newline);
        if row.standing == Standing::Disputed && view == View::Marked {
            return self.disputed(&lead, &text, row.start);
        }
        (lead, text)
    }

    /// A row that only one side has and the other deleted.
    fn disputed(&self, lead: &str, text: &str, side: Side) -> (String, String) {
        let newline = self.versions.newline;
        let comments = from_first_comment(lead);
        let blank = lead[..lead.len() - comments.len()].to_owned();
        let mut own = format!("{comments}{text}");
        if !own.ends_with('\n') {
            own.push_str(newline);
        }
        let mut texts: Sides<String> = Sides::default();
        texts.of_mut(side).clone_from(&own);
        texts.base = own;
        (blank, self.markers.block(&texts, newline))
    }

    /// Rows whose order is in doubt: all of them, in each version's order.
    fn disordered(&self, number: usize, table: &MergedTable, disorder: &Disorder) -> Piece {
        let newline = self.versions.newline;
        let mut first = String::new();
        let texts = Sides::each(|side| {
            let mut all = String::new();
            for (index, row) in disorder.orders.of(side).iter().enumerate() {
                let (lead, text) =
                    self.row(number, &table.table, &table.rows[*row], View::Of(side));
                if index == 0 && side == Side::Ours {
                    first.clone_from(&lead);
                }
                let comments = from_first_comment(&lead);
                let lead = match (index, comments.is_empty()) {
                    (0, _) => comments.to_owned(),
                    (_, true) => newline.to_owned(),
                    (_, false) => format!("{newline}{comments}"),
                };
                append(&mut all, &lead, newline);
                append(&mut all, &text, newline);
            }
            if !all.ends_with('\n') {
                all.push_str(newline);
            }
            all
        });
        let blank = first[..first.len() - from_first_comment(&first).len()].to_owned();
        let old = disorder
            .rows
            .clone()
            .filter_map(|row| table.rows[row].rows.ours)
            .collect();
        Piece {
            old,
            text: Some((blank, self.markers.block(&texts, newline))),
        }
    }
}

/// The parts of a row as one text.
fn joined(parts: Vec<Part>, newline: &str) -> (String, String) {
    let mut lead = String::new();
    let mut text = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index == 0 {
            lead = part.lead;
        } else {
            append(&mut text, &part.lead, newline);
        }
        append(&mut text, &part.text, newline);
    }
    (lead, text)
}
