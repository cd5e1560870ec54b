use proptest::prelude::*;
use rstest::rstest;

use super::*;

/// The file after quoting; what it takes more for is `beyond`.
fn mended_text(text: &str) -> String {
    match quoted(text.as_bytes()) {
        Mending::NotNeeded => "not needed".to_owned(),
        Mending::Beyond => "beyond".to_owned(),
        Mending::Quoted(quoted) => String::from_utf8(quoted.bytes).unwrap(),
    }
}

#[rstest]
#[case::colon("description: Use this: now", "description: \"Use this: now\"")]
#[case::with_quotes("description: Say \"go\": now", "description: 'Say \"go\": now'")]
#[case::with_both("description: It's \"a\": b", "description: 'It''s \"a\": b'")]
#[case::backslash("description: a\\d: b", "description: 'a\\d: b'")]
#[case::spaces_behind("description: a: b  ", "description: \"a: b\"  ")]
#[case::several_lines(
    "description: One.\n\n  Keywords: two",
    "description: \"One.\n\n  Keywords: two\""
)]
#[case::never_closed("description: \"a: b", "description: \"a: b\"")]
#[case::star("tools: *", "tools: \"*\"")]
#[case::open_list("tags: [a, 'b'", "tags: [\"a\", \"b\"]")]
#[case::hint("argument-hint: [a] | b", "argument-hint: \"[a] | b\"")]
#[case::at_sign("description: @file does it", "description: \"@file does it\"")]
#[case::no_space("description:Puts it", "description: Puts it")]
#[case::items("tags:\n  - a\n  - *", "tags:\n  - a\n  - \"*\"")]
#[case::inner(
    "metadata:\n  author: mia\n  note: a: b",
    "metadata:\n  author: mia\n  note: \"a: b\""
)]
#[case::tab(
    "description: >\n\tone: two\n\tthree",
    "description: \"one: two three\""
)]
fn values_are_quoted(#[case] before: &str, #[case] after: &str) {
    let file =
        |value: &str| format!("---\nname: x  # kept\n{value}\nmodel:   opus\n---\nBody: a: b\n");
    assert_eq!(mended_text(&file(before)), file(after));
}

#[rstest]
#[case::good("---\nname: a\n---\n", "not needed")]
#[case::no_header("a: b: c\n", "not needed")]
#[case::twice("---\nname: a\nname: b\n---\n", "beyond")]
#[case::prose("---\nsome prose\nname: a\n---\n", "beyond")]
#[case::nested("---\nname: a\nhooks:\n  a: b: c\n---\n", "beyond")]
fn what_needs_more_than_quotes_is_left(#[case] text: &str, #[case] said: &str) {
    assert_eq!(mended_text(text), said);
}

#[test]
fn only_lines_that_change_are_named() {
    let text = "---\nname: x\ndescription: a: b\n  second\n  third\nnote: c: d\n---\n";
    let Mending::Quoted(mended) = quoted(text.as_bytes()) else {
        panic!("quotes are enough");
    };
    assert_eq!(mended.lines, [3, 5, 6]);
}

#[test]
fn other_bytes_stay() {
    let before = "\u{feff}---\r\nname: x \r\ndescription: a: b\r\n---\r\nBody\u{a0}\r\n";
    let after = before.replace("a: b", "\"a: b\"");
    let mut bytes = before.as_bytes().to_vec();
    bytes.extend([0xff, b'\n']);
    let mut expected = after.into_bytes();
    expected.extend([0xff, b'\n']);
    assert_eq!(
        quoted(&bytes),
        Mending::Quoted(Quoted {
            bytes: expected,
            lines: vec![3]
        })
    );
}

proptest! {
    /// Whatever stands in a header: what is offered is strict, says the same, and is left alone the second time.
    #[test]
    fn what_is_offered_says_the_same(
        lines in proptest::collection::vec(
            (
                prop::sample::select(vec!["name", "description", "tags", "tools", "argument-hint", "metadata", "note"]),
                "[ a-z:#'\"\\[\\]{},*&!|>@`%\\\\-]{0,24}(\n  [ a-z:#'\"-]{0,12})?",
            ),
            0..6,
        ),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut text = String::from("---\n");
        for (key, value) in &lines {
            text.extend([*key, ": ", value.as_str(), "\n"]);
        }
        text.push_str("---\nBody: a: b\n");
        let text = text.replace('\n', end);
        if let Mending::Quoted(mended) = quoted(text.as_bytes()) {
            let (before, after) = (read(text.as_bytes()), read(&mended.bytes));
            prop_assert_eq!(&before.metadata, &after.metadata);
            prop_assert_eq!(after.trust, Trust::Strict);
            prop_assert_eq!(quoted(&mended.bytes), Mending::NotNeeded);
            let mended = String::from_utf8(mended.bytes).unwrap();
            let body = format!("Body: a: b{end}");
            prop_assert!(mended.ends_with(&body));
        }
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut text = b"---\nname: ".to_vec();
        text.extend(bytes);
        quoted(&text);
    }
}
