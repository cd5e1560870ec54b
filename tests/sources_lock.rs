//! `collection.lock` of SkillMeat: kept up where it is there, in its format.

use std::fs;
use std::path::PathBuf;

use crate::common::test_environment::shared_data;
use crate::sources::{Library, skill};

const MANIFEST: &str = "artifacts = []\n\n[collection]\nname = \"team\"\nversion = \"1.0.0\"\ncreated = \"2026-01-01T00:00:00\"\nupdated = \"2026-01-01T00:00:00\"\n";
const LOCK: &str = "# ours\n[lock]\nversion = \"1.0.0\"\n\n[lock.entries.\"gone::skill\"]\ncontent_hash = \"00\"\nfetched = \"2026-01-01T00:00:00\"\n";

/// A collection in SkillMeat's dialect with a lock file, and its folder.
fn adopted() -> (Library, PathBuf) {
    let library = Library::new();
    let folder = library.environment.root().join("adopted");
    fs::create_dir(&folder).expect("a folder");
    library
        .environment
        .write(&folder.join("collection.lock"), LOCK);
    library.environment.repository(&folder, MANIFEST);
    (library, folder)
}

fn lock(folder: &std::path::Path) -> String {
    fs::read_to_string(folder.join("collection.lock")).expect("a lock file")
}

#[test]
fn the_lock_file_follows_what_happens_to_artifacts() {
    let (library, folder) = adopted();
    let environment = &library.environment;
    let source = library.source("skills/other");
    environment.ok_in(&folder, ["add", &source]);
    let tip = library.git("rev-parse HEAD");
    let read = lock(&folder);
    assert!(read.starts_with(LOCK), "{read}");
    assert!(
        read.contains("\n[lock.entries.\"other::skill\"]\ncontent_hash = \""),
        "{read}"
    );
    assert!(read.contains("\"\nfetched = \"20"), "{read}");
    assert!(
        read.ends_with(&format!("resolved_sha = \"{tip}\"\n")),
        "{read}"
    );
    let hash = |read: &str| {
        let entry = read
            .split("::skill\"]\ncontent_hash = \"")
            .last()
            .expect("an entry");
        entry.split('"').next().expect("a hash").to_owned()
    };
    let before = hash(&read);
    library.write("skills/other/SKILL.md", &skill("other", &["newer"]));
    let second = library.publish("two");
    environment.ok_in(&folder, ["update"]);
    let read = lock(&folder);
    assert!(read.contains(&second) && !read.contains(&tip), "{read}");
    assert_ne!(hash(&read), before);
    environment.ok_in(&folder, ["rename", "other", "another"]);
    let renamed = lock(&folder);
    assert_eq!(renamed, read.replace("other::skill", "another::skill"));
    environment.ok_in(&folder, ["remove", "another"]);
    assert_eq!(lock(&folder), LOCK);
    assert_eq!(environment.git_in(&folder, ["status", "--porcelain"]), "");
    environment.ok_in(&folder, ["undo"]);
    assert_eq!(lock(&folder), renamed);
}

#[test]
fn a_row_is_written_as_skillmeat_writes_it() {
    let (library, folder) = adopted();
    let environment = &library.environment;
    let config = environment.root().join("gitconfig").display().to_string();
    let instead = format!("url.file://{}/.insteadOf", environment.root().display());
    environment.git_in(
        &environment.root(),
        ["config", "--file", &config, &instead, "https://github.com/"],
    );
    environment.ok_in(&folder, ["add", "acme/lib/skills/other"]);
    let tip = library.git("rev-parse HEAD");
    let manifest = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
    let page = format!("https://github.com/acme/lib/tree/{tip}/skills/other");
    for field in [
        "origin = \"github\"",
        &format!("upstream = \"{page}\""),
        "version_spec = \"latest\"",
        "path = \"skills/other\"",
    ] {
        assert!(manifest.contains(field), "{manifest}");
    }
    assert!(lock(&folder).contains(&format!("upstream = \"{page}\"")));
    // A row that SkillMeat wrote has no `source`, and is followed by its page.
    let line = manifest
        .lines()
        .find(|line| line.starts_with("source = "))
        .expect("a line");
    let without = manifest.replace(&format!("{line}\n"), "");
    assert_ne!(without, manifest);
    environment.write(&folder.join("collection.toml"), without);
    environment.ok_in(&folder, ["commit"]);
    library.write("skills/other/SKILL.md", &skill("other", &["newer"]));
    let second = library.publish("two");
    environment.ok_in(&folder, ["update", "other"]);
    let manifest = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
    assert!(
        manifest.contains(&format!("/tree/{second}/skills/other")),
        "{manifest}"
    );
    assert!(!manifest.contains("source = "), "{manifest}");
}

#[test]
fn what_skillmeat_wrote_into_it_goes_along_and_rubbish_is_refused() {
    let (library, folder) = adopted();
    let environment = &library.environment;
    let edited = LOCK.replace("\"00\"", "\"11\"");
    environment.write(&folder.join("collection.lock"), &edited);
    environment.ok_in(&folder, ["add", &library.source("skills/other")]);
    assert!(lock(&folder).starts_with(&edited));
    assert_eq!(environment.git_in(&folder, ["status", "--porcelain"]), "");
    environment.write(&folder.join("collection.lock"), "[lock]\nversion = \n");
    let told = environment.run_in(&folder, ["add", &library.source("agents/reviewer.md")]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.stderr.contains("collection.lock:2: "), "{told:?}");
    assert!(!folder.join("agents").exists());
}

#[test]
fn a_collection_without_one_gets_none() {
    let library = Library::new();
    library
        .environment
        .ok(["add", &library.source("skills/other")]);
    assert!(!library.environment.team().join("collection.lock").exists());
}

#[test]
fn the_hashes_are_those_of_the_real_one() {
    let Some(data) = shared_data() else {
        println!("skipped: there is no real data beside the checkout");
        return;
    };
    let library = Library::new();
    let real = data.join("skillmeat-0.74/written-through/collections/default");
    let folder = library.environment.root().join("real");
    let copied = std::process::Command::new("cp")
        .args([
            "-r",
            &real.display().to_string(),
            &folder.display().to_string(),
        ])
        .status();
    assert!(copied.expect("cp").success());
    library.environment.git_in(&folder, ["init", "--quiet"]);
    library.environment.git_in(&folder, ["add", "."]);
    library
        .environment
        .git_in(&folder, ["commit", "--quiet", "-m", "adopted"]);
    let before = lock(&folder);
    // Taken out and added again, an artifact has the hash that SkillMeat gave it.
    let entry = "[lock.entries.\"jwt-auth::skill\"]\ncontent_hash = \"";
    let hash = |text: &str| -> Option<String> {
        let rest = &text[text.find(entry)? + entry.len()..];
        Some(rest.split('"').next()?.to_owned())
    };
    let aside = library.environment.work().join("jwt-auth");
    fs::create_dir(&aside).expect("a folder");
    for file in fs::read_dir(folder.join("skills/jwt-auth")).expect("a folder") {
        let file = file.expect("an entry");
        fs::copy(file.path(), aside.join(file.file_name())).expect("copied");
    }
    library
        .environment
        .ok_in(&folder, ["remove", "skill:jwt-auth"]);
    assert_eq!(hash(&lock(&folder)), None);
    library
        .environment
        .ok_in(&folder, ["add", &aside.display().to_string()]);
    assert!(hash(&before).is_some());
    assert_eq!(hash(&lock(&folder)), hash(&before));
}
