//! Random scripts of edits on a collection.

use std::collections::{BTreeMap, BTreeSet};

use super::collection::{item, texts};
use super::world::{Item, Op, Row, World};
use crate::common::choices::Choices;

/// New names, few enough that both sides sometimes choose the same one.
const NAMES: [&str; 5] = ["Nova", "Orion", "Vega", "Lyra", "Atlas"];

/// Writes a script.
pub(super) struct Author<'c> {
    pub(super) choices: &'c mut Choices,
    world: World,
    script: Vec<Op>,
    /// What was edited and is not edited again, so that no edit takes another one back.
    touched: BTreeSet<String>,
    /// Rows by which a renamed row is known, which stay as they are.
    frozen: BTreeSet<String>,
    /// Tables of which a row was deleted or renamed: none comes into them that could be taken for it.
    lost: BTreeSet<&'static str>,
    /// Tables into which a row came.
    won: BTreeSet<&'static str>,
    /// What the other side edited.
    hints: Vec<(&'static str, String)>,
    other: Vec<Op>,
    serial: usize,
    side: char,
}

/// The rows that a script edits.
fn targets(script: &[Op]) -> Vec<(&'static str, String)> {
    script
        .iter()
        .filter_map(|op| match op {
            Op::Set(table, id, _)
            | Op::Include(table, id, ..)
            | Op::Exclude(table, id, ..)
            | Op::Move(table, id, _)
            | Op::Delete(table, id)
            | Op::Rename(table, id, _)
            | Op::Comment(table, id, _) => Some((*table, id.clone())),
            Op::MoveMember(id, ..) => Some(("groups", id.clone())),
            Op::Add(..) | Op::Header(..) | Op::Lint(..) => None,
        })
        .collect()
}

/// A random script on a collection; often on the rows that the other side's script edits.
pub(super) fn script(choices: &mut Choices, world: &World, other: &[Op], side: char) -> Vec<Op> {
    let mut author = Author {
        choices,
        world: world.clone(),
        script: Vec::new(),
        touched: BTreeSet::new(),
        frozen: BTreeSet::new(),
        lost: BTreeSet::new(),
        won: BTreeSet::new(),
        hints: targets(other),
        other: other.to_vec(),
        serial: 0,
        side,
    };
    if author.choices.one_in(3) {
        author.rename();
    }
    if author.choices.one_in(3) && world.header.contains_key("updated") {
        author.updated();
    }
    if author.choices.one_in(6) {
        author.three_in_order();
    }
    for _ in 0..=author.choices.below(5) {
        match author.choices.pick(other).cloned() {
            Some(op) if author.choices.one_in(2) => author.answer(&op),
            _ => author.edit(),
        }
    }
    author.script
}

