//! Arguments that several commands share.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::app::deployment_project::Target;
use crate::app::names::Selection;
use crate::app::query::ListRequest;
use crate::model::color::Color;
use crate::model::name::ArtifactType;
use crate::model::profile::Profile;

use super::complete;

/// Artifacts, by name or by filter.
#[derive(Debug, Clone, Args)]
#[group(id = "selection", required = true, multiple = true)]
pub struct SelectionArguments {
    /// `type:name`, a bare name, an alias, or a glob such as 'oauth-*'
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    pub artifacts: Vec<String>,
    /// All artifacts with this tag (several: with all of them)
    #[arg(long = "tag", value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
    pub tags: Vec<String>,
    /// All members of this group (several: of any of them)
    #[arg(long = "group", value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
    pub groups: Vec<String>,
    /// All artifacts of this type (several: of any of them)
    #[arg(long = "type", value_name = "TYPE")]
    pub kinds: Vec<ArtifactType>,
}

impl From<SelectionArguments> for Selection {
    fn from(arguments: SelectionArguments) -> Self {
        Self {
            patterns: arguments.artifacts,
            tags: arguments.tags,
            groups: arguments.groups,
            kinds: arguments.kinds,
        }
    }
}

/// Filters of lists.
#[derive(Debug, Clone, Args)]
pub struct FilterArguments {
    /// Only members of this group (several: of any of them)
    #[arg(long = "group", value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
    pub groups: Vec<String>,
    /// Only artifacts with this tag (several: with all of them)
    #[arg(long = "tag", value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
    pub tags: Vec<String>,
    /// Only artifacts of this type (several: of any of them)
    #[arg(long = "type", value_name = "TYPE")]
    pub kinds: Vec<ArtifactType>,
}

impl From<FilterArguments> for ListRequest {
    fn from(arguments: FilterArguments) -> Self {
        Self {
            groups: arguments.groups,
            tags: arguments.tags,
            kinds: arguments.kinds,
            ..Self::default()
        }
    }
}

/// A project, and a client in it.
#[derive(Debug, Clone, Args)]
pub struct TargetArguments {
    /// The project's folder; the git work tree around the current folder when left out, else that folder
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// The client: `claude_code`, codex, gemini, cursor or agents
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
}

impl From<TargetArguments> for Target {
    fn from(arguments: TargetArguments) -> Self {
        Self {
            folder: arguments.to,
            profile: arguments.profile,
        }
    }
}

/// Where something is to stand among its like.
#[derive(Debug, Clone, Args)]
#[group(id = "place", required = true, multiple = false)]
pub struct PlaceArguments {
    /// At this place, counted from 0; one beyond the end means the end
    #[arg(long, value_name = "N")]
    pub to: Option<usize>,
    /// Right before this one
    #[arg(long, value_name = "NAME")]
    pub before: Option<String>,
    /// Right after this one
    #[arg(long, value_name = "NAME")]
    pub after: Option<String>,
}

/// Takes a colour: `#RRGGBB`, a palette name, or nothing to clear it.
pub fn color(text: &str) -> Result<String, String> {
    if !text.is_empty() {
        text.parse::<Color>().map_err(|error| error.to_string())?;
    }
    Ok(text.to_owned())
}

/// The moment that is looked at.
#[derive(Debug, Clone, Args)]
pub struct MomentArguments {
    /// As it was then: at a commit, or at a date in any form that git takes
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
}

impl MomentArguments {
    /// A commit or a date, where one is given.
    pub fn at(&self) -> Option<&str> {
        self.at.as_deref()
    }
}
