//! Checking a collection: everything that is odd or wrong.

use std::collections::HashMap;

use crate::manifest::Document;
use crate::manifest::ManifestError;
use crate::model::collection::Collection;
use crate::model::finding::{Finding, Level, Severity};
use crate::model::layout::MANIFEST;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::path::RelativePath;
use crate::model::row::RowKey;
use crate::store::error::StoreError;
use crate::store::files;

use super::composites::missing_parts;
use super::error::AppError;
use super::lint::lint;
use super::notice::Notice;
use super::refresh::{Invalid, MANIFEST_LIMIT};
use super::transaction::attempt::recover_quietly;
use super::workspace::Workspace;

/// What a check found.
#[derive(Debug)]
pub struct CheckReport {
    /// The findings: errors first, then by place.
    pub findings: Vec<Finding>,
    /// What should be told.
    pub notices: Vec<Notice>,
}

impl Workspace {
    /// Looks for everything that is odd or wrong; of artifacts' files, for what matters at a level.
    pub fn check(
        &self,
        level: Level,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<CheckReport, AppError> {
        let notices = recover_quietly(self, on_wait);
        let mut findings = self.check_manifest()?;
        match self.refreshed(Invalid::AnswerFromHead) {
            Ok(refreshed) => {
                let scan = refreshed.layout.scan();
                let known = refreshed.database.artifact_ids()?;
                findings.extend(scan.findings);
                findings.extend(missing_parts(self.folder(), &scan.files, &known)?);
                findings.extend(lint(self.folder(), &scan.files, level)?);
            }
            Err(AppError::NothingValid { .. }) => {}
            Err(error) => return Err(error),
        }
        findings.sort_by(|left, right| {
            let key = |finding: &Finding| {
                (
                    finding.severity,
                    finding.path.clone(),
                    finding.line,
                    finding.column,
                )
            };
            key(left).cmp(&key(right))
        });
        Ok(CheckReport { findings, notices })
    }

    fn check_manifest(&self) -> Result<Vec<Finding>, AppError> {
        let bytes = match files::read(&self.manifest_path(), MANIFEST_LIMIT) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                return Err(AppError::NotACollection {
                    path: self.folder().to_owned(),
                });
            }
            Err(error @ StoreError::TooLarge { .. }) => {
                return Ok(vec![
                    Finding::new(Severity::Error, "too-large", error.to_string()).in_file(MANIFEST),
                ]);
            }
            Err(error) => return Err(error.into()),
        };
        let document = match Document::scan(bytes) {
            Ok(document) => document,
            Err(error) => return invalid(error),
        };
        let collection = match document.read() {
            Ok(collection) => collection,
            Err(error) => return invalid(error),
        };
        let mut findings = document.findings();
        findings.extend(self.check_references(&document, &collection)?);
        Ok(findings)
    }

    /// Members, ratings and rows against the artifacts that there are.
    fn check_references(
        &self,
        document: &Document,
        collection: &Collection,
    ) -> Result<Vec<Finding>, AppError> {
        let ids = self
            .refreshed(Invalid::AnswerFromHead)?
            .database
            .artifact_ids()?;
        let mut findings = Vec::new();
        let mut by_name: HashMap<&Name, Vec<&ArtifactId>> = HashMap::new();
        for id in &ids {
            by_name.entry(&id.name).or_default().push(id);
        }
        let known: std::collections::HashSet<&ArtifactId> = ids.iter().collect();
        let mut judge = |member: &Member, what: &str, key: &RowKey| {
            if let Some((code, message)) = fault(member, what, &known, &by_name) {
                let place = document.line_of(key).unwrap_or(1);
                findings.push(
                    Finding::new(Severity::Warning, code, message)
                        .in_file(MANIFEST)
                        .at(place, 1),
                );
            }
        };
        for group in &collection.groups {
            let key = RowKey::Group(group.name.clone());
            let what = format!("the group {:?}", group.name.as_str());
            group
                .members
                .iter()
                .for_each(|member| judge(member, &what, &key));
        }
        for composite in &collection.composites {
            let key = RowKey::Composite(composite.name.clone());
            let what = format!("the composite {:?}", composite.name.as_str());
            composite
                .members
                .iter()
                .for_each(|member| judge(member, &what, &key));
        }
        for rating in &collection.ratings {
            let key = RowKey::Rating(rating.artifact.clone(), rating.by.clone());
            judge(&rating.artifact, "a rating", &key);
        }
        findings.extend(self.check_files(document, collection));
        Ok(findings)
    }

    /// Rows whose files are not there.
    fn check_files(&self, document: &Document, collection: &Collection) -> Vec<Finding> {
        let missing = collection.artifacts.iter().filter_map(|row| {
            let place = match row.path.as_str() {
                "" if row.source.is_empty() => crate::model::layout::place_of(&row.id)?,
                "" => return None,
                path => path.parse::<RelativePath>().ok()?,
            };
            if std::fs::symlink_metadata(place.under(self.folder())).is_ok() {
                return None;
            }
            let message = format!("{} has no files at {place}", row.id);
            let line = document
                .line_of(&RowKey::Artifact(row.id.clone()))
                .unwrap_or(1);
            Some(
                Finding::new(Severity::Warning, "missing-files", message)
                    .in_file(MANIFEST)
                    .at(line, 1),
            )
        });
        missing.collect()
    }
}

fn invalid(error: ManifestError) -> Result<Vec<Finding>, AppError> {
    match error {
        ManifestError::Invalid { findings } => Ok(findings),
        other => Err(other.into()),
    }
}

fn fault(
    member: &Member,
    what: &str,
    known: &std::collections::HashSet<&ArtifactId>,
    by_name: &HashMap<&Name, Vec<&ArtifactId>>,
) -> Option<(&'static str, String)> {
    match member {
        Member::Typed(id) if known.contains(id) => None,
        Member::Typed(id) => Some((
            "missing-member",
            format!("{what} names {id}, which is not here"),
        )),
        Member::Bare(name) => match by_name.get(name).map(Vec::as_slice) {
            Some([_]) => None,
            Some(several) => {
                let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
                Some((
                    "ambiguous-member",
                    format!("{what} names {name}, which may be {}", ids.join(" or ")),
                ))
            }
            None => Some((
                "missing-member",
                format!("{what} names {name}, which is not here"),
            )),
        },
    }
}
