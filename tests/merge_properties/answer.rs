//! Edits that meet those of the other side.

use super::script::Author;
use super::world::{Item, Op};

impl Author<'_> {
    /// An edit that meets one of the other side's.
    pub(super) fn answer(&mut self, op: &Op) {
        match op {
            Op::Set(table, id, values) if values.len() > 1 => match self.choices.below(3) {
                0 => self.delete_row(table, id.clone()),
                _ => self.together(table, id.clone()),
            },
            Op::Set(table, id, values) => match self.choices.below(4) {
                0 => self.delete_row(table, id.clone()),
                1 => {
                    let value = self.value(&values[0].0);
                    self.set_field(table, id.clone(), &values[0].0, value);
                }
                _ if values[0].0 == "color" => {
                    let other = values[0].1.to_uppercase();
                    self.set_field(table, id.clone(), "color", other);
                }
                _ => self.set_field(table, id.clone(), &values[0].0, values[0].1.clone()),
            },
            Op::Include(table, id, set, Item::Row(target)) => match self.choices.below(3) {
                0 if *set == "members" => self.delete_row("artifacts", target.clone()),
                0 => self.delete_row("tag_definitions", target.clone()),
                _ => self.change_set(table, id.clone(), set),
            },
            Op::Include(table, id, set, _) | Op::Exclude(table, id, set, _) => {
                self.change_set(table, id.clone(), set);
            }
            Op::Delete(table, id) => match (self.choices.below(3), *table) {
                (0, _) => self.delete_row(table, id.clone()),
                (1, "artifacts") => self.refer("groups", "members", Item::Row(id.clone())),
                (1, "tag_definitions") => self.refer("artifacts", "tags", Item::Row(id.clone())),
                (_, "groups" | "artifacts") => self.comment_on(table, id.clone()),
                _ => self.set(),
            },
            Op::Rename(table, id, _) => match (self.choices.below(3), *table) {
                (0, "artifacts") => self.refer("groups", "members", Item::Row(id.clone())),
                (0, "tag_definitions") => self.refer("artifacts", "tags", Item::Row(id.clone())),
                (1, _) => self.delete_row(table, id.clone()),
                _ => self.set(),
            },
            Op::Add(table, row, after) => {
                let mut row = row.clone();
                if self.choices.one_in(3) {
                    row.texts
                        .insert("description".to_owned(), "otherwise again".to_owned());
                }
                if self.choices.one_in(3) {
                    self.add_to(table, after.clone());
                } else {
                    self.add_row(table, row, after.clone());
                }
            }
            Op::Move(table, id, _) if self.choices.one_in(2) => self.move_row_forward(table, id),
            Op::Move(table, ..) => self.move_row(table),
            Op::MoveMember(id, item, _) if self.choices.one_in(2) => {
                self.move_member_forward(id, item);
            }
            Op::MoveMember(id, ..) => self.move_member(id.clone()),
            Op::Comment(table, id, _) => self.comment_on(table, id.clone()),
            Op::Header(field, _) if field == "updated" => self.updated(),
            Op::Header(..) | Op::Lint(..) => self.header(),
        }
    }
}
