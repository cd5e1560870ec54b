//! Where an artifact comes from: a repository, a path in it, and the version that is wanted.

use std::fmt;
use std::str::FromStr;

use super::error::ModelError;
use super::path::RelativePath;

/// The version that is wanted when none is said: the tip of the repository's default branch.
pub const LATEST: &str = "latest";

/// The host of `OWNER/REPO` when no other is configured.
pub const DEFAULT_HOST: &str = "https://github.com/";

/// What stands between an address and the path in the repository.
const PATH_MARK: &str = "//";

/// The schemes of addresses that are taken; git's other transports run programs.
const SCHEMES: [&str; 5] = ["https", "http", "ssh", "git", "file"];

/// A repository, as people and rows name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// `OWNER/REPO` on the configured host.
    Hosted {
        /// Whose it is.
        owner: String,
        /// The repository's name.
        repository: String,
    },
    /// An address as git takes it: a URL, `user@host:path`, or a folder.
    Git(String),
}

impl Address {
    /// The address for git. The host is a prefix such as `https://github.com/` or `git@example.com:`.
    pub fn for_git(&self, host: &str) -> String {
        match self {
            Self::Git(address) => address.clone(),
            Self::Hosted { owner, repository } => {
                let slash = if host.ends_with(['/', ':']) { "" } else { "/" };
                format!("{host}{slash}{owner}/{repository}")
            }
        }
    }

    /// Whether it is a folder named from the current one.
    pub fn is_relative(&self) -> bool {
        matches!(self, Self::Git(address) if address.starts_with('.'))
    }

    /// The repository's name: the last part of its address, without `.git`.
    pub fn name(&self) -> &str {
        let last = match self {
            Self::Hosted { repository, .. } => repository,
            Self::Git(address) => {
                let address = address.trim_end_matches('/');
                let address = address.strip_suffix("/.git").unwrap_or(address);
                address.rsplit(['/', ':']).next().unwrap_or(address)
            }
        };
        last.strip_suffix(".git").unwrap_or(last)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hosted { owner, repository } => write!(formatter, "{owner}/{repository}"),
            Self::Git(address) => formatter.write_str(address),
        }
    }
}

/// A place in a repository, without a version: what the `source` of a row holds.
///
/// Written `OWNER/REPO/PATH`, or `ADDRESS//PATH` with any other address. Without a path it is the whole repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// The repository.
    pub address: Address,
    /// The path in it; nothing for all of it.
    pub path: Option<RelativePath>,
}

impl Source {
    /// Reads the address of a page that shows a folder or file of a repository, as browsers and SkillMeat's `upstream`
    /// have it: `https://HOST/OWNER/REPO/tree/VERSION/PATH`, with `blob` for a file. Gives the version, too.
    pub fn of_page(text: &str) -> Option<(Self, &str)> {
        let (scheme, rest) = text.split_once("://")?;
        if !matches!(scheme, "https" | "http") || rest.contains(PATH_MARK) {
            return None;
        }
        let mut parts = rest.splitn(6, '/');
        let (host, owner, repository) = (parts.next()?, parts.next()?, parts.next()?);
        let (word, version) = (parts.next()?, parts.next()?);
        if !matches!(word, "tree" | "blob") || version.is_empty() {
            return None;
        }
        let path = match parts.next().map(|path| path.trim_end_matches('/')) {
            None | Some("") => None,
            Some(path) => Some(path.parse().ok()?),
        };
        let address = format!("{scheme}://{host}/{owner}/{repository}");
        address_fault(&address).is_none().then_some((
            Self {
                address: Address::Git(address),
                path,
            },
            version,
        ))
    }

    /// The page of this place at a commit, as SkillMeat writes it into `upstream`; nothing where the repository is not
    /// on GitHub.
    pub fn github_page(&self, host: &str, commit: &str) -> Option<String> {
        let address = self.address.for_git(host);
        let rest = address.strip_prefix(DEFAULT_HOST)?;
        let rest = rest.trim_end_matches('/');
        let rest = rest.strip_suffix(".git").unwrap_or(rest);
        let path = self.path.as_ref().map(|path| format!("/{path}"));
        Some(format!(
            "{DEFAULT_HOST}{rest}/tree/{commit}{}",
            path.unwrap_or_default()
        ))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.address {
            Address::Hosted { .. } => "/",
            Address::Git(_) => PATH_MARK,
        };
        match &self.path {
            Some(path) => write!(formatter, "{}{mark}{path}", self.address),
            None => self.address.fmt(formatter),
        }
    }
}

