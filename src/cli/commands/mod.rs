//! One subcommand, one file: its help with examples, its arguments, one function.

pub mod add;
pub mod apply;
pub mod cache;
pub mod check;
pub mod collection;
pub mod commit;
pub mod completions;
pub mod doctor;
pub mod edit;
pub mod git;
pub mod group;
pub mod init;
pub mod list;
pub mod man;
pub mod merge_driver;
pub mod merge_file;
pub mod move_artifact;
pub mod rate;
pub mod remove;
pub mod rename;
pub mod search;
pub mod show;
pub mod status;
pub mod tag;
