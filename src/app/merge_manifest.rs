//! Three versions of a manifest, merged: as tables where they can be read, else by lines.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::commit_contents::{CommitContents, Held, Source};
use super::error::AppError;
use super::met_commits::Meeting;
use crate::manifest::{Document, ManifestError, Misshapen, Shape, Versions};
use crate::merge;
use crate::model::conflict::{Conflict, Resolution};
use crate::model::contents::Contents;
use crate::model::finding::Finding;
use crate::model::markers::Markers;
use crate::model::side::{Side, Sides};
use crate::store::files;
use crate::store::git::folder::git_folder;
use crate::store::git::line_merge::{LineMerge, merge_lines};
use crate::store::git::repository::Repository;

/// What is to be merged.
#[derive(Clone)]
pub struct MergeRequest<'a> {
    /// The three versions, as bytes. An empty base means that both sides added the manifest.
    pub versions: Sides<&'a [u8]>,
    /// How conflicts are marked.
    pub markers: Markers,
    /// What was decided of conflicts beforehand.
    pub resolutions: Vec<Resolution>,
    /// What the artifacts' files hold, for rows that say nothing but a name.
    pub contents: &'a dyn Contents,
}

/// A merged manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeReport {
    /// The text. With conflicts it holds markers and differs from ours; without, it is a valid manifest, unless it is
    /// one of the versions.
    pub bytes: Vec<u8>,
    /// What could not be decided, where tables were merged.
    pub conflicts: Vec<Conflict>,
    /// How it was merged.
    pub way: Way,
}

/// How manifests were merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// One version is the result, to the byte: the other side did not change anything, or the same.
    Trivial,
    /// By table, row and field.
    Tables,
    /// By lines.
    Lines {
        /// Why not as tables.
        reason: String,
        /// The number of conflicts, at least 1.
        conflicts: usize,
    },
}

impl MergeReport {
    /// The number of conflicts.
    pub fn count(&self) -> usize {
        match &self.way {
            Way::Trivial => 0,
            Way::Tables => self.conflicts.len(),
            Way::Lines { conflicts, .. } => *conflicts,
        }
    }
}

/// The largest file that is read, in bytes; one that is too large for a manifest is merged by lines.
const READ_LIMIT: u64 = 1 << 30;

/// From this size on, in bytes, threads save more than starting them costs.
const WORTH_THREADS: usize = 1 << 18;

/// Three files with versions of a manifest.
pub type Files<'a> = Sides<&'a Path>;

/// Who asks for a merge of three files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller<'a> {
    /// Anybody: the files are all there is.
    Anyone,
    /// git, at the top of its work tree, for the manifest at this path; it calls the versions as the markers do.
    Git(&'a str),
}

/// Merges three files. `/dev/null` is an empty one.
pub fn merge_files(
    files: Files<'_>,
    markers: &Markers,
    caller: Caller<'_>,
) -> Result<MergeReport, AppError> {
    let versions = read(files)?;
    let source = || match caller {
        Caller::Anyone => None,
        Caller::Git(path) => commits_that_meet(path, &markers.labels, &versions),
    };
    let request = MergeRequest {
        versions: versions.map(Version::bytes),
        markers: markers.clone(),
        resolutions: Vec::new(),
        contents: &CommitContents::found_by(source),
    };
    Ok(trivial(&request.versions).unwrap_or_else(|| merged(&request, &versions)))
}

/// Reads three files; large ones side by side.
fn read(files: Files<'_>) -> Result<Sides<Version>, AppError> {
    let ours = read_one(files.ours)?;
    let (base, theirs) = if ours.bytes().len() < WORTH_THREADS {
        (read_one(files.base), read_one(files.theirs))
    } else {
        thread::scope(|scope| {
            let theirs = scope.spawn(|| read_one(files.theirs));
            let base = read_one(files.base);
            let again = |_| read_one(files.theirs);
            (base, theirs.join().unwrap_or_else(again))
        })
    };
    Ok(Sides {
        base: base?,
        ours,
        theirs: theirs?,
    })
}

fn read_one(path: &Path) -> Result<Version, AppError> {
    if path == Path::new("/dev/null") {
        return Ok(Version::of(Vec::new()));
    }
    let found = files::read(path, READ_LIMIT)?;
    let absent = || AppError::Request(format!("there is no file {}", path.display()));
    found.map(Version::of).ok_or_else(absent)
}

/// A version's bytes, shared with its document where they are text.
enum Version {
    Text(Arc<String>),
    Other(Vec<u8>),
}

