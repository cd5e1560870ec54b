use std::time::{Duration, Instant};

use rstest::rstest;

use super::*;
use crate::model::name::{ArtifactType, Name};

fn codes_of(kind: ArtifactType, file_name: &str, text: &[u8], level: Level) -> Vec<&'static str> {
    let id = ArtifactId::new(kind, Name::stored("deploy"));
    let subject = Subject {
        id: &id,
        file_name,
        bytes: text,
        has: &|path| path == "scripts/go.sh",
    };
    let codes = lint(&subject, level).into_iter();
    codes.map(|finding| finding.code).collect()
}

fn codes(text: &str, level: Level) -> Vec<&'static str> {
    codes_of(ArtifactType::Skill, "SKILL.md", text.as_bytes(), level)
}

const GOOD: &str =
    "---\nname: deploy\ndescription: Puts it online. Use when asked to.\n---\nRun it.\n";

#[test]
fn a_good_skill_has_no_findings() {
    assert_eq!(codes(GOOD, Level::Strict), [""; 0]);
    let crlf = GOOD.replace('\n', "\r\n");
    assert_eq!(codes(&crlf, Level::Strict), [""; 0]);
}

#[rstest]
#[case("name: deploy", "nam: deploy", &["name-missing"])]
#[case("name: deploy", "Name: deploy", &["name-case"])]
#[case("name: deploy", "name: 12", &["name-not-text"])]
#[case("name: deploy", "name: [a]", &["name-not-text"])]
#[case("Puts it online. Use when asked to.", "", &["description-missing"])]
#[case("Puts it online. Use when asked to.", "yes", &[])]
#[case("Puts it online. Use when asked to.", "true", &["description-not-text"])]
#[case("Puts it online. Use when asked to.", "{{ text }}", &["description-not-text"])]
#[case("Puts it", "Puts: it", &["header-not-strict"])]
#[case("---\nname", "---  \nname", &["header-opening-spaces"])]
#[case("---\nname", "\n---\nname", &["header-not-first"])]
#[case("---\nname", "\u{feff}---\nname", &["header-byte-order-mark"])]
#[case("to.\n---", "to.\n...", &["header-closed-by-dots"])]
#[case("to.\n---", "to.\nmetadata: a\n---", &["metadata-not-table"])]
fn clients_drop_a_skill(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    assert!(GOOD.contains(from));
    assert_eq!(codes(&GOOD.replacen(from, to, 1), Level::Load), expected);
}

#[test]
fn each_finding_of_a_skill_names_a_client_and_a_place() {
    let id = ArtifactId::new(ArtifactType::Skill, Name::stored("deploy"));
    let subject = Subject {
        id: &id,
        file_name: "skill.md",
        bytes: b"\n---\nname: a: b\ndescription: [x]\n",
        has: &|_| false,
    };
    let findings = lint(&subject, Level::Load);
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(
        codes,
        [
            "file-name-case",
            "header-unclosed",
            "header-not-first",
            "header-not-strict",
            "description-not-text"
        ]
    );
    for finding in findings {
        assert!(!finding.clients.is_empty(), "{finding:?}");
        assert!(finding.line.is_some() && finding.column.is_some());
        assert_eq!(finding.severity, Severity::Warning);
    }
}

#[rstest]
#[case(ArtifactType::Agent, "# Review\n", &["header-missing"])]
#[case(ArtifactType::Command, "# Review\n", &[])]
#[case(ArtifactType::Agent, "---\nname: a\n---\n", &["description-missing"])]
#[case(ArtifactType::Command, "---\nmodel: a\n---\n", &[])]
#[case(ArtifactType::Command, "---\nargument-hint: [a] | b\n---\n", &["header-not-strict"])]
#[case(ArtifactType::Agent, "\u{feff}---\nname: a\ndescription: b\n---\n", &[])]
fn other_types_have_other_rules(
    #[case] kind: ArtifactType,
    #[case] text: &str,
    #[case] expected: &[&str],
) {
    assert_eq!(
        codes_of(kind.clone(), "a.md", text.as_bytes(), Level::Load),
        expected
    );
    assert_eq!(
        codes_of(kind, "a.md", text.as_bytes(), Level::Strict),
        expected
    );
}

