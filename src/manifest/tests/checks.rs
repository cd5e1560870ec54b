//! What makes a manifest invalid, and what is only odd.

use std::fmt::Write as _;
use std::time::Instant;

use super::*;
use crate::model::row::Table;

fn findings_of(error: ManifestError) -> Vec<String> {
    let ManifestError::Invalid { findings } = error else {
        panic!("{error}")
    };
    findings
        .iter()
        .map(|finding| format!("{} {finding}", finding.code))
        .collect()
}

fn scan_error(text: &str) -> Vec<String> {
    findings_of(Document::scan(text.as_bytes().to_vec()).unwrap_err())
}

fn validation_error(text: &str) -> Vec<String> {
    findings_of(
        Document::scan(text.as_bytes().to_vec())
            .unwrap()
            .validate()
            .unwrap_err(),
    )
}

fn findings(text: &str) -> Vec<String> {
    scan(text)
        .findings()
        .iter()
        .map(|finding| format!("{} {finding}", finding.code))
        .collect()
}

#[test]
fn bad_syntax_is_told_with_its_place() {
    assert_eq!(
        scan_error("[a]\nb = \"x\n"),
        ["syntax collection.toml:2:5: the string does not end on its line"]
    );
    assert_eq!(
        scan_error("é = \"ü\" x\n"),
        ["syntax collection.toml:1:9: unexpected text after the end of the statement"]
    );
    assert_eq!(
        validation_error("a = 1\r\na = 2\r\n")[0].split(": ").next(),
        Some("syntax collection.toml:2:1")
    );
    let bytes = b"\xef\xbb\xbfa = 1\nb = \"\xff\"\n".to_vec();
    assert_eq!(
        findings_of(Document::scan(bytes).unwrap_err()),
        ["not-utf-8 collection.toml:2:6: the text is not UTF-8"]
    );
}

#[test]
fn conflict_markers_are_told() {
    let text = "[[groups]]\nname = \"a\"\nmembers = [\n<<<<<<< ours\n    \"x\",\n=======\n>>>>>>> theirs\n]\n<<<<<<< ours\n";
    let message = "a merge has left a conflict here; both sides stand between the markers";
    assert_eq!(
        scan_error(text),
        [
            format!("conflict-marker collection.toml:4:1: {message}"),
            format!("conflict-marker collection.toml:9:1: {message}")
        ]
    );
    assert_eq!(scan_error("a = 1\n=======\n").len(), 1);
}

#[test]
fn duplicate_rows_name_both_lines() {
    let text = "tag_definitions = [\n  { slug = \"t\" },\n  { slug = \"t\" },\n]\n[[groups]]\nname = \"Caf\u{e9}\"\n[[groups]]\nname = \"Cafe\u{301}\"\n[[artifacts]]\nname = \"x\"\ntype = \"skill\"\n[[artifacts]]\ntype = \"agent\"\nname = \"x\"\n[[artifacts]]\ntype = \"skill\"\nname = \"x\"\n";
    assert_eq!(
        validation_error(text),
        [
            "duplicate-tag collection.toml:3:3: two tag definitions have the slug \"t\": lines 2 and 3",
            "duplicate-group collection.toml:7:1: two groups are named \"Cafe\\u{301}\": lines 5 and 7",
            "duplicate-artifact collection.toml:15:1: two artifacts of type skill are named \"x\": lines 9 and 15",
        ]
    );
}

#[test]
fn equal_duplicates_are_merged() {
    let text = "[[groups]]\nname = \"a\"\nicon = \"\"\nmembers = [\"x\"]\n\n# a note\n[[groups]]\nname = \"b\"\n\n[[groups]]\nmembers = [\n    \"x\",\n]\nname = \"a\"\n\n[[groups]]\nname = \"b\"\nposition = 1\n\n[[groups]]\nname = \"b\"\n";
    let document = Document::scan(text.as_bytes().to_vec()).unwrap();
    let merged = String::from_utf8(document.without_duplicates().unwrap().unwrap()).unwrap();
    assert_eq!(
        merged,
        "[[groups]]\nname = \"a\"\nicon = \"\"\nmembers = [\"x\"]\n\n# a note\n[[groups]]\nname = \"b\"\n\n[[groups]]\nname = \"b\"\nposition = 1\n"
    );
    assert_eq!(
        scan("[[groups]]\nname = \"a\"\n")
            .without_duplicates()
            .unwrap(),
        None
    );
}

