//! People who share a collection: a bare repository, and for each person a home, an identity and a clone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::test_environment::{Said, TestEnvironment, said};

/// The manifest that a team starts from.
pub(crate) const MANIFEST: &str = r##"[tool.skillmeat]
name = "team"
version = "1.0.0"

[[tag_definitions]]
name = "Backend"
slug = "backend"
color = "#3B82F6"

[[tag_definitions]]
name = "Security"
slug = "security"

# Who may come in.
[[groups]]
name = "Auth"
description = "Sign-in"
color = "#10B981"
position = 0
members = [
    "skill:jwt-auth",
    "agent:reviewer",
]

[[groups]]
name = "Data"
position = 1
members = [
    "skill:cache",
]

[[groups]]
name = "Docs"
position = 2
members = [
    "skill:notes",
]

[[artifacts]]
name = "jwt-auth"
type = "skill"
source = "myorg/skills/jwt-auth"
version_spec = "latest"
resolved_sha = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
resolved_version = "v1.0.0"
tags = ["backend"]

[[artifacts]]
name = "cache"
type = "skill"
tags = ["backend"]

[[artifacts]]
name = "notes"
type = "skill"

[[artifacts]]
name = "reviewer"
type = "agent"
tags = ["security"]
"##;

/// The collection's folder in its repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// The top.
    Top,
    /// `lib/skills`.
    Below,
}

/// People, and the repository that they share.
pub(crate) struct Team {
    pub(crate) environment: TestEnvironment,
    at: At,
}

impl Team {
    /// Mia shares a collection, and Jo clones it.
    pub(crate) fn new() -> Self {
        let team = Self::of_mia(At::Top);
        team.ok("mia", &format!("share {}", team.remote().display()));
        team.join("jo");
        team
    }

    /// Mia has a collection that is shared with nobody yet, and there is an empty repository.
    pub(crate) fn of_mia(at: At) -> Self {
        let team = Self {
            environment: TestEnvironment::new(),
            at,
        };
        let remote = team.remote().display().to_string();
        let root = team.environment.root();
        team.environment
            .git_in(&root, ["init", "--quiet", "--bare", &remote]);
        let folder = team.folder("mia");
        fs::create_dir_all(&folder).expect("a folder");
        for (path, text) in [
            ("collection.toml", MANIFEST),
            (
                "skills/jwt-auth/SKILL.md",
                "---\nname: jwt-auth\n---\nVersion 1.\n",
            ),
            ("skills/cache/SKILL.md", "---\nname: cache\n---\n"),
            ("skills/notes/SKILL.md", "---\nname: notes\n---\n"),
            ("agents/reviewer.md", "---\nname: reviewer\n---\n"),
        ] {
            team.environment.write(&folder.join(path), text);
        }
        team.git_top("mia", "init --quiet");
        team.git_top("mia", "add .");
        team.git_top("mia", "commit --quiet -m collection");
        team
    }

    /// Somebody clones the collection.
    pub(crate) fn join(&self, person: &str) {
        let path = self.folder(person).display().to_string();
        let remote = self.remote().display().to_string();
        let mut command = self.command(env!("CARGO_BIN_EXE_skillmeat"), person);
        command.current_dir(self.environment.work());
        command.args(["clone", &remote, "team", "--path", &path]);
        let cloned = said(command);
        assert_eq!(cloned.code, Some(0), "{cloned:?}");
    }

    /// The shared repository.
    pub(crate) fn remote(&self) -> PathBuf {
        self.environment.root().join("remote.git")
    }

    /// The top of a person's work tree.
    pub(crate) fn top(&self, person: &str) -> PathBuf {
        self.environment.root().join(person).join("team")
    }

    /// A person's collection.
    pub(crate) fn folder(&self, person: &str) -> PathBuf {
        match self.at {
            At::Top => self.top(person),
            At::Below => self.top(person).join("lib/skills"),
        }
    }

