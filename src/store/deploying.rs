//! Putting files into a project so that an interruption leaves each as it was or as it is to be, and is mended.
//!
//! A journal says what is to happen. It lies in the user's home, because a project may come from anybody. All new
//! files are written first, under names of their own in the profile's folder; from the moment that the journal says
//! so, they are only renamed, the record last. What holds neither the old nor the new content by then was changed by
//! somebody else, and is left as it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::file_tree::FileContent;
use crate::model::path::RelativePath;

use super::error::StoreError;
use super::files::{self, Mode};
use super::project::{content_at, link_on_the_way};

/// The largest journal that is read, in bytes.
const LIMIT: u64 = 64 << 20;

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStep {
    /// Below the profile's folder.
    pub path: RelativePath,
    /// What stands there.
    pub before: Option<FileContent>,
    /// What is to stand there; no link.
    pub after: Option<FileContent>,
}

/// What becomes of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The project's folder.
    pub project: PathBuf,
    /// The profile's folder below it.
    pub root: RelativePath,
    /// The files of artifacts.
    pub files: Vec<FileStep>,
    /// The record.
    pub record: FileStep,
}

/// What came of an interrupted deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// It was finished. These files were changed by somebody else meanwhile, and left as they are.
    Finished(PathBuf, Vec<String>),
    /// Nothing had been done yet, and nothing of it is left.
    TakenBack(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Staging,
    Publishing,
}

#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    phase: Phase,
    project: PathBuf,
    root: String,
    steps: Vec<Step>,
}

/// A file by fingerprints; what is staged for it lies under a name made of its number.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    path: String,
    before: Option<String>,
    after: Option<String>,
}

impl Publication {
    /// Does it, all or nothing, unless the process is killed: then the next one mends it. `stop` is asked once before
    /// the first file is replaced. Files that somebody else changes in that very moment are left as they are, and
    /// named.
    pub fn publish(
        &self,
        journal_path: &Path,
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<String>, StoreError> {
        let mut journal = self.journal();
        journal.write(journal_path)?;
        let staged = self.stage(&journal).and_then(|()| {
            if stop() {
                return Err(StoreError::Interrupted);
            }
            journal.phase = Phase::Publishing;
            journal.write(journal_path)
        });
        if let Err(error) = staged {
            journal.take_back();
            files::remove(journal_path)?;
            return Err(error);
        }
        let left = journal.complete();
        files::remove(journal_path)?;
        Ok(left)
    }

    fn steps(&self) -> impl Iterator<Item = &FileStep> {
        self.files.iter().chain([&self.record])
    }

    fn journal(&self) -> Journal {
        let fingerprint = |content: &Option<FileContent>| Some(content.as_ref()?.fingerprint());
        Journal {
            phase: Phase::Staging,
            project: self.project.clone(),
            root: self.root.to_string(),
            steps: self
                .steps()
                .map(|step| Step {
                    path: step.path.to_string(),
                    before: fingerprint(&step.before),
                    after: fingerprint(&step.after),
                })
                .collect(),
        }
    }

    /// Writes the new files under their own names, synced.
    fn stage(&self, journal: &Journal) -> Result<(), StoreError> {
        let folder = journal.folder();
        files::create_folder(&folder)?;
        let mut written = BTreeSet::from([folder]);
        for (number, step) in self.steps().enumerate() {
            let Some(content) = &step.after else {
                continue;
            };
            let mode = match (&step.before, content) {
                (Some(FileContent::Plain(_)), FileContent::Plain(_))
                | (Some(FileContent::Executable(_)), FileContent::Executable(_)) => Mode::Keep,
                (_, FileContent::Executable(_)) => Mode::Executable,
                _ => Mode::Plain,
            };
            let path = journal.staged(number);
            let target = step.path.under(&journal.folder());
            files::stage_as(&path, &target, content.bytes(), mode)?;
            written.insert(path);
        }
        files::sync_all(&written)
    }
}

impl Journal {
    fn write(&self, path: &Path) -> Result<(), StoreError> {
        if let Some(folder) = path.parent() {
            files::create_folder(folder)?;
        }
        let text = serde_json::to_vec(self)
            .map_err(|error| StoreError::io("write", path)(error.into()))?;
        files::replace(path, &text, Mode::Keep)
    }

    fn folder(&self) -> PathBuf {
        self.project.join(&self.root)
    }

