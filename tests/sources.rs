//! `add` from repositories elsewhere: what is fetched, what is written, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::common::test_environment::TestEnvironment;

/// A machine with a collection, and a bare repository beside it with artifacts of somebody else.
pub(crate) struct Library {
    pub(crate) environment: TestEnvironment,
}

/// A skill's header with some lines.
pub(crate) fn skill(name: &str, lines: &[&str]) -> String {
    format!(
        "---\nname: {name}\ndescription: A skill\n---\n{}\n",
        lines.join("\n")
    )
}

impl Library {
    pub(crate) fn new() -> Self {
        let environment = TestEnvironment::new();
        environment.ok(["init", "team"]);
        let library = Self { environment };
        let work = library.work();
        library
            .environment
            .git_in(&library.environment.root(), ["init", "--quiet", "theirs"]);
        library.write(
            "skills/jwt-auth/SKILL.md",
            &skill("jwt-auth", &["1", "2", "3", "4", "5"]),
        );
        let script = work.join("skills/jwt-auth/scripts/run.sh");
        library.environment.script(&script, "echo 1");
        library.write("skills/other/SKILL.md", &skill("other", &["x"]));
        library.write(
            "agents/reviewer.md",
            "---\nname: reviewer\ndescription: An agent\n---\n",
        );
        library.write("commands/review/security.md", "Look for holes.\n");
        for number in 0..40 {
            library.write(
                &format!("big/file-{number}"),
                &format!("{number}\n").repeat(100),
            );
        }
        library.commit("one");
        let bare = library.bare().display().to_string();
        let environment = &library.environment;
        environment.git_in(&work, ["clone", "--quiet", "--bare", ".", &bare]);
        environment.git_in(
            &library.bare(),
            ["config", "uploadpack.allowFilter", "true"],
        );
        environment.git_in(&work, ["remote", "add", "origin", &bare]);
        library
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.environment.root().join("theirs")
    }

    pub(crate) fn bare(&self) -> PathBuf {
        self.environment.root().join("acme/lib.git")
    }

    /// The source of a path of the library.
    pub(crate) fn source(&self, path: &str) -> String {
        format!("file://{}//{path}", self.bare().display())
    }

    /// Writes a file of the library.
    pub(crate) fn write(&self, path: &str, content: &str) {
        self.environment.write(&self.work().join(path), content);
    }