    /// A process that a person starts in the collection.
    pub(crate) fn command(&self, program: &str, person: &str) -> Command {
        let home = self.environment.root().join(person);
        fs::create_dir_all(&home).expect("a home");
        let folder = self.folder(person);
        let mut command = self
            .environment
            .command(program, if folder.is_dir() { &folder } else { &home });
        let mut letters = person.chars();
        let name: String = letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect();
        command.env("HOME", home).env("USER", person);
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), &name);
            command.env(format!("GIT_{role}_EMAIL"), format!("{person}@example.com"));
        }
        command
    }

    /// The program, as a person runs it.
    pub(crate) fn skillmeat(&self, person: &str, line: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_skillmeat"), person);
        command.args(words(line));
        command
    }

    /// Runs the program, however it ends.
    pub(crate) fn run(&self, person: &str, line: &str) -> Said {
        said(self.skillmeat(person, line))
    }

    /// Runs the program; it must succeed. Returns what it printed.
    pub(crate) fn ok(&self, person: &str, line: &str) -> String {
        self.ends(0, person, line).stdout
    }

    /// Runs the program; it must end with this code.
    pub(crate) fn ends(&self, code: i32, person: &str, line: &str) -> Said {
        let told = self.run(person, line);
        assert_eq!(told.code, Some(code), "{person}: {line}: {told:?}");
        told
    }

    /// The answer to a command with `--json`, whatever its exit code.
    pub(crate) fn json(&self, person: &str, line: &str) -> Value {
        let told = self.run(person, &format!("{line} --json"));
        serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told:?}"))
    }

    /// Runs git, however it ends.
    pub(crate) fn git_run(&self, person: &str, line: &str) -> Said {
        let mut command = self.command("git", person);
        command.args(words(line));
        said(command)
    }

    /// Runs git; it must succeed. Returns what it printed.
    pub(crate) fn git(&self, person: &str, line: &str) -> String {
        let told = self.git_run(person, line);
        assert_eq!(told.code, Some(0), "{person}: git {line}: {told:?}");
        told.stdout
    }

    /// Runs git; it must end with another code than 0.
    pub(crate) fn git_fails(&self, person: &str, line: &str) -> Said {
        let told = self.git_run(person, line);
        assert_ne!(told.code, Some(0), "{person}: git {line}: {told:?}");
        told
    }

    /// Runs git at the top of the work tree; it must succeed.
    pub(crate) fn git_top(&self, person: &str, line: &str) -> String {
        let mut command = self.command("git", person);
        command.current_dir(self.top(person)).args(words(line));
        let told = said(command);
        assert_eq!(told.code, Some(0), "{person}: git {line}: {told:?}");
        told.stdout
    }

    /// Types a line into a shell, with our program on the path; it must succeed.
    pub(crate) fn types(&self, person: &str, line: &str) -> Said {
        let program = Path::new(env!("CARGO_BIN_EXE_skillmeat"))
            .parent()
            .expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = self.command("sh", person);
        command
            .args(["-c", line])
            .env("PATH", format!("{}:{path}", program.display()))
            .env("GIT_EDITOR", "true");
        let told = said(command);
        assert_eq!(told.code, Some(0), "{person}: {line}: {told:?}");
        told
    }

    /// A person's manifest.
    pub(crate) fn manifest(&self, person: &str) -> String {
        fs::read_to_string(self.folder(person).join("collection.toml")).expect("a manifest")
    }

    /// Edits a person's manifest by hand.
    pub(crate) fn by_hand(&self, person: &str, from: &str, to: &str) {
        let text = self.manifest(person);
        assert!(text.contains(from), "{from:?} in {text}");
        self.environment.write(
            &self.folder(person).join("collection.toml"),
            text.replacen(from, to, 1),
        );
    }

    /// Edits a person's manifest by hand, and commits that with git.
    pub(crate) fn by_hand_committed(&self, person: &str, from: &str, to: &str) {
        self.by_hand(person, from, to);
        self.git(person, "commit --quiet -am 'by hand'");
    }

    /// Both change something; Mia's is shared, and Jo has fetched it.
    pub(crate) fn diverge(&self, mia: &[&str], jo: &[&str]) {
        for line in mia {
            self.ok("mia", line);
        }
        for line in jo {
            self.ok("jo", line);
        }
        self.ok("mia", "sync");
        self.git("jo", "fetch --quiet");
    }

    /// Jo merges what Mia shared, with git; it must be clean and sound.
    pub(crate) fn merges(&self) {
        let told = self.git_run("jo", "merge --no-edit origin/main");
        assert_eq!(told.code, Some(0), "{told:?} {}", self.manifest("jo"));
        self.ok("jo", "check");
    }

    /// Jo merges what Mia shared, with git; it must conflict.
    pub(crate) fn conflicts(&self) -> Vec<String> {
        self.git_fails("jo", "merge --no-edit origin/main");
        self.open("jo")
    }

    /// The open conflicts, as `KEY FIELD CLASS`.
    pub(crate) fn open(&self, person: &str) -> Vec<String> {
        let told = self.json(person, "conflicts");
        let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        told["conflicts"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                format!(
                    "{} {} {}",
                    text(one, "key"),
                    text(one, "field"),
                    text(one, "class")
                )
            })
            .collect()
    }

    /// A group as `group list` has it; null when it is not there.
    pub(crate) fn group(&self, person: &str, name: &str) -> Value {
        row(&self.json(person, "group list")["groups"], "name", name)
    }

    /// An artifact as `list` has it; null when it is not there.
    pub(crate) fn artifact(&self, person: &str, id: &str) -> Value {
        row(&self.json(person, "list")["artifacts"], "id", id)
    }

    /// The names of the groups, in order.
    pub(crate) fn groups(&self, person: &str) -> Vec<String> {
        let list = self.json(person, "group list");
        list["groups"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|group| group["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Everything that the tables say.
    pub(crate) fn tables(&self, person: &str) -> BTreeMap<&'static str, Value> {
        [
            ("groups", "group list"),
            ("tags", "tag list"),
            ("artifacts", "list"),
        ]
        .into_iter()
        .map(|(key, line)| (key, self.json(person, line)[key].clone()))
        .collect()
    }

    /// Everybody has the same tables, and nothing that is not committed.
    pub(crate) fn agree(&self, people: &[&str]) {
        for pair in people.windows(2) {
            assert_eq!(self.tables(pair[0]), self.tables(pair[1]), "{pair:?}");
        }
        for person in people {
            assert_eq!(self.git(person, "status --porcelain"), "", "{person}");
        }
    }
}

fn row(list: &Value, key: &str, name: &str) -> Value {
    let rows = list.as_array().expect("a list");
    rows.iter()
        .find(|row| row[key] == name)
        .cloned()
        .unwrap_or_default()
}

/// The words of a command line; what stands in single quotes holds together.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![None];
    for (place, part) in line.split('\'').enumerate() {
        if place % 2 == 1 {
            let last: &mut Option<String> = words.last_mut().expect("a word");
            last.get_or_insert_default().push_str(part);
            continue;
        }
        for (place, piece) in part.split(' ').enumerate() {
            if place > 0 {
                words.push(None);
            }
            if !piece.is_empty() {
                words
                    .last_mut()
                    .expect("a word")
                    .get_or_insert_default()
                    .push_str(piece);
            }
        }
    }
    words.into_iter().flatten().collect()
}
