//! The smallest pieces of TOML: where a string, a value, a key or a line ends.
//!
//! Only what is needed to find these ends is looked at; whether what lies between is sound is decided elsewhere.
//! Nothing here recurses, so nesting can't exhaust the stack.

use std::ops::Range;

/// How deep arrays and inline tables may nest; the same bound as `toml_edit` has.
const DEPTH_LIMIT: usize = 80;

/// Why a text can't be taken apart, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// The byte where it was noticed.
    pub(super) at: usize,
    /// What is wrong.
    pub(super) kind: FaultKind,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// A line of git's conflict markers.
    Marker,
    /// Anything else.
    Syntax(&'static str),
}

fn fault(at: usize, what: &'static str) -> Fault {
    Fault {
        at,
        kind: FaultKind::Syntax(what),
    }
}

/// The first byte at or after `at` that is neither a space nor a tab.
pub(super) fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// The byte after the line's newline, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |found| at + found + 1)
}

/// The line's newline (`\n` or `\r\n`), or the end of the text.
pub(super) fn line_stop(bytes: &[u8], at: usize) -> usize {
    let end = line_end(bytes, at);
    let stop = if bytes[at..end].ends_with(b"\n") {
        end - 1
    } else {
        end
    };
    if bytes[at..stop].ends_with(b"\r") {
        stop - 1
    } else {
        stop
    }
}

/// The length of the newline at `at`, if there is one.
pub(super) fn newline_at(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'\n' => Some(1),
        b'\r' if bytes.get(at + 1) == Some(&b'\n') => Some(2),
        _ => None,
    }
}

/// Skips spaces, newlines and comments.
pub(super) fn skip_trivia(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = skip_blank(bytes, at);
        match bytes.get(at) {
            Some(b'\n' | b'\r') => at += 1,
            Some(b'#') => at = line_end(bytes, at),
            _ => return at,
        }
    }
}

/// Whether the line that begins at `at` is one of git's conflict markers.
pub(super) fn is_marker(bytes: &[u8], at: usize) -> bool {
    let Some(&mark @ (b'<' | b'=' | b'>' | b'|')) = bytes.get(at) else {
        return false;
    };
    let length = bytes[at..].iter().take_while(|byte| **byte == mark).count();
    length == 7 && matches!(bytes.get(at + 7), None | Some(b' ' | b'\n' | b'\r'))
}

/// The end of the rest of a line after a statement: blanks and a comment only. Gives the next line's begin.
pub(super) fn rest_of_line(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let at = skip_blank(bytes, at);
    match bytes.get(at) {
        None => Ok(at),
        Some(b'#') => Ok(line_end(bytes, at)),
        Some(_) => match newline_at(bytes, at) {
            Some(length) => Ok(at + length),
            None => Err(fault(at, "unexpected text after the end of the statement")),
        },
    }
}

/// The end of the string that begins at `at` with a quote of either kind.
pub(super) fn string_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let quote = bytes[at];
    if bytes[at..].starts_with(&[quote; 3]) {
        return long_string_end(bytes, at);
    }
    let stops = |byte: &u8| *byte == quote || matches!(byte, b'\\' | b'\n');
    let mut here = at + 1;
    loop {
        here += bytes
            .get(here..)
            .and_then(|rest| rest.iter().position(stops))
            .unwrap_or(bytes.len());
        match bytes.get(here) {
            None | Some(b'\n') => return Err(fault(at, "the string does not end on its line")),
            Some(b'\\') if quote == b'"' => here += 2,
            Some(byte) if *byte == quote => return Ok(here + 1),
            Some(_) => here += 1,
        }
    }
}

/// The end of a multi-line string; up to two of its own quotes may stand before the closing three.
fn long_string_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let quote = bytes[at];
    let mut here = at + 3;
    while here < bytes.len() {
        if bytes[here] == b'\\' && quote == b'"' {
            here += 2;
        } else if bytes[here..].starts_with(&[quote; 3]) {
            let extra = bytes[here + 3..]
                .iter()
                .take(2)
                .take_while(|byte| **byte == quote)
                .count();
            return Ok(here + 3 + extra);
        } else {
            here += 1;
        }
    }
    Err(fault(at, "the multi-line string does not end"))
}

