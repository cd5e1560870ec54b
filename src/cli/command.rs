//! All commands, and which function each is.

use std::ffi::OsString;
use std::ops::ControlFlow;

use clap::{CommandFactory, Parser, Subcommand};

use crate::app::sync::Direction;

use super::commands::{
    add, adopt, apply, cache, check, clone, collection, commit, completions, conflicts, deploy,
    deployments, diff, doctor, edit, export, git, group, history, hooks, import, init, list, man,
    merge_driver, merge_file, move_artifact, outdated, rate, remove, rename, resolve, restore,
    search, share, show, status, sync, tag, undeploy, undo, update,
};
use super::context::Context;
use super::deferred::Deferred;
use super::error::CliError;
use super::global::GlobalArguments;
use super::ui::output::Ui;

/// The git-native home for a team's AI-agent artifacts
///
/// Skills, agents, commands, hooks and MCP servers, in groups and with tags, in a git repository. Every change
/// writes collection.toml and makes a commit; the database behind the lists can be deleted at any time.
#[derive(Debug, Parser)]
#[command(
    name = "skillmeat",
    version,
    max_term_width = 100,
    propagate_version = false,
    disable_help_subcommand = true
)]
pub struct CommandLine {
    /// The options that stand beside any command.
    #[command(flatten)]
    pub global: GlobalArguments,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "clap would show a variant's comment instead of the help that stands at its arguments"
)]
pub enum Command {
    #[command(next_display_order = 0)]
    Init(Deferred<init::InitArguments>),
    Adopt(Deferred<adopt::AdoptArguments>),
    Clone(Deferred<clone::CloneArguments>),
    Share(Deferred<share::ShareArguments>),
    Sync(Deferred<sync::SyncArguments>),
    Pull(Deferred<sync::PullArguments>),
    Push(Deferred<sync::PushArguments>),
    Collection(Deferred<collection::CollectionArguments>),
    Status(Deferred<status::StatusArguments>),
    Check(Deferred<check::CheckArguments>),
    Doctor(Deferred<doctor::DoctorArguments>),
    Git(Deferred<git::GitArguments>),
    #[command(visible_alias = "ls")]
    List(Deferred<list::ListArguments>),
    Show(Deferred<show::ShowArguments>),
    Search(Deferred<search::SearchArguments>),
    Add(Deferred<add::AddArguments>),
    Remove(Deferred<remove::RemoveArguments>),
    Rename(Deferred<rename::RenameArguments>),
    Outdated(Deferred<outdated::OutdatedArguments>),
    Update(Deferred<update::UpdateArguments>),
    Edit(Deferred<edit::EditArguments>),
    Move(Deferred<move_artifact::MoveArguments>),
    Rate(Deferred<rate::RateArguments>),
    Commit(Deferred<commit::CommitArguments>),
    Import(Deferred<import::ImportArguments>),
    Export(Deferred<export::ExportArguments>),
    Group(Deferred<group::GroupArguments>),
    Tag(Deferred<tag::TagArguments>),
    Deploy(Deferred<deploy::DeployArguments>),
    Undeploy(Deferred<undeploy::UndeployArguments>),
    Deployments(Deferred<deployments::DeploymentsArguments>),
    Hooks(Deferred<hooks::HooksArguments>),
    #[command(hide = true)]
    Hook(Deferred<hooks::HookArguments>),
    Cache(Deferred<cache::CacheArguments>),
    Apply(Deferred<apply::ApplyArguments>),
    #[command(visible_alias = "log")]
    History(Deferred<history::HistoryArguments>),
    Diff(Deferred<diff::DiffArguments>),
    Restore(Deferred<restore::RestoreArguments>),
    Undo(Deferred<undo::UndoArguments>),
    Redo(Deferred<undo::RedoArguments>),
    Conflicts(Deferred<conflicts::ConflictsArguments>),
    Resolve(Deferred<resolve::ResolveArguments>),
    MergeFile(Deferred<merge_file::MergeFileArguments>),
    #[command(hide = true)]
    MergeDriver(Deferred<merge_driver::MergeDriverArguments>),
    Completions(Deferred<completions::CompletionsArguments>),
    Man(Deferred<man::ManArguments>),
}

impl CommandLine {
    /// All commands with their arguments, for what shows or completes them.
    pub fn whole() -> clap::Command {
        let mut command = Self::command();
        command.build();
        command
    }
}

