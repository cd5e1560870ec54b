//! The artifacts of a collection as a plain tree of files, in the layout that clients read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::layout::place_of;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;
use crate::store::files::{self, Mode as FileMode};

use super::error::AppError;
use super::export::Exported;
use super::files_of::copy;
use super::plan::Content;
use super::transaction::outcome::Mode;
use super::workspace::Workspace;

/// Writes a tree.
#[derive(Debug, Clone)]
pub struct ExportTree {
    /// The folder: a new one, or an empty one.
    pub folder: PathBuf,
}

/// What was written.
#[derive(Debug)]
pub struct TreeReport {
    /// The artifacts.
    pub artifacts: Vec<ArtifactId>,
    /// How many files they have.
    pub files: usize,
    /// What was left out, in a sentence each.
    pub left_out: Vec<String>,
}

impl ExportTree {
    /// Writes the files of every artifact into the folder; `on_step` is told how many artifacts were written, and of
    /// how many. The tree is made beside the folder and renamed into place, so that it is there as a whole or not at
    /// all. Nothing is written when it is only pretended.
    pub fn run(
        &self,
        workspace: &Workspace,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
        on_step: &mut dyn FnMut(usize, usize),
    ) -> Result<Exported<TreeReport>, AppError> {
        refuse_filled(&self.folder)?;
        let source = workspace.source(on_wait)?;
        let ids = source.value.database.artifact_ids()?;
        let aside = self.aside(workspace);
        let mut tree = Tree {
            workspace,
            folder: (mode == Mode::Perform).then_some(aside.as_path()),
            report: TreeReport {
                artifacts: Vec::new(),
                files: 0,
                left_out: Vec::new(),
            },
        };
        let written = ids.iter().enumerate().try_for_each(|(index, id)| {
            if workspace.environment.interruption.is_set() {
                return Err(AppError::Interrupted);
            }
            let path = source.value.database.artifact(id)?;
            tree.artifact(
                id,
                &path.map(|detail| detail.summary.path).unwrap_or_default(),
            )?;
            on_step(index + 1, ids.len());
            Ok(())
        });
        let report = tree.report;
        let placed = written.and_then(|()| match mode {
            Mode::Perform => place(&aside, &self.folder),
            Mode::Pretend => Ok(()),
        });
        if let Err(error) = placed {
            let _ = fs::remove_dir_all(&aside);
            return Err(error);
        }
        Ok(Exported {
            value: report,
            notices: source.notices,
        })
    }

    /// A folder beside the one that is meant, for as long as the tree is not whole.
    fn aside(&self, workspace: &Workspace) -> PathBuf {
        let name = self.folder.file_name().unwrap_or_default();
        let process = workspace.environment.process;
        let name = format!(".{}.{process}.skillmeat", name.to_string_lossy());
        self.folder.with_file_name(name)
    }
}

fn refuse_filled(folder: &Path) -> Result<(), AppError> {
    let filled = || AppError::Filled {
        path: folder.to_owned(),
    };
    match fs::symlink_metadata(folder) {
        Err(error) if files::is_absent(&error) => Ok(()),
        Err(error) => Err(StoreError::io("examine", folder)(error).into()),
        Ok(found) if !found.is_dir() => Err(filled()),
        Ok(_) => {
            let mut entries = fs::read_dir(folder).map_err(StoreError::io("list", folder))?;
            if entries.next().is_some() {
                return Err(filled());
            }
            Ok(())
        }
    }
}

/// Puts the tree in its place; an empty folder there gives way.
fn place(aside: &Path, folder: &Path) -> Result<(), AppError> {
    files::create_folder(aside)?;
    refuse_filled(folder)?;
    Ok(files::rename(aside, folder)?)
}

/// A tree that is being written.
struct Tree<'a> {
    workspace: &'a Workspace,
    folder: Option<&'a Path>,
    report: TreeReport,
}

impl Tree<'_> {
    fn artifact(&mut self, id: &ArtifactId, path: &str) -> Result<(), AppError> {
        let (Ok(place), Some(_)) = (path.parse::<RelativePath>(), place_of(id)) else {
            self.report
                .left_out
                .push(format!("{id} has no files in the layout"));
            return Ok(());
        };
        let full = place.under(self.workspace.folder());
        if fs::symlink_metadata(&full).is_err() {
            self.report.left_out.push(format!("{id} has no files"));
            return Ok(());
        }
        let copied = copy(&full, id)?;
        for link in copied.links {
            self.report
                .left_out
                .push(format!("{link} is a symbolic link"));
        }
        for file in copied.files {
            self.report.files += 1;
            let Some(folder) = self.folder else { continue };
            write(&file.path.under(folder), &file.content)?;
        }
        self.report.artifacts.push(id.clone());
        Ok(())
    }
}

fn write(path: &Path, content: &Content) -> Result<(), AppError> {
    let (bytes, mode) = match content {
        Content::File(bytes) | Content::Over(bytes) => (bytes, FileMode::Plain),
        Content::Executable(bytes) => (bytes, FileMode::Executable),
        Content::Link(_) | Content::AsItIs | Content::Gone => return Ok(()),
    };
    if let Some(parent) = path.parent() {
        files::create_folder(parent)?;
    }
    files::stage(path, bytes, mode)?;
    Ok(files::place_staged(path)?)
}
