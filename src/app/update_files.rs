//! The files of an artifact, three-way: as they were at its source, as they are here, as they are there now.

use std::collections::BTreeMap;

use crate::model::markers::Markers;
use crate::model::path::RelativePath;
use crate::model::side::Sides;
use crate::store::git::id::ObjectName;
use crate::store::git::index::Index;
use crate::store::git::line_merge::merge_lines;
use crate::store::git::repository::Repository;

use super::error::AppError;
use super::files_of::{content_of, files_at};
use super::plan::{Content, FileEdit};

/// Which side counts where both changed the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Favour {
    /// None: it is a conflict.
    Neither,
    /// What stands here.
    Ours,
    /// What stands at the source.
    Theirs,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether it may be executed.
    pub(super) is_executable: bool,
}

/// A file here: what it holds, and what git makes of that where it is something else (line ends).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Local {
    held: Held,
    stored: Option<Vec<u8>>,
}

impl Local {
    /// The bytes that it may have had at its source.
    pub(super) fn forms(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.held.bytes.as_slice()).chain(self.stored.as_deref())
    }

    /// Whether it may be executed.
    pub(super) fn is_executable(&self) -> bool {
        self.held.is_executable
    }

    /// As a content that is to be written.
    pub(super) fn content(&self) -> Content {
        content(&self.held)
    }

    fn is(&self, other: &Held) -> bool {
        self.held.is_executable == other.is_executable
            && self.forms().any(|form| form == other.bytes)
    }
}

/// The files of an artifact here, by their paths below its place; `""` for a place that is a file. Links are left out.
pub(super) fn local_files(
    repository: &Repository,
    commit: Option<ObjectName>,
    index: &Index,
    root: &RelativePath,
) -> Result<BTreeMap<String, Local>, AppError> {
    let mut files = BTreeMap::new();
    for path in files_at(repository, commit, root, index)? {
        let (bytes, is_executable) = match content_of(&path.under(repository.folder()))? {
            Content::File(bytes) => (bytes, false),
            Content::Executable(bytes) => (bytes, true),
            _ => continue,
        };
        let stored = repository.to_git(&repository.path_in_repository(&path), &bytes, index)?;
        let below = path.as_str()[root.as_str().len()..].trim_start_matches('/');
        let held = Held {
            bytes,
            is_executable,
        };
        files.insert(below.to_owned(), Local { held, stored });
    }
    Ok(files)
}

/// A file that is not at its source what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Incoming {
    /// Its path below the artifact's place.
    pub(super) path: String,
    /// What it held; nothing when it was not there.
    pub(super) base: Option<Held>,
    /// What it holds.
    pub(super) theirs: Option<Held>,
}

/// What becomes of a file here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Merged {
    /// It stays.
    Kept,
    /// It holds what stands there.
    Taken,
    /// It holds both.
    Both(Held),
    /// It goes.
    Gone,
    /// Both changed what can't both hold; the reason is for people.
    Conflict(&'static str),
}

/// Merges one file.
pub(super) fn merge(incoming: &Incoming, ours: Option<&Local>, favour: Favour) -> Merged {
    let Incoming { base, theirs, .. } = incoming;
    let is = |other: &Option<Held>| match (ours, other) {
        (Some(ours), Some(other)) => ours.is(other),
        (None, None) => true,
        _ => false,
    };
    if is(theirs) {
        return Merged::Kept;
    }
    let taken = if theirs.is_some() {
        Merged::Taken
    } else {
        Merged::Gone
    };
    if is(base) {
        return taken;
    }
    let merged = match (base, ours, theirs) {
        (base, Some(ours), Some(theirs)) => both(base.as_ref(), ours, theirs),
        (_, None, _) => Merged::Conflict("deleted here, changed there"),
        (_, _, None) => Merged::Conflict("changed here, deleted there"),
    };
    match (merged, favour) {
        (Merged::Conflict(_), Favour::Theirs) => taken,
        (Merged::Conflict(_), Favour::Ours) => Merged::Kept,
        (merged, _) => merged,
    }
}

