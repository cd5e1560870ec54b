//! Mending what can be mended without a guess: identical rows that stand twice become one, and values that strict YAML
//! refuses get quotes.

use crate::frontmatter::lint_fix::{Mending, Quoted, quoted};
use crate::manifest::Document;
use crate::model::artifact_file::FoundFile;
use crate::model::path::RelativePath;
use crate::store::files;
use crate::store::scan::scan;

use super::error::AppError;
use super::files_of::{content_of, refuse_uncommitted};
use super::headers::of_each;
use super::lint::has_header;
use super::plan::{Admission, Content, FileEdit, HandEdits, Operation, Plan};
use super::view::View;

/// The largest file whose header is mended, in bytes.
const FILE_LIMIT: u64 = 16 << 20;

/// Mends rows and headers.
#[derive(Debug, Clone, Copy)]
pub struct Fix;

impl Operation for Fix {
    fn word(&self) -> &'static str {
        "check-fix"
    }

    fn admission(&self) -> Admission {
        Admission::InvalidManifest
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let manifest = view.document.without_duplicates()?;
        let headers = headers(view)?;
        let mut plan = Plan::of_edits(
            subject(manifest.is_some(), headers.mended.len()),
            Vec::new(),
        );
        if let Some(text) = &manifest {
            Document::scan(text.clone())?.validate()?;
            plan.hand_edits = HandEdits::Included;
        }
        plan.manifest = manifest;
        let paths: Vec<RelativePath> = headers
            .mended
            .iter()
            .map(|(path, _)| path.clone())
            .collect();
        refuse_uncommitted(view, &paths)?;
        for (path, quoted) in headers.mended {
            plan = plan.with_remark(told(&path, &quoted));
            plan.files.push(edit(view, path, quoted)?);
        }
        for path in headers.beyond {
            plan = plan.with_remark(format!(
                "{path} takes more than quotes; it is left as it is."
            ));
        }
        Ok(plan)
    }
}

/// The files whose headers strict YAML refuses.
#[derive(Default)]
struct Headers {
    mended: Vec<(RelativePath, Quoted)>,
    beyond: Vec<RelativePath>,
}

fn headers(view: &View<'_>) -> Result<Headers, AppError> {
    let root = view.repository.folder();
    let found = scan(root)?.files;
    let markdown: Vec<FoundFile> = found
        .into_iter()
        .filter(has_header)
        .filter(|file| file.stamp.size <= FILE_LIMIT)
        .collect();
    let mendings = of_each(&markdown, |file| {
        let bytes = files::read(&file.path.under(root), FILE_LIMIT)?;
        Ok(bytes.map(|bytes| (file.path.clone(), quoted(&bytes))))
    })?;
    let mut headers = Headers::default();
    for (path, mending) in mendings {
        match mending {
            Mending::NotNeeded => {}
            Mending::Quoted(quoted) => headers.mended.push((path, quoted)),
            Mending::Beyond => headers.beyond.push(path),
        }
    }
    Ok(headers)
}

fn subject(merges_rows: bool, headers: usize) -> String {
    let rows = "merge rows that stand twice";
    let quotes = match headers {
        1 => "quote values in one header".to_owned(),
        several => format!("quote values in {several} headers"),
    };
    match (merges_rows, headers) {
        (_, 0) => format!("manifest: {rows}"),
        (false, _) => format!("artifact: {quotes}"),
        (true, _) => format!("manifest: {rows}, {quotes}"),
    }
}

/// `Lines 3 to 5 and 9 of skills/a/SKILL.md are quoted.`
fn told(path: &RelativePath, quoted: &Quoted) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for line in &quoted.lines {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => runs.push((*line, *line)),
        }
    }
    let shown: Vec<String> = runs
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            _ => format!("{first} to {last}"),
        })
        .collect();
    match (quoted.lines.len(), shown.split_last()) {
        (1, Some((line, _))) => format!("Line {line} of {path} is quoted."),
        (_, Some((lines, []))) => format!("Lines {lines} of {path} are quoted."),
        (_, Some((last, first))) => {
            format!(
                "Lines {} and {last} of {path} are quoted.",
                first.join(", ")
            )
        }
        (_, None) => format!("{path} is quoted."),
    }
}

fn edit(view: &View<'_>, path: RelativePath, quoted: Quoted) -> Result<FileEdit, AppError> {
    let before = content_of(&path.under(view.repository.folder()))?;
    let content = match before {
        Content::Executable(_) => Content::Executable(quoted.bytes),
        _ => Content::File(quoted.bytes),
    };
    Ok(FileEdit { path, content })
}
