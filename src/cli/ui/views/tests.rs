use crate::cli::ui::output::{Ui, Written};
use crate::cli::ui::settings::{ColorChoice, Settings, Stream, Verbosity};
use crate::model::artifact::Artifact;
use crate::model::change::{Action, Change};
use crate::model::commit::CommitId;
use crate::model::finding::{Finding, Severity};
use crate::model::listing::{
    ArtifactDetail, ArtifactSummary, Definition, EffectiveTag, GroupSummary, Parts, SearchHit,
    TagSource, TagSummary,
};
use crate::model::metadata::Metadata;
use crate::model::name::{ArtifactId, Member, Name};
use crate::model::rating::Rating;
use crate::model::row::{RowKey, Table};
use crate::model::slug::Slug;
use crate::model::value::{Field, Value};

use super::changes::Outcome;

fn written(settings: Settings, view: impl FnOnce(&mut Ui)) -> Written {
    let mut ui = Ui::captured(settings);
    view(&mut ui);
    ui.take_written()
}

fn plain(view: impl FnOnce(&mut Ui)) -> String {
    written(Settings::default(), view).stdout
}

fn colored(view: impl FnOnce(&mut Ui)) -> String {
    written(
        Settings {
            color: ColorChoice::Always,
            ..Settings::default()
        },
        view,
    )
    .stdout
}

fn narrow(view: impl FnOnce(&mut Ui)) -> String {
    let stdout = Stream::Terminal {
        width: 48,
        height: 24,
    };
    written(
        Settings {
            color: ColorChoice::Never,
            stdout,
            ..Settings::default()
        },
        view,
    )
    .stdout
}

fn id(text: &str) -> ArtifactId {
    text.parse().expect("an id")
}

fn artifact(text: &str, description: &str, groups: &[&str]) -> ArtifactSummary {
    ArtifactSummary {
        id: id(text),
        description: description.into(),
        path: format!("{}s/x", id(text).kind),
        tags: Vec::new(),
        groups: groups.iter().map(|&name| Name::stored(name)).collect(),
        version: String::new(),
        source: String::new(),
        rating: None,
    }
}

fn artifacts() -> Vec<ArtifactSummary> {
    let mut jwt = artifact(
        "skill:jwt-auth",
        "Signs and\nverifies tokens of every kind",
        &["Auth"],
    );
    jwt.tags = vec![Slug::stored("backend"), Slug::stored("security")];
    jwt.rating = Some(4.5);
    let reviewer = artifact("agent:審査", "Reviews", &["Auth"]);
    vec![jwt, reviewer, artifact("command:notes\u{1b}[2J", "", &[])]
}

fn groups() -> Vec<GroupSummary> {
    let group = |name: &str, members: &[&str]| GroupSummary {
        name: Name::stored(name),
        description: String::new(),
        color: String::new(),
        icon: String::new(),
        position: 0,
        tags: Vec::new(),
        members: members.iter().map(|&text| Member::stored(text)).collect(),
        missing: Vec::new(),
    };
    let mut auth = group("Auth", &["agent:審査", "skill:jwt-auth", "skill:ghost"]);
    auth.description = "All about signing in".into();
    auth.color = "#10B981".into();
    auth.tags = vec!["Backend".into()];
    auth.missing = vec![Member::stored("skill:ghost")];
    vec![auth, group("Em\npty", &[])]
}

fn tags() -> Vec<TagSummary> {
    let tag = |slug: &str, name: &str, color: &str, definition| TagSummary {
        slug: Slug::stored(slug),
        name: name.into(),
        color: color.into(),
        description: String::new(),
        definition,
        artifacts: vec![id("skill:jwt-auth")],
    };
    vec![
        tag("backend", "Backend", "#3B82F6", Definition::Defined),
        tag("security", "security", "", Definition::OnlyUsed),
    ]
}

