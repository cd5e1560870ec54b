//! An organisation as `export` writes it: rows of every table, and no files.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::model::finding::Finding;
use crate::model::name::{Name, artifact_name_fault};
use crate::model::organisation::{Organisation, SCHEMA};
use crate::model::row::{Row, RowKey, Table};

use super::error::AppError;
use super::import_parts::{Incoming, Kind, Tables, note, warning};
use super::import_source::JsonFile;

/// Reads an organisation. Names are kept as they are, with a finding where no command would make them; a key that two
/// rows have is an error.
pub(super) fn read(file: &JsonFile) -> Result<Incoming, AppError> {
    let schema = file.value.get("schema").and_then(Value::as_u64);
    if schema != Some(u64::from(SCHEMA)) {
        let found = file.value.get("schema").map_or_else(
            || "it has no `schema`".to_owned(),
            |found| format!("its `schema` is {found}"),
        );
        return Err(AppError::NotAnArtifact {
            path: file.shown.clone(),
            reason: format!("{found}, and this version of skillmeat reads {SCHEMA}"),
        });
    }
    let organisation: Organisation = file.typed()?;
    let mut findings = unknown_keys(file, &organisation);
    let name = organisation.collection.name.clone();
    let placed = organisation.rows();
    refuse_twice(&file.shown, &placed)?;
    findings.extend(placed.iter().filter_map(|(place, row)| {
        let fault = name_fault(row)?;
        let message = format!("{place}: {fault}; the name is kept as it is");
        Some(warning("odd-name", &file.shown, message))
    }));
    Ok(Incoming {
        kind: Kind::Organisation,
        name,
        tables: Tables::Rows(placed.into_iter().map(|(_, row)| row).collect()),
        artifacts: Vec::new(),
        findings,
    })
}

/// Refuses two rows of one key: neither is known to be the one that is meant.
fn refuse_twice(shown: &str, placed: &[(String, Row)]) -> Result<(), AppError> {
    let mut first: HashMap<RowKey, &str> = HashMap::with_capacity(placed.len());
    for (place, row) in placed {
        if let Some(earlier) = first.insert(row.key(), place) {
            return Err(AppError::NotAnArtifact {
                path: shown.to_owned(),
                reason: format!("{place} is {} again, as {earlier} is", row.key()),
            });
        }
    }
    Ok(())
}

/// What is wrong with a name, by the rules for names that a command makes.
fn name_fault(row: &Row) -> Option<String> {
    match row {
        Row::Group(group) => Name::new(group.name.as_str()).err(),
        Row::Composite(composite) => Name::new(composite.name.as_str()).err(),
        Row::Artifact(artifact) => {
            let name = artifact.id.name.as_str();
            return artifact_name_fault(name)
                .map(|reason| format!("{name:?} can't name an artifact with files: {reason}"));
        }
        Row::Tag(tag) if !tag.slug.is_regular() => {
            return Some(format!("{:?} is not a regular slug", tag.slug.as_str()));
        }
        Row::Tag(_) | Row::Rating(_) => None,
    }
    .map(|error| error.to_string())
}

/// Keys that mean nothing here, told once each.
fn unknown_keys(file: &JsonFile, organisation: &Organisation) -> Vec<Finding> {
    let known = serde_json::to_value(organisation).unwrap_or_default();
    let mut unknown: Vec<String> = beyond(&file.value, &known).map(str::to_owned).collect();
    for table in Table::OF_ROWS.map(Table::as_str) {
        let rows = |value: &Value| value.get(table).and_then(Value::as_array).cloned();
        let (given, known) = (rows(&file.value), rows(&known));
        let mut told = HashSet::new();
        for (given, known) in given.iter().flatten().zip(known.iter().flatten()) {
            for key in beyond(given, known) {
                if told.insert(key.to_owned()) {
                    unknown.push(format!("{table}[].{key}"));
                }
            }
        }
    }
    let told = |key: String| {
        let message = format!("{key:?} means nothing to this version, and was left out");
        note("unknown-key", &file.shown, message)
    };
    unknown.into_iter().map(told).collect()
}

/// The keys of an object that another does not have.
fn beyond<'v>(given: &'v Value, known: &Value) -> impl Iterator<Item = &'v str> {
    let keys = given.as_object().into_iter().flatten();
    keys.map(|(key, _)| key.as_str())
        .filter(|key| known.get(key).is_none())
}
