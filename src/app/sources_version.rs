//! From the version that is wanted to a commit: `latest`, a tag, a branch, or a commit's id.

use std::cmp::Ordering;

use crate::model::source::VersionSpec;
use crate::store::git::elsewhere::RemoteRefs;
use crate::store::git::fetch::Fetched;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::source_error::SourceError;

/// What a version turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionKind {
    /// A branch, the default one too: it is expected to move.
    Branch,
    /// A tag: it is expected to stay.
    Tag,
    /// A commit: it can't be another.
    Commit,
}

/// A version and the commit that it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// The commit.
    pub(super) commit: ObjectName,
    /// The tag that names it best; `""` when none does.
    pub(super) version: String,
    /// What the version is.
    pub(super) kind: VersionKind,
}

/// The commit of a version: of a tag and a branch of one name the tag's, as git reads it.
pub(super) fn resolve(fetched: &Fetched, wanted: &VersionSpec) -> Result<Resolved, AppError> {
    let refs = fetched.refs();
    let text = wanted.as_str();
    let resolved = |commit, kind| Resolved {
        commit,
        version: tag_of(refs, commit),
        kind,
    };
    if wanted.is_latest() {
        let head = refs.head().ok_or_else(|| SourceError::Empty {
            address: refs.address().to_owned(),
        })?;
        return Ok(resolved(head, VersionKind::Branch));
    }
    if let Some(commit) = refs.tag(text) {
        return Ok(Resolved {
            version: text.to_owned(),
            ..resolved(commit, VersionKind::Tag)
        });
    }
    if let Some(commit) = refs.branch(text) {
        return Ok(resolved(commit, VersionKind::Branch));
    }
    if wanted.may_be_commit() {
        let commit = match text.parse() {
            Ok(whole) => Some(whole),
            Err(_) => fetched.whole_name(text).map_err(SourceError::of_store)?,
        };
        if let Some(commit) = commit {
            return Ok(resolved(commit, VersionKind::Commit));
        }
    }
    Err(unknown(refs, text).into())
}

/// The error for a version that is not there.
pub(super) fn unknown(refs: &RemoteRefs, version: &str) -> SourceError {
    let names = refs.tags().chain(refs.branches());
    SourceError::NoVersion {
        address: refs.address().to_owned(),
        version: version.to_owned(),
        known: names.map(|(name, _)| name.to_owned()).collect(),
    }
}

/// Of the tags at a commit the one with the highest number.
fn tag_of(refs: &RemoteRefs, commit: ObjectName) -> String {
    let here = refs.tags().filter(|(_, object)| *object == commit);
    let best = here.map(|(name, _)| name).max_by(|one, other| {
        let numbers = Numbered::of(one).cmp(&Numbered::of(other));
        numbers.then_with(|| one.cmp(other))
    });
    best.unwrap_or_default().to_owned()
}

/// The highest tag of the same form as this one, where it is higher: for `v1.2.0` perhaps `v2.0.0`, never `v2.0.0-rc1`.
pub(super) fn newer_tag(refs: &RemoteRefs, tag: &str) -> Option<String> {
    let own = Numbered::of(tag)?;
    refs.tags()
        .filter_map(|(name, _)| Some((Numbered::of(name)?, name)))
        .filter(|(other, _)| other.prefix == own.prefix && *other > own)
        .max()
        .map(|(_, name)| name.to_owned())
}

/// A tag that ends in numbers: `v1.2.0`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Numbered<'a> {
    prefix: &'a str,
    numbers: Vec<Number>,
}

impl<'a> Numbered<'a> {
    fn of(tag: &'a str) -> Option<Self> {
        let first = tag.find(|c: char| c.is_ascii_digit())?;
        let (prefix, numbers) = tag.split_at(first);
        let numbers: Option<Vec<Number>> = numbers.split('.').map(Number::of).collect();
        Some(Self {
            prefix,
            numbers: numbers?,
        })
    }
}

/// A number of any length.
#[derive(Debug, PartialEq, Eq)]
struct Number(String);

impl Number {
    fn of(text: &str) -> Option<Self> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self(text.trim_start_matches('0').to_owned()))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let lengths = self.0.len().cmp(&other.0.len());
        lengths.then_with(|| self.0.cmp(&other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_by_their_numbers() {
        let is_higher = |one, other| Numbered::of(one) > Numbered::of(other);
        assert!(is_higher("v1.10.0", "v1.9.9"));
        assert!(is_higher("v2", "v1.9"));
        assert!(is_higher("v1.0.1", "v1.0"));
        assert!(is_higher("v20260101120000000000000", "v3"));
        assert!(!is_higher("v1.0.0-rc1", "v1.0.0"), "it is no plain number");
        assert_eq!(Numbered::of("release"), None);
    }
}
