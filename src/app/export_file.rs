//! A file that an export writes: JSON, whole or not at all.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use crate::store::files::{self, Mode as FileMode};

use super::error::AppError;
use super::transaction::outcome::Mode;

/// Writes a text into a file, over what is there.
#[derive(Debug, Clone)]
pub struct ExportFile {
    /// The file.
    pub path: PathBuf,
    /// What it is to hold.
    pub text: String,
}

impl ExportFile {
    /// Writes it, with the folders above it. Nothing is written when it is only pretended.
    pub fn run(&self, mode: Mode) -> Result<(), AppError> {
        if mode == Mode::Pretend {
            return Ok(());
        }
        if self.path.is_dir() {
            return Err(AppError::Filled {
                path: self.path.clone(),
            });
        }
        if let Some(folder) = self.path.parent() {
            files::create_folder(folder)?;
        }
        Ok(files::replace(
            &self.path,
            self.text.as_bytes(),
            FileMode::Keep,
        )?)
    }
}

/// A value as JSON with line breaks, in which every control character is escaped: it may go to a terminal.
pub fn json_text<T: Serialize>(value: &T) -> Result<String, AppError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| AppError::Request(format!("the export can't be written: {error}")))?;
    let mut harmless = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        match character {
            '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                let _ = write!(harmless, "\\u{:04x}", u32::from(character));
            }
            character => harmless.push(character),
        }
    }
    harmless.push('\n');
    Ok(harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_read_back() {
        let name = "a\u{1b}[0m\u{9b}31m\u{202e}b";
        let text = json_text(&name).expect("a text");
        assert!(text.trim_end().chars().all(|c| !c.is_control()), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), name);
    }
}
