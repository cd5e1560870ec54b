//! `adopt`: what SkillMeat made, taken over.

use clap::{Args, ValueEnum, ValueHint};
use serde_json::{Value, json};

use crate::app::adopt::{Adopt, AdoptReport, Adopted, Disagreement, Prefer, Standing};
use crate::app::environment::{Step, Watcher};
use crate::app::error::AppError;
use crate::app::registry::Activity;
use crate::app::transaction::outcome::Outcome;
use crate::cli::context::{Context, waiting};
use crate::cli::error::{CliError, report};
use crate::cli::json;
use crate::cli::notice::tell;
use crate::cli::ui::settings::Format;
use crate::cli::ui::views::adopt;
use crate::model::commit::CommitId;

/// Take over what SkillMeat made, with what only its database holds
///
/// Each collection comes under git as it is, if it is not yet. Groups, tag colours, ratings
/// and composites that are only in SkillMeat's cache/cache.db become rows of collection.toml,
/// in a commit of their own that `undo` takes back. SkillMeat's own files are read only.
///
/// Without DIR: all collections of the home, `$SKILLMEAT_HOME` or ~/.skillmeat. DIR is another
/// home, or one collection.
///
/// Examples:
///
///   skillmeat adopt -n
///   skillmeat adopt
///   skillmeat adopt ~/backup/.skillmeat/collections/work --prefer database
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct AdoptArguments {
    /// A home of SkillMeat's, or one of its collections
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: Option<String>,
    /// The same as --dry-run
    #[arg(short = 'n')]
    plan: bool,
    /// Which value stays where collection.toml and database do not agree
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Preferred::Manifest)]
    prefer: Preferred,
    /// SkillMeat's database, where it is not in the home's cache folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    database: Option<String>,
    /// Put what the database keeps under this collection into the one in DIR
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Preferred {
    /// What stands in collection.toml
    Manifest,
    /// What the database says
    Database,
}

/// Runs `adopt`.
pub fn run(context: &mut Context, arguments: AdoptArguments) -> Result<(), CliError> {
    context.global.dry_run |= arguments.plan;
    if context.global.collection.is_some() {
        let reason = "`adopt` is about folders: name the one that is meant as DIR, without -c";
        return Err(AppError::Request(reason.to_owned()).into());
    }
    let request = Adopt {
        path: arguments.folder.map(|folder| context.path(&folder)),
        database: arguments.database.map(|file| context.path(&file)),
        from: arguments.from,
        prefer: match arguments.prefer {
            Preferred::Manifest => Prefer::Manifest,
            Preferred::Database => Prefer::Database,
        },
    };
    let report = watched(context, &request)?;
    let done = report
        .collections
        .iter()
        .filter_map(|one| one.result.as_ref().ok());
    for notice in done.flat_map(|done| done.recorded.notices.iter().chain(&done.rescued.notices)) {
        tell(&mut context.ui, notice);
    }
    let mode = context.mode();
    if context.ui.format() == Format::Json {
        context.ui.json(&as_json(&report))?;
    } else {
        adopt::for_people(&mut context.ui, &report, request.prefer, mode)?;
    }
    failures(context, report)
}

/// Does it, and shows how far it is where there is a terminal.
fn watched(context: &mut Context, request: &Adopt) -> Result<AdoptReport, AppError> {
    let mode = context.mode();
    let stages = context.ui.stages();
    let mut environment = context.environment.clone();
    environment.watcher = Watcher::telling(move |step| match step {
        Step::Begun(what, length) => stages.begin(what, length),
        Step::Done(amount) => stages.advance(amount),
    });
    request.run(&environment, mode, &mut |holder| {
        waiting(&mut context.ui, holder);
    })
}

/// Tells why collections were not taken over; the first reason is the exit code's.
fn failures(context: &mut Context, report: AdoptReport) -> Result<(), CliError> {
    let mut code = None;
    for adopted in report.collections {
        let Err(error) = adopted.result else { continue };
        let error = CliError::from(error);
        if let Some(mut report) = error.report() {
            report.message = format!("{}: {}", adopted.name, report.message);
            context.ui.error_report(&report);
        }
        code = code.or(Some(error.exit_code()));
    }
    code.map_or(Ok(()), |code| Err(CliError::Exit(code)))
}

/// `{database, findings, collections}`.
fn as_json(report: &AdoptReport) -> Value {
    let database = report
        .database
        .as_ref()
        .map(|path| path.display().to_string());
    json!({
        "database": database.unwrap_or_default(),
        "findings": report.findings.iter().map(json::finding).collect::<Value>(),
        "collections": report.collections.iter().map(collection).collect::<Value>(),
    })
}

/// `{collection, path, active, repository, recorded, changes, commit, undo, disagreements, findings, error}`.
fn collection(adopted: &Adopted) -> Value {
    let nothing = Outcome::default();
    let done = adopted.result.as_ref().ok();
    let outcome = done.map_or(&nothing, |done| &done.rescued);
    let undo = outcome
        .commit
        .as_ref()
        .map(|commit| adopt::undo(adopted, commit.as_str()));
    let mut document =
        json::change_report(&outcome.changes, outcome.commit.as_ref(), undo.as_deref());
    let recorded = done.map_or(&nothing, |done| &done.recorded);
    let findings = done.into_iter();
    let findings = findings.flat_map(|done| done.findings.iter().chain(&done.told.findings));
    let told = done.map_or(&[][..], |done| &done.told.disagreements);
    document["collection"] = json!(adopted.name);
    document["path"] = json!(adopted.folder.display().to_string());
    document["active"] = json!(adopted.activity == Some(Activity::Active));
    document["repository"] = json!(match adopted.standing {
        Standing::Made | Standing::MadeInside(_) => "made",
        Standing::Own => "own",
        Standing::Around(_) => "around",
    });
    document["recorded"] = json!({
        "files": json::files(&recorded.files),
        "commit": recorded.commit.as_ref().map(CommitId::as_str),
    });
    document["disagreements"] = told.iter().map(disagreement).collect();
    document["findings"] = findings.map(json::finding).collect();
    document["error"] = error(adopted);
    document
}

/// `{key, field, manifest, database}`.
fn disagreement(one: &Disagreement) -> Value {
    json!({
        "key": one.key.to_string(),
        "field": one.field.as_str(),
        "manifest": json::held(&one.manifest, Some(one.field)),
        "database": json::held(&one.database, Some(one.field)),
    })
}

/// What kept a collection from being taken over, as errors are told; `null` when nothing did.
fn error(adopted: &Adopted) -> Value {
    let Err(error) = &adopted.result else {
        return Value::Null;
    };
    report(error).to_json()["error"].clone()
}
