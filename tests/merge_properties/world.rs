//! A collection as people think of it: rows with identities that outlive their names, and edits of them.

use std::collections::BTreeMap;

/// What stands in a set of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    /// Another row, by its identity.
    Row(String),
    /// A word.
    Word(String),
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its identity. Rows that both sides add under one key are one row.
    pub(super) id: String,
    /// Its place in the file, where numbers tell the order.
    pub(super) place: usize,
    /// Its values.
    pub(super) texts: BTreeMap<String, String>,
    /// Its sets.
    pub(super) sets: BTreeMap<String, Vec<Item>>,
    /// The comment above it.
    pub(super) comment: String,
}

impl Row {
    pub(super) fn text(&self, field: &str) -> &str {
        self.texts.get(field).map_or("", String::as_str)
    }

    pub(super) fn set(&self, field: &str) -> &[Item] {
        self.sets.get(field).map_or(&[], Vec::as_slice)
    }
}

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct World {
    /// The rows of each table, in the order that people see.
    pub(super) tables: BTreeMap<&'static str, Vec<Row>>,
    /// The header.
    pub(super) header: BTreeMap<String, String>,
    /// A table that nobody knows.
    pub(super) lint: BTreeMap<String, String>,
    /// The last key of every row that ever was.
    pub(super) keys: BTreeMap<String, String>,
}

