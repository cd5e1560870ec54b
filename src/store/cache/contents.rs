//! What goes into the database, and how much is in it.

use crate::model::artifact_file::{ArtifactFile, FileStamp};
use crate::model::collection::Collection;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::model::row::{Row, RowKey};

/// Which manifest the database was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The manifest's blob id (hexadecimal); `""` when there is no manifest.
    pub manifest_blob: String,
    /// What `stat` said of the manifest, if it was a file.
    pub manifest_stamp: Option<FileStamp>,
    /// When the manifest was looked at, nanoseconds since 1970.
    pub manifest_checked: i64,
    /// The commit that HEAD named; `""` when it named none.
    pub head: String,
    /// The last look at the artifacts' files after which the database knew all of them.
    pub layout: Option<LayoutCheck>,
}

impl State {
    /// The blob id of a manifest that has this stamp now, if it surely is the one that the database was made of.
    pub fn name_of(&self, stamp: Option<FileStamp>) -> Option<&str> {
        let known = self.manifest_stamp.filter(|known| Some(*known) == stamp)?;
        (!known.is_racy(self.manifest_checked)).then_some(self.manifest_blob.as_str())
    }
}

/// A look at the artifacts' files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayoutCheck {
    /// All paths and stamps in one number.
    pub digest: i64,
    /// When it began, nanoseconds since 1970.
    pub checked: i64,
}

/// All that a new database is made of.
#[derive(Debug, Clone)]
pub struct Contents<'a> {
    /// Which manifest `collection` was read from.
    pub state: State,
    /// The manifest's tables.
    pub collection: &'a Collection,
    /// The artifacts' files.
    pub files: &'a [ArtifactFile],
    /// When the scan of the files began, nanoseconds since 1970.
    pub checked: i64,
}

/// A file that the database knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Which artifact its place in the layout makes it.
    pub id: ArtifactId,
    /// What `stat` said of it.
    pub stamp: FileStamp,
    /// When the scan that read it began, nanoseconds since 1970.
    pub checked: i64,
    /// Its blob id (hexadecimal).
    pub blob: String,
}

/// What happened to the manifest's rows.
#[derive(Debug, Clone)]
pub enum Rows<'a> {
    /// Nothing.
    Unchanged,
    /// Whatever it was, this is the manifest now. The only way in which the header or the order of rows changes.
    All(&'a Collection),
    /// For each key as it was before the update: the row that replaces the one under that key (its own key may
    /// differ: a rename), or nothing where the row is gone. A row under an unknown key is appended to its table.
    Touched(Vec<(RowKey, Option<Row>)>),
}

/// What happened since the database was made or last updated.
#[derive(Debug, Clone)]
pub struct Update<'a> {
    /// Which manifest it holds afterwards.
    pub state: State,
    /// What happened to the manifest.
    pub rows: Rows<'a>,
    /// Files that are new or whose content changed.
    pub files: &'a [ArtifactFile],
    /// Files that are gone.
    pub removed: &'a [RelativePath],
    /// Files whose content is known to be the same under a new stamp, or under the same one at a later time.
    pub rechecked: &'a [(RelativePath, FileStamp)],
    /// When the scan of the files began, nanoseconds since 1970.
    pub checked: i64,
}

/// Where a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In its file: the next process finds it.
    Disk,
    /// In this process only.
    Memory,
}

/// How much is in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Artifacts: rows of the manifest, files, or both.
    pub artifacts: usize,
    /// Groups.
    pub groups: usize,
    /// Tags, defined or only used.
    pub tags: usize,
    /// Ratings.
    pub ratings: usize,
}
