//! From SkillMeat's database to the manifest: what exists only there becomes rows, in one commit.
//!
//! What the manifest does not say is taken from the database. Where both say something and it is not the same, the
//! manifest's stays unless told otherwise, and both are shown.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::model::edit::Edit;
use crate::model::finding::{Finding, Severity};
use crate::model::group::Group;
use crate::model::listing::{Filter, SortOrder};
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::rating::Composite;
use crate::model::row::{Row, RowKey, Table};
use crate::model::slug::Slug;
use crate::model::value::{Field, Value};
use crate::store::legacy::contents::{KeptMember, KeptTag};

use super::adopt_portion::Portion;
use super::artifact_rows;
use super::error::AppError;
use super::plan::{Operation, Plan};
use super::restored_row::set;
use super::view::View;

/// Which of two values stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// The manifest's.
    Manifest,
    /// The database's.
    Database,
}

/// A field about which manifest and database do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The row.
    pub key: RowKey,
    /// The field.
    pub field: Field,
    /// What the manifest says.
    pub manifest: Value,
    /// What the database says.
    pub database: Value,
}

/// What a rescue found beside the changes that it makes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Rows that come from the database, whole.
    pub rows: Vec<Row>,
    /// Where the two do not agree.
    pub disagreements: Vec<Disagreement>,
    /// What can't be rescued, or only in part.
    pub findings: Vec<Finding>,
}

/// Brings what the database holds into the manifest.
pub(super) struct Rescue<'d> {
    /// What belongs to this collection.
    pub(super) portion: Portion<'d>,
    /// Which of two values stays.
    pub(super) prefer: Prefer,
    /// What is to be told.
    pub(super) told: RefCell<Told>,
}

impl Operation for Rescue<'_> {
    fn word(&self) -> &'static str {
        "adopt"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let mut gathered = Gathered::of(view, self.prefer, &self.portion)?;
        gathered.definitions(&self.portion.tags)?;
        gathered.groups(&self.portion)?;
        gathered.tags_of_artifacts(&self.portion.tags)?;
        gathered.ratings(&self.portion.ratings)?;
        gathered.composites(&self.portion)?;
        let Gathered { edits, told, .. } = gathered;
        self.told.replace(told);
        let subject = "collection: rescue what only SkillMeat's database holds";
        Ok(Plan::of_edits(subject, edits))
    }
}

/// What is gathered while a rescue is planned.
pub(super) struct Gathered<'v, 'a> {
    pub(super) view: &'v View<'a>,
    prefer: Prefer,
    /// The collection's artifacts, in their order, with their effective tags.
    artifacts: Vec<(ArtifactId, Vec<Slug>)>,
    /// Where each stands among them.
    pub(super) places: HashMap<ArtifactId, usize>,
    /// Those of each name.
    pub(super) by_name: HashMap<Name, Vec<ArtifactId>>,
    by_uuid: HashMap<String, ArtifactId>,
    edits: Vec<Edit>,
    told: Told,
}

impl<'v, 'a> Gathered<'v, 'a> {
    fn of(view: &'v View<'a>, prefer: Prefer, portion: &Portion<'_>) -> Result<Self, AppError> {
        let listed = view
            .database
            .artifacts(&Filter::default(), SortOrder::Collection)?;
        let artifacts: Vec<(ArtifactId, Vec<Slug>)> = (listed.into_iter())
            .map(|artifact| (artifact.id, artifact.tags))
            .collect();
        let ids = || artifacts.iter().map(|(id, _)| id);
        let mut by_name: HashMap<Name, Vec<ArtifactId>> = HashMap::new();
        for id in ids() {
            by_name.entry(id.name.clone()).or_default().push(id.clone());
        }
        let by_uuid = if portion.has_unknown_members() {
            ids_by_uuid(view)?
        } else {
            HashMap::new()
        };
        Ok(Self {
            view,
            prefer,
            places: ids().cloned().zip(0..).collect(),
            by_name,
            by_uuid,
            artifacts,
            edits: Vec::new(),
            told: Told::default(),
        })
    }

