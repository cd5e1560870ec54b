//! git's hooks that keep the database fresh: put in beside whatever hooks there are, taken out without a trace.
//!
//! They only make things fresh earlier: every read looks for itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::store::files::{self, Mode};
use crate::store::git::hooks::{
    HooksFolder, SCRIPTS, block, called_program, calling, is_for_shell, is_huskys, left_of, script,
};

use super::driver::in_shell;
use super::error::AppError;
use super::workspace::Workspace;

/// The largest script that is looked into, in bytes.
pub(super) const LIMIT: u64 = 1 << 20;

/// A hook, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The event, as git names it.
    pub event: &'static str,
    /// The script.
    pub path: PathBuf,
    /// Whether it calls this program.
    pub state: HookState,
}

/// Whether a hook calls us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookState {
    /// It does.
    Installed,
    /// It calls a program that is gone.
    Stale(PathBuf),
    /// It does not.
    Absent,
    /// It can't be made to, for this reason; `lines` would do it.
    Refused {
        /// Why.
        reason: String,
        /// What to add by hand; `""` where that would not help.
        lines: String,
    },
}

impl Workspace {
    /// How the hooks are.
    pub fn hooks(&self) -> Result<Vec<Hook>, AppError> {
        self.each_hook(|_, script| Ok(state_of(script.as_deref())))
    }

    /// Puts our block into every hook where that can be done. Twice gives the same bytes.
    pub fn install_hooks(&self) -> Result<Vec<Hook>, AppError> {
        let program = in_shell(&self.environment.program);
        let place = self.repository.hooks_place()?;
        self.each_hook(|hook, existing| {
            let Some(reason) = elsewhere(&place) else {
                return put_in(hook, &program);
            };
            Ok(match state_of(existing.as_deref()) {
                HookState::Installed => HookState::Installed,
                // What nobody runs is not worth adding.
                _ if matches!(place, HooksFolder::Off { .. }) => HookState::Refused {
                    reason,
                    lines: String::new(),
                },
                _ => refused(hook, reason, &program),
            })
        })
    }

    /// Takes our block out of every hook, also of those that git does not look at any more; a script that was ours
    /// alone goes.
    pub fn uninstall_hooks(&self) -> Result<Vec<Hook>, AppError> {
        let own = self.repository.own_hooks();
        self.each_hook(|hook, _| {
            for path in [&own.join(hook.event), &hook.path] {
                take_out(path)?;
            }
            Ok(HookState::Absent)
        })
    }

    fn each_hook(
        &self,
        mut deal: impl FnMut(&Hook, Option<String>) -> Result<HookState, AppError>,
    ) -> Result<Vec<Hook>, AppError> {
        let place = self.repository.hooks_place()?;
        SCRIPTS
            .iter()
            .map(|(event, _)| {
                let mut hook = Hook {
                    event,
                    path: place.script(event),
                    state: HookState::Absent,
                };
                let text = files::read(&hook.path, LIMIT)?;
                let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                hook.state = deal(&hook, text)?;
                Ok(hook)
            })
            .collect()
    }

    /// Lets hooks that call a program which is gone call this one. A failure does not matter.
    pub(super) fn renew_hooks(&self) {
        let folder = self.repository.own_hooks();
        let is_stale = SCRIPTS.iter().any(|(event, _)| {
            let text = files::read(&folder.join(event), LIMIT).ok().flatten();
            let text = text.unwrap_or_default();
            matches!(
                state_of(Some(&String::from_utf8_lossy(&text))),
                HookState::Stale(_)
            )
        });
        if is_stale {
            let _ = self.install_hooks();
        }
    }
}

/// Puts our block into one script, or makes it.
pub(super) fn put_in(hook: &Hook, program: &str) -> Result<HookState, AppError> {
    if let Some(reason) = in_the_way(&hook.path) {
        return Ok(refused(hook, reason, program));
    }
    let Some(bytes) = files::read(&hook.path, LIMIT)? else {
        put(&hook.path, &script(hook.event, program), Mode::Executable)?;
        return Ok(HookState::Installed);
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(refused(hook, "it is not UTF-8".to_owned(), program));
    };
    if !is_for_shell(&text) {
        return Ok(refused(
            hook,
            "it is not a shell script".to_owned(),
            program,
        ));
    }
    let with = calling(&text, hook.event, program);
    if with != text {
        put(&hook.path, &with, Mode::Keep)?;
    }
    Ok(HookState::Installed)
}

fn refused(hook: &Hook, reason: String, program: &str) -> HookState {
    HookState::Refused {
        reason,
        lines: block(hook.event, program),
    }
}

/// Writes a script; the folder is made where there is none.
fn put(path: &Path, text: &str, mode: Mode) -> Result<(), AppError> {
    if let Some(folder) = path.parent() {
        files::create_folder(folder)?;
    }
    Ok(files::replace(path, text.as_bytes(), mode)?)
}

/// Takes our block out of a script, if it has one; a file that was made for the block goes.
pub(super) fn take_out(path: &Path) -> Result<(), AppError> {
    if path.is_symlink() {
        // Not ours: what it leads to is dealt with under its own name.
        return Ok(());
    }
    let text = files::read(path, LIMIT)?.and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text.filter(|text| called_program(text).is_some()) else {
        return Ok(());
    };
    match left_of(&text) {
        Some(bare) => put(path, &bare, Mode::Keep),
        None => Ok(files::remove(path)?),
    }
}

fn state_of(script: Option<&str>) -> HookState {
    match script.and_then(called_program) {
        Some(program) if program.exists() => HookState::Installed,
        Some(program) => HookState::Stale(program),
        None => HookState::Absent,
    }
}

/// Why no script is ours to change.
fn elsewhere(place: &HooksFolder) -> Option<String> {
    match place {
        HooksFolder::Off { scope, .. } => Some(format!(
            "hooks are turned off: the {scope} core.hooksPath is empty; `git config --{scope} --unset core.hooksPath` turns them on"
        )),
        HooksFolder::Elsewhere { folder, scope } => {
            let whose = if is_huskys(folder) {
                "husky's, and runs the scripts beside that folder"
            } else {
                "not this repository's own"
            };
            Some(format!(
                "git takes hooks from {} ({scope} core.hooksPath), which is {whose}",
                folder.display()
            ))
        }
        HooksFolder::Own(_) => None,
    }
}

/// Why a script must be left alone.
fn in_the_way(path: &Path) -> Option<String> {
    let found = fs::symlink_metadata(path).ok()?;
    if found.is_symlink() {
        return Some("it is a symbolic link".to_owned());
    }
    (found.permissions().mode() & 0o111 == 0)
        .then(|| "it is not executable, so git does not run it".to_owned())
}
