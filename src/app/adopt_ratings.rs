//! Ratings out of SkillMeat's database: of two of one artifact the later counts.

use std::collections::HashMap;

use crate::model::name::{ArtifactId, Member, Name};
use crate::model::rating::Rating;
use crate::model::row::Row;
use crate::model::value::Field;
use crate::store::legacy::contents::KeptRating;

use super::adopt_rescue::Gathered;
use super::error::AppError;

impl Gathered<'_, '_> {
    /// One row for each artifact that is rated, in the name of git's `user.email`: the database knows one person.
    pub(super) fn ratings(&mut self, kept: &[&KeptRating]) -> Result<(), AppError> {
        let by = self.view.identity.author.email.clone();
        let mut order: Vec<ArtifactId> = Vec::new();
        let mut latest: HashMap<ArtifactId, &KeptRating> = HashMap::new();
        for rating in kept {
            let Some(id) = self.rated(rating) else {
                continue;
            };
            match latest.insert(id.clone(), rating) {
                Some(earlier) => self.superseded(&id, earlier, rating),
                None => order.push(id),
            }
        }
        for id in order {
            let rating = latest[&id];
            let row = Rating {
                artifact: Member::Typed(id),
                by: by.clone(),
                rating: rating.stars,
                note: rating.note.clone(),
            };
            let row = Row::Rating(row);
            match self.view.document.row(&row.key())? {
                None => self.insert(row),
                Some(current) => self.compare_whole(&current, &row),
            }
        }
        Ok(())
    }

    /// The artifact that is rated; the old command line kept a bare name.
    fn rated(&mut self, rating: &KeptRating) -> Option<ArtifactId> {
        let typed = rating.artifact.parse::<ArtifactId>().ok();
        if let Some(id) = typed.filter(|id| self.places.contains_key(id)) {
            return Some(id);
        }
        let named = self.by_name.get(&Name::stored(&rating.artifact));
        let reason = match named.map(Vec::as_slice) {
            Some([only]) => return Some(only.clone()),
            Some(several) => {
                let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
                format!("that may be {}", ids.join(" or "))
            }
            None => "there is no such artifact".to_owned(),
        };
        let message = format!(
            "Can't rescue the rating {} of {:?}: {reason}; give it with `skillmeat rate TYPE:NAME STARS`.",
            opinion(rating),
            rating.artifact
        );
        self.tell("rating-unknown", message);
        None
    }

    fn superseded(&mut self, id: &ArtifactId, earlier: &KeptRating, later: &KeptRating) {
        let message = format!(
            "Of two ratings of {:?} by one person the later counts, {}; the earlier was {}.",
            id.to_string(),
            opinion(later),
            opinion(earlier)
        );
        self.tell("rating-superseded", message);
    }

    /// Compares stars and note, which are one value.
    fn compare_whole(&mut self, current: &Row, kept: &Row) {
        let key = current.key();
        for field in [Field::Rating, Field::Note] {
            let (manifest, database) = (current.get(field), kept.get(field));
            if manifest != database {
                self.disagree(&key, field, manifest, database);
            }
        }
    }
}

/// Stars, and the note in quotes.
fn opinion(rating: &KeptRating) -> String {
    match rating.note.as_str() {
        "" => rating.stars.to_string(),
        note => format!("{} ({note:?})", rating.stars),
    }
}
