//! The parts that a composite's own files give it: what a plugin's `.claude-plugin/plugin.json` names, and what lies in
//! the folders beside it. They are looked for whenever somebody asks, and nothing is followed out of the folder.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::model::artifact_file::{FoundFile, PLUGIN};
use crate::model::finding::{Finding, Severity};
use crate::model::listing::{ArtifactDetail, Parts};
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::path::RelativePath;
use crate::store::cache::database::Database;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::scan::{header_in, scan};

use super::error::AppError;
use super::files_of::is_real_folder;

/// The largest `plugin.json` that is read, in bytes.
const PLUGIN_LIMIT: u64 = 1 << 20;
/// Parts that one key of a plugin names, at most.
const MOST: usize = 1_000;
/// The keys that name parts, and their type.
const KEYS: [(&str, ArtifactType); 3] = [
    ("skills", ArtifactType::Skill),
    ("agents", ArtifactType::Agent),
    ("commands", ArtifactType::Command),
];

/// The parts that a composite's files give it.
#[derive(Debug, Default)]
struct FileParts {
    /// Those whose files are in the composite's folder.
    held: Vec<ArtifactId>,
    /// Those that are only named, with the 1-based line on which they are.
    named: Vec<(ArtifactId, u32)>,
}

/// Adds to a composite what its files say of its parts.
pub(super) fn add_parts(
    root: &Path,
    database: &Database,
    detail: &mut ArtifactDetail,
) -> Result<(), AppError> {
    let is_composite = detail.summary.id.kind == ArtifactType::Composite;
    let Some(folder) = detail
        .summary
        .path
        .trim_end_matches('/')
        .parse()
        .ok()
        .filter(|_| is_composite)
    else {
        return Ok(());
    };
    let found = parts_in(root, &folder)?;
    let parts = &mut detail.parts;
    for id in found.held {
        parts.missing.retain(|member| !names(member, &id));
        push(parts, id);
    }
    for (id, _) in found.named {
        if !database.artifacts_named(&id.name)?.contains(&id) {
            parts.missing.push(Member::Typed(id.clone()));
        }
        push(parts, id);
    }
    Ok(())
}

fn push(parts: &mut Parts, id: ArtifactId) {
    if !parts.members.iter().any(|member| names(member, &id)) {
        parts.members.push(Member::Typed(id));
    }
}

fn names(member: &Member, id: &ArtifactId) -> bool {
    match member {
        Member::Typed(typed) => typed == id,
        Member::Bare(name) => *name == id.name,
    }
}

/// The composite of that name that only the manifest knows.
pub(super) fn of_manifest(
    database: &Database,
    text: &str,
) -> Result<Option<ArtifactDetail>, AppError> {
    let name = text.strip_prefix("composite:").unwrap_or(text);
    let found = database.composite(&Name::stored(name))?;
    Ok(found.map(|(name, parts)| {
        ArtifactDetail::of_parts(ArtifactId::new(ArtifactType::Composite, name), parts)
    }))
}

/// Parts that plugins name and that are nowhere.
pub(super) fn missing_parts(
    root: &Path,
    found: &[FoundFile],
    known: &[ArtifactId],
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let composites = found
        .iter()
        .filter(|file| file.id.kind == ArtifactType::Composite);
    for file in composites {
        let folder = file.root();
        let parts = parts_in(root, &folder)?;
        let missing = parts.named.iter().filter(|(id, _)| !known.contains(id));
        findings.extend(missing.map(|(id, line)| {
            let name = file.id.name.as_str();
            let message = format!("the composite {name:?} names {id}, which is not here");
            Finding::new(Severity::Warning, "missing-member", message)
                .in_file(format!("{folder}/{PLUGIN}"))
                .at(*line, 1)
        }));
    }
    Ok(findings)
}

