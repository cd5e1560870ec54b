//! The orders in which lists show artifacts.

use std::cmp::{Ordering, Reverse};

use crate::model::listing::{ArtifactSummary, SortOrder};
use crate::model::name::ArtifactId;

/// An artifact with what it is sorted by.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) number: i64,
    pub(super) row: Option<i64>,
    pub(super) position: i64,
    pub(super) summary: ArtifactSummary,
}

/// Sorts what a list shows.
pub(super) fn sort(listed: &mut [Listed], order: SortOrder) {
    match order {
        SortOrder::Collection => listed.sort_by(|one, other| {
            let key = |listed: &Listed| (listed.row.is_none(), listed.position, listed.row);
            key(one)
                .cmp(&key(other))
                .then_with(|| one.summary.id.cmp(&other.summary.id))
        }),
        SortOrder::Name => listed.sort_by_cached_key(|listed| by_name(&listed.summary)),
        SortOrder::Type => listed.sort_by_cached_key(|listed| {
            (listed.summary.id.kind.clone(), by_name(&listed.summary))
        }),
        SortOrder::Rating => listed.sort_by_cached_key(|listed| {
            let mean = listed.summary.rating.map(Stars);
            (Reverse(mean), by_name(&listed.summary))
        }),
    }
}

/// Names in the order of a dictionary, so that `Zoo` does not come before `ant`.
fn by_name(summary: &ArtifactSummary) -> (String, ArtifactId) {
    let ArtifactId { kind, name } = summary.id.clone();
    (name.key().to_lowercase(), ArtifactId { kind, name })
}

/// A mean rating that can be compared.
#[derive(PartialEq)]
struct Stars(f64);

impl Eq for Stars {}

impl PartialOrd for Stars {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stars {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
