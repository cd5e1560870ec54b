//! Three texts, merged: never a panic, and never a clean merge that can't be read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use skillmeat::app::merge_manifest::{MergeRequest, Way, merge_manifests};
use skillmeat::manifest::Document;
use skillmeat::model::contents::NoContents;
use skillmeat::model::markers::Markers;
use skillmeat::model::side::Sides;

/// What stands between the texts.
const BETWEEN: &[u8] = b"\n=-=\n";

fuzz_target!(|bytes: &[u8]| {
    let (base, rest) = split(bytes);
    let (ours, theirs) = split(rest);
    let versions = Sides { base, ours, theirs };
    let report = merge_manifests(&MergeRequest {
        versions,
        markers: Markers::default(),
        resolutions: Vec::new(),
            contents: &NoContents,
    });
    match report.way {
        Way::Trivial => {}
        _ if report.count() > 0 => assert_ne!(report.bytes, ours, "a conflict that is ours"),
        _ => {
            let text = String::from_utf8_lossy(&report.bytes).into_owned();
            let read = Document::scan(report.bytes).and_then(|document| document.validate());
            assert!(read.is_ok(), "clean, but {read:?}\n{text}");
            assert!(toml_edit::Document::parse(text.as_str()).is_ok(), "clean, but not TOML\n{text}");
        }
    }
});

/// The text before the first separator, and what follows it.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let at = bytes.windows(BETWEEN.len()).position(|window| window == BETWEEN);
    match at {
        Some(at) => (&bytes[..at], &bytes[at + BETWEEN.len()..]),
        None => (bytes, &[]),
    }
}
