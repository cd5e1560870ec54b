//! Manifests written in unusual ways.

use super::*;
use crate::model::collection::Dialect;
use crate::model::row::Table;

fn header_forms() -> Vec<&'static str> {
    vec![
        "[tool.skillmeat]\nname = \"a\"\nversion = \"1\"\n",
        "[ tool . \"skillmeat\" ] # c\n\"name\" = 'a' # d\n",
        "tool.skillmeat.name = \"a\"\n",
        "tool . skillmeat . name = \"a\"\n[other]\nx = 1\n",
        "[tool]\nskillmeat.name = \"a\"\nother.x = 1\n",
        "[tool]\nskillmeat = { name = \"a\" }\n",
        "tool.skillmeat = { name = \"a\", \"version\" = \"1\" }\n",
        "tool = { other = 1, skillmeat = { name = \"a\" } }\n",
        "[tool.other]\nx = 1\n[tool.skillmeat]\nname = \"a\"\n[tool.skillmeat.deep]\nname = \"no\"\n",
        "[collection]\nname = \"a\"\n",
        "collection = { name = \"a\" }\n",
        "collection.name = \"a\"\n\n[[groups]]\nname = \"g\"\n",
    ]
}

#[test]
fn headers_are_found_in_every_form() {
    for text in header_forms() {
        let document = scan(text);
        assert_eq!(document.header().name, "a", "{text}");
        let dialect = if text.contains("collection") {
            Dialect::SkillMeat
        } else {
            Dialect::Native
        };
        assert_eq!(document.dialect(), dialect, "{text}");
        assert!(document.line_of(&RowKey::Header).is_some(), "{text}");
    }
}

#[test]
fn headers_are_edited_in_every_form() {
    for text in header_forms() {
        let edits = [
            set(RowKey::Header, Field::Name, Value::text("b")),
            set(RowKey::Header, Field::Version, Value::text("2")),
        ];
        let after = edited(text, &edits);
        let header = scan(&after).header();
        assert_eq!(
            (header.name.as_str(), header.version.as_str()),
            ("b", "2"),
            "{after}"
        );
        assert!(
            diff(text, &after)
                .lines()
                .filter(|line| line.starts_with('-'))
                .count()
                <= 2,
            "{after}"
        );
        assert!(after.contains("no") == text.contains("no"));
    }
}

#[test]
fn a_missing_header_is_made() {
    assert_eq!(
        edited(
            "[[groups]]\nname = \"g\"\n",
            &[set(RowKey::Header, Field::Name, Value::text("b"))]
        ),
        "[tool.skillmeat]\nname = \"b\"\n\n[[groups]]\nname = \"g\"\n"
    );
    assert_eq!(
        edited("", &[set(RowKey::Header, Field::Name, Value::text("b"))]),
        "[tool.skillmeat]\nname = \"b\"\n"
    );
    let inline = "tool = { other = 1 }\n";
    let refusal = refused(
        inline,
        &[set(RowKey::Header, Field::Name, Value::text("b"))],
    );
    assert!(
        matches!(
            refusal,
            ManifestError::Invalid { .. } | ManifestError::Form { .. }
        ),
        "{refusal}"
    );
}

#[test]
fn odd_keys_and_headers_of_rows_are_understood() {
    let text = "[[ \"groups\" ]] # c\n  \"name\"=\"\"\"\na\"\"\"\n  'icon' = 'i'\n\n[['groups']]\nname = \"b\\u0041\"\n";
    let document = scan(text);
    assert_eq!(document.keys(Table::Groups), [group("a"), group("bA")]);
    assert_eq!(
        change(text, &[set(group("a"), Field::Icon, Value::text("j"))]),
        "-  'icon' = 'i'\n+  'icon' = 'j'\n"
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Position, Value::Integer(4))]),
        "+  position = 4\n"
    );
    assert_eq!(
        change(text, &[set(group("bA"), Field::Name, Value::text("c"))]),
        "-name = \"b\\u0041\"\n+name = \"c\"\n"
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Name, Value::text("c"))]),
        "-  \"name\"=\"\"\"\n-a\"\"\"\n+  \"name\"=\"c\"\n"
    );
}

#[test]
fn rows_and_sub_tables_may_be_scattered() {
    let text = "[[artifacts]]\nname = \"a\"\ntype = \"skill\"\n\n[other]\nx = 1\n\n[artifacts.metadata]\nauthor = \"mia\"\n\n[[groups]]\nname = \"g\"\n\n[[artifacts]]\nname = \"b\"\ntype = \"skill\"\nmetadata.author = \"jo\"\n\n[artifacts.\"metadata\".deep]\nauthor = \"no\"\n\n[more]\n";
    let collection = scan(text).read().unwrap();
    assert_eq!(collection.artifacts[0].recorded.author, "mia");
    assert_eq!(collection.artifacts[1].recorded.author, "jo");
    assert_eq!(
        change(text, &[Edit::Remove(artifact("skill:a"))]),
        "-[[artifacts]]\n-name = \"a\"\n-type = \"skill\"\n-\n-\n-[artifacts.metadata]\n-author = \"mia\"\n"
    );
    let after = edited(text, &[insert_artifact("skill:c")]);
    assert!(
        after.contains(
            "author = \"no\"\n\n[[artifacts]]\nname = \"c\"\ntype = \"skill\"\n\n[more]\n"
        ),
        "{after}"
    );
}

#[test]
fn strings_and_comments_do_not_deceive_the_scanner() {
    let text = "a = \"\"\"\n[[groups]]\nname = \"no\"\n# \"\"\" # [[groups]]\nb = '''\n<<<<<<< x\n[[groups]]'''''\nc = [ # [[\n  \"]\", '[[groups]]', # ]\n  { d = \"}\" }\n]\n[[groups]] # [[groups]]\nname = \"yes\" # \"\n\"]\" = '\"'\n";
    let document = scan(text);
    assert_eq!(document.keys(Table::Groups), [group("yes")]);
    assert_eq!(
        change(text, &[set(group("yes"), Field::Icon, Value::text("#"))]),
        "+icon = \"#\"\n"
    );
}

#[test]
fn fields_of_the_wrong_type_are_kept_until_they_are_set() {
    let text = "[[groups]]\nname = \"a\"\nposition = \"x\"\nmembers = \"skill:a\"\nicon = [1]\ncolor.x = 1\n[groups.description]\ny = 2\n";
    assert_eq!(
        change(text, &[set(group("a"), Field::Members, Value::Absent)]),
        ""
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Position, Value::Integer(1))]),
        "-position = \"x\"\n+position = 1\n"
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Members, list(&["skill:a"]))]),
        "-members = \"skill:a\"\n+members = [\n+    \"skill:a\",\n+]\n"
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Icon, Value::text("i"))]),
        "-icon = [1]\n+icon = \"i\"\n"
    );
    for field in [Field::Color, Field::Description] {
        let refusal = refused(text, &[set(group("a"), field, Value::text("#112233"))]);
        assert!(
            matches!(refusal, ManifestError::Form { line: 1, .. }),
            "{refusal}"
        );
    }
}

#[test]
fn toml_1_1_tables_on_several_lines_are_edited() {
    let text = "groups = [\n  {\n    name = \"a\", # c\n    icon = \"i\",\n  },\n]\n";
    if toml_edit::Document::parse(text).is_err() {
        return;
    }
    assert_eq!(
        change(text, &[set(group("a"), Field::Position, Value::Integer(1))]),
        "+    position = 1,\n"
    );
    assert_eq!(
        change(text, &[set(group("a"), Field::Icon, Value::Absent)]),
        "-    icon = \"i\",\n"
    );
}
