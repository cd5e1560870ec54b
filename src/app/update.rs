//! Bringing artifacts to what stands at their sources. Edits made here are kept, three-way; what can't be is told, and
//! nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::layout::place_of;
use crate::model::name::{ArtifactId, ArtifactType};
use crate::model::path::RelativePath;
use crate::model::source::VersionSpec;
use crate::store::git::fetch::Fetched;
use crate::store::git::fetched_tree::FetchedTree;
use crate::store::git::id::ObjectName;

use super::error::AppError;
use super::files_of::root_of;
use super::names::Selection;
use super::notice::Notice;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::source_error::SourceError;
use super::sources_lock::{LockEdit, has_lock, hash_of, with_lock};
use super::sources_look::Look;
use super::sources_rows::Version;
use super::sources_version::{Resolved, VersionKind};
use super::update_files::{Held, Incoming, Local, Merged, edit, local_files, merge};
use super::view::View;
use super::workspace::Workspace;

pub use super::update_files::Favour;

/// What is to be updated, and to what.
#[derive(Debug, Clone)]
pub struct UpdateRequest {
    /// Which artifacts; all that have a source when none is selected.
    pub artifacts: Selection,
    /// Another version than the one that is wanted so far.
    pub to: Option<VersionSpec>,
    /// Which side counts where both changed the same.
    pub favour: Favour,
}

/// An update whose files have come. It is planned without asking anybody.
#[derive(Debug)]
pub struct Update {
    steps: Vec<Step>,
    favour: Favour,
    /// What should be told of the reading.
    pub notices: Vec<Notice>,
}

/// The update of one artifact.
#[derive(Debug)]
struct Step {
    id: ArtifactId,
    /// The commit that its row named when its source was asked.
    from: String,
    version: Version,
    files: Vec<Incoming>,
    base: Base,
}

/// Whether it is known what an artifact was when it was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// It is: the incoming files are those that differ.
    Known,
    /// It is not: the incoming files are all that there are.
    Unknown,
}

impl Workspace {
    /// Asks the sources and fetches what is new. One that can't be reached, or has no more what is wanted, is an error.
    pub fn prepare_update(
        &self,
        request: &UpdateRequest,
        step: &(dyn Fn() + Sync),
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Update, AppError> {
        if request.to.is_some() && request.artifacts.is_empty() {
            let reason = "`--to` needs the artifacts that are to have that version";
            return Err(AppError::Request(reason.to_owned()));
        }
        let read = self.read(|reader| reader.followed(&request.artifacts), on_wait)?;
        let mut followed = read.value;
        for one in &mut followed {
            one.wanted = request.to.clone().unwrap_or_else(|| one.wanted.clone());
        }
        let host = self.host();
        let mut steps = BTreeMap::new();
        for (_, answer) in self.look_at_sources(followed, step)? {
            let (fetched, looks) = answer?;
            fetch_differing(&fetched, looks.iter().map(|(_, look)| look))?;
            for (place, look) in looks {
                if let Some(step) = step_of(&fetched, look, &host)? {
                    steps.insert(place, step);
                }
            }
        }
        Ok(Update {
            steps: steps.into_values().collect(),
            favour: request.favour,
            notices: read.notices,
        })
    }
}

/// Fetches the files that differ, of all artifacts at once.
fn fetch_differing<'a>(
    fetched: &Fetched,
    looks: impl Iterator<Item = &'a Look>,
) -> Result<(), AppError> {
    let nothing = FetchedTree::default();
    let mut blobs = Vec::new();
    for look in looks {
        let Some(Ok(theirs)) = &look.theirs else {
            continue;
        };
        let base = look.base.as_ref().unwrap_or(&nothing);
        for path in base.differing(theirs) {
            let both = [base.files.get(path), theirs.files.get(path)];
            blobs.extend(both.into_iter().flatten().map(|file| file.blob));
        }
    }
    fetched.fetch_blobs(&blobs).map_err(SourceError::of_store)
}