#[test]
fn artifacts_are_listed_by_group() {
    let view = |ui: &mut Ui| {
        super::artifacts::artifact_list(ui, &groups(), &artifacts(), &tags()).expect("written");
    };
    insta::assert_snapshot!(plain(view), @r##"
    ● Auth  3 artifacts, 1 missing  All about signing in
      審査            agent                              Reviews
      jwt-auth        skill    ★4.5  #backend #security  Signs and verifies tokens of every kind
      skill:ghost     missing

    ○ Em\npty  0 artifacts

    ○ Ungrouped  1 artifact
      notes\u{1b}[2J  command
    "##);
    insta::assert_snapshot!(narrow(view), @r##"
    ● Auth  3 artifacts, 1 missing  All about signi…
      審査       agent                     Reviews
      jwt-auth   skill    ★4.5  #backend…  Signs an…
      skill:gh…  missing

    ○ Em\npty  0 artifacts

    ○ Ungrouped  1 artifact
      notes\u{…  command
    "##);
}

#[test]
fn colours_stand_beside_words() {
    let text = colored(|ui| {
        super::artifacts::artifact_list(ui, &groups()[..1], &artifacts()[..1], &tags())
            .expect("written");
    });
    insta::assert_snapshot!(text.replace('\u{1b}', "^"), @r##"
    ^[38;2;16;185;129m●^[0m ^[1mAuth^[0m  ^[2m3 artifacts, 1 missing^[0m  ^[2mAll about signing in^[0m
      jwt-auth     ^[2mskill^[0m    ★4.5  ^[38;2;59;130;246m#backend^[0m ^[38;2;249;115;22m#security^[0m  Signs and verifies tokens of every kind
      skill:ghost  ^[1m^[33mmissing^[0m
    "##);
}

#[test]
fn artifacts_are_listed_flat() {
    let view =
        |ui: &mut Ui| super::artifacts::artifact_table(ui, &artifacts(), &tags()).expect("written");
    insta::assert_snapshot!(plain(view), @r##"
    Name            Type     Rating  Tags                Description
    jwt-auth        skill    ★4.5    #backend #security  Signs and verifies tokens of every kind
    審査            agent                                Reviews
    notes\u{1b}[2J  command
    "##);
    let none = written(Settings::default(), |ui| {
        super::artifacts::artifact_table(ui, &[], &[]).expect("written");
    });
    assert_eq!(
        (none.stdout.as_str(), none.stderr.as_str()),
        ("", "No artifacts.\n")
    );
}

#[test]
fn groups_are_listed_and_shown() {
    insta::assert_snapshot!(plain(|ui| super::groups::group_list(ui, &groups()).expect("written")), @r##"
    Group      Artifacts  Missing  Description
    ● Auth             3        1  All about signing in
    ○ Em\npty          0
    "##);
    let view = |ui: &mut Ui| {
        super::groups::group_detail(ui, &groups()[0], &artifacts(), &tags()).expect("written");
    };
    insta::assert_snapshot!(plain(view), @r##"
    ● Auth  3 artifacts, 1 missing
      Description:  All about signing in
      Color:        #10B981
      Position:     0
      Tags:         #backend

      審査         agent                              Reviews
      jwt-auth     skill    ★4.5  #backend #security  Signs and verifies tokens of every kind
      skill:ghost  missing
    "##);
}

#[test]
fn tags_are_listed() {
    insta::assert_snapshot!(plain(|ui| super::tags::tag_list(ui, &tags()).expect("written")), @r##"
    Tag         Name      Artifacts
    ● backend   Backend           1
    ○ security  security          1
    "##);
}

#[test]
fn an_artifact_is_shown_with_the_sources_of_its_tags() {
    let tag = |slug: &str, source| EffectiveTag {
        slug: Slug::stored(slug),
        text: slug.into(),
        source,
    };
    let rating = |by: &str, rating, note: &str| Rating {
        artifact: Member::stored("skill:jwt-auth"),
        by: by.into(),
        rating,
        note: note.into(),
    };
    let detail = ArtifactDetail {
        summary: artifacts().remove(0),
        row: Some(Artifact {
            aliases: vec!["auth".into()],
            ..Artifact::of(id("skill:jwt-auth"))
        }),
        header_path: "skills/x/SKILL.md".into(),
        metadata: Metadata {
            author: "mia".into(),
            ..Metadata::default()
        },
        tags: vec![
            tag("backend", TagSource::Manifest),
            tag("backend", TagSource::File),
            tag("security", TagSource::File),
        ],
        ratings: vec![
            rating("mia@example.com", 5, "Good."),
            rating("jo@example.com", 4, ""),
        ],
        parts: Parts::default(),
    };
    let view = |ui: &mut Ui| super::detail::artifact_detail(ui, &detail, &tags()).expect("written");
    insta::assert_snapshot!(plain(view), @r##"
    skill:jwt-auth  ★4.5
      Description:  Signs and
                    verifies tokens of every kind
      Path:         skills/x
      Author:       mia
      Aliases:      auth
      Tags:         #backend (manifest, file)
                    #security (file)
      Groups:       Auth
      Ratings:      ★★★★★  mia@example.com: Good.
                    ★★★★☆  jo@example.com
    "##);
}

#[test]
fn search_hits_show_what_was_found() {
    let hit = SearchHit {
        artifact: artifacts().remove(0),
        snippet: "signs \u{2}tokens\u{3}".into(),
    };
    let view =
        |ui: &mut Ui| super::search::search_hits(ui, std::slice::from_ref(&hit)).expect("written");
    assert_eq!(plain(view), "skill:jwt-auth\n    signs tokens\n");
    assert!(colored(view).contains("signs \u{1b}[1mtokens\u{1b}[0m"));
}

#[test]
fn findings_are_told_as_compilers_do() {
    let findings = [
        Finding::new(
            Severity::Error,
            "duplicate-group",
            "Two groups are called \"Auth\".",
        )
        .in_file("collection.toml")
        .at(12, 1),
        Finding::new(Severity::Warning, "missing-member", "It is missing.").in_file("a\u{1b}"),
        Finding::new(Severity::Warning, "no-place", "Somewhere."),
    ];
    let shown = written(Settings::default(), |ui| {
        super::findings::finding_list(ui, &findings).expect("written");
    });
    insta::assert_snapshot!(shown.stdout, @r##"
    collection.toml:12:1: error: Two groups are called "Auth". [duplicate-group]
    a\u{1b}: warning: It is missing. [missing-member]
    warning: Somewhere. [no-place]
    "##);
    assert_eq!(shown.stderr, "1 error, 2 warnings.\n");
}

#[test]
fn changes_end_with_their_commit_and_the_way_back() {
    let change = Change {
        table: Table::Groups,
        key: RowKey::Group(Name::stored("Auth")),
        action: Action::Add,
        field: Some(Field::Members),
        before: Value::Absent,
        after: Value::text("skill:jwt\u{1b}"),
    };
    let commit = CommitId::stored("1234abcd56".repeat(4));
    let undo = "skillmeat undo 1234abcd56";
    let outcome = Outcome::Committed {
        commit: &commit,
        branch: "main",
        undo,
    };
    let changes = [change];
    let view = |ui: &mut Ui| super::changes::change_report(ui, &changes, outcome).expect("written");
    insta::assert_snapshot!(plain(view), @r##"
    group "Auth": add members skill:jwt\u{1b}
    Committed 1234abcd56 on main.
    Undo: skillmeat undo 1234abcd56
    "##);
    let quiet = Settings {
        verbosity: Verbosity::Quiet,
        ..Settings::default()
    };
    assert_eq!(written(quiet, view).stdout, "");
    let dry = written(Settings::default(), |ui| {
        super::changes::change_report(ui, &changes, Outcome::DryRun).expect("written");
    });
    assert_eq!(dry.stderr, "Nothing was changed: this was a dry run.\n");
}
