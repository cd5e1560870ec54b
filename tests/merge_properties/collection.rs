//! Random collections.

use std::collections::BTreeMap;

use super::world::{Item, Row, World};
use crate::common::choices::Choices;

const PEOPLE: [&str; 2] = ["mia@example.com", "jo@example.com"];

/// Values by their fields.
pub(super) fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// A row that is referred to.
pub(super) fn item(id: impl Into<String>) -> Item {
    Item::Row(id.into())
}

/// A random collection.
pub(super) fn world(choices: &mut Choices, skillmeat: bool) -> World {
    let mut world = World {
        header: texts(&[("name", "team"), ("version", "1.0.0")]),
        ..World::default()
    };
    if skillmeat {
        world.header.extend(texts(&[
            ("created", "2026-10-01T08:00:00.000001"),
            ("updated", "2026-10-05T08:00:00.000001"),
        ]));
    }
    let tags = 2 + choices.below(3);
    let artifacts = 3 + choices.below(5);
    let tag = |place: usize| Row {
        id: format!("t{place}"),
        place,
        texts: texts(&[
            ("name", &format!("Tag {place}")),
            ("slug", &format!("tag-{place}")),
            ("color", &format!("#0000{place}a")),
            ("description", &format!("What tag {place} means")),
        ]),
        sets: BTreeMap::new(),
        comment: String::new(),
    };
    world
        .tables
        .insert("tag_definitions", (0..tags).map(tag).collect());
    let mut some = |prefix: &str, count: usize, most: usize| {
        let mut all: Vec<Item> = Vec::new();
        for _ in 0..choices.below(most + 1) {
            let one = item(format!("{prefix}{}", choices.below(count)));
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all
    };
    let artifact_rows = (0..artifacts)
        .map(|place| Row {
            id: format!("a{place}"),
            place,
            texts: texts(&[
                ("name", &format!("art-{place}")),
                ("type", if place % 3 == 2 { "agent" } else { "skill" }),
                ("source", &format!("acme/lib/art-{place}")),
                ("version_spec", "latest"),
                ("resolved_sha", &format!("{place}abc")),
                ("scope", "user"),
                ("metadata.license", "MIT"),
            ]),
            sets: BTreeMap::from([("tags".to_owned(), some("t", tags, 3))]),
            comment: format!("about artifact {place}"),
        })
        .collect();
    world.tables.insert("artifacts", artifact_rows);
    let group_rows = (0..3 + place_of_groups(artifacts))
        .map(|place| Row {
            id: format!("g{place}"),
            place,
            texts: texts(&[
                ("name", &format!("Group {place}")),
                ("description", &format!("What group {place} is for")),
                ("color", &format!("#aa000{place}")),
                ("icon", ""),
            ]),
            sets: BTreeMap::from([
                ("members".to_owned(), some("a", artifacts, 6)),
                ("tags".to_owned(), some("t", tags, 1)),
            ]),
            comment: format!("about group {place}"),
        })
        .collect();
    world.tables.insert("groups", group_rows);
    let rating = |place: usize| Row {
        id: format!("r{place}"),
        place,
        texts: texts(&[
            ("rating", "3"),
            ("by", PEOPLE[place]),
            ("note", &format!("note {place}")),
        ]),
        sets: BTreeMap::from([("artifact".to_owned(), vec![item("a0")])]),
        comment: String::new(),
    };
    world.tables.insert("ratings", (0..2).map(rating).collect());
    let composite = |place: usize| Row {
        id: format!("c{place}"),
        place,
        texts: texts(&[("name", &format!("Suite {place}"))]),
        sets: BTreeMap::from([("members".to_owned(), vec![item("a1"), item("a2")])]),
        comment: String::new(),
    };
    world.tables.insert("composites", vec![composite(0)]);
    let server = |place: usize| Row {
        id: format!("m{place}"),
        place,
        texts: texts(&[("name", &format!("server-{place}")), ("command", "run")]),
        sets: BTreeMap::new(),
        comment: String::new(),
    };
    world
        .tables
        .insert("mcp_servers", (0..2).map(server).collect());
    world.lint = texts(&[("level", "strict"), ("width", "100")]);
    world
}

fn place_of_groups(artifacts: usize) -> usize {
    artifacts % 3
}
