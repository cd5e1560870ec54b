//! The outside, read once: environment, current folder, clock, terminals.

use std::env;
use std::fs;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde_json::Value;
use terminal_size::{Height, Width, terminal_size_of};

use crate::app::environment::{
    Environment, INSIDE_A_CHANGE, Interruption, Nesting, Prompts, Watcher,
};
use crate::app::error::AppError;
use crate::app::plan::Operation;
use crate::app::query::Reader;
use crate::app::transaction::outcome::{Mode, Outcome};
use crate::app::workspace::Workspace;
use crate::model::change::Change;
use crate::model::time::Moment;

use super::error::CliError;
use super::global::GlobalArguments;
use super::json;
use super::notice::tell;
use super::ui::output::Ui;
use super::ui::settings::{ColorVariables, Format, Settings, Stream, Verbosity};
use super::ui::text::escaped;
use super::ui::views::changes::{Outcome as Shown, change_report};

/// What every command has at hand.
pub struct Context {
    /// The outside.
    pub environment: Environment,
    /// The options that stand beside any command.
    pub global: GlobalArguments,
    /// Where everything is told.
    pub ui: Ui,
}

impl Context {
    /// Opens the collection that is meant.
    pub fn workspace(&self) -> Result<Workspace, CliError> {
        Ok(Workspace::open(
            &self.environment,
            self.global.collection.as_deref(),
        )?)
    }

    /// The same, for what goes without one; nothing where none is named, and none is around or active.
    pub fn workspace_if_any(&self) -> Result<Option<Workspace>, CliError> {
        let is_named = self.global.collection.is_some();
        match self.workspace() {
            Err(CliError::App(AppError::NoCollection | AppError::NotACollection { .. }))
                if !is_named =>
            {
                Ok(None)
            }
            opened => opened.map(Some),
        }
    }

    /// Answers a question about the collection that is meant, and tells what there is to tell.
    pub fn read<T>(
        &mut self,
        question: impl Fn(&Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, CliError> {
        let workspace = self.workspace()?;
        let answer = workspace.read(question, &mut |holder| waiting(&mut self.ui, holder))?;
        for notice in &answer.notices {
            tell(&mut self.ui, notice);
        }
        Ok(answer.value)
    }

    /// The same, as the collection was at a commit or a date, where one is given.
    pub fn read_at<T>(
        &mut self,
        at: Option<&str>,
        question: impl Fn(&Reader<'_>) -> Result<T, AppError>,
    ) -> Result<T, CliError> {
        match at {
            Some(at) => Ok(self.workspace()?.read_at(at, question)?),
            None => self.read(question),
        }
    }

    /// Whether a change is made or only shown.
    pub fn mode(&self) -> Mode {
        if self.global.dry_run {
            Mode::Pretend
        } else {
            Mode::Perform
        }
    }

    /// Does an operation on the collection that is meant, and reports it.
    pub fn change(&mut self, operation: &dyn Operation) -> Result<(), CliError> {
        let outcome = self.perform(operation)?;
        self.report(&outcome)
    }

    /// Does an operation on the collection that is meant.
    pub fn perform(&mut self, operation: &dyn Operation) -> Result<Outcome, CliError> {
        let workspace = self.workspace()?;
        let mode = self.mode();
        Ok(workspace.change(operation, mode, &mut |holder| waiting(&mut self.ui, holder))?)
    }

    /// Reports a change: rows, files, commit, and how to take it back.
    pub fn report(&mut self, outcome: &Outcome) -> Result<(), CliError> {
        if self.ui.format() == Format::Json {
            let document = self.change_document(outcome);
            return Ok(self.ui.json(&document)?);
        }
        self.report_changes(outcome, &outcome.changes)
    }

    /// Reports a change to people with those of its rows that are to be told.
    pub fn report_changes(&mut self, outcome: &Outcome, told: &[Change]) -> Result<(), CliError> {
        let undo = outcome
            .commit
            .as_ref()
            .map(|commit| format!("skillmeat undo {}", commit.short()));
        for notice in &outcome.notices {
            tell(&mut self.ui, notice);
        }
        if outcome.changes.is_empty() {
            self.list_files(outcome)?;
        }
        let shown = match (&outcome.commit, self.mode()) {
            (Some(commit), _) => Shown::Committed {
                commit,
                branch: outcome.branch.as_deref().unwrap_or_default(),
                undo: undo.as_deref().unwrap_or_default(),
            },
            (None, Mode::Pretend) => Shown::DryRun,
            (None, Mode::Perform) => Shown::Nothing,
        };
        Ok(change_report(&mut self.ui, told, shown)?)
    }

    /// A change as JSON, after what there is to tell was told.
    pub fn change_document(&mut self, outcome: &Outcome) -> Value {
        for notice in &outcome.notices {
            tell(&mut self.ui, notice);
        }
        let undo = outcome
            .commit
            .as_ref()
            .map(|commit| format!("skillmeat undo {commit}"));
        let mut document =
            json::change_report(&outcome.changes, outcome.commit.as_ref(), undo.as_deref());
        if !outcome.files.is_empty() {
            document["files"] = json::files(&outcome.files);
        }
        document
    }

    fn list_files(&mut self, outcome: &Outcome) -> Result<(), CliError> {
        if self.ui.verbosity() == Verbosity::Quiet {
            return Ok(());
        }
        for file in &outcome.files {
            let line = format!(
                "file {}: {}",
                escaped(file.path.as_str()),
                json::file_action(file.action)
            );
            self.ui.result(&line)?;
        }
        Ok(())
    }

    /// Refuses `--dry-run` where what would happen is up to another repository.
    pub fn refuse_dry_run(&self) -> Result<(), CliError> {
        if self.mode() == Mode::Pretend {
            let reason = "what this would do is not known before it is done; see `skillmeat status`, or run git with `--dry-run`";
            return Err(AppError::Request(reason.to_owned()).into());
        }
        Ok(())
    }

    /// Takes an address as it was given; that of a folder of this machine from the current folder.
    pub fn address(&self, given: &str) -> String {
        let folder = self.path(given);
        let is_folder = !given.contains("://") && folder.is_dir();
        if is_folder {
            let folder = if given.starts_with('.') {
                folder.canonicalize().unwrap_or(folder)
            } else {
                folder
            };
            folder.display().to_string()
        } else {
            given.to_owned()
        }
    }

    /// Takes a path as it was given, from the current folder.
    pub fn path(&self, given: &str) -> PathBuf {
        self.environment.current_folder.join(given)
    }
}

/// Tells that another change is waited for.
pub fn waiting(ui: &mut Ui, holder: &str) {
    let holder = if holder.is_empty() {
        "another change"
    } else {
        holder
    };
    ui.note(&format!("Waiting for {} to finish…", escaped(holder)));
}

/// Reads the environment, the current folder and the clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the outside"
)]
pub fn environment(interruption: Interruption) -> Result<Environment, AppError> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let current_folder = env::current_dir()
        .map_err(|error| AppError::Request(format!("the current folder can't be read: {error}")))?;
    let home = match (variable("SKILLMEAT_HOME"), variable("HOME")) {
        (Some(home), _) => current_folder.join(home),
        (None, Some(home)) => PathBuf::from(home).join(".skillmeat"),
        (None, None) => {
            let reason =
                "neither SKILLMEAT_HOME nor HOME is set, so there is no place for collections";
            return Err(AppError::Request(reason.to_owned()));
        }
    };
    let now = now(variable("TZ").as_deref());
    Ok(Environment {
        current_folder,
        home,
        collection: variable("SKILLMEAT_COLLECTION"),
        now: Moment {
            seconds: now.timestamp().as_second(),
            offset: now.offset().seconds(),
        },
        user: variable("USER")
            .or_else(|| variable("LOGNAME"))
            .unwrap_or_else(|| "unknown".to_owned()),
        host: gethostname::gethostname().to_string_lossy().into_owned(),
        nesting: if variable(INSIDE_A_CHANGE).is_some() {
            Nesting::InsideChange
        } else {
            Nesting::Outermost
        },
        prompts: if stdin().is_terminal() {
            Prompts::Allowed
        } else {
            Prompts::Off
        },
        process: std::process::id(),
        program: env::current_exe().unwrap_or_else(|_| PathBuf::from("skillmeat")),
        interruption,
        watcher: Watcher::default(),
    })
}

