//! Colours of groups and tags.

use std::fmt;
use std::str::FromStr;

use super::error::ModelError;

/// SkillMeat's palette for groups, by name.
const PALETTE: [(&str, [u8; 3]); 5] = [
    ("slate", [0x64, 0x74, 0x8b]),
    ("blue", [0x3b, 0x82, 0xf6]),
    ("green", [0x22, 0xc5, 0x5e]),
    ("amber", [0xf5, 0x9e, 0x0b]),
    ("rose", [0xf4, 0x3f, 0x5e]),
];

/// The colours in which tags without one are shown.
const TAG_COLORS: [[u8; 3]; 14] = [
    [0x63, 0x66, 0xf1],
    [0x8b, 0x5c, 0xf6],
    [0xd9, 0x46, 0xef],
    [0xec, 0x48, 0x99],
    [0xf4, 0x3f, 0x5e],
    [0xef, 0x44, 0x44],
    [0xf9, 0x73, 0x16],
    [0xea, 0xb3, 0x08],
    [0x84, 0xcc, 0x16],
    [0x22, 0xc5, 0x5e],
    [0x14, 0xb8, 0xa6],
    [0x06, 0xb6, 0xd4],
    [0x0e, 0xa5, 0xe9],
    [0x3b, 0x82, 0xf6],
];

/// A colour that a terminal can show, with the text that stands for it in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color {
    text: String,
    rgb: [u8; 3],
}

impl Color {
    /// Red, green and blue, 0 to 255 each.
    pub fn rgb(&self) -> [u8; 3] {
        self.rgb
    }

    /// The text as it stands in files.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The colour in which a tag without one is shown: by a hash of its lower-cased name, as SkillMeat does it.
    pub fn of_tag_name(name: &str) -> Self {
        let hash = name
            .to_lowercase()
            .encode_utf16()
            .fold(0_i32, |hash, unit| {
                hash.wrapping_mul(31).wrapping_add(i32::from(unit))
            });
        let count = u32::try_from(TAG_COLORS.len()).unwrap_or(u32::MAX);
        let rgb = TAG_COLORS[(hash.unsigned_abs() % count) as usize];
        let [red, green, blue] = rgb;
        Self {
            text: format!("#{red:02x}{green:02x}{blue:02x}"),
            rgb,
        }
    }
}

impl FromStr for Color {
    type Err = ModelError;

    /// Reads `#RRGGBB` or a palette name.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        let named = PALETTE
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, rgb)| *rgb);
        let rgb = named.or_else(|| hexadecimal(text));
        rgb.map(|rgb| Self {
            text: text.to_owned(),
            rgb,
        })
        .ok_or_else(|| ModelError::Color {
            text: text.to_owned(),
        })
    }
}

fn hexadecimal(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_hexadecimal_or_named() {
        assert_eq!(
            "#10B981".parse::<Color>().map(|color| color.rgb()),
            Ok([0x10, 0xb9, 0x81])
        );
        assert_eq!(
            "amber".parse::<Color>().map(|color| color.rgb()),
            Ok([0xf5, 0x9e, 0x0b])
        );
        for text in ["", "#fff", "teal", "#10B98G", "10B981", "#é0000"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_tag_without_colour_has_one_by_its_name() {
        assert_eq!(Color::of_tag_name("Backend"), Color::of_tag_name("backend"));
    }
}
