//! What queries answer, rule by rule.

use rstest::rstest;

use super::model::*;
use crate::model::artifact::Artifact;
use crate::model::artifact_file::ArtifactFile;
use crate::model::collection::Collection;
use crate::model::finding::{Finding, Severity};
use crate::model::group::Group;
use crate::model::listing::{Definition, Filter, Grouping, SortOrder, TagSource};
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactType, Member};
use crate::model::row::{Row, RowKey};
use crate::model::slug::Slug;
use crate::store::cache::contents::{Counts, Place, Rows, Update};
use crate::store::cache::database::Database;

fn names(database: &Database, filter: &Filter, order: SortOrder) -> Vec<String> {
    database
        .artifacts(filter, order)
        .unwrap()
        .into_iter()
        .map(|summary| summary.id.to_string())
        .collect()
}

fn all(database: &Database) -> Vec<String> {
    names(database, &Filter::default(), SortOrder::Collection)
}

fn touched(rows: Vec<(RowKey, Option<Row>)>) -> Update<'static> {
    update(Rows::Touched(rows))
}

#[test]
fn rows_and_files_of_one_id_are_one_artifact() {
    let collection = Collection {
        artifacts: vec![
            artifact("skill:caf\u{e9}", &["x"]),
            artifact("skill:only-row", &[]),
        ],
        ..empty()
    };
    let files = [
        file(
            "skill:cafe\u{301}",
            "skills/cafe\u{301}/SKILL.md",
            "drinks",
            &["y"],
        ),
        file("agent:only-file", "agents/only-file.md", "", &[]),
    ];
    let database = database(&collection, &files);
    assert_eq!(
        all(&database),
        ["skill:caf\u{e9}", "skill:only-row", "agent:only-file"]
    );
    let detail = database
        .artifact(&id("skill:cafe\u{301}"))
        .unwrap()
        .unwrap();
    assert_eq!(detail.summary.path, "skills/cafe\u{301}");
    assert_eq!(detail.header_path, "skills/cafe\u{301}/SKILL.md");
    assert_eq!(detail.summary.description, "drinks");
    assert_eq!(detail.row, Some(collection.artifacts[0].clone()));
    let tags: Vec<_> = detail
        .tags
        .iter()
        .map(|tag| (tag.slug.as_str(), tag.source))
        .collect();
    assert_eq!(tags, [("x", TagSource::Manifest), ("y", TagSource::File)]);
}

#[rstest]
#[case("skills/here")]
#[case("./skills/here/")]
#[case("skills/here/SKILL.md")]
fn a_file_at_the_path_of_a_row_belongs_to_that_row(#[case] place: &str) {
    let row = Artifact {
        path: place.to_owned(),
        ..artifact("skill:there", &[])
    };
    let collection = Collection {
        artifacts: vec![row],
        ..empty()
    };
    let files = [file("skill:here", "skills/here/SKILL.md", "found", &[])];
    let database = database(&collection, &files);
    assert_eq!(all(&database), ["skill:there"]);
    let summary = database
        .artifact(&id("skill:there"))
        .unwrap()
        .unwrap()
        .summary;
    assert_eq!(
        (summary.path.as_str(), summary.description.as_str()),
        ("skills/here", "found")
    );
}

#[test]
fn a_path_that_leads_elsewhere_is_not_shown() {
    for place in ["../x", "/etc/passwd", "custom/place"] {
        let row = Artifact {
            path: place.to_owned(),
            ..artifact("skill:a", &[])
        };
        let database = database(
            &Collection {
                artifacts: vec![row],
                ..empty()
            },
            &[],
        );
        let summary = database.artifact(&id("skill:a")).unwrap().unwrap().summary;
        assert_eq!(
            summary.path,
            if place.starts_with('c') { place } else { "" }
        );
    }
}

#[test]
fn the_first_source_that_says_something_counts() {
    let full = Artifact {
        description: "override".to_owned(),
        resolved_version: "v2".to_owned(),
        version_spec: "latest".to_owned(),
        source: "org/x".to_owned(),
        upstream: "https://example.com".to_owned(),
        recorded: Metadata {
            description: "noted".to_owned(),
            version: "0.9".to_owned(),
            ..Metadata::default()
        },
        ..artifact("skill:a", &[])
    };
    let header = file("skill:a", "skills/a/SKILL.md", "header", &[]);
    let of = |row: &Artifact, files: &[_]| {
        let collection = Collection {
            artifacts: vec![row.clone()],
            ..empty()
        };
        let summary = database(&collection, files)
            .artifact(&id("skill:a"))
            .unwrap()
            .unwrap()
            .summary;
        (summary.description, summary.version, summary.source)
    };
    let expect =
        |one: &str, two: &str, three: &str| (one.to_owned(), two.to_owned(), three.to_owned());
    assert_eq!(
        of(&full, std::slice::from_ref(&header)),
        expect("override", "v2", "org/x")
    );
    let bare = Artifact {
        description: String::new(),
        resolved_version: String::new(),
        source: String::new(),
        ..full
    };
    assert_eq!(
        of(&bare, &[header]),
        expect("header", "0.9", "https://example.com")
    );
    let local = Artifact {
        upstream: String::new(),
        origin: "local".to_owned(),
        ..bare
    };
    assert_eq!(of(&local, &[]), expect("noted", "0.9", ""));
    let github = Artifact {
        origin: "github".to_owned(),
        recorded: Metadata::default(),
        ..local
    };
    assert_eq!(of(&github, &[]), expect("", "latest", "github"));
}

