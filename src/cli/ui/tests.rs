use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use serde_json::{Value, json};

use super::error::OutputError;
use super::output::Ui;
use super::report::ErrorReport;
use super::settings::{ColorChoice, Format, Settings, Stream, Verbosity};
use super::style;
use super::table::Table;

const TERMINAL: Stream = Stream::Terminal {
    width: 40,
    height: 5,
};

fn plain() -> Settings {
    Settings::default()
}

fn colored() -> Settings {
    Settings {
        color: ColorChoice::Always,
        ..plain()
    }
}

fn report() -> ErrorReport {
    ErrorReport {
        kind: "not-found".into(),
        message: "there is no group \"Au\u{1b}[2Jth\"".into(),
        causes: vec!["first\nsecond".into()],
        hint: "`skillmeat group list` shows them".into(),
        path: "collection.toml".into(),
        line: Some(3),
    }
}

/// A writer that can be looked into, or fails.
#[derive(Clone, Default)]
struct Probe {
    seen: Rc<RefCell<Vec<u8>>>,
    fails: Option<io::ErrorKind>,
}

impl Write for Probe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(kind) = self.fails {
            return Err(kind.into());
        }
        self.seen.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn failing(kind: io::ErrorKind) -> Ui {
    let probe = Probe {
        fails: Some(kind),
        ..Probe::default()
    };
    Ui::with_writers(plain(), Box::new(probe.clone()), Box::new(probe))
}

#[test]
fn results_and_talk_go_their_own_ways() {
    let mut ui = Ui::captured(plain());
    ui.result(&style::bold("name")).expect("written");
    ui.note("A note.");
    ui.detail("A detail.");
    ui.warning("Mind\nthis.");
    let written = ui.take_written();
    assert_eq!(written.stdout, "name\n");
    assert_eq!(written.stderr, "A note.\nwarning: Mind\n    this.\n");
}

#[test]
fn verbosity_decides_what_is_said() {
    let said = |verbosity, format| {
        let mut ui = Ui::captured(Settings {
            verbosity,
            format,
            ..plain()
        });
        ui.note("note");
        ui.detail("detail");
        ui.warning("warning");
        ui.take_written().stderr
    };
    assert_eq!(said(Verbosity::Quiet, Format::People), "warning: warning\n");
    assert_eq!(
        said(Verbosity::Verbose, Format::People),
        "note\ndetail\nwarning: warning\n"
    );
    assert_eq!(said(Verbosity::Normal, Format::Json), "warning: warning\n");
}

#[test]
fn styles_reach_a_stream_only_where_colour_is_on() {
    let mut ui = Ui::captured(colored());
    ui.result(&style::bold("a\u{1b}[0m")).expect("written");
    ui.result("\u{1b}]0;owned\u{7}").expect("written");
    ui.warning("w");
    let written = ui.take_written();
    assert_eq!(
        written.stdout,
        "\u{1b}[1ma\\u{1b}[0m\u{1b}[0m\n\\u{1b}]0;owned\\u{7}\n"
    );
    assert_eq!(written.stderr, "\u{1b}[1m\u{1b}[33mwarning:\u{1b}[0m w\n");
}

#[test]
fn a_document_begins_with_its_schema_and_holds_no_control_characters() {
    let mut ui = Ui::captured(plain());
    let name = "a\u{1b}\u{9b}\u{202e}é\u{7f}";
    ui.json(&json!({"z": name, "a": []})).expect("written");
    let text = ui.take_written().stdout;
    assert_eq!(
        text,
        "{\n  \"schema\": 1,\n  \"z\": \"a\\u001b\\u009b\\u202eé\\u007f\",\n  \"a\": []\n}\n"
    );
    let read: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read["z"], name);
}

#[test]
fn errors_are_told_with_causes_and_a_hint() {
    let mut ui = Ui::captured(plain());
    ui.error_report(&report());
    assert_eq!(
        ui.take_written().stderr,
        "error: there is no group \"Au\\u{1b}[2Jth\"\n  caused by: first\n    second\nhint: `skillmeat group list` shows them\n"
    );
}

