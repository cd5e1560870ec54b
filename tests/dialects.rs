//! Every kind of change on every kind of manifest: the lines of that change differ, and no other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::test_environment::{TestEnvironment, fixtures, said, shared_data};

/// A repository whose manifest is one of the fixtures, in some form.
fn with(environment: &TestEnvironment, name: &str, form: fn(&str) -> String) -> PathBuf {
    let folder = environment.work().join(name);
    let text = fs::read_to_string(fixtures().join("manifests").join(name)).expect("a fixture");
    environment.repository(&folder, form(&text));
    for file in [
        "skills/brand-new/SKILL.md",
        "skills/jwt-auth/SKILL.md",
        "skills/react-forms/SKILL.md",
    ] {
        environment.write(
            &folder.join(file),
            "---\ndescription: A skill\n---\n\nText.\n",
        );
    }
    environment.git_in(&folder, ["add", "."]);
    environment.git_in(&folder, ["commit", "--quiet", "-m", "files"]);
    folder
}

/// What a change takes away and brings, trimmed; the manifest alone.
fn difference(environment: &TestEnvironment, folder: &Path) -> (Vec<String>, Vec<String>) {
    let patch = environment.git_in(
        folder,
        ["diff", "-U0", "HEAD~1", "HEAD", "--", "collection.toml"],
    );
    let lines = |sign: char| {
        patch
            .lines()
            .skip_while(|line| !line.starts_with("@@"))
            .filter(|line| line.starts_with(sign))
            .map(|line| line[1..].trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
    };
    (lines('-'), lines('+'))
}

/// A change, the lines that may go and those that may come. An entry that ends in `…` stands for all that begin so.
type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a str]);

