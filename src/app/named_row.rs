//! The row that people mean by a word for its table and a name, now or in the past.

use std::collections::BTreeSet;

use crate::model::change::{Action, Change};
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::row::{RowKey, Table};
use crate::model::slug::Slug;
use crate::store::cache::database::Database;
use crate::store::cache::history::Depth;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::past::ids_of;
use super::past_commits::{Interest, PastCommits};
use super::revision::{known_commit_at, sound_manifest_of};
use super::workspace::Workspace;

impl Workspace {
    /// The row that people mean by a word for its table and a name. An artifact may be named without its type: that of
    /// this name at the moment `at` (now, where unset), else the only one of this name that there ever was.
    pub fn row_named(&self, word: &str, name: &str, at: Option<&str>) -> Result<RowKey, AppError> {
        let unknown = || {
            AppError::Request(format!(
                "{word:?} is neither group, tag, artifact nor rating"
            ))
        };
        Ok(match word {
            "group" => RowKey::Group(Name::stored(name)),
            "tag" => RowKey::Tag(Slug::stored(name)),
            "artifact" => match Member::stored(name) {
                Member::Typed(id) => RowKey::Artifact(id),
                Member::Bare(name) => self.artifact_named(&name, at)?,
            },
            "rating" => {
                let (artifact, by) = name.rsplit_once(':').ok_or_else(unknown)?;
                RowKey::Rating(Member::stored(artifact), by.to_owned())
            }
            _ => return Err(unknown()),
        })
    }

    fn artifact_named(&self, name: &Name, at: Option<&str>) -> Result<RowKey, AppError> {
        let head = self.repository.head()?.commit;
        let Some(head) = head else {
            return Err(unknown_artifact(name, Vec::new()));
        };
        let commit = match at {
            Some(at) => known_commit_at(&self.repository, self.environment.now, at)?,
            None => head,
        };
        let manifest = sound_manifest_of(&self.repository, commit);
        let mut keys = manifest.map_or_else(|_| Vec::new(), |found| found.keys(Table::Artifacts));
        let files = ids_of(&self.repository, commit)?;
        keys.extend(files.into_iter().map(RowKey::Artifact));
        let there: BTreeSet<ArtifactId> = keys.iter().filter_map(|key| named(key, name)).collect();
        let found = if there.is_empty() {
            self.artifacts_ever_named(head, name)?
        } else {
            there
        };
        let mut all = found.iter();
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(RowKey::Artifact(one.clone())),
            (None, _) => {
                let known = keys.iter().map(RowKey::in_table);
                Err(unknown_artifact(name, known.collect()))
            }
            _ => Err(AppError::Ambiguous {
                name: name.to_string(),
                candidates: found.iter().map(ArtifactId::to_string).collect(),
            }),
        }
    }

    /// The artifacts that had a name at any time.
    fn artifacts_ever_named(
        &self,
        head: ObjectName,
        name: &Name,
    ) -> Result<BTreeSet<ArtifactId>, AppError> {
        let index = Database::open(&self.database_path()).ok().flatten();
        let mut past = PastCommits::of(&self.repository, head, index.as_ref(), Depth::Node)?;
        let mut found = BTreeSet::new();
        loop {
            let steps = past.next()?;
            if steps.is_empty() {
                return Ok(found);
            }
            past.work_out(&steps)?;
            for step in &steps {
                let sides = past.sides(step, Interest::Every)?;
                let names = sides
                    .iter()
                    .flatten()
                    .flat_map(|change| names_in(change, name));
                found.extend(names);
            }
        }
    }
}

fn unknown_artifact(name: &Name, known: Vec<String>) -> AppError {
    AppError::Unknown {
        what: "artifact",
        name: name.to_string(),
        known,
    }
}

/// The artifact of a key, if it has that name.
fn named(key: &RowKey, name: &Name) -> Option<ArtifactId> {
    match key {
        RowKey::Artifact(id) if id.name == *name => Some(id.clone()),
        _ => None,
    }
}

/// The artifacts of that name that a change tells of: as it is called since, and as it was called before.
fn names_in(change: &Change, name: &Name) -> impl Iterator<Item = ArtifactId> + use<> {
    let is_rename = change.table == Table::Artifacts && change.action == Action::Rename;
    let before = is_rename.then(|| change.before.as_text().parse().ok());
    let before = before.flatten().map(RowKey::Artifact);
    let before = before.and_then(|key| named(&key, name));
    named(&change.key, name).into_iter().chain(before)
}
