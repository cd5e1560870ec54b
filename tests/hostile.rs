//! Collections made to harm: whatever they hold, every command answers soon, follows nothing out of the collection,
//! shows no raw control character, and leaves everything outside as it was.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::common::test_environment::{Said, TestEnvironment, said};

/// What the file outside holds; it must never be shown or copied.
const CANARY: &str = "CANARY-7f3a-of-the-house";

/// How long a command may take; generous, for a busy machine.
const LIMIT: Duration = Duration::from_secs(5);

/// A header that no collection lacks.
const HEADER: &str = "[tool.skillmeat]\nname = \"hostile\"\nversion = \"1.0.0\"\n\n";

/// A machine with a hostile collection and something outside that must not be touched.
struct House {
    environment: TestEnvironment,
}

impl House {
    fn new() -> Self {
        let environment = TestEnvironment::new();
        let outside = environment.root().join("outside");
        fs::create_dir(&outside).expect("a folder");
        fs::write(outside.join("secret.md"), secret()).expect("written");
        fs::create_dir(outside.join("skill")).expect("a folder");
        fs::write(outside.join("skill/SKILL.md"), secret()).expect("written");
        Self { environment }
    }

    /// The collection's folder.
    fn folder(&self) -> PathBuf {
        self.environment.work().join("hostile")
    }

    fn outside(&self) -> PathBuf {
        self.environment.root().join("outside")
    }

    /// Writes a file of the collection.
    fn file(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("written");
    }

    fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        symlink(target, path).expect("linked");
    }

    fn manifest(&self, rows: &str) {
        self.file("collection.toml", format!("{HEADER}{rows}"));
    }

    fn skill(&self, name: &str) {
        let header = format!("---\nname: {name}\ndescription: Sound.\n---\n");
        self.file(format!("skills/{name}/SKILL.md"), header);
    }

    /// Commits everything with git.
    fn commit(&self) {
        let folder = self.folder();
        self.environment.git_in(&folder, ["init", "--quiet"]);
        self.environment.git_in(&folder, ["add", "--all"]);
        self.environment
            .git_in(&folder, ["commit", "--quiet", "--message", "Start"]);
    }

    /// Runs the program in a folder; it must answer in time, without a panic, a raw escape or the canary.
    fn run(&self, folder: &Path, arguments: &[&str]) -> Said {
        let mut command = self.environment.command("timeout", folder);
        command
            .args(["--signal=KILL", "20", env!("CARGO_BIN_EXE_skillmeat")])
            .args(arguments);
        let start = Instant::now();
        let said = said(command);
        let shown: String = arguments.join(" ").chars().take(80).collect();
        assert!(
            start.elapsed() < LIMIT,
            "{shown:?} took {:?}",
            start.elapsed()
        );
        let code = said.code;
        assert!(
            matches!(code, Some(0 | 1 | 2 | 3 | 5)),
            "{shown:?} ended with {code:?}: {}",
            said.stderr
        );
        for text in [&said.stdout, &said.stderr] {
            assert!(!text.contains("panicked"), "{shown:?}: {text}");
            assert!(!text.contains(CANARY), "{shown:?} shows what lies outside");
            let raw = text.chars().find(|c| acts(*c));
            assert!(raw.is_none(), "{shown:?} prints a raw {raw:?}");
        }
        said
    }

    /// Asks everything of the collection in a folder, then changes it; nothing outside may change.
    fn probe_in(&self, folder: &Path, names: &[&str]) {
        let before = snapshot(&self.outside());
        for command in [
            "list",
            "check",
            "doctor",
            "status",
            "group list",
            "tag list",
            "search sound",
            "list --json",
            "check --json",
            "group list --json",
            "cache rebuild",
        ] {
            let words: Vec<&str> = command.split(' ').collect();
            self.run(folder, &words);
        }
        for name in names {
            self.run(folder, &["show", "--", name]);
            self.run(folder, &["show", "--json", "--", name]);
            self.run(folder, &["tag", "add", "Probe", "--", name]);
            self.run(folder, &["group", "create", "Probe", "--", name]);
            self.run(folder, &["rename", "--", name, "renamed"]);
            self.run(folder, &["remove", "--", name]);
        }
        self.run(folder, &["tag", "create", "Plain"]);
        self.run(folder, &["list"]);
        assert_eq!(
            snapshot(&self.outside()),
            before,
            "something outside changed"
        );
    }

    /// Probes the collection itself, a clone of it and an import of it.
    fn probe(&self, names: &[&str]) {
        let (work, folder) = (self.environment.work(), self.folder());
        let clone = work.join("clone");
        let is_committed = folder.join(".git").exists();
        if is_committed {
            let (from, to) = (folder.display().to_string(), clone.display().to_string());
            self.environment
                .git_in(&work, ["clone", "--quiet", &from, &to]);
        }
        let before = snapshot(&self.outside());
        let from = folder.display().to_string();
        self.run(&work, &["init", "imported", "--import", &from]);
        let skills = folder.join("skills");
        for entry in fs::read_dir(skills).into_iter().flatten().flatten() {
            // Who names a link means what it leads to.
            if entry.file_type().expect("a type").is_symlink() {
                continue;
            }
            let path = entry.path().display().to_string();
            self.run(&work, &["-c", "imported", "add", "--", &path]);
        }
        let home = self.environment.root().join("home/.skillmeat/collections");
        for (path, content) in snapshot(&home) {
            let shown = path.display();
            assert!(!content.contains(CANARY), "{shown} was copied from outside");
            assert!(!content.starts_with("-> /"), "{shown} leads outside");
        }
        assert_eq!(
            snapshot(&self.outside()),
            before,
            "something outside changed"
        );
        self.probe_in(&folder, names);
        if is_committed {
            self.probe_in(&clone, names);
        }
    }
}

