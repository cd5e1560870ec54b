//! Databases on disk, sound and otherwise.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::model::*;
use crate::model::collection::Collection;
use crate::model::listing::{Filter, SortOrder};
use crate::model::row::{Row, RowKey};
use crate::store::cache::contents::{Place, Rows};
use crate::store::cache::database::Database;

fn sample() -> Collection {
    Collection {
        artifacts: (0..400)
            .map(|number| artifact(&format!("skill:number-{number}"), &["tag"]))
            .collect(),
        ..empty()
    }
}

fn in_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%").join("cache.db");
    (folder, path)
}

fn count(database: &Database) -> usize {
    database
        .artifacts(&Filter::default(), SortOrder::Name)
        .unwrap()
        .len()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

#[test]
fn what_was_made_or_changed_is_found_again() {
    let (_folder, path) = in_folder();
    assert!(Database::open(&path).unwrap().is_none());
    let collection = sample();
    let mut made = Database::create(&path, &contents(&collection, &[])).unwrap();
    assert_eq!((made.place(), count(&made)), (Place::Disk, 400));
    let rows = vec![(
        RowKey::Group(name("g")),
        Some(Row::Group(group("g", &["number-3"]))),
    )];
    made.update(&update(Rows::Touched(rows))).unwrap();
    drop(made);
    let found = Database::open(&path).unwrap().unwrap();
    assert_eq!(found.state().unwrap(), state("m2"));
    assert_eq!(
        found.groups().unwrap()[0].members[0].to_string(),
        "skill:number-3"
    );
    let journal: String = found
        .connection()
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .unwrap();
    assert_eq!(journal, "wal");
    let sound: String = found
        .connection()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
}

#[test]
fn what_is_no_database_of_ours_is_not_opened() {
    let (_folder, path) = in_folder();
    let collection = sample();
    let contents = contents(&collection, &[]);
    drop(Database::create(&path, &contents).unwrap());
    let whole = fs::read(&path).unwrap();
    let check = |bytes: &[u8]| {
        fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        assert!(
            Database::open(&path).unwrap().is_none(),
            "{} bytes",
            bytes.len()
        );
        assert_eq!(count(&Database::create(&path, &contents).unwrap()), 400);
    };
    check(b"");
    check(b"garbage");
    check(&vec![0x5a; 100_000]);
    for length in [
        50,
        100,
        4096,
        whole.len() / 2,
        whole.len() - 4096,
        whole.len() - 1,
    ] {
        check(&whole[..length]);
    }
    for pragma in ["user_version = 999", "application_id = 1"] {
        let other = Connection::open(&path).unwrap();
        other.execute_batch(&format!("PRAGMA {pragma}")).unwrap();
        drop(other);
        assert!(Database::open(&path).unwrap().is_none(), "{pragma}");
        drop(Database::create(&path, &contents).unwrap());
    }
}

#[test]
fn damage_shows_as_damage() {
    let (_folder, path) = in_folder();
    let collection = sample();
    drop(Database::create(&path, &contents(&collection, &[])).unwrap());
    let pages = fs::metadata(&path).unwrap().len() / 4096;
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    for page in 3..pages {
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xff; 4096]).unwrap();
    }
    if let Some(database) = Database::open(&path).unwrap() {
        let error = database
            .artifacts(&Filter::default(), SortOrder::Name)
            .unwrap_err();
        assert!(error.is_damage(), "{error:?}");
    }
    let database = database(&collection, &[]);
    database
        .connection()
        .execute_batch("DROP TABLE group_artifacts")
        .unwrap();
    let error = database
        .artifacts(&Filter::default(), SortOrder::Name)
        .unwrap_err();
    assert!(error.is_damage(), "{error:?}");
}

/// A connection in the middle of a read, which keeps the log from being emptied.
fn reading(path: &Path) -> Database {
    let reader = Database::open(path).unwrap().unwrap();
    reader
        .connection()
        .execute_batch("BEGIN; SELECT count(*) FROM state;")
        .unwrap();
    reader
}

#[test]
fn the_log_is_empty_after_a_change_that_nobody_reads_beside() {
    let (_folder, path) = in_folder();
    let collection = sample();
    let mut database = Database::create(&path, &contents(&collection, &[])).unwrap();
    let log = || fs::metadata(beside(&path, "-wal")).unwrap().len();
    let change = || update(Rows::Touched(Vec::new()));
    let reader = reading(&path);
    database.update(&change()).unwrap();
    assert!(log() > 0);
    drop(reader);
    database.update(&change()).unwrap();
    assert_eq!(log(), 0);
}