impl Command {
    /// Runs the command.
    pub fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Init(Deferred(arguments)) => init::run(context, arguments),
            Self::Adopt(Deferred(arguments)) => adopt::run(context, arguments),
            Self::Clone(Deferred(arguments)) => clone::run(context, arguments),
            Self::Share(Deferred(arguments)) => share::run(context, &arguments),
            Self::Sync(_) => sync::run(context, Direction::Both),
            Self::Pull(_) => sync::run(context, Direction::Pull),
            Self::Push(_) => sync::run(context, Direction::Push),
            Self::Collection(Deferred(arguments)) => collection::run(context, arguments),
            Self::Status(_) => status::run(context),
            Self::Check(Deferred(arguments)) => check::run(context, &arguments),
            Self::Doctor(_) => doctor::run(context),
            Self::Git(Deferred(arguments)) => git::run(context, &arguments),
            Self::List(Deferred(arguments)) => list::run(context, arguments),
            Self::Show(Deferred(arguments)) => show::run(context, &arguments),
            Self::Search(Deferred(arguments)) => search::run(context, arguments),
            Self::Add(Deferred(arguments)) => add::run(context, arguments),
            Self::Remove(Deferred(arguments)) => remove::run(context, arguments),
            Self::Rename(Deferred(arguments)) => rename::run(context, arguments),
            Self::Outdated(Deferred(arguments)) => outdated::run(context, arguments),
            Self::Update(Deferred(arguments)) => update::run(context, arguments),
            Self::Edit(Deferred(arguments)) => edit::run(context, arguments),
            Self::Move(Deferred(arguments)) => move_artifact::run(context, arguments),
            Self::Rate(Deferred(arguments)) => rate::run(context, arguments),
            Self::Commit(Deferred(arguments)) => commit::run(context, arguments),
            Self::Import(Deferred(arguments)) => import::run(context, &arguments),
            Self::Export(Deferred(arguments)) => export::run(context, &arguments),
            Self::Group(Deferred(arguments)) => group::run(context, arguments),
            Self::Tag(Deferred(arguments)) => tag::run(context, arguments),
            Self::Deploy(Deferred(arguments)) => deploy::run(context, arguments),
            Self::Undeploy(Deferred(arguments)) => undeploy::run(context, arguments),
            Self::Deployments(Deferred(arguments)) => deployments::run(context, arguments),
            Self::Hooks(Deferred(arguments)) => hooks::run(context, &arguments),
            Self::Hook(Deferred(arguments)) => {
                hooks::run_quietly(context, &arguments);
                Ok(())
            }
            Self::Cache(Deferred(arguments)) => cache::run(context, &arguments),
            Self::Apply(Deferred(arguments)) => apply::run(context, &arguments),
            Self::History(Deferred(arguments)) => history::run(context, arguments),
            Self::Diff(Deferred(arguments)) => diff::run(context, &arguments),
            Self::Restore(Deferred(arguments)) => restore::run(context, &arguments),
            Self::Undo(Deferred(arguments)) => undo::run(context, arguments),
            Self::Redo(_) => undo::run_redo(context),
            Self::Conflicts(_) => conflicts::run(context),
            Self::Resolve(Deferred(arguments)) => resolve::run(context, &arguments),
            Self::MergeFile(Deferred(arguments)) => merge_file::run(&mut context.ui, &arguments),
            Self::MergeDriver(Deferred(arguments)) => {
                merge_driver::run(&mut context.ui, &arguments)
            }
            Self::Completions(Deferred(arguments)) => completions::run(context, &arguments),
            Self::Man(Deferred(arguments)) => man::run(context, &arguments, CommandLine::whole()),
        }
    }

    /// Runs the command if it is a merge, which needs nothing of its surroundings; else gives it back.
    pub fn run_anywhere(self, ui: &mut Ui) -> ControlFlow<Result<(), CliError>, Self> {
        match self {
            Self::MergeFile(Deferred(arguments)) => {
                ControlFlow::Break(merge_file::run(ui, &arguments))
            }
            Self::MergeDriver(Deferred(arguments)) => {
                ControlFlow::Break(merge_driver::run(ui, &arguments))
            }
            other => ControlFlow::Continue(other),
        }
    }

    /// The exit code of every failure of a merge, if these arguments ask for one.
    pub fn merge_failure(arguments: impl Iterator<Item = OsString>) -> Option<u8> {
        let mut arguments = arguments.skip(1);
        while let Some(word) = arguments.next() {
            match word.to_string_lossy().as_ref() {
                "merge-file" => return Some(merge_file::FAILURE),
                "merge-driver" => return Some(merge_driver::FAILURE),
                "-c" | "--collection" | "--color" => drop(arguments.next()),
                option if option.starts_with('-') => {}
                _ => return None,
            }
        }
        None
    }
}
