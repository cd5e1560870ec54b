//! From what people type to artifacts: `type:name`, a bare name, an alias, a glob, or a filter.

use std::collections::HashSet;

use globset::GlobBuilder;

use crate::model::artifact::Artifact;
use crate::model::listing::{Filter, SortOrder};
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::model::slug::Slug;
use crate::store::cache::database::Database;

use super::artifact_rows::row_of;
use super::error::AppError;
use super::plan::Reach;
use super::view::View;

/// Which artifacts are meant: those that are named, and those that all given filters select.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// `type:name`, a bare name, an alias, or a glob (`oauth-*`).
    pub patterns: Vec<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// In any of these groups.
    pub groups: Vec<String>,
    /// Of any of these types.
    pub kinds: Vec<ArtifactType>,
}

impl Selection {
    /// A selection of what is named.
    pub fn of(patterns: Vec<String>) -> Self {
        Self {
            patterns,
            ..Self::default()
        }
    }

    /// Whether nothing is selected by name or filter.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an artifact is meant by its name, and not only by a pattern or a filter.
    pub fn names(&self, id: &ArtifactId) -> bool {
        let plain = self.patterns.iter().filter(|pattern| !is_pattern(pattern));
        let (full, bare) = (id.to_string(), id.name.as_str());
        plain.into_iter().any(|name| *name == full || name == bare)
    }

    /// Which artifacts' files must be known to resolve it.
    pub fn reach(&self) -> Reach<'_> {
        let by_name = self.tags.is_empty() && self.groups.is_empty() && self.kinds.is_empty();
        match self.patterns.as_slice() {
            [] if by_name => Reach::Rows,
            names if by_name && !names.iter().any(|name| is_pattern(name)) => Reach::Named(names),
            _ => Reach::Everything,
        }
    }

    /// The artifacts, each once, in the order in which they are named. All must be found, or it is an error.
    pub fn resolve(&self, database: &Database) -> Result<Vec<ArtifactId>, AppError> {
        let mut ids: Vec<ArtifactId> = Vec::new();
        let mut seen: HashSet<ArtifactId> = HashSet::new();
        let mut push = |id: ArtifactId| {
            if seen.insert(id.clone()) {
                ids.push(id);
            }
        };
        for pattern in &self.patterns {
            resolve(pattern, database)?.into_iter().for_each(&mut push);
        }
        if !(self.tags.is_empty() && self.groups.is_empty() && self.kinds.is_empty()) {
            let filter = filter(database, &self.groups, &self.tags, &self.kinds)?;
            let found = database.artifacts(&filter, SortOrder::Collection)?;
            if found.is_empty() {
                return Err(AppError::NoMatch {
                    pattern: self.describe(),
                });
            }
            for artifact in found {
                push(artifact.id);
            }
        }
        Ok(ids)
    }

    fn describe(&self) -> String {
        let tags = self.tags.iter().map(|tag| format!("--tag {tag}"));
        let groups = self.groups.iter().map(|group| format!("--group {group}"));
        let kinds = self.kinds.iter().map(|kind| format!("--type {kind}"));
        tags.chain(groups)
            .chain(kinds)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A filter of names as people type them; groups and tags must exist.
pub fn filter(
    database: &Database,
    groups: &[String],
    tags: &[String],
    kinds: &[ArtifactType],
) -> Result<Filter, AppError> {
    let groups = groups
        .iter()
        .map(|name| find_group(database, name))
        .collect::<Result<_, _>>()?;
    let tags = tags
        .iter()
        .map(|tag| find_tag(database, tag))
        .collect::<Result<_, _>>()?;
    Ok(Filter {
        groups,
        tags,
        kinds: kinds.to_vec(),
        ..Filter::default()
    })
}

/// The group of that name.
pub fn find_group(database: &Database, name: &str) -> Result<Name, AppError> {
    let wanted = Name::stored(name);
    match database.group(&wanted)? {
        Some(group) => Ok(group.name),
        None => Err(AppError::Unknown {
            what: "group",
            name: name.to_owned(),
            known: database
                .groups()?
                .into_iter()
                .map(|group| group.name.to_string())
                .collect(),
        }),
    }
}

/// The tag of that name or slug, defined or only used.
pub fn find_tag(database: &Database, text: &str) -> Result<Slug, AppError> {
    match database.resolve_tag(text)? {
        Some(slug) => Ok(slug),
        None => Err(AppError::Unknown {
            what: "tag",
            name: text.to_owned(),
            known: database
                .tags()?
                .into_iter()
                .flat_map(|tag| [tag.slug.to_string(), tag.name])
                .collect(),
        }),
    }
}

/// Which artifacts' files must be known to find the one that a text names.
pub fn named(text: &String) -> Reach<'_> {
    Reach::Named(std::slice::from_ref(text))
}

/// The one artifact that a text names.
pub fn find_artifact(database: &Database, text: &str) -> Result<ArtifactId, AppError> {
    let mut ids = resolve(text, database)?;
    match ids.len() {
        1 => Ok(ids.remove(0)),
        _ => Err(AppError::Ambiguous {
            name: text.to_owned(),
            candidates: ids.iter().map(ToString::to_string).collect(),
        }),
    }
}

fn resolve(pattern: &str, database: &Database) -> Result<Vec<ArtifactId>, AppError> {
    if let Ok(id) = pattern.parse::<ArtifactId>()
        && database.artifacts_named(&id.name)?.contains(&id)
    {
        return Ok(vec![id]);
    }
    let mut found = database.artifacts_named(&Name::stored(pattern))?;
    if found.is_empty() {
        found = database.artifacts_with_alias(pattern)?;
    }
    match found.len() {
        1 => Ok(found),
        0 if is_pattern(pattern) => glob(pattern, &database.artifact_ids()?),
        0 => Err(AppError::Unknown {
            what: "artifact",
            name: pattern.to_owned(),
            known: database
                .artifact_ids()?
                .iter()
                .flat_map(|id| [id.to_string(), id.name.to_string()])
                .collect(),
        }),
        _ => Err(AppError::Ambiguous {
            name: pattern.to_owned(),
            candidates: found.iter().map(ToString::to_string).collect(),
        }),
    }
}

/// Whether a name may be a glob.
pub(super) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// Matches names, and ids where the pattern holds a colon.
pub(super) fn glob(pattern: &str, all: &[ArtifactId]) -> Result<Vec<ArtifactId>, AppError> {
    let glob = GlobBuilder::new(pattern)
        .literal_separator(false)
        .build()
        .map_err(|error| {
            AppError::Request(format!("{pattern:?} is not a pattern: {}", error.kind()))
        })?;
    let matcher = glob.compile_matcher();
    let of_ids = pattern.contains(':');
    let found: Vec<ArtifactId> = all
        .iter()
        .filter(|id| {
            matcher.is_match(id.name.as_str()) || (of_ids && matcher.is_match(id.to_string()))
        })
        .cloned()
        .collect();
    if found.is_empty() {
        return Err(AppError::NoMatch {
            pattern: format!("{pattern:?}"),
        });
    }
    Ok(found)
}

/// The row of an artifact that exists, made up when only its file is there.
pub fn row_or_new(view: &View<'_>, id: &ArtifactId) -> Result<Artifact, AppError> {
    Ok(view.find_artifact(id)?.unwrap_or_else(|| row_of(view, id)))
}