#[test]
fn what_was_written_before_the_system_started_anew_is_not_trusted() {
    let (_folder, path) = in_folder();
    let collection = sample();
    let database = Database::create(&path, &contents(&collection, &[])).unwrap();
    let written_in = |boot: &str| {
        database
            .connection()
            .execute("UPDATE state SET boot = ?1", [boot])
            .unwrap();
        Database::open(&path).unwrap().is_some()
    };
    assert!(!written_in("0c5f0c9e-6f0e-4d2c-9a51-2b1d5a3c7e10"));
    assert!(written_in(""));
}

#[test]
fn a_log_that_was_left_behind_is_not_taken_for_the_new_ones() {
    let (_folder, path) = in_folder();
    let collection = sample();
    let mut old = Database::create(&path, &contents(&collection, &[])).unwrap();
    let reader = reading(&path);
    let rows = vec![(RowKey::Group(name("g")), Some(Row::Group(group("g", &[]))))];
    old.update(&update(Rows::Touched(rows))).unwrap();
    assert!(fs::metadata(beside(&path, "-wal")).unwrap().len() > 0);
    drop(reader);
    let new = Database::create(&path, &contents(&collection, &[])).unwrap();
    assert_eq!(new.groups().unwrap().len(), 0);
    assert_eq!(old.groups().unwrap().len(), 1);
    let rows = vec![(RowKey::Group(name("h")), Some(Row::Group(group("h", &[]))))];
    let _ = old.update(&update(Rows::Touched(rows)));
    drop(old);
    drop(new);
    let again = Database::open(&path).unwrap().unwrap();
    assert_eq!((again.groups().unwrap().len(), count(&again)), (0, 400));
    fs::File::create(beside(&path, "-wal"))
        .unwrap()
        .write_all(&[7; 9000])
        .unwrap();
    assert!(
        Database::open(&path)
            .unwrap()
            .is_none_or(|database| count(&database) == 400)
    );
}

#[test]
fn processes_that_race_each_other_all_get_an_answer() {
    let (_folder, path) = in_folder();
    let collection = sample();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let mut database = match Database::open(&path).unwrap() {
                        Some(database) if count(&database) == 400 => database,
                        _ => Database::create(&path, &contents(&collection, &[])).unwrap(),
                    };
                    let rows = vec![(
                        RowKey::Group(name("g")),
                        Some(Row::Group(group("g", &["number-1"]))),
                    )];
                    database.update(&update(Rows::Touched(rows))).unwrap();
                    assert_eq!(database.groups().unwrap().len(), 1);
                    let _ = Database::create(&path, &contents(&collection, &[])).unwrap();
                }
            });
        }
    });
    let sound: String = Database::open(&path)
        .unwrap()
        .unwrap()
        .connection()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
}

#[test]
fn a_folder_in_its_place_is_told_and_memory_answers() {
    let (_folder, path) = in_folder();
    fs::create_dir_all(path.join("x")).unwrap();
    assert!(Database::open(&path).unwrap().is_none());
    let collection = sample();
    let contents = contents(&collection, &[]);
    let error = Database::create(&path, &contents).unwrap_err();
    assert!(!error.is_damage());
    assert_eq!(count(&Database::in_memory(&contents).unwrap()), 400);
    assert_eq!(
        fs::read_dir(path.parent().unwrap()).unwrap().count(),
        2,
        "only the folder and the lock are left"
    );
}

#[test]
fn a_database_that_cannot_be_written_can_be_read_and_copied() {
    let (_folder, path) = in_folder();
    let collection = sample();
    drop(Database::create(&path, &contents(&collection, &[])).unwrap());
    let frozen = crate::store::cache::disk::open_frozen(&path).unwrap();
    assert!(frozen.is_some());
    let database = Database::open(&path).unwrap().unwrap();
    let mut copy = database.to_memory().unwrap();
    copy.update(&update(Rows::Unchanged)).unwrap();
    assert_eq!((count(&copy), copy.state().unwrap()), (400, state("m2")));
    assert_eq!(database.state().unwrap(), state("m1"));
}
