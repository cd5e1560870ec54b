//! Progress of long work, on a terminal and only when the work does take long.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text::escaped;

/// How long work may take before its progress is shown.
const PATIENCE: Duration = Duration::from_millis(300);

/// How often it is shown that work goes on.
const TICK: Duration = Duration::from_millis(120);

/// The progress of some work; it disappears when it is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress that is never shown.
    pub fn hidden() -> Self {
        Self { bar: None }
    }

    /// Progress that is shown on stderr once the work has taken a while; a length of 0 is an unknown one.
    pub fn on_terminal(length: u64, message: &str) -> Self {
        let (known, template) = match length {
            0 => (None, "{msg} {pos}"),
            _ => (Some(length), "{msg} [{bar:30}] {pos}/{len}"),
        };
        let bar = ProgressBar::with_draw_target(known, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(escaped(message).into_owned());
        Self { bar: Some(bar) }
    }

    /// Shows at once that work goes on whose steps can't be counted.
    pub fn stir(&self) {
        let Some(bar) = &self.bar else { return };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(TICK);
    }

    /// Notes that some more of the work is done.
    pub fn advance(&self, amount: u64) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && bar.elapsed() >= PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.inc(amount);
    }
}

/// The progress of work that is done in stages, each with a length of its own.
#[derive(Debug)]
pub struct Stages {
    is_shown: bool,
    current: Mutex<Progress>,
}

impl Stages {
    /// Stages that are shown on stderr, or none.
    pub(super) fn new(is_shown: bool) -> Self {
        Self {
            is_shown,
            current: Mutex::new(Progress::hidden()),
        }
    }

    /// Ends the stage before, and begins one.
    pub fn begin(&self, message: &str, length: u64) {
        if self.is_shown && length > 0 {
            *self.lock() = Progress::on_terminal(length, message);
        }
    }

    /// Notes that some more of the stage is done.
    pub fn advance(&self, amount: u64) {
        self.lock().advance(amount);
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_work_shows_nothing() {
        let progress = Progress::on_terminal(10, "Reading");
        progress.advance(10);
        assert!(progress.bar.as_ref().is_some_and(ProgressBar::is_hidden));
        Progress::hidden().advance(1);
    }
}
