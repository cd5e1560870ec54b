//! The SQLite database that makes queries instant.
//!
//! It is made of the manifest and the artifacts' files and of nothing else; it is never read back into them, and it
//! may be deleted at any moment. `docs/database.md` documents its tables for readers. Everything that depends on
//! several rows (which file belongs to which row, what a tag's text means, which artifact a member names) is worked
//! out when a row is written, in one place (`join`), so that an updated database holds what a new one would hold.

pub mod ahead;
mod boot;
pub mod contents;
pub mod database;
mod decode;
mod disk;
mod encode;
pub mod error;
mod freshness;
pub mod history;
mod history_rows;
mod join;
mod order;
mod query;
mod query_groups;
mod query_tags;
mod rejoin;
mod schema;
mod search;
mod selection;
mod stamps;
mod update;
mod write;

#[cfg(test)]
mod tests;