    /// Tag definitions that say more than that there is such a tag: a colour, a name of their own, or a tag that no
    /// artifact carries.
    fn definitions(&mut self, tags: &[&KeptTag]) -> Result<(), AppError> {
        let used: HashSet<Slug> = (self.artifacts.iter())
            .flat_map(|(_, tags)| tags.iter().cloned())
            .collect();
        let mut seen = HashSet::new();
        for kept in tags {
            let row = &kept.row;
            if !seen.insert(row.slug.clone()) {
                self.twice("tag", row.slug.as_str());
                continue;
            }
            let Some(current) = self.view.find_tag(&row.slug)? else {
                let is_plain = row.color.is_empty() && row.name == row.slug.as_str();
                let is_carried = used.contains(&row.slug) || self.is_carried(kept);
                if !(is_plain && is_carried) {
                    self.insert(Row::Tag(row.clone()));
                }
                continue;
            };
            self.compare(
                &Row::Tag(current),
                &Row::Tag(row.clone()),
                &[Field::Name, Field::Color],
            );
        }
        Ok(())
    }

    fn is_carried(&self, kept: &KeptTag) -> bool {
        let mut ids = kept.carriers.iter().filter_map(|one| one.id.as_ref());
        ids.any(|id| self.places.contains_key(id))
    }

    fn groups(&mut self, portion: &Portion<'_>) -> Result<(), AppError> {
        let mut seen = HashSet::new();
        for kept in &portion.groups {
            if !seen.insert(kept.row.name.clone()) {
                self.twice("group", kept.row.name.as_str());
                continue;
            }
            let what = format!("the group {:?}", kept.row.name.as_str());
            let members = self.members(&kept.members, &what);
            let row = Group {
                members,
                ..kept.row.clone()
            };
            match self.view.find_group(&row.name)? {
                None => self.insert(Row::Group(row)),
                Some(current) => self.compare_group(current, row),
            }
        }
        Ok(())
    }

    fn compare_group(&mut self, current: Group, mut row: Group) {
        // A bare name and the id that it stands for are one member; SkillMeat's defaults say nothing.
        if same_members(&current.members, &row.members) {
            row.members.clone_from(&current.members);
        }
        if current.color.eq_ignore_ascii_case(&row.color) || is_default(&current.color, &row.color)
        {
            row.color.clone_from(&current.color);
        }
        if is_default(&current.icon, &row.icon) {
            row.icon.clone_from(&current.icon);
        }
        if current.position.unwrap_or_default() == row.position.unwrap_or_default() {
            row.position = current.position;
        }
        self.compare(
            &Row::Group(current),
            &Row::Group(row),
            &[
                Field::Description,
                Field::Color,
                Field::Icon,
                Field::Position,
                Field::Tags,
                Field::Members,
            ],
        );
    }

    /// The members that the database names; those that it can't name are told.
    fn members(&mut self, kept: &[KeptMember], what: &str) -> Vec<Member> {
        let mut members = Vec::with_capacity(kept.len());
        for member in kept {
            let id = member
                .id
                .as_ref()
                .or_else(|| self.by_uuid.get(&member.uuid));
            let Some(id) = id.cloned() else {
                let message = format!(
                    "Can't rescue a member of {what}: SkillMeat's database has no artifact {:?} any more.",
                    member.uuid
                );
                self.tell("member-gone", message);
                continue;
            };
            if id.kind == ArtifactType::stored("group") {
                let message = format!(
                    "The group {:?} is not taken over as a member of {what}: members are artifacts.",
                    id.name.as_str()
                );
                self.tell("member-group", message);
                continue;
            }
            if !self.places.contains_key(&id) {
                let message = format!(
                    "{id:?}, a member of {what}, is no artifact of this collection; it is kept as a missing member.",
                    id = id.to_string()
                );
                self.tell("member-missing", message);
            }
            members.push(Member::Typed(id));
        }
        members
    }

