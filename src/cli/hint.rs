//! The next step after an error: one sentence, never a command that destroys something.

use crate::app::adopt::DATABASE_COLLECTION;
use crate::app::deployment_error::DeploymentError;
use crate::app::error::{
    AppError, Depth, GitOperation, ManifestError, Refusal, StoreError, Visibility,
};
use crate::app::source_error::SourceError;
use crate::model::error::ModelError;

use super::ui::words::did_you_mean;

/// The hint for an error; `""` when there is none.
pub fn hint(error: &AppError) -> String {
    match error {
        AppError::Value(error) => of_value(error),
        AppError::Source(error) => of_source(error),
        AppError::Manifest(ManifestError::LockFile { .. }) => {
            "Nothing was changed; mend that line of collection.lock, or see what it was with `skillmeat git -- log -p -- collection.lock`.".to_owned()
        }
        AppError::Manifest(_) | AppError::NothingValid { .. } => {
            "Mend the lines named above; `skillmeat check` shows all of them, and `skillmeat check --fix` merges rows that are identical.".to_owned()
        }
        AppError::Store(error) => of_store(error),
        AppError::Refused(refusal) => of_refusal(refusal),
        AppError::Deployment(error) => of_deployment(error),
        AppError::Unknown { what, name, known } => of_unknown(what, name, known),
        AppError::CalledOtherwise { what, was, at, .. } => {
            format!("See it with `skillmeat show {what} {} --at {}`.", quoted(was), quoted(at))
        }
        AppError::Ambiguous { candidates, .. } => {
            candidates.first().map_or_else(String::new, |first| format!("Say which one, for example {first}."))
        }
        AppError::NoMatch { .. } => "See what there is with `skillmeat list`.".to_owned(),
        AppError::Taken { what: "artifact", name } => format!("See it with `skillmeat show {}`.", quoted(name)),
        AppError::Taken { what: "collection", name } => format!("Use it with `skillmeat collection use {}`.", quoted(name)),
        AppError::Taken { what: what @ ("group" | "tag"), .. } => format!("See what there is with `skillmeat {what} list`."),
        AppError::SlugTaken { name, .. } => {
            format!("Give it another slug with `--slug SLUG`; a new tag with `skillmeat tag create {} --slug SLUG`.", quoted(name))
        }
        AppError::TagInFile { .. } => {
            "Say `--edit-artifact` to take it out of the file; only that line changes.".to_owned()
        }
        AppError::NoCollection | AppError::NotACollection { .. } => {
            "Make one with `skillmeat init NAME`, or name one with `-c NAME|PATH`.".to_owned()
        }
        AppError::PushOvertaken { .. } => "Bring them in and send yours with `skillmeat sync`.".to_owned(),
        AppError::PushRefused { .. } => "Your commits are kept. Ask those who look after that repository, or push to another branch with `skillmeat git -- push origin HEAD:BRANCH`.".to_owned(),
        AppError::NotEmpty { address } => format!("Share it in a repository that is empty, or get what is there with `skillmeat clone {}`.", quoted(address)),
        AppError::Filled { .. } => "Say another folder, or another name.".to_owned(),
        AppError::NoManifest { .. } => "Clone it with git, and make a collection in it with `skillmeat init --path DIR`.".to_owned(),
        AppError::NothingTo("undo") => "`skillmeat undo COMMIT` takes back a merge or another person's commit; see `skillmeat git -- log`.".to_owned(),
        AppError::NothingTo(_) => "Only what `skillmeat undo` took back last can be done again, until the next change.".to_owned(),
        AppError::OtherHistory { .. } => "Go to a branch that has it with `git switch BRANCH`, and take it back there.".to_owned(),
        AppError::Clash { .. } => "Nothing was changed. Set these by hand, or take back the later changes first.".to_owned(),
        AppError::ImportConflicts { .. } => "Nothing was changed. Take one side of each with `--prefer ours` or `--prefer theirs`, or set them by hand first.".to_owned(),
        AppError::ForeignFile { .. } => "Nothing was changed; mend that place of the file and import it again.".to_owned(),
        AppError::ForeignManifest { .. } => "Nothing was changed; `skillmeat -c PATH check` tells what is wrong with that collection.".to_owned(),
        AppError::NothingBefore { .. } => "`skillmeat git -- log --reverse` begins with the first commit.".to_owned(),
        AppError::OldManifest { .. } => "Name another commit; `skillmeat history` tells which ones changed the manifest.".to_owned(),
        AppError::BeyondHorizon => "Get the rest of the history with `git fetch --unshallow`.".to_owned(),
        AppError::Contention { .. } => "Try again when the others are done.".to_owned(),
        AppError::Apply { .. } => "Nothing was changed; mend that line and run it again.".to_owned(),
        _ => String::new(),
    }
}

