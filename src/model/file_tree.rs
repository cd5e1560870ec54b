//! The files of one artifact, wherever they lie.

use std::collections::BTreeMap;

use super::content_hash::ContentHash;
use super::error::ModelError;
use super::path::RelativePath;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    /// A file.
    Plain(Vec<u8>),
    /// A file that may be executed.
    Executable(Vec<u8>),
    /// A symbolic link, by its target.
    Link(String),
}

impl FileContent {
    /// Its bytes; a link's target.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(bytes) | Self::Executable(bytes) => bytes,
            Self::Link(target) => target.as_bytes(),
        }
    }

    /// Whether it is a symbolic link.
    pub fn is_link(&self) -> bool {
        matches!(self, Self::Link(_))
    }

    /// A text that two contents have in common only if they are equal: what they are, and the hash of their bytes.
    pub fn fingerprint(&self) -> String {
        let kind = match self {
            Self::Plain(_) => "plain",
            Self::Executable(_) => "executable",
            Self::Link(_) => "link",
        };
        format!("{kind} {}", ContentHash::of_file(self.bytes()))
    }
}

/// The files of one artifact: a single file, or those of a folder by their paths below it, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileTree {
    /// The artifact is this file.
    File(FileContent),
    /// The artifact is a folder with these files.
    Folder(BTreeMap<String, FileContent>),
}

impl FileTree {
    /// Its hash. Links are not counted: they are never deployed.
    pub fn hash(&self) -> ContentHash {
        match self {
            Self::File(content) => ContentHash::of_file(content.bytes()),
            Self::Folder(files) => {
                let files = files.iter().filter(|(_, content)| !content.is_link());
                ContentHash::of_folder(
                    files.map(|(path, content)| (path.as_str(), content.bytes())),
                )
            }
        }
    }

    /// The paths of its links, below it.
    pub fn links(&self) -> Vec<String> {
        let files = self.entries().into_iter();
        files
            .filter(|(_, content)| content.is_link())
            .map(|(path, _)| path.to_owned())
            .collect()
    }

    /// The same without links; nothing when it is one.
    pub fn without_links(self) -> Option<Self> {
        match self {
            Self::File(content) => (!content.is_link()).then_some(Self::File(content)),
            Self::Folder(mut files) => {
                files.retain(|_, content| !content.is_link());
                (!files.is_empty()).then_some(Self::Folder(files))
            }
        }
    }

    /// Its files by their paths below it; `""` is the artifact itself.
    pub fn entries(&self) -> Vec<(&str, &FileContent)> {
        match self {
            Self::File(content) => vec![("", content)],
            Self::Folder(files) => {
                let files = files.iter();
                files
                    .map(|(path, content)| (path.as_str(), content))
                    .collect()
            }
        }
    }

    /// The content at a path below it.
    pub fn get(&self, path: &str) -> Option<&FileContent> {
        match self {
            Self::File(content) => path.is_empty().then_some(content),
            Self::Folder(files) => files.get(path),
        }
    }
}

/// The path of an artifact's file, from the artifact's place and the path below it.
pub fn path_below(place: &RelativePath, path: &str) -> Result<RelativePath, ModelError> {
    if path.is_empty() {
        Ok(place.clone())
    } else {
        place.join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_no_part_in_the_hash_but_are_known() {
        let plain = |text: &str| FileContent::Plain(text.as_bytes().to_vec());
        let folder = |link: Option<&str>| {
            let mut files = BTreeMap::from([("SKILL.md".to_owned(), plain("x"))]);
            files.extend(link.map(|to| ("link".to_owned(), FileContent::Link(to.to_owned()))));
            FileTree::Folder(files)
        };
        let with = folder(Some("/etc/passwd"));
        assert_eq!(with.hash(), folder(None).hash());
        assert_eq!(with.links(), ["link"]);
        assert_eq!(with.without_links(), Some(folder(None)));
        assert_ne!(FileTree::File(plain("x")).hash(), folder(None).hash());
        assert_ne!(
            plain("x").fingerprint(),
            FileContent::Executable(b"x".to_vec()).fingerprint()
        );
    }
}
