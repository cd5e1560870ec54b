//! Taking edits that were made in a project back into the collection, as one commit.
//!
//! Each file is merged three-way: the base is what was deployed, ours is what the collection holds, theirs is the
//! project's copy. Two edits of the same lines are a clash, and nothing is changed then.

use std::collections::BTreeSet;

use crate::model::deployment::{Deployment, Standing};
use crate::model::file_tree::{FileContent, FileTree, path_below};
use crate::model::markers::Markers;
use crate::model::path::RelativePath;
use crate::model::side::Sides;
use crate::store::git::line_merge::merge_lines;

use super::deploy::without_links;
use super::deployment_change::publish;
use super::deployment_error::DeploymentError;
use super::deployment_home::Session;
use super::deployment_project::{Root, Target, rows_named, standing_of};
use super::deployment_tree::tree_in_collection;
use super::deployment_versions::version;
use super::error::AppError;
use super::files_of::refuse_uncommitted;
use super::members::counted;
use super::notice::Notice;
use super::plan::{Content, FileEdit, Operation, Plan};
use super::transaction::outcome::{Mode, Outcome};
use super::view::View;
use super::workspace::Workspace;

/// How far a file is looked into to see whether it is a text, in bytes; as far as git looks.
const PROBE: usize = 8_000;

/// Takes edits back into the collection.
#[derive(Debug, Clone, Default)]
pub struct Pull {
    /// What was deployed: `type:name`, a bare name, or a pattern; all that was edited when unset.
    pub artifacts: Vec<String>,
    /// From where.
    pub target: Target,
}

/// An edited copy in a project.
struct Edited {
    /// The number of its root.
    root: usize,
    row: Deployment,
    /// Where it lies in the collection.
    source: RelativePath,
    base: FileTree,
    theirs: FileTree,
}

/// The operation on the collection.
struct TakeEdits<'a> {
    edited: &'a [Edited],
    project: String,
}