    fn staged(&self, number: usize) -> PathBuf {
        self.folder().join(format!(".skillmeat-new-{number}"))
    }

    /// Removes what was staged, and the folder if it was made for it.
    fn take_back(&self) {
        for number in 0..self.steps.len() {
            let _ = files::remove_unsynced(&self.staged(number));
        }
        let _ = fs::remove_dir(self.folder());
    }

    /// Puts everything into place: what goes first, then what comes, the record last. Returns what was left as it is.
    fn complete(&self) -> Vec<String> {
        let mut left = Vec::new();
        let mut folders = BTreeSet::new();
        let numbered = self.steps.iter().enumerate();
        let (goes, comes): (Vec<_>, Vec<_>) = numbered.partition(|(_, step)| step.after.is_none());
        for (number, step) in goes.into_iter().chain(comes) {
            if !self.complete_step(number, step, &mut folders) {
                left.push(format!("{}/{}", self.root, step.path));
            }
            let _ = files::remove_unsynced(&self.staged(number));
        }
        folders.retain(|folder| folder.is_dir());
        // What was renamed is where it belongs; a failure only means that a power cut may take it back.
        let _ = files::sync_all(&folders);
        left
    }

    /// Whether the file is as it is to be.
    fn complete_step(&self, number: usize, step: &Step, folders: &mut BTreeSet<PathBuf>) -> bool {
        let (Ok(root), Ok(below)) = (
            self.root.parse::<RelativePath>(),
            step.path.parse::<RelativePath>(),
        ) else {
            return false;
        };
        let Ok(path) = root.join(below.as_str()) else {
            return false;
        };
        let full = path.under(&self.project);
        let is_led_away = path
            .parent()
            .is_some_and(|folder| link_on_the_way(&self.project, &folder).is_some());
        let (false, Ok(now)) = (is_led_away, found(&full)) else {
            return false;
        };
        if now == step.after {
            return true;
        }
        if now != step.before {
            return false;
        }
        folders.extend(full.parent().map(Path::to_owned));
        if step.after.is_none() {
            let is_gone = files::remove_unsynced(&full).is_ok();
            files::prune_folders(&full, &self.project);
            return is_gone;
        }
        if found(&self.staged(number)).ok() != Some(step.after.clone()) {
            return false;
        }
        let folder_made = full
            .parent()
            .is_none_or(|folder| files::create_folder(folder).is_ok());
        folder_made && files::rename(&self.staged(number), &full).is_ok()
    }
}

fn found(path: &Path) -> Result<Option<String>, StoreError> {
    Ok(content_at(path)?.map(|content| content.fingerprint()))
}

/// Ends a deployment that was interrupted, if there is one. Whoever calls this holds the lock of deployments.
pub fn mend(journal_path: &Path) -> Result<Option<Mended>, StoreError> {
    let Some(bytes) = files::read(journal_path, LIMIT)? else {
        return Ok(None);
    };
    let journal: Option<Journal> = serde_json::from_slice(&bytes).ok();
    let mended = journal
        .filter(|journal| journal.project.is_dir())
        .map(|journal| match journal.phase {
            Phase::Staging => {
                journal.take_back();
                Mended::TakenBack(journal.folder())
            }
            Phase::Publishing => {
                let left = journal.complete();
                Mended::Finished(journal.folder(), left)
            }
        });
    files::remove(journal_path)?;
    Ok(mended)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Project {
        folder: tempfile::TempDir,
    }

    fn plain(text: &str) -> FileContent {
        FileContent::Plain(text.as_bytes().to_vec())
    }

    fn step(path: &str, before: Option<FileContent>, after: Option<FileContent>) -> FileStep {
        FileStep {
            path: path.parse().expect("a path"),
            before,
            after,
        }
    }

    impl Project {
        /// A project with an old file, one that goes, and an old record.
        fn new() -> Self {
            let project = Self {
                folder: tempfile::tempdir().expect("a folder"),
            };
            files::create_folder(&project.path("skills/x")).expect("a folder");
            for (path, text) in [
                ("skills/x/a", "old"),
                ("skills/x/b", "goes"),
                ("record", "1"),
            ] {
                project.put(path, text);
            }
            project
        }

        fn path(&self, path: &str) -> PathBuf {
            self.folder.path().join(".claude").join(path)
        }

        fn put(&self, path: &str, text: &str) {
            files::replace(&self.path(path), text.as_bytes(), Mode::Plain).expect("written");
        }

        fn text(&self, path: &str) -> Option<String> {
            fs::read_to_string(self.path(path)).ok()
        }

        fn journal(&self) -> PathBuf {
            self.folder.path().join("journal")
        }

        fn publication(&self) -> Publication {
            Publication {
                project: self.folder.path().to_owned(),
                root: ".claude".parse().expect("a path"),
                files: vec![
                    step("skills/x/a", Some(plain("old")), Some(plain("new"))),
                    step("skills/x/b", Some(plain("goes")), None),
                    step("skills/x/b/deep", None, Some(plain("deep"))),
                ],
                record: step("record", Some(plain("1")), Some(plain("2"))),
            }
        }

        fn staged(&self, phase: Phase) {
            let publication = self.publication();
            let mut journal = publication.journal();
            publication.stage(&journal).expect("staged");
            journal.phase = phase;
            journal.write(&self.journal()).expect("written");
        }

        fn texts(&self) -> Vec<Option<String>> {
            let paths = ["skills/x/a", "skills/x/b/deep", "record"];
            paths.map(|path| self.text(path)).to_vec()
        }

        fn is_tidy(&self) -> bool {
            let entries = fs::read_dir(self.path("")).expect("listed").flatten();
            !self.journal().exists()
                && !entries
                    .map(|entry| entry.file_name().to_string_lossy().into_owned())
                    .any(|name| name.starts_with(".skillmeat"))
        }
    }

    fn some(texts: [&str; 3]) -> Vec<Option<String>> {
        texts.map(|text| Some(text.to_owned())).to_vec()
    }

    #[test]
    fn a_file_may_become_a_folder_and_nothing_is_left_over() {
        let project = Project::new();
        let left = project
            .publication()
            .publish(&project.journal(), &|| false)
            .expect("published");
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(project.texts(), some(["new", "deep", "2"]));
        assert!(project.is_tidy());
    }

    #[test]
    fn who_asks_to_stop_in_time_finds_all_as_it_was() {
        let project = Project::new();
        let stopped = project.publication().publish(&project.journal(), &|| true);
        assert!(matches!(stopped, Err(StoreError::Interrupted)));
        assert_eq!(project.text("skills/x/b").as_deref(), Some("goes"));
        assert_eq!(project.text("record").as_deref(), Some("1"));
        assert!(project.is_tidy());
    }

    #[test]
    fn what_was_only_staged_is_taken_back_and_what_was_begun_is_finished() {
        let project = Project::new();
        project.staged(Phase::Staging);
        let mended = mend(&project.journal()).expect("mended");
        assert!(matches!(mended, Some(Mended::TakenBack(_))), "{mended:?}");
        assert_eq!(project.text("skills/x/a").as_deref(), Some("old"));
        assert!(project.is_tidy());

        project.staged(Phase::Publishing);
        let mended = mend(&project.journal()).expect("mended");
        assert!(matches!(mended, Some(Mended::Finished(_, left)) if left.is_empty()));
        assert_eq!(project.texts(), some(["new", "deep", "2"]));
        assert!(project.is_tidy());
        assert_eq!(mend(&project.journal()).expect("nothing"), None);
    }

    #[test]
    fn what_somebody_else_changed_meanwhile_is_left_and_named() {
        let project = Project::new();
        project.staged(Phase::Publishing);
        project.put("skills/x/a", "edited");
        let mended = mend(&project.journal()).expect("mended");
        let Some(Mended::Finished(_, left)) = mended else {
            panic!("{mended:?}");
        };
        assert_eq!(left, [".claude/skills/x/a"]);
        assert_eq!(project.texts(), some(["edited", "deep", "2"]));
        assert!(project.is_tidy());
    }

    #[test]
    fn a_folder_that_became_a_link_is_not_followed() {
        let project = Project::new();
        project.staged(Phase::Publishing);
        let outside = project.folder.path().join("outside");
        fs::create_dir(&outside).expect("a folder");
        fs::remove_dir_all(project.path("skills/x")).expect("removed");
        std::os::unix::fs::symlink(&outside, project.path("skills/x")).expect("a link");
        let mended = mend(&project.journal()).expect("mended");
        assert!(matches!(mended, Some(Mended::Finished(_, left)) if left.len() == 3));
        assert_eq!(fs::read_dir(&outside).expect("listed").count(), 0);
    }
}
