//! From the tables of SkillMeat's database to what they mean.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::contents::{
    KeptCollection, KeptComposite, KeptGroup, KeptMember, KeptRating, KeptTag, Legacy,
};
use super::origin::Origin;
use super::table::{Cell, Tables};
use crate::model::finding::{Finding, Severity};
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Name};
use crate::model::slug::Slug;
use crate::model::tag::TagDefinition;
use crate::store::files;

/// How often a database that is written meanwhile is read anew.
const TRIES: u32 = 5;

/// Reads what can be read; nothing when there is no database. Neither it nor its folder is written.
pub fn read(path: &Path) -> Option<Legacy> {
    match std::fs::symlink_metadata(path) {
        Err(error) if files::is_absent(&error) => return None,
        _ => {}
    }
    for _ in 0..TRIES {
        match Origin::open(path) {
            Ok(origin) => {
                let legacy = contents(Tables::of(&origin.connection));
                if origin.is_still() {
                    return Some(legacy);
                }
            }
            Err(reason) => return Some(unreadable(path, &reason)),
        }
    }
    Some(unreadable(
        path,
        "another program writes it all the time; close SkillMeat",
    ))
}

fn unreadable(path: &Path, reason: &str) -> Legacy {
    let message = format!(
        "Can't read SkillMeat's database {}: {reason}; what only it holds is not rescued.",
        path.display()
    );
    Legacy {
        findings: vec![Finding::new(
            Severity::Warning,
            "database-unreadable",
            message,
        )],
        ..Legacy::default()
    }
}

fn contents(mut tables: Tables<'_>) -> Legacy {
    let artifacts = Artifacts::of(&mut tables);
    let mut legacy = Legacy {
        collections: collections(&mut tables),
        groups: groups(&mut tables, &artifacts),
        tags: tags(&mut tables, &artifacts),
        ratings: ratings(&mut tables),
        composites: composites(&mut tables, &artifacts),
        findings: Vec::new(),
    };
    let colors = tables.rows("custom_colors", ["hex"]).len();
    if colors > 0 {
        let message = format!(
            "SkillMeat's palette of {colors} colours of one's own is not taken over: groups and tags carry their colours themselves."
        );
        tables.note("database-palette", message);
    }
    legacy.findings = tables.into_findings();
    legacy
}

/// The artifacts that the database knows, by their keys there.
struct Artifacts(HashMap<String, ArtifactId>);

impl Artifacts {
    fn of(tables: &mut Tables<'_>) -> Self {
        let rows = tables.rows("artifacts", ["uuid", "id", "type", "name"]);
        let known = rows.into_iter().filter_map(|[uuid, id, kind, name]| {
            let id = match (kind.text(), name.text()) {
                (kind, name) if kind.is_empty() || name.is_empty() => id.text(),
                (kind, name) => format!("{kind}:{name}"),
            };
            Some((uuid.text(), id.parse().ok()?))
        });
        Self(known.filter(|(uuid, _)| !uuid.is_empty()).collect())
    }

    fn member(&self, uuid: String) -> KeptMember {
        KeptMember {
            id: self.0.get(&uuid).cloned(),
            uuid,
        }
    }

    /// What rows say of their members, each owner's by position.
    fn by_owner<K: std::hash::Hash + Eq>(
        &self,
        rows: impl Iterator<Item = (K, Cell, Cell)>,
    ) -> HashMap<K, Vec<KeptMember>> {
        let mut placed: HashMap<K, Vec<(i64, String)>> = HashMap::new();
        for (owner, uuid, position) in rows {
            let members = placed.entry(owner).or_default();
            members.push((position.integer().unwrap_or_default(), uuid.text()));
        }
        let sorted = |mut members: Vec<(i64, String)>| {
            members.sort_by_key(|(position, _)| *position);
            let mut seen = HashSet::new();
            members.retain(|(_, uuid)| seen.insert(uuid.clone()));
            let members = members.into_iter();
            members.map(|(_, uuid)| self.member(uuid)).collect()
        };
        let owners = placed.into_iter();
        owners
            .map(|(owner, members)| (owner, sorted(members)))
            .collect()
    }
}

fn collections(tables: &mut Tables<'_>) -> Vec<KeptCollection> {
    let rows = tables.rows("collections", ["id", "name", "slug"]);
    let kept = rows.iter().map(|[id, name, slug]| KeptCollection {
        id: id.text(),
        name: name.text(),
        slug: slug.text(),
    });
    kept.collect()
}

