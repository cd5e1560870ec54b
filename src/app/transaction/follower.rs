//! The database, led behind a change while that is made.

use std::thread::Scope;

use crate::app::refresh::MANIFEST_LIMIT;
use crate::app::workspace::Workspace;
use crate::model::artifact_file::FileStamp;
use crate::store::cache::ahead::Ahead;
use crate::store::cache::contents::State;
use crate::store::cache::database::Database;
use crate::store::cache::error::CacheError;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::id::ObjectName;

use super::prepare::{Prepared, Touched};

/// The database on its way to what a change makes of it. Its rows are written beside the change, as soon as nobody is
/// waited for any more; they take effect after it, or never.
pub(super) struct Follower<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    step: Step<'scope>,
}

/// How far the database is.
enum Step<'scope> {
    /// It does not follow: which rows change is not known.
    Behind,
    /// Its rows are not written yet.
    Waiting(Database, Touched),
    /// They are being written.
    Writing(Ahead<'scope>),
    /// They take effect.
    Told(Ahead<'scope>),
}

/// A change that is made, as far as the database must know it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    /// Its commit.
    pub(super) commit: ObjectName,
    /// The manifest's file as the change left it, where that was asked at once.
    pub(super) manifest: Option<FileStamp>,
}

impl<'scope, 'env> Follower<'scope, 'env> {
    /// A follower of a change that touches these rows, if that is known.
    pub(super) fn new(
        scope: &'scope Scope<'scope, 'env>,
        database: Database,
        touched: Option<Touched>,
    ) -> Self {
        let step = touched.map_or(Step::Behind, |touched| Step::Waiting(database, touched));
        Self { scope, step }
    }

    /// Begins to write the rows. From here on other writers of the database wait for the change.
    pub(super) fn begin(&mut self) {
        self.step = match std::mem::replace(&mut self.step, Step::Behind) {
            Step::Waiting(database, touched) => {
                Step::Writing(database.update_ahead(self.scope, touched))
            }
            other => other,
        };
    }

    /// Lets the rows take effect, unless the manifest is another one by now.
    pub(super) fn tell(
        &mut self,
        workspace: &Workspace,
        prepared: &Prepared,
        made: Made,
    ) -> Result<(), StoreError> {
        self.begin();
        if let Some(state) = state_after(workspace, prepared, made)? {
            self.step = match std::mem::replace(&mut self.step, Step::Behind) {
                Step::Writing(mut ahead) => {
                    ahead.take_effect(state);
                    Step::Told(ahead)
                }
                other => other,
            };
        }
        Ok(())
    }

    /// Waits until the rows have taken effect. Nothing when they do not.
    pub(super) fn outcome(self) -> Option<Result<(), CacheError>> {
        match self.step {
            Step::Told(ahead) => Some(ahead.outcome()),
            Step::Behind | Step::Waiting(..) | Step::Writing(_) => None,
        }
    }

    /// Whether the rows take effect.
    pub(super) fn is_told(&self) -> bool {
        matches!(self.step, Step::Told(_))
    }
}

/// What the database is made of after a change; of the artifacts' files it knows what it knew. Nothing when a hook, or
/// anybody at all, has written another manifest meanwhile: then it must be read.
fn state_after(
    workspace: &Workspace,
    prepared: &Prepared,
    made: Made,
) -> Result<Option<State>, StoreError> {
    let checked = files::clock();
    let stamp = files::stamp(&workspace.manifest_path()).ok().flatten();
    let is_ours = match made.manifest {
        Some(left) => stamp == Some(left),
        None => matches!(
            files::read(&workspace.manifest_path(), MANIFEST_LIMIT),
            Ok(Some(bytes)) if *bytes == *prepared.manifest
        ),
    };
    if !is_ours {
        return Ok(None);
    }
    let name = match prepared.manifest_name {
        Some(name) => name,
        None => workspace.repository.name_of_blob(&prepared.manifest)?,
    };
    Ok(Some(State {
        manifest_blob: name.to_string(),
        manifest_stamp: stamp,
        manifest_checked: checked,
        head: made.commit.to_string(),
        layout: None,
    }))
}
