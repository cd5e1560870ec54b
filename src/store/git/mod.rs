//! git, as far as a collection needs it: look at a repository, make one commit, and never harm the rest.
//!
//! Everything here works on files of the repository through gix; [`command`] runs the `git` binary for what gix
//! can't do faithfully (signing, hooks of the user, split and sparse indexes).

pub mod ancestry;
mod beyond;
pub mod branch;
pub mod command;
pub mod commit_tree;
pub mod elsewhere;
pub mod fetch;
pub mod fetched_tree;
pub mod filter;
pub mod folder;
pub mod global;
pub mod head;
pub mod history;
pub mod hooks;
pub mod id;
pub mod index;
pub mod index_lock;
pub mod journal;
pub mod kept;
pub mod line_merge;
pub mod loose;
pub mod objects;
pub mod own_file;
pub mod pack_cache;
pub mod remote;
pub mod repository;
pub mod work_tree;
