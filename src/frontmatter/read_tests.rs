use std::time::{Duration, Instant};

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn codes(reading: &Reading) -> Vec<&'static str> {
    reading
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

fn places(reading: &Reading) -> Vec<(&'static str, Option<u32>, Option<u32>)> {
    reading
        .findings
        .iter()
        .map(|finding| (finding.code, finding.line, finding.column))
        .collect()
}

#[test]
fn a_good_header_has_no_findings() {
    let reading = read(b"---\nname: deploy\ndescription: Puts it online.\n---\n# Body\n");
    assert_eq!(
        (reading.trust, reading.findings.as_slice()),
        (Trust::Strict, [].as_slice())
    );
    assert_eq!(
        (
            reading.metadata.name.as_str(),
            reading.metadata.description.as_str()
        ),
        ("deploy", "Puts it online.")
    );
}

#[rstest]
#[case::no_header("# Deploy\n\nPuts it online.\n", Trust::Absent, &["header-missing"])]
#[case::a_rule_is_no_header("---\n\n# Deploy\n\nPuts it online.\n\n---\n", Trust::Absent, &["header-missing"])]
#[case::empty_header("---\n---\n# Deploy\n\nPuts it online.\n", Trust::Strict, &["description-missing"])]
#[case::no_description("---\nname: Deploy\n---\nPuts it online.\n", Trust::Strict, &["description-missing"])]
#[case::unclosed("---\nname: Deploy\ndescription: Puts it online.\n\n# Body\n", Trust::Strict, &["header-unclosed"])]
#[case::fenced("```yaml\n---\nname: Deploy\ndescription: Puts it online.\n---\n```\n", Trust::Strict, &["header-fenced"])]
#[case::indented("  ---\n  name: Deploy\n  description: Puts it online.\n  ---\n", Trust::Strict, &["header-indented"])]
#[case::not_strict("---\nname: Deploy\ndescription: Puts it online.\nname: x\n---\n", Trust::Rescued, &["header-not-strict"])]
fn oddities_are_reported(#[case] text: &str, #[case] trust: Trust, #[case] expected: &[&str]) {
    let reading = read(text.as_bytes());
    assert_eq!(
        (codes(&reading).as_slice(), reading.trust),
        (expected, trust)
    );
    assert_eq!(
        (
            reading.metadata.name.as_str(),
            reading.metadata.description.as_str()
        ),
        ("Deploy", "Puts it online.")
    );
}

#[test]
fn a_refusal_names_the_reason_and_its_place() {
    let reading = read("---\nname: deploy\ndescription: Für Neues: jetzt\n---\n".as_bytes());
    assert_eq!(reading.metadata.description, "Für Neues: jetzt");
    assert_eq!(places(&reading), [("header-not-strict", Some(3), Some(23))]);
    assert!(
        reading.findings[0]
            .message
            .contains("mapping values are not allowed"),
        "{}",
        reading.findings[0].message
    );
}

#[test]
fn what_is_not_utf_8_is_read_as_far_as_it_goes() {
    let reading = read(b"---\nname: deploy\nauthor: m\xffa\ndescription: x\n---\n");
    assert_eq!(reading.metadata.author, "m\u{fffd}a");
    assert_eq!(places(&reading), [("header-not-utf-8", Some(3), Some(10))]);
}

#[test]
fn a_file_is_cut_between_characters() {
    let mut text = "---\nname: a\ndescription: b\n---\n".to_owned();
    text.push_str(&"ä".repeat(LOOKED_AT));
    assert_eq!(codes(&read(text.as_bytes())), [""; 0]);
    text.insert(10, 'b');
    assert_eq!(codes(&read(text.as_bytes())), [""; 0]);
}

#[test]
fn a_rule_of_the_body_is_not_the_end_of_a_header() {
    let reading = read(b"---\nname: deploy\ndescription: Puts it online.\n\n# Deploy\n\nProse here, and there.\n\n---\n");
    assert_eq!(
        (codes(&reading).as_slice(), reading.trust),
        (["header-unclosed"].as_slice(), Trust::Strict)
    );
}

#[test]
fn a_large_header_is_read_in_part() {
    let text = format!("---\nname: deploy\n{}---\n", "key: value\n".repeat(30_000));
    let reading = read(text.as_bytes());
    assert_eq!(
        (reading.metadata.name.as_str(), reading.trust),
        ("deploy", Trust::Rescued)
    );
    assert_eq!(codes(&reading), ["header-too-large", "description-missing"]);
}

