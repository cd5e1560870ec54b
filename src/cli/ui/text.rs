//! Text on its way to a terminal: control characters made visible, widths, cutting.
//!
//! The only escape sequences that pass are those that set a style (`ESC [ … m`); every other control character is
//! shown, never sent.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::settings::Styling;

/// How many bytes are looked at together.
const STRETCH: usize = 64;

/// The sequence that ends all styles.
const RESET: &str = "\u{1b}[0m";

/// Whether a character could act on a terminal, or reverse the text around it, instead of being shown: C0, DEL, C1,
/// line separators, bidirectional overrides and isolates.
pub fn acts_on_terminal(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text holds any character that [`acts_on_terminal`].
pub fn is_risky(text: &str) -> bool {
    any_byte(text, is_suspicious) && text.contains(acts_on_terminal)
}

/// Whether a text of lines holds any character that [`acts_on_terminal`] beside their ends. Long documents seldom do.
pub fn is_risky_in_lines(text: &str) -> bool {
    any_byte(text, |byte| byte != b'\n' && is_suspicious(byte))
        && text.contains(|character| character != '\n' && acts_on_terminal(character))
}

/// Whether any byte of a text is such a one. It is asked of stretches, which the processor does at once.
fn any_byte(text: &str, is_such: impl Fn(u8) -> bool) -> bool {
    let stretches = text.as_bytes().chunks(STRETCH);
    let mut found =
        stretches.map(|stretch| stretch.iter().fold(false, |any, byte| any | is_such(*byte)));
    found.any(|any| any)
}

/// Whether a byte begins a character in UTF-8 that may act on a terminal: a glance at bytes settles most texts.
fn is_suspicious(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xe2)
}

/// Makes control characters visible: `\n`, `\u{1b}`, `\u{202e}`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !is_risky(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    text.chars()
        .for_each(|character| push_shown(&mut shown, character));
    Cow::Owned(shown)
}

fn push_shown(shown: &mut String, character: char) {
    if acts_on_terminal(character) {
        shown.extend(character.escape_default());
    } else {
        shown.push(character);
    }
}

/// Makes one line of a text of several: each run of white space becomes one space, control characters are shown.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let is_single = !has_double_space(text)
        && text.trim_ascii().len() == text.len()
        && !any_byte(text, |byte| byte != b' ' && byte.is_ascii_whitespace());
    if is_single {
        return escaped(text);
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&escaped(word));
    }
    Cow::Owned(line)
}

fn has_double_space(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_space = |byte: &u8| u8::from(*byte == b' ');
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let found = pairs.fold(0, |found, (one, next)| {
        found | is_space(one) & is_space(next)
    });
    found != 0
}

/// What a line that carries styles is made of.
enum Piece<'a> {
    Style(&'a str),
    Character(char),
}

/// The longest start of a text that nothing has to be looked at in, and the rest.
fn plain_start(text: &str) -> (&str, &str) {
    let end = text.bytes().position(is_suspicious);
    text.split_at(end.unwrap_or(text.len()))
}

/// Passes a text on: stretches of plain text as they are, styles and other characters one by one.
fn each_piece<'a>(
    text: &'a str,
    target: &mut String,
    mut take: impl FnMut(&mut String, Piece<'a>),
) {
    let mut rest = text;
    loop {
        let (plain, after) = plain_start(rest);
        target.push_str(plain);
        let Some(first) = after.chars().next() else {
            return;
        };
        let length = style_length(after);
        let (piece, after) = after.split_at(length.unwrap_or(first.len_utf8()));
        rest = after;
        let piece = length.map_or(Piece::Character(first), |_| Piece::Style(piece));
        take(target, piece);
    }
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = style_length(rest);
        let (piece, after) = rest.split_at(length.unwrap_or(first.len_utf8()));
        rest = after;
        Some(if length.is_some() {
            Piece::Style(piece)
        } else {
            Piece::Character(first)
        })
    })
}

/// The bytes of the style sequence at the start of a text, if there is one.
fn style_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|character: char| !matches!(character, '0'..='9' | ';' | ':'))?;
    parameters[end..].starts_with('m').then_some(end + 3)
}

