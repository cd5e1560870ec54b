//! A collection as a plugin marketplace: each group becomes a plugin.
//!
//! The file that is made lies in the collection, where clients look for it (`.claude-plugin/marketplace.json`), and
//! names the artifacts of each group where they are: no file is copied. It is what `import` reads back.

use std::collections::{HashMap, HashSet};

use crate::model::artifact::Artifact;
use crate::model::group::Group;
use crate::model::layout::place_of;
use crate::model::marketplace::{
    About, Marketplace, Owner, Paths, Plugin, PluginSource, RemoteSource,
};
use crate::model::name::{ArtifactId, ArtifactType, Member};
use crate::model::row::{Row, Table};
use crate::model::slug::Slug;

use super::error::AppError;
use super::export::{Exported, Source};
use super::tags::slug_of;
use super::workspace::Workspace;

/// A marketplace, with what has no place in it.
#[derive(Debug)]
pub struct MarketplaceReport {
    /// The marketplace.
    pub marketplace: Marketplace,
    /// What was left out, in a sentence each.
    pub left_out: Vec<String>,
}

impl Workspace {
    /// A marketplace with a plugin for each group, in their order.
    pub fn marketplace(
        &self,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Exported<MarketplaceReport>, AppError> {
        let Exported {
            value: source,
            notices,
        } = self.source(on_wait)?;
        let identity = self.identity();
        let owner = Owner {
            name: identity.author.name,
            email: identity.author.email,
        };
        let mut stall = Stall::of(&source, self)?;
        let plugins = stall.plugins(groups(&source));
        let header = source.document.header();
        let marketplace = Marketplace {
            name: Slug::from_name(&header.name)
                .map_or_else(|_| "collection".to_owned(), |slug| slug.to_string()),
            owner,
            metadata: About {
                version: header.version,
                ..About::default()
            },
            plugins,
        };
        Ok(Exported {
            value: MarketplaceReport {
                marketplace,
                left_out: stall.left_out,
            },
            notices,
        })
    }
}

/// The groups in the order in which they are shown.
fn groups(source: &Source) -> Vec<Group> {
    let rows = source.document.rows(Table::Groups).into_iter();
    let mut groups: Vec<Group> = rows
        .filter_map(|row| match row {
            Row::Group(group) => Some(group),
            _ => None,
        })
        .collect();
    groups.sort_by_key(|group| group.position.unwrap_or(0));
    groups
}

/// What plugins are made of.
struct Stall {
    rows: HashMap<ArtifactId, Artifact>,
    tags: Vec<crate::model::tag::TagDefinition>,
    /// The artifacts, each with whether its files lie in the layout's place.
    artifacts: HashMap<ArtifactId, bool>,
    by_name: HashMap<String, Vec<ArtifactId>>,
    shown: HashSet<ArtifactId>,
    left_out: Vec<String>,
}

impl Stall {
    fn of(source: &Source, workspace: &Workspace) -> Result<Self, AppError> {
        let (mut rows, mut tags) = (HashMap::new(), Vec::new());
        for row in source.rows() {
            match row {
                Row::Artifact(row) => drop(rows.insert(row.id.clone(), row)),
                Row::Tag(tag) => tags.push(tag),
                _ => {}
            }
        }
        let mut artifacts = HashMap::new();
        let mut by_name: HashMap<String, Vec<ArtifactId>> = HashMap::new();
        for id in source.database.artifact_ids()? {
            let is_here = place_of(&id)
                .is_some_and(|place| place.under(workspace.folder()).symlink_metadata().is_ok());
            let name = id.name.key().into_owned();
            by_name.entry(name).or_default().push(id.clone());
            artifacts.insert(id, is_here);
        }
        Ok(Self {
            rows,
            tags,
            artifacts,
            by_name,
            shown: HashSet::new(),
            left_out: Vec::new(),
        })
    }

