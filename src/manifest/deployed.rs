//! `.skillmeat-deployed.toml`: what was deployed into a project, read and edited so that all else in it stays.
//!
//! SkillMeat 0.74 writes the same file. Its keys are kept in its order; unknown keys and tables, comments, the form of
//! the table, line ends and a byte order mark stay as they are found.

use toml_edit::{
    Array, ArrayOfTables, Document, DocumentMut, InlineTable, Item, Table, TableLike, Value,
};

use crate::model::content_hash::ContentHash;
use crate::model::deployment::Deployment;
use crate::model::name::{ArtifactId, ArtifactType, Name};

use super::error::ManifestError;

/// The table's name.
const TABLE: &str = "deployed";

/// The mark that some editors begin a file with.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A record, with all else that stands in it.
#[derive(Debug, Clone)]
pub struct DeployedRecord {
    document: DocumentMut,
    start: &'static str,
    line_end: &'static str,
}

impl DeployedRecord {
    /// Reads a record. Bad syntax, and a row that does not say what was deployed where, are errors with their line.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            fault(&String::from_utf8_lossy(before), usize::MAX, "not UTF-8")
        })?;
        let stripped = text.strip_prefix(BYTE_ORDER_MARK);
        let start = if stripped.is_some() { "\u{feff}" } else { "" };
        let text = stripped.unwrap_or(text);
        let document = Document::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            fault(text, at, error.message())
        })?;
        check(&document, text)?;
        Ok(Self {
            document: document.into_mut(),
            start,
            line_end: if text.contains("\r\n") { "\r\n" } else { "\n" },
        })
    }

    /// All rows, in the file's order.
    pub fn deployments(&self) -> Vec<Deployment> {
        let item = self.document.get(TABLE);
        rows(item).into_iter().filter_map(read).collect()
    }

    /// Writes a row in the place of the one for the same artifact at the same path, or as the last one. `root` is the
    /// profile's folder.
    pub fn put(&mut self, deployment: &Deployment, root: &str) {
        let mut is_there = false;
        for row in rows_mut(&mut self.document) {
            if is_about(row, &deployment.artifact, &deployment.path) {
                is_there = true;
                write(row, deployment, root);
            }
        }
        if !is_there {
            self.append(deployment, root);
        }
    }

    fn append(&mut self, deployment: &Deployment, root: &str) {
        let table = self.document.entry(TABLE).or_insert_with(Item::default);
        match table {
            Item::ArrayOfTables(tables) => tables.push(new_row(deployment, root)),
            Item::Value(Value::Array(array)) if !array.is_empty() => {
                let mut row = InlineTable::new();
                write(&mut row, deployment, root);
                array.push_formatted(Value::from(row).decorated("\n    ", ""));
            }
            // An empty array says nothing of the form.
            other => {
                let mut tables = ArrayOfTables::new();
                tables.push(new_row(deployment, root));
                *other = Item::ArrayOfTables(tables);
            }
        }
    }

    /// Takes out the rows for an artifact at a path.
    pub fn remove(&mut self, artifact: &ArtifactId, path: &str) {
        match self.document.get_mut(TABLE) {
            Some(Item::ArrayOfTables(tables)) => {
                tables.retain(|row| !is_about(row, artifact, path));
            }
            Some(Item::Value(Value::Array(array))) => array.retain(|value| {
                let row = value.as_inline_table();
                !row.is_some_and(|row| is_about(row, artifact, path))
            }),
            _ => {}
        }
    }

    /// Whether nothing stands in it, not even a comment.
    pub fn is_empty(&self) -> bool {
        self.document.to_string().trim().is_empty()
    }

    /// The record's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = self.document.to_string().replace("\r\n", "\n");
        let text = text.replace('\n', self.line_end);
        format!("{}{text}", self.start).into_bytes()
    }
}

impl Default for DeployedRecord {
    /// A record without rows.
    fn default() -> Self {
        Self {
            document: DocumentMut::new(),
            start: "",
            line_end: "\n",
        }
    }
}

/// Refuses a table of another kind, and rows that do not say what they are about.
fn check(document: &Document<&str>, text: &str) -> Result<(), ManifestError> {
    let item = document.get(TABLE);
    let at = |span: Option<std::ops::Range<usize>>| span.map_or(0, |span| span.start);
    match item {
        None => return Ok(()),
        Some(Item::ArrayOfTables(_)) => {}
        Some(Item::Value(Value::Array(array))) if array.iter().all(Value::is_inline_table) => {}
        Some(other) => {
            return Err(fault(
                text,
                at(other.span()),
                "`deployed` is not a list of tables",
            ));
        }
    }
    for (row, start) in rows(item).into_iter().zip(starts(item)) {
        for key in ["artifact_name", "artifact_type", "artifact_path"] {
            if text_of(row, key).is_none() {
                return Err(fault(text, start, &format!("this row has no {key}")));
            }
        }
    }
    Ok(())
}

/// Where each row begins.
fn starts(item: Option<&Item>) -> Vec<usize> {
    let spans: Vec<_> = match item {
        Some(Item::ArrayOfTables(tables)) => tables.iter().map(Table::span).collect(),
        Some(Item::Value(Value::Array(array))) => array.iter().map(Value::span).collect(),
        _ => Vec::new(),
    };
    let start = |span: Option<std::ops::Range<usize>>| span.map_or(0, |span| span.start);
    spans.into_iter().map(start).collect()
}

