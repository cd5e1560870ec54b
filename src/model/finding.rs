//! Findings: what `check` and every reader report, with the place.

use std::fmt;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The manifest can't be used, or an artifact can't be shown; `check` exits 1.
    Error,
    /// Something is kept as it is but probably not meant so.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word that stands for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// How much a check asks of artifacts' files; each level asks for what the one before it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// That clients load them.
    #[default]
    Load,
    /// That they keep to the specification.
    Spec,
    /// That they follow its advice.
    Strict,
}

/// Something odd or wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable word for scripts, such as `duplicate-group` (`docs/manifest.md` and `docs/linter.md` list them).
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The file, relative to the collection; `""` when it is about no file.
    pub path: String,
    /// 1-based line, when known.
    pub line: Option<u32>,
    /// 1-based column in characters, when known.
    pub column: Option<u32>,
    /// The clients that drop or misread the file because of it (`docs/linter.md` names them).
    pub clients: &'static [&'static str],
}

impl Finding {
    /// A finding without a place.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            path: String::new(),
            line: None,
            column: None,
            clients: &[],
        }
    }

    /// The same finding in a file.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same finding with the clients that drop or misread the file because of it.
    #[must_use]
    pub fn dropped_by(mut self, clients: &'static [&'static str]) -> Self {
        self.clients = clients;
        self
    }

    /// The same finding at a 1-based line and column.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        (self.line, self.column) = (Some(line), Some(column));
        self
    }
}

impl fmt::Display for Finding {
    /// `path:line:column: message`, as compilers print it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "{}:", self.path)?;
            if let Some(line) = self.line {
                write!(formatter, "{line}:")?;
            }
            if let Some(column) = self.column {
                write!(formatter, "{column}:")?;
            }
            formatter.write_str(" ")?;
        }
        formatter.write_str(&self.message)
    }
}
