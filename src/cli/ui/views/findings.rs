//! What `check` found.

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::cli::ui::words::plural;
use crate::model::finding::{Finding, Severity};

/// Shows findings as `path:line:column: severity: message [code]`, one a line, with the clients that drop the file, and
/// says on stderr how many there are.
pub fn finding_list(ui: &mut Ui, findings: &[Finding]) -> Result<(), OutputError> {
    findings
        .iter()
        .try_for_each(|finding| ui.result(&line(finding)))?;
    ui.note(&summary(findings));
    Ok(())
}

/// Says how headers are mended, if strict YAML refuses one.
pub fn mending_note(ui: &mut Ui, findings: &[Finding]) {
    let is_refused = |finding: &Finding| finding.code == "header-not-strict";
    if findings.iter().any(is_refused) {
        ui.note("`skillmeat check --fix` puts quotes where strict YAML needs them.");
    }
}

fn line(finding: &Finding) -> String {
    let place = place(finding);
    let severity = match finding.severity {
        Severity::Error => style::error("error:"),
        Severity::Warning => style::warning("warning:"),
        Severity::Note => style::hint("note:"),
    };
    let code = style::dim(&format!("[{}]", finding.code));
    let clients = if finding.clients.is_empty() {
        String::new()
    } else {
        style::dim(&format!(
            " (dropped or misread by {})",
            finding.clients.join(", ")
        ))
    };
    format!(
        "{place}{severity} {} {code}{clients}",
        escaped(&finding.message)
    )
}

/// `path:line:column: `, as far as it is known.
fn place(finding: &Finding) -> String {
    if finding.path.is_empty() {
        return String::new();
    }
    let path = escaped(&finding.path);
    match (finding.line, finding.column) {
        (Some(line), Some(column)) => format!("{path}:{line}:{column}: "),
        (Some(line), None) => format!("{path}:{line}: "),
        (None, _) => format!("{path}: "),
    }
}

/// `2 errors, 1 warning.`
fn summary(findings: &[Finding]) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| {
            (
                severity,
                findings
                    .iter()
                    .filter(|finding| finding.severity == severity)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| plural(count, severity.as_str()))
        .collect();
    if counts.is_empty() {
        "No problems found.".to_owned()
    } else {
        format!("{}.", counts.join(", "))
    }
}
