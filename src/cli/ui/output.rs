//! The one thing that prints.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Write;
use std::marker::PhantomData;
use std::ops::ControlFlow;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use super::error::OutputError;
use super::pager::{self, Paged};
use super::pretty::pretty;
use super::progress::{Progress, Stages};
use super::report::{ErrorReport, told};
use super::settings::{Format, Settings, Stream, Styling, Verbosity};
use super::style;
use super::table::Table;
use super::text::{acts_on_terminal, is_risky_in_lines, push_rendered};

/// The version of the JSON documents.
const SCHEMA: u32 = 1;

/// How many bytes of results are held before they are written, where there is nothing to page.
const HELD_LIMIT: usize = 64 * 1024;

/// All output of a command: results to stdout, talk to stderr.
///
/// Results are held back and written in large pieces; on a terminal with a pager they are held until
/// [`Ui::finish`], which decides whether they need it. Talk writes results that came before it first, so that the
/// order holds. A failure to write results is reported by the next call that returns a result, at the latest by
/// [`Ui::finish`]; a failure to write talk is ignored, for there is nobody to tell.
#[must_use = "results may be lost unless `finish` is called"]
pub struct Ui {
    settings: Settings,
    held: String,
    failure: Option<OutputError>,
    stdout: Sink,
    stderr: Sink,
}

/// Where bytes go.
enum Sink {
    Writer(Box<dyn Write>),
    Captured(Vec<u8>),
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Writer(writer) => writer.write_all(bytes).and_then(|()| writer.flush()),
            Self::Captured(taken) => taken.write_all(bytes),
        }
    }

    fn take(&mut self) -> String {
        match self {
            Self::Writer(_) => String::new(),
            Self::Captured(taken) => String::from_utf8_lossy(&std::mem::take(taken)).into_owned(),
        }
    }
}

/// What a captured [`Ui`] has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Results.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
}

impl Ui {
    /// Output to the process's own stdout and stderr.
    pub fn new(settings: Settings) -> Self {
        Self::with_writers(
            settings,
            Box::new(std::io::stdout()),
            Box::new(std::io::stderr()),
        )
    }

    /// Output to any two writers.
    pub fn with_writers(
        settings: Settings,
        stdout: Box<dyn Write>,
        stderr: Box<dyn Write>,
    ) -> Self {
        Self::over(settings, Sink::Writer(stdout), Sink::Writer(stderr))
    }

    /// Output that is kept in memory until [`Ui::take_written`] and never paged.
    pub fn captured(mut settings: Settings) -> Self {
        settings.pager = None;
        Self::over(
            settings,
            Sink::Captured(Vec::new()),
            Sink::Captured(Vec::new()),
        )
    }

    fn over(settings: Settings, stdout: Sink, stderr: Sink) -> Self {
        Self {
            settings,
            held: String::new(),
            failure: None,
            stdout,
            stderr,
        }
    }

    /// What a captured output got since the last call.
    pub fn take_written(&mut self) -> Written {
        self.write_held();
        Written {
            stdout: self.stdout.take(),
            stderr: self.stderr.take(),
        }
    }

    /// Whom results are for.
    pub fn format(&self) -> Format {
        self.settings.format
    }

    /// How much is said.
    pub fn verbosity(&self) -> Verbosity {
        self.settings.verbosity
    }

    /// What becomes of styles in results.
    pub fn styling(&self) -> Styling {
        self.settings.styling(self.settings.stdout)
    }

    /// Prints a line, or several, of results. Styles in it reach a terminal only; other control characters than line
    /// breaks and tabs are shown.
    pub fn result(&mut self, line: &str) -> Result<(), OutputError> {
        push_rendered(
            &mut self.held,
            line,
            self.settings.styling(self.settings.stdout),
        );
        self.held.push('\n');
        self.relieved()
    }

