//! Plugin marketplaces: the `marketplace.json` by which clients find plugins.
//!
//! The file is another tool's. What is read here are the keys that have a meaning for a collection; the types are
//! strict, so that a wrong one is told with its line and column.

use serde::{Deserialize, Serialize};

/// A marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marketplace {
    /// Its name.
    pub name: String,
    /// Who keeps it.
    #[serde(default)]
    pub owner: Owner,
    /// What else is said of it.
    #[serde(default)]
    pub metadata: About,
    /// Its plugins, in their order.
    pub plugins: Vec<Plugin>,
}

/// Who keeps a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// A person or a team.
    #[serde(default)]
    pub name: String,
    /// Where to reach them; `""` when unset.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
}

/// What is said of a marketplace beside its name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// What it is for; `""` when unset.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its version; `""` when unset.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The folder that relative sources begin in; `""` for that of the marketplace.
    #[serde(
        default,
        rename = "pluginRoot",
        skip_serializing_if = "String::is_empty"
    )]
    pub plugin_root: String,
}

/// A plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plugin {
    /// Its name, unique in the marketplace.
    pub name: String,
    /// Where its files are.
    pub source: PluginSource,
    /// What it is for; `""` when unset.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its version; `""` when unset.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// What kind of plugin it is; `""` when unset.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Words by which it is found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// More of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether its folder must hold a `plugin.json`, unless nothing is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
    /// Where its skills are, relative to its folder.
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    pub skills: Paths,
    /// Where its agents are.
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    pub agents: Paths,
    /// Where its commands are.
    #[serde(default, skip_serializing_if = "Paths::is_empty")]
    pub commands: Paths,
}

impl Plugin {
    /// The keys of a plugin that have a meaning here.
    pub const KEYS: [&str; 11] = [
        "name",
        "source",
        "description",
        "version",
        "category",
        "keywords",
        "tags",
        "strict",
        "skills",
        "agents",
        "commands",
    ];

    /// A plugin with a name, a source, and nothing else.
    pub fn new(name: impl Into<String>, source: PluginSource) -> Self {
        Self {
            name: name.into(),
            source,
            description: String::new(),
            version: String::new(),
            category: String::new(),
            keywords: Vec::new(),
            tags: Vec::new(),
            strict: None,
            skills: Paths::default(),
            agents: Paths::default(),
            commands: Paths::default(),
        }
    }
}

/// One path or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Paths {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Default for Paths {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Paths {
    /// The paths, as they are written.
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(path) => std::slice::from_ref(path),
            Self::Several(paths) => paths,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

/// Where a plugin's files are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PluginSource {
    /// A folder of the marketplace, relative to it.
    Folder(String),
    /// Elsewhere.
    Remote(RemoteSource),
}

/// A plugin's place outside of its marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RemoteSource {
    /// The kind of place: `github`, `url`, `git-subdir`, `npm`, `pip`.
    pub source: String,
    /// `OWNER/REPO`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub repo: String,
    /// The address of a git repository.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The name of a package.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub package: String,
    /// The folder in it; `""` for its top.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// A branch or tag; `""` for the default branch.
    #[serde(default, rename = "ref", skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// A commit; `""` when it is not fixed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha: String,
    /// The version of a package; `""` for the newest.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
}

impl PluginSource {
    /// The source as a row holds it: `./plugins/x` for a folder of the marketplace, `OWNER/REPO/PATH` on GitHub, else
    /// an address, with `//PATH` for a folder in it; packages as `npm:NAME`.
    pub fn text(&self) -> String {
        match self {
            Self::Folder(path) => path.clone(),
            Self::Remote(remote) => remote.text(),
        }
    }
}

impl RemoteSource {
    fn text(&self) -> String {
        let path = self.path.trim_matches('/').trim_start_matches("./");
        let joined = |place: &str, separator: &str| match path {
            "" => place.to_owned(),
            path => format!("{place}{separator}{path}"),
        };
        match (&*self.repo, &*self.url, &*self.package) {
            (repo, _, _) if !repo.is_empty() => joined(repo, "/"),
            (_, url, _) if !url.is_empty() => joined(url, "//"),
            (_, _, package) => format!("{}:{package}", self.source),
        }
    }

    /// The version that is wanted: a branch, a tag, or that of a package; `""` when none is said.
    pub fn version_spec(&self) -> &str {
        if self.reference.is_empty() {
            &self.version
        } else {
            &self.reference
        }
    }

    /// The place that a row's source names, if it is one that clients fetch plugins from.
    pub fn of_row(source: &str, version_spec: &str, sha: &str) -> Option<Self> {
        let remote = if let Some((scheme, rest)) = source.split_once("://") {
            let (place, path) = rest.split_once("//").unwrap_or((rest, ""));
            let kind = if path.is_empty() { "url" } else { "git-subdir" };
            Self {
                source: kind.to_owned(),
                url: format!("{scheme}://{place}"),
                path: path.to_owned(),
                ..Self::default()
            }
        } else if source.contains(':') || source.starts_with(['.', '/']) {
            return None;
        } else {
            let mut parts = source.splitn(3, '/');
            let (owner, name) = (parts.next()?, parts.next()?);
            Self {
                source: "github".to_owned(),
                repo: format!("{owner}/{name}"),
                path: parts.next().unwrap_or_default().to_owned(),
                ..Self::default()
            }
        };
        let is_moving = matches!(version_spec, "" | "latest");
        Some(Self {
            reference: if is_moving {
                String::new()
            } else {
                version_spec.to_owned()
            },
            sha: sha.to_owned(),
            ..remote
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(json: &str) -> PluginSource {
        serde_json::from_str(json).expect("a source")
    }

    #[test]
    fn sources_are_told_in_the_words_of_a_row() {
        let cases = [
            (r#""./plugins/x""#, "./plugins/x"),
            (r#"{"source": "github", "repo": "mia/tools"}"#, "mia/tools"),
            (
                r#"{"source": "github", "repo": "mia/tools", "path": "./a/b/"}"#,
                "mia/tools/a/b",
            ),
            (
                r#"{"source": "git-subdir", "url": "https://example.com/t.git", "path": "a"}"#,
                "https://example.com/t.git//a",
            ),
            (r#"{"source": "npm", "package": "@mia/x"}"#, "npm:@mia/x"),
        ];
        for (json, text) in cases {
            assert_eq!(source(json).text(), text);
        }
    }

    #[test]
    fn a_source_of_a_row_is_the_one_that_it_came_from() {
        for json in [
            r#"{"source": "github", "repo": "mia/tools", "path": "a/b", "ref": "v1", "sha": "abc"}"#,
            r#"{"source": "url", "url": "https://example.com/t.git"}"#,
            r#"{"source": "git-subdir", "url": "https://example.com/t.git", "path": "a"}"#,
        ] {
            let remote: RemoteSource = serde_json::from_str(json).expect("a source");
            let back = RemoteSource::of_row(&remote.text(), remote.version_spec(), &remote.sha);
            assert_eq!(back, Some(remote));
        }
        assert_eq!(RemoteSource::of_row("./plugins/x", "", ""), None);
        assert_eq!(RemoteSource::of_row("npm:x", "", ""), None);
        assert_eq!(RemoteSource::of_row("word", "", ""), None);
    }
}
