//! `collection.toml`: text to the model's tables, and edits of these tables to edits of the text.
//!
//! Pure: text in, text out. A manifest is never printed anew; it is cut into sections, the bytes that an edit
//! concerns are replaced, and all others pass through as they are. Two dialects are read and edited in place; what is
//! unknown is kept. `docs/manifest.md` describes the format.

mod arrange;
mod beside;
mod bracketed;
mod canonical;
mod check;
mod compose;
mod decode;
mod deployed;
mod difference;
mod document;
mod duplicates;
mod edit;
mod edit_header;
mod error;
mod header;
mod lex;
mod lock_file;
mod merge_duplicates;
mod misshapen;
mod plain;
mod position;
mod read;
mod rows;
mod scan;
mod set;
mod splice;
mod starter;
mod table_rows;
mod validate;
mod validity;
mod weave;
mod write;

pub use compose::composed;
pub use deployed::DeployedRecord;
pub use difference::{Differing, RowPair};
pub use document::Document;
pub use error::{ManifestError, SIZE_LIMIT};
pub use lock_file::{LOCK_FILE, LockEntry, LockFile};
pub use misshapen::{Misshapen, Shape};
pub use starter::starter;
pub use weave::{Said, Versions};

#[cfg(test)]
mod tests;
