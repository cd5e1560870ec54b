//! Several edits in one commit: JSON lines, one operation a line, all or none.

use serde::Deserialize;

use crate::manifest::Document;
use crate::model::color::Color;
use crate::model::name::Name;
use crate::model::rating::Stars;
use crate::model::slug::Slug;
use crate::model::value::{Field, Value};

use super::edit::{EditArtifact, MoveArtifact};
use super::error::AppError;
use super::groups::{CreateGroup, DeleteGroups, EditGroup, MoveGroup, RenameGroup};
use super::members::{AddMembers, OrderMembers, RemoveMembers};
use super::names::Selection;
use super::plan::{Operation, Plan};
use super::position::Place;
use super::rate::{Opinion, Rate};
use super::tag_members::{AddTag, FileTags, RemoveTag};
use super::tags::{CreateTag, DeleteTags, EditTag, MergeTag, RenameTag};
use super::view::View;

/// Several operations on rows as one change.
pub struct Apply {
    operations: Vec<(usize, Box<dyn Operation>)>,
}

/// One line: an operation by its word, with what it needs.
#[derive(Debug, Deserialize)]
#[serde(
    tag = "operation",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
enum Line {
    GroupCreate {
        name: String,
        #[serde(default)]
        description: String,
        #[serde(default)]
        color: String,
        #[serde(default)]
        icon: String,
        position: Option<usize>,
        #[serde(default)]
        artifacts: Vec<String>,
    },
    GroupEdit {
        group: String,
        description: Option<String>,
        color: Option<String>,
        icon: Option<String>,
        tags: Option<Vec<String>>,
    },
    GroupRename {
        group: String,
        name: String,
    },
    GroupDelete {
        group: String,
    },
    GroupMove {
        group: String,
        to: Option<usize>,
        before: Option<String>,
        after: Option<String>,
    },
    GroupAdd {
        group: String,
        artifacts: Vec<String>,
    },
    GroupRemove {
        group: String,
        artifacts: Vec<String>,
    },
    GroupOrder {
        group: String,
        artifacts: Vec<String>,
    },
    TagCreate {
        name: String,
        slug: Option<String>,
        #[serde(default)]
        color: String,
        #[serde(default)]
        description: String,
    },
    TagEdit {
        tag: String,
        color: Option<String>,
        description: Option<String>,
    },
    TagRename {
        tag: String,
        name: String,
        slug: Option<String>,
    },
    TagMerge {
        tag: String,
        into: String,
    },
    TagDelete {
        tag: String,
    },
    TagAdd {
        tag: String,
        artifacts: Vec<String>,
    },
    TagRemove {
        tag: String,
        artifacts: Vec<String>,
    },
    Edit {
        artifact: String,
        description: Option<String>,
        aliases: Option<Vec<String>>,
        platforms: Option<Vec<String>>,
    },
    Move {
        artifact: String,
        to: Option<usize>,
        before: Option<String>,
        after: Option<String>,
    },
    Rate {
        artifact: String,
        stars: Option<u8>,
        #[serde(default)]
        note: String,
    },
}

impl Apply {
    /// Reads JSON lines; empty lines are passed over.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        let mut operations = Vec::new();
        for (index, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let number = index + 1;
            let fault = |reason: String| AppError::Apply {
                line: number,
                reason,
            };
            let line: Line = serde_json::from_str(line).map_err(|error| fault(words(&error)))?;
            let operation = operation(line).map_err(|error| fault(error.to_string()))?;
            operations.push((number, operation));
        }
        Ok(Self { operations })
    }
}

/// The library's words without its line and column, which count within one line.
pub(super) fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl Operation for Apply {
    fn word(&self) -> &'static str {
        "apply"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let subject = match self.operations.as_slice() {
            [] => "collection: apply nothing".to_owned(),
            [(_, one)] => one.plan(view)?.subject,
            many => format!("collection: apply {} operations", many.len()),
        };
        let mut whole = Plan::of_edits(subject, Vec::new());
        let mut document: Option<Document> = None;
        for (line, operation) in &self.operations {
            let fault = |error: AppError| AppError::Apply {
                line: *line,
                reason: error.to_string(),
            };
            let now = document.as_ref().unwrap_or(view.document);
            let plan = operation.plan(&view.with_document(now)).map_err(fault)?;
            if !plan.edits.is_empty() {
                let text = now
                    .edited(&plan.edits)
                    .map_err(|error| fault(error.into()))?;
                document = Some(Document::scan(text)?);
            }
            whole.edits.extend(plan.edits);
            whole.remarks.extend(plan.remarks);
        }
        Ok(whole)
    }
}

fn operation(line: Line) -> Result<Box<dyn Operation>, AppError> {
    match line {
        Line::GroupCreate { .. }
        | Line::GroupEdit { .. }
        | Line::GroupRename { .. }
        | Line::GroupDelete { .. }
        | Line::GroupMove { .. } => group_operation(line),
        Line::GroupAdd { .. } | Line::GroupRemove { .. } | Line::GroupOrder { .. } => {
            member_operation(line)
        }
        Line::Edit { .. } | Line::Move { .. } | Line::Rate { .. } => artifact_operation(line),
        _ => tag_operation(line),
    }
}

