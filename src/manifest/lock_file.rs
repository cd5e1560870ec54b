//! `collection.lock`, in which SkillMeat notes what each artifact's files were when it took them in. It is kept in its
//! format where it is there: an entry is set, renamed or taken out, and all else stays as it is written.

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::model::content_hash::ContentHash;
use crate::model::name::ArtifactId;

use super::error::ManifestError;

/// The file's name, at the top of a collection.
pub const LOCK_FILE: &str = "collection.lock";

const BOM: &str = "\u{feff}";

/// What is noted of an artifact. Texts are `""` when unset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockEntry {
    /// The hash of its files.
    pub content_hash: ContentHash,
    /// When they were taken in, in UTC without an offset.
    pub fetched: String,
    /// The page of its source.
    pub upstream: String,
    /// The commit of its source.
    pub resolved_sha: String,
    /// The version of its source.
    pub resolved_version: String,
}

/// A lock file's text.
#[derive(Debug, Clone)]
pub struct LockFile {
    document: DocumentMut,
    has_bom: bool,
    has_crlf: bool,
}

impl LockFile {
    /// Reads a lock file. What is no TOML, or holds something else where its entries should be, is refused with its line.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let refuse = |line, reason: &str| ManifestError::LockFile {
            line,
            reason: reason.to_owned(),
        };
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            refuse(line_of(before), "it is not UTF-8")
        })?;
        let plain = text.strip_prefix(BOM).unwrap_or(text);
        let document: DocumentMut = plain.parse().map_err(|error: toml_edit::TomlError| {
            let at = error.span().map_or(0, |span| span.start);
            refuse(
                line_of(&plain.as_bytes()[..at.min(plain.len())]),
                error.message(),
            )
        })?;
        let mut file = Self {
            document,
            has_bom: plain.len() < text.len(),
            has_crlf: text.contains("\r\n"),
        };
        if file.entries().is_none() {
            return Err(refuse(1, "`lock.entries` is no table"));
        }
        Ok(file)
    }

    /// Notes an artifact, in its place or at the end.
    pub fn put(&mut self, id: &ArtifactId, entry: &LockEntry) {
        let texts = [
            ("content_hash", entry.content_hash.as_str()),
            ("fetched", &entry.fetched),
            ("upstream", &entry.upstream),
            ("resolved_sha", &entry.resolved_sha),
            ("resolved_version", &entry.resolved_version),
        ];
        let Some(entries) = self.entries() else {
            return;
        };
        let key = key_of(id);
        let known = entries.get_mut(&key).and_then(Item::as_table_like_mut);
        if let Some(known) = known {
            for (name, text) in texts {
                set(known, name, text);
            }
            return;
        }
        let mut table = Table::new();
        for (name, text) in texts {
            set(&mut table, name, text);
        }
        entries.insert(&key, Item::Table(table));
    }

    /// Takes out what is noted of an artifact.
    pub fn remove(&mut self, id: &ArtifactId) {
        if let Some(entries) = self.entries() {
            entries.remove(&key_of(id));
        }
    }

    /// Notes under another name what is noted of an artifact.
    pub fn rename(&mut self, from: &ArtifactId, to: &ArtifactId) {
        let Some(entries) = self.entries() else {
            return;
        };
        if let Some(entry) = entries.remove(&key_of(from)) {
            entries.insert(&key_of(to), entry);
        }
    }

    /// The file as it is written, with the line ends that it had.
    pub fn into_bytes(self) -> Vec<u8> {
        let text = self.document.to_string();
        let text = if self.has_crlf {
            text.replace("\r\n", "\n").replace('\n', "\r\n")
        } else {
            text
        };
        let bom = if self.has_bom { BOM } else { "" };
        format!("{bom}{text}").into_bytes()
    }

    fn entries(&mut self) -> Option<&mut dyn TableLike> {
        let implicit = || {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        };
        let lock = self.document.entry("lock").or_insert_with(implicit);
        let entries = lock.as_table_like_mut()?.entry("entries");
        entries.or_insert_with(implicit).as_table_like_mut()
    }
}

/// The key of an artifact's entry.
fn key_of(id: &ArtifactId) -> String {
    format!("{}::{}", id.name, id.kind)
}

