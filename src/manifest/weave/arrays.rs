//! Tables whose rows stand in an inline array.

use super::array::{Element, Rows, Woven};
use super::comments::converted;
use super::document::Weaver;
use super::inline::to_inline;
use super::record::Form;
use crate::model::merged::{Disorder, MergedRow, MergedTable, Standing};
use crate::model::record::dotted;
use crate::model::side::{Side, Sides};

impl Weaver<'_, '_> {
    /// The statement's lines that hold a table's rows, in the form of one version's array.
    pub(super) fn array(&self, number: usize, table: &MergedTable, form: Side) -> Option<String> {
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
            others: Sides::each(|side| {
                let tables = self.versions.tables.of(side);
                let array = tables.all[number].array.clone()?;
                let is_other = form == Side::Ours && side != Side::Ours;
                is_other.then(|| converted(&tables.document.text()[array], self.versions.newline))
            }),
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
            elsewhere: (row.rows.base, row.rows.theirs),
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