fn check(environment: &TestEnvironment, folder: &Path, cases: &[Case<'_>]) {
    let ends = |text: &str| (text.matches('\n').count(), text.matches("\r\n").count());
    let read = || fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
    let before = read();
    for (arguments, gone, new) in cases {
        let told = environment.run_in(folder, *arguments);
        assert_eq!(told.code, Some(0), "{arguments:?} {told:?}");
        let (minus, plus) = difference(environment, folder);
        assert_eq!(minus, *gone, "{arguments:?}");
        assert_eq!(plus, *new, "{arguments:?}");
        assert_eq!(environment.git_in(folder, ["status", "--porcelain"]), "");
        let (all, carriage) = ends(&read());
        assert!(
            carriage == 0 || carriage == all,
            "{arguments:?}: mixed line ends"
        );
        assert_eq!(carriage == 0, ends(&before).1 == 0, "{arguments:?}");
        assert_eq!(
            read().starts_with('\u{feff}'),
            before.starts_with('\u{feff}'),
            "{arguments:?}"
        );
    }
    environment.git_in(folder, ["fsck", "--strict", "--no-dangling"]);
    let again = environment.ok_in(folder, ["group", "list", "--json"]);
    environment.ok_in(folder, ["cache", "clear"]);
    assert_eq!(
        environment.ok_in(folder, ["group", "list", "--json"]),
        again
    );
}

fn as_it_is(text: &str) -> String {
    text.to_owned()
}

fn with_carriage_returns(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn with_mark(text: &str) -> String {
    format!("\u{feff}{text}")
}

const FORMS: [fn(&str) -> String; 3] = [as_it_is, with_carriage_returns, with_mark];

#[test]
fn the_native_dialect() {
    for form in FORMS {
        let environment = TestEnvironment::new();
        let folder = with(&environment, "native.toml", form);
        check(
            &environment,
            &folder,
            &[
                (
                    &["group", "create", "Later", "--color", "#112233"],
                    &[],
                    &[
                        "[[groups]]",
                        "name = \"Later\"",
                        "color = \"#112233\"",
                        "position = 4",
                    ],
                ),
                (
                    &["group", "add", "Reading list", "skill:jwt-auth"],
                    &["members = []"],
                    &["members = [", "\"skill:jwt-auth\",", "]"],
                ),
                (
                    &["group", "add", "Databases", "skill:jwt-auth"],
                    &[],
                    &["\"skill:jwt-auth\","],
                ),
                (
                    &["group", "remove", "Authentication", "skill:jwt-auth"],
                    &["\"skill:jwt-auth\","],
                    &[],
                ),
                (
                    &["group", "edit", "Releases", "--description", "Notes"],
                    &[],
                    &["description = \"Notes\""],
                ),
                (
                    &["group", "edit", "Databases", "--color", "#000000"],
                    &["color = \"#F59E0B\""],
                    &["color = \"#000000\""],
                ),
                (
                    &["group", "rename", "Releases", "Shipping"],
                    &["name = \"Releases\""],
                    &["name = \"Shipping\""],
                ),
                (
                    &["tag", "create", "Fresh"],
                    &[],
                    &[
                        "[[tag_definitions]]",
                        "name = \"Fresh\"",
                        "slug = \"fresh\"",
                    ],
                ),
                (
                    &["tag", "edit", "security", "--color", "#111111"],
                    &["color = \"#EF4444\" # the red of the incident board"],
                    &["color = \"#111111\" # the red of the incident board"],
                ),
                (
                    &["tag", "add", "fresh", "postgres-tuning"],
                    &["tags = [\"data\"]"],
                    &["tags = [\"data\", \"fresh\"]"],
                ),
                (
                    &["tag", "remove", "fresh", "postgres-tuning"],
                    &["tags = [\"data\", \"fresh\"]"],
                    &["tags = [\"data\"]"],
                ),
                (
                    &["tag", "add", "fresh", "skill:release-notes"],
                    &[],
                    &["tags = [\"fresh\"]"],
                ),
                (
                    &["edit", "postgres-tuning", "--description", "Slow queries"],
                    &[],
                    &["description = \"Slow queries\""],
                ),
                (
                    &["tag", "delete", "fresh"],
                    &[
                        "[[tag_definitions]]",
                        "name = \"Fresh\"",
                        "slug = \"fresh\"",
                        "tags = [\"fresh\"]",
                    ],
                    &[],
                ),
                (
                    &["group", "delete", "Later"],
                    &[
                        "[[groups]]",
                        "name = \"Later\"",
                        "color = \"#112233\"",
                        "position = 4",
                    ],
                    &[],
                ),
                (
                    &["rate", "skill:oauth-flows", "4"],
                    &[],
                    &[
                        "[[ratings]]",
                        "artifact = \"skill:oauth-flows\"",
                        "rating = 4",
                        "by = \"mia@example.com\"",
                    ],
                ),
                (
                    &["rate", "skill:oauth-flows", "5"],
                    &["rating = 4"],
                    &["rating = 5"],
                ),
            ],
        );
        let text = fs::read_to_string(folder.join("collection.toml")).expect("a manifest");
        assert!(
            text.contains("# mia owns this one")
                && text.contains("review_due = 2027-03-01 # unknown")
        );
    }
}

#[test]
fn the_dialect_of_skillmeat() {
    for form in FORMS {
        let environment = TestEnvironment::new();
        let folder = with(&environment, "skillmeat.toml", form);
        check(
            &environment,
            &folder,
            &[
                (
                    &["group", "add", "Browser", "skill:k8s-debug"],
                    &[],
                    &["\"skill:k8s-debug\","],
                ),
                (
                    &["group", "edit", "Browser", "--icon", "globe"],
                    &["icon = \"layers\""],
                    &["icon = \"globe\""],
                ),
                (
                    &["tag", "create", "Fresh"],
                    &[],
                    &["{ name = \"Fresh\", slug = \"fresh\", color = \"\", description = \"\" },"],
                ),
                (
                    &["tag", "add", "fresh", "react-forms"],
                    &[],
                    &["\"fresh\","],
                ),
                (
                    &["tag", "edit", "operations", "--color", "#111111"],
                    &[
                        "{ name = \"operations\", slug = \"operations\", color = \"\", description = \"\" },",
                    ],
                    &[
                        "{ name = \"operations\", slug = \"operations\", color = \"#111111\", description = \"\" },",
                    ],
                ),
                (
                    &["tag", "remove", "fresh", "react-forms"],
                    &["\"fresh\","],
                    &[],
                ),
                (
                    &["tag", "delete", "fresh"],
                    &["{ name = \"Fresh\", slug = \"fresh\", color = \"\", description = \"\" },"],
                    &[],
                ),
                (
                    &["group", "rename", "On call", "Pager"],
                    &["name = \"On call\""],
                    &["name = \"Pager\""],
                ),
            ],
        );
    }
}

#[test]
fn odd_but_valid_manifests() {
    for form in FORMS {
        let environment = TestEnvironment::new();
        let folder = with(&environment, "odd.toml", form);
        check(
            &environment,
            &folder,
            &[
                (
                    &["group", "edit", "One line", "--color", "#111111"],
                    &[],
                    &["color = \"#111111\""],
                ),
                (
                    &["group", "add", "One line", "skill:three"],
                    &["members=[\"skill:one\"]#tight comment"],
                    &["members=[\"skill:one\", \"skill:three\"]#tight comment"],
                ),
                (
                    &["group", "rename", "Quoted keys", "Q"],
                    &["\"name\" = \"Quoted keys\""],
                    &["\"name\" = \"Q\""],
                ),
                (
                    &["tag", "edit", "odd-tag", "--color", "#123456"],
                    &["color = \"teal\"  # neither hexadecimal nor of the palette"],
                    &["color = \"#123456\"  # neither hexadecimal nor of the palette"],
                ),
                (
                    &["tag", "remove", "tight", "skill:one"],
                    &[", \"tight\""],
                    &[],
                ),
            ],
        );
    }
}

/// The real tool (`SKILLMEAT_PYPI` is its executable) reads what we edited.
#[test]
fn the_real_skillmeat_reads_what_was_edited() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test that needs another program is asked for by name"
    )]
    let Some(real) = std::env::var_os("SKILLMEAT_PYPI") else {
        println!("skipped: SKILLMEAT_PYPI is not set");
        return;
    };
    let Some(data) = shared_data().map(|folder| folder.join("skillmeat-0.74/written-through"))
    else {
        println!("skipped: the data of the real tool is not there");
        return;
    };
    let environment = TestEnvironment::new();
    let home = environment.root().join("home/.skillmeat");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(&data)
        .arg(&home)
        .status()
        .expect("cp");
    assert!(copied.success());
    let collection = home.join("collections/default");
    environment.git_in(&collection, ["init", "--quiet"]);
    environment.git_in(&collection, ["add", "."]);
    environment.git_in(&collection, ["commit", "--quiet", "-m", "as it was"]);
    let list = || {
        let mut command = environment.command(&real, &environment.work());
        command
            .args(["list", "--no-cache", "--format", "json"])
            .env("COLUMNS", "300")
            .env("NO_COLOR", "1");
        said(command)
    };
    let before = list();
    assert_eq!(before.code, Some(0), "{before:?}");
    let ids: Vec<String> = environment.json(["-c", "default", "list"])["artifacts"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|artifact| artifact["id"].as_str().expect("text").to_owned())
        .collect();
    assert!(!ids.is_empty());
    let first = ids[0].as_str();
    for arguments in [
        &["group", "create", "Ours", first][..],
        &[
            "group",
            "edit",
            "Ours",
            "--color",
            "#112233",
            "--description",
            "By us",
        ],
        &["tag", "create", "Our Tag", "--color", "#445566"],
        &["tag", "add", "our-tag", first],
        &["edit", first, "--description", "Ours now"],
        &["rate", first, "5"],
        &["group", "order", "Ours", first],
    ] {
        let told = environment.run([&["-c", "default"], arguments].concat());
        assert_eq!(told.code, Some(0), "{arguments:?} {told:?}");
    }
    let after = list();
    assert_eq!(after.code, Some(0), "{after:?}");
    for id in &ids {
        let name = id.split_once(':').expect("an id").1;
        assert!(after.stdout.contains(name), "{name}: {}", after.stdout);
    }
}
