//! Fetching a part of another repository: shallow, without the files' contents, and then the contents that are wanted.
//!
//! What comes lies in a bare repository of its own in a temporary folder; nothing is checked out and nothing of it is
//! run. The folder goes with the value; one that a killed process left is removed by the next.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::error::StoreError;
use crate::store::files;

use super::elsewhere::{Prompts, RemoteRefs, isolated, output, said};
use super::id::ObjectName;

/// What the folders are called.
const PREFIX: &str = "fetch-";

/// The name under which the other repository is known in ours.
const REMOTE: &str = "source";

/// The file that says that a folder is in use: it is locked as long as its process lives.
const IN_USE: &str = "in-use";

/// How long a folder must have been there before it counts as left: making one takes a moment.
const LEFT: Duration = Duration::from_mins(1);

/// Where the bare repository lies in the folder.
const GIT: &str = "git";

/// A part of another repository.
#[derive(Debug)]
pub struct Fetched {
    folder: PathBuf,
    _in_use: File,
    refs: RemoteRefs,
    prompts: Prompts,
}

impl Drop for Fetched {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Fetched {
    /// Makes an empty repository below `parent` for what is to come from the one that these refs are of.
    pub fn begin(parent: &Path, refs: RemoteRefs, prompts: Prompts) -> Result<Self, StoreError> {
        files::create_folder(parent)?;
        sweep(parent);
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent)
            .map_err(StoreError::io("create a folder in", parent))?
            .keep();
        let lock = folder.join(IN_USE);
        let in_use = File::create(&lock).map_err(StoreError::io("create", &lock))?;
        in_use.lock().map_err(StoreError::io("lock", &lock))?;
        let fetched = Self {
            folder,
            _in_use: in_use,
            refs,
            prompts,
        };
        let format = match fetched.refs.object_format() {
            gix::hash::Kind::Sha256 => "--object-format=sha256",
            _ => "--object-format=sha1",
        };
        let mut command = isolated(&fetched.folder, prompts);
        command.args(["init", "--quiet", "--bare", "--template=", format, GIT]);
        let told = output(command, "init")?;
        if !told.status.success() {
            return Err(StoreError::GitCommand {
                command: "init".to_owned(),
                message: said(&told),
            });
        }
        Ok(fetched)
    }

    /// The folder that goes with this value, for what is made of the fetched.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The branches and tags of the other repository.
    pub fn refs(&self) -> &RemoteRefs {
        &self.refs
    }

    /// Fetches commits with their trees, without parents and without files. A commit that the other side has no more is
    /// passed over: see [`Self::holds`].
    pub fn fetch_commits(&self, commits: &[ObjectName]) -> Result<(), StoreError> {
        let names: Vec<String> = commits.iter().map(ToString::to_string).collect();
        if self.fetch(&["--depth=1"], &names).is_ok() {
            return Ok(());
        }
        for (commit, name) in commits.iter().zip(&names) {
            match self.fetch(&["--depth=1"], std::slice::from_ref(name)) {
                Ok(()) => {}
                Err(error) => self.fetch_around(*commit, error)?,
            }
        }
        Ok(())
    }

    /// Fetches a commit from a server that gives none by its id: by a ref that leads to it, else with all history.
    fn fetch_around(&self, commit: ObjectName, error: StoreError) -> Result<(), StoreError> {
        match refusal(&error) {
            None => return Err(error),
            Some(NotGiven::Unknown) => return Ok(()),
            Some(NotGiven::ByIdNever) => {}
        }
        if let Some(name) = self.refs.leading_to(commit) {
            self.fetch(&["--depth=1"], &[name.to_owned()])?;
        }
        if self.holds(commit)? {
            return Ok(());
        }
        let everything = ["refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"];
        self.fetch(&[], &everything.map(str::to_owned))
    }

