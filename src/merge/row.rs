//! One row in three versions, field by field.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::entity::{Entities, Fields};
use super::field::Field;
use super::identity::Identities;
use super::list::{List, Sorting};
use super::references::Reference;
use super::schema::{Kind, kind, together};
use crate::model::datum::Datum;
use crate::model::record::FieldPath;
use crate::model::side::{Side, Sides};

/// A row in three versions. A side that does not have it has no opinion: it is taken to be as in the base.
pub(super) struct Row<'s> {
    table: &'s str,
    fields: Sides<Cow<'s, Fields>>,
    comments: Sides<&'s [String]>,
}

impl<'s> Row<'s> {
    /// Takes up an entity of which at least one version is there.
    pub(super) fn of(entities: &Entities<'s>, entity: usize) -> Self {
        let own = |side| entities.fields(entity, side);
        let base = own(Side::Base).unwrap_or_default();
        let fields = Sides {
            base,
            ours: own(Side::Ours).unwrap_or(base),
            theirs: own(Side::Theirs).unwrap_or(base),
        };
        Self {
            table: &entities.sheet.table,
            fields: without_overlaps(fields),
            comments: Sides::each(|side| {
                let record = entities.record(entity, side);
                record.map_or(&[] as &[_], |record| record.comments.as_slice())
            }),
        }
    }

    /// The paths of all fields: ours in their order, then what only others have.
    pub(super) fn paths(&self) -> Vec<&FieldPath> {
        let mut seen = HashSet::new();
        [Side::Ours, Side::Theirs, Side::Base]
            .iter()
            .flat_map(|side| self.fields.of(*side).iter())
            .map(|(path, _)| path)
            .filter(|path| seen.insert(*path))
            .collect()
    }

    /// What a field is in its table.
    pub(super) fn kind(&self, path: &FieldPath) -> Kind {
        kind(self.table, path)
    }

    /// The fields that are one value together with this one, itself among them.
    pub(super) fn together(&self, path: &FieldPath) -> Vec<FieldPath> {
        match together(self.table, path) {
            [] => vec![path.clone()],
            keys => keys.iter().map(|key| FieldPath::of(*key)).collect(),
        }
    }

    /// What a version has at a path.
    pub(super) fn value(&self, side: Side, path: &FieldPath) -> Option<&Datum> {
        let found = self.fields.of(side).iter().find(|(own, _)| own == path);
        found.map(|(_, datum)| datum)
    }

    /// A field in three versions.
    pub(super) fn field(&self, path: &FieldPath) -> Field<'_> {
        Field {
            kind: self.kind(path),
            values: Sides::each(|side| self.value(side, path)),
        }
    }

    /// A field that is a set, with what its entries mean; nothing when it holds something else in some version.
    pub(super) fn list(&self, identities: &Identities<'_>, path: &FieldPath) -> Option<List<'_>> {
        let kind = self.kind(path);
        let resolve = |side: Side, text: &String| match kind {
            Kind::Members | Kind::Artifact => identities.member(side, text),
            Kind::Tags => identities.tag(side, text),
            _ => Reference::Word(text.clone()),
        };
        let texts = |side: Side| match self.value(side, path) {
            None => Some(&[] as &[String]),
            Some(Datum::List(items)) => Some(items.as_slice()),
            Some(Datum::Text(text)) if kind == Kind::Artifact => Some(std::slice::from_ref(text)),
            Some(datum) => datum.is_empty().then_some(&[] as &[String]),
        };
        let texts = Sides {
            base: texts(Side::Base)?,
            ours: texts(Side::Ours)?,
            theirs: texts(Side::Theirs)?,
        };
        let meanings = Sides::each(|side| {
            let own = texts.of(side).iter();
            own.map(|text| resolve(side, text)).collect()
        });
        Some(List { texts, meanings })
    }

    /// Whether a side has a comment that the base has not. One that only went would go with the row as well.
    fn is_remarked(&self, side: Side) -> bool {
        let comments = self.comments.of(side).iter();
        comments
            .into_iter()
            .any(|comment| !self.comments.base.contains(comment))
    }

    /// Whether a side changed anything but what only renders an order or a moment.
    pub(super) fn is_changed(&self, identities: &Identities<'_>, side: Side) -> bool {
        if self.is_remarked(side) {
            return true;
        }
        self.paths().into_iter().any(|path| {
            let sorting = match self.kind(path) {
                Kind::Position | Kind::Later | Kind::Earlier => return false,
                kind => sorting(kind),
            };
            let list = sorting.and_then(|sorting| Some((self.list(identities, path)?, sorting)));
            match list {
                Some((list, sorting)) => {
                    let kind = self.kind(path);
                    list.is_changed(side, sorting, &|one| identities.is_gone(kind, one, side))
                }
                None => !self.field(path).is_same(Side::Base, side),
            }
        })
    }
}

/// How the lists of a kind are sorted; nothing for what is no list.
pub(super) fn sorting(kind: Kind) -> Option<Sorting> {
    match kind {
        Kind::Members | Kind::Artifact => Some(Sorting::Matters),
        Kind::Tags | Kind::Words => Some(Sorting::Free),
        _ => None,
    }
}

/// Where one version has a value and another a table at the same place, the table is taken as one value.
fn without_overlaps(fields: Sides<&Fields>) -> Sides<Cow<'_, Fields>> {
    let all: BTreeSet<&FieldPath> = Side::ALL
        .iter()
        .flat_map(|side| fields.of(*side).iter().map(|(path, _)| path))
        .collect();
    let paths: Vec<&FieldPath> = all.into_iter().collect();
    let mut tops: Vec<&FieldPath> = Vec::new();
    for pair in paths.windows(2) {
        let covered = tops.last().is_some_and(|top| pair[0].is_within(top));
        if !covered && pair[1].is_within(pair[0]) {
            tops.push(pair[0]);
        }
    }
    if tops.is_empty() {
        return fields.map(|fields| Cow::Borrowed(*fields));
    }
    fields.map(|fields| Cow::Owned(with_tops(fields, &tops)))
}

fn with_tops(fields: &Fields, tops: &[&FieldPath]) -> Vec<(FieldPath, Datum)> {
    let mut result: Vec<(FieldPath, Datum)> = Vec::new();
    let mut inside: HashMap<&FieldPath, Vec<String>> = HashMap::new();
    for (path, datum) in fields {
        match tops.iter().find(|top| path.is_within(top)) {
            Some(top) if path != *top => {
                let text = format!("{path} = {datum}");
                inside.entry(top).or_default().push(text);
            }
            _ => result.push((path.clone(), datum.clone())),
        }
    }
    for (top, mut pairs) in inside {
        pairs.sort_unstable();
        result.retain(|(path, _)| path != top);
        let text = format!("{{ {} }}", pairs.join(", "));
        result.push((top.clone(), Datum::Other(text)));
    }
    result
}
