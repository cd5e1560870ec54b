//! Looking over the surroundings: git, the repository, the collection, the database.

use crate::model::finding::{Level, Severity};
use crate::store::git::repository::{CommitHooks, IdentityOrigin, Signing};

use super::error::AppError;
use super::status::Presence;
use super::workspace::Workspace;

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Good,
    /// It works, with something to know.
    Fair,
    /// It does not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was looked at: a word or two.
    pub subject: &'static str,
    /// How it is.
    pub health: Health,
    /// What was seen, one sentence.
    pub message: String,
    /// What to do about it; `""` when nothing is to be done.
    pub advice: String,
}

impl Diagnosis {
    fn new(
        subject: &'static str,
        health: Health,
        message: impl Into<String>,
        advice: &str,
    ) -> Self {
        Self {
            subject,
            health,
            message: message.into(),
            advice: advice.to_owned(),
        }
    }
}

impl Workspace {
    /// Looks everything over; only what was seen is told, nothing is changed.
    pub fn doctor(&self) -> Vec<Diagnosis> {
        vec![
            self.diagnose_git(),
            self.diagnose_identity(),
            self.diagnose_state(),
            self.diagnose_commits(),
            self.diagnose_collection(),
            self.diagnose_database(),
            self.diagnose_hooks(),
        ]
    }

    fn diagnose_hooks(&self) -> Diagnosis {
        let good = |message| Diagnosis::new("hooks", Health::Good, message, "");
        match self.hooks_presence() {
            Ok(Presence::Installed) => good("git's hooks keep the database fresh."),
            _ => Diagnosis::new(
                "hooks",
                Health::Fair,
                "Not all of git's hooks call skillmeat; every read looks for itself all the same.",
                "Run `skillmeat hooks install`.",
            ),
        }
    }

    fn diagnose_git(&self) -> Diagnosis {
        match self.repository.run(&["--version"], b"") {
            Ok(version) => {
                let version = String::from_utf8_lossy(&version).trim().to_owned();
                Diagnosis::new("git", Health::Good, format!("{version} is there."), "")
            }
            Err(error) => Diagnosis::new(
                "git",
                Health::Fair,
                format!("The git program can't be run: {error}."),
                "Install git; signing, hooks and sharing need it.",
            ),
        }
    }

    fn diagnose_identity(&self) -> Diagnosis {
        let identity = self.identity();
        let person = format!("{} <{}>", identity.author.name, identity.author.email);
        match identity.origin {
            IdentityOrigin::Configured => Diagnosis::new(
                "identity",
                Health::Good,
                format!("Commits are by {person}."),
                "",
            ),
            IdentityOrigin::Guessed => Diagnosis::new(
                "identity",
                Health::Fair,
                format!("git knows no name and address; commits are by {person}."),
                "Run `git config --global user.name NAME` and `git config --global user.email ADDRESS`.",
            ),
        }
    }

    fn diagnose_state(&self) -> Diagnosis {
        if let Some(operation) = self.repository.operation() {
            let command = operation.command();
            let message =
                format!("A git {command} is in progress; nothing can be changed until it ends.");
            return Diagnosis::new(
                "repository",
                Health::Bad,
                message,
                &format!("Finish it, or run `git {command} --abort`."),
            );
        }
        match self.repository.head() {
            Ok(head) => match head.branch_name() {
                Some(branch) => Diagnosis::new(
                    "repository",
                    Health::Good,
                    format!("On the branch {branch}."),
                    "",
                ),
                None => Diagnosis::new(
                    "repository",
                    Health::Bad,
                    "HEAD is detached.",
                    "Run `git switch BRANCH`.",
                ),
            },
            Err(error) => Diagnosis::new("repository", Health::Bad, format!("{error}."), ""),
        }
    }

    fn diagnose_commits(&self) -> Diagnosis {
        let settings = self.repository.commit_settings();
        let message = match (settings.signing, settings.hooks) {
            (Signing::On, CommitHooks::Run) => "git signs every commit and runs the commit hooks.",
            (Signing::On, CommitHooks::Skip) => {
                "git signs every commit; commit hooks are passed over."
            }
            (Signing::Off, CommitHooks::Run) => {
                "Commit hooks run, as skillmeat.runCommitHooks says."
            }
            (Signing::Off, CommitHooks::Skip) => {
                "Changes are committed directly; commit hooks are passed over."
            }
        };
        Diagnosis::new("commits", Health::Good, message, "")
    }

    fn diagnose_collection(&self) -> Diagnosis {
        match self.check(Level::default(), &mut |_| {}) {
            Ok(report) if report.findings.is_empty() => {
                Diagnosis::new("collection", Health::Good, "Nothing is wrong with it.", "")
            }
            Ok(report) => {
                let errors = report
                    .findings
                    .iter()
                    .filter(|finding| finding.severity == Severity::Error)
                    .count();
                let health = if errors > 0 {
                    Health::Bad
                } else {
                    Health::Fair
                };
                let message = format!(
                    "{} findings, {errors} of them errors.",
                    report.findings.len()
                );
                Diagnosis::new("collection", health, message, "Run `skillmeat check`.")
            }
            Err(error) => Diagnosis::new("collection", Health::Bad, format!("{error}."), ""),
        }
    }

    fn diagnose_database(&self) -> Diagnosis {
        match self.database_health() {
            Ok(diagnosis) => diagnosis,
            Err(error) => Diagnosis::new(
                "database",
                Health::Bad,
                format!("{error}."),
                "Run `skillmeat cache rebuild`.",
            ),
        }
    }

    fn database_health(&self) -> Result<Diagnosis, AppError> {
        use crate::store::cache::contents::Place;
        let report = self.refresh_cache(super::cache::Thoroughness::Changed)?;
        let path = report.path.display();
        Ok(match report.place {
            Place::Disk => Diagnosis::new(
                "database",
                Health::Good,
                format!("{} artifacts in {path}.", report.artifacts),
                "",
            ),
            Place::Memory => Diagnosis::new(
                "database",
                Health::Fair,
                format!("{path} can't be written; every command makes the database anew."),
                "Make the folder writable.",
            ),
        })
    }
}
