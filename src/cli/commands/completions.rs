//! `completions`: scripts for shells.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::app::error::AppError;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Print the completion script of a shell; it completes live names
///
/// Examples:
///
///   skillmeat completions bash >> ~/.bashrc
///   skillmeat completions fish > ~/.config/fish/completions/skillmeat.fish
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Shells that can complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// Runs `completions`.
pub fn run(context: &mut Context, arguments: &CompletionsArguments) -> Result<(), CliError> {
    let name = match arguments.shell {
        Shell::Bash => "bash",
        Shell::Elvish => "elvish",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Zsh => "zsh",
    };
    let shells = Shells::builtins();
    let shell = shells
        .completer(name)
        .ok_or_else(|| AppError::Request(format!("there is no completion for {name}")))?;
    let mut script = Vec::new();
    shell
        .write_registration(
            "COMPLETE",
            "skillmeat",
            "skillmeat",
            "skillmeat",
            &mut script,
        )
        .map_err(|error| AppError::Request(error.to_string()))?;
    Ok(context.ui.raw(&script)?)
}
