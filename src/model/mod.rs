//! The words of the domain as types: what a collection is made of, and what can be said about it.
//!
//! Nothing here reads, writes or prints. Every other room imports this one, and it imports none of them.

pub mod artifact;
pub mod artifact_file;
pub mod change;
pub mod collection;
pub mod color;
pub mod commit;
pub mod conflict;
pub mod content_hash;
pub mod contents;
pub mod datum;
pub mod deployment;
pub mod edit;
pub mod error;
pub mod file_tree;
pub mod finding;
pub mod group;
pub mod hunk;
pub mod layout;
pub mod listing;
pub mod markers;
pub mod marketplace;
pub mod merged;
pub mod metadata;
pub mod name;
pub mod organisation;
mod organisation_rows;
pub mod path;
pub mod profile;
pub mod rating;
pub mod record;
pub mod row;
pub mod sequence;
pub mod side;
pub mod slug;
pub mod source;
pub mod tag;
pub mod time;
pub mod value;
