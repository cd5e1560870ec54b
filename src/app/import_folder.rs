//! A folder with artifacts: those in its layout, or all in it at any depth, grouped by their folders.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use crate::model::artifact::Artifact;
use crate::model::finding::Finding;
use crate::model::group::Group;
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::model::row::Row;
use crate::store::error::StoreError;
use crate::store::scan::{header_in, is_header};

use super::add::category;
use super::error::AppError;
use super::find::{CLIENT_FOLDERS, Found, Outside, all_in, is_regular, kind_by_place, name_spaces};
use super::import_parts::{Incoming, Kind, Reading, Tables, note, warning};

/// How deep folders may nest.
const DEPTH: usize = 32;

/// Reads the artifacts in a folder's layout; they come into no group.
pub(super) fn read(
    folder: &Path,
    shown: &str,
    reading: &mut Reading<'_>,
) -> Result<Incoming, AppError> {
    let (found, findings) = all_in(folder, shown)?;
    incoming(folder, &found, Vec::new(), findings, reading)
}

/// Reads all artifacts below a folder; each comes into the group of the folder that it lies in.
pub(super) fn read_grouped(
    folder: &Path,
    shown: &str,
    reading: &mut Reading<'_>,
) -> Result<Incoming, AppError> {
    let mut tree = Tree {
        root: folder,
        shown,
        found: Found::default(),
    };
    tree.look("", 0)?;
    if tree.found.artifacts.is_empty() {
        return Err(AppError::NotAnArtifact {
            path: shown.to_owned(),
            reason: "no skills, agents or commands were found in it".to_owned(),
        });
    }
    let groups = tree.groups();
    let Found {
        artifacts,
        findings,
        ..
    } = tree.found;
    incoming(folder, &artifacts, groups, findings, reading)
}

/// Rows and files of what was found.
fn incoming(
    folder: &Path,
    found: &[Outside],
    groups: Vec<Row>,
    findings: Vec<Finding>,
    reading: &mut Reading<'_>,
) -> Result<Incoming, AppError> {
    let mut rows = groups;
    for artifact in found {
        let mut row = Artifact::of(artifact.id.clone());
        row.tags.extend(category(artifact)?);
        rows.push(Row::Artifact(row));
    }
    Ok(Incoming {
        kind: Kind::Folder,
        name: folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        tables: Tables::Rows(rows),
        artifacts: reading.take(found)?,
        findings,
    })
}

/// A folder that is gone through.
struct Tree<'a> {
    root: &'a Path,
    shown: &'a str,
    found: Found,
}

impl Tree<'_> {
    /// Looks into a folder, by its path relative to the root; `""` is the root itself.
    fn look(&mut self, relative: &str, depth: usize) -> Result<(), AppError> {
        let full = self.root.join(relative);
        if depth > DEPTH {
            let message = format!("{relative} lies too deep, and was not looked into");
            self.found
                .findings
                .push(warning("too-deep", self.shown, message));
            return Ok(());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&full).map_err(StoreError::io("list", &full))? {
            let entry = entry.map_err(StoreError::io("list", &full))?;
            match entry.file_name().into_string() {
                Ok(name) => names.push(name),
                Err(name) => self.odd(&name.to_string_lossy(), "has a name that is not UTF-8"),
            }
        }
        names.sort();
        for name in names {
            let path = match relative {
                "" => name.clone(),
                folder => format!("{folder}/{name}"),
            };
            self.entry(&path, &name, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &str, name: &str, depth: usize) -> Result<(), AppError> {
        let full = self.root.join(path);
        let Ok(metadata) = fs::symlink_metadata(&full) else {
            return Ok(());
        };
        if metadata.is_symlink() {
            self.odd(path, "is a symbolic link, which is not followed");
        } else if metadata.is_dir() {
            let is_hidden = name.starts_with('.') && !CLIENT_FOLDERS.contains(&name);
            if !is_hidden && name != "node_modules" && !self.folder(path, name) {
                self.look(path, depth + 1)?;
            }
        } else if metadata.is_file()
            && let Some(kind) = kind_by_place(Path::new(path)).filter(|kind| is_header(name, kind))
        {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let spaces = name_spaces(Path::new(path), &kind);
            self.push(path, kind, &format!("{spaces}{stem}"), path);
        }
        Ok(())
    }

    /// Takes a folder that is an artifact; tells whether it is one.
    fn folder(&mut self, path: &str, name: &str) -> bool {
        let kinds = [
            ArtifactType::Skill,
            ArtifactType::Workflow,
            ArtifactType::Composite,
        ];
        for kind in kinds {
            let Some(header) = header_in(&self.root.join(path), &kind) else {
                continue;
            };
            let header = format!("{path}/{header}");
            if is_regular(&self.root.join(&header)) {
                self.push(path, kind, name, &header);
            } else {
                self.odd(&header, "is not a regular file");
            }
            return true;
        }
        false
    }

    fn push(&mut self, path: &str, kind: ArtifactType, name: &str, header: &str) {
        let name = match Name::for_artifact(name) {
            Ok(name) => name,
            Err(error) => return self.odd(path, &format!("was left out: {error}")),
        };
        self.found.push(Outside {
            id: ArtifactId::new(kind, name),
            path: self.root.join(path),
            header: self.root.join(header),
        });
    }

    fn odd(&mut self, path: &str, what: &str) {
        let finding = warning("odd-file", path, format!("{path} {what}"));
        self.found.findings.push(finding);
    }

    /// A group for each folder that artifacts lie in, in the order in which they were found.
    fn groups(&mut self) -> Vec<Row> {
        let mut groups: Vec<Group> = Vec::new();
        let mut places: HashMap<Name, usize> = HashMap::new();
        let (mut alone, mut refused) = (0, HashSet::new());
        for artifact in &self.found.artifacts {
            let folder = folder_name(self.root, &artifact.path);
            if folder.is_empty() {
                alone += 1;
                continue;
            }
            let Ok(name) = Name::new(&folder) else {
                refused.insert(folder);
                continue;
            };
            let place = *places.entry(name.clone()).or_insert_with(|| {
                groups.push(Group::named(name));
                groups.len() - 1
            });
            groups[place].members.push(artifact.id.clone().into());
        }
        for folder in refused {
            let message = format!("{folder:?} can't name a group; its artifacts are in none");
            self.found
                .findings
                .push(warning("group-name", self.shown, message));
        }
        if alone > 0 {
            let message =
                format!("{alone} artifacts lie in no folder of their own, and are in no group");
            self.found
                .findings
                .push(note("no-folder", self.shown, message));
        }
        groups.into_iter().map(Row::Group).collect()
    }
}

/// The folders between the root and an artifact, without those that only say its type or its client.
fn folder_name(root: &Path, artifact: &Path) -> String {
    let below = artifact.strip_prefix(root).unwrap_or(artifact);
    let is_layout = |name: &str| {
        CLIENT_FOLDERS.contains(&name)
            || ArtifactType::KNOWN
                .iter()
                .any(|kind| folder_of(kind) == Some(name))
    };
    let parts = below.parent().into_iter().flat_map(Path::iter);
    let parts: Vec<String> = parts
        .map(|part| part.to_string_lossy().into_owned())
        .filter(|part| !is_layout(part))
        .collect();
    parts.join("/")
}
