//! All commands, and which function each is.

use std::ffi::OsString;
use std::ops::ControlFlow;

use clap::{CommandFactory, Parser, Subcommand};

use crate::app::sync::Direction;

use super::commands::{
    add, apply, cache, check, clone, collection, commit, completions, conflicts, diff, doctor,
    edit, git, group, history, hooks, init, list, man, merge_driver, merge_file, move_artifact,
    rate, remove, rename, resolve, restore, search, share, show, status, sync, tag, undo,
};
use super::context::Context;
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
    Init(init::InitArguments),
    Clone(clone::CloneArguments),
    Share(share::ShareArguments),
    Sync(sync::SyncArguments),
    Pull(sync::PullArguments),
    Push(sync::PushArguments),
    Collection(collection::CollectionArguments),
    Status(status::StatusArguments),
    Check(check::CheckArguments),
    Doctor(doctor::DoctorArguments),
    Git(git::GitArguments),
    #[command(visible_alias = "ls")]
    List(list::ListArguments),
    Show(show::ShowArguments),
    Search(search::SearchArguments),
    Add(add::AddArguments),
    Remove(remove::RemoveArguments),
    Rename(rename::RenameArguments),
    Edit(edit::EditArguments),
    Move(move_artifact::MoveArguments),
    Rate(rate::RateArguments),
    Commit(commit::CommitArguments),
    Group(group::GroupArguments),
    Tag(tag::TagArguments),
    Hooks(hooks::HooksArguments),
    #[command(hide = true)]
    Hook(hooks::HookArguments),
    Cache(cache::CacheArguments),
    Apply(apply::ApplyArguments),
    #[command(visible_alias = "log")]
    History(history::HistoryArguments),
    Diff(diff::DiffArguments),
    Restore(restore::RestoreArguments),
    Undo(undo::UndoArguments),
    Redo(undo::RedoArguments),
    Conflicts(conflicts::ConflictsArguments),
    Resolve(resolve::ResolveArguments),
    MergeFile(merge_file::MergeFileArguments),
    #[command(hide = true)]
    MergeDriver(merge_driver::MergeDriverArguments),
    Completions(completions::CompletionsArguments),
    Man(man::ManArguments),
}

impl Command {
    /// Runs the command.
    pub fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Init(arguments) => init::run(context, arguments),
            Self::Clone(arguments) => clone::run(context, arguments),
            Self::Share(arguments) => share::run(context, &arguments),
            Self::Sync(_) => sync::run(context, Direction::Both),
            Self::Pull(_) => sync::run(context, Direction::Pull),
            Self::Push(_) => sync::run(context, Direction::Push),
            Self::Collection(arguments) => collection::run(context, arguments),
            Self::Status(_) => status::run(context),
            Self::Check(arguments) => check::run(context, &arguments),
            Self::Doctor(_) => doctor::run(context),
            Self::Git(arguments) => git::run(context, &arguments),
            Self::List(arguments) => list::run(context, arguments),
            Self::Show(arguments) => show::run(context, &arguments),
            Self::Search(arguments) => search::run(context, arguments),
            Self::Add(arguments) => add::run(context, arguments),
            Self::Remove(arguments) => remove::run(context, arguments),
            Self::Rename(arguments) => rename::run(context, arguments),
            Self::Edit(arguments) => edit::run(context, arguments),
            Self::Move(arguments) => move_artifact::run(context, arguments),
            Self::Rate(arguments) => rate::run(context, arguments),
            Self::Commit(arguments) => commit::run(context, arguments),
            Self::Group(arguments) => group::run(context, arguments),
            Self::Tag(arguments) => tag::run(context, arguments),
            Self::Hooks(arguments) => hooks::run(context, &arguments),
            Self::Hook(arguments) => {
                hooks::run_quietly(context, &arguments);
                Ok(())
            }
            Self::Cache(arguments) => cache::run(context, &arguments),
            Self::Apply(arguments) => apply::run(context, &arguments),
            Self::History(arguments) => history::run(context, arguments),
            Self::Diff(arguments) => diff::run(context, &arguments),
            Self::Restore(arguments) => restore::run(context, &arguments),
            Self::Undo(arguments) => undo::run(context, arguments),
            Self::Redo(_) => undo::run_redo(context),
            Self::Conflicts(_) => conflicts::run(context),
            Self::Resolve(arguments) => resolve::run(context, &arguments),
            Self::MergeFile(arguments) => merge_file::run(&mut context.ui, &arguments),
            Self::MergeDriver(arguments) => merge_driver::run(&mut context.ui, &arguments),
            Self::Completions(arguments) => completions::run(context, &arguments),
            Self::Man(arguments) => man::run(context, &arguments, CommandLine::command()),
        }
    }

    /// Runs the command if it is a merge, which needs nothing of its surroundings; else gives it back.
    pub fn run_anywhere(self, ui: &mut Ui) -> ControlFlow<Result<(), CliError>, Self> {
        match self {
            Self::MergeFile(arguments) => ControlFlow::Break(merge_file::run(ui, &arguments)),
            Self::MergeDriver(arguments) => ControlFlow::Break(merge_driver::run(ui, &arguments)),
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
