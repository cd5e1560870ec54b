//! An error as it is told: `error:`, `caused by:`, `hint:`, or one line of JSON.

use serde_json::{Value, json};

use super::style;
use super::text::escaped;

/// All that is told of an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorReport {
    /// A stable word for scripts, such as `not-found`.
    pub kind: String,
    /// What went wrong; it names the file and line for people, if there are any.
    pub message: String,
    /// What led to it, the nearest cause first.
    pub causes: Vec<String>,
    /// The next step; `""` when there is none to name.
    pub hint: String,
    /// The file, for scripts; `""` when it is about no file.
    pub path: String,
    /// The 1-based line in that file, for scripts.
    pub line: Option<u32>,
}

impl ErrorReport {
    /// The lines for people, with styles.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = told(&style::error("error:"), &self.message);
        for cause in &self.causes {
            lines.extend(told("  caused by:", cause));
        }
        if !self.hint.is_empty() {
            lines.extend(told(&style::hint("hint:"), &self.hint));
        }
        lines
    }

    /// The document for scripts; the causes follow the message, after colons.
    pub fn to_json(&self) -> Value {
        let parts: Vec<&str> = std::iter::once(&self.message)
            .chain(&self.causes)
            .map(String::as_str)
            .collect();
        json!({"error": {
            "kind": self.kind,
            "message": parts.join(": "),
            "hint": self.hint,
            "path": self.path,
            "line": self.line,
        }})
    }
}

/// A text after a word such as `error:`; its further lines are indented, so that they can't pass for another word's.
pub fn told(word: &str, text: &str) -> Vec<String> {
    let mut lines = text.lines().map(escaped);
    let first = lines.next().unwrap_or_default();
    let mut told = vec![format!("{word} {first}")];
    told.extend(lines.map(|line| format!("    {line}")));
    told
}
