//! Changes of fields to changes of a record's text.

use super::comments::{comment_lines, converted};
use super::inline::{self, Setting};
use super::record::{Form, Found};
use super::text::{LineText, RecordText, SectionText};
use crate::manifest::set::quoted_like;
use crate::manifest::write;
use crate::model::collection::Dialect;
use crate::model::datum::Datum;
use crate::model::merged::{Change, Outcome};
use crate::model::record::dotted;
use crate::model::row::Table;
use crate::model::side::{Side, Sides};

/// What a record's text is changed with.
pub(super) struct Workshop<'a> {
    /// The record in each version.
    pub(super) forms: &'a Sides<Option<Form>>,
    /// The record's table, if it is a known one.
    pub(super) table: Option<Table>,
    /// The dialect of our document.
    pub(super) dialect: Dialect,
    /// The version that the text begins with.
    pub(super) start: Side,
    /// The newline of our document.
    pub(super) newline: &'static str,
}

impl Workshop<'_> {
    /// Applies the changes of a record, as a version would have what is not decided.
    pub(super) fn changed(&self, mut form: Form, changes: &[Change], side: Side) -> Form {
        let is_clash = |change: &&Change| matches!(change.outcome, Outcome::Clash { .. });
        for change in changes.iter().filter(|change| !is_clash(change)) {
            self.apply(&mut form, change.path.keys(), &change.outcome);
        }
        for change in changes.iter().filter(is_clash) {
            let Outcome::Clash { conflict, versions } = &change.outcome else {
                continue;
            };
            self.apply(&mut form, change.path.keys(), versions.of(side));
            if let Form::Sections(text) = &mut form {
                mark(text, change.path.keys(), *conflict);
            }
        }
        form
    }

    fn apply(&self, form: &mut Form, path: &[String], outcome: &Outcome) {
        match outcome {
            Outcome::Take(side) => {
                let source = self.forms.of(*side).as_ref();
                let found = source.map_or_else(Vec::new, |source| source.found(path));
                let arrays = source.map_or_else(Vec::new, |source| source.arrays(path));
                let empty = source
                    .and_then(|source| source.section(path))
                    .filter(|section| section.lines.is_empty());
                self.put(form, path, found, arrays, source);
                if let (Some(section), Form::Sections(text)) = (empty, form)
                    && !text.sections.iter().any(|own| own.path.starts_with(path))
                {
                    self.add_section(text, section.clone());
                }
            }
            Outcome::Value(datum) if datum.is_empty() => {
                self.put(form, path, Vec::new(), Vec::new(), None);
            }
            Outcome::Value(datum) => {
                let raw = self.raw_of(form, path, datum);
                let found = Found::new(path.to_vec(), raw, self.preceding(path));
                self.put(form, path, vec![found], Vec::new(), None);
            }
            Outcome::List(entries) => self.put_list(form, path, entries),
            Outcome::Clash { .. } => {}
        }
    }

    fn raw_of(&self, form: &Form, path: &[String], datum: &Datum) -> String {
        let there = form.found(path);
        match (datum, there.as_slice()) {
            (Datum::Text(text), [one]) if one.path == path => quoted_like(&one.raw, text),
            (Datum::List(items), _) if path.last().is_some_and(|key| key == "members") => {
                converted(&write::lines(items, ""), self.newline)
            }
            _ => datum.to_string(),
        }
    }

    /// Keys that are written before one, in the order of a new row.
    pub(super) fn preceding(&self, path: &[String]) -> Vec<Vec<String>> {
        let order = self.table.map_or(&[] as &[&str], write::order);
        let own = order
            .iter()
            .position(|key| path == [*key])
            .unwrap_or_default();
        order[..own]
            .iter()
            .map(|key| vec![(*key).to_owned()])
            .collect()
    }

    /// Makes a record hold exactly these values at a path and in the table there.
    pub(super) fn put(
        &self,
        form: &mut Form,
        path: &[String],
        found: Vec<Found>,
        arrays: Vec<SectionText>,
        source: Option<&Form>,
    ) {
        match form {
            Form::Inline(text) => {
                let keep = found.len() == 1 && found[0].path == path;
                if !keep {
                    *text = inline::set(text, &[], path, Setting::Absent, self.newline)
                        .unwrap_or_else(|| text.clone());
                }
                for one in found {
                    let known = self.preceding(&one.path);
                    let before = if known.is_empty() {
                        &one.before
                    } else {
                        &known
                    };
                    *text = inline::with(text, &one.path, &one.raw, before, self.newline);
                }
            }
            Form::Sections(text) => self.put_in_sections(text, path, found, arrays, source),
        }
    }

    fn put_in_sections(
        &self,
        text: &mut RecordText,
        path: &[String],
        found: Vec<Found>,
        arrays: Vec<SectionText>,
        source: Option<&Form>,
    ) {
        if let ([one], true) = (found.as_slice(), arrays.is_empty())
            && one.path == path
        {
            let raw = converted(&one.raw, self.newline);
            if let [(section, line)] = text.lines_within(path)[..]
                && text.sections[section].lines[line].path == path
            {
                text.sections[section].lines[line].set_raw(&raw);
                return;
            }
            if let Some((section, line)) = text.line_around(path) {
                let line = &mut text.sections[section].lines[line];
                let setting = Setting::Value {
                    raw: &raw,
                    before: &one.before,
                };
                if let Some(raw) = inline::set(line.raw(), &line.path, path, setting, self.newline)
                {
                    line.set_raw(&raw);
                }
                return;
            }
        }
        let place = text.arrays_within(path).first().copied();
        self.remove(text, path, source);
        for one in found {
            self.insert(text, one);
        }
        match place {
            Some(at) => {
                let at = at.min(text.sections.len());
                text.sections
                    .splice(at..at, arrays.into_iter().map(|one| self.fresh(one)));
            }
            None => {
                for section in arrays {
                    self.add_section(text, section);
                }
            }
        }
    }

    /// Takes out everything at a path.
    fn remove(&self, text: &mut RecordText, path: &[String], source: Option<&Form>) {
        for number in text.arrays_within(path).into_iter().rev() {
            text.sections.remove(number);
        }
        let mut emptied = Vec::new();
        for (section, line) in text.lines_within(path).into_iter().rev() {
            let lines = &mut text.sections[section].lines;
            let removed = lines.remove(line);
            self.keep_own_comments(lines, line, &removed);
            if lines.is_empty() {
                emptied.push(section);
            }
        }
        if let Some((section, line)) = text.line_around(path) {
            let line = &mut text.sections[section].lines[line];
            if let Some(raw) =
                inline::set(line.raw(), &line.path, path, Setting::Absent, self.newline)
            {
                line.set_raw(&raw);
            }
        }
        let stays = |path: &[String]| source.is_some_and(|source| source.section(path).is_some());
        for section in emptied {
            let own = text.sections[section].path.clone();
            if !own.is_empty() && !text.sections[section].head.is_empty() && !stays(&own) {
                text.sections.remove(section);
            }
        }
    }

    /// Comments that only our side wrote above a key that goes stay, above what follows.
    fn keep_own_comments(&self, lines: &mut [LineText], at: usize, removed: &LineText) {
        let in_base = self
            .forms
            .base
            .as_ref()
            .map_or_else(Vec::new, |base| base.found(&removed.path));
        let known: Vec<String> = in_base
            .iter()
            .flat_map(|found| comment_lines(&found.above))
            .map(str::to_owned)
            .collect();
        let own: String = removed
            .lead
            .split_inclusive('\n')
            .filter(|line| {
                line.trim().starts_with('#') && !known.iter().any(|one| one == line.trim())
            })
            .collect();
        if let (Some(next), false, Side::Ours) = (lines.get_mut(at), in_base.is_empty(), self.start)
        {
            next.lead.insert_str(0, &own);
        }
    }

    /// A record of another version, in the form of our document.
    pub(super) fn imported(&self, text: RecordText) -> RecordText {
        RecordText {
            sections: text
                .sections
                .into_iter()
                .map(|one| self.fresh(one))
                .collect(),
        }
    }

    fn fresh(&self, section: SectionText) -> SectionText {
        let line = |line: LineText| {
            let text = converted(&line.text, self.newline);
            let raw = converted(line.raw(), self.newline);
            let start = line.value.start;
            LineText {
                lead: converted(&line.lead, self.newline),
                value: start..start + raw.len(),
                text,
                ..line
            }
        };
        SectionText {
            number: None,
            lead: converted(&section.lead, self.newline),
            head: converted(&section.head, self.newline),
            lines: section.lines.into_iter().map(line).collect(),
            ..section
        }
    }

    /// Adds a section behind the last one that it belongs to.
    fn add_section(&self, text: &mut RecordText, section: SectionText) {
        let around = |own: &SectionText| {
            own.path.starts_with(&section.path) || section.path.starts_with(&own.path)
        };
        let first_key = section.path.first();
        let after = text
            .sections
            .iter()
            .rposition(|own| around(own) && !own.path.is_empty())
            .or_else(|| {
                text.sections
                    .iter()
                    .rposition(|own| own.path.first() == first_key)
            })
            .unwrap_or(text.sections.len().saturating_sub(1));
        let at = (after + 1).min(text.sections.len());
        text.sections.insert(at, self.fresh(section));
    }

    fn insert(&self, text: &mut RecordText, found: Found) {
        let has_container = text
            .sections
            .iter()
            .any(|section| section.path == found.container && !section.is_array);
        let is_dotted = !text.lines_within(&found.container).is_empty();
        if !has_container && !is_dotted && !found.container.is_empty() {
            self.add_section(
                text,
                SectionText {
                    number: None,
                    path: found.container.clone(),
                    is_array: false,
                    lead: found.lead.clone(),
                    head: found.head.clone(),
                    lines: Vec::new(),
                    clash: None,
                },
            );
        }
        let Some(best) = home(text, &found.path) else {
            return;
        };
        let section = &mut text.sections[best];
        let lines = &mut section.lines;
        let known = self.preceding(&found.path);
        let before = match known.as_slice() {
            [] => &found.before,
            known => known,
        };
        let after = before
            .iter()
            .rev()
            .find_map(|key| lines.iter().position(|line| line.path == *key));
        let at = match after {
            Some(line) => line + 1,
            None if before.is_empty() && found.head.is_empty() => lines.len(),
            None => 0,
        };
        let indent = lines.first().map_or("", LineText::indent).to_owned();
        let key = dotted(&found.path[section.path.len()..]);
        lines.insert(at, self.line(&format!("{indent}{key}"), found));
    }

    /// A new statement with this key.
    fn line(&self, key: &str, found: Found) -> LineText {
        let raw = converted(&found.raw, self.newline);
        let behind = match found.behind.as_str() {
            "" => String::new(),
            behind => format!(" {behind}"),
        };
        let start = key.len() + " = ".len();
        LineText {
            path: found.path,
            is_rows: false,
            lead: converted(&found.above, self.newline),
            value: start..start + raw.len(),
            text: format!("{key} = {raw}{behind}{}", self.newline),
            clash: None,
        }
    }
}

/// The section of a record in which a key is put: the innermost one around it.
fn home(text: &RecordText, path: &[String]) -> Option<usize> {
    let fits = |number: &usize| {
        let around = &text.sections[*number].path;
        !text.is_in_array(*number) && path.len() > around.len() && path.starts_with(around)
    };
    let all = (0..text.sections.len()).filter(fits);
    all.max_by_key(|number| text.sections[*number].path.len())
}

/// Marks what stands at a path as part of a conflict.
fn mark(text: &mut RecordText, path: &[String], conflict: usize) {
    for number in text.arrays_within(path) {
        text.sections[number].clash = Some(conflict);
    }
    let lines = text.lines_within(path);
    let around = text.line_around(path);
    for (section, line) in lines.into_iter().chain(around) {
        text.sections[section].lines[line].clash = Some(conflict);
    }
    for section in &mut text.sections {
        let is_new = section.number.is_none() && !section.path.is_empty();
        let of_conflict = |line: &LineText| line.clash == Some(conflict);
        if is_new && !section.lines.is_empty() && section.lines.iter().all(of_conflict) {
            section.clash = Some(conflict);
        }
    }
}
