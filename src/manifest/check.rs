//! What is odd in a manifest without making it invalid.

use std::collections::{HashMap, HashSet};

use super::document::Document;
use super::misshapen::Shape as Misshape;
use super::rows::{Pair, Place, RowView};
use super::{decode, duplicates, header, read, write};
use crate::model::artifact::Artifact;
use crate::model::color::Color;
use crate::model::finding::{Finding, Severity};
use crate::model::layout::MANIFEST;
use crate::model::name::{ArtifactType, Member, NAME_LIMIT, artifact_name_fault};
use crate::model::path::RelativePath;
use crate::model::row::{Row, Table};

impl Document {
    /// Everything that is odd without making the manifest invalid, in the order of the file.
    pub fn findings(&self) -> Vec<Finding> {
        findings(self)
    }
}

fn findings(document: &Document) -> Vec<Finding> {
    let mut checker = Checker {
        document,
        findings: duplicates::warnings(document),
    };
    checker.header();
    checker.tables();
    for table in Table::OF_ROWS {
        checker.rows(table);
        checker.case(table);
    }
    let mut findings = checker.findings;
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

struct Checker<'d> {
    document: &'d Document,
    findings: Vec<Finding>,
}

/// The type that a field should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Integer,
    List,
}

impl Shape {
    fn of(field: &str) -> Self {
        match field {
            "position" | "rating" => Self::Integer,
            "tags" | "members" | "aliases" | "target_platforms" => Self::List,
            _ => Self::Text,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "a whole number",
            Self::List => "a list of strings",
        }
    }

    fn fits(self, field: &str, raw: &str) -> bool {
        match self {
            Self::Text => {
                decode::text(raw).is_some() || (field == "added" && decode::moment(raw).is_some())
            }
            Self::Integer => decode::integer(raw).is_some(),
            Self::List => decode::list(raw).is_some_and(|list| list.iter().all(Option::is_some)),
        }
    }
}

impl<'d> Checker<'d> {
    fn add(
        &mut self,
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        at: usize,
    ) {
        let (line, column) = self.document.position(at);
        self.findings.push(
            Finding::new(severity, code, message)
                .in_file(MANIFEST)
                .at(line, column),
        );
    }

    fn warn(&mut self, code: &'static str, message: impl Into<String>, at: usize) {
        self.add(Severity::Warning, code, message, at);
    }

    fn header(&mut self) {
        let document = self.document;
        for name in write::order(Table::Header) {
            let value = header::value(
                document.text(),
                document.sections(),
                document.dialect(),
                name,
            );
            if let Some(range) =
                value.filter(|range| decode::text(&document.text()[range.clone()]).is_none())
            {
                self.warn(
                    "wrong-type",
                    format!("the header's `{name}` is not a string; it counts as unset"),
                    range.start,
                );
            }
        }
    }

    fn tables(&mut self) {
        for found in self.document.misshapen() {
            let kept = match found.what {
                Misshape::NoList => "; it is kept and not read",
                Misshape::NoTable => "",
            };
            self.warn("wrong-type", format!("{}{kept}", found.fault()), found.at);
        }
    }

    fn rows(&mut self, table: Table) {
        for place in &self.document.table(table).places {
            if let Some(view) = self.document.view(place) {
                self.row(table, place, &view);
            }
        }
    }

    fn row(&mut self, table: Table, place: &Place, view: &RowView<'d>) {
        let start = self.document.start_of(place);
        self.shapes(table, view);
        let at = |name: &str| view.pair(name).map_or(start, |pair| pair.value_at);
        match read::row(table, view) {
            None => {
                let fields = super::rows::key_fields(table).join("` and `");
                let message = format!(
                    "a row of `{}` without `{fields}` is kept and not read",
                    table.as_str()
                );
                self.warn("row-without-key", message, start);
            }
            Some(Row::Tag(tag)) => {
                self.name(&tag.name, at("name"));
                if !tag.slug.is_regular() {
                    let message = format!(
                        "{:?} is not a regular slug (lower-case words joined by hyphens)",
                        tag.slug.as_str()
                    );
                    self.warn("odd-slug", message, at("slug"));
                }
                self.color(&tag.color, at("color"));
            }
            Some(Row::Group(group)) => {
                self.name(group.name.as_str(), at("name"));
                self.color(&group.color, at("color"));
                self.members(&group.members, at("members"));
            }
            Some(Row::Artifact(artifact)) => self.artifact(&artifact, &at),
            Some(Row::Rating(rating)) => {
                if !(1..=5).contains(&rating.rating) {
                    let message = format!(
                        "the rating of {} is not a whole number from 1 to 5",
                        rating.artifact
                    );
                    self.warn("odd-rating", message, at("rating"));
                }
            }
            Some(Row::Composite(composite)) => {
                self.name(composite.name.as_str(), at("name"));
                self.members(&composite.members, at("members"));
            }
        }
    }

