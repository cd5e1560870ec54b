//! The one way to the terminal: results to stdout, talk to stderr, colour and pager where they are wanted.
//!
//! Nothing else in the command line prints. What comes from a collection is shown with its control characters
//! escaped, so that no name can act on the terminal.

pub mod error;
pub mod output;
pub mod pager;
mod pretty;
pub mod progress;
pub mod report;
pub mod settings;
pub mod style;
pub mod table;
pub mod text;
pub mod views;
pub mod words;

#[cfg(test)]
mod tests;