    /// Tags that only the database gives to an artifact.
    fn tags_of_artifacts(&mut self, tags: &[&KeptTag]) -> Result<(), AppError> {
        let mut new: Vec<Vec<String>> = vec![Vec::new(); self.artifacts.len()];
        for kept in tags {
            let own = Slug::from_name(&kept.row.name).ok();
            for member in &kept.carriers {
                let place = member.id.as_ref().and_then(|id| self.places.get(id));
                let Some(place) = place else { continue };
                let has = &self.artifacts[*place].1;
                let is_new = !has.contains(&kept.row.slug)
                    && !own.as_ref().is_some_and(|own| has.contains(own));
                if is_new {
                    new[*place].push(kept.row.slug.to_string());
                }
            }
        }
        for (place, tags) in new.into_iter().enumerate() {
            if tags.is_empty() {
                continue;
            }
            let id = &self.artifacts[place].0;
            let row = self.view.find_artifact(id)?;
            let mut all = row.map(|row| row.tags).unwrap_or_default();
            let is_new = |tag: &String| !all.contains(tag);
            let tags: Vec<String> = tags.into_iter().filter(is_new).collect();
            all.extend(tags);
            let edits = artifact_rows::set(self.view, id, Field::Tags, Value::list(all))?;
            self.edits.extend(edits);
        }
        Ok(())
    }

    fn composites(&mut self, portion: &Portion<'_>) -> Result<(), AppError> {
        let mut seen = HashSet::new();
        for kept in &portion.composites {
            if !seen.insert(kept.name.clone()) || kept.name.as_str().is_empty() {
                self.twice("composite", kept.name.as_str());
                continue;
            }
            let what = format!("the composite {:?}", kept.name.as_str());
            let row = Row::Composite(Composite {
                name: kept.name.clone(),
                members: self.members(&kept.members, &what),
            });
            match self.view.document.row(&row.key())? {
                None => self.insert(row),
                Some(current) => self.compare(&current, &row, &[Field::Members]),
            }
        }
        Ok(())
    }

    /// Takes a whole row.
    pub(super) fn insert(&mut self, row: Row) {
        self.told.rows.push(row.clone());
        self.edits.push(Edit::Insert(row));
    }

    /// Takes what the manifest does not say, and tells where the two do not agree.
    fn compare(&mut self, current: &Row, kept: &Row, fields: &[Field]) {
        let key = current.key();
        for field in fields {
            let (manifest, database) = (current.get(*field), kept.get(*field));
            if manifest == database || database == Value::Absent {
                continue;
            }
            if manifest == Value::Absent {
                self.edits.push(set(&key, *field, database));
            } else {
                self.disagree(&key, *field, manifest, database);
            }
        }
    }

    /// Tells where the two do not agree, and takes what is preferred.
    pub(super) fn disagree(
        &mut self,
        key: &RowKey,
        field: Field,
        manifest: Value,
        database: Value,
    ) {
        if self.prefer == Prefer::Database {
            self.edits.push(set(key, field, database.clone()));
        }
        self.told.disagreements.push(Disagreement {
            key: key.clone(),
            field,
            manifest,
            database,
        });
    }

    fn twice(&mut self, what: &str, name: &str) {
        let message = format!(
            "SkillMeat's database has the {what} {name:?} more than once for this collection; the first is taken."
        );
        self.tell("database-twice", message);
    }

    /// Names what can't be rescued, or only in part.
    pub(super) fn tell(&mut self, code: &'static str, message: String) {
        let finding = Finding::new(Severity::Warning, code, message);
        self.told.findings.push(finding);
    }
}

/// The artifacts of the manifest by the identities that it gives them.
fn ids_by_uuid(view: &View<'_>) -> Result<HashMap<String, ArtifactId>, AppError> {
    let rows = view.rows(Table::Artifacts)?.into_iter();
    let known = rows.filter_map(|row| match row {
        Row::Artifact(row) if !row.uuid.is_empty() => Some((row.uuid, row.id)),
        _ => None,
    });
    Ok(known.collect())
}

/// Whether a value is only what SkillMeat gives to every new group, and the manifest has none.
fn is_default(manifest: &str, database: &str) -> bool {
    manifest.is_empty() && ["slate", "layers"].contains(&database)
}

fn same_members(manifest: &[Member], database: &[Member]) -> bool {
    let means = |one: &Member, other: &Member| match (one, other) {
        (Member::Bare(name), Member::Typed(id)) => *name == id.name,
        (one, other) => one == other,
    };
    let mut pairs = manifest.iter().zip(database);
    manifest.len() == database.len() && pairs.all(|(one, other)| means(one, other))
}
