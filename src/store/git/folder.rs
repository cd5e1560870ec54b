//! git's own folder of a work tree, found without opening the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of git at the top of a work tree; nothing when it is not the top of one.
pub fn git_folder(top: &Path) -> Option<PathBuf> {
    let path = top.join(".git");
    let folder = if path.is_dir() {
        path
    } else {
        let text = fs::read_to_string(&path).ok()?;
        top.join(text.strip_prefix("gitdir:")?.trim())
    };
    folder.is_dir().then_some(folder)
}
