use super::*;

const FOUND: &str = "# ours\nowner = \"mia\"\n\n[[deployed]]\nartifact_name = \"jwt-auth\" # kept\nartifact_type = \"skill\"\nfrom_collection = \"team\"\ndeployed_at = \"2026-11-23T00:41:41.839275\"\nartifact_path = \"skills/jwt-auth\"\ncontent_hash = \"aa\"  # the first\nlocal_modifications = true\nparent_hash = \"99\"\n\n[deployed.note]\nby = \"jo\"\n\n[[deployed]]\nartifact_name = \"x\"\nartifact_type = \"odd\"\nartifact_path = \"../x\"\ncollection_sha = \"bb\"\n\n# the end\n[other]\nkey = 1\n";

fn deployment(name: &str, hash: &str) -> Deployment {
    Deployment {
        artifact: format!("skill:{name}").parse().expect("an id"),
        collection: "team".to_owned(),
        deployed_at: "2026-11-24T10:00:00".to_owned(),
        path: format!("skills/{name}"),
        content_hash: ContentHash::stored(hash),
        lineage: vec![ContentHash::stored(hash), ContentHash::stored("aa")],
        profile: "claude_code".to_owned(),
    }
}

fn text(record: &DeployedRecord) -> String {
    String::from_utf8(record.to_bytes()).expect("text")
}

fn parsed(text: &str) -> DeployedRecord {
    DeployedRecord::parse(text.as_bytes()).expect("a record")
}

#[test]
fn rows_are_read_as_they_stand() {
    let rows = parsed(FOUND).deployments();
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                row.artifact,
                row.path,
                row.content_hash,
                row.lineage.len()
            )
        })
        .collect();
    assert_eq!(
        told,
        ["skill:jwt-auth skills/jwt-auth aa 1", "odd:x ../x bb 1"]
    );
}

#[test]
fn an_edit_changes_the_values_concerned_and_no_other_byte() {
    let mut record = parsed(FOUND);
    record.put(&deployment("jwt-auth", "cc"), ".claude");
    let expected = FOUND
        .replace("2026-11-23T00:41:41.839275", "2026-11-24T10:00:00")
        .replace("\"aa\"  # the first", "\"cc\"  # the first")
        .replace("local_modifications = true", "local_modifications = false")
        .replace(
            "parent_hash = \"99\"\n",
            "parent_hash = \"99\"\nversion_lineage = [\n    \"cc\",\n    \"aa\",\n]\nmerge_base_snapshot = \"cc\"\ndeployment_profile_id = \"claude_code\"\nplatform = \"claude_code\"\nprofile_root_dir = \".claude\"\ncollection_sha = \"cc\"\n",
        );
    assert_eq!(text(&record), expected);
    let once = text(&record);
    record.put(&deployment("jwt-auth", "cc"), ".claude");
    assert_eq!(text(&record), once);
}

#[test]
fn a_row_goes_with_what_is_its_own() {
    let mut record = parsed(FOUND);
    record.remove(&"skill:jwt-auth".parse().expect("an id"), "skills/jwt-auth");
    let left = text(&record);
    assert!(
        !left.contains("jwt-auth") && !left.contains("by = \"jo\""),
        "{left}"
    );
    for kept in [
        "# ours\nowner = \"mia\"\n",
        "artifact_path = \"../x\"",
        "# the end\n[other]\nkey = 1\n",
    ] {
        assert!(left.contains(kept), "{left}");
    }
}

#[test]
fn a_row_that_comes_and_goes_leaves_no_trace() {
    let crlf = FOUND.replace('\n', "\r\n");
    for found in [FOUND, &crlf, "", "# only this\n", "[other]\nkey = 1\n"] {
        let mut record = parsed(found);
        record.put(&deployment("new", "dd"), ".claude");
        let mut again = parsed(&text(&record));
        assert!(again.deployments().contains(&deployment("new", "dd")));
        again.remove(&"skill:new".parse().expect("an id"), "skills/new");
        assert_eq!(text(&again), found);
    }
}

#[test]
fn line_ends_and_the_mark_at_the_start_stay() {
    let found = format!("\u{feff}{}", FOUND.replace('\n', "\r\n"));
    let mut record = parsed(&found);
    assert_eq!(text(&record), found);
    record.put(&deployment("new", "dd"), ".claude");
    let after = text(&record);
    assert!(after.starts_with("\u{feff}# ours\r\n"), "{after:?}");
    assert_eq!(
        after.matches('\n').count(),
        after.matches("\r\n").count(),
        "{after:?}"
    );
    assert_eq!(parsed(&after).deployments().len(), 3);
}

#[test]
fn every_form_of_the_table_takes_a_row() {
    let inline = "deployed = [\n    { artifact_name = \"x\", artifact_type = \"skill\", artifact_path = \"skills/x\", content_hash = \"aa\" },\n]\nkey = 1\n";
    for (found, before) in [("", 0), ("deployed = []\n", 0), (inline, 1)] {
        let mut record = parsed(found);
        record.put(&deployment("new", "dd"), ".claude");
        let again = parsed(&text(&record));
        let rows = again.deployments();
        assert_eq!(rows.len(), before + 1, "{}", text(&record));
        assert_eq!(rows.last(), Some(&deployment("new", "dd")));
        let mut emptied = again;
        emptied.remove(&"skill:new".parse().expect("an id"), "skills/new");
        assert_eq!(emptied.deployments().len(), before);
    }
    let mut inside = parsed(inline);
    inside.put(&deployment("x", "cc"), ".claude");
    let rows = parsed(&text(&inside)).deployments();
    assert_eq!(rows, [deployment("x", "cc")]);
    assert!(text(&inside).contains("key = 1"));
}

#[test]
fn what_cant_be_read_is_told_by_its_line() {
    for (found, line, part) in [
        ("a = 1\n[[deployed]\n", 2, ""),
        ("deployed = 3\n", 1, "not a list of tables"),
        ("\n[deployed]\nx = 1\n", 2, "not a list of tables"),
        (
            "\n[[deployed]]\nartifact_type = \"skill\"\n",
            2,
            "no artifact_name",
        ),
        (
            "[[deployed]]\nartifact_name = 1\nartifact_type = \"skill\"\n",
            1,
            "no artifact_name",
        ),
    ] {
        let fault = DeployedRecord::parse(found.as_bytes()).expect_err("a fault");
        let ManifestError::Record { line: at, reason } = &fault else {
            panic!("{fault:?}");
        };
        assert!(*at == line && reason.contains(part), "{found:?}: {fault}");
    }
    assert!(DeployedRecord::parse(b"a = 1\n\xff\n").is_err());
}
