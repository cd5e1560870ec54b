//! Tag definitions: create, edit, rename, merge, delete.

use crate::model::edit::Edit;
use crate::model::listing::TagSource;
use crate::model::name::ArtifactId;
use crate::model::row::{Row, RowKey, Table};
use crate::model::slug::{Slug, loses_signs};
use crate::model::tag::TagDefinition;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::plan::{Operation, Plan, Reach};
use super::view::View;

/// Creates a tag definition.
#[derive(Debug, Clone)]
pub struct CreateTag {
    /// Its name.
    pub name: String,
    /// Its slug; made of the name when unset.
    pub slug: Option<Slug>,
    /// Its colour.
    pub color: String,
    /// What it means.
    pub description: String,
}

impl Operation for CreateTag {
    fn word(&self) -> &'static str {
        "tag-create"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let slug = free_slug(view, &self.name, self.slug.as_ref())?;
        let tag = TagDefinition {
            name: self.name.clone(),
            slug,
            color: self.color.clone(),
            description: self.description.clone(),
        };
        Ok(Plan::of_edits(
            format!("tag: create {:?}", self.name),
            vec![Edit::Insert(Row::Tag(tag))],
        ))
    }
}

/// The slug of a new tag: as given, or made of the name; no other definition may have it.
pub(super) fn free_slug(
    view: &View<'_>,
    name: &str,
    given: Option<&Slug>,
) -> Result<Slug, AppError> {
    let slug = given.cloned().map_or_else(|| Slug::from_name(name), Ok)?;
    match view.find_tag(&slug)? {
        Some(owner) if given.is_none() && owner.name != name => Err(AppError::SlugTaken {
            name: name.to_owned(),
            slug: slug.to_string(),
            owner: owner.name,
        }),
        Some(_) => Err(AppError::Taken {
            what: "tag",
            name: slug.to_string(),
        }),
        None => Ok(slug),
    }
}

/// The definition that a text names: by exact name, else by slug, else by the slug made of it, unless that drops a
/// sign.
pub(super) fn definition(view: &View<'_>, text: &str) -> Result<Option<TagDefinition>, AppError> {
    let tags = view.tags()?;
    let by_name = tags.iter().find(|tag| tag.name == text);
    let by_slug = || tags.iter().find(|tag| tag.slug.as_str() == text);
    let by_own_slug = || {
        let slug = Slug::from_name(text).ok().filter(|_| !loses_signs(text))?;
        tags.iter().find(|tag| tag.slug == slug)
    };
    Ok(by_name.or_else(by_slug).or_else(by_own_slug).cloned())
}

fn known_definition(view: &View<'_>, text: &str) -> Result<TagDefinition, AppError> {
    definition(view, text)?.ok_or_else(|| AppError::Unknown {
        what: "tag definition",
        name: text.to_owned(),
        known: view.keys(Table::TagDefinitions),
    })
}

/// Sets fields of a tag definition.
#[derive(Debug, Clone)]
pub struct EditTag {
    /// The tag, by name or slug.
    pub tag: String,
    /// What to set; [`Value::Absent`] clears a field.
    pub fields: Vec<(Field, Value)>,
}

impl Operation for EditTag {
    fn word(&self) -> &'static str {
        "tag-edit"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let (tag, mut edits) = match definition(view, &self.tag)? {
            Some(tag) => (tag, Vec::new()),
            None => defined(view, &self.tag)?,
        };
        edits.extend(
            self.fields
                .iter()
                .filter(|(field, value)| tag.get(*field) != *value)
                .map(|(field, value)| Edit::Set {
                    key: RowKey::Tag(tag.slug.clone()),
                    field: *field,
                    value: value.clone(),
                }),
        );
        Ok(Plan::of_edits(format!("tag: edit {:?}", tag.name), edits))
    }
}

/// A definition for a tag that is only used so far.
fn defined(view: &View<'_>, text: &str) -> Result<(TagDefinition, Vec<Edit>), AppError> {
    let Some(slug) = view.database.resolve_tag(text)? else {
        return Err(unknown(view, text)?);
    };
    let name = view
        .database
        .tag(&slug)?
        .map_or_else(|| text.to_owned(), |tag| tag.name);
    let tag = TagDefinition {
        name,
        slug,
        color: String::new(),
        description: String::new(),
    };
    Ok((tag.clone(), vec![Edit::Insert(Row::Tag(tag))]))
}

fn unknown(view: &View<'_>, text: &str) -> Result<AppError, AppError> {
    let known = view
        .database
        .tags()?
        .into_iter()
        .flat_map(|tag| [tag.slug.to_string(), tag.name])
        .collect();
    Ok(AppError::Unknown {
        what: "tag",
        name: text.to_owned(),
        known,
    })
}

/// Gives a tag another name and slug, in its definition and in every row that has it.
#[derive(Debug, Clone)]
pub struct RenameTag {
    /// The tag, by name or slug.
    pub from: String,
    /// Its new name.
    pub to: String,
    /// Its new slug; made of the name when unset.
    pub slug: Option<Slug>,
}

impl Operation for RenameTag {
    fn word(&self) -> &'static str {
        "tag-rename"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let (tag, mut edits) = match definition(view, &self.from)? {
            Some(tag) => (tag, Vec::new()),
            None => defined(view, &self.from)?,
        };
        let slug = self
            .slug
            .clone()
            .map_or_else(|| Slug::from_name(&self.to), Ok)?;
        if slug != tag.slug {
            free_slug(view, &self.to, Some(&slug))?;
        }
        let key = RowKey::Tag(tag.slug.clone());
        if tag.name != self.to {
            edits.push(Edit::Set {
                key: key.clone(),
                field: Field::Name,
                value: Value::text(&self.to),
            });
        }
        if tag.slug != slug {
            edits.push(Edit::Set {
                key,
                field: Field::Slug,
                value: Value::text(slug.as_str()),
            });
        }
        edits.extend(retagged(view, &tag.slug, Some(slug.as_str()))?);
        let plan = Plan::of_edits(
            format!("tag: rename {:?} to {:?}", tag.name, self.to),
            edits,
        );
        tell_files(view, &tag.slug, plan)
    }
}

