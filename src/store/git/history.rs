//! Commits as they are told: who, when, why, and after which others.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use gix::bstr::{BStr, ByteSlice};

use crate::model::commit::Signature;
use crate::model::path::RelativePath;
use crate::model::time::Moment;
use crate::store::error::StoreError;

use super::id::{ObjectName, TreeEntry};
use super::objects::tree_entry;
use super::repository::Repository;

/// A commit, without its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitRecord {
    /// Its name.
    pub name: ObjectName,
    /// The commits that it follows; several for a merge.
    pub parents: Vec<ObjectName>,
    /// Its files.
    pub tree: ObjectName,
    /// Who wrote it.
    pub author: Signature,
    /// When it was made, seconds since 1970.
    pub committed: i64,
    /// The first line of its message.
    pub summary: String,
    /// The keys and values of the last paragraph of its message, where that is one of trailers.
    pub trailers: Vec<(String, String)>,
}

impl CommitRecord {
    /// What a trailer says.
    pub fn trailer(&self, key: &str) -> Option<&str> {
        let found = self.trailers.iter().rev().find(|(known, _)| known == key);
        found.map(|(_, value)| value.as_str())
    }
}

/// A file that differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Relative to the collection.
    pub path: RelativePath,
    /// What the first commit holds.
    pub before: Option<TreeEntry>,
    /// What the second commit holds.
    pub after: Option<TreeEntry>,
}

impl Repository {
    /// Reads a commit.
    pub fn commit_record(&self, name: ObjectName) -> Result<CommitRecord, StoreError> {
        let fault = "read a commit";
        let commit = self
            .git
            .find_commit(name.0)
            .map_err(StoreError::git(fault))?;
        let author = commit.author().map_err(StoreError::git(fault))?;
        let time = author.time().map_err(StoreError::git(fault))?;
        let message = commit.message().map_err(StoreError::git(fault))?;
        let tree = commit.tree_id().map_err(StoreError::git(fault))?;
        Ok(CommitRecord {
            name,
            tree: ObjectName(tree.detach()),
            parents: commit
                .parent_ids()
                .map(|parent| ObjectName(parent.detach()))
                .collect(),
            author: Signature {
                name: author.name.to_str_lossy().into_owned(),
                email: author.email.to_str_lossy().into_owned(),
                time: Moment {
                    seconds: time.seconds,
                    offset: time.offset,
                },
            },
            committed: commit.time().map_err(StoreError::git(fault))?.seconds,
            summary: message.summary().to_str_lossy().into_owned(),
            trailers: message
                .body()
                .map(|body| trailers(&body))
                .unwrap_or_default(),
        })
    }

    /// The newest commit before and with `tip` that was made at a moment or earlier.
    pub fn commit_before(
        &self,
        tip: ObjectName,
        moment: i64,
    ) -> Result<Option<ObjectName>, StoreError> {
        self.find_commit_record(tip, |record| {
            Ok(if record.committed <= moment {
                ControlFlow::Break(record.name)
            } else {
                ControlFlow::Continue(())
            })
        })
    }

