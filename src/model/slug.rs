//! The key of a tag definition.

use std::fmt;
use std::str::FromStr;

use super::error::ModelError;

/// The longest slug, in characters.
pub const SLUG_LIMIT: usize = 100;

/// A tag's key: `^[a-z0-9]+(-[a-z0-9]+)*$`, at most 100 characters, when a command made it.
///
/// A slug that stands in a file is kept as it is ([`Slug::stored`]); [`Slug::is_regular`] tells whether it follows
/// the rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Makes the slug of a tag's name: transliterated to ASCII, lower case, everything else a hyphen.
    pub fn from_name(name: &str) -> Result<Self, ModelError> {
        let ascii = deunicode::deunicode(name).to_ascii_lowercase();
        let words: Vec<&str> = ascii
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        words.join("-").parse().map_err(|_| ModelError::NoSlug {
            name: name.to_owned(),
        })
    }

    /// Keeps a slug that stands in a file.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The slug as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the slug follows the rule for slugs that a command makes.
    pub fn is_regular(&self) -> bool {
        self.0.parse::<Self>().is_ok()
    }
}

impl FromStr for Slug {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let regular = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if text.len() > SLUG_LIMIT || !text.split('-').all(regular) {
            return Err(ModelError::Slug {
                text: text.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a slug made of a text drops a sign that tells it from other names: `C#` and `C++` are not `C`. What only
/// separates words does not count.
pub fn loses_signs(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_ascii_punctuation() && !"-_./:,'".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_of_names() {
        let slug = |name| Slug::from_name(name).map(|slug| slug.to_string());
        assert_eq!(
            slug("Server-side  Code!").as_deref(),
            Ok("server-side-code")
        );
        assert_eq!(slug("Über Größe").as_deref(), Ok("uber-grosse"));
        assert_eq!(slug("C++").as_deref(), Ok("c"));
        assert!(slug("+++").is_err());
        assert!(slug(&"x".repeat(101)).is_err());
    }
}
