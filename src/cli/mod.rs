//! The command line: arguments in, a use-case called, its report shown.
//!
//! [`ui`] and [`error`] know how things are told; [`context`] reads the outside once; each file in [`commands`] is
//! one subcommand; [`command`] dispatches, and [`run`] is what `main` calls.

pub mod arguments;
pub mod command;
pub mod commands;
pub mod complete;
pub mod context;
pub mod deferred;
mod deployed;
pub mod error;
pub mod global;
pub mod hint;
pub mod json;
pub mod notice;
pub mod run;
pub mod ui;
