//! The floors of the house: imports run downwards only, and nothing is defined in `lib.rs` or a `mod.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms of the crate that it may import (`docs/architecture.md` has the table with reasons).
const ROOMS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("manifest", &["model"]),
    ("frontmatter", &["model"]),
    ("merge", &["model"]),
    ("store", &["model"]),
    (
        "app",
        &["model", "manifest", "frontmatter", "merge", "store"],
    ),
    ("cli", &["app", "model"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                files.push((path.strip_prefix(&root).expect("below").to_owned(), text));
            }
        }
    }
    assert!(files.len() > 50, "the sources were found");
    files
}

/// The rooms that a source names after `crate::`.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    code.flat_map(|line| {
        line.split("crate::")
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    })
    .map(|rest| {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    })
    .filter(|room: &String| !room.is_empty())
    .collect()
}

#[test]
fn imports_run_downwards() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = path
            .iter()
            .next()
            .expect("a part")
            .to_string_lossy()
            .into_owned();
        let Some((room, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            assert!(
                ["lib.rs", "main.rs"].contains(&room.as_str()),
                "{} is in no room",
                path.display()
            );
            continue;
        };
        for import in imports(&text) {
            if import != *room && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn modules_are_declared_and_nothing_is_defined_beside_them() {
    for (path, text) in sources() {
        let name = path.file_name().expect("a name");
        let is_test = path.iter().any(|part| part == "tests");
        if is_test || (name != "mod.rs" && path != Path::new("lib.rs")) {
            continue;
        }
        for line in text.lines().map(str::trim) {
            let words = [
                "fn ", "struct ", "enum ", "trait ", "impl ", "const ", "static ",
            ];
            let defines = words
                .iter()
                .any(|word| line.trim_start_matches("pub ").starts_with(word));
            assert!(!defines, "{}: {line}", path.display());
        }
    }
}

#[test]
fn library_code_reads_the_outside_in_one_place() {
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let outside = [
            "std::env::",
            "env::var",
            "env::current_dir",
            "SystemTime::now",
        ];
        let reads = outside.iter().any(|call| code.contains(call));
        let may = ["cli/context.rs", "cli/run.rs", "store/files.rs"]
            .iter()
            .any(|known| path == Path::new(known))
            || path.ends_with("survey.rs");
        assert!(!reads || may, "{} reads the outside", path.display());
    }
}