impl Version {
    fn of(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(
            |error| Self::Other(error.into_bytes()),
            |text| Self::Text(Arc::new(text)),
        )
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Other(bytes) => bytes,
        }
    }

    fn scanned(&self) -> Result<Document, ManifestError> {
        match self {
            Self::Text(text) => Document::scan_shared(Arc::clone(text)),
            Self::Other(bytes) => Document::scan(bytes.clone()),
        }
    }

    fn scanned_beside(&self, known: &Arc<Document>) -> Result<Document, ManifestError> {
        match self {
            Self::Text(text) => Document::scan_shared_beside(Arc::clone(text), known),
            Self::Other(bytes) => Document::scan(bytes.clone()),
        }
    }
}

/// The repository in which git merges, and the commits that the versions of the manifest are from.
fn commits_that_meet(
    path: &str,
    labels: &Sides<String>,
    versions: &Sides<Version>,
) -> Option<Source<'static>> {
    let folder = Path::new(".").join(Path::new(path).parent()?);
    let repository = Repository::discover(&folder).ok()?;
    let manifest = |version: &Version| {
        let bytes = version.bytes();
        let is_there = !bytes.is_empty();
        is_there.then(|| repository.name_of_blob(bytes).ok())?
    };
    let meeting = Meeting {
        repository: &repository,
        labels: labels.clone(),
        manifests: versions.map(manifest),
    };
    let commits = meeting.commits();
    Some((Held::Own(Box::new(repository)), commits))
}

/// Writes a merge's result in place of our version. Whoever asked for the merge makes it durable.
///
/// git has our version in a file of its work tree. Should this process be killed, nothing of ours may stay there: the
/// new file is made in git's own folder.
pub fn write_merged(path: &Path, report: &MergeReport, caller: Caller<'_>) -> Result<(), AppError> {
    let aside = match caller {
        Caller::Anyone => None,
        Caller::Git(_) => git_folder(Path::new(".")).map(|folder| folder.join("skillmeat-merged")),
    };
    Ok(files::replace_through(
        path,
        &report.bytes,
        aside.as_deref(),
    )?)
}

/// Merges three versions of a manifest.
pub fn merge_manifests(request: &MergeRequest<'_>) -> MergeReport {
    trivial(&request.versions).unwrap_or_else(|| {
        let versions = request.versions.map(|bytes| Version::of(bytes.to_vec()));
        merged(request, &versions)
    })
}

/// The merge of versions of which not more than two differ.
fn trivial(versions: &Sides<&[u8]>) -> Option<MergeReport> {
    let Sides { base, ours, theirs } = *versions;
    let bytes = if ours == theirs || base == theirs {
        Some(ours)
    } else if base == ours {
        Some(theirs)
    } else {
        None
    };
    bytes.map(|bytes| MergeReport {
        bytes: bytes.to_vec(),
        conflicts: Vec::new(),
        way: Way::Trivial,
    })
}

/// Merges the versions of a request, which all differ.
fn merged(request: &MergeRequest<'_>, versions: &Sides<Version>) -> MergeReport {
    let documents = documents(versions);
    match documents.and_then(|documents| misshapen(&documents).map_or(Ok(documents), Err)) {
        Ok(documents) => by_tables(request, &documents),
        Err(reason) => by_lines(request, reason),
    }
}

/// Why versions can't be merged by rows: one of them has something else where rows should stand, and not all have the
/// same.
fn misshapen(documents: &Sides<Arc<Document>>) -> Option<String> {
    let found = documents.map(|document| document.misshapen());
    let is_in_all = |one: &Misshapen<'_>| {
        let sides = [&found.base, &found.ours, &found.theirs];
        one.what == Shape::NoList
            && sides.iter().all(|side| {
                let mut others = side.iter();
                others.any(|other| (other.table, other.text) == (one.table, one.text))
            })
    };
    [Side::Theirs, Side::Ours, Side::Base].into_iter().find_map(|side| {
        let one = found.of(side).iter().find(|one| !is_in_all(one))?;
        let line = documents.of(side).line_of_misshapen(one);
        let (fault, table, side) = (one.fault(), one.table.as_str(), side.as_str());
        Some(format!(
            "{side}, line {line}: {fault}; write each row as a table under its own [[{table}]], and merge again"
        ))
    })
}

