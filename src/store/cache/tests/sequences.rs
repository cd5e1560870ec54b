//! A database after any sequence of updates answers what a new one answers.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::model::*;
use crate::model::artifact::Artifact;
use crate::model::artifact_file::ArtifactFile;
use crate::model::collection::Collection;
use crate::model::finding::{Finding, Severity};
use crate::model::listing::{Filter, Grouping, SortOrder};
use crate::model::metadata::Metadata;
use crate::model::name::ArtifactType;
use crate::model::path::RelativePath;
use crate::model::rating::{Composite, Rating};
use crate::model::row::{Row, RowKey, Table};
use crate::model::slug::Slug;
use crate::store::cache::contents::{Rows, Update};
use crate::store::cache::database::Database;

const IDS: [&str; 7] = [
    "skill:a",
    "skill:b",
    "agent:a",
    "agent:caf\u{e9}",
    "agent:cafe\u{301}",
    "command:b:c",
    "odd:a",
];
const MEMBERS: [&str; 8] = [
    "a",
    "b",
    "skill:a",
    "skill:b",
    "agent:a",
    "agent:cafe\u{301}",
    "b:c",
    "gone",
];
const TAGS: [&str; 7] = ["Back End", "back-end", "backend", "C++", "c", "+++", "x"];
const PATHS: [&str; 6] = [
    "skills/a/SKILL.md",
    "skills/b/SKILL.md",
    "agents/a.md",
    "agents/caf\u{e9}.md",
    "agents/cafe\u{301}.md",
    "skills/A/skill.md",
];
const PLACES: [&str; 7] = [
    "",
    "",
    "",
    "skills/a",
    "./skills/b/",
    "agents/cafe\u{301}.md",
    "../a",
];
const WORDS: [&str; 5] = ["", "", "reviews the code", "Code of a", "c++ back-end"];

/// What a test does to the collection at once.
#[derive(Debug, Clone)]
struct Step {
    rows: Vec<RowStep>,
    all: bool,
    shuffle: bool,
    files: Vec<ArtifactFile>,
    removed: Vec<Index>,
    rechecked: Vec<Index>,
}

#[derive(Debug, Clone)]
enum RowStep {
    Put(Row),
    Rename(Index, Row),
    Remove(Table, Index),
}

fn some(words: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    subsequence(words, 0..=4)
        .prop_shuffle()
        .prop_map(|words| texts(&words))
}

fn position() -> impl Strategy<Value = Option<i64>> {
    select(vec![None, Some(0), Some(1), Some(-2)])
}

fn any_artifact() -> impl Strategy<Value = Artifact> {
    let words = (select(&WORDS), select(&WORDS), select(&PLACES));
    (select(&IDS), words, some(&TAGS), some(&TAGS), position()).prop_map(
        |(id, (description, recorded, path), tags, aliases, position)| Artifact {
            description: description.to_owned(),
            path: path.to_owned(),
            aliases,
            tags,
            position,
            recorded: Metadata {
                description: recorded.to_owned(),
                author: recorded.to_owned(),
                ..Metadata::default()
            },
            ..artifact(id, &[])
        },
    )
}

fn any_row() -> impl Strategy<Value = Row> {
    let member = || some(&MEMBERS);
    prop_oneof![
        (
            select(&TAGS),
            select(&["back-end", "c", "cpp", "x", "+++"][..])
        )
            .prop_map(|(name, slug)| Row::Tag(tag(name, slug))),
        (select(&["g", "h", "i"][..]), member(), position()).prop_map(
            |(name, members, position)| {
                let members: Vec<&str> = members.iter().map(String::as_str).collect();
                let mut row = group(name, &members);
                row.position = position;
                Row::Group(row)
            }
        ),
        any_artifact().prop_map(Row::Artifact),
        any_artifact().prop_map(Row::Artifact),
        (select(&MEMBERS), select(&["mia", "jo"][..]), 1..=5_i64)
            .prop_map(|(member, by, stars)| Row::Rating(rating(member, by, stars))),
        (select(&["k", "l"][..]), member()).prop_map(|(title, members)| {
            let row = group(
                title,
                &members.iter().map(String::as_str).collect::<Vec<_>>(),
            );
            Row::Composite(Composite {
                name: row.name,
                members: row.members,
            })
        }),
    ]
}

