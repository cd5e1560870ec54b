//! A plugin marketplace: each plugin becomes a group, its category and keywords become tags.
//!
//! What lies beside the marketplace's file is taken along: a plugin's skills, agents, commands, hooks and MCP servers
//! become artifacts and the members of its group. A plugin whose files are elsewhere becomes one artifact, a composite
//! of its name that keeps the source. `docs/exchange.md` has the table.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use serde_json::Value;

use crate::model::artifact::Artifact;
use crate::model::group::Group;
use crate::model::marketplace::{Marketplace, Plugin, PluginSource};
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::model::row::Row;
use crate::model::slug::{Slug, loses_signs};
use crate::model::tag::TagDefinition;

use super::add::category;
use super::error::AppError;
use super::find::Outside;
use super::import_parts::{Incoming, Kind, Reading, Tables, note, warning};
use super::import_plugin::{Component, Parts, parts};
use super::import_source::JsonFile;

/// Reads a marketplace whose relative sources begin in `folder`.
pub(super) fn read(
    file: &JsonFile,
    folder: &Path,
    reading: &mut Reading<'_>,
) -> Result<Incoming, AppError> {
    let marketplace: Marketplace = file.typed()?;
    let mut gathered = Gathered::new(&file.shown);
    gathered.tell_untaken(&file.value);
    let root = marketplace.metadata.plugin_root.clone();
    let mut names: HashSet<Name> = HashSet::new();
    for (index, plugin) in marketplace.plugins.into_iter().enumerate() {
        match Name::for_artifact(&plugin.name) {
            Err(error) => {
                let message = format!("plugins[{index}] was left out: {error}");
                gathered.warn("plugin-name", message);
            }
            Ok(name) if !names.insert(name.clone()) => {
                let message = format!(
                    "plugins[{index}] was left out: the plugin {:?} stands there already",
                    name.as_str()
                );
                gathered.warn("plugin-twice", message);
            }
            Ok(name) => gathered.plugin(name, plugin, (folder, &root))?,
        }
    }
    gathered.incoming(marketplace.name, reading)
}

/// What was gathered of the plugins so far.
struct Gathered<'a> {
    shown: &'a str,
    tags: Vec<TagDefinition>,
    tag_names: HashMap<Slug, String>,
    groups: Vec<Group>,
    artifacts: Vec<Artifact>,
    places: HashMap<ArtifactId, usize>,
    files: Vec<Outside>,
    /// Where each artifact with files was taken from.
    origins: HashMap<ArtifactId, usize>,
    findings: Vec<crate::model::finding::Finding>,
}

impl<'a> Gathered<'a> {
    fn new(shown: &'a str) -> Self {
        Self {
            shown,
            tags: Vec::new(),
            tag_names: HashMap::new(),
            groups: Vec::new(),
            artifacts: Vec::new(),
            places: HashMap::new(),
            files: Vec::new(),
            origins: HashMap::new(),
            findings: Vec::new(),
        }
    }

    fn warn(&mut self, code: &'static str, message: String) {
        self.findings.push(warning(code, self.shown, message));
    }

    /// Tells which keys of plugins have no place in a collection.
    fn tell_untaken(&mut self, value: &Value) {
        let plugins = value.get("plugins").and_then(Value::as_array);
        let mut untaken: BTreeMap<&str, usize> = BTreeMap::new();
        for plugin in plugins.into_iter().flatten() {
            let keys = plugin.as_object().into_iter().flatten().map(|(key, _)| key);
            for key in keys.filter(|key| !Plugin::KEYS.contains(&key.as_str())) {
                *untaken.entry(key).or_default() += 1;
            }
        }
        for (key, count) in untaken {
            let plugins = if count == 1 { "plugin" } else { "plugins" };
            let message = format!(
                "{key:?} of {count} {plugins} has no place in a collection, and was left out"
            );
            self.findings.push(note("untaken-key", self.shown, message));
        }
    }

    fn plugin(
        &mut self,
        name: Name,
        plugin: Plugin,
        (folder, root): (&Path, &str),
    ) -> Result<(), AppError> {
        let (plugin, parts) = match parts(folder, root, plugin)? {
            Ok(known) => known,
            Err(reason) => {
                let message = format!("the plugin {:?} was left out: {reason}", name.as_str());
                self.warn("plugin-source", message);
                return Ok(());
            }
        };
        let Parts { components, odd } = parts;
        for what in odd {
            self.warn(
                "plugin-part",
                format!("the plugin {:?}: {what}", name.as_str()),
            );
        }
        let tags = self.tags_of(&name, &plugin);
        let mut group = Group::named(name.clone());
        group.description.clone_from(&plugin.description);
        group.tags.clone_from(&tags);
        if components.is_empty() {
            let row = remote(name, &plugin);
            group.members.push(row.id.clone().into());
            self.artifact(row, &tags);
        }
        for component in components {
            let id = component.outside.id.clone();
            if !group.members.contains(&id.clone().into()) {
                group.members.push(id.into());
            }
            self.component(component, &plugin, &tags)?;
        }
        self.groups.push(group);
        Ok(())
    }

