//! Full-text search over names, aliases, tags, descriptions and authors.

use std::collections::HashMap;

use rusqlite::{Connection, Result};

use super::database::Database;
use super::error::CacheError;
use super::query::{Scope, summaries};
use super::selection::matching;
use crate::model::listing::{Filter, SearchHit};

impl Database {
    /// The artifacts that hold all words of `query` and match `filter`, the best first, at most `limit`; those that
    /// hold any of the words when none holds them all. The last word may be the beginning of one.
    ///
    /// Nothing in `query` is an operator; what is neither letter nor digit separates words.
    pub fn search(
        &self,
        query: &str,
        filter: &Filter,
        limit: usize,
    ) -> std::result::Result<Vec<SearchHit>, CacheError> {
        let terms = terms(query);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        self.reading(|connection| {
            let hits = find(connection, &terms.join(" AND "), filter, limit)?;
            if hits.is_empty() && terms.len() > 1 {
                return find(connection, &terms.join(" OR "), filter, limit);
            }
            Ok(hits)
        })
    }
}

/// The words as quoted phrases. A phrase without a letter or digit would match nothing and is left out.
fn terms(query: &str) -> Vec<String> {
    let mut terms: Vec<String> = query
        .split(|c: char| c.is_whitespace() || c.is_control() || c == '"')
        .filter(|word| word.contains(char::is_alphanumeric))
        .map(|word| format!("\"{word}\""))
        .collect();
    if let Some(last) = terms.last_mut() {
        last.push('*');
    }
    terms
}

fn find(
    connection: &Connection,
    expression: &str,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<SearchHit>> {
    let numbers = best(connection, expression, filter, limit)?;
    let scope = Scope::of(&numbers);
    let mut snippets = snippets(connection, expression, &scope)?;
    let mut found: HashMap<i64, _> = summaries(connection, &scope)?
        .into_iter()
        .map(|listed| (listed.number, listed.summary))
        .collect();
    let hit = |number| {
        let artifact = found.remove(&number)?;
        Some(SearchHit {
            artifact,
            snippet: snippets.remove(&number).unwrap_or_default(),
        })
    };
    Ok(numbers.into_iter().filter_map(hit).collect())
}

/// The artifacts' numbers, the best first. A word in a name weighs most; equally good ones come by name.
fn best(
    connection: &Connection,
    expression: &str,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<i64>> {
    let allowed = matching(connection, filter)?;
    let mut ranked: Vec<(f64, i64, String, String)> = connection
        .prepare_cached(
            "SELECT bm25(search, 10.0, 8.0, 4.0, 2.0, 1.0), a.id, a.name_key, a.type \
             FROM search JOIN artifacts AS a ON a.id = search.rowid WHERE search MATCH ?1",
        )?
        .query_map([expression], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<_>>()?;
    ranked.retain(|(_, number, ..)| {
        allowed
            .as_ref()
            .is_none_or(|allowed| allowed.contains(number))
    });
    ranked.sort_by(|one, other| {
        one.0
            .total_cmp(&other.0)
            .then_with(|| (&one.2, &one.3).cmp(&(&other.2, &other.3)))
    });
    Ok(ranked
        .into_iter()
        .take(limit)
        .map(|(_, number, ..)| number)
        .collect())
}

fn snippets(
    connection: &Connection,
    expression: &str,
    scope: &Scope,
) -> Result<HashMap<i64, String>> {
    let Scope::Numbers(numbers) = scope else {
        return Ok(HashMap::new());
    };
    connection
        .prepare_cached(
            "SELECT rowid, snippet(search, -1, char(2), char(3), '…', 16) FROM search \
             WHERE search MATCH ?1 AND +rowid IN (SELECT value FROM json_each(?2))",
        )?
        .query_map([expression, numbers.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect()
}
