#![expect(
    clippy::disallowed_methods,
    reason = "the tests spoil files on purpose"
)]

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::contents::Legacy;
use super::read;

/// The tables as far as they are read, with one row or more in each.
const WHOLE: &str = "
    CREATE TABLE collections (id VARCHAR, name VARCHAR, slug VARCHAR);
    INSERT INTO collections VALUES ('default', 'Default Collection', NULL);
    CREATE TABLE artifacts (uuid VARCHAR, id VARCHAR, name VARCHAR, type VARCHAR);
    INSERT INTO artifacts VALUES ('u1', 'skill:a', 'a', 'skill'), ('u2', 'command:b', 'b', 'command'),
        ('u3', 'composite:composite:kit', 'kit', 'composite');
    CREATE TABLE groups (id VARCHAR, collection_id VARCHAR, name VARCHAR, description TEXT, tags_json TEXT,
        color VARCHAR, icon VARCHAR, position INTEGER);
    INSERT INTO groups VALUES ('g2', 'default', 'Second', NULL, '[]', 'slate', 'layers', 1),
        ('g1', 'default', 'First', 'One', '[\"x\", \"y\"]', '#10b981', 'shield', 0);
    CREATE TABLE group_artifacts (group_id VARCHAR, artifact_uuid VARCHAR, position INTEGER);
    INSERT INTO group_artifacts VALUES ('g1', 'u2', 1), ('g1', 'u1', 0), ('g1', 'gone', 2);
    CREATE TABLE tags (id VARCHAR, name VARCHAR, slug VARCHAR, color VARCHAR);
    INSERT INTO tags VALUES ('t1', 'Back End', 'back-end', '#3B82F6');
    CREATE TABLE artifact_tags (artifact_uuid VARCHAR, tag_id VARCHAR);
    INSERT INTO artifact_tags VALUES ('u1', 't1');
    CREATE TABLE user_ratings (id INTEGER PRIMARY KEY, artifact_id VARCHAR, rating INTEGER, feedback TEXT, rated_at DATETIME);
    INSERT INTO user_ratings VALUES (1, 'a', 5, NULL, '2026-02-02'), (2, 'skill:a', 4, 'nice', '2026-01-01');
    CREATE TABLE composite_artifacts (id VARCHAR, artifact_uuid VARCHAR);
    INSERT INTO composite_artifacts VALUES ('composite:kit', 'u3');
    CREATE TABLE composite_memberships (collection_id VARCHAR, composite_id VARCHAR, child_artifact_uuid VARCHAR, position INTEGER);
    INSERT INTO composite_memberships VALUES ('default', 'composite:kit', 'u1', NULL), ('default', 'composite:kit', 'u2', NULL);
    CREATE TABLE custom_colors (hex VARCHAR);
";

struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn with(sql: &str) -> Self {
        let home = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        home.connection().execute_batch(sql).expect("made");
        home
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("cache.db")
    }

    fn connection(&self) -> Connection {
        Connection::open(self.path()).expect("opened")
    }

    /// Every file of the folder with its bytes.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let list = fs::read_dir(self.folder.path()).expect("a folder");
        let mut files: Vec<_> = list
            .map(|entry| entry.expect("an entry").path())
            .map(|path| (path.clone(), fs::read(path).expect("read")))
            .collect();
        files.sort();
        files
    }

    /// What is read; nothing in the folder may differ then.
    fn read(&self) -> Legacy {
        let before = self.files();
        let legacy = read(&self.path()).expect("a database");
        assert!(before == self.files(), "the folder is as it was");
        legacy
    }
}

fn codes(legacy: &Legacy) -> Vec<&str> {
    legacy.findings.iter().map(|finding| finding.code).collect()
}

fn shown_members(members: &[super::contents::KeptMember]) -> Vec<String> {
    let shown = |member: &super::contents::KeptMember| match &member.id {
        Some(id) => id.to_string(),
        None => format!("? {}", member.uuid),
    };
    members.iter().map(shown).collect()
}

