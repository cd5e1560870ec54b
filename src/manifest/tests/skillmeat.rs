//! Edits of manifests as SkillMeat 0.74 writes them.

use super::*;
use crate::model::collection::Dialect;

const MANIFEST: &str = r##"tag_definitions = [
    { name = "Back End", slug = "back-end", color = "#F59E0B", description = "" },
    { name = "ui", slug = "ui", color = "", description = "" },
]
groups = []

[collection]
name = "default"
version = "1.0.0"
created = "2026-11-23T00:20:08.327998"
updated = "2026-11-23T00:27:03.526690"

[[artifacts]]
name = "jwt"
type = "skill"
path = "skills/jwt"
origin = "local"
added = "2026-11-23T00:20:10.339623"
tags = [
    "backend",
    "security",
]

[artifacts.metadata]
title = "JWT"
description = "Tokens"
author = "mia"
license = "MIT"
version = "1.2.0"
tags = ["x"]

[artifacts.metadata.extra]
name = "jwt"
"##;

#[test]
fn a_manifest_is_read() {
    let document = scan(MANIFEST);
    let collection = document.read().unwrap();
    assert_eq!(document.dialect(), Dialect::SkillMeat);
    assert_eq!(collection.header.version, "1.0.0");
    assert_eq!(collection.tags.len(), 2);
    let row = &collection.artifacts[0];
    assert_eq!(
        (row.path.as_str(), row.origin.as_str()),
        ("skills/jwt", "local")
    );
    assert_eq!(row.added, "2026-11-23T00:20:10.339623");
    assert_eq!(row.recorded.name, "JWT");
    assert_eq!(row.recorded.author, "mia");
    assert_eq!(row.recorded.tags, ["x"]);
    assert_eq!(document.line_of(&tag("ui")), Some(3));
    assert_eq!(document.findings(), []);
}

#[test]
fn inline_rows_are_edited_in_place() {
    assert_eq!(
        change(
            MANIFEST,
            &[set(tag("ui"), Field::Color, Value::text("#112233"))]
        ),
        "-    { name = \"ui\", slug = \"ui\", color = \"\", description = \"\" },\n+    { name = \"ui\", slug = \"ui\", color = \"#112233\", description = \"\" },\n"
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(tag("back-end"), Field::Color, Value::Absent)]
        ),
        "-    { name = \"Back End\", slug = \"back-end\", color = \"#F59E0B\", description = \"\" },\n+    { name = \"Back End\", slug = \"back-end\", color = \"\", description = \"\" },\n"
    );
    assert_eq!(
        change(MANIFEST, &[insert_tag("New", "new", "")]),
        "+    { name = \"New\", slug = \"new\", color = \"\", description = \"\" },\n"
    );
    assert_eq!(
        change(MANIFEST, &[Edit::Remove(tag("back-end"))]),
        "-    { name = \"Back End\", slug = \"back-end\", color = \"#F59E0B\", description = \"\" },\n"
    );
    let emptied = edited(
        MANIFEST,
        &[Edit::Remove(tag("back-end")), Edit::Remove(tag("ui"))],
    );
    assert!(
        emptied.starts_with("tag_definitions = []\ngroups = []\n"),
        "{emptied}"
    );
}

#[test]
fn inline_rows_on_one_line_are_edited_in_place() {
    let text = "groups = [{name=\"a\",position=1}, { name = \"b\" }]\n[collection]\nname = \"x\"\n";
    let line = |edits: &[Edit]| {
        edited(text, edits)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(
        line(&[set(group("a"), Field::Icon, Value::text("i"))]),
        "groups = [{name=\"a\",icon = \"i\",position=1}, { name = \"b\" }]"
    );
    assert_eq!(
        line(&[set(group("a"), Field::Position, Value::Absent)]),
        "groups = [{name=\"a\"}, { name = \"b\" }]"
    );
    assert_eq!(
        line(&[set(group("b"), Field::Members, list(&["x", "y"]))]),
        "groups = [{name=\"a\",position=1}, { name = \"b\", members = [\"x\", \"y\"] }]"
    );
    assert_eq!(
        line(&[Edit::Remove(group("a"))]),
        "groups = [{ name = \"b\" }]"
    );
    assert_eq!(
        line(&[Edit::Remove(group("b"))]),
        "groups = [{name=\"a\",position=1}]"
    );
}

#[test]
fn an_empty_inline_array_gives_way_to_the_first_row() {
    let mut new = new_group("Auth");
    new.position = Some(0);
    new.members = members(&["skill:jwt"]);
    let after = edited(MANIFEST, &[insert_group(new)]);
    assert_eq!(
        diff(MANIFEST, &after),
        "-groups = []\n+[[groups]]\n+name = \"Auth\"\n+description = \"\"\n+color = \"\"\n+icon = \"\"\n+position = 0\n+members = [\n+    \"skill:jwt\",\n+]\n+\n"
    );
    let text = "artifacts = []\n\n[collection]\nname = \"work\"\nversion = \"1.0.0\"\n";
    assert_eq!(
        edited(
            text,
            &[insert_artifact("skill:jwt"), insert_artifact("agent:x")]
        ),
        "[collection]\nname = \"work\"\nversion = \"1.0.0\"\n\n[[artifacts]]\nname = \"jwt\"\ntype = \"skill\"\npath = \"skills/jwt\"\norigin = \"local\"\n\n[[artifacts]]\nname = \"x\"\ntype = \"agent\"\npath = \"agents/x.md\"\norigin = \"local\"\n"
    );
}

#[test]
fn a_new_artifact_has_what_skillmeat_needs() {
    let mut row = Artifact::of("command:a:b".parse().unwrap());
    row.added = "2026-11-24T00:00:00".to_owned();
    row.tags = vec!["x".to_owned()];
    row.recorded.description = "What it does".to_owned();
    assert_eq!(
        change(MANIFEST, &[Edit::Insert(Row::Artifact(row))]),
        "+\n+[[artifacts]]\n+name = \"a:b\"\n+type = \"command\"\n+path = \"commands/a/b.md\"\n+origin = \"local\"\n+added = \"2026-11-24T00:00:00\"\n+tags = [\"x\"]\n+\n+[artifacts.metadata]\n+description = \"What it does\"\n"
    );
}

#[test]
fn groups_keep_all_their_keys() {
    let text = "[collection]\nname = \"x\"\n\n[[groups]]\nname = \"a\"\ndescription = \"d\"\ncolor = \"blue\"\nicon = \"i\"\nposition = 0\nmembers = [\n    \"skill:a\",\n]\n";
    let edits = [
        set(group("a"), Field::Description, Value::Absent),
        set(group("a"), Field::Color, Value::Absent),
        set(group("a"), Field::Members, Value::Absent),
    ];
    assert_eq!(
        change(text, &edits),
        "-description = \"d\"\n-color = \"blue\"\n+description = \"\"\n+color = \"\"\n-members = [\n-    \"skill:a\",\n-]\n+members = []\n"
    );
    assert_eq!(
        change(text, &[insert_group(new_group("b"))]),
        "+\n+[[groups]]\n+name = \"b\"\n+description = \"\"\n+color = \"\"\n+icon = \"\"\n+members = []\n"
    );
}

#[test]
fn a_row_goes_with_its_metadata() {
    let after = edited(MANIFEST, &[Edit::Remove(artifact("skill:jwt"))]);
    assert!(
        after.ends_with("updated = \"2026-11-23T00:27:03.526690\"\n"),
        "{after}"
    );
    assert_eq!(scan(&after).read().unwrap().artifacts, []);
}
