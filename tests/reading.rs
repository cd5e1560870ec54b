//! Reading: never stale, never in the way, whatever became of the files, the database or the reader.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::common::test_environment::{TestEnvironment, said};

fn database(environment: &TestEnvironment) -> PathBuf {
    PathBuf::from(environment.ok(["cache", "path"]).trim())
}

/// All answers, as scripts get them.
fn answers(environment: &TestEnvironment) -> Vec<String> {
    [
        &["list", "--json"][..],
        &["group", "list", "--json"],
        &["tag", "list", "--json"],
        &["show", "jwt-auth", "--json"],
        &["search", "token", "--json"],
        &["list"],
    ]
    .into_iter()
    .map(|arguments| environment.ok(arguments))
    .collect()
}

fn described(environment: &TestEnvironment, id: &str) -> String {
    let answer = environment.json(["show", id]);
    answer["artifact"]["description"]
        .as_str()
        .expect("a text")
        .to_owned()
}

/// The answer of a database that is made anew: what every other answer is compared with.
fn is_fresh(environment: &TestEnvironment, what: &str) {
    let now = answers(environment);
    environment.ok(["cache", "clear"]);
    assert_eq!(now, answers(environment), "{what}");
}

fn team() -> TestEnvironment {
    let environment = TestEnvironment::with_team();
    environment.ok(["group", "create", "Auth", "jwt-auth", "oauth-flows"]);
    environment.ok(["tag", "create", "Backend", "--color", "#112233"]);
    environment
}

/// A shell command in the collection, for what Rust's library can't do to a file.
fn shell(environment: &TestEnvironment, line: &str) {
    let mut command = environment.command("sh", &environment.team());
    command.args(["-c", line]);
    let done = said(command);
    assert_eq!(done.code, Some(0), "{line}: {done:?}");
}

#[test]
fn whatever_happens_to_files_the_next_answer_has_it() {
    let environment = team();
    let skill = environment.team().join("skills/jwt-auth/SKILL.md");
    environment.write(&skill, "---\nname: jwt-auth\ndescription: aaaa\n---\n");
    environment.git(["add", "."]);
    environment.git(["commit", "--quiet", "-m", "a"]);
    assert_eq!(described(&environment, "skill:jwt-auth"), "aaaa");
    let steps = [
        (
            "same size and time",
            "touch -r skills/jwt-auth/SKILL.md /tmp/ref.$$; sed -i s/aaaa/bbbb/ skills/jwt-auth/SKILL.md; touch -r /tmp/ref.$$ skills/jwt-auth/SKILL.md; rm /tmp/ref.$$",
            "bbbb",
        ),
        (
            "same inode too",
            "touch -r skills/jwt-auth/SKILL.md /tmp/ref.$$; sed s/bbbb/cccc/ skills/jwt-auth/SKILL.md >/tmp/new.$$; cat /tmp/new.$$ >skills/jwt-auth/SKILL.md; touch -r /tmp/ref.$$ skills/jwt-auth/SKILL.md; rm /tmp/ref.$$ /tmp/new.$$",
            "cccc",
        ),
        (
            "an old time",
            "sed -i s/cccc/dddd/ skills/jwt-auth/SKILL.md; touch -d 2001-01-01 skills/jwt-auth/SKILL.md",
            "dddd",
        ),
        ("stash", "git stash --quiet", "aaaa"),
        ("stash pop", "git stash pop --quiet", "dddd"),
        ("reset", "git reset --quiet --hard", "aaaa"),
        (
            "replaced",
            "sed s/aaaa/eeee/ skills/jwt-auth/SKILL.md >new; mv new skills/jwt-auth/SKILL.md",
            "eeee",
        ),
        (
            "checkout of a file",
            "git checkout --quiet -- skills/jwt-auth/SKILL.md",
            "aaaa",
        ),
        (
            "checkout of a branch",
            "git checkout --quiet -b side; sed -i s/aaaa/ffff/ skills/jwt-auth/SKILL.md; git commit --quiet -am f; git checkout --quiet main",
            "aaaa",
        ),
        ("merge", "git merge --quiet side", "ffff"),
        (
            "header renamed",
            "git mv skills/jwt-auth/SKILL.md skills/jwt-auth/skill.md",
            "ffff",
        ),
        (
            "header renamed and edited",
            "mv skills/jwt-auth/skill.md skills/jwt-auth/SKILL.md; sed -i s/ffff/gggg/ skills/jwt-auth/SKILL.md",
            "gggg",
        ),
    ];
    for (what, line, expected) in steps {
        shell(&environment, line);
        assert_eq!(
            described(&environment, "skill:jwt-auth"),
            expected,
            "{what}"
        );
        is_fresh(&environment, what);
    }
    shell(&environment, "cp -r skills/jwt-auth skills/copied");
    assert!(environment.ok(["list"]).contains("copied"));
    shell(&environment, "mv skills/copied skills/moved");
    let listed = environment.ok(["list"]);
    assert!(
        listed.contains("moved") && !listed.contains("copied"),
        "{listed}"
    );
    shell(&environment, "rm -r skills/moved");
    assert!(!environment.ok(["list"]).contains("moved"));
    is_fresh(&environment, "folders");
}