impl FromStr for Source {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let refuse = |reason| ModelError::Source {
            text: text.to_owned(),
            reason,
        };
        let (address, inside) = split_path(text);
        let path = |path: &str| match path.trim_matches('/') {
            "" => Ok(None),
            path => path
                .parse()
                .map(Some)
                .map_err(|_| refuse("the path in the repository leads elsewhere")),
        };
        if is_address(address) || text.contains(PATH_MARK) {
            let address = match address.trim_end_matches('/') {
                "" => address,
                scheme if scheme.ends_with(':') => address,
                trimmed => trimmed,
            };
            return match address_fault(address) {
                Some(reason) => Err(refuse(reason)),
                None => Ok(Self {
                    address: Address::Git(address.to_owned()),
                    path: path(inside)?,
                }),
            };
        }
        let mut parts = text.splitn(3, '/');
        let (Some(owner), Some(repository)) = (parts.next(), parts.next()) else {
            return Err(refuse(
                "it needs an owner and a repository: OWNER/REPO/PATH",
            ));
        };
        if !is_plain(owner) || !is_plain(repository) {
            return Err(refuse(
                "an owner and a repository are named with letters, digits, '-', '_' and '.'",
            ));
        }
        Ok(Self {
            address: Address::Hosted {
                owner: owner.to_owned(),
                repository: repository.to_owned(),
            },
            path: path(parts.next().unwrap_or_default())?,
        })
    }
}

/// The version of a source that is wanted: `latest`, a tag, a branch, or a commit's id, whole or abbreviated.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionSpec(String);

impl VersionSpec {
    /// The version as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the default branch is meant.
    pub fn is_latest(&self) -> bool {
        self.0 == LATEST
    }

    /// Whether it may be a commit's id: four to sixty-four hexadecimal digits.
    pub fn may_be_commit(&self) -> bool {
        (4..=64).contains(&self.0.len()) && self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

impl Default for VersionSpec {
    fn default() -> Self {
        Self(LATEST.to_owned())
    }
}

impl fmt::Display for VersionSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for VersionSpec {
    type Err = ModelError;

    /// Takes what git allows in the name of a ref.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
        let is_bad = text.is_empty()
            || text.starts_with(['-', '/'])
            || text.ends_with(['/', '.'])
            || text.contains("..")
            || text.contains("@{")
            || text.contains(is_odd);
        if is_bad {
            return Err(ModelError::Source {
                text: text.to_owned(),
                reason: "no tag, branch or commit can have that name",
            });
        }
        Ok(Self(text.to_owned()))
    }
}

/// What people type: a source and the version that is wanted, `SOURCE[@VERSION]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionedSource {
    /// The place.
    pub source: Source,
    /// The version.
    pub version: VersionSpec,
}

impl FromStr for VersionedSource {
    type Err = ModelError;

    /// The version stands after the last `@`, which is not that of a user before a host.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        if let Some((source, version)) = Source::of_page(text) {
            return Ok(Self {
                source,
                version: version.parse()?,
            });
        }
        let at = text.rfind('@').filter(|at| *at >= versions_from(text));
        let (source, version) = match at {
            Some(at) => (&text[..at], text[at + 1..].parse()?),
            None => (text, VersionSpec::default()),
        };
        Ok(Self {
            source: source.parse()?,
            version,
        })
    }
}

impl fmt::Display for VersionedSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.source, self.version)
    }
}

/// Where in a text an `@` may begin a version: after the host.
fn versions_from(text: &str) -> usize {
    let (address, _) = split_path(text);
    if address.len() < text.len() {
        return address.len();
    }
    match (text.find("://"), text.find(':')) {
        (Some(scheme), _) => {
            let host = scheme + "://".len();
            text[host..].find('/').map_or(text.len(), |at| host + at)
        }
        (None, Some(colon)) if is_address(text) => colon,
        _ => 0,
    }
}

/// An address and the path in the repository, which may be empty.
fn split_path(text: &str) -> (&str, &str) {
    let from = text.find("://").map_or(0, |scheme| scheme + "://".len());
    let Some(at) = text[from..].find(PATH_MARK).map(|at| from + at) else {
        return (text, "");
    };
    // `file:///srv` has no host, and its path begins with a slash.
    (&text[..at], &text[at + PATH_MARK.len()..])
}

/// Whether a text is an address for git rather than `OWNER/REPO`: it has a scheme, a host with a colon, or is a folder.
fn is_address(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or(text);
    text.contains("://") || first.contains(':') || matches!(first, "" | "." | "..")
}

/// Why an address is not taken.
fn address_fault(address: &str) -> Option<&'static str> {
    if address.is_empty() || address.chars().any(char::is_control) {
        return Some("the address is empty or holds a control character");
    }
    if address.starts_with('-') {
        return Some("the address begins with a hyphen and would be read as an option");
    }
    let Some((scheme, rest)) = address.split_once("://") else {
        return helper_fault(address);
    };
    if !SCHEMES.contains(&scheme) {
        return Some("its scheme is none of https, http, ssh, git and file");
    }
    let host = rest.split('/').next().unwrap_or(rest);
    if host.starts_with('-') {
        return Some("the host begins with a hyphen and would be read as an option");
    }
    match host.rsplit_once('@') {
        Some((user, _)) if user.contains(':') => Some(
            "it holds a password, which would be committed; leave it to git's credential helper",
        ),
        _ => None,
    }
}