fn quoted(name: &str) -> String {
    if name
        .chars()
        .all(|c| c.is_alphanumeric() || "-_.:/".contains(c))
    {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
}

fn of_value(error: &ModelError) -> String {
    match error {
        ModelError::NoSlug { .. } => "Give it a slug with `--slug SLUG`.".to_owned(),
        ModelError::ArtifactName { .. } => "Give it another name.".to_owned(),
        ModelError::Source { .. } => {
            "A source is OWNER/REPO/PATH[@VERSION], or ADDRESS//PATH[@VERSION] with an address that git takes.".to_owned()
        }
        _ => String::new(),
    }
}

fn of_unknown(what: &str, name: &str, known: &[String]) -> String {
    if let Some(suggestion) = did_you_mean(name, known.iter().map(String::as_str)) {
        return format!("Did you mean {suggestion:?}?");
    }
    if what == DATABASE_COLLECTION {
        return format!("It knows {}.", known.join(", "));
    }
    let list = match what {
        "group" => "skillmeat group list",
        "tag" | "tag definition" => "skillmeat tag list",
        "collection" => "skillmeat collection list",
        "conflict" => "skillmeat conflicts",
        "deployment of" => "skillmeat deployments",
        _ => "skillmeat list",
    };
    format!("See what there is with `{list}`.")
}

fn of_store(error: &StoreError) -> String {
    match error {
        StoreError::NotARepository { path } => {
            format!("Make it one with `skillmeat init --path {}`.", quoted(&path.display().to_string()))
        }
        StoreError::ForeignOwner { path } => {
            let folder = path.parent().unwrap_or(path);
            format!(
                "If you trust it, run `git config --global --add safe.directory {}`.",
                quoted(&folder.display().to_string())
            )
        }
        StoreError::Locked { path, .. } if path.ends_with("index.lock") => {
            "Another git process is at work, perhaps an editor with a commit message; try again when it is done.".to_owned()
        }
        StoreError::Locked { .. } => "Try again when the other change is done.".to_owned(),
        StoreError::Unreachable { .. } => "Your commits are kept; see what git says above, and try again.".to_owned(),
        StoreError::GitCommand { .. } => "Nothing was changed; see what git says above.".to_owned(),
        other if other.is_unwritable() => "Nothing was changed; make room or the folder writable, and try again.".to_owned(),
        _ => String::new(),
    }
}

fn of_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::InProgress(GitOperation::Bisect) => "End it with `git bisect reset`.".to_owned(),
        Refusal::InProgress(operation) => {
            let command = operation.command();
            format!(
                "Finish it with `git {command} --continue`; `git status` tells what is left to do."
            )
        }
        Refusal::ManifestConflicted => {
            "See them with `skillmeat conflicts`, decide them with `skillmeat resolve`, and end it with `skillmeat resolve --commit`.".to_owned()
        }
        Refusal::Detached => {
            "Go to a branch with `git switch BRANCH`, or make one here with `git switch -c BRANCH`."
                .to_owned()
        }
        Refusal::Conflicted { path } => {
            format!(
                "Resolve it, then run `git add {}` and `git commit`.",
                quoted(&format!(":/{path}"))
            )
        }
        Refusal::ManifestIsLink => {
            "Put the file itself there in place of the link, and commit that.".to_owned()
        }
        Refusal::ManifestGone { path, work_tree } => {
            let top = quoted(&work_tree.display().to_string());
            format!(
                "Bring it back with `git -C {top} restore {}`.",
                quoted(path)
            )
        }
        Refusal::Hidden {
            path,
            visibility,
            work_tree,
        } => {
            let flag = match visibility {
                Visibility::AssumedUnchanged => "--no-assume-unchanged",
                _ => "--no-skip-worktree",
            };
            let top = quoted(&work_tree.display().to_string());
            format!("Run `git -C {top} update-index {flag} {}`.", quoted(path))
        }
        Refusal::StagedDifferently { .. } => {
            "Commit what is staged first, with `git commit`.".to_owned()
        }
        Refusal::Uncommitted { .. } => "Record it first with `skillmeat commit`.".to_owned(),
        Refusal::LinkInPath { .. } => {
            "Put the folder itself there in place of the link.".to_owned()
        }
        Refusal::Nested => {
            "Read the collection in hooks, and change it outside of them.".to_owned()
        }
        other => of_sharing(other),
    }
}

/// The hint where commits could not come or go.
fn of_sharing(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoUpstream { .. } => {
            "Share the collection with `skillmeat share URL`, or follow a branch with `git branch --set-upstream-to=REMOTE/BRANCH`.".to_owned()
        }
        Refusal::LocalUpstream { .. } => {
            "Follow a branch of a remote with `git branch --set-upstream-to=REMOTE/BRANCH`.".to_owned()
        }
        Refusal::Switched { .. } => {
            "Nothing was merged into the other branch, and nothing of it was sent; try again on the one that you mean.".to_owned()
        }
        Refusal::OtherOrigin { .. } => {
            "Share it there with `skillmeat sync`, or lead the remote elsewhere with `git remote set-url origin URL`.".to_owned()
        }
        Refusal::ForeignCommits { push, .. } => {
            format!("Only you know whether they are meant to go out; `{push}` sends them.")
        }
        Refusal::Unrelated { depth: Depth::Shallow } => {
            "Get the rest of the history with `git fetch --unshallow`.".to_owned()
        }
        Refusal::Unrelated { depth: Depth::Whole } => {
            "Look whether the remote is the right one with `git remote -v`; git merges two histories with `git merge --allow-unrelated-histories`.".to_owned()
        }
        Refusal::MergeStopped { .. } => {
            "Nothing was changed; record your work with `skillmeat commit`, or put it aside with `git stash`, and try again.".to_owned()
        }
        Refusal::NotCommitted { next, .. } => {
            format!("All is merged and staged; when the reason is gone, go on with `{next}`.")
        }
        Refusal::EditedConflict => {
            "Take out the markers by hand and run `git add collection.toml`; or begin anew with `git checkout --merge -- collection.toml`.".to_owned()
        }
        _ => String::new(),
    }
}

