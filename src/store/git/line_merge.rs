//! git's merge by lines, for what can't be merged as tables.

use gix::diff::blob::{Algorithm, InternedInput};
use gix::merge::blob::Resolution;
use gix::merge::blob::builtin_driver::text::{Conflict, ConflictStyle, Labels, Merge};
use std::num::NonZeroU8;

use crate::model::markers::{MarkerStyle, Markers};
use crate::model::side::Sides;

/// A merge by lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineMerge {
    /// The text, with markers where both sides changed the same lines.
    pub bytes: Vec<u8>,
    /// The number of conflicts.
    pub conflicts: usize,
}

/// Merges three texts by lines, as `git merge-file` does.
pub fn merge_lines(versions: &Sides<&[u8]>, markers: &Markers) -> LineMerge {
    let mut input = InternedInput::default();
    let merge = Merge::new(
        &mut input,
        versions.ours,
        versions.base,
        versions.theirs,
        Algorithm::Histogram,
    );
    let style = match markers.style {
        MarkerStyle::Merge => ConflictStyle::Merge,
        MarkerStyle::Diff3 => ConflictStyle::Diff3,
    };
    let marker_size = NonZeroU8::new(markers.size).unwrap_or(NonZeroU8::MIN);
    let label = |label: &'_ String| (!label.is_empty()).then(|| label.clone());
    let labels = markers.labels.map(label);
    let mut bytes = Vec::new();
    let resolution = merge.run(
        &mut bytes,
        Labels {
            ancestor: labels.base.as_deref().map(Into::into),
            current: labels.ours.as_deref().map(Into::into),
            other: labels.theirs.as_deref().map(Into::into),
        },
        Conflict::Keep { style, marker_size },
    );
    let conflicts = match resolution {
        Resolution::Conflict => count(&bytes, markers, versions).max(1),
        Resolution::Complete | Resolution::CompleteWithAutoResolvedConflict => 0,
    };
    LineMerge { bytes, conflicts }
}

/// How many more lines begin a conflict than did before.
fn count(bytes: &[u8], markers: &Markers, versions: &Sides<&[u8]>) -> usize {
    let marker = "<".repeat(usize::from(markers.size.max(1)));
    let begins = |bytes: &[u8]| {
        let lines = bytes.split(|byte| *byte == b'\n');
        lines
            .filter(|line| line.starts_with(marker.as_bytes()))
            .count()
    };
    let before = begins(versions.ours).max(begins(versions.theirs));
    begins(bytes).saturating_sub(before)
}
