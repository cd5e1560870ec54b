//! What a merge is to give, told by doing both scripts in either order, and the rules of orders pair by pair.

use std::collections::{BTreeMap, BTreeSet};

use skillmeat::model::side::Sides;

use super::text::{NUMBERED, Style, manifest, members, order, said, written};
use super::world::{Item, Op, World};

/// Rules that must have been exercised.
pub(super) const RULES: [&str; 34] = [
    "clean",
    "conflict",
    "field on one side",
    "field alike on both",
    "field conflict",
    "color alike but for case",
    "set added on both",
    "set removed and added",
    "together conflict",
    "together on one side",
    "deleted, unchanged",
    "deleted, changed",
    "deleted on both",
    "added alike",
    "added differently",
    "added on each side",
    "order on one side",
    "order on both",
    "order conflict",
    "runs at one place",
    "updated on both",
    "rename and edit",
    "rename and new reference",
    "rename alike",
    "renamed two ways",
    "renamed and deleted",
    "two rows to one key",
    "violation member",
    "violation tag",
    "comment on both",
    "comment, deleted",
    "unknown table",
    "unknown rows",
    "ratings",
];

/// What is expected.
pub(super) struct Expected {
    /// The collection before, and after each script alone.
    pub(super) worlds: Sides<World>,
    /// The collection after both, when either order gives it and no order goes round in a circle.
    pub(super) agreed: Option<World>,
    circle: bool,
}

/// Does both scripts in either order.
pub(super) fn expected(base: &World, ours: &[Op], theirs: &[Op]) -> Expected {
    let alone = |script: &[Op]| base.with(script).expect("a script can be done alone");
    let worlds = Sides {
        base: base.clone(),
        ours: alone(ours),
        theirs: alone(theirs),
    };
    let one = worlds.ours.with(theirs).ok();
    let other = worlds.theirs.with(ours).ok();
    let plain = Style::plain();
    let agreed = one
        .zip(other)
        .filter(|(one, other)| said(&manifest(one, plain)) == said(&manifest(other, plain)));
    let mut expected = Expected {
        worlds,
        agreed: agreed.map(|(one, _)| one),
        circle: false,
    };
    let circle = expected.agreed.as_ref().is_some_and(|agreed| {
        sequences(&expected, agreed)
            .values()
            .any(|sequences| Relations::of(sequences).has_circle())
    });
    if circle {
        expected.agreed = None;
        expected.circle = true;
    }
    expected
}

/// Every order, in each version, of what is in the result: of the tables and of each group's members.
fn sequences(expected: &Expected, agreed: &World) -> BTreeMap<String, Sides<Vec<String>>> {
    let mut sequences = BTreeMap::new();
    for table in NUMBERED {
        let kept: BTreeSet<&String> = agreed.rows(table).iter().map(|row| &row.id).collect();
        let of = |world: &World| -> Vec<String> {
            let ids = world.rows(table).iter().map(|row| row.id.clone());
            ids.filter(|id| kept.contains(id)).collect()
        };
        sequences.insert(table.to_owned(), expected.worlds.map(of));
    }
    for group in agreed.rows("groups") {
        let kept: BTreeSet<String> = group
            .set("members")
            .iter()
            .map(|item| format!("{item:?}"))
            .collect();
        let of = |world: &World| -> Vec<String> {
            let members = world
                .row("groups", &group.id)
                .map_or(&[] as &[Item], |row| row.set("members"));
            members
                .iter()
                .map(|item| format!("{item:?}"))
                .filter(|item| kept.contains(item))
                .collect()
        };
        sequences.insert(format!("group {}", group.id), expected.worlds.map(of));
    }
    sequences
}

/// For each pair that stands in at least two versions, which comes first.
struct Relations {
    core: Vec<String>,
    first: BTreeSet<(String, String)>,
    disputed: bool,
}

impl Relations {
    fn of(sequences: &Sides<Vec<String>>) -> Self {
        let place =
            |sequence: &Vec<String>, one: &String| sequence.iter().position(|own| own == one);
        let all: BTreeSet<&String> = sequences
            .base
            .iter()
            .chain(&sequences.ours)
            .chain(&sequences.theirs)
            .collect();
        let count = |one: &String| {
            let Sides { base, ours, theirs } =
                sequences.map(|sequence| usize::from(sequence.contains(one)));
            base + ours + theirs
        };
        let core: Vec<String> = all
            .into_iter()
            .filter(|one| count(one) > 1)
            .cloned()
            .collect();
        let mut relations = Self {
            core: core.clone(),
            first: BTreeSet::new(),
            disputed: false,
        };
        for (index, one) in core.iter().enumerate() {
            for other in &core[index + 1..] {
                let opinion =
                    |sequence: &Vec<String>| Some(place(sequence, one)? < place(sequence, other)?);
                let Sides { base, ours, theirs } = sequences.map(opinion);
                let first = match (base, ours, theirs) {
                    (_, Some(ours), Some(theirs)) if ours == theirs => ours,
                    (Some(base), Some(_), Some(_)) => !base,
                    (None, Some(_), Some(_)) => {
                        relations.disputed = true;
                        true
                    }
                    (_, Some(one), None) | (_, None, Some(one)) => one,
                    (base, None, None) => base.unwrap_or(true),
                };
                let pair = if first {
                    (one.clone(), other.clone())
                } else {
                    (other.clone(), one.clone())
                };
                relations.first.insert(pair);
            }
        }
        relations
    }