#[test]
fn merging_duplicates_loses_no_comment() {
    let text = "[[groups]]\nname = \"a\"\n\n# kept\n[[groups]]\nname = \"a\" # too\n";
    let document = Document::scan(text.as_bytes().to_vec()).unwrap();
    let merged = String::from_utf8(document.without_duplicates().unwrap().unwrap()).unwrap();
    assert_eq!(merged, "# kept\n[[groups]]\nname = \"a\" # too\n");
    let text = "# one\n[[groups]]\nname = \"a\"\n\n# two\n[[groups]]\nname = \"a\"\n";
    let document = Document::scan(text.as_bytes().to_vec()).unwrap();
    assert_eq!(document.without_duplicates().unwrap(), None);
}

#[test]
fn odd_things_are_findings() {
    let text = "groups = 1\n[tool.skillmeat]\nname = 5\n[[tag_definitions]]\nname = \"\"\nslug = \"Not Regular\"\ncolor = \"teal\"\n[[tag_definitions]]\nname = \"x\"\n[[artifacts]]\nname = \"../x\"\ntype = \"gadget\"\npath = \"/etc\"\ntags = [\"a\", 1]\n[[artifacts]]\nname = \"Abc\"\ntype = \"skill\"\nposition = 1.5\n[[artifacts]]\nname = \"abc\"\ntype = \"skill\"\n[artifacts.tags]\n[[ratings]]\nartifact = \"skill:abc\"\nby = \"jo\"\nrating = 6\n[[ratings]]\nartifact = \"skill:abc\"\nby = \"jo\"\nrating = 5\n[[composites]]\nname = \"c\\n\"\nmembers = [\"a\", \"a\"]\n";
    let codes: Vec<String> = scan(text)
        .findings()
        .iter()
        .map(|finding| {
            format!(
                "{} {}:{}",
                finding.code,
                finding.line.unwrap(),
                finding.column.unwrap()
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            "wrong-type 1:1",
            "wrong-type 3:8",
            "odd-name 5:8",
            "odd-slug 6:8",
            "unknown-color 7:9",
            "row-without-key 8:1",
            "artifact-name 11:8",
            "unknown-type 12:8",
            "unsafe-path 13:8",
            "wrong-type 14:8",
            "wrong-type 18:12",
            "case-differs 20:8",
            "wrong-type 22:1",
            "odd-rating 26:10",
            "duplicate-rating 27:1",
            "odd-name 32:8",
            "duplicate-member 33:11",
        ]
    );
    assert!(findings(text)[11].ends_with("\"abc\" differs from \"Abc\" (line 16) by case only"));
}

#[test]
fn rows_without_a_key_are_kept() {
    let text = "[[groups]]\nicon = \"x\"\n\n[[groups]]\nname = \"a\"\n";
    assert_eq!(scan(text).keys(Table::Groups), [group("a")]);
    assert_eq!(scan(text).read().unwrap().groups.len(), 1);
    assert_eq!(
        change(text, &[Edit::Remove(group("a"))]),
        "-\n-[[groups]]\n-name = \"a\"\n"
    );
}

#[test]
fn hostile_texts_are_refused_quickly() {
    let start = Instant::now();
    for open in ["[", "{a=", "[{a="] {
        let text = format!("a = {}", open.repeat(40_000));
        assert!(scan_error(&text)[0].starts_with("syntax"));
    }
    let text = format!("{}1", "a.".repeat(40_000));
    assert!(Document::scan(text.into_bytes()).is_err());
    let mut dotted = "a.".repeat(40_000);
    write!(dotted, "a = 1\n[{}a]\n", "b.".repeat(40_000)).unwrap();
    assert!(
        Document::scan(dotted.into_bytes())
            .unwrap()
            .validate()
            .is_err()
    );
    let huge = vec![b'['; 50 * 1024 * 1024];
    assert_eq!(
        Document::scan(huge).unwrap_err(),
        ManifestError::TooLarge {
            bytes: 50 * 1024 * 1024
        }
    );
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}

#[test]
fn the_starter_is_valid() {
    let text = crate::manifest::starter("team \"a\"", "1.0.0");
    let header = scan(&text).header();
    assert_eq!(
        (header.name.as_str(), header.version.as_str()),
        ("team \"a\"", "1.0.0")
    );
}