/// Sets a text in its place, with the comment behind it; an empty one is taken out.
fn set(table: &mut dyn TableLike, name: &str, text: &str) {
    if text.is_empty() {
        table.remove(name);
        return;
    }
    let mut item = value(text);
    let old = table.get(name).and_then(Item::as_value);
    if old.and_then(toml_edit::Value::as_str) == Some(text) {
        return;
    }
    if let (Some(old), Some(new)) = (old, item.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    match table.get_mut(name) {
        Some(place) => *place = item,
        None => drop(table.insert(name, item)),
    }
}

/// The 1-based line on which a text ends.
fn line_of(before: &[u8]) -> u32 {
    let lines = before.split(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# kept\n[lock]\nversion = \"1.0.0\"\n\n[lock.entries.\"a b::skill\"]\ncontent_hash = \"11\" # of then\nfetched = \"2026-01-01T00:00:00.5\"\nrecipe_hash = \"rr\"\n\n[lock.entries.\"z::agent\"]\ncontent_hash = \"22\"\nfetched = \"2026-01-01T00:00:00\"\n";

    fn id(text: &str) -> ArtifactId {
        text.parse().expect("an id")
    }

    fn entry(hash: &str, sha: &str) -> LockEntry {
        LockEntry {
            content_hash: ContentHash::stored(hash),
            fetched: "2026-02-02T00:00:00".to_owned(),
            upstream: String::new(),
            resolved_sha: sha.to_owned(),
            resolved_version: String::new(),
        }
    }

    fn edited(text: &str, edit: impl FnOnce(&mut LockFile)) -> String {
        let mut file = LockFile::parse(text.as_bytes()).expect("a lock file");
        edit(&mut file);
        String::from_utf8(file.into_bytes()).expect("text")
    }

    #[test]
    fn untouched_it_is_the_same() {
        assert_eq!(edited(TEXT, |_| {}), TEXT);
        let crlf = format!("{BOM}{}", TEXT.replace('\n', "\r\n"));
        assert_eq!(edited(&crlf, |_| {}), crlf);
    }

    #[test]
    fn an_entry_changes_in_its_place() {
        let text = edited(TEXT, |file| file.put(&id("skill:a b"), &entry("33", "abc")));
        let expected = TEXT
            .replace("\"11\" # of then", "\"33\" # of then")
            .replace("2026-01-01T00:00:00.5", "2026-02-02T00:00:00")
            .replace("\"rr\"\n", "\"rr\"\nresolved_sha = \"abc\"\n");
        assert_eq!(text, expected);
    }

    #[test]
    fn a_new_entry_comes_last() {
        let text = edited(TEXT, |file| file.put(&id("command:a:x"), &entry("33", "")));
        let new = "\n[lock.entries.\"a:x::command\"]\ncontent_hash = \"33\"\nfetched = \"2026-02-02T00:00:00\"\n";
        assert_eq!(text, format!("{TEXT}{new}"));
        for empty in [
            "[lock]\nversion = \"1.0.0\"\n\n[lock.entries]\n",
            "",
            "lock = { version = \"1.0.0\", entries = {} }\n",
        ] {
            let text = edited(empty, |file| file.put(&id("skill:x"), &entry("33", "")));
            let read: DocumentMut = text.parse().expect("TOML");
            let hash = &read["lock"]["entries"]["x::skill"]["content_hash"];
            assert_eq!(hash.as_str(), Some("33"), "{text}");
        }
    }

    #[test]
    fn entries_go_and_are_renamed() {
        let (one, two) = TEXT.split_at(TEXT.find("\n[lock.entries.\"z").expect("there"));
        assert_eq!(edited(TEXT, |file| file.remove(&id("agent:z"))), one);
        assert_eq!(edited(TEXT, |file| file.remove(&id("skill:z"))), TEXT);
        let renamed = edited(TEXT, |file| file.rename(&id("skill:a b"), &id("skill:c")));
        assert_eq!(
            renamed,
            format!("{}{two}", one.replace("a b::skill", "c::skill"))
        );
    }

    #[test]
    fn what_is_no_lock_file_is_refused_with_its_line() {
        for (text, line) in [
            ("[lock]\nversion =\n", 2),
            ("lock = 1\n", 1),
            ("[lock]\nentries = 3\n", 1),
        ] {
            match LockFile::parse(text.as_bytes()) {
                Err(ManifestError::LockFile { line: found, .. }) => {
                    assert_eq!(found, line, "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        assert!(LockFile::parse(b"[lock]\n\xff").is_err());
    }
}
