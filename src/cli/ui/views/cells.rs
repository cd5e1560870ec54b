//! Small pieces that several views share.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::cli::ui::settings::Styling;
use crate::cli::ui::style;
use crate::cli::ui::text::escaped;
use crate::model::color::Color;
use crate::model::listing::TagSummary;
use crate::model::slug::Slug;

/// The colours in which tags are shown, by their slugs.
#[derive(Debug, Clone)]
pub struct TagColors<'a> {
    shown: HashMap<&'a str, String>,
    styling: Styling,
}

impl<'a> TagColors<'a> {
    /// The colours of these tags: their definitions', else by their names. None where styles are stripped anyway.
    pub fn of(tags: &'a [TagSummary], styling: Styling) -> Self {
        let shown = |tag: &TagSummary| style::tinted(&color_of(tag), &format!("#{}", tag.slug));
        let tags = match styling {
            Styling::Kept => tags,
            Styling::Stripped => &[],
        };
        Self {
            shown: tags
                .iter()
                .map(|tag| (tag.slug.as_str(), shown(tag)))
                .collect(),
            styling,
        }
    }

    /// A less important text beside the tags.
    pub fn dim<'t>(&self, text: &'t str) -> Cow<'t, str> {
        style::dim_where_kept(self.styling, text)
    }

    /// `#slug` in the tag's colour.
    pub fn shown(&self, slug: &str) -> String {
        let mut shown = String::new();
        self.push(&mut shown, slug);
        shown
    }

    fn push(&self, line: &mut String, slug: &str) {
        match (self.shown.get(slug), self.styling) {
            (Some(shown), _) => line.push_str(shown),
            (None, Styling::Kept) => {
                let tag = format!("#{slug}");
                line.push_str(&style::tinted(&Color::of_tag_name(slug), &tag));
            }
            (None, Styling::Stripped) => {
                line.push('#');
                line.push_str(&escaped(slug));
            }
        }
    }

    /// A tag as it is written, a name or a slug, in its colour.
    pub fn shown_as_written(&self, text: &str, tags: &[TagSummary]) -> String {
        match tags.iter().find(|tag| tag.name == text) {
            Some(tag) => self.shown(tag.slug.as_str()),
            None => self.shown(text),
        }
    }

    /// `#one #two`, each in its colour.
    pub fn list(&self, slugs: &[Slug]) -> String {
        let mut line = String::new();
        for slug in slugs {
            if !line.is_empty() {
                line.push(' ');
            }
            self.push(&mut line, slug.as_str());
        }
        line
    }
}

/// The colour of a tag: its definition's, else by its name.
pub fn color_of(tag: &TagSummary) -> Color {
    tag.color
        .parse()
        .unwrap_or_else(|_| Color::of_tag_name(&tag.name))
}

/// The mean of ratings, as `★4` or `★4.5`; empty when there are none.
pub fn stars(rating: Option<f64>) -> String {
    let Some(rating) = rating else {
        return String::new();
    };
    let text = format!("{rating:.1}");
    format!("★{}", text.strip_suffix(".0").unwrap_or(&text))
}

/// The texts, escaped and joined by commas.
pub fn comma_list<T: ToString>(items: &[T]) -> String {
    items
        .iter()
        .map(|item| escaped(&item.to_string()).into_owned())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_are_short() {
        assert_eq!(stars(Some(4.0)), "★4");
        assert_eq!(stars(Some(4.25)), "★4.2");
        assert_eq!(stars(None), "");
    }

    #[test]
    fn tags_without_a_definition_have_a_colour_too() {
        let shown = TagColors::of(&[], Styling::Kept).shown("backend");
        assert!(
            shown.starts_with("\u{1b}[38;2;") && shown.contains("#backend"),
            "{shown:?}"
        );
    }
}
