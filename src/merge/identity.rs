//! Which rows are one row: by their names, and by renames. Both sides are told in the identities of the base, so that
//! a rename is no edit of the rows that refer to it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::entity::Entities;
use super::references::{Members, Reference, Tags, list, text};
use super::rename::{Emptiness, Evidence, renames};
use super::schema::Kind;
use crate::model::contents::{Contents, NoContents};
use crate::model::datum::Datum;
use crate::model::layout::place_of;
use crate::model::name::Name;
use crate::model::record::{Content, FieldPath, Record, Sheet};
use crate::model::side::Side;

/// The rows of all tables that refer to others or are referred to.
pub(super) struct Identities<'s> {
    /// Artifacts.
    pub(super) artifacts: Entities<'s>,
    /// Tag definitions.
    pub(super) tags: Entities<'s>,
    members: Members,
    tag_names: Tags,
}

impl<'s> Identities<'s> {
    /// Finds the identities of artifacts and tags.
    pub(super) fn of(artifacts: &'s Sheet, tags: &'s Sheet, contents: &dyn Contents) -> Self {
        let mut artifact_rows = Entities::by_name(artifacts);
        join_renamed(
            &mut artifact_rows,
            &|rows, side, entity, _| artifact_evidence(rows, side, entity),
            &|_| Holders::new(),
            contents,
        );
        let mut tag_rows = Entities::by_name(tags);
        let carriers = |side| carriers(&artifact_rows, side);
        join_renamed(&mut tag_rows, &tag_evidence, &carriers, &NoContents);
        let tag_names = Tags::of(&tag_rows);
        Self {
            artifacts: artifact_rows,
            tags: tag_rows,
            members: Members::new(),
            tag_names,
        }
    }

    /// What a member of a list means.
    pub(super) fn member(&self, side: Side, text: &str) -> Reference {
        self.members.resolve(&self.artifacts, side, text)
    }

    /// What a tag in a list means.
    pub(super) fn tag(&self, side: Side, text: &str) -> Reference {
        self.tag_names.resolve(&self.tags, side, text)
    }

    /// Whether an entry of a list means a row that a side deleted.
    pub(super) fn is_gone(&self, kind: Kind, meaning: &Reference, side: Side) -> bool {
        let Reference::Row(row) = meaning else {
            return false;
        };
        let rows = match kind {
            Kind::Members | Kind::Artifact => &self.artifacts,
            Kind::Tags => &self.tags,
            _ => return false,
        };
        rows.is_in(*row, Side::Base) && !rows.is_in(*row, side)
    }

    /// The rows of groups or composites.
    pub(super) fn collections(&self, sheet: &'s Sheet) -> Entities<'s> {
        let mut rows = Entities::by_name(sheet);
        join_renamed(
            &mut rows,
            &|rows, side, entity, _| {
                let fields = rows.fields(entity, side)?;
                let members = list(fields, "members").iter();
                let identity = |text: &String| format!("{:?}", self.member(side, text));
                Some(Evidence {
                    set: members.map(identity).collect(),
                    fields: Evidence::fields_of(&sheet.table, fields, |path| {
                        path.own() == Some("members")
                    }),
                    uuid: "",
                    class: "",
                    source: "",
                    emptiness: Emptiness::Neutral,
                    content: None,
                })
            },
            &|_| HashMap::new(),
            &NoContents,
        );
        rows
    }

    /// The rows of ratings, by the identity of the artifact.
    pub(super) fn ratings(&self, sheet: &'s Sheet) -> Entities<'s> {
        Entities::by(sheet, &|side, record| {
            self.rating_in_base(side, record)
                .map_or(Cow::Borrowed(record.name.as_str()), Cow::Owned)
        })
    }

    /// The name in the base of a rating whose artifact a side renamed.
    fn rating_in_base(&self, side: Side, record: &Record) -> Option<String> {
        let Content::Fields(fields) = &record.content else {
            return None;
        };
        let (artifact, by) = (text(fields, "artifact")?, text(fields, "by")?);
        let Reference::Row(entity) = self.member(side, artifact) else {
            return None;
        };
        let name = self.artifacts.name(entity, Side::Base)?;
        let renamed = self.artifacts.name(entity, side) != Some(name);
        renamed.then(|| format!("{name}:{}", Name::stored(by).key()))
    }
}

/// What refers to the rows of a table, by the name under which it does.
type Holders = HashMap<String, HashSet<String>>;

fn join_renamed<'s>(
    rows: &mut Entities<'s>,
    evidence: &dyn Fn(&Entities<'s>, Side, usize, &Holders) -> Option<Evidence<'s>>,
    holders: &dyn Fn(Side) -> Holders,
    contents: &dyn Contents,
) {
    for side in Side::CHANGED {
        let (gone, came) = (rows.gone(side), rows.came(side));
        if gone.is_empty() || came.is_empty() {
            continue;
        }
        let of = |side: Side, entities: &[usize]| -> Vec<(usize, Evidence<'s>)> {
            let holders = holders(side);
            entities
                .iter()
                .filter_map(|entity| Some((*entity, evidence(rows, side, *entity, &holders)?)))
                .collect()
        };
        let (mut gone, mut came) = (of(Side::Base, &gone), of(side, &came));
        add_contents(rows, (Side::Base, &mut gone), (side, &mut came), contents);
        let likeness = |one: &str, other: &str| contents.likeness(one, other);
        for (old, new) in renames(&rows.sheet.table, &gone, &came, &likeness) {
            rows.join(side, old, new);
        }
    }
}

/// Rows of a version, by their indexes, with what tells them from others.
type Told<'a, 's> = (Side, &'a mut [(usize, Evidence<'s>)]);

