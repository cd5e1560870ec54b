//! A repository as seen from a collection's folder.

use std::fs;
use std::path::{Path, PathBuf};

use gix::bstr::ByteSlice;
use gix::sec::trust::DefaultForLevel;

use crate::model::commit::Signature;
use crate::model::path::RelativePath;
use crate::model::time::Moment;
use crate::store::error::StoreError;
use crate::store::files;

use super::pack_cache::{Misses, PackCache};

/// From this size on, in bytes, an index is read by several threads.
const LARGE_INDEX: u64 = 4 << 20;

/// The largest configuration of a repository that was just made, in bytes.
const CONFIG_LIMIT: u64 = 1 << 20;

/// The repository that holds a collection, and where in it the collection lies.
pub struct Repository {
    pub(super) git: gix::Repository,
    work_tree: PathBuf,
    folder: PathBuf,
    prefix: String,
}

/// Who signs a commit, and whether that came from git's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who wrote the change.
    pub author: Signature,
    /// Who makes the commit.
    pub committer: Signature,
    /// Where the names come from.
    pub origin: IdentityOrigin,
}

/// Where a commit's names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityOrigin {
    /// From git's configuration or environment.
    Configured,
    /// From the login and host name, because nothing is configured.
    Guessed,
}

/// What git is told to do at every commit, beyond making it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitSettings {
    /// `commit.gpgSign`.
    pub signing: Signing,
    /// `skillmeat.runCommitHooks`: whether the user's own `pre-commit` and `commit-msg` run.
    pub hooks: CommitHooks,
}

/// Whether commits are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// Whether the user's commit hooks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitHooks {
    /// `pre-commit` and `commit-msg` run and may refuse.
    Run,
    /// They are passed over.
    Skip,
}

impl Repository {
    /// Finds the repository that holds `folder`. One that belongs to another user is refused, as git refuses it.
    pub fn discover(folder: &Path) -> Result<Self, StoreError> {
        let full = folder
            .canonicalize()
            .map_err(StoreError::io("find", folder))?;
        let map = gix::sec::trust::Mapping {
            full: gix::open::Options::default_for_level(gix::sec::Trust::Full),
            reduced: gix::open::Options::default_for_level(gix::sec::Trust::Reduced)
                .bail_if_untrusted(true),
        };
        let opened = gix::ThreadSafeRepository::discover_opts(
            &full,
            gix::discover::upwards::Options::default(),
            map,
        );
        match opened {
            Ok(opened) => Self::at(opened.to_thread_local(), full),
            Err(error) => Err(why_closed(folder, &full, error)),
        }
    }

    fn at(mut git: gix::Repository, folder: PathBuf) -> Result<Self, StoreError> {
        let work_tree = git
            .workdir()
            .ok_or_else(|| StoreError::Bare {
                path: git.git_dir().to_owned(),
            })?
            .canonicalize()
            .map_err(StoreError::io("find", git.git_dir()))?;
        let inside = folder.strip_prefix(&work_tree).unwrap_or(Path::new(""));
        let mut prefix = inside.to_string_lossy().into_owned();
        if !prefix.is_empty() {
            prefix.push('/');
        }
        git.object_cache_size_if_unset(1 << 20);
        read_small_index_at_once(&mut git);
        Ok(Self {
            git,
            work_tree,
            folder,
            prefix,
        })
    }

    /// Makes a repository with an unborn branch, as `git init` does. It is made aside and then renamed into place, so
    /// that a killed process does not leave half of one.
    pub fn create(folder: &Path) -> Result<Self, StoreError> {
        let aside = files::temporary_of(&folder.join(".git"));
        let _ = fs::remove_dir_all(&aside);
        gix::init(&aside).map_err(StoreError::git("create a repository"))?;
        files::rename(&aside.join(".git"), &folder.join(".git"))?;
        files::sync_folder_of(&folder.join(".git"))?;
        let _ = fs::remove_dir(&aside);
        Self::discover(folder)
    }

    /// A repository of a folder that is in none, with its own files in `aside`: what would be done can be worked out in
    /// it, and nothing is written in the folder.
    pub fn rehearsed(folder: &Path, aside: &Path) -> Result<Self, StoreError> {
        let full = folder
            .canonicalize()
            .map_err(StoreError::io("find", folder))?;
        gix::init(aside).map_err(StoreError::git("create a repository"))?;
        let config = aside.join(".git/config");
        let mut text = files::read(&config, CONFIG_LIMIT)?.unwrap_or_default();
        text.extend_from_slice(b"[core]\n\tworktree = \"");
        for byte in full.as_os_str().as_encoded_bytes() {
            match byte {
                b'\n' => text.extend_from_slice(b"\\n"),
                b'"' | b'\\' => text.extend_from_slice(&[b'\\', *byte]),
                _ => text.push(*byte),
            }
        }
        text.extend_from_slice(b"\"\n");
        files::replace(&config, &text, files::Mode::Keep)?;
        let git = gix::open(aside.join(".git")).map_err(StoreError::git("open the repository"))?;
        Self::at(git, full)
    }