fn both(base: Option<&Held>, ours: &Local, theirs: &Held) -> Merged {
    let Some(base) = base else {
        return Merged::Conflict("made both here and there");
    };
    let is_executable = if ours.held.is_executable == base.is_executable {
        theirs.is_executable
    } else {
        ours.held.is_executable
    };
    let held = |bytes: Vec<u8>| Held {
        bytes,
        is_executable,
    };
    // Only the line ends differ here, or only the mode.
    if ours.forms().any(|form| form == base.bytes) {
        return Merged::Both(held(theirs.bytes.clone()));
    }
    if theirs.bytes == base.bytes || ours.forms().any(|form| form == theirs.bytes) {
        return Merged::Both(held(ours.held.bytes.clone()));
    }
    let versions = Sides {
        base: base.bytes.as_slice(),
        ours: ours.stored.as_deref().unwrap_or(&ours.held.bytes),
        theirs: theirs.bytes.as_slice(),
    };
    if [versions.base, versions.ours, versions.theirs]
        .iter()
        .any(|bytes| bytes.contains(&0))
    {
        return Merged::Conflict("not a text, and changed both here and there");
    }
    let merged = merge_lines(&versions, &Markers::default());
    if merged.conflicts > 0 {
        return Merged::Conflict("the same lines changed both here and there");
    }
    Merged::Both(held(merged.bytes))
}

/// The edit that brings a merged file about; nothing when it stays.
pub(super) fn edit(path: RelativePath, incoming: &Incoming, merged: Merged) -> Option<FileEdit> {
    let content = match merged {
        Merged::Kept | Merged::Conflict(_) => return None,
        Merged::Gone => Content::Gone,
        Merged::Both(held) => content(&held),
        Merged::Taken => content(incoming.theirs.as_ref()?),
    };
    Some(FileEdit { path, content })
}

fn content(held: &Held) -> Content {
    let bytes = held.bytes.clone();
    if held.is_executable {
        Content::Executable(bytes)
    } else {
        Content::File(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Held {
        Held {
            bytes: text.as_bytes().to_vec(),
            is_executable: false,
        }
    }

    fn merged(base: Option<&str>, ours: Option<&str>, theirs: Option<&str>) -> Merged {
        let incoming = Incoming {
            path: "a".to_owned(),
            base: base.map(held),
            theirs: theirs.map(held),
        };
        let ours = ours.map(|text| Local {
            held: held(text),
            stored: None,
        });
        merge(&incoming, ours.as_ref(), Favour::Neither)
    }

    #[test]
    fn a_side_that_did_not_change_gives_way() {
        assert_eq!(merged(Some("1"), Some("1"), Some("2")), Merged::Taken);
        assert_eq!(merged(Some("1"), Some("1"), None), Merged::Gone);
        assert_eq!(merged(None, None, Some("2")), Merged::Taken);
        assert_eq!(merged(Some("1"), Some("2"), Some("2")), Merged::Kept);
        assert_eq!(merged(Some("1"), None, None), Merged::Kept);
    }

    #[test]
    fn lines_are_merged_and_what_clashes_is_told() {
        let both = merged(
            Some("1\n2\n3\n4\n"),
            Some("0\n2\n3\n4\n"),
            Some("1\n2\n3\n5\n"),
        );
        assert_eq!(both, Merged::Both(held("0\n2\n3\n5\n")));
        for (base, ours, theirs) in [
            (Some("1\n"), Some("2\n"), Some("3\n")),
            (Some("1\0"), Some("2\0"), Some("3\0")),
            (None, Some("2"), Some("3")),
            (Some("1"), None, Some("3")),
            (Some("1"), Some("2"), None),
        ] {
            let merged = merged(base, ours, theirs);
            assert!(matches!(merged, Merged::Conflict(_)), "{merged:?}");
        }
    }

    #[test]
    fn line_ends_of_the_work_tree_are_no_edit() {
        let ours = Local {
            held: held("1\r\n"),
            stored: Some(b"1\n".to_vec()),
        };
        let incoming = Incoming {
            path: "a".to_owned(),
            base: Some(held("1\n")),
            theirs: Some(held("2\n")),
        };
        assert_eq!(
            merge(&incoming, Some(&ours), Favour::Neither),
            Merged::Taken
        );
    }
}
