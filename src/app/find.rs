//! Finding artifacts outside a collection: one by its path, or all in a folder of a client's layout.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::artifact_file::FoundFile;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::store::scan::{header_in, scan};

use super::error::AppError;

/// Folders in which clients keep artifacts.
pub(super) const CLIENT_FOLDERS: [&str; 8] = [
    ".claude",
    ".agents",
    ".codex",
    ".cursor",
    ".gemini",
    ".github",
    ".opencode",
    ".windsurf",
];

/// An artifact that was found outside a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// What it would be in a collection.
    pub id: ArtifactId,
    /// Its folder or file.
    pub path: PathBuf,
    /// The file with its header.
    pub header: PathBuf,
}

impl Outside {
    /// A file that was found in the layout below a folder.
    pub(super) fn of(file: &FoundFile, folder: &Path) -> Self {
        Self {
            id: file.id.clone(),
            path: file.root().under(folder),
            header: file.path.under(folder),
        }
    }
}

/// The artifact at a path: a folder with a `SKILL.md`, or a file whose folder tells its type.
pub fn at(path: &Path, shown: &str, kind: Option<&ArtifactType>) -> Result<Outside, AppError> {
    let full = path
        .canonicalize()
        .map_err(|_| not_an_artifact(shown, "there is no such file or folder"))?;
    let place = full.clone();
    recognised(full, &place, shown, kind)
}

/// The same in a folder that was filled for it: the folders above it tell nothing.
pub(super) fn below(
    top: &Path,
    path: &Path,
    shown: &str,
    kind: Option<&ArtifactType>,
) -> Result<Outside, AppError> {
    recognised(top.join(path), path, shown, kind)
}

/// The artifact at a full path; the folders on the way of `place` tell its type.
fn recognised(
    full: PathBuf,
    place: &Path,
    shown: &str,
    kind: Option<&ArtifactType>,
) -> Result<Outside, AppError> {
    let refuse = |reason: &str| not_an_artifact(shown, reason);
    let name = name_of(&full);
    if full.is_dir() {
        return folder(full, &name, kind, &refuse);
    }
    if !full.is_file() {
        return Err(refuse("it is neither a file nor a folder"));
    }
    if is_header_of_skill(&name, kind) {
        let parent = full.parent().unwrap_or(Path::new("/")).to_owned();
        let name = name_of(&parent);
        return folder(parent, &name, kind, &refuse);
    }
    let stem = full
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let kind = match kind {
        Some(kind) => kind.clone(),
        None => kind_by_place(place).ok_or_else(|| {
            refuse(
                "its folder does not tell its type; say --type skill, agent, command, hook or mcp",
            )
        })?,
    };
    let id = ArtifactId::new(
        kind.clone(),
        Name::for_artifact(&format!("{}{stem}", name_spaces(place, &kind)))?,
    );
    Ok(Outside {
        id,
        header: full.clone(),
        path: full,
    })
}

