//! `man`: the manual.

use clap::{Args, Command, ValueHint};
use clap_mangen::Man;

use crate::app::error::AppError;
use crate::cli::context::Context;
use crate::cli::error::CliError;

/// Print the manual page, or write all pages into a folder
///
/// Examples:
///
///   skillmeat man | man -l -
///   skillmeat man --dir ~/.local/share/man/man1
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct ManArguments {
    /// Write a page for every command into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<String>,
}

/// Runs `man` for the whole command line.
pub fn run(
    context: &mut Context,
    arguments: &ManArguments,
    mut command: Command,
) -> Result<(), CliError> {
    command.build();
    let failed =
        |error: std::io::Error| AppError::Request(format!("the manual can't be written: {error}"));
    if let Some(folder) = &arguments.dir {
        let folder = context.path(folder);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        clap_mangen::generate_to(command, &folder).map_err(failed)?;
        context.ui.note(&format!(
            "Wrote the manual pages into {}.",
            folder.display()
        ));
        return Ok(());
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(failed)?;
    Ok(context.ui.raw(&page)?)
}
