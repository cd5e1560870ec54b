//! Artifacts as files: where they are, and how a change of a file is noticed.

use super::finding::Finding;
use super::metadata::Metadata;
use super::name::ArtifactId;
use super::path::RelativePath;

/// What `stat` says of a file: enough to know that its content did not change, by git's racy-index rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileStamp {
    /// Bytes.
    pub size: u64,
    /// Last change of the content, nanoseconds since 1970.
    pub modified: i64,
    /// Last change of the inode, nanoseconds since 1970.
    pub changed: i64,
    /// The inode.
    pub inode: u64,
}

/// How close to its own check a file's time stamp may lie before the stamp proves nothing: one kernel tick and more.
const FINE_GRAIN: i64 = 20_000_000;

/// The same for file systems that keep whole seconds (FAT keeps two).
const COARSE_GRAIN: i64 = 2_000_000_000;

impl FileStamp {
    /// Whether a file with this stamp may have been changed after `checked` (nanoseconds since 1970) without the
    /// stamp showing it. git calls such an index entry racy; its content must be read again.
    pub fn is_racy(&self, checked: i64) -> bool {
        self.proves_from() >= checked
    }

    /// The last moment, in nanoseconds since 1970, at which a check of the content proves nothing: any later one does.
    pub fn proves_from(&self) -> i64 {
        let newest = self.modified.max(self.changed);
        let whole_seconds = self.modified % 1_000_000_000 == 0 && self.changed % 1_000_000_000 == 0;
        let grain = if whole_seconds {
            COARSE_GRAIN
        } else {
            FINE_GRAIN
        };
        newest.saturating_add(grain)
    }
}

/// A file as it was seen at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What `stat` said of it.
    pub stamp: FileStamp,
    /// When that was asked, nanoseconds since 1970.
    pub at: i64,
}

impl Seen {
    /// Whether a file that has this stamp now surely has the content that it had then.
    pub fn is_still(&self, now: Option<FileStamp>) -> bool {
        now == Some(self.stamp) && !self.stamp.is_racy(self.at)
    }
}

/// The file that makes a folder a plugin, and a composite where it has no `COMPOSITE.md`.
pub const PLUGIN: &str = ".claude-plugin/plugin.json";

/// A file that was found in the layout, by name and stamp only: its content was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Which artifact it makes.
    pub id: ArtifactId,
    /// The file that holds the header (`skills/x/SKILL.md`, `agents/x.md`).
    pub path: RelativePath,
    /// What `stat` says of it.
    pub stamp: FileStamp,
}

impl FoundFile {
    /// The artifact's files: the folder for a skill, the file itself for the rest.
    pub fn root(&self) -> RelativePath {
        let plugin = self.path.as_str().strip_suffix(PLUGIN);
        if let Some(folder) = plugin.and_then(|folder| folder.strip_suffix('/')?.parse().ok()) {
            return folder;
        }
        match self.path.parent() {
            Some(folder) if is_header_of_folder(&self.path) => folder,
            _ => self.path.clone(),
        }
    }
}

fn is_header_of_folder(path: &RelativePath) -> bool {
    is_header_name(path.file_name())
}

/// Whether a file of that name is the header of the artifact whose folder it is in.
pub fn is_header_name(name: &str) -> bool {
    ["SKILL.md", "WORKFLOW.md", "COMPOSITE.md"]
        .iter()
        .any(|header| name.eq_ignore_ascii_case(header))
}

/// A file in the layout whose content was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactFile {
    /// Where and what it is.
    pub found: FoundFile,
    /// The content's blob id (hexadecimal), as git would name these very bytes.
    pub blob: String,
    /// What its header says.
    pub metadata: Metadata,
    /// What is wrong with its header; paths are relative to the collection.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_near_its_check_proves_nothing() {
        let stamp = FileStamp {
            size: 1,
            modified: 5_000_000_001,
            changed: 5_000_000_001,
            inode: 1,
        };
        assert!(stamp.is_racy(5_000_000_002));
        assert!(!stamp.is_racy(5_100_000_000));
        let coarse = FileStamp {
            modified: 5_000_000_000,
            changed: 5_000_000_000,
            ..stamp
        };
        assert!(coarse.is_racy(5_900_000_000));
        assert!(!coarse.is_racy(7_100_000_000));
    }
}
