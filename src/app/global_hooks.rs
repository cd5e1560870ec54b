//! Hooks for every clone that the user will make: from git's configuration where git takes hooks from there, else from
//! the template that git copies into new repositories. A template of the user's own is kept.

use std::path::PathBuf;

use crate::store::files;
use crate::store::git::global::{self, CONFIGURED_HOOKS};
use crate::store::git::hooks::{SCRIPTS, called_program, program_of_call};

use super::configuration_before::{remembering, returning};
use super::driver::in_shell;
use super::environment::Environment;
use super::error::AppError;
use super::hooks::{Hook, HookState, LIMIT, put_in, take_out};

/// The key that names the template.
const TEMPLATE: &str = "init.templateDir";

/// Where hooks for every clone come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// git's configuration.
    Configuration,
    /// A template for new repositories.
    Template(PathBuf),
}

/// The hooks of every future clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalHooks {
    /// Where they come from.
    pub source: Source,
    /// The hooks.
    pub hooks: Vec<Hook>,
}

/// Where hooks come from with the git that is installed.
fn source(environment: &Environment) -> Result<Source, AppError> {
    if global::version()? >= CONFIGURED_HOOKS {
        return Ok(Source::Configuration);
    }
    Ok(Source::Template(template(environment)))
}

/// The template of new repositories: the user's own, else ours.
fn template(environment: &Environment) -> PathBuf {
    let own = || environment.home.join("git-template");
    global::path_setting(TEMPLATE).unwrap_or_else(own)
}

/// What git runs at an event. git puts `"$@"` behind it, which must come to nothing.
fn call(event: &str, program: &str) -> String {
    format!(
        "if test -x {program}; then {program} hook {event} \"$@\" </dev/null >/dev/null 2>&1 || :; fi; :"
    )
}

fn section(event: &str) -> String {
    format!("hook.skillmeat-{event}")
}

/// How they are.
pub fn status(environment: &Environment) -> Result<GlobalHooks, AppError> {
    each(environment, |source, hook| match source {
        Source::Configuration => {
            let set = global::setting(&format!("{}.command", section(hook.event)));
            let program = set.as_deref().and_then(program_of_call);
            Ok(match program {
                Some(program) if !program.exists() => HookState::Stale(program),
                Some(_) => HookState::Installed,
                None => HookState::Absent,
            })
        }
        Source::Template(_) => {
            let text = files::read(&hook.path, LIMIT)?.unwrap_or_default();
            let is_named = global::path_setting(TEMPLATE).is_some();
            let program = called_program(&String::from_utf8_lossy(&text));
            Ok(match program {
                Some(program) if !program.exists() => HookState::Stale(program),
                Some(_) if is_named => HookState::Installed,
                _ => HookState::Absent,
            })
        }
    })
}

/// Puts them in.
pub fn install(environment: &Environment) -> Result<GlobalHooks, AppError> {
    remembering(environment, || put_in_all(environment))
}

fn put_in_all(environment: &Environment) -> Result<GlobalHooks, AppError> {
    let program = in_shell(&environment.program);
    let installed = each(environment, |source, hook| match source {
        Source::Configuration => {
            let event = hook.event;
            global::set(&format!("{}.event", section(event)), event)?;
            global::set(
                &format!("{}.command", section(event)),
                &call(event, &program),
            )?;
            Ok(HookState::Installed)
        }
        Source::Template(_) => put_in(hook, &program),
    })?;
    // A template of the user's own is named already, in the user's own way.
    if let Source::Template(folder) = &installed.source
        && global::path_setting(TEMPLATE).is_none()
    {
        global::set(TEMPLATE, &folder.display().to_string())?;
    }
    Ok(installed)
}

/// Takes them out again, to the byte.
pub fn uninstall(environment: &Environment) -> Result<GlobalHooks, AppError> {
    returning(environment, || take_out_all(environment))
}

/// Takes them out of the configuration and of the template: git may have been another when they went in.
fn take_out_all(environment: &Environment) -> Result<GlobalHooks, AppError> {
    let folder = template(environment);
    let gone = each(environment, |_, hook| {
        global::remove_section(&section(hook.event));
        take_out(&folder.join("hooks").join(hook.event))?;
        Ok(HookState::Absent)
    })?;
    if folder == environment.home.join("git-template") {
        global::unset(TEMPLATE);
        let _ = std::fs::remove_dir(folder.join("hooks"));
        let _ = std::fs::remove_dir(folder);
    }
    Ok(gone)
}

fn each(
    environment: &Environment,
    mut deal: impl FnMut(&Source, &Hook) -> Result<HookState, AppError>,
) -> Result<GlobalHooks, AppError> {
    let source = source(environment)?;
    let folder = match &source {
        Source::Configuration => PathBuf::new(),
        Source::Template(folder) => folder.join("hooks"),
    };
    let hooks = SCRIPTS.iter().map(|(event, _)| {
        let mut hook = Hook {
            event,
            path: folder.join(event),
            state: HookState::Absent,
        };
        hook.state = deal(&source, &hook)?;
        Ok(hook)
    });
    let hooks = hooks.collect::<Result<_, AppError>>()?;
    Ok(GlobalHooks { source, hooks })
}
