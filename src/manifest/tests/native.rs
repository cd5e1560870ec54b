//! Edits of native manifests.

use super::*;

const MANIFEST: &str = r##"# The team's collection.

[tool.skillmeat]
name = "team"   # short
version = "1.0.0"

# Tags, by area
[[tag_definitions]]
name = "Backend"
slug = "backend"
color = "#3B82F6"

[[groups]]
name = 'Auth' # the name
description = "Sign in"
position = 0
owner = { team = "platform" } # ours
members = [
    # tokens
    "skill:jwt", # first
    "agent:reviewer",

    # unsorted
    "oauth",
]

# Everything about data.
[[groups]]
name = "Data"
members = []

[unknown.table]
kept = true

[[artifacts]]
name = "jwt"
type = "skill"
tags = ["backend", "security"]

[artifacts.extra]
x = 1

[[artifacts]]
name = "reviewer"
type = "agent"
"##;

#[test]
fn a_manifest_is_read() {
    let document = scan(MANIFEST);
    let collection = document.read().unwrap();
    assert_eq!(collection.header.name, "team");
    assert_eq!(collection.tags[0].color, "#3B82F6");
    assert_eq!(
        collection.groups[0].members,
        members(&["skill:jwt", "agent:reviewer", "oauth"])
    );
    assert_eq!(collection.groups[0].position, Some(0));
    assert_eq!(
        document.keys(crate::model::row::Table::Artifacts),
        [artifact("skill:jwt"), artifact("agent:reviewer")]
    );
    assert_eq!(
        document.row(&group("Auth")).unwrap(),
        Some(Row::Group(collection.groups[0].clone()))
    );
    assert_eq!(document.row(&group("None")).unwrap(), None);
    assert_eq!(document.line_of(&group("Data")), Some(28));
    assert_eq!(document.line_of(&RowKey::Header), Some(3));
    assert_eq!(document.findings(), []);
}

#[test]
fn nothing_to_do_changes_nothing() {
    assert_eq!(change(MANIFEST, &[]), "");
    assert_eq!(
        change(
            MANIFEST,
            &[set(
                group("Auth"),
                Field::Description,
                Value::text("Sign in")
            )]
        ),
        ""
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(group("Data"), Field::Description, Value::Absent)]
        ),
        ""
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(group("Data"), Field::Members, Value::Absent)]
        ),
        ""
    );
    assert_eq!(change(MANIFEST, &[Edit::Remove(RowKey::Header)]), "");
}

#[test]
fn a_scalar_keeps_its_comment_and_quotes() {
    assert_eq!(
        change(
            MANIFEST,
            &[set(group("Auth"), Field::Name, Value::text("Sign-in"))]
        ),
        "-name = 'Auth' # the name\n+name = 'Sign-in' # the name\n"
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(group("Auth"), Field::Name, Value::text("Jo's"))]
        ),
        "-name = 'Auth' # the name\n+name = \"Jo's\" # the name\n"
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(RowKey::Header, Field::Name, Value::text("t\t\"2\""))]
        ),
        "-name = \"team\"   # short\n+name = \"t\\t\\\"2\\\"\"   # short\n"
    );
}

#[test]
fn a_new_key_stands_in_the_writers_order() {
    assert_eq!(
        change(
            MANIFEST,
            &[set(group("Auth"), Field::Icon, Value::text("shield"))]
        ),
        "+icon = \"shield\"\n"
    );
    let after = edited(
        MANIFEST,
        &[set(group("Auth"), Field::Icon, Value::text("shield"))],
    );
    assert!(
        after.contains("description = \"Sign in\"\nicon = \"shield\"\nposition = 0\n"),
        "{after}"
    );
    let after = edited(
        MANIFEST,
        &[set(artifact("skill:jwt"), Field::Aliases, list(&["j"]))],
    );
    assert!(
        after.contains("type = \"skill\"\naliases = [\"j\"]\ntags = "),
        "{after}"
    );
    let after = edited(
        MANIFEST,
        &[set(
            artifact("skill:jwt"),
            Field::TargetPlatforms,
            list(&["a", "b"]),
        )],
    );
    assert!(
        after.contains("\"security\"]\ntarget_platforms = [\"a\", \"b\"]\n\n[artifacts.extra]"),
        "{after}"
    );
}

