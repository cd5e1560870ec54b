//! How conflicts are marked in a text.

use super::side::{Side, Sides};

/// The number of signs in a marker, unless something else is asked for.
pub const MARKER_SIZE: u8 = 7;

/// How conflicts are marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markers {
    /// What stands behind the markers of each version; `""` for nothing.
    pub labels: Sides<String>,
    /// How many signs a marker has; 0 counts as 1.
    pub size: u8,
    /// Whether the base is shown, too.
    pub style: MarkerStyle,
}

/// Whether the base is shown in conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MarkerStyle {
    /// Both sides only.
    #[default]
    Merge,
    /// The base between them, as git's `diff3` style has it.
    Diff3,
}

impl Default for Markers {
    fn default() -> Self {
        Self {
            labels: Sides::each(|side| side.as_str().to_owned()),
            size: MARKER_SIZE,
            style: MarkerStyle::Merge,
        }
    }
}

impl Markers {
    /// Markers as git makes them by itself, without labels: for a text that nobody sees with conflicts in it.
    pub fn unlabelled() -> Self {
        Self {
            labels: Sides::default(),
            size: MARKER_SIZE,
            style: MarkerStyle::Merge,
        }
    }

    /// What the versions have, between markers. Each text is whole lines, or nothing.
    pub fn block(&self, texts: &Sides<String>, newline: &str) -> String {
        let mut block = self.line('<', Some(Side::Ours), newline);
        block.push_str(&texts.ours);
        if self.style == MarkerStyle::Diff3 {
            block.push_str(&self.line('|', Some(Side::Base), newline));
            block.push_str(&texts.base);
        }
        block.push_str(&self.line('=', None, newline));
        block.push_str(&texts.theirs);
        block.push_str(&self.line('>', Some(Side::Theirs), newline));
        block
    }

    fn line(&self, sign: char, side: Option<Side>, newline: &str) -> String {
        let marker = sign.to_string().repeat(usize::from(self.size.max(1)));
        match side.map(|side| self.labels.of(side).as_str()) {
            None | Some("") => format!("{marker}{newline}"),
            Some(label) => format!("{marker} {label}{newline}"),
        }
    }
}
