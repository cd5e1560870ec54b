//! Finding artifacts on disk: by the layout, by name and stamp, without opening a file.

use std::fs::{self, DirEntry};
use std::path::Path;

use crate::model::artifact_file::FoundFile;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType, Name, artifact_name_fault};
use crate::model::path::RelativePath;

use super::error::StoreError;
use super::files;

/// How deep name spaces of commands may nest.
const DEPTH: usize = 16;

/// What was found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files that make an artifact.
    pub files: Vec<FoundFile>,
    /// Things that look like artifacts and can't be: odd names, symbolic links.
    pub findings: Vec<Finding>,
}

/// Finds the artifacts below a collection's folder. Symbolic links are not followed.
pub fn scan(root: &Path) -> Result<Scan, StoreError> {
    let mut scan = Scan::default();
    for kind in ArtifactType::KNOWN {
        let Some(folder) = folder_of(&kind) else {
            continue;
        };
        let Ok(folder) = folder.parse::<RelativePath>() else {
            continue;
        };
        scan.folder(root, &kind, &folder, "", 0)?;
    }
    scan.files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(scan)
}

/// The header file in an artifact's folder, in any case: `SKILL.md` for a skill.
pub fn header_in(folder: &Path, kind: &ArtifactType) -> Option<String> {
    let wanted = header_name(kind)?;
    if fs::symlink_metadata(folder.join(wanted)).is_ok_and(|metadata| metadata.is_file()) {
        return Some(wanted.to_owned());
    }
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.eq_ignore_ascii_case(wanted))
        .collect();
    names.sort();
    names.into_iter().next()
}

fn header_name(kind: &ArtifactType) -> Option<&'static str> {
    match kind {
        ArtifactType::Skill => Some("SKILL.md"),
        ArtifactType::Workflow => Some("WORKFLOW.md"),
        ArtifactType::Composite => Some("COMPOSITE.md"),
        _ => None,
    }
}

fn extension(kind: &ArtifactType) -> &'static str {
    match kind {
        ArtifactType::Hook | ArtifactType::Mcp => ".json",
        _ => ".md",
    }
}

impl Scan {
    fn folder(
        &mut self,
        root: &Path,
        kind: &ArtifactType,
        folder: &RelativePath,
        space: &str,
        depth: usize,
    ) -> Result<(), StoreError> {
        let path = folder.under(root);
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
            self.odd(folder.as_str(), "is a symbolic link, which is not followed");
            return Ok(());
        }
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if files::is_absent(&error) => return Ok(()),
            Err(error) => return Err(StoreError::io("list", &path)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(StoreError::io("list", &path))?;
            self.entry(root, kind, folder, space, depth, &entry)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        root: &Path,
        kind: &ArtifactType,
        folder: &RelativePath,
        space: &str,
        depth: usize,
        entry: &DirEntry,
    ) -> Result<(), StoreError> {
        let file_name = entry.file_name();
        let Some(name) = file_name.to_str() else {
            self.odd(
                &format!("{folder}/{}", file_name.to_string_lossy()),
                "has a name that is not UTF-8",
            );
            return Ok(());
        };
        if name.starts_with('.') {
            return Ok(());
        }
        let Ok(path) = folder.join(name) else {
            self.odd(
                &format!("{folder}/{name}"),
                "has a name that can't be a path",
            );
            return Ok(());
        };
        let Ok(file_type) = entry.file_type() else {
            return Ok(());
        };
        if file_type.is_symlink() {
            self.odd(path.as_str(), "is a symbolic link, which is not followed");
        } else if file_type.is_dir() {
            self.sub_folder(root, kind, &path, &format!("{space}{name}"), depth)?;
        } else if let Some(stem) = stem(name, kind) {
            self.artifact(root, kind, &format!("{space}{stem}"), path)?;
        }
        Ok(())
    }

    /// A folder is an artifact where the type has a header file, and a name space where it is a command's.
    fn sub_folder(
        &mut self,
        root: &Path,
        kind: &ArtifactType,
        path: &RelativePath,
        name: &str,
        depth: usize,
    ) -> Result<(), StoreError> {
        if header_name(kind).is_some() {
            let header =
                header_in(&path.under(root), kind).and_then(|header| path.join(&header).ok());
            return header.map_or(Ok(()), |header| self.artifact(root, kind, name, header));
        }
        if *kind == ArtifactType::Command && depth < DEPTH {
            return self.folder(root, kind, path, &format!("{name}:"), depth + 1);
        }
        Ok(())
    }

    fn artifact(
        &mut self,
        root: &Path,
        kind: &ArtifactType,
        name: &str,
        path: RelativePath,
    ) -> Result<(), StoreError> {
        if let Some(fault) = artifact_name_fault(name) {
            self.odd(path.as_str(), &format!("can't be an artifact: {fault}"));
            return Ok(());
        }
        let Some(stamp) = files::stamp(&path.under(root))? else {
            self.odd(path.as_str(), "is not a regular file");
            return Ok(());
        };
        let id = ArtifactId::new(kind.clone(), Name::stored(name));
        self.files.push(FoundFile { id, path, stamp });
        Ok(())
    }

    fn odd(&mut self, path: &str, what: &str) {
        let finding = Finding::new(Severity::Warning, "odd-file", format!("{path} {what}"));
        self.findings.push(finding.in_file(path));
    }
}

fn stem<'a>(name: &'a str, kind: &ArtifactType) -> Option<&'a str> {
    if header_name(kind).is_some() && *kind == ArtifactType::Skill {
        return None;
    }
    let end = name.len().checked_sub(extension(kind).len())?;
    let (stem, rest) = (name.get(..end)?, name.get(end..)?);
    (rest.eq_ignore_ascii_case(extension(kind)) && !stem.is_empty() && !is_about_the_folder(stem))
        .then_some(stem)
}

/// `README.md` beside agents is about them, not one of them.
fn is_about_the_folder(stem: &str) -> bool {
    [
        "README",
        "INDEX",
        "CLAUDE",
        "AGENTS",
        "CHANGELOG",
        "LICENSE",
    ]
    .contains(&stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files::{Mode, create_folder, replace};

    fn found(paths: &[&str]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        for path in paths {
            let path = folder.path().join(path);
            create_folder(path.parent().expect("a parent")).expect("created");
            replace(&path, b"x", Mode::Plain).expect("written");
        }
        let scan = scan(folder.path()).expect("scanned");
        (
            scan.files.iter().map(|file| file.id.to_string()).collect(),
            scan.findings.len(),
        )
    }

    #[test]
    fn the_layout_names_artifacts() {
        let (ids, findings) = found(&[
            "skills/a b/SKILL.md",
            "skills/lower/skill.md",
            "skills/none/README.md",
            "agents/reviewer.md",
            "agents/README.md",
            "commands/a/b/review.md",
            "hooks/format.json",
            "mcp/db.json",
            "elsewhere/x.md",
        ]);
        let expected = [
            "agent:reviewer",
            "command:a:b:review",
            "hook:format",
            "mcp:db",
            "skill:a b",
            "skill:lower",
        ];
        assert_eq!((ids, findings), (expected.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn odd_names_are_reported_and_left_alone() {
        let (ids, findings) = found(&["agents/-rf.md", "agents/a..b.md", "commands/a:b.md"]);
        assert_eq!((ids, findings), (vec!["command:a:b".to_owned()], 2));
    }
}
