//! Rows of one key: found, told, and merged where they say the same.

use std::collections::HashMap;

use super::document::Document;
use super::rows::Place;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::row::{RowKey, Table};

/// Tables in which two rows of one key make a manifest invalid.
pub(super) const TABLES: [Table; 3] = [Table::TagDefinitions, Table::Groups, Table::Artifacts];

/// The duplicates that make a manifest invalid, each at its second row.
pub(super) fn errors(document: &Document) -> Vec<Finding> {
    TABLES
        .into_iter()
        .flat_map(|table| of_table(document, table, Severity::Error))
        .collect()
}

/// The duplicates that are only odd.
pub(super) fn warnings(document: &Document) -> Vec<Finding> {
    let tables = [Table::Ratings, Table::Composites];
    tables
        .into_iter()
        .flat_map(|table| of_table(document, table, Severity::Warning))
        .collect()
}

fn of_table(document: &Document, table: Table, severity: Severity) -> Vec<Finding> {
    let rows = document.table(table);
    let mut first: HashMap<&RowKey, &Place> = HashMap::with_capacity(rows.keys.len());
    let mut findings = Vec::new();
    for (key, place) in rows.keys.iter().zip(&rows.places) {
        let Some(key) = key else { continue };
        let Some(before) = first.get(key) else {
            first.insert(key, place);
            continue;
        };
        let (one, _) = document.position(document.start_of(before));
        let (two, column) = document.position(document.start_of(place));
        let (code, what) = words(key);
        let message = format!("{what}: lines {one} and {two}");
        findings.push(
            Finding::new(severity, code, message)
                .in_file(MANIFEST)
                .at(two, column),
        );
    }
    findings
}

fn words(key: &RowKey) -> (&'static str, String) {
    match key {
        RowKey::Header => ("duplicate-header", "two headers".to_owned()),
        RowKey::Tag(slug) => (
            "duplicate-tag",
            format!("two tag definitions have the slug {:?}", slug.as_str()),
        ),
        RowKey::Group(name) => (
            "duplicate-group",
            format!("two groups are named {:?}", name.as_str()),
        ),
        RowKey::Artifact(id) => (
            "duplicate-artifact",
            format!(
                "two artifacts of type {} are named {:?}",
                id.kind,
                id.name.as_str()
            ),
        ),
        RowKey::Rating(artifact, by) => (
            "duplicate-rating",
            format!("two ratings of {artifact} are by {by:?}"),
        ),
        RowKey::Composite(name) => (
            "duplicate-composite",
            format!("two composites are named {:?}", name.as_str()),
        ),
    }
}