/// The hint where something could not be had from a source.
fn of_source(error: &SourceError) -> String {
    match error {
        SourceError::Unreachable { .. } => {
            "Nothing was changed. See what git says above; if a folder of this machine is meant, look at its path.".to_owned()
        }
        SourceError::NoVersion { version, known, .. } => {
            match did_you_mean(version, known.iter().map(String::as_str)) {
                Some(suggestion) => format!("Did you mean {suggestion:?}?"),
                None => "Nothing was changed. Name another version with `@VERSION`, or `skillmeat update ARTIFACT --to VERSION`.".to_owned(),
            }
        }
        SourceError::NoPath { .. } | SourceError::Refused { .. } => {
            "Nothing was changed. Another version may do: `@VERSION` with `skillmeat add`, `--to VERSION` with `skillmeat update`.".to_owned()
        }
        SourceError::NoSource { .. } => {
            "`skillmeat outdated` tells which artifacts have one.".to_owned()
        }
        SourceError::Unreadable { .. } => {
            "Mend the `source` of its row in collection.toml.".to_owned()
        }
        SourceError::BaseGone { .. } => {
            "Nothing was changed. `--theirs` takes the files of the source, `--ours` keeps those that are here and notes the new version.".to_owned()
        }
        SourceError::Conflicts { .. } => {
            "Nothing was changed. `--theirs` takes these files from the source, `--ours` keeps those that are here; the rest is merged.".to_owned()
        }
        SourceError::Overtaken { .. } => "Try again.".to_owned(),
        SourceError::Empty { .. } => "Nothing was changed.".to_owned(),
    }
}

/// The hint where something can't be deployed.
fn of_deployment(error: &DeploymentError) -> String {
    match error {
        DeploymentError::Record { .. } => "Mend that line by hand; everything else in the record is kept.".to_owned(),
        DeploymentError::NoFolder { .. } => "Make the folder first, or say another one with `--to DIR`.".to_owned(),
        DeploymentError::InCollection { .. } => "Say the project with `--to DIR`.".to_owned(),
        DeploymentError::NoPlace { profile, .. } => {
            let kinds = profile.kinds().iter().map(|kind| format!("--type {kind}"));
            let kinds: Vec<String> = kinds.collect();
            format!("Deploy only what it takes, with `{}`, or choose another with `--profile`.", kinds.join(" "))
        }
        DeploymentError::NoFiles { artifact } => {
            format!("See where it is from with `skillmeat show {}`.", quoted(&artifact.to_string()))
        }
        DeploymentError::InTheWay { edited, .. } => {
            let pull = "Take the edits into the collection with `skillmeat deployments pull`. ";
            let pull = if edited.is_empty() { "" } else { pull };
            format!("{pull}With `--force` what stands there is kept in git first, and the way back is told.")
        }
        DeploymentError::Astray { .. } => "Nothing there was touched. Mend or remove that row by hand.".to_owned(),
        DeploymentError::NoEarlier { .. } => "See what is deployed with `skillmeat deployments --json`.".to_owned(),
        DeploymentError::NoVersion { .. } => "Look for the commit with `skillmeat history`, and for what is kept with `skillmeat git -- for-each-ref refs/skillmeat/kept`.".to_owned(),
        DeploymentError::SeveralVersions { found, .. } => found.first().map_or_else(String::new, |hash| format!("Say more of it, for example `--version {hash}`.")),
        DeploymentError::NoBase { .. } => "Nothing was changed. Bring the edits together by hand in the collection; then `skillmeat deploy --force` keeps the project's copy in git and replaces it.".to_owned(),
        DeploymentError::Clash { .. } => "Nothing was changed. Let these lines say the same in both copies, and pull again; or keep the project's copy in git and take the collection's with `skillmeat deploy --force`.".to_owned(),
        DeploymentError::OtherCollection { collection, .. } => format!("Name it with `-c {}`.", quoted(collection)),
        DeploymentError::Gone { artifact } => format!("Bring it back with `skillmeat restore artifact {} --with-artifacts`, or add the project's copy with `skillmeat add PATH`.", quoted(&artifact.to_string())),
        DeploymentError::Left { .. } => "Look at these files and deploy again.".to_owned(),
        DeploymentError::SamePlace { .. } => "Deploy one of them.".to_owned(),
    }
}
