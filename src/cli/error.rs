//! Errors as commands end with them: exit codes, and the report that is shown.

use std::error::Error;

use crate::app::deployment_error::DeploymentError;
use crate::app::error::{AppError, FrontmatterError, ManifestError, StoreError};
use crate::app::source_error::SourceError;
use crate::model::finding::Finding;
use crate::model::layout::MANIFEST;

use super::hint::hint;
use super::ui::error::OutputError;
use super::ui::report::ErrorReport;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The use-case failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// The output could not be written.
    #[error("can't write the output")]
    Output(#[from] OutputError),
    /// Everything is told already; only the exit code is left.
    #[error("exit code {0}")]
    Exit(u8),
}

/// Done.
pub const DONE: u8 = 0;
/// Failed: not found, invalid, `check` found errors.
pub const FAILED: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// Conflicts are to be resolved.
pub const CONFLICTS: u8 = 3;
/// Another repository was not reached, or did not take the commits; they are kept.
pub const REMOTE: u8 = 4;
/// Refused in this state of the repository.
pub const REFUSED: u8 = 5;
/// The user asked to stop.
pub const INTERRUPTED: u8 = 130;
/// The reader of a pipe went away.
pub const READER_GONE: u8 = 141;

impl CliError {
    /// The exit code, as `docs/json.md` lists them.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Exit(code) => *code,
            Self::Output(OutputError::ReaderGone) => READER_GONE,
            Self::Output(OutputError::Failed(_)) => FAILED,
            Self::App(error) => match error {
                AppError::Refused(_)
                | AppError::Contention { .. }
                | AppError::Source(SourceError::Overtaken { .. })
                | AppError::Store(StoreError::Locked { .. }) => REFUSED,
                AppError::PushOvertaken { .. }
                | AppError::PushRefused { .. }
                | AppError::NotEmpty { .. }
                | AppError::Source(SourceError::Unreachable { .. })
                | AppError::Store(StoreError::Unreachable { .. }) => REMOTE,
                AppError::Clash { .. }
                | AppError::ImportConflicts { .. }
                | AppError::Source(SourceError::Conflicts { .. })
                | AppError::Deployment(
                    DeploymentError::NoBase { .. } | DeploymentError::Clash { .. },
                ) => CONFLICTS,
                AppError::Deployment(error) if kind_of_deployment(error) == "refused" => REFUSED,
                AppError::Interrupted => INTERRUPTED,
                AppError::Request(_) => USAGE,
                _ => FAILED,
            },
        }
    }

    /// What is shown of the error; nothing when everything is told already.
    pub fn report(&self) -> Option<ErrorReport> {
        match self {
            Self::Exit(_) | Self::Output(OutputError::ReaderGone) => None,
            Self::Output(OutputError::Failed(source)) => Some(ErrorReport {
                kind: "output".to_owned(),
                message: self.to_string(),
                causes: vec![source.to_string()],
                ..ErrorReport::default()
            }),
            Self::App(error) => Some(report(error)),
        }
    }
}

/// What is shown of an error of a use-case.
pub fn report(error: &AppError) -> ErrorReport {
    let findings = findings(error);
    let message = match findings {
        [] => error.to_string(),
        [one] => format!("{MANIFEST} is invalid: {one}"),
        many => {
            let lines: Vec<String> = many.iter().map(ToString::to_string).collect();
            format!("{MANIFEST} is invalid:\n{}", lines.join("\n"))
        }
    };
    let first = findings.first();
    ErrorReport {
        kind: kind(error).to_owned(),
        message,
        causes: if findings.is_empty() {
            causes(error)
        } else {
            Vec::new()
        },
        hint: hint(error),
        path: first.map_or_else(|| path(error), |finding| finding.path.clone()),
        line: first.map_or_else(|| line(error), |finding| finding.line),
    }
}

fn findings(error: &AppError) -> &[Finding] {
    match error {
        AppError::Manifest(ManifestError::Invalid { findings })
        | AppError::NothingValid { findings } => findings,
        _ => &[],
    }
}

fn causes(error: &AppError) -> Vec<String> {
    let mut causes = Vec::new();
    let mut cause = match error {
        AppError::Header { source, .. } => Some(source as &dyn Error),
        other => other.source(),
    };
    while let Some(error) = cause {
        let text = error.to_string();
        if causes.last() != Some(&text) {
            causes.push(text);
        }
        cause = error.source();
    }
    causes
}

