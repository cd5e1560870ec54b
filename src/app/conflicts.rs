//! The conflicts that a merge left in the manifest, worked out anew from the three versions that the index keeps.

use std::path::PathBuf;

use crate::model::conflict::{Choice, Conflict, Resolution};
use crate::model::layout::MANIFEST;
use crate::model::markers::{MarkerStyle, Markers};
use crate::model::side::{Side, Sides};
use crate::store::files::{self, Mode};
use crate::store::git::head::Operation;
use crate::store::git::id::ObjectName;

use super::commit_contents::{CommitContents, Commits, Held};
use super::error::AppError;
use super::merge_manifest::{MergeReport, MergeRequest, merge_manifests};
use super::met_commits::Meeting;
use super::refresh::MANIFEST_LIMIT;
use super::workspace::Workspace;

/// What is in conflict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conflicts {
    /// What could not be decided, and is not resolved yet.
    pub open: Vec<Conflict>,
    /// Whose versions meet, as people know them: `ours` and `theirs` as git means them.
    pub sides: Sides<String>,
    /// The git operation that waits: `merge`, `rebase` and so on.
    pub operation: Option<&'static str>,
    /// Other files with a conflict, relative to the work tree; the manifest, too, where one side deleted it.
    pub others: Vec<String>,
    /// Why the manifest could only be merged by lines, if so.
    pub by_lines: Option<String>,
}

/// The three versions of a manifest in conflict.
pub(super) struct Stages {
    /// Their blobs; nothing where a side does not have the manifest.
    pub(super) blobs: Sides<Option<ObjectName>>,
    /// Their contents; empty where there is none.
    pub(super) contents: Sides<Vec<u8>>,
    /// The manifest in the work tree.
    pub(super) work_tree: Vec<u8>,
}

/// What was resolved of a conflict so far, kept until the manifest is clean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Resolved(pub(super) Vec<Resolution>);

impl Workspace {
    /// The conflicts that are open; none when nothing is in conflict.
    pub fn conflicts(&self) -> Result<Conflicts, AppError> {
        let mut conflicts = self.surroundings()?;
        let Some(stages) = self.stages()? else {
            return Ok(conflicts);
        };
        if stages.lacks_a_side() {
            conflicts.others.insert(0, self.manifest_in_repository()?);
            return Ok(conflicts);
        }
        if !holds_markers(&stages.work_tree) && !stages.work_tree.is_empty() {
            // The markers were taken out by hand: what is left is to say so to git.
            return Ok(conflicts);
        }
        let resolved = self.resolved(&stages)?;
        let report = self.merged(&stages, &resolved.0);
        if let super::merge_manifest::Way::Lines { reason, .. } = &report.way {
            conflicts.by_lines = Some(reason.clone());
        }
        conflicts.open = report.conflicts;
        Ok(conflicts)
    }

    /// What is going on, without the conflicts themselves.
    fn surroundings(&self) -> Result<Conflicts, AppError> {
        let manifest = self.manifest_in_repository()?;
        let mut others = self.repository.index()?.conflicts();
        others.retain(|path| *path != manifest);
        Ok(Conflicts {
            sides: self.sides()?,
            operation: self.repository.operation().map(Operation::command),
            others,
            ..Conflicts::default()
        })
    }