    fn plugins(&mut self, groups: Vec<Group>) -> Vec<Plugin> {
        let mut names: HashMap<String, String> = HashMap::new();
        let mut plugins = Vec::new();
        for group in groups {
            let shown = group.name.as_str().to_owned();
            let Ok(name) = Slug::from_name(&shown).map(|slug| slug.to_string()) else {
                self.left_out
                    .push(format!("the group {shown:?}: no plugin can be named so"));
                continue;
            };
            if let Some(other) = names.get(&name) {
                self.left_out.push(format!(
                    "the group {shown:?}: the plugin {name} is the group {other:?} already"
                ));
                continue;
            }
            names.insert(name.clone(), shown);
            plugins.extend(self.plugin(name, &group));
        }
        let mut alone: Vec<&ArtifactId> = self.artifacts.keys().collect();
        alone.retain(|id| !self.shown.contains(id));
        if !alone.is_empty() {
            let count = alone.len();
            self.left_out.push(format!(
                "{count} artifacts that are in no group, and so in no plugin"
            ));
        }
        plugins
    }

    fn plugin(&mut self, name: String, group: &Group) -> Option<Plugin> {
        let members: Vec<ArtifactId> = group
            .members
            .iter()
            .filter_map(|member| self.member(group, member))
            .collect();
        let mut plugin = match self.elsewhere(&members) {
            Some((remote, version)) => Plugin {
                version,
                ..Plugin::new(name, PluginSource::Remote(remote))
            },
            None => self.here(name, group, &members)?,
        };
        self.shown.extend(members);
        plugin.description.clone_from(&group.description);
        for text in &group.tags {
            let slug = slug_of(&self.tags, text);
            let tag = self.tags.iter().find(|tag| tag.slug == slug);
            plugin
                .keywords
                .push(tag.map_or_else(|| text.clone(), |tag| tag.name.clone()));
        }
        Some(plugin)
    }

    /// The artifact that a member means.
    fn member(&mut self, group: &Group, member: &Member) -> Option<ArtifactId> {
        let found = match member {
            Member::Typed(id) => self.artifacts.contains_key(id).then(|| id.clone()),
            Member::Bare(name) => match self.by_name.get(name.key().as_ref()).map(Vec::as_slice) {
                Some([id]) => Some(id.clone()),
                _ => None,
            },
        };
        if found.is_none() {
            self.left_out.push(format!(
                "{member} of the group {:?} is not here",
                group.name.as_str()
            ));
        }
        found
    }

    /// The place of a group that stands for one plugin elsewhere, and that plugin's version.
    fn elsewhere(&self, members: &[ArtifactId]) -> Option<(RemoteSource, String)> {
        let [id] = members else { return None };
        let row = self.rows.get(id)?;
        if id.kind != ArtifactType::Composite || self.artifacts.get(id) == Some(&true) {
            return None;
        }
        let remote = RemoteSource::of_row(&row.source, &row.version_spec, &row.resolved_sha)?;
        Some((remote, row.resolved_version.clone()))
    }

    /// A plugin whose parts lie in the collection.
    fn here(&mut self, name: String, group: &Group, members: &[ArtifactId]) -> Option<Plugin> {
        let (mut skills, mut agents, mut commands) = (Vec::new(), Vec::new(), Vec::new());
        for id in members {
            let place = place_of(id).filter(|_| self.artifacts.get(id) == Some(&true));
            let list = match id.kind {
                ArtifactType::Skill => Some(&mut skills),
                ArtifactType::Agent => Some(&mut agents),
                ArtifactType::Command => Some(&mut commands),
                _ => None,
            };
            match (place, list) {
                (Some(place), Some(list)) => list.push(format!("./{place}")),
                (None, Some(_)) => self.left_out.push(format!("{id} has no files")),
                (_, None) => self.left_out.push(format!(
                    "{id}: a plugin names skills, agents and commands by their paths, and nothing else"
                )),
            }
        }
        if skills.is_empty() && agents.is_empty() && commands.is_empty() {
            self.left_out.push(format!(
                "the group {:?}: it has nothing that a plugin can hold",
                group.name.as_str()
            ));
            return None;
        }
        Some(Plugin {
            strict: Some(false),
            skills: Paths::Several(skills),
            agents: Paths::Several(agents),
            commands: Paths::Several(commands),
            ..Plugin::new(name, PluginSource::Folder("./".to_owned()))
        })
    }
}
