//! Which artifacts a filter lets through.

use std::collections::HashSet;

use rusqlite::{Connection, Result, params_from_iter};

use crate::model::listing::{Filter, Grouping};

/// The numbers of the artifacts that match; nothing when the filter lets all through.
pub(super) fn matching(connection: &Connection, filter: &Filter) -> Result<Option<HashSet<i64>>> {
    let mut conditions = Conditions::default();
    conditions.groups(filter);
    conditions.tags(filter);
    conditions.kinds(filter);
    if filter.grouping == Grouping::Ungrouped {
        conditions.texts.push(
            "id NOT IN (SELECT artifact_id FROM group_artifacts WHERE artifact_id IS NOT NULL)"
                .to_owned(),
        );
    }
    if conditions.texts.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT id FROM artifacts WHERE {}",
        conditions.texts.join(" AND ")
    );
    connection
        .prepare(&sql)?
        .query_map(params_from_iter(conditions.parameters), |row| row.get(0))?
        .collect::<Result<_>>()
        .map(Some)
}

/// Conditions of a query and what is bound in them, in the same order.
#[derive(Debug, Default)]
struct Conditions {
    texts: Vec<String>,
    parameters: Vec<String>,
}

impl Conditions {
    fn groups(&mut self, filter: &Filter) {
        if !filter.groups.is_empty() {
            let names = self.bind(filter.groups.iter().map(|name| name.key().into_owned()));
            self.texts.push(format!(
                "id IN (SELECT artifact_id FROM group_artifacts JOIN groups ON groups.id = group_id \
                 WHERE groups.name_key IN ({names}))"
            ));
        }
    }

    fn tags(&mut self, filter: &Filter) {
        for slug in &filter.tags {
            let slug = self.bind([slug.to_string()]);
            self.texts.push(format!(
                "id IN (SELECT artifact_id FROM artifact_tags WHERE slug = {slug})"
            ));
        }
    }

    fn kinds(&mut self, filter: &Filter) {
        if !filter.kinds.is_empty() {
            let words = self.bind(filter.kinds.iter().map(|kind| kind.as_str().to_owned()));
            self.texts.push(format!("type IN ({words})"));
        }
    }

    /// Keeps the values and gives the marks that stand for them.
    fn bind(&mut self, values: impl IntoIterator<Item = String>) -> String {
        let before = self.parameters.len();
        self.parameters.extend(values);
        vec!["?"; self.parameters.len() - before].join(", ")
    }
}