/// Adds what files hold, where rows on both sides say nothing of themselves.
fn add_contents<'s>(
    rows: &Entities<'s>,
    gone: Told<'_, 's>,
    came: Told<'_, 's>,
    contents: &dyn Contents,
) {
    let silent = |told: &Told<'_, 's>| -> HashSet<&'s str> {
        let silent = told.1.iter().filter(|(_, evidence)| evidence.is_silent());
        silent.map(|(_, evidence)| evidence.class).collect()
    };
    let classes: HashSet<&str> = &silent(&gone) & &silent(&came);
    for (side, told) in [gone, came] {
        for (entity, evidence) in told {
            if evidence.is_silent() && classes.contains(evidence.class) {
                let artifact = rows.name(*entity, side).and_then(|name| name.parse().ok());
                evidence.content = artifact.and_then(|id| contents.content(side, &id));
            }
        }
    }
}

/// The artifacts that carry each tag.
fn carriers(artifacts: &Entities<'_>, side: Side) -> Holders {
    let mut carriers = Holders::new();
    for entity in 0..artifacts.len() {
        let tags = match artifacts.record(entity, side).map(|record| &record.content) {
            Some(Content::Same { tags }) => tags.as_slice(),
            Some(Content::Fields(fields)) => list(fields, "tags"),
            None => continue,
        };
        for tag in tags {
            let carrier = entity.to_string();
            carriers.entry(tag.clone()).or_default().insert(carrier);
        }
    }
    carriers
}

fn tag_evidence<'s>(
    tags: &Entities<'s>,
    side: Side,
    entity: usize,
    carriers: &Holders,
) -> Option<Evidence<'s>> {
    let fields = tags.fields(entity, side)?;
    let names = [
        tags.name(entity, side)?,
        text(fields, "name").unwrap_or_default(),
    ];
    let set = names
        .iter()
        .filter_map(|name| carriers.get(*name))
        .flatten();
    Some(Evidence {
        set: set.cloned().collect(),
        fields: Evidence::fields_of(&tags.sheet.table, fields, |_| false),
        uuid: "",
        class: "",
        source: "",
        emptiness: Emptiness::Neutral,
        content: None,
    })
}

/// Fields that say where an artifact came from.
const ORIGIN: [&str; 3] = ["source", "upstream", "path"];

/// Fields that say what an artifact is, beside its `metadata`.
const CONTENT: [&str; 3] = ["description", "added", "aliases"];

/// An artifact is told by where it came from or, where nothing is known of that, by what is said of it; where nothing is said, by what its files hold.
/// That the same groups hold it says nothing: one that takes another's place stands there, too.
fn artifact_evidence<'s>(
    artifacts: &Entities<'s>,
    side: Side,
    entity: usize,
) -> Option<Evidence<'s>> {
    let fields = artifacts.fields(entity, side)?;
    let name = artifacts.name(entity, side)?;
    let (kind, _) = name.split_once(':')?;
    let own_place = name
        .parse()
        .ok()
        .and_then(|id| place_of(&id))
        .map(|place| place.to_string());
    let is_own_place = |path: &FieldPath, datum: &Datum| {
        path.own() == Some("path")
            && matches!(datum, Datum::Text(text) if Some(text.trim_end_matches('/')) == own_place.as_deref())
    };
    let holds = |telling: &dyn Fn(&FieldPath) -> bool| -> HashSet<String> {
        let there = fields.iter().filter(|(path, datum)| {
            telling(path) && !datum.is_empty() && !is_own_place(path, datum)
        });
        there
            .map(|(path, datum)| format!("{path} {datum}"))
            .collect()
    };
    let is_origin = |path: &FieldPath| path.own().is_some_and(|own| ORIGIN.contains(&own));
    let is_content = |path: &FieldPath| match path.own() {
        Some(own) => CONTENT.contains(&own),
        None => path.keys()[0] == "metadata",
    };
    let origin = holds(&is_origin);
    let by_origin = !origin.is_empty();
    let set = if by_origin {
        origin
    } else {
        holds(&is_content)
    };
    let apart = |path: &FieldPath| {
        let in_set = is_origin(path) || (!by_origin && is_content(path));
        in_set || path.own() == Some("uuid")
    };
    Some(Evidence {
        set,
        fields: Evidence::fields_of(&artifacts.sheet.table, fields, apart),
        uuid: text(fields, "uuid").unwrap_or_default(),
        class: kind,
        source: text(fields, "source").unwrap_or_default(),
        emptiness: Emptiness::Unlike,
        content: None,
    })
}
