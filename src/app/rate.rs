//! Rating an artifact: one row per artifact and person.

use crate::model::edit::Edit;
use crate::model::name::Member;
use crate::model::rating::{Rating, Stars};
use crate::model::row::{Row, RowKey};
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::meanings::Meanings;
use super::names::{find_artifact, named};
use super::plan::{Operation, Plan, Reach};
use super::view::View;

/// What becomes of one's own rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opinion {
    /// These stars, with a note or without.
    Stars(Stars, String),
    /// None any more.
    Withdrawn,
}

/// Rates an artifact in the name of git's `user.email`.
#[derive(Debug, Clone)]
pub struct Rate {
    /// The artifact, as people type it.
    pub artifact: String,
    /// The opinion.
    pub opinion: Opinion,
}

impl Operation for Rate {
    fn word(&self) -> &'static str {
        "rate"
    }

    fn reach(&self) -> Reach<'_> {
        named(&self.artifact)
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let id = find_artifact(view.database, &self.artifact)?;
        let by = view.identity.author.email.clone();
        let all = view.namesakes(std::slice::from_ref(&id))?;
        let meanings = Meanings::among(&all);
        let own = view
            .rows(crate::model::row::Table::Ratings)?
            .into_iter()
            .find_map(|row| match row {
                Row::Rating(rating)
                    if rating.by == by && meanings.of(&rating.artifact) == Some(&id) =>
                {
                    Some(rating)
                }
                _ => None,
            });
        let (subject, edits) = match (&self.opinion, own) {
            (Opinion::Withdrawn, None) => {
                (format!("rating: delete {:?}", id.to_string()), Vec::new())
            }
            (Opinion::Withdrawn, Some(own)) => (
                format!("rating: delete {:?}", id.to_string()),
                vec![Edit::Remove(Row::Rating(own).key())],
            ),
            (Opinion::Stars(stars, note), own) => {
                let subject = format!("rating: rate {:?} {stars}", id.to_string());
                (subject, rated(own, Member::Typed(id), by, *stars, note))
            }
        };
        Ok(Plan::of_edits(subject, edits))
    }
}

fn rated(own: Option<Rating>, artifact: Member, by: String, stars: Stars, note: &str) -> Vec<Edit> {
    let Some(own) = own else {
        return vec![Edit::Insert(Row::Rating(Rating {
            artifact,
            by,
            rating: stars.get(),
            note: note.to_owned(),
        }))];
    };
    let key = RowKey::Rating(own.artifact.clone(), own.by.clone());
    let wanted = [
        (Field::Rating, Value::Integer(stars.get())),
        (Field::Note, Value::text(note)),
    ];
    wanted
        .into_iter()
        .filter(|(field, value)| own.get(*field) != *value)
        .map(|(field, value)| Edit::Set {
            key: key.clone(),
            field,
            value,
        })
        .collect()
}
