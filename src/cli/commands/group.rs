//! `group`: groups and their members.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Value as Json, json};

use crate::app::apply::place;
use crate::app::groups::{CreateGroup, DeleteGroups, EditGroup, MoveGroup, RenameGroup};
use crate::app::members::{AddMembers, OrderMembers, RemoveMembers};
use crate::app::names::Selection;
use crate::app::query::ListRequest;
use crate::cli::arguments::{MomentArguments, PlaceArguments, SelectionArguments, color};
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::groups::{group_detail, group_list};
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::value::{Field, Value};

/// Organise artifacts in groups
///
/// Examples:
///
///   skillmeat group create Authentication --color '#10B981' skill:jwt-auth agent:auth-reviewer
///   skillmeat group add Authentication 'oauth-*'
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct GroupArguments {
    #[command(subcommand)]
    command: GroupCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum GroupCommand {
    /// Create a group, with members or without
    Create(CreateArguments),
    /// Edit a group's description, colour, icon or tags ('' clears a field)
    Edit(EditArguments),
    /// Give a group another name
    Rename {
        /// The group
        #[arg(value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
        group: String,
        /// Its new name
        #[arg(value_name = "NAME", value_parser = Name::new)]
        name: Name,
    },
    /// Delete groups; their members stay in the collection
    Delete {
        /// The groups
        #[arg(required = true, value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
        groups: Vec<String>,
    },
    /// List all groups
    #[command(visible_alias = "ls")]
    List,
    /// Show a group and its members
    Show {
        /// The group
        #[arg(value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
        group: String,
        #[command(flatten)]
        moment: MomentArguments,
    },
    /// Add artifacts to a group
    Add(MemberArguments),
    /// Take artifacts out of a group
    Remove(MemberArguments),
    /// Move a group to another place among the groups
    Move {
        /// The group
        #[arg(value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
        group: String,
        #[command(flatten)]
        place: PlaceArguments,
    },
    /// Sort members: the named ones come first, in this order
    Order(MemberArguments),
}

#[derive(Debug, Clone, Args)]
struct CreateArguments {
    /// The group's name
    #[arg(value_name = "NAME", value_parser = Name::new)]
    name: Name,
    /// What it is for
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    description: String,
    /// #RRGGBB, or slate, blue, green, amber, rose
    #[arg(long, value_name = "COLOR", value_parser = color, default_value = "", hide_default_value = true)]
    color: String,
    /// An icon's name or character
    #[arg(
        long,
        value_name = "ICON",
        default_value = "",
        hide_default_value = true
    )]
    icon: String,
    /// Its place among the groups, counted from 0 (the end, when unset)
    #[arg(long, value_name = "N")]
    position: Option<usize>,
    /// Its first members: `type:name`, a bare name, an alias, or a glob
    #[arg(value_name = "ARTIFACT", add = ArgValueCompleter::new(complete::artifacts))]
    artifacts: Vec<String>,
}

#[derive(Debug, Clone, Args)]
#[group(id = "fields", required = true, multiple = true, args = ["description", "color", "icon", "tags"])]
struct EditArguments {
    /// The group
    #[arg(value_name = "GROUP", add = ArgValueCompleter::new(complete::groups))]
    group: String,
    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,
    /// #RRGGBB, or slate, blue, green, amber, rose
    #[arg(long, value_name = "COLOR", value_parser = color)]
    color: Option<String>,
    /// An icon's name or character
    #[arg(long, value_name = "ICON")]
    icon: Option<String>,
    /// A tag of the group itself (several times for several; '' for none)
    #[arg(long = "tag", value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
    tags: Vec<String>,
}

#[derive(Debug, Clone, Args)]
struct MemberArguments {
    /// The group
    #[arg(value_name = "GROUP", id = "in_group", add = ArgValueCompleter::new(complete::groups))]
    group: String,
    #[command(flatten)]
    selection: SelectionArguments,
}