#[test]
fn whatever_happens_to_the_manifest_the_next_answer_has_it() {
    let environment = team();
    let groups = |environment: &TestEnvironment| environment.ok(["group", "list"]);
    shell(
        &environment,
        "touch -r collection.toml ../ref; sed -i 's/\"Auth\"/\"Htua\"/' collection.toml; touch -r ../ref collection.toml",
    );
    assert!(groups(&environment).contains("Htua"));
    shell(&environment, "git checkout --quiet -- collection.toml");
    assert!(groups(&environment).contains("Auth"));
    shell(&environment, "git reset --quiet --hard HEAD~2");
    assert!(!groups(&environment).contains("Auth"));
    shell(&environment, "git merge --quiet --ff-only 'HEAD@{1}'");
    assert!(groups(&environment).contains("Auth"));
    for round in 0..20 {
        let (from, to) = if round % 2 == 0 {
            ("Auth", "Htua")
        } else {
            ("Htua", "Auth")
        };
        let text = environment
            .manifest()
            .replace(&format!("\"{from}\""), &format!("\"{to}\""));
        environment.write(&environment.team().join("collection.toml"), text);
        assert!(groups(&environment).contains(to), "round {round}");
    }
    is_fresh(&environment, "manifest");
}

/// What was done to the database, and how.
type Damage<'a> = (&'a str, &'a dyn Fn(&Path));

#[test]
fn whatever_became_of_the_database_the_answer_is_the_same() {
    let environment = team();
    let expected = answers(&environment);
    let path = database(&environment);
    let damages: [Damage<'_>; 8] = [
        ("missing", &|path| fs::remove_file(path).expect("removed")),
        ("empty", &|path| fs::write(path, "").expect("written")),
        ("garbage", &|path| {
            fs::write(path, "no database".repeat(5_000)).expect("written");
        }),
        ("truncated", &|path| {
            let bytes = fs::read(path).expect("bytes");
            fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
        }),
        ("a page of zeros", &|path| {
            let mut bytes = fs::read(path).expect("bytes");
            let middle = bytes.len() / 2 / 4096 * 4096;
            bytes[middle..middle + 4096].fill(0);
            fs::write(path, bytes).expect("written");
        }),
        ("newer", &|path| {
            // `PRAGMA user_version` is a big-endian number at byte 60.
            let mut bytes = fs::read(path).expect("bytes");
            bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
            fs::write(path, bytes).expect("written");
        }),
        ("another program's", &|path| {
            let mut bytes = fs::read(path).expect("bytes");
            bytes[68..72].copy_from_slice(&77_u32.to_be_bytes());
            fs::write(path, bytes).expect("written");
        }),
        ("a folder", &|path| {
            fs::remove_file(path).expect("removed");
            fs::create_dir_all(path.join("in the way")).expect("a folder");
        }),
    ];
    for (what, damage) in damages {
        for end in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", path.display()));
        }
        damage(&path);
        assert_eq!(answers(&environment), expected, "{what}");
        let _ = fs::remove_dir_all(&path);
        assert_eq!(answers(&environment), expected, "after {what}");
    }
    // No place for it at all.
    let folder = environment.team().join(".git/skillmeat");
    fs::remove_dir_all(&folder).expect("removed");
    environment.write(&folder, "a file is in the way");
    assert_eq!(answers(&environment), expected);
    let head = environment.git(["rev-parse", "HEAD"]);
    let manifest = environment.manifest();
    environment.fails(1, ["group", "create", "Later"]);
    assert_eq!(environment.git(["rev-parse", "HEAD"]), head);
    assert_eq!(environment.manifest(), manifest);
}

