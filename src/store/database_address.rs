//! Addresses by which SQLite opens a database that it is not to touch.

use std::fmt::Write as _;
use std::path::Path;

/// The address of a database that nobody writes meanwhile: SQLite makes no file beside it, and takes no lock.
pub(super) fn immutable_address(path: &Path) -> String {
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(byte) {
            address.push(char::from(*byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address + "?immutable=1"
}
