//! The user's own configuration of git, and which git it is.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::store::error::StoreError;

use super::command::LOCAL_VARIABLES;

/// The version of `git`: major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitVersion(pub u32, pub u32);

/// The first version that takes hooks from the configuration.
pub const CONFIGURED_HOOKS: GitVersion = GitVersion(2, 54);

/// Which `git` is on the search path.
pub fn version() -> Result<GitVersion, StoreError> {
    let told = git(&["version"])?;
    let numbers = told.split_whitespace().find(|word| word.contains('.'));
    let mut numbers = numbers
        .unwrap_or_default()
        .split('.')
        .map(|number| number.parse().unwrap_or(0));
    Ok(GitVersion(
        numbers.next().unwrap_or(0),
        numbers.next().unwrap_or(0),
    ))
}

/// The file that the user's configuration is written to, whether it is there or not; nothing with a git that does not
/// tell (before 2.43).
pub fn file() -> Option<PathBuf> {
    let told = git(&["var", "GIT_CONFIG_GLOBAL"]).ok()?;
    let files = told.lines().filter(|line| !line.is_empty());
    let files: Vec<PathBuf> = files.map(PathBuf::from).collect();
    // The home's own file comes last, and is written where it is there, or no other.
    let (own, others) = files.split_last()?;
    let other = others.iter().find(|file| file.exists());
    Some(other.filter(|_| !own.exists()).unwrap_or(own).clone())
}

/// A path in the user's configuration, with `~` resolved; nothing when it is not set.
pub fn path_setting(key: &str) -> Option<PathBuf> {
    let value = git(&["config", "--global", "--type=path", "--get", key]).ok()?;
    let value = value.trim_end_matches('\n');
    (!value.is_empty()).then(|| PathBuf::from(value))
}

/// A value in the user's configuration; nothing when it is not set.
pub fn setting(key: &str) -> Option<String> {
    git(&["config", "--global", "--get", key]).ok()
}

/// Sets a key of the user's configuration.
pub fn set(key: &str, value: &str) -> Result<(), StoreError> {
    git(&["config", "--global", "--replace-all", key, value]).map(|_| ())
}

/// Unsets a section of the user's configuration; nothing is said when it is not there.
pub fn remove_section(section: &str) {
    let _ = git(&["config", "--global", "--remove-section", section]);
}

/// Unsets a key of the user's configuration; nothing is said when it is not there.
pub fn unset(key: &str) {
    let _ = git(&["config", "--global", "--unset-all", key]);
}

fn git(arguments: &[&str]) -> Result<String, StoreError> {
    let mut command = Command::new("git");
    for variable in LOCAL_VARIABLES {
        command.env_remove(variable);
    }
    let failed = |message: String| StoreError::GitCommand {
        command: arguments.join(" "),
        message,
    };
    let output = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failed(
        String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    ))
}