    /// The same repository for another thread, which is to read many versions of one file; with how often what such a
    /// version is made of had to be made anew.
    pub fn for_versions(&self) -> (Self, Misses) {
        let mut git = self.git.clone();
        let misses = Misses::default();
        let counted = misses.clone();
        git.objects.unset_object_cache();
        git.objects
            .set_pack_cache(move || Box::new(PackCache::counted_by(counted.clone())));
        let repository = Self {
            git,
            work_tree: self.work_tree.clone(),
            folder: self.folder.clone(),
            prefix: self.prefix.clone(),
        };
        (repository, misses)
    }

    /// The folder that the work tree fills.
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// The collection's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The collection's folder relative to the work tree: `""`, or a path that ends in `/`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The folder of this work tree's own git files.
    pub fn git_dir(&self) -> &Path {
        self.git.git_dir()
    }

    /// The folder of git files that all work trees share.
    pub fn common_dir(&self) -> &Path {
        self.git.common_dir()
    }

    /// A path of the collection as git names it, relative to the work tree.
    pub fn path_in_repository(&self, path: &RelativePath) -> String {
        format!("{}{path}", self.prefix)
    }

    /// What git is told to do at every commit.
    pub fn commit_settings(&self) -> CommitSettings {
        let config = self.git.config_snapshot();
        let on = |key: &str| config.boolean(key).unwrap_or(false);
        CommitSettings {
            signing: if on("commit.gpgSign") {
                Signing::On
            } else {
                Signing::Off
            },
            hooks: if on("skillmeat.runCommitHooks") {
                CommitHooks::Run
            } else {
                CommitHooks::Skip
            },
        }
    }

    /// The folder in which git looks for hooks.
    pub fn hooks_folder(&self) -> PathBuf {
        let config = self.git.config_snapshot();
        let configured = config.trusted_path("core.hooksPath").ok().flatten();
        configured.map_or_else(
            || self.common_dir().join("hooks"),
            |path| self.work_tree.join(path),
        )
    }

    /// A text of git's configuration.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.git
            .config_snapshot()
            .string(key)
            .map(|value| value.to_str_lossy().into_owned())
    }

    /// Who makes a commit at `now`: from git's environment and configuration, in git's order, else `fallback` (a
    /// name and an address). Asking the library for it would look up the time zone anew, which takes longer than all
    /// else here.
    pub fn identity(&self, now: Moment, fallback: (&str, &str)) -> Identity {
        let guessed = Signature {
            name: fallback.0.to_owned(),
            email: fallback.1.to_owned(),
            time: now,
        };
        let author = self.person("author", now);
        let committer = self.person("committer", now);
        let origin = match (&author, &committer) {
            (Some(_), Some(_)) => IdentityOrigin::Configured,
            _ => IdentityOrigin::Guessed,
        };
        Identity {
            author: author.unwrap_or_else(|| guessed.clone()),
            committer: committer.unwrap_or(guessed),
            origin,
        }
    }

    /// The author or committer; the library keeps what the environment says under keys of its own.
    fn person(&self, role: &str, now: Moment) -> Option<Signature> {
        let config = self.git.config_snapshot();
        let text = |key: String| {
            let value = config.string(&key)?.to_str_lossy().trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        let name = text(format!("gitoxide.{role}.nameFallback"))
            .or_else(|| text(format!("{role}.name")))
            .or_else(|| text("user.name".to_owned()))?;
        let email = text(format!("gitoxide.{role}.emailFallback"))
            .or_else(|| text(format!("{role}.email")))
            .or_else(|| text("user.email".to_owned()))
            .or_else(|| text("gitoxide.user.emailFallback".to_owned()))?;
        let date = text(format!("gitoxide.commit.{role}Date"));
        let time = date.and_then(|date| gix::date::parse(&date, None).ok());
        let time = time.map_or(now, |time| Moment {
            seconds: time.seconds,
            offset: time.offset,
        });
        Some(Signature { name, email, time })
    }
}

/// Lets the index be read by this thread alone where that is faster than to ask how many there might be.
fn read_small_index_at_once(git: &mut gix::Repository) {
    let is_small = fs::metadata(git.index_path()).is_ok_and(|index| index.len() < LARGE_INDEX);
    if is_small {
        // A setting that can't be made changes nothing but the time.
        let _ = git
            .config_snapshot_mut()
            .set_value(&gix::config::tree::Index::THREADS, "1");
    }
}

/// Says why no repository could be opened for a folder.
fn why_closed(folder: &Path, full: &Path, error: gix::Error) -> StoreError {
    let Ok((path, _trust)) = gix::discover::upwards(full) else {
        return StoreError::NotARepository {
            path: folder.to_owned(),
        };
    };
    let (git_dir, _) = path.into_repository_and_work_tree_directories();
    if is_foreign(&git_dir) {
        return StoreError::ForeignOwner { path: git_dir };
    }
    StoreError::git("open the repository")(error)
}

/// Whether a folder belongs to somebody else, so that git would call it a dubious ownership.
fn is_foreign(git_dir: &Path) -> bool {
    gix::sec::Trust::from_path_ownership(git_dir)
        .is_ok_and(|trust| trust == gix::sec::Trust::Reduced)
}
