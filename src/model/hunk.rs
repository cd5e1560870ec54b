//! What differs between two texts: lines, and the words in them.

/// A stretch of two texts in which they differ, with some lines that they share around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The first line of the stretch in the older text, counted from 1; 0 when that text has no line there.
    pub old_start: usize,
    /// How many lines of the older text it has.
    pub old_count: usize,
    /// The first line of the stretch in the newer text.
    pub new_start: usize,
    /// How many lines of the newer text it has.
    pub new_count: usize,
    /// Its lines, in order.
    pub lines: Vec<Line>,
}

/// A line, without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which of the texts has it.
    pub origin: Origin,
    /// The line, in pieces.
    pub pieces: Vec<Piece>,
}

/// Which of two texts has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Both.
    Both,
    /// The older one.
    Old,
    /// The newer one.
    New,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// It stands in the line's counterpart, too, or the line has none.
    Same(String),
    /// By this the line differs from its counterpart.
    Differs(String),
}

impl Origin {
    /// What stands before such a line: a space, `-` or `+`.
    pub fn sign(self) -> char {
        match self {
            Self::Both => ' ',
            Self::Old => '-',
            Self::New => '+',
        }
    }
}

impl Piece {
    /// The text.
    pub fn text(&self) -> &str {
        match self {
            Self::Same(text) | Self::Differs(text) => text,
        }
    }
}

impl Line {
    /// The text.
    pub fn text(&self) -> String {
        self.pieces.iter().map(Piece::text).collect()
    }
}

impl Hunk {
    /// The line above a hunk, as git writes it: `@@ -1,3 +1,4 @@`.
    pub fn heading(&self) -> String {
        let range = |start: usize, count: usize| match count {
            1 => start.to_string(),
            count => format!("{start},{count}"),
        };
        format!(
            "@@ -{} +{} @@",
            range(self.old_start, self.old_count),
            range(self.new_start, self.new_count)
        )
    }

    /// How many of its lines have this origin.
    pub fn count(&self, origin: Origin) -> usize {
        let found = self.lines.iter().filter(|line| line.origin == origin);
        found.count()
    }
}