fn any_file() -> impl Strategy<Value = ArtifactFile> {
    let place = 0..PATHS.len();
    (
        place,
        select(&WORDS),
        select(&WORDS),
        some(&TAGS),
        any::<u32>(),
    )
        .prop_map(|(place, description, author, tags, size)| {
            let id = [
                "skill:a",
                "skill:b",
                "agent:a",
                "agent:caf\u{e9}",
                "agent:cafe\u{301}",
                "skill:a",
            ][place];
            let mut made = file(id, PATHS[place], description, &[]);
            made.metadata = Metadata {
                author: author.to_owned(),
                tags,
                ..made.metadata
            };
            made.found.stamp.size = size.into();
            made.blob = size.to_string();
            if size % 2 == 0 {
                made.findings =
                    vec![Finding::new(Severity::Note, "header", author).in_file(PATHS[place])];
            }
            made
        })
}

fn any_step() -> impl Strategy<Value = Step> {
    let row_step = prop_oneof![
        4 => any_row().prop_map(RowStep::Put),
        2 => (any::<Index>(), any_row()).prop_map(|(index, row)| RowStep::Rename(index, row)),
        2 => (select(&Table::OF_ROWS), any::<Index>()).prop_map(|(table, index)| RowStep::Remove(table, index)),
    ];
    let rows = prop::collection::vec(row_step, 0..6);
    let files = prop::collection::vec(any_file(), 0..3);
    let indexes = || prop::collection::vec(any::<Index>(), 0..2);
    let flags = (prop::bool::weighted(0.2), prop::bool::weighted(0.5));
    (rows, flags, files, indexes(), indexes()).prop_map(
        |(rows, (all, shuffle), files, removed, rechecked)| Step {
            rows,
            all,
            shuffle,
            files,
            removed,
            rechecked,
        },
    )
}

fn keys(collection: &Collection, table: Table) -> Vec<RowKey> {
    match table {
        Table::Header => Vec::new(),
        Table::TagDefinitions => collection
            .tags
            .iter()
            .map(|row| RowKey::Tag(row.slug.clone()))
            .collect(),
        Table::Groups => collection
            .groups
            .iter()
            .map(|row| RowKey::Group(row.name.clone()))
            .collect(),
        Table::Artifacts => collection
            .artifacts
            .iter()
            .map(|row| RowKey::Artifact(row.id.clone()))
            .collect(),
        Table::Ratings => collection
            .ratings
            .iter()
            .map(|row: &Rating| Row::Rating(row.clone()).key())
            .collect(),
        Table::Composites => collection
            .composites
            .iter()
            .map(|row| RowKey::Composite(row.name.clone()))
            .collect(),
    }
}

/// Does to a collection what [`Rows::Touched`] says.
fn put(collection: &mut Collection, key: &RowKey, row: Option<&Row>) {
    let place = keys(collection, key.table())
        .iter()
        .position(|one| one == key);
    macro_rules! put {
        ($rows:expr, $kind:path) => {
            match (place, row) {
                (Some(place), Some($kind(row))) => $rows[place] = row.clone(),
                (None, Some($kind(row))) => $rows.push(row.clone()),
                (Some(place), _) => drop($rows.remove(place)),
                (None, _) => {}
            }
        };
    }
    match key.table() {
        Table::Header => {}
        Table::TagDefinitions => put!(collection.tags, Row::Tag),
        Table::Groups => put!(collection.groups, Row::Group),
        Table::Artifacts => put!(collection.artifacts, Row::Artifact),
        Table::Ratings => put!(collection.ratings, Row::Rating),
        Table::Composites => put!(collection.composites, Row::Composite),
    }
}

/// The entries for the database; each key as it was before all of them is named once at most.
fn touched(collection: &mut Collection, steps: &[RowStep]) -> Vec<(RowKey, Option<Row>)> {
    let mut touched: Vec<(RowKey, Option<Row>)> = Vec::new();
    let mut used: Vec<RowKey> = Vec::new();
    for step in steps {
        let (key, row) = match step {
            RowStep::Put(row) => (row.key(), Some(row.clone())),
            RowStep::Rename(index, row) => {
                let keys = keys(collection, row.key().table());
                if keys.is_empty() || keys.contains(&row.key()) {
                    continue;
                }
                (index.get(&keys).clone(), Some(row.clone()))
            }
            RowStep::Remove(table, index) => {
                let keys = keys(collection, *table);
                if keys.is_empty() {
                    continue;
                }
                (index.get(&keys).clone(), None)
            }
        };
        let new = row.as_ref().map(Row::key);
        if used.contains(&key) || new.as_ref().is_some_and(|new| used.contains(new)) {
            continue;
        }
        used.push(key.clone());
        used.extend(new);
        put(collection, &key, row.as_ref());
        touched.push((key, row));
    }
    touched
}

#[derive(Debug)]
struct World {
    collection: Collection,
    files: BTreeMap<RelativePath, ArtifactFile>,
}