/// An edit, by identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// Gives fields of a row new values, as one.
    Set(&'static str, String, Vec<(String, String)>),
    /// Puts something into a set.
    Include(&'static str, String, &'static str, Item),
    /// Takes something out of a set.
    Exclude(&'static str, String, &'static str, Item),
    /// Moves a row behind another, or to the front.
    Move(&'static str, String, Option<String>),
    /// Moves a member behind another, or to the front.
    MoveMember(String, Item, Option<Item>),
    /// Adds a row behind another, or to the front.
    Add(&'static str, Row, Option<String>),
    /// Deletes a row and all references to it.
    Delete(&'static str, String),
    /// Gives a row another key.
    Rename(&'static str, String, Vec<(String, String)>),
    /// Changes the comment above a row.
    Comment(&'static str, String, String),
    /// Sets a field of the header.
    Header(String, String),
    /// Sets a key of the table that nobody knows.
    Lint(String, String),
}

/// An edit that can't be made any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Impossible;

impl World {
    pub(super) fn rows(&self, table: &str) -> &[Row] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    pub(super) fn row(&self, table: &str, id: &str) -> Option<&Row> {
        self.rows(table).iter().find(|row| row.id == id)
    }

    fn row_mut(&mut self, table: &'static str, id: &str) -> Result<&mut Row, Impossible> {
        let rows = self.tables.entry(table).or_default();
        rows.iter_mut().find(|row| row.id == id).ok_or(Impossible)
    }

    /// What a row is called in the file.
    pub(super) fn key_of(table: &str, row: &Row) -> String {
        match table {
            "tag_definitions" => row.text("slug").to_owned(),
            "artifacts" => format!("{}:{}", row.text("type"), row.text("name")),
            "ratings" => format!("{:?} {}", row.set("artifact"), row.text("by")),
            _ => row.text("name").to_owned(),
        }
    }

    fn note_keys(&mut self) {
        for (table, rows) in &self.tables {
            for row in rows {
                self.keys.insert(row.id.clone(), Self::key_of(table, row));
            }
        }
    }

    /// Applies edits one after the other.
    pub(super) fn with(&self, script: &[Op]) -> Result<Self, Impossible> {
        let mut world = self.clone();
        world.note_keys();
        for op in script {
            world.apply(op)?;
            world.note_keys();
        }
        Ok(world)
    }

    fn exists(&self, item: &Item) -> bool {
        let Item::Row(id) = item else { return true };
        self.tables.values().flatten().any(|row| row.id == *id)
    }

    fn apply(&mut self, op: &Op) -> Result<(), Impossible> {
        match op {
            Op::Set(table, id, values) => {
                let row = self.row_mut(table, id)?;
                row.texts.extend(values.iter().cloned());
            }
            Op::Include(table, id, set, item) => {
                if !self.exists(item) {
                    return Err(Impossible);
                }
                let items = self
                    .row_mut(table, id)?
                    .sets
                    .entry((*set).to_owned())
                    .or_default();
                if !items.contains(item) {
                    items.push(item.clone());
                }
            }
            Op::Exclude(table, id, set, item) => {
                let row = self.row_mut(table, id)?;
                row.sets
                    .entry((*set).to_owned())
                    .or_default()
                    .retain(|own| own != item);
            }
            Op::Move(table, id, after) => {
                let rows = self.tables.entry(table).or_default();
                if let Some(from) = rows.iter().position(|row| row.id == *id) {
                    let row = rows.remove(from);
                    let at = after
                        .as_ref()
                        .map_or(0, |after| behind(rows, |row| row.id == *after));
                    rows.insert(at, row);
                }
            }
            Op::MoveMember(id, item, after) => {
                let items = self
                    .row_mut("groups", id)?
                    .sets
                    .entry("members".to_owned())
                    .or_default();
                if let Some(from) = items.iter().position(|own| own == item) {
                    let moved = items.remove(from);
                    let at = after
                        .as_ref()
                        .map_or(0, |after| behind(items, |own| own == after));
                    items.insert(at, moved);
                }
            }
            Op::Add(table, row, after) => return self.add(table, row, after.as_deref()),
            Op::Delete(table, id) => self.delete(table, id),
            Op::Rename(table, id, values) => {
                let mut renamed = self.row(table, id).ok_or(Impossible)?.clone();
                renamed.texts.extend(values.iter().cloned());
                let key = Self::key_of(table, &renamed);
                let taken = |row: &Row| row.id != *id && Self::key_of(table, row) == key;
                if self.rows(table).iter().any(taken) {
                    return Err(Impossible);
                }
                *self.row_mut(table, id)? = renamed;
            }
            Op::Comment(table, id, comment) => {
                self.row_mut(table, id)?.comment.clone_from(comment);
            }
            Op::Header(field, value) => match field.as_str() {
                "updated" => {
                    let own = self.header.entry(field.clone()).or_default();
                    *own = own.clone().max(value.clone());
                }
                _ => drop(self.header.insert(field.clone(), value.clone())),
            },
            Op::Lint(key, value) => drop(self.lint.insert(key.clone(), value.clone())),
        }
        Ok(())
    }

    fn add(
        &mut self,
        table: &'static str,
        row: &Row,
        after: Option<&str>,
    ) -> Result<(), Impossible> {
        if !row.sets.values().flatten().all(|item| self.exists(item)) {
            return Err(Impossible);
        }
        let key = Self::key_of(table, row);
        let rows = self.tables.entry(table).or_default();
        if let Some(own) = rows.iter_mut().find(|own| own.id == row.id) {
            let said = row.texts.iter().filter(|(_, value)| !value.is_empty());
            own.texts
                .extend(said.map(|(key, value)| (key.clone(), value.clone())));
            for (set, items) in &row.sets {
                let there = own.sets.entry(set.clone()).or_default();
                for item in items {
                    if !there.contains(item) {
                        there.push(item.clone());
                    }
                }
            }
            return Ok(());
        }
        if rows.iter().any(|own| Self::key_of(table, own) == key) {
            return Err(Impossible);
        }
        let at = after.map_or(0, |after| behind(rows, |own| own.id == after));
        rows.insert(at, row.clone());
        Ok(())
    }

    fn delete(&mut self, table: &'static str, id: &str) {
        let gone = Item::Row(id.to_owned());
        self.tables
            .entry(table)
            .or_default()
            .retain(|row| row.id != id);
        if let Some(ratings) = self.tables.get_mut("ratings") {
            ratings.retain(|row| !row.set("artifact").contains(&gone));
        }
        for row in self.tables.values_mut().flatten() {
            for items in row.sets.values_mut() {
                items.retain(|item| *item != gone);
            }
        }
    }
}

/// The place behind what is wanted; the end when it is not there.
fn behind<T>(all: &[T], wanted: impl Fn(&T) -> bool) -> usize {
    all.iter().position(wanted).map_or(all.len(), |at| at + 1)
}
