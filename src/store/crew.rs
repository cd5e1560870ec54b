//! Work in equal parts, done by whoever has time for it.
//!
//! One thread runs a job; others join it when they have nothing else to do, so that nobody takes a processor from a
//! thread that answers a question meanwhile.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The most threads that work on one job; more only wait for one another in the system.
const MOST_THREADS: usize = 4;

/// The threads that share jobs with results of one type.
pub struct Crew<R> {
    board: Mutex<Board<R>>,
    news: Condvar,
    helpers: usize,
}

/// What a crew is at.
struct Board<R> {
    job: Option<Arc<Job<R>>>,
    is_finished: bool,
}

/// What came of a part: its result, or with what it panicked.
type Outcome<R> = Result<R, Box<dyn Any + Send>>;

struct Job<R> {
    part: Box<dyn Fn(usize) -> R + Send + Sync>,
    parts: usize,
    next: AtomicUsize,
    done: Mutex<Vec<(usize, Outcome<R>)>>,
    all_done: Condvar,
}

/// Ends the wait of helpers when the thread that runs the jobs is through with them, however it ends.
pub struct Shift<'a, R>(&'a Crew<R>);

impl<R> Drop for Shift<'_, R> {
    fn drop(&mut self) {
        locked(&self.0.board).is_finished = true;
        self.0.news.notify_all();
    }
}

impl<R: Send> Crew<R> {
    /// A crew that so many other threads will help.
    pub fn new(helpers: usize) -> Self {
        Self {
            board: Mutex::new(Board {
                job: None,
                is_finished: false,
            }),
            news: Condvar::new(),
            helpers,
        }
    }

    /// Begins the time in which there may be jobs; when the value is dropped, helpers go.
    pub fn shift(&self) -> Shift<'_, R> {
        Shift(self)
    }

    /// Does a job of so many parts. The results are in the order of the parts.
    pub fn run(&self, parts: usize, part: impl Fn(usize) -> R + Send + Sync + 'static) -> Vec<R> {
        let job = Arc::new(Job {
            part: Box::new(part),
            parts,
            next: AtomicUsize::new(0),
            done: Mutex::new(Vec::with_capacity(parts)),
            all_done: Condvar::new(),
        });
        locked(&self.board).job = Some(Arc::clone(&job));
        self.news.notify_all();
        let processors = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let own = processors
            .min(MOST_THREADS)
            .saturating_sub(self.helpers + 1);
        thread::scope(|scope| {
            for _ in 0..own {
                scope.spawn(|| job.work());
            }
            job.work();
        });
        locked(&self.board).job = None;
        job.results()
    }

    /// Works on the jobs of the crew until its shift ends.
    pub fn help(&self) {
        let mut last: Option<Arc<Job<R>>> = None;
        while let Some(job) = self.next_job(last.as_ref()) {
            job.work();
            last = Some(job);
        }
    }

    /// Waits for a job that is not the last one; nothing when there will be none.
    fn next_job(&self, last: Option<&Arc<Job<R>>>) -> Option<Arc<Job<R>>> {
        let mut board = locked(&self.board);
        loop {
            let is_new = |job: &&Arc<Job<R>>| !last.is_some_and(|last| Arc::ptr_eq(last, job));
            if let Some(job) = board.job.as_ref().filter(is_new) {
                return Some(Arc::clone(job));
            }
            if board.is_finished {
                return None;
            }
            board = self
                .news
                .wait(board)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<R> Job<R> {
    /// Does parts until none is left.
    fn work(&self) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.parts {
                return;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| (self.part)(number)));
            let mut done = locked(&self.done);
            done.push((number, outcome));
            if done.len() == self.parts {
                self.all_done.notify_all();
            }
        }
    }

    /// Waits for the parts that helpers are at, and gives all results in order.
    fn results(&self) -> Vec<R> {
        let mut done = locked(&self.done);
        while done.len() < self.parts {
            done = self
                .all_done
                .wait(done)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let mut outcomes = std::mem::take(&mut *done);
        outcomes.sort_by_key(|(number, _)| *number);
        outcomes
            .into_iter()
            .map(|(_, outcome)| outcome.unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    }
}

/// A panic of another thread is told by its own result.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_done_once_with_and_without_help() {
        for helpers in [0, 1, 3] {
            let crew = Crew::new(helpers);
            thread::scope(|scope| {
                for _ in 0..helpers {
                    scope.spawn(|| crew.help());
                }
                let _shift = crew.shift();
                for parts in [0, 1, 7, 100] {
                    let squares = crew.run(parts, |number| number * number);
                    let expected: Vec<usize> = (0..parts).map(|number| number * number).collect();
                    assert_eq!(squares, expected);
                }
            });
        }
    }

    #[test]
    fn helpers_go_when_the_shift_ends_without_a_job() {
        let crew = Crew::<()>::new(1);
        thread::scope(|scope| {
            scope.spawn(|| crew.help());
            drop(crew.shift());
        });
    }

    #[test]
    fn a_panic_in_a_part_reaches_the_one_who_runs_the_job() {
        let crew = Crew::new(0);
        let run = || crew.run(3, |number| assert_ne!(number, 1));
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    }
}
