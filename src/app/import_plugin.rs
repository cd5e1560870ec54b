//! The parts of a plugin that lies beside its marketplace: what makes an artifact of a collection.
//!
//! The marketplace is untrusted: nothing outside of its folder is looked at, by `..`, by an absolute path or by a link.

use std::fs;
use std::path::{Component as PathPart, Path, PathBuf};

use serde::Deserialize;

use crate::model::marketplace::{Paths, Plugin, PluginSource};
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::store::files;
use crate::store::scan::{header_in, is_header, scan};

use super::error::AppError;
use super::find::{Outside, at, is_regular};

/// The largest `plugin.json` that is read, in bytes.
const PLUGIN_LIMIT: u64 = 1 << 20;

/// A part of a plugin that is an artifact.
#[derive(Debug, Clone)]
pub(super) struct Component {
    /// The artifact.
    pub(super) outside: Outside,
    /// Where it lies in the plugin, with `/`.
    pub(super) place: String,
}

/// The parts of a plugin.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Those that are artifacts.
    pub(super) components: Vec<Component>,
    /// What could not be taken, in a sentence each.
    pub(super) odd: Vec<String>,
}

/// What a plugin says of itself, for what its marketplace does not say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OwnWords {
    description: String,
    version: String,
    keywords: Vec<String>,
    skills: Paths,
    agents: Paths,
    commands: Paths,
}

/// The parts of a plugin that lie in the marketplace's folder, and the plugin with what it says of itself; or why it
/// can't be taken at all. A plugin that is elsewhere has no parts here.
pub(super) fn parts(
    folder: &Path,
    plugin_root: &str,
    plugin: Plugin,
) -> Result<Result<(Plugin, Parts), String>, AppError> {
    let PluginSource::Folder(source) = &plugin.source else {
        return Ok(Ok((plugin, Parts::default())));
    };
    let place = Path::new(plugin_root).join(source);
    let home = match within(folder, &place) {
        Ok(Some(home)) if home.is_dir() => home,
        Ok(_) => return Ok(Ok((plugin, Parts::default()))),
        Err(reason) => return Ok(Err(reason)),
    };
    let mut parts = Parts::default();
    let plugin = match own_words(&home) {
        Ok(words) => completed(plugin, words),
        Err(reason) => {
            parts.odd.push(reason);
            plugin
        }
    };
    parts.gather(&home, &plugin)?;
    Ok(Ok((plugin, parts)))
}

/// A path in a folder, with links followed; nothing when nothing is there. What leads out of the folder is refused.
fn within(folder: &Path, place: &Path) -> Result<Option<PathBuf>, String> {
    let leads_out = || format!("{:?} leads out of its folder", place.display().to_string());
    let is_sound = |part: PathPart<'_>| matches!(part, PathPart::Normal(_) | PathPart::CurDir);
    if !place.components().all(is_sound) {
        return Err(leads_out());
    }
    let Ok(full) = folder.join(place).canonicalize() else {
        return Ok(None);
    };
    let is_inside = folder
        .canonicalize()
        .is_ok_and(|folder| full.starts_with(folder));
    if is_inside {
        Ok(Some(full))
    } else {
        Err(leads_out())
    }
}

fn own_words(home: &Path) -> Result<OwnWords, String> {
    let path = home.join(".claude-plugin/plugin.json");
    if !is_regular(&path) {
        return Ok(OwnWords::default());
    }
    let bytes = files::read(&path, PLUGIN_LIMIT).map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes.unwrap_or_default())
        .map_err(|error| format!("its plugin.json was not read: {error}"))
}

fn completed(mut plugin: Plugin, words: OwnWords) -> Plugin {
    if plugin.description.is_empty() {
        plugin.description = words.description;
    }
    if plugin.version.is_empty() {
        plugin.version = words.version;
    }
    plugin.keywords.extend(words.keywords);
    let lists = [
        (&mut plugin.skills, words.skills),
        (&mut plugin.agents, words.agents),
        (&mut plugin.commands, words.commands),
    ];
    for (own, other) in lists {
        if own.is_empty() {
            *own = other;
        }
    }
    plugin
}

impl Parts {
    /// What lies in the places that the plugin names, else in its layout.
    fn gather(&mut self, home: &Path, plugin: &Plugin) -> Result<(), AppError> {
        let named = [
            (ArtifactType::Skill, &plugin.skills),
            (ArtifactType::Agent, &plugin.agents),
            (ArtifactType::Command, &plugin.commands),
        ];
        if named.iter().any(|(_, paths)| !paths.is_empty()) {
            for (kind, paths) in named {
                for path in paths.as_slice() {
                    self.named(home, &kind, path);
                }
            }
            return Ok(());
        }
        let scanned = scan(home)?;
        self.odd
            .extend(scanned.findings.into_iter().map(|finding| finding.message));
        for file in &scanned.files {
            let mut outside = Outside::of(file, home);
            if outside.id.kind == ArtifactType::Hook && outside.id.name.as_str() == "hooks" {
                outside.id.name = Name::stored(&plugin.name);
            }
            self.push(home, outside);
        }
        let servers = home.join(".mcp.json");
        if is_regular(&servers) {
            self.push(
                home,
                Outside {
                    id: ArtifactId::new(ArtifactType::Mcp, Name::stored(&plugin.name)),
                    path: servers.clone(),
                    header: servers,
                },
            );
        }
        Ok(())
    }

    /// What lies in one place that the plugin names: an artifact, or a folder of several.
    fn named(&mut self, home: &Path, kind: &ArtifactType, path: &str) {
        let full = match within(home, Path::new(path)) {
            Ok(Some(full)) => full,
            Ok(None) => {
                return self.odd.push(format!("there is nothing at {path:?}"));
            }
            Err(reason) => return self.odd.push(reason),
        };
        let is_many = full.is_dir()
            && (*kind != ArtifactType::Skill || header_in(&full, &ArtifactType::Skill).is_none());
        if !is_many {
            return self.one(home, kind, &full, path);
        }
        let mut inside: Vec<PathBuf> = fs::read_dir(&full)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_candidate(path, kind))
            .collect();
        inside.sort();
        if inside.is_empty() {
            self.odd.push(format!("{path:?} holds no {kind}"));
        }
        for full in inside {
            self.one(home, kind, &full, path);
        }
    }

    fn one(&mut self, home: &Path, kind: &ArtifactType, full: &Path, shown: &str) {
        match at(full, shown, Some(kind)) {
            Ok(outside) => self.push(home, outside),
            Err(error) => self.odd.push(error.to_string()),
        }
    }

    fn push(&mut self, home: &Path, outside: Outside) {
        let below = outside.path.strip_prefix(home).ok();
        let parts = below.into_iter().flat_map(Path::iter);
        let parts: Vec<String> = parts
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        self.components.push(Component {
            place: parts.join("/"),
            outside,
        });
    }
}

/// Whether something in a folder may be an artifact of that type: a folder with a header for a skill, else a file.
fn is_candidate(path: &Path, kind: &ArtifactType) -> bool {
    if *kind == ArtifactType::Skill {
        return fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
            && header_in(path, kind).is_some();
    }
    let name = path.file_name().and_then(|name| name.to_str());
    is_regular(path) && name.is_some_and(|name| is_header(name, kind))
}