/// Runs `group`.
pub fn run(context: &mut Context, arguments: GroupArguments) -> Result<(), CliError> {
    match arguments.command {
        GroupCommand::Create(arguments) => create(context, arguments),
        GroupCommand::Edit(arguments) => edit(context, arguments),
        GroupCommand::Rename { group, name } => context.change(&RenameGroup {
            from: Name::stored(group),
            to: name,
        }),
        GroupCommand::Delete { groups } => context.change(&DeleteGroups {
            names: groups.into_iter().map(Name::stored).collect(),
        }),
        GroupCommand::List => list(context),
        GroupCommand::Show { group, moment } => show(context, &group, moment.at()),
        GroupCommand::Add(MemberArguments { group, selection }) => context.change(&AddMembers {
            group: Name::stored(group),
            artifacts: selection.into(),
        }),
        GroupCommand::Remove(MemberArguments { group, selection }) => {
            context.change(&RemoveMembers {
                group: Name::stored(group),
                artifacts: selection.into(),
            })
        }
        GroupCommand::Move {
            group,
            place: PlaceArguments { to, before, after },
        } => {
            let place = place(to, before.map(Name::stored), after.map(Name::stored))?;
            context.change(&MoveGroup {
                name: Name::stored(group),
                place,
            })
        }
        GroupCommand::Order(MemberArguments { group, selection }) => {
            context.change(&OrderMembers {
                group: Name::stored(group),
                artifacts: selection.into(),
            })
        }
    }
}

fn create(context: &mut Context, arguments: CreateArguments) -> Result<(), CliError> {
    context.change(&CreateGroup {
        name: arguments.name,
        description: arguments.description,
        color: arguments.color,
        icon: arguments.icon,
        position: arguments.position,
        members: Selection::of(arguments.artifacts),
    })
}

fn edit(context: &mut Context, arguments: EditArguments) -> Result<(), CliError> {
    let texts = [
        (Field::Description, arguments.description),
        (Field::Color, arguments.color),
        (Field::Icon, arguments.icon),
    ];
    let mut fields: Vec<(Field, Value)> = texts
        .into_iter()
        .filter_map(|(field, text)| Some((field, Value::text(text?))))
        .collect();
    if !arguments.tags.is_empty() {
        let tags = arguments
            .tags
            .into_iter()
            .filter(|tag| !tag.is_empty())
            .collect();
        fields.push((Field::Tags, Value::list(tags)));
    }
    context.change(&EditGroup {
        name: Name::stored(arguments.group),
        fields,
    })
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of a reader of one lifetime will not do for all of them"
)]
fn list(context: &mut Context) -> Result<(), CliError> {
    let groups = context.read(|reader| reader.groups())?;
    if context.ui.format() == Format::Json {
        let list: Vec<Json> = groups.iter().map(json::group).collect();
        return Ok(context.ui.json(&json!({ "groups": list }))?);
    }
    Ok(group_list(&mut context.ui, &groups)?)
}

/// Shows a group, as it is or as it was.
pub(super) fn show(context: &mut Context, name: &str, at: Option<&str>) -> Result<(), CliError> {
    let request = ListRequest {
        groups: vec![name.to_owned()],
        ..ListRequest::default()
    };
    let (group, mut artifacts, tags) = context.read_at(at, |reader| {
        let group = reader.group(name)?;
        Ok((group, reader.list(&request)?, reader.tag_names()?))
    })?;
    let place = |id: &ArtifactId| {
        group
            .members
            .iter()
            .position(|member| *member == Member::Typed(id.clone()))
    };
    artifacts.sort_by_key(|artifact| place(&artifact.id));
    if context.ui.format() == Format::Json {
        let mut document = json::group(&group);
        document["artifacts"] = json!(artifacts.iter().map(json::artifact).collect::<Vec<_>>());
        return Ok(context.ui.json(&json!({ "group": document }))?);
    }
    Ok(group_detail(&mut context.ui, &group, &artifacts, &tags)?)
}
