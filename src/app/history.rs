//! History in terms of the tables: what each commit did to groups, tags and artifacts. It is read from git, not from a
//! log of our own, so commits that were made by hand or by another tool count too. Each commit is passed on as soon as
//! it is known, so that a long history is never held.

use std::ops::ControlFlow;

use crate::model::change::Action;
use crate::model::commit::Signature;
use crate::model::row::RowKey;
use crate::store::cache::database::Database;
use crate::store::cache::history::{Depth, Details, PastCommit};
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::followed::Followed;
use super::incoming::{Entry, seen_from_all};
use super::past_commits::{End, Interest, PastCommits, Step, is_meant};
use super::refresh::Invalid;
use super::workspace::Workspace;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct HistoryRequest {
    /// The row whose history is told; that of the whole collection when unset.
    pub row: Option<RowKey>,
    /// Which changes are told.
    pub kind: Kind,
    /// Only commits of an author whose name or address holds this text.
    pub author: Option<String>,
    /// Only commits that were made after this moment, seconds since 1970.
    pub since: Option<i64>,
    /// At most this many entries.
    pub limit: Option<usize>,
}

/// Which changes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// All.
    #[default]
    Every,
    /// Rows that were deleted.
    Deleted,
}

/// How far back the knowledge goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// To the first commit, or as far as was asked for.
    Asked,
    /// To where this clone was cut off.
    Shallow,
}

/// What takes the entries, newest first, and says whether it wants more.
pub type Take<'a> = dyn FnMut(Entry) -> ControlFlow<()> + 'a;

/// Who is told the history.
pub struct Listener<'a> {
    /// Takes the entries.
    pub take: &'a mut Take<'a>,
    /// Hears of how many more commits it was worked out what they did: that takes long where no index has them.
    pub worked_out: &'a mut dyn FnMut(usize),
}

/// From this number of commits on that had to be worked out, it is worth to make a database for them.
const WORTH_A_DATABASE: usize = 256;

impl Workspace {
    /// Tells the history, and how far back it goes. A row is followed through its renames. What had to be worked out is
    /// kept in the database.
    pub fn history(
        &self,
        request: &HistoryRequest,
        listener: &mut Listener<'_>,
    ) -> Result<Horizon, AppError> {
        let Some(head) = self.repository.head()?.commit else {
            return Ok(Horizon::Asked);
        };
        let mut telling = Telling::of(request, listener);
        let database = Database::open(&self.database_path()).ok().flatten();
        if let Some(database) = database {
            match self.history_of(&mut telling, head, Some(&database)) {
                // Entries that were told already are not told again.
                Err(AppError::Cache(_)) => {}
                Err(error) => return Err(error),
                Ok((horizon, news)) => {
                    keep(database, &news);
                    return Ok(horizon);
                }
            }
        }
        let (horizon, news) = self.history_of(&mut telling, head, None)?;
        if news.0.len() >= WORTH_A_DATABASE
            && let Ok(refreshed) = self.refreshed(Invalid::AnswerFromHead)
        {
            keep(refreshed.database, &news);
        }
        Ok(horizon)
    }

    /// Tells the history from its beginning, with what an index is to know from now on.
    fn history_of(
        &self,
        telling: &mut Telling<'_, '_>,
        head: ObjectName,
        index: Option<&Database>,
    ) -> Result<(Horizon, News), AppError> {
        telling.begin(head);
        let since = telling.request.since;
        let mut past = PastCommits::of(&self.repository, head, index, telling.depth())?;
        let mut end = End::Left;
        while !telling.is_enough() {
            if self.environment.interruption.is_set() {
                return Err(AppError::Interrupted);
            }
            let mut steps = past.next()?;
            let young = |step: &Step| since.is_none_or(|since| step.committed >= since);
            let count = steps.iter().take_while(|step| young(step)).count();
            let is_over = steps.is_empty() || count < steps.len();
            steps.truncate(count);
            let count = past.work_out(&steps)?;
            (telling.listener.worked_out)(count);
            for step in steps {
                telling.tell(step, &mut past)?;
            }
            if is_over {
                end = if since.is_none() {
                    End::Reached
                } else {
                    End::Left
                };
                break;
            }
        }
        let is_cut = self.repository.is_shallow() && !telling.is_enough();
        let horizon = if is_cut {
            Horizon::Shallow
        } else {
            Horizon::Asked
        };
        Ok((horizon, past.news(end)))
    }
}

