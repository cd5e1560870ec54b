//! The queries that `docs/database.md` shows.

use super::model::*;
use crate::model::change::{Action, Change};
use crate::model::collection::Collection;
use crate::model::commit::Signature;
use crate::model::name::Name;
use crate::model::row::RowKey;
use crate::model::time::Moment;
use crate::model::value::{Field, Value};
use crate::store::cache::history::{Details, PastCommit};

const PAGE: &str = include_str!("../../../../docs/database.md");

/// The statements between the fences of the page.
fn statements() -> Vec<&'static str> {
    let blocks = PAGE.split("```sql\n").skip(1);
    let texts = blocks.filter_map(|block| block.split("```").next());
    texts
        .flat_map(|text| text.split(';'))
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect()
}

#[test]
fn every_query_of_the_page_finds_something() {
    let collection = Collection {
        tags: vec![tag("Back end", "backend")],
        groups: vec![group("Authentication", &["skill:jwt-auth", "gone"])],
        artifacts: vec![
            artifact("skill:jwt-auth", &["backend"]),
            artifact("skill:no-file", &[]),
        ],
        ratings: vec![rating("jwt-auth", "mia", 5)],
        ..empty()
    };
    let mut files = [
        file("skill:jwt-auth", "skills/jwt-auth/SKILL.md", "", &[]),
        file(
            "agent:reviewer",
            "agents/reviewer.md",
            "review of codes",
            &[],
        ),
    ];
    files[0].metadata.tools = texts(&["Read", "Bash"]);
    let mut database = database(&collection, &files);
    database.add_history(&[past_commit()]).unwrap();
    let statements = statements();
    assert_eq!(statements.len(), 9);
    for statement in statements {
        let mut select = database.connection().prepare(statement).unwrap();
        let rows = select.query_map([], |_| Ok(())).unwrap();
        assert!(rows.map(Result::unwrap).count() > 0, "{statement}");
    }
}

/// A commit that renamed a group.
fn past_commit() -> PastCommit {
    let key = RowKey::Group(Name::stored("Authentication"));
    PastCommit {
        name: "1".repeat(40).parse().unwrap(),
        parents: vec!["2".repeat(40).parse().unwrap()],
        committed: 1,
        details: Details {
            author: Signature {
                name: "Mia".to_owned(),
                email: "mia@example.com".to_owned(),
                time: Moment {
                    seconds: 1,
                    offset: 3_600,
                },
            },
            summary: "Rename".to_owned(),
        },
        sides: vec![vec![Change {
            table: key.table(),
            key,
            action: Action::Rename,
            field: Some(Field::Name),
            before: Value::text("Login"),
            after: Value::text("Authentication"),
        }]],
    }
}

#[test]
fn every_table_and_column_is_on_the_page() {
    let database = database(&empty(), &[]);
    let mut select = database
        .connection()
        .prepare(
            "SELECT tables.name, columns.name FROM pragma_table_list AS tables \
             JOIN pragma_table_info(tables.name) AS columns \
             WHERE tables.type IN ('table', 'virtual') AND tables.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let columns = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    for column in columns {
        let (table, column): (String, String) = column.unwrap();
        assert!(PAGE.contains(&format!("`{table}`")), "{table}");
        let known = ["id", "group_id", "composite_id", "search", "rank"];
        let stamp = column.starts_with("manifest_");
        assert!(
            stamp || known.contains(&&*column) || PAGE.contains(&format!("`{column}`")),
            "{table}.{column}"
        );
    }
}