    fn has_circle(&self) -> bool {
        let precedes =
            |one: &String, other: &String| self.first.contains(&(one.clone(), other.clone()));
        let circle = self.core.iter().any(|a| {
            self.core.iter().any(|b| {
                precedes(a, b) && self.core.iter().any(|c| precedes(b, c) && precedes(c, a))
            })
        });
        self.disputed || circle
    }
}

/// Whether the orders of a result are those that the pairs want, and added runs stand behind what preceded them.
pub(super) fn orders_hold(
    expected: &Expected,
    agreed: &World,
    style: Style,
    found: &str,
) -> Result<(), String> {
    for (what, sequences) in sequences(expected, agreed) {
        let result: Vec<String> = match what.strip_prefix("group ") {
            None => {
                let keys = order(found, &what);
                let id = |key: &String| {
                    agreed
                        .rows(&what)
                        .iter()
                        .find(|row| World::key_of(&what, row) == *key)
                        .map(|row| row.id.clone())
                };
                keys.iter().filter_map(id).collect()
            }
            Some(group) => {
                let row = agreed.row("groups", group).expect("the group");
                let texts = members(found, row.text("name"));
                let item = |text: &String| {
                    row.set("members")
                        .iter()
                        .find(|item| written(agreed, item) == *text)
                        .map(|item| format!("{item:?}"))
                };
                texts.iter().filter_map(item).collect()
            }
        };
        let relations = Relations::of(&sequences);
        let place = |one: &String| result.iter().position(|own| own == one);
        for (one, other) in &relations.first {
            if place(one) > place(other) {
                return Err(format!(
                    "{what}: {one} is to stand before {other}: {result:?} of {sequences:?}"
                ));
            }
        }
        for side in [&sequences.ours, &sequences.theirs] {
            let mut before: Option<&String> = None;
            for one in side {
                if !relations.core.contains(one) && place(one) < before.and_then(place) {
                    return Err(format!(
                        "{what}: {one} is to stand behind {before:?}: {result:?}"
                    ));
                }
                before = Some(one);
            }
        }
    }
    let _ = style;
    Ok(())
}

/// Whether every new value of both sides is in the text, unless its row was deleted on both.
pub(super) fn values_are_there(
    expected: &Expected,
    ours: &[Op],
    theirs: &[Op],
    found: &str,
) -> Result<(), String> {
    let worlds = &expected.worlds;
    let all = ours.iter().map(|op| (&worlds.ours, op));
    for (world, op) in all.chain(theirs.iter().map(|op| (&worlds.theirs, op))) {
        let gone = |table: &str, id: &str| world.row(table, id).is_none();
        let values: Vec<&String> = match op {
            Op::Set(table, id, values) | Op::Rename(table, id, values) if !gone(table, id) => {
                values.iter().map(|(_, value)| value).collect()
            }
            Op::Header(field, value) if field != "updated" => vec![value],
            Op::Lint(_, value) => vec![value],
            Op::Add(_, row, _) => row.texts.values().collect(),
            _ => continue,
        };
        for value in values {
            let there = found.to_lowercase().contains(&value.to_lowercase());
            if !there {
                return Err(format!("{value:?} is lost"));
            }
        }
    }
    Ok(())
}

/// Counts which rules a pair exercises.
pub(super) fn count(
    base: &World,
    ours: &[Op],
    theirs: &[Op],
    expected: &Expected,
    hits: &mut BTreeMap<&'static str, usize>,
) {
    let mut rules: BTreeSet<&'static str> = BTreeSet::new();
    rules.insert(if expected.agreed.is_some() {
        "clean"
    } else {
        "conflict"
    });
    if expected.circle {
        rules.insert("order conflict");
    }
    for (script, other) in [(ours, theirs), (theirs, ours)] {
        for op in script {
            rules.extend(alone(op, other));
            for against in other {
                rules.extend(against_each_other(base, op, against));
            }
        }
    }
    for rule in rules {
        *hits.entry(rule).or_default() += 1;
    }
}

