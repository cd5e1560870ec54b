//! The texts that the merge's fuzzer starts from.

use std::fs;
use std::path::Path;

use skillmeat::app::merge_manifest::{MergeRequest, Way, merge_manifests};
use skillmeat::manifest::Document;
use skillmeat::model::contents::NoContents;
use skillmeat::model::markers::Markers;
use skillmeat::model::side::Sides;

#[test]
fn no_text_of_the_corpus_merges_to_what_cannot_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/merge");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("a file").path();
        let bytes = fs::read(&path).expect("a text");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut parts = text.splitn(3, "\n=-=\n");
        let versions = Sides {
            base: parts.next().unwrap_or_default().as_bytes(),
            ours: parts.next().unwrap_or_default().as_bytes(),
            theirs: parts.next().unwrap_or_default().as_bytes(),
        };
        let report = merge_manifests(&MergeRequest {
            versions,
            markers: Markers::default(),
            resolutions: Vec::new(),
            contents: &NoContents,
        });
        count += 1;
        match report.way {
            Way::Trivial => {}
            _ if report.count() > 0 => {
                assert_ne!(report.bytes, versions.ours, "{}", path.display());
            }
            _ => Document::scan(report.bytes)
                .and_then(|document| document.validate())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        }
    }
    assert!(count > 30);
}
