//! Artifacts from repositories elsewhere: what is asked for is fetched, and then taken in as from a folder.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::artifact::Artifact;
use crate::model::collection::Dialect;
use crate::model::name::{ArtifactType, artifact_name_fault};
use crate::model::source::{Address, Source, VersionedSource};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::git::fetch::Fetched;
use crate::store::git::fetched_tree::FetchedTree;

use super::error::AppError;
use super::find::{Outside, below, is_header_of_skill};
use super::source_error::SourceError;
use super::sources_look::{Origin, by_address, tree};
use super::sources_reach::{at_once, reached};
use super::sources_rows::Version;
use super::sources_version::{Resolved, resolve};
use super::workspace::Workspace;

/// Where what was fetched is put together, in the folder that goes again.
const FILES: &str = "files";

/// The name of a repository whose own leads elsewhere.
const NAMELESS: &str = "repository";

/// What a person gives to `add`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A folder or file of this machine.
    Path(PathBuf),
    /// A place in a repository.
    Source(VersionedSource),
}

/// Tells what is meant: what exists on this machine goes before `OWNER/REPO`.
pub fn given(text: &str, current_folder: &Path) -> Result<Given, AppError> {
    let path = current_folder.join(text);
    if fs::symlink_metadata(&path).is_ok() || is_plain_path(text) {
        return Ok(Given::Path(path));
    }
    let mut read: VersionedSource = text.parse()?;
    if read.source.address.is_relative() {
        let folder = current_folder.join(read.source.address.to_string());
        let folder = folder.canonicalize().unwrap_or(folder);
        read.source.address = Address::Git(folder.display().to_string());
    }
    Ok(Given::Source(read))
}

/// Whether a text can only be a path of this machine.
fn is_plain_path(text: &str) -> bool {
    let is_rooted = text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
    let is_word = !text.contains(['/', ':']);
    is_word || (is_rooted && !text.contains("//"))
}

/// An artifact that was fetched. Its files are there as long as the value.
#[derive(Debug, Clone)]
pub struct FetchedArtifact {
    pub(super) outside: Outside,
    version: Version,
    _files: Arc<Fetched>,
}

impl FetchedArtifact {
    /// Writes into its row where it came from.
    pub(super) fn write(&self, row: &mut Artifact, dialect: Dialect) {
        self.version.write(row, dialect);
    }
}

impl Workspace {
    /// Fetches artifacts, in the order in which they are given; all of them, or none.
    pub fn fetch_sources(
        &self,
        wanted: &[VersionedSource],
        kind: Option<&ArtifactType>,
        step: &(dyn Fn() + Sync),
    ) -> Result<Vec<FetchedArtifact>, AppError> {
        let host = self.host();
        let wanted = wanted.iter().map(|wanted| of_folder(wanted, kind));
        let origins = by_address(wanted, |wanted| &wanted.source, &host);
        let folder = self.fetch_folder();
        let results = at_once(&origins, &self.environment, step, |origin, prompts| {
            fetch_all(
                reached(&folder, &origin.address, prompts)?,
                origin,
                kind,
                &host,
            )
        })?;
        let mut all = BTreeMap::new();
        for result in results {
            all.extend(result?);
        }
        Ok(all.into_values().collect())
    }
}

/// The folder of a skill where its `SKILL.md` was named.
fn of_folder(wanted: &VersionedSource, kind: Option<&ArtifactType>) -> VersionedSource {
    let mut wanted = wanted.clone();
    if let Some(path) = &wanted.source.path
        && is_header_of_skill(path.file_name(), kind)
    {
        wanted.source.path = path.parent();
    }
    wanted
}

/// Fetches what is wanted of one repository: the commits at once, then the files of each artifact.
fn fetch_all(
    fetched: Fetched,
    origin: &Origin<VersionedSource>,
    kind: Option<&ArtifactType>,
    host: &str,
) -> Result<Vec<(usize, FetchedArtifact)>, AppError> {
    let mut resolved = Vec::new();
    for (_, wanted) in &origin.artifacts {
        resolved.push(resolve(&fetched, &wanted.version)?);
    }
    let commits: Vec<_> = resolved.iter().map(|now| now.commit).collect();
    fetched
        .fetch_commits(&commits)
        .map_err(SourceError::of_store)?;
    let mut trees = Vec::new();
    for ((_, wanted), now) in origin.artifacts.iter().zip(&resolved) {
        trees.push(tree(
            &fetched,
            &wanted.source,
            now,
            wanted.version.as_str(),
        )?);
    }
    let blobs: Vec<_> = trees.iter().flat_map(FetchedTree::blobs).collect();
    fetched.fetch_blobs(&blobs).map_err(SourceError::of_store)?;
    let fetched = Arc::new(fetched);
    let mut all = Vec::new();
    let artifacts = origin.artifacts.iter().zip(&resolved).zip(&trees);
    for (((place, wanted), now), tree) in artifacts {
        let outside = place_one(&fetched, *place, wanted, tree, kind)?;
        let artifact = FetchedArtifact {
            outside,
            version: version_of(wanted, now, host),
            _files: Arc::clone(&fetched),
        };
        all.push((*place, artifact));
    }
    Ok(all)
}

