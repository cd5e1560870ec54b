//! Finding artifacts on disk: by the layout, by name and stamp, without opening a file.
//!
//! A look costs one system call for each file and next to nothing beside it; names are taken apart only when
//! somebody needs to know more than that nothing changed.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, DirEntry, File};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, FileType, statat};

use crate::model::artifact_file::{FileStamp, FoundFile, PLUGIN};
use crate::model::finding::{Finding, Severity};
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType, Name, artifact_name_fault};
use crate::model::path::RelativePath;

use super::crew::Crew;
use super::error::StoreError;
use super::files;

/// How deep name spaces of commands may nest.
pub(super) const DEPTH: usize = 16;

/// Below this number of folders, sharing the work costs more than it saves.
const WORTH_THREADS: usize = 512;

/// How many folders a thread looks into before it asks for more.
const PART: usize = 256;

/// What was found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files that make an artifact, by path.
    pub files: Vec<FoundFile>,
    /// Things that look like artifacts and can't be: odd names, symbolic links.
    pub findings: Vec<Finding>,
}

/// What one look at the layout saw.
#[derive(Debug, Default)]
pub struct Look {
    sightings: Vec<Sighting>,
    findings: Vec<Finding>,
}

/// Something that stands where an artifact's header would.
#[derive(Debug)]
struct Sighting {
    kind: ArtifactType,
    /// Relative to the collection.
    path: String,
    /// Nothing when it is no regular file.
    stamp: Option<FileStamp>,
}

/// All stamps of a look in one number, to be compared with that of another look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// A hash of all paths with their stamps.
    pub digest: i64,
    /// From when on the stamps prove that nothing changed, nanoseconds since 1970
    /// ([`FileStamp::proves_from`]).
    pub proves_from: i64,
}

/// The threads that look into folders.
pub type Lookers = Crew<Result<Look, StoreError>>;

/// Folders that are artifacts if their header files are in them.
struct Candidates {
    /// The folder that they are in, open.
    opened: File,
    full: PathBuf,
    /// That folder, relative to the collection.
    folder: String,
    all: Vec<Candidate>,
}

/// A folder that is an artifact if its header file is in it.
struct Candidate {
    kind: ArtifactType,
    name: String,
}

/// Finds the artifacts below a collection's folder. Symbolic links are not followed.
pub fn scan(root: &Path) -> Result<Scan, StoreError> {
    Ok(Look::at(root)?.scan())
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
    names
        .into_iter()
        .next()
        .or_else(|| plugin_in(folder).filter(|_| *kind == ArtifactType::Composite))
}

/// The file that makes a folder a plugin; a link on the way to it could lead anywhere.
fn plugin_in(folder: &Path) -> Option<String> {
    let above = Path::new(PLUGIN).parent()?;
    let is_folder = fs::symlink_metadata(folder.join(above)).is_ok_and(|found| found.is_dir());
    let is_file = fs::symlink_metadata(folder.join(PLUGIN)).is_ok_and(|found| found.is_file());
    (is_folder && is_file).then(|| PLUGIN.to_owned())
}

pub(super) fn header_name(kind: &ArtifactType) -> Option<&'static str> {
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

impl Look {
    /// Looks at the layout below a collection's folder. Symbolic links are not followed.
    pub fn at(root: &Path) -> Result<Self, StoreError> {
        Self::with(root, &Crew::new(0))
    }

    /// The same, with a crew that other threads may help.
    pub fn with(root: &Path, crew: &Lookers) -> Result<Self, StoreError> {
        let _shift = crew.shift();
        let mut look = Self::default();
        for kind in ArtifactType::KNOWN {
            if let Some(folder) = folder_of(&kind) {
                look.layout_folder((root, crew), &kind, folder)?;
            }
        }
        Ok(look)
    }