#[test]
fn an_unset_key_goes_but_not_its_comment() {
    assert_eq!(
        change(
            MANIFEST,
            &[set(tag("backend"), Field::Color, Value::Absent)]
        ),
        "-color = \"#3B82F6\"\n"
    );
    let text = "[[groups]]\nname = \"a\"\ndescription = \"b\" # why\nposition = 3 # last\n";
    assert_eq!(
        change(text, &[set(group("a"), Field::Description, Value::Absent)]),
        "-description = \"b\" # why\n+description = \"\" # why\n"
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Position, Value::Absent)]),
        "-position = 3 # last\n+# last\n"
    );
}

#[test]
fn members_come_and_go_by_line() {
    let before = ["skill:jwt", "agent:reviewer", "oauth"];
    let with =
        |items: &[&str]| change(MANIFEST, &[set(group("Auth"), Field::Members, list(items))]);
    assert_eq!(
        with(&[&before[..], &["skill:new"]].concat()),
        "+    \"skill:new\",\n"
    );
    assert_eq!(with(&["skill:jwt", "oauth"]), "-    \"agent:reviewer\",\n");
    assert_eq!(
        with(&["agent:reviewer", "oauth"]),
        "-    \"skill:jwt\", # first\n"
    );
    assert_eq!(
        with(&["skill:jwt2", "agent:reviewer", "oauth"]),
        "-    \"skill:jwt\", # first\n+    \"skill:jwt2\", # first\n"
    );
    assert_eq!(
        with(&["new", "skill:jwt", "agent:reviewer", "oauth"]),
        "+    \"new\",\n"
    );
}

#[test]
fn entries_move_with_their_comments() {
    let after = edited(
        MANIFEST,
        &[set(
            group("Auth"),
            Field::Members,
            list(&["agent:reviewer", "oauth", "skill:jwt"]),
        )],
    );
    let expected = "members = [\n    \"agent:reviewer\",\n\n    # unsorted\n    \"oauth\",\n    # tokens\n    \"skill:jwt\", # first\n]";
    assert!(after.contains(expected), "{after}");
}

#[test]
fn an_emptied_list_keeps_its_comments() {
    let after = edited(
        MANIFEST,
        &[set(group("Auth"), Field::Members, Value::Absent)],
    );
    assert!(
        after.contains("members = [\n    # tokens\n\n    # unsorted\n]\n"),
        "{after}"
    );
    let again = edited(
        &after,
        &[set(group("Auth"), Field::Members, list(&["a", "b"]))],
    );
    assert!(
        again.contains("members = [\n    # tokens\n\n    # unsorted\n    \"a\",\n    \"b\",\n]\n"),
        "{again}"
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(artifact("skill:jwt"), Field::Tags, Value::Absent)]
        ),
        "-tags = [\"backend\", \"security\"]\n"
    );
}

