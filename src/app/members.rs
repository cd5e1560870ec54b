//! Members of groups: add, remove, order.

use std::collections::{HashMap, HashSet};

use crate::model::edit::Edit;
use crate::model::group::Group;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::row::RowKey;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::meanings::Meanings;
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
        let meanings = Meanings::among(&all);
        let known: HashSet<&ArtifactId> = group
            .members
            .iter()
            .filter_map(|member| meanings.of(member))
            .collect();
        let new: Vec<ArtifactId> = ids.into_iter().filter(|id| !known.contains(id)).collect();
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
        let listed: HashSet<String> = group.members.iter().map(ToString::to_string).collect();
        let (written, rest): (HashSet<String>, Vec<String>) = {
            let patterns = self.artifacts.patterns.iter();
            let (written, rest) = patterns.partition::<Vec<_>, _>(|name| listed.contains(*name));
            (
                written.into_iter().cloned().collect(),
                rest.into_iter().cloned().collect(),
            )
        };
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
        let (meanings, ids) = (Meanings::among(&all), ids.iter().collect::<HashSet<_>>());
        let (gone, members): (Vec<Member>, Vec<Member>) =
            group.members.iter().cloned().partition(|member| {
                written.contains(&member.to_string())
                    || meanings.of(member).is_some_and(|id| ids.contains(id))
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
        let meanings = Meanings::among(&all);
        let mut by_id: HashMap<&ArtifactId, &Member> = HashMap::new();
        for member in &group.members {
            if let Some(id) = meanings.of(member) {
                by_id.entry(id).or_insert(member);
            }
        }
        let mut first = Vec::new();
        for id in &ids {
            let member = by_id.get(id).copied();
            first.push(member.cloned().ok_or_else(|| {
                AppError::Request(format!("{id} is not a member of {:?}", group.name.as_str()))
            })?);
        }
        let moved: HashSet<&Member> = first.iter().collect();
        let rest = group
            .members
            .iter()
            .filter(|member| !moved.contains(member))
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