/// Appends a line as a terminal may get it: styles kept or stripped, line breaks and tabs kept, every other control
/// character shown.
pub fn push_rendered(target: &mut String, line: &str, styling: Styling) {
    if !is_risky(line) {
        target.push_str(line);
        return;
    }
    each_piece(line, target, |target, piece| match piece {
        Piece::Style(style) if styling == Styling::Kept => target.push_str(style),
        Piece::Style(_) => {}
        Piece::Character(character @ ('\n' | '\t')) => target.push(character),
        Piece::Character(character) => push_shown(target, character),
    });
}

/// Appends a cell of a table: as [`push_rendered`], but line breaks and tabs are shown too.
pub fn push_cell(target: &mut String, text: &str) {
    if !is_risky(text) {
        target.push_str(text);
        return;
    }
    each_piece(text, target, |target, piece| match piece {
        Piece::Style(style) => target.push_str(style),
        Piece::Character(character) => push_shown(target, character),
    });
}

/// The columns that a text takes on a terminal; styles take none.
pub fn width(text: &str) -> usize {
    if !text.contains('\u{1b}') {
        return plain_width(text);
    }
    let mut plain = String::with_capacity(text.len());
    each_piece(text, &mut plain, |plain, piece| {
        if let Piece::Character(character) = piece {
            plain.push(character);
        }
    });
    plain_width(&plain)
}

fn plain_width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    // Latin letters, up to U+02FF, take one column each; their count is that of the bytes that begin one.
    if text.bytes().all(|byte| byte < 0xcc) {
        text.chars().count()
    } else {
        text.width()
    }
}

/// Cuts a text to a number of columns; what was cut off is told by `…`. Styles end with the text.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(shortened(text, columns))
    }
}

/// Cuts a text that is wider than so many columns.
pub fn shortened(text: &str, columns: usize) -> String {
    let (mut kept, mut used, mut styled) = (String::new(), 1, false);
    for piece in pieces(text) {
        match piece {
            Piece::Style(style) => {
                kept.push_str(style);
                styled = true;
            }
            Piece::Character(character) => {
                used += width_at_most(character);
                if used > columns {
                    break;
                }
                kept.push(character);
            }
        }
    }
    kept.push_str(if columns == 0 { "" } else { "…" });
    kept.push_str(if styled { RESET } else { "" });
    kept
}

/// The columns of a character, and one for the selector that may widen the one before it.
fn width_at_most(character: char) -> usize {
    if character == '\u{fe0f}' {
        1
    } else {
        character.width().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(escaped("plain é 技能"), "plain é 技能");
        assert_eq!(escaped("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escaped("a\nb\u{7f}\u{9b}c"), "a\\nb\\u{7f}\\u{9b}c");
        assert_eq!(escaped("a\u{202e}b\u{2069}"), "a\\u{202e}b\\u{2069}");
        assert_eq!(one_line(" a\n\n b\u{1b}c\t"), "a b\\u{1b}c");
    }

    #[test]
    fn only_styles_pass_to_the_terminal() {
        let rendered = |line, styling| {
            let mut target = String::new();
            push_rendered(&mut target, line, styling);
            target
        };
        let line = "\u{1b}[1;38;2;1;2;3mred\u{1b}[0m \u{1b}]0;title\u{7} \u{1b}[2J \u{1b}[";
        assert_eq!(
            rendered(line, Styling::Kept),
            "\u{1b}[1;38;2;1;2;3mred\u{1b}[0m \\u{1b}]0;title\\u{7} \\u{1b}[2J \\u{1b}["
        );
        assert_eq!(
            rendered(line, Styling::Stripped),
            "red \\u{1b}]0;title\\u{7} \\u{1b}[2J \\u{1b}["
        );
        assert_eq!(rendered("a\tb\nc\r", Styling::Kept), "a\tb\nc\\r");
    }

    #[test]
    fn wide_characters_count_twice_and_styles_not_at_all() {
        assert_eq!(width("技能"), 4);
        assert_eq!(width("\u{1b}[1mab\u{1b}[0m"), 2);
        assert_eq!(width("e\u{301}"), 1);
    }

    #[test]
    fn cutting_keeps_within_the_columns() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("技能技能", 4), "技…");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("\u{1b}[1mabcdef\u{1b}[0m", 3), "\u{1b}[1mab…\u{1b}[0m");
        for columns in 0..9 {
            assert!(
                width(&cut("❤\u{fe0f}a技👩\u{200d}👧x", columns)) <= columns,
                "{columns}"
            );
        }
    }
}
