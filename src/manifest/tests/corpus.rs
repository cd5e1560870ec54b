//! The hand-written files that the fuzzer starts from.

use std::path::PathBuf;

use super::*;
use crate::model::row::Table;

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/manifest_scan");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let named = files.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    named
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn scanner_and_parser_agree_on_the_corpus() {
    let files = corpus();
    assert!(files.len() >= 20);
    for (name, bytes) in files {
        let parsed = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| toml_edit::Document::parse(text).ok());
        let document = Document::scan(bytes.clone());
        let Some(parsed) = parsed else {
            assert!(
                document.and_then(|document| document.validate()).is_err(),
                "{name}"
            );
            continue;
        };
        let document = document.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.bytes(), bytes, "{name}");
        let duplicates = name.ends_with("duplicates.toml");
        assert_eq!(document.validate().is_err(), duplicates, "{name}");
        let named = |row: &dyn toml_edit::TableLike| {
            row.get("name")
                .is_some_and(|value| value.as_str().is_some())
        };
        let count = match parsed.get("groups") {
            Some(toml_edit::Item::ArrayOfTables(rows)) => {
                rows.iter().filter(|row| named(*row)).count()
            }
            Some(item) => {
                let rows = item
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(toml_edit::Value::as_inline_table);
                rows.filter(|row| named(*row)).count()
            }
            None => 0,
        };
        assert_eq!(document.keys(Table::Groups).len(), count, "{name}");
    }
}