impl Author<'_> {
    pub(super) fn push(&mut self, op: Op) -> bool {
        match self.world.with(std::slice::from_ref(&op)) {
            Ok(after) if after != self.world || matches!(op, Op::Header(..)) => {
                self.world = after;
                self.script.push(op);
                true
            }
            _ => false,
        }
    }

    /// A row of a table; often one that the other side edits, too.
    pub(super) fn target(&mut self, table: &'static str) -> Option<String> {
        let hints: Vec<String> = self
            .hints
            .iter()
            .filter(|(own, id)| *own == table && self.world.row(table, id).is_some())
            .map(|(_, id)| id.clone())
            .collect();
        if self.choices.one_in(2)
            && let Some(id) = self.choices.pick(&hints)
        {
            return Some(id.clone());
        }
        let ids: Vec<String> = self
            .world
            .rows(table)
            .iter()
            .map(|row| row.id.clone())
            .collect();
        self.choices.pick(&ids).cloned()
    }

    pub(super) fn first_touch(&mut self, what: String) -> bool {
        self.touched.insert(what)
    }

    pub(super) fn value(&mut self, field: &str) -> String {
        if field == "color" {
            let color = format!("#{:06x}", 0x00c0_ffee + self.choices.below(2) * 64);
            return if self.choices.one_in(2) {
                color.to_uppercase().replace('X', "x")
            } else {
                color
            };
        }
        match self.choices.below(6) {
            0 => "agreed".to_owned(),
            1 => String::new(),
            _ => {
                self.serial += 1;
                format!("{field} {}{}", self.side, self.serial)
            }
        }
    }

    pub(super) fn edit(&mut self) {
        match self.choices.below(20) {
            0..=4 => self.set(),
            5..=8 => self.include_or_exclude(),
            9 => self.together_somewhere(),
            10..=12 => self.movement(),
            13..=15 => self.add(),
            16 | 17 => self.delete(),
            18 => self.header(),
            _ => self.comment(),
        }
    }

    pub(super) fn set(&mut self) {
        let (table, fields): (&'static str, &[&str]) = [
            (
                "groups",
                &["description", "color", "icon", "reviewed"] as &[&str],
            ),
            ("groups", &["color"]),
            (
                "artifacts",
                &["scope", "description", "owner", "metadata.license"],
            ),
            ("tag_definitions", &["color", "description"]),
            ("mcp_servers", &["command"]),
        ][self.choices.below(5)];
        let Some(id) = self.target(table) else { return };
        let field = self.choices.pick(fields).copied().unwrap_or_default();
        let value = self.value(field);
        self.set_field(table, id, field, value);
    }

    pub(super) fn set_field(
        &mut self,
        table: &'static str,
        id: String,
        field: &str,
        value: String,
    ) {
        if id.starts_with("new:") {
            return;
        }
        let row = self
            .world
            .row(table, &id)
            .map(|row| row.text(field).to_lowercase());
        if row.as_ref() == Some(&value.to_lowercase())
            || !self.first_touch(format!("{table} {id} {field}"))
        {
            return;
        }
        self.push(Op::Set(table, id, vec![(field.to_owned(), value)]));
    }

    pub(super) fn together_somewhere(&mut self) {
        let table = if self.choices.one_in(2) {
            "ratings"
        } else {
            "artifacts"
        };
        if let Some(id) = self.target(table) {
            self.together(table, id);
        }
    }

    pub(super) fn together(&mut self, table: &'static str, id: String) {
        let is_rating = table == "ratings";
        if !self.first_touch(format!("{table} {id} together")) {
            return;
        }
        if let Some(row) = self.world.row(table, &id).filter(|_| is_rating) {
            let rated = row
                .set("artifact")
                .iter()
                .map(|one| format!("keep {one:?}"));
            self.touched.extend(rated);
        }
        self.serial += 1;
        let mark = format!("{}{}", self.side, self.serial);
        let values = if is_rating {
            vec![
                ("rating".to_owned(), (1 + self.choices.below(5)).to_string()),
                ("note".to_owned(), mark),
            ]
        } else {
            vec![
                ("resolved_sha".to_owned(), format!("sha {mark}")),
                ("resolved_version".to_owned(), format!("v{mark}")),
            ]
        };
        self.push(Op::Set(table, id, values));
    }

    pub(super) fn include_or_exclude(&mut self) {
        let (table, set): (&'static str, &'static str) = [
            ("groups", "members"),
            ("groups", "members"),
            ("groups", "tags"),
            ("artifacts", "tags"),
            ("artifacts", "aliases"),
            ("composites", "members"),
        ][self.choices.below(6)];
        if let Some(id) = self.target(table) {
            self.change_set(table, id, set);
        }
    }

    /// Refers to a row from some other.
    pub(super) fn refer(&mut self, table: &'static str, set: &'static str, item: Item) {
        if let Some(id) = self.target(table)
            && self
                .world
                .row(table, &id)
                .is_some_and(|row| !row.set(set).contains(&item))
        {
            self.change_item(table, id, set, item);
        }
    }

    pub(super) fn change_set(&mut self, table: &'static str, id: String, set: &'static str) {
        let referred = if set == "members" {
            "artifacts"
        } else {
            "tag_definitions"
        };
        let item = if set == "aliases" {
            Item::Word(format!("alias-{}", self.choices.below(4)))
        } else {
            match self.target(referred) {
                Some(target) => Item::Row(target),
                None => return,
            }
        };
        self.change_item(table, id, set, item);
    }

    pub(super) fn change_item(
        &mut self,
        table: &'static str,
        id: String,
        set: &'static str,
        item: Item,
    ) {
        let referred = if set == "members" {
            "artifacts"
        } else {
            "tag_definitions"
        };
        let target = format!("{item:?}");
        let is_new = matches!(&item, Item::Row(target) if target.starts_with("new:"));
        let looks_renamed = is_new && self.lost.contains(referred);
        if self.frozen.contains(&target)
            || self.frozen.contains(&id)
            || looks_renamed
            || !self.first_touch(format!("{table} {id} {set} {target}"))
        {
            return;
        }
        let there = self
            .world
            .row(table, &id)
            .is_some_and(|row| row.set(set).contains(&item));
        if there {
            if !id.starts_with("new:") {
                self.push(Op::Exclude(table, id, set, item));
            }
        } else if self.push(Op::Include(table, id, set, item)) {
            self.touched.insert(format!("keep {target}"));
        }
    }

    pub(super) fn movement(&mut self) {
        if self.choices.one_in(2) {
            if let Some(id) = self.target("groups") {
                self.move_member(id);
            }
        } else {
            let table = if self.choices.one_in(3) {
                "artifacts"
            } else {
                "groups"
            };
            self.move_row(table);
        }
    }

    pub(super) fn move_member(&mut self, id: String) {
        let members = self
            .world
            .row("groups", &id)
            .map_or_else(Vec::new, |row| row.set("members").to_vec());
        let (Some(moved), Some(after)) = (
            self.choices.pick(&members).cloned(),
            self.choices.pick(&members).cloned(),
        ) else {
            return;
        };
        if moved != after && self.first_touch(format!("order of {id}")) {
            self.touched.insert(format!("keep {moved:?}"));
            let after = (!self.choices.one_in(3)).then_some(after);
            self.push(Op::MoveMember(id, moved, after));
        }
    }

    /// Moves a row backward, and so that the other side's answer may make a circle.
    pub(super) fn three_in_order(&mut self) {
        if let Some(id) = self.target("groups") {
            let members = self
                .world
                .row("groups", &id)
                .map_or_else(Vec::new, |row| row.set("members").to_vec());
            if let [_, moved, after, ..] = members.as_slice()
                && self.first_touch(format!("order of {id}"))
            {
                self.touched.insert(format!("keep {moved:?}"));
                self.push(Op::MoveMember(id, moved.clone(), Some(after.clone())));
            }
        }
    }

    /// Moves a row one place forward: with a move backward on the other side that makes a circle.
    pub(super) fn move_row_forward(&mut self, table: &'static str, id: &str) {
        let ids: Vec<String> = self
            .world
            .rows(table)
            .iter()
            .map(|row| row.id.clone())
            .collect();
        let place = ids.iter().position(|own| own == id).unwrap_or_default();
        if place > 0 && self.first_touch(format!("order of {table}")) {
            let after = place.checked_sub(2).map(|before| ids[before].clone());
            self.push(Op::Move(table, id.to_owned(), after));
        }
    }

    /// Moves a member one place forward.
    pub(super) fn move_member_forward(&mut self, id: &str, item: &Item) {
        let members = self
            .world
            .row("groups", id)
            .map_or_else(Vec::new, |row| row.set("members").to_vec());
        let place = members
            .iter()
            .position(|own| own == item)
            .unwrap_or_default();
        if place > 0 && self.first_touch(format!("order of {id}")) {
            self.touched.insert(format!("keep {item:?}"));
            let after = place.checked_sub(2).map(|before| members[before].clone());
            self.push(Op::MoveMember(id.to_owned(), item.clone(), after));
        }
    }

    pub(super) fn move_row(&mut self, table: &'static str) {
        let (Some(id), Some(after)) = (self.target(table), self.target(table)) else {
            return;
        };
        if id != after && self.first_touch(format!("order of {table}")) {
            let after = (!self.choices.one_in(3)).then_some(after);
            self.push(Op::Move(table, id, after));
        }
    }

    pub(super) fn add(&mut self) {
        let table = [
            "groups",
            "artifacts",
            "tag_definitions",
            "ratings",
            "mcp_servers",
        ][self.choices.below(5)];
        let after = self.target(table);
        let after = after.filter(|_| !self.choices.one_in(5));
        self.add_to(table, after);
    }

    pub(super) fn add_to(&mut self, table: &'static str, after: Option<String>) {
        let name = NAMES[self.choices.below(NAMES.len())];
        let mut row = Row {
            id: format!("new:{table}:{name}"),
            place: 1_000 + self.serial,
            texts: texts(&[("name", name)]),
            sets: BTreeMap::new(),
            comment: String::new(),
        };
        let described = ["", "described", "otherwise"][self.choices.below(3)];
        match table {
            "groups" => {
                row.texts
                    .insert("description".to_owned(), described.to_owned());
                if !self.lost.contains(table) {
                    let member = self
                        .target("artifacts")
                        .map(Item::Row)
                        .filter(|one| !self.frozen.contains(&format!("{one:?}")));
                    row.sets
                        .insert("members".to_owned(), member.into_iter().collect());
                }
            }
            "artifacts" => row.texts.extend(texts(&[
                ("type", "skill"),
                ("source", &format!("acme/new/{name}")),
                ("description", described),
            ])),
            "tag_definitions" => row.texts.extend(texts(&[
                ("slug", &name.to_lowercase()),
                ("description", described),
            ])),
            "ratings" => {
                let Some(artifact) = self.target("artifacts") else {
                    return;
                };
                let by = "ada@example.com";
                row.id = format!("new:ratings:{artifact}");
                let note = if described.is_empty() {
                    "plain"
                } else {
                    described
                };
                row.texts = texts(&[("by", by), ("rating", "4"), ("note", note)]);
                row.sets.insert("artifact".to_owned(), vec![item(artifact)]);
            }
            _ => {}
        }
        self.add_row(table, row, after);
    }

    pub(super) fn add_row(&mut self, table: &'static str, row: Row, after: Option<String>) {
        let is_lost = self.lost.contains(table) && !row.set("members").is_empty();
        let is_frozen = |one: &Item| self.frozen.contains(&format!("{one:?}"));
        if is_lost || row.sets.values().flatten().any(is_frozen) {
            return;
        }
        self.touched.insert(format!("{table} {} together", row.id));
        for member in row.sets.values().flatten() {
            self.touched.insert(format!("keep {member:?}"));
        }
        self.won.insert(table);
        if self.first_touch(format!("{table} {} row", row.id)) {
            self.push(Op::Add(table, row, after));
        }
    }

    pub(super) fn delete(&mut self) {
        let table = [
            "groups",
            "artifacts",
            "tag_definitions",
            "mcp_servers",
            "ratings",
        ][self.choices.below(5)];
        if let Some(id) = self.target(table) {
            self.delete_row(table, id);
        }
    }

    pub(super) fn delete_row(&mut self, table: &'static str, id: String) {
        let mark = format!("{:?}", item(id.clone()));
        let prefix = format!("{table} {id} ");
        let busy = self.touched.iter().any(|one| {
            one.starts_with(&prefix)
                || *one == format!("keep {mark}")
                || *one == format!("order of {id}")
                || *one == format!("comment {table} {id}")
        });
        let carries = self.world.row(table, &id).is_some_and(|row| {
            row.sets
                .values()
                .flatten()
                .any(|item| self.frozen.contains(&format!("{item:?}")))
        });
        if busy
            || carries
            || self.frozen.contains(&mark)
            || self.frozen.contains(&id)
            || self.won.contains(table)
        {
            return;
        }
        self.lost.insert(table);
        self.push(Op::Delete(table, id));
    }

    pub(super) fn rename(&mut self) {
        let renames: Vec<Op> = self
            .other
            .iter()
            .filter(|op| matches!(op, Op::Rename(..)))
            .cloned()
            .collect();
        let adds: Vec<Op> = self
            .other
            .iter()
            .filter(|op| matches!(op, Op::Add("groups" | "artifacts" | "tag_definitions", ..)))
            .cloned()
            .collect();
        let (table, id, name) = match (
            self.choices.pick(&renames).cloned(),
            self.choices.pick(&adds).cloned(),
        ) {
            (Some(Op::Rename(table, id, values)), _) => {
                let id = if self.choices.one_in(3) {
                    self.target(table)
                } else {
                    Some(id)
                };
                let new = NAMES[self.choices.below(NAMES.len())].to_owned();
                let name = if self.choices.one_in(3) {
                    new
                } else {
                    values[0].1.clone()
                };
                (table, id, name)
            }
            (_, Some(Op::Add(table, row, _))) => {
                (table, self.target(table), row.text("name").to_owned())
            }
            _ => {
                let table = ["groups", "artifacts", "tag_definitions"][self.choices.below(3)];
                (
                    table,
                    self.target(table),
                    NAMES[self.choices.below(NAMES.len())].to_owned(),
                )
            }
        };
        let Some(row) = id.and_then(|id| self.world.row(table, &id).cloned()) else {
            return;
        };
        let mine = item(row.id.clone());
        let carriers: Vec<String> = self
            .world
            .rows("artifacts")
            .iter()
            .filter(|artifact| artifact.set("tags").contains(&mine))
            .map(|artifact| format!("{:?}", item(artifact.id.clone())))
            .collect();
        match table {
            "groups" if row.set("members").is_empty() => return,
            "groups" => self
                .frozen
                .extend(row.set("members").iter().map(|one| format!("{one:?}"))),
            "tag_definitions" if carriers.is_empty() => return,
            "tag_definitions" => self.frozen.extend(carriers),
            _ => {}
        }
        self.frozen.insert(row.id.clone());
        self.frozen.insert(format!("{mine:?}"));
        self.touched.insert(format!("{table} {} row", row.id));
        self.lost.insert(table);
        let mut values = vec![("name".to_owned(), name.clone())];
        if table == "tag_definitions" {
            values.push(("slug".to_owned(), name.to_lowercase()));
        }
        self.push(Op::Rename(table, row.id, values));
    }

    pub(super) fn header(&mut self) {
        let is_skillmeat = self.world.header.contains_key("updated");
        match self.choices.below(3) {
            0 if is_skillmeat => self.updated(),
            1 => {
                let key = ["level", "width", "extra"][self.choices.below(3)];
                let value = self.value(key);
                let is_new = value.is_empty() && !self.world.lint.contains_key(key);
                if !is_new && self.first_touch(format!("lint {key}")) {
                    self.push(Op::Lint(key.to_owned(), value));
                }
            }
            _ => {
                let key = ["name", "version"][self.choices.below(2)];
                self.serial += 1;
                let value = format!("{key} {}{}", self.side, self.serial);
                if self.first_touch(format!("header {key}")) {
                    self.push(Op::Header(key.to_owned(), value));
                }
            }
        }
    }

    pub(super) fn updated(&mut self) {
        let value = format!("2026-10-{:02}T10:00:00.000001", 6 + self.choices.below(20));
        if self.first_touch("updated".to_owned()) {
            self.push(Op::Header("updated".to_owned(), value));
        }
    }

    pub(super) fn comment(&mut self) {
        let table = ["groups", "artifacts"][self.choices.below(2)];
        if let Some(id) = self.target(table) {
            self.comment_on(table, id);
        }
    }

    pub(super) fn comment_on(&mut self, table: &'static str, id: String) {
        self.serial += 1;
        let comment = format!("a comment of {}{}", self.side, self.serial);
        if self.first_touch(format!("comment {table} {id}")) {
            self.push(Op::Comment(table, id, comment));
        }
    }
}
