//! How the things of a collection are shown to people: types of the model in, lines out.

pub mod adopt;
pub mod artifacts;
pub mod cells;
pub mod changes;
pub mod conflicts;
pub mod detail;
pub mod diff;
pub mod entries;
pub mod findings;
pub mod groups;
pub mod merge;
pub mod outdated;
pub mod search;
pub mod tags;

#[cfg(test)]
mod tests;
