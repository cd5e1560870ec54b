//! All fields of a record, known or unknown, with their values.

use toml_edit::Value as TomlValue;

use super::text::{RecordText, SectionText};
use crate::manifest::canonical::canonical_value;
use crate::manifest::decode;
use crate::manifest::rows::pairs_of_inline;
use crate::model::datum::Datum;
use crate::model::record::FieldPath;

/// The fields of a record, in the order of the text.
pub(super) fn fields(text: &RecordText) -> Vec<(FieldPath, Datum)> {
    let mut fields = Vec::new();
    let mut at = 0;
    while let Some(section) = text.sections.get(at) {
        if section.is_array {
            let until = at + text.array_at(at).len();
            fields.extend(rows_of(section, &text.sections[at..until]));
            at = until;
            continue;
        }
        if section.lines.is_empty() && !section.path.is_empty() {
            push(&mut fields, &section.path, Datum::Table);
        }
        for line in section.lines.iter().filter(|line| !line.is_rows) {
            push_value(&mut fields, &line.path, line.raw());
        }
        at += 1;
    }
    fields
}

/// The fields of an inline table.
pub(super) fn inline_fields(text: &str) -> Vec<(FieldPath, Datum)> {
    let mut fields = Vec::new();
    for pair in pairs_of_inline(text, 0) {
        push_value(&mut fields, &pair.key.path(), pair.raw);
    }
    fields
}

fn push(fields: &mut Vec<(FieldPath, Datum)>, path: &[String], datum: Datum) {
    fields.extend(FieldPath::new(path.to_vec()).map(|path| (path, datum)));
}

fn push_value(fields: &mut Vec<(FieldPath, Datum)>, path: &[String], raw: &str) {
    if !raw.starts_with('{') {
        push(fields, path, datum(raw));
        return;
    }
    let pairs = pairs_of_inline(raw, 0);
    if pairs.is_empty() {
        push(fields, path, Datum::Table);
    }
    for pair in pairs {
        let mut inner = path.to_vec();
        inner.extend(pair.key.path());
        push_value(fields, &inner, pair.raw);
    }
}

/// What a value that is no table says.
pub(super) fn datum(raw: &str) -> Datum {
    if let Some(text) = decode::text(raw) {
        return Datum::Text(text.into_owned());
    }
    if let Some(number) = decode::integer(raw) {
        return Datum::Integer(number);
    }
    let Some(items) = decode::list(raw) else {
        return Datum::Other(raw.to_owned());
    };
    if let Some(texts) = items.into_iter().collect() {
        return Datum::List(texts);
    }
    match raw.parse::<TomlValue>() {
        Ok(TomlValue::Array(items)) if items.iter().any(TomlValue::is_inline_table) => {
            Datum::Rows(canonical_value(&TomlValue::Array(items)))
        }
        Ok(value) => Datum::Other(canonical_value(&value)),
        Err(_) => Datum::Other(raw.to_owned()),
    }
}

/// An array of tables that is one value.
fn rows_of(first: &SectionText, sections: &[SectionText]) -> Option<(FieldPath, Datum)> {
    let text: String = sections.iter().map(SectionText::without_lead).collect();
    let path = FieldPath::new(first.path.clone())?;
    Some((
        path,
        Datum::Rows(crate::manifest::canonical::canonical_text(&text)),
    ))
}
