//! The command line: arguments in, results and exit codes out.

pub mod json;
pub mod ui;