    /// Writes bytes as they are, after the results so far: a path for a script, a merged file. They are never paged.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.write_held();
        self.write(bytes);
        self.outcome()
    }

    /// Prints a JSON document; `"schema"` becomes its first key. A value that is no object becomes its `"result"`.
    pub fn json(&mut self, value: &Value) -> Result<(), OutputError> {
        let text = pretty(&Document(value))?;
        self.hold_document(text)
    }

    /// Prints a JSON document with one list in it. Its items are made one by one, so that a long list is never held
    /// as values.
    pub fn json_list<T: Serialize>(
        &mut self,
        key: &str,
        items: impl Iterator<Item = T>,
    ) -> Result<(), OutputError> {
        let mut items = items;
        let document = Self::json_document(key, |take| {
            let _ = items.try_for_each(take);
        })?;
        self.show_document(document)
    }

    /// Makes a JSON document with one list in it, whose items are told by somebody. It is printed by
    /// [`Ui::show_document`], if that went well.
    pub fn json_document<T: Serialize>(
        key: &str,
        tell: impl FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>),
    ) -> Result<JsonDocument, OutputError> {
        let list = List {
            key,
            tell: RefCell::new(Some(tell)),
            items: PhantomData,
        };
        let text = pretty(&list)?;
        Ok(JsonDocument(text))
    }

    /// Prints a JSON document.
    pub fn show_document(&mut self, document: JsonDocument) -> Result<(), OutputError> {
        self.hold_document(document.0)
    }

    fn hold_document(&mut self, text: String) -> Result<(), OutputError> {
        if self.held.is_empty() && !is_risky_in_lines(&text) {
            self.held = text;
        } else {
            push_harmless(&mut self.held, &text);
        }
        self.held.push('\n');
        self.relieved()
    }

    /// Prints a table, cut to the terminal's width.
    pub fn table(&mut self, table: &Table) -> Result<(), OutputError> {
        table.each_line(self.settings.cut_width(), |line| self.result(line))
    }

    /// Says something on stderr, unless it is to be quiet or results are for scripts. Names in it are the caller's to
    /// escape; styles may stand in it.
    pub fn note(&mut self, text: &str) {
        if self.verbosity() > Verbosity::Quiet && self.format() == Format::People {
            self.talk(&[text.to_owned()]);
        }
    }

    /// Says something on stderr when details are wanted.
    pub fn detail(&mut self, text: &str) {
        if self.verbosity() == Verbosity::Verbose {
            self.talk(&[text.to_owned()]);
        }
    }

    /// Warns on stderr. The text is plain: all of its control characters are shown, also those of styles.
    pub fn warning(&mut self, text: &str) {
        self.talk(&told(&style::warning("warning:"), text));
    }

    /// Tells an error on stderr: in lines for people, in one line of JSON for scripts.
    pub fn error_report(&mut self, report: &ErrorReport) {
        if self.format() == Format::People {
            return self.talk(&report.lines());
        }
        let mut line = String::new();
        push_harmless(&mut line, &report.to_json().to_string());
        self.talk(&[line]);
    }

    /// Shows the progress of long work, if there is a terminal to show it on. A length of 0 is an unknown one.
    pub fn progress(&self, length: u64, message: &str) -> Progress {
        if self.shows_progress() {
            Progress::on_terminal(length, message)
        } else {
            Progress::hidden()
        }
    }

    /// The same for work during which results are printed: nothing where they go to a terminal at once, for they show
    /// the progress themselves.
    pub fn progress_beside_results(&self, length: u64, message: &str) -> Progress {
        let terminal = matches!(self.settings.stdout, Stream::Terminal { .. });
        if terminal && self.settings.paging().is_none() {
            Progress::hidden()
        } else {
            self.progress(length, message)
        }
    }

    /// The same for work that is done in stages.
    pub fn stages(&self) -> Stages {
        Stages::new(self.shows_progress())
    }

    fn shows_progress(&self) -> bool {
        let terminal = matches!(self.settings.stderr, Stream::Terminal { .. });
        terminal && self.verbosity() > Verbosity::Quiet && self.format() == Format::People
    }

    /// Writes what is still held, through the pager when it is longer than the terminal, and waits for the pager.
    pub fn finish(mut self) -> Result<(), OutputError> {
        if let Some(pager) = self.pager_for_held().filter(|_| self.failure.is_none()) {
            let held = std::mem::take(&mut self.held);
            match pager::show(&pager, held.as_bytes())? {
                Paged::Shown => {}
                Paged::NotRun => self.held = held,
            }
        }
        self.write_held();
        self.outcome()
    }

    /// The pager, if what is held does not fit the terminal.
    fn pager_for_held(&self) -> Option<String> {
        let (pager, height) = self.settings.paging()?;
        let lines = self.held.bytes().filter(|&byte| byte == b'\n').count();
        (lines >= height).then(|| pager.to_owned())
    }

    fn talk(&mut self, lines: &[String]) {
        if self.pager_for_held().is_none() {
            self.write_held();
        }
        let styling = self.settings.styling(self.settings.stderr);
        let mut text = String::new();
        for line in lines {
            push_rendered(&mut text, line, styling);
            text.push('\n');
        }
        self.stderr.write(text.as_bytes()).unwrap_or_default();
    }

    /// Writes what is held once it is much and nothing is to be paged.
    fn relieved(&mut self) -> Result<(), OutputError> {
        if self.held.len() >= HELD_LIMIT && self.settings.paging().is_none() {
            self.write_held();
        }
        self.outcome()
    }

    fn write_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.write(held.as_bytes());
        }
    }

    /// Writes to stdout unless that failed before: results with a hole in them would be wrong.
    fn write(&mut self, bytes: &[u8]) {
        if self.failure.is_none() {
            self.failure = self.stdout.write(bytes).err().map(OutputError::from);
        }
    }

    /// The failure to write results, if there was one; the next call tells no more than that it was.
    fn outcome(&mut self) -> Result<(), OutputError> {
        match self.failure.take() {
            None => Ok(()),
            Some(OutputError::ReaderGone) => {
                self.failure = Some(OutputError::ReaderGone);
                Err(OutputError::ReaderGone)
            }
            Some(OutputError::Failed(error)) => {
                self.failure = Some(OutputError::Failed(error.kind().into()));
                Err(OutputError::Failed(error))
            }
        }
    }
}

