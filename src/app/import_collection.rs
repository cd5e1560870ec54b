//! Another collection: its manifest as it stands, and the files of its artifacts.

use std::fs;
use std::path::Path;

use crate::manifest::Document;
use crate::model::layout::{MANIFEST, place_of};
use crate::model::row::{Row, Table};
use crate::store::files;
use crate::store::scan::scan;

use super::error::AppError;
use super::find::Outside;
use super::import_parts::{Incoming, Kind, Reading, Tables, warning};
use super::refresh::MANIFEST_LIMIT;

/// Reads a collection in a folder: what lies in the work tree. Its repository, if it has one, is not looked at.
pub(super) fn read(
    folder: &Path,
    shown: &str,
    reading: &mut Reading<'_>,
) -> Result<Incoming, AppError> {
    let document = manifest(folder, shown)?;
    let scanned = scan(folder)?;
    let mut findings = scanned.findings;
    for row in document.rows(Table::Artifacts) {
        let Row::Artifact(row) = row else { continue };
        let place = place_of(&row.id).map(|place| place.to_string());
        let is_elsewhere = !row.path.is_empty() && place.as_deref() != Some(&row.path);
        if is_elsewhere {
            let message = format!(
                "the files of {} are said to be at {:?}, outside of the layout; they were not copied",
                row.id, row.path
            );
            findings.push(warning("outside-layout", shown, message));
        }
    }
    let found: Vec<Outside> = scanned
        .files
        .iter()
        .map(|file| Outside::of(file, folder))
        .collect();
    Ok(Incoming {
        kind: Kind::Collection,
        name: document.header().name,
        artifacts: reading.take(&found)?,
        tables: Tables::Text(Box::new(document)),
        findings,
    })
}

fn manifest(folder: &Path, shown: &str) -> Result<Document, AppError> {
    let path = folder.join(MANIFEST);
    let is_link = fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink());
    let refusal = |reason: &str| AppError::NotAnArtifact {
        path: shown.to_owned(),
        reason: reason.to_owned(),
    };
    if is_link {
        return Err(refusal(
            "its collection.toml is a symbolic link, which is not followed",
        ));
    }
    let bytes = files::read(&path, MANIFEST_LIMIT)?;
    let bytes = bytes.ok_or_else(|| refusal("it holds no collection.toml"))?;
    let sound = Document::scan(bytes).and_then(|document| {
        document.validate()?;
        Ok(document)
    });
    sound.map_err(|source| AppError::ForeignManifest {
        path: shown.to_owned(),
        source,
    })
}