fn is_whole(legacy: &Legacy) {
    assert_eq!(codes(legacy), Vec::<&str>::new());
    assert!(legacy.collections[0].is_called("Default Collection"));
    let names: Vec<&str> = legacy
        .groups
        .iter()
        .map(|kept| kept.row.name.as_str())
        .collect();
    assert_eq!(names, ["First", "Second"]);
    let first = &legacy.groups[0];
    assert_eq!(first.row.tags, ["x", "y"]);
    assert_eq!(
        (first.row.color.as_str(), first.row.icon.as_str()),
        ("#10b981", "shield")
    );
    assert_eq!(
        shown_members(&first.members),
        ["skill:a", "command:b", "? gone"]
    );
    assert_eq!(shown_members(&legacy.tags[0].carriers), ["skill:a"]);
    let ratings: Vec<(&str, i64, &str)> = (legacy.ratings.iter())
        .map(|rating| (rating.artifact.as_str(), rating.stars, rating.note.as_str()))
        .collect();
    assert_eq!(ratings, [("skill:a", 4, "nice"), ("a", 5, "")]);
    assert_eq!(legacy.composites[0].name.as_str(), "kit");
    assert_eq!(
        shown_members(&legacy.composites[0].members),
        ["skill:a", "command:b"]
    );
}

#[test]
fn everything_is_read_and_nothing_is_written() {
    let home = Home::with(WHOLE);
    is_whole(&home.read());
}

#[test]
fn no_database_is_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(read(&folder.path().join("cache.db")), None);
    assert_eq!(read(&folder.path().join("cache/cache.db")), None);
}

#[test]
fn a_log_that_waits_is_read_and_left_while_the_database_is_in_use() {
    let home = Home::with("PRAGMA journal_mode = WAL;");
    let writer = home.connection();
    writer
        .execute_batch("PRAGMA wal_autocheckpoint = 0;")
        .expect("set");
    writer.execute_batch(WHOLE).expect("made");
    writer.execute_batch("BEGIN IMMEDIATE").expect("in use");
    let log = home.folder.path().join("cache.db-wal");
    assert!(fs::metadata(&log).expect("a log").len() > 0);
    is_whole(&home.read());
}

#[test]
fn a_log_that_was_emptied_is_not_made_anew() {
    let home = Home::with("PRAGMA journal_mode = WAL;");
    home.connection().execute_batch(WHOLE).expect("made");
    assert_eq!(home.files().len(), 1);
    is_whole(&home.read());
    assert_eq!(home.files().len(), 1);
}

#[test]
fn a_log_that_a_crash_left_is_read_where_nothing_can_be_written() {
    let home = Home::with("PRAGMA journal_mode = WAL;");
    let writer = home.connection();
    writer
        .execute_batch("PRAGMA wal_autocheckpoint = 0;")
        .expect("set");
    writer.execute_batch(WHOLE).expect("made");
    let crashed = tempfile::tempdir().expect("a folder");
    for name in ["cache.db", "cache.db-wal"] {
        fs::copy(home.folder.path().join(name), crashed.path().join(name)).expect("copied");
    }
    let legacy = read(&crashed.path().join("cache.db")).expect("a database");
    is_whole(&legacy);
    assert_eq!(fs::read_dir(crashed.path()).expect("a folder").count(), 2);
}

#[test]
fn an_unfinished_change_of_a_killed_program_does_not_count() {
    let home = Home::with(WHOLE);
    let writer = home.connection();
    writer
        .execute_batch("PRAGMA cache_size = 1; BEGIN; DELETE FROM groups; CREATE TABLE filler (x);")
        .expect("begun");
    for number in 0..2_000 {
        let text = "x".repeat(500);
        writer
            .execute(
                "INSERT INTO filler VALUES (?1)",
                [format!("{number}{text}")],
            )
            .expect("inserted");
    }
    let killed = tempfile::tempdir().expect("a folder");
    for name in ["cache.db", "cache.db-journal"] {
        fs::copy(home.folder.path().join(name), killed.path().join(name)).expect("copied");
    }
    let before = fs::read(killed.path().join("cache.db")).expect("read");
    is_whole(&read(&killed.path().join("cache.db")).expect("a database"));
    assert!(before == fs::read(killed.path().join("cache.db")).expect("read"));
}

#[test]
fn a_database_that_somebody_locks_is_named() {
    let home = Home::with(WHOLE);
    let writer = home.connection();
    writer.execute_batch("BEGIN EXCLUSIVE").expect("locked");
    let legacy = read(&home.path()).expect("a database");
    assert_eq!(codes(&legacy), ["database-unreadable"]);
    assert!(legacy.findings[0].message.contains("locked"), "{legacy:?}");
}

#[test]
fn what_is_half_made_gives_what_it_has() {
    let home = Home::with(WHOLE);
    home.connection()
        .execute_batch(
            "DROP TABLE user_ratings; DROP TABLE composite_memberships; DROP TABLE group_artifacts",
        )
        .expect("dropped");
    let legacy = home.read();
    assert_eq!(legacy.groups.len(), 2);
    assert_eq!(codes(&legacy), ["database-table-missing"]);
    let message = &legacy.findings[0].message;
    for table in ["user_ratings", "composite_memberships", "group_artifacts"] {
        assert!(message.contains(table), "{message}");
    }
}