    /// Whose versions meet. In a rebase git calls the branch that one rebases onto ours, and one's own commit theirs.
    fn sides(&self) -> Result<Sides<String>, AppError> {
        let head = self.repository.head()?;
        let branch = head.branch_name().unwrap_or("HEAD").to_owned();
        let (name, word) = match self.repository.operation() {
            Some(Operation::Rebase | Operation::ApplyMailbox) => ("REBASE_HEAD", "your commit "),
            Some(Operation::CherryPick) => ("CHERRY_PICK_HEAD", ""),
            Some(Operation::Revert) => ("REVERT_HEAD", "without "),
            _ => ("MERGE_HEAD", ""),
        };
        let ours = match self.repository.operation() {
            Some(Operation::Rebase | Operation::ApplyMailbox) => {
                "the branch that you rebase onto".to_owned()
            }
            _ => branch,
        };
        let theirs = match self.repository.commit_of(name)? {
            Some(commit) => {
                let record = self.repository.commit_record(commit)?;
                let id = commit.commit_id();
                format!(
                    "{word}{} {:?} by {}",
                    id.short(),
                    record.summary,
                    record.author.name
                )
            }
            None => "the changes that are applied".to_owned(),
        };
        Ok(Sides {
            base: "their common ancestor".to_owned(),
            ours,
            theirs,
        })
    }

    /// The manifest's path relative to the work tree.
    pub(super) fn manifest_in_repository(&self) -> Result<String, AppError> {
        Ok(self.repository.path_in_repository(&MANIFEST.parse()?))
    }

    /// The three versions of the manifest; nothing when it is not in conflict.
    pub(super) fn stages(&self) -> Result<Option<Stages>, AppError> {
        let path = self.manifest_in_repository()?;
        let Some(blobs) = self.repository.index()?.stages(&path) else {
            return Ok(None);
        };
        let mut contents = Sides::default();
        for side in Side::ALL {
            if let Some(blob) = *blobs.of(side) {
                *contents.of_mut(side) = self.repository.blob(blob)?;
            }
        }
        Ok(Some(Stages {
            blobs,
            contents,
            work_tree: files::read(&self.manifest_path(), MANIFEST_LIMIT)?.unwrap_or_default(),
        }))
    }

    /// The manifest as the merge left it, after these resolutions.
    pub(super) fn merged(&self, stages: &Stages, resolutions: &[Resolution]) -> MergeReport {
        let source = || Some((Held::Lent(&self.repository), self.commits_of(stages)));
        merge_manifests(&MergeRequest {
            versions: stages.contents.map(Vec::as_slice),
            markers: markers_in(&stages.work_tree),
            resolutions: resolutions.to_vec(),
            contents: &CommitContents::found_by(source),
        })
    }

    /// The commits whose manifests are in conflict, each where it is found.
    pub(super) fn commits_of(&self, stages: &Stages) -> Commits {
        let labels = markers_in(&stages.work_tree).labels;
        let meeting = Meeting {
            repository: &self.repository,
            labels,
            manifests: stages.blobs,
        };
        meeting.commits()
    }

    /// What was resolved of this very conflict.
    pub(super) fn resolved(&self, stages: &Stages) -> Result<Resolved, AppError> {
        let text = files::read(&self.resolutions_path(), MANIFEST_LIMIT)?.unwrap_or_default();
        let noted: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        if noted["stages"] != stages.names() {
            return Ok(Resolved::default());
        }
        let list = noted["resolutions"].as_array().cloned().unwrap_or_default();
        if list.is_empty() || stages.work_tree == self.merged(stages, &[]).bytes {
            // The merge was begun anew, as with `git checkout --merge`.
            return Ok(Resolved::default());
        }
        Ok(Resolved(list.iter().filter_map(resolution_of).collect()))
    }

    /// Notes what was resolved.
    pub(super) fn note_resolved(
        &self,
        stages: &Stages,
        resolved: &Resolved,
    ) -> Result<(), AppError> {
        let list: Vec<_> = resolved.0.iter().map(noted).collect();
        let text = serde_json::json!({ "stages": stages.names(), "resolutions": list }).to_string();
        let path = self.resolutions_path();
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        Ok(files::replace(&path, text.as_bytes(), Mode::Plain)?)
    }

    /// Forgets what was resolved: it is in the manifest now.
    pub(super) fn forget_resolved(&self) -> Result<(), AppError> {
        Ok(files::remove(&self.resolutions_path())?)
    }

    fn resolutions_path(&self) -> PathBuf {
        self.database_path().with_file_name("resolutions.json")
    }
}

