//! What differs between two moments of a collection, row by row and field by field.

use std::collections::HashSet;

use crate::model::change::{Action, Change};
use crate::model::collection::Header;
use crate::model::edit::Edit;
use crate::model::group::Group;
use crate::model::name::Member;
use crate::model::row::{Row, RowKey, Table};
use crate::model::value::{Field, Value};

/// The fields that are told one by one, in the order in which they are told.
const FIELDS: [Field; 20] = [
    Field::Name,
    Field::Description,
    Field::Color,
    Field::Icon,
    Field::Position,
    Field::Tags,
    Field::Members,
    Field::Aliases,
    Field::TargetPlatforms,
    Field::Path,
    Field::Source,
    Field::VersionSpec,
    Field::ResolvedSha,
    Field::ResolvedVersion,
    Field::Origin,
    Field::Upstream,
    Field::Version,
    Field::Rating,
    Field::Note,
    Field::Type,
];

/// From this score on, of a thousand, a group that came is one that went.
const ENOUGH: usize = 500;

/// Beyond this number of pairs, groups that hold mostly the same are not looked for.
const MOST_PAIRS: usize = 1 << 14;

/// What happened from one moment to a later one: to the header, then to each row that differs, given as it was and as
/// it is. A row that went and one that came, and that say the same but for their names, are one that was renamed; so are
/// groups that hold mostly the same.
pub fn changes(headers: (&Header, &Header), rows: &[(Option<Row>, Option<Row>)]) -> Vec<Change> {
    let mut changes = of_header(headers);
    let mut renamed = renamed(rows);
    renamed.extend(mostly_alike(rows, &renamed));
    for (index, pair) in rows.iter().enumerate() {
        match pair {
            (Some(before), None) if renamed.iter().all(|(gone, _)| *gone != index) => {
                changes.extend(Change::of(&Edit::Remove(before.key()), Some(before)));
            }
            (None, Some(after)) => match renamed.iter().find(|(_, came)| *came == index) {
                Some((gone, _)) => {
                    if let (Some(before), _) = &rows[*gone] {
                        changes.extend(of_renamed(before, after));
                    }
                }
                None => changes.extend(Change::of(&Edit::Insert(after.clone()), None)),
            },
            (Some(before), Some(after)) if before != after => {
                changes.extend(of_row(before, after));
            }
            _ => {}
        }
    }
    changes
}

fn of_header((before, after): (&Header, &Header)) -> Vec<Change> {
    [Field::Name, Field::Version]
        .into_iter()
        .map(|field| (field, before.get(field), after.get(field)))
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change {
            table: Table::Header,
            key: RowKey::Header,
            action: Action::Edit,
            field: Some(field),
            before,
            after,
        })
        .collect()
}

/// Pairs of rows, by their places in the list: one that went and one that came, which are one.
fn renamed(rows: &[(Option<Row>, Option<Row>)]) -> Vec<(usize, usize)> {
    let gone: Vec<(usize, &Row)> = rows
        .iter()
        .enumerate()
        .filter_map(|(index, pair)| match pair {
            (Some(before), None) => Some((index, before)),
            _ => None,
        })
        .collect();
    let came = |table: Table| {
        rows.iter()
            .enumerate()
            .filter_map(move |(index, pair)| match pair {
                (None, Some(after)) if after.key().table() == table => Some((index, after)),
                _ => None,
            })
    };
    let alike = |before: &Row, table: Table| -> Vec<usize> {
        came(table)
            .filter(|(_, after)| same_but_for_name(before, after))
            .map(|(index, _)| index)
            .collect()
    };
    gone.iter()
        .filter_map(|(index, before)| {
            let table = before.key().table();
            let [one] = alike(before, table)[..] else {
                return None;
            };
            // Two rows that went may look like the one that came: then nobody knows.
            let rivals = gone.iter().filter(|(_, other)| {
                other.key().table() == table && alike(other, table).contains(&one)
            });
            (rivals.count() == 1).then_some((*index, one))
        })
        .collect()
}

/// Pairs of groups, by their places in the list, that hold mostly the same and are in no known pair. A tie is no rename.
fn mostly_alike(
    rows: &[(Option<Row>, Option<Row>)],
    known: &[(usize, usize)],
) -> Vec<(usize, usize)> {
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    for (index, pair) in rows.iter().enumerate() {
        if known
            .iter()
            .any(|(one, other)| [*one, *other].contains(&index))
        {
            continue;
        }
        match pair {
            (Some(Row::Group(group)), None) => gone.push((index, group)),
            (None, Some(Row::Group(group))) => came.push((index, group)),
            _ => {}
        }
    }
    if gone.len() * came.len() > MOST_PAIRS {
        return Vec::new();
    }
    let pairs = gone.iter().flat_map(|(gone, before)| {
        came.iter()
            .map(move |(came, after)| (score(before, after), (*gone, *came)))
    });
    let pairs: Vec<(usize, (usize, usize))> = pairs.filter(|(score, _)| *score >= ENOUGH).collect();
    let is_best = |score: usize, pair: (usize, usize)| {
        pairs
            .iter()
            .all(|(other, (gone, came))| (*gone == pair.0) == (*came == pair.1) || *other < score)
    };
    let best = pairs.iter().filter(|(score, pair)| is_best(*score, *pair));
    best.map(|(_, pair)| *pair).collect()
}