    fn shapes(&mut self, table: Table, view: &RowView<'d>) {
        let known = write::order(table);
        for Pair {
            key,
            raw,
            key_at,
            value_at,
        } in &view.pairs
        {
            let name = key.first.as_ref();
            let shape = Shape::of(name);
            if !known.contains(&name) || (key.rest.is_empty() && shape.fits(name, raw)) {
                continue;
            }
            let at = if key.rest.is_empty() {
                *value_at
            } else {
                *key_at
            };
            self.warn(
                "wrong-type",
                format!(
                    "`{name}` is not {}; what is not counts as unset",
                    shape.word()
                ),
                at,
            );
        }
        for (name, at) in view
            .below
            .iter()
            .filter(|(name, _)| known.contains(&name.as_str()))
        {
            let word = Shape::of(name).word();
            self.warn(
                "wrong-type",
                format!("`{name}` is a table, not {word}; it counts as unset"),
                *at,
            );
        }
    }

    fn name(&mut self, name: &str, at: usize) {
        let length = name.chars().count();
        let reason = if name.is_empty() {
            "is empty".to_owned()
        } else if name.chars().any(char::is_control) {
            "holds a control character".to_owned()
        } else if length > NAME_LIMIT {
            format!("has {length} characters, more than {NAME_LIMIT}")
        } else {
            return;
        };
        self.warn(
            "odd-name",
            format!("the name {:?} {reason}", shortened(name)),
            at,
        );
    }

    fn color(&mut self, color: &str, at: usize) {
        if !color.is_empty() && color.parse::<Color>().is_err() {
            let message =
                format!("{color:?} is not a colour (#RRGGBB, or slate, blue, green, amber, rose)");
            self.warn("unknown-color", message, at);
        }
    }

    fn members(&mut self, members: &[Member], at: usize) {
        let mut seen = HashSet::with_capacity(members.len());
        for member in members {
            if !seen.insert(member) {
                self.warn(
                    "duplicate-member",
                    format!("{member} stands twice in this list"),
                    at,
                );
            }
        }
    }

    fn artifact(&mut self, artifact: &Artifact, at: &dyn Fn(&str) -> usize) {
        let name = artifact.id.name.as_str();
        self.name(name, at("name"));
        if !name.is_empty()
            && !name.chars().any(char::is_control)
            && let Some(reason) = artifact_name_fault(name)
        {
            self.warn(
                "artifact-name",
                format!("{:?} is no safe name for files: {reason}", shortened(name)),
                at("name"),
            );
        }
        if let ArtifactType::Other(word) = &artifact.id.kind {
            let message =
                format!("the type {word:?} is not known; the artifact is listed by its row alone");
            self.add(Severity::Note, "unknown-type", message, at("type"));
        }
        if !artifact.path.is_empty() && artifact.path.parse::<RelativePath>().is_err() {
            let message = format!(
                "the path {:?} is not inside the collection; it is not followed",
                artifact.path
            );
            self.warn("unsafe-path", message, at("path"));
        }
    }

    /// Names that differ by case only.
    fn case(&mut self, table: Table) {
        if table == Table::Ratings {
            return;
        }
        let mut seen: HashMap<(String, String), (String, usize)> = HashMap::new();
        for place in &self.document.table(table).places {
            let Some(view) = self.document.view(place) else {
                continue;
            };
            let Some(pair) = view.pair("name") else {
                continue;
            };
            let (Some(name), at) = (decode::text(pair.raw), pair.value_at) else {
                continue;
            };
            let scope = if table == Table::Artifacts {
                view.text("type")
            } else {
                String::new()
            };
            let (other, line) = match seen.entry((scope, name.to_lowercase())) {
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert((name.into_owned(), at));
                    continue;
                }
                std::collections::hash_map::Entry::Occupied(found) => found.get().clone(),
            };
            if other != name {
                let line = self.document.position(line).0;
                let message = format!("{name:?} differs from {other:?} (line {line}) by case only");
                self.warn("case-differs", message, at);
            }
        }
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 60 {
        name.to_owned()
    } else {
        name.chars().take(59).chain(['…']).collect()
    }
}
