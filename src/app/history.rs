//! History in terms of the tables: what each commit did to groups, tags and artifacts. It is read from git, not from a
//! log of our own, so commits that were made by hand or by another tool count too.

use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::model::change::{Action, Change};
use crate::model::name::Name;
use crate::model::row::RowKey;
use crate::model::slug::Slug;
use crate::store::git::history::CommitRecord;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::incoming::{Entry, Manifests, entry};
use super::workspace::Workspace;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct HistoryRequest {
    /// The row whose history is told; that of the whole collection when unset.
    pub row: Option<RowKey>,
    /// Which changes are told.
    pub kind: Kind,
    /// Only commits of an author whose name or address holds this text.
    pub author: Option<String>,
    /// Only commits that were made after this moment, seconds since 1970.
    pub since: Option<i64>,
    /// At most this many entries.
    pub limit: Option<usize>,
}

/// Which changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// All.
    #[default]
    Every,
    /// Rows that were deleted.
    Deleted,
}

/// How far back the knowledge goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// To the first commit, or as far as was asked for.
    Asked,
    /// To where this clone was cut off.
    Shallow,
}

/// The history.
#[derive(Debug)]
pub struct History {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// How far back they go.
    pub horizon: Horizon,
}

impl Workspace {
    /// Tells the history. A row is followed through its renames.
    pub fn history(&self, request: &HistoryRequest) -> Result<History, AppError> {
        let mut entries = Vec::new();
        let mut manifests = Manifests::default();
        let head = self.repository.head()?.commit;
        let mut followed = head.zip(request.row.clone()).map(Followed::from);
        let enough =
            |entries: &Vec<Entry>| request.limit.is_some_and(|limit| entries.len() >= limit);
        let mut fault = None;
        if let Some(head) = head.filter(|_| !enough(&entries)) {
            self.repository.find_commit_record(head, |record| {
                if request.since.is_some_and(|since| record.committed < since) {
                    return Ok(ControlFlow::Break(()));
                }
                let is_meant = is_by(&record, request.author.as_deref());
                match self.changes_of_sides(&record, &mut manifests) {
                    Ok(sides) => {
                        let keys = followed.as_mut().map(|row| row.step(&record, &sides));
                        let told = told(entry(record, sides), keys, request.kind);
                        entries.extend(told.filter(|_| is_meant));
                    }
                    Err(error) => {
                        fault = Some(error);
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Ok(if enough(&entries) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            })?;
        }
        if let Some(error) = fault {
            return Err(error);
        }
        let is_cut = self.repository.is_shallow() && !enough(&entries);
        Ok(History {
            entries,
            horizon: if is_cut {
                Horizon::Shallow
            } else {
                Horizon::Asked
            },
        })
    }

    /// The row that people mean by a word for its table and a name.
    pub fn row_named(&self, word: &str, name: &str) -> Result<RowKey, AppError> {
        let unknown = || {
            AppError::Request(format!(
                "{word:?} is neither group, tag, artifact nor rating"
            ))
        };
        Ok(match word {
            "group" => RowKey::Group(Name::stored(name)),
            "tag" => RowKey::Tag(Slug::stored(name)),
            "artifact" => RowKey::Artifact(name.parse()?),
            "rating" => {
                let (artifact, by) = name.rsplit_once(':').ok_or_else(unknown)?;
                RowKey::Rating(crate::model::name::Member::stored(artifact), by.to_owned())
            }
            _ => return Err(unknown()),
        })
    }
}

fn is_by(record: &CommitRecord, author: Option<&str>) -> bool {
    author.is_none_or(|text| {
        let text = text.to_lowercase();
        [&record.author.name, &record.author.email]
            .iter()
            .any(|known| known.to_lowercase().contains(&text))
    })
}

/// A row on its way back: its names in the commits that come next.
struct Followed(HashMap<ObjectName, Vec<RowKey>>);

impl From<(ObjectName, RowKey)> for Followed {
    fn from((head, key): (ObjectName, RowKey)) -> Self {
        Self(HashMap::from([(head, vec![key])]))
    }
}

impl Followed {
    /// The row's names in a commit. Before it the row has those from which it was renamed there, on each side.
    fn step(&mut self, record: &CommitRecord, sides: &[Vec<Change>]) -> Vec<RowKey> {
        let keys = self.0.remove(&record.name).unwrap_or_default();
        for (parent, changes) in record.parents.iter().zip(sides) {
            let known = self.0.entry(*parent).or_default();
            for key in &keys {
                let renamed = changes
                    .iter()
                    .find(|change| change.action == Action::Rename && change.key == *key);
                let key = renamed.and_then(older_key).unwrap_or_else(|| key.clone());
                if !known.contains(&key) {
                    known.push(key);
                }
            }
        }
        keys
    }
}

/// An entry as far as it is asked for; nothing when nothing is left of it.
fn told(mut entry: Entry, keys: Option<Vec<RowKey>>, kind: Kind) -> Option<Entry> {
    if let Some(keys) = keys {
        entry.changes.retain(|change| keys.contains(&change.key));
    }
    if kind == Kind::Deleted {
        entry
            .changes
            .retain(|change| change.action == Action::Delete);
    }
    (!entry.changes.is_empty()).then_some(entry)
}

/// The key that a row had before a rename.
fn older_key(change: &Change) -> Option<RowKey> {
    let before = change.before.clone().into_text();
    Some(match &change.key {
        RowKey::Group(_) => RowKey::Group(Name::stored(before)),
        RowKey::Composite(_) => RowKey::Composite(Name::stored(before)),
        RowKey::Tag(_) => RowKey::Tag(Slug::stored(before)),
        RowKey::Artifact(_) => RowKey::Artifact(before.parse().ok()?),
        RowKey::Header | RowKey::Rating(..) => return None,
    })
}
