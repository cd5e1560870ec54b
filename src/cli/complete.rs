//! Live names for the shell's completion: artifacts, groups, tags and collections.
//!
//! A completion never fails and never says anything: without an answer there are no candidates.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

use crate::app::environment::{Environment, Interruption};
use crate::app::query::Reader;
use crate::app::registry::Registry;
use crate::app::workspace::Workspace;

use super::context::environment;

/// Artifacts, as ids and aliases.
pub fn artifacts(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, |reader| {
        reader.artifact_names().unwrap_or_default()
    })
}

/// Groups, by name.
pub fn groups(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, |reader| {
        reader
            .groups()
            .unwrap_or_default()
            .into_iter()
            .map(|group| group.name.to_string())
            .collect()
    })
}

/// Tags, by slug.
pub fn tags(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, |reader| {
        reader
            .tags()
            .unwrap_or_default()
            .into_iter()
            .map(|tag| tag.slug.to_string())
            .collect()
    })
}

/// Collections, by name.
pub fn collections(current: &OsStr) -> Vec<CompletionCandidate> {
    let names = outside()
        .and_then(|outside| Registry::read(&outside).ok())
        .map(|registry| registry.list());
    matching(
        current,
        names
            .unwrap_or_default()
            .into_iter()
            .map(|known| known.name),
    )
}

fn outside() -> Option<Environment> {
    environment(Interruption::default()).ok()
}

fn candidates(
    current: &OsStr,
    names: impl Fn(&Reader<'_>) -> Vec<String>,
) -> Vec<CompletionCandidate> {
    let answer = outside()
        .and_then(|outside| Workspace::open(&outside, None).ok())
        .and_then(|workspace| workspace.read(|reader| Ok(names(reader)), &mut |_| {}).ok());
    matching(
        current,
        answer.map(|answer| answer.value).unwrap_or_default(),
    )
}

fn matching(current: &OsStr, names: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    let begun = current.to_string_lossy();
    let shown = |name: &String| name.starts_with(&*begun) && !name.chars().any(char::is_control);
    names
        .into_iter()
        .filter(shown)
        .map(CompletionCandidate::new)
        .collect()
}
