//! Names of objects, and what a tree holds at a path.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::commit::CommitId;

/// The name of a git object, SHA-1 or SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName(pub(super) gix::ObjectId);

impl ObjectName {
    /// The name as that of a commit.
    pub fn commit_id(self) -> CommitId {
        CommitId::stored(self.to_string())
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for ObjectName {
    type Err = String;

    /// Reads a full hexadecimal name.
    fn from_str(text: &str) -> Result<Self, String> {
        gix::ObjectId::from_hex(text.as_bytes())
            .map(Self)
            .map_err(|_| format!("{text:?} is not an object's name"))
    }
}

impl Serialize for ObjectName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ObjectName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Sorts names of objects into tables: they are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8).take(1) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What something is by the name of an object.
pub type ByName<V> = HashMap<ObjectName, V, BuildHasherDefault<NameHasher>>;

/// Names of objects.
pub type Names = HashSet<ObjectName, BuildHasherDefault<NameHasher>>;

/// What a file is to git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A file.
    Plain,
    /// A file that may be executed.
    Executable,
    /// A symbolic link; its content is the target.
    Link,
}

/// A file in a tree: its content's name and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeEntry {
    /// The content, as git stores it.
    pub blob: ObjectName,
    /// What it is.
    pub kind: EntryKind,
}
