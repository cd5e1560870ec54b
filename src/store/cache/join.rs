//! Joins the row, the file and the tag definitions of an artifact into what is known of it. Pure.

use std::collections::{HashMap, HashSet};

use crate::model::artifact::Artifact;
use crate::model::artifact_file::{FileStamp, FoundFile};
use crate::model::listing::TagSource;
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactId, ArtifactType, Name};
use crate::model::path::RelativePath;
use crate::model::slug::Slug;

/// A file with its header, as far as the join needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileView<'a> {
    pub(super) id: &'a ArtifactId,
    pub(super) path: &'a RelativePath,
    pub(super) metadata: &'a Metadata,
}

/// A row of the manifest with its number in the database.
pub(super) type NumberedRow<'a> = (i64, &'a Artifact);

/// An artifact: its row, its file, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) row: Option<NumberedRow<'a>>,
    pub(super) file: Option<FileView<'a>>,
}

/// What is known of an artifact.
#[derive(Debug)]
pub(super) struct Joined<'a> {
    pub(super) id: &'a ArtifactId,
    pub(super) row_id: Option<i64>,
    pub(super) position: i64,
    pub(super) description: &'a str,
    pub(super) author: &'a str,
    pub(super) version: &'a str,
    pub(super) source: &'a str,
    pub(super) path: String,
    pub(super) header_path: &'a str,
    pub(super) aliases: &'a [String],
    pub(super) tags: Vec<JoinedTag<'a>>,
}

/// A tag of an artifact, as it stands in one place.
#[derive(Debug)]
pub(super) struct JoinedTag<'a> {
    pub(super) slug: Slug,
    pub(super) text: &'a str,
    pub(super) source: TagSource,
    pub(super) place: usize,
}

impl<'a> Pair<'a> {
    /// Works out what is known of the artifact; nothing when there is neither row nor file.
    pub(super) fn join(&self, definitions: &mut Definitions) -> Option<Joined<'a>> {
        let row = self.row.map(|(_, row)| row);
        let id = row.map(|row| &row.id).or(self.file.map(|file| file.id))?;
        let file = self.file.map(|file| file.metadata);
        let recorded = row.map(|row| &row.recorded);
        Some(Joined {
            id,
            row_id: self.row.map(|(number, _)| number),
            position: row.and_then(|row| row.position).unwrap_or(0),
            description: first([
                row.map(|row| &row.description),
                file.map(|file| &file.description),
                recorded.map(|recorded| &recorded.description),
            ]),
            author: first([
                file.map(|file| &file.author),
                recorded.map(|recorded| &recorded.author),
            ]),
            version: first([
                row.map(|row| &row.resolved_version),
                file.map(|file| &file.version),
                recorded.map(|recorded| &recorded.version),
                row.map(|row| &row.version_spec),
            ]),
            source: row.map_or("", source_of),
            path: self.path(),
            header_path: self.file.map_or("", |file| file.path.as_str()),
            aliases: row.map_or(&[], |row| &row.aliases),
            tags: self.tags(definitions),
        })
    }

    fn path(&self) -> String {
        let file = self.file.map(|file| root_of(file.path));
        let row = || self.row.and_then(|(_, row)| relative(&row.path));
        file.or_else(row)
            .map(|path| path.to_string())
            .unwrap_or_default()
    }

    fn tags(&self, definitions: &mut Definitions) -> Vec<JoinedTag<'a>> {
        let manifest = self.row.map_or(&[][..], |(_, row)| &row.tags);
        let file = self.file.map_or(&[][..], |file| &file.metadata.tags);
        let numbered = |texts: &'a [String], source| {
            texts.iter().enumerate().map(move |entry| (source, entry))
        };
        numbered(manifest, TagSource::Manifest)
            .chain(numbered(file, TagSource::File))
            .map(|(source, (place, text))| JoinedTag {
                slug: definitions.slug(text),
                text,
                source,
                place,
            })
            .collect()
    }
}