/// What is to be done to an artifact; nothing when it is as wanted.
fn step_of(fetched: &Fetched, look: Look, host: &str) -> Result<Option<Step>, AppError> {
    let from = look.commit();
    let Look {
        followed,
        now,
        theirs,
        base,
    } = look;
    let now = now?;
    let Some(theirs) = theirs.transpose()? else {
        return Ok(None);
    };
    if from == Some(now.commit) && followed.row.version_spec == followed.wanted.as_str() {
        return Ok(None);
    }
    let is_same = base.as_ref() == Some(&theirs);
    let asks_for_other = followed.row.version_spec != followed.wanted.as_str();
    if is_same && now.kind == VersionKind::Branch && !asks_for_other {
        return Ok(None);
    }
    refuse_misfit(followed.id(), &theirs, &followed.source)?;
    let files = incoming(fetched, base.as_ref(), &theirs)
        .map_err(|error| SourceError::of_tree(&followed.source, error))?;
    let Resolved {
        commit, version, ..
    } = now;
    let commit = commit.to_string();
    Ok(Some(Step {
        id: followed.id().clone(),
        from: followed.row.resolved_sha.clone(),
        version: Version {
            page: followed.source.github_page(host, &commit),
            source: followed.source,
            wanted: followed.wanted,
            tag: version,
            commit,
        },
        files,
        base: base.map_or(Base::Unknown, |_| Base::Known),
    }))
}

/// Refuses files that would be no artifact of that type any more.
fn refuse_misfit(
    id: &ArtifactId,
    tree: &FetchedTree,
    source: &dyn std::fmt::Display,
) -> Result<(), AppError> {
    let header = match id.kind {
        ArtifactType::Skill => "SKILL.md",
        ArtifactType::Workflow => "WORKFLOW.md",
        ArtifactType::Composite => "COMPOSITE.md",
        _ => "",
    };
    let has_header = tree
        .files
        .keys()
        .any(|path| path.eq_ignore_ascii_case(header));
    if has_header || matches!(id.kind, ArtifactType::Other(_)) {
        return Ok(());
    }
    let reason = match header {
        "" => "a folder stands there now, and no file".to_owned(),
        header => format!("it holds no {header} any more, so it is no {}", id.kind),
    };
    Err(SourceError::Refused {
        from: source.to_string(),
        reason,
    }
    .into())
}

/// The files that differ between two trees, with what they hold; all of the second where the first is not known.
fn incoming(
    fetched: &Fetched,
    base: Option<&FetchedTree>,
    theirs: &FetchedTree,
) -> Result<Vec<Incoming>, crate::store::error::StoreError> {
    let nothing = FetchedTree::default();
    let base = base.unwrap_or(&nothing);
    let differ = base.differing(theirs);
    let mut before = contents(fetched, base, &differ)?;
    let mut after = contents(fetched, theirs, &differ)?;
    Ok(differ
        .into_iter()
        .map(|path| Incoming {
            path: path.clone(),
            base: before.remove(path),
            theirs: after.remove(path),
        })
        .collect())
}

fn contents(
    fetched: &Fetched,
    tree: &FetchedTree,
    paths: &[&String],
) -> Result<BTreeMap<String, Held>, crate::store::error::StoreError> {
    let file = |path: &String| tree.files.get(path);
    let names: BTreeMap<String, ObjectName> = paths
        .iter()
        .filter_map(|path| Some(((*path).clone(), file(path)?.blob)))
        .collect();
    let contents = fetched.contents(&names)?;
    Ok(contents
        .into_iter()
        .map(|(path, bytes)| {
            let is_executable = file(&path).is_some_and(|file| file.is_executable);
            let held = Held {
                bytes,
                is_executable,
            };
            (path, held)
        })
        .collect())
}