    /// Commits all of the library, and gives the commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.environment.git_in(&self.work(), ["add", "--all"]);
        self.environment
            .git_in(&self.work(), ["commit", "--quiet", "-m", message]);
        self.git("rev-parse HEAD")
    }

    /// Commits, and shows it to the world.
    pub(crate) fn publish(&self, message: &str) -> String {
        let commit = self.commit(message);
        self.git("push --quiet --force origin HEAD:main");
        commit
    }

    /// Runs git in the library.
    pub(crate) fn git(&self, arguments: &str) -> String {
        let arguments = arguments.split(' ');
        self.environment
            .git_in(&self.work(), arguments)
            .trim()
            .to_owned()
    }

    /// A commit whose tree at `skills/odd` is made of these lines for `git mktree`, beside a sound header.
    pub(crate) fn publish_tree(&self, branch: &str, entries: &[(&str, &str, &[u8])]) {
        let header = self.object("blob", skill("odd", &["x"]).as_bytes());
        let mut tree = raw_entry("100644", b"SKILL.md", &header);
        for (mode, name, content) in entries {
            let name = name.as_bytes();
            let object = match *mode {
                "160000" => self.git("rev-parse HEAD"),
                _ => self.object("blob", content),
            };
            tree.extend(raw_entry(mode, name, &object));
        }
        let odd = self.object("tree", &tree);
        let skills = self.object("tree", &raw_entry("40000", b"odd", &odd));
        let top = self.object("tree", &raw_entry("40000", b"skills", &skills));
        let commit = self.git(&format!("commit-tree -m odd {top}"));
        self.git(&format!("update-ref refs/heads/{branch} {commit}"));
        // As it is: a push would look into it.
        let from = self.work().join(".git/objects");
        self.environment.write(
            &self.bare().join("objects/info/alternates"),
            format!("{}\n", from.display()),
        );
        self.environment.git_in(
            &self.bare(),
            ["update-ref", &format!("refs/heads/{branch}"), &commit],
        );
    }

    fn object(&self, kind: &str, content: &[u8]) -> String {
        use std::io::Write;
        let mut command = self.environment.command("git", &self.work());
        command
            .args(["hash-object", "-t", kind, "--literally", "-w", "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("git");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(content).expect("written");
        drop(stdin);
        let told = child.wait_with_output().expect("done");
        assert!(told.status.success());
        String::from_utf8_lossy(&told.stdout).trim().to_owned()
    }

    /// The commit of the collection.
    pub(crate) fn head(&self) -> String {
        self.environment.git(["rev-parse", "HEAD"])
    }

    /// Nothing may have changed since this commit, and nothing may lie about.
    pub(crate) fn unchanged_since(&self, head: &str) {
        assert_eq!(self.head(), head);
        assert_eq!(self.environment.git(["status", "--porcelain"]), "");
        assert_eq!(self.left(), Vec::<String>::new());
    }

    /// What fetching left behind.
    pub(crate) fn left(&self) -> Vec<String> {
        let folder = self.environment.team().join(".git/skillmeat");
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .filter(|name| name.starts_with("fetch-"))
            .collect()
    }
}

/// An entry of a tree as git stores it.
fn raw_entry(mode: &str, name: &[u8], object: &str) -> Vec<u8> {
    let mut entry = format!("{mode} ").into_bytes();
    entry.extend(name);
    entry.push(0);
    let digits = object.as_bytes().chunks(2);
    let bytes = digits.map(|pair| {
        u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("a byte")
    });
    entry.extend(bytes);
    entry
}

#[test]
fn an_artifact_is_added_with_its_version_in_one_commit() {
    let library = Library::new();
    let tip = library.git("rev-parse HEAD");
    let source = library.source("skills/jwt-auth");
    let told = library.environment.ok(["add", &source]);
    assert!(
        told.contains("artifact \"skill:jwt-auth\": create"),
        "{told}"
    );
    let manifest = library.environment.manifest();
    let row = format!(
        "[[artifacts]]\nname = \"jwt-auth\"\ntype = \"skill\"\nsource = \"{source}\"\nversion_spec = \"latest\"\nresolved_sha = \"{tip}\"\n"
    );
    assert!(manifest.ends_with(&row), "{manifest}");
    let team = library.environment.team();
    assert_eq!(
        fs::read_to_string(team.join("skills/jwt-auth/SKILL.md")).expect("a file"),
        skill("jwt-auth", &["1", "2", "3", "4", "5"])
    );
    assert_eq!(
        library
            .environment
            .git(["ls-files", "--stage", "skills/jwt-auth/scripts"])
            .split(' ')
            .next(),
        Some("100755")
    );
    assert_eq!(
        library
            .environment
            .git(["rev-list", "--count", "HEAD"])
            .trim(),
        "2"
    );
    assert_eq!(library.left(), Vec::<String>::new());
    // Twice is an error, and taken back is gone.
    let head = library.head();
    library.environment.fails(1, ["add", &source]);
    library.unchanged_since(&head);
    library.environment.ok(["undo"]);
    assert!(!team.join("skills/jwt-auth").exists());
    assert!(!library.environment.manifest().contains("jwt-auth"));
}

#[test]
fn tags_branches_and_commits_are_versions() {
    let library = Library::new();
    let first = library.git("rev-parse HEAD");
    library.git("tag v1.0.0");
    library.git("tag -a -m two v1.1.0");
    library.write("skills/jwt-auth/SKILL.md", &skill("jwt-auth", &["later"]));
    let second = library.publish("two");
    library.git("push --quiet origin --tags HEAD:refs/heads/feature/x");
    for (version, spec, commit, tag) in [
        ("", "latest", &second, ""),
        ("@v1.0.0", "v1.0.0", &first, "v1.0.0"),
        ("@v1.1.0", "v1.1.0", &first, "v1.1.0"),
        ("@feature/x", "feature/x", &second, ""),
        (&format!("@{first}"), first.as_str(), &first, "v1.1.0"),
        (&format!("@{}", &first[..9]), &first[..9], &first, "v1.1.0"),
    ] {
        let source = library.source(&format!("skills/jwt-auth{version}"));
        library.environment.ok(["add", &source]);
        let manifest = library.environment.manifest();
        assert!(
            manifest.contains(&format!("version_spec = \"{spec}\"\n")),
            "{manifest}"
        );
        assert!(
            manifest.contains(&format!("resolved_sha = \"{commit}\"\n")),
            "{manifest}"
        );
        assert_eq!(
            manifest.contains("resolved_version"),
            !tag.is_empty(),
            "{manifest}"
        );
        assert!(tag.is_empty() || manifest.contains(&format!("resolved_version = \"{tag}\"\n")));
        library.environment.ok(["remove", "jwt-auth"]);
    }
    let head = library.head();
    let source = library.source("skills/jwt-auth@v1.0.1");
    let told = library.environment.fails(1, ["add", &source]);
    assert!(
        told.contains("has no tag, branch or commit \"v1.0.1\""),
        "{told}"
    );
    assert!(told.contains("hint: Did you mean"), "{told}");
    library.unchanged_since(&head);
}

#[test]
fn several_come_in_one_commit_with_what_lies_here() {
    let library = Library::new();
    let host = format!("file://{}/", library.environment.root().display());
    let team = library.environment.team();
    library
        .environment
        .git_in(&team, ["config", "skillmeat.host", &host]);
    library.environment.write(
        &library.environment.work().join("local/SKILL.md"),
        skill("local", &[]),
    );
    let relative = "../acme/lib.git//commands/review/security.md";
    library.environment.ok([
        "add",
        "local",
        "acme/lib/agents/reviewer.md",
        "acme/lib/skills/other/SKILL.md@main",
        relative,
    ]);
    let listed = library.environment.json(["list"]);
    let ids: Vec<&str> = listed["artifacts"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|artifact| artifact["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "skill:local",
            "agent:reviewer",
            "skill:other",
            "command:review:security"
        ]
    );
    let manifest = library.environment.manifest();
    assert!(
        manifest.contains("source = \"acme/lib/agents/reviewer.md\"\n"),
        "{manifest}"
    );
    assert!(manifest.contains("source = \"acme/lib/skills/other\"\nversion_spec = \"main\"\n"));
    let absolute = format!(
        "source = \"{}//commands/review/security.md\"",
        library.bare().display()
    );
    assert!(manifest.contains(&absolute), "{manifest}");
    assert_eq!(
        library
            .environment
            .git(["rev-list", "--count", "HEAD"])
            .trim(),
        "2"
    );
    // What is here goes before OWNER/REPO.
    library.environment.write(
        &library.environment.work().join("acme/lib/x/SKILL.md"),
        skill("x", &[]),
    );
    library.environment.ok(["add", "acme/lib/x"]);
    assert!(
        library
            .environment
            .manifest()
            .ends_with("name = \"x\"\ntype = \"skill\"\n")
    );
}

/// A `git` that notes its arguments and keeps what is fetched from being removed, before the real one.
fn watched(library: &Library) -> PathBuf {
    let folder = library.environment.root().join("bin");
    let log = library.environment.root().join("log");
    let script = format!(
        "echo \"$@\" >> {log}\ncase \"$*\" in\n*\" fetch \"*) PATH=\"$REAL_PATH\" git \"$@\"; code=$?; \
         PATH=\"$REAL_PATH\" git --git-dir git cat-file --batch-all-objects --batch-check --unordered >> {log}.objects; exit $code;;\nesac\n\
         PATH=\"$REAL_PATH\" exec git \"$@\"",
        log = log.display()
    );
    library.environment.script(&folder.join("git"), &script);
    folder
}

#[test]
fn only_the_asked_path_is_fetched() {
    let library = Library::new();
    library.write("skills/other/SKILL.md", &skill("other", &["newer"]));
    library.publish("two");
    let real = std::env::var("PATH").expect("a path");
    let folder = watched(&library);
    let source = library.source("skills/jwt-auth");
    let mut command = library
        .environment
        .skillmeat_in(&library.environment.work(), ["add", &source]);
    command
        .env("REAL_PATH", &real)
        .env("PATH", format!("{}:{real}", folder.display()));
    let told = crate::common::test_environment::said(command);
    assert_eq!(told.code, Some(0), "{told:?}");
    let objects = library.environment.root().join("log.objects");
    let objects = fs::read_to_string(objects).expect("objects");
    let count = |kind: &str| {
        let mut names: Vec<&str> = objects.lines().filter(|line| line.contains(kind)).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    // The tip, its trees, and the two files of the skill; none of the forty others, and no earlier commit.
    assert_eq!((count(" commit "), count(" blob ")), (1, 2), "{objects}");
    let log = fs::read_to_string(library.environment.root().join("log")).expect("a log");
    assert_eq!(log.matches(" ls-remote ").count(), 1, "{log}");
    assert!(log.contains("--depth=1"), "{log}");
    for word in ["checkout", "clone", "submodule", "merge"] {
        assert!(!log.contains(&format!(" {word} ")), "{log}");
    }
}

#[test]
fn a_server_that_gives_nothing_by_id_and_filters_nothing_will_do() {
    let library = Library::new();
    let first = library.git("rev-parse HEAD");
    library.write("skills/jwt-auth/SKILL.md", &skill("jwt-auth", &["later"]));
    library.publish("two");
    let environment = &library.environment;
    environment.git_in(
        &library.bare(),
        ["config", "uploadpack.allowFilter", "false"],
    );
    let config = environment.root().join("gitconfig");
    environment.git_in(
        &environment.root(),
        [
            "config",
            "--file",
            &config.display().to_string(),
            "protocol.version",
            "0",
        ],
    );
    for (name, version) in [
        ("one", ""),
        ("two", "@main"),
        ("three", &format!("@{first}")),
    ] {
        let source = library.source(&format!("skills/jwt-auth{version}"));
        environment.ok(["add", &source, "--name", name]);
    }
    let read = |name: &str| {
        fs::read_to_string(environment.team().join(format!("skills/{name}/SKILL.md")))
            .expect("a file")
    };
    assert!(read("one").contains("later") && read("two").contains("later"));
    assert!(!read("three").contains("later"));
}

#[test]
fn a_repository_of_one_skill_and_one_of_long_names_will_do() {
    let library = Library::new();
    let environment = &library.environment;
    let theirs = environment.root().join("single-skill");
    fs::create_dir(&theirs).expect("a folder");
    environment.git_in(&theirs, ["init", "--quiet", "--object-format=sha256"]);
    environment.write(&theirs.join("SKILL.md"), skill("single", &[]));
    environment.git_in(&theirs, ["add", "."]);
    environment.git_in(&theirs, ["commit", "--quiet", "-m", "one"]);
    environment.ok(["add", &format!("file://{}", theirs.display())]);
    let manifest = environment.manifest();
    assert!(manifest.contains("name = \"single-skill\""), "{manifest}");
    let sha = environment.git_in(&theirs, ["rev-parse", "HEAD"]);
    assert_eq!(sha.trim().len(), 64);
    assert!(manifest.contains(sha.trim()), "{manifest}");
    assert_eq!(
        environment.json(["outdated"])["artifacts"][0]["state"],
        "current"
    );
}

#[test]
fn what_is_not_there_is_told_and_changes_nothing() {
    let library = Library::new();
    let head = library.head();
    let nowhere = format!(
        "file://{}/nowhere.git//x",
        library.environment.root().display()
    );
    for (source, code, words) in [
        (
            library.source("skills/none"),
            1,
            "has no \"skills/none\" at latest",
        ),
        (
            library.source("skills/other@gone"),
            1,
            "has no tag, branch or commit \"gone\"",
        ),
        (
            library.source(&format!("skills/other@{}", "0".repeat(40))),
            1,
            "has no tag, branch or commit",
        ),
        (
            library.source("skills/other@abcdef12"),
            1,
            "has no tag, branch or commit",
        ),
        (nowhere, 4, "can't be reached"),
        (
            "http://127.0.0.1:1/a/b//c".to_owned(),
            4,
            "can't be reached",
        ),
        (library.source("skills"), 1, "holds no SKILL.md"),
        (library.source("big/file-1"), 1, "does not tell its type"),
        (
            "ext::sh -c touch% pwned//x".to_owned(),
            1,
            "transports that run programs",
        ),
        (
            "https://mia:secret@example.com/a//b".to_owned(),
            1,
            "holds a password",
        ),
    ] {
        let told = library.environment.fails(
            code,
            ["add", &library.source("agents/reviewer.md"), &source],
        );
        assert!(told.contains(words), "{source}: {told}");
        assert!(told.contains("hint: ") || code == 1, "{source}: {told}");
        library.unchanged_since(&head);
    }
}

#[test]
fn trees_that_lead_elsewhere_are_refused() {
    let library = Library::new();
    let head = library.head();
    let file: &[u8] = b"x\n";
    let cases: &[(&str, &str, &[u8], &str)] = &[
        ("100644", "..", file, "is no path that may be written"),
        (
            "100644",
            "../../../pwned",
            file,
            "is no path that may be written",
        ),
        (
            "100644",
            "/tmp/pwned",
            file,
            "is no path that may be written",
        ),
        ("100644", ".git", file, "is no path that may be written"),
        ("100644", ".GiT", file, "is no path that may be written"),
        ("100644", "git~1", file, "is no path that may be written"),
        ("100644", "a\\b", file, "is no path that may be written"),
        (
            "100644",
            "a\u{1b}[2J",
            file,
            "is no path that may be written",
        ),
        (
            "120000",
            "out",
            b"../../../secret",
            "is a symbolic link that leads out of the artifact",
        ),
        (
            "120000",
            "out",
            b"/etc/passwd",
            "is a symbolic link that leads out of the artifact",
        ),
        ("160000", "module", b"", "is a submodule"),
    ];
    for (number, (mode, name, content, words)) in cases.iter().enumerate() {
        let branch = format!("case-{number}");
        library.publish_tree(&branch, &[(mode, name, content)]);
        let source = library.source(&format!("skills/odd@{branch}"));
        let told = library.environment.fails(1, ["add", &source]);
        assert!(told.contains(words), "{name:?}: {told}");
        assert!(!told.contains('\u{1b}'), "{told:?}");
        library.unchanged_since(&head);
    }
    // The path itself may be a link or a submodule, too.
    library.git("checkout --quiet -b links");
    std::os::unix::fs::symlink("skills/other", library.work().join("link")).expect("a link");
    library.commit("a link");
    library.git("push --quiet origin links");
    for (path, words) in [
        ("link", "is a symbolic link"),
        ("link/SKILL.md", "is a symbolic link"),
    ] {
        let told = library
            .environment
            .fails(1, ["add", &library.source(&format!("{path}@links"))]);
        assert!(told.contains(words), "{told}");
        library.unchanged_since(&head);
    }
    assert!(!Path::new("/tmp/pwned").exists());
}

#[test]
fn a_link_inside_is_left_out_and_named() {
    let library = Library::new();
    library.publish_tree("inside", &[("120000", "alias.md", b"SKILL.md")]);
    let source = library.source("skills/odd@inside");
    let told = library.environment.run(["add", &source]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(
        told.stderr
            .contains("Symbolic links were left out: skills/odd/alias.md."),
        "{told:?}"
    );
    assert_eq!(
        library.environment.git(["ls-files", "skills"]),
        "skills/odd/SKILL.md\n"
    );
    assert_eq!(
        library.environment.json(["outdated"])["artifacts"][0]["edited"],
        false
    );
}

#[test]
fn nothing_that_was_fetched_or_is_the_users_hook_runs() {
    let library = Library::new();
    let environment = &library.environment;
    let pwned = environment.root().join("pwned");
    let hooks = environment.root().join("hooks");
    for hook in [
        "reference-transaction",
        "post-checkout",
        "post-merge",
        "pre-auto-gc",
    ] {
        environment.script(&hooks.join(hook), &format!("touch {}", pwned.display()));
    }
    let config = environment.root().join("gitconfig").display().to_string();
    let set = |key: &str, value: &str| {
        environment.git_in(
            &environment.root(),
            ["config", "--file", &config, key, value],
        );
    };
    set("filter.evil.smudge", &format!("touch {}", pwned.display()));
    set("core.fsmonitor", &format!("touch {}", pwned.display()));
    library.write(".gitattributes", "* filter=evil\n");
    library.write("skills/other/.gitattributes", "* text\n");
    library.publish("attributes");
    let hooks = hooks.display().to_string();
    let _ = fs::remove_file(&pwned);
    let source = library.source("skills/other");
    let mut command = environment.skillmeat_in(&environment.work(), ["--dry-run", "add", &source]);
    command
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.hooksPath")
        .env("GIT_CONFIG_VALUE_0", &hooks);
    let told = crate::common::test_environment::said(command);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(!pwned.exists());
    set("core.hooksPath", &hooks);
    environment.ok(["--dry-run", "add", &source]);
    assert!(!pwned.exists());
}

#[test]
fn a_folder_of_a_killed_process_goes_with_the_next() {
    let library = Library::new();
    let folder = library.environment.team().join(".git/skillmeat/fetch-left");
    library.environment.write(&folder.join("in-use"), "");
    library.environment.write(&folder.join("git/HEAD"), "x");
    let source = library.source("skills/other");
    library.environment.ok(["--dry-run", "add", &source]);
    assert_eq!(
        library.left(),
        ["fetch-left"],
        "it may be somebody's who just begins"
    );
    let old = std::time::SystemTime::now() - std::time::Duration::from_mins(10);
    let opened = fs::File::open(&folder).expect("a folder");
    opened.set_modified(old).expect("set");
    let lock = fs::File::open(folder.join("in-use")).expect("a file");
    lock.lock().expect("locked");
    library.environment.ok(["--dry-run", "add", &source]);
    assert_eq!(library.left(), ["fetch-left"], "it is in use");
    drop(lock);
    library.environment.ok(["--dry-run", "add", &source]);
    assert_eq!(library.left(), Vec::<String>::new());
}
