//! The git-native home for a team's AI-agent artifacts.
//!
//! A collection of skills, agents, commands, hooks and MCP servers lies in a git repository, with a manifest,
//! `collection.toml`, that says how people organise them. Every change writes the manifest and makes a commit; a
//! SQLite database is made of the files for fast answers and may be deleted at any time.
//!
//! # The house
//!
//! Imports run downwards only (`tests/architecture.rs` holds the table, `docs/architecture.md` the reasons):
//!
//! - [`cli`]: arguments, one file a subcommand; how things are shown; exit codes.
//! - [`app`]: use-cases, one a file. [`app::workspace::Workspace`] is an open collection: it reads through
//!   [`app::query`] and [`app::refresh`], and changes through [`app::transaction`].
//! - [`manifest`]: `collection.toml`, read and edited by section, byte for byte.
//! - [`frontmatter`]: headers of artifacts, read leniently.
//! - [`merge`]: tables merged three-way, by row and field.
//! - [`store`]: files, git and the database.
//! - [`model`]: the words of the domain as types.

pub mod app;
pub mod cli;
pub mod frontmatter;
pub mod manifest;
pub mod merge;
pub mod model;
pub mod store;
