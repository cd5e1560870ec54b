//! `tag`: tag definitions and who has them.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Value as Json, json};

use crate::app::query::ListRequest;
use crate::app::tag_members::{AddTag, FileTags, RemoveTag};
use crate::app::tags::{CreateTag, DeleteTags, EditTag, MergeTag, RenameTag};
use crate::cli::arguments::{MomentArguments, SelectionArguments, color};
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::artifacts::artifact_table;
use crate::cli::ui::views::tags::tag_list;
use crate::model::slug::Slug;
use crate::model::value::{Field, Value};

/// Define tags, and give them to artifacts
///
/// Examples:
///
///   skillmeat tag create Backend --color '#3B82F6' --description "Server-side artifacts"
///   skillmeat tag add backend jwt-auth 'sql-*'
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct TagArguments {
    #[command(subcommand)]
    command: TagCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum TagCommand {
    /// Define a tag
    Create {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Its key (made of the name, when unset)
        #[arg(long, value_name = "SLUG")]
        slug: Option<Slug>,
        /// #RRGGBB, or slate, blue, green, amber, rose
        #[arg(long, value_name = "COLOR", value_parser = color, default_value = "", hide_default_value = true)]
        color: String,
        /// What it means
        #[arg(
            short,
            long,
            value_name = "TEXT",
            default_value = "",
            hide_default_value = true
        )]
        description: String,
    },
    /// Edit a tag's colour or description ('' clears a field)
    Edit(EditArguments),
    /// Give a tag another name and slug, wherever the manifest has it
    Rename {
        /// The tag, by name or slug
        #[arg(value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
        tag: String,
        /// Its new name
        #[arg(value_name = "NAME")]
        name: String,
        /// Its new key (made of the name, when unset)
        #[arg(long, value_name = "SLUG")]
        slug: Option<Slug>,
    },
    /// Give everything that has one tag another one instead
    Merge {
        /// The tag that goes, by name or slug
        #[arg(value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
        tag: String,
        /// The tag that stays, by name or slug
        #[arg(value_name = "INTO", add = ArgValueCompleter::new(complete::tags))]
        into: String,
    },
    /// Delete tags: their definitions, and their mention in the manifest
    Delete {
        /// The tags, by name or slug
        #[arg(required = true, value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
        tags: Vec<String>,
    },
    /// List all tags, defined or only used
    #[command(visible_alias = "ls")]
    List,
    /// Show a tag and the artifacts that have it
    Show {
        /// The tag, by name or slug
        #[arg(value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
        tag: String,
        #[command(flatten)]
        moment: MomentArguments,
    },
    /// Give artifacts a tag; a new one is defined
    Add(MemberArguments),
    /// Take a tag from artifacts
    Remove {
        #[command(flatten)]
        members: MemberArguments,
        /// Take it out of the artifacts' own files, too; only that line changes
        #[arg(long)]
        edit_artifact: bool,
    },
}

#[derive(Debug, Clone, Args)]
#[group(id = "fields", required = true, multiple = true, args = ["color", "description"])]
struct EditArguments {
    /// The tag, by name or slug
    #[arg(value_name = "TAG", add = ArgValueCompleter::new(complete::tags))]
    tag: String,
    /// #RRGGBB, or slate, blue, green, amber, rose
    #[arg(long, value_name = "COLOR", value_parser = color)]
    color: Option<String>,
    /// What it means
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,
}

#[derive(Debug, Clone, Args)]
struct MemberArguments {
    /// The tag, by name or slug
    #[arg(value_name = "TAG", id = "the_tag", add = ArgValueCompleter::new(complete::tags))]
    tag: String,
    #[command(flatten)]
    selection: SelectionArguments,
}

/// Runs `tag`.
pub fn run(context: &mut Context, arguments: TagArguments) -> Result<(), CliError> {
    match arguments.command {
        TagCommand::Create {
            name,
            slug,
            color,
            description,
        } => context.change(&CreateTag {
            name,
            slug,
            color,
            description,
        }),
        TagCommand::Edit(arguments) => edit(context, arguments),
        TagCommand::Rename { tag, name, slug } => context.change(&RenameTag {
            from: tag,
            to: name,
            slug,
        }),
        TagCommand::Merge { tag, into } => context.change(&MergeTag { from: tag, into }),
        TagCommand::Delete { tags } => context.change(&DeleteTags { tags }),
        TagCommand::List => list(context),
        TagCommand::Show { tag, moment } => show(context, &tag, moment.at()),
        TagCommand::Add(MemberArguments { tag, selection }) => context.change(&AddTag {
            tag,
            artifacts: selection.into(),
        }),
        TagCommand::Remove {
            members: MemberArguments { tag, selection },
            edit_artifact,
        } => {
            let file_tags = if edit_artifact {
                FileTags::Edit
            } else {
                FileTags::Refuse
            };
            context.change(&RemoveTag {
                tag,
                artifacts: selection.into(),
                file_tags,
            })
        }
    }
}

fn edit(context: &mut Context, arguments: EditArguments) -> Result<(), CliError> {
    let texts = [
        (Field::Color, arguments.color),
        (Field::Description, arguments.description),
    ];
    let fields = texts
        .into_iter()
        .filter_map(|(field, text)| Some((field, Value::text(text?))))
        .collect();
    context.change(&EditTag {
        tag: arguments.tag,
        fields,
    })
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of a reader of one lifetime will not do for all of them"
)]
fn list(context: &mut Context) -> Result<(), CliError> {
    let tags = context.read(|reader| reader.tags())?;
    if context.ui.format() == Format::Json {
        let list: Vec<Json> = tags.iter().map(json::tag).collect();
        return Ok(context.ui.json(&json!({ "tags": list }))?);
    }
    Ok(tag_list(&mut context.ui, &tags)?)
}

/// Shows a tag, as it is or as it was.
pub(super) fn show(context: &mut Context, text: &str, at: Option<&str>) -> Result<(), CliError> {
    let (tag, artifacts, tags) = context.read_at(at, |reader| {
        let tag = reader.tag(text)?;
        let artifacts = reader.list(&ListRequest {
            tags: vec![tag.slug.to_string()],
            ..ListRequest::default()
        })?;
        Ok((tag, artifacts, reader.tag_names()?))
    })?;
    if context.ui.format() == Format::Json {
        return Ok(context.ui.json(&json!({ "tag": json::tag(&tag) }))?);
    }
    tag_list(&mut context.ui, std::slice::from_ref(&tag))?;
    context.ui.result("")?;
    Ok(artifact_table(&mut context.ui, &artifacts, &tags)?)
}
