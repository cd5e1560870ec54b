//! Groups as rows: create, edit, rename, delete, move.

use crate::model::edit::Edit;
use crate::model::group::Group;
use crate::model::name::Name;
use crate::model::row::{Row, RowKey};
use crate::model::sequence::renumbered_after_move;
use crate::model::value::{Field, Value};

use super::error::AppError;
use super::names::Selection;
use super::plan::{Operation, Plan, Reach};
use super::position::{Place, moved};
use super::view::View;

/// Creates a group.
#[derive(Debug, Clone)]
pub struct CreateGroup {
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub description: String,
    /// Its colour.
    pub color: String,
    /// Its icon.
    pub icon: String,
    /// Its 0-based place among the groups; the end when unset.
    pub position: Option<usize>,
    /// Its first members.
    pub members: Selection,
}

impl Operation for CreateGroup {
    fn word(&self) -> &'static str {
        "group-create"
    }

    fn reach(&self) -> Reach<'_> {
        self.members.reach()
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        if view.find_group(&self.name)?.is_some() {
            return Err(AppError::Taken {
                what: "group",
                name: self.name.to_string(),
            });
        }
        let members = self
            .members
            .resolve(view.database)?
            .into_iter()
            .map(Into::into)
            .collect();
        let group = Group {
            description: self.description.clone(),
            color: self.color.clone(),
            icon: self.icon.clone(),
            position: Some(view.next_group_position()),
            members,
            ..Group::named(self.name.clone())
        };
        let (own, others) = match self.position {
            Some(position) => {
                let mut all = view.groups()?;
                all.push(group.clone());
                placed(&all, &self.name, &Place::At(position))?
            }
            None => (group.position, Vec::new()),
        };
        let mut edits = vec![Edit::Insert(Row::Group(Group {
            position: own,
            ..group
        }))];
        edits.extend(others);
        Ok(Plan::of_edits(
            format!("group: create {:?}", self.name.as_str()),
            edits,
        ))
    }
}

/// The number of one group at its new place, and the edits of the others.
fn placed(
    groups: &[Group],
    name: &Name,
    place: &Place<Name>,
) -> Result<(Option<i64>, Vec<Edit>), AppError> {
    let mut order: Vec<(usize, &Group)> = groups.iter().enumerate().collect();
    order.sort_by_key(|(file, group)| (group.position.unwrap_or(0), *file));
    let names: Vec<Name> = order.iter().map(|(_, group)| group.name.clone()).collect();
    let wanted = moved(&names, name, place).ok_or_else(|| {
        let (Place::Before(other) | Place::After(other)) = place else {
            return AppError::NoCollection;
        };
        AppError::Unknown {
            what: "group",
            name: other.to_string(),
            known: names.iter().map(ToString::to_string).collect(),
        }
    })?;
    let rows: Vec<(usize, &Group)> = wanted
        .iter()
        .filter_map(|name| order.iter().find(|(_, group)| group.name == *name).copied())
        .collect();
    let numbers: Vec<(Option<i64>, usize)> = rows
        .iter()
        .map(|(file, group)| (group.position, *file))
        .collect();
    let mut own = rows
        .iter()
        .find(|(_, group)| group.name == *name)
        .and_then(|(_, group)| group.position);
    let mut edits = Vec::new();
    let place = wanted.iter().position(|other| other == name);
    for (index, number) in renumbered_after_move(&numbers, place.unwrap_or_default()) {
        let group = rows[index].1;
        if group.name == *name {
            own = Some(number);
        } else {
            let key = RowKey::Group(group.name.clone());
            edits.push(Edit::Set {
                key,
                field: Field::Position,
                value: Value::Integer(number),
            });
        }
    }
    Ok((own, edits))
}

/// Sets fields of a group.
#[derive(Debug, Clone)]
pub struct EditGroup {
    /// The group.
    pub name: Name,
    /// What to set; [`Value::Absent`] clears a field.
    pub fields: Vec<(Field, Value)>,
}

impl Operation for EditGroup {
    fn word(&self) -> &'static str {
        "group-edit"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let group = view.group(&self.name)?;
        let edits = self
            .fields
            .iter()
            .filter(|(field, value)| group.get(*field) != *value)
            .map(|(field, value)| Edit::Set {
                key: RowKey::Group(group.name.clone()),
                field: *field,
                value: value.clone(),
            })
            .collect();
        Ok(Plan::of_edits(
            format!("group: edit {:?}", group.name.as_str()),
            edits,
        ))
    }
}

/// Gives a group another name.
#[derive(Debug, Clone)]
pub struct RenameGroup {
    /// The group.
    pub from: Name,
    /// Its new name.
    pub to: Name,
}

impl Operation for RenameGroup {
    fn word(&self) -> &'static str {
        "group-rename"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let group = view.group(&self.from)?;
        if self.to != self.from && view.find_group(&self.to)?.is_some() {
            return Err(AppError::Taken {
                what: "group",
                name: self.to.to_string(),
            });
        }
        let value = Value::text(self.to.as_str());
        let edits = if group.get(Field::Name) == value {
            Vec::new()
        } else {
            vec![Edit::Set {
                key: RowKey::Group(group.name),
                field: Field::Name,
                value,
            }]
        };
        let subject = format!(
            "group: rename {:?} to {:?}",
            self.from.as_str(),
            self.to.as_str()
        );
        Ok(Plan::of_edits(subject, edits))
    }
}

/// Deletes groups; their members stay.
#[derive(Debug, Clone)]
pub struct DeleteGroups {
    /// The groups.
    pub names: Vec<Name>,
}

impl Operation for DeleteGroups {
    fn word(&self) -> &'static str {
        "group-delete"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let mut edits = Vec::new();
        for name in &self.names {
            let edit = Edit::Remove(RowKey::Group(view.group(name)?.name));
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
        let subject = match self.names.as_slice() {
            [name] => format!("group: delete {:?}", name.as_str()),
            names => format!("group: delete {} groups", names.len()),
        };
        Ok(Plan::of_edits(subject, edits))
    }
}

/// Puts a group at another place among the groups.
#[derive(Debug, Clone)]
pub struct MoveGroup {
    /// The group.
    pub name: Name,
    /// Where to.
    pub place: Place<Name>,
}

impl Operation for MoveGroup {
    fn word(&self) -> &'static str {
        "group-move"
    }

    fn reach(&self) -> Reach<'_> {
        Reach::Rows
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let group = view.group(&self.name)?;
        let (own, mut edits) = placed(&view.groups()?, &group.name, &self.place)?;
        if own != group.position {
            let value = Value::integer(own);
            edits.insert(
                0,
                Edit::Set {
                    key: RowKey::Group(group.name.clone()),
                    field: Field::Position,
                    value,
                },
            );
        }
        Ok(Plan::of_edits(
            format!("group: move {:?}", group.name.as_str()),
            edits,
        ))
    }
}