    /// An artifact with files. Several plugins may have the same one.
    fn component(
        &mut self,
        component: Component,
        plugin: &Plugin,
        tags: &[String],
    ) -> Result<(), AppError> {
        let Component { outside, place } = component;
        if let Some(first) = self.origins.get(&outside.id) {
            let first = &self.files[*first];
            if first.path != outside.path && !have_same_files(first, &outside)? {
                let message = format!(
                    "{} is {} too, with other files; {} was taken",
                    outside.path.display(),
                    outside.id,
                    first.path.display()
                );
                self.warn("import-twice", message);
            }
        } else {
            self.origins.insert(outside.id.clone(), self.files.len());
            self.files.push(outside.clone());
        }
        let mut row = Artifact::of(outside.id.clone());
        row.source = joined(&plugin.source.text(), &place);
        row.resolved_version.clone_from(&plugin.version);
        let own = category(&outside)?;
        let tags: Vec<String> = tags.iter().cloned().chain(own).collect();
        self.artifact(row, &tags);
        Ok(())
    }

    /// Adds a row, or gives the one that is there more tags.
    fn artifact(&mut self, row: Artifact, tags: &[String]) {
        let place = *self.places.entry(row.id.clone()).or_insert_with(|| {
            self.artifacts.push(row);
            self.artifacts.len() - 1
        });
        let there = &mut self.artifacts[place].tags;
        for tag in tags {
            if !there.contains(tag) {
                there.push(tag.clone());
            }
        }
    }

    /// The tags of a plugin as slugs, each defined by the name that it has here first.
    fn tags_of(&mut self, name: &Name, plugin: &Plugin) -> Vec<String> {
        let texts = std::iter::once(&plugin.category)
            .chain(&plugin.keywords)
            .chain(&plugin.tags)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        let mut tags: Vec<String> = Vec::new();
        for text in texts {
            match self.tag(text) {
                Ok(slug) if tags.contains(&slug) => {}
                Ok(slug) => tags.push(slug),
                Err(reason) => {
                    let message = format!(
                        "the plugin {:?}: the tag {text:?} was left out: {reason}",
                        name.as_str()
                    );
                    self.warn("tag-left-out", message);
                }
            }
        }
        tags
    }

    fn tag(&mut self, text: &str) -> Result<String, String> {
        Name::new(text).map_err(|error| error.to_string())?;
        let slug = Slug::from_name(text).map_err(|error| error.to_string())?;
        if let Some(name) = self.tag_names.get(&slug) {
            let is_other = loses_signs(name) || loses_signs(text);
            if is_other && !name.eq_ignore_ascii_case(text) {
                return Err(format!("its slug {:?} belongs to {name:?}", slug.as_str()));
            }
        } else {
            self.tag_names.insert(slug.clone(), text.to_owned());
            self.tags.push(TagDefinition {
                name: text.to_owned(),
                slug: slug.clone(),
                color: String::new(),
                description: String::new(),
            });
        }
        Ok(slug.to_string())
    }

    fn incoming(self, name: String, reading: &mut Reading<'_>) -> Result<Incoming, AppError> {
        let rows = self.tags.into_iter().map(Row::Tag);
        let rows = rows.chain(self.groups.into_iter().map(Row::Group));
        let rows = rows.chain(self.artifacts.into_iter().map(Row::Artifact));
        Ok(Incoming {
            kind: Kind::Marketplace,
            name,
            tables: Tables::Rows(rows.collect()),
            artifacts: reading.take(&self.files)?,
            findings: self.findings,
        })
    }
}

/// The row of a plugin whose files are elsewhere.
fn remote(name: Name, plugin: &Plugin) -> Artifact {
    let mut row = Artifact::of(ArtifactId::new(ArtifactType::Composite, name));
    row.source = plugin.source.text();
    row.description.clone_from(&plugin.description);
    row.resolved_version.clone_from(&plugin.version);
    if let PluginSource::Remote(remote) = &plugin.source {
        remote.version_spec().clone_into(&mut row.version_spec);
        row.resolved_sha.clone_from(&remote.sha);
    }
    row
}

fn have_same_files(one: &Outside, other: &Outside) -> Result<bool, AppError> {
    let files = |artifact: &Outside| super::files_of::copy(&artifact.path, &one.id);
    Ok(files(one)?.files == files(other)?.files)
}

/// A place within a plugin, behind the plugin's own.
fn joined(source: &str, place: &str) -> String {
    match (source.trim_end_matches('/'), place) {
        (source, "") => source.to_owned(),
        (source, place) => format!("{source}/{place}"),
    }
}
