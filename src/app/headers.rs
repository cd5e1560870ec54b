//! From an artifact's file to what the database keeps of it.

use std::path::Path;
use std::thread;

use crate::frontmatter::read::read as read_header;
use crate::model::artifact_file::{ArtifactFile, FoundFile};
use crate::model::metadata::Metadata;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::objects::Hasher;

/// How much of a file is read: a header lies at its start.
pub const HEAD_LIMIT: u64 = 1 << 20;

/// Below this number of files, starting threads costs more than it saves.
const WORTH_THREADS: usize = 64;

/// Reads the headers of files. A file that vanished meanwhile is left out.
pub fn read_files(
    root: &Path,
    hasher: Hasher,
    found: &[FoundFile],
) -> Result<Vec<ArtifactFile>, StoreError> {
    of_each(found, |file| read_file(root, file, hasher))
}

/// Does something with each of many files, in several threads where that pays; what gives nothing is left out.
pub fn of_each<T: Send>(
    found: &[FoundFile],
    each: impl Fn(&FoundFile) -> Result<Option<T>, StoreError> + Sync,
) -> Result<Vec<T>, StoreError> {
    let all = |part: &[FoundFile]| -> Result<Vec<T>, StoreError> {
        part.iter()
            .filter_map(|file| each(file).transpose())
            .collect()
    };
    let workers = thread::available_parallelism()
        .map_or(1, std::num::NonZero::get)
        .min(8);
    if found.len() < WORTH_THREADS || workers == 1 {
        return all(found);
    }
    let chunk = found.len().div_ceil(workers);
    thread::scope(|scope| {
        let parts: Vec<_> = found
            .chunks(chunk)
            .map(|part| scope.spawn(|| all(part)))
            .collect();
        let mut done = Vec::with_capacity(found.len());
        for part in parts {
            match part.join() {
                Ok(results) => done.extend(results?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(done)
    })
}

/// The name of a file's head, to see whether its content changed.
pub fn read_head(root: &Path, found: &FoundFile) -> Result<Option<Vec<u8>>, StoreError> {
    match files::read_head(&found.path.under(root), HEAD_LIMIT) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::Io { source, .. }) if files::is_absent(&source) => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_file(
    root: &Path,
    found: &FoundFile,
    hasher: Hasher,
) -> Result<Option<ArtifactFile>, StoreError> {
    let Some(bytes) = read_head(root, found)? else {
        return Ok(None);
    };
    Ok(Some(of_content(found, &bytes, hasher.name_of(&bytes)?)))
}

/// Takes a file apart whose content is known.
pub fn of_content(found: &FoundFile, bytes: &[u8], blob: String) -> ArtifactFile {
    let (metadata, mut findings) = if found
        .path
        .file_name()
        .to_ascii_lowercase()
        .ends_with(".json")
    {
        (of_json(bytes), Vec::new())
    } else {
        let reading = read_header(bytes);
        (reading.metadata, reading.findings)
    };
    for finding in &mut findings {
        finding.path = found.path.to_string();
    }
    ArtifactFile {
        found: found.clone(),
        blob,
        metadata,
        findings,
    }
}

/// Hooks, MCP servers and plugins are JSON: a name and a description may stand at the top.
fn of_json(bytes: &[u8]) -> Metadata {
    let document: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let text = |key: &str| {
        document
            .get(key)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let author = document
        .pointer("/author/name")
        .and_then(serde_json::Value::as_str)
        .map_or_else(|| text("author"), str::to_owned);
    let keywords = document.get("keywords").and_then(|list| list.as_array());
    let tags = keywords.into_iter().flatten();
    Metadata {
        name: text("name"),
        description: text("description"),
        author,
        license: text("license"),
        version: text("version"),
        tags: tags
            .filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect(),
        ..Metadata::default()
    }
}