    /// Goes through the commits before and with `tip`, newest first, until `take` has what it looks for.
    pub fn find_commit_record<T>(
        &self,
        tip: ObjectName,
        mut take: impl FnMut(CommitRecord) -> Result<ControlFlow<T>, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let fault = "walk the history";
        let newest_first = gix::traverse::commit::simple::CommitTimeOrder::NewestFirst;
        let walk = self
            .git
            .rev_walk([tip.0])
            .sorting(gix::revision::walk::Sorting::ByCommitTime(newest_first))
            .all()
            .map_err(StoreError::git(fault))?;
        for step in walk {
            let step = step.map_err(StoreError::git(fault))?;
            if let ControlFlow::Break(found) = take(self.commit_record(ObjectName(step.id))?)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The files of the collection that differ between two commits, by path; all of the second without a first.
    pub fn changed_files(
        &self,
        before: Option<ObjectName>,
        after: ObjectName,
    ) -> Result<Vec<ChangedFile>, StoreError> {
        let folder = |commit: Option<ObjectName>| match commit {
            Some(commit) => self.folder_of_collection(commit),
            None => Ok(None),
        };
        let mut files = Vec::new();
        self.differing("", (folder(before)?, folder(Some(after))?), &mut files)?;
        Ok(files)
    }

    /// Adds what differs between two folders; equal ones are not looked into.
    fn differing(
        &self,
        path: &str,
        (old, new): (Option<gix::ObjectId>, Option<gix::ObjectId>),
        files: &mut Vec<ChangedFile>,
    ) -> Result<(), StoreError> {
        if old == new {
            return Ok(());
        }
        let (old, new) = (self.entries(old)?, self.entries(new)?);
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (before, after) = (old.get(name), new.get(name));
            if before == after {
                continue;
            }
            let below = format!("{path}{name}");
            let tree = |entry: Option<&Node>| match entry {
                Some(Node::Folder(id)) => Some(*id),
                _ => None,
            };
            let file = |entry: Option<&Node>| match entry {
                Some(Node::File(entry)) => Some(*entry),
                _ => None,
            };
            self.differing(&format!("{below}/"), (tree(before), tree(after)), files)?;
            let (before, after) = (file(before), file(after));
            if before != after
                && let Ok(path) = below.parse()
            {
                files.push(ChangedFile {
                    path,
                    before,
                    after,
                });
            }
        }
        Ok(())
    }

    /// A file, or the one in a folder whose name is that of a header; nothing where there is none, and where it is larger
    /// than `limit` bytes.
    pub fn main_file(
        &self,
        object: ObjectName,
        is_header: &dyn Fn(&str) -> bool,
        limit: u64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let header = |name: gix::ObjectId| {
            let header = self.git.find_header(name);
            header.map_err(StoreError::git("read an object"))
        };
        let mut file = object;
        if header(object.0)?.kind() == gix::objs::Kind::Tree {
            let entries = self.entries(Some(object.0))?;
            let mut headers = entries.iter().filter(|(name, _)| is_header(name));
            let Some((_, Node::File(entry))) = headers.next() else {
                return Ok(None);
            };
            file = entry.blob;
        }
        if header(file.0)?.size() > limit {
            return Ok(None);
        }
        self.blob(file).map(Some)
    }

    fn entries(&self, tree: Option<gix::ObjectId>) -> Result<BTreeMap<String, Node>, StoreError> {
        self.entries_by(tree, |name| Some(name.to_str_lossy().into_owned()))
    }

    /// What stands in a tree, by what `key` makes of a name; it gives nothing for what is left out.
    pub(super) fn entries_by<K: Ord>(
        &self,
        tree: Option<gix::ObjectId>,
        key: impl Fn(&BStr) -> Option<K>,
    ) -> Result<BTreeMap<K, Node>, StoreError> {
        let mut nodes = BTreeMap::new();
        let Some(tree) = tree else { return Ok(nodes) };
        let fault = "read a tree";
        let tree = self.git.find_tree(tree).map_err(StoreError::git(fault))?;
        for entry in tree.iter() {
            let entry = entry.map_err(StoreError::git(fault))?;
            let (kind, id) = (entry.mode().kind(), entry.object_id());
            let node = match tree_entry(kind, id) {
                Some(file) => Node::File(file),
                None if kind == gix::objs::tree::EntryKind::Tree => Node::Folder(id),
                None => continue,
            };
            if let Some(key) = key(entry.filename()) {
                nodes.insert(key, node);
            }
        }
        Ok(nodes)
    }
}

/// What stands in a tree under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    File(TreeEntry),
    Folder(gix::ObjectId),
}

/// A moment in one of the forms that git takes (`2 weeks ago`, `2026-11-24`, RFC 2822 and 3339), seconds since 1970.
pub fn moment(text: &str, now: Moment) -> Option<i64> {
    // The library's own type for now, which reads a time only with the name of its zone.
    let now: gix::date::Zoned = format!("{}[UTC]", Moment { offset: 0, ..now })
        .parse()
        .ok()?;
    let parsed = gix::date::parse(text, Some(now)).ok()?;
    Some(parsed.seconds)
}

fn trailers(body: &gix::objs::commit::message::BodyRef<'_>) -> Vec<(String, String)> {
    body.trailers()
        .map(|trailer| {
            (
                trailer.token.to_str_lossy().into_owned(),
                trailer.value.to_str_lossy().into_owned(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_taken_as_git_takes_them() {
        let now = Moment {
            seconds: 1_764_000_000,
            offset: 7_200,
        };
        let day = 86_400;
        assert_eq!(moment("2 days ago", now), Some(now.seconds - 2 * day));
        assert_eq!(moment("2025-11-24T16:00:00Z", now), Some(now.seconds));
        assert_eq!(moment("no date", now), None);
    }
}
