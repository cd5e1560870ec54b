//! The merge driver: how git learns to merge the manifest by its tables, and to say which row a hunk belongs to.
//!
//! `.gitattributes` travels with a clone and names the driver; what the driver is stands in the repository's own
//! configuration, because git runs no program that a clone brought along. The program is named by its absolute path:
//! another one called `skillmeat` may stand first on the search path. When it is gone, git merges by lines.

use std::path::{Path, PathBuf};

use crate::model::layout::MANIFEST;
use crate::store::files::{self, Mode};

use super::error::AppError;
use super::workspace::Workspace;

/// The key under which git finds the driver.
const DRIVER: &str = "merge.skillmeat.driver";

/// The lines that git may show above a hunk: a table's header, or the name of a row.
const HUNK_HEADERS: &str = r"^[ \t]*(\[\[?[^]]*\]\]?|\{?[ \t]*(name|slug|artifact)[ \t]*=.*)$";

/// The largest file of attributes that is looked into, in bytes.
const LIMIT: u64 = 1 << 20;

/// Where a manifest comes from, by which its line ends are ours to choose or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// We made it: git keeps its line ends as `\n`.
    Us,
    /// Somebody else did, and its line ends stay as they are.
    Another,
}

/// The line of `.gitattributes` that names the driver.
pub(super) fn attributes(maker: Maker) -> String {
    let line_ends = match maker {
        Maker::Us => " text eol=lf",
        Maker::Another => "",
    };
    format!("{MANIFEST} merge=skillmeat diff=skillmeat{line_ends}\n")
}

/// Whether a file of attributes names the driver.
pub(super) fn names_driver(attributes: &str) -> bool {
    attributes.lines().any(|line| {
        line.split_whitespace()
            .any(|word| word == "merge=skillmeat")
    })
}

/// The shell command that git runs to merge: this program, or git's own merge by lines when it is gone.
fn command(program: &Path) -> String {
    // git replaces `%` and a letter in the command.
    let program = in_shell(program).replace('%', "%%");
    format!(
        "if test -x {program}; then {program} merge-driver %O %A %B %L %P %S %X %Y; \
         else git merge-file --marker-size=%L -L %X -L %S -L %Y %A %O %B; fi"
    )
}

/// A path as one word for a shell.
pub(super) fn in_shell(path: &Path) -> String {
    let path = path.display().to_string();
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// The program that a driver's command names, if we wrote it.
fn named_program(command: &str) -> Option<PathBuf> {
    let rest = command.strip_prefix("if test -x '")?;
    let end = rest.find("'; then ")?;
    let path = rest[..end].replace(r"'\''", "'").replace("%%", "%");
    Some(PathBuf::from(path))
}

impl Workspace {
    /// Registers the driver for this repository, wherever its attributes come from.
    pub(super) fn install_driver(&self) -> Result<(), AppError> {
        let command = command(&self.environment.program);
        if self.repository.setting(DRIVER).as_deref() != Some(&command) {
            self.configure_driver(&command)?;
        }
        self.name_driver_here()
    }

    fn configure_driver(&self, command: &str) -> Result<(), AppError> {
        for (key, value) in [
            ("merge.skillmeat.name", "skillmeat: by table, row and field"),
            (DRIVER, command),
            ("merge.skillmeat.recursive", "binary"),
            ("diff.skillmeat.xfuncname", HUNK_HEADERS),
        ] {
            self.repository.configure(key, value)?;
        }
        Ok(())
    }

    /// Names the driver for this clone, so that it is used whichever branch has a `.gitattributes`.
    fn name_driver_here(&self) -> Result<(), AppError> {
        let path = self.repository.common_dir().join("info/attributes");
        let known = files::read(&path, LIMIT)?.unwrap_or_default();
        let known = String::from_utf8_lossy(&known).into_owned();
        let pattern = format!("/{}{MANIFEST}", self.repository.prefix());
        let pattern = if pattern.contains([' ', '"', '\\']) {
            format!("{pattern:?}")
        } else {
            pattern
        };
        let line = format!("{pattern} merge=skillmeat diff=skillmeat\n");
        if known.contains(&line) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        let gap = if known.is_empty() || known.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let text = format!("{known}{gap}{line}");
        Ok(files::replace(&path, text.as_bytes(), Mode::Keep)?)
    }

    /// Names this program in place of one that is gone. A failure does not matter: git merges by lines then.
    pub(super) fn renew_driver(&self) {
        let stale = self
            .repository
            .setting(DRIVER)
            .and_then(|command| named_program(&command))
            .is_some_and(|program| !program.exists());
        if stale {
            let _ = self.configure_driver(&command(&self.environment.program));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_its_program_whatever_its_path() {
        for path in ["/usr/bin/skillmeat", "/home/mia's/100% mine/skillmeat"] {
            let command = command(Path::new(path));
            assert_eq!(named_program(&command).as_deref(), Some(Path::new(path)));
        }
        assert_eq!(named_program("mine %O %A %B"), None);
    }

    #[test]
    fn the_driver_is_found_among_attributes() {
        assert!(names_driver(&attributes(Maker::Us)));
        assert!(!names_driver("*.toml merge=union\n# merge=skillmeats\n"));
    }
}