/// A JSON document that is to be printed.
#[derive(Debug)]
pub struct JsonDocument(String);

/// A document with its schema and one list.
struct List<'a, F, T> {
    key: &'a str,
    tell: RefCell<Option<F>>,
    items: PhantomData<fn(T)>,
}

impl<T: Serialize, F: FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>)> Serialize for List<'_, F, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("schema", &SCHEMA)?;
        map.serialize_entry(self.key, &Items(&self.tell, PhantomData))?;
        map.end()
    }
}

/// The items of a list, told when they are written.
struct Items<'a, F, T>(&'a RefCell<Option<F>>, PhantomData<fn(T)>);

impl<T: Serialize, F: FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>)> Serialize for Items<'_, F, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        if let Some(tell) = self.0.take() {
            tell(&mut |item| {
                written = list.serialize_element(&item);
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            });
        }
        written?;
        list.end()
    }
}

/// A document with its schema before everything else.
struct Document<'a>(&'a Value);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", &SCHEMA)?;
        match self.0.as_object() {
            Some(object) => {
                object
                    .iter()
                    .try_for_each(|(key, value)| map.serialize_entry(key, value))?;
            }
            None => map.serialize_entry("result", self.0)?,
        }
        map.end()
    }
}

/// Appends JSON, with the characters that JSON may hold but a terminal would act on as `\u….`. They stand in strings
/// only, so that the document stays the same.
fn push_harmless(target: &mut String, json: &str) {
    let risky = |character: char| character != '\n' && acts_on_terminal(character);
    let mut rest = json;
    while let Some(at) = rest.find(risky) {
        target.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        if let Some(character) = after.next() {
            write!(target, "\\u{:04x}", u32::from(character)).unwrap_or_default();
        }
        rest = after.as_str();
    }
    target.push_str(rest);
}