fn group_operation(line: Line) -> Result<Box<dyn Operation>, AppError> {
    Ok(match line {
        Line::GroupCreate {
            name,
            description,
            color,
            icon,
            position,
            artifacts,
        } => Box::new(CreateGroup {
            name: Name::new(&name)?,
            description,
            color: checked_color(color)?,
            icon,
            position,
            members: Selection::of(artifacts),
        }),
        Line::GroupEdit {
            group,
            description,
            color,
            icon,
            tags,
        } => {
            let color = color.map(checked_color).transpose()?;
            let fields = texts([
                (Field::Description, description),
                (Field::Color, color),
                (Field::Icon, icon),
            ]);
            let tags = tags.map(|tags| (Field::Tags, Value::list(tags)));
            Box::new(EditGroup {
                name: Name::stored(group),
                fields: fields.chain(tags).collect(),
            })
        }
        Line::GroupRename { group, name } => Box::new(RenameGroup {
            from: Name::stored(group),
            to: Name::new(&name)?,
        }),
        Line::GroupDelete { group } => Box::new(DeleteGroups {
            names: vec![Name::stored(group)],
        }),
        Line::GroupMove {
            group,
            to,
            before,
            after,
        } => {
            let place = place(to, before.map(Name::stored), after.map(Name::stored))?;
            Box::new(MoveGroup {
                name: Name::stored(group),
                place,
            })
        }
        other => return Err(unexpected(&other)),
    })
}

fn member_operation(line: Line) -> Result<Box<dyn Operation>, AppError> {
    Ok(match line {
        Line::GroupAdd { group, artifacts } => Box::new(AddMembers {
            group: Name::stored(group),
            artifacts: Selection::of(artifacts),
        }),
        Line::GroupRemove { group, artifacts } => Box::new(RemoveMembers {
            group: Name::stored(group),
            artifacts: Selection::of(artifacts),
        }),
        Line::GroupOrder { group, artifacts } => Box::new(OrderMembers {
            group: Name::stored(group),
            artifacts: Selection::of(artifacts),
        }),
        other => return Err(unexpected(&other)),
    })
}

fn tag_operation(line: Line) -> Result<Box<dyn Operation>, AppError> {
    Ok(match line {
        Line::TagCreate {
            name,
            slug,
            color,
            description,
        } => Box::new(CreateTag {
            name,
            slug: slug.map(|slug| slug.parse::<Slug>()).transpose()?,
            color: checked_color(color)?,
            description,
        }),
        Line::TagEdit {
            tag,
            color,
            description,
        } => {
            let color = color.map(checked_color).transpose()?;
            let fields =
                texts([(Field::Color, color), (Field::Description, description)]).collect();
            Box::new(EditTag { tag, fields })
        }
        Line::TagRename { tag, name, slug } => Box::new(RenameTag {
            from: tag,
            to: name,
            slug: slug.map(|slug| slug.parse::<Slug>()).transpose()?,
        }),
        Line::TagMerge { tag, into } => Box::new(MergeTag { from: tag, into }),
        Line::TagDelete { tag } => Box::new(DeleteTags { tags: vec![tag] }),
        Line::TagAdd { tag, artifacts } => Box::new(AddTag {
            tag,
            artifacts: Selection::of(artifacts),
        }),
        Line::TagRemove { tag, artifacts } => Box::new(RemoveTag {
            tag,
            artifacts: Selection::of(artifacts),
            file_tags: FileTags::Refuse,
        }),
        other => return Err(unexpected(&other)),
    })
}

fn artifact_operation(line: Line) -> Result<Box<dyn Operation>, AppError> {
    Ok(match line {
        Line::Edit {
            artifact,
            description,
            aliases,
            platforms,
        } => {
            let lists = [
                (Field::Aliases, aliases),
                (Field::TargetPlatforms, platforms),
            ];
            let lists = lists
                .into_iter()
                .filter_map(|(field, list)| Some((field, Value::list(list?))));
            let fields = texts([(Field::Description, description)])
                .chain(lists)
                .collect();
            Box::new(EditArtifact { artifact, fields })
        }
        Line::Move {
            artifact,
            to,
            before,
            after,
        } => Box::new(MoveArtifact {
            artifact,
            place: place(to, before, after)?,
        }),
        Line::Rate {
            artifact,
            stars,
            note,
        } => {
            let opinion = match stars {
                Some(stars) => Opinion::Stars(stars.to_string().parse::<Stars>()?, note),
                None => Opinion::Withdrawn,
            };
            Box::new(Rate { artifact, opinion })
        }
        other => return Err(unexpected(&other)),
    })
}

fn unexpected(line: &Line) -> AppError {
    AppError::Request(format!("{line:?} is not an operation of this kind"))
}

fn texts<const N: usize>(
    fields: [(Field, Option<String>); N],
) -> impl Iterator<Item = (Field, Value)> {
    fields
        .into_iter()
        .filter_map(|(field, text)| Some((field, Value::text(text?))))
}

/// A colour that a command takes: unset, `#RRGGBB`, or a palette name.
pub fn checked_color(text: String) -> Result<String, AppError> {
    if !text.is_empty() {
        text.parse::<Color>()?;
    }
    Ok(text)
}

/// The place that is given by one of three.
pub fn place<K>(
    to: Option<usize>,
    before: Option<K>,
    after: Option<K>,
) -> Result<Place<K>, AppError> {
    match (to, before, after) {
        (Some(to), None, None) => Ok(Place::At(to)),
        (None, Some(before), None) => Ok(Place::Before(before)),
        (None, None, Some(after)) => Ok(Place::After(after)),
        _ => Err(AppError::Request(
            "say where to: one of to, before, after".to_owned(),
        )),
    }
}
