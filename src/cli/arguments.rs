//! Arguments that several commands share.

use std::ffi::OsString;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use crate::app::names::Selection;
use crate::app::query::ListRequest;
use crate::model::color::Color;
use crate::model::name::ArtifactType;

use super::complete;
use super::ui::settings::ColorChoice;

/// Options that may stand before or after any command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct GlobalArguments {
    /// The collection: a name, or a path with a separator in it
    #[arg(short = 'c', long = "collection", global = true, value_name = "NAME|PATH", add = ArgValueCompleter::new(complete::collections))]
    pub collection: Option<String>,
    /// Print one JSON document, for scripts
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but warnings, errors and what was asked for
    #[arg(short = 'q', long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short = 'v', long, global = true)]
    pub verbose: bool,
    /// Print what would change, and change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// When to use colour; may stand anywhere, too
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Never run a pager
    #[arg(long, global = true)]
    pub no_pager: bool,
}

/// Takes `--color WHEN` out of the arguments, wherever it stands, and puts it first.
///
/// Groups and tags have a `--color` of their own, whose values are never `auto`, `always` or `never`; so the value
/// tells which of the two is meant. What follows `--` or the command `git` is not ours and is left alone.
pub fn with_color_first(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.peekable();
    let mut result: Vec<OsString> = arguments.next().into_iter().collect();
    let mut rest = Vec::new();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy().into_owned();
        if text == "--" || text == "git" {
            rest.push(argument);
            rest.extend(arguments);
            break;
        }
        let after = arguments
            .peek()
            .map(|next| next.to_string_lossy().into_owned());
        match (text.strip_prefix("--color="), after) {
            (Some(when), _) if is_choice(when) => result.push(argument),
            (None, Some(when)) if text == "--color" && is_choice(&when) => {
                result.push(format!("--color={when}").into());
                arguments.next();
            }
            _ => rest.push(argument),
        }
    }
    result.extend(rest);
    result
}

fn is_choice(text: &str) -> bool {
    ColorChoice::from_str(text, false).is_ok()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(line: &str) -> String {
        let words = with_color_first(line.split(' ').map(OsString::from));
        words
            .iter()
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_value_tells_whose_color_it_is() {
        assert_eq!(ordered("s list --color never"), "s --color=never list");
        assert_eq!(
            ordered("s group create A --color #10B981 --color=always"),
            "s --color=always group create A --color #10B981"
        );
        assert_eq!(
            ordered("s git log --color=always"),
            "s git log --color=always"
        );
    }
}
