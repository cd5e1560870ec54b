//! JSON with its lines indented by two spaces, as `serde_json` does it, with one write for each line's beginning.

use std::io::{Error, Result, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// A line break and as much white space as a line may begin with at once.
const LINE: &[u8] = b"\n                                ";

/// A value as indented JSON.
pub(super) fn pretty(value: &impl Serialize) -> Result<String> {
    let mut text = Vec::with_capacity(4096);
    value.serialize(&mut Serializer::with_formatter(
        &mut text,
        Indented::default(),
    ))?;
    String::from_utf8(text).map_err(Error::other)
}

/// Where a document is.
#[derive(Debug, Default)]
struct Indented {
    depth: usize,
    has_values: bool,
}

impl Indented {
    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> Result<()> {
        let mut left = 2 * self.depth;
        let first = left.min(LINE.len() - 1);
        writer.write_all(&LINE[..=first])?;
        left -= first;
        while left > 0 {
            let more = left.min(LINE.len() - 1);
            writer.write_all(&LINE[1..=more])?;
            left -= more;
        }
        Ok(())
    }

    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> Result<()> {
        self.depth += 1;
        self.has_values = false;
        writer.write_all(sign)
    }

    fn next<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> Result<()> {
        self.depth -= 1;
        if self.has_values {
            self.line(writer)?;
        }
        writer.write_all(sign)
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.next(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.has_values = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.has_values = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_what_the_library_writes() {
        let mut deep = json!([]);
        for depth in 0..40 {
            deep = json!({"": [deep, {}], "é\n": depth});
        }
        let values = [
            json!(null),
            json!([]),
            json!({}),
            json!([[], {"a": {}}, 1.5]),
            deep,
        ];
        for value in values {
            let expected = serde_json::to_string_pretty(&value).expect("written");
            assert_eq!(pretty(&value).expect("written"), expected);
        }
    }
}