fn first<const N: usize>(texts: [Option<&String>; N]) -> &str {
    texts
        .into_iter()
        .flatten()
        .map(String::as_str)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

fn source_of(row: &Artifact) -> &str {
    let origin = if row.origin == "local" {
        ""
    } else {
        &row.origin
    };
    [row.source.as_str(), row.upstream.as_str(), origin]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// The artifact's files that this header stands for: the folder of a skill, the file itself of the rest.
pub(super) fn root_of(path: &RelativePath) -> RelativePath {
    let id = ArtifactId::new(ArtifactType::Skill, Name::stored(""));
    let stamp = FileStamp {
        size: 0,
        modified: 0,
        changed: 0,
        inode: 0,
    };
    FoundFile {
        id,
        path: path.clone(),
        stamp,
    }
    .root()
}

/// The form by which the place of a row and that of a file are compared; `""` for a row that names no place.
pub(super) fn root_key(path: &str) -> String {
    let root = relative(path)
        .map(|path| root_of(&path).to_string())
        .unwrap_or_default();
    Name::stored(root).key().into_owned()
}

fn relative(path: &str) -> Option<RelativePath> {
    path.strip_prefix("./").unwrap_or(path).parse().ok()
}

/// Pairs all rows with their files: a file belongs to the row that names its place, else to the row of its type and
/// name, else it is an artifact by itself. Where several files claim one name, the first by path is taken.
///
/// The pairs with rows come first, in the rows' order.
pub(super) fn pair_all<'a>(rows: &[NumberedRow<'a>], files: &[FileView<'a>]) -> Vec<Pair<'a>> {
    let mut files: Vec<(FileView, String)> = files
        .iter()
        .map(|file| (*file, root_key(file.path.as_str())))
        .collect();
    files.sort_by_key(|(file, _)| file.path);
    let mut by_root: HashMap<&str, FileView> = HashMap::with_capacity(files.len());
    let mut by_id: HashMap<&ArtifactId, FileView> = HashMap::with_capacity(files.len());
    for (file, root) in &files {
        by_root.entry(root).or_insert(*file);
        by_id.entry(file.id).or_insert(*file);
    }
    let mut claimed = HashSet::new();
    let mut named = HashSet::with_capacity(rows.len());
    let mut pairs = Vec::with_capacity(rows.len().max(files.len()));
    for row in rows {
        let root = root_key(&row.1.path);
        let file = by_root
            .get(root.as_str())
            .or_else(|| by_id.get(&row.1.id))
            .copied();
        claimed.insert(root);
        if named.insert(&row.1.id) {
            pairs.push(Pair {
                row: Some(*row),
                file,
            });
        }
    }
    for (file, root) in &files {
        if !claimed.contains(root) && named.insert(file.id) {
            pairs.push(Pair {
                row: None,
                file: Some(*file),
            });
        }
    }
    pairs
}

/// The tag definitions, for the question which tag a text means.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    by_name: HashMap<String, Slug>,
    names: HashMap<Slug, String>,
    made: HashMap<String, Slug>,
}

impl Definitions {
    /// Takes names and slugs in the order of the manifest; of two with one name the first counts.
    pub(super) fn new(definitions: impl IntoIterator<Item = (String, Slug)>) -> Self {
        let mut new = Self::default();
        for (name, slug) in definitions {
            new.by_name
                .entry(name.clone())
                .or_insert_with(|| slug.clone());
            new.names.entry(slug).or_insert(name);
        }
        new
    }

    /// The tag that a text means: the definition of that exact name, else of that slug, else the slug made of it.
    pub(super) fn slug(&mut self, text: &str) -> Slug {
        if let Some(slug) = self.by_name.get(text).or_else(|| self.made.get(text)) {
            return slug.clone();
        }
        let stored = Slug::stored(text);
        let slug = if self.names.contains_key(&stored) {
            stored
        } else {
            slug_made_of(text)
        };
        self.made.insert(text.to_owned(), slug.clone());
        slug
    }

    /// The name of the definition of that slug.
    pub(super) fn name(&self, slug: &Slug) -> Option<&str> {
        self.names.get(slug).map(String::as_str)
    }
}

/// The slug made of a text, or the text itself when no slug can be made of it.
pub(super) fn slug_made_of(text: &str) -> Slug {
    Slug::from_name(text).unwrap_or_else(|_| Slug::stored(text))
}
