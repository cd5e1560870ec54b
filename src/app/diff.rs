//! What differs between two moments of a collection: in terms of its tables, and in the texts of artifacts' files.

use std::collections::BTreeSet;
use std::fs;

use crate::manifest::Document;
use crate::merge::lines::hunks;
use crate::model::change::{Action, Change};
use crate::model::commit::CommitId;
use crate::model::hunk::Hunk;
use crate::model::layout::{MANIFEST, folder_of};
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::{Field, Value};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::id::{EntryKind, ObjectName, TreeEntry};
use crate::store::git::index::Index;

use super::error::AppError;
use super::files_of::changed_under;
use super::refresh::MANIFEST_LIMIT;
use super::revision::{known_commit_at, sound_manifest_of};
use super::transaction::outcome::FileAction;
use super::versions::changes_between;
use super::workspace::Workspace;

/// The largest file whose text is compared, in bytes; larger ones are only named.
const TEXT_LIMIT: u64 = 1 << 20;

/// How far a file is looked into to see whether it is a text, in bytes; as far as git looks.
const PROBE: usize = 8_000;

/// Which two moments are compared: commits or dates, as people write them.
#[derive(Debug, Clone, Default)]
pub struct DiffRequest {
    /// The older one; HEAD when unset.
    pub from: Option<String>,
    /// The newer one; the work tree when unset.
    pub to: Option<String>,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The older commit; nothing before the first one.
    pub from: Option<CommitId>,
    /// The newer commit; nothing for the work tree.
    pub to: Option<CommitId>,
    /// What differs in the tables.
    pub changes: Vec<Change>,
    /// The texts among these changes, by row and field.
    pub texts: Vec<RowText>,
    /// Files of artifacts that differ, by path.
    pub files: Vec<FileDifference>,
}

/// A text of a row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowText {
    /// The row.
    pub key: RowKey,
    /// The field.
    pub field: Field,
    /// Where it differs.
    pub hunks: Vec<Hunk>,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDifference {
    /// The file.
    pub path: RelativePath,
    /// What happened to it.
    pub action: FileAction,
    /// How its content differs.
    pub content: ContentDifference,
}

/// How the content of a file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentDifference {
    /// In these lines; in none where only line ends or the mode differ.
    Text(Vec<Hunk>),
    /// It is no text, or too long to be compared.
    Binary,
}

/// A moment of the collection.
#[derive(Debug, Clone, Copy)]
enum Side {
    /// A commit; nothing before the first one.
    Commit(Option<ObjectName>),
    /// The work tree.
    WorkTree,
}

/// A file at a moment: what it is, and its text where that is one of a size that is compared.
type FileText = (EntryKind, Option<String>);

impl Workspace {
    /// Compares two moments.
    pub fn diff(&self, request: &DiffRequest) -> Result<Difference, AppError> {
        let commit = |text: &String| -> Result<_, AppError> {
            let commit = known_commit_at(&self.repository, self.environment.now, text)?;
            Ok(Side::Commit(Some(commit)))
        };
        let from = match &request.from {
            Some(text) => commit(text)?,
            None => Side::Commit(self.repository.head()?.commit),
        };
        let to = request.to.as_ref().map_or(Ok(Side::WorkTree), commit)?;
        let index = self.repository.index()?;
        let (before, after) = (
            self.manifest_on(from, &index)?,
            self.manifest_on(to, &index)?,
        );
        let changes = changes_between(Some(&before), &after)?;
        Ok(Difference {
            from: from.commit_id(),
            to: to.commit_id(),
            texts: texts_of(&changes),
            changes,
            files: self.file_differences((from, to), (&before, &after), &index)?,
        })
    }

    /// The manifest of a moment, which must be sound.
    fn manifest_on(&self, side: Side, index: &Index) -> Result<Document, AppError> {
        let bytes = match side {
            Side::Commit(Some(commit)) => return sound_manifest_of(&self.repository, commit),
            Side::Commit(None) => None,
            Side::WorkTree => files::read(&self.manifest_path(), MANIFEST_LIMIT)?,
        };
        let bytes = bytes.unwrap_or_default();
        let stored = self.repository.to_git(
            &self.repository.path_in_repository(&MANIFEST.parse()?),
            &bytes,
            index,
        )?;
        let document = Document::scan(stored.unwrap_or(bytes))?;
        document.validate()?;
        Ok(document)
    }

    fn file_differences(
        &self,
        (from, to): (Side, Side),
        (before, after): (&Document, &Document),
        index: &Index,
    ) -> Result<Vec<FileDifference>, AppError> {
        let places = places_in(&[before, after])?;
        let paths: Vec<RelativePath> = match (from, to) {
            (Side::Commit(from), Side::Commit(Some(to))) => {
                let changed = self.repository.changed_files(from, to)?.into_iter();
                let is_in_place =
                    |path: &RelativePath| places.iter().any(|place| path.is_within(place));
                changed.map(|file| file.path).filter(is_in_place).collect()
            }
            (Side::Commit(from), _) => {
                let mut paths = BTreeSet::new();
                for place in &places {
                    paths.extend(changed_under(&self.repository, from, place, index)?);
                }
                paths.into_iter().collect()
            }
            (Side::WorkTree, _) => Vec::new(),
        };
        let mut differences = Vec::with_capacity(paths.len());
        for path in paths {
            let old = self.file_on(from, &path, index)?;
            let new = self.file_on(to, &path, index)?;
            differences.extend(difference(path, old, new));
        }
        Ok(differences)
    }

