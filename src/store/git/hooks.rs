//! git's hooks: where they live, who says so, and the block of ours in a script.
//!
//! A block stands right behind a script's first line. So it runs whatever the script ends with (`exec`, `exit`), and the
//! script's own outcome stays what git sees.

use std::path::{Path, PathBuf};

use crate::store::error::StoreError;

use super::repository::Repository;

/// The events after which git's files may be others, each with the script as it is installed.
pub const SCRIPTS: [(&str, &str); 4] = [
    (
        "post-checkout",
        include_str!("../../../hooks/post-checkout"),
    ),
    ("post-merge", include_str!("../../../hooks/post-merge")),
    ("post-commit", include_str!("../../../hooks/post-commit")),
    ("post-rewrite", include_str!("../../../hooks/post-rewrite")),
];

/// What stands for the program in a script.
const PROGRAM: &str = "@PROGRAM@";

/// The first and the last line of our block.
const BEGIN: &str = "# >>> skillmeat >>>";
const END: &str = "# <<< skillmeat <<<";

/// The line of a block that stands in a file of our own making.
const MADE: &str = "# The file was made for these lines, and goes with them.\n";

/// Where git looks for hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HooksFolder {
    /// In the repository's own folder.
    Own(PathBuf),
    /// In another one, which `core.hooksPath` names.
    Elsewhere {
        /// The folder.
        folder: PathBuf,
        /// Who says so: `local`, `worktree`, `global`, `system`, `command`.
        scope: String,
    },
    /// Nowhere: `core.hooksPath` is empty.
    Off {
        /// The repository's own folder, where git does not look.
        folder: PathBuf,
        /// Who says so.
        scope: String,
    },
}

impl HooksFolder {
    /// The script of an event that a person edits: husky runs those beside its own folder.
    pub fn script(&self, event: &str) -> PathBuf {
        match self {
            Self::Elsewhere { folder, .. } if is_huskys(folder) => {
                folder.parent().unwrap_or(folder).join(event)
            }
            Self::Own(folder) | Self::Off { folder, .. } | Self::Elsewhere { folder, .. } => {
                folder.join(event)
            }
        }
    }
}

/// Whether a folder of hooks is the one that husky makes, `.husky/_`: each script there runs its namesake above.
pub fn is_huskys(folder: &Path) -> bool {
    folder.ends_with("_") && folder.join("h").is_file()
}

impl Repository {
    /// The repository's own folder of hooks, which all of its work trees share.
    pub fn own_hooks(&self) -> PathBuf {
        let common = self.common_dir();
        let plain = common.canonicalize();
        plain.unwrap_or_else(|_| common.to_owned()).join("hooks")
    }

    /// Where git looks for hooks, in this work tree.
    pub fn hooks_place(&self) -> Result<HooksFolder, StoreError> {
        let own = self.own_hooks();
        let asked = ["config", "--show-scope", "--get", "core.hooksPath"];
        let Ok(told) = self.run(&asked, b"") else {
            return Ok(HooksFolder::Own(own));
        };
        let told = String::from_utf8_lossy(&told);
        let (scope, value) = told
            .trim_end_matches('\n')
            .split_once('\t')
            .unwrap_or(("", ""));
        let scope = scope.to_owned();
        if value.is_empty() {
            return Ok(HooksFolder::Off { folder: own, scope });
        }
        let asked = ["rev-parse", "--path-format=absolute", "--git-path", "hooks"];
        let folder = self.run(&asked, b"")?;
        let folder = PathBuf::from(String::from_utf8_lossy(&folder).trim_end_matches('\n'));
        if folder == own {
            return Ok(HooksFolder::Own(folder));
        }
        Ok(HooksFolder::Elsewhere { folder, scope })
    }
}

/// The script of an event that calls this program (quoted for a shell).
pub fn script(event: &str, program: &str) -> String {
    let found = SCRIPTS.iter().find(|(known, _)| *known == event);
    found.map_or_else(String::new, |(_, script)| script.replace(PROGRAM, program))
}

/// Our block for a script of somebody else's.
pub fn block(event: &str, program: &str) -> String {
    own_block(event, program).replace(MADE, "")
}

/// Our block as it stands in a file of our own making: all of the script but the first line.
fn own_block(event: &str, program: &str) -> String {
    let script = script(event, program);
    script
        .split_once('\n')
        .map_or_else(String::new, |(_, block)| block.to_owned())
}

/// A script that calls this program at an event, with our block in the place of the one that it has.
pub fn calling(existing: &str, event: &str, program: &str) -> String {
    let block = if is_made_for_it(existing) {
        own_block(event, program)
    } else {
        block(event, program)
    };
    with_block(existing, &block)
}

/// Whether a script's file was made for our block alone.
fn is_made_for_it(existing: &str) -> bool {
    place(existing).is_some_and(|(start, end)| existing[start..end].contains(MADE))
}

