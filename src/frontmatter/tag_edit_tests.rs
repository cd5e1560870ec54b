use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn without(text: &str, tag: &str) -> Result<String, FrontmatterError> {
    without_tag(text.as_bytes(), &|found| found == tag)
        .map(|bytes| String::from_utf8(bytes).unwrap())
}

#[rstest]
#[case::first_of_a_flow_list("tags: [a, b]", "tags: [b]")]
#[case::middle_of_a_flow_list("tags: [b, a, c] # kept", "tags: [b, c] # kept")]
#[case::last_of_a_flow_list("tags: [ b , a ]", "tags: [ b ]")]
#[case::only_one_of_a_flow_list("tags: [ a ] # kept", "tags: [] # kept")]
#[case::quoted_in_a_flow_list("tags: [\"b\", \"a\"]", "tags: [\"b\"]")]
#[case::twice_in_a_flow_list("tags: [a, b, a]", "tags: [b]")]
#[case::line_of_a_flow_list("tags: [\n  b,\n  a, # gone\n  c\n]", "tags: [\n  b,\n  c\n]")]
#[case::last_line_of_a_flow_list("tags: [\n  b,\n  a\n]", "tags: [\n  b,\n]")]
#[case::end_of_a_line_of_a_flow_list("tags: [b, a,\n  c]", "tags: [b,\n  c]")]
#[case::comma_text("tags: b, a, c", "tags: b, c")]
#[case::first_of_a_comma_text("tags: a, b", "tags: b")]
#[case::last_of_a_quoted_comma_text("tags: 'b, a' # kept", "tags: 'b' # kept")]
#[case::only_one_of_a_comma_text("tags: a", "tags: []")]
#[case::only_one_of_a_quoted_comma_text("tags: \"a, \"", "tags: []")]
#[case::comma_text_over_two_lines("tags: b,\n  a", "tags: b")]
#[case::line_start_of_a_comma_text("tags: b,\n  a, c", "tags: b,\n  c")]
#[case::line_of_a_comma_text("tags: b,\n  a,\n  c", "tags: b,\n  c")]
#[case::block_list(
    "tags:\n  - b\n  - a # gone\n  # kept\n  - c",
    "tags:\n  - b\n  # kept\n  - c"
)]
#[case::block_list_at_the_edge("tags:\n- a\n- b", "tags:\n- b")]
#[case::only_one_of_a_block_list("tags: # kept\n  - a\nname: x", "tags: [] # kept\nname: x")]
#[case::keywords("keywords: [a, b]", "keywords: [b]")]
#[case::metadata(
    "metadata:\n  tags:\n    - a\n  author: mia",
    "metadata:\n  tags: []\n  author: mia"
)]
#[case::all_three(
    "tags: [a]\nkeywords: a, b\nmetadata: {tags: [b, a]}",
    "tags: []\nkeywords: b\nmetadata: {tags: [b]}"
)]
#[case::rescued_header(
    "description: Use this: now\ntags: [a, b]",
    "description: Use this: now\ntags: [b]"
)]
fn a_tag_is_taken_out(#[case] before: &str, #[case] after: &str) {
    for (line_break, body) in [("\n", "\n# Body: a\n"), ("\r\n", "\r\n\r\n")] {
        let file = |yaml: &str| {
            format!("---\n{yaml}\n---{body}")
                .replace("\r\n", "\n")
                .replace('\n', line_break)
        };
        assert_eq!(without(&file(before), "a"), Ok(file(after)));
    }
}

#[rstest]
#[case::folded_text("tags: >\n  a,\n  b", 3)]
#[case::alias("x: &x [a, b]\ntags: *x", 2)]
#[case::anchor_inside("tags: [&t a, *t]", 2)]
#[case::not_yaml("tags: [a, b", 2)]
#[case::anchored_list("name: x\ntags: &t\n  - a\nother: *t", 4)]
fn what_a_person_must_edit_is_refused(#[case] yaml: &str, #[case] line: u32) {
    assert_eq!(
        without(&format!("---\n{yaml}\n---\n"), "a"),
        Err(FrontmatterError::CantEdit { line })
    );
}