impl Stages {
    /// Whether one side deleted the manifest as a whole, which no row can tell.
    pub(super) fn lacks_a_side(&self) -> bool {
        self.blobs.ours.is_none() || self.blobs.theirs.is_none()
    }

    fn names(&self) -> serde_json::Value {
        Side::ALL
            .map(|side| self.blobs.of(side).map(|blob| blob.to_string()))
            .into_iter()
            .collect()
    }
}

/// Whether a text holds conflict markers.
pub(super) fn holds_markers(text: &[u8]) -> bool {
    marker(text, b'<').is_some() && marker(text, b'>').is_some()
}

/// The first marker of a sign: how long it is, and its label.
fn marker(text: &[u8], sign: u8) -> Option<(u8, String)> {
    text.split(|byte| *byte == b'\n').find_map(|line| {
        let length = line.iter().take_while(|byte| **byte == sign).count();
        let rest = line[length..]
            .strip_suffix(b"\r")
            .unwrap_or(&line[length..]);
        let size = u8::try_from(length).ok().filter(|size| *size >= 7)?;
        let label = rest
            .strip_prefix(b" ")
            .or(rest.is_empty().then_some(rest))?;
        Some((size, String::from_utf8_lossy(label).into_owned()))
    })
}

/// How conflicts are marked in a text, so that a new one is marked likewise.
fn markers_in(text: &[u8]) -> Markers {
    let ours = marker(text, b'<');
    let theirs = marker(text, b'>');
    let base = marker(text, b'|');
    let size = ours.as_ref().map_or(7, |(size, _)| *size);
    let label = |marker: Option<(u8, String)>, other: &str| {
        marker.map_or_else(|| other.to_owned(), |(_, label)| label)
    };
    Markers {
        style: if base.is_some() {
            MarkerStyle::Diff3
        } else {
            MarkerStyle::Merge
        },
        labels: Sides {
            base: label(base, "base"),
            ours: label(ours, "ours"),
            theirs: label(theirs, "theirs"),
        },
        size,
    }
}

fn noted(resolution: &Resolution) -> serde_json::Value {
    let (side, value) = match &resolution.choice {
        Choice::Version(side) => (Some(side.as_str()), None),
        Choice::Value(value) => (None, Some(value)),
    };
    serde_json::json!({
        "key": resolution.key.as_ref().map(ToString::to_string),
        "field": resolution.field,
        "side": side,
        "value": value,
    })
}

fn resolution_of(noted: &serde_json::Value) -> Option<Resolution> {
    let choice = match (noted["side"].as_str(), noted["value"].as_str()) {
        (Some(side), _) => {
            let side = Side::ALL.into_iter().find(|known| known.as_str() == side)?;
            Choice::Version(side)
        }
        (None, value) => Choice::Value(value?.to_owned()),
    };
    Some(Resolution {
        key: noted["key"].as_str().and_then(|key| key.parse().ok()),
        field: noted["field"].as_str().map(str::to_owned),
        choice,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_read_as_git_wrote_them() {
        let text = b"a\n<<<<<<<<< HEAD\nx\n=========\ny\n>>>>>>>>> mia/main\r\n";
        let markers = markers_in(text);
        assert_eq!((markers.size, markers.style), (9, MarkerStyle::Merge));
        assert_eq!(markers.labels.ours, "HEAD");
        assert_eq!(markers.labels.theirs, "mia/main");
        assert!(holds_markers(text) && !holds_markers(b"a <<<<<<< b\n"));
    }

    #[test]
    fn resolutions_are_read_as_they_are_noted() {
        for choice in [
            Choice::Version(Side::Theirs),
            Choice::Value("#112233".to_owned()),
        ] {
            let resolution = Resolution {
                key: "group:Auth".parse().ok(),
                field: Some("color".to_owned()),
                choice,
            };
            assert_eq!(resolution_of(&noted(&resolution)), Some(resolution));
        }
    }
}