#[test]
fn a_bare_member_means_the_one_artifact_of_its_name() {
    let collection = Collection {
        artifacts: vec![
            artifact("skill:one", &[]),
            artifact("skill:two", &[]),
            artifact("agent:two", &[]),
        ],
        groups: vec![group(
            "g",
            &["one", "two", "skill:two", "skill:gone", "skill:one"],
        )],
        ..empty()
    };
    let mut database = database(&collection, &[]);
    let shown = database.group(&name("g")).unwrap().unwrap();
    let print = |members: &[Member]| members.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        print(&shown.members),
        ["skill:one", "two", "skill:two", "skill:gone"]
    );
    assert_eq!(print(&shown.missing), ["two", "skill:gone"]);

    let gone = file("skill:gone", "skills/gone/SKILL.md", "", &[]);
    let removal = vec![(RowKey::Artifact(id("agent:two")), None)];
    database
        .update(&Update {
            files: &[gone],
            ..touched(removal)
        })
        .unwrap();
    let shown = database.group(&name("g")).unwrap().unwrap();
    assert_eq!(
        print(&shown.members),
        ["skill:one", "skill:two", "skill:gone"]
    );
    assert_eq!(print(&shown.missing), [""; 0]);

    database
        .update(&Update {
            removed: &[path("skills/gone/SKILL.md")],
            ..touched(vec![])
        })
        .unwrap();
    assert_eq!(
        print(&database.group(&name("g")).unwrap().unwrap().missing),
        ["skill:gone"]
    );
}

