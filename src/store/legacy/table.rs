//! Rows of any table, however old, half-made or damaged the database is.

use std::collections::HashSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use crate::model::finding::{Finding, Severity};

/// The most rows that are read of one table.
const MOST_ROWS: usize = 1_000_000;

/// The longest text that is taken, in bytes.
const LONGEST: usize = 64 << 10;

/// What one field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing, or something that is neither a text nor a whole number.
    Nothing,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

impl Cell {
    /// The text, or an empty one.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }

    /// The number, also where it was kept as a text.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Nothing => None,
            Self::Integer(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// The tables of a database.
pub(super) struct Tables<'c> {
    connection: &'c Connection,
    known: HashSet<String>,
    missing: Vec<&'static str>,
    findings: Vec<Finding>,
}

impl<'c> Tables<'c> {
    /// Looks which tables there are.
    pub(super) fn of(connection: &'c Connection) -> Self {
        let mut tables = Self {
            connection,
            known: HashSet::new(),
            missing: Vec::new(),
            findings: Vec::new(),
        };
        match names(connection) {
            Ok(known) => tables.known = known,
            Err(error) => tables.name("database-unreadable", &format!("its schema: {error}")),
        }
        tables
    }

    /// The rows of a table, in the order in which they were made; a column that is not there holds nothing.
    pub(super) fn rows<const N: usize>(
        &mut self,
        table: &'static str,
        columns: [&'static str; N],
    ) -> Vec<[Cell; N]> {
        if !self.known.contains(table) {
            self.missing.push(table);
            return Vec::new();
        }
        let there = match columns_of(self.connection, table) {
            Ok(there) => there,
            Err(error) => {
                self.name("database-table", &format!("the table `{table}`: {error}"));
                return Vec::new();
            }
        };
        let absent: Vec<&str> = (columns.iter().copied())
            .filter(|column| !there.contains(*column))
            .collect();
        if !absent.is_empty() {
            let absent = absent.join("`, `");
            self.name(
                "database-column",
                &format!("the table `{table}` has no column `{absent}`"),
            );
        }
        let list = columns.map(|column| {
            if there.contains(column) {
                format!("\"{column}\"")
            } else {
                "NULL".to_owned()
            }
        });
        self.read(
            table,
            &format!("SELECT {} FROM \"{table}\"", list.join(", ")),
        )
    }

    fn read<const N: usize>(&mut self, table: &str, sql: &str) -> Vec<[Cell; N]> {
        let mut found = Vec::new();
        let mut odd = 0;
        let outcome = each(self.connection, sql, |row| {
            let mut cells = [const { Cell::Nothing }; N];
            for (index, cell) in cells.iter_mut().enumerate() {
                *cell = cell_of(row.get_ref(index)?, &mut odd);
            }
            found.push(cells);
            Ok(found.len() < MOST_ROWS)
        });
        if let Err(error) = outcome {
            let read = found.len();
            self.name(
                "database-table",
                &format!("the table `{table}` beyond its first {read} rows: {error}"),
            );
        } else if found.len() == MOST_ROWS {
            self.name(
                "database-table",
                &format!("the table `{table}` beyond its first {MOST_ROWS} rows"),
            );
        }
        if odd > 0 {
            self.name(
                "database-value",
                &format!("{odd} values of the table `{table}`: they are too long, or no text"),
            );
        }
        found
    }

    /// Names what can't be read.
    pub(super) fn name(&mut self, code: &'static str, what: &str) {
        let message = format!("Can't read of SkillMeat's database {what}.");
        self.note(code, message);
    }

    /// Names something, in a sentence.
    pub(super) fn note(&mut self, code: &'static str, message: String) {
        self.findings
            .push(Finding::new(Severity::Warning, code, message));
    }

    /// What was named.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        if !self.missing.is_empty() {
            let missing = self.missing.join("`, `");
            let message = format!(
                "SkillMeat's database has no table `{missing}`: it is half-made or of another version, and holds nothing of that."
            );
            self.note("database-table-missing", message);
        }
        self.findings
    }
}

fn names(connection: &Connection) -> Result<HashSet<String>> {
    let sql =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
    let mut names = HashSet::new();
    each(connection, sql, |row| {
        names.insert(row.get(0)?);
        Ok(true)
    })?;
    Ok(names)
}

fn columns_of(connection: &Connection, table: &str) -> Result<HashSet<String>> {
    let mut columns = HashSet::new();
    let sql = format!("SELECT name FROM pragma_table_info('{table}')");
    each(connection, &sql, |row| {
        columns.insert(row.get(0)?);
        Ok(true)
    })?;
    Ok(columns)
}

/// Takes rows for as long as the taker wants more.
fn each(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&rusqlite::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if !take(row)? {
            break;
        }
    }
    Ok(())
}

fn cell_of(value: ValueRef<'_>, odd: &mut usize) -> Cell {
    match value {
        ValueRef::Null => Cell::Nothing,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(bytes) if bytes.len() <= LONGEST => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => odd_cell(odd),
        },
        ValueRef::Text(_) | ValueRef::Real(_) | ValueRef::Blob(_) => odd_cell(odd),
    }
}

fn odd_cell(odd: &mut usize) -> Cell {
    *odd += 1;
    Cell::Nothing
}
