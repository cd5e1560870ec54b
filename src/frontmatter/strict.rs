//! Strict YAML: a header's text as entries, or the reason and place of the refusal.
//!
//! The parser's events are read instead of deserialized values because an event carries a scalar as it is written (`1.10`
//! stays `1.10`, `no` stays `no`) and its place, which editing tags needs. Depth, and what aliases may copy, are bounded.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, Tag};

use super::value::{Entry, Kind, Style, Value};

/// Lists and tables inside one another, at most.
const DEPTH: usize = 64;
/// Bytes that anchors and aliases may copy, at most.
const COPIES: usize = 2 << 20;
/// Tags of YAML's own schema that are understood; values stay texts.
const TAGS: [&str; 8] = [
    "str",
    "int",
    "float",
    "bool",
    "null",
    "seq",
    "map",
    "timestamp",
];
/// Plain texts that stand for nothing.
const NOTHING: [&str; 5] = ["", "~", "null", "Null", "NULL"];

/// Why strict YAML refuses a header.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The reason, without a full stop.
    pub(super) reason: String,
    /// Byte offset in the file.
    pub(super) at: usize,
}

/// Reads a part of a file as one YAML mapping; an empty part has no entries.
pub(super) fn parse(source: &str, range: Range<usize>) -> Result<Vec<Entry>, Refusal> {
    let options = granit_parser::options! { flow_nesting_limit: DEPTH, block_nesting_limit: DEPTH };
    let mut parser = Parser::new_from_str_with_options(&source[range.clone()], options);
    let mut builder = Builder::new(range.start);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Refusal {
            reason: error.info(),
            at: range.start + error.marker().byte_offset().unwrap_or(0),
        })?;
        let bytes = span.byte_range().unwrap_or(0..0);
        builder.take(event, range.start + bytes.start..range.start + bytes.end)?;
    }
    builder.finish()
}

/// Values under construction.
struct Builder {
    start: usize,
    open: Vec<Frame>,
    anchors: HashMap<usize, Value>,
    copied: usize,
    root: Option<Value>,
}

/// A list or table that has not ended.
struct Frame {
    start: usize,
    anchor: usize,
    body: Body,
}

/// What has been read of a list or table.
enum Body {
    List(Vec<Value>),
    Table(Vec<Entry>, Option<Value>),
}

impl Builder {
    fn new(start: usize) -> Self {
        Self {
            start,
            open: Vec::new(),
            anchors: HashMap::new(),
            copied: 0,
            root: None,
        }
    }

    /// Takes one event of the parser.
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Refusal> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                understood(tag.as_deref(), &span)?;
                let style = style_of(style);
                let nothing = style == Style::Plain && tag.is_none() && NOTHING.contains(&&*text);
                let text = if nothing {
                    String::new()
                } else {
                    text.into_owned()
                };
                self.put(
                    Value {
                        span,
                        kind: Kind::Text(text, style),
                    },
                    anchor,
                )
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.enter(Body::List(Vec::new()), anchor, tag.as_deref(), &span)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.enter(Body::Table(Vec::new(), None), anchor, tag.as_deref(), &span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(&span),
            Event::Alias(anchor) => self.copy(anchor, &span),
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(refusal("a second document begins", span.start))
            }
            _ => Ok(()),
        }
    }

    fn enter(
        &mut self,
        body: Body,
        anchor: usize,
        tag: Option<&Tag>,
        span: &Range<usize>,
    ) -> Result<(), Refusal> {
        understood(tag, span)?;
        self.open.push(Frame {
            start: span.start,
            anchor,
            body,
        });
        Ok(())
    }

    fn leave(&mut self, span: &Range<usize>) -> Result<(), Refusal> {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        let kind = match frame.body {
            Body::List(items) => Kind::List(items),
            Body::Table(entries, _) => {
                each_once(&entries)?;
                Kind::Table(entries)
            }
        };
        self.put(
            Value {
                span: frame.start..span.end,
                kind,
            },
            frame.anchor,
        )
    }

    /// Puts a copy of the anchored value where the alias stands.
    fn copy(&mut self, anchor: usize, span: &Range<usize>) -> Result<(), Refusal> {
        let Some(value) = self.anchors.get(&anchor) else {
            return Err(refusal("an alias stands inside what it names", span.start));
        };
        self.copied += value.weight();
        if self.copied > COPIES {
            return Err(refusal("aliases copy too much", span.start));
        }
        let value = value.clone();
        self.put(value, 0)
    }

    /// Puts a finished value into the list or table that is open.
    fn put(&mut self, value: Value, anchor: usize) -> Result<(), Refusal> {
        if anchor != 0 {
            self.remember(&value, anchor)?;
        }
        match self.open.last_mut().map(|frame| &mut frame.body) {
            None => self.root = Some(value),
            Some(Body::List(items)) => items.push(value),
            Some(Body::Table(entries, key)) => match key.take() {
                None => *key = Some(value),
                Some(key) => entries.push(entry(key, value)),
            },
        }
        Ok(())
    }

    fn remember(&mut self, value: &Value, anchor: usize) -> Result<(), Refusal> {
        self.copied += value.weight();
        if self.copied > COPIES {
            return Err(refusal("anchors hold too much", value.span.start));
        }
        self.anchors.insert(anchor, value.clone());
        Ok(())
    }

    fn finish(self) -> Result<Vec<Entry>, Refusal> {
        match self.root.map(|root| (root.span, root.kind)) {
            None => Ok(Vec::new()),
            Some((_, Kind::Table(entries))) => Ok(entries),
            Some((_, Kind::Text(text, _))) if text.is_empty() => Ok(Vec::new()),
            Some((span, _)) => Err(refusal(
                "it is not made of keys and values",
                span.start.max(self.start),
            )),
        }
    }
}

