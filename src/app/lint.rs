//! Artifacts' files under the linter: each is read once, and its rules are asked what is wrong with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::frontmatter::lint::{self, Subject};
use crate::model::artifact_file::FoundFile;
use crate::model::finding::{Finding, Level, Severity};
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;
use crate::store::files;

use super::files_of::is_real_folder;
use super::headers::{of_each, read_head};

/// Where a skill keeps what clients run.
const SCRIPTS: &str = "scripts";
/// Scripts of one skill that are looked at, at most.
const MOST_SCRIPTS: usize = 1_000;
/// Bytes at the beginning of a script that tell what it is.
const SCRIPT_HEAD: u64 = 2;

/// What is wrong with artifacts' files, by path and place.
pub fn lint(root: &Path, found: &[FoundFile], level: Level) -> Result<Vec<Finding>, StoreError> {
    let findings = of_each(found, |file| {
        if !has_header(file) {
            return Ok(None);
        }
        let bytes = read_head(root, file)?;
        Ok(bytes.map(|bytes| of_file(root, file, &bytes, level)))
    })?;
    Ok(findings.into_iter().flatten().collect())
}

/// Whether a file is Markdown: hooks, MCP servers and plugins are JSON.
pub(super) fn has_header(file: &FoundFile) -> bool {
    let extension = Path::new(file.path.file_name()).extension();
    extension.is_none_or(|extension| !extension.eq_ignore_ascii_case("json"))
}

fn of_file(root: &Path, file: &FoundFile, bytes: &[u8], level: Level) -> Vec<Finding> {
    let folder = file.root();
    let has =
        |path: &str| path.is_empty() || folder.join(path).is_ok_and(|path| is_there(root, &path));
    let subject = Subject {
        id: &file.id,
        file_name: file.path.file_name(),
        bytes,
        has: &has,
    };
    let mut findings = lint::lint(&subject, level);
    for finding in &mut findings {
        finding.path = file.path.to_string();
    }
    if level >= Level::Strict && file.id.kind == ArtifactType::Skill {
        findings.extend(scripts_that_cannot_run(root, &folder));
    }
    findings
}

/// Whether a file or folder is there. No link on the way to it is followed.
fn is_there(root: &Path, path: &RelativePath) -> bool {
    path.parent()
        .is_none_or(|folder| is_real_folder(root, &folder))
        && fs::symlink_metadata(path.under(root)).is_ok()
}

/// "`scripts/`" holds executable code: a script that names its interpreter and may not be executed. Links are not followed.
fn scripts_that_cannot_run(root: &Path, skill: &RelativePath) -> Vec<Finding> {
    let Ok(folder) = skill.join(SCRIPTS) else {
        return Vec::new();
    };
    let is_folder = fs::symlink_metadata(folder.under(root)).is_ok_and(|found| found.is_dir());
    let entries = is_folder.then(|| fs::read_dir(folder.under(root)));
    let mut names: Vec<String> = entries
        .into_iter()
        .flatten()
        .flatten()
        .take(MOST_SCRIPTS)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let paths = names.iter().filter_map(|name| folder.join(name).ok());
    paths
        .filter(|path| cannot_run(&path.under(root)))
        .map(|path| {
            let message = "The script names its interpreter and may not be executed.";
            Finding::new(Severity::Warning, "script-not-executable", message)
                .in_file(path.to_string())
                .at(1, 1)
        })
        .collect()
}

fn cannot_run(path: &Path) -> bool {
    let is_plain = fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 == 0);
    is_plain && files::read_head(path, SCRIPT_HEAD).is_ok_and(|head| head == b"#!")
}