fn path(error: &AppError) -> String {
    match error {
        AppError::Header { path, .. }
        | AppError::NotAnArtifact { path, .. }
        | AppError::ForeignFile { path, .. }
        | AppError::ForeignManifest { path, .. } => path.clone(),
        AppError::NotACollection { path }
        | AppError::Configuration { path, .. }
        | AppError::Deployment(
            DeploymentError::Record { path, .. } | DeploymentError::NoFolder { path },
        )
        | AppError::Store(StoreError::Io { path, .. } | StoreError::Locked { path, .. }) => {
            path.display().to_string()
        }
        _ => String::new(),
    }
}

fn line(error: &AppError) -> Option<u32> {
    match error {
        AppError::Apply { line, .. } | AppError::ForeignFile { line, .. } => {
            u32::try_from(*line).ok()
        }
        AppError::Deployment(DeploymentError::Record {
            source: ManifestError::Record { line, .. },
            ..
        }) => Some(*line),
        _ => None,
    }
}

/// The stable word for scripts.
fn kind(error: &AppError) -> &'static str {
    match error {
        AppError::Value(_) => "invalid-value",
        AppError::Manifest(_)
        | AppError::NothingValid { .. }
        | AppError::OldManifest { .. }
        | AppError::ForeignManifest { .. } => "invalid-manifest",
        AppError::ForeignFile { .. } => "invalid-file",
        AppError::Source(error) => kind_of_source(error),
        AppError::Header {
            source: FrontmatterError::NotThere,
            ..
        }
        | AppError::NothingBefore { .. }
        | AppError::Unknown { .. }
        | AppError::CalledOtherwise { .. }
        | AppError::OtherHistory { .. } => "not-found",
        AppError::Header { .. } => "invalid-header",
        AppError::Store(StoreError::Locked { .. }) => "locked",
        AppError::Store(StoreError::GitCommand { .. }) => "git",
        AppError::Store(StoreError::Unreachable { .. }) => "unreachable",
        AppError::PushOvertaken { .. }
        | AppError::PushRefused { .. }
        | AppError::NotEmpty { .. } => "not-accepted",
        AppError::Store(_) => "io",
        AppError::Cache(_) => "database",
        AppError::Refused(_) => "refused",
        AppError::Ambiguous { .. } => "ambiguous",
        AppError::NoMatch { .. } => "no-match",
        AppError::Taken { .. } | AppError::SlugTaken { .. } | AppError::Filled { .. } => "taken",
        AppError::TagInFile { .. } => "tag-in-file",
        AppError::NoCollection | AppError::NotACollection { .. } | AppError::NoManifest { .. } => {
            "no-collection"
        }
        AppError::NotAnArtifact { .. } => "not-an-artifact",
        AppError::Request(_) => "usage",
        AppError::Apply { .. } => "apply",
        AppError::Configuration { .. } => "configuration",
        AppError::NothingTo(_) => "nothing",
        AppError::Clash { .. } | AppError::ImportConflicts { .. } => "conflict",
        AppError::BeyondHorizon => "shallow",
        AppError::Contention { .. } => "contention",
        AppError::Deployment(error) => kind_of_deployment(error),
        AppError::Interrupted => "interrupted",
    }
}

fn kind_of_source(error: &SourceError) -> &'static str {
    match error {
        SourceError::Unreachable { .. } => "unreachable",
        SourceError::Empty { .. }
        | SourceError::NoVersion { .. }
        | SourceError::NoPath { .. }
        | SourceError::NoSource { .. }
        | SourceError::BaseGone { .. } => "not-found",
        SourceError::Refused { .. } => "refused-source",
        SourceError::Unreadable { .. } => "invalid-value",
        SourceError::Conflicts { .. } => "conflict",
        SourceError::Overtaken { .. } => "contention",
    }
}

fn kind_of_deployment(error: &DeploymentError) -> &'static str {
    match error {
        DeploymentError::Record { .. } => "invalid-record",
        DeploymentError::NoFolder { .. }
        | DeploymentError::NoEarlier { .. }
        | DeploymentError::NoVersion { .. }
        | DeploymentError::Gone { .. } => "not-found",
        DeploymentError::NoPlace { .. }
        | DeploymentError::NoFiles { .. }
        | DeploymentError::SamePlace { .. } => "no-place",
        DeploymentError::SeveralVersions { .. } => "ambiguous",
        DeploymentError::NoBase { .. } | DeploymentError::Clash { .. } => "conflict",
        DeploymentError::InCollection { .. }
        | DeploymentError::InTheWay { .. }
        | DeploymentError::Astray { .. }
        | DeploymentError::OtherCollection { .. } => "refused",
        DeploymentError::Left { .. } => "io",
    }
}
