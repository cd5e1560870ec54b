//! `outdated` and `update`: what is told of sources, and how edits of both sides come together.

use std::fs;

use serde_json::Value;

use crate::sources::{Library, skill};

fn lines(first: &str, last: &str) -> String {
    skill("jwt-auth", &[first, "2", "3", "4", last])
}

/// A library from which `jwt-auth` was added at this version.
fn added(version: &str) -> Library {
    let library = Library::new();
    library.git("tag v1.0.0");
    library.git("push --quiet origin v1.0.0");
    let source = library.source(&format!("skills/jwt-auth{version}"));
    library.environment.ok(["add", &source]);
    library
}

impl Library {
    fn local(&self, path: &str) -> String {
        fs::read_to_string(self.environment.team().join("skills/jwt-auth").join(path))
            .expect("a file")
    }

    /// Edits a file of the collection, and records that.
    fn edit(&self, path: &str, content: &str) {
        let path = self.environment.team().join("skills/jwt-auth").join(path);
        self.environment.write(&path, content);
        self.environment.ok(["commit"]);
    }

    fn standing(&self) -> Value {
        self.environment.json(["outdated", "jwt-auth"])["artifacts"][0].clone()
    }
}

#[test]
fn what_is_new_is_told_and_taken_in_one_commit() {
    let library = added("");
    let first = library.git("rev-parse HEAD");
    assert_eq!(library.standing()["state"], "current");
    let told = library.environment.ok(["outdated"]);
    assert_eq!(told, "It is what stands at its source.\n");
    // A commit elsewhere in the repository is none of its own.
    library.write("skills/other/SKILL.md", &skill("other", &["y"]));
    library.publish("elsewhere");
    assert_eq!(library.standing()["state"], "current");
    let head = library.head();
    assert_eq!(library.environment.ok(["update"]), "Nothing to change.\n");
    library.unchanged_since(&head);
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    library.git("rm --quiet skills/jwt-auth/scripts/run.sh");
    library.write("skills/jwt-auth/new.md", "new\n");
    library.git("tag v1.1.0 HEAD");
    let second = library.publish("two");
    library.git("tag --force v1.1.0");
    library.git("push --quiet origin v1.1.0");
    let standing = library.standing();
    assert_eq!(standing["state"], "outdated");
    assert_eq!(standing["edited"], false);
    assert_eq!(
        (&standing["commit"], &standing["version"]),
        (&first.clone().into(), &"v1.0.0".into())
    );
    assert_eq!(standing["available_commit"], second.as_str());
    assert_eq!(standing["available_version"], "v1.1.0");
    let told = library.environment.ok(["outdated"]);
    assert!(told.contains("skill:jwt-auth  v1.0.0"), "{told}");
    library.environment.fails(1, ["outdated", "--exit-code"]);
    let told = library.environment.ok(["update", "-n"]);
    assert!(told.contains("edit resolved_sha"), "{told}");
    library.unchanged_since(&head);
    let updated = library.environment.json(["update"]);
    let files: Vec<(&str, &str)> = updated["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| {
            (
                file["path"].as_str().expect("a path"),
                file["action"].as_str().expect("a word"),
            )
        })
        .collect();
    assert_eq!(
        files,
        [
            ("skills/jwt-auth/SKILL.md", "write"),
            ("skills/jwt-auth/new.md", "create"),
            ("skills/jwt-auth/scripts/run.sh", "remove")
        ]
    );
    assert_eq!(library.local("SKILL.md"), lines("1", "five"));
    assert!(
        !library
            .environment
            .team()
            .join("skills/jwt-auth/scripts")
            .exists()
    );
    let manifest = library.environment.manifest();
    assert!(
        manifest.contains(&format!(
            "resolved_sha = \"{second}\"\nresolved_version = \"v1.1.0\"\n"
        )),
        "{manifest}"
    );
    assert_eq!(
        library
            .environment
            .git(["rev-list", "--count", "HEAD"])
            .trim(),
        "3"
    );
    let history = library.environment.ok(["history", "-n", "1"]);
    assert!(
        history.contains("edit resolved_version v1.0.0 -> v1.1.0")
            || history.contains("resolved_version"),
        "{history}"
    );
    library.environment.ok(["undo"]);
    assert_eq!(library.local("SKILL.md"), lines("1", "5"));
    assert!(library.environment.manifest().contains(&first));
    assert_eq!(library.left(), Vec::<String>::new());
}

