//! Every folder of `fixtures/merge`: three versions of a manifest, what the merge gives, and what is said of it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use skillmeat::app::merge_manifest::{MergeReport, MergeRequest, Way, merge_manifests};
use skillmeat::cli::ui::text::escaped;
use skillmeat::model::contents::NoContents;
use skillmeat::model::markers::Markers;
use skillmeat::model::side::Sides;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/merge");
    let entries = fs::read_dir(root).expect("the cases");
    let paths = entries.map(|entry| entry.expect("a case").path());
    let mut cases: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    cases.sort();
    cases
}

fn merged(versions: &Sides<Vec<u8>>) -> MergeReport {
    merge_manifests(&MergeRequest {
        versions: versions.map(Vec::as_slice),
        markers: Markers::default(),
        resolutions: Vec::new(),
        contents: &NoContents,
    })
}

/// What `merge-driver` says of a merge.
fn said(report: &MergeReport) -> String {
    let mut said = String::new();
    if let Way::Lines { reason, .. } = &report.way {
        writeln!(said, "conflict: lines: {}", escaped(reason)).expect("written");
    }
    for conflict in &report.conflicts {
        writeln!(said, "conflict: {}", escaped(&conflict.to_string())).expect("written");
    }
    said
}

#[test]
fn every_case_merges_as_its_folder_says() {
    let cases = cases();
    assert!(cases.len() >= 60);
    let only = std::env::var("MERGE_CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    for case in cases {
        let name = case
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if !name.contains(&only) {
            continue;
        }
        let read = |file: &str| fs::read(case.join(file)).expect("a file of the case");
        let versions = Sides {
            base: read("base.toml"),
            ours: read("ours.toml"),
            theirs: read("theirs.toml"),
        };
        let report = merged(&versions);
        let expected = String::from_utf8_lossy(&read("expected.toml")).into_owned();
        let found = String::from_utf8_lossy(&report.bytes).into_owned();
        let expected_said = String::from_utf8_lossy(&read("said.txt")).into_owned();
        if found != expected || said(&report) != expected_said {
            let diff = similar::TextDiff::from_lines(&expected, &found);
            let diff = diff
                .unified_diff()
                .context_radius(3)
                .to_string()
                .replace('\r', "<CR>");
            wrong.push(format!(
                "## {name}\n{}--- expected to say\n{expected_said}--- said\n{}",
                diff,
                said(&report)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} cases\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