/// How much speaks for two groups being one, of a thousand, as a merge judges it: two parts their members, one part
/// their other fields.
fn score(before: &Group, after: &Group) -> usize {
    let members: HashSet<&Member> = before.members.iter().collect();
    let both = after
        .members
        .iter()
        .filter(|member| members.contains(member))
        .count();
    let either = members.len() + after.members.len() - both;
    let (old, new) = (Row::Group(before.clone()), Row::Group(after.clone()));
    let fields = [Field::Description, Field::Color, Field::Icon, Field::Tags];
    let set = fields
        .into_iter()
        .map(|field| (old.get(field), new.get(field)))
        .filter(|(old, new)| *old != Value::Absent || *new != Value::Absent);
    let (equal, all) = set.fold((0, 0), |(equal, all), (old, new)| {
        (equal + usize::from(old == new), all + 1)
    });
    let share = |part: usize, whole: usize| (part * 1000).checked_div(whole).unwrap_or(0);
    (2 * share(both, either) + share(equal, all)) / 3
}

/// Whether two rows of a table say the same under different names.
fn same_but_for_name(before: &Row, after: &Row) -> bool {
    if let (Row::Artifact(before), Row::Artifact(after)) = (before, after)
        && !before.uuid.is_empty()
    {
        return before.uuid == after.uuid;
    }
    let mut named = before.clone();
    for field in [Field::Name, Field::Slug, Field::Type] {
        named.set(field, after.get(field));
    }
    if let (Row::Artifact(named), Row::Artifact(after)) = (&mut named, after) {
        named.path.clone_from(&after.path);
    }
    named == *after
}

/// A rename, and what else differs.
fn of_renamed(before: &Row, after: &Row) -> Vec<Change> {
    let (old, new) = (before.key(), after.key());
    let mut named = before.clone();
    for field in [Field::Name, Field::Slug, Field::Type] {
        named.set(field, after.get(field));
    }
    let rename = Change {
        table: new.table(),
        key: new.clone(),
        action: Action::Rename,
        field: Some(Field::Name),
        before: Value::text(old.in_table()),
        after: Value::text(new.in_table()),
    };
    let others = if named == *after {
        Vec::new()
    } else {
        of_row(&named, after)
    };
    std::iter::once(rename).chain(others).collect()
}

/// What differs between two rows of one key. What no field tells is told of the row.
fn of_row(before: &Row, after: &Row) -> Vec<Change> {
    let key = before.key();
    let changes: Vec<Change> = FIELDS
        .into_iter()
        .filter(|field| before.get(*field) != after.get(*field))
        .flat_map(|field| {
            let set = Edit::Set {
                key: key.clone(),
                field,
                value: after.get(field),
            };
            Change::of(&set, Some(before))
        })
        .collect();
    if changes.is_empty() {
        return vec![Change {
            table: key.table(),
            key,
            action: Action::Edit,
            field: None,
            before: Value::Absent,
            after: Value::Absent,
        }];
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::collection::Dialect;
    use crate::model::name::Name;

    fn group(name: &str, members: &[&str], icon: &str) -> Row {
        let mut group = Group::named(Name::stored(name));
        group.members = members.iter().map(|name| Member::stored(name)).collect();
        group.icon = icon.to_owned();
        Row::Group(group)
    }

    fn actions(rows: &[(Option<Row>, Option<Row>)]) -> Vec<Action> {
        let header = Header {
            dialect: Dialect::Native,
            name: String::new(),
            version: String::new(),
        };
        let changes = changes((&header, &header), rows);
        changes.into_iter().map(|change| change.action).collect()
    }

    #[test]
    fn a_group_that_was_renamed_and_changed_is_one() {
        let old = group("Auth", &["a", "b", "c", "d"], "");
        let new = group("Access", &["a", "b", "c", "d", "e"], "key");
        let rows = [(Some(old), None), (None, Some(new))];
        assert_eq!(actions(&rows), [Action::Rename, Action::Edit, Action::Add]);
    }

    #[test]
    fn nothing_in_common_and_ties_are_no_rename() {
        let old = || (Some(group("Auth", &["a", "b"], "")), None);
        let new = |name, members: &[&str]| (None, Some(group(name, members, "key")));
        let unlike = [old(), new("Data", &["x"])];
        assert_eq!(actions(&unlike), [Action::Delete, Action::Create]);
        let empty = [
            (Some(group("One", &[], "a")), None),
            (None, Some(group("Two", &[], "b"))),
        ];
        assert_eq!(actions(&empty), [Action::Delete, Action::Create]);
        let tie = [old(), new("One", &["a", "b"]), new("Two", &["a", "b"])];
        assert_eq!(
            actions(&tie),
            [Action::Delete, Action::Create, Action::Create]
        );
    }
}
