//! What can be done with a collection: one use-case a file, a request in, a report out.
//!
//! Everything that is changed goes through [`workspace::Workspace::change`]. Nothing here prints, and nothing here
//! knows of arguments, JSON or colours.

pub mod add;
pub mod apply;
pub mod artifact_rows;
pub mod cache;
pub mod check;
pub mod clone;
pub mod commit;
mod commit_contents;
pub mod conflicts;
pub mod diff;
pub mod doctor;
mod driver;
pub mod edit;
pub mod environment;
pub mod error;
pub mod files_of;
pub mod find;
pub mod global_hooks;
pub mod groups;
pub mod headers;
pub mod history;
pub mod hook;
pub mod hooks;
pub mod incoming;
pub mod init;
pub mod members;
pub mod merge_manifest;
pub mod message;
mod met_commits;
pub mod names;
pub mod notice;
mod past;
pub mod plan;
pub mod position;
pub mod query;
pub mod rate;
mod reach;
pub mod refresh;
pub mod registry;
pub mod remove;
pub mod rename;
pub mod resolve;
pub mod restore;
mod restored_row;
mod revision;
pub mod share;
pub mod status;
pub mod sync;
pub mod tag_members;
pub mod tags;
pub mod transaction;
pub mod undo;
pub mod view;
pub mod workspace;
