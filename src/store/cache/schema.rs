//! The tables, as `docs/database.md` documents them.

/// Says whose database it is: `skil` in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x736b_696c;

/// The version of the tables; one that is not this one is rebuilt. It is raised, too, when `history` is to tell commits
/// otherwise than it did: what it told is kept.
pub(super) const SCHEMA_VERSION: i32 = 4;

/// All tables but the one for searches.
pub(super) const TABLES: &str = "
CREATE TABLE state (
    id                INTEGER PRIMARY KEY CHECK (id = 1),
    manifest_blob     TEXT    NOT NULL,
    manifest_size     INTEGER,
    manifest_modified INTEGER,
    manifest_changed  INTEGER,
    manifest_inode    INTEGER,
    manifest_checked  INTEGER NOT NULL,
    head              TEXT    NOT NULL,
    layout_digest     INTEGER,
    layout_checked    INTEGER,
    boot              TEXT    NOT NULL,
    schema_version    INTEGER NOT NULL,
    tool_version      TEXT    NOT NULL
) STRICT;

CREATE TABLE collections (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    name    TEXT NOT NULL,
    version TEXT NOT NULL,
    dialect TEXT NOT NULL CHECK (dialect IN ('native', 'skillmeat'))
) STRICT;

CREATE TABLE tags (
    id          INTEGER PRIMARY KEY,
    slug        TEXT NOT NULL,
    name        TEXT NOT NULL,
    color       TEXT NOT NULL,
    description TEXT NOT NULL
) STRICT;

CREATE TABLE collection_artifacts (
    id               INTEGER PRIMARY KEY,
    type             TEXT NOT NULL,
    name             TEXT NOT NULL,
    name_key         TEXT NOT NULL,
    path             TEXT NOT NULL,
    root_key         TEXT NOT NULL,
    source           TEXT NOT NULL,
    version_spec     TEXT NOT NULL,
    resolved_sha     TEXT NOT NULL,
    resolved_version TEXT NOT NULL,
    scope            TEXT NOT NULL,
    origin           TEXT NOT NULL,
    upstream         TEXT NOT NULL,
    uuid             TEXT NOT NULL,
    added            TEXT NOT NULL,
    description      TEXT NOT NULL,
    aliases          TEXT NOT NULL,
    tags             TEXT NOT NULL,
    target_platforms TEXT NOT NULL,
    position         INTEGER,
    recorded         TEXT NOT NULL
) STRICT;