/// A bomb of aliases: nine levels, each nine times the one before.
fn bomb() -> String {
    let level = |(this, last): (char, char)| {
        format!(
            "{this}: &{this} [{}]\n",
            vec![format!("*{last}"); 9].join(", ")
        )
    };
    "bcdefghij"
        .chars()
        .zip("abcdefghi".chars())
        .map(level)
        .collect()
}

/// Tables inside one another, 500 deep.
fn nested_keys() -> String {
    let keys: Vec<String> = (0..500)
        .map(|depth| " ".repeat(depth) + "metadata:\n")
        .collect();
    keys.concat()
}

/// Anchors that nobody uses.
fn anchors() -> String {
    let anchors: Vec<String> = (0..20_000).map(|at| format!("k{at}: &a{at} x\n")).collect();
    anchors.concat()
}

#[rstest]
#[case::ten_megabytes_of_keys("key: value\n".repeat(1_000_000))]
#[case::ten_megabytes_on_one_line("a".repeat(10 << 20))]
#[case::a_bomb(format!("a: &a [x]\n{}tags: *j\n", bomb()))]
#[case::nested_brackets("tags: ".to_owned() + &"[".repeat(250_000))]
#[case::nested_braces("tags: ".to_owned() + &"{a: ".repeat(60_000))]
#[case::nested_dashes("- ".repeat(120_000))]
#[case::nested_questions("? ".repeat(120_000))]
#[case::nested_keys(nested_keys())]
#[case::many_metadata("metadata:\n  a: b: c\n".repeat(12_000))]
#[case::many_headings("# heading\n\n".repeat(20_000))]
#[case::many_anchors(anchors())]
#[case::many_names("name: *\n".repeat(30_000))]
#[case::many_tags(format!("tags: [{}]\n", "a,".repeat(120_000)))]
#[case::many_quotes("description: \"".to_owned() + &"\\\"".repeat(120_000))]
#[case::many_comments("#\n".repeat(120_000))]
#[case::many_tabs("\t".repeat(250_000))]
#[case::many_colons(":".repeat(250_000))]
#[case::many_returns("\r".repeat(250_000))]
#[case::zeros("\0".repeat(250_000))]
fn hostile_headers_are_answered_soon(#[case] yaml: String) {
    for text in [
        format!("---\n{yaml}"),
        format!("---\nname: deploy\n{yaml}\n---\n"),
        format!("```yaml\nname: x\n{yaml}"),
    ] {
        let start = Instant::now();
        read(text.as_bytes());
        let taken = start.elapsed();
        assert!(taken < Duration::from_millis(500), "{taken:?}");
    }
}

#[test]
fn the_corpus_of_the_fuzzer_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/frontmatter");
    let Ok(files) = std::fs::read_dir(folder) else {
        return; // A published package comes without it.
    };
    let paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert!(paths.len() >= 20);
    for path in paths {
        let bytes = std::fs::read(path).unwrap();
        read(&bytes);
        let is_short = |tag: &str| tag.len() < 3;
        crate::frontmatter::tag_edit::tag_line(&bytes, &is_short);
        drop(crate::frontmatter::tag_edit::without_tag(&bytes, &is_short));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes);
    }

    #[test]
    fn anything_like_a_header_is_read(text in "(```yaml\n)?(---\n)?((name|tags|metadata): ?|[-#&*!|>'\"{}\\[\\]:,~ a\n\r\té\u{feff}]){0,60}(---\n)?") {
        let reading = read(text.as_bytes());
        prop_assert!(reading.findings.iter().all(|finding| finding.path.is_empty()));
        prop_assert!(!reading.metadata.description.contains('\n'));
    }

    #[test]
    fn plain_entries_are_read_as_written(name in "[a-z][a-z-]{0,20}", description in "[A-Za-z][A-Za-z ,.]{0,60}", version in "[0-9]{1,2}\\.[0-9]{1,2}") {
        let text = format!("---\nname: {name}\ndescription: {description}x\nversion: {version}\n---\n");
        let reading = read(text.as_bytes());
        prop_assert_eq!(reading.trust, Trust::Strict);
        prop_assert_eq!(reading.metadata.version, version);
        prop_assert_eq!(reading.metadata.description, format!("{description}x"));
    }
}
