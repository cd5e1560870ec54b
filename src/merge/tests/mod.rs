//! Tests of the room: what was decided beforehand, applied by the same rules.

use super::merge;
use crate::model::conflict::{Choice, Class, Resolution};
use crate::model::contents::{Contents, NoContents};
use crate::model::datum::Datum;
use crate::model::merged::{Merged, MergedRow, Outcome, Standing};
use crate::model::name::ArtifactId;
use crate::model::record::{Content, FieldPath, Record, RecordKey, Sheet};
use crate::model::side::{Side, Sides};

/// A row of a table, by its fields; a list has commas in it.
fn record(table: &str, fields: &[(&str, &str)]) -> Record {
    let get = |key: &str| {
        let found = fields.iter().find(|(own, _)| *own == key);
        found.map_or("", |(_, value)| value)
    };
    let name = match table {
        "artifacts" => format!("{}:{}", get("type"), get("name")),
        "tag_definitions" => get("slug").to_owned(),
        _ => get("name").to_owned(),
    };
    let datum = |key: &str, value: &str| match key {
        "members" | "tags" => Datum::List(
            value
                .split(',')
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect(),
        ),
        _ => Datum::Text(value.to_owned()),
    };
    let fields = fields
        .iter()
        .map(|(key, value)| (FieldPath::of(*key), datum(key, value)));
    Record {
        comments: Vec::new(),
        name,
        ordinal: 0,
        position: None,
        content: Content::Fields(fields.collect()),
    }
}

type Rows<'r> = &'r [&'r [(&'r str, &'r str)]];

fn sheet(table: &str, base: Rows<'_>, ours: Rows<'_>, theirs: Rows<'_>) -> Sheet {
    let records = |rows: Rows<'_>| rows.iter().map(|row| record(table, row)).collect();
    Sheet {
        table: table.to_owned(),
        records: Sides {
            base: records(base),
            ours: records(ours),
            theirs: records(theirs),
        },
    }
}

fn decided(key: &str, field: Option<&str>, choice: Choice) -> Resolution {
    let key: RecordKey = key.parse().unwrap_or_else(|never| match never {});
    Resolution {
        key: Some(key),
        field: field.map(str::to_owned),
        choice,
    }
}

/// What a row of the result has at a field, where that is not what it begins with.
fn outcome<'m>(row: &'m MergedRow, field: &str) -> Option<&'m Outcome> {
    let change = row
        .changes
        .iter()
        .find(|change| change.path.own() == Some(field))?;
    Some(&change.outcome)
}

fn rows<'m>(merged: &'m Merged, table: &str) -> &'m [MergedRow] {
    let found = merged.tables.iter().find(|own| own.table == table);
    found.map_or(&[], |table| table.rows.as_slice())
}

#[test]
fn a_field_is_decided_for_a_side_or_a_value() {
    let color = |value: &'static str| [("name", "A"), ("color", value)];
    let sheets = [sheet(
        "groups",
        &[&color("1")],
        &[&color("2")],
        &[&color("3")],
    )];
    let merged = merge(&sheets, &NoContents, &[]);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(
        merged.conflicts[0].to_string(),
        "group:A color: ours \"2\", theirs \"3\""
    );
    let with = |choice: Choice, field: Option<&str>| {
        merge(&sheets, &NoContents, &[decided("group:A", field, choice)])
    };
    let theirs = with(Choice::Version(Side::Theirs), Some("color"));
    assert_eq!(
        outcome(&rows(&theirs, "groups")[0], "color"),
        Some(&Outcome::Take(Side::Theirs))
    );
    let ours = with(Choice::Version(Side::Ours), None);
    assert!(ours.conflicts.is_empty() && rows(&ours, "groups")[0].changes.is_empty());
    let given = with(Choice::Value("4".to_owned()), Some("color"));
    let value = Outcome::Value(Datum::Text("4".to_owned()));
    assert_eq!(outcome(&rows(&given, "groups")[0], "color"), Some(&value));
    assert_eq!(
        with(Choice::Version(Side::Ours), Some("icon"))
            .conflicts
            .len(),
        1
    );
}