/// Whether a file of that name stands for the folder that it lies in.
pub(super) fn is_header_of_skill(name: &str, kind: Option<&ArtifactType>) -> bool {
    name.eq_ignore_ascii_case("SKILL.md") && kind.is_none_or(|kind| *kind == ArtifactType::Skill)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn not_an_artifact(shown: &str, reason: &str) -> AppError {
    AppError::NotAnArtifact {
        path: shown.to_owned(),
        reason: reason.to_owned(),
    }
}

fn folder(
    full: PathBuf,
    name: &str,
    kind: Option<&ArtifactType>,
    refuse: &dyn Fn(&str) -> AppError,
) -> Result<Outside, AppError> {
    let kinds = match kind {
        Some(kind) => vec![kind.clone()],
        None => vec![
            ArtifactType::Skill,
            ArtifactType::Workflow,
            ArtifactType::Composite,
        ],
    };
    for kind in kinds {
        if let Some(header) = header_in(&full, &kind) {
            if !is_regular(&full.join(&header)) {
                return Err(refuse(&format!("its {header} is not a regular file")));
            }
            let id = ArtifactId::new(kind, Name::for_artifact(name)?);
            return Ok(Outside {
                id,
                header: full.join(header),
                path: full,
            });
        }
    }
    Err(refuse(
        "the folder holds no SKILL.md (a folder of many artifacts is taken by `init --import`)",
    ))
}

/// Whether a path is a file itself: no link, which could lead anywhere, and nothing that can't be read to its end.
pub(super) fn is_regular(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// The type that the folders around a file tell.
pub(super) fn kind_by_place(path: &Path) -> Option<ArtifactType> {
    let is_markdown = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    path.ancestors().skip(1).find_map(|folder| {
        let name = folder.file_name()?.to_str()?;
        let kind = ArtifactType::KNOWN
            .into_iter()
            .find(|kind| folder_of(kind) == Some(name))?;
        match kind {
            ArtifactType::Agent | ArtifactType::Command if is_markdown => Some(kind),
            ArtifactType::Hook | ArtifactType::Mcp if is_json => Some(kind),
            _ => None,
        }
    })
}

/// The name spaces of a command: the folders between `commands/` and the file.
pub(super) fn name_spaces(path: &Path, kind: &ArtifactType) -> String {
    if *kind != ArtifactType::Command {
        return String::new();
    }
    let mut spaces: Vec<String> = Vec::new();
    for folder in path.ancestors().skip(1) {
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name == "commands" {
            spaces.reverse();
            return spaces.into_iter().map(|space| space + ":").collect();
        }
        spaces.push(name);
    }
    String::new()
}

/// All artifacts in a folder: in its own layout, in clients' folders below it, or skills that lie in it directly.
/// Of several with one id the first is taken; the others are findings.
pub fn all_in(folder: &Path, shown: &str) -> Result<(Vec<Outside>, Vec<Finding>), AppError> {
    if !folder.is_dir() {
        let reason = "there is no such folder".to_owned();
        return Err(AppError::NotAnArtifact {
            path: shown.to_owned(),
            reason,
        });
    }
    let mut found = Found::default();
    let bases = std::iter::once(folder.to_owned())
        .chain(CLIENT_FOLDERS.iter().map(|name| folder.join(name)));
    for base in bases {
        let scanned = scan(&base)?;
        found.findings.extend(scanned.findings);
        for file in &scanned.files {
            found.push(Outside::of(file, &base));
        }
    }
    for artifact in loose_skills(folder) {
        found.push(artifact);
    }
    if found.artifacts.is_empty() {
        let reason = "no skills, agents or commands were found in it".to_owned();
        return Err(AppError::NotAnArtifact {
            path: shown.to_owned(),
            reason,
        });
    }
    Ok((found.artifacts, found.findings))
}

/// Artifacts that were found, each once.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The artifacts, in the order in which they were found.
    pub(super) artifacts: Vec<Outside>,
    /// What was left out.
    pub(super) findings: Vec<Finding>,
    places: HashMap<ArtifactId, usize>,
}

impl Found {
    /// Adds an artifact. Of several with one id the first is taken; another one is a finding.
    pub(super) fn push(&mut self, artifact: Outside) {
        let Some(place) = self.places.get(&artifact.id) else {
            self.places
                .insert(artifact.id.clone(), self.artifacts.len());
            self.artifacts.push(artifact);
            return;
        };
        let first = &self.artifacts[*place];
        if first.path != artifact.path {
            let message = format!(
                "{} is {} too; {} was taken",
                artifact.path.display(),
                artifact.id,
                first.path.display()
            );
            let finding = Finding::new(Severity::Warning, "import-twice", message);
            self.findings.push(finding);
        }
    }
}

/// Skills that lie in the folder itself: `folder/<name>/SKILL.md`.
fn loose_skills(folder: &Path) -> Vec<Outside> {
    let mut skills: Vec<Outside> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = Name::for_artifact(path.file_name()?.to_str()?).ok()?;
            if !fs::symlink_metadata(&path).ok()?.is_dir() {
                return None;
            }
            let header = path.join(header_in(&path, &ArtifactType::Skill)?);
            if !is_regular(&header) {
                return None;
            }
            Some(Outside {
                id: ArtifactId::new(ArtifactType::Skill, name),
                path,
                header,
            })
        })
        .collect();
    skills.sort_by(|left, right| left.id.cmp(&right.id));
    skills
}
