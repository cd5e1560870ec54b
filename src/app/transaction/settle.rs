//! After a change: the database follows, and git tidies up when it would.

use crate::app::notice::Notice;
use crate::app::refresh::{Invalid, MANIFEST_LIMIT};
use crate::app::workspace::Workspace;
use crate::model::artifact_file::FileStamp;
use crate::store::cache::contents::{Rows, State, Update};
use crate::store::cache::database::Database;
use crate::store::cache::error::CacheError;
use crate::store::files;
use crate::store::git::id::ObjectName;

use super::prepare::Prepared;
use super::publish::Commits;

/// Brings the database up to date. A failure does no harm: the next read does it again.
pub(super) fn settle(
    workspace: &Workspace,
    mut database: Database,
    prepared: Prepared,
    commits: Commits,
) -> Option<Notice> {
    let outcome = follow(workspace, &mut database, prepared, commits);
    if workspace.repository.wants_maintenance() {
        workspace.repository.sweep_objects();
        workspace.repository.start_maintenance();
    }
    outcome.err()
}

fn follow(
    workspace: &Workspace,
    database: &mut Database,
    prepared: Prepared,
    commits: Commits,
) -> Result<(), Notice> {
    let stale = |error: &dyn std::error::Error| Notice::DatabaseStale(error.to_string());
    let has_files = !prepared.files.is_empty();
    // A hook, or anybody at all, may have written another manifest meanwhile: then it must be read.
    let checked = files::clock();
    let stamp = files::stamp(&workspace.manifest_path()).ok().flatten();
    let is_ours = match commits.manifest {
        Some(left) => stamp == Some(left),
        None => matches!(
            files::read(&workspace.manifest_path(), MANIFEST_LIMIT),
            Ok(Some(bytes)) if bytes == *prepared.manifest
        ),
    };
    if let Some(touched) = prepared.touched.filter(|_| is_ours) {
        take_over(
            workspace,
            database,
            Rows::Touched(touched),
            (&prepared.manifest, prepared.manifest_name),
            commits.change,
            (stamp, checked),
        )
        .map_err(|error| stale(&error))?;
        if !has_files {
            return Ok(());
        }
    }
    workspace
        .refreshed(Invalid::AnswerFromHead)
        .map(|_| ())
        .map_err(|error| stale(&error))
}

fn take_over(
    workspace: &Workspace,
    database: &mut Database,
    rows: Rows<'_>,
    (manifest, name): (&[u8], Option<ObjectName>),
    commit: ObjectName,
    (stamp, checked): (Option<FileStamp>, i64),
) -> Result<(), CacheError> {
    let name = match name {
        Some(name) => Ok(name),
        None => workspace.repository.name_of_blob(manifest),
    };
    let blob = name.map(|name| name.to_string()).unwrap_or_default();
    let layout = database.state()?.layout;
    let state = State {
        manifest_blob: blob,
        manifest_stamp: stamp,
        manifest_checked: checked,
        head: commit.to_string(),
        layout,
    };
    database.update(&Update {
        state,
        rows,
        files: &[],
        removed: &[],
        rechecked: &[],
        checked,
    })
}