#[test]
fn a_deletion_that_is_decided_takes_new_references_along() {
    let artifact = [("name", "a"), ("type", "skill")];
    let group = |members: &'static str| [("name", "G"), ("members", members)];
    let sheets = [
        sheet("groups", &[&group("")], &[&group("")], &[&group("skill:a")]),
        sheet("artifacts", &[&artifact], &[], &[&artifact]),
    ];
    let merged = merge(&sheets, &NoContents, &[]);
    assert_eq!(merged.conflicts[0].class, Class::Violation);
    assert_eq!(rows(&merged, "artifacts")[0].standing, Standing::Disputed);
    let gone = merge(
        &sheets,
        &NoContents,
        &[decided(
            "artifact:skill:a",
            None,
            Choice::Version(Side::Ours),
        )],
    );
    assert!(gone.conflicts.is_empty() && rows(&gone, "artifacts").is_empty());
    assert_eq!(outcome(&rows(&gone, "groups")[0], "members"), None);
    let kept = merge(
        &sheets,
        &NoContents,
        &[decided(
            "artifact:skill:a",
            None,
            Choice::Version(Side::Theirs),
        )],
    );
    assert!(kept.conflicts.is_empty());
    assert_eq!(rows(&kept, "artifacts")[0].standing, Standing::Certain);
    assert!(
        matches!(outcome(&rows(&kept, "groups")[0], "members"), Some(Outcome::List(entries)) if entries.len() == 1)
    );
}

#[test]
fn an_order_is_decided_for_a_side() {
    let group = |members: &'static str| [("name", "G"), ("members", members)];
    let sheets = [sheet(
        "groups",
        &[&group("a,c,b")],
        &[&group("a,b,c")],
        &[&group("c,a,b")],
    )];
    let merged = merge(&sheets, &NoContents, &[]);
    assert_eq!(merged.conflicts[0].class, Class::Order);
    let theirs = merge(
        &sheets,
        &NoContents,
        &[decided(
            "group:G",
            Some("order"),
            Choice::Version(Side::Theirs),
        )],
    );
    assert!(theirs.conflicts.is_empty());
    let Some(Outcome::List(entries)) = outcome(&rows(&theirs, "groups")[0], "members") else {
        panic!("a list");
    };
    let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["c", "a", "b"]);
}

#[test]
fn a_name_that_two_rows_reach_is_decided() {
    let old = [("name", "Old"), ("members", "skill:a,skill:b")];
    let renamed = [("name", "New"), ("members", "skill:a,skill:b")];
    let added = [("name", "New"), ("color", "1")];
    let sheets = [sheet("groups", &[&old], &[&renamed], &[&old, &added])];
    let merged = merge(&sheets, &NoContents, &[]);
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(rows(&merged, "groups").len(), 2);
    let with = |choice: Choice| {
        merge(
            &sheets,
            &NoContents,
            &[decided("group:Old", Some("name"), choice)],
        )
    };
    let theirs = with(Choice::Version(Side::Theirs));
    assert!(theirs.conflicts.is_empty());
    assert_eq!(rows(&theirs, "groups").len(), 2, "one keeps its name");
    let ours = with(Choice::Version(Side::Ours));
    assert!(ours.conflicts.is_empty());
    assert_eq!(
        rows(&ours, "groups").len(),
        1,
        "what was added under the name gives way"
    );
    let given = with(Choice::Value("Other".to_owned()));
    assert!(given.conflicts.is_empty());
    assert_eq!(rows(&given, "groups").len(), 2);
    assert_eq!(with(Choice::Value("New".to_owned())).conflicts.len(), 1);
}

