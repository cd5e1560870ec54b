//! After a change: the database follows, and git tidies up when it would.

use std::error::Error;

use crate::app::notice::Notice;
use crate::app::refresh::Invalid;
use crate::app::workspace::Workspace;

use super::follower::{Follower, Made};
use super::prepare::Prepared;

/// Brings the database up to date. A failure does no harm: the next read does it again.
pub(super) fn settle(
    workspace: &Workspace,
    mut follower: Follower<'_, '_>,
    prepared: &Prepared,
    made: Made,
) -> Option<Notice> {
    let told = if follower.is_told() {
        Ok(())
    } else {
        follower.tell(workspace, prepared, made)
    };
    if workspace.repository.wants_maintenance() {
        workspace.repository.sweep_objects();
        workspace.repository.start_maintenance();
    }
    let outcome = told.map_err(|error| stale(&error));
    let outcome = outcome.and_then(|()| follow(workspace, follower, prepared));
    outcome.err()
}

/// Waits for the database, and looks for itself where that does not do.
fn follow(
    workspace: &Workspace,
    follower: Follower<'_, '_>,
    prepared: &Prepared,
) -> Result<(), Notice> {
    if let Some(outcome) = follower.outcome() {
        outcome.map_err(|error| stale(&error))?;
        if prepared.files.is_empty() {
            return Ok(());
        }
    }
    workspace
        .refreshed(Invalid::AnswerFromHead)
        .map(|_| ())
        .map_err(|error| stale(&error))
}

fn stale(error: &dyn Error) -> Notice {
    Notice::DatabaseStale(error.to_string())
}
