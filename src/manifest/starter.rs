//! The manifest of a new collection.

use super::write::basic;

/// The native manifest that a new collection begins with: a header and no rows.
pub fn starter(name: &str, version: &str) -> String {
    format!(
        "[tool.skillmeat]\nname = {}\nversion = {}\n",
        basic(name),
        basic(version)
    )
}
