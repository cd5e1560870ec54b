//! A survey of real headers; skipped where the data is not there.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::finding::{Finding, Level};
use crate::model::name::{ArtifactId, ArtifactType, Name};

use super::lint::{Subject, lint};
use super::lint_fix::{Mending, quoted};
use super::read::{Reading, Trust, document, read};
use super::tag_edit::without_tag;
use super::{header, line};

/// A file's beginning, as the data holds it.
#[derive(Deserialize)]
#[allow(clippy::struct_field_names, reason = "the data names its fields so")]
struct Head {
    path: String,
    kind: String,
    head: String,
}

/// What strict YAML gives when each key has its usual type, as an independent second opinion.
#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    version: Option<String>,
}

#[allow(
    clippy::disallowed_methods,
    reason = "only the survey knows where its data is; no other code reads it"
)]
fn data_folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    std::env::var_os("SKILLMEAT_TEST_DATA").map_or_else(beside, PathBuf::from)
}

fn heads() -> Option<Vec<Head>> {
    let file = std::fs::File::open(data_folder().join("frontmatter/headers.jsonl.gz")).ok()?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    Some(
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

/// The name that the caller falls back to: the file's, or its folder's for a skill.
fn stem(path: &str) -> String {
    let path = Path::new(path);
    let is_skill = path
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case("SKILL.md"));
    let named = if is_skill {
        path.parent().and_then(Path::file_name)
    } else {
        path.file_stem()
    };
    named
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Whether the text holds anything that could be a description: a key with content, or a line of prose.
fn could_describe(text: &str) -> bool {
    let mut after = text
        .lines()
        .skip_while(|line| !line.starts_with("description:"));
    let by_key = after.next().is_some_and(|line| {
        line["description:".len()..]
            .chars()
            .any(char::is_alphanumeric)
    });
    let body = header::find(text).map_or(0, |header| header.body);
    let by_prose = || {
        let mut inside = false;
        line::lines(text, body..text.len()).any(|line| {
            let is_fence = line.trimmed().starts_with("```");
            inside ^= is_fence;
            !inside && !is_fence && line.text.starts_with(char::is_alphabetic)
        })
    };
    by_key || by_prose()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares a strict reading with what the deserializer gives.
fn assert_same(head: &Head, reading: &Reading, typed: &Typed) {
    let pairs = [
        (&typed.name, &reading.metadata.name),
        (&typed.description, &reading.metadata.description),
        (&typed.version, &reading.metadata.version),
    ];
    for (expected, found) in pairs {
        if let Some(expected) = expected
            .as_ref()
            .filter(|expected| !expected.trim().is_empty())
        {
            assert_eq!(squeezed(expected), squeezed(found), "{}", head.path);
        }
    }
}

/// Compares a rescued reading with the lines of `name:` and `description:` as they are written.
fn assert_rescued(head: &Head, reading: &Reading) {
    let pairs = [
        ("name:", &reading.metadata.name),
        ("description:", &reading.metadata.description),
    ];
    for (key, found) in pairs {
        let Some(line) = head.head.lines().find(|line| line.starts_with(key)) else {
            continue;
        };
        let written = squeezed(
            line[key.len()..]
                .trim()
                .trim_matches(['"', '\'', '>', '|', '-']),
        );
        assert!(
            squeezed(found).starts_with(&written),
            "{}: {written:?} {found:?}",
            head.path
        );
    }
}

fn typed(yaml: &str) -> Result<Typed, serde_saphyr::Error> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        reject_unsupported_tags: true,
    };
    serde_saphyr::from_str_with_options(yaml, options)
}

#[test]
#[allow(clippy::print_stdout, reason = "a survey tells what it found")]
fn every_real_header_yields_a_name_and_a_description() {
    let Some(heads) = heads() else {
        println!("skipped: the data of the survey is not here");
        return;
    };
    let mut counts = [0; 3];
    for head in &heads {
        let reading = read(head.head.as_bytes());
        let metadata = &reading.metadata;
        let name = if metadata.name.is_empty() {
            stem(&head.path)
        } else {
            metadata.name.clone()
        };
        assert!(!name.trim().is_empty(), "no name: {}", head.path);
        let described = !metadata.description.is_empty() || !could_describe(&head.head);
        assert!(described, "no description: {}", head.path);
        counts[reading.trust as usize] += 1;
        assert_second_opinion(head, &reading);
    }
    let [strict, rescued, absent] = counts;
    println!(
        "{} files: {strict} strict, {rescued} rescued, {absent} without a header",
        heads.len()
    );
    assert_eq!(heads.len(), 3_606);
}

/// Compares a reading with what the deserializer makes of the same header.
fn assert_second_opinion(head: &Head, reading: &Reading) {
    let Some(document) = document(&head.head) else {
        return;
    };
    match (typed(&head.head[document.header.yaml]), reading.trust) {
        (Ok(typed), Trust::Strict) => assert_same(head, reading, &typed),
        (Err(error), Trust::Strict) => panic!("{}: not strict after all: {error}", head.path),
        (Ok(_), _) => panic!("{}: strict after all: {:?}", head.path, reading.findings),
        (Err(_), _) => assert_rescued(head, reading),
    }
}

/// Takes each tag out of each header: only that tag goes, and no more lines than the tag's own change.
#[test]
fn every_real_tag_can_be_taken_out() {
    for head in heads().unwrap_or_default() {
        let before = read(head.head.as_bytes());
        for tag in &before.metadata.tags {
            let after = without_tag(head.head.as_bytes(), &|found| found == tag);
            let after = after.unwrap_or_else(|error| panic!("{}: {tag}: {error}", head.path));
            let mut expected = before.metadata.clone();
            expected.tags.retain(|found| found != tag);
            assert_eq!(read(&after).metadata, expected, "{}", head.path);
            let gone = head.head.len() - after.len();
            assert!(
                gone <= tag.len() + 12 || expected.tags.is_empty(),
                "{}: {tag}: {gone}",
                head.path
            );
        }
    }
}

/// Quotes what needs quoting in each header: an independent strict reader then reads what the lenient one read before.
#[test]
#[allow(clippy::print_stdout, reason = "a survey tells what it found")]
fn quotes_mend_real_headers() {
    let Some(heads) = heads() else {
        println!("skipped: the data of the survey is not here");
        return;
    };
    let (mut refused, mut mended) = (0, 0);
    for head in &heads {
        let before = read(head.head.as_bytes());
        refused += usize::from(before.trust == Trust::Rescued);
        match quoted(head.head.as_bytes()) {
            Mending::NotNeeded => assert_ne!(before.trust, Trust::Rescued, "{}", head.path),
            Mending::Beyond => println!("beyond: {}: {:?}", head.path, before.findings),
            Mending::Quoted(quoted) => {
                mended += 1;
                let after = read(&quoted.bytes);
                assert_eq!(after.metadata, before.metadata, "{}", head.path);
                let text = String::from_utf8(quoted.bytes).unwrap();
                let yaml = document(&text).unwrap().header.yaml;
                let typed =
                    typed(&text[yaml]).unwrap_or_else(|error| panic!("{}: {error}", head.path));
                assert_same(head, &before, &typed);
                assert_other_lines_stay(head, &text, &quoted.lines);
            }
        }
    }
    println!("{refused} headers are refused by strict YAML; quotes mend {mended} of them");
    assert!(refused > 50 && mended * 10 >= refused * 9);
}

/// Lines that are not among the changed ones are what they were, in their order.
fn assert_other_lines_stay(head: &Head, after: &str, changed: &[u32]) {
    let kept = head.head.split_inclusive('\n').zip(1_u32..);
    let mut rest = after.split_inclusive('\n');
    for (line, _) in kept.filter(|(_, number)| !changed.contains(number)) {
        assert!(rest.any(|other| other == line), "{}: {line}", head.path);
    }
}

/// Each level on each header: nothing panics, every finding has its place, and it takes no time to speak of.
#[test]
#[allow(clippy::print_stdout, reason = "a survey tells what it found")]
fn every_real_header_is_linted() {
    let Some(heads) = heads() else {
        println!("skipped: the data of the survey is not here");
        return;
    };
    for level in [Level::Load, Level::Spec, Level::Strict] {
        let began = std::time::Instant::now();
        let findings: Vec<Finding> = heads.iter().flat_map(|head| linted(head, level)).collect();
        let took = began.elapsed();
        let mut counts = std::collections::BTreeMap::new();
        for finding in &findings {
            assert!(
                finding.line.is_some() && finding.column.is_some(),
                "{finding:?}"
            );
            *counts.entry(finding.code).or_insert(0) += 1;
        }
        println!(
            "{level:?}: {} findings in {took:?}: {counts:?}",
            findings.len()
        );
        assert!(took.as_secs() < 5, "{took:?}");
    }
}

fn linted(head: &Head, level: Level) -> Vec<Finding> {
    let kind = match head.kind.as_str() {
        "skill" => ArtifactType::Skill,
        "agent" => ArtifactType::Agent,
        _ => ArtifactType::Command,
    };
    let id = ArtifactId::new(kind, Name::stored(stem(&head.path)));
    let subject = Subject {
        id: &id,
        file_name: head.path.rsplit('/').next().unwrap_or_default(),
        bytes: head.head.as_bytes(),
        has: &|_| true,
    };
    lint(&subject, level)
}