    /// The commit that an abbreviated id means, of those that branches and tags lead to; nothing when there is none, or
    /// more than one. Fetches commits alone.
    pub fn whole_name(&self, abbreviated: &str) -> Result<Option<ObjectName>, StoreError> {
        let everything = ["refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*"];
        self.run_fetch("--filter=tree:0", &[], &everything.map(str::to_owned))?;
        let commit = format!("{abbreviated}^{{commit}}");
        let mut command = self.git();
        command.args([
            "rev-parse",
            "--quiet",
            "--verify",
            "--end-of-options",
            &commit,
        ]);
        command.env("GIT_NO_LAZY_FETCH", "1");
        let told = output(command, "rev-parse")?;
        Ok(String::from_utf8_lossy(&told.stdout).trim().parse().ok())
    }

    /// Fetches contents of files by their names.
    pub fn fetch_blobs(&self, blobs: &[ObjectName]) -> Result<(), StoreError> {
        let reader = self.reader()?;
        let blobs: BTreeSet<&ObjectName> = blobs.iter().collect();
        let missing: Vec<String> = blobs
            .into_iter()
            .filter(|name| !reader.has_object(name.0))
            .map(ToString::to_string)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        self.fetch(&[], &missing)
    }

    /// Whether a commit came.
    pub fn holds(&self, commit: ObjectName) -> Result<bool, StoreError> {
        Ok(self.reader()?.find_commit(commit.0).is_ok())
    }

    fn fetch(&self, options: &[&str], wanted: &[String]) -> Result<(), StoreError> {
        self.run_fetch("--filter=blob:none", options, wanted)
    }

    fn run_fetch(
        &self,
        filter: &str,
        options: &[&str],
        wanted: &[String],
    ) -> Result<(), StoreError> {
        let mut list = tempfile::tempfile_in(&self.folder)
            .map_err(StoreError::io("create a file in", &self.folder))?;
        list.write_all((wanted.join("\n") + "\n").as_bytes())
            .and_then(|()| list.seek(SeekFrom::Start(0)))
            .map_err(StoreError::io("write a file in", &self.folder))?;
        let mut command = self.git();
        command
            .args(["-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet"])
            .args([
                "--no-tags",
                "--no-write-fetch-head",
                "--no-auto-maintenance",
            ])
            .args(["--recurse-submodules=no", "--stdin", filter])
            .args(options)
            .args(["--", REMOTE])
            .stdin(list);
        let told = output(command, "fetch")?;
        if told.status.success() {
            return Ok(());
        }
        Err(StoreError::Unreachable {
            remote: self.refs.address().to_owned(),
            message: said(&told),
        })
    }

    fn git(&self) -> std::process::Command {
        let mut command = isolated(&self.folder, self.prompts);
        for (key, value) in [
            ("url", self.refs.address()),
            ("promisor", "true"),
            ("partialCloneFilter", "blob:none"),
        ] {
            let setting = format!("remote.{REMOTE}.{key}={value}");
            command.args(["-c", &setting]);
        }
        command.args(["--git-dir", GIT]);
        command
    }

    /// The repository with what has come so far. It never fetches by itself.
    pub(super) fn reader(&self) -> Result<gix::Repository, StoreError> {
        gix::open_opts(self.folder.join(GIT), gix::open::Options::isolated())
            .map_err(StoreError::git("open what was fetched"))
    }
}

/// Why a repository that answers gives no object.
enum NotGiven {
    /// It does not have it.
    Unknown,
    /// It gives nothing by its id, only what branches and tags lead to.
    ByIdNever,
}

fn refusal(error: &StoreError) -> Option<NotGiven> {
    let StoreError::Unreachable { message, .. } = error else {
        return None;
    };
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&[
        "unadvertised object",
        "no such remote ref",
        "couldn't find remote ref",
    ]) {
        return Some(NotGiven::ByIdNever);
    }
    says(&["not our ref", "did not send all necessary objects"]).then_some(NotGiven::Unknown)
}

/// Removes folders whose processes are gone.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let folder = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if !is_ours || !files::is_older(&folder, LEFT) {
            continue;
        }
        let is_free = match File::open(folder.join(IN_USE)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(error) => files::is_absent(&error),
        };
        if is_free {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}
