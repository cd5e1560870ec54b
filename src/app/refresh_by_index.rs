//! The database, brought up to date after git wrote files, without a look at all of them: git notes in its index what
//! it wrote. Only files are looked at whose note is not what the database knows, and those whose stamp proves nothing.
//!
//! It is a short cut for hooks and never the last word: every read still compares all stamps with the number that is
//! kept here, so that what git did not note is found then.

use std::collections::HashMap;

use crate::model::artifact_file::FoundFile;
use crate::model::path::RelativePath;
use crate::store::cache::contents::{KnownFile, LayoutCheck};
use crate::store::cache::database::Database;
use crate::store::files;
use crate::store::git::index::{Index, IndexForm};
use crate::store::scan::{Scan, may_be_header, weight};

use super::error::AppError;
use super::refresh::{Invalid, Layout, is_fresh};
use super::workspace::Workspace;

/// From this number of files on, a look at all of them is as fast.
const MANY: usize = 256;

/// Files that are to be looked at, with what the database knows of them.
type Suspects = HashMap<RelativePath, KnownFile>;

impl Workspace {
    /// Brings the database up to date with what git wrote, by a look at all files where the index does not tell it.
    pub(super) fn refreshed_by_index(&self) -> Result<(), AppError> {
        match self.follow_index() {
            Ok(Followed::Index) => Ok(()),
            Ok(Followed::Nothing) | Err(AppError::Cache(_) | AppError::Store(_)) => {
                self.refreshed(Invalid::AnswerFromHead).map(drop)
            }
            Err(error) => Err(error),
        }
    }

    fn follow_index(&self) -> Result<Followed, AppError> {
        let checked = files::clock();
        let Ok(Some(database)) = Database::open(&self.database_path()) else {
            return Ok(Followed::Nothing);
        };
        let state = database.state()?;
        let index = self.repository.index()?;
        let (Some(layout), IndexForm::Plain) = (state.layout, index.form()) else {
            return Ok(Followed::Nothing);
        };
        let Some(suspects) = suspects(&database, &index, self.repository.prefix())? else {
            return Ok(Followed::Nothing);
        };
        let Some((found, change)) = self.found_of(&suspects)? else {
            return Ok(Followed::Nothing);
        };
        let scan = Scan {
            files: found,
            findings: Vec::new(),
        };
        let difference = self.difference(&scan, suspects)?;
        let manifest = self.read_manifest(Some(&state), Invalid::AnswerFromHead)?;
        let is_same = state.head == self.head_name() && is_fresh(&state, &manifest);
        if is_same && difference.is_none() {
            return Ok(Followed::Index);
        }
        let digest = layout.digest.wrapping_add(change);
        let seen = (Some(LayoutCheck { digest, checked }), checked);
        self.take_in(database, manifest, (difference, Layout::Unseen), seen)?;
        Ok(Followed::Index)
    }

    /// The suspects that are there, and by how much the number of all stamps changes; nothing where one of them is no
    /// file any more.
    fn found_of(&self, suspects: &Suspects) -> Result<Option<(Vec<FoundFile>, i64)>, AppError> {
        let (mut files, mut change) = (Vec::new(), 0_u64);
        for (path, known) in suspects {
            if self.leads_through_link(path) {
                return Ok(None);
            }
            change = change.wrapping_sub(weight(path.as_str(), Some(known.stamp)));
            let full = path.under(self.folder());
            if let Some(stamp) = files::stamp(&full)? {
                change = change.wrapping_add(weight(path.as_str(), Some(stamp)));
                files.push(FoundFile {
                    id: known.id.clone(),
                    path: path.clone(),
                    stamp,
                });
            } else if full.symlink_metadata().is_ok() {
                return Ok(None);
            }
        }
        Ok(Some((files, change.cast_signed())))
    }

    fn leads_through_link(&self, path: &RelativePath) -> bool {
        let mut folder = self.folder().to_owned();
        path.as_str().split('/').any(|part| {
            folder.push(part);
            folder.is_symlink()
        })
    }
}

/// Whether the database followed.
enum Followed {
    /// It knows what the index knows.
    Index,
    /// All files must be looked at.
    Nothing,
}

/// The files whose note in the index is not what the database knows, and those whose stamp proves nothing. Nothing
/// where they are many, or where the index has an artifact that the database does not know.
fn suspects(
    database: &Database,
    index: &Index,
    prefix: &str,
) -> Result<Option<Suspects>, AppError> {
    let mut noted = index.noted(prefix).peekable();
    let (mut paths, mut is_other) = (Vec::new(), false);
    database.each_stamp(&mut |path, stamp, checked| {
        while let Some((other, ..)) = noted.next_if(|(other, ..)| *other < path) {
            is_other |= may_be_header(other);
        }
        let note = noted.next_if(|(other, ..)| *other == path);
        let is_as_noted = note.is_some_and(|(_, size, modified)| {
            u64::from(size) == stamp.size && modified == stamp.modified
        });
        if (!is_as_noted || stamp.is_racy(checked)) && paths.len() <= MANY {
            paths.push(path.to_owned());
        }
    })?;
    if is_other || noted.any(|(path, ..)| may_be_header(path)) || paths.len() > MANY {
        return Ok(None);
    }
    let mut suspects = Suspects::new();
    for path in paths {
        let known = database.known_file(&path)?;
        let (Ok(path), Some(known)) = (path.parse(), known) else {
            return Ok(None);
        };
        suspects.insert(path, known);
    }
    Ok(Some(suspects))
}