/// Gives everything that has one tag another one instead, and deletes the first.
#[derive(Debug, Clone)]
pub struct MergeTag {
    /// The tag that goes, by name or slug.
    pub from: String,
    /// The tag that stays, by name or slug.
    pub into: String,
}

impl Operation for MergeTag {
    fn word(&self) -> &'static str {
        "tag-merge"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let into = known_definition(view, &self.into)?;
        let from = definition(view, &self.from)?;
        let slug = match &from {
            Some(tag) => tag.slug.clone(),
            None => view
                .database
                .resolve_tag(&self.from)?
                .map_or_else(|| Err(unknown(view, &self.from)), Ok)
                .or_else(|error| Err(error?))?,
        };
        if slug == into.slug {
            return Err(AppError::Request(format!(
                "{:?} and {:?} are the same tag",
                self.from, self.into
            )));
        }
        let mut edits = retagged(view, &slug, Some(into.slug.as_str()))?;
        if from.is_some() {
            edits.push(Edit::Remove(RowKey::Tag(slug.clone())));
        }
        let plan = Plan::of_edits(
            format!(
                "tag: merge {:?} into {:?}",
                slug.as_str(),
                into.slug.as_str()
            ),
            edits,
        );
        tell_files(view, &slug, plan)
    }
}

/// Deletes tags: their definitions, and their mention in every row.
#[derive(Debug, Clone)]
pub struct DeleteTags {
    /// The tags, by name or slug.
    pub tags: Vec<String>,
}

impl Operation for DeleteTags {
    fn word(&self) -> &'static str {
        "tag-delete"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let mut plan = Plan::of_edits(String::new(), Vec::new());
        for text in &self.tags {
            let tag = definition(view, text)?;
            let slug = match &tag {
                Some(tag) => tag.slug.clone(),
                None => match view.database.resolve_tag(text)? {
                    Some(slug) => slug,
                    None => return Err(unknown(view, text)?),
                },
            };
            plan.edits.extend(retagged(view, &slug, None)?);
            if tag.is_some() {
                plan.edits.push(Edit::Remove(RowKey::Tag(slug.clone())));
            }
            plan = tell_files(view, &slug, plan)?;
        }
        plan.subject = match self.tags.as_slice() {
            [tag] => format!("tag: delete {tag:?}"),
            tags => format!("tag: delete {} tags", tags.len()),
        };
        Ok(plan)
    }
}

/// The edits that replace a tag by another, or by nothing, in every row of artifacts and groups.
fn retagged(view: &View<'_>, old: &Slug, new: Option<&str>) -> Result<Vec<Edit>, AppError> {
    let tags = view.tags()?;
    let means = |text: &str| slug_of(&tags, text) == *old;
    let replace = |list: &[String]| -> Option<Vec<String>> {
        if !list.iter().any(|text| means(text)) {
            return None;
        }
        let mut result: Vec<String> = Vec::new();
        for text in list {
            let text = if means(text) {
                new.map(str::to_owned)
            } else {
                Some(text.clone())
            };
            result.extend(text.filter(|text| !result.contains(text)));
        }
        Some(result)
    };
    let mut edits = Vec::new();
    for id in carriers(view, old)? {
        if let Some(row) = view.find_artifact(&id)?
            && let Some(list) = replace(&row.tags)
        {
            edits.push(Edit::Set {
                key: RowKey::Artifact(id),
                field: Field::Tags,
                value: Value::list(list),
            });
        }
    }
    for group in view.groups()? {
        if let Some(list) = replace(&group.tags) {
            edits.push(Edit::Set {
                key: RowKey::Group(group.name),
                field: Field::Tags,
                value: Value::list(list),
            });
        }
    }
    Ok(edits)
}

/// The slug that a tag's text means: the definition of that exact name, else of that slug, else the slug made of it.
pub(super) fn slug_of(tags: &[TagDefinition], text: &str) -> Slug {
    if let Some(tag) = tags
        .iter()
        .find(|tag| tag.name == text)
        .or_else(|| tags.iter().find(|tag| tag.slug.as_str() == text))
    {
        return tag.slug.clone();
    }
    Slug::from_name(text).unwrap_or_else(|_| Slug::stored(text))
}

fn carriers(view: &View<'_>, slug: &Slug) -> Result<Vec<ArtifactId>, AppError> {
    Ok(view
        .database
        .tag(slug)?
        .map(|tag| tag.artifacts)
        .unwrap_or_default())
}

/// Tells in which files a tag stays, because files are not rewritten unasked.
fn tell_files(view: &View<'_>, slug: &Slug, mut plan: Plan) -> Result<Plan, AppError> {
    let mut paths = Vec::new();
    for id in carriers(view, slug)? {
        if let Some(detail) = view.database.artifact(&id)?
            && detail
                .tags
                .iter()
                .any(|tag| tag.slug == *slug && tag.source == TagSource::File)
        {
            paths.push(detail.header_path);
        }
    }
    if !paths.is_empty() {
        plan = plan.with_remark(format!(
            "The tag {:?} stays in the headers of: {}.",
            slug.as_str(),
            paths.join(", ")
        ));
    }
    Ok(plan)
}
