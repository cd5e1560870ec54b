//! Telling what was deployed, and how deployments stand.

use std::path::Path;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::app::deploy::Deployed;
use crate::app::deployment_change::{Action, Done};
use crate::app::deployments::{Deployments, Listed};
use crate::app::transaction::outcome::Mode;
use crate::model::content_hash::ContentHash;
use crate::model::deployment::Standing;

use super::context::Context;
use super::error::CliError;
use super::notice::tell;
use super::ui::settings::{Format, Verbosity};
use super::ui::style;
use super::ui::table::Table;
use super::ui::text::escaped;
use super::ui::words::plural;

/// Tells what was deployed or taken back, and how what was overwritten comes back.
pub(super) fn tell_deployed(context: &mut Context, deployed: &Deployed) -> Result<(), CliError> {
    for notice in &deployed.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let done: Value = deployed.done.iter().map(done_json).collect();
        let document = json!({
            "project": deployed.project.display().to_string(),
            "deployments": done,
        });
        return Ok(context.ui.json(&document)?);
    }
    let is_pretended = context.mode() == Mode::Pretend;
    if context.ui.verbosity() != Verbosity::Quiet || is_pretended {
        for done in deployed.done.iter().filter(|one| !is_nothing(one)) {
            context.ui.result(&line(done))?;
        }
    }
    tell_kept(context, deployed);
    if deployed.done.iter().all(is_nothing) {
        if context.ui.verbosity() != Verbosity::Quiet {
            context.ui.result("Nothing to change.")?;
        }
    } else if is_pretended {
        context.ui.note("Nothing was changed: this was a dry run.");
    }
    Ok(())
}

fn is_nothing(done: &Done) -> bool {
    done.action == Action::Nothing
}

fn line(done: &Done) -> String {
    let did = match done.action {
        Action::Deploy => "deployed",
        Action::Update => "updated",
        Action::Record => "recorded; its files were there already",
        Action::Remove => "removed",
        Action::Nothing => "as it was",
    };
    let files = match done.files {
        0 => String::new(),
        count => format!(" ({})", plural(count, "file")),
    };
    let artifact = style::bold(&escaped(&done.artifact.to_string()));
    format!("{artifact} in {}: {did}{files}", escaped(&done.path))
}

/// Says how what was overwritten comes back.
fn tell_kept(context: &mut Context, deployed: &Deployed) {
    for done in &deployed.done {
        let Some(kept) = &done.kept else { continue };
        let command = command_back(context, &deployed.project, done, kept);
        let said = match context.mode() {
            Mode::Perform => "is kept in git. Bring it back with",
            Mode::Pretend => "would be kept in git. It would come back with",
        };
        context.ui.note(&format!(
            "What stood in {} {said} `{}`.",
            escaped(&done.path),
            escaped(&command)
        ));
    }
}

fn command_back(context: &Context, project: &Path, done: &Done, kept: &ContentHash) -> String {
    let collection = context.global.collection.as_deref();
    let collection = collection.map(|name| format!("-c {} ", in_shell(name)));
    let root = done.path.split('/').next().unwrap_or_default();
    let profile = match root {
        ".cursor" => " --profile cursor",
        ".gemini" => " --profile gemini",
        ".agents" => " --profile agents",
        _ => "",
    };
    format!(
        "skillmeat {}deploy {} --version {} --to {}{profile}",
        collection.unwrap_or_default(),
        in_shell(&done.artifact.to_string()),
        kept.short(),
        in_shell(&project.display().to_string()),
    )
}

/// A word as a shell takes it: the command is there to be run.
fn in_shell(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.:/".contains(c);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn done_json(done: &Done) -> Value {
    json!({
        "artifact": done.artifact.to_string(),
        "path": done.path,
        "action": done.action.as_str(),
        "files": done.files,
        "content_hash": done.content_hash.as_str(),
        "kept": done.kept.as_ref().map_or("", ContentHash::as_str),
    })
}