/// Commits that come into the index, and numbers of those that go.
type News = (Vec<PastCommit>, Vec<i64>);

/// Keeps what is new in the index. A failure does not matter: the answer is right all the same.
fn keep(mut database: Database, (fresh, left): &News) {
    if !fresh.is_empty() {
        let _ = database.add_history(fresh);
    }
    if !left.is_empty() {
        let _ = database.forget_history(left);
    }
}

/// What was told so far.
struct Telling<'a, 't> {
    request: &'a HistoryRequest,
    listener: &'a mut Listener<'t>,
    /// The text that an author must hold, in small letters.
    author: Option<String>,
    followed: Option<Followed>,
    /// How many entries there were since the beginning, and how many were told, also before it.
    counts: (usize, usize),
    more: ControlFlow<()>,
}

impl<'a, 't> Telling<'a, 't> {
    fn of(request: &'a HistoryRequest, listener: &'a mut Listener<'t>) -> Self {
        Self {
            request,
            listener,
            author: request.author.as_deref().map(str::to_lowercase),
            followed: None,
            counts: (0, 0),
            more: ControlFlow::Continue(()),
        }
    }

    /// Begins, perhaps anew.
    fn begin(&mut self, head: ObjectName) {
        self.counts.0 = 0;
        let row = self.request.row.clone();
        self.followed = row.map(|key| Followed::from(head, vec![key]));
    }

    /// How much of each commit is read: most are told, or nearly none.
    fn depth(&self) -> Depth {
        if self.request.row.is_none() && self.request.kind == Kind::Every {
            Depth::Details
        } else {
            Depth::Node
        }
    }

    fn is_enough(&self) -> bool {
        let limit = self.request.limit;
        self.more.is_break() || limit.is_some_and(|limit| self.counts.0 >= limit)
    }

    /// Tells a commit, as far as it is asked for.
    fn tell(&mut self, mut step: Step, past: &mut PastCommits<'_>) -> Result<(), AppError> {
        let is_another = |author| !is_by(author, self.author.as_deref());
        if step.is_known() && self.followed.is_none() && step.author().is_some_and(is_another) {
            return Ok(());
        }
        let followed = self.followed.as_ref();
        let keys = followed.map(|row| row.keys_in(step.name).to_vec());
        let interest = match (&keys, self.request.kind) {
            (Some(keys), _) => Interest::Rows(keys),
            (None, Kind::Deleted) => Interest::Deletions,
            (None, Kind::Every) => Interest::Every,
        };
        let sides = past.sides(&step, interest)?;
        if let Some(followed) = &mut self.followed {
            followed.step(step.name, &step.parents, &sides);
        }
        if self.is_enough() {
            return Ok(());
        }
        let mut changes = seen_from_all(sides);
        changes.retain(|change| {
            let is_wanted = self.request.kind == Kind::Every || change.action == Action::Delete;
            is_wanted && is_meant(change, interest)
        });
        if !changes.is_empty() {
            let Details { author, summary } = past.details(&mut step)?;
            if is_by(&author, self.author.as_deref()) {
                self.pass_on(Entry {
                    commit: step.name.commit_id(),
                    author,
                    summary,
                    changes,
                });
            }
        }
        Ok(())
    }

    /// Passes an entry on that was not told before.
    fn pass_on(&mut self, entry: Entry) {
        self.counts.0 += 1;
        if self.counts.0 > self.counts.1 {
            self.counts.1 = self.counts.0;
            self.more = (self.listener.take)(entry);
        }
    }
}

/// Whether a person's name or address holds a text in small letters.
fn is_by(author: &Signature, text: Option<&str>) -> bool {
    text.is_none_or(|text| {
        let mut known = [&author.name, &author.email].into_iter();
        known.any(|known| known.to_lowercase().contains(text))
    })
}