#[rstest]
#[case(64, &[])]
#[case(65, &["name-too-long"])]
fn a_name_has_a_most(#[case] length: usize, #[case] expected: &[&str]) {
    let text = GOOD.replace("name: deploy", &format!("name: {}", "ä".repeat(length)));
    assert_eq!(codes(&text, Level::Load), expected);
}

#[rstest]
#[case("a ".repeat(512), &[])]
#[case("a ".repeat(513), &["description-too-long"])]
fn a_description_has_a_most(#[case] description: String, #[case] expected: &[&str]) {
    let text = GOOD.replace("Puts it online. Use when asked to.", &description);
    assert_eq!(codes(&text, Level::Load), expected);
}

#[rstest]
#[case("name: deploy", "name: Deploy", &["name-form", "name-not-folder"])]
#[case("name: deploy", "name: de--ploy", &["name-form", "name-not-folder"])]
#[case("name: deploy", "name: -deploy", &["name-form", "name-not-folder"])]
#[case("name: deploy", "name: deploy-it", &["name-not-folder"])]
#[case("to.\n---", "to.\nlicense: [MIT]\n---", &["license-not-text"])]
#[case("to.\n---", "to.\ncompatibility: ''\n---", &["compatibility-length"])]
#[case("to.\n---", "to.\ncompatibility: 3\n---", &["compatibility-not-text"])]
#[case("to.\n---", "to.\nmetadata: {version: 1.0, a: '1.0'}\n---", &["metadata-not-text"])]
#[case("to.\n---", "to.\nallowed-tools: Read, Edit\n---", &["allowed-tools-form"])]
#[case("to.\n---", "to.\nallowed-tools: Bash(git:*, jq:*) Read\n---", &[])]
#[case("to.\n---", "to.\nmodel: opus\n---", &["unknown-key"])]
#[case("Run it.", "", &["body-missing"])]
fn the_specification_is_kept(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    assert!(GOOD.contains(from));
    let text = GOOD.replacen(from, to, 1);
    assert_eq!(codes(&text, Level::Spec), expected);
    assert_eq!(codes(&text, Level::Load), [""; 0]);
}

#[rstest]
#[case("Run it.", "[a](scripts/go.sh) [b](scripts/../scripts/go.sh)", &[])]
#[case("Run it.", "[a](scripts/gone.sh)", &["reference-missing"])]
#[case("Run it.", "[a](../other/SKILL.md) [b](/etc/passwd)", &["reference-outside", "reference-outside"])]
#[case("Use when asked to.", "Fast.", &["description-no-occasion"])]
#[case("Use when asked to.", "Use for <b>all</b>.", &["description-markup"])]
fn advice_is_given(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    let text = GOOD.replacen(from, to, 1);
    assert_eq!(codes(&text, Level::Strict), expected);
    assert_eq!(codes(&text, Level::Spec), [""; 0]);
}

#[test]
fn long_files_are_told() {
    let text = format!("{GOOD}{}", "x\n".repeat(494));
    assert_eq!(codes(&text, Level::Strict), [""; 0]);
    assert_eq!(
        codes(&format!("{text}x\n"), Level::Strict),
        ["body-too-long"]
    );
}

#[test]
fn what_is_demanded_is_an_error_above_load() {
    let id = ArtifactId::new(ArtifactType::Skill, Name::stored("deploy"));
    let subject = Subject {
        id: &id,
        file_name: "SKILL.md",
        bytes: b"---\nname: Deploy\ndescription: a\nmodel: b\n---\nc\n",
        has: &|_| false,
    };
    let findings = lint(&subject, Level::Spec);
    let errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code)
        .collect();
    assert_eq!(errors, ["name-form", "name-not-folder"]);
    assert!(findings.iter().any(|finding| finding.code == "unknown-key"));
}

#[test]
fn a_hostile_file_costs_little() {
    let began = Instant::now();
    for text in [
        "[a](".repeat(60_000),
        "`".repeat(200_000),
        format!("---\nname: a\n{}---\n", "x: [\n".repeat(50_000)),
        format!("---\ndescription: {}\n---\n", "<a".repeat(100_000)),
        "](((((".repeat(40_000),
    ] {
        codes(&text, Level::Strict);
        crate::frontmatter::lint_fix::quoted(text.as_bytes());
        let body = format!("{GOOD}{text}");
        codes(&body, Level::Strict);
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}
