//! The linter from outside: the examples of `docs/linter.md`, exit codes, `--json` and `check --fix`.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::common::test_environment::TestEnvironment;

const BROKEN: &str = "---\nname: deploy\ndescription: In two steps: build, push.\n---\nRun: it.\n";
const MENDED: &str =
    "---\nname: deploy\ndescription: \"In two steps: build, push.\"\n---\nRun: it.\n";

/// A collection that holds nothing.
fn empty() -> TestEnvironment {
    let environment = TestEnvironment::new();
    environment.ok(["init", "team"]);
    environment
}

/// A collection with committed files.
fn with(files: &[(&str, &str)]) -> TestEnvironment {
    let environment = empty();
    for (path, text) in files {
        environment.write(&environment.team().join(path), text);
    }
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "files"]);
    environment
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/linter.md");
    fs::read_to_string(path).expect("the page")
}

/// An example's parts: what stands behind `===`, and the text below.
fn parts(example: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in example.split_inclusive('\n') {
        match (line.strip_prefix("=== "), parts.last_mut()) {
            (Some(name), _) => parts.push((name.trim_end().to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => panic!("an example begins with its first part: {line}"),
        }
    }
    parts
}

/// The bytes that an example's text stands for.
fn expanded(text: &str) -> Vec<u8> {
    let mut text = text.replace('␠', " ").replace("<BOM>", "\u{feff}");
    while let Some((before, rest)) = text.split_once(" times ") {
        let (head, count) = before.rsplit_once('<').expect("a number in brackets");
        let (what, tail) = rest.split_once('>').expect("closed");
        let many = what
            .replace('⏎', "\n")
            .repeat(count.parse().expect("a number"));
        text = format!("{head}{many}{tail}");
    }
    let pieces: Vec<&[u8]> = text.split("<FF>").map(str::as_bytes).collect();
    pieces.join(&0xff)
}

/// The artifacts' folders of a collection, emptied.
fn clear(team: &Path) {
    for folder in ["skills", "agents", "commands"] {
        let _ = fs::remove_dir_all(team.join(folder));
    }
}

#[test]
fn every_example_of_the_page_is_told_as_it_says() {
    let environment = empty();
    let page = page();
    let examples = page.split("```text\n").skip(1);
    let mut shown = BTreeSet::new();
    for example in examples.filter_map(|rest| rest.split("```").next()) {
        clear(&environment.team());
        for (name, text) in parts(example) {
            let path = environment.team().join(&name);
            match name.strip_prefix("check ") {
                Some("--fix") => {
                    environment.git(["add", "."]);
                    environment.git(["commit", "--quiet", "-m", "example"]);
                    environment.ok(["check", "--fix"]);
                }
                Some(options) => {
                    let arguments = std::iter::once("check").chain(options.split(' '));
                    assert_eq!(environment.run(arguments).stdout, text, "{example}");
                    shown.extend(codes_in_brackets(&text));
                }
                None if path.exists() => {
                    assert_eq!(
                        fs::read(&path).expect("there"),
                        expanded(&text),
                        "{example}"
                    );
                }
                None => environment.write(&path, expanded(&text)),
            }
        }
    }
    assert_eq!(shown, rows(&page), "each row has an example");
}

fn codes_in_brackets(text: &str) -> Vec<String> {
    let codes = text.lines().filter_map(|line| line.rsplit_once('['));
    codes
        .filter_map(|(_, rest)| Some(rest.split_once(']')?.0.to_owned()))
        .collect()
}

/// The codes that have a row in a table of the page.
fn rows(page: &str) -> BTreeSet<String> {
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `"));
    cells
        .filter_map(|rest| Some(rest.split_once('`')?.0.to_owned()))
        .filter(|code| !code.starts_with("--"))
        .collect()
}

/// Every code that the sources of the linter know has a row, and the clients in it are those of the sources.
#[test]
fn every_code_is_on_the_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/frontmatter");
    let mut known = BTreeSet::new();
    let names = ["read", "lint_load", "lint_spec", "lint_strict"].map(|name| format!("{name}.rs"));
    for path in names.iter().map(|name| folder.join(name)) {
        let text: String = fs::read_to_string(path).expect("a source");
        let text: String = text.split_whitespace().collect();
        for before in [
            "warning(\"",
            "note(\"",
            "Severity::Warning,\"",
            "(\"name-",
            "(\"description-",
        ] {
            for rest in text.split(before).skip(1) {
                let code = rest.split('"').next().unwrap_or_default();
                let start = before.rsplit('"').next().unwrap_or_default();
                known.insert(format!("{start}{code}"));
            }
        }
    }
    let rows = rows(&page());
    let missing: Vec<_> = known.difference(&rows).collect();
    assert!(known.len() > 25 && missing.is_empty(), "{missing:?}");
}

#[test]
fn a_warning_does_not_fail_a_check_and_an_error_does() {
    let environment = with(&[("skills/deploy/SKILL.md", BROKEN)]);
    let said = environment.run(["check"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stderr.contains("1 warning."), "{said:?}");
    assert_eq!(environment.run(["check", "--level", "spec"]).code, Some(1));
    environment.fails(2, ["check", "--level", "all"]);
    let answer = environment.json(["check"]);
    assert_eq!(
        answer["findings"][0]["clients"],
        json!(["claude_code", "codex", "skills_cli"])
    );
    assert_eq!(
        [
            &answer["findings"][0]["line"],
            &answer["findings"][0]["column"]
        ],
        [3, 26]
    );
}

/// The library of the fixtures has two headers that strict YAML refuses, as real libraries do.
#[test]
fn the_library_of_the_fixtures_is_mended() {
    let environment = TestEnvironment::with_team();
    let found = environment.run(["check"]).stdout;
    assert_eq!(
        found
            .lines()
            .filter_map(|line| line.split(':').next())
            .collect::<Vec<_>>(),
        ["commands/release-notes.md", "skills/log-search/SKILL.md"]
    );
    let before = environment.json(["list"]);
    environment.ok(["check", "--fix"]);
    assert_eq!(environment.run(["check"]).stdout, "");
    assert_eq!(environment.json(["list"]), before);
}

#[test]
fn quotes_are_one_commit_that_is_undone() {
    let agent = "---\r\nname: review\r\ndescription: One: two\r\n---\r\nBody  \r\n";
    let environment = with(&[
        ("skills/deploy/SKILL.md", BROKEN),
        ("agents/review.md", agent),
        ("commands/go.md", "---\nargument-hint: \"[a]\"\n---\n"),
    ]);
    let before = environment.git(["rev-parse", "HEAD"]);
    let said = environment.run(["check", "--fix"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.stderr
            .contains("Line 3 of skills/deploy/SKILL.md is quoted."),
        "{said:?}"
    );
    let read = |path: &str| fs::read_to_string(environment.team().join(path)).expect("there");
    assert_eq!(read("skills/deploy/SKILL.md"), MENDED);
    assert_eq!(
        read("agents/review.md"),
        agent.replace("One: two", "\"One: two\"")
    );
    assert_eq!(environment.git(["rev-parse", "HEAD~1"]), before);
    assert_eq!(
        environment.git(["show", "--format=", "--name-only", "HEAD"]),
        "agents/review.md\nskills/deploy/SKILL.md\n"
    );
    assert_eq!(environment.git(["status", "--porcelain"]), "");
    assert_eq!(environment.run(["check"]).stdout, "");
    let again = environment.json(["check", "--fix"]);
    assert_eq!(
        (&again["commit"], &again["changes"]),
        (&json!(null), &json!([]))
    );
    environment.ok(["undo"]);
    assert_eq!(read("skills/deploy/SKILL.md"), BROKEN);
}

#[test]
fn a_dry_run_changes_nothing() {
    let environment = with(&[("skills/deploy/SKILL.md", BROKEN)]);
    let said = environment.run(["check", "--fix", "--dry-run"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let file = environment.team().join("skills/deploy/SKILL.md");
    assert_eq!(fs::read_to_string(file).expect("there"), BROKEN);
}

#[test]
fn work_that_is_not_committed_is_refused() {
    let environment = with(&[("skills/deploy/SKILL.md", BROKEN)]);
    let file = environment.team().join("skills/deploy/SKILL.md");
    environment.write(&file, format!("{BROKEN}More.\n"));
    let told = environment.fails(5, ["check", "--fix"]);
    assert!(told.contains("skills/deploy/SKILL.md"), "{told}");
    assert_eq!(
        fs::read_to_string(&file).expect("there"),
        format!("{BROKEN}More.\n")
    );
    environment.write(&file, BROKEN);
    let other = environment.team().join("skills/other/SKILL.md");
    environment.write(&other, "---\nname: other\ndescription: Fine.\n---\n");
    environment.ok(["check", "--fix"]);
    assert_eq!(fs::read_to_string(&file).expect("there"), MENDED);
}

#[test]
fn what_takes_more_than_quotes_is_named() {
    let twice = "---\nname: a\nname: b\ndescription: c\n---\n";
    let environment = with(&[("skills/deploy/SKILL.md", twice)]);
    let said = environment.run(["check", "--fix"]);
    assert!(
        said.stderr
            .contains("skills/deploy/SKILL.md takes more than quotes"),
        "{said:?}"
    );
    let file: PathBuf = environment.team().join("skills/deploy/SKILL.md");
    assert_eq!(fs::read_to_string(file).expect("there"), twice);
}

#[test]
fn an_executable_stays_one_and_a_link_is_left_alone() {
    let environment = with(&[("agents/a.md", BROKEN), ("elsewhere.md", BROKEN)]);
    let team = environment.team();
    fs::set_permissions(team.join("agents/a.md"), fs::Permissions::from_mode(0o755)).expect("set");
    std::os::unix::fs::symlink("../elsewhere.md", team.join("agents/b.md")).expect("a link");
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "modes"]);
    environment.ok(["check", "--fix"]);
    let mode = fs::metadata(team.join("agents/a.md"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o111, 0o111);
    assert_eq!(
        fs::read_to_string(team.join("elsewhere.md")).expect("there"),
        BROKEN
    );
    assert!(team.join("agents/b.md").is_symlink());
}

#[test]
fn rows_and_headers_are_mended_in_one_commit() {
    let environment = with(&[("skills/deploy/SKILL.md", BROKEN)]);
    let row = "[[artifacts]]\nname = \"deploy\"\ntype = \"skill\"\n";
    let twice = format!("{}\n{row}\n{row}", environment.manifest());
    environment.write(&environment.team().join("collection.toml"), twice);
    let before = environment.git(["rev-list", "--count", "HEAD"]);
    environment.ok(["check", "--fix"]);
    let after = environment.git(["rev-list", "--count", "HEAD"]);
    let number = |text: &str| text.trim().parse::<u32>().expect("a number");
    assert_eq!(number(&after), number(&before) + 1);
    assert_eq!(environment.manifest().matches("\"deploy\"").count(), 1);
    assert_eq!(environment.run(["check"]).stdout, "");
}

/// Names, links and bytes that nobody means well with are shown harmlessly, and followed nowhere.
#[test]
fn hostile_files_are_told_harmlessly() {
    let environment = with(&[(
        "skills/deploy/SKILL.md",
        "---\nname: \"de\\e[31mploy\"\ndescription: Use when\u{1b}[2J asked.\n---\n[a](../../../../etc/passwd) [b](%2e%2e/%2e%2e/x)\n[c](scripts)\n",
    )]);
    let team = environment.team();
    std::os::unix::fs::symlink("/etc", team.join("skills/deploy/scripts")).expect("a link");
    environment.write(
        &team.join("skills/bytes/SKILL.md"),
        [0xff, 0xfe, b'-', 0, 0x80],
    );
    let said = environment.run(["check", "--level", "strict"]);
    assert_eq!(said.code, Some(1));
    assert!(!said.stdout.contains('\u{1b}'), "{said:?}");
    assert_eq!(
        said.stdout.matches("[reference-outside]").count(),
        2,
        "{said:?}"
    );
    assert!(!said.stdout.contains("script-not-executable"), "{said:?}");
}