impl World {
    fn pick(&self, indexes: &[Index]) -> Vec<RelativePath> {
        let paths: Vec<_> = self.files.keys().cloned().collect();
        if paths.is_empty() {
            Vec::new()
        } else {
            indexes
                .iter()
                .map(|index| index.get(&paths).clone())
                .collect()
        }
    }

    fn take(&mut self, database: &mut Database, step: &Step) {
        let touched = touched(&mut self.collection, &step.rows);
        if step.all && step.shuffle {
            self.collection.artifacts.reverse();
            self.collection.groups.reverse();
            self.collection.tags.reverse();
        }
        let mut removed = self.pick(&step.removed);
        removed.retain(|path| step.files.iter().all(|file| file.found.path != *path));
        self.files.retain(|path, _| !removed.contains(path));
        for file in &step.files {
            self.files.insert(file.found.path.clone(), file.clone());
        }
        let rechecked: Vec<_> = self
            .pick(&step.rechecked)
            .into_iter()
            .map(|path| (path, stamp(77)))
            .collect();
        for (path, stamp) in &rechecked {
            self.files.get_mut(path).unwrap().found.stamp = *stamp;
        }
        let rows = if step.all {
            Rows::All(&self.collection)
        } else {
            Rows::Touched(touched)
        };
        let (files, removed) = (&step.files[..], &removed[..]);
        database
            .update(&Update {
                files,
                removed,
                rechecked: &rechecked,
                ..update(rows)
            })
            .unwrap();
    }

    fn anew(&self) -> Database {
        let files: Vec<_> = self.files.values().cloned().collect();
        let mut database = database(&self.collection, &files);
        database.update(&update(Rows::Unchanged)).unwrap();
        database
    }
}

/// All that can be asked, as text.
fn answers(database: &Database) -> String {
    let mut told = Vec::new();
    let mut tell =
        |what: &str, answer: &dyn std::fmt::Debug| told.push(format!("{what}: {answer:#?}"));
    let filters = [
        Filter::default(),
        Filter {
            groups: vec![name("g"), name("h")],
            ..Filter::default()
        },
        Filter {
            tags: vec![Slug::stored("back-end")],
            ..Filter::default()
        },
        Filter {
            kinds: vec![ArtifactType::Agent],
            grouping: Grouping::Ungrouped,
            ..Filter::default()
        },
    ];
    for filter in &filters {
        for order in [
            SortOrder::Collection,
            SortOrder::Name,
            SortOrder::Type,
            SortOrder::Rating,
        ] {
            tell("artifacts", &database.artifacts(filter, order).unwrap());
        }
        for query in ["a", "code of", "back-end", "C++", "cpp", "x"] {
            tell(query, &database.search(query, filter, 3).unwrap());
        }
    }
    for text in IDS {
        tell(text, &database.artifact(&id(text)).unwrap());
    }
    for text in TAGS {
        tell(text, &database.resolve_tag(text).unwrap());
    }
    for text in ["g", "h", "i"] {
        tell(text, &database.group(&name(text)).unwrap());
    }
    tell("tag", &database.tag(&Slug::stored("back-end")).unwrap());
    tell("ids", &database.artifact_ids().unwrap());
    tell("aliases", &database.aliases().unwrap());
    tell("groups", &database.groups().unwrap());
    tell("tags", &database.tags().unwrap());
    tell("composites", &database.composites().unwrap());
    tell("counts", &database.counts().unwrap());
    tell("findings", &database.file_findings().unwrap());
    tell("header", &database.header().unwrap());
    tell("state", &database.state().unwrap());
    let known: BTreeMap<_, _> = database
        .known_files()
        .unwrap()
        .into_iter()
        .map(|(path, file)| (path, (file.id, file.stamp, file.blob)))
        .collect();
    tell("known", &known);
    told.join("\n")
}

fn faults(database: &Database) -> usize {
    let mut check = database
        .connection()
        .prepare("PRAGMA foreign_key_check")
        .unwrap();
    check.query_map([], |_| Ok(())).unwrap().count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn updates_lead_where_a_new_database_begins(steps in prop::collection::vec(any_step(), 1..8)) {
        let mut world = World { collection: empty(), files: BTreeMap::new() };
        let mut database = world.anew();
        for step in &steps {
            world.take(&mut database, step);
            prop_assert_eq!(faults(&database), 0);
        }
        similar_asserted(&answers(&database), &answers(&world.anew()))?;
    }
}

/// Tells the lines that differ, not two pages of text.
fn similar_asserted(updated: &str, anew: &str) -> Result<(), TestCaseError> {
    if updated == anew {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(anew, updated)
        .unified_diff()
        .context_radius(12)
        .to_string();
    Err(TestCaseError::fail(difference))
}