impl Workspace {
    /// Takes edits of a project's copies into the collection, in one commit, and notes in the record that they are.
    pub fn pull_deployments(
        &self,
        request: &Pull,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Outcome, AppError> {
        let environment = &self.environment;
        let project = request.target.project(environment)?;
        let session = Session::begin(environment, "pull", mode, on_wait)?;
        let mut notices = session.notices.clone();
        let roots = request.target.roots(&project)?;
        let edited = self.edited(request, &roots, &mut notices)?;
        let name = project.file_name().unwrap_or(project.as_os_str());
        let operation = TakeEdits {
            edited: &edited,
            project: name.to_string_lossy().into_owned(),
        };
        let mut outcome = self.change(&operation, mode, on_wait)?;
        if mode == Mode::Perform {
            notices.extend(self.note(roots, &edited)?);
        }
        notices.append(&mut outcome.notices);
        Ok(Outcome { notices, ..outcome })
    }

    /// The copies that were edited. What can't be taken in is an error where it is named, and told otherwise.
    fn edited(
        &self,
        request: &Pull,
        roots: &[Root],
        notices: &mut Vec<Notice>,
    ) -> Result<Vec<Edited>, AppError> {
        let mut all: Vec<Edited> = Vec::new();
        for (root, row) in rows_named(roots, &request.artifacts)? {
            let artifact = row.artifact.clone();
            let twice = |other: &Edited| other.row.artifact == artifact;
            match self.edited_copy((root, &roots[root]), row, notices) {
                Ok(Some(_)) if all.iter().any(twice) => {
                    let reason = format!(
                        "{artifact} was edited in more than one place; say which with `--profile`"
                    );
                    return Err(AppError::Request(reason));
                }
                Ok(found) => all.extend(found),
                Err(AppError::Deployment(error)) if request.artifacts.is_empty() => {
                    notices.push(Notice::Remark(format!("Left out: {error}.")));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    fn edited_copy(
        &self,
        (number, root): (usize, &Root),
        row: Deployment,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<Edited>, AppError> {
        let place = root.place_of(&row)?;
        let Some(there) = root.files_at(&place)? else {
            return Ok(None);
        };
        if there.hash() == row.content_hash {
            return Ok(None);
        }
        let artifact = row.artifact.clone();
        self.refuse_other_collection(&row)?;
        let theirs = without_links(&artifact, Some(there), notices)?;
        let gone = || DeploymentError::Gone {
            artifact: artifact.clone(),
        };
        let source = self.place_in_collection(&row).ok_or_else(gone)?;
        let repository = &self.repository;
        let ours = tree_in_collection(repository, &repository.index()?, &source)?;
        let ours = ours.ok_or_else(gone)?;
        if standing_of(&row, Some(&theirs), Some(&ours.hash())) == Standing::UpToDate {
            return Ok(None);
        }
        let base = if ours.hash() == row.content_hash {
            Some(ours)
        } else {
            version(repository, &self.places_of(&row, &place), &row.content_hash)?
        };
        let base = base.ok_or_else(|| DeploymentError::NoBase {
            artifact,
            hash: row.content_hash.clone(),
        })?;
        Ok(Some(Edited {
            root: number,
            row,
            source,
            base,
            theirs,
        }))
    }

    /// Notes in the records what was taken in. A version that is not in the collection as it is, because it was merged
    /// with another, is kept: it is the base of the next merge.
    fn note(&self, roots: Vec<Root>, edited: &[Edited]) -> Result<Vec<Notice>, AppError> {
        let mut notices = Vec::new();
        for (number, mut root) in roots.into_iter().enumerate() {
            let of_root: Vec<&Edited> = edited.iter().filter(|one| one.root == number).collect();
            if of_root.is_empty() {
                continue;
            }
            for one in of_root {
                let artifact = &one.row.artifact;
                self.keep_uncommitted(artifact, &one.source, &one.theirs)?;
                let hash = one.theirs.hash();
                let row = Deployment {
                    lineage: one.row.lineage_with(&hash),
                    content_hash: hash.clone(),
                    ..one.row.clone()
                };
                root.record.put(&row, root.name);
                let index = self.repository.index()?;
                let now = tree_in_collection(&self.repository, &index, &one.source)?;
                if now.is_none_or(|now| now.hash() != hash) {
                    notices.push(Notice::Remark(format!(
                        "The collection's {artifact} has changes that the project's copy has not; `skillmeat deploy {artifact}` brings them there."
                    )));
                }
            }
            publish(&self.environment, root, Vec::new())?;
        }
        Ok(notices)
    }
}

impl Operation for TakeEdits<'_> {
    fn word(&self) -> &'static str {
        "deployments-pull"
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let mut files = Vec::new();
        let mut clashes = Vec::new();
        for one in self.edited {
            let ours = tree_in_collection(view.repository, view.index, &one.source)?;
            let ours = ours.ok_or_else(|| DeploymentError::Gone {
                artifact: one.row.artifact.clone(),
            })?;
            merge(one, &ours, &mut files, &mut clashes)?;
        }
        if !clashes.is_empty() {
            return Err(DeploymentError::Clash { files: clashes }.into());
        }
        let paths: Vec<RelativePath> = files.iter().map(|file| file.path.clone()).collect();
        refuse_uncommitted(view, &paths)?;
        let ids: Vec<String> = self
            .edited
            .iter()
            .map(|one| format!("{:?}", one.row.artifact.to_string()))
            .collect();
        let subject = format!("artifact: pull {} from {}", counted(&ids), self.project);
        Ok(Plan::of_edits(subject, Vec::new()).with_files(files))
    }
}

/// Merges the files of an artifact.
fn merge(
    one: &Edited,
    ours: &FileTree,
    files: &mut Vec<FileEdit>,
    clashes: &mut Vec<String>,
) -> Result<(), AppError> {
    let trees = [&one.base, ours, &one.theirs];
    let paths: BTreeSet<&str> = trees
        .iter()
        .flat_map(|tree| tree.entries())
        .map(|(path, _)| path)
        .collect();
    for path in paths {
        let [base, ours, theirs] = trees.map(|tree| tree.get(path));
        let sides = Sides { base, ours, theirs };
        let path = path_below(&one.source, path)?;
        match merged(&sides) {
            Merged::Ours => {}
            Merged::To(content) => files.push(FileEdit { path, content }),
            Merged::Clash => clashes.push(path.to_string()),
        }
    }
    Ok(())
}

/// What becomes of a file.
enum Merged {
    /// It stays as the collection has it.
    Ours,
    /// It gets another content.
    To(Content),
    /// Both changed it, and it can't be both.
    Clash,
}

fn merged(sides: &Sides<Option<&FileContent>>) -> Merged {
    let (base, ours, theirs) = (sides.base, sides.ours, sides.theirs);
    if ours == theirs || theirs == base {
        return Merged::Ours;
    }
    if ours == base {
        let content = theirs.cloned().map_or(Content::Gone, Content::from);
        return Merged::To(content);
    }
    let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else {
        return Merged::Clash;
    };
    if [base, ours, theirs].into_iter().any(is_no_text) {
        return Merged::Clash;
    }
    let versions = Sides {
        base: base.bytes(),
        ours: ours.bytes(),
        theirs: theirs.bytes(),
    };
    let lines = merge_lines(&versions, &Markers::unlabelled());
    if lines.conflicts > 0 {
        return Merged::Clash;
    }
    let may_run = |content: &FileContent| matches!(content, FileContent::Executable(_));
    let is_theirs = may_run(theirs) != may_run(base);
    let executable = may_run(if is_theirs { theirs } else { ours });
    Merged::To(if executable {
        Content::Executable(lines.bytes)
    } else {
        Content::File(lines.bytes)
    })
}

fn is_no_text(content: &FileContent) -> bool {
    let head = content.bytes();
    let head = head.get(..PROBE).unwrap_or(head);
    content.is_link() || head.contains(&0)
}
