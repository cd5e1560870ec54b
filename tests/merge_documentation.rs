//! The examples of `docs/merge.md`, merged.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use skillmeat::app::merge_manifest::{MergeRequest, merge_manifests};
use skillmeat::model::contents::Contents;
use skillmeat::model::markers::Markers;
use skillmeat::model::name::ArtifactId;
use skillmeat::model::side::{Side, Sides};

/// The parts of an example, by their names.
fn parts(example: &str) -> impl Fn(&str) -> String + '_ {
    move |name: &str| {
        let mut part = String::new();
        let mut inside = false;
        for line in example.lines() {
            match line.strip_prefix("--- ") {
                Some(other) => inside = other == name,
                None if inside => part.extend([line, "\n"]),
                None => {}
            }
        }
        part
    }
}

/// What files hold, a line each: the version, the artifact, and a name for what it holds; and how much is the same in
/// two of these.
struct Files(String);

impl Contents for Files {
    fn content(&self, side: Side, artifact: &ArtifactId) -> Option<String> {
        let start = format!("{} {artifact} ", side.as_str());
        let mut lines = self.0.lines();
        lines.find_map(|line| line.strip_prefix(&start).map(str::to_owned))
    }

    fn likeness(&self, one: &str, other: &str) -> f64 {
        let start = format!("{one} {other} alike ");
        let mut lines = self.0.lines();
        let told = lines.find_map(|line| line.strip_prefix(&start));
        told.map_or(0.0, |told| told.parse().expect("a number"))
    }
}

#[test]
fn every_example_merges_as_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/merge.md");
    let page = fs::read_to_string(path).expect("the page");
    let examples: Vec<&str> = page
        .split("```text\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() > 20);
    for example in examples {
        let part = parts(example);
        let versions = Sides::each(|side| part(side.as_str()));
        let report = merge_manifests(&MergeRequest {
            versions: versions.map(String::as_bytes),
            markers: Markers::default(),
            resolutions: Vec::new(),
            contents: &Files(part("files")),
        });
        let mut said = String::new();
        for conflict in &report.conflicts {
            writeln!(said, "conflict: {conflict}").expect("written");
        }
        let found = String::from_utf8(report.bytes).expect("text");
        assert_eq!((found, said), (part("result"), part("says")), "{example}");
    }
}
