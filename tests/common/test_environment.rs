//! A machine of its own for each test: an empty home, an empty git configuration, a fixed clock and identity.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The moment at which everything happens, as git takes it.
const NOW: &str = "1767225600 +0000";

/// A machine of its own: folders under a temporary one, and nothing of the real environment.
pub(crate) struct TestEnvironment {
    folder: TempDir,
}

/// What a process said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl TestEnvironment {
    /// A machine with nothing on it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("skillmeat-")
            .tempdir()
            .expect("a folder");
        let environment = Self { folder };
        for name in ["home", "work"] {
            fs::create_dir(environment.root().join(name)).expect("a folder");
        }
        fs::write(
            environment.root().join("gitconfig"),
            "[init]\n\tdefaultBranch = main\n",
        )
        .expect("written");
        environment
    }

    /// A machine with one collection, `team`, that holds the artifacts of the fixtures.
    pub(crate) fn with_team() -> Self {
        let environment = Self::new();
        let library = fixtures().join("team-library");
        environment.ok(["init", "team", "--import", &library.display().to_string()]);
        environment
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("there")
    }

    /// The folder in which commands run.
    pub(crate) fn work(&self) -> PathBuf {
        self.root().join("work")
    }

    /// The folder of the collection `team`.
    pub(crate) fn team(&self) -> PathBuf {
        self.root().join("home/.skillmeat/collections/team")
    }

    /// A process in this environment, in a folder.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root().join("home"))
            .env("USER", "mia")
            .env("GIT_CONFIG_GLOBAL", self.root().join("gitconfig"))
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        for (name, value) in [("NAME", "Mia"), ("EMAIL", "mia@example.com"), ("DATE", NOW)] {
            command
                .env(format!("GIT_AUTHOR_{name}"), value)
                .env(format!("GIT_COMMITTER_{name}"), value);
        }
        command
    }

    /// The program, with arguments, in a folder.
    pub(crate) fn skillmeat_in<A: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_skillmeat"), folder);
        command.args(arguments);
        command
    }

    /// Runs the program in the work folder.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Said {
        said(self.skillmeat_in(&self.work(), arguments))
    }

    /// Runs the program in the work folder; it must succeed. Returns what it printed.
    pub(crate) fn ok<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.stdout
    }

    /// Runs the program in the work folder; it must fail with this code. Returns what it said.
    pub(crate) fn fails<A: AsRef<OsStr>>(
        &self,
        code: i32,
        arguments: impl IntoIterator<Item = A>,
    ) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(code), "{said:?}");
        said.stderr
    }

    /// Runs the program in a folder.
    pub(crate) fn run_in<A: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Said {
        said(self.skillmeat_in(folder, arguments))
    }

    /// Runs the program in a folder; it must succeed. Returns what it printed.
    pub(crate) fn ok_in<A: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> String {
        let said = self.run_in(folder, arguments);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.stdout
    }

    /// The answer to a command with `--json`.
    pub(crate) fn json<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> serde_json::Value {
        let arguments: Vec<_> = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned())
            .collect();
        let printed = self.ok(arguments
            .iter()
            .map(OsString::as_os_str)
            .chain([OsStr::new("--json")]));
        serde_json::from_str(&printed).expect("one JSON document")
    }

    /// Runs git in a folder; it must succeed. Returns what it printed.
    pub(crate) fn git_in<A: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> String {
        let mut command = self.command("git", folder);
        command.args(arguments);
        let said = said(command);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.stdout
    }

    /// Runs git in a folder, however it ends.
    pub(crate) fn git_said<A: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Said {
        let mut command = self.command("git", folder);
        command.args(arguments);
        said(command)
    }

    /// Runs git in the collection `team`; it must succeed.
    pub(crate) fn git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> String {
        self.git_in(&self.team(), arguments)
    }

    /// Writes a file, with the folders above it.
    #[expect(clippy::unused_self, reason = "it reads as what the machine does")]
    pub(crate) fn write(&self, path: &Path, content: impl AsRef<[u8]>) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, content).expect("written");
    }

    /// Writes a shell script that may be executed.
    pub(crate) fn script(&self, path: &Path, body: &str) {
        use std::os::unix::fs::PermissionsExt;
        self.write(path, format!("#!/bin/sh\n{body}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }

    /// A repository in `folder`, with one commit of a manifest made of these bytes.
    pub(crate) fn repository(&self, folder: &Path, manifest: impl AsRef<[u8]>) {
        fs::create_dir_all(folder).expect("a folder");
        self.git_in(folder, ["init", "--quiet"]);
        self.write(&folder.join("collection.toml"), manifest);
        self.git_in(folder, ["add", "."]);
        self.git_in(folder, ["commit", "--quiet", "-m", "collection"]);
    }

    /// The manifest of `team`.
    pub(crate) fn manifest(&self) -> String {
        fs::read_to_string(self.team().join("collection.toml")).expect("a manifest")
    }
}

/// Runs a process to its end.
pub(crate) fn said(mut command: Command) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("it runs");
    Said {
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        code: status.code(),
    }
}

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The folder of real data beside the checkout, if it is there.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    folder.is_dir().then_some(folder)
}
