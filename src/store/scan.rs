//! Finding artifacts on disk: by the layout, by name and stamp, without opening a file.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::thread;

use crate::model::artifact_file::{FileStamp, FoundFile};
use crate::model::finding::{Finding, Severity};
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType, Name, artifact_name_fault};
use crate::model::path::RelativePath;

use super::error::StoreError;
use super::files;

/// How deep name spaces of commands may nest.
const DEPTH: usize = 16;

/// Below this number of folders, starting threads costs more than it saves.
const WORTH_THREADS: usize = 512;

/// The most threads that look into folders; more only wait for one another in the system.
const MOST_THREADS: usize = 4;

/// What was found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files that make an artifact.
    pub files: Vec<FoundFile>,
    /// Things that look like artifacts and can't be: odd names, symbolic links.
    pub findings: Vec<Finding>,
}

/// A folder that is an artifact if its header file is in it.
struct Candidate {
    kind: ArtifactType,
    name: String,
    path: RelativePath,
}

/// Finds the artifacts below a collection's folder. Symbolic links are not followed.
pub fn scan(root: &Path) -> Result<Scan, StoreError> {
    let mut scan = Scan::default();
    let mut candidates = Vec::new();
    for kind in ArtifactType::KNOWN {
        let Some(folder) = folder_of(&kind) else {
            continue;
        };
        let Ok(folder) = folder.parse::<RelativePath>() else {
            continue;
        };
        scan.folder(root, &kind, &folder, "", 0, &mut candidates)?;
    }
    scan.look_into(root, &candidates)?;
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
        candidates: &mut Vec<Candidate>,
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
            if let Some(name) = self.name_of(folder, &entry) {
                self.entry(
                    root,
                    kind,
                    (folder, space, depth),
                    (&name, &entry),
                    candidates,
                )?;
            }
        }
        Ok(())
    }

    /// The name of an entry that may be an artifact.
    fn name_of(&mut self, folder: &RelativePath, entry: &DirEntry) -> Option<String> {
        match entry.file_name().into_string() {
            Ok(name) => Some(name).filter(|name| !name.starts_with('.')),
            Err(name) => {
                self.odd(
                    &format!("{folder}/{}", name.to_string_lossy()),
                    "has a name that is not UTF-8",
                );
                None
            }
        }
    }

    fn entry(
        &mut self,
        root: &Path,
        kind: &ArtifactType,
        (folder, space, depth): (&RelativePath, &str, usize),
        (name, entry): (&str, &DirEntry),
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), StoreError> {
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
        } else if !file_type.is_dir() {
            if let Some(stem) = stem(name, kind) {
                let stamp = files::stamp(&path.under(root))?;
                self.artifact(kind, &format!("{space}{stem}"), path, stamp);
            }
        } else if header_name(kind).is_some() {
            let (kind, name) = (kind.clone(), format!("{space}{name}"));
            candidates.push(Candidate { kind, name, path });
        } else if *kind == ArtifactType::Command && depth < DEPTH {
            let space = format!("{space}{name}:");
            self.folder(root, kind, &path, &space, depth + 1, candidates)?;
        }
        Ok(())
    }

    /// Looks for the header files of many folders: nearly all of the time that a scan takes is the system's.
    fn look_into(&mut self, root: &Path, candidates: &[Candidate]) -> Result<(), StoreError> {
        let workers = thread::available_parallelism()
            .map_or(1, std::num::NonZero::get)
            .min(MOST_THREADS);
        if candidates.len() < WORTH_THREADS || workers == 1 {
            return candidates.iter().try_for_each(|one| self.look(root, one));
        }
        let parts = thread::scope(|scope| {
            let parts: Vec<_> = candidates
                .chunks(candidates.len().div_ceil(workers))
                .map(|part| {
                    scope.spawn(move || {
                        let mut scan = Self::default();
                        part.iter().try_for_each(|one| scan.look(root, one))?;
                        Ok::<_, StoreError>(scan)
                    })
                })
                .collect();
            parts
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect::<Vec<_>>()
        });
        for part in parts {
            let part = part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            self.files.extend(part.files);
            self.findings.extend(part.findings);
        }
        Ok(())
    }

    /// A folder is an artifact where it holds the header file of its type.
    fn look(&mut self, root: &Path, candidate: &Candidate) -> Result<(), StoreError> {
        let Candidate { kind, name, path } = candidate;
        let usual = header_name(kind).and_then(|header| path.join(header).ok());
        if let Some(usual) = usual
            && let Some(stamp) = files::stamp(&usual.under(root))?
        {
            self.artifact(kind, name, usual, Some(stamp));
            return Ok(());
        }
        let other = header_in(&path.under(root), kind).and_then(|header| path.join(&header).ok());
        if let Some(other) = other {
            let stamp = files::stamp(&other.under(root))?;
            self.artifact(kind, name, other, stamp);
        }
        Ok(())
    }

    fn artifact(
        &mut self,
        kind: &ArtifactType,
        name: &str,
        path: RelativePath,
        stamp: Option<FileStamp>,
    ) {
        if let Some(fault) = artifact_name_fault(name) {
            return self.odd(path.as_str(), &format!("can't be an artifact: {fault}"));
        }
        let Some(stamp) = stamp else {
            return self.odd(path.as_str(), "is not a regular file");
        };
        let id = ArtifactId::new(kind.clone(), Name::stored(name));
        self.files.push(FoundFile { id, path, stamp });
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
