//! The three-way merge of tables: by row and by field, with a conflict as a value where two edits can't both hold.
//!
//! Pure: rows in, rows out; it knows nothing of text. `docs/merge.md` states the rules with examples. The rooms in
//! their order: `schema` says what the known fields are; `field`, `set` and `order` are the rules for one
//! value, one set and one order; `rename` and `identity` find which rows are one row; `references` says which
//! row an entry of a list means; `row` and `table` merge these, and `three_way` everything.

pub mod difference;
mod entity;
mod existence;
mod field;
mod finals;
mod identity;
pub mod likeness;
pub mod lines;
mod list;
mod order;
mod position;
mod references;
mod rename;
mod resolve;
mod row;
mod schema;
mod set;
mod table;
mod three_way;

pub use three_way::merge;

#[cfg(test)]
mod tests;
