//! The three versions that meet in a merge.

/// One of the three versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The common ancestor.
    Base,
    /// The version that is merged into.
    Ours,
    /// The version that is merged.
    Theirs,
}

impl Side {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Base, Self::Ours, Self::Theirs];

    /// The two that were changed.
    pub const CHANGED: [Self; 2] = [Self::Ours, Self::Theirs];

    /// Theirs for ours, and the other way round; the base is its own.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Base => Self::Base,
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
        }
    }

    /// `base`, `ours` or `theirs`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }
}

/// Something in three versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides<T> {
    /// That of the common ancestor.
    pub base: T,
    /// That of the version that is merged into.
    pub ours: T,
    /// That of the version that is merged.
    pub theirs: T,
}

impl<T> Sides<T> {
    /// Makes each of the three.
    pub fn each(mut make: impl FnMut(Side) -> T) -> Self {
        Self {
            base: make(Side::Base),
            ours: make(Side::Ours),
            theirs: make(Side::Theirs),
        }
    }

    /// One of the three.
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Base => &self.base,
            Side::Ours => &self.ours,
            Side::Theirs => &self.theirs,
        }
    }

    /// One of the three, to change.
    pub fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Base => &mut self.base,
            Side::Ours => &mut self.ours,
            Side::Theirs => &mut self.theirs,
        }
    }

    /// All three, turned into something else.
    pub fn map<'a, U>(&'a self, mut turn: impl FnMut(&'a T) -> U) -> Sides<U> {
        Sides::each(|side| turn(self.of(side)))
    }
}