fn version_of(wanted: &VersionedSource, now: &Resolved, host: &str) -> Version {
    let commit = now.commit.to_string();
    Version {
        page: wanted.source.github_page(host, &commit),
        source: wanted.source.clone(),
        wanted: wanted.version.clone(),
        tag: now.version.clone(),
        commit,
    }
}

/// Puts an artifact's files into the folder that goes again, and looks what they are.
fn place_one(
    fetched: &Fetched,
    place: usize,
    wanted: &VersionedSource,
    found: &FetchedTree,
    kind: Option<&ArtifactType>,
) -> Result<Outside, AppError> {
    let top = fetched.folder().join(FILES).join(place.to_string());
    let inside = inside_of(&wanted.source);
    put(fetched, found, &top.join(&inside)).map_err(|error| SourceError::of_tree(wanted, error))?;
    below(&top, &inside, &wanted.to_string(), kind)
}

/// A path that begins with the repository's name, so that a whole repository has one, too.
fn inside_of(source: &Source) -> PathBuf {
    let name = source.address.name();
    let inside = PathBuf::from(match artifact_name_fault(name) {
        None => name,
        Some(_) => NAMELESS,
    });
    match &source.path {
        Some(path) => path.under(&inside),
        None => inside,
    }
}

/// Puts files where they are looked at. Links that lead out of the artifact are refused; nothing is followed.
fn put(fetched: &Fetched, tree: &FetchedTree, root: &Path) -> Result<(), StoreError> {
    let links = fetched.contents(&tree.links)?;
    for (path, target) in &links {
        if leads_out(path, &String::from_utf8_lossy(target)) {
            return Err(StoreError::Tree {
                path: path.clone(),
                reason: "is a symbolic link that leads out of the artifact",
            });
        }
    }
    let names = tree.files.iter();
    let names = names
        .map(|(path, file)| (path.clone(), file.blob))
        .collect();
    for (path, bytes) in fetched.contents(&names)? {
        let mode = match tree.files.get(&path) {
            Some(file) if file.is_executable => 0o755,
            _ => 0o644,
        };
        place(&at(root, &path), &bytes, mode)?;
    }
    for (path, target) in &links {
        let full = at(root, path);
        make_folder_of(&full)?;
        files::link(&full, &String::from_utf8_lossy(target))?;
    }
    Ok(())
}

/// A path below a root, which may be the root itself.
fn at(root: &Path, path: &str) -> PathBuf {
    if path.is_empty() {
        root.to_owned()
    } else {
        root.join(path)
    }
}

fn make_folder_of(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(StoreError::io("create", folder)),
        None => Ok(()),
    }
}

/// Writes a file that must not be there: two names may be one on this machine.
fn place(path: &Path, bytes: &[u8], mode: u32) -> Result<(), StoreError> {
    make_folder_of(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    options
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(StoreError::io("create", path))
}

/// Whether a link at a path below an artifact's root leads to something that is not below it.
fn leads_out(path: &str, target: &str) -> bool {
    if target.starts_with('/') || target.contains(['\\', '\0']) {
        return true;
    }
    let mut depth = path.split('/').count() - 1;
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_in_their_artifact() {
        for (path, target) in [
            ("a", "b"),
            ("x/a", "../b"),
            ("x/a", "./y/../../b"),
            ("a", "x/.."),
        ] {
            assert!(!leads_out(path, target), "{path} -> {target}");
        }
        for (path, target) in [
            ("a", ".."),
            ("a", "/etc/passwd"),
            ("x/a", "../../b"),
            ("a", "x/../../b"),
        ] {
            assert!(leads_out(path, target), "{path} -> {target}");
        }
    }

    #[test]
    fn a_repository_has_a_name_that_leads_nowhere() {
        for (text, inside) in [
            ("acme/lib/a", "lib/a"),
            ("https://h.org/..", "repository"),
            ("https://h.org/a/.git", "a"),
            ("file:///", "repository"),
        ] {
            let source: Source = text.parse().expect("a source");
            assert_eq!(inside_of(&source), PathBuf::from(inside), "{text}");
        }
    }

    #[test]
    fn what_is_here_goes_before_what_is_elsewhere() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("acme/lib")).expect("folders");
        let meant = |text: &str| given(text, folder.path());
        for text in ["acme/lib", "word", "./no/such", "/no/such", "../no"] {
            assert!(matches!(meant(text), Ok(Given::Path(_))), "{text}");
        }
        for text in [
            "acme/other/x",
            "./acme//x@v1",
            "/srv/x.git//y",
            "git@h.org:a.git",
            "file:///srv/a",
        ] {
            assert!(matches!(meant(text), Ok(Given::Source(_))), "{text}");
        }
        assert!(meant("ext::sh -c id").is_err());
        match meant("./acme//skills/x").expect("a source") {
            Given::Source(read) => assert!(read.source.address.to_string().starts_with('/')),
            Given::Path(path) => panic!("{path:?}"),
        }
    }
}
