//! History in terms of the tables: what each commit did to groups, tags and artifacts. It is read from git, not from a
//! log of our own, so commits that were made by hand or by another tool count too.

use crate::model::change::Action;
use crate::model::commit::Signature;
use crate::model::name::Name;
use crate::model::row::RowKey;
use crate::model::slug::Slug;
use crate::store::cache::database::Database;
use crate::store::cache::history::PastCommit;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::followed::Followed;
use super::incoming::{Entry, seen_from_all};
use super::past_commits::{Details, End, Interest, PastCommits, Step, Told, is_meant};
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

/// The history.
#[derive(Debug)]
pub struct History {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// How far back they go.
    pub horizon: Horizon,
}

/// From this number of commits on that had to be worked out, it is worth to make a database for them.
const WORTH_A_DATABASE: usize = 256;

impl Workspace {
    /// Tells the history. A row is followed through its renames. What had to be worked out is kept in the database.
    pub fn history(&self, request: &HistoryRequest) -> Result<History, AppError> {
        let Some(head) = self.repository.head()?.commit else {
            return Ok(History {
                entries: Vec::new(),
                horizon: Horizon::Asked,
            });
        };
        let database = Database::open(&self.database_path()).ok().flatten();
        if let Some(database) = database {
            match self.history_of(request, head, Some(&database)) {
                Err(AppError::Cache(_)) => {}
                Err(error) => return Err(error),
                Ok((history, news)) => {
                    keep(database, &news);
                    return Ok(history);
                }
            }
        }
        let (history, news) = self.history_of(request, head, None)?;
        if news.0.len() >= WORTH_A_DATABASE
            && let Ok(refreshed) = self.refreshed(Invalid::AnswerFromHead)
        {
            keep(refreshed.database, &news);
        }
        Ok(history)
    }

    /// Tells the history, with what an index is to know from now on.
    fn history_of(
        &self,
        request: &HistoryRequest,
        head: ObjectName,
        index: Option<&Database>,
    ) -> Result<(History, News), AppError> {
        let mut past = PastCommits::of(&self.repository, head, index)?;
        let mut telling = Telling {
            request,
            followed: (request.row.clone()).map(|key| Followed::from(head, vec![key])),
            entries: Vec::new(),
        };
        let mut end = End::Left;
        while !telling.is_enough() {
            if self.environment.interruption.is_set() {
                return Err(AppError::Interrupted);
            }
            let mut steps = past.next()?;
            let young = |step: &Step| request.since.is_none_or(|since| step.committed >= since);
            let count = steps.iter().take_while(|step| young(step)).count();
            let is_over = steps.is_empty() || count < steps.len();
            steps.truncate(count);
            past.work_out(&steps)?;
            for step in steps {
                telling.tell(&step, &mut past)?;
            }
            if is_over {
                end = if request.since.is_none() {
                    End::Reached
                } else {
                    End::Left
                };
                break;
            }
        }
        let is_cut = self.repository.is_shallow() && !telling.is_enough();
        let history = History {
            entries: telling.entries,
            horizon: if is_cut {
                Horizon::Shallow
            } else {
                Horizon::Asked
            },
        };
        Ok((history, past.news(end)))
    }

    /// The row that people mean by a word for its table and a name.
    pub fn row_named(&self, word: &str, name: &str) -> Result<RowKey, AppError> {
        let unknown = || {
            AppError::Request(format!(
                "{word:?} is neither group, tag, artifact nor rating"
            ))
        };
        Ok(match word {
            "group" => RowKey::Group(Name::stored(name)),
            "tag" => RowKey::Tag(Slug::stored(name)),
            "artifact" => RowKey::Artifact(name.parse()?),
            "rating" => {
                let (artifact, by) = name.rsplit_once(':').ok_or_else(unknown)?;
                RowKey::Rating(crate::model::name::Member::stored(artifact), by.to_owned())
            }
            _ => return Err(unknown()),
        })
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
struct Telling<'a> {
    request: &'a HistoryRequest,
    followed: Option<Followed>,
    entries: Vec<Entry>,
}

impl Telling<'_> {
    fn is_enough(&self) -> bool {
        let limit = self.request.limit;
        limit.is_some_and(|limit| self.entries.len() >= limit)
    }

    /// Tells a commit, as far as it is asked for.
    fn tell(&mut self, step: &Step, past: &mut PastCommits<'_>) -> Result<(), AppError> {
        let keys = self
            .followed
            .as_ref()
            .map(|row| row.keys_in(step.name).to_vec());
        let interest = match (&keys, self.request.kind) {
            (Some(keys), _) => Interest::Rows(keys),
            (None, Kind::Deleted) => Interest::Deletions,
            (None, Kind::Every) => Interest::Every,
        };
        let is_every = keys.is_none() && self.request.kind == Kind::Every;
        let author = self.request.author.as_deref();
        let most = if is_every && self.request.limit.is_none() {
            Told::Most
        } else {
            Told::Few
        };
        if is_every
            && step.is_known()
            && author.is_some()
            && !is_by(&past.details(step, Told::Most)?.author, author)
        {
            return Ok(());
        }
        let sides = past.sides(step, interest)?;
        if let Some(followed) = &mut self.followed {
            followed.step(step.name, &step.parents, &sides);
        }
        if self.is_enough() {
            return Ok(());
        }
        let mut changes = seen_from_all(sides);
        changes.retain(|change| is_meant(change, interest));
        if self.request.kind == Kind::Deleted {
            changes.retain(|change| change.action == Action::Delete);
        }
        if changes.is_empty() {
            return Ok(());
        }
        let Details { author, summary } = past.details(step, most)?;
        if is_by(&author, self.request.author.as_deref()) {
            self.entries.push(Entry {
                commit: step.name.commit_id(),
                author,
                summary,
                changes,
            });
        }
        Ok(())
    }
}

fn is_by(author: &Signature, text: Option<&str>) -> bool {
    text.is_none_or(|text| {
        let text = text.to_lowercase();
        [&author.name, &author.email]
            .iter()
            .any(|known| known.to_lowercase().contains(&text))
    })
}