#[test]
fn a_list_on_one_line_stays_on_it() {
    let with = |items: &[&str]| {
        let text = change(
            MANIFEST,
            &[set(artifact("skill:jwt"), Field::Tags, list(items))],
        );
        text.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(with(&["security"]), "+tags = [\"security\"]");
    assert_eq!(with(&["backend"]), "+tags = [\"backend\"]");
    assert_eq!(
        with(&["security", "backend"]),
        "+tags = [\"security\", \"backend\"]"
    );
    assert_eq!(
        with(&["a", "backend", "b", "security", "c"]),
        "+tags = [\"a\", \"backend\", \"b\", \"security\", \"c\"]"
    );
    assert_eq!(
        change(
            MANIFEST,
            &[set(group("Data"), Field::Members, list(&["skill:jwt"]))]
        ),
        "-members = []\n+members = [\n+    \"skill:jwt\",\n+]\n"
    );
}

#[test]
fn odd_lists_are_edited_too() {
    let with = |list_text: &str, items: &[&str]| {
        let text = format!("[[artifacts]]\nname = \"a\"\ntype = \"skill\"\ntags = {list_text}\n");
        let after = edited(&text, &[set(artifact("skill:a"), Field::Tags, list(items))]);
        after.split_once("tags = ").unwrap().1.trim_end().to_owned()
    };
    assert_eq!(with("[ 'x' , \"y\" ]", &["y"]), "[ \"y\" ]");
    assert_eq!(
        with("[ 'x' , \"y\" ]", &["x", "y", "z"]),
        "[ 'x' , \"y\", \"z\" ]"
    );
    assert_eq!(
        with("[\n  \"x\" # one\n]", &["x", "y"]),
        "[\n  \"x\", # one\n  \"y\"\n]"
    );
    assert_eq!(
        with("[ # all\n  \"x\", # one\n]", &["y"]),
        "[ # all\n  \"y\", # one\n]"
    );
    assert_eq!(
        with("[ # all\n  \"x\", \"y\", # two\n  \"z\" ]", &["z", "y"]),
        "[ # all\n  \"z\", \"y\" # two\n ]"
    );
    assert_eq!(with("[\"x\", 7, \"y\"]", &["z", "y"]), "[\"z\", 7, \"y\"]");
    assert_eq!(with("[\"x\", 7, \"y\"]", &[]), "[7]");
    assert_eq!(with("[\"x\", \"x\", \"y\"]", &["y", "x"]), "[\"y\", \"x\"]");
    assert_eq!(
        with("[\n  \"x\"\n  , \"y\"\n]", &["y", "x"]),
        "[\n  \"y\",\n  \"x\"\n  \n]"
    );
}

#[test]
fn a_row_is_added_after_its_table() {
    let mut group = new_group("Ops \"on call\"");
    group.members = members(&["skill:jwt", "agent:reviewer"]);
    group.tags = vec!["ops".to_owned(), "team".to_owned()];
    group.position = Some(2);
    group.icon = "🛟".to_owned();
    let after = edited(MANIFEST, &[insert_group(group)]);
    assert_eq!(
        diff(MANIFEST, &after),
        "+[[groups]]\n+name = \"Ops \\\"on call\\\"\"\n+icon = \"🛟\"\n+position = 2\n+tags = [\"ops\", \"team\"]\n+members = [\n+    \"skill:jwt\",\n+    \"agent:reviewer\",\n+]\n+\n"
    );
    assert!(
        after.contains("members = []\n\n[[groups]]\nname = \"Ops"),
        "{after}"
    );
    assert_eq!(
        change(MANIFEST, &[insert_group(new_group("Bare"))]),
        "+[[groups]]\n+name = \"Bare\"\n+\n"
    );
    let after = edited(
        MANIFEST,
        &[insert_artifact("skill:new"), insert_artifact("command:a:b")],
    );
    assert_eq!(
        diff(MANIFEST, &after),
        "+\n+[[artifacts]]\n+name = \"new\"\n+type = \"skill\"\n+\n+[[artifacts]]\n+name = \"a:b\"\n+type = \"command\"\n"
    );
    assert!(after.ends_with("type = \"command\"\n"), "{after}");
}

#[test]
fn a_tables_first_row_finds_its_place() {
    let after = edited(
        MANIFEST,
        &[insert_rating("skill:jwt", "mia@example.com", 5)],
    );
    assert_eq!(
        diff(MANIFEST, &after),
        "+\n+[[ratings]]\n+artifact = \"skill:jwt\"\n+rating = 5\n+by = \"mia@example.com\"\n"
    );
    let text = "[tool.skillmeat]\nname = \"x\"\n\n# the artifacts\n[[artifacts]]\nname = \"a\"\ntype = \"skill\"\n";
    let after = edited(
        text,
        &[insert_group(new_group("G")), insert_tag("B", "b", "")],
    );
    let expected = "[tool.skillmeat]\nname = \"x\"\n\n[[tag_definitions]]\nname = \"B\"\nslug = \"b\"\n\n[[groups]]\nname = \"G\"\n\n# the artifacts\n[[artifacts]]\n";
    assert!(after.starts_with(expected), "{after}");
    let after = edited(
        "# Notes\n\n[[artifacts]]\nname = \"a\"\ntype = \"skill\"\n",
        &[insert_group(new_group("G"))],
    );
    assert_eq!(
        after,
        "# Notes\n\n[[groups]]\nname = \"G\"\n\n[[artifacts]]\nname = \"a\"\ntype = \"skill\"\n"
    );
    assert_eq!(
        edited("", &[insert_group(new_group("G"))]),
        "[[groups]]\nname = \"G\"\n"
    );
    assert_eq!(
        edited("# Notes\n", &[insert_group(new_group("G"))]),
        "# Notes\n\n[[groups]]\nname = \"G\"\n"
    );
}

#[test]
fn a_row_is_removed_with_what_belongs_to_it() {
    assert_eq!(
        change(MANIFEST, &[Edit::Remove(group("Data"))]),
        "-# Everything about data.\n-[[groups]]\n-name = \"Data\"\n-members = []\n-\n"
    );
    let after = edited(MANIFEST, &[Edit::Remove(artifact("skill:jwt"))]);
    let row = "[[artifacts]]\nname = \"jwt\"\ntype = \"skill\"\ntags = [\"backend\", \"security\"]\n\n[artifacts.extra]\nx = 1\n\n";
    assert_eq!(after, MANIFEST.replace(row, ""));
    assert!(
        after.contains("kept = true\n\n[[artifacts]]\nname = \"reviewer\""),
        "{after}"
    );
    let after = edited(MANIFEST, &[Edit::Remove(artifact("agent:reviewer"))]);
    assert!(after.ends_with("[artifacts.extra]\nx = 1\n"), "{after}");
    let after = edited(
        MANIFEST,
        &[
            Edit::Remove(artifact("agent:reviewer")),
            Edit::Remove(artifact("skill:jwt")),
        ],
    );
    assert!(after.ends_with("[unknown.table]\nkept = true\n"), "{after}");
}

#[test]
fn comments_set_apart_stay() {
    let text = "[[groups]]\nname = \"a\"\n# part of a\n\n# ---- next ----\n\n# about b\n[[groups]]\nname = \"b\"\n";
    assert_eq!(
        edited(text, &[Edit::Remove(group("a"))]),
        "# ---- next ----\n\n# about b\n[[groups]]\nname = \"b\"\n"
    );
    assert_eq!(
        edited(text, &[Edit::Remove(group("b"))]),
        "[[groups]]\nname = \"a\"\n# part of a\n\n# ---- next ----\n"
    );
    let text = "[[groups]]\nname = \"a\"\n\n# ---- artifacts ----\n\n[[artifacts]]\nname = \"x\"\ntype = \"skill\"\n";
    assert_eq!(
        edited(text, &[insert_group(new_group("b"))]),
        "[[groups]]\nname = \"a\"\n\n[[groups]]\nname = \"b\"\n\n# ---- artifacts ----\n\n[[artifacts]]\nname = \"x\"\ntype = \"skill\"\n"
    );
}

#[test]
fn a_missing_final_newline_is_fine() {
    let text = "[[groups]]\nname = \"a\"";
    assert_eq!(
        edited(text, &[set(group("a"), Field::Name, Value::text("b"))]),
        "[[groups]]\nname = \"b\""
    );
    assert_eq!(
        edited(text, &[set(group("a"), Field::Icon, Value::text("x"))]),
        "[[groups]]\nname = \"a\"\nicon = \"x\""
    );
    assert_eq!(
        edited(text, &[insert_group(new_group("b"))]),
        "[[groups]]\nname = \"a\"\n\n[[groups]]\nname = \"b\"\n"
    );
    let text = "[[groups]]\nname = \"a\"\n\n[[groups]]\nname = \"b\"";
    assert_eq!(
        edited(text, &[Edit::Remove(group("b"))]),
        "[[groups]]\nname = \"a\"\n"
    );
}

#[test]
fn windows_newlines_and_a_byte_order_mark_are_kept() {
    let text = format!("\u{feff}{}", MANIFEST.replace('\n', "\r\n"));
    assert_eq!(scan(&text).read().unwrap(), scan(MANIFEST).read().unwrap());
    let mut new = new_group("N");
    new.members = members(&["skill:jwt"]);
    let edits = [
        set(
            group("Auth"),
            Field::Members,
            list(&["skill:jwt", "agent:reviewer", "skill:new"]),
        ),
        set(group("Data"), Field::Members, list(&["a", "b"])),
        set(group("Auth"), Field::Icon, Value::text("x")),
        set(RowKey::Header, Field::Version, Value::text("2")),
        insert_group(new),
        insert_rating("skill:jwt", "jo", 1),
        Edit::Remove(artifact("skill:jwt")),
        set(tag("backend"), Field::Color, Value::Absent),
    ];
    let expected = format!("\u{feff}{}", edited(MANIFEST, &edits).replace('\n', "\r\n"));
    assert_eq!(edited(&text, &edits), expected);
}

#[test]
fn rows_without_blank_lines_between_stay_so() {
    let text = "[[groups]]\nname = \"a\"\n[[groups]]\nname = \"b\"\n[[artifacts]]\nname = \"x\"\ntype = \"skill\"\n";
    assert_eq!(
        change(text, &[insert_group(new_group("c"))]),
        "+[[groups]]\n+name = \"c\"\n"
    );
    assert_eq!(
        change(text, &[Edit::Remove(group("b"))]),
        "-[[groups]]\n-name = \"b\"\n"
    );
}

#[test]
fn edits_see_what_earlier_ones_did() {
    let edits = [
        set(group("Auth"), Field::Name, Value::text("Sign-in")),
        insert_group(new_group("Auth")),
        set(group("Auth"), Field::Color, Value::text("#10B981")),
        set(group("Sign-in"), Field::Description, Value::Absent),
        Edit::Remove(group("Data")),
        insert_group(new_group("Data")),
    ];
    let after = edited(MANIFEST, &edits);
    assert_eq!(
        scan(&after).keys(crate::model::row::Table::Groups),
        [group("Sign-in"), group("Auth"), group("Data")]
    );
    assert!(
        after.contains(
            "name = \"Auth\"\ncolor = \"#10B981\"\n\n[[groups]]\nname = \"Data\"\n\n[unknown"
        ),
        "{after}"
    );
}

#[test]
fn what_cannot_be_done_is_refused() {
    assert_eq!(
        refused(MANIFEST, &[Edit::Remove(group("None"))]),
        ManifestError::MissingRow { key: group("None") }
    );
    assert_eq!(
        refused(
            MANIFEST,
            &[set(group("Auth"), Field::Name, Value::text("Data"))]
        ),
        ManifestError::TakenKey { key: group("Data") }
    );
    assert_eq!(
        refused(MANIFEST, &[insert_group(new_group("Auth"))]),
        ManifestError::TakenKey { key: group("Auth") }
    );
    assert_eq!(
        refused(
            MANIFEST,
            &[Edit::Remove(group("Auth")), Edit::Remove(group("Auth"))]
        ),
        ManifestError::MissingRow { key: group("Auth") }
    );
    let text = "groups = 3\n";
    assert!(matches!(
        refused(text, &[insert_group(new_group("a"))]),
        ManifestError::Form { .. } | ManifestError::Invalid { .. }
    ));
}
