//! What an artifact's header says: a file's bytes go in, metadata and findings come out.
//!
//! Real headers are often not quite YAML, so everything here reads what can be read, says what was wrong and where, and
//! never fails. It refuses to spend time on a hostile header: the work is bounded by 256 KiB of header. Nothing here opens a
//! file, and nothing is written but by [`tag_edit`] and [`lint_fix`], which answer with the new bytes.

mod body;
pub mod error;
mod header;
mod line;
pub mod lint;
mod lint_clients;
pub mod lint_fix;
mod lint_links;
mod lint_load;
mod lint_spec;
mod lint_strict;
mod metadata;
mod places;
pub mod read;
mod rescue;
mod strict;
#[cfg(test)]
mod survey;
pub mod tag_edit;
mod value;
