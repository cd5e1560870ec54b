//! Which part of SkillMeat's database belongs to which folder.
//!
//! The database knows collections by keys and names of its own: a default install calls `Default Collection`, under
//! the key `default`, what lies in the folder `default`. What fits no folder is named, and can be asked for.

use crate::model::finding::{Finding, Severity};
use crate::model::name::{Member, Name};
use crate::store::legacy::contents::{
    KeptCollection, KeptComposite, KeptGroup, KeptMember, KeptRating, KeptTag, Legacy,
};

use super::adopt_place::{Found, Place};
use super::error::AppError;

/// What a collection of the database is called in errors.
pub const DATABASE_COLLECTION: &str = "collection in SkillMeat's database";

/// What of the database belongs to one folder.
#[derive(Debug)]
pub(super) struct Portion<'d> {
    /// Groups.
    pub(super) groups: Vec<&'d KeptGroup>,
    /// Composites.
    pub(super) composites: Vec<&'d KeptComposite>,
    /// Tags that it may need, and those that nobody else does.
    pub(super) tags: Vec<&'d KeptTag>,
    /// Ratings of its artifacts, and those of artifacts that are nowhere.
    pub(super) ratings: Vec<&'d KeptRating>,
}

impl Portion<'_> {
    /// Whether the database does not know what some member is.
    pub(super) fn has_unknown_members(&self) -> bool {
        let of_groups = self.groups.iter().flat_map(|kept| &kept.members);
        let of_composites = self.composites.iter().flat_map(|kept| &kept.members);
        of_groups
            .chain(of_composites)
            .any(|member| member.id.is_none())
    }
}

/// The database's collections, each with the folder that it is about.
pub(super) struct Portions<'d> {
    legacy: &'d Legacy,
    /// For each key of a collection in the database, the place of its folder among the known ones.
    folders: Vec<(String, Option<usize>)>,
}

impl<'d> Portions<'d> {
    /// Finds the folder of each collection; the one that is called `from` goes to the folder that was named.
    pub(super) fn of(
        legacy: &'d Legacy,
        place: &Place,
        from: Option<&str>,
    ) -> Result<Self, AppError> {
        let collections = all_collections(legacy);
        if let Some(from) = from
            && !collections.iter().any(|kept| kept.is_called(from))
        {
            return Err(AppError::Unknown {
                what: DATABASE_COLLECTION,
                name: from.to_owned(),
                known: collections.into_iter().map(|kept| kept.id).collect(),
            });
        }
        let folder = |kept: &KeptCollection| match from {
            Some(from) if kept.is_called(from) => place.chosen.first().copied(),
            _ => folder_of(kept, &place.known),
        };
        let folders = collections
            .iter()
            .map(|kept| (kept.id.clone(), folder(kept)));
        Ok(Self {
            legacy,
            folders: folders.collect(),
        })
    }

    /// What belongs to one of the known folders.
    pub(super) fn portion(&self, place: &Place, folder: usize) -> Portion<'d> {
        let is_here = |collection: &str| {
            let mut folders = self.folders.iter();
            folders.any(|(id, of)| id == collection && *of == Some(folder))
        };
        let is_main = folder == place.main();
        let own = &place.known[folder];
        let belongs = |is_of: &dyn Fn(&Found) -> bool| {
            is_of(own) || (is_main && !place.known.iter().any(is_of))
        };
        let legacy = self.legacy;
        Portion {
            groups: picked(&legacy.groups, |kept| is_here(&kept.collection)),
            composites: picked(&legacy.composites, |kept| is_here(&kept.collection)),
            tags: picked(&legacy.tags, |kept| {
                belongs(&|found| kept.carriers.iter().any(|one| is_in(one, found)))
            }),
            ratings: picked(&legacy.ratings, |kept| belongs(&|found| rates(kept, found))),
        }
    }

    /// Names groups and composites that no folder gets.
    pub(super) fn leftovers(&self) -> Vec<Finding> {
        let nowhere = self.folders.iter().filter(|(_, folder)| folder.is_none());
        nowhere
            .filter_map(|(id, _)| {
                let groups = self.legacy.groups.iter();
                let groups = groups.filter(|kept| kept.collection == *id);
                let mut names: Vec<String> = groups
                    .map(|kept| format!("{:?}", kept.row.name.as_str()))
                    .collect();
                let composites = self.legacy.composites.iter();
                let composites = composites.filter(|kept| kept.collection == *id);
                names.extend(composites.map(|kept| format!("composite {:?}", kept.name.as_str())));
                (!names.is_empty()).then(|| leftover(id, &names))
            })
            .collect()
    }
}

fn leftover(id: &str, names: &[String]) -> Finding {
    let message = format!(
        "No folder is called {id:?}, under which SkillMeat's database keeps {}; get them into a collection of your choice with `skillmeat adopt DIR --from {id:?}`.",
        names.join(", ")
    );
    Finding::new(Severity::Warning, "database-elsewhere", message)
}

fn picked<T>(all: &[T], is_wanted: impl Fn(&T) -> bool) -> Vec<&T> {
    all.iter().filter(|one| is_wanted(one)).collect()
}

/// The database's collections, and those that only groups or composites speak of.
fn all_collections(legacy: &Legacy) -> Vec<KeptCollection> {
    let mut all = legacy.collections.clone();
    let groups = legacy.groups.iter().map(|kept| &kept.collection);
    let composites = legacy.composites.iter().map(|kept| &kept.collection);
    for id in groups.chain(composites) {
        if !all.iter().any(|kept| kept.id == *id) {
            all.push(KeptCollection {
                id: id.clone(),
                name: String::new(),
                slug: String::new(),
            });
        }
    }
    all
}

/// The folder of a collection: of its key, else of its name or slug, else the one whose manifest has that name.
fn folder_of(kept: &KeptCollection, known: &[Found]) -> Option<usize> {
    let by_key = known.iter().position(|found| found.name == kept.id);
    let by_name = || known.iter().position(|found| kept.is_called(&found.name));
    let by_title = || known.iter().position(|found| kept.is_called(&found.title));
    by_key.or_else(by_name).or_else(by_title)
}

fn is_in(member: &KeptMember, found: &Found) -> bool {
    let id = member.id.as_ref();
    id.is_some_and(|id| found.artifacts.contains(id))
}

/// Whether a rating may be of an artifact there.
fn rates(rating: &KeptRating, found: &Found) -> bool {
    let is_typed = matches!(
        Member::stored(&rating.artifact),
        Member::Typed(id) if found.artifacts.contains(&id)
    );
    is_typed || found.names.contains(&Name::stored(&rating.artifact))
}
