//! Which artifact an entry in a list of members means, asked for many entries: each costs one look by its name.

use std::collections::HashMap;

use crate::model::name::{ArtifactId, Member, Name};

/// The artifacts that names without a type may mean.
pub(super) struct Meanings<'a> {
    /// Nothing where several artifacts share the name.
    by_name: HashMap<&'a Name, Option<&'a ArtifactId>>,
}

impl<'a> Meanings<'a> {
    /// Among these artifacts: all there are, or at least all that share a name with those that are looked for.
    pub(super) fn among(all: &'a [ArtifactId]) -> Self {
        let mut by_name = HashMap::with_capacity(all.len());
        for id in all {
            by_name
                .entry(&id.name)
                .and_modify(|known| *known = None)
                .or_insert(Some(id));
        }
        Self { by_name }
    }

    /// The artifact that an entry means; nothing for a name without a type that is nobody's or of several.
    pub(super) fn of<'m>(&'m self, member: &'m Member) -> Option<&'m ArtifactId> {
        match member {
            Member::Typed(id) => Some(id),
            Member::Bare(name) => self.by_name.get(name).copied().flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ArtifactId {
        text.parse().expect("an id")
    }

    #[test]
    fn a_bare_name_means_the_only_artifact_of_that_name() {
        let all = [id("skill:one"), id("skill:two"), id("agent:two")];
        let meanings = Meanings::among(&all);
        let meaning = |text: &str| meanings.of(&Member::stored(text)).cloned();
        assert_eq!(meaning("one"), Some(id("skill:one")));
        assert_eq!(meaning("two"), None);
        assert_eq!(meaning("three"), None);
        assert_eq!(meaning("agent:two"), Some(id("agent:two")));
        assert_eq!(meaning("skill:gone"), Some(id("skill:gone")));
    }
}