fn groups(tables: &mut Tables<'_>, artifacts: &Artifacts) -> Vec<KeptGroup> {
    let columns = [
        "id",
        "collection_id",
        "name",
        "description",
        "color",
        "icon",
        "position",
        "tags_json",
    ];
    let rows = tables.rows("groups", columns);
    let members = tables.rows("group_artifacts", ["group_id", "artifact_uuid", "position"]);
    let members = members
        .into_iter()
        .map(|[group, uuid, position]| (group.text(), uuid, position));
    let mut members = artifacts.by_owner(members);
    let mut groups = Vec::with_capacity(rows.len());
    for [
        id,
        collection,
        name,
        description,
        color,
        icon,
        position,
        tags,
    ] in rows
    {
        if name.text().is_empty() {
            tables.name("database-row", "a group, for it has no name");
            continue;
        }
        let of_group = |what: &str| format!("{what} of the group {:?}", name.text());
        if position != Cell::Nothing && position.integer().is_none() {
            let what = of_group("the place");
            tables.name("database-value", &format!("{what}: it is no number"));
        }
        let tags = list(&tags).unwrap_or_else(|_| {
            let what = of_group("the tags");
            tables.name(
                "database-value",
                &format!("{what}: they are no list of texts"),
            );
            Vec::new()
        });
        groups.push(KeptGroup {
            collection: collection.text(),
            row: Group {
                description: description.text(),
                color: color.text(),
                icon: icon.text(),
                position: position.integer(),
                tags,
                ..Group::named(Name::stored(name.text()))
            },
            members: members.remove(&id.text()).unwrap_or_default(),
        });
    }
    groups.sort_by_key(|group| group.row.position.unwrap_or_default());
    groups
}

/// A list of texts that is kept as JSON; an absent one is empty.
fn list(cell: &Cell) -> Result<Vec<String>, serde_json::Error> {
    match cell.text().as_str() {
        "" => Ok(Vec::new()),
        text => serde_json::from_str(text),
    }
}

fn tags(tables: &mut Tables<'_>, artifacts: &Artifacts) -> Vec<KeptTag> {
    let rows = tables.rows("tags", ["id", "name", "slug", "color"]);
    let carriers = tables.rows("artifact_tags", ["tag_id", "artifact_uuid"]);
    let carriers = carriers
        .into_iter()
        .map(|[tag, uuid]| (tag.text(), uuid, Cell::Nothing));
    let mut carriers = artifacts.by_owner(carriers);
    let mut tags = Vec::with_capacity(rows.len());
    for [id, name, slug, color] in rows {
        let (name, slug) = (name.text(), slug.text());
        let slug = match slug.as_str() {
            "" => Slug::from_name(&name).ok(),
            _ => Some(Slug::stored(slug)),
        };
        let (false, Some(slug)) = (name.is_empty(), slug) else {
            let what = format!(
                "the tag {name:?}, for it has no name or no slug; make it with `skillmeat tag create NAME --slug SLUG`"
            );
            tables.name("database-row", &what);
            continue;
        };
        tags.push(KeptTag {
            row: TagDefinition {
                name,
                slug,
                color: color.text(),
                description: String::new(),
            },
            carriers: carriers.remove(&id.text()).unwrap_or_default(),
        });
    }
    tags
}

fn ratings(tables: &mut Tables<'_>) -> Vec<KeptRating> {
    let columns = ["artifact_id", "rating", "feedback", "rated_at"];
    let mut rows = tables.rows("user_ratings", columns);
    rows.sort_by_key(|[.., rated_at]| rated_at.text());
    let mut ratings = Vec::with_capacity(rows.len());
    for [artifact, rating, feedback, _] in rows {
        let artifact = artifact.text();
        match rating.integer() {
            Some(stars @ 1..=5) if !artifact.is_empty() => ratings.push(KeptRating {
                artifact,
                stars,
                note: feedback.text(),
            }),
            _ => {
                let what = format!(
                    "the rating of {artifact:?}: {:?} is no number from 1 to 5",
                    rating.text()
                );
                tables.name("database-value", &what);
            }
        }
    }
    ratings
}

fn composites(tables: &mut Tables<'_>, artifacts: &Artifacts) -> Vec<KeptComposite> {
    let names = tables.rows("composite_artifacts", ["id", "artifact_uuid"]);
    let names: HashMap<String, String> = names
        .into_iter()
        .filter_map(|[id, uuid]| {
            let artifact = artifacts.0.get(&uuid.text())?;
            Some((id.text(), artifact.name.to_string()))
        })
        .collect();
    let columns = [
        "collection_id",
        "composite_id",
        "child_artifact_uuid",
        "position",
    ];
    let rows = tables.rows("composite_memberships", columns);
    let owner = |row: &[Cell; 4]| (row[0].text(), row[1].text());
    let mut order: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    order.extend(
        rows.iter()
            .map(owner)
            .filter(|key| seen.insert(key.clone())),
    );
    let members = rows.into_iter().map(|row| {
        let key = owner(&row);
        let [_, _, uuid, position] = row;
        (key, uuid, position)
    });
    let mut members = artifacts.by_owner(members);
    let kept = order.into_iter().map(|key| {
        let members = members.remove(&key).unwrap_or_default();
        let (collection, id) = key;
        let plain = id.strip_prefix("composite:").unwrap_or(&id);
        let name = names.get(&id).map_or(plain, String::as_str);
        KeptComposite {
            collection,
            name: Name::stored(name),
            members,
        }
    });
    kept.collect()
}
