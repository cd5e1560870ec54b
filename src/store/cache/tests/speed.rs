//! Times of a collection of 5,000 artifacts. Run with `cargo test --release -- --ignored --nocapture speed`.

#![allow(clippy::print_stderr, reason = "a measurement is there to be read")]

use std::time::Instant;

use super::model::*;
use crate::model::artifact_file::ArtifactFile;
use crate::model::collection::Collection;
use crate::model::listing::{Filter, SortOrder};
use crate::model::row::{Row, RowKey};
use crate::store::cache::contents::{Rows, Update};
use crate::store::cache::database::Database;

fn collection(count: usize) -> Collection {
    let words = [
        "backend",
        "Security",
        "testing",
        "Front end",
        "review",
        "data",
        "cloud",
        "Language",
    ];
    let tags = |number: usize| {
        [
            words[number % 8],
            words[number / 8 % 8],
            words[number / 64 % 8],
        ]
    };
    Collection {
        tags: words
            .iter()
            .map(|word| tag(word, &word.to_lowercase().replace(' ', "-")))
            .collect(),
        artifacts: (0..count)
            .map(|number| artifact(&format!("skill:artifact-{number}"), &tags(number)))
            .collect(),
        groups: (0..count / 10)
            .map(|number| {
                let members: Vec<String> = (0..10)
                    .map(|member| format!("skill:artifact-{}", (number * 7 + member * 13) % count))
                    .collect();
                group(
                    &format!("Group {number}"),
                    &members.iter().map(String::as_str).collect::<Vec<_>>(),
                )
            })
            .collect(),
        ratings: (0..count / 5)
            .map(|number| rating(&format!("skill:artifact-{number}"), "mia", 4))
            .collect(),
        ..empty()
    }
}

fn files(count: usize) -> Vec<ArtifactFile> {
    let description =
        "Use when reviewing server code for injection, secrets and unsafe parsing of input; number";
    (0..count)
        .map(|number| {
            let (id, path) = (
                format!("skill:artifact-{number}"),
                format!("skills/artifact-{number}/SKILL.md"),
            );
            let mut file = file(
                &id,
                &path,
                &format!("{description} {number}"),
                &["from file"],
            );
            file.blob = format!("{number:040x}");
            file
        })
        .collect()
}

/// The median of several runs, in milliseconds.
fn time<T>(what: &str, mut run: impl FnMut() -> T) {
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let start = Instant::now();
            let kept = run();
            let time = start.elapsed().as_secs_f64() * 1e3;
            drop(kept);
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    eprintln!("{what:40} {:8.2} ms (least {:.2})", times[4], times[0]);
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    for count in [5_000, 50_000] {
        measure(count);
    }
}

fn measure(count: usize) {
    eprintln!("{count} artifacts");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache.db");
    let (collection, files) = (collection(count), files(count));
    let contents = contents(&collection, &files);
    time("create", || Database::create(&path, &contents).unwrap());
    time("in memory", || Database::in_memory(&contents).unwrap());
    time("open", || Database::open(&path).unwrap().unwrap());
    let mut database = Database::open(&path).unwrap().unwrap();
    time("list", || {
        database
            .artifacts(&Filter::default(), SortOrder::Collection)
            .unwrap()
    });
    time("list by name", || {
        database
            .artifacts(&Filter::default(), SortOrder::Name)
            .unwrap()
    });
    let one = Filter {
        groups: vec![name("Group 7")],
        ..Filter::default()
    };
    time("list of a group", || {
        database.artifacts(&one, SortOrder::Collection).unwrap()
    });
    time("groups", || database.groups().unwrap());
    time("group", || database.group(&name("Group 7")).unwrap());
    time("tags", || database.tags().unwrap());
    time("artifact", || {
        database.artifact(&id("skill:artifact-77")).unwrap()
    });
    time("artifact ids", || database.artifact_ids().unwrap());
    time("search, one hit", || {
        database
            .search("artifact-777", &Filter::default(), 50)
            .unwrap()
    });
    time("search, all hit", || {
        database
            .search("reviewing inj", &Filter::default(), 50)
            .unwrap()
    });
    time("known files", || database.known_files().unwrap());
    time("counts", || database.counts().unwrap());
    measure_updates(&mut database, &collection, &files);
    time("open with a log", || {
        Database::open(&path).unwrap().unwrap()
    });
    time("open, update, close", || {
        let mut database = Database::open(&path).unwrap().unwrap();
        let rows = vec![(
            RowKey::Group(name("Group 9")),
            Some(Row::Group(collection.groups[9].clone())),
        )];
        database.update(&update(Rows::Touched(rows))).unwrap();
    });
}

fn measure_updates(database: &mut Database, collection: &Collection, files: &[ArtifactFile]) {
    let mut number = 0;
    time("update of a group", || {
        number += 1;
        let changed = &collection.groups[number];
        let rows = vec![(
            RowKey::Group(changed.name.clone()),
            Some(Row::Group(changed.clone())),
        )];
        database.update(&update(Rows::Touched(rows))).unwrap();
    });
    time("update of a row", || {
        let changed = &collection.artifacts[9];
        let rows = vec![(
            RowKey::Artifact(changed.id.clone()),
            Some(Row::Artifact(changed.clone())),
        )];
        database.update(&update(Rows::Touched(rows))).unwrap();
    });
    time("update of a file", || {
        database
            .update(&Update {
                files: &files[9..10],
                ..update(Rows::Unchanged)
            })
            .unwrap();
    });
    time("update of all rows", || {
        database.update(&update(Rows::All(collection))).unwrap();
    });
}