fn parts_in(root: &Path, folder: &RelativePath) -> Result<FileParts, StoreError> {
    let full = folder.under(root);
    if !is_real_folder(root, folder) {
        return Ok(FileParts::default());
    }
    let held = scan(&full)?.files.into_iter().map(|file| file.id);
    let mut parts = FileParts {
        held: held
            .filter(|id| KEYS.iter().any(|(_, kind)| *kind == id.kind))
            .collect(),
        named: Vec::new(),
    };
    let plugin = header_in_plugin(&full)?;
    let document: Value = serde_json::from_slice(&plugin).unwrap_or_default();
    let text = String::from_utf8_lossy(&plugin);
    for (key, kind) in KEYS {
        for path in paths(&document[key]) {
            let line = text.find(path).map_or(1, |at| line_of(&text, at));
            take(&full, (path, line), &kind, &mut parts);
        }
    }
    Ok(parts)
}

/// The bytes of a plugin's file; none when it is not there, or a link leads to it.
fn header_in_plugin(full: &Path) -> Result<Vec<u8>, StoreError> {
    let is_plain = |path: &str| {
        let found = fs::symlink_metadata(full.join(path));
        found.is_ok_and(|found| !found.is_symlink())
    };
    if !is_plain(".claude-plugin") || !is_plain(PLUGIN) {
        return Ok(Vec::new());
    }
    match files::read(&full.join(PLUGIN), PLUGIN_LIMIT) {
        Err(StoreError::TooLarge { .. }) => Ok(Vec::new()),
        other => Ok(other?.unwrap_or_default()),
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    u32::try_from(text[..at].matches('\n').count() + 1).unwrap_or(u32::MAX)
}

/// A path, or several.
fn paths(value: &Value) -> impl Iterator<Item = &str> {
    let several = value.as_array().into_iter().flatten();
    let one = Some(value).filter(|value| value.is_string());
    several.chain(one).filter_map(Value::as_str).take(MOST)
}

/// Takes what a plugin's file names: an artifact, or a folder of them.
fn take(full: &Path, (path, line): (&str, u32), kind: &ArtifactType, parts: &mut FileParts) {
    let inside = path.trim_start_matches("./").trim_end_matches('/');
    let last = inside.rsplit('/').next().unwrap_or_default();
    let id = |name: &str| {
        let stem = name.strip_suffix(".md").unwrap_or(name);
        ArtifactId::new(kind.clone(), Name::stored(stem))
    };
    let place: Result<RelativePath, _> = inside.parse();
    let found: Vec<String> = match place {
        Ok(place) if is_real_folder(full, &place) => in_folder(&place.under(full), last, kind),
        Ok(place) if is_plain_file(full, &place) => vec![last.to_owned()],
        _ => Vec::new(),
    };
    for name in &found {
        let id = id(name);
        if !parts.held.contains(&id) {
            parts.held.push(id);
        }
    }
    let is_folder_of_all = inside.is_empty() || inside == ".";
    if found.is_empty() && !is_folder_of_all {
        parts.named.push((id(last), line));
    }
}

fn is_markdown(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
}

/// The names of the artifacts that a folder is or holds.
fn in_folder(full: &Path, own: &str, kind: &ArtifactType) -> Vec<String> {
    let is_skill = *kind == ArtifactType::Skill;
    if is_skill && header_in(full, kind).is_some() {
        return vec![own.to_owned()];
    }
    let entries = fs::read_dir(full).into_iter().flatten().flatten();
    let names = entries
        .take(MOST)
        .filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| {
            let path = full.join(name);
            let found = fs::symlink_metadata(&path);
            if is_skill {
                found.is_ok_and(|found| found.is_dir()) && header_in(&path, kind).is_some()
            } else {
                found.is_ok_and(|found| found.is_file()) && is_markdown(&path)
            }
        })
        .collect();
    names.sort();
    names
}

fn is_plain_file(root: &Path, path: &RelativePath) -> bool {
    let above = path
        .parent()
        .is_none_or(|folder| is_real_folder(root, &folder));
    above && fs::symlink_metadata(path.under(root)).is_ok_and(|found| found.is_file())
}