    /// All stamps in one number.
    pub fn glance(&self) -> Glance {
        let mut digest = 0_u64;
        let mut proves_from = i64::MIN;
        for Sighting { path, stamp, .. } in &self.sightings {
            digest = digest.wrapping_add(weight(path, *stamp));
            if let Some(stamp) = stamp {
                proves_from = proves_from.max(stamp.proves_from());
            }
        }
        Glance {
            digest: digest.cast_signed(),
            proves_from,
        }
    }

    /// Takes apart what was seen.
    pub fn scan(mut self) -> Scan {
        let mut files = Vec::with_capacity(self.sightings.len());
        for sighting in std::mem::take(&mut self.sightings) {
            match found(&sighting) {
                Ok(file) => files.push(file),
                Err(fault) => self.odd(&sighting.path, &fault),
            }
        }
        files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Scan {
            files,
            findings: self.findings,
        }
    }

    fn layout_folder(
        &mut self,
        (root, crew): (&Path, &Lookers),
        kind: &ArtifactType,
        folder: &str,
    ) -> Result<(), StoreError> {
        let full = root.join(folder);
        let mut all = Vec::new();
        self.folder((root, kind), folder, 0, &mut all)?;
        if all.is_empty() {
            return Ok(());
        }
        let candidates = Candidates {
            opened: File::open(&full).map_err(StoreError::io("open", &full))?,
            full,
            folder: folder.to_owned(),
            all,
        };
        self.look_into(candidates, crew)
    }

    fn folder(
        &mut self,
        (root, kind): (&Path, &ArtifactType),
        folder: &str,
        depth: usize,
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), StoreError> {
        let path = root.join(folder);
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) {
            self.odd(folder, "is a symbolic link, which is not followed");
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
                self.entry((root, kind), (folder, depth), (name, &entry), candidates)?;
            }
        }
        Ok(())
    }

    /// The name of an entry that may be an artifact.
    fn name_of(&mut self, folder: &str, entry: &DirEntry) -> Option<String> {
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
        (root, kind): (&Path, &ArtifactType),
        (folder, depth): (&str, usize),
        (name, entry): (String, &DirEntry),
        candidates: &mut Vec<Candidate>,
    ) -> Result<(), StoreError> {
        let Ok(file_type) = entry.file_type() else {
            return Ok(());
        };
        let path = || format!("{folder}/{name}");
        if file_type.is_symlink() {
            self.odd(&path(), "is a symbolic link, which is not followed");
        } else if !file_type.is_dir() {
            if is_header(&name, kind) {
                let stamp = files::stamp(&root.join(path()))?;
                self.see(kind, path(), stamp);
            }
        } else if header_name(kind).is_some() {
            let kind = kind.clone();
            candidates.push(Candidate { kind, name });
        } else if *kind == ArtifactType::Command && depth < DEPTH {
            self.folder((root, kind), &path(), depth + 1, candidates)?;
        }
        Ok(())
    }

    /// Looks for the header files of many folders: nearly all of the time that a look takes is the system's.
    fn look_into(&mut self, candidates: Candidates, crew: &Lookers) -> Result<(), StoreError> {
        let count = candidates.all.len();
        if count < WORTH_THREADS {
            return self.look_at_all(&candidates, &candidates.all);
        }
        let candidates = Arc::new(candidates);
        let parts = crew.run(count.div_ceil(PART), move |number| {
            let part = number * PART..count.min((number + 1) * PART);
            let mut look = Self::default();
            look.look_at_all(&candidates, &candidates.all[part])?;
            Ok(look)
        });
        for part in parts {
            self.sightings.extend(part?.sightings);
        }
        Ok(())
    }

    fn look_at_all(
        &mut self,
        candidates: &Candidates,
        part: &[Candidate],
    ) -> Result<(), StoreError> {
        self.sightings.reserve(part.len());
        part.iter()
            .try_for_each(|one| self.look_at(candidates, one))
    }

    /// A folder is an artifact where it holds the header file of its type.
    fn look_at(
        &mut self,
        candidates: &Candidates,
        Candidate { kind, name }: &Candidate,
    ) -> Result<(), StoreError> {
        let Candidates {
            opened,
            full,
            folder,
            ..
        } = candidates;
        let Some(usual) = header_name(kind) else {
            return Ok(());
        };
        let mut path = format!("{folder}/{name}/{usual}");
        let below = &path[folder.len() + 1..];
        let mut stamp = stamp_below(opened, below)
            .map_err(|error| StoreError::io("examine", &full.join(below))(error.into()))?;
        if stamp.is_none() {
            let Some(other) = header_in(&full.join(name), kind) else {
                return Ok(());
            };
            stamp = files::stamp(&full.join(name).join(&other))?;
            path = format!("{folder}/{name}/{other}");
        }
        self.see(kind, path, stamp);
        Ok(())
    }

    fn see(&mut self, kind: &ArtifactType, path: String, stamp: Option<FileStamp>) {
        self.sightings.push(Sighting {
            kind: kind.clone(),
            path,
            stamp,
        });
    }

    fn odd(&mut self, path: &str, what: &str) {
        let finding = Finding::new(Severity::Warning, "odd-file", format!("{path} {what}"));
        self.findings.push(finding.in_file(path));
    }
}

