//! Which start of the system this is: what was written before the last one may not have reached the disk whole.
//!
//! The database can be made anew from the files, so nothing of it is synced: that would cost every change the time of
//! several disk writes. Instead each write notes the start of the system that it was made in. A killed process harms
//! nothing, for the system keeps what it wrote; after a power cut, or any other restart, the note names another start
//! and the database is made anew. Where the system does not tell its start, SQLite syncs.

use std::fs;
use std::sync::OnceLock;

/// A random number that Linux draws at each start.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The start of the system that we run in; `""` where it is not told.
pub(super) fn current() -> &'static str {
    static CURRENT: OnceLock<String> = OnceLock::new();
    CURRENT.get_or_init(|| {
        let told = fs::read_to_string(BOOT_ID).unwrap_or_default();
        told.trim().to_owned()
    })
}

/// Whether what was written in that start of the system is surely whole.
pub(super) fn is_whole(written_in: &str) -> bool {
    written_in.is_empty() || written_in == current()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_start_wrote_is_not_trusted_and_what_was_synced_is() {
        assert!(is_whole(current()));
        assert!(is_whole(""));
        assert!(!is_whole("0c5f0c9e-6f0e-4d2c-9a51-2b1d5a3c7e10"));
    }
}