#[test]
fn errors_for_scripts_are_one_line() {
    let mut ui = Ui::captured(Settings {
        format: Format::Json,
        ..plain()
    });
    ui.error_report(&report());
    let written = ui.take_written();
    assert_eq!(written.stdout, "");
    assert_eq!(
        written.stderr,
        "{\"error\":{\"kind\":\"not-found\",\"message\":\"there is no group \\\"Au\\u001b[2Jth\\\": first\\nsecond\",\
         \"hint\":\"`skillmeat group list` shows them\",\"path\":\"collection.toml\",\"line\":3}}\n"
    );
}

#[test]
fn a_reader_that_went_away_is_told_and_stays_told() {
    let mut ui = failing(io::ErrorKind::BrokenPipe);
    ui.result("x").expect("held");
    ui.note("a note writes what is held");
    assert!(matches!(ui.result("y"), Err(OutputError::ReaderGone)));
    assert!(matches!(ui.finish(), Err(OutputError::ReaderGone)));
}

#[test]
fn a_full_disk_is_an_error_at_the_end_or_before() {
    let mut ui = failing(io::ErrorKind::StorageFull);
    ui.result("x").expect("held");
    let error = ui.finish().expect_err("a full disk");
    assert!(
        matches!(error, OutputError::Failed(error) if error.kind() == io::ErrorKind::StorageFull)
    );
    let mut ui = failing(io::ErrorKind::StorageFull);
    assert!((0..100).any(|_| ui.result(&"x".repeat(1000)).is_err()));
}

#[test]
fn the_device_that_is_always_full_fails() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    let mut ui = Ui::with_writers(plain(), Box::new(full), Box::new(io::sink()));
    ui.json(&json!({})).expect("held");
    assert!(matches!(ui.finish(), Err(OutputError::Failed(_))));
}

fn paged(lines: usize, stdout: Stream) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("paged");
    let settings = Settings {
        stdout,
        pager: Some(format!("cat > '{}'", file.display())),
        ..plain()
    };
    let probe = Probe::default();
    let mut ui = Ui::with_writers(settings, Box::new(probe.clone()), Box::new(io::sink()));
    (0..lines).for_each(|line| ui.result(&line.to_string()).expect("held"));
    ui.finish().expect("shown");
    let direct = String::from_utf8(probe.seen.borrow().clone()).expect("text");
    (std::fs::read_to_string(file).unwrap_or_default(), direct)
}

#[test]
fn only_long_results_on_a_terminal_are_paged() {
    assert_eq!(paged(3, TERMINAL), (String::new(), "0\n1\n2\n".into()));
    assert_eq!(
        paged(6, TERMINAL),
        ("0\n1\n2\n3\n4\n5\n".into(), String::new())
    );
    assert_eq!(
        paged(6, Stream::Pipe),
        (String::new(), "0\n1\n2\n3\n4\n5\n".into())
    );
}

#[test]
fn results_are_shown_without_a_pager_that_is_missing() {
    let probe = Probe::default();
    let pager = Some("/nonexistent/pager 2>/dev/null".to_owned());
    let settings = Settings {
        stdout: TERMINAL,
        pager,
        ..plain()
    };
    let mut ui = Ui::with_writers(settings, Box::new(probe.clone()), Box::new(io::sink()));
    (0..9).for_each(|_| ui.result("x").expect("held"));
    ui.finish().expect("shown");
    assert_eq!(probe.seen.borrow().len(), 18);
}

#[test]
fn bytes_for_scripts_are_written_as_they_are() {
    let probe = Probe::default();
    let mut ui = Ui::with_writers(plain(), Box::new(probe.clone()), Box::new(io::sink()));
    ui.result("first").expect("held");
    ui.raw(b"\x1b\xff\0").expect("written");
    assert_eq!(*probe.seen.borrow(), b"first\n\x1b\xff\0");
}

#[test]
fn tables_are_cut_on_a_terminal_only() {
    let shown = |stdout| {
        let mut ui = Ui::captured(Settings { stdout, ..plain() });
        let mut table = Table::new(&["Name", "Description"]);
        table.row(["a".to_owned(), "word ".repeat(20)]);
        ui.table(&table).expect("written");
        ui.take_written().stdout
    };
    assert!(shown(Stream::Pipe).lines().any(|line| line.len() > 90));
    assert!(shown(TERMINAL).contains('…'));
}