/// What a file adds to [`Glance::digest`], modulo 2⁶⁴.
pub fn weight(path: &str, stamp: Option<FileStamp>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (path, stamp).hash(&mut hasher);
    hasher.finish()
}

/// Whether a file at a path of the layout may make an artifact, by its name.
pub fn may_be_header(path: &str) -> bool {
    let Some((folder, below)) = path.split_once('/') else {
        return false;
    };
    ArtifactType::KNOWN.iter().any(|kind| {
        let is_of_folder = |header: &str| {
            let (_, name) = below.split_once('/').unwrap_or_default();
            name.eq_ignore_ascii_case(header)
        };
        let is_alone = || {
            let name = below.rsplit('/').next().unwrap_or(below);
            is_header(name, kind)
        };
        folder_of(kind) == Some(folder)
            && (header_name(kind).is_some_and(is_of_folder) || is_alone())
    })
}

/// What `stat` says of a regular file below a folder that is open: the system need not find the folder anew.
fn stamp_below(folder: &File, path: &str) -> Result<Option<FileStamp>, rustix::io::Errno> {
    use rustix::io::Errno;
    match statat(folder, path, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode).is_file() => {
            Ok(Some(files::stamp_of_stat(&stat)))
        }
        Ok(_) | Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The artifact that a sighting is, or what keeps it from being one.
fn found(sighting: &Sighting) -> Result<FoundFile, String> {
    let path: RelativePath = sighting
        .path
        .parse()
        .map_err(|_| "has a name that can't be a path".to_owned())?;
    let name = name_at(path.as_str(), &sighting.kind);
    if let Some(fault) = artifact_name_fault(&name) {
        return Err(format!("can't be an artifact: {fault}"));
    }
    let stamp = sighting
        .stamp
        .ok_or_else(|| "is not a regular file".to_owned())?;
    let id = ArtifactId::new(sighting.kind.clone(), Name::stored(name));
    Ok(FoundFile { id, path, stamp })
}

/// The name of the artifact whose header stands at a path of the layout.
pub(super) fn name_at(path: &str, kind: &ArtifactType) -> String {
    let below = path.split_once('/').map_or(path, |(_, below)| below);
    if let Some((name, _)) = below.split_once('/')
        && header_name(kind).is_some()
    {
        return name.to_owned();
    }
    let end = below.len() - extension(kind).len();
    below[..end].replace('/', ":")
}

/// Whether a file of that name makes an artifact by itself.
pub fn is_header(name: &str, kind: &ArtifactType) -> bool {
    if *kind == ArtifactType::Skill {
        return false;
    }
    let end = name.len().saturating_sub(extension(kind).len());
    let (Some(stem), Some(rest)) = (name.get(..end), name.get(end..)) else {
        return false;
    };
    rest.eq_ignore_ascii_case(extension(kind)) && !stem.is_empty() && !is_about_the_folder(stem)
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