#[test]
fn columns_of_an_older_schema_may_be_missing() {
    let home = Home::with(WHOLE);
    home.connection()
        .execute_batch("ALTER TABLE groups DROP COLUMN tags_json; ALTER TABLE tags DROP COLUMN slug; ALTER TABLE groups DROP COLUMN position")
        .expect("dropped");
    let legacy = home.read();
    let names: Vec<&str> = legacy
        .groups
        .iter()
        .map(|kept| kept.row.name.as_str())
        .collect();
    assert_eq!(names, ["Second", "First"]);
    assert_eq!(legacy.tags[0].row.slug.as_str(), "back-end");
    assert_eq!(codes(&legacy), ["database-column", "database-column"]);
    assert!(
        legacy.findings[0]
            .message
            .contains("`position`, `tags_json`")
    );
}

#[test]
fn values_that_can_not_be_are_named_and_the_rest_is_taken() {
    let home = Home::with(WHOLE);
    home.connection()
        .execute_batch(
            "UPDATE groups SET position = 'first', tags_json = '{\"a\": 1}' WHERE id = 'g1';
             UPDATE groups SET color = x'00ff', name = char(27) || '[2Jodd' WHERE id = 'g2';
             INSERT INTO groups (id, name) VALUES ('g3', '');
             UPDATE user_ratings SET rating = 'many' WHERE id = 1;
             INSERT INTO tags VALUES ('t2', '', '', ''), ('t3', '+++', NULL, NULL);
             INSERT INTO custom_colors VALUES ('#123456');",
        )
        .expect("spoiled");
    let legacy = home.read();
    assert_eq!(legacy.groups.len(), 2);
    let names: Vec<&str> = legacy
        .groups
        .iter()
        .map(|kept| kept.row.name.as_str())
        .collect();
    assert!(names.contains(&"\u{1b}[2Jodd"));
    assert_eq!((legacy.ratings.len(), legacy.tags.len()), (1, 1));
    let mut codes = codes(&legacy);
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "database-palette",
            "database-row",
            "database-row",
            "database-row",
            "database-value",
            "database-value",
            "database-value",
            "database-value",
        ]
    );
}

#[test]
fn garbage_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cache.db");
    let named = |path: &Path, reason: &str| {
        let legacy = read(path).expect("something");
        assert_eq!(codes(&legacy), ["database-unreadable"], "{reason}");
        let message = &legacy.findings[0].message;
        assert!(message.contains(reason), "{reason}: {message}");
        assert!(legacy.groups.is_empty());
    };
    fs::write(&path, "").expect("written");
    named(&path, "empty");
    fs::write(&path, "this is no database, and longer than a header is").expect("written");
    named(&path, "no SQLite database");
    fs::write(
        &path,
        [b"SQLite format 3\0".as_slice(), &[7; 4096]].concat(),
    )
    .expect("written");
    named(&path, "not a database");
    let large = fs::File::create(&path).expect("made");
    large.set_len(2 << 30).expect("a hole");
    named(&path, "no SQLite database");
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("a folder");
    named(&path, "not a regular file");
    let dangling = folder.path().join("dangling.db");
    std::os::unix::fs::symlink("nowhere", &dangling).expect("linked");
    named(&dangling, "No such file");
    let pipe = folder.path().join("pipe.db");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .expect("a pipe");
    named(&pipe, "not a regular file");
}

#[test]
fn a_database_that_is_cut_off_gives_what_can_be_read() {
    let home = Home::with(WHOLE);
    for number in 0..3_000 {
        home.connection()
            .execute_batch(&format!(
                "INSERT INTO tags VALUES ('n{number}', 'n{number}', 'n{number}', '')"
            ))
            .expect("inserted");
        if number > 200 {
            break;
        }
    }
    let path = home.path();
    let whole = fs::read(&path).expect("read");
    fs::write(&path, &whole[..whole.len() - 4096]).expect("cut");
    let legacy = home.read();
    assert!(!legacy.findings.is_empty());
    assert_eq!(legacy.groups.len(), 2);
}

#[test]
fn a_table_that_is_a_view_or_virtual_is_not_run() {
    let home = Home::with(
        "CREATE TABLE secret (name); INSERT INTO secret VALUES ('x');
         CREATE VIEW groups AS SELECT name FROM secret;",
    );
    let legacy = home.read();
    assert!(legacy.groups.is_empty());
    assert_eq!(codes(&legacy), ["database-table-missing"]);
}
