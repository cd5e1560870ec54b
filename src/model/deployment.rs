//! Deployments: what a project's record says of the artifacts that were copied into it, and how they stand.

use super::content_hash::ContentHash;
use super::layout::place_of;
use super::name::ArtifactId;
use super::path::RelativePath;

/// The name of the record, below a profile's root.
pub const RECORD: &str = ".skillmeat-deployed.toml";

/// A row of a project's record, as it is written there. Nothing in it is trusted: a record may come with a clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// What was deployed.
    pub artifact: ArtifactId,
    /// The name of the collection that it is from.
    pub collection: String,
    /// When, RFC 3339; without an offset it is UTC.
    pub deployed_at: String,
    /// Where it lies, below the profile's root; may lead anywhere.
    pub path: String,
    /// Its content when it was deployed, or when edits of it were last taken into the collection.
    pub content_hash: ContentHash,
    /// The contents that were deployed one after the other, newest first.
    pub lineage: Vec<ContentHash>,
    /// The profile's word.
    pub profile: String,
}

impl Deployment {
    /// Where it lies, if that is the place of such an artifact: a record must not lead anywhere else.
    pub fn place(&self) -> Option<RelativePath> {
        let path: RelativePath = self.path.parse().ok()?;
        is_place_of(&self.artifact, &path).then_some(path)
    }

    /// The content that was deployed before the present one.
    pub fn before(&self) -> Option<&ContentHash> {
        let present = self
            .lineage
            .iter()
            .position(|hash| *hash == self.content_hash);
        self.lineage.get(present.map_or(0, |present| present + 1))
    }

    /// The lineage after a content was deployed: it is the newest, and stands there once.
    pub fn lineage_with(&self, newest: &ContentHash) -> Vec<ContentHash> {
        let older = self.lineage.iter().filter(|hash| *hash != newest);
        std::iter::once(newest).chain(older).cloned().collect()
    }
}

/// Whether a path of the layout is where an artifact lies: its place, whatever the ending of its file is.
pub fn is_place_of(artifact: &ArtifactId, path: &RelativePath) -> bool {
    let Some(place) = place_of(artifact) else {
        return false;
    };
    let stem = |path: &RelativePath| {
        let name = path.file_name();
        name.rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_owned()
    };
    *path == place
        || (path.parent() == place.parent()
            && (stem(path) == stem(&place) || stem(path) == place.file_name()))
}

/// How a deployment stands to its collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The project has what the collection has.
    UpToDate,
    /// The collection has another content by now.
    Outdated,
    /// The project's copy was edited.
    Modified,
    /// Both.
    Both,
    /// The project's copy is not there.
    Missing,
    /// The collection has no such artifact any more.
    Gone,
    /// The collection is not known here.
    UnknownCollection,
    /// The record leads where nothing is followed.
    Refused,
}

impl Standing {
    /// The word for it in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "up-to-date",
            Self::Outdated => "outdated",
            Self::Modified => "modified",
            Self::Both => "both",
            Self::Missing => "missing",
            Self::Gone => "gone",
            Self::UnknownCollection => "unknown-collection",
            Self::Refused => "refused",
        }
    }

    /// Compares the content that was deployed with what is in the project and in the collection now.
    pub fn of(
        deployed: &ContentHash,
        project: Option<&ContentHash>,
        collection: Option<&ContentHash>,
    ) -> Self {
        let Some(project) = project else {
            return Self::Missing;
        };
        let Some(collection) = collection else {
            return Self::Gone;
        };
        match (project == deployed, collection == deployed) {
            _ if project == collection => Self::UpToDate,
            (true, _) => Self::Outdated,
            (false, true) => Self::Modified,
            (false, false) => Self::Both,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(id: &str, path: &str) -> Deployment {
        Deployment {
            artifact: id.parse().expect("an id"),
            collection: "team".to_owned(),
            deployed_at: String::new(),
            path: path.to_owned(),
            content_hash: ContentHash::stored("b"),
            lineage: ["c", "b", "a"].map(ContentHash::stored).to_vec(),
            profile: "claude_code".to_owned(),
        }
    }

    #[test]
    fn a_record_leads_to_the_artifacts_own_place_only() {
        for (id, path, may) in [
            ("skill:x", "skills/x", true),
            ("skill:x", "skills/x/", true),
            ("skill:x", "skills", false),
            ("skill:x", "skills/y", false),
            ("skill:x", "../skills/x", false),
            ("skill:x", "/etc", false),
            ("skill:x", "settings.json", false),
            ("agent:x", "agents/x.MD", true),
            ("workflow:x", "workflows/x.md", true),
            ("workflow:x.y", "workflows/x.y", true),
            ("command:a:b", "commands/a/b.md", true),
            ("command:a:b", "commands/b.md", false),
            ("skill:..", "skills/..", false),
            ("rule:x", "rules/x.md", false),
        ] {
            assert_eq!(deployment(id, path).place().is_some(), may, "{id} {path}");
        }
    }

    #[test]
    fn one_goes_back_along_the_lineage_and_the_newest_stands_first() {
        let deployment = deployment("skill:x", "skills/x");
        assert_eq!(deployment.before(), Some(&ContentHash::stored("a")));
        let after = deployment.lineage_with(&ContentHash::stored("b"));
        assert_eq!(after, ["b", "c", "a"].map(ContentHash::stored));
    }

    #[test]
    fn what_is_equal_now_is_up_to_date_whatever_was_deployed() {
        let [a, b, c] = ["a", "b", "c"].map(ContentHash::stored);
        let of = |project: &ContentHash, collection: &ContentHash| {
            Standing::of(&a, Some(project), Some(collection))
        };
        assert_eq!(of(&a, &a), Standing::UpToDate);
        assert_eq!(of(&b, &b), Standing::UpToDate);
        assert_eq!(of(&a, &b), Standing::Outdated);
        assert_eq!(of(&b, &a), Standing::Modified);
        assert_eq!(of(&b, &c), Standing::Both);
        assert_eq!(Standing::of(&a, None, Some(&a)), Standing::Missing);
        assert_eq!(Standing::of(&a, Some(&a), None), Standing::Gone);
    }
}
