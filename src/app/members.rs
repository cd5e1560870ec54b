//! Members of groups: add, remove, order.

use crate::model::edit::Edit;
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::row::RowKey;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::names::Selection;
use super::plan::{Operation, Plan, Reach};
use super::view::View;

/// Adds artifacts to a group, at its end.
#[derive(Debug, Clone)]
pub struct AddMembers {
    /// The group.
    pub group: Name,
    /// The artifacts.
    pub artifacts: Selection,
}

impl Operation for AddMembers {
    fn word(&self) -> &'static str {
        "group-add"
    }

    fn reach(&self) -> Reach<'_> {
        self.artifacts.reach()
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let group = view.group(&self.group)?;
        let ids = self.artifacts.resolve(view.database)?;
        let all = view.namesakes(&ids)?;
        let new: Vec<ArtifactId> = ids
            .into_iter()
            .filter(|id| {
                !group
                    .members
                    .iter()
                    .any(|member| view.means(member, id, &all))
            })
            .collect();
        let subject = format!("group: add {} to {:?}", counted(&new), group.name.as_str());
        let members: Vec<Member> = group
            .members
            .iter()
            .cloned()
            .chain(new.into_iter().map(Member::from))
            .collect();
        Ok(Plan::of_edits(subject, set_members(&group, &members)))
    }
}

/// Takes artifacts out of a group; missing members are named as they are written.
#[derive(Debug, Clone)]
pub struct RemoveMembers {
    /// The group.
    pub group: Name,
    /// The artifacts.
    pub artifacts: Selection,
}

impl Operation for RemoveMembers {
    fn word(&self) -> &'static str {
        "group-remove"
    }

    fn reach(&self) -> Reach<'_> {
        self.artifacts.reach()
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let group = view.group(&self.group)?;
        let (written, rest): (Vec<String>, Vec<String>) = self
            .artifacts
            .patterns
            .iter()
            .cloned()
            .partition(|pattern| {
                group
                    .members
                    .iter()
                    .any(|member| member.to_string() == *pattern)
            });
        let selection = Selection {
            patterns: rest,
            ..self.artifacts.clone()
        };
        let ids = if selection.is_empty() {
            Vec::new()
        } else {
            selection.resolve(view.database)?
        };
        let all = view.namesakes(&ids)?;
        let (gone, members): (Vec<Member>, Vec<Member>) =
            group.members.iter().cloned().partition(|member| {
                written.contains(&member.to_string())
                    || ids.iter().any(|id| view.means(member, id, &all))
            });
        let subject = format!(
            "group: remove {} from {:?}",
            counted(&gone),
            group.name.as_str()
        );
        Ok(Plan::of_edits(subject, set_members(&group, &members)))
    }
}

/// Puts members of a group in order: those that are named come first, in that order.
#[derive(Debug, Clone)]
pub struct OrderMembers {
    /// The group.
    pub group: Name,
    /// The members that come first.
    pub artifacts: Selection,
}

impl Operation for OrderMembers {
    fn word(&self) -> &'static str {
        "group-order"
    }

    fn reach(&self) -> Reach<'_> {
        self.artifacts.reach()
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let group = view.group(&self.group)?;
        let ids = self.artifacts.resolve(view.database)?;
        let all = view.namesakes(&ids)?;
        let mut first = Vec::new();
        for id in ids {
            let member = group
                .members
                .iter()
                .find(|member| view.means(member, &id, &all));
            first.push(member.cloned().ok_or_else(|| {
                AppError::Request(format!("{id} is not a member of {:?}", group.name.as_str()))
            })?);
        }
        let rest = group
            .members
            .iter()
            .filter(|member| !first.contains(member))
            .cloned();
        let members: Vec<Member> = first.iter().cloned().chain(rest).collect();
        let subject = format!("group: order {:?}", group.name.as_str());
        Ok(Plan::of_edits(subject, set_members(&group, &members)))
    }
}

fn set_members(group: &Group, members: &[Member]) -> Vec<Edit> {
    if group.members == members {
        return Vec::new();
    }
    let value = Value::list(members.iter().map(ToString::to_string).collect());
    vec![Edit::Set {
        key: RowKey::Group(group.name.clone()),
        field: Field::Members,
        value,
    }]
}

/// One thing by its name, several by their number.
pub(super) fn counted<T: ToString>(things: &[T]) -> String {
    match things {
        [one] => one.to_string(),
        many => format!("{} artifacts", many.len()),
    }
}