/// Tells how deployments stand, project by project.
pub(super) fn tell_list(context: &mut Context, found: &Deployments) -> Result<(), CliError> {
    for notice in &found.notices {
        tell(&mut context.ui, notice);
    }
    if context.ui.format() == Format::Json {
        let projects = found.projects.iter();
        let projects: Value = projects
            .map(|project| json!(project.display().to_string()))
            .collect();
        let list: Value = found.list.iter().map(listed_json).collect();
        let document = json!({ "projects": projects, "deployments": list });
        return Ok(context.ui.json(&document)?);
    }
    if found.list.is_empty() {
        context.ui.note("Nothing is deployed here.");
        return Ok(());
    }
    let mut table = Table::new(&["Artifact", "State", "Place", "Deployed"]);
    for project in &found.projects {
        let rows: Vec<&Listed> = found
            .list
            .iter()
            .filter(|one| one.project == *project)
            .collect();
        if found.projects.len() > 1 && !rows.is_empty() {
            table.line(&style::heading(&escaped(&project.display().to_string())));
        }
        for listed in rows {
            table.row(cells(listed));
        }
    }
    context.ui.table(&table)?;
    advise(context, found);
    Ok(())
}

fn cells(listed: &Listed) -> [String; 4] {
    let row = &listed.row;
    let state = match listed.standing {
        Standing::UpToDate => "up to date".to_owned(),
        Standing::Outdated => style::warning("outdated"),
        Standing::Modified => style::warning("locally modified"),
        Standing::Both => style::warning("outdated and locally modified"),
        Standing::Missing => style::warning("missing"),
        Standing::Gone => style::warning("gone from the collection"),
        Standing::UnknownCollection => {
            let collection = escaped(&row.collection).into_owned();
            style::warning(&format!("from the unknown collection {collection:?}"))
        }
        Standing::Refused => style::warning("not followed"),
    };
    let place = format!("{}/{}", listed.root, row.path);
    let moment = rfc_3339(&row.deployed_at);
    let day = moment.get(..10).unwrap_or_default().to_owned();
    [
        style::bold(&escaped(&row.artifact.to_string())),
        state,
        escaped(&place).into_owned(),
        day,
    ]
}

/// Says why something is not followed, and what to do about the rest.
fn advise(context: &mut Context, found: &Deployments) {
    for listed in &found.list {
        if listed.standing == Standing::Refused {
            let artifact = listed.row.artifact.to_string();
            let (artifact, reason) = (escaped(&artifact), escaped(&listed.reason));
            context
                .ui
                .warning(&format!("{artifact} is not followed: {reason}."));
        }
    }
    let has = |standings: &[Standing]| {
        let mut list = found.list.iter();
        list.any(|listed| standings.contains(&listed.standing))
    };
    if has(&[Standing::Modified, Standing::Both]) {
        context.ui.note(
            "Take local edits into the collection with `skillmeat deployments pull [ARTIFACT…]`.",
        );
    }
    if has(&[Standing::Outdated, Standing::Missing]) {
        context
            .ui
            .note("Bring the collection's version in with `skillmeat deploy ARTIFACT…`.");
    }
    if has(&[Standing::Gone]) {
        context
            .ui
            .note("Take out what is gone with `skillmeat undeploy ARTIFACT…`.");
    }
}

fn listed_json(listed: &Listed) -> Value {
    let row = &listed.row;
    let text = |hash: &Option<ContentHash>| {
        let text = hash.as_ref().map(ContentHash::as_str);
        text.unwrap_or_default().to_owned()
    };
    let versions: Vec<&str> = row.lineage.iter().map(ContentHash::as_str).collect();
    json!({
        "artifact": row.artifact.to_string(),
        "state": listed.standing.as_str(),
        "project": listed.project.display().to_string(),
        "path": format!("{}/{}", listed.root, row.path),
        "profile": row.profile,
        "collection": row.collection,
        "deployed_at": rfc_3339(&row.deployed_at),
        "content_hash": row.content_hash.as_str(),
        "project_hash": text(&listed.project_hash),
        "collection_hash": text(&listed.collection_hash),
        "versions": versions,
        "reason": listed.reason,
    })
}

/// A moment of a record with its offset: without one it is in UTC. What is no moment is `""`.
fn rfc_3339(text: &str) -> String {
    for candidate in [text.to_owned(), format!("{text}Z")] {
        if candidate.parse::<Timestamp>().is_ok() {
            return candidate;
        }
    }
    String::new()
}
