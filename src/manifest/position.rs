//! Bytes to lines and columns, as people count them.

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub(super) struct LineStarts(Vec<usize>);

impl LineStarts {
    /// Finds the lines of a text.
    pub(super) fn of(text: &str) -> Self {
        let after = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self(
            std::iter::once(super::scan::bom(text))
                .chain(after)
                .collect(),
        )
    }

    /// The 1-based line and column (in characters) of a byte.
    pub(super) fn position(&self, text: &str, at: usize) -> (u32, u32) {
        let line = self.0.partition_point(|start| *start <= at).max(1);
        let start = self.0[line - 1];
        let column = text
            .get(start..at.max(start))
            .map_or(0, |before| before.chars().count())
            + 1;
        (count(line), count(column))
    }
}

/// The 1-based line and column of a byte in bytes that may not be UTF-8; the bytes before it are.
pub(super) fn position_in(bytes: &[u8], at: usize) -> (u32, u32) {
    let before = String::from_utf8_lossy(&bytes[..at.min(bytes.len())]);
    LineStarts::of(&before).position(&before, before.len())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
