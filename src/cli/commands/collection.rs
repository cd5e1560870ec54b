//! `collection`: the collections of this machine.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use serde_json::{Value, json};

use crate::app::error::AppError;
use crate::app::registry::{Activity, Known, Registry};
use crate::cli::complete;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::ui::settings::Format;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::escaped;

/// List collections, choose the active one, forget one
///
/// Examples:
///
///   skillmeat collection list
///   skillmeat collection use team-skills
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CollectionArguments {
    #[command(subcommand)]
    command: CollectionCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum CollectionCommand {
    /// List the collections of this machine
    #[command(visible_alias = "ls")]
    List,
    /// Make a collection the active one
    Use {
        /// The collection
        #[arg(value_name = "NAME", add = ArgValueCompleter::new(complete::collections))]
        name: String,
    },
    /// Print a collection's folder (of the one that is meant, when unset)
    Path {
        /// The collection
        #[arg(value_name = "NAME", add = ArgValueCompleter::new(complete::collections))]
        name: Option<String>,
    },
    /// Forget a collection's name; its folder is left alone
    Forget {
        /// The collection
        #[arg(value_name = "NAME", add = ArgValueCompleter::new(complete::collections))]
        name: String,
    },
}

/// Runs `collection`.
pub fn run(context: &mut Context, arguments: CollectionArguments) -> Result<(), CliError> {
    match arguments.command {
        CollectionCommand::List => list(context),
        CollectionCommand::Use { name } => activate(context, &name),
        CollectionCommand::Path { name } => path(context, name.as_deref()),
        CollectionCommand::Forget { name } => forget(context, &name),
    }
}

fn list(context: &mut Context) -> Result<(), CliError> {
    let known = Registry::read(&context.environment)?.list();
    if context.ui.format() == Format::Json {
        let list: Vec<Value> = known.iter().map(shape).collect();
        return Ok(context.ui.json(&json!({ "collections": list }))?);
    }
    if known.is_empty() {
        context
            .ui
            .note("No collections. Make one with `skillmeat init NAME`.");
        return Ok(());
    }
    let mut table = Table::new(&["", "Collection", "Path"]);
    for collection in &known {
        let mark = if collection.activity == Activity::Active {
            "*"
        } else {
            ""
        };
        let path = collection.path.display().to_string();
        table.row([
            mark.to_owned(),
            escaped(&collection.name).into_owned(),
            escaped(&path).into_owned(),
        ]);
    }
    Ok(context.ui.table(&table)?)
}

fn shape(known: &Known) -> Value {
    json!({
        "name": known.name,
        "path": known.path.display().to_string(),
        "active": known.activity == Activity::Active,
    })
}

fn activate(context: &mut Context, name: &str) -> Result<(), CliError> {
    let mut registry = known(context, name)?;
    registry.set_active(name);
    write(context, &registry)?;
    context
        .ui
        .note(&format!("The active collection is {}.", escaped(name)));
    answer(context, &json!({ "active": name }))
}

fn path(context: &mut Context, name: Option<&str>) -> Result<(), CliError> {
    let folder = match name {
        Some(name) => known(context, name)?.path_of(name).unwrap_or_default(),
        None => context.workspace()?.folder().to_owned(),
    };
    if context.ui.format() == Format::Json {
        return Ok(context
            .ui
            .json(&json!({ "path": folder.display().to_string() }))?);
    }
    Ok(context
        .ui
        .raw(format!("{}\n", folder.display()).as_bytes())?)
}

fn forget(context: &mut Context, name: &str) -> Result<(), CliError> {
    let mut registry = known(context, name)?;
    let folder = registry.path_of(name).unwrap_or_default();
    if folder == registry.default_path(name) {
        let reason = format!(
            "{name:?} lies in the folder of collections and is known by that; move it away to forget it"
        );
        return Err(AppError::Request(reason).into());
    }
    registry.forget(name);
    write(context, &registry)?;
    context.ui.note(&format!(
        "Forgot {}; {} is left alone.",
        escaped(name),
        folder.display()
    ));
    answer(context, &json!({ "forgotten": name }))
}

fn write(context: &Context, registry: &Registry) -> Result<(), CliError> {
    if !context.global.dry_run {
        registry.write()?;
    }
    Ok(())
}

fn answer(context: &mut Context, document: &Value) -> Result<(), CliError> {
    if context.ui.format() == Format::Json {
        context.ui.json(document)?;
    }
    Ok(())
}

/// The list, if it knows the name.
fn known(context: &Context, name: &str) -> Result<Registry, CliError> {
    let registry = Registry::read(&context.environment)?;
    if registry.path_of(name).is_none() {
        let known = registry
            .list()
            .into_iter()
            .map(|known| known.name)
            .collect();
        return Err(AppError::Unknown {
            what: "collection",
            name: name.to_owned(),
            known,
        }
        .into());
    }
    Ok(registry)
}