/// What stays of a script without our block; nothing when its file was made for the block, and holds no more.
pub fn left_of(existing: &str) -> Option<String> {
    let bare = without_block(existing);
    let is_ours = is_made_for_it(existing) && bare == "#!/bin/sh\n";
    (!is_ours).then_some(bare)
}

/// A script with our block right behind its first line, in the place of the one that it has.
fn with_block(existing: &str, block: &str) -> String {
    let bare = without_block(existing);
    let Some(first) = bare
        .split_inclusive('\n')
        .next()
        .filter(|line| line.starts_with("#!"))
    else {
        return format!("{block}{bare}");
    };
    if first.ends_with('\n') {
        return format!("{first}{block}{}", &bare[first.len()..]);
    }
    format!("{first}\n{}", block.trim_end_matches('\n'))
}

/// A script without our block, to the byte as it was before.
fn without_block(existing: &str) -> String {
    let Some((start, end)) = place(existing) else {
        return existing.to_owned();
    };
    let (mut before, after) = (&existing[..start], &existing[end..]);
    if after.is_empty() && !existing.ends_with('\n') {
        before = before.strip_suffix('\n').unwrap_or(before);
    }
    format!("{before}{after}")
}

/// Where our block stands.
fn place(script: &str) -> Option<(usize, usize)> {
    let start = script.find(BEGIN)?;
    let last = start + script[start..].find(END)?;
    let end = script[last..]
        .find('\n')
        .map_or(script.len(), |found| last + found + 1);
    Some((start, end))
}

/// The program that our block in a script calls, unquoted; nothing without a block.
pub fn called_program(script: &str) -> Option<PathBuf> {
    let (start, end) = place(script)?;
    program_of_call(&script[start..end])
}

/// The program that a call of ours is about, unquoted.
pub fn program_of_call(call: &str) -> Option<PathBuf> {
    let rest = call.split_once("if test -x '")?.1;
    let program = rest.split_once("'; then ")?.0.replace(r"'\''", "'");
    Some(PathBuf::from(program))
}

/// Whether a script is one that a shell runs, so that our block can stand in it.
pub fn is_for_shell(script: &str) -> bool {
    let Some(line) = script
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("#!"))
    else {
        return true;
    };
    let shells = ["sh", "bash", "dash", "zsh", "ksh", "ash", "busybox"];
    let mut words = line
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    let first = words.next().unwrap_or_default();
    let named = if first == "env" {
        words
            .find(|word| !word.starts_with('-'))
            .unwrap_or_default()
    } else {
        first
    };
    shells.contains(&named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_goes_in_and_out_without_a_trace() {
        let block = block("post-merge", "'/usr/bin/skillmeat'");
        for existing in [
            "#!/bin/sh\necho one\nexec other \"$@\"\n",
            "#!/bin/sh\necho no newline at the end",
            "#!/bin/sh",
            "#!/bin/sh\n",
            "echo without a first line\n",
            "#!/usr/bin/env bash\r\necho\r\n",
            "",
        ] {
            let with = with_block(existing, &block);
            assert_eq!(with_block(&with, &block), with, "{existing:?}");
            assert_eq!(without_block(&with), existing, "{existing:?}");
            assert_eq!(
                called_program(&with),
                Some(PathBuf::from("/usr/bin/skillmeat"))
            );
            assert!(called_program(existing).is_none());
        }
    }

    #[test]
    fn a_file_that_was_there_stays_and_one_that_was_made_goes() {
        let made = script("post-merge", "'/usr/bin/skillmeat'");
        assert_eq!(left_of(&made), None);
        assert_eq!(calling(&made, "post-merge", "'/usr/bin/skillmeat'"), made);
        assert_eq!(
            left_of(&(made + "echo mine\n")).as_deref(),
            Some("#!/bin/sh\necho mine\n")
        );
        let with = calling("#!/bin/sh\n", "post-merge", "'/usr/bin/skillmeat'");
        assert_eq!(left_of(&with).as_deref(), Some("#!/bin/sh\n"));
    }

    #[test]
    fn an_older_block_is_replaced() {
        let old = with_block("#!/bin/sh\nexit 1\n", &block("post-merge", "'/old'"));
        let new = with_block(&old, &block("post-merge", "'/new'"));
        assert_eq!(called_program(&new), Some(PathBuf::from("/new")));
        assert_eq!(without_block(&new), "#!/bin/sh\nexit 1\n");
    }

    #[test]
    fn scripts_of_other_languages_are_told() {
        assert!(is_for_shell("#!/usr/bin/env -S bash -e\n"));
        assert!(is_for_shell("#!/bin/sh -e\n"));
        assert!(is_for_shell("echo x\n"));
        assert!(!is_for_shell("#!/usr/bin/env python3\n"));
        assert!(!is_for_shell("#!/usr/bin/perl\n"));
    }
}