fn fault(text: &str, at: usize, reason: &str) -> ManifestError {
    let before = text.get(..at.min(text.len())).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    ManifestError::Record {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        reason: reason.trim().replace('\n', ", "),
    }
}

fn rows(item: Option<&Item>) -> Vec<&dyn TableLike> {
    match item {
        Some(Item::ArrayOfTables(tables)) => {
            tables.iter().map(|row| row as &dyn TableLike).collect()
        }
        Some(Item::Value(Value::Array(array))) => {
            let rows = array.iter().filter_map(Value::as_inline_table);
            rows.map(|row| row as &dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

fn rows_mut(document: &mut DocumentMut) -> Vec<&mut dyn TableLike> {
    match document.get_mut(TABLE) {
        Some(Item::ArrayOfTables(tables)) => tables
            .iter_mut()
            .map(|row| row as &mut dyn TableLike)
            .collect(),
        Some(Item::Value(Value::Array(array))) => {
            let rows = array.iter_mut().filter_map(Value::as_inline_table_mut);
            rows.map(|row| row as &mut dyn TableLike).collect()
        }
        _ => Vec::new(),
    }
}

fn text_of(row: &dyn TableLike, key: &str) -> Option<String> {
    match row.get(key)?.as_value()? {
        Value::String(text) => Some(text.value().clone()),
        Value::Datetime(moment) => Some(moment.value().to_string()),
        _ => None,
    }
}

fn read(row: &dyn TableLike) -> Option<Deployment> {
    let text = |key: &str| text_of(row, key).unwrap_or_default();
    let hash = text_of(row, "content_hash").unwrap_or_else(|| text("collection_sha"));
    let lineage = row.get("version_lineage").and_then(Item::as_array);
    let lineage = lineage.map(|array| {
        let hashes = array.iter().filter_map(Value::as_str);
        hashes.map(ContentHash::stored).collect()
    });
    let content_hash = ContentHash::stored(hash);
    Some(Deployment {
        artifact: artifact_of(row)?,
        collection: text("from_collection"),
        deployed_at: text("deployed_at"),
        path: text_of(row, "artifact_path")?,
        lineage: lineage.unwrap_or_else(|| vec![content_hash.clone()]),
        content_hash,
        profile: text("deployment_profile_id"),
    })
}

fn artifact_of(row: &dyn TableLike) -> Option<ArtifactId> {
    let kind = ArtifactType::stored(&text_of(row, "artifact_type")?);
    let name = Name::stored(text_of(row, "artifact_name")?);
    Some(ArtifactId::new(kind, name))
}

fn is_about(row: &dyn TableLike, artifact: &ArtifactId, path: &str) -> bool {
    let is_there = row.get("artifact_path").and_then(Item::as_str) == Some(path);
    is_there && artifact_of(row).as_ref() == Some(artifact)
}

fn new_row(deployment: &Deployment, root: &str) -> Table {
    let mut row = Table::new();
    write(&mut row, deployment, root);
    row
}

/// Writes the values of a row, in SkillMeat's order; what has that value already is left alone.
fn write(row: &mut dyn TableLike, deployment: &Deployment, root: &str) {
    let hash = deployment.content_hash.as_str();
    let profile = deployment.profile.as_str();
    let text = |value: &str| Value::from(value);
    for (key, value) in [
        ("artifact_name", text(deployment.artifact.name.as_str())),
        ("artifact_type", text(deployment.artifact.kind.as_str())),
        ("from_collection", text(&deployment.collection)),
        ("deployed_at", text(&deployment.deployed_at)),
        ("artifact_path", text(&deployment.path)),
        ("content_hash", text(hash)),
        ("local_modifications", Value::from(false)),
        ("version_lineage", Value::Array(list(&deployment.lineage))),
        ("merge_base_snapshot", text(hash)),
        ("deployment_profile_id", text(profile)),
        ("platform", text(profile)),
        ("profile_root_dir", text(root)),
        ("collection_sha", text(hash)),
    ] {
        set(row, key, value);
    }
}

/// One hash a line, as SkillMeat writes them.
fn list(hashes: &[ContentHash]) -> Array {
    let mut array = Array::new();
    for hash in hashes {
        array.push_formatted(Value::from(hash.as_str()).decorated("\n    ", ""));
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    array
}

/// Sets a value and keeps what stands around it: spaces, and a comment behind it.
fn set(row: &mut dyn TableLike, key: &str, mut value: Value) {
    match row.get_mut(key) {
        Some(Item::Value(old)) => {
            if bare(old) != bare(&value) {
                *value.decor_mut() = old.decor().clone();
                *old = value;
            }
        }
        Some(other) => *other = Item::Value(value),
        None => drop(row.insert(key, Item::Value(value))),
    }
}

/// A value without what stands around it and its parts.
fn bare(value: &Value) -> String {
    match value {
        Value::Array(array) => array.iter().map(bare).collect::<Vec<_>>().join("\n"),
        Value::String(text) => text.value().clone(),
        other => other.clone().decorated("", "").to_string(),
    }
}

#[cfg(test)]
#[path = "deployed_tests.rs"]
mod tests;
