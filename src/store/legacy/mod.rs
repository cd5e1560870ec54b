//! What SkillMeat keeps in its own database, `cache/cache.db`: read, and never written.
//!
//! Nothing beside the file is made or changed either: a database with a log that waits is copied, and the copy read.
//! Whatever can be read is given; whatever can't is named, one sentence each.

pub mod contents;
mod origin;
mod read;
mod table;

pub use read::read;

#[cfg(test)]
mod tests;
