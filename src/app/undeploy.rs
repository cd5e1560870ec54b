//! Taking artifacts out of a project: their files, and their rows in its record.

use super::deploy::Deployed;
use super::deployment_change::{Overwriting, Wanted, change, parts_of};
use super::deployment_home::Session;
use super::deployment_project::{Target, rows_named};
use super::environment::Environment;
use super::error::AppError;
use super::transaction::outcome::Mode;
use super::workspace::Workspace;

/// Takes artifacts out of a project.
#[derive(Debug, Clone, Default)]
pub struct Undeploy {
    /// What was deployed: `type:name`, a bare name, or a pattern.
    pub artifacts: Vec<String>,
    /// From where; from the folders of all profiles when none is named.
    pub target: Target,
    /// What happens to files that were edited there.
    pub overwriting: Overwriting,
}

/// Takes artifacts out of a project. What was edited is kept in the git of `keeper`, if it may be taken out at all.
pub fn undeploy(
    environment: &Environment,
    keeper: Option<&Workspace>,
    request: &Undeploy,
    mode: Mode,
    on_wait: &mut dyn FnMut(&str),
) -> Result<Deployed, AppError> {
    let project = request.target.project(environment)?;
    let session = Session::begin(environment, "undeploy", mode, on_wait)?;
    let roots = request.target.roots(&project)?;
    let mut parts = parts_of(&roots);
    for (number, row) in rows_named(&roots, &request.artifacts)? {
        let (root, wanted) = &mut parts[number];
        wanted.push(Wanted {
            artifact: row.artifact.clone(),
            place: root.place_of(&row)?,
            row: Some(row),
            after: None,
        });
    }
    let done = change(environment, keeper, parts, request.overwriting, mode)?;
    Ok(Deployed {
        project,
        done,
        notices: session.notices.clone(),
    })
}
