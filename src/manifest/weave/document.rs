//! Three documents: their tables for a merge, and the merge's text.

use super::apply::Workshop;
use super::array::{Element, Rows, Woven};
use super::comments::{comment_lines, converted, from_first_comment, merge_comments, merged_lead};
use super::inline::{to_inline, to_sections};
use super::keyed::add_unknown;
use super::marked::{Part, parts};
use super::place::{Assembly, Piece};
use super::record::Form;
use super::sheets::sheets;
use super::tables::{TableText, Tables};
use super::text::{LineText, RecordText, append};
use crate::manifest::document::Document;
use crate::manifest::rows::Place;
use crate::manifest::splice::newline_of;
use crate::model::markers::Markers;
use crate::model::merged::{Disorder, Merged, MergedRow, MergedTable, Outcome, Standing};
use crate::model::record::{REST, Sheet, dotted};
use crate::model::row::Table;
use crate::model::side::{Side, Sides};

/// Three versions of a manifest, each of them valid.
pub struct Versions<'d> {
    tables: Sides<Tables<'d>>,
    newline: &'static str,
}

impl<'d> Versions<'d> {
    /// Finds the tables of three documents, which must be valid.
    pub fn of(documents: Sides<&'d Document>) -> Self {
        let mut tables = Sides {
            base: Tables::known(documents.base),
            ours: Tables::known(documents.ours),
            theirs: Tables::known(documents.theirs),
        };
        add_unknown(&mut tables);
        Self {
            newline: newline_of(documents.ours.text()),
            tables,
        }
    }

    /// The tables as a merge takes them.
    pub fn sheets(&self) -> Vec<Sheet> {
        sheets(&self.tables)
    }

    /// The text of the merged tables, in the form of our document; what is not decided stands between markers.
    pub fn woven(&self, merged: &Merged, markers: &Markers) -> String {
        let weaver = Weaver {
            versions: self,
            markers,
        };
        weaver.woven(merged)
    }
}

/// How a row is written that is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// With markers.
    Marked,
    /// As one version would have it.
    Of(Side),
}

struct Weaver<'w, 'd> {
    versions: &'w Versions<'d>,
    markers: &'w Markers,
}

impl Weaver<'_, '_> {
    fn woven(&self, merged: &Merged) -> String {
        let ours = &self.versions.tables.ours;
        let mut assembly = Assembly::new(ours, self.versions.newline);
        let mut arrays: Vec<(String, Option<String>)> = Vec::new();
        for table in &merged.tables {
            let is_own = |own: &TableText| own.name == table.table;
            let Some(number) = ours.all.iter().position(is_own) else {
                continue;
            };
            if let Some(form) = self.target(number) {
                arrays.push((table.table.clone(), self.array(number, table, form)));
                continue;
            }
            if ours.all[number].array.is_some() && !table.rows.is_empty() {
                arrays.push((table.table.clone(), None));
            }
            self.sections(number, table, &mut assembly);
        }
        if let Some(rest) = merged.tables.iter().find(|table| table.table == REST) {
            self.rest(rest, &arrays, &mut assembly);
        }
        let tails = self.versions.tables.map(|tables| Some(tables.tail()));
        assembly.finish(&merged_lead(&tails, self.versions.newline))
    }

    /// Whose inline array a table's rows are woven into; nothing when they are sections.
    fn target(&self, number: usize) -> Option<Side> {
        let array = |side: Side| {
            let table = &self.versions.tables.of(side).all[number];
            table.array.as_ref().map(|_| table.places.len())
        };
        let has_sections = self.versions.tables.ours.all[number].array.is_none()
            && !self.versions.tables.ours.all[number].places.is_empty();
        match (array(Side::Ours), array(Side::Theirs)) {
            (Some(1..), _) | (Some(0), None) if self.has_no_sections(number) => Some(Side::Ours),
            (Some(1..), _) => Some(Side::Ours),
            (Some(0), Some(1..)) => Some(Side::Theirs),
            (Some(0), _) if self.has_no_sections(number) => Some(Side::Ours),
            (None, Some(_)) if !has_sections => Some(Side::Theirs),
            _ => None,
        }
    }

    /// Whether no version has rows of a table as sections.
    fn has_no_sections(&self, number: usize) -> bool {
        let of_side = |side: &Side| {
            let table = &self.versions.tables.of(*side).all[number];
            table.array.is_some() || table.places.is_empty()
        };
        Side::ALL.iter().all(of_side)
    }

