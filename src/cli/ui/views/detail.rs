//! One artifact with everything that is known of it, and the `key: value` lines of such views.

use crate::cli::ui::error::OutputError;
use crate::cli::ui::output::Ui;
use crate::cli::ui::style;
use crate::cli::ui::text::{escaped, one_line, width};
use crate::model::listing::{ArtifactDetail, EffectiveTag, Parts, TagSource, TagSummary};
use crate::model::name::Member;
use crate::model::rating::Rating;

use super::cells::{TagColors, comma_list, stars};

/// Lines of `Key:  value`, aligned; a value may have several lines.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    entries: Vec<(&'static str, Vec<String>)>,
}

impl Facts {
    /// Adds a text line by line, with control characters shown; nothing when it is empty.
    pub fn text(&mut self, key: &'static str, text: &str) {
        self.lines(
            key,
            text.trim_end()
                .lines()
                .map(|line| escaped(line).into_owned())
                .collect(),
        );
    }

    /// Adds a line that may carry styles; nothing when it is empty.
    pub fn styled(&mut self, key: &'static str, line: String) {
        self.lines(
            key,
            if line.is_empty() {
                Vec::new()
            } else {
                vec![line]
            },
        );
    }

    /// Adds lines that may carry styles; nothing when there are none.
    pub fn lines(&mut self, key: &'static str, lines: Vec<String>) {
        if !lines.is_empty() {
            self.entries.push((key, lines));
        }
    }

    /// Prints all of them, two columns in.
    pub fn print(self, ui: &mut Ui) -> Result<(), OutputError> {
        let widest = self
            .entries
            .iter()
            .map(|(key, _)| width(key))
            .max()
            .unwrap_or(0);
        for (key, lines) in self.entries {
            let padding = " ".repeat(widest - width(key));
            let mut lead = format!("  {}{padding}  ", style::dim(&format!("{key}:")));
            for line in lines {
                ui.result(format!("{lead}{line}").trim_end())?;
                lead = " ".repeat(widest + 5);
            }
        }
        Ok(())
    }
}

/// Shows all of one artifact: what its row and its header say, its tags with their sources, ratings and groups.
pub fn artifact_detail(
    ui: &mut Ui,
    detail: &ArtifactDetail,
    tags: &[TagSummary],
) -> Result<(), OutputError> {
    let summary = &detail.summary;
    let title = style::heading(&summary.id.to_string());
    ui.result(format!("{title}  {}", stars(summary.rating)).trim_end())?;
    let mut facts = Facts::default();
    facts.text("Description", &summary.description);
    facts.text("Path", &summary.path);
    facts.text("Version", &summary.version);
    facts.text("Source", &summary.source);
    facts.text("Author", &detail.metadata.author);
    facts.text("License", &detail.metadata.license);
    facts.styled("Tools", comma_list(&detail.metadata.tools));
    if let Some(row) = &detail.row {
        facts.styled("Aliases", comma_list(&row.aliases));
        facts.styled("Platforms", comma_list(&row.target_platforms));
    }
    facts.lines(
        "Tags",
        tag_lines(&detail.tags, &TagColors::of(tags, ui.styling())),
    );
    facts.styled("Groups", comma_list(&summary.groups));
    facts.lines("Ratings", detail.ratings.iter().map(rating_line).collect());
    facts.lines("Members", member_lines(&detail.parts));
    facts.styled("Part of", comma_list(&detail.parts.part_of));
    let only_parts = detail.row.is_none() && summary.path.is_empty();
    if detail.row.is_none() && !only_parts {
        facts.text("Manifest", "has no row for it; the file makes it");
    }
    if only_parts {
        facts.text("Manifest", "has its members only");
    } else if summary.path.is_empty() {
        facts.styled("Files", style::warning("missing"));
    }
    facts.print(ui)
}

/// A line for each part of a composite.
fn member_lines(parts: &Parts) -> Vec<String> {
    let line = |member: &Member| {
        let text = member.to_string();
        let shown = escaped(&text);
        if parts.missing.contains(member) {
            format!("{shown}  {}", style::warning("missing"))
        } else {
            shown.into_owned()
        }
    };
    parts.members.iter().map(line).collect()
}

/// A line for each tag, with all of its sources.
fn tag_lines(tags: &[EffectiveTag], colors: &TagColors<'_>) -> Vec<String> {
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    for tag in tags {
        let source = match tag.source {
            TagSource::Manifest => "manifest",
            TagSource::File => "file",
        };
        match lines
            .iter_mut()
            .find(|(slug, _)| *slug == tag.slug.as_str())
        {
            Some((_, sources)) => sources.push(source),
            None => lines.push((tag.slug.as_str(), vec![source])),
        }
    }
    let line = |(slug, mut sources): (&str, Vec<&str>)| {
        sources.dedup();
        format!(
            "{} {}",
            colors.shown(slug),
            style::dim(&format!("({})", sources.join(", ")))
        )
    };
    lines.into_iter().map(line).collect()
}

/// `★★★★☆  jo@example.com: note`.
fn rating_line(rating: &Rating) -> String {
    let filled = usize::try_from(rating.rating.clamp(0, 5)).unwrap_or_default();
    let stars = match rating.rating {
        0..=5 => format!("{}{}", "★".repeat(filled), "☆".repeat(5 - filled)),
        odd => format!("★{odd}"),
    };
    let line = format!("{stars}  {}", escaped(&rating.by));
    if rating.note.is_empty() {
        return line;
    }
    format!("{line}: {}", one_line(&rating.note))
}
