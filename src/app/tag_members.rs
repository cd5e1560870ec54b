//! Tags of artifacts: give and take.

use crate::frontmatter::tag_edit::{tag_line, without_tag};
use crate::model::edit::Edit;
use crate::model::listing::TagSource;
use crate::model::name::ArtifactId;
use crate::model::path::RelativePath;
use crate::model::row::Row;
use crate::model::slug::Slug;
use crate::model::tag::TagDefinition;
use crate::model::value::{Field, Value};
use crate::store::files;

use super::artifact_rows::set;
use super::error::AppError;
use super::members::counted;
use super::names::{Selection, row_or_new};
use super::plan::{Content, FileEdit, Operation, Plan, Reach};
use super::tags::{definition, free_slug, slug_of};
use super::view::View;

/// The largest file whose header is edited, in bytes.
const FILE_LIMIT: u64 = 16 << 20;

/// Gives artifacts a tag; a tag that is not defined yet is defined.
#[derive(Debug, Clone)]
pub struct AddTag {
    /// The tag, by name or slug.
    pub tag: String,
    /// The artifacts.
    pub artifacts: Selection,
}

impl Operation for AddTag {
    fn word(&self) -> &'static str {
        "tag-add"
    }

    fn reach(&self) -> Reach<'_> {
        self.artifacts.reach()
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let ids = self.artifacts.resolve(view.database)?;
        let known = definition(view, &self.tag)?;
        let mut edits = Vec::new();
        let mut remarks = Vec::new();
        let slug = if let Some(tag) = known {
            tag.slug
        } else {
            let slug = view
                .database
                .resolve_tag(&self.tag)?
                .map_or_else(|| free_slug(view, &self.tag, None), Ok)?;
            remarks.push(format!(
                "The tag {:?} is new; it is defined as {:?}.",
                self.tag,
                slug.as_str()
            ));
            let (color, description) = (String::new(), String::new());
            let tag = TagDefinition {
                name: self.tag.clone(),
                slug: slug.clone(),
                color,
                description,
            };
            edits.push(Edit::Insert(Row::Tag(tag)));
            slug
        };
        let mut given: Vec<ArtifactId> = Vec::new();
        let tags = view.tags()?;
        for id in ids {
            let row = row_or_new(view, &id)?;
            if row.tags.iter().any(|text| slug_of(&tags, text) == slug)
                || is_in_file(view, &id, &slug)?
            {
                continue;
            }
            let list = row.tags.iter().cloned().chain([slug.to_string()]).collect();
            edits.extend(set(view, &id, Field::Tags, Value::list(list))?);
            given.push(id);
        }
        if given.is_empty() {
            return Ok(Plan::of_edits("tag: add", Vec::new()));
        }
        let subject = format!("tag: add {:?} to {}", slug.as_str(), counted(&given));
        Ok(Plan {
            remarks,
            ..Plan::of_edits(subject, edits)
        })
    }
}

fn is_in_file(view: &View<'_>, id: &ArtifactId, slug: &Slug) -> Result<bool, AppError> {
    let detail = view.database.artifact(id)?;
    Ok(detail.is_some_and(|detail| {
        detail
            .tags
            .iter()
            .any(|tag| tag.slug == *slug && tag.source == TagSource::File)
    }))
}

/// Whether a tag may be taken out of an artifact's own file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileTags {
    /// A tag that stands in a file is refused.
    Refuse,
    /// The line in the file is edited.
    Edit,
}

/// Takes a tag from artifacts.
#[derive(Debug, Clone)]
pub struct RemoveTag {
    /// The tag, by name or slug.
    pub tag: String,
    /// The artifacts.
    pub artifacts: Selection,
    /// What happens to tags that stand in artifacts' files.
    pub file_tags: FileTags,
}

impl Operation for RemoveTag {
    fn word(&self) -> &'static str {
        "tag-remove"
    }

    fn reach(&self) -> Reach<'_> {
        self.artifacts.reach()
    }

    fn plan(&self, view: &View<'_>) -> Result<Plan, AppError> {
        let ids = self.artifacts.resolve(view.database)?;
        let tags = view.tags()?;
        let slug = super::names::find_tag(view.database, &self.tag)?;
        let means = |text: &str| slug_of(&tags, text) == slug;
        let (mut edits, mut files, mut places, mut taken) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            let row = row_or_new(view, &id)?;
            if row.tags.iter().any(|text| means(text)) {
                let list = row
                    .tags
                    .iter()
                    .filter(|text| !means(text))
                    .cloned()
                    .collect();
                edits.extend(set(view, &id, Field::Tags, Value::list(list))?);
                taken.push(id.clone());
            }
            if is_in_file(view, &id, &slug)? {
                let (path, bytes) = header_file(view, &id)?;
                match self.file_tags {
                    FileTags::Refuse => places.push(place(&path, &bytes, &means)),
                    FileTags::Edit => files.push(edited(path, &bytes, &means)?),
                }
                taken.push(id);
            }
        }
        if !places.is_empty() {
            return Err(AppError::TagInFile {
                tag: self.tag.clone(),
                places,
            });
        }
        taken.dedup();
        let subject = format!("tag: remove {:?} from {}", slug.as_str(), counted(&taken));
        Ok(Plan::of_edits(subject, edits).with_files(files))
    }
}

fn header_file(view: &View<'_>, id: &ArtifactId) -> Result<(RelativePath, Vec<u8>), AppError> {
    let detail = view.database.artifact(id)?;
    let path: RelativePath = detail
        .map(|detail| detail.header_path)
        .unwrap_or_default()
        .parse()?;
    let bytes = files::read(&path.under(view.repository.folder()), FILE_LIMIT)?.unwrap_or_default();
    Ok((path, bytes))
}

fn place(path: &RelativePath, bytes: &[u8], means: &dyn Fn(&str) -> bool) -> String {
    tag_line(bytes, means).map_or_else(|| path.to_string(), |line| format!("{path}:{line}"))
}

fn edited(
    path: RelativePath,
    bytes: &[u8],
    means: &dyn Fn(&str) -> bool,
) -> Result<FileEdit, AppError> {
    let content = without_tag(bytes, means).map_err(|source| AppError::Header {
        path: path.to_string(),
        source,
    })?;
    Ok(FileEdit {
        path,
        content: Content::File(content),
    })
}