impl Operation for Update {
    fn word(&self) -> &'static str {
        "update"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let subject = match self.steps.as_slice() {
            [one] => format!("artifact: update {:?}", one.id.to_string()),
            many => format!("artifact: update {} artifacts", many.len()),
        };
        let mut plan = Plan::of_edits(subject, Vec::new());
        let mut lock = Vec::new();
        let mut conflicts = Vec::new();
        for step in &self.steps {
            step.plan(view, self.favour, &mut plan, &mut lock, &mut conflicts)?;
        }
        if conflicts.is_empty() {
            with_lock(view, plan, &lock)
        } else {
            Err(SourceError::Conflicts { conflicts }.into())
        }
    }
}

impl Step {
    fn plan(
        &self,
        view: &View<'_>,
        favour: Favour,
        plan: &mut Plan,
        lock: &mut Vec<LockEdit>,
        conflicts: &mut Vec<String>,
    ) -> Result<(), AppError> {
        let overtaken = || SourceError::Overtaken {
            artifact: self.id.to_string(),
        };
        let row = view.find_artifact(&self.id)?.ok_or_else(overtaken)?;
        if row.resolved_sha != self.from {
            return Err(overtaken().into());
        }
        let place = root_of(view, &self.id)?.or_else(|| place_of(&self.id));
        let root = place.ok_or_else(overtaken)?;
        let local = local_files(view.repository, view.head.commit, view.index, &root)?;
        let files = self.incoming(&local, favour)?;
        let mut edits = Vec::new();
        let mut kept = Vec::new();
        for incoming in &files {
            let merged = merge(incoming, local.get(&incoming.path), favour);
            let path = below(&root, &incoming.path)?;
            match &merged {
                Merged::Conflict(how) => conflicts.push(format!("{path} ({how})")),
                Merged::Both(_) => kept.push(path.to_string()),
                _ => {}
            }
            edits.extend(edit(path, incoming, merged));
        }
        if !kept.is_empty() {
            let remark = format!("What was edited here is merged in: {}.", kept.join(", "));
            plan.remarks.push(remark);
        }
        if has_lock(view) {
            let mut updated = row.clone();
            self.version.write(&mut updated, view.document.dialect());
            let hash = hash_of(&root, &after(&root, &local, &edits)?);
            lock.push(LockEdit::Taken(Box::new(updated), hash));
        }
        let dialect = view.document.dialect();
        plan.edits.extend(self.version.edits(&row, dialect));
        plan.files.extend(edits);
        Ok(())
    }

    /// The files that are to be merged. Where it is not known what they were, they can only stay, or become what stands at
    /// the source, as the user says.
    fn incoming(
        &self,
        local: &BTreeMap<String, Local>,
        favour: Favour,
    ) -> Result<Vec<Incoming>, AppError> {
        if self.base == Base::Known {
            return Ok(self.files.clone());
        }
        let mut files = self.files.clone();
        let known: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
        let alone = local.keys().filter(|path| !known.contains(*path));
        files.extend(alone.map(|path| Incoming {
            path: path.clone(),
            base: None,
            theirs: None,
        }));
        let differs =
            |file: &Incoming| merge(file, local.get(&file.path), Favour::Neither) != Merged::Kept;
        match favour {
            Favour::Ours => Ok(Vec::new()),
            Favour::Neither if files.iter().any(differs) => Err(SourceError::BaseGone {
                artifact: self.id.to_string(),
                address: self.version.source.address.to_string(),
                commit: self.from.clone(),
            }
            .into()),
            _ => Ok(files),
        }
    }
}

fn below(root: &RelativePath, path: &str) -> Result<RelativePath, AppError> {
    if path.is_empty() {
        return Ok(root.clone());
    }
    Ok(root.join(path)?)
}

/// All files of an artifact as they will be.
fn after(
    root: &RelativePath,
    local: &BTreeMap<String, Local>,
    edits: &[FileEdit],
) -> Result<Vec<FileEdit>, AppError> {
    let mut files: BTreeMap<RelativePath, Content> = BTreeMap::new();
    for (path, local) in local {
        files.insert(below(root, path)?, local.content());
    }
    for edit in edits {
        files.insert(edit.path.clone(), edit.content.clone());
    }
    let files = files.into_iter();
    Ok(files
        .map(|(path, content)| FileEdit { path, content })
        .collect())
}
