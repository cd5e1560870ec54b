//! The index of git's history.

use super::model::*;
use crate::model::change::{Action, Change};
use crate::model::commit::{CommitId, Signature};
use crate::model::name::{ArtifactId, ArtifactType, Member, Name};
use crate::model::row::RowKey;
use crate::model::slug::Slug;
use crate::model::time::Moment;
use crate::model::value::{Field, Value};
use crate::store::cache::history::{KnownCommit, PastCommit, Wanted};

fn commit(name: &str) -> KnownCommit {
    KnownCommit {
        number: 0,
        name: CommitId::stored(name),
        parents: vec![CommitId::stored("a"), CommitId::stored("b")],
        committed: -5,
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
    let past = PastCommit {
        commit: commit("c"),
        sides: sides.clone(),
    };
    // Twice is once.
    for _ in 0..2 {
        database.add_history(std::slice::from_ref(&past)).unwrap();
    }
    let known = database.known_commits().unwrap();
    assert_eq!(known.len(), 1);
    let number = known[0].number;
    let expected = KnownCommit {
        number,
        ..commit("c")
    };
    assert_eq!(known[0], expected);
    assert_eq!(
        database.known_commit(&CommitId::stored("c")).unwrap(),
        Some(expected)
    );
    let mut found = vec![Vec::new(); 3];
    for past in database.past_changes(Wanted::Commit(number)).unwrap() {
        found[past.side as usize].push(past.change);
    }
    assert_eq!(found, sides);
    // In another form of the same name.
    let key = RowKey::Group(Name::stored("caf\u{e9}"));
    assert_eq!(database.past_changes(Wanted::Row(&key)).unwrap().len(), 1);
    assert!(database.past_changes(Wanted::Deletions).unwrap().is_empty());
    database.forget_history(&[number]).unwrap();
    assert!(database.known_commits().unwrap().is_empty());
    assert!(database.past_changes(Wanted::Every).unwrap().is_empty());
}