    /// A record in each version.
    fn forms(&self, number: usize, row: &MergedRow) -> Sides<Option<Form>> {
        Sides::each(|side| {
            let tables = self.versions.tables.of(side);
            let place = &tables.all[number].places[(*row.rows.of(side))?];
            Some(match place {
                Place::Inline(range) => {
                    Form::Inline(tables.document.text()[range.clone()].to_owned())
                }
                place @ Place::Section { .. } => Form::Sections(tables.record(place)?),
            })
        })
    }

    fn workshop<'f>(
        &self,
        table: &str,
        start: Side,
        forms: &'f Sides<Option<Form>>,
    ) -> Workshop<'f> {
        Workshop {
            forms,
            table: Table::OF_ROWS
                .into_iter()
                .find(|known| known.as_str() == table),
            dialect: self.versions.tables.ours.document.dialect(),
            start,
            newline: self.versions.newline,
        }
    }
}

/// Rows in an inline array.
impl Weaver<'_, '_> {
    /// The statement's lines that hold a table's rows, in the form of one version's array.
    fn array(&self, number: usize, table: &MergedTable, form: Side) -> Option<String> {
        let tables = self.versions.tables.of(form);
        let raw = converted(
            &tables.document.text()[tables.all[number].array.clone()?],
            self.versions.newline,
        );
        let elements: Vec<Element> = table
            .rows
            .iter()
            .map(|row| self.element(number, &table.table, row, form))
            .collect();
        let rows = Rows {
            raw: &raw,
            elements: &elements,
            orders: orders_of(&table.disorders, elements.len()),
            newline: self.versions.newline,
        };
        let statement = |value: &String| {
            let key = dotted(std::slice::from_ref(&table.table));
            format!("{key} = {value}{}", self.versions.newline)
        };
        let own = self.versions.tables.ours.all[number].array.as_ref();
        let untouched = own.is_some_and(|array| tables.document.text()[array.clone()] == raw);
        Some(match rows.woven(self.markers) {
            Woven::Value(value) if untouched && value == raw => {
                return None.or(Some(String::new()));
            }
            Woven::Value(value) => statement(&value),
            Woven::Versions(values) => self
                .markers
                .block(&values.map(statement), self.versions.newline),
        })
    }

    fn element(&self, number: usize, table: &str, row: &MergedRow, form: Side) -> Element {
        let forms = self.forms(number, row);
        let workshop = self.workshop(table, row.start, &forms);
        let mut above = Vec::new();
        let start = match forms.of(row.start) {
            Some(Form::Inline(text)) => text.clone(),
            Some(Form::Sections(text)) => {
                let (text, comments) = to_inline(text, self.versions.newline);
                above = comments;
                text
            }
            None => String::new(),
        };
        let text =
            |side: Side| match workshop.changed(Form::Inline(start.clone()), &row.changes, side) {
                Form::Inline(text) => Some(text),
                Form::Sections(_) => None,
            };
        let texts = match row.standing {
            Standing::Certain => Sides::each(text),
            Standing::Disputed => Sides::each(|side| {
                (side == row.start || side == Side::Base)
                    .then(|| text(side))
                    .flatten()
            }),
        };
        Element {
            old: *row.rows.of(form),
            texts,
            above,
        }
    }
}

/// The order of all rows for each version, where some are in doubt.
fn orders_of(disorders: &[Disorder], count: usize) -> Option<Sides<Vec<usize>>> {
    if disorders.is_empty() {
        return None;
    }
    Some(Sides::each(|side| {
        let mut order: Vec<usize> = (0..count).collect();
        for disorder in disorders {
            order[disorder.rows.clone()].copy_from_slice(disorder.orders.of(side));
        }
        order
    }))
}

/// Rows in sections.
impl Weaver<'_, '_> {
    fn sections(&self, number: usize, table: &MergedTable, assembly: &mut Assembly<'_>) {
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
    fn ours_before(&self, section: usize) -> Option<usize> {
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
        let version = |side: Side| match workshop.changed(
            Form::Sections(start.clone()),
            &row.changes,
            side,
        ) {
            Form::Sections(text) => text,
            Form::Inline(_) => RecordText::default(),
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

/// Everything outside of rows.
impl Weaver<'_, '_> {
    fn rest(
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
                Form::Sections(text) => text,
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

/// Comment lines set apart from a header by a blank line: they stay when the row goes.
pub(super) fn loose(lead: &str) -> &str {
    let attached = lead
        .split_inclusive('\n')
        .rev()
        .take_while(|line| line.trim_start().starts_with('#'))
        .map(str::len)
        .sum::<usize>();
    let before = &lead[..lead.len() - attached];
    if comment_lines(before).is_empty() {
        ""
    } else {
        before
    }
}