#[test]
fn edits_of_both_sides_come_together() {
    let library = added("");
    library.edit("SKILL.md", &lines("one", "5"));
    library.edit("own.md", "own\n");
    assert_eq!(library.standing()["edited"], true);
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    library.publish("two");
    let told = library.environment.run(["update", "jwt-auth"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(
        told.stderr
            .contains("What was edited here is merged in: skills/jwt-auth/SKILL.md."),
        "{told:?}"
    );
    assert_eq!(library.local("SKILL.md"), lines("one", "five"));
    assert_eq!(library.local("own.md"), "own\n");
    let standing = library.standing();
    assert_eq!(
        (&standing["state"], &standing["edited"]),
        (&"current".into(), &true.into())
    );
    library.environment.ok(["undo"]);
    assert_eq!(library.local("SKILL.md"), lines("one", "5"));
}

#[test]
fn what_can_not_both_hold_is_told_file_by_file() {
    let library = added("");
    library.edit("SKILL.md", &lines("mine", "5"));
    library.edit("scripts/run.sh", "mine\0");
    library.write("skills/jwt-auth/SKILL.md", &lines("theirs", "five"));
    library.write("skills/jwt-auth/scripts/run.sh", "theirs\0");
    library.write("skills/jwt-auth/new.md", "new\n");
    library.publish("two");
    let head = library.head();
    let told = library.environment.fails(3, ["update"]);
    assert!(
        told.contains("skills/jwt-auth/SKILL.md (the same lines changed both here and there)"),
        "{told}"
    );
    assert!(
        told.contains(
            "skills/jwt-auth/scripts/run.sh (not a text, and changed both here and there)"
        ),
        "{told}"
    );
    assert!(told.contains("`--theirs` takes these files"), "{told}");
    library.unchanged_since(&head);
    assert_eq!(library.local("SKILL.md"), lines("mine", "5"));
    library.environment.ok(["update", "--ours"]);
    assert_eq!(library.local("SKILL.md"), lines("mine", "5"));
    assert_eq!(library.local("new.md"), "new\n");
    library.environment.ok(["undo"]);
    library.environment.ok(["update", "--theirs"]);
    assert_eq!(library.local("SKILL.md"), lines("theirs", "five"));
    assert_eq!(library.local("scripts/run.sh"), "theirs\0");
    assert_eq!(library.standing()["edited"], false);
}

#[test]
fn work_that_is_not_committed_is_not_overwritten() {
    let library = added("");
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    library.publish("two");
    let path = library.environment.team().join("skills/jwt-auth/SKILL.md");
    library.environment.write(&path, lines("one", "5"));
    let head = library.head();
    let told = library.environment.fails(5, ["update"]);
    assert!(
        told.contains("uncommitted work in skills/jwt-auth/SKILL.md"),
        "{told}"
    );
    assert!(told.contains("`skillmeat commit`"), "{told}");
    assert_eq!(library.head(), head);
    assert_eq!(library.local("SKILL.md"), lines("one", "5"));
}

#[test]
fn a_tag_is_wanted_until_another_is() {
    let library = added("@v1.0.0");
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    let second = library.publish("two");
    for tag in ["v1.2.0", "v1.10.0", "v2.0.0-rc1", "other-9"] {
        library.git(&format!("tag {tag}"));
    }
    library.git("push --quiet origin --tags");
    let standing = library.standing();
    assert_eq!(
        (&standing["state"], &standing["newest"]),
        (&"current".into(), &"v1.10.0".into())
    );
    assert_eq!(library.environment.ok(["update"]), "Nothing to change.\n");
    library.environment.fails(2, ["update", "--to", "v1.2.0"]);
    library
        .environment
        .ok(["update", "jwt-auth", "--to", "v1.10.0"]);
    let manifest = library.environment.manifest();
    let fields = format!(
        "version_spec = \"v1.10.0\"\nresolved_sha = \"{second}\"\nresolved_version = \"v1.10.0\"\n"
    );
    assert!(manifest.contains(&fields), "{manifest}");
    assert_eq!(library.local("SKILL.md"), lines("1", "five"));
}

#[test]
fn a_moved_tag_is_told_as_such() {
    let library = added("@v1.0.0");
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    let second = library.publish("two");
    library.git("tag --force v1.0.0");
    library.git("push --quiet --force origin v1.0.0");
    assert_eq!(library.standing()["state"], "moved");
    let told = library.environment.ok(["outdated"]);
    assert!(told.contains("tag moved"), "{told}");
    library.environment.ok(["update"]);
    assert!(library.environment.manifest().contains(&second));
    assert_eq!(library.standing()["state"], "current");
}

#[test]
fn what_is_gone_is_told_and_changes_nothing() {
    let library = Library::new();
    library.git("push --quiet origin HEAD:refs/heads/side");
    for source in ["skills/jwt-auth@side", "skills/other"] {
        library.environment.ok(["add", &library.source(source)]);
    }
    let head = library.head();
    library.git("push --quiet origin --delete side");
    library.git("rm --quiet -r skills/other");
    library.publish("gone");
    let artifacts = library.environment.json(["outdated"]);
    let artifacts = artifacts["artifacts"].as_array().expect("a list");
    for (artifact, words) in artifacts.iter().zip([
        "no tag, branch or commit \"side\"",
        "has no \"skills/other\" at latest",
    ]) {
        assert_eq!(artifact["state"], "gone");
        assert!(
            artifact["message"].as_str().expect("words").contains(words),
            "{artifact}"
        );
    }
    assert_eq!(artifacts[0]["edited"], false, "what it was is there");
    for (name, words) in [
        ("jwt-auth", "no tag, branch or commit \"side\""),
        ("other", "has no \"skills/other\" at latest"),
    ] {
        let told = library.environment.fails(1, ["update", name]);
        assert!(told.contains(words) && told.contains("hint: "), "{told}");
        library.unchanged_since(&head);
    }
    // A path that is no skill any more, and one that holds what is not taken.
    library.write("skills/other/README.md", "x\n");
    library.publish("no header");
    let told = library.environment.fails(1, ["update", "other"]);
    assert!(told.contains("holds no SKILL.md any more"), "{told}");
    library.unchanged_since(&head);
}

#[test]
fn an_unreachable_host_does_not_hide_the_others() {
    let library = added("");
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    library.publish("two");
    let second = library.environment.root().join("second.git");
    let bare = library.bare();
    library.environment.git_in(
        &library.work(),
        [
            "clone",
            "--quiet",
            "--bare",
            &bare.display().to_string(),
            &second.display().to_string(),
        ],
    );
    library
        .environment
        .ok(["add", &format!("file://{}//skills/other", second.display())]);
    fs::rename(&second, second.with_extension("away")).expect("moved");
    let head = library.head();
    let told = library.environment.run(["outdated"]);
    assert_eq!(told.code, Some(4), "{told:?}");
    assert!(
        told.stdout.contains("skill:jwt-auth") && told.stdout.contains("outdated"),
        "{told:?}"
    );
    assert!(told.stdout.contains("unreachable"), "{told:?}");
    assert!(
        told.stderr
            .contains(&format!("file://{} can't be reached", second.display())),
        "{told:?}"
    );
    let told = library.environment.fails(4, ["update"]);
    assert!(told.contains("can't be reached"), "{told}");
    library.unchanged_since(&head);
    library.environment.ok(["update", "jwt-auth"]);
}

#[test]
fn where_the_past_was_rewritten_the_user_decides() {
    let library = added("");
    library.edit("SKILL.md", &lines("one", "5"));
    library.git("checkout --quiet --orphan new");
    library.write("skills/jwt-auth/SKILL.md", &lines("1", "five"));
    let second = library.publish("from nothing");
    let bare = library.bare();
    library.environment.git_in(&bare, ["tag", "-d", "v1.0.0"]);
    library
        .environment
        .git_in(&bare, ["reflog", "expire", "--all", "--expire=now"]);
    library
        .environment
        .git_in(&bare, ["gc", "--quiet", "--prune=now"]);
    let standing = library.standing();
    assert_eq!(
        (&standing["state"], &standing["edited"]),
        (&"outdated".into(), &Value::Null)
    );
    let head = library.head();
    let told = library.environment.fails(1, ["update"]);
    assert!(
        told.contains("no longer has the commit") && told.contains("`--ours` keeps"),
        "{told}"
    );
    library.unchanged_since(&head);
    library.environment.ok(["update", "--ours"]);
    assert_eq!(library.local("SKILL.md"), lines("one", "5"));
    assert!(library.environment.manifest().contains(&second));
    library.environment.ok(["undo"]);
    library.environment.ok(["update", "--theirs"]);
    assert_eq!(library.local("SKILL.md"), lines("1", "five"));
    assert_eq!(library.standing()["edited"], false);
}

#[test]
fn what_has_no_source_is_passed_over_unless_it_is_named() {
    let library = added("");
    library.environment.write(
        &library.environment.work().join("local/SKILL.md"),
        skill("local", &[]),
    );
    library.environment.ok(["add", "local"]);
    assert_eq!(
        library.environment.json(["outdated"])["artifacts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        library.environment.json(["outdated", "*"])["artifacts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    for command in ["outdated", "update"] {
        let told = library.environment.fails(1, [command, "local"]);
        assert!(told.contains("skill:local has no source"), "{told}");
    }
    // A source that no one can read is told with its artifact.
    let path = library.environment.team().join("collection.toml");
    let text = library.environment.manifest() + "source = \"ext::sh -c id\"\n";
    library.environment.write(&path, text);
    let told = library.environment.fails(1, ["outdated"]);
    assert!(
        told.contains("the source of skill:local can't be used") && told.contains("ext::"),
        "{told}"
    );
}

#[test]
fn a_file_stays_a_file_and_line_ends_are_no_edit() {
    let library = Library::new();
    library
        .environment
        .ok(["add", &library.source("agents/reviewer.md")]);
    let team = library.environment.team();
    library
        .environment
        .git_in(&team, ["config", "core.autocrlf", "true"]);
    let path = team.join("agents/reviewer.md");
    let text = fs::read_to_string(&path).expect("a file");
    library.environment.write(&path, text.replace('\n', "\r\n"));
    assert_eq!(
        library.environment.json(["outdated"])["artifacts"][0]["edited"],
        false
    );
    library.write("agents/reviewer.md", &format!("{text}More.\n"));
    library.publish("two");
    library.environment.ok(["update"]);
    assert!(fs::read_to_string(&path).expect("a file").contains("More."));
    assert_eq!(library.environment.git(["status", "--porcelain"]), "");
    library.git("rm --quiet agents/reviewer.md");
    library.write("agents/reviewer.md/x.md", "x\n");
    library.publish("a folder");
    let told = library.environment.fails(1, ["update"]);
    assert!(told.contains("a folder stands there now"), "{told}");
}
