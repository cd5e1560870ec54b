//! Styles by what they mean. A style never carries a meaning alone: the words beside it do.
//!
//! Every helper escapes the text that it is given, so names can be passed as they are.

use std::borrow::Cow;

use anstyle::{AnsiColor, RgbColor, Style};

use crate::model::color::Color;

use super::settings::Styling;
use super::text::escaped;

/// Headings of tables and blocks.
pub const HEADING: Style = Style::new().bold();
/// What is less important.
pub const DIM: Style = Style::new().dimmed();
/// What stands out.
pub const BOLD: Style = Style::new().bold();
/// The word `error`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word `warning`, and what is missing.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The word `hint`.
pub const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// A line that is gone.
pub const GONE: Style = AnsiColor::Red.on_default();
/// What is gone of a line.
pub const GONE_WORD: Style = AnsiColor::Red.on_default().bold().invert();
/// A line that came.
pub const CAME: Style = AnsiColor::Green.on_default();
/// What came to a line.
pub const CAME_WORD: Style = AnsiColor::Green.on_default().bold().invert();

/// A text in a style; an empty one stays empty.
pub fn painted(style: Style, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{style}{}{style:#}", escaped(text))
}

/// Appends a text in a style, where styles are kept at all.
pub fn push(line: &mut String, styling: Styling, style: Style, text: &str) {
    match styling {
        Styling::Kept => line.push_str(&painted(style, text)),
        Styling::Stripped => line.push_str(&escaped(text)),
    }
}

/// A heading.
pub fn heading(text: &str) -> String {
    painted(HEADING, text)
}

/// A less important text.
pub fn dim(text: &str) -> String {
    painted(DIM, text)
}

/// A less important text, where styles are kept at all.
pub fn dim_where_kept(styling: Styling, text: &str) -> Cow<'_, str> {
    match styling {
        Styling::Kept => Cow::Owned(dim(text)),
        Styling::Stripped => escaped(text),
    }
}

/// A text that stands out.
pub fn bold(text: &str) -> String {
    painted(BOLD, text)
}

/// A word that tells of an error.
pub fn error(text: &str) -> String {
    painted(ERROR, text)
}

/// A word that warns.
pub fn warning(text: &str) -> String {
    painted(WARNING, text)
}

/// A word that helps on.
pub fn hint(text: &str) -> String {
    painted(HINT, text)
}

/// A text in a colour of the collection.
pub fn tinted(color: &Color, text: &str) -> String {
    let [red, green, blue] = color.rgb();
    painted(
        Style::new().fg_color(Some(RgbColor(red, green, blue).into())),
        text,
    )
}

/// A dot in the colour that a text names; plain when the text names none, hollow when it is empty.
pub fn swatch(color_text: &str) -> String {
    match color_text.parse::<Color>() {
        Ok(color) => tinted(&color, "●"),
        Err(_) if color_text.is_empty() => "○".to_owned(),
        Err(_) => "●".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swatches_show_valid_colours() {
        assert_eq!(swatch("#10B981"), "\u{1b}[38;2;16;185;129m●\u{1b}[0m");
        assert_eq!(swatch("amber"), "\u{1b}[38;2;245;158;11m●\u{1b}[0m");
        assert_eq!(swatch("teal"), "●");
        assert_eq!(swatch(""), "○");
    }

    #[test]
    fn styled_names_are_escaped() {
        assert_eq!(bold("a\u{1b}[2J"), "\u{1b}[1ma\\u{1b}[2J\u{1b}[0m");
        assert_eq!(dim(""), "");
    }
}
