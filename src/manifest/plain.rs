//! Rows in the forms that nearly all rows have, known to be valid TOML without a parser.
//!
//! What is said to be plain is valid; of everything else nothing is said.

/// Whether a row is surely valid TOML by itself: one header `[[table]]`, and statements with bare, distinct keys whose
/// values are strings on one line without escapes, whole numbers, booleans, or arrays of these.
pub(super) fn is_plain_row(text: &str) -> bool {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    reader.row().is_some()
}

/// The most keys of a row that are compared with one another.
const MOST_KEYS: usize = 24;

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
}

/// Each of these reads something, and gives nothing where it is not plain.
impl<'t> Reader<'t> {
    fn row(&mut self) -> Option<()> {
        self.header()?;
        let mut keys: Vec<&[u8]> = Vec::with_capacity(12);
        while self.at < self.bytes.len() {
            self.blanks();
            match self.bytes.get(self.at) {
                None => {}
                Some(b'#' | b'\n' | b'\r') => self.line_end()?,
                Some(_) => {
                    let key = self.bare()?;
                    if keys.len() == MOST_KEYS || keys.contains(&key) {
                        return None;
                    }
                    keys.push(key);
                    self.blanks();
                    self.expect(b'=')?;
                    self.blanks();
                    self.value()?;
                    self.blanks();
                    self.line_end()?;
                }
            }
        }
        Some(())
    }

    fn header(&mut self) -> Option<()> {
        self.expect(b'[')?;
        self.expect(b'[')?;
        self.bare()?;
        self.expect(b']')?;
        self.expect(b']')?;
        self.blanks();
        self.line_end()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.bytes.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    fn blanks(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn bare(&mut self) -> Option<&'t [u8]> {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .take_while(|byte| super::lex::is_bare(**byte))
            .count();
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// A comment, if there is one, and the newline or the end of the text.
    fn line_end(&mut self) -> Option<()> {
        if self.bytes.get(self.at) == Some(&b'#') {
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().take_while(|byte| is_text(**byte)).count();
        }
        match (self.bytes.get(self.at), self.bytes.get(self.at + 1)) {
            (None, _) => {}
            (Some(b'\n'), _) => self.at += 1,
            (Some(b'\r'), Some(b'\n')) => self.at += 2,
            _ => return None,
        }
        Some(())
    }

    fn value(&mut self) -> Option<()> {
        if self.bytes.get(self.at) == Some(&b'[') {
            return self.array();
        }
        self.scalar()
    }

    fn scalar(&mut self) -> Option<()> {
        match self.bytes.get(self.at)? {
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at + 1..];
        let length = rest
            .iter()
            .take_while(|byte| is_text(**byte) && !matches!(byte, b'"' | b'\\'))
            .count();
        self.at += 1 + length;
        self.expect(b'"')?;
        // Two quotes and a third one begin a string of several lines.
        (length > 0 || self.bytes.get(self.at) != Some(&b'"')).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..]
            .starts_with(word)
            .then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let next = rest.get(length);
        let ends = matches!(
            next,
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'#')
        );
        let plain = length < 18 && (rest[0] != b'0' || length == 1) && ends;
        plain.then(|| self.at += length)
    }

    fn array(&mut self) -> Option<()> {
        self.expect(b'[')?;
        loop {
            self.space()?;
            if self.expect(b']').is_some() {
                return Some(());
            }
            self.scalar()?;
            self.space()?;
            if self.expect(b',').is_none() {
                return self.expect(b']');
            }
        }
    }

    /// Blanks, newlines and comments.
    fn space(&mut self) -> Option<()> {
        loop {
            self.blanks();
            match self.bytes.get(self.at) {
                Some(b'#' | b'\n' | b'\r') => self.line_end()?,
                _ => return Some(()),
            }
        }
    }
}

/// Whether a byte may stand in a comment or a string on one line.
fn is_text(byte: u8) -> bool {
    byte >= 0x20 && byte != 0x7f || byte == b'\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_is_valid() {
        let rows = [
            "[[groups]]\nname = \"A\"\n",
            "[[groups]] # so\r\nname = \"ü\"\r\nposition = 0\r\n\r\n",
            "[[groups]]\nmembers = [\n    \"a\", # why\n    \"b\",\n]\ntags = []\nx = true",
            "[[groups]]\nx = 00",
            "[[groups]]\nx = 1_0",
            "[[groups]]\nx = \"a\\n\"",
            "[[groups]]\nx = \"\"\"a\"\"\"",
            "[[groups]]\nx = 1\nx = 2",
            "[[groups]]\nx = \"a\" \"b\"",
            "[[groups]]\nx = [1,,2]",
            "[[groups]]\nx = [1 2]",
            "[[groups]]\nx = truefalse",
            "[[groups]]\nx = 2026-01-01",
            "[[groups]]\nx = \"\u{7f}\"",
            "[[groups]]\n# \u{1}",
            "[[groups]]\rx = 1",
            "[[groups]]\nx = 1\n[groups.y]\n",
            "[groups]\nx = 1",
        ];
        let mut plain = 0;
        for row in rows {
            if is_plain_row(row) {
                plain += 1;
                assert!(toml_edit::Document::parse(row).is_ok(), "{row:?}");
            }
        }
        assert_eq!(plain, 3);
    }
}