    /// A file at a moment, as git stores it; nothing where it is not there.
    fn file_on(
        &self,
        side: Side,
        path: &RelativePath,
        index: &Index,
    ) -> Result<Option<FileText>, AppError> {
        let Side::Commit(commit) = side else {
            return self.file_in_work_tree(path, index);
        };
        let Some(TreeEntry { blob, kind }) = self.repository.entry_at(commit, path)? else {
            return Ok(None);
        };
        Ok(Some((kind, text_of(self.repository.blob(blob)?))))
    }

    fn file_in_work_tree(
        &self,
        path: &RelativePath,
        index: &Index,
    ) -> Result<Option<FileText>, AppError> {
        use std::os::unix::fs::PermissionsExt;
        let full = path.under(self.folder());
        let metadata = match fs::symlink_metadata(&full) {
            Ok(metadata) => metadata,
            Err(error) if files::is_absent(&error) => return Ok(None),
            Err(error) => return Err(StoreError::io("examine", &full)(error).into()),
        };
        if metadata.is_symlink() {
            let target = fs::read_link(&full).map_err(StoreError::io("read the link", &full))?;
            let target = target.to_string_lossy().into_owned();
            return Ok(Some((EntryKind::Link, Some(target))));
        }
        let kind = if metadata.permissions().mode() & 0o100 == 0 {
            EntryKind::Plain
        } else {
            EntryKind::Executable
        };
        if metadata.len() > TEXT_LIMIT {
            return Ok(Some((kind, None)));
        }
        let bytes = files::read(&full, TEXT_LIMIT)?.unwrap_or_default();
        let name = self.repository.path_in_repository(path);
        let stored = self.repository.to_git(&name, &bytes, index)?;
        Ok(Some((kind, text_of(stored.unwrap_or(bytes)))))
    }
}

impl Side {
    fn commit_id(self) -> Option<CommitId> {
        match self {
            Self::Commit(commit) => commit.map(ObjectName::commit_id),
            Self::WorkTree => None,
        }
    }
}

/// The folders and files in which artifacts lie: those of the layout, and those that rows name. None lies in another.
fn places_in(manifests: &[&Document]) -> Result<Vec<RelativePath>, AppError> {
    let folders = ArtifactType::KNOWN;
    let mut places: Vec<RelativePath> = folders
        .iter()
        .filter_map(folder_of)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    for manifest in manifests {
        for row in manifest.rows(Table::Artifacts) {
            let Row::Artifact(artifact) = row else {
                continue;
            };
            // A path that leads elsewhere is none of ours.
            let Ok(place) = artifact.path.parse::<RelativePath>() else {
                continue;
            };
            if !places.iter().any(|known| place.is_within(known)) {
                places.retain(|known| !known.is_within(&place));
                places.push(place);
            }
        }
    }
    Ok(places)
}

/// The text of a content, unless it is none or too long.
fn text_of(bytes: Vec<u8>) -> Option<String> {
    if bytes.len() as u64 > TEXT_LIMIT || bytes.iter().take(PROBE).any(|byte| *byte == 0) {
        return None;
    }
    Some(
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

/// How a file differs; nothing when it is the same on both sides.
fn difference(
    path: RelativePath,
    old: Option<FileText>,
    new: Option<FileText>,
) -> Option<FileDifference> {
    let action = match (&old, &new) {
        (None, None) => return None,
        (None, Some(_)) => FileAction::Created,
        (Some(_), None) => FileAction::Removed,
        (Some(_), Some(_)) => FileAction::Written,
    };
    let text = |side: Option<FileText>| match side {
        Some((_, text)) => text,
        None => Some(String::new()),
    };
    let content = match (text(old), text(new)) {
        (Some(old), Some(new)) => ContentDifference::Text(hunks(&old, &new)),
        _ => ContentDifference::Binary,
    };
    Some(FileDifference {
        path,
        action,
        content,
    })
}

/// The texts among changes, compared.
fn texts_of(changes: &[Change]) -> Vec<RowText> {
    let text = |change: &Change| {
        let field = change
            .field
            .filter(|field| matches!(field, Field::Description | Field::Note))?;
        let (Action::Edit, Value::Text(before), Value::Text(after)) =
            (change.action, &change.before, &change.after)
        else {
            return None;
        };
        Some(RowText {
            key: change.key.clone(),
            field,
            hunks: hunks(before, after),
        })
    };
    changes.iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_lies_in_another() {
        let rows = [
            "skills/a",
            "elsewhere/b",
            "elsewhere",
            "elsewhere/c",
            "../out",
        ];
        let sections = rows.iter().enumerate().map(|(number, path)| {
            format!("[[artifacts]]\nname = \"{number}\"\ntype = \"skill\"\npath = \"{path}\"\n")
        });
        let text = sections.collect::<Vec<_>>().concat();
        let manifest = Document::scan(text.into_bytes()).expect("a manifest");
        let places = places_in(&[&manifest]).expect("places");
        let other: Vec<&str> = places
            .iter()
            .map(RelativePath::as_str)
            .filter(|place| place.starts_with("elsewhere") || place.contains("out"))
            .collect();
        assert_eq!(other, ["elsewhere"]);
        assert_eq!(places.len(), ArtifactType::KNOWN.len() + 1);
    }

    #[test]
    fn bytes_that_are_no_text_are_not_compared() {
        assert_eq!(text_of(b"a\0b".to_vec()), None);
        assert_eq!(text_of(b"caf\xe9".to_vec()), Some("caf\u{fffd}".to_owned()));
    }
}
