//! The index of git's history.

use std::collections::BTreeSet;

use super::model::*;
use crate::model::change::{Action, Change};
use crate::model::commit::Signature;
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::row::RowKey;
use crate::model::slug::Slug;
use crate::model::time::Moment;
use crate::model::value::{Field, Value};
use crate::store::cache::database::Database;
use crate::store::cache::history::{BLOCK, Depth, Details, KnownNode, PastCommit, Wanted};
use crate::store::git::id::ObjectName;

fn name(digit: &str) -> ObjectName {
    digit.repeat(40).parse().unwrap()
}

fn details() -> Details {
    Details {
        author: Signature {
            name: "Mïa".to_owned(),
            email: String::new(),
            time: Moment {
                seconds: 7,
                offset: -3_600,
            },
        },
        summary: "Why: \"so\"".to_owned(),
    }
}

fn past(digit: &str, sides: Vec<Vec<Change>>) -> PastCommit {
    PastCommit {
        name: name(digit),
        parents: vec![name("a"), name("b")],
        committed: -5,
        details: details(),
        sides,
    }
}

/// The numbers of the blocks in which something may be.
fn blocks(database: &Database) -> BTreeSet<i64> {
    let numbers = database.known_numbers().unwrap().into_iter();
    numbers.map(|number| number.div_euclid(BLOCK)).collect()
}

fn change(key: RowKey, field: Option<Field>, before: Value, after: Value) -> Change {
    Change {
        table: key.table(),
        key,
        action: Action::Edit,
        field,
        before,
        after,
    }
}

/// Changes of all tables, with values of all kinds.
fn changes() -> Vec<Change> {
    let id = ArtifactId::new(ArtifactType::stored("a:b"), Name::stored("x:y"));
    let texts = |items: &[&str]| Value::List(items.iter().map(|&item| item.into()).collect());
    let keys = [
        RowKey::Header,
        RowKey::Tag(Slug::stored("odd slug")),
        RowKey::Group(Name::stored("cafe\u{301}")),
        RowKey::Composite(Name::stored("kit")),
        RowKey::Artifact(id.clone()),
        RowKey::Rating(Member::Typed(id), "mia@example.com".to_owned()),
        RowKey::Rating(Member::Bare(Name::stored("x")), "a:b".to_owned()),
    ];
    let values = [
        (Value::Absent, Value::text("[\"no list\"]")),
        (Value::Integer(-3), Value::Absent),
        (texts(&["a", "b"]), texts(&["b", "a"])),
    ];
    let fields = [None, Some(Field::Members), Some(Field::By)];
    let pairs = keys
        .iter()
        .zip(values.iter().cycle())
        .zip(fields.iter().cycle());
    pairs
        .map(|((key, (before, after)), field)| {
            change(key.clone(), *field, before.clone(), after.clone())
        })
        .collect()
}

#[test]
fn what_comes_out_is_what_went_in() {
    let mut database = database(&empty(), &[]);
    let sides = vec![changes(), Vec::new(), changes().split_off(3)];
    let past = past("c", sides.clone());
    // Twice is once.
    for _ in 0..2 {
        database.add_history(std::slice::from_ref(&past)).unwrap();
    }
    let number = database.number_of(name("c")).unwrap().unwrap();
    assert_eq!(database.known_numbers().unwrap(), [number]);
    let block = number.div_euclid(BLOCK);
    let expected = KnownNode {
        number,
        name: past.name,
        parents: past.parents,
        committed: past.committed,
        details: Some(past.details),
    };
    let known = database.nodes_in(block, Depth::Details).unwrap();
    assert_eq!(known, std::slice::from_ref(&expected));
    let bare = KnownNode {
        details: None,
        ..expected
    };
    assert_eq!(database.nodes_in(block, Depth::Node).unwrap(), [bare]);
    assert_eq!(database.details_of(number).unwrap(), Some(details()));
    let mut found = vec![Vec::new(); 3];
    for past in database.past_changes(Wanted::Block(block)).unwrap() {
        found[past.side as usize].push(past.change);
    }
    assert_eq!(found, sides);
    // In another form of the same name.
    let key = RowKey::Group(Name::stored("caf\u{e9}"));
    assert_eq!(database.past_changes(Wanted::Row(&key)).unwrap().len(), 1);
    assert!(database.past_changes(Wanted::Deletions).unwrap().is_empty());
    database.forget_history(&[number]).unwrap();
    assert!(database.known_numbers().unwrap().is_empty());
    assert_eq!(database.number_of(name("c")).unwrap(), None);
    let left = database.past_changes(Wanted::Block(block)).unwrap();
    assert!(left.is_empty());
}

#[test]
fn blocks_hold_every_commit_once() {
    let mut database = database(&empty(), &[]);
    let count = usize::try_from(2 * BLOCK + 7).unwrap();
    let commits = (0..count).map(|number| PastCommit {
        name: format!("{number:040x}").parse().unwrap(),
        ..past("0", vec![changes()])
    });
    let commits: Vec<PastCommit> = commits.collect();
    database.add_history(&commits).unwrap();
    let (mut names, mut changed) = (Vec::new(), 0);
    for block in blocks(&database) {
        let nodes = database.nodes_in(block, Depth::Node).unwrap();
        assert!(nodes.len() <= usize::try_from(BLOCK).unwrap());
        names.extend(nodes.into_iter().map(|node| node.name));
        changed += database.past_changes(Wanted::Block(block)).unwrap().len();
    }
    let expected: Vec<ObjectName> = commits.iter().map(|commit| commit.name).collect();
    assert_eq!(names, expected);
    assert_eq!(changed, count * changes().len());
}