CREATE TABLE files (
    path     TEXT PRIMARY KEY,
    root_key TEXT NOT NULL,
    type     TEXT NOT NULL,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL,
    size     INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    inode    INTEGER NOT NULL,
    checked  INTEGER NOT NULL,
    blob     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE artifact_metadata (
    path        TEXT PRIMARY KEY REFERENCES files (path),
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    author      TEXT NOT NULL,
    license     TEXT NOT NULL,
    version     TEXT NOT NULL,
    category    TEXT NOT NULL,
    tools       TEXT NOT NULL,
    tags        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE file_findings (
    file     TEXT    NOT NULL REFERENCES files (path),
    place    INTEGER NOT NULL,
    severity TEXT    NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
    code     TEXT    NOT NULL,
    message  TEXT    NOT NULL,
    path     TEXT    NOT NULL,
    line     INTEGER,
    \"column\" INTEGER,
    PRIMARY KEY (file, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE artifacts (
    id          INTEGER PRIMARY KEY,
    type        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL,
    row_id      INTEGER REFERENCES collection_artifacts (id),
    position    INTEGER NOT NULL,
    description TEXT    NOT NULL,
    author      TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    path        TEXT    NOT NULL,
    header_path TEXT    NOT NULL,
    slugs       TEXT    NOT NULL
) STRICT;

CREATE TABLE artifact_tags (
    artifact_id INTEGER NOT NULL REFERENCES artifacts (id),
    slug        TEXT    NOT NULL,
    source      TEXT    NOT NULL CHECK (source IN ('manifest', 'file')),
    place       INTEGER NOT NULL,
    text        TEXT    NOT NULL,
    PRIMARY KEY (artifact_id, slug, source, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    description TEXT NOT NULL,
    color       TEXT NOT NULL,
    icon        TEXT NOT NULL,
    position    INTEGER,
    tags        TEXT NOT NULL
) STRICT;

CREATE TABLE group_artifacts (
    group_id    INTEGER NOT NULL REFERENCES groups (id),
    place       INTEGER NOT NULL,
    member      TEXT    NOT NULL,
    member_type TEXT,
    member_key  TEXT    NOT NULL,
    artifact_id INTEGER REFERENCES artifacts (id),
    PRIMARY KEY (group_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_ratings (
    id          INTEGER PRIMARY KEY,
    member      TEXT    NOT NULL,
    member_type TEXT,
    member_key  TEXT    NOT NULL,
    artifact_id INTEGER REFERENCES artifacts (id),
    rated_by    TEXT    NOT NULL,
    rating      INTEGER NOT NULL,
    note        TEXT    NOT NULL
) STRICT;

CREATE TABLE composites (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    name_key TEXT NOT NULL
) STRICT;

CREATE TABLE composite_memberships (
    composite_id INTEGER NOT NULL REFERENCES composites (id),
    place        INTEGER NOT NULL,
    member       TEXT    NOT NULL,
    member_type  TEXT,
    member_key   TEXT    NOT NULL,
    artifact_id  INTEGER REFERENCES artifacts (id),
    PRIMARY KEY (composite_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE history_commits (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE,
    parents   TEXT    NOT NULL,
    committed INTEGER NOT NULL,
    author    TEXT    NOT NULL,
    email     TEXT    NOT NULL,
    written   INTEGER NOT NULL,
    zone      INTEGER NOT NULL,
    summary   TEXT    NOT NULL
) STRICT;

CREATE TABLE history_changes (
    commit_id  INTEGER NOT NULL REFERENCES history_commits (id),
    side       INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    table_name TEXT    NOT NULL,
    type       TEXT,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,
    rated_by   TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    field      TEXT    NOT NULL,
    old_value  ANY,
    new_value  ANY,
    PRIMARY KEY (commit_id, side, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX history_changes_by_name ON history_changes (name_key);
CREATE INDEX history_changes_of_deleted ON history_changes (commit_id) WHERE action = 'delete';
";

/// The table for searches.
pub(super) const SEARCH: &str = "
CREATE VIRTUAL TABLE search USING fts5 (
    name, aliases, tags, description, author, tokenize = 'unicode61 remove_diacritics 2'
);
";

/// The indexes, made after the tables were filled: that is faster.
pub(super) const INDEXES: &str = "
CREATE INDEX IF NOT EXISTS tags_by_slug ON tags (slug);
CREATE INDEX IF NOT EXISTS tags_by_name ON tags (name);
CREATE INDEX IF NOT EXISTS collection_artifacts_by_name ON collection_artifacts (name_key, type);
CREATE INDEX IF NOT EXISTS collection_artifacts_by_alias ON collection_artifacts (aliases, type, name) WHERE aliases <> '[]';
CREATE INDEX IF NOT EXISTS collection_artifacts_by_root ON collection_artifacts (root_key) WHERE root_key <> '';
CREATE INDEX IF NOT EXISTS files_by_root ON files (root_key);
CREATE INDEX IF NOT EXISTS files_by_name ON files (name_key, type);
CREATE UNIQUE INDEX artifacts_by_name ON artifacts (name_key, type);
CREATE INDEX IF NOT EXISTS artifact_tags_by_slug ON artifact_tags (slug);
CREATE INDEX IF NOT EXISTS artifact_tags_by_text ON artifact_tags (text);
CREATE INDEX IF NOT EXISTS groups_by_name ON groups (name_key);
CREATE INDEX IF NOT EXISTS group_artifacts_by_artifact ON group_artifacts (artifact_id);
CREATE INDEX IF NOT EXISTS group_artifacts_by_member ON group_artifacts (member_key);
CREATE INDEX IF NOT EXISTS user_ratings_by_artifact ON user_ratings (artifact_id);
CREATE INDEX IF NOT EXISTS user_ratings_by_member ON user_ratings (member_key);
CREATE INDEX IF NOT EXISTS composites_by_name ON composites (name_key);
CREATE INDEX IF NOT EXISTS composite_memberships_by_member ON composite_memberships (member_key);
";

/// Empties what the manifest and the join fill; the tables of the files and the state stay. Indexes go, and
/// [`INDEXES`] brings them back.
pub(super) const CLEAR_MANIFEST: &str = "
DROP INDEX tags_by_slug;
DROP INDEX tags_by_name;
DROP INDEX collection_artifacts_by_name;
DROP INDEX collection_artifacts_by_alias;
DROP INDEX collection_artifacts_by_root;
DROP INDEX artifacts_by_name;
DROP INDEX artifact_tags_by_slug;
DROP INDEX artifact_tags_by_text;
DROP INDEX groups_by_name;
DROP INDEX group_artifacts_by_artifact;
DROP INDEX group_artifacts_by_member;
DROP INDEX user_ratings_by_artifact;
DROP INDEX user_ratings_by_member;
DROP INDEX composites_by_name;
DROP INDEX composite_memberships_by_member;
DROP TABLE search;
DELETE FROM collections;
DELETE FROM tags;
DELETE FROM composite_memberships;
DELETE FROM composites;
DELETE FROM user_ratings;
DELETE FROM group_artifacts;
DELETE FROM groups;
DELETE FROM artifact_tags;
DELETE FROM artifacts;
DELETE FROM collection_artifacts;
";
