//! What `main` calls: parse, run, tell, exit.

use std::ops::ControlFlow;
use std::os::unix::process::CommandExt;
use std::panic::catch_unwind;
use std::process::{self, ExitCode};
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use clap_complete::CompleteEnv;
use clap_complete::engine::ArgValueCompleter;

use crate::app::cache::Thoroughness;
use crate::app::environment::Interruption;
use crate::app::error::{AppError, CacheError};

use super::command::{Command, CommandLine};
use super::complete;
use super::context::{Context, environment, settings};
use super::error::{CliError, DONE, READER_GONE, USAGE};
use super::global::with_color_first;
use super::ui::error::OutputError;
use super::ui::output::Ui;
use super::ui::settings::Settings;

/// Variables that tie a process to a repository or to a part of one.
const REPOSITORY_VARIABLES: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Runs the program with the arguments of this process.
pub fn run() -> ExitCode {
    if let Some(failure) = Command::merge_failure(std::env::args_os()) {
        return merge(failure);
    }
    without_inherited_repository();
    CompleteEnv::with_factory(completed).complete();
    if is_version_alone() {
        return version();
    }
    match CommandLine::try_parse_from(with_color_first(std::env::args_os())) {
        Ok(line) => ExitCode::from(execute(line)),
        Err(error) => usage(&described(error)),
    }
}

/// An error that shows all commands, with what they are for; others as they are.
fn described(error: clap::Error) -> clap::Error {
    let (asked, in_place) = (
        ErrorKind::DisplayHelp,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
    );
    if error.kind() != asked && error.kind() != in_place {
        return error;
    }
    let arguments = with_color_first(std::env::args_os());
    let described = CommandLine::whole().try_get_matches_from(arguments).err();
    described.unwrap_or(error)
}

/// Runs a merge, whose exit codes git reads: whatever goes wrong is `failure`, a panic, too.
fn merge(failure: u8) -> ExitCode {
    let run = || match CommandLine::try_parse_from(with_color_first(std::env::args_os())) {
        Ok(line) => execute(line),
        Err(error) if error.print().is_ok() && !error.use_stderr() => DONE,
        Err(_) => failure,
    };
    ExitCode::from(catch_unwind(run).unwrap_or(failure))
}

/// The command line with names for completions that lie above the arguments.
fn completed() -> clap::Command {
    let names = ArgValueCompleter::new(complete::collections);
    CommandLine::command().mut_arg("collection", |argument| argument.add(names))
}

/// Whether only the version is asked for: scripts and prompts ask often, and need no parser for it.
fn is_version_alone() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    first.is_some_and(|first| first == "--version" || first == "-V") && arguments.next().is_none()
}

fn version() -> ExitCode {
    let mut ui = Ui::new(Settings::default());
    let printed = ui.result(&format!("skillmeat {}", env!("CARGO_PKG_VERSION")));
    match printed.and_then(|()| ui.finish()) {
        Ok(()) => ExitCode::from(DONE),
        Err(_) => ExitCode::from(READER_GONE),
    }
}

/// Starts this program anew without the variables that tie a process to a repository, when there are any: git sets
/// them in some hooks, and they name another repository, or another index, than that of the collection.
///
/// They can't be unset in a running process without unsafe code. Should the new start fail, this one goes on.
fn without_inherited_repository() {
    let mut arguments = std::env::args_os();
    let own = arguments.next().unwrap_or_default();
    if !std::env::vars_os().any(|(name, _)| REPOSITORY_VARIABLES.iter().any(|known| name == *known))
    {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut command = process::Command::new(program);
    command.arg0(own).args(arguments);
    for name in REPOSITORY_VARIABLES {
        command.env_remove(name);
    }
    let _failed = command.exec();
}

/// Prints help and version to stdout, and what is wrong with the arguments to stderr.
fn usage(error: &clap::Error) -> ExitCode {
    if error.print().is_err() {
        return ExitCode::from(READER_GONE);
    }
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::from(DONE),
        _ => ExitCode::from(USAGE),
    }
}

fn execute(line: CommandLine) -> u8 {
    let mut ui = Ui::new(settings(&line.global));
    let CommandLine { global, command } = line;
    let command = match command.run_anywhere(&mut ui) {
        ControlFlow::Break(outcome) => return conclude(ui, outcome),
        ControlFlow::Continue(command) => command,
    };
    let interruption = Interruption::default();
    listen(&interruption);
    let environment = match environment(interruption) {
        Ok(environment) => environment,
        Err(error) => return told(ui, &error.into()),
    };
    let mut context = Context {
        environment,
        global,
        ui,
    };
    let outcome = match command.run(&mut context) {
        Err(CliError::App(AppError::Cache(error))) if error.is_damage() => {
            once_more(&mut context, error)
        }
        outcome => outcome,
    };
    conclude(context.ui, outcome)
}

/// A damage of the database that came to light only while it was read: it is made anew and the command run again.
/// A change deals with that by itself, so nothing is done twice.
fn once_more(context: &mut Context, damage: CacheError) -> Result<(), CliError> {
    let Ok(line) = CommandLine::try_parse_from(with_color_first(std::env::args_os())) else {
        return Err(AppError::from(damage).into());
    };
    context
        .workspace()?
        .refresh_cache(Thoroughness::Everything)?;
    line.command.run(context)
}

/// Tells the error, if there is one, and empties the output.
fn conclude(mut ui: Ui, outcome: Result<(), CliError>) -> u8 {
    let mut code = DONE;
    if let Err(error) = outcome {
        if let Some(report) = error.report() {
            ui.error_report(&report);
        }
        code = error.exit_code();
    }
    match ui.finish() {
        Err(OutputError::ReaderGone) => READER_GONE,
        Err(error) if code == DONE => told(Ui::new(Settings::default()), &error.into()),
        Ok(()) | Err(_) => code,
    }
}

fn told(mut ui: Ui, error: &CliError) -> u8 {
    if let Some(report) = error.report() {
        ui.error_report(&report);
    }
    let _ = ui.finish();
    error.exit_code()
}

/// The first Ctrl-C asks a change to stop before it is published; the second ends the program at once.
fn listen(interruption: &Interruption) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::flag::{register, register_conditional_default};
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let _ = register_conditional_default(signal, interruption.flag());
        let _ = register(signal, interruption.flag());
    }
    // A file that may not grow further is an error of the write, as a full disk is, and not the end.
    let _ = register(SIGXFSZ, Arc::default());
}