fn refusal(reason: &str, at: usize) -> Refusal {
    Refusal {
        reason: reason.to_owned(),
        at,
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

fn entry(key: Value, value: Value) -> Entry {
    let text = match key.kind {
        Kind::Text(text, _) => text,
        Kind::List(_) | Kind::Table(_) => String::new(),
    };
    Entry {
        key: text,
        key_span: key.span,
        value,
    }
}

/// Refuses a tag (`!thing`) that is not of YAML's own schema.
fn understood(tag: Option<&Tag>, span: &Range<usize>) -> Result<(), Refusal> {
    let Some(tag) = tag else { return Ok(()) };
    let known = tag
        .core_suffix()
        .is_some_and(|suffix| TAGS.contains(&suffix))
        || tag.original() == "!";
    known.then_some(()).ok_or_else(|| {
        refusal(
            &format!("the YAML tag {} is not supported", tag.original()),
            span.start,
        )
    })
}

/// Refuses a table that has a key twice.
fn each_once(entries: &[Entry]) -> Result<(), Refusal> {
    let mut seen = HashSet::with_capacity(entries.len());
    let twice = entries
        .iter()
        .find(|entry| !entry.key.is_empty() && !seen.insert(entry.key.as_str()));
    twice.map_or(Ok(()), |entry| {
        Err(refusal(
            &format!("the key {:?} stands twice", entry.key),
            entry.key_span.start,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<(String, String)> {
        let entries = parse(source, 0..source.len()).unwrap();
        let text = |value: &Value| match &value.kind {
            Kind::Text(text, _) => text.clone(),
            _ => format!("{:?}", &source[value.span.clone()]),
        };
        entries
            .iter()
            .map(|entry| (entry.key.clone(), text(&entry.value)))
            .collect()
    }

    fn reason(source: &str) -> (String, usize) {
        let refusal = parse(source, 0..source.len()).unwrap_err();
        (refusal.reason, refusal.at)
    }

    #[test]
    fn scalars_stay_as_written() {
        let source =
            "version: 1.10\nzero: 007\non: no\nnothing: ~\nquoted: '~'\ntagged: !!str null\n";
        let expected = [
            ("version", "1.10"),
            ("zero", "007"),
            ("on", "no"),
            ("nothing", ""),
            ("quoted", "~"),
            ("tagged", "null"),
        ];
        assert_eq!(
            texts(source),
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn spans_cover_what_is_written() {
        let source = "tags: [a, 'b c']\nlist:\n  - x\n  - y\n";
        let entries = parse(source, 0..source.len()).unwrap();
        assert_eq!(&source[entries[0].value.span.clone()], "[a, 'b c']");
        let Kind::List(items) = &entries[0].value.kind else {
            panic!("a list")
        };
        assert_eq!(&source[items[1].span.clone()], "'b c'");
        let Kind::List(items) = &entries[1].value.kind else {
            panic!("a list")
        };
        assert_eq!(&source[items[1].span.clone()], "y");
    }

    #[test]
    fn what_yaml_forbids_is_refused_with_its_place() {
        assert_eq!(
            reason("name: a\nname: b\n"),
            ("the key \"name\" stands twice".to_owned(), 8)
        );
        assert_eq!(
            reason("just text\n"),
            ("it is not made of keys and values".to_owned(), 0)
        );
        assert_eq!(
            reason("name: !custom a\n"),
            ("the YAML tag !custom is not supported".to_owned(), 14)
        );
        assert_eq!(
            reason("a: &a [*a]\n"),
            ("an alias stands inside what it names".to_owned(), 7)
        );
        assert_eq!(reason("a: 1\n--- \nb: 2\n").0, "a second document begins");
        assert!(reason("description: Use this: now\n").1 > 0);
    }

    #[test]
    fn aliases_are_followed_within_bounds() {
        assert_eq!(texts("a: &x mia\nb: *x\n")[1].1, "mia");
        let level = |(this, last): (char, char)| {
            format!(
                "{this}: &{this} [{}]\n",
                vec![format!("*{last}"); 9].join(",")
            )
        };
        let levels: Vec<String> = "bcdefghij"
            .chars()
            .zip("abcdefghi".chars())
            .map(level)
            .collect();
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned() + &levels.concat();
        assert!(matches!(
            reason(&bomb).0.as_str(),
            "aliases copy too much" | "anchors hold too much"
        ));
    }
}