/// Reads the versions: the base first, and the others beside it, while the base is looked over.
fn documents(versions: &Sides<Version>) -> Result<Sides<Arc<Document>>, String> {
    let failed = |side: Side| move |error: ManifestError| reason(side, &error);
    let base = versions.base.scanned();
    let base = Arc::new(base.map_err(failed(Side::Base))?);
    let beside = |side: Side| {
        let document = versions.of(side).scanned_beside(&base);
        let valid = document.and_then(|document| document.validate().map(|()| Arc::new(document)));
        valid.map_err(failed(side))
    };
    let others = || (beside(Side::Ours), beside(Side::Theirs));
    let sound = || base.validate().map_err(failed(Side::Base));
    let (sound, (ours, theirs)) = if versions.base.bytes().len() < WORTH_THREADS {
        (sound(), others())
    } else {
        thread::scope(|scope| {
            let others = scope.spawn(others);
            let sound = sound();
            let lost = |_| {
                let lost = |side: Side| Err(format!("{} could not be read", side.as_str()));
                (lost(Side::Ours), lost(Side::Theirs))
            };
            (sound, others.join().unwrap_or_else(lost))
        })
    };
    sound?;
    Ok(Sides {
        ours: ours?,
        theirs: theirs?,
        base,
    })
}

/// Why a version can't be read, in a few words.
fn reason(side: Side, error: &ManifestError) -> String {
    let side = side.as_str();
    match error {
        ManifestError::Invalid { findings } => match findings.first() {
            Some(Finding {
                line: Some(line),
                message,
                ..
            }) => format!("{side}, line {line}: {message}"),
            _ => format!("{side} is invalid"),
        },
        error => format!("{side}: {error}"),
    }
}

fn by_tables(request: &MergeRequest<'_>, documents: &Sides<Arc<Document>>) -> MergeReport {
    let versions = Versions::of(documents.map(Arc::as_ref));
    let merged = merge::merge(&versions.sheets(), request.contents, &request.resolutions);
    let text = Arc::new(versions.woven(&merged, &request.markers));
    let is_sound = if merged.conflicts.is_empty() {
        let document = Document::scan_shared_beside(Arc::clone(&text), &documents.ours);
        document.and_then(|document| document.validate()).is_ok()
    } else {
        text.as_bytes() != request.versions.ours
    };
    if !is_sound {
        let reason = "the merged tables can't be written in the form of ours; what stands between the markers is to be joined by hand".to_owned();
        return by_lines(request, reason);
    }
    MergeReport {
        bytes: Arc::unwrap_or_clone(text).into_bytes(),
        conflicts: merged.conflicts,
        way: Way::Tables,
    }
}

/// Merges by lines. What merges without a conflict is marked all the same: nobody has looked at what it means.
fn by_lines(request: &MergeRequest<'_>, reason: String) -> MergeReport {
    let LineMerge {
        mut bytes,
        mut conflicts,
    } = merge_lines(&request.versions, &request.markers);
    let ours = request.versions.ours;
    if conflicts == 0 {
        let other = if bytes == ours {
            request.versions.theirs.to_vec()
        } else {
            bytes
        };
        bytes = marked(ours, &other, &request.markers);
        conflicts = 1;
    }
    MergeReport {
        bytes,
        conflicts: Vec::new(),
        way: Way::Lines { reason, conflicts },
    }
}

/// Our text with markers around the lines from the first to the last that another text has differently.
fn marked(ours: &[u8], other: &[u8], markers: &Markers) -> Vec<u8> {
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes
            .split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (own, other) = (lines(ours), lines(other));
    let start = own
        .iter()
        .zip(&other)
        .take_while(|(one, two)| one == two)
        .count();
    let rest = own.len().min(other.len()) - start;
    let end = own
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take(rest)
        .take_while(|(one, two)| one == two)
        .count();
    let crlf = own.first().is_some_and(|line| line.ends_with(b"\r\n"));
    let newline = if crlf { "\r\n" } else { "\n" };
    let middle = |lines: &[Vec<u8>]| {
        let mut text = lines[start..lines.len() - end].concat();
        if !text.is_empty() && !text.ends_with(b"\n") {
            text.extend_from_slice(newline.as_bytes());
        }
        text
    };
    let frame = |texts: &[&str; 3]| {
        let texts = Sides {
            base: texts[1].to_owned(),
            ours: texts[0].to_owned(),
            theirs: texts[2].to_owned(),
        };
        markers.block(&texts, newline)
    };
    let block = frame(&["\u{0}", "", "\u{0}"]);
    let mut parts = block.split('\u{0}');
    let mut result = own[..start].concat();
    let mut put = |part: Option<&str>, lines: &[u8]| {
        result.extend_from_slice(part.unwrap_or_default().as_bytes());
        result.extend_from_slice(lines);
    };
    put(parts.next(), &middle(&own));
    put(parts.next(), &middle(&other));
    put(parts.next(), &own[own.len() - end..].concat());
    result
}