fn alone(op: &Op, other: &[Op]) -> Vec<&'static str> {
    let touches = |table: &str, id: &str| {
        other.iter().any(|op| match op {
            Op::Set(own, row, _)
            | Op::Include(own, row, ..)
            | Op::Exclude(own, row, ..)
            | Op::Delete(own, row)
            | Op::Rename(own, row, _) => *own == table && row == id,
            Op::MoveMember(row, ..) => table == "groups" && row == id,
            _ => false,
        })
    };
    let moves = |of: &str| {
        other
            .iter()
            .any(|op| matches!(op, Op::Move(table, ..) if *table == of))
    };
    match op {
        Op::Set("ratings", ..) => vec!["ratings"],
        Op::Set("mcp_servers", ..) => vec!["unknown rows"],
        Op::Set("artifacts", id, values) if values.len() > 1 && !touches("artifacts", id) => {
            vec!["together on one side"]
        }
        Op::Set(table, id, _) if !touches(table, id) => vec!["field on one side"],
        Op::Delete(table, id) if !touches(table, id) => vec!["deleted, unchanged"],
        Op::Move(table, ..) if !moves(table) => vec!["order on one side"],
        Op::Lint(..) => vec!["unknown table"],
        _ => Vec::new(),
    }
}

fn against_each_other(base: &World, one: &Op, other: &Op) -> Vec<&'static str> {
    let mut rules = Vec::new();
    match (one, other) {
        (Op::Set(table, id, values), Op::Set(other_table, other_id, others))
            if (table, id) == (other_table, other_id) =>
        {
            let same_fields = values[0].0 == others[0].0;
            let folded = |values: &[(String, String)]| format!("{values:?}").to_lowercase();
            if same_fields && values == others {
                rules.push("field alike on both");
            } else if same_fields && folded(values) == folded(others) {
                rules.push("color alike but for case");
            } else if same_fields {
                rules.push(if values.len() > 1 {
                    "together conflict"
                } else {
                    "field conflict"
                });
            }
        }
        (Op::Include(table, id, set, _), Op::Include(other_table, other_id, other_set, _))
            if (table, id, set) == (other_table, other_id, other_set) =>
        {
            rules.push("set added on both");
        }
        (Op::Include(table, id, set, _), Op::Exclude(other_table, other_id, other_set, _))
            if (table, id, set) == (other_table, other_id, other_set) =>
        {
            rules.push("set removed and added");
        }
        (Op::Delete(table, id), Op::Delete(other_table, other_id))
            if (table, id) == (other_table, other_id) =>
        {
            rules.push("deleted on both");
        }
        (Op::Delete(table, id), Op::Set(other_table, other_id, _))
            if (table, id) == (other_table, other_id) =>
        {
            rules.push("deleted, changed");
        }
        (Op::Delete(table, id), Op::Rename(other_table, other_id, _))
            if (table, id) == (other_table, other_id) =>
        {
            rules.push("renamed and deleted");
        }
        (Op::Add(table, row, _), Op::Add(other_table, other_row, _)) if table == other_table => {
            rules.push(
                match (row.id == other_row.id, row.texts == other_row.texts) {
                    (true, true) => "added alike",
                    (true, false) => "added differently",
                    (false, _) => "added on each side",
                },
            );
        }
        (Op::Move(table, ..), Op::Move(other_table, ..)) if table == other_table => {
            rules.push("order on both");
        }
        (Op::MoveMember(id, ..), Op::MoveMember(other_id, ..)) if id == other_id => {
            rules.push("order on both");
        }
        (Op::Header(field, _), Op::Header(other_field, _))
            if field == other_field && field == "updated" =>
        {
            rules.push("updated on both");
        }
        (Op::Rename(table, id, values), Op::Rename(other_table, other_id, others))
            if table == other_table =>
        {
            rules.push(match (id == other_id, values == others) {
                (true, true) => "rename alike",
                (true, false) => "renamed two ways",
                (false, true) => "two rows to one key",
                (false, false) => "clean",
            });
        }
        (Op::Rename(table, id, _), Op::Set(other_table, other_id, _))
            if (table, id) == (other_table, other_id) =>
        {
            rules.push("rename and edit");
        }
        (Op::Rename(table, _, values), Op::Add(other_table, row, _))
            if table == other_table && values[0].1 == row.text("name") =>
        {
            rules.push("two rows to one key");
        }
        (Op::Rename(_, id, _), Op::Include(.., Item::Row(item))) if id == item => {
            rules.push("rename and new reference");
        }
        (Op::Delete("artifacts", id), Op::Include(.., Item::Row(item))) if id == item => {
            rules.push("violation member");
        }
        (Op::Delete("tag_definitions", id), Op::Include(.., Item::Row(item))) if id == item => {
            rules.push("violation tag");
        }
        (Op::Comment(table, id, _), Op::Comment(other_table, other_id, _))
            if (table, id) == (other_table, other_id) =>
        {
            rules.push("comment on both");
        }
        (Op::Comment(table, id, _), Op::Delete(other_table, other_id))
            if (table, id) == (other_table, other_id) =>
        {
            rules.push("comment, deleted");
        }
        _ => {}
    }
    if let (Op::Add(table, row, after), Op::Add(other_table, other_row, other_after)) = (one, other)
        && table == other_table
        && row.id != other_row.id
        && after == other_after
        && NUMBERED.contains(table)
        && after
            .as_ref()
            .is_none_or(|after| base.row(table, after).is_some())
    {
        rules.push("runs at one place");
    }
    rules
}