#[test]
fn a_tag_that_is_not_there_is_said_so() {
    assert_eq!(
        without("---\ntags: [b]\ncategory: a\n---\na\n", "a"),
        Err(FrontmatterError::NotThere)
    );
    assert_eq!(
        without("# No header\n", "a"),
        Err(FrontmatterError::NotThere)
    );
}

#[test]
fn the_line_of_a_tag_is_found() {
    let line = |text: &str| tag_line(text.as_bytes(), &|tag| tag == "a");
    assert_eq!(line("---\nname: x\ntags:\n  - b\n  - a\n---\n"), Some(5));
    assert_eq!(line("\u{feff}\r\n---\r\ntags: [b, a]\r\n---\r\n"), Some(3));
    assert_eq!(line("---\nmetadata:\n  tags: b, a\n---\n"), Some(3));
    assert_eq!(line("---\ntags: [b]\n---\n"), None);
}

#[test]
fn bytes_that_are_no_utf_8_below_the_header_stay() {
    let edited = without_tag(b"---\ntags: [a, b]\n---\n\xff\xfe", &|tag| tag == "a").unwrap();
    assert_eq!(edited, b"---\ntags: [b]\n---\n\xff\xfe");
}

#[test]
fn a_header_that_is_no_utf_8_is_for_a_person() {
    let error = without_tag(b"---\nname: m\xffa\ntags: [a]\n---\n", &|tag| tag == "a").unwrap_err();
    assert_eq!(error, FrontmatterError::CantEdit { line: 3 });
}

/// A way to write a list of tags.
#[derive(Debug, Clone, Copy)]
enum Form {
    Flow,
    FlowLines,
    Commas,
    Block,
}

fn header(form: Form, tags: &[String], line_break: &str) -> String {
    let list = match form {
        Form::Flow => format!("tags: [{}]\n", tags.join(", ")),
        Form::FlowLines => format!("tags: [\n  {}\n]\n", tags.join(",\n  ")),
        Form::Commas => format!("tags: {} # words\n", tags.join(", ")),
        Form::Block => format!("tags:\n  - {}\n", tags.join("\n  - ")),
    };
    let text = format!("---\nname: x # a comment\n{list}version: 1.10\n---\n\nbody\n");
    text.replace('\n', line_break)
}

proptest! {
    #[test]
    fn only_lines_with_the_tag_change(
        form in prop::sample::select(vec![Form::Flow, Form::FlowLines, Form::Commas, Form::Block]),
        tags in prop::collection::vec("[a-d]{1,2}( [a-d])?", 1..7),
        at in any::<prop::sample::Index>(),
        line_break in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let before = header(form, &tags, line_break);
        let tag = at.get(&tags).clone();
        let after = without(&before, &tag).unwrap();
        let mut expected = read(before.as_bytes());
        expected.metadata.tags.retain(|found| *found != tag);
        prop_assert_eq!(&read(after.as_bytes()), &expected);
        let all_gone = expected.metadata.tags.is_empty();
        let kept = |line: &&str| !line.contains(&tag) && (!all_gone || line.trim_end().len() > 7);
        let mut lines_after = after.split_inclusive('\n');
        for line in before.split_inclusive('\n').filter(kept) {
            prop_assert!(lines_after.any(|found| found == line), "{line:?} is gone from {after:?}");
        }
    }

    #[test]
    fn edits_never_panic(text in "(---\n)?((tags|keywords|a): ?|[-#&*!|>'\"{}\\[\\]:, a\n\r\té]){0,40}(---\n)?") {
        if let Ok(after) = without(&text, "a") {
            prop_assert!(!read(after.as_bytes()).metadata.tags.contains(&"a".to_owned()));
        }
    }
}
