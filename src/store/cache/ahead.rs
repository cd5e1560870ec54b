//! An update whose rows are written while something else is done, and which takes effect when that has come true.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{Scope, ScopedJoinHandle};

use rusqlite::{Error, ffi};

use super::contents::State;
use super::database::Database;
use super::error::CacheError;
use super::rejoin::Affected;
use super::stamps::write_state;
use super::update::touch;
use crate::model::row::{Row, RowKey};

/// An update that has begun. Nobody sees any of it yet; when it is dropped it is taken back.
pub struct Ahead<'scope> {
    verdict: Option<Sender<State>>,
    worker: ScopedJoinHandle<'scope, Result<(), CacheError>>,
}

impl Database {
    /// Begins an update in a thread of its own. Other writers of the database wait until it is over.
    pub fn update_ahead<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        touched: Vec<(RowKey, Option<Row>)>,
    ) -> Ahead<'scope> {
        let (verdict, told) = mpsc::channel();
        let worker = scope.spawn(move || self.update_when_told(&touched, &told));
        Ahead {
            verdict: Some(verdict),
            worker,
        }
    }

    fn update_when_told(
        mut self,
        touched: &[(RowKey, Option<Row>)],
        told: &Receiver<State>,
    ) -> Result<(), CacheError> {
        let layout = self.state()?.layout;
        self.writing(|connection| {
            let mut affected = Affected::default();
            touch(connection, touched, &mut affected)?;
            affected.settle(connection)?;
            let state = told.recv().map_err(|_| abandoned())?;
            write_state(connection, &State { layout, ..state })
        })
    }
}

impl Ahead<'_> {
    /// Lets the update take effect: the database holds the manifest that `state` names, and knows of the artifacts'
    /// files what it knew.
    pub fn take_effect(&mut self, state: State) {
        if let Some(verdict) = self.verdict.take() {
            // A worker that could not write is gone already, and its outcome says why.
            let _ = verdict.send(state);
        }
    }

    /// Waits until the update has taken effect; one that was not told to is taken back.
    pub fn outcome(self) -> Result<(), CacheError> {
        drop(self.verdict);
        self.worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// What ends the statements of an update that was dropped.
fn abandoned() -> Error {
    Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_ABORT), None)
}
