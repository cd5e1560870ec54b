//! The first commit of a collection that is adopted: everything in its folder, as it was.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::path::RelativePath;
use crate::store::error::StoreError;

use super::driver::Maker;
use super::error::AppError;
use super::files_of::FILE_LIMIT;
use super::init::is_ours_to_write;
use super::plan::{Content, FileEdit, HandEdits, Operation, Plan};
use super::share::driver_named;
use super::view::View;

/// How many paths are named where many are left out.
const NAMED: usize = 5;

/// Records a collection's folder as it is.
#[derive(Debug)]
pub(super) struct AsItWas {
    /// The collection's name.
    pub(super) name: String,
    /// What was left out, and why.
    pub(super) left_out: RefCell<Vec<Finding>>,
}

impl Operation for AsItWas {
    fn word(&self) -> &'static str {
        "adopt"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let mut walk = Walk::default();
        walk.folder(view.repository.folder(), None)?;
        let ignored = view.repository.ignored_among(&walk.files, view.index)?;
        let (ignored, mut files): (Vec<RelativePath>, Vec<RelativePath>) =
            (walk.files.into_iter()).partition(|path| ignored.contains(path));
        // The manifest is part of the commit anyway. Paths come in the order of git's index.
        files.retain(|path| path.as_str() != MANIFEST);
        files.sort();
        if !ignored.is_empty() {
            let paths: Vec<String> = ignored.iter().map(ToString::to_string).collect();
            walk.findings.push(left_out(&paths, "git ignores them"));
        }
        self.left_out.replace(walk.findings);
        let mut files: Vec<FileEdit> = (files.into_iter())
            .map(|path| FileEdit {
                path,
                content: Content::AsItIs,
            })
            .collect();
        if is_ours_to_write(view)? && !files.iter().any(|file| is_attributes(&file.path)) {
            files.extend(driver_named(view, Maker::Another)?);
        }
        let subject = format!("collection: adopt {:?} as it was", self.name);
        Ok(Plan {
            hand_edits: HandEdits::Included,
            ..Plan::of_edits(subject, Vec::new()).with_files(files)
        })
    }
}

fn is_attributes(path: &RelativePath) -> bool {
    path.as_str() == super::share::ATTRIBUTES
}

fn left_out(paths: &[String], reason: &str) -> Finding {
    let mut named = paths[..paths.len().min(NAMED)].join(", ");
    if paths.len() > NAMED {
        named = format!("{named} and {} more", paths.len() - NAMED);
    }
    let message = format!("Left out of git, and left where they are: {named}; {reason}.");
    Finding::new(Severity::Warning, "left-out", message)
}

/// A walk through a folder. Links are not followed.
#[derive(Default)]
struct Walk {
    files: Vec<RelativePath>,
    findings: Vec<Finding>,
}

impl Walk {
    fn folder(&mut self, path: &Path, relative: Option<&RelativePath>) -> Result<(), AppError> {
        for entry in fs::read_dir(path).map_err(StoreError::io("list", path))? {
            let entry = entry.map_err(StoreError::io("list", path))?;
            let name = entry.file_name();
            if name.eq_ignore_ascii_case(".git") {
                self.inner_repository(relative);
                continue;
            }
            let place = name.to_str().and_then(|name| match relative {
                Some(relative) => relative.join(name).ok(),
                None => name.parse().ok(),
            });
            match place {
                Some(place) => self.entry(&entry.path(), place)?,
                None => self.leave(&entry.path(), "git can't keep such a name"),
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, place: RelativePath) -> Result<(), AppError> {
        let metadata = fs::symlink_metadata(path).map_err(StoreError::io("examine", path))?;
        if metadata.is_dir() {
            return self.folder(path, Some(&place));
        }
        if !metadata.is_file() && !metadata.is_symlink() {
            self.leave(path, "it is a pipe, a socket or a device");
        } else if metadata.len() > FILE_LIMIT {
            self.leave(path, "it is larger than 256 MiB");
        } else {
            self.files.push(place);
        }
        Ok(())
    }

    fn inner_repository(&mut self, folder: Option<&RelativePath>) {
        // That of the collection itself is no surprise.
        let Some(folder) = folder else { return };
        let message = format!(
            "{folder} is a repository of its own: its files are kept with the collection, its history stays there."
        );
        self.findings
            .push(Finding::new(Severity::Note, "inner-repository", message));
    }

    fn leave(&mut self, path: &Path, reason: &str) {
        let message = format!(
            "{} is left out of git, and left where it is: {reason}.",
            path.display()
        );
        self.findings
            .push(Finding::new(Severity::Warning, "left-out", message));
    }
}
