//! Going back to the version of a deployed artifact that was deployed before.

use crate::model::deployment::Deployment;
use crate::model::layout::place_of;
use crate::model::path::RelativePath;

use super::deploy::{Deployed, without_links};
use super::deployment_change::{Overwriting, Wanted, change, parts_of};
use super::deployment_error::DeploymentError;
use super::deployment_home::Session;
use super::deployment_project::{Root, Target, rows_named};
use super::deployment_versions::known_version;
use super::error::AppError;
use super::notice::Notice;
use super::transaction::outcome::Mode;
use super::workspace::Workspace;

/// Brings back the versions that were deployed before the present ones.
#[derive(Debug, Clone, Default)]
pub struct Rollback {
    /// What was deployed: `type:name`, a bare name, or a pattern.
    pub artifacts: Vec<String>,
    /// Where.
    pub target: Target,
    /// What happens to files that were edited there.
    pub overwriting: Overwriting,
}

impl Workspace {
    /// Goes one version back along the lineage of each artifact: the files come from the collection's history.
    pub fn roll_back(
        &self,
        request: &Rollback,
        mode: Mode,
        on_wait: &mut dyn FnMut(&str),
    ) -> Result<Deployed, AppError> {
        let environment = &self.environment;
        let project = request.target.project(environment)?;
        let session = Session::begin(environment, "rollback", mode, on_wait)?;
        let mut notices = session.notices.clone();
        let roots = request.target.roots(&project)?;
        let mut parts = parts_of(&roots);
        for (number, row) in rows_named(&roots, &request.artifacts)? {
            let (root, wanted) = &mut parts[number];
            wanted.push(self.earlier(root, row, &mut notices)?);
        }
        let done = change(environment, Some(self), parts, request.overwriting, mode)?;
        Ok(Deployed {
            project,
            done,
            notices,
        })
    }

    fn earlier(
        &self,
        root: &Root,
        row: Deployment,
        notices: &mut Vec<Notice>,
    ) -> Result<Wanted, AppError> {
        self.refuse_other_collection(&row)?;
        let artifact = row.artifact.clone();
        let place = root.place_of(&row)?;
        let Some(hash) = row.before() else {
            return Err(DeploymentError::NoEarlier { artifact }.into());
        };
        let places = self.places_of(&row, &place);
        let tree = known_version(&self.repository, &artifact, &places, hash)?;
        let tree = without_links(&artifact, Some(tree), notices)?;
        let after = Deployment {
            deployed_at: self.environment.now.naive_utc(),
            content_hash: hash.clone(),
            ..row.clone()
        };
        Ok(Wanted {
            artifact,
            place,
            row: Some(row),
            after: Some((tree, after)),
        })
    }

    /// Where versions of a deployed artifact may lie in the collection.
    pub(super) fn places_of(&self, row: &Deployment, place: &RelativePath) -> Vec<RelativePath> {
        let mut places: Vec<RelativePath> = Vec::new();
        let own = self.place_in_collection(row);
        let all = own.into_iter().chain(place_of(&row.artifact));
        for place in all.chain([place.clone()]) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// Where an artifact lies in the collection now.
    pub(super) fn place_in_collection(&self, row: &Deployment) -> Option<RelativePath> {
        let id = row.artifact.to_string();
        let answer = self.read(|reader| reader.artifact(&id), &mut |_| {});
        answer.ok()?.value.summary.path.parse().ok()
    }

    /// Refuses a deployment from another collection.
    pub(super) fn refuse_other_collection(&self, row: &Deployment) -> Result<(), AppError> {
        if self.is_called(&row.collection)? {
            return Ok(());
        }
        Err(DeploymentError::OtherCollection {
            artifact: row.artifact.clone(),
            collection: row.collection.clone(),
        }
        .into())
    }
}
