//! Sharing a collection for the first time: a remote, the first push, and from then on `sync`.

use crate::model::layout::MANIFEST;
use crate::model::path::RelativePath;
use crate::store::files;
use crate::store::git::head::Head;
use crate::store::git::remote::{ORIGIN, Push};

use super::driver::{Maker, attributes, names_driver};
use super::error::{AppError, Refusal};
use super::notice::Notice;
use super::plan::{Content, FileEdit, Operation, Plan, Reach};
use super::transaction::outcome::Mode;
use super::view::View;
use super::workspace::Workspace;

/// The file in which git finds the driver's name.
pub(super) const ATTRIBUTES: &str = ".gitattributes";

/// The largest file of attributes that is edited, in bytes.
const LIMIT: u64 = 1 << 20;

/// What came of sharing.
#[derive(Debug)]
pub struct ShareReport {
    /// The branch that is shared.
    pub branch: String,
    /// The address.
    pub address: String,
    /// How many commits went out.
    pub pushed: u64,
    /// What should be told.
    pub notices: Vec<Notice>,
}

impl Workspace {
    /// Shares the collection at an address: `origin` from now on.
    pub fn share(
        &self,
        address: &str,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<ShareReport, AppError> {
        let known = self.repository.remote_address(ORIGIN);
        if let Some(other) = known.clone().filter(|known| known != address) {
            return Err(Refusal::OtherOrigin { address: other }.into());
        }
        self.refuse_foreign(address, known.as_deref())?;
        let outcome = self.change(&NameDriver, Mode::Perform, on_wait)?;
        self.install_driver()?;
        let head = self.repository.head()?;
        let (Some(branch), Some(commit)) = (head.branch_name(), head.commit) else {
            return Err(Refusal::Detached.into());
        };
        let theirs = self
            .repository
            .commit_of(&format!("refs/remotes/{ORIGIN}/{branch}"))?;
        let pushed = self.repository.count_beyond(commit, theirs)?;
        match known {
            Some(_) => self.push_first(&head, branch)?,
            None => self.push_to_new(address, &head, branch)?,
        }
        Ok(ShareReport {
            branch: branch.to_owned(),
            address: address.to_owned(),
            pushed,
            notices: outcome.notices,
        })
    }

    /// Refuses to send commits that touch files outside of the collection, and were never sent.
    fn refuse_foreign(&self, address: &str, known: Option<&str>) -> Result<(), AppError> {
        let head = self.repository.head()?;
        let (Some(branch), Some(commit)) = (head.branch_name(), head.commit) else {
            return Ok(());
        };
        let theirs = self
            .repository
            .commit_of(&format!("refs/remotes/{ORIGIN}/{branch}"))?;
        let Some(path) = self.repository.foreign_path(commit, theirs)? else {
            return Ok(());
        };
        let push = format!("git push --set-upstream {ORIGIN} {branch}");
        Err(Refusal::ForeignCommits {
            path,
            folder: self.repository.prefix().trim_end_matches('/').to_owned(),
            push: match known {
                Some(_) => push,
                None => format!("git remote add {ORIGIN} {address} && {push}"),
            },
        }
        .into())
    }

    /// Adds the remote and pushes to it. One that does not answer, or holds something else, is forgotten again, so
    /// that another address can be given.
    fn push_to_new(&self, address: &str, head: &Head, branch: &str) -> Result<(), AppError> {
        self.repository.add_remote(ORIGIN, address)?;
        self.push_first(head, branch).map_err(|error| {
            if matches!(error, AppError::PushRefused { .. }) {
                // The address is right.
                return error;
            }
            let _ = self.repository.remove_remote(ORIGIN);
            match error {
                AppError::PushOvertaken { .. } => AppError::NotEmpty {
                    address: address.to_owned(),
                },
                other => other,
            }
        })
    }

    fn push_first(&self, head: &Head, branch: &str) -> Result<(), AppError> {
        let upstream = format!("{ORIGIN}/{branch}");
        match self.repository.push(head, ORIGIN, branch)? {
            Push::Accepted => Ok(()),
            Push::Overtaken => Err(AppError::PushOvertaken { upstream }),
            Push::Refused(reason) => Err(AppError::PushRefused { upstream, reason }),
        }
    }
}

/// Lets `.gitattributes` name the driver, for everybody who clones the collection.
struct NameDriver;

impl Operation for NameDriver {
    fn word(&self) -> &'static str {
        "share"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let subject = format!("collection: let git merge {MANIFEST} by its tables");
        let edit = driver_named(view, Maker::Another)?;
        Ok(Plan::of_edits(subject, Vec::new()).with_files(edit.into_iter().collect()))
    }
}

/// The edit by which `.gitattributes` names the driver; nothing where it does so already.
pub(super) fn driver_named(view: &View<'_>, maker: Maker) -> Result<Option<FileEdit>, AppError> {
    let path: RelativePath = ATTRIBUTES.parse()?;
    let full = path.under(view.repository.folder());
    let known = files::read(&full, LIMIT)?.unwrap_or_default();
    let known = String::from_utf8_lossy(&known).into_owned();
    if names_driver(&known) {
        return Ok(None);
    }
    let gap = if known.is_empty() || known.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let text = format!("{known}{gap}{}", attributes(maker));
    Ok(Some(FileEdit {
        path,
        content: Content::File(text.into_bytes()),
    }))
}
