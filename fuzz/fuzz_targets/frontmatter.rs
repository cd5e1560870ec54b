//! Any bytes as an artifact's file: reading and editing its header never panic, and an edit takes out what was asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use skillmeat::frontmatter::read::read;
use skillmeat::frontmatter::tag_edit::{tag_line, without_tag};

fuzz_target!(|bytes: &[u8]| {
    let reading = read(bytes);
    let is_short = |tag: &str| tag.len() < 3;
    let line = tag_line(bytes, &is_short);
    match without_tag(bytes, &is_short) {
        Ok(edited) => {
            let after = read(&edited);
            let kept: Vec<_> = reading
                .metadata
                .tags
                .iter()
                .filter(|tag| !is_short(tag))
                .collect();
            assert_eq!(kept, after.metadata.tags.iter().collect::<Vec<_>>());
            assert_eq!(reading.trust, after.trust);
        }
        Err(_) if line.is_none() => assert!(!reading.metadata.tags.iter().any(|tag| is_short(tag))),
        Err(_) => {}
    }
});
