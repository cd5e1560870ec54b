//! `hooks`: git's hooks that keep the database fresh. `hook`: what they call.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::app::global_hooks::{self, GlobalHooks, Source};
use crate::app::hook::{Event, run_hook};
use crate::app::hooks::{Hook, HookState};
use crate::cli::context::Context;
use crate::cli::error::{CliError, REFUSED};
use crate::cli::ui::settings::Format;
use crate::cli::ui::style;
use crate::cli::ui::table::Table;
use crate::cli::ui::text::escaped;

/// Let git refresh the database after checkouts, merges, commits and rebases
///
/// Hooks that are there already still run. Without hooks nothing is stale either: every read looks for
/// itself, and only takes a little longer then.
///
/// Examples:
///
///   skillmeat hooks install
///   skillmeat hooks install --global
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct HooksArguments {
    #[command(subcommand)]
    command: HooksCommand,
}

/// What to do with hooks.
#[derive(Debug, Clone, Subcommand)]
enum HooksCommand {
    /// Put a few lines into the hooks of this repository, or of every future clone
    Install(Reach),
    /// Take them out again, to the byte
    Uninstall(Reach),
    /// Show which hooks have them
    Status(Reach),
}

/// Which repositories are meant.
#[derive(Debug, Clone, Copy, Args)]
struct Reach {
    /// Every repository that is cloned or made from now on, in place of this one
    #[arg(long)]
    global: bool,
}

/// What a hook of git calls: refreshes the databases, quietly
#[derive(Debug, Clone, Args)]
pub struct HookArguments {
    /// The event
    event: String,
    /// What git tells the hook
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs `hooks`.
pub fn run(context: &mut Context, arguments: &HooksArguments) -> Result<(), CliError> {
    let reach = match &arguments.command {
        HooksCommand::Install(reach) | HooksCommand::Uninstall(reach) => {
            context.refuse_dry_run()?;
            reach
        }
        HooksCommand::Status(reach) => reach,
    };
    let (hooks, source) = if reach.global {
        let GlobalHooks { hooks, source } = match arguments.command {
            HooksCommand::Install(_) => global_hooks::install(&context.environment)?,
            HooksCommand::Uninstall(_) => global_hooks::uninstall(&context.environment)?,
            HooksCommand::Status(_) => global_hooks::status(&context.environment)?,
        };
        (hooks, Some(source))
    } else {
        let workspace = context.workspace()?;
        let hooks = match arguments.command {
            HooksCommand::Install(_) => workspace.install_hooks()?,
            HooksCommand::Uninstall(_) => workspace.uninstall_hooks()?,
            HooksCommand::Status(_) => workspace.hooks()?,
        };
        (hooks, None)
    };
    report(context, &hooks, source.as_ref())?;
    if matches!(arguments.command, HooksCommand::Status(_)) {
        advise(context, &hooks, *reach);
    }
    let is_refused = |hook: &Hook| matches!(hook.state, HookState::Refused { .. });
    if hooks.iter().any(is_refused) {
        return Err(CliError::Exit(REFUSED));
    }
    Ok(())
}

fn report(context: &mut Context, hooks: &[Hook], source: Option<&Source>) -> Result<(), CliError> {
    if context.ui.format() == Format::Json {
        let hooks: Value = hooks.iter().map(as_json).collect();
        return Ok(context.ui.json(&json!({ "hooks": hooks }))?);
    }
    let mut table = Table::new(&["Hook", "State", "Script"]);
    for hook in hooks {
        let path = match source {
            Some(Source::Configuration) => "git's configuration".to_owned(),
            _ => hook.path.display().to_string(),
        };
        let state = match &hook.state {
            HookState::Refused { .. } => style::warning(word(&hook.state)),
            state => word(state).to_owned(),
        };
        let script = escaped(&path).into_owned();
        table.row([hook.event.to_owned(), state, script]);
    }
    context.ui.table(&table)?;
    tell_refused(context, hooks);
    Ok(())
}

/// Tells what was refused: each reason once, then each file with its lines.
fn tell_refused(context: &mut Context, hooks: &[Hook]) {
    let mut told = "";
    for hook in hooks {
        let HookState::Refused { reason, lines } = &hook.state else {
            continue;
        };
        let then = match lines.as_str() {
            "" => "",
            _ => " This would have to be added by hand:",
        };
        if told != reason {
            context.ui.warning(&format!("{reason}.{then}"));
            told = reason;
        }
        if lines.is_empty() {
            continue;
        }
        let path = hook.path.display().to_string();
        context.ui.note(&format!("In {}:", escaped(&path)));
        context.ui.note(&escaped_lines(lines));
    }
}

/// Says what to do where hooks do not call us, or do not any more.
fn advise(context: &mut Context, hooks: &[Hook], reach: Reach) {
    let silent: Vec<&str> = hooks
        .iter()
        .filter(|hook| hook.state != HookState::Installed)
        .map(|hook| hook.event)
        .collect();
    let option = if reach.global { " --global" } else { "" };
    let seen = match silent.len() {
        0 => return,
        all if all == hooks.len() => "No hook calls skillmeat.".to_owned(),
        _ => format!(
            "{} does not call skillmeat any more; another program may have written it anew.",
            silent.join(", ")
        ),
    };
    context.ui.note(&format!(
        "{seen} Every read looks for itself all the same. Put the calls in with `skillmeat hooks install{option}`."
    ));
}

fn escaped_lines(lines: &str) -> String {
    let lines: Vec<String> = lines
        .lines()
        .map(|line| escaped(line).into_owned())
        .collect();
    lines.join("\n")
}

fn as_json(hook: &Hook) -> Value {
    let (reason, lines) = match &hook.state {
        HookState::Refused { reason, lines } => (reason.as_str(), lines.as_str()),
        _ => ("", ""),
    };
    json!({
        "event": hook.event,
        "state": word(&hook.state),
        "path": hook.path.display().to_string(),
        "reason": reason,
        "lines": lines,
    })
}

fn word(state: &HookState) -> &'static str {
    match state {
        HookState::Installed => "installed",
        HookState::Stale(_) => "stale",
        HookState::Absent => "absent",
        HookState::Refused { .. } => "refused",
    }
}

/// Runs `hook`. git must not be hindered: whatever goes wrong, the next read deals with it.
pub fn run_quietly(context: &Context, arguments: &HookArguments) {
    let event = Event::of(&arguments.event, &arguments.arguments);
    let _ = run_hook(&context.environment, event);
}