/// Why an address without a scheme is not taken.
fn helper_fault(address: &str) -> Option<&'static str> {
    let first = address.split('/').next().unwrap_or(address);
    if first.contains("::") && !first.contains('[') {
        return Some("transports that run programs, such as ext::, are not used");
    }
    let host = first.split(':').next().unwrap_or(first);
    let host = host.rsplit('@').next().unwrap_or(host);
    let is_folder = matches!(first, "" | "." | "..");
    if !is_folder && !first.contains(':') {
        return Some("before // stands an address or a folder that begins with / or ./");
    }
    host.starts_with('-')
        .then_some("the host begins with a hyphen and would be read as an option")
}

fn is_plain(part: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !part.is_empty()
        && part.chars().all(allowed)
        && !part.starts_with('-')
        && !part.chars().all(|c| c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, String) {
        let read: VersionedSource = text.parse().expect("a source");
        let path = read.source.path.as_ref().map(ToString::to_string);
        let git = read.source.address.for_git(DEFAULT_HOST);
        (git, path.unwrap_or_default(), read.version.to_string())
    }

    #[test]
    fn sources_have_an_address_a_path_and_a_version() {
        for line in [
            "acme/lib  https://github.com/acme/lib  -  latest",
            "acme/lib/skills/a  https://github.com/acme/lib  skills/a  latest",
            "acme/lib/skills/a/@v1.0  https://github.com/acme/lib  skills/a  v1.0",
            "acme/lib/@x/a@feature/new  https://github.com/acme/lib  @x/a  feature/new",
            "https://h.org/a/b.git//c/d@main  https://h.org/a/b.git  c/d  main",
            "https://mia@h.org/a/b.git@v2  https://mia@h.org/a/b.git  -  v2",
            "https://mia@h.org/a/b.git  https://mia@h.org/a/b.git  -  latest",
            "git@h.org:a/b.git//c@abc1234  git@h.org:a/b.git  c  abc1234",
            "git@h.org:a/b.git  git@h.org:a/b.git  -  latest",
            "git@h.org:a/b.git@v1  git@h.org:a/b.git  -  v1",
            "ssh://git@h.org:22/a/b//c  ssh://git@h.org:22/a/b  c  latest",
            "file:///srv/a.git//c@v1  file:///srv/a.git  c  v1",
            "/srv/my lib.git//c  /srv/my lib.git  c  latest",
            "../lib.git//  ../lib.git  -  latest",
            "https://github.com/a/b/tree/main/skills/x  https://github.com/a/b  skills/x  main",
            "https://github.com/a/b/blob/v1/agents/x.md  https://github.com/a/b  agents/x.md  v1",
        ] {
            let parts: Vec<&str> = line.split("  ").collect();
            let (git, path, version) = read(parts[0]);
            let path = if path.is_empty() { "-" } else { &path };
            assert_eq!([parts[0], &git, path, &version], parts[..], "{line}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "acme/lib",
            "acme/lib/skills/a",
            "https://h.org/a/b.git//c/d",
            "git@h.org:a/b.git",
            "file:///srv/a.git//c",
            "/srv/a b.git//c",
        ] {
            let source: Source = text.parse().expect("a source");
            assert_eq!(source.to_string(), text);
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for text in [
            "",
            "acme",
            "acme//lib",
            "-x/lib/a",
            "acme/-lib",
            "acme/lib/../x",
            "acme/lib/.GIT/x",
            "acme/li b",
            "ext::sh -c id//x",
            "ext::sh",
            "fd::3//x",
            "ftp://h.org/a//b",
            "https://mia:secret@h.org/a//b",
            "ssh://-oProxyCommand=id/a//b",
            "-u@h.org:a//b",
            "git@-h:a//b",
            "https://h.org/a//../b",
            "acme/lib/a@",
            "acme/lib/a@-x",
            "acme/lib/a@v1..v2",
            "acme/lib/a@v 1",
        ] {
            assert!(text.parse::<VersionedSource>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_host_is_a_prefix() {
        let source: Source = "acme/lib/a".parse().expect("a source");
        let git = |host: &str| source.address.for_git(host);
        assert_eq!(git("git@example.com:"), "git@example.com:acme/lib");
        assert_eq!(
            git("https://example.com/scm"),
            "https://example.com/scm/acme/lib"
        );
        assert_eq!(
            source.github_page(DEFAULT_HOST, "abc").as_deref(),
            Some("https://github.com/acme/lib/tree/abc/a")
        );
        assert_eq!(source.github_page("https://example.com/", "abc"), None);
    }

    #[test]
    fn repositories_have_names() {
        for (text, name) in [
            ("acme/lib/a", "lib"),
            ("https://h.org/a/b.git/", "b"),
            ("git@h.org:b.git", "b"),
            ("/srv/b/.git//c", "b"),
        ] {
            let source: Source = text.parse().expect("a source");
            assert_eq!(source.address.name(), name);
        }
    }
}