#[test]
fn an_invalid_manifest_is_answered_from_the_committed_one() {
    let environment = team();
    let expected = environment.ok(["group", "list"]);
    let path = environment.team().join("collection.toml");
    let sound = environment.manifest();
    for invalid in [
        "[[groups",
        "[tool.skillmeat]\n<<<<<<< ours\n",
        &"x".repeat(33 << 20),
    ] {
        environment.write(&path, invalid);
        let told = environment.run(["group", "list"]);
        assert_eq!(told.code, Some(0), "{told:?}");
        assert_eq!(told.stdout, expected);
        assert!(told.stderr.contains("warning: "), "{told:?}");
    }
    fs::remove_file(&path).expect("removed");
    let told = environment.run(["group", "list"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_eq!(told.stdout, expected);
    environment.write(&path, "[[groups");
    environment.git(["commit", "--quiet", "-am", "broken"]);
    let told = environment.run(["group", "list"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(
        told.stderr.contains("hint: ") && told.stdout.is_empty(),
        "{told:?}"
    );
    environment.write(&path, sound);
    assert_eq!(environment.ok(["group", "list"]), expected);
}

/// The keys of a JSON object, sorted.
fn keys(object: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[test]
fn json_has_exactly_the_documented_keys() {
    let environment = team();
    environment.ok(["tag", "add", "Backend", "jwt-auth"]);
    let list = environment.json(["list"]);
    assert_eq!(keys(&list), ["artifacts", "schema"]);
    assert_eq!(list["schema"], 1);
    for artifact in list["artifacts"].as_array().expect("a list") {
        assert_eq!(
            keys(artifact),
            [
                "description",
                "groups",
                "id",
                "name",
                "path",
                "rating",
                "source",
                "tags",
                "type",
                "version"
            ]
        );
    }
    let groups = environment.json(["group", "list"]);
    assert_eq!(keys(&groups), ["groups", "schema"]);
    assert_eq!(
        keys(&groups["groups"][0]),
        [
            "color",
            "description",
            "icon",
            "members",
            "missing",
            "name",
            "position",
            "tags"
        ]
    );
    let tags = environment.json(["tag", "list"]);
    assert_eq!(keys(&tags), ["schema", "tags"]);
    let backend = tags["tags"]
        .as_array()
        .and_then(|tags| tags.iter().find(|tag| tag["slug"] == "backend"))
        .expect("the tag");
    assert_eq!(
        keys(backend),
        [
            "artifacts",
            "color",
            "defined",
            "description",
            "name",
            "slug"
        ]
    );
    let change = environment.json(["group", "create", "New"]);
    assert_eq!(keys(&change), ["changes", "commit", "schema", "undo"]);
    assert_eq!(
        keys(&change["changes"][0]),
        ["action", "after", "before", "field", "key", "table"]
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("many");
    let row = |number| format!("[[artifacts]]\nname = \"artifact-{number}\"\ntype = \"skill\"\n");
    let rows = (0..20_000).map(row).collect::<Vec<_>>().concat();
    environment.repository(
        &folder,
        format!("[tool.skillmeat]\nname = \"many\"\n{rows}"),
    );
    for arguments in [&["list"][..], &["list", "--json"]] {
        let mut child = environment
            .skillmeat_in(&folder, arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut one = [0_u8];
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut one).expect("a byte");
        drop(stdout);
        let done = child.wait_with_output().expect("it ends");
        assert_eq!(done.status.code(), Some(141));
        assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let environment = team();
    let run = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = environment.skillmeat_in(&environment.work(), arguments);
        command.envs(variable);
        said(command).stdout
    };
    for (arguments, variable, colored) in [
        (&["group", "list"][..], None, false),
        (&["group", "list", "--color", "always"], None, true),
        (&["--color", "always", "group", "list"], None, true),
        (
            &["group", "list", "--color", "never"],
            Some(("CLICOLOR_FORCE", "1")),
            false,
        ),
        (&["group", "list"], Some(("CLICOLOR_FORCE", "1")), true),
        (&["group", "list"], Some(("NO_COLOR", "1")), false),
        (
            &["group", "list", "--json", "--color", "always"],
            None,
            false,
        ),
    ] {
        assert_eq!(
            run(arguments, variable).contains('\u{1b}'),
            colored,
            "{arguments:?} {variable:?}"
        );
    }
    let plain = run(&["group", "list"], None);
    let colored = run(&["group", "list", "--color", "always"], None);
    for line in plain.lines() {
        for word in line.split_whitespace() {
            assert!(colored.contains(word), "{word}");
        }
    }
}

#[test]
fn escapes_never_reach_the_terminal() {
    let environment = TestEnvironment::new();
    let folder = environment.work().join("evil");
    environment.repository(
        &folder,
        "[tool.skillmeat]\nname = \"\\u001b]0;evil\\u0007\"\n\n[[groups]]\nname = \"\\u001b[31mred\"\ndescription = \"a\\u009bb\\u0008\\rc\"\nicon = \"\\u001b[2J\"\nmembers = [\"skill:\\u001b[1mx\", \"skill:evil\"]\n\n[[tag_definitions]]\nname = \"t\\u001b[5m\"\nslug = \"t\"\ndescription = \"\\u001b[5m\"\n\n[[artifacts]]\nname = \"\\u001b[2Jwipe\"\ntype = \"skill\"\ndescription = \"\\u001b[31m\"\nsource = \"\\u001b[31m\"\ntags = [\"t\"]\n",
    );
    environment.write(
        &folder.join("skills/evil/SKILL.md"),
        "---\nname: evil\ndescription: \"x \\e[31m y \\u009b z\"\nauthor: \"\\e[2J\"\ntags: [\"\\e[1m\"]\n---\n\nText \u{1b}[31m evil\n",
    );
    environment.write(
        &folder.join("skills/\u{1b}[31mname/SKILL.md"),
        "---\nname: z\n---\n",
    );
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["group", "list"],
        &["group", "show", "\u{1b}[31mred"],
        &["tag", "list"],
        &["tag", "show", "t"],
        &["show", "evil"],
        &["show", "\u{1b}[2Jwipe"],
        &["search", "evil"],
        &["status"],
        &["check"],
        &["group", "add", "\u{1b}[31mred", "\u{1b}[2Jnowhere"],
        &["group", "create", "\u{1b}[31mred"],
        &["group", "add", "\u{1b}[31mred", "\u{1b}[2Jwipe"],
    ] {
        let told = environment.run_in(&folder, arguments);
        assert!(matches!(told.code, Some(0..=2)), "{arguments:?} {told:?}");
        for text in [&told.stdout, &told.stderr] {
            assert!(
                !text
                    .chars()
                    .any(|c| c.is_control() && c != '\n' && c != '\t'),
                "{arguments:?} {text:?}"
            );
        }
    }
}

#[test]
fn a_change_knows_the_files_that_its_names_mean() {
    let environment = team();
    let skill = "---\nname: x\ndescription: New.\n---\n";
    environment.ok(["list"]);
    environment.write(&environment.team().join("agents/jwt-auth.md"), skill);
    let refused = environment.run(["group", "add", "Auth", "jwt-auth"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("agent:jwt-auth"), "{refused:?}");
    environment.write(&environment.team().join("skills/brand-new/skill.md"), skill);
    environment.ok(["group", "add", "Auth", "brand-new", "agent:jwt-auth"]);
    fs::remove_dir_all(environment.team().join("skills/brand-new")).expect("removed");
    let refused = environment.run(["tag", "add", "fresh", "brand-new"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let members = environment.json(["group", "show", "Auth"]);
    let members = members["group"]["members"].as_array().expect("a list");
    assert!(members.contains(&"skill:brand-new".into()), "{members:?}");
    fs::remove_file(environment.team().join("agents/jwt-auth.md")).expect("removed");
    is_fresh(&environment, "after changes that looked at few files");
}
