//! Finding artifacts among paths, as a tree of git lists them: by the rules of [`scan`](super::scan), without a disk.

use std::collections::BTreeMap;

use crate::model::artifact_file::PLUGIN;
use crate::model::layout::folder_of;
use crate::model::name::{ArtifactId, ArtifactType, Name, artifact_name_fault};
use crate::model::path::RelativePath;

use super::scan::{DEPTH, header_name, is_header, name_at};

/// The artifacts of a type among the regular files below the type's folder, each with the file of its header.
pub fn artifacts_among<'a>(
    kind: &ArtifactType,
    paths: impl IntoIterator<Item = &'a RelativePath>,
) -> Vec<(ArtifactId, RelativePath)> {
    let Some(folder) = folder_of(kind) else {
        return Vec::new();
    };
    let mut headers: BTreeMap<&str, Vec<&RelativePath>> = BTreeMap::new();
    let mut found = Vec::new();
    for path in paths {
        let below = path.as_str().strip_prefix(folder);
        let Some(below) = below.and_then(|below| below.strip_prefix('/')) else {
            continue;
        };
        let is_plugin = *kind == ArtifactType::Composite
            && below
                .split_once('/')
                .is_some_and(|(_, file)| file == PLUGIN);
        let hidden = below.strip_suffix(PLUGIN).filter(|_| is_plugin);
        if hidden
            .unwrap_or(below)
            .split('/')
            .any(|part| part.starts_with('.'))
        {
            continue;
        }
        match below.split_once('/') {
            Some((name, file))
                if is_plugin
                    || header_name(kind).is_some_and(|usual| file.eq_ignore_ascii_case(usual)) =>
            {
                headers.entry(name).or_default().push(path);
            }
            _ if is_alone(below, kind) => found.push(path),
            _ => {}
        }
    }
    let of_folder = |paths: Vec<&'a RelativePath>| {
        let is_usual = |path: &&&RelativePath| Some(path.file_name()) == header_name(kind);
        let is_plugin = |path: &&&RelativePath| path.as_str().ends_with(PLUGIN);
        let other = paths.iter().filter(|path| !is_plugin(path)).min();
        paths
            .iter()
            .find(is_usual)
            .or(other)
            .or(paths.iter().min())
            .copied()
    };
    found.extend(headers.into_values().filter_map(of_folder));
    found
        .into_iter()
        .filter_map(|path| {
            let name = name_at(path.as_str(), kind);
            let id = ArtifactId::new(kind.clone(), Name::stored(&*name));
            artifact_name_fault(&name)
                .is_none()
                .then(|| (id, path.clone()))
        })
        .collect()
}

/// Whether a file below the type's folder is an artifact by itself.
fn is_alone(below: &str, kind: &ArtifactType) -> bool {
    let (folders, name) = below.rsplit_once('/').unwrap_or(("", below));
    let depth = folders.split('/').filter(|part| !part.is_empty()).count();
    let may = match kind {
        ArtifactType::Command => DEPTH,
        _ => 0,
    };
    depth <= may && is_header(name, kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files::{Mode, create_folder, replace};
    use crate::store::scan::scan;

    #[test]
    fn a_listing_has_the_artifacts_that_a_look_at_the_disk_has() {
        let paths = [
            "skills/a b/SKILL.md",
            "skills/a b/references/SKILL.md",
            "skills/lower/skill.md",
            "skills/both/skill.md",
            "skills/both/SKILL.md",
            "skills/none/README.md",
            "skills/alone.md",
            "skills/.hidden/SKILL.md",
            "agents/reviewer.md",
            "agents/UPPER.MD",
            "agents/README.md",
            "agents/deep/other.md",
            "agents/-rf.md",
            "agents/.x.md",
            "commands/a/b/review.md",
            "hooks/format.json",
            "hooks/format.md",
            "mcp/db.json",
            "workflows/one/WORKFLOW.md",
            "workflows/two.md",
            "composites/kit/composite.md",
            "composites/kit/.claude-plugin/plugin.json",
            "composites/plugin/.claude-plugin/plugin.json",
            "composites/plugin/.claude-plugin/other.json",
            "composites/.hidden/.claude-plugin/plugin.json",
            "skills/plugin/.claude-plugin/plugin.json",
            "elsewhere/x.md",
        ];
        let folder = tempfile::tempdir().expect("a folder");
        for path in paths {
            let path = folder.path().join(path);
            create_folder(path.parent().expect("a parent")).expect("created");
            replace(&path, b"x", Mode::Plain).expect("written");
        }
        let looked = scan(folder.path()).expect("scanned").files;
        let mut expected: Vec<(ArtifactId, RelativePath)> = looked
            .into_iter()
            .map(|file| (file.id, file.path))
            .collect();
        let paths: Vec<RelativePath> = paths
            .iter()
            .map(|path| path.parse().expect("a path"))
            .collect();
        let mut listed: Vec<(ArtifactId, RelativePath)> = ArtifactType::KNOWN
            .iter()
            .flat_map(|kind| artifacts_among(kind, &paths))
            .collect();
        for list in [&mut expected, &mut listed] {
            list.sort_by(|one, other| one.1.cmp(&other.1));
        }
        assert_eq!(listed, expected);
        assert_eq!(listed.len(), 12);
    }
}