fn secret() -> String {
    format!("---\nname: secret\ndescription: {CANARY}\n---\n{CANARY}\n")
}

/// Whether a terminal would act on a character, or turn the text around it.
fn acts(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Everything below a folder: files with their content, links with their target.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("a type"));
            if kind.is_dir() {
                folders.push(path.clone());
                found.insert(path, "folder".to_owned());
            } else if kind.is_symlink() {
                let target = fs::read_link(&path).expect("a link");
                found.insert(path, format!("-> {}", target.display()));
            } else if kind.is_file() {
                let content = fs::read(&path).expect("a file");
                found.insert(path, String::from_utf8_lossy(&content).into_owned());
            }
        }
    }
    found
}

#[test]
fn names_that_lead_out_or_act_on_a_terminal() {
    let house = House::new();
    let names = [
        "../../outside/secret",
        "a/b",
        "-rf",
        "--force",
        "\u{1b}[2J\u{1b}]0;x\u{7}",
        "\u{202e}gpj",
        "..",
        ".git",
        "C:\\x",
        "a\nb",
        "\u{9b}31m",
        "",
    ];
    let mut rows = String::new();
    for name in names {
        let quoted = quoted(name);
        write!(
            rows,
            "[[artifacts]]\nname = {quoted}\ntype = \"skill\"\ndescription = {quoted}\ntags = [{quoted}]\n\n\
             [[groups]]\nname = {quoted}\ncolor = {quoted}\nicon = {quoted}\nmembers = [{quoted}, {}]\n\n\
             [[tag_definitions]]\nname = {quoted}\nslug = {quoted}\ncolor = {quoted}\n\n",
            self::quoted(&format!("skill:{name}"))
        )
        .expect("written");
    }
    house.manifest(&rows);
    house.skill("sound");
    house.commit();
    house.probe(&[&names[..11], &["sound", "skill:../../outside/secret"]].concat());
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => write!(quoted, "\\u{:04X}", u32::from(c)).expect("written"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[test]
fn paths_that_lead_out() {
    let house = House::new();
    let outside = house.outside();
    let mut rows = String::new();
    let paths = [
        ("up", "../../outside/skill".to_owned()),
        (
            "down-up",
            "skills/../../../outside/skill/SKILL.md".to_owned(),
        ),
        ("absolute", outside.join("skill").display().to_string()),
        ("git", ".git/config".to_owned()),
        ("odd", "\u{1b}[2J".to_owned()),
        ("whole", ".".to_owned()),
    ];
    for (name, path) in &paths {
        let path = quoted(path);
        write!(
            rows,
            "[[artifacts]]\nname = \"{name}\"\ntype = \"skill\"\npath = {path}\n\n"
        )
        .expect("written");
    }
    house.manifest(&rows);
    house.commit();
    house.probe(&["up", "down-up", "absolute", "git", "odd", "whole"]);
    assert!(house.folder().join(".git/config").is_file());
}

#[test]
fn links_that_lead_out() {
    let house = House::new();
    let outside = house.outside();
    house.manifest("[[artifacts]]\nname = \"folder\"\ntype = \"skill\"\n\n[[artifacts]]\nname = \"file\"\ntype = \"skill\"\n\n[[artifacts]]\nname = \"inner\"\ntype = \"skill\"\n\n");
    house.link("skills/folder", outside.join("skill"));
    house.link("skills/file/SKILL.md", outside.join("secret.md"));
    house.link("skills/relative/SKILL.md", "../../../../outside/secret.md");
    house.skill("inner");
    house.link("skills/inner/more.md", outside.join("secret.md"));
    house.link("skills/inner/etc", "/etc");
    house.link("skills/self", "self");
    house.link("commands/loop", ".");
    house.link("agents/secret.md", outside.join("secret.md"));
    house.link("hooks/secret.json", outside.join("secret.md"));
    house.commit();
    house.probe(&[
        "folder",
        "file",
        "skill:relative",
        "inner",
        "self",
        "agent:secret",
        "hook:secret",
    ]);
}

#[test]
fn folders_of_the_layout_that_are_links() {
    let house = House::new();
    let outside = house.outside();
    fs::create_dir_all(outside.join("skills/taken")).expect("a folder");
    fs::write(outside.join("skills/taken/SKILL.md"), secret()).expect("written");
    house.manifest("[[artifacts]]\nname = \"taken\"\ntype = \"skill\"\n\n");
    house.link("skills", outside.join("skills"));
    house.link("commands", "commands");
    house.link("agents", &outside);
    house.commit();
    house.probe(&["taken", "agent:secret", "skill:taken"]);
    let source = house.environment.work().join("new");
    fs::create_dir(&source).expect("a folder");
    fs::write(source.join("SKILL.md"), "---\nname: new\n---\n").expect("written");
    let before = snapshot(&outside);
    let said = house.run(&house.folder(), &["add", &source.display().to_string()]);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert_eq!(snapshot(&outside), before);
}

#[test]
fn a_manifest_that_is_a_link_or_a_folder() {
    let house = House::new();
    let outside = house.outside();
    fs::write(
        outside.join("collection.toml"),
        format!("{HEADER}# {CANARY}\n"),
    )
    .expect("written");
    house.skill("sound");
    house.link("collection.toml", outside.join("collection.toml"));
    house.commit();
    house.probe(&["sound"]);
    let house = House::new();
    house.skill("sound");
    fs::create_dir(house.folder().join("collection.toml")).expect("a folder");
    house.file("collection.toml/x", "x");
    house.commit();
    house.probe(&["sound"]);
}

#[test]
fn headers_made_to_exhaust() {
    let house = House::new();
    let mut bomb = String::from("---\nname: bomb\na: &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, of) in ('b'..='z').zip('a'..) {
        writeln!(
            bomb,
            "{name}: &{name} [{}]",
            vec![format!("*{of}"); 9].join(",")
        )
        .expect("written");
    }
    bomb.push_str("tags: *z\ndescription: *z\n---\n");
    house.manifest("");
    house.file("skills/bomb/SKILL.md", bomb);
    for (name, open, close) in [("square", "[", "]"), ("curly", "{a: ", "}")] {
        let nested = format!("{}{}", open.repeat(40_000), close.repeat(40_000));
        house.file(
            format!("skills/{name}/SKILL.md"),
            format!("---\nname: {name}\ntags: {nested}\ndescription: {nested}\n---\n"),
        );
        house.file(
            format!("mcp/{name}.json"),
            format!("{{\"name\": {nested}}}"),
        );
    }
    let long = "x".repeat(10 << 20);
    house.file(
        "skills/long/SKILL.md",
        format!("---\nname: long\ndescription: {long}\n---\n"),
    );
    house.file(
        "skills/open/SKILL.md",
        format!("---\nname: open\ndescription: \"{long}"),
    );
    let many: String = (0..200_000).fold(String::new(), |mut text, number| {
        writeln!(text, "key{number}: [").expect("written");
        text
    });
    house.file("skills/many/SKILL.md", format!("---\n{many}---\n"));
    let indented: String = (0..3_000).fold(String::new(), |mut text, depth| {
        writeln!(text, "{}k:", " ".repeat(depth)).expect("written");
        text
    });
    house.file("skills/indented/SKILL.md", format!("---\n{indented}---\n"));
    house.commit();
    house.probe(&["bomb", "skill:square", "long"]);
}

#[test]
fn manifests_made_to_exhaust() {
    for nested in ["[".repeat(40_000), "{a=".repeat(40_000)] {
        let house = House::new();
        house.skill("sound");
        house.manifest(&format!("[[groups]]\nname = \"A\"\nmembers = {nested}\n"));
        house.commit();
        house.probe(&["sound"]);
        let closed = format!("{}{}", "[".repeat(40_000), "]".repeat(40_000));
        house.manifest(&format!("[[groups]]\nname = \"A\"\nmembers = {closed}\n"));
        house.probe_in(&house.folder(), &["sound"]);
        house.manifest(&format!("[{}]\nx = 1\n", vec!["a"; 40_000].join(".")));
        house.probe_in(&house.folder(), &["sound"]);
        house.manifest(&format!("{} = 1\n", vec!["a"; 40_000].join(".")));
        house.probe_in(&house.folder(), &["sound"]);
    }
}

#[test]
fn a_manifest_beyond_the_limit_is_not_read() {
    let house = House::new();
    house.skill("sound");
    house.manifest("[[artifacts]]\nname = \"sound\"\ntype = \"skill\"\n\n");
    house.commit();
    let large = format!("{HEADER}# {}\n", "x".repeat(50 << 20));
    house.file("collection.toml", large);
    let said = house.run(&house.folder(), &["list"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.stdout.contains("sound") && said.stderr.contains("warning"),
        "{said:?}"
    );
    let said = house.run(&house.folder(), &["tag", "add", "Probe", "sound"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    house.probe_in(&house.folder(), &["sound"]);
    house.environment.git_in(
        &house.folder(),
        ["commit", "--quiet", "--all", "--message", "Large"],
    );
    assert_eq!(house.run(&house.folder(), &["list"]).code, Some(1));
    house.probe_in(&house.folder(), &["sound"]);
}

#[test]
fn file_names_that_are_no_names() {
    let house = House::new();
    house.manifest("");
    house.skill("sound");
    house.file("skills/a\nb/SKILL.md", "---\nname: line\n---\n");
    house.file("agents/\u{1b}[2J.md", "---\nname: escape\n---\n");
    house.file("agents/\u{202e}dm.md", "---\nname: bidi\n---\n");
    house.file("agents/-rf.md", "---\nname: option\n---\n");
    house.file(
        Path::new("skills/sound").join(OsStr::from_bytes(b"bad-\xff.md")),
        "x",
    );
    house.file(
        Path::new("agents").join(OsStr::from_bytes(b"bad-\xff.md")),
        "x",
    );
    house.file(
        Path::new("skills").join(OsStr::from_bytes(b"bad-\xff/SKILL.md")),
        "x",
    );
    house.file(format!("agents/{}.md", "n".repeat(250)), "x");
    house.commit();
    house.probe(&[
        "agent:-rf",
        "-rf",
        "agent:\u{202e}dm",
        "agent:\u{1b}[2J",
        "sound",
    ]);
}

#[test]
fn things_that_are_no_files_do_not_block() {
    let house = House::new();
    house.manifest("[[artifacts]]\nname = \"pipe\"\ntype = \"skill\"\n\n[[artifacts]]\nname = \"held\"\ntype = \"skill\"\n\n");
    house.skill("sound");
    house.skill("held");
    house.commit();
    for path in [
        "skills/pipe/SKILL.md",
        "skills/held/extra",
        "agents/pipe.md",
        "mcp/pipe.json",
    ] {
        let path = house.folder().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        house
            .environment
            .command("mkfifo", &house.folder())
            .arg(&path)
            .status()
            .expect("made");
    }
    fs::create_dir_all(house.folder().join("agents/folder.md")).expect("a folder");
    fs::create_dir_all(house.folder().join("skills/folder/SKILL.md")).expect("a folder");
    house.probe(&["pipe", "agent:pipe", "held", "sound"]);
    let house = House::new();
    house.skill("sound");
    let pipe = house.folder().join("collection.toml");
    house
        .environment
        .command("mkfifo", &house.folder())
        .arg(&pipe)
        .status()
        .expect("made");
    house
        .environment
        .git_in(&house.folder(), ["init", "--quiet"]);
    house.probe_in(&house.folder(), &["sound"]);
}

#[test]
fn ten_thousand_groups() {
    let house = House::new();
    let rows = (0..10_000).fold(String::new(), |mut rows, number| {
        writeln!(
            rows,
            "[[groups]]\nname = \"g{number}\"\nmembers = [\"skill:sound\"]\n"
        )
        .expect("written");
        rows
    });
    house.manifest(&rows);
    house.skill("sound");
    house.commit();
    house.probe_in(&house.folder(), &["sound"]);
}

#[test]
fn nothing_that_came_along_is_run() {
    let house = House::new();
    let ran = house.outside().join("ran");
    let script = format!("#!/bin/sh\ntouch {}\n", ran.display());
    house.manifest("");
    house.skill("sound");
    house.file(".gitattributes", "* filter=evil diff=evil merge=evil\n");
    house.file(
        "hooks/evil.json",
        format!("{{\"hooks\": [{{\"command\": {}}}]}}", quoted(&script)),
    );
    house.file(".githooks/post-commit", &script);
    house.file(
        "skills/sound/.git/config",
        format!("[core]\n\tfsmonitor = touch {}\n", ran.display()),
    );
    house
        .environment
        .git_in(&house.folder(), ["init", "--quiet"]);
    fs::remove_dir_all(house.folder().join(".git/hooks")).unwrap_or_default();
    for name in [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
    ] {
        let path = format!(".git/hooks/{name}");
        house.file(&path, &script);
        fs::set_permissions(house.folder().join(path), fs::Permissions::from_mode(0o755))
            .expect("set");
    }
    for (key, value) in [
        ("core.fsmonitor", &ran),
        ("core.pager", &ran),
        ("core.editor", &ran),
        ("core.sshCommand", &ran),
    ] {
        let command = format!("touch {}", value.display());
        house
            .environment
            .git_in(&house.folder(), ["config", key, &command]);
    }
    let _ = fs::remove_file(&ran);
    house.probe_in(&house.folder(), &["sound", "hook:evil"]);
    assert!(!ran.exists());
}
