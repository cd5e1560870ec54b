//! Which clients drop or misread a file for what reason; `docs/linter.md` names the source of each.

use crate::model::name::ArtifactType;

/// Codex: its skills' loader.
const CODEX: &str = "codex";
/// Gemini CLI: its skills' loader.
const GEMINI: &str = "gemini";
/// Claude Code.
const CLAUDE_CODE: &str = "claude_code";
/// Cline.
const CLINE: &str = "cline";
/// The installer of skills, `npx skills`.
const SKILLS_CLI: &str = "skills_cli";

/// The clients that drop or misread a file of that type for that reason; nothing where it is no reason for the type.
pub(super) fn clients(code: &str, kind: &ArtifactType) -> Option<&'static [&'static str]> {
    match kind {
        ArtifactType::Skill => of_skill(code),
        ArtifactType::Agent => of_agent(code),
        ArtifactType::Command => of_command(code),
        _ => of_other(code),
    }
}

fn of_skill(code: &str) -> Option<&'static [&'static str]> {
    Some(match code {
        "header-not-first" | "header-fenced" => &[CLAUDE_CODE, CODEX, GEMINI, SKILLS_CLI],
        "header-not-strict" => &[CLAUDE_CODE, CODEX, SKILLS_CLI],
        "header-missing" | "description-missing" | "description-case" | "file-name-case" => {
            &[CODEX, GEMINI, SKILLS_CLI]
        }
        "header-byte-order-mark" => &[CLINE, CODEX, GEMINI],
        "header-unclosed" | "header-closed-by-dots" => &[CODEX, GEMINI],
        "header-indented" | "name-missing" | "name-case" => &[GEMINI, SKILLS_CLI],
        "header-opening-spaces" => &[GEMINI],
        "header-not-utf-8"
        | "name-not-text"
        | "name-too-long"
        | "description-not-text"
        | "description-too-long"
        | "metadata-not-table" => &[CODEX],
        "header-too-large" => &[],
        _ => return None,
    })
}

fn of_agent(code: &str) -> Option<&'static [&'static str]> {
    match code {
        "header-missing"
        | "name-missing"
        | "name-case"
        | "description-missing"
        | "description-case" => Some(&[CLAUDE_CODE]),
        _ => of_command(code),
    }
}

fn of_command(code: &str) -> Option<&'static [&'static str]> {
    match code {
        "header-not-first" | "header-fenced" | "header-not-strict" | "header-unclosed" => {
            Some(&[CLAUDE_CODE])
        }
        _ => of_other(code),
    }
}

fn of_other(code: &str) -> Option<&'static [&'static str]> {
    let kept = [
        "header-fenced",
        "header-indented",
        "header-not-strict",
        "header-not-utf-8",
        "header-too-large",
        "header-unclosed",
    ];
    kept.contains(&code).then_some(&[])
}
