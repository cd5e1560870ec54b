//! The hash that deployment records and lock files name an artifact's content by.

use std::fmt;

use sha2::{Digest, Sha256};

/// The SHA-256 of an artifact's content, as SkillMeat 0.74 reckons it: 64 hexadecimal digits.
///
/// An artifact that is one file has the hash of its bytes. One that is a folder has the hash of all its files in a
/// row, each as its path below the folder (with `/`) and then its bytes, in the order of their paths, part by part:
/// `a/b` stands before `a.b`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(String);

impl ContentHash {
    /// The hash of an artifact that is one file.
    pub fn of_file(bytes: &[u8]) -> Self {
        Self::finished(Sha256::new_with_prefix(bytes))
    }

    /// The hash of an artifact that is a folder: of its files' paths below it and their bytes, in any order.
    pub fn of_folder<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut files: Vec<(&str, &[u8])> = files.into_iter().collect();
        files.sort_by(|(one, _), (other, _)| one.split('/').cmp(other.split('/')));
        let mut hasher = Sha256::new();
        for (path, bytes) in files {
            hasher.update(path);
            hasher.update(bytes);
        }
        Self::finished(hasher)
    }

    /// Keeps a hash that stands in a record, whatever it looks like.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The hash as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it looks like a hash: 64 hexadecimal digits. One that stands in a record may be anything.
    pub fn is_plain(&self) -> bool {
        self.0.len() == 64 && self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }

    /// The first twelve digits, for people.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }

    fn finished(hasher: Sha256) -> Self {
        use fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in hasher.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The expected hashes are those that SkillMeat 0.74.0 wrote into a collection.lock for these very files.
    #[test]
    fn a_folder_has_the_hash_that_skillmeat_gives_it() {
        let header: &[u8] = b"---\nname: t\ndescription: x\n---\n";
        let files = [
            ("a.b", &b"1\n"[..]),
            ("link", b"1\n"),
            ("a/b", b"2\n"),
            (".hidden", b"3\n"),
            ("SKILL.md", header),
        ];
        assert_eq!(
            ContentHash::of_folder(files).as_str(),
            "817d600f8d4df49096d279f6e496b7bbd6c1725ec78d7cd9f2fdc431d43c7906"
        );
    }

    #[test]
    fn a_file_has_the_hash_of_its_bytes() {
        assert_eq!(
            ContentHash::of_file(b"").as_str(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
