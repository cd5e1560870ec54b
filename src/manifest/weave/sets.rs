//! Merged sets, put into a record.

use super::apply::Workshop;
use super::list::{Fresh, Lists};
use super::record::{Form, Found};
use crate::manifest::write;
use crate::model::merged::Entry;
use crate::model::side::{Side, Sides};

impl Workshop<'_> {
    /// Makes a list hold these entries.
    pub(super) fn put_list(&self, form: &mut Form, path: &[String], entries: &[Entry]) {
        let raws = self.forms.map(|form| {
            let found = form.as_ref().map_or_else(Vec::new, |form| form.found(path));
            found.into_iter().find(|found| found.path == path)
        });
        let lists = Lists {
            raws: raws.map(|found| found.as_ref().map(|found| found.raw.as_str())),
            newline: self.newline,
        };
        let own = form
            .found(path)
            .into_iter()
            .find(|found| found.path == path);
        let source = [self.start, Side::Ours, Side::Theirs, Side::Base]
            .into_iter()
            .find(|side| raws.of(*side).is_some())
            .unwrap_or(self.start);
        let is_members = path.last().is_some_and(|key| key == "members");
        let fresh = match form {
            Form::Sections(_) if is_members => Fresh::Lines(""),
            _ => Fresh::Words,
        };
        let raw = lists.with(entries, source, fresh);
        let has_comment =
            raw.contains('#') || own.as_ref().is_some_and(|own| !own.behind.is_empty());
        if entries.is_empty() && !has_comment && !self.keeps_empty(path, &raws) {
            self.put(form, path, Vec::new(), Vec::new(), None);
            return;
        }
        let found = match (own, raws.of(source)) {
            (None, Some(found)) => Found {
                raw,
                ..found.clone()
            },
            _ => Found::new(path.to_vec(), raw, self.preceding(path)),
        };
        self.put(form, path, vec![found], Vec::new(), None);
    }

    /// Whether a list that came out empty keeps its key: where the dialect has it so, unless a side took it out.
    fn keeps_empty(&self, path: &[String], raws: &Sides<Option<Found>>) -> bool {
        let (Some(table), [key]) = (self.table, path) else {
            return true;
        };
        let has_key = |side: &Side| self.forms.of(*side).is_none() || raws.of(*side).is_some();
        write::keeps_empty(table, key, self.dialect) && Side::CHANGED.iter().all(has_key)
    }
}
