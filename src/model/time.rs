//! Moments, as git keeps them.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::Offset;

/// A moment: seconds since 1970 in UTC, with the offset from UTC of the place where it was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Seconds east of UTC, within ±24 hours.
    pub offset: i32,
}

impl Moment {
    /// The moment in UTC without an offset and without seconds' fractions, as SkillMeat 0.74 writes it.
    pub fn naive_utc(self) -> String {
        let text = Self { offset: 0, ..self }.to_string();
        text.trim_end_matches('Z')
            .trim_end_matches("+00:00")
            .to_owned()
    }
}

impl fmt::Display for Moment {
    /// RFC 3339, in the moment's own offset.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = Timestamp::from_second(self.seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        timestamp.display_with_offset(offset).fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_rfc_3339() {
        let moment = Moment {
            seconds: 1_764_000_000,
            offset: 7_200,
        };
        assert_eq!(moment.to_string(), "2025-11-24T18:00:00+02:00");
        assert_eq!(moment.naive_utc(), "2025-11-24T16:00:00");
    }
}