#[test]
fn a_tag_means_the_definition_of_its_name_then_of_its_slug() {
    let collection = Collection {
        tags: vec![tag("C++", "cpp"), tag("c", "the-letter")],
        artifacts: vec![artifact("skill:a", &["C++", "cpp", "c", "Über x", "+++"])],
        ..empty()
    };
    let mut database = database(&collection, &[]);
    let slugs = |database: &Database| {
        let tags = database
            .artifact(&id("skill:a"))
            .unwrap()
            .unwrap()
            .summary
            .tags;
        tags.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(slugs(&database), ["+++", "cpp", "the-letter", "uber-x"]);
    let resolved = |database: &Database, text: &str| {
        database
            .resolve_tag(text)
            .unwrap()
            .map(|slug| slug.to_string())
    };
    for (text, slug) in [
        ("C++", "cpp"),
        ("c", "the-letter"),
        ("cpp", "cpp"),
        ("+++", "+++"),
        ("uber x", "uber-x"),
    ] {
        assert_eq!(resolved(&database, text).as_deref(), Some(slug), "{text}");
    }
    assert_eq!(resolved(&database, "nothing"), None);

    let rows = vec![
        (
            RowKey::Tag(Slug::stored("plus")),
            Some(Row::Tag(tag("+++", "plus"))),
        ),
        (RowKey::Tag(Slug::stored("the-letter")), None),
    ];
    database.update(&touched(rows)).unwrap();
    assert_eq!(slugs(&database), ["c", "cpp", "plus", "uber-x"]);
    assert_eq!(
        database
            .search("plus", &Filter::default(), 9)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn tags_in_use_are_listed_with_those_defined() {
    let collection = Collection {
        tags: vec![tag("Unused", "unused"), tag("Back end", "backend")],
        artifacts: vec![
            artifact("skill:b", &["New Tag", "backend"]),
            artifact("skill:a", &["new-tag"]),
        ],
        ..empty()
    };
    let files = [file("agent:z", "agents/z.md", "", &["Back end"])];
    let database = database(&collection, &files);
    let tags: Vec<_> = database
        .tags()
        .unwrap()
        .into_iter()
        .map(|tag| {
            let artifacts: Vec<_> = tag.artifacts.iter().map(ToString::to_string).collect();
            (
                tag.slug.to_string(),
                tag.name,
                tag.definition,
                artifacts.join(" "),
            )
        })
        .collect();
    let row = |slug: &str, name: &str, definition, artifacts: &str| {
        let [slug, name, artifacts] = [slug, name, artifacts].map(str::to_owned);
        (slug, name, definition, artifacts)
    };
    let expected = [
        row(
            "backend",
            "Back end",
            Definition::Defined,
            "skill:b agent:z",
        ),
        row(
            "new-tag",
            "New Tag",
            Definition::OnlyUsed,
            "skill:a skill:b",
        ),
        row("unused", "Unused", Definition::Defined, ""),
    ];
    assert_eq!(tags, expected);
}

#[test]
fn tags_defined_and_tags_only_used_count() {
    let collection = Collection {
        tags: vec![tag("Unused", "unused")],
        artifacts: vec![artifact("skill:a", &["New Tag", "new-tag"])],
        ..empty()
    };
    let database = database(&collection, &[]);
    let counts = Counts {
        artifacts: 1,
        groups: 0,
        tags: 2,
        ratings: 0,
    };
    assert_eq!(database.counts().unwrap(), counts);
    let used = database.tag(&Slug::stored("new-tag")).unwrap();
    assert_eq!(used, Some(database.tags().unwrap().remove(0)));
}

/// Rows and files of many kinds, in two groups.
fn mixed() -> (Collection, [ArtifactFile; 2]) {
    let row = |text: &str, position| Artifact {
        position,
        ..artifact(text, &[])
    };
    let collection = Collection {
        artifacts: vec![
            row("skill:late", Some(5)),
            row("skill:b", None),
            row("agent:A", Some(0)),
            Artifact {
                position: Some(-1),
                ..artifact("hook:first", &["t", "u"])
            },
        ],
        groups: vec![
            Group {
                position: Some(1),
                ..group("second", &["skill:b", "agent:A"])
            },
            group("first", &["b", "skill:late"]),
        ],
        ratings: vec![
            rating("skill:b", "mia", 5),
            rating("b", "jo", 2),
            rating("agent:A", "jo", 4),
        ],
        ..empty()
    };
    let files = [
        file("command:z", "commands/z.md", "", &["t"]),
        file("skill:y", "skills/y/SKILL.md", "", &[]),
    ];
    (collection, files)
}

#[test]
fn artifacts_come_in_the_order_that_was_asked_for() {
    let (collection, files) = mixed();
    let database = database(&collection, &files);
    let by = |order| names(&database, &Filter::default(), order).join(" ");
    assert_eq!(
        by(SortOrder::Collection),
        "hook:first skill:b agent:A skill:late skill:y command:z"
    );
    assert_eq!(
        by(SortOrder::Name),
        "agent:A skill:b hook:first skill:late skill:y command:z"
    );
    assert_eq!(
        by(SortOrder::Type),
        "skill:b skill:late skill:y agent:A command:z hook:first"
    );
    assert_eq!(
        by(SortOrder::Rating),
        "agent:A skill:b hook:first skill:late skill:y command:z"
    );
}

#[test]
fn a_filter_lets_through_what_matches_all_its_parts() {
    let (collection, files) = mixed();
    let database = database(&collection, &files);
    let with = |filter: Filter| names(&database, &filter, SortOrder::Collection).join(" ");
    assert_eq!(
        with(Filter {
            groups: vec![name("second"), name("x")],
            ..Filter::default()
        }),
        "skill:b agent:A"
    );
    assert_eq!(
        with(Filter {
            tags: vec![Slug::stored("t")],
            ..Filter::default()
        }),
        "hook:first command:z"
    );
    assert_eq!(
        with(Filter {
            tags: vec![Slug::stored("t"), Slug::stored("u")],
            ..Filter::default()
        }),
        "hook:first"
    );
    assert_eq!(
        with(Filter {
            kinds: vec![ArtifactType::Agent, ArtifactType::Hook],
            ..Filter::default()
        }),
        "hook:first agent:A"
    );
    assert_eq!(
        with(Filter {
            grouping: Grouping::Ungrouped,
            ..Filter::default()
        }),
        "hook:first skill:y command:z"
    );
}

#[test]
fn groups_and_ratings_of_an_artifact() {
    let (collection, files) = mixed();
    let database = database(&collection, &files);
    let detail = database.artifact(&id("skill:b")).unwrap().unwrap();
    assert_eq!(detail.summary.rating, Some(3.5));
    assert_eq!(detail.summary.groups, [name("first"), name("second")]);
    assert_eq!(detail.ratings, collection.ratings[..2]);
    let places: Vec<_> = database
        .groups()
        .unwrap()
        .into_iter()
        .map(|group| (group.name, group.position))
        .collect();
    assert_eq!(places, [(name("first"), 0), (name("second"), 1)]);
    assert_eq!(
        database.group(&name("second")).unwrap().unwrap().position,
        1
    );
}

#[rstest]
#[case("jwt", "skill:jwt-auth agent:other")]
#[case("JWT-au", "skill:jwt-auth")]
#[case("sec", "skill:jwt-auth")]
#[case("shorthand", "skill:jwt-auth")]
#[case("uber", "agent:other")]
#[case("jwt nonsense", "skill:jwt-auth agent:other")]
#[case("c++", "agent:other")]
#[case("", "")]
#[case("\"", "")]
#[case("* - + () NEAR", "")]
#[case("name:jwt", "")]
#[case("jwt\0", "skill:jwt-auth agent:other")]
#[case("AND OR NOT jwt", "agent:other skill:jwt-auth")]
fn any_text_can_be_searched_for(#[case] query: &str, #[case] found: &str) {
    let jwt = Artifact {
        aliases: texts(&["shorthand"]),
        ..artifact("skill:jwt-auth", &["Security"])
    };
    let collection = Collection {
        artifacts: vec![jwt, artifact("agent:other", &[])],
        ..empty()
    };
    let files = [file(
        "agent:other",
        "agents/other.md",
        "C and \u{dc}ber; not a JWT",
        &[],
    )];
    let hits = database(&collection, &files)
        .search(query, &Filter::default(), 10)
        .unwrap();
    let ids: Vec<_> = hits.iter().map(|hit| hit.artifact.id.to_string()).collect();
    assert_eq!(ids.join(" "), found);
}

#[test]
fn snippets_mark_what_was_found() {
    let files = [file(
        "skill:a",
        "skills/a/SKILL.md",
        "reviews the code of others",
        &[],
    )];
    let hits = database(&empty(), &files)
        .search("code", &Filter::default(), 10)
        .unwrap();
    assert_eq!(hits[0].snippet, "reviews the \u{2}code\u{3} of others");
    let filter = Filter {
        kinds: vec![ArtifactType::Agent],
        ..Filter::default()
    };
    assert_eq!(
        database(&empty(), &files)
            .search("code", &filter, 10)
            .unwrap(),
        []
    );
}

#[test]
fn two_rows_can_swap_their_names() {
    let (one, two) = (group("one", &["skill:a"]), group("two", &[]));
    let collection = Collection {
        groups: vec![one.clone(), two.clone()],
        ..empty()
    };
    let mut database = database(&collection, &[]);
    let swapped = vec![
        (
            RowKey::Group(name("one")),
            Some(Row::Group(Group {
                name: name("two"),
                ..one
            })),
        ),
        (
            RowKey::Group(name("two")),
            Some(Row::Group(Group {
                name: name("one"),
                ..two
            })),
        ),
    ];
    database.update(&touched(swapped)).unwrap();
    let counts: Vec<_> = database
        .groups()
        .unwrap()
        .into_iter()
        .map(|group| (group.name, group.members.len()))
        .collect();
    assert_eq!(counts, [(name("two"), 1), (name("one"), 0)]);
}

#[test]
fn files_and_state_are_kept_as_they_were_given() {
    let odd = Finding::new(Severity::Warning, "header-unclosed", "no end")
        .in_file("agents/a.md")
        .at(3, 1);
    let mut header = file("agent:a", "agents/a.md", "", &[]);
    header.findings = vec![odd.clone()];
    let mut database = database(&empty(), &[header]);
    assert_eq!(database.place(), Place::Memory);
    assert_eq!(database.state().unwrap(), state("m1"));
    assert!(database.manifest_is_known_valid("m1").unwrap());
    assert_eq!(database.file_findings().unwrap(), [odd]);
    let known = database.known_files().unwrap();
    assert_eq!(
        (
            known[&path("agents/a.md")].stamp,
            known[&path("agents/a.md")].checked
        ),
        (stamp(7), 100)
    );
    let rechecked = [(path("agents/a.md"), stamp(8))];
    database
        .update(&Update {
            rechecked: &rechecked,
            ..touched(vec![])
        })
        .unwrap();
    let known = database.known_files().unwrap();
    assert_eq!(
        (
            known[&path("agents/a.md")].stamp,
            known[&path("agents/a.md")].checked
        ),
        (stamp(8), 200)
    );
    database.mark_stale().unwrap();
    assert!(!database.manifest_is_known_valid("m2").unwrap());
    assert_eq!(database.state().unwrap().manifest_stamp, None);
    assert!(stamp(8).is_racy(database.known_files().unwrap()[&path("agents/a.md")].checked));
}
