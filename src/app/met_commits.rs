//! The commits whose manifests meet in a merge. git does not tell them to a merge driver, and forgets some of them
//! when it stops: they are looked for where git leaves their names, and believed only when their manifest is the one
//! that is merged, to the byte.

use crate::model::layout::MANIFEST;
use crate::model::path::RelativePath;
use crate::model::side::Sides;
use crate::store::git::head::Operation;
use crate::store::git::id::ObjectName;
use crate::store::git::repository::Repository;

use super::commit_contents::Commits;

/// How many entries of the stash are looked at.
const STASHES: usize = 16;

/// What git calls a base that it merged from several, which is no commit.
const VIRTUAL: &str = "merged common ancestors";

/// What is known of a merge.
pub(super) struct Meeting<'r> {
    /// Where it happens.
    pub(super) repository: &'r Repository,
    /// What git calls the versions; `""` where that is not known.
    pub(super) labels: Sides<String>,
    /// The manifests that meet; nothing where a version has none.
    pub(super) manifests: Sides<Option<ObjectName>>,
}

impl Meeting<'_> {
    /// The commits, each where one is found.
    pub(super) fn commits(&self) -> Commits {
        let ours = self.with_manifest(self.manifests.ours, self.ours());
        let theirs = self.with_manifest(self.manifests.theirs, self.theirs());
        let base = self.with_manifest(self.manifests.base, self.base(ours, theirs));
        Sides { base, ours, theirs }
    }

    /// The first of some commits that has a manifest.
    fn with_manifest(
        &self,
        manifest: Option<ObjectName>,
        mut commits: impl Iterator<Item = ObjectName>,
    ) -> Option<ObjectName> {
        let manifest = manifest?;
        let path: RelativePath = MANIFEST.parse().ok()?;
        commits.find(|commit| {
            let entry = self.repository.entry_at(Some(*commit), &path);
            matches!(entry, Ok(Some(entry)) if entry.blob == manifest)
        })
    }

    fn ours(&self) -> impl Iterator<Item = ObjectName> {
        let head = std::iter::once_with(|| self.at("HEAD")).flatten();
        self.labelled(&self.labels.ours).chain(head)
    }

    /// A merge brings in a commit, a rebase or cherry-pick applies one, a revert applies the way back from one to its
    /// parent, and a stash holds one.
    fn theirs(&self) -> impl Iterator<Item = ObjectName> {
        let waiting = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD"].into_iter();
        let waiting = waiting.filter_map(|name| self.at(name));
        let reverted = std::iter::once_with(|| self.parents(self.at("REVERT_HEAD"))).flatten();
        let stashes = (0..STASHES).map_while(|number| self.named(&format!("stash@{{{number}}}")));
        self.labelled(&self.labels.theirs)
            .chain(waiting)
            .chain(reverted)
            .chain(stashes)
    }

    fn base(
        &self,
        ours: Option<ObjectName>,
        theirs: Option<ObjectName>,
    ) -> impl Iterator<Item = ObjectName> {
        let ancestor = move || {
            let (ours, theirs) = (ours?, theirs?);
            self.repository.only_common_ancestor(ours, theirs).ok()?
        };
        let applies = matches!(
            self.repository.operation(),
            Some(Operation::Rebase | Operation::CherryPick | Operation::ApplyMailbox)
        );
        let reverted = std::iter::once_with(|| self.at("REVERT_HEAD")).flatten();
        let related = [applies, !applies].into_iter().flat_map(move |parents| {
            if parents {
                self.parents(theirs)
            } else {
                ancestor().into_iter().collect()
            }
        });
        let is_commit = self.labels.base != VIRTUAL;
        self.labelled(&self.labels.base)
            .chain(reverted)
            .chain(related)
            .filter(move |_| is_commit)
    }

    /// The commits that a label may mean: a branch, `1234567 (subject)`, or `parent of 1234567 (subject)`.
    fn labelled<'l>(&'l self, label: &'l str) -> impl Iterator<Item = ObjectName> + 'l {
        let name = std::iter::once_with(move || self.named(label)).flatten();
        let of_parent = label.strip_prefix("parent of ");
        let word = of_parent.unwrap_or(label).split(' ').next();
        let is_id = |word: &&str| word.len() >= 4 && word.bytes().all(|c| c.is_ascii_hexdigit());
        let commits = move || {
            let commit = word.filter(is_id).and_then(|word| self.named(word));
            match of_parent {
                Some(_) => self.parents(commit),
                None => commit.into_iter().collect(),
            }
        };
        name.chain(std::iter::once_with(commits).flatten())
    }

    /// The commit of a plain name. A label may be anything, also a subject that git would take for a search.
    fn named(&self, name: &str) -> Option<ObjectName> {
        let is_plain = |c: char| c.is_alphanumeric() || "/._-@{}".contains(c);
        if name.is_empty() || !name.chars().all(is_plain) {
            return None;
        }
        self.repository.commit_named(name).ok()?
    }

    fn at(&self, name: &str) -> Option<ObjectName> {
        self.repository.commit_of(name).ok()?
    }

    fn parents(&self, commit: Option<ObjectName>) -> Vec<ObjectName> {
        let record = commit.and_then(|commit| self.repository.commit_record(commit).ok());
        record.map_or_else(Vec::new, |record| record.parents)
    }
}