/// The end of the array or inline table that begins at `at`.
fn brackets_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let mut depth = 0_usize;
    let mut here = at;
    while let Some(byte) = bytes.get(here) {
        match byte {
            b'"' | b'\'' => {
                here = string_end(bytes, here)?;
                continue;
            }
            b'[' | b'{' if depth == DEPTH_LIMIT => {
                return Err(fault(here, "arrays and tables nest too deep"));
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' if depth == 1 => return Ok(here + 1),
            b']' | b'}' => depth -= 1,
            b'#' => {
                here = line_stop(bytes, here);
                continue;
            }
            b'\n' if is_marker(bytes, here + 1) => {
                return Err(Fault {
                    at: here + 1,
                    kind: FaultKind::Marker,
                });
            }
            _ => {}
        }
        here += 1;
    }
    Err(fault(at, "the bracket is not closed"))
}

/// The end of the value that begins at `at`, in a statement or in brackets.
pub(super) fn value_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    match bytes.get(at) {
        Some(b'"' | b'\'') => string_end(bytes, at),
        Some(b'[' | b'{') => brackets_end(bytes, at),
        _ => {
            let stops = |byte: &u8| matches!(byte, b'#' | b'\n' | b'\r' | b',' | b']' | b'}');
            let stop = bytes[at..]
                .iter()
                .position(stops)
                .map_or(bytes.len(), |found| at + found);
            let length = bytes[at..stop].trim_ascii_end().len();
            if length == 0 {
                Err(fault(at, "a value is missing"))
            } else {
                Ok(at + length)
            }
        }
    }
}

/// Whether a byte may stand in a key without quotes.
pub(super) fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// The equals sign after the key that begins at `at`.
pub(super) fn key_end(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let mut here = at;
    loop {
        here += bytes[here..]
            .iter()
            .take_while(|byte| is_bare(**byte))
            .count();
        match bytes.get(here) {
            Some(b'=') if here == at => {
                return Err(fault(at, "a key is missing before the equals sign"));
            }
            Some(b'=') => return Ok(here),
            Some(b'"' | b'\'') => here = string_end(bytes, here)?,
            None | Some(b'\n' | b'#') => {
                return Err(fault(at, "a key needs an equals sign and a value"));
            }
            Some(_) => here += 1,
        }
    }
}

/// The closing bracket of the header whose first bracket is at `at`, with the number of brackets.
pub(super) fn header_end(bytes: &[u8], at: usize) -> Result<(usize, usize), Fault> {
    let brackets = if bytes.get(at + 1) == Some(&b'[') {
        2
    } else {
        1
    };
    let mut here = at + brackets;
    loop {
        match bytes.get(here) {
            Some(b'"' | b'\'') => here = string_end(bytes, here)?,
            Some(b']') if brackets == 1 || bytes.get(here + 1) == Some(&b']') => {
                return Ok((here, brackets));
            }
            None | Some(b'\n' | b'#' | b']' | b'[') => {
                return Err(fault(at, "the table's header is not closed"));
            }
            Some(_) => here += 1,
        }
    }
}

/// The key and the value of the pair of an inline table that begins at `at`: its parser lets line breaks and comments
/// stand around the equals sign.
pub(super) fn inner_pair(bytes: &[u8], at: usize) -> Result<(Range<usize>, Range<usize>), Fault> {
    let mut end = at;
    let mut here = at;
    loop {
        here = skip_trivia(bytes, here);
        match bytes.get(here) {
            Some(b'=') if end > at => break,
            Some(b'"' | b'\'') => here = string_end(bytes, here)?,
            Some(b'=' | b',' | b'{' | b'}' | b'[' | b']') | None => {
                return Err(fault(at, "a key needs an equals sign and a value"));
            }
            Some(_) => here += 1,
        }
        end = here;
    }
    let value = skip_trivia(bytes, here + 1);
    Ok((at..end, value..value_end(bytes, value)?))
}

/// The key and the value of the pair that begins at `at`.
pub(super) fn pair(bytes: &[u8], at: usize) -> Result<(Range<usize>, Range<usize>), Fault> {
    let equals = key_end(bytes, at)?;
    let key = at..at + bytes[at..equals].trim_ascii_end().len();
    let value = skip_blank(bytes, equals + 1);
    Ok((key, value..value_end(bytes, value)?))
}