/// Now, in the local time zone. The zone's file is read directly: to look a zone up by its name, the library lists
/// the whole database of zones, some twenty folders.
fn now(zone: Option<&str>) -> ZonedDateTime {
    let path = match zone.map(|zone| zone.trim_start_matches(':')) {
        None => PathBuf::from("/etc/localtime"),
        Some(name) => Path::new("/usr/share/zoneinfo").join(name),
    };
    let known = fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() < 1 << 20);
    let zone = known
        .then(|| fs::read(&path).ok())
        .flatten()
        .and_then(|bytes| TimeZone::tzif("local", &bytes).ok());
    match zone {
        Some(zone) => Timestamp::now().to_zoned_datetime(zone),
        None => ZonedDateTime::now(),
    }
}

/// How output is wanted: by the options, the environment and what the streams lead to.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the outside"
)]
pub fn settings(global: &GlobalArguments) -> Settings {
    let variable = |name: &str| env::var(name).ok();
    let pager = variable("SKILLMEAT_PAGER")
        .or_else(|| variable("PAGER"))
        .unwrap_or_else(|| "less".to_owned());
    Settings {
        color: global.color,
        no_color: ColorVariables::of(
            variable("NO_COLOR").as_deref(),
            variable("CLICOLOR_FORCE").as_deref(),
            variable("TERM").as_deref(),
        ),
        verbosity: match (global.quiet, global.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        },
        format: if global.json {
            Format::Json
        } else {
            Format::People
        },
        stdout: stream(stdout().is_terminal(), terminal_size_of(stdout())),
        stderr: stream(stderr().is_terminal(), terminal_size_of(stderr())),
        pager: (!global.no_pager).then_some(pager),
    }
}

fn stream(is_terminal: bool, size: Option<(Width, Height)>) -> Stream {
    if !is_terminal {
        return Stream::Pipe;
    }
    let (Width(width), Height(height)) = size.unwrap_or((Width(0), Height(0)));
    Stream::Terminal {
        width: width.into(),
        height: height.into(),
    }
}