#[test]
fn everything_is_decided_at_once() {
    let group = |name: &'static str, color: &'static str| [("name", name), ("color", color)];
    let sheets = [sheet(
        "groups",
        &[&group("A", "1"), &group("B", "1"), &group("C", "1")],
        &[&group("A", "2"), &group("C", "2")],
        &[&group("A", "3"), &group("B", "3")],
    )];
    assert_eq!(merge(&sheets, &NoContents, &[]).conflicts.len(), 3);
    for side in Side::ALL {
        let all = Resolution {
            key: None,
            field: None,
            choice: Choice::Version(side),
        };
        let merged = merge(&sheets, &NoContents, &[all]);
        assert!(merged.conflicts.is_empty());
        let there = if side == Side::Base { 3 } else { 2 };
        assert_eq!(rows(&merged, "groups").len(), there, "{side:?}");
    }
}

/// What the files of some artifacts hold, whichever the version.
struct Files(&'static [(Side, &'static str, &'static str)]);

impl Contents for Files {
    fn content(&self, side: Side, artifact: &ArtifactId) -> Option<String> {
        let known = self
            .0
            .iter()
            .find(|(known, name, _)| (*known, *name) == (side, artifact.to_string().as_str()));
        known.map(|(_, _, content)| (*content).to_owned())
    }

    fn likeness(&self, _: &str, _: &str) -> f64 {
        0.0
    }
}

#[test]
fn an_artifact_whose_row_says_nothing_is_told_by_what_its_files_hold() {
    let row = |name: &'static str| [("name", name), ("type", "skill")];
    let group = |members: &'static str| [("name", "G"), ("members", members)];
    let sheets = [
        sheet("groups", &[&group("")], &[&group("")], &[&group("skill:a")]),
        sheet("artifacts", &[&row("a")], &[&row("b")], &[&row("a")]),
    ];
    let merged = |files| merge(&sheets, &Files(files), &[]);
    let renamed = merged(&[(Side::Base, "skill:a", "1"), (Side::Ours, "skill:b", "1")]);
    assert!(renamed.conflicts.is_empty(), "{:?}", renamed.conflicts);
    assert_eq!(rows(&renamed, "artifacts").len(), 1);
    for others in [
        &[(Side::Base, "skill:a", "1"), (Side::Ours, "skill:b", "2")] as &[_],
        &[(Side::Base, "skill:a", "1")],
        &[],
    ] {
        assert_eq!(merge(&sheets, &Files(others), &[]).conflicts.len(), 1);
    }
}

#[test]
fn equal_files_of_several_artifacts_tell_nothing() {
    let row = |name: &'static str| [("name", name), ("type", "skill")];
    let sheets = [sheet(
        "artifacts",
        &[&row("a")],
        &[&row("b"), &row("c")],
        &[&row("a")],
    )];
    let files = Files(&[
        (Side::Base, "skill:a", "1"),
        (Side::Ours, "skill:b", "1"),
        (Side::Ours, "skill:c", "1"),
    ]);
    let merged = merge(&sheets, &files, &[]);
    assert!(merged.conflicts.is_empty());
    let in_base = |row: &&MergedRow| row.rows.base.is_some();
    assert_eq!(rows(&merged, "artifacts").iter().filter(in_base).count(), 0);
}

/// Contents that nobody may ask for.
struct Untouchable;

impl Contents for Untouchable {
    fn content(&self, _: Side, artifact: &ArtifactId) -> Option<String> {
        panic!("{artifact} was looked at");
    }

    fn likeness(&self, one: &str, other: &str) -> f64 {
        panic!("{one} and {other} were compared");
    }
}

#[test]
fn files_are_not_looked_at_where_rows_tell_enough() {
    let bare = |name: &'static str| [("name", name), ("type", "skill")];
    let known = |name: &'static str| [("name", name), ("type", "skill"), ("source", "acme/a")];
    let agent = |name: &'static str| [("name", name), ("type", "agent")];
    for (base, ours) in [
        (
            vec![&bare("a") as &[_]],
            vec![&bare("a") as &[_], &bare("b")],
        ),
        (vec![&bare("a"), &bare("b")], vec![&bare("a")]),
        (vec![&known("a")], vec![&known("b")]),
        (vec![&known("a")], vec![&bare("b")]),
        (vec![&bare("a")], vec![&agent("b")]),
    ] {
        let sheets = [sheet("artifacts", &base, &ours, &base)];
        merge(&sheets, &Untouchable, &[]);
    }
}
