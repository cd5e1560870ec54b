//! Paths inside a collection.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::error::ModelError;

/// A path relative to the collection's folder, with `/` between its parts; it can't lead out of the collection.
///
/// Never empty, never absolute, no part is empty, `.` or `..`, and none is `.git` in any case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelativePath(String);

impl RelativePath {
    /// The path as it is written, with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path under `root` on disk.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder that holds this path, or nothing at the top of the collection.
    pub fn parent(&self) -> Option<Self> {
        self.0
            .rsplit_once('/')
            .map(|(parent, _)| Self(parent.to_owned()))
    }

    /// Appends one or more parts.
    pub fn join(&self, rest: &str) -> Result<Self, ModelError> {
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if is_sound(rest) {
            return Ok(Self(format!("{}/{rest}", self.0)));
        }
        Err(ModelError::Path {
            text: format!("{}/{rest}", self.0),
        })
    }

    /// Whether this path is `folder` or lies below it.
    pub fn is_within(&self, folder: &Self) -> bool {
        self.0
            .strip_prefix(&folder.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The same path with `from`, which it is or lies below, replaced by `to`; otherwise nothing.
    pub fn moved(&self, from: &Self, to: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&from.0)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| Self(format!("{}{rest}", to.0)))
    }
}

impl FromStr for RelativePath {
    type Err = ModelError;

    /// Takes a path with `/`; a trailing `/` is dropped.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        let path = text.strip_suffix('/').unwrap_or(text);
        if is_sound(path) {
            Ok(Self(path.to_owned()))
        } else {
            Err(ModelError::Path {
                text: text.to_owned(),
            })
        }
    }
}

/// Whether every part may stand in a path.
fn is_sound(path: &str) -> bool {
    // The first bytes of all control characters in UTF-8, and the backslash: a glance at bytes settles most paths.
    let suspicious = |byte: u8| byte < 0x20 || matches!(byte, 0x7f | 0xc2 | b'\\');
    if path.bytes().any(suspicious) && path.contains(|c: char| c == '\\' || c.is_control()) {
        return false;
    }
    path.split('/')
        .all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git"))
}

impl fmt::Display for RelativePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for text in [
            "",
            "/",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "./a",
            ".git/config",
            "a/.GIT/x",
            "a\\b",
        ] {
            assert!(text.parse::<RelativePath>().is_err(), "{text:?}");
        }
        assert_eq!(
            "skills/a/"
                .parse::<RelativePath>()
                .map(|path| path.to_string())
                .as_deref(),
            Ok("skills/a")
        );
    }

    #[test]
    fn a_folder_holds_what_lies_below_it_and_not_its_namesake() {
        let path = |text: &str| text.parse::<RelativePath>().expect("a path");
        assert!(path("skills/a/SKILL.md").is_within(&path("skills/a")));
        assert!(!path("skills/ab").is_within(&path("skills/a")));
        assert_eq!(
            path("skills/a/x").moved(&path("skills/a"), &path("skills/b")),
            Some(path("skills/b/x"))
        );
    }
}
