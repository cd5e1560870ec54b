//! The manifest of a new collection.

use crate::model::datum::quoted;

/// The native manifest that a new collection begins with: a header and no rows.
pub fn starter(name: &str, version: &str) -> String {
    format!(
        "[tool.skillmeat]\nname = {}\nversion = {}\n",
        quoted(name),
        quoted(version)
    )
}
